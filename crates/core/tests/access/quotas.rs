//! The quotas that a plan would meet.

use std::collections::{BTreeMap, BTreeSet};

use reconcile_core::field::Field;
use reconcile_core::finding::Certainty;
use reconcile_core::id::Kind;
use reconcile_core::inquiry::{Answer, Inquiry, RolePolicies};
use reconcile_core::manifest::Manifest;
use reconcile_core::planner::{Draft, Options, World};
use reconcile_core::resource::{Resource, Role};
use rstest::rstest;

use crate::world::{DATABRICKS_TRUST, after, before, lab, manifest, policy, present, with};

/// The numbers of an account that had nothing raised and holds nothing.
const DEFAULTS: [(&str, u64); 10] = [
    ("AttachedPoliciesPerRoleQuota", 10),
    ("AssumeRolePolicySizeQuota", 2048),
    ("Roles", 0),
    ("RolesQuota", 1000),
    ("Policies", 0),
    ("PoliciesQuota", 1500),
    ("PolicyVersionsInUse", 0),
    ("PolicyVersionsInUseQuota", 10_000),
    ("InstanceProfiles", 0),
    ("InstanceProfilesQuota", 1000),
];

fn draft(manifest: &Manifest, world: &World) -> Draft {
    Draft::to_agree(manifest, world, Options::default()).expect("no cycle")
}

fn asks(manifest: &Manifest, world: &World, inquiry: &Inquiry) -> bool {
    draft(manifest, world).inquiries(manifest, world).contains(inquiry)
}

/// The world in an account with other numbers.
fn in_account(mut world: World, numbers: &[(&str, u64)]) -> World {
    let summary: BTreeMap<String, u64> =
        DEFAULTS.iter().chain(numbers).map(|(key, number)| ((*key).to_owned(), *number)).collect();
    world.answers.extend([(Inquiry::AccountSummary, Ok(Answer::AccountSummary(summary)))]);
    world
}

/// The codes of the quotas that are too small, each with its certainty.
fn found(manifest: &Manifest, world: &World) -> Vec<(String, Certainty)> {
    let plan = draft(manifest, world).conclude(manifest, world);
    let quotas = plan.warnings.into_iter().filter(|warning| warning.code.starts_with("quota-"));
    quotas.map(|warning| (warning.code, warning.certainty.expect("a certainty"))).collect()
}

#[test]
fn the_account_is_asked_only_where_something_is_made_or_a_default_would_not_do() {
    let lab = lab(&[]);
    assert!(asks(&lab, &before(&lab, DATABRICKS_TRUST), &Inquiry::AccountSummary));
    assert!(!asks(&lab, &after(&lab, DATABRICKS_TRUST), &Inquiry::AccountSummary));
    let (few, many) = (with_attachments(3), with_attachments(11));
    for (manifest, asked) in [(few, false), (many, true)] {
        let world = with(before(&manifest, DATABRICKS_TRUST), Kind::IamRole, "worker", present(live_role(0)));
        assert_eq!(asks(&manifest, &world, &Inquiry::AccountSummary), asked);
    }
}

#[rstest]
#[case::enough(&[], &[])]
#[case::just_enough(&[("Roles", 999), ("InstanceProfiles", 999)], &[])]
#[case::roles(&[("Roles", 1000)], &["quota-roles"])]
#[case::instance_profiles(&[("InstanceProfiles", 1000)], &["quota-instance-profiles"])]
#[case::trust(&[("AssumeRolePolicySizeQuota", 60)], &["quota-trust-size"])]
#[case::all_at_once(&[("RolesQuota", 0), ("InstanceProfilesQuota", 0)], &["quota-roles", "quota-instance-profiles"])]
fn the_lab_in_an_account(#[case] numbers: &[(&str, u64)], #[case] codes: &[&str]) {
    let manifest = lab(&[]);
    let world = in_account(before(&manifest, DATABRICKS_TRUST), numbers);
    let found = found(&manifest, &world);
    assert_eq!(found, codes.iter().map(|code| ((*code).to_owned(), Certainty::Certain)).collect::<Vec<_>>());
}

#[test]
fn of_what_the_account_does_not_tell_nothing_is_claimed() {
    let manifest = lab(&[]);
    assert_eq!(found(&manifest, &before(&manifest, DATABRICKS_TRUST)), []);
}

