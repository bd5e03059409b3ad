use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{Policy, Scope};
use insta::assert_snapshot;
use reconcile_core::field::Field;
use reconcile_core::resource::{Role, RoleOperation, Tags};

use crate::{owned, ownership, page};

fn policy(text: &str) -> Policy {
    let scope = Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() };
    Policy::parse(text, &scope).expect("a policy")
}

fn trust(service: &str) -> Policy {
    policy(&format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Principal": {{"Service": "{service}"}}, "Action": "sts:AssumeRole"}}]}}"#
    ))
}

fn allow(action: &str) -> Policy {
    policy(&format!(
        r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Action": "{action}", "Resource": "*"}}}}"#
    ))
}

fn arn(name: &str) -> String {
    format!("arn:aws:iam::aws:policy/{name}")
}

/// A role with every field set.
fn role() -> Role {
    Role {
        name: "worker".to_owned(),
        arn: "arn:aws:iam::111122223333:role/jobs/worker".to_owned(),
        existing: false,
        path: Field::Set("/jobs/".to_owned()),
        description: Field::Set("works".to_owned()),
        max_session_duration: Field::Set(7200),
        permissions_boundary: Field::Null,
        trust_policy: Field::Set(trust("ec2.amazonaws.com")),
        managed_policies: Field::Set(BTreeSet::from([arn("A")])),
        inline_policies: Field::Set(BTreeMap::from([("own".to_owned(), Some(allow("s3:GetObject")))])),
        tags: Tags(BTreeMap::from([("team".to_owned(), Some("ml".to_owned()))])),
        instance_profiles: Field::Absent,
    }
}

/// The same, live.
fn live() -> Role {
    let mut tags = owned();
    tags.0.extend(role().tags.0);
    Role { tags, ..role() }
}

fn diff(desired: &Role, live: &Role) -> String {
    page(&desired.diff(Some(live), &ownership()))
}

