#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use reconcile_engine::wait::Interrupt;
use rstest::rstest;
use secrecy::SecretString;
use tempfile::TempDir;

use super::{ConnectError, Credentials, Settings};
use crate::environment::Environment;

const FILE: &str = "
[DEFAULT]
host = https://default.example.com
token = secret-default
[lab]
host = https://lab.example.com
client_id = lab-id
client_secret = secret-lab
[only-host]
host = https://only.example.com
[azure]
host = https://azure.example.com
auth_type = azure-cli
";

fn settings() -> Settings {
    Settings {
        host: None,
        profile: None,
        token: None,
        user_agent: "reconcile/0.1.0 os/linux".to_owned(),
        timeout: Duration::from_mins(1),
        interrupt: Interrupt::never(),
    }
}

fn home() -> TempDir {
    let home = TempDir::new().unwrap();
    std::fs::write(home.path().join(".databrickscfg"), FILE).unwrap();
    home
}

fn environment(home: &Path, variables: &[(&str, &str)]) -> Environment {
    let variables: BTreeMap<_, _> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Environment::new(variables, Some(home.to_owned()))
}

/// What was found, or the error with its help, without the temporary directory's name.
fn outcome(settings: &Settings, home: &Path, variables: &[(&str, &str)]) -> String {
    let text = match Credentials::find(settings, &environment(home, variables)) {
        Ok((host, credentials)) => format!("{host}: {}, {}", credentials.method(), credentials.description()),
        Err(error) => with_help(&error),
    };
    text.replace(&home.display().to_string(), "HOME")
}

fn with_help(error: &ConnectError) -> String {
    let help = error.help().map(|help| format!("\n  help: {help}")).unwrap_or_default();
    format!("{error}{help}")
}

const TOKEN: (&str, &str) = ("DATABRICKS_TOKEN", "secret");
const HOST: (&str, &str) = ("DATABRICKS_HOST", "env.example.com");
const ID: (&str, &str) = ("DATABRICKS_CLIENT_ID", "id");
const SECRET: (&str, &str) = ("DATABRICKS_CLIENT_SECRET", "secret");

/// What is set, in the environment alone.
const CASES: &[(&str, &[(&str, &str)])] = &[
    ("nothing: the DEFAULT profile", &[]),
    ("host and token", &[HOST, TOKEN]),
    ("host and service principal", &[HOST, ID, SECRET]),
    ("host alone turns the DEFAULT profile off", &[HOST]),
    ("token alone too", &[TOKEN]),
    ("an empty variable is unset", &[("DATABRICKS_HOST", ""), ("DATABRICKS_TOKEN", "")]),
    ("profile", &[("DATABRICKS_CONFIG_PROFILE", "lab")]),
    ("the environment comes before the profile", &[("DATABRICKS_CONFIG_PROFILE", "DEFAULT"), TOKEN, HOST]),
    ("profile against environment", &[("DATABRICKS_CONFIG_PROFILE", "lab"), TOKEN]),
    ("conflict", &[HOST, TOKEN, ID, SECRET, ("DATABRICKS_USERNAME", "me")]),
    ("auth_type ends the conflict", &[HOST, TOKEN, ID, SECRET, ("DATABRICKS_AUTH_TYPE", "oauth-m2m")]),
    ("half a service principal", &[HOST, ID]),
    ("auth_type without its setting", &[HOST, ("DATABRICKS_AUTH_TYPE", "pat")]),
    ("basic", &[HOST, ("DATABRICKS_USERNAME", "me"), ("DATABRICKS_PASSWORD", "secret")]),
    ("an auth_type of another cloud", &[("DATABRICKS_CONFIG_PROFILE", "azure")]),
    ("databricks-cli without the command", &[HOST, ("DATABRICKS_AUTH_TYPE", "databricks-cli")]),
    ("host of a profile that was not asked for", &[("DATABRICKS_HOST", "https://lab.example.com")]),
    ("unknown profile", &[("DATABRICKS_CONFIG_PROFILE", "lob")]),
    ("reserved profile", &[("DATABRICKS_CONFIG_PROFILE", "__settings__")]),
    ("a profile that only names the host", &[("DATABRICKS_CONFIG_PROFILE", "only-host"), TOKEN]),
    ("another file", &[("DATABRICKS_CONFIG_FILE", "~/missing")]),
    ("account host", &[("DATABRICKS_HOST", "accounts.cloud.databricks.com"), TOKEN]),
    ("token in place of the host", &[("DATABRICKS_HOST", "dapi-secret"), TOKEN]),
    ("token with a line break", &[HOST, ("DATABRICKS_TOKEN", "secret\n")]),
];

