//! The file of a saved plan: written, and read back only when it is whole.

use serde::{Deserialize, Serialize};

use super::Saved;
use crate::digest;

/// The version of the file. It changes when a reader of the old form would misread the new one.
pub const SAVED_VERSION: u64 = 1;

/// The first member of the first line, by which a saved plan is told from a manifest.
const MARK: &[u8] = br#"{"format":"reconcile-plan""#;

/// What the first line says that the file is.
const FORMAT: &str = "reconcile-plan";

/// The first line.
#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u64,
    digest: String,
}

/// Why a saved plan cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SavedError {
    /// A version of the tool has written it that writes another form.
    #[error("it is of version {0} of the file, and this tool reads version {SAVED_VERSION}")]
    Version(u64),
    /// It is not as it was written.
    #[error("it is not whole, or was changed after it was written: {0}")]
    Damaged(String),
}

/// Returns whether a file is a saved plan, whole or not.
pub fn is_saved(bytes: &[u8]) -> bool {
    bytes.starts_with(MARK)
}

impl Saved {
    /// Returns the file.
    ///
    /// # Errors
    ///
    /// Fails as writing JSON fails.
    pub fn to_text(&self) -> serde_json::Result<String> {
        let content = serde_json::to_string(self)?;
        let digest = digest::hexadecimal(format!("{SAVED_VERSION}\n{content}"));
        let header = Header { format: FORMAT.to_owned(), version: SAVED_VERSION, digest };
        Ok(format!("{}\n{content}\n", serde_json::to_string(&header)?))
    }

    /// Reads a file back.
    ///
    /// # Errors
    ///
    /// Fails when the file is of another version, and when it is not exactly as it was written.
    pub fn read(bytes: &[u8]) -> Result<Self, SavedError> {
        let damaged = |why: &str| SavedError::Damaged(why.to_owned());
        let text = std::str::from_utf8(bytes).map_err(|_| damaged("it is no text"))?;
        let (header, rest) = text.split_once('\n').ok_or_else(|| damaged("its first line breaks off"))?;
        let header: Header = serde_json::from_str(header).map_err(|_| damaged("its first line is another one"))?;
        if header.format != FORMAT {
            return Err(damaged("its first line is another one"));
        }
        if header.version != SAVED_VERSION {
            return Err(SavedError::Version(header.version));
        }
        let content = rest.strip_suffix('\n').ok_or_else(|| damaged("its second line breaks off"))?;
        if digest::hexadecimal(format!("{SAVED_VERSION}\n{content}")) != header.digest {
            return Err(damaged("its digest is another one"));
        }
        serde_json::from_str(content).map_err(|error| SavedError::Damaged(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Saved, SavedError, is_saved};
    use crate::saved::SavedOptions;

    fn saved() -> Saved {
        let options = SavedOptions { only: vec!["iam.*".to_owned()], prune: false, adopt: true, take_over: false };
        Saved { tool: "t".to_owned(), folder: "/f".to_owned(), sandbox: true, options, plans: Vec::new() }
    }

    #[test]
    fn a_file_is_read_back_and_one_that_lost_or_changed_a_byte_is_damaged() {
        let text = saved().to_text().expect("written");
        assert_eq!(Saved::read(text.as_bytes()), Ok(saved()));
        assert!(is_saved(text.as_bytes()) && !is_saved(b"version: 1\n"));
        for cut in 0..text.len() {
            assert!(matches!(Saved::read(&text.as_bytes()[..cut]), Err(SavedError::Damaged(_))), "cut at {cut}");
        }
        for place in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[place] ^= 1;
            assert!(Saved::read(&changed).is_err(), "changed at {place}");
        }
        let other = text.replacen("\"version\":1", "\"version\":2", 1);
        assert_eq!(Saved::read(other.as_bytes()), Err(SavedError::Version(2)));
    }
}
