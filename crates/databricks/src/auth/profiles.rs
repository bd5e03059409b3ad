//! The configuration file `~/.databrickscfg`.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use ini::{Ini, ParseOption};

use super::ConnectError;
use crate::host::Host;

/// The section that holds settings of the file itself; it is no profile.
const FILE_SETTINGS: &str = "__settings__";
/// The profile that counts when none is named. Other profiles do not inherit from it: the SDKs bypass that habit of INI.
const DEFAULT: &str = "DEFAULT";

type Section = BTreeMap<String, String>;

/// The profiles of one file. No `Debug`: its values are secrets.
pub(crate) struct Profiles {
    path: PathBuf,
    sections: BTreeMap<String, Section>,
}

impl Profiles {
    /// Reads the file. A missing one has no profiles; an unreadable or malformed one is an error.
    pub(crate) fn load(path: PathBuf) -> Result<Self, ConnectError> {
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(ConnectError::FileUnreadable { path, why: error.to_string() }),
        };
        let Ok(text) = String::from_utf8(bytes) else {
            return Err(ConnectError::FileUnreadable { path, why: "it is not UTF-8 text".to_owned() });
        };
        let sections = parse(&text).map_err(|why| ConnectError::FileMalformed { path: path.clone(), why })?;
        Ok(Self { path, sections })
    }

    /// The profile that was asked for, else the file's own choice, else `DEFAULT`: its name and its settings. A
    /// profile that was asked for must be there; the others may be missing.
    pub(crate) fn choose(&self, asked: Option<&str>) -> Result<Option<(&str, &Section)>, ConnectError> {
        if asked == Some(FILE_SETTINGS) {
            return Err(ConnectError::ProfileReserved { path: self.path.clone(), profile: FILE_SETTINGS.to_owned() });
        }
        let chosen_by_file = || {
            let name = self.sections.get(FILE_SETTINGS)?.get("default_profile")?;
            Some(name.as_str()).filter(|name| !name.is_empty() && *name != FILE_SETTINGS)
        };
        let named = asked.or_else(chosen_by_file);
        let name = named.unwrap_or(DEFAULT);
        let section = self.sections.get_key_value(name).filter(|(_, section)| !section.is_empty());
        match section {
            Some((name, section)) => Ok(Some((name, section))),
            // A file that does not exist is no error by itself: everything may be in the environment.
            None if named.is_some() && !self.sections.is_empty() => Err(ConnectError::ProfileMissing {
                path: self.path.clone(),
                profile: name.to_owned(),
                known: self.names(),
            }),
            None => Ok(None),
        }
    }

    /// Profiles for a host: a hint for people whose host is set elsewhere, so that the file is not read.
    pub(crate) fn names_for(&self, host: &Host) -> Vec<String> {
        let same_host = |section: &Section| {
            section
                .get("host")
                .and_then(|text| Host::parse(text).ok())
                .is_some_and(|found| found.as_str() == host.as_str())
        };
        let sections = self.sections.iter().filter(|(_, section)| same_host(section));
        sections.map(|(name, _)| name.clone()).collect()
    }

    /// Where the file is, or would be.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn names(&self) -> Vec<String> {
        self.sections.keys().filter(|name| *name != FILE_SETTINGS).cloned().collect()
    }
}

/// The sections of a file, keys in lower case. An error says where, and never what: the line may be a secret.
fn parse(text: &str) -> Result<BTreeMap<String, Section>, String> {
    let options = ParseOption { enabled_quote: false, enabled_escape: false, ..ParseOption::default() };
    let text = text.trim_start_matches('\u{feff}');
    let file = Ini::load_from_str_opt(text, options)
        .map_err(|error| format!("line {} is neither a `[section]` nor `key = value`", error.line + 1))?;
    let mut sections: BTreeMap<String, Section> = BTreeMap::new();
    for (name, properties) in &file {
        // What stands before the first header belongs to DEFAULT, as in the official Go SDK.
        let section = sections.entry(name.unwrap_or(DEFAULT).to_owned()).or_default();
        for (key, value) in properties {
            // The parser takes a line without `=` for the beginning of the next line's key.
            if key.contains('\n') {
                return Err("a line is neither a `[section]` nor `key = value`".to_owned());
            }
            section.insert(key.trim().to_ascii_lowercase(), value_of(value).to_owned());
        }
    }
    sections.retain(|name, section| name != DEFAULT || !section.is_empty());
    Ok(sections)
}