/// Every rule of order, source and conflict: what is set, and what becomes of it.
#[test]
fn what_is_set_decides_the_method() {
    let home = home();
    let lines: Vec<_> = CASES
        .iter()
        .map(|(case, variables)| format!("{case}:\n  {}", outcome(&settings(), home.path(), variables)))
        .collect();
    let text = lines.join("\n");
    assert!(!text.contains("secret-") && !text.contains("dapi-"), "{text}");
    insta::assert_snapshot!(text, @"
    nothing: the DEFAULT profile:
      https://default.example.com: pat, the access token in `token` of profile DEFAULT
    host and token:
      https://env.example.com: pat, the access token in DATABRICKS_TOKEN
    host and service principal:
      https://env.example.com: oauth-m2m, the service principal in DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET
    host alone turns the DEFAULT profile off:
      no credentials for https://env.example.com
      help: set DATABRICKS_TOKEN; or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service principal; or run `databricks auth login`
    token alone too:
      no Databricks workspace is named: neither `providers.databricks.host`, DATABRICKS_HOST nor a profile of HOME/.databrickscfg says which
      help: set `providers.databricks.host` or DATABRICKS_HOST to the workspace's address, such as https://dbc-a1b2c3d4-e5f6.cloud.databricks.com
    an empty variable is unset:
      https://default.example.com: pat, the access token in `token` of profile DEFAULT
    profile:
      https://lab.example.com: oauth-m2m, the service principal in `client_id` of profile lab and `client_secret` of profile lab
    the environment comes before the profile:
      https://env.example.com: pat, the access token in DATABRICKS_TOKEN
    profile against environment:
      more than one authorization method configured: oauth and pat
      help: unset all but one, or say which by DATABRICKS_AUTH_TYPE: DATABRICKS_TOKEN, `client_id` of profile lab, `client_secret` of profile lab
    conflict:
      more than one authorization method configured: basic and oauth and pat
      help: unset all but one, or say which by DATABRICKS_AUTH_TYPE: DATABRICKS_TOKEN, DATABRICKS_USERNAME, DATABRICKS_CLIENT_ID, DATABRICKS_CLIENT_SECRET
    auth_type ends the conflict:
      https://env.example.com: oauth-m2m, the service principal in DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET
    half a service principal:
      the authentication method `oauth-m2m` needs `client_secret` (DATABRICKS_CLIENT_SECRET), which is not set
      help: set it, or unset what asks for the method
    auth_type without its setting:
      the authentication method `pat` needs `token` (DATABRICKS_TOKEN), which is not set
      help: set it, or unset what asks for the method
    basic:
      the authentication method `basic` is not supported
      help: supported are pat, oauth-m2m and databricks-cli (it follows from DATABRICKS_USERNAME and DATABRICKS_PASSWORD)
    an auth_type of another cloud:
      the authentication method `azure-cli` is not supported
      help: supported are pat, oauth-m2m and databricks-cli (it follows from `auth_type` of profile azure)
    databricks-cli without the command:
      the `databricks` command cannot be used: it is not in PATH
      help: install the Databricks CLI 0.207.1 or later, or name it by DATABRICKS_CLI_PATH
    host of a profile that was not asked for:
      no credentials for https://lab.example.com
      help: profile lab is for this host, but no profile was asked for: set `providers.databricks.profile` or DATABRICKS_CONFIG_PROFILE to lab; otherwise set DATABRICKS_TOKEN; or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service principal; or run `databricks auth login`
    unknown profile:
      HOME/.databrickscfg has no lob profile configured
      help: the file has: DEFAULT, azure, lab, only-host
    reserved profile:
      `__settings__` in HOME/.databrickscfg is not a profile but the file's own settings
      help: name a profile of the file
    a profile that only names the host:
      https://only.example.com: pat, the access token in DATABRICKS_TOKEN
    another file:
      no Databricks workspace is named: neither `providers.databricks.host`, DATABRICKS_HOST nor a profile of HOME/missing says which
      help: set `providers.databricks.host` or DATABRICKS_HOST to the workspace's address, such as https://dbc-a1b2c3d4-e5f6.cloud.databricks.com
    account host:
      https://accounts.cloud.databricks.com is the Databricks account console, not a workspace (from DATABRICKS_HOST)
      help: clusters, instance profiles and notebooks exist in a workspace only: open it in the console and take the address that the browser shows
    token in place of the host:
      the Databricks host (not shown) is not a web address: it looks like an access token (from DATABRICKS_HOST)
      help: give the address that the browser shows when the workspace is open, such as https://dbc-a1b2c3d4-e5f6.cloud.databricks.com
    token with a line break:
      the access token in DATABRICKS_TOKEN holds characters that no HTTP header can carry, such as a line break
      help: copy it again, without the line break
    ");
}

#[test]
fn the_manifest_comes_before_the_environment() {
    let home = home();
    let variables = [("DATABRICKS_HOST", "env.example.com"), ("DATABRICKS_TOKEN", "secret")];
    let given = Settings { host: Some("https://given.example.com".to_owned()), ..settings() };
    insta::assert_snapshot!(outcome(&given, home.path(), &variables), @"https://given.example.com: pat, the access token in DATABRICKS_TOKEN");
    let given = Settings { profile: Some("lab".to_owned()), ..settings() };
    insta::assert_snapshot!(outcome(&given, home.path(), &[("DATABRICKS_CONFIG_PROFILE", "only-host")]), @"https://lab.example.com: oauth-m2m, the service principal in `client_id` of profile lab and `client_secret` of profile lab");
}

#[test]
fn a_given_token_keeps_everything_else_out() {
    let home = home();
    let given = Settings {
        host: Some("http://127.0.0.1:4900".to_owned()),
        token: Some(SecretString::from("sandbox")),
        ..settings()
    };
    let variables = [("DATABRICKS_CLIENT_ID", "id"), ("DATABRICKS_AUTH_TYPE", "oauth-m2m")];
    insta::assert_snapshot!(outcome(&given, home.path(), &variables), @"http://127.0.0.1:4900: pat, the access token in the given settings");
}

#[test]
fn a_missing_file_is_no_error_by_itself() {
    let home = TempDir::new().unwrap();
    let variables =
        [("DATABRICKS_CONFIG_PROFILE", "lab"), ("DATABRICKS_HOST", "x.example.com"), ("DATABRICKS_TOKEN", "s")];
    insta::assert_snapshot!(outcome(&settings(), home.path(), &variables), @"https://x.example.com: pat, the access token in DATABRICKS_TOKEN");
    insta::assert_snapshot!(outcome(&settings(), home.path(), &[]), @"
    no Databricks workspace is named: neither `providers.databricks.host`, DATABRICKS_HOST nor a profile of HOME/.databrickscfg says which
      help: set `providers.databricks.host` or DATABRICKS_HOST to the workspace's address, such as https://dbc-a1b2c3d4-e5f6.cloud.databricks.com
    ");
}

#[rstest]
#[case("[lab\ntoken = secret")]
#[case("[lab]\nsecret\ntoken = x")]
fn a_malformed_file_is_an_error(#[case] text: &str) {
    let home = TempDir::new().unwrap();
    std::fs::write(home.path().join(".databrickscfg"), text).unwrap();
    let outcome = outcome(&settings(), home.path(), &[]);
    assert!(outcome.starts_with("HOME/.databrickscfg is malformed") && !outcome.contains("secret"), "{outcome}");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error() {
    let home = TempDir::new().unwrap();
    std::fs::create_dir(home.path().join(".databrickscfg")).unwrap();
    let outcome = outcome(&settings(), home.path(), &[]);
    assert!(outcome.starts_with("HOME/.databrickscfg cannot be read"), "{outcome}");
}

#[test]
fn debug_output_holds_no_secret() {
    let home = home();
    let (_, credentials) = Credentials::find(&settings(), &environment(home.path(), &[])).unwrap();
    let given = Settings { token: Some(SecretString::from("secret-given")), ..settings() };
    let text = format!("{credentials:?} {given:?}");
    assert!(!text.contains("secret-"), "{text}");
}
