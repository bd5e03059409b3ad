use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{Policy, Scope};
use insta::assert_snapshot;
use reconcile_core::field::Field;
use reconcile_core::resource::policy::PolicyVersion;
use reconcile_core::resource::{ManagedPolicy, ManagedPolicyOperation, Tags};

use crate::{owned, ownership, page};

fn allow(action: &str) -> Policy {
    let scope = Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() };
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}}}"#
    );
    Policy::parse(&text, &scope).expect("a policy")
}

fn version(id: &str, action: &str) -> PolicyVersion {
    PolicyVersion { id: id.to_owned(), document: Some(allow(action)) }
}

/// A policy with every field set.
fn policy() -> ManagedPolicy {
    ManagedPolicy {
        name: "read".to_owned(),
        arn: "arn:aws:iam::111122223333:policy/data/read".to_owned(),
        path: Field::Set("/data/".to_owned()),
        description: Field::Set("reads".to_owned()),
        document: Field::Set(allow("s3:GetObject")),
        tags: Tags(BTreeMap::from([("team".to_owned(), Some("ml".to_owned()))])),
        versions: Field::Absent,
        used_by: Field::Absent,
    }
}

/// The same, live.
fn live() -> ManagedPolicy {
    let mut tags = owned();
    tags.0.extend(policy().tags.0);
    ManagedPolicy { tags, ..policy() }
}

/// One that lets do something else, with other versions.
fn drifted(versions: Vec<PolicyVersion>) -> ManagedPolicy {
    ManagedPolicy { document: Field::Set(allow("s3:PutObject")), versions: Field::Set(versions), ..live() }
}

fn diff(desired: &ManagedPolicy, live: &ManagedPolicy) -> String {
    page(&desired.diff(Some(live), &ownership()))
}

