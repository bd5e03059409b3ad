//! Notebook instances: their wire form, their states, and what may be asked in which.

use reconcile_sandbox::Behaviour;
use rstest::rstest;
use serde_json::{Value, json};

use crate::client::Lab;

fn named(name: &str) -> Value {
    json!({"NotebookInstanceName": name})
}

async fn status(lab: &Lab, name: &str) -> Value {
    lab.sagemaker("DescribeNotebookInstance", &named(name)).await.json()["NotebookInstanceStatus"].clone()
}

#[tokio::test]
async fn an_instance_is_described_with_the_defaults_filled_in() {
    let lab = Lab::instant().await;
    let created = lab.notebook("Lab").await;
    assert_eq!(
        created.json(),
        json!({"NotebookInstanceArn": "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/lab"})
    );
    assert_eq!(created.headers["content-type"], "application/x-amz-json-1.1");
    let mut described = lab.sagemaker("DescribeNotebookInstance", &named("Lab")).await.json();
    for member in ["CreationTime", "LastModifiedTime"] {
        assert!(described[member].as_f64().unwrap() > 1_700_000_000.0);
        described[member] = json!("…");
    }
    insta::assert_json_snapshot!(described, @r##"
    {
      "NotebookInstanceName": "Lab",
      "NotebookInstanceArn": "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/lab",
      "NotebookInstanceStatus": "InService",
      "InstanceType": "ml.t3.large",
      "CreationTime": "…",
      "LastModifiedTime": "…",
      "Url": "Lab.notebook.sagemaker.aws",
      "RoleArn": "arn:aws:iam::111122223333:role/role-of-Lab",
      "VolumeSizeInGB": 5,
      "PlatformIdentifier": "notebook-al2023-v1",
      "DirectInternetAccess": "Enabled",
      "RootAccess": "Enabled",
      "IpAddressType": "ipv4",
      "InstanceMetadataServiceConfiguration": {
        "MinimumInstanceMetadataServiceVersion": "1"
      }
    }
    "##);
}

#[tokio::test]
async fn all_members_are_kept() {
    let lab = Lab::instant().await;
    let role = lab.role("lab").await;
    let script = json!([{"Content": "IyEvYmluL3NoCg=="}]);
    lab.sagemaker(
        "CreateNotebookInstanceLifecycleConfig",
        &json!({"NotebookInstanceLifecycleConfigName": "scripts", "OnStart": script}),
    )
    .await;
    let input = json!({
        "NotebookInstanceName": "lab",
        "InstanceType": "ml.m5.xlarge",
        "RoleArn": role,
        "SubnetId": "subnet-1",
        "SecurityGroupIds": ["sg-1", "sg-2"],
        "IpAddressType": "dualstack",
        "KmsKeyId": "alias/key",
        "LifecycleConfigName": "scripts",
        "DirectInternetAccess": "Disabled",
        "VolumeSizeInGB": 30,
        "DefaultCodeRepository": "https://example.com/repository",
        "AdditionalCodeRepositories": ["one", "two"],
        "RootAccess": "Disabled",
        "PlatformIdentifier": "notebook-al2023-v1",
        "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
    });
    assert_eq!(lab.sagemaker("CreateNotebookInstance", &input).await.status, 200);
    let described = lab.sagemaker("DescribeNotebookInstance", &named("lab")).await.json();
    for (member, value) in input.as_object().unwrap() {
        let member = match member.as_str() {
            "SecurityGroupIds" => "SecurityGroups",
            "LifecycleConfigName" => "NotebookInstanceLifecycleConfigName",
            other => other,
        };
        assert_eq!(&described[member], value, "{member}");
    }
    assert!(described["NetworkInterfaceId"].as_str().unwrap().starts_with("eni-"));
}

#[rstest]
#[case::name("NotebookInstanceName", json!("-x"), "ValidationException: 1 validation error detected: Value '-x' at 'notebookInstanceName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9])*")]
#[case::no_name("NotebookInstanceName", json!(null), "ValidationException: 1 validation error detected: Value null at 'notebookInstanceName' failed to satisfy constraint: Member must not be null")]
#[case::role("RoleArn", json!("arn:aws:iam::111122223333:role/none"), "ValidationException: Could not assume role arn:aws:iam::111122223333:role/none. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.")]
#[case::distrust("RoleArn", json!("arn:aws:iam::111122223333:role/databricks-cross-account-role"), "ValidationException: Could not assume role arn:aws:iam::111122223333:role/databricks-cross-account-role. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.")]
#[case::small("VolumeSizeInGB", json!(4), "ValidationException: 1 validation error detected: Value '4' at 'volumeSizeInGB' failed to satisfy constraint: Member must have value greater than or equal to 5")]
#[case::large("VolumeSizeInGB", json!(16385), "ValidationException: 1 validation error detected: Value '16385' at 'volumeSizeInGB' failed to satisfy constraint: Member must have value less than or equal to 16384")]
#[case::text_for_number("VolumeSizeInGB", json!("30"), "SerializationException: The member VolumeSizeInGB must be an integer.")]
#[case::retired("PlatformIdentifier", json!("notebook-al2-v2"), "ValidationException: Platform identifier (notebook-al2-v2) is not supported for this service.")]
#[case::unknown_platform("PlatformIdentifier", json!("notebook-al3-v1"), "ValidationException: 1 validation error detected: Value 'notebook-al3-v1' at 'platformIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: (notebook-al1-v1|notebook-al2-v1|notebook-al2-v2|notebook-al2-v3|notebook-al2023-v1)")]
#[case::old_hardware("InstanceType", json!("ml.p3.2xlarge"), "ValidationException: Platform identifier (notebook-al2023-v1) is not supported for instance type (ml.p3.2xlarge).")]
#[case::no_subnet("DirectInternetAccess", json!("Disabled"), "ValidationException: A SubnetId is required when DirectInternetAccess is Disabled.")]
#[case::groups_only("SecurityGroupIds", json!(["sg-1"]), "ValidationException: A SubnetId is required when SecurityGroupIds are specified.")]
#[case::root("RootAccess", json!("enabled"), "ValidationException: 1 validation error detected: Value 'enabled' at 'rootAccess' failed to satisfy constraint: Member must satisfy enum value set: [Enabled, Disabled]")]
#[case::repositories("AdditionalCodeRepositories", json!(["a", "b", "c", "d"]), "ValidationException: 1 validation error detected: Value '[\"a\",\"b\",\"c\",\"d\"]' at 'additionalCodeRepositories' failed to satisfy constraint: Member must have length less than or equal to 3")]
#[case::config("LifecycleConfigName", json!("none"), "ValidationException: Unable to describe Notebook Instance Lifecycle Config 'none'. (Details: Notebook Instance Lifecycle Config does not exist)")]
#[case::unknown("VolumeSizeInGb", json!(30), "ValidationException: The operation has no member VolumeSizeInGb.")]
#[case::unknown_inside("InstanceMetadataServiceConfiguration", json!({"Version": "2"}), "ValidationException: The structure InstanceMetadataServiceConfiguration has no member Version.")]
#[case::tag("Tags", json!([{"Key": "aws:x", "Value": ""}]), "ValidationException: The tag key aws:x starts with aws:, which is reserved for AWS use.")]
#[tokio::test]
async fn a_bad_member_is_refused_and_nothing_is_made(
    #[case] member: &str,
    #[case] value: Value,
    #[case] expected: &str,
) {
    let lab = Lab::instant().await;
    let role = lab.role("lab").await;
    let mut input = json!({"NotebookInstanceName": "lab", "InstanceType": "ml.t3.large", "RoleArn": role});
    input[member] = value;
    let answer = lab.sagemaker("CreateNotebookInstance", &input).await;
    assert_eq!(answer.json_error(), format!("400 {expected}"));
    let read = lab.sagemaker("DescribeNotebookInstance", &named("lab")).await;
    assert_eq!(read.json_error(), "400 ValidationException: RecordNotFound");
}

#[tokio::test]
async fn an_unknown_instance_type_is_answered_with_the_known_ones() {
    let lab = Lab::instant().await;
    let role = lab.role("lab").await;
    let input = json!({"NotebookInstanceName": "lab", "InstanceType": "ml.t3.small", "RoleArn": role});
    let error = lab.sagemaker("CreateNotebookInstance", &input).await.json_error();
    assert!(error.contains("Value 'ml.t3.small' at 'instanceType'") && error.contains("ml.t3.large, "), "{error}");
}

#[tokio::test]
async fn a_name_is_taken_only_in_its_region() {
    let lab = Lab::instant().await;
    lab.notebook("lab").await;
    let input = json!({"NotebookInstanceName": "lab", "InstanceType": "ml.t3.large", "RoleArn": "arn:aws:iam::111122223333:role/role-of-lab"});
    let again = lab.sagemaker("CreateNotebookInstance", &input).await;
    assert_eq!(
        again.json_error(),
        "400 ValidationException: Cannot create a duplicate Notebook Instance (arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/lab)"
    );
    let elsewhere = lab.sagemaker_in("eu-west-1", "DescribeNotebookInstance", &named("lab")).await;
    assert_eq!(elsewhere.json_error(), "400 ValidationException: RecordNotFound");
    let created = lab.sagemaker_in("eu-west-1", "CreateNotebookInstance", &input).await;
    assert_eq!(created.json()["NotebookInstanceArn"], "arn:aws:sagemaker:eu-west-1:111122223333:notebook-instance/lab");
}

/// What each call does in each state that it is tried in; long times hold the state.
#[rstest]
#[case::pending(&[], "Pending")]
#[case::in_service(&["wait InService"], "InService")]
#[case::stopping(&["wait InService", "StopNotebookInstance"], "Stopping")]
#[case::stopped(&["wait InService", "StopNotebookInstance", "wait Stopped"], "Stopped")]
#[case::updating(&["wait InService", "StopNotebookInstance", "wait Stopped", "UpdateNotebookInstance"], "Updating")]
#[case::deleting(&["wait InService", "StopNotebookInstance", "wait Stopped", "DeleteNotebookInstance"], "Deleting")]
#[tokio::test]
async fn a_call_is_legal_only_in_some_states(#[case] steps: &[&str], #[case] state: &str) {
    let long = |wanted: &str| if state == wanted { 3_600_000 } else { 0 };
    let lab = Lab::with(Behaviour {
        notebook_start: long("Pending"),
        notebook_stop: long("Stopping"),
        notebook_update: long("Updating"),
        notebook_delete: long("Deleting"),
        ..Behaviour::default()
    })
    .await;
    lab.notebook("lab").await;
    for step in steps {
        match step.strip_prefix("wait ") {
            Some(status) => lab.wait_for("lab", status).await,
            None => assert_eq!(lab.sagemaker(step, &named("lab")).await.status, 200, "{step}"),
        }
    }
    let arn = "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/lab";
    for (operation, to, legal) in [
        ("StartNotebookInstance", "Pending", &["Stopped", "Failed"][..]),
        ("StopNotebookInstance", "Stopping", &["InService"]),
        ("UpdateNotebookInstance", "Updating", &["Stopped", "Failed"]),
        ("DeleteNotebookInstance", "Deleting", &["Stopped", "Failed"]),
    ] {
        if legal.contains(&state) {
            continue;
        }
        let legal = legal.join(", ");
        assert_eq!(
            lab.sagemaker(operation, &named("lab")).await.json_error(),
            format!(
                "400 ValidationException: Status ({state}) not in ([{legal}]). Unable to transition to ({to}) for Notebook Instance ({arn})"
            )
        );
    }
    assert_eq!(status(&lab, "lab").await, state);
}

#[tokio::test]
async fn an_instance_goes_through_its_life_by_the_clock() {
    let lab = Lab::with(Behaviour {
        notebook_start: 30,
        notebook_stop: 30,
        notebook_update: 30,
        notebook_delete: 30,
        ..Behaviour::default()
    })
    .await;
    lab.notebook("lab").await;
    assert_eq!(status(&lab, "lab").await, "Pending");
    lab.wait_for("lab", "InService").await;
    lab.sagemaker("StopNotebookInstance", &named("lab")).await;
    lab.wait_for("lab", "Stopped").await;
    let update = json!({"NotebookInstanceName": "lab", "InstanceType": "ml.t3.xlarge", "VolumeSizeInGB": 50});
    assert_eq!(lab.sagemaker("UpdateNotebookInstance", &update).await.status, 200);
    assert_eq!(status(&lab, "lab").await, "Updating");
    lab.wait_for("lab", "Stopped").await;
    let described = lab.sagemaker("DescribeNotebookInstance", &named("lab")).await.json();
    assert_eq!((&described["InstanceType"], &described["VolumeSizeInGB"]), (&json!("ml.t3.xlarge"), &json!(50)));
    lab.sagemaker("StartNotebookInstance", &named("lab")).await;
    lab.wait_for("lab", "InService").await;
    lab.sagemaker("StopNotebookInstance", &named("lab")).await;
    lab.wait_for("lab", "Stopped").await;
    assert_eq!(lab.sagemaker("DeleteNotebookInstance", &named("lab")).await.status, 200);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while lab.sagemaker("DescribeNotebookInstance", &named("lab")).await.status == 200 {
        assert!(std::time::Instant::now() < deadline, "never gone");
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

/// A sandbox with a stopped instance.
async fn stopped(behaviour: Behaviour) -> Lab {
    let lab = Lab::with(Behaviour { notebook_start: 0, notebook_stop: 0, notebook_update: 0, ..behaviour }).await;
    lab.notebook("lab").await;
    lab.sagemaker("StopNotebookInstance", &named("lab")).await;
    lab
}

#[rstest]
#[case::shrink(json!({"VolumeSizeInGB": 9}), "Unable to decrease the volume size from 10 GB to 9 GB for Notebook Instance (arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/lab)")]
#[case::retired(json!({"PlatformIdentifier": "notebook-al2-v3"}), "Platform identifier (notebook-al2-v3) is not supported for this service.")]
#[case::subnet(json!({"SubnetId": "subnet-1"}), "The operation has no member SubnetId.")]
#[case::both(json!({"DefaultCodeRepository": "r", "DisassociateDefaultCodeRepository": true}), "DefaultCodeRepository and DisassociateDefaultCodeRepository cannot be given together.")]
#[tokio::test]
async fn a_bad_update_changes_nothing(#[case] more: Value, #[case] message: &str) {
    let lab = stopped(Behaviour::default()).await;
    let grow = json!({"NotebookInstanceName": "lab", "VolumeSizeInGB": 10});
    assert_eq!(lab.sagemaker("UpdateNotebookInstance", &grow).await.status, 200);
    let before = lab.sagemaker("DescribeNotebookInstance", &named("lab")).await.json();
    let mut input = json!({"NotebookInstanceName": "lab", "InstanceType": "ml.t3.xlarge"});
    for (member, value) in more.as_object().unwrap() {
        input[member] = value.clone();
    }
    let answer = lab.sagemaker("UpdateNotebookInstance", &input).await;
    assert_eq!(answer.json_error(), format!("400 ValidationException: {message}"));
    let after = lab.sagemaker("DescribeNotebookInstance", &named("lab")).await.json();
    assert_eq!(after, before);
}

#[tokio::test]
async fn a_fresh_role_cannot_be_assumed_until_it_has_propagated() {
    let lab = Lab::with(Behaviour { propagation: 3_600_000, ..Behaviour::default() }).await;
    let answer = lab.notebook("lab").await;
    assert!(answer.json_error().contains("Could not assume role arn:aws:iam::111122223333:role/role-of-lab."));
}

#[tokio::test]
async fn retired_platforms_work_where_they_are_allowed() {
    let lab = Lab::with(Behaviour { retired_platforms: true, ..Behaviour::default() }).await;
    let role = lab.role("lab").await;
    let input = json!({"NotebookInstanceName": "lab", "InstanceType": "ml.t3.large", "RoleArn": role, "PlatformIdentifier": "notebook-al2-v2"});
    assert_eq!(lab.sagemaker("CreateNotebookInstance", &input).await.status, 200);
}

#[tokio::test]
async fn instances_are_listed_filtered_ordered_and_paged() {
    let lab = Lab::instant().await;
    for name in ["beta", "alpha", "gamma"] {
        lab.notebook(name).await;
    }
    lab.sagemaker("StopNotebookInstance", &named("alpha")).await;
    let list = async |input: Value| {
        let answer = lab.sagemaker("ListNotebookInstances", &input).await.json();
        let names: Vec<String> = answer["NotebookInstances"]
            .as_array()
            .unwrap()
            .iter()
            .map(|notebook| notebook["NotebookInstanceName"].as_str().unwrap().to_owned())
            .collect();
        (names, answer["NextToken"].clone())
    };
    assert_eq!(list(json!({})).await.0, ["alpha", "beta", "gamma"]);
    assert_eq!(list(json!({"SortOrder": "Descending"})).await.0, ["gamma", "beta", "alpha"]);
    assert_eq!(list(json!({"NameContains": "et"})).await.0, ["beta"]);
    assert_eq!(list(json!({"StatusEquals": "Stopped"})).await.0, ["alpha"]);
    let (first, token) = list(json!({"MaxResults": 2})).await;
    assert_eq!(first, ["alpha", "beta"]);
    let (second, end) = list(json!({"MaxResults": 2, "NextToken": token})).await;
    assert_eq!((second, end), (vec!["gamma".to_owned()], Value::Null));
    let bad = lab.sagemaker("ListNotebookInstances", &json!({"NextToken": "?"})).await;
    assert_eq!(bad.status, 400);
}
