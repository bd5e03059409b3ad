//! SHA-256 as text.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Returns the SHA-256 of a text as 64 hexadecimal digits.
pub fn hexadecimal(text: impl AsRef<[u8]>) -> String {
    Sha256::digest(text).iter().fold(String::with_capacity(64), |mut digits, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}
