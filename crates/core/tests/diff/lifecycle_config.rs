use std::collections::BTreeMap;

use insta::assert_snapshot;
use reconcile_core::field::Field;
use reconcile_core::resource::lifecycle_config::Script;
use reconcile_core::resource::{LifecycleConfig, LifecycleConfigOperation, Tags};

use crate::{owned, ownership, page};

fn script(text: &str) -> Field<Script> {
    Field::Set(Script::new(text.as_bytes().to_vec()))
}

/// A configuration with every field set.
fn config() -> LifecycleConfig {
    LifecycleConfig {
        name: "packages".to_owned(),
        arn: "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance-lifecycle-config/packages".to_owned(),
        on_create: script("#!/bin/sh\ncreate\n"),
        on_start: script("#!/bin/sh\nstart\n"),
        tags: Tags(BTreeMap::from([("team".to_owned(), Some("ml".to_owned()))])),
    }
}

/// The same, live.
fn live() -> LifecycleConfig {
    let mut tags = owned();
    tags.0.extend(config().tags.0);
    LifecycleConfig { tags, ..config() }
}

fn diff(desired: &LifecycleConfig, live: &LifecycleConfig) -> String {
    page(&desired.diff(Some(live), &ownership()))
}

#[test]
fn a_creation_is_one_call() {
    assert_snapshot!(page(&config().diff(None, &ownership())), @r##"
    ~ on_create: null -> "#!/bin/sh\ncreate\n"
    ~ on_start: null -> "#!/bin/sh\nstart\n"
    ~ tags.team: null -> "ml"
    > sagemaker:CreateNotebookInstanceLifecycleConfig: create the lifecycle configuration
    "##);
}

#[test]
fn what_agrees_needs_nothing() {
    assert_eq!(diff(&config(), &live()), "");
    assert_eq!(diff(&config().identity(), &live()), "");
}

#[test]
fn each_script_is_compared_byte_for_byte_and_says_when_it_acts() {
    assert_snapshot!(diff(&config(), &LifecycleConfig { on_create: script("#!/bin/sh\ncreate"), ..live() }), @r##"
    ~ on_create: "#!/bin/sh\ncreate" -> "#!/bin/sh\ncreate\n"
    > sagemaker:UpdateNotebookInstanceLifecycleConfig: set both scripts
    # `on_create` runs when an instance is created: those that exist keep theirs
    "##);
    assert_snapshot!(diff(&config(), &LifecycleConfig { on_start: script("#!/bin/sh\r\nstart\r\n"), ..live() }), @r##"
    ~ on_start: "#!/bin/sh\r\nstart\r\n" -> "#!/bin/sh\nstart\n"
    > sagemaker:UpdateNotebookInstanceLifecycleConfig: set both scripts
    # `on_start` acts at the next start of each instance that uses it
    "##);
    assert_snapshot!(diff(&LifecycleConfig { on_start: Field::Null, ..config() }, &live()), @r##"
    ~ on_start: "#!/bin/sh\nstart\n" -> null
    > sagemaker:UpdateNotebookInstanceLifecycleConfig: set both scripts
    # `on_start` acts at the next start of each instance that uses it
    "##);
}

#[test]
fn both_scripts_are_sent_and_the_one_that_is_not_managed_as_it_is_live() {
    let desired = LifecycleConfig { on_create: Field::Absent, on_start: Field::Null, ..config() };
    let theirs = LifecycleConfig { on_create: script("#!/bin/sh\ntheirs\n"), ..live() };
    let expected = LifecycleConfigOperation::Update {
        name: "packages".to_owned(),
        on_create: theirs.on_create.value().cloned(),
        on_start: None,
    };
    assert_eq!(desired.diff(Some(&theirs), &ownership()).operations, [expected.into()]);
}

#[test]
fn tags_are_tied_to_the_arn() {
    let mut desired = config();
    desired.tags.0.insert("old".to_owned(), None);
    let found = Tags::live([("team".to_owned(), "x".to_owned()), ("old".to_owned(), "1".to_owned())]);
    assert_snapshot!(diff(&desired, &LifecycleConfig { tags: found, ..live() }), @r##"
    ~ tags.old: "1" -> null
    ~ tags.team: "x" -> "ml"
    ~ tags.reconcile:owner: null -> "lab"
    > sagemaker:AddTags: set the tags reconcile:owner, team
    > sagemaker:DeleteTags: remove the tag old
    "##);
}

#[test]
fn a_deletion_is_one_call() {
    assert_snapshot!(page(&live().deletion()), @"
    > sagemaker:DeleteNotebookInstanceLifecycleConfig: delete the lifecycle configuration
    ! delete
    # SageMaker refuses to delete it as long as a notebook instance uses it
    ");
}