#[test]
fn a_creation_is_one_call() {
    assert_snapshot!(page(&policy().diff(None, &ownership())), @r#"
    ~ path: null -> "/data/"
    ~ description: null -> "reads"
    ~ document: + s3:GetObject on *
    ~ tags.team: null -> "ml"
    > iam:CreatePolicy: create the policy with its document
    "#);
}

#[test]
fn what_agrees_needs_nothing_whatever_the_other_versions_say() {
    assert_eq!(diff(&policy(), &live()), "");
    assert_eq!(diff(&policy().identity(), &live()), "");
    let others = Field::Set(vec![version("v1", "s3:PutObject")]);
    assert_eq!(diff(&policy(), &ManagedPolicy { versions: others, ..live() }), "");
}

#[test]
fn another_document_becomes_a_version_in_force() {
    assert_snapshot!(diff(&policy(), &drifted(Vec::new())), @"
    ~ document: + s3:GetObject on * (widens) | - s3:PutObject on * (narrows)
    > iam:CreatePolicyVersion: create a version with the document and put it in force
    ! widens-access
    ");
    assert_snapshot!(diff(&policy(), &drifted(vec![version("v1", "s3:List*")])), @"
    ~ document: + s3:GetObject on * (widens) | - s3:PutObject on * (narrows)
    > iam:CreatePolicyVersion: create a version with the document and put it in force
    ! widens-access
    ");
}

#[test]
fn an_older_version_with_the_wanted_document_is_put_in_force_again() {
    let versions = vec![version("v1", "s3:GetObject"), version("v2", "s3:GetObject"), version("v4", "s3:List*")];
    assert_snapshot!(diff(&policy(), &drifted(versions)), @"
    ~ document: + s3:GetObject on * (widens) | - s3:PutObject on * (narrows)
    > iam:SetDefaultPolicyVersion: put the version v2 in force, which has the document already
    ! widens-access
    ");
}

#[test]
fn a_sixth_version_takes_the_place_of_the_oldest_that_is_not_in_force() {
    let versions = ["v2", "v3", "v9", "v10"].map(|id| version(id, "s3:List*"));
    assert_snapshot!(diff(&policy(), &drifted(versions.to_vec())), @"
    ~ document: + s3:GetObject on * (widens) | - s3:PutObject on * (narrows)
    > iam:DeletePolicyVersion: delete the version v2, which is not in force
    > iam:CreatePolicyVersion: create a version with the document and put it in force
    ! widens-access
    # a policy has at most 5 versions: v2, the oldest that is not in force, makes room
    ");
}

#[test]
fn a_version_that_cannot_be_read_is_not_used_again_and_may_go() {
    let unreadable = |id: &str| PolicyVersion { id: id.to_owned(), document: None };
    let difference = policy().diff(Some(&drifted(["v1", "v2", "v3", "v4"].map(unreadable).to_vec())), &ownership());
    let apis: Vec<_> = difference.operations.iter().map(reconcile_core::resource::Operation::api).collect();
    assert_eq!(apis, ["iam:DeletePolicyVersion", "iam:CreatePolicyVersion"]);
}

#[test]
fn less_access_carries_no_hazard() {
    let desired = ManagedPolicy { document: Field::Set(allow("s3:GetObject")), ..policy() };
    let live = ManagedPolicy { document: Field::Set(allow("s3:*")), ..live() };
    assert_snapshot!(diff(&desired, &live), @"
    ~ document: + s3:GetObject on * (neither) | - s3:* on * (narrows)
    > iam:CreatePolicyVersion: create a version with the document and put it in force
    ");
}

#[test]
fn a_description_is_fixed_and_only_told() {
    let other = ManagedPolicy { description: Field::Set("by hand".to_owned()), ..live() };
    let difference = policy().diff(Some(&other), &ownership());
    assert!(difference.is_empty());
    assert_snapshot!(page(&difference), @r#"# `description` differs and stays: IAM cannot change it, and the policy has "by hand"; write that, or delete the policy and apply again"#);
    let without = ManagedPolicy { description: Field::Null, ..policy() };
    assert_snapshot!(diff(&without, &live()), @r#"# `description` differs and stays: IAM cannot change it, and the policy has "reads"; write that, or delete the policy and apply again"#);
    assert_snapshot!(diff(&policy(), &ManagedPolicy { description: Field::Null, ..live() }), @"# `description` differs and stays: IAM cannot change it, and the policy has no description; write that, or delete the policy and apply again");
}

#[test]
fn tags_keep_their_case() {
    let mut live = live();
    live.tags = Tags::live([("Team".to_owned(), "ml".to_owned()), ("old".to_owned(), "1".to_owned())]);
    let mut desired = policy();
    desired.tags.0.insert("old".to_owned(), None);
    assert_snapshot!(diff(&desired, &live), @r#"
    ~ tags.old: "1" -> null
    ~ tags.team: null -> "ml"
    ~ tags.reconcile:owner: null -> "lab"
    > iam:TagPolicy: set the tags reconcile:owner, team
    > iam:UntagPolicy: remove the tag old
    "#);
}

#[test]
fn another_path_replaces_the_policy() {
    let live = ManagedPolicy {
        arn: "arn:aws:iam::111122223333:policy/read".to_owned(),
        path: Field::Set("/".to_owned()),
        versions: Field::Set(vec![version("v1", "s3:List*"), version("v3", "s3:List*")]),
        used_by: Field::Set(BTreeSet::from(["the role worker".to_owned(), "the user ana".to_owned()])),
        ..live()
    };
    let desired = ManagedPolicy { description: Field::Absent, ..policy() };
    let difference = desired.diff(Some(&live), &ownership());
    assert_snapshot!(page(&difference), @r#"
    ~ path: "/" -> "/data/"
    > iam:DeletePolicyVersion: delete the version v1, which is not in force
    > iam:DeletePolicyVersion: delete the version v3, which is not in force
    > iam:DeletePolicy: delete the policy
    > iam:CreatePolicy: create the policy with its document
    ! replace
    # its ARN changes from arn:aws:iam::111122223333:policy/read: what names the old one breaks
    # what is not managed goes along: description; should the apply be stopped before it is made anew, only `--journal` keeps that
    = replaces
    "#);
    let Some(reconcile_core::resource::Operation::ManagedPolicy(ManagedPolicyOperation::Create {
        description, ..
    })) = difference.operations.last()
    else {
        panic!("{difference:?}")
    };
    assert_eq!(description.as_deref(), Some("reads"), "what is not managed is kept");
}

#[test]
fn a_path_that_is_not_managed_is_left_alone() {
    let desired =
        ManagedPolicy { path: Field::Absent, arn: "arn:aws:iam::111122223333:policy/read".to_owned(), ..policy() };
    let difference = desired.diff(Some(&drifted(Vec::new())), &ownership());
    let expected = ManagedPolicyOperation::CreateVersion { policy_arn: live().arn, document: allow("s3:GetObject") };
    assert_eq!(difference.operations, [expected.into()], "the live ARN is the one to call");
}

#[test]
fn a_deletion_takes_the_other_versions_first() {
    let live = ManagedPolicy {
        versions: Field::Set(vec![version("v2", "s3:List*")]),
        used_by: Field::Set(BTreeSet::from(["the role worker".to_owned()])),
        ..live()
    };
    assert_snapshot!(page(&live.deletion()), @"
    > iam:DeletePolicyVersion: delete the version v2, which is not in force
    > iam:DeletePolicy: delete the policy
    ! delete
    ");
    let asked = policy().to_be_deleted();
    assert!(asked.versions.is_managed() && asked.used_by.is_managed() && !asked.document.is_managed());
}
