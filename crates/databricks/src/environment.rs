//! Where variables and the home directory are looked up, so that no other module asks the process itself.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// The environment variables and the home directory that authentication looks at.
///
/// A value of its own, and not the process's, so that a test can say exactly what is set.
#[derive(Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    home: Option<PathBuf>,
}

impl Environment {
    /// An environment of exactly these variables and this home directory.
    pub fn new(variables: BTreeMap<String, String>, home: Option<PathBuf>) -> Self {
        Self { variables, home }
    }

    /// The environment of this process. Variables that are not Unicode are left out: none that is read here may be.
    pub fn of_process() -> Self {
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Self { variables, home: std::env::home_dir() }
    }

    /// The value of a variable; an empty one counts as unset, as in the official SDKs.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// All variables, for a helper process.
    pub(crate) fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    /// A path with its leading `~` replaced by the home directory, where there is one.
    pub(crate) fn expand(&self, path: &str) -> PathBuf {
        let inside_home = path.strip_prefix('~').filter(|rest| rest.is_empty() || rest.starts_with('/'));
        match (inside_home, &self.home) {
            (Some(rest), Some(home)) => home.join(rest.trim_start_matches('/')),
            (Some(_), None) | (None, _) => PathBuf::from(path),
        }
    }
}

/// Names only: values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { variables, home } = self;
        formatter
            .debug_struct("Environment")
            .field("variables", &variables.keys().collect::<Vec<_>>())
            .field("home", home)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment {
        let variables = [("DATABRICKS_TOKEN", "dapi-secret"), ("DATABRICKS_HOST", "")];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        Environment::new(variables, Some(PathBuf::from("/home/someone")))
    }

    #[test]
    fn an_empty_variable_counts_as_unset() {
        assert_eq!(environment().get("DATABRICKS_HOST"), None);
        assert_eq!(environment().get("DATABRICKS_TOKEN"), Some("dapi-secret"));
    }

    #[test]
    fn debug_output_names_variables_without_their_values() {
        insta::assert_snapshot!(format!("{:?}", environment()), @r#"Environment { variables: ["DATABRICKS_HOST", "DATABRICKS_TOKEN"], home: Some("/home/someone") }"#);
    }

    #[rstest::rstest]
    #[case("~", "/home/someone")]
    #[case("~/.databrickscfg", "/home/someone/.databrickscfg")]
    #[case("~other/x", "~other/x")]
    #[case("/etc/databrickscfg", "/etc/databrickscfg")]
    fn a_leading_tilde_is_the_home_directory(#[case] path: &str, #[case] expanded: &str) {
        assert_eq!(environment().expand(path), PathBuf::from(expanded));
    }
}
