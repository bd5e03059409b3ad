//! SageMaker notebook instances.

use std::collections::{BTreeMap, BTreeSet};

use reconcile_core::failure::FailureKind;
use reconcile_core::field::Field;
use reconcile_core::reading::Reading;
use reconcile_core::resource::notebook_instance::{NotebookInstanceState, NotebookInstanceUpdate, Toggle};
use reconcile_core::resource::{NotebookInstance, NotebookInstanceOperation, Resource, Tags};
use reconcile_sandbox::Behaviour;

use crate::support::{Lab, lab, lab_with, owner, tags};

/// An instance with everything managed that needs nothing else to exist.
fn instance(lab: &Lab) -> NotebookInstance {
    NotebookInstance {
        name: "Lab-Notebook".to_owned(),
        arn: lab.scope.notebook_instance_arn("Lab-Notebook"),
        instance_type: Field::Set("ml.t3.large".to_owned()),
        role_arn: Field::Set(lab.scope.role_arn("/", "lab-role")),
        volume_size_in_gb: Field::Set(30),
        platform_identifier: Field::Set("notebook-al2023-v1".to_owned()),
        lifecycle_config_name: Field::Null,
        subnet_id: Field::Null,
        security_group_ids: Field::Set(BTreeSet::new()),
        kms_key_id: Field::Null,
        direct_internet_access: Field::Set(Toggle::Enabled),
        root_access: Field::Set(Toggle::Disabled),
        ip_address_type: Field::Set("ipv4".to_owned()),
        minimum_instance_metadata_service_version: Field::Set("2".to_owned()),
        default_code_repository: Field::Set("https://github.com/aws/amazon-sagemaker-examples.git".to_owned()),
        additional_code_repositories: Field::Set(BTreeSet::from([
            "https://github.com/aws/deep-learning-containers.git".to_owned(),
        ])),
        state: Field::Absent,
        tags: Tags(BTreeMap::from([("project".to_owned(), Some("lab".to_owned()))])),
        failure_reason: None,
    }
}

async fn lab_with_role(behaviour: Option<Behaviour>) -> Lab {
    let lab = match behaviour {
        Some(behaviour) => lab_with(behaviour).await,
        None => lab().await,
    };
    lab.create(&Resource::Role(lab.role("lab-role"))).await;
    lab
}

fn state(resource: &Resource) -> Field<NotebookInstanceState> {
    match resource {
        Resource::NotebookInstance(instance) => instance.state.clone(),
        other => panic!("not a notebook instance: {other:?}"),
    }
}

