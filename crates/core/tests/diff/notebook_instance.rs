use std::collections::BTreeSet;

use insta::assert_snapshot;
use reconcile_core::field::Field;
use reconcile_core::resource::notebook_instance::{NotebookInstanceState, Toggle};
use reconcile_core::resource::{NotebookInstance, Operation, Resource, Settled, Tags};

use crate::{owned, ownership, page};

fn text(text: &str) -> Field<String> {
    Field::Set(text.to_owned())
}

pub(crate) fn instance() -> NotebookInstance {
    NotebookInstance {
        name: "analysis".to_owned(),
        arn: "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/analysis".to_owned(),
        instance_type: text("ml.t3.large"),
        role_arn: text("arn:aws:iam::111122223333:role/worker"),
        volume_size_in_gb: Field::Set(30),
        platform_identifier: text("notebook-al2023-v1"),
        lifecycle_config_name: text("setup"),
        subnet_id: text("subnet-1"),
        security_group_ids: Field::Set(BTreeSet::from(["sg-1".to_owned()])),
        kms_key_id: Field::Null,
        direct_internet_access: Field::Set(Toggle::Enabled),
        root_access: Field::Set(Toggle::Enabled),
        ip_address_type: text("ipv4"),
        minimum_instance_metadata_service_version: text("2"),
        default_code_repository: Field::Null,
        additional_code_repositories: Field::Set(BTreeSet::new()),
        state: Field::Absent,
        tags: Tags::default(),
        failure_reason: None,
    }
}

pub(crate) fn live(state: NotebookInstanceState) -> NotebookInstance {
    NotebookInstance { state: Field::Set(state), tags: owned(), ..instance() }
}

fn running(change: fn(&mut NotebookInstance)) -> NotebookInstance {
    let mut live = live(NotebookInstanceState::InService);
    change(&mut live);
    live
}

fn diff(desired: &NotebookInstance, live: &NotebookInstance) -> String {
    page(&desired.diff(Some(live), &ownership()))
}

fn apis(desired: &NotebookInstance, live: &NotebookInstance) -> Vec<&'static str> {
    desired.diff(Some(live), &ownership()).operations.iter().map(Operation::api).collect()
}

