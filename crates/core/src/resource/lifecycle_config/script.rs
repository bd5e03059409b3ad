//! A script as bytes: what is compared, and what is sent in base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize, Serializer};

/// A script, byte for byte. In a plan it shows as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script(Vec<u8>);

/// A content that is not base64, so that no script can be read from it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the content is not base64")]
pub struct NotBase64;

impl Script {
    /// Makes a script of its bytes.
    pub const fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Reads a script from the base64 text in which the service keeps it; line breaks in that text do not count.
    ///
    /// # Errors
    ///
    /// Fails when the text is not base64: the service takes any text.
    pub fn from_base64(content: &str) -> Result<Self, NotBase64> {
        let content: String = content.split_ascii_whitespace().collect();
        STANDARD.decode(content).map(Self).map_err(|_| NotBase64)
    }

    /// Returns the script in base64, as the service takes it.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.0)
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Serialize for Script {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&String::from_utf8_lossy(&self.0))
    }
}

/// How a script is written down to be read back: as text where it is one, else in base64.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Text(String),
    Bytes { base64: String },
}

/// Writes and reads a field of a script without losing a byte.
pub(super) mod recorded {
    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use super::{Script, Written};
    use crate::field::Field;

    pub(in super::super) fn serialize<S: Serializer>(script: &Field<Script>, serializer: S) -> Result<S::Ok, S::Error> {
        let written = script.as_ref().map(|script| match std::str::from_utf8(script.as_bytes()) {
            Ok(text) => Written::Text(text.to_owned()),
            Err(_) => Written::Bytes { base64: script.to_base64() },
        });
        written.serialize(serializer)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Field<Script>, D::Error> {
        Ok(match Field::deserialize(deserializer)? {
            Field::Absent => Field::Absent,
            Field::Null => Field::Null,
            Field::Set(Written::Text(text)) => Field::Set(Script::new(text.into_bytes())),
            Field::Set(Written::Bytes { base64 }) => {
                Field::Set(Script::from_base64(&base64).map_err(serde::de::Error::custom)?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{NotBase64, Script};

    #[test]
    fn a_wrapped_text_is_the_same_script_and_anything_else_is_none() {
        assert_eq!(Script::from_base64("IyEv\nYmluL3NoCg==\n"), Ok(Script::new(b"#!/bin/sh\n".to_vec())));
        assert_eq!(Script::from_base64("#!/bin/sh"), Err(NotBase64));
    }

    proptest! {
        #[test]
        fn every_script_survives_base64(bytes: Vec<u8>) {
            let script = Script::new(bytes);
            prop_assert_eq!(Script::from_base64(&script.to_base64()), Ok(script));
        }
    }
}