#[tokio::test]
async fn a_created_instance_reads_back_as_desired() {
    let lab = lab_with_role(None).await;
    let desired = Resource::NotebookInstance(instance(&lab));
    assert_eq!(lab.read(&desired).await, Reading::Absent);
    assert_eq!(lab.calls_of_reading(&desired).await, "sagemaker:DescribeNotebookInstance");
    lab.create(&desired).await;
    lab.agrees(&desired).await;
    insta::assert_snapshot!(lab.calls_of_reading(&desired).await, @r"
    sagemaker:DescribeNotebookInstance
    sagemaker:ListTags
    ");
}

#[tokio::test]
async fn what_is_not_set_gets_the_service_defaults_and_they_are_no_difference() {
    let lab = lab_with_role(None).await;
    let desired = NotebookInstance {
        instance_type: Field::Set("ml.t3.medium".to_owned()),
        role_arn: Field::Set(lab.scope.role_arn("/", "lab-role")),
        ..instance(&lab).identity()
    };
    lab.create(&Resource::NotebookInstance(desired.clone())).await;
    let defaults = NotebookInstance {
        root_access: Field::Null,
        volume_size_in_gb: Field::Null,
        kms_key_id: Field::Null,
        ..desired
    };
    lab.agrees(&Resource::NotebookInstance(defaults.with_service_defaults())).await;
}

#[tokio::test]
async fn an_update_stops_sends_every_member_and_starts_again() {
    let lab = lab_with_role(None).await;
    lab.create(&Resource::NotebookInstance(instance(&lab))).await;
    let desired = Resource::NotebookInstance(NotebookInstance {
        instance_type: Field::Set("ml.t3.xlarge".to_owned()),
        volume_size_in_gb: Field::Set(50),
        root_access: Field::Set(Toggle::Enabled),
        minimum_instance_metadata_service_version: Field::Set("1".to_owned()),
        default_code_repository: Field::Null,
        additional_code_repositories: Field::Set(BTreeSet::new()),
        ..instance(&lab)
    });
    let live = lab.live(&desired).await;
    insta::assert_snapshot!(lab.bring_about(&desired, Some(&live)).await, @r"
    sagemaker:AddTags
    sagemaker:StopNotebookInstance
    sagemaker:UpdateNotebookInstance
    sagemaker:StartNotebookInstance
    sagemaker:DeleteTags
    ");
    lab.agrees(&desired).await;
    assert_eq!(state(&lab.live(&desired).await), Field::Set(NotebookInstanceState::InService));
}

#[tokio::test]
async fn each_operation_is_the_one_call_it_names_and_brings_about_its_state() {
    let lab = lab_with_role(None).await;
    let desired = Resource::NotebookInstance(instance(&lab));
    lab.create(&desired).await;
    let name = || "Lab-Notebook".to_owned();
    let arn = || instance(&lab).arn;
    let update = NotebookInstanceUpdate { volume_size_in_gb: Field::Set(31), ..NotebookInstanceUpdate::default() };
    for operation in [
        NotebookInstanceOperation::Tag { arn: arn(), tags: tags(&[("a", "1")]) },
        NotebookInstanceOperation::Untag { arn: arn(), keys: vec!["a".to_owned()] },
        NotebookInstanceOperation::Stop { name: name() },
        NotebookInstanceOperation::Update { name: name(), update: Box::new(update) },
        NotebookInstanceOperation::Start { name: name() },
        NotebookInstanceOperation::Stop { name: name() },
        NotebookInstanceOperation::Delete { name: name() },
    ] {
        lab.apply(operation).await.unwrap();
        // A state that is due is entered with the next reading.
        lab.read(&desired).await;
    }
    assert_eq!(state(&lab.live(&desired).await), Field::Set(NotebookInstanceState::Deleting));
}

#[tokio::test]
async fn a_call_in_the_wrong_state_is_a_conflict() {
    let lab = lab_with_role(Some(Behaviour { notebook_start: u64::from(u32::MAX), ..Behaviour::default() })).await;
    let desired = Resource::NotebookInstance(instance(&lab));
    lab.create(&desired).await;
    assert_eq!(state(&lab.live(&desired).await), Field::Set(NotebookInstanceState::Changing("Pending".to_owned())));
    let stop = NotebookInstanceOperation::Stop { name: "Lab-Notebook".to_owned() };
    let failure = lab.apply(stop).await.unwrap_err();
    assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::Conflict, Some("ValidationException")));
}

#[tokio::test]
async fn a_role_that_sagemaker_cannot_assume_is_not_yet_visible() {
    let lab = lab().await;
    let create = Resource::NotebookInstance(instance(&lab)).diff(None, &owner()).operations.remove(0);
    let failure = lab.apply(create).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotYetVisible, "{failure}");
}

#[tokio::test]
async fn a_second_instance_of_a_name_already_exists() {
    let lab = lab_with_role(None).await;
    let desired = Resource::NotebookInstance(instance(&lab));
    lab.create(&desired).await;
    let again = desired.diff(None, &owner()).operations.remove(0);
    assert_eq!(lab.apply(again).await.unwrap_err().kind, FailureKind::AlreadyExists);
}

#[tokio::test]
async fn tags_that_may_not_be_read_fail_the_instance_only_where_there_is_one() {
    let lab = lab_with_role(None).await;
    let desired = Resource::NotebookInstance(instance(&lab));
    lab.refuse("ListTags", 400, "AccessDeniedException", "no");
    assert_eq!(lab.read(&desired).await, Reading::Absent);
    lab.create(&desired).await;
    let failure = crate::support::failed(lab.read(&desired).await);
    assert_eq!((failure.kind, failure.api.as_str()), (FailureKind::Denied, "sagemaker:ListTags"));
}
