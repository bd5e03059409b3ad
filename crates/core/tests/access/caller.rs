//! Whether the caller may pass the roles that the planned calls pass.

use std::collections::{BTreeMap, BTreeSet};

use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::inquiry::{Answer, CallerMayPass, Hindrance, Inquiry, Simulated};
use reconcile_core::manifest::Manifest;
use reconcile_core::plan::Warning;
use reconcile_core::planner::{Draft, Options, World};
use rstest::rstest;

use crate::world::{DATABRICKS_TRUST, after, before, lab, manifest};

const CALLER: &str = "arn:aws:iam::111122223333:role/deployer";

fn asked(manifest: &Manifest, world: &World) -> BTreeSet<Inquiry> {
    Draft::to_agree(manifest, world, Options::default()).expect("no cycle").inquiries(manifest, world)
}

/// The questions on the caller, answered alike; nothing else is answered.
fn answered(manifest: &Manifest, mut world: World, principal: &str, decision: &Simulated) -> World {
    for inquiry in asked(manifest, &world) {
        let answer = match &inquiry {
            Inquiry::CallerMayPass { roles, service: _ } => Ok(Answer::CallerMayPass(CallerMayPass {
                principal: principal.to_owned(),
                roles: roles.iter().map(|role| (role.clone(), decision.clone())).collect(),
            })),
            Inquiry::PolicyDocument { arn: _ }
            | Inquiry::RolePolicies { role: _ }
            | Inquiry::AccountSummary
            | Inquiry::Users { cloud: _, of: _ } => Err(CallFailure::new(FailureKind::Denied, "iam", "no")),
        };
        world.answers.extend([(inquiry, answer)]);
    }
    world
}

fn warnings(manifest: &Manifest, world: &World) -> Vec<Warning> {
    let plan = Draft::to_agree(manifest, world, Options::default()).expect("no cycle").conclude(manifest, world);
    let about_the_caller = plan.warnings.into_iter().filter(|warning| warning.code == "access-caller-pass-role");
    about_the_caller.collect()
}

fn told(decision: &Simulated, principal: &str) -> String {
    let manifest = lab(&[]);
    let world = answered(&manifest, before(&manifest, DATABRICKS_TRUST), principal, decision);
    let told = warnings(&manifest, &world).into_iter().map(|warning| {
        let Warning { code: _, message, help, address, certainty, place: _ } = warning;
        format!(
            "{certainty:?} {address:?}: {message}\n  help: {help:?}",
            certainty = certainty.unwrap(),
            address = address.unwrap().to_string()
        )
    });
    told.collect::<Vec<_>>().join("\n")
}

#[test]
fn one_question_a_service_and_none_where_nothing_is_passed() {
    let manifest = lab(&[]);
    let questions: Vec<_> = asked(&manifest, &before(&manifest, DATABRICKS_TRUST))
        .into_iter()
        .filter(|inquiry| matches!(inquiry, Inquiry::CallerMayPass { .. }))
        .map(|inquiry| inquiry.to_string())
        .collect();
    assert_eq!(
        questions,
        ["ec2.amazonaws.com", "sagemaker.amazonaws.com"].map(|service| format!(
            "whether the caller may pass arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role to {service}"
        ))
    );
    assert_eq!(asked(&manifest, &after(&manifest, DATABRICKS_TRUST)), BTreeSet::new(), "nothing is to be done");
}

#[test]
fn what_may_be_passed_is_no_finding_and_what_is_unknown_neither() {
    assert_eq!(told(&Simulated::Allowed, CALLER), "");
    assert_eq!(told(&Simulated::Unknown(BTreeSet::from(["aws:PrincipalTag/team".to_owned()])), CALLER), "");
    let manifest = lab(&[]);
    assert_eq!(warnings(&manifest, &before(&manifest, DATABRICKS_TRUST)), []);
}

#[rstest]
#[case::by_its_policies(
    Simulated::NotAllowed(Hindrance::Policies),
    "none of its policies allows iam:PassRole on",
    "add to a policy of arn:aws:iam::111122223333:role/deployer: {"
)]
#[case::by_its_boundary(
    Simulated::NotAllowed(Hindrance::Boundary),
    "its permissions boundary does not allow",
    "let the permissions boundary of"
)]
#[case::by_the_organisation(
    Simulated::NotAllowed(Hindrance::Organization),
    "a policy of the organisation does not allow",
    "let the service control policies"
)]
#[case::by_a_denial(Simulated::Denied(BTreeSet::from(["no-passing".to_owned()])), "role/databricks-cluster-sagemaker-access-role by no-passing", "leave that role out of the Deny")]
fn what_keeps_it_is_named(#[case] decision: Simulated, #[case] why: &str, #[case] help: &str) {
    let told = told(&decision, CALLER);
    assert_eq!(told.matches("Certain").count(), 2, "{told}");
    assert!(told.contains(why) && told.contains(help), "{told}");
    assert!(
        told.contains("sagemaker:CreateNotebookInstance") && told.contains("iam:AddRoleToInstanceProfile"),
        "{told}"
    );
}

#[test]
fn what_the_plan_may_mend_itself_is_not_certain() {
    let own = "arn:aws:iam::111122223333:role/databricks-cross-account-role";
    let told = told(&Simulated::NotAllowed(Hindrance::Policies), own);
    assert_eq!(told.matches("Possible").count(), 2, "{told}");
}

#[test]
fn a_role_that_is_passed_twice_is_asked_for_once() {
    let notebooks = "
version: 1
name: two
sagemaker:
  notebook_instances:
    one: {instance_type: ml.t3.medium, role_arn: 'arn:aws:iam::111122223333:role/x'}
    two: {instance_type: ml.t3.medium, role_arn: 'arn:aws:iam::111122223333:role/x'}
    three: {instance_type: ml.t3.medium, role_arn: 'arn:aws:iam::111122223333:role/y'}
";
    let manifest = manifest(notebooks);
    let world = before(&manifest, DATABRICKS_TRUST);
    let asked = asked(&manifest, &world);
    let roles = ["x", "y"].map(|name| format!("arn:aws:iam::111122223333:role/{name}"));
    let question = Inquiry::CallerMayPass { roles: roles.into(), service: "sagemaker.amazonaws.com".to_owned() };
    assert_eq!(asked, BTreeSet::from([question]));
    let denied = answered(&manifest, world, CALLER, &Simulated::NotAllowed(Hindrance::Policies));
    let addresses: BTreeMap<_, _> =
        warnings(&manifest, &denied).into_iter().map(|warning| (warning.address, warning.certainty)).collect();
    assert_eq!(addresses.len(), 3);
}
