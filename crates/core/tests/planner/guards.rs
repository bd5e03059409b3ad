//! What is refused for its consequences, and how a manifest says that it may be.

use std::collections::BTreeSet;

use reconcile_core::field::Field;
use reconcile_core::manifest::Manifest;
use reconcile_core::plan::{Plan, ProblemKind};
use reconcile_core::planner::{Options, World, destroy, plan};
use reconcile_core::reading::Reading;
use reconcile_core::resource::Resource;

use crate::{agreeing_world, resolve};

fn manifest(ignore: &str) -> Manifest {
    let text = format!(
        r#"
version: 1
name: lab
iam:
  policies:
    data:
      path: /new/
      document: {{Version: "2012-10-17", Statement: [{{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*"}}]}}
      {ignore}
  roles:
    worker:
      trust_policy: {{Version: "2012-10-17", Statement: [{{Effect: Allow, Principal: {{Service: ec2.amazonaws.com}}, Action: "sts:AssumeRole"}}]}}
      managed_policies: ["${{iam.policies.data.arn}}"]
"#
    );
    resolve("lab.yaml", text.as_bytes())
}

fn world(manifest: &Manifest, users: &[&str], change: impl Fn(&mut Resource)) -> World {
    let mut world = agreeing_world(manifest, Some("lab"));
    for reading in world.observed.values_mut() {
        let Reading::Present(live) = reading else { continue };
        change(live);
        if let Resource::ManagedPolicy(policy) = live.as_mut() {
            policy.used_by = Field::Set(users.iter().map(|user| (*user).to_owned()).collect::<BTreeSet<_>>());
        }
    }
    world
}

fn moved(resource: &mut Resource) {
    if let Resource::ManagedPolicy(policy) = resource {
        policy.path = Field::Set("/old/".to_owned());
        policy.arn = policy.arn.replace("/new/", "/old/");
    }
}

fn refusals(plan: &Plan) -> Vec<String> {
    plan.problems(ProblemKind::Refused)
        .map(|(planned, problem)| format!("{}: {}", planned.address, problem.message))
        .collect()
}

#[test]
fn an_attached_policy_is_not_made_anew_until_the_manifest_says_why_it_may_be() {
    let users = ["the role worker", "the user ana"];
    let guarded = manifest("description: data");
    let refused = plan(&guarded, &world(&guarded, &users, moved), Options::default()).expect("a plan");
    insta::assert_snapshot!(refusals(&refused).join("\n"), @"iam.policies.data: still-used: the policy would be made anew, and it is still used by the role worker, the user ana");
    let ignoring = manifest("ignore: {still-used: ana leaves today}");
    let allowed = plan(&ignoring, &world(&ignoring, &users, moved), Options::default()).expect("a plan");
    assert_eq!(refusals(&allowed), Vec::<String>::new());
    let notes = allowed.resources.iter().flat_map(|planned| &planned.notes);
    assert!(notes.into_iter().any(|note| note.starts_with("ignored, because ana leaves today: still-used")));
}

#[test]
fn what_only_those_use_that_go_before_is_used_no_more() {
    let manifest = manifest("description: data");
    let gone = destroy(&manifest, &world(&manifest, &["the role worker"], |_| {})).expect("a plan");
    assert_eq!(refusals(&gone), Vec::<String>::new());
    let stays = destroy(&manifest, &world(&manifest, &["the role worker", "the user ana"], |_| {})).expect("a plan");
    insta::assert_snapshot!(refusals(&stays).join("\n"), @"iam.policies.data: still-used: the policy would be deleted, and it is still used by the user ana");
}

#[test]
fn a_role_that_another_profile_holds_stays() {
    let manifest = manifest("description: data");
    let held = |resource: &mut Resource| {
        if let Resource::Role(role) = resource {
            role.instance_profiles = Field::Set(BTreeSet::from(["theirs".to_owned()]));
        }
    };
    let plan = destroy(&manifest, &world(&manifest, &[], held)).expect("a plan");
    insta::assert_snapshot!(refusals(&plan).join("\n"), @"iam.roles.worker: still-used: the role would be deleted, and it is still used by the instance profile theirs");
}

#[test]
fn an_own_role_of_another_path_than_the_manifest_takes_it_for_is_told() {
    let manifest = manifest("description: data");
    let elsewhere = |resource: &mut Resource| {
        if let Resource::Role(role) = resource {
            role.arn = role.arn.replace(":role/", ":role/jobs/");
        }
    };
    let plan = plan(&manifest, &world(&manifest, &[], elsewhere), Options::default()).expect("a plan");
    let told: Vec<_> = plan.problems(ProblemKind::Error).map(|(_, problem)| problem).collect();
    insta::assert_snapshot!(told[0].message, @"the role is arn:aws:iam::111122223333:role/jobs/worker, and the manifest takes it for arn:aws:iam::111122223333:role/worker");
    assert_eq!(told[0].help.as_deref(), Some("write `path: /jobs/`"));
}
