//! Lifecycle configurations and tags.

use rstest::rstest;
use serde_json::{Value, json};

use crate::client::Lab;

/// `#!/bin/sh` and a line feed.
const SCRIPT: &str = "IyEvYmluL3NoCg==";

fn config(name: &str) -> Value {
    json!({"NotebookInstanceLifecycleConfigName": name})
}

fn with_start(name: &str, content: &str) -> Value {
    json!({"NotebookInstanceLifecycleConfigName": name, "OnStart": [{"Content": content}]})
}

#[tokio::test]
async fn a_configuration_is_created_updated_listed_and_deleted() {
    let lab = Lab::instant().await;
    let created = lab.sagemaker("CreateNotebookInstanceLifecycleConfig", &with_start("lab", SCRIPT)).await;
    assert_eq!(
        created.json()["NotebookInstanceLifecycleConfigArn"],
        "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance-lifecycle-config/lab"
    );
    let again = lab.sagemaker("CreateNotebookInstanceLifecycleConfig", &config("lab")).await;
    assert!(again.json_error().contains("already exists"), "{}", again.text);
    let described = lab.sagemaker("DescribeNotebookInstanceLifecycleConfig", &config("lab")).await.json();
    assert_eq!((&described["OnCreate"], &described["OnStart"]), (&json!([]), &json!([{"Content": SCRIPT}])));
    let update = json!({"NotebookInstanceLifecycleConfigName": "lab", "OnCreate": [{"Content": SCRIPT}]});
    lab.sagemaker("UpdateNotebookInstanceLifecycleConfig", &update).await;
    let described = lab.sagemaker("DescribeNotebookInstanceLifecycleConfig", &config("lab")).await.json();
    assert_eq!((&described["OnCreate"], &described["OnStart"]), (&json!([{"Content": SCRIPT}]), &json!([])));
    let listed = lab.sagemaker("ListNotebookInstanceLifecycleConfigs", &json!({"NameContains": "la"})).await.json();
    assert_eq!(listed["NotebookInstanceLifecycleConfigs"].as_array().unwrap().len(), 1);
    assert_eq!(lab.sagemaker("DeleteNotebookInstanceLifecycleConfig", &config("lab")).await.status, 200);
    let gone = lab.sagemaker("DescribeNotebookInstanceLifecycleConfig", &config("lab")).await;
    assert_eq!(
        gone.json_error(),
        "400 ValidationException: Unable to describe Notebook Instance Lifecycle Config 'lab'. (Details: Notebook Instance Lifecycle Config does not exist)"
    );
}

#[rstest]
#[case::no_base64("#!", "400 ValidationException: The content of OnStart is not encoded in base64.")]
#[case::too_long(&"A".repeat(16_388), "400 ValidationException: 1 validation error detected: Value  at 'onStart.content' failed to satisfy constraint: Member must have length between 1 and 16384, inclusive")]
#[tokio::test]
async fn a_script_must_be_base64_and_short(#[case] content: &str, #[case] expected: &str) {
    let lab = Lab::instant().await;
    let answer = lab.sagemaker("CreateNotebookInstanceLifecycleConfig", &with_start("lab", content)).await;
    assert_eq!(answer.json_error(), expected);
}

#[rstest]
#[case::no_shebang("ZWNobwo=", "does not start with #!")]
#[case::carriage_returns("IyEvYmluL3NoDQo=", "carriage returns")]
#[tokio::test]
async fn an_instance_whose_script_cannot_run_fails_and_recovers(#[case] content: &str, #[case] reason: &str) {
    let lab = Lab::instant().await;
    let role = lab.role("lab").await;
    lab.sagemaker("CreateNotebookInstanceLifecycleConfig", &with_start("scripts", content)).await;
    let input = json!({"NotebookInstanceName": "lab", "InstanceType": "ml.t3.large", "RoleArn": role, "LifecycleConfigName": "scripts"});
    assert_eq!(lab.sagemaker("CreateNotebookInstance", &input).await.status, 200);
    lab.wait_for("lab", "Failed").await;
    let name = json!({"NotebookInstanceName": "lab"});
    let described = lab.sagemaker("DescribeNotebookInstance", &name).await.json();
    assert!(described["FailureReason"].as_str().unwrap().contains(reason));
    let used = lab.sagemaker("DeleteNotebookInstanceLifecycleConfig", &config("scripts")).await;
    assert!(used.json_error().contains("notebook-instance/lab uses it"));
    let remove = json!({"NotebookInstanceName": "lab", "DisassociateLifecycleConfig": true});
    assert_eq!(lab.sagemaker("UpdateNotebookInstance", &remove).await.status, 200);
    lab.wait_for("lab", "Stopped").await;
    lab.sagemaker("StartNotebookInstance", &name).await;
    lab.wait_for("lab", "InService").await;
    let described = lab.sagemaker("DescribeNotebookInstance", &name).await.json();
    assert_eq!(described.get("FailureReason"), None);
}

#[tokio::test]
async fn tags_are_added_listed_and_removed_by_arn() {
    let lab = Lab::instant().await;
    let arn = lab.notebook("lab").await.json()["NotebookInstanceArn"].clone();
    let add = json!({"ResourceArn": arn, "Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]});
    let added = lab.sagemaker("AddTags", &add).await;
    assert_eq!(added.json()["Tags"], add["Tags"]);
    let change = json!({"ResourceArn": arn, "Tags": [{"Key": "a", "Value": "3"}]});
    lab.sagemaker("AddTags", &change).await;
    lab.sagemaker("DeleteTags", &json!({"ResourceArn": arn, "TagKeys": ["A"]})).await;
    let listed = lab.sagemaker("ListTags", &json!({"ResourceArn": arn})).await;
    assert_eq!(listed.json(), json!({"Tags": [{"Key": "a", "Value": "3"}]}));
    let elsewhere = lab.sagemaker_in("eu-west-1", "ListTags", &json!({"ResourceArn": arn})).await;
    assert!(elsewhere.json_error().starts_with("400 ResourceNotFound: "), "{}", elsewhere.text);
}

#[tokio::test]
async fn the_fifty_first_tag_is_refused() {
    let lab = Lab::instant().await;
    let arn = lab.notebook("lab").await.json()["NotebookInstanceArn"].clone();
    let tags: Vec<Value> = (0..50).map(|number| json!({"Key": number.to_string(), "Value": ""})).collect();
    let answer = lab.sagemaker("AddTags", &json!({"ResourceArn": arn, "Tags": tags})).await;
    assert_eq!(answer.status, 200);
    let more = json!({"ResourceArn": arn, "Tags": [{"Key": "more", "Value": ""}]});
    assert_eq!(
        lab.sagemaker("AddTags", &more).await.json_error(),
        "400 ResourceLimitExceeded: A resource can have at most 50 tags."
    );
}