#[test]
fn a_creation_is_one_call_and_a_stop_where_it_is_not_to_run() {
    assert_snapshot!(page(&instance().diff(None, &ownership())), @r#"
    ~ instance_type: null -> "ml.t3.large"
    ~ role_arn: null -> "arn:aws:iam::111122223333:role/worker"
    ~ volume_size_in_gb: null -> 30
    ~ platform_identifier: null -> "notebook-al2023-v1"
    ~ lifecycle_config_name: null -> "setup"
    ~ root_access: null -> "Enabled"
    ~ ip_address_type: null -> "ipv4"
    ~ minimum_instance_metadata_service_version: null -> "2"
    ~ subnet_id: null -> "subnet-1"
    ~ security_group_ids: [] -> ["sg-1"]
    ~ direct_internet_access: null -> "Enabled"
    > sagemaker:CreateNotebookInstance: create the notebook instance and start it
    "#);
    let stopped = NotebookInstance { state: Field::Set(NotebookInstanceState::Stopped), ..instance() };
    let operations = stopped.diff(None, &ownership()).operations;
    let apis: Vec<_> = operations.iter().map(Operation::api).collect();
    assert_eq!(apis, ["sagemaker:CreateNotebookInstance", "sagemaker:StopNotebookInstance"]);
}

#[test]
fn what_agrees_needs_nothing() {
    for state in [NotebookInstanceState::InService, NotebookInstanceState::Stopped] {
        assert_eq!(diff(&instance(), &live(state)), "");
    }
}

#[test]
fn a_running_instance_is_stopped_updated_and_started() {
    assert_snapshot!(diff(&instance(), &running(|live| live.instance_type = text("ml.t3.medium"))), @r#"
    ~ instance_type: "ml.t3.medium" -> "ml.t3.large"
    > sagemaker:AddTags: set the tag reconcile:run-state
    > sagemaker:StopNotebookInstance: stop it
    > sagemaker:UpdateNotebookInstance: set instance_type
    > sagemaker:StartNotebookInstance: start it
    > sagemaker:DeleteTags: remove the tag reconcile:run-state
    ! interrupt
    # it is stopped for the update (some 5 to 10 minutes): kernels, and everything outside /home/ec2-user/SageMaker, are lost
    "#);
    let changes: [fn(&mut NotebookInstance); 8] = [
        |live| live.role_arn = text("arn:aws:iam::111122223333:role/other"),
        |live| live.volume_size_in_gb = Field::Set(20),
        |live| live.platform_identifier = text("notebook-al2-v3"),
        |live| live.lifecycle_config_name = Field::Null,
        |live| live.root_access = Field::Set(Toggle::Disabled),
        |live| live.ip_address_type = text("dualstack"),
        |live| live.minimum_instance_metadata_service_version = text("1"),
        |live| live.default_code_repository = text("https://example.com/a.git"),
    ];
    for change in changes {
        let declared = NotebookInstance { state: Field::Set(NotebookInstanceState::InService), ..instance() };
        assert_eq!(
            apis(&declared, &running(change)),
            ["sagemaker:StopNotebookInstance", "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"]
        );
    }
}

/// A run that was killed after any of its calls leaves an instance that the next one starts.
#[test]
fn what_was_stopped_for_a_change_runs_again_wherever_the_run_was_killed() {
    killed_after_each_call(&instance());
}

/// The note is set and removed with the other tags, in one call each.
#[test]
fn what_is_noted_of_a_change_costs_no_call_where_other_tags_are_set_and_removed() {
    let mut declared = instance();
    declared.tags.0.extend([("stage".to_owned(), Some("one".to_owned())), ("cost".to_owned(), None)]);
    killed_after_each_call(&declared);
}

/// Even where the manifest, or an undo, has the note removed.
#[test]
fn a_note_is_taken_away_once() {
    let mut declared = instance();
    declared.tags.0.insert("reconcile:run-state".to_owned(), None);
    let mut stopped = live(NotebookInstanceState::Stopped);
    stopped.tags.0.insert("reconcile:run-state".to_owned(), Some("running".to_owned()));
    assert_eq!(apis(&declared, &stopped), ["sagemaker:StartNotebookInstance", "sagemaker:DeleteTags"]);
    let last = declared.diff(Some(&stopped), &ownership()).operations.pop().expect("a call");
    assert_eq!(last.summary(), "remove the tag reconcile:run-state");
}

fn killed_after_each_call(declared: &NotebookInstance) {
    let (mut state, mut places) = (running(|live| live.instance_type = text("ml.t3.medium")), 0);
    state.tags.0.insert("cost".to_owned(), Some("center".to_owned()));
    let operations = declared.diff(Some(&state), &ownership()).operations;
    assert_eq!(operations.len(), 5);
    for operation in &operations {
        let rest = declared.diff(Some(&state), &ownership()).operations;
        assert_eq!(rest, operations[places..], "after {places} calls");
        let before = Resource::NotebookInstance(state);
        let after = operation.effect(Some(&before), &before);
        let Some(Resource::NotebookInstance(after)) = after else { panic!("it exists") };
        (state, places) = (after, places + 1);
    }
    assert_eq!(state.state, Field::Set(NotebookInstanceState::InService));
    assert!(declared.diff(Some(&state), &ownership()).is_empty());
    assert!(!state.tags.0.contains_key("reconcile:run-state"));
}

#[test]
fn a_replacement_that_was_killed_remembers_that_it_ran() {
    let shrunk = NotebookInstance { volume_size_in_gb: Field::Set(10), ..instance() };
    let running = live(NotebookInstanceState::InService);
    let calls = shrunk.diff(Some(&running), &ownership()).operations;
    let apis: Vec<_> = calls.iter().map(Operation::api).collect();
    assert_eq!(
        apis,
        [
            "sagemaker:AddTags",
            "sagemaker:StopNotebookInstance",
            "sagemaker:DeleteNotebookInstance",
            "sagemaker:CreateNotebookInstance"
        ]
    );
    let mut stopped = live(NotebookInstanceState::Stopped);
    stopped.tags.0.insert("reconcile:run-state".to_owned(), Some("running".to_owned()));
    assert_eq!(shrunk.diff(Some(&stopped), &ownership()).operations, calls[2..]);
}

#[test]
fn a_stopped_instance_is_updated_and_stays_stopped() {
    let live = NotebookInstance { instance_type: text("ml.t3.medium"), ..live(NotebookInstanceState::Stopped) };
    assert_eq!(apis(&instance(), &live), ["sagemaker:UpdateNotebookInstance"]);
    let to_run = NotebookInstance { state: Field::Set(NotebookInstanceState::InService), ..instance() };
    assert_eq!(apis(&to_run, &live), ["sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"]);
}

#[test]
fn the_declared_run_state_is_brought_about() {
    let to_run = NotebookInstance { state: Field::Set(NotebookInstanceState::InService), ..instance() };
    assert_snapshot!(diff(&to_run, &live(NotebookInstanceState::Stopped)), @r#"
    ~ state: "stopped" -> "running"
    > sagemaker:StartNotebookInstance: start it
    "#);
    let to_stop = NotebookInstance { state: Field::Set(NotebookInstanceState::Stopped), ..instance() };
    assert_snapshot!(diff(&to_stop, &live(NotebookInstanceState::InService)), @r#"
    ~ state: "running" -> "stopped"
    > sagemaker:StopNotebookInstance: stop it
    ! interrupt
    "#);
}

#[test]
fn what_is_on_its_way_counts_as_what_it_becomes() {
    let to_run = NotebookInstance { state: Field::Set(NotebookInstanceState::InService), ..instance() };
    // A state that is not known here is one on the way, too.
    for status in ["Pending", "PendingMaintenance", "InMaintenance", "Rehydrating"] {
        let live = live(NotebookInstanceState::from_service(status));
        assert_eq!(diff(&to_run, &live), "", "{status}");
        assert!(matches!(Resource::NotebookInstance(live).rest(), Settled::Waiting(_)), "{status} is waited for");
    }
    let to_stop = NotebookInstance { state: Field::Set(NotebookInstanceState::Stopped), ..instance() };
    assert_eq!(diff(&to_stop, &live(NotebookInstanceState::from_service("Stopping"))), "");
}

#[test]
fn what_is_fixed_at_creation_makes_it_anew_and_loses_the_volume() {
    assert_snapshot!(diff(&instance(), &running(|live| live.subnet_id = text("subnet-2"))), @r#"
    ~ subnet_id: "subnet-2" -> "subnet-1"
    > sagemaker:AddTags: set the tag reconcile:run-state
    > sagemaker:StopNotebookInstance: stop it
    > sagemaker:DeleteNotebookInstance: delete the notebook instance and its volume
    > sagemaker:CreateNotebookInstance: create the notebook instance and start it
    ! interrupt
    ! replace
    ! data-loss
    # its volume (/home/ec2-user/SageMaker), its URL and its network interface are lost
    = replaces
    "#);
    assert_snapshot!(diff(&instance(), &running(|live| live.volume_size_in_gb = Field::Set(50))), @"
    ~ volume_size_in_gb: 50 -> 30
    > sagemaker:AddTags: set the tag reconcile:run-state
    > sagemaker:StopNotebookInstance: stop it
    > sagemaker:DeleteNotebookInstance: delete the notebook instance and its volume
    > sagemaker:CreateNotebookInstance: create the notebook instance and start it
    ! interrupt
    ! replace
    ! data-loss
    # its volume (/home/ec2-user/SageMaker), its URL and its network interface are lost
    # a volume can grow but never shrink
    = replaces
    ");
    let changes: [fn(&mut NotebookInstance); 3] = [
        |live| live.security_group_ids = Field::Set(BTreeSet::new()),
        |live| live.kms_key_id = text("key"),
        |live| live.direct_internet_access = Field::Set(Toggle::Disabled),
    ];
    for change in changes {
        assert!(instance().diff(Some(&running(change)), &ownership()).replaces);
    }
}

#[test]
fn a_failed_instance_is_updated_without_a_stop_and_says_why_it_failed() {
    let live = NotebookInstance {
        instance_type: text("ml.t3.medium"),
        failure_reason: Some("no capacity".to_owned()),
        ..live(NotebookInstanceState::Failed)
    };
    assert_snapshot!(diff(&instance(), &live), @r#"
    ~ instance_type: "ml.t3.medium" -> "ml.t3.large"
    > sagemaker:UpdateNotebookInstance: set instance_type
    # it failed: no capacity (lifecycle scripts log to /aws/sagemaker/NotebookInstances, stream analysis/LifecycleConfigOnStart)
    "#);
}

#[test]
fn a_platform_that_is_not_told_is_not_compared_and_said_so() {
    assert_snapshot!(diff(&instance(), &running(|live| live.platform_identifier = Field::Absent)), @"
    # platform_identifier is not compared: the service does not report it
    ");
}

/// The guards that a difference runs into.
fn guards(desired: &NotebookInstance, live: &NotebookInstance) -> Vec<String> {
    desired.diff(Some(live), &ownership()).guards.into_iter().map(|guard| guard.message).collect()
}

#[test]
fn what_could_not_be_started_again_is_not_stopped() {
    let desired = NotebookInstance { platform_identifier: Field::Absent, ..instance() };
    let retired = |state, change: fn(&mut NotebookInstance)| {
        let mut live = live(state);
        live.platform_identifier = text("notebook-al2-v2");
        change(&mut live);
        live
    };
    let smaller = |live: &mut NotebookInstance| live.instance_type = text("ml.t3.medium");
    let stopped = guards(&desired, &retired(NotebookInstanceState::InService, smaller));
    assert_snapshot!(stopped.join("; "), @"it would be stopped, and could not be started again: AWS has retired its platform notebook-al2-v2");
    let moved = NotebookInstance { platform_identifier: text("notebook-al2023-v1"), ..instance() };
    assert_eq!(guards(&moved, &retired(NotebookInstanceState::InService, smaller)), Vec::<String>::new());
    assert_eq!(guards(&desired, &retired(NotebookInstanceState::Stopped, smaller)), Vec::<String>::new());
    let to_run = NotebookInstance { state: Field::Set(NotebookInstanceState::InService), ..desired.clone() };
    let started = guards(&to_run, &retired(NotebookInstanceState::Stopped, |_| {}));
    assert_snapshot!(started.join("; "), @"it cannot be started: AWS has retired its platform notebook-al2-v2");
    let anew = guards(&desired, &retired(NotebookInstanceState::Stopped, |live| live.subnet_id = text("subnet-2")));
    assert_snapshot!(anew.join("; "), @"it would be deleted with its volume, and could not be created again: AWS has retired its platform notebook-al2-v2");
}

#[test]
fn the_oldest_platform_is_left_by_making_the_instance_anew() {
    let mut live = live(NotebookInstanceState::Stopped);
    live.platform_identifier = text("notebook-al1-v1");
    let difference = instance().diff(Some(&live), &ownership());
    assert!(difference.replaces && difference.guards.is_empty());
}
