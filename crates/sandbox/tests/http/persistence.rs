//! The state file.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use reconcile_sandbox::{Config, Sandbox, SandboxError};
use rstest::rstest;
use serde_json::json;

use crate::client::Lab;

fn config(path: &Path) -> Config {
    Config { state_file: Some(path.to_owned()), ..Config::default() }
}

/// The error of a start that must fail, with the folder's name taken out.
async fn refusal(config: Config) -> String {
    let folder = config.state_file.clone().unwrap();
    let folder = folder.parent().unwrap().display().to_string();
    let error = Sandbox::start(config).await.err().expect("a refusal");
    error.to_string().replace(&folder, "FOLDER")
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/folder/sandbox.json");
    let lab = Lab::start(config(&path)).await;
    lab.notebook("lab").await;
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let before = lab.sandbox.state();
    lab.sandbox.stop().await;
    let lab = Lab::start(config(&path)).await;
    assert_eq!(lab.sandbox.state()["iam"], before["iam"]);
    lab.wait_for("lab", "InService").await;
    let names: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "only the state and its lock: {names:?}");
}

#[tokio::test]
async fn a_reading_call_writes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    let lab = Lab::start(config(&path)).await;
    lab.done("ListRoles", &[]).await;
    lab.iam("DeleteRole", &[("RoleName", "none")]).await;
    assert!(!path.exists());
}

#[rstest]
#[case::cut_off(
    r#"{"format":"reconcile-sandbox","version":1,"account_id":"111122223333","world":{"#,
    "EOF while parsing an object at line 1 column 79"
)]
#[case::empty("", "EOF while parsing a value at line 1 column 0")]
#[case::foreign(r#"{"resources":[]}"#, "missing field `format` at line 1 column 16")]
#[case::other_format(
    r#"{"format":"terraform","version":4,"account_id":""}"#,
    "it says format \"terraform\", version 4; this sandbox reads \"reconcile-sandbox\", version 1"
)]
#[case::other_account(
    r#"{"format":"reconcile-sandbox","version":1,"account_id":"999988887777","world":{}}"#,
    "it holds account 999988887777, and the sandbox was started for account 111122223333"
)]
#[tokio::test]
async fn a_file_that_is_no_state_is_refused_and_kept(#[case] text: &str, #[case] reason: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    fs::write(&path, text).unwrap();
    assert_eq!(
        refusal(config(&path)).await,
        format!(
            "the sandbox state file FOLDER/sandbox.json cannot be used: {reason}; remove it to start with an empty sandbox"
        )
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(refusal(config(&path)).await.contains("it is not UTF-8 text"));
}

#[tokio::test]
async fn two_sandboxes_cannot_share_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    let lab = Lab::start(config(&path)).await;
    let second = Sandbox::start(config(&path)).await.err();
    assert!(matches!(second, Some(SandboxError::StateInUse { .. })));
    lab.sandbox.stop().await;
}

#[tokio::test]
async fn a_reset_is_stored_too() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sandbox.json");
    let lab = Lab::start(config(&path)).await;
    lab.role("lab").await;
    let answer = lab.try_post("/_sandbox/reset", &[], String::new()).await.unwrap();
    assert_eq!((answer.status, answer.json()), (200, json!({})));
    lab.sandbox.stop().await;
    let lab = Lab::start(config(&path)).await;
    assert_eq!(lab.iam("GetRole", &[("RoleName", "lab")]).await.status, 404);
}
