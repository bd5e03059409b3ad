//! SageMaker notebook instance lifecycle configurations.

use std::collections::BTreeMap;

use reconcile_core::failure::FailureKind;
use reconcile_core::field::Field;
use reconcile_core::reading::Reading;
use reconcile_core::resource::lifecycle_config::Script;
use reconcile_core::resource::{LifecycleConfig, LifecycleConfigOperation, Resource, Tags};

use crate::support::{Lab, failed, lab, owner, tags};

fn script(text: &str) -> Field<Script> {
    Field::Set(Script::new(text.as_bytes().to_vec()))
}

fn config(lab: &Lab) -> LifecycleConfig {
    LifecycleConfig {
        name: "Lab-Scripts".to_owned(),
        arn: lab.scope.lifecycle_config_arn("Lab-Scripts"),
        on_create: Field::Null,
        on_start: script("#!/bin/sh\necho \u{e9}\n"),
        tags: Tags(BTreeMap::from([("project".to_owned(), Some("lab".to_owned()))])),
    }
}

#[tokio::test]
async fn a_created_configuration_reads_back_as_desired() {
    let lab = lab().await;
    let desired = Resource::LifecycleConfig(config(&lab));
    assert_eq!(lab.read(&desired).await, Reading::Absent);
    assert_eq!(lab.calls_of_reading(&desired).await, "sagemaker:DescribeNotebookInstanceLifecycleConfig");
    lab.create(&desired).await;
    lab.agrees(&desired).await;
    assert_eq!(lab.live(&desired).await.arn(), Some(config(&lab).arn.as_str()));
    insta::assert_snapshot!(lab.calls_of_reading(&desired).await, @"
    sagemaker:DescribeNotebookInstanceLifecycleConfig
    sagemaker:ListTags
    ");
}

#[tokio::test]
async fn a_script_that_is_not_managed_survives_the_update_of_the_other() {
    let lab = lab().await;
    lab.create(&Resource::LifecycleConfig(config(&lab))).await;
    let on_create = script("#!/bin/sh\necho create\n");
    let desired = LifecycleConfig { on_create: on_create.clone(), on_start: Field::Absent, ..config(&lab) };
    let desired = Resource::LifecycleConfig(desired);
    let live = lab.live(&desired).await;
    assert_eq!(lab.bring_about(&desired, Some(&live)).await, "sagemaker:UpdateNotebookInstanceLifecycleConfig");
    lab.agrees(&Resource::LifecycleConfig(LifecycleConfig { on_create, ..config(&lab) })).await;
}

#[tokio::test]
async fn a_script_is_taken_away_by_null() {
    let lab = lab().await;
    lab.create(&Resource::LifecycleConfig(config(&lab))).await;
    let desired = Resource::LifecycleConfig(LifecycleConfig { on_start: Field::Null, ..config(&lab) });
    let live = lab.live(&desired).await;
    lab.bring_about(&desired, Some(&live)).await;
    lab.agrees(&desired).await;
}

#[tokio::test]
async fn each_operation_is_the_one_call_it_names() {
    let lab = lab().await;
    let desired = Resource::LifecycleConfig(config(&lab));
    lab.create(&desired).await;
    let arn = || config(&lab).arn;
    for operation in [
        LifecycleConfigOperation::Tag { arn: arn(), tags: tags(&[("a", "1")]) },
        LifecycleConfigOperation::Untag { arn: arn(), keys: vec!["a".to_owned()] },
        LifecycleConfigOperation::Delete { name: config(&lab).name },
    ] {
        lab.apply(operation).await.unwrap();
    }
    assert_eq!(lab.read(&desired).await, Reading::Absent);
}

#[tokio::test]
async fn a_second_configuration_of_a_name_already_exists() {
    let lab = lab().await;
    let desired = Resource::LifecycleConfig(config(&lab));
    lab.create(&desired).await;
    let again = desired.diff(None, &owner()).operations.remove(0);
    assert_eq!(lab.apply(again).await.unwrap_err().kind, FailureKind::AlreadyExists);
}

#[tokio::test]
async fn a_refusal_that_is_no_absence_is_not_taken_for_one() {
    let lab = lab().await;
    let desired = Resource::LifecycleConfig(config(&lab));
    lab.refuse("DescribeNotebookInstanceLifecycleConfig", 400, "ValidationException", "1 validation error detected");
    assert_eq!(failed(lab.read(&desired).await).kind, FailureKind::Invalid);
}

#[tokio::test]
async fn one_that_is_used_is_not_deleted_and_the_help_says_why() {
    let lab = lab().await;
    let message =
        "Unable to delete Notebook Instance Lifecycle Config 'Lab-Scripts'. (Details: Notebook Instance x uses it)";
    lab.refuse("DeleteNotebookInstanceLifecycleConfig", 400, "ValidationException", message);
    let failure = lab.apply(LifecycleConfigOperation::Delete { name: config(&lab).name }).await.unwrap_err();
    insta::assert_snapshot!(failure.help.unwrap_or_default(), @"each notebook instance that uses it has to be stopped and updated to use none first");
}