/// A value without surrounding quotes and without a comment, which needs a space before its `#` or `;`: passwords may
/// contain both characters (the official Go SDK's parser does the same).
fn value_of(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(rest) = text.strip_prefix(quote)
            && let Some((inside, _)) = rest.split_once(quote)
        {
            return inside;
        }
    }
    let comment = [" #", " ;", "\t#", "\t;"].iter().filter_map(|mark| text.find(mark)).min();
    text[..comment.unwrap_or(text.len())].trim_end()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]
    use rstest::rstest;

    use super::*;

    const FILE: &str = "\u{feff}; a comment
host = https://default.example.com # why not

[__settings__]
default_profile = lab

[lab]
HOST=https://lab.example.com
token = 'pa#ss ; word' # a comment
[v0.2 with dots]
host: lab.example.com
password = a#b%c;d
[empty]
";

    fn profiles() -> Profiles {
        Profiles { path: PathBuf::from("/home/someone/.databrickscfg"), sections: parse(FILE).unwrap() }
    }

    #[test]
    fn sections_keep_to_themselves_and_comments_need_a_space() {
        insta::assert_snapshot!(format!("{:#?}", profiles().sections), @r#"
        {
            "DEFAULT": {
                "host": "https://default.example.com",
            },
            "__settings__": {
                "default_profile": "lab",
            },
            "empty": {},
            "lab": {
                "host": "https://lab.example.com",
                "token": "pa#ss ; word",
            },
            "v0.2 with dots": {
                "host": "lab.example.com",
                "password": "a#b%c;d",
            },
        }
        "#);
    }

    #[rstest]
    #[case(None, Some("lab"))]
    #[case(Some("DEFAULT"), Some("DEFAULT"))]
    #[case(Some("v0.2 with dots"), Some("v0.2 with dots"))]
    fn the_profile_asked_for_comes_before_the_files_own_choice(
        #[case] asked: Option<&str>,
        #[case] chosen: Option<&str>,
    ) {
        let profiles = profiles();
        assert_eq!(profiles.choose(asked).unwrap().map(|(name, _)| name), chosen);
    }

    #[rstest]
    #[case("empty")]
    #[case("unknown")]
    #[case("__settings__")]
    fn a_profile_that_is_missing_empty_or_no_profile_is_an_error(#[case] asked: &str) {
        assert!(profiles().choose(Some(asked)).is_err());
    }

    #[test]
    fn without_default_and_choice_there_is_none() {
        let profiles = Profiles { path: PathBuf::new(), sections: parse("[lab]\ntoken = x\n").unwrap() };
        assert!(profiles.choose(None).unwrap().is_none());
    }

    #[test]
    fn profiles_are_found_by_host_however_it_is_written() {
        let host = Host::parse("https://LAB.example.com/").unwrap();
        assert_eq!(profiles().names_for(&host), ["lab", "v0.2 with dots"]);
    }

    #[rstest]
    #[case("[lab")]
    #[case("[lab]\nsecret-in-a-wrong-line\ntoken = x")]
    fn a_malformed_file_is_an_error_that_does_not_show_its_text(#[case] text: &str) {
        let why = parse(text).unwrap_err();
        assert!(why.contains("line") && !why.contains("secret"), "{why}");
    }

    proptest::proptest! {
        #[test]
        fn no_file_makes_it_panic(text in "(\\PC|\n){0,80}") {
            drop(parse(&text));
        }
    }
}
