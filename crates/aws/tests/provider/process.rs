//! Running one test of this file's binary in a process of its own: for what belongs to a whole process.

use std::env::current_exe;
use std::fs;

use tokio::process::Command;

/// The variable that names the file in which a test tells its answer.
const ANSWER: &str = "TEST_ANSWER";

/// Runs an ignored test with nothing but the given environment and AWS configuration file, and returns what it told.
pub(crate) async fn in_own_process(test: &str, environment: &[(&str, &str)], configuration: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let (file, answer) = (folder.path().join("config"), folder.path().join("answer"));
    fs::write(&file, configuration).unwrap();
    let output = Command::new(current_exe().unwrap())
        .args(["--exact", test, "--ignored"])
        .env_clear()
        .envs([("HOME", folder.path()), ("AWS_CONFIG_FILE", &file), (ANSWER, &answer)])
        .env("AWS_SHARED_CREDENTIALS_FILE", folder.path().join("none"))
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(environment.iter().copied())
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    fs::read_to_string(answer).unwrap()
}

/// Returns a variable of the own process.
#[expect(clippy::disallowed_methods, reason = "a test in a process of its own is told by its environment what to do")]
pub(crate) fn given(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Tells the answer to the process that runs this one. Without such a process nobody wants to know.
pub(crate) fn tell(answer: &str) {
    if let Some(file) = given(ANSWER) {
        fs::write(file, answer).unwrap();
    }
}