#[test]
fn the_place_and_the_words_name_the_limit_the_use_and_the_way_out() {
    let manifest = with_attachments(3);
    let world =
        in_account(before(&manifest, DATABRICKS_TRUST), &[("Roles", 1000), ("AttachedPoliciesPerRoleQuota", 2)]);
    let plan = draft(&manifest, &world).conclude(&manifest, &world);
    let told: Vec<_> = plan
        .warnings
        .iter()
        .filter(|warning| warning.code.starts_with("quota-"))
        .map(|warning| format!("{}\n{}", warning.message, warning.help.as_deref().unwrap_or_default()))
        .collect();
    insta::assert_snapshot!(told.join("\n"), @"
    the role worker would have 3 managed policies attached, and a role may have 2
    attach fewer, merge some into a policy of `iam.policies`, or have `Managed policies per role` of IAM raised in Service Quotas
    the account may have 1000 roles and has 1000, and this plan makes 1 more
    delete what nobody uses, or have `Roles per account` of IAM raised in Service Quotas
    ");
}

fn with_attachments(count: usize) -> Manifest {
    let policies: Vec<_> = (0..count).map(|number| format!("P{number}")).collect();
    manifest(&format!(
        "{{version: 1, name: lab, iam: {{roles: {{worker: {{managed_policies: [{}], trust_policy: {{Version: '2012-10-17', \
         Statement: [{{Effect: Allow, Principal: {{Service: ec2.amazonaws.com}}, Action: 'sts:AssumeRole'}}]}}}}}}}}}}",
        policies.join(", ")
    ))
}

/// The live role of [`with_attachments`], with other policies attached.
fn live_role(attached: usize) -> Resource {
    let arns: BTreeSet<_> = (0..attached).map(|number| format!("arn:aws:iam::aws:policy/Old{number}")).collect();
    let name = "worker".to_owned();
    Resource::Role(Role {
        managed_policies: Field::Set(arns),
        trust_policy: Field::Set(policy(
            r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#,
        )),
        inline_policies: Field::Set(BTreeMap::new()),
        ..Role::named(name, "arn:aws:iam::111122223333:role/worker".to_owned())
    })
}

#[test]
fn the_largest_number_of_any_moment_counts() {
    // Eight go and four come: the last state is within the quota, and what is between may not be.
    let manifest = with_attachments(4);
    let world = with(before(&manifest, DATABRICKS_TRUST), Kind::IamRole, "worker", present(live_role(8)));
    let plan = draft(&manifest, &in_account(world.clone(), &[])).conclude(&manifest, &world);
    let mut attached = 8_i32;
    let mut most = attached;
    for operation in plan.resources.iter().flat_map(|planned| &planned.operations) {
        attached += match operation.api() {
            "iam:AttachRolePolicy" => 1,
            "iam:DetachRolePolicy" => -1,
            _ => 0,
        };
        most = most.max(attached);
    }
    let expected = if most > 10 { vec![("quota-attachments".to_owned(), Certainty::Certain)] } else { Vec::new() };
    assert_eq!(found(&manifest, &in_account(world, &[])), expected);
}

#[rstest]
#[case::a_little(100, 9000, false, false)]
#[case::much_and_nothing_else(1200, 0, true, false)]
#[case::just_enough(1200, 8700, true, false)]
#[case::much_and_others_too(1200, 9100, true, true)]
fn the_inline_policies_of_others_count(
    #[case] own: usize,
    #[case] of_others: usize,
    #[case] asked: bool,
    #[case] exceeds: bool,
) {
    let document = |length: usize| {
        let frame = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::"}]}"#.len();
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::{}"}}]}}"#,
            "b".repeat(length.saturating_sub(frame))
        )
    };
    let manifest = manifest(&format!(
        "{{version: 1, name: lab, iam: {{roles: {{other: {{existing: true, inline_policies: {{own: '{}'}}}}}}}}}}",
        document(own)
    ));
    let mut world = before(&manifest, DATABRICKS_TRUST);
    let inquiry = Inquiry::RolePolicies { role: "other".to_owned() };
    assert_eq!(asks(&manifest, &world, &inquiry), asked);
    let inline = BTreeMap::from([("theirs".to_owned(), Some(policy(&document(of_others))))]);
    let told = RolePolicies { inline, attached: BTreeSet::new() };
    world.answers.extend([(inquiry, Ok(Answer::RolePolicies(Some(told))))]);
    let expected = if exceeds { vec![("quota-inline-size".to_owned(), Certainty::Certain)] } else { Vec::new() };
    assert_eq!(found(&manifest, &world), expected);
}