#[test]
fn a_creation_sends_what_it_can_in_one_call_and_then_attaches() {
    assert_snapshot!(page(&role().diff(None, &ownership())), @r#"
    ~ path: null -> "/jobs/"
    ~ description: null -> "works"
    ~ max_session_duration: null -> 7200
    ~ trust_policy: + Service ec2.amazonaws.com may sts:AssumeRole
    ~ managed_policies: + arn:aws:iam::aws:policy/A
    ~ inline_policies.own: + s3:GetObject on *
    ~ tags.team: null -> "ml"
    > iam:CreateRole: create the role with its trust policy
    > iam:AttachRolePolicy: attach arn:aws:iam::aws:policy/A
    > iam:PutRolePolicy: put the inline policy own
    "#);
}

#[test]
fn a_role_that_trusts_itself_is_created_with_a_trust_in_nobody_first() {
    let document = format!(
        r#"{{"Statement": [{{"Effect": "Allow", "Principal": {{"AWS": "{}"}}, "Action": "sts:AssumeRole"}}]}}"#,
        role().arn
    );
    let operations = Role { trust_policy: Field::Set(policy(&document)), ..role() }.diff(None, &ownership()).operations;
    let Some(reconcile_core::resource::Operation::Role(RoleOperation::Create { trust_policy, .. })) =
        operations.first()
    else {
        panic!("no creation")
    };
    assert!(trust_policy.to_json().contains("Deny") && !trust_policy.to_json().contains(&role().arn));
    assert_eq!(operations[1].api(), "iam:UpdateAssumeRolePolicy");
}

#[test]
fn what_agrees_needs_nothing() {
    assert_eq!(diff(&role(), &live()), "");
    assert_eq!(diff(&role().identity(), &live()), "");
}

#[test]
fn each_field_is_repaired_by_its_own_call() {
    let live = |change: fn(&mut Role)| {
        let mut live = live();
        change(&mut live);
        live
    };
    assert_snapshot!(diff(&role(), &live(|live| live.description = Field::Null)), @r#"
    ~ description: null -> "works"
    > iam:UpdateRole: set the description and the longest session
    "#);
    assert_snapshot!(diff(&role(), &live(|live| live.max_session_duration = Field::Set(3600))), @"
    ~ max_session_duration: 3600 -> 7200
    > iam:UpdateRole: set the description and the longest session
    ");
    assert_snapshot!(diff(&role(), &live(|live| live.permissions_boundary = Field::Set(arn("B")))), @r#"
    ~ permissions_boundary: "arn:aws:iam::aws:policy/B" -> null
    > iam:DeleteRolePermissionsBoundary: remove the permissions boundary
    ! widens-access
    "#);
    assert_snapshot!(diff(&role(), &live(|live| live.trust_policy = Field::Set(trust("lambda.amazonaws.com")))), @"
    ~ trust_policy: + Service ec2.amazonaws.com may sts:AssumeRole (widens) | - Service lambda.amazonaws.com may sts:AssumeRole (narrows)
    > iam:UpdateAssumeRolePolicy: set the trust policy
    ! widens-access
    ");
    assert_snapshot!(diff(&role(), &live(|live| live.managed_policies = Field::Set(BTreeSet::from([arn("B")])))), @"
    ~ managed_policies: + arn:aws:iam::aws:policy/A | - arn:aws:iam::aws:policy/B
    > iam:AttachRolePolicy: attach arn:aws:iam::aws:policy/A
    > iam:DetachRolePolicy: detach arn:aws:iam::aws:policy/B
    ! widens-access
    ");
    assert_snapshot!(diff(&role(), &live(|live| live.inline_policies = Field::Set(BTreeMap::from([("theirs".to_owned(), Some(allow("s3:*")))])))), @"
    ~ inline_policies.own: + s3:GetObject on * (neither)
    ~ inline_policies.theirs: - s3:* on * (narrows)
    > iam:PutRolePolicy: put the inline policy own
    > iam:DeleteRolePolicy: delete the inline policy theirs
    ");
    assert_snapshot!(diff(&role(), &live(|live| { live.tags.0.insert("team".to_owned(), Some("x".to_owned())); })), @r#"
    ~ tags.team: "x" -> "ml"
    > iam:TagRole: set the tag team
    "#);
}

/// What it denied is denied no more, whichever of the role's other policies allows it.
#[test]
fn an_inline_policy_that_denied_is_missed_when_it_goes() {
    let denying =
        policy(r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}"#);
    let found = [("own".to_owned(), Some(allow("s3:GetObject"))), ("theirs".to_owned(), Some(denying))];
    let live = Role { inline_policies: Field::Set(BTreeMap::from(found)), ..live() };
    assert_snapshot!(diff(&role(), &live), @"
    ~ inline_policies.theirs: - Deny s3:* on * (widens)
    > iam:DeleteRolePolicy: delete the inline policy theirs
    ! widens-access
    ");
}

#[test]
fn a_boundary_comes_after_what_adds() {
    let desired = Role { permissions_boundary: Field::Set(arn("B")), ..role() };
    let live = Role { managed_policies: Field::Set(BTreeSet::new()), ..live() };
    let operations = desired.diff(Some(&live), &ownership()).operations;
    let apis: Vec<_> = operations.iter().map(reconcile_core::resource::Operation::api).collect();
    assert_eq!(apis, ["iam:AttachRolePolicy", "iam:PutRolePermissionsBoundary"]);
}

#[test]
fn an_update_of_one_setting_sends_the_live_value_of_the_other() {
    let desired = Role { description: Field::Set("new".to_owned()), max_session_duration: Field::Absent, ..role() };
    let operations = desired.diff(Some(&live()), &ownership()).operations;
    let expected = RoleOperation::UpdateSettings {
        role: "worker".to_owned(),
        description: "new".to_owned(),
        max_session_duration: 7200,
    };
    assert_eq!(operations, [expected.into()]);
}

#[test]
fn on_an_existing_role_everything_only_adds() {
    let listed = BTreeMap::from([("pass".to_owned(), Some(allow("iam:PassRole"))), ("old".to_owned(), None)]);
    let desired = Role {
        existing: true,
        managed_policies: Field::Set(BTreeSet::from([arn("C")])),
        inline_policies: Field::Set(listed),
        ..role().identity()
    };
    let found = BTreeMap::from([
        ("own".to_owned(), Some(allow("s3:GetObject"))),
        ("old".to_owned(), Some(allow("s3:PutObject"))),
    ]);
    let live = Role { inline_policies: Field::Set(found), tags: Tags::default(), ..live() };
    assert_snapshot!(diff(&desired, &live), @"
    ~ managed_policies: + arn:aws:iam::aws:policy/C
    ~ inline_policies.old: - s3:PutObject on * (narrows)
    ~ inline_policies.pass: + iam:PassRole on * (widens)
    > iam:AttachRolePolicy: attach arn:aws:iam::aws:policy/C
    > iam:PutRolePolicy: put the inline policy pass
    > iam:DeleteRolePolicy: delete the inline policy old
    ! widens-access
    ");
}

#[test]
fn another_document_under_the_same_name_on_an_existing_role_is_an_overwrite() {
    let inline = |action| Field::Set(BTreeMap::from([("pass".to_owned(), Some(allow(action)))]));
    let desired = Role { existing: true, inline_policies: inline("iam:PassRole"), ..role().identity() };
    assert_snapshot!(diff(&desired, &Role { inline_policies: inline("iam:GetRole"), ..live() }), @"
    ~ inline_policies.pass: + iam:PassRole on * (widens) | - iam:GetRole on * (narrows)
    > iam:PutRolePolicy: put the inline policy pass
    ! overwrite
    ! widens-access
    ");
}

#[test]
fn another_path_replaces_the_role_with_all_that_is_not_managed() {
    let desired = Role { managed_policies: Field::Absent, inline_policies: Field::Absent, ..role() };
    let live = Role {
        path: Field::Set("/".to_owned()),
        instance_profiles: Field::Set(BTreeSet::from(["worker".to_owned()])),
        ..live()
    };
    assert_snapshot!(diff(&desired, &live), @r#"
    ~ path: "/" -> "/jobs/"
    > iam:RemoveRoleFromInstanceProfile: take the role out of the instance profile worker
    > iam:DetachRolePolicy: detach arn:aws:iam::aws:policy/A
    > iam:DeleteRolePolicy: delete the inline policy own
    > iam:DeleteRole: delete the role
    > iam:CreateRole: create the role with its trust policy
    > iam:AttachRolePolicy: attach arn:aws:iam::aws:policy/A
    > iam:PutRolePolicy: put the inline policy own
    > iam:AddRoleToInstanceProfile: put the role back into the instance profile worker
    ! replace
    # the new role gets another unique id: policies elsewhere that name it as a principal have to be saved again
    # what is not managed goes along: managed_policies, inline_policies; should the apply be stopped before it is made anew, only `--journal` keeps that
    = replaces
    "#);
}

#[test]
fn the_owner_tag_comes_with_another_write_and_never_alone() {
    let unowned = Role { tags: role().tags, ..live() };
    assert_eq!(diff(&role(), &unowned), "");
    let drifted = Role { description: Field::Null, ..unowned };
    assert_snapshot!(diff(&role(), &drifted), @r#"
    ~ description: null -> "works"
    ~ tags.reconcile:owner: null -> "lab"
    > iam:UpdateRole: set the description and the longest session
    > iam:TagRole: set the tag reconcile:owner
    "#);
}

/// What moves from one document into another is in the new one before it leaves the old one, whatever they are called.
#[test]
fn a_permission_that_moves_between_inline_policies_is_never_missing() {
    let inline = |alpha: &str, beta: &str| {
        let documents = [("alpha", alpha), ("beta", beta)].map(|(name, action)| (name.to_owned(), Some(allow(action))));
        Field::Set(BTreeMap::from(documents))
    };
    let live = Role { inline_policies: inline("s3:*", "logs:PutLogEvents"), ..live() };
    let desired = Role { inline_policies: inline("s3:GetObject", "*"), ..role() };
    let calls: Vec<_> = desired
        .diff(Some(&live), &ownership())
        .operations
        .iter()
        .map(reconcile_core::resource::Operation::summary)
        .collect();
    assert_eq!(calls, ["put the inline policy beta", "put the inline policy alpha"]);
}

#[test]
fn a_role_that_aws_keeps_for_itself_is_not_changed() {
    for (name, path) in [("AWSReservedSSO_admin", "/"), ("worker", "/aws-service-role/ec2.amazonaws.com/")] {
        let reserved = |role: Role| Role {
            name: name.to_owned(),
            arn: format!("arn:aws:iam::111122223333:role{path}{name}"),
            path: Field::Set(path.to_owned()),
            ..role
        };
        let (desired, live) = (reserved(role()), reserved(live()));
        assert_eq!(desired.diff(Some(&live), &ownership()).guards, []);
        let longer = Role { max_session_duration: Field::Set(3600), ..live.clone() };
        let codes = |guards: &[reconcile_core::guard::Guard]| guards.iter().map(|guard| guard.code).collect::<Vec<_>>();
        let refused = [reconcile_core::guard::GuardCode::ReadOnlyRole];
        assert_eq!(codes(&desired.diff(Some(&longer), &ownership()).guards), refused);
        assert_eq!(codes(&live.deletion().guards), refused);
    }
}

#[test]
fn at_the_quota_one_is_detached_before_another_comes() {
    let named = |range: std::ops::Range<u8>| Field::Set(range.map(|number| arn(&number.to_string())).collect());
    let desired = Role { managed_policies: named(1..10), ..role() };
    let live = Role { managed_policies: named(0..9), ..live() };
    let apis = |live: &Role, desired: &Role| -> Vec<_> {
        desired.diff(Some(live), &ownership()).operations.iter().map(reconcile_core::resource::Operation::api).collect()
    };
    assert_eq!(apis(&live, &desired), ["iam:AttachRolePolicy", "iam:DetachRolePolicy"]);
    let full =
        Role { managed_policies: Field::Set((0..10).map(|number| arn(&format!("a{number}"))).collect()), ..live };
    let mut other: BTreeSet<_> = full.managed_policies.value().cloned().unwrap_or_default();
    other.pop_first();
    other.insert(arn("new"));
    let desired = Role { managed_policies: Field::Set(other), ..desired };
    assert_eq!(apis(&full, &desired), ["iam:DetachRolePolicy", "iam:AttachRolePolicy"]);
    assert_eq!(desired.diff(Some(&full), &ownership()).notes.len(), 1);
}

/// A statement that moves from one inline policy to another widens nothing, and the one that gains it is written first.
#[test]
fn a_statement_that_moves_between_inline_policies() {
    let both = policy(
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}"#,
    );
    let of = |policies: [(&str, Policy); 2]| {
        let named = policies.map(|(name, policy)| (name.to_owned(), Some(policy)));
        Field::Set(BTreeMap::from(named))
    };
    let live = Role { inline_policies: of([("a", both.clone()), ("b", allow("s3:ListBucket"))]), ..live() };
    let list_and_put = policy(
        r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"},
            {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}]}"#,
    );
    let desired = Role { inline_policies: of([("a", allow("s3:GetObject")), ("b", list_and_put)]), ..role() };
    assert_snapshot!(diff(&desired, &live), @"
    ~ inline_policies.a: - s3:PutObject on * (neither)
    ~ inline_policies.b: + s3:PutObject on * (neither)
    > iam:PutRolePolicy: put the inline policy b
    > iam:PutRolePolicy: put the inline policy a
    ");
    // A policy that only gets another name.
    let live = Role { inline_policies: of([("a", both.clone()), ("b", allow("s3:ListBucket"))]), ..live };
    let renamed = Role { inline_policies: of([("z", both), ("b", allow("s3:ListBucket"))]), ..role() };
    assert_snapshot!(diff(&renamed, &live), @"
    ~ inline_policies.z: + s3:GetObject on * (neither) | + s3:PutObject on * (neither)
    ~ inline_policies.a: - s3:GetObject on * (neither) | - s3:PutObject on * (neither)
    > iam:PutRolePolicy: put the inline policy z
    > iam:DeleteRolePolicy: delete the inline policy a
    ");
}

/// Of someone else's role what is not listed stays, and counts.
#[test]
fn what_someone_elses_role_has_anyway_widens_nothing() {
    let live = Role {
        inline_policies: Field::Set(BTreeMap::from([
            ("theirs".to_owned(), Some(allow("s3:*"))),
            ("gone".to_owned(), Some(allow("s3:PutObject"))),
        ])),
        ..live()
    };
    let desired = Role {
        existing: true,
        inline_policies: Field::Set(BTreeMap::from([
            ("ours".to_owned(), Some(allow("s3:GetObject"))),
            ("gone".to_owned(), None),
        ])),
        ..Role::named("worker".to_owned(), role().arn)
    };
    assert_snapshot!(diff(&desired, &live), @"
    ~ inline_policies.gone: - s3:PutObject on * (neither)
    ~ inline_policies.ours: + s3:GetObject on * (neither)
    > iam:PutRolePolicy: put the inline policy ours
    > iam:DeleteRolePolicy: delete the inline policy gone
    ");
}
