use std::collections::BTreeSet;

use reconcile_core::id::Kind;
use reconcile_core::inquiry::{Answer, Answers, Inquiry, User};
use reconcile_core::manifest::Manifest;
use reconcile_core::plan::{DatabricksScope, ProblemKind};
use reconcile_core::planner::{Draft, World, destroy};

use crate::{agreeing_world, resolve};

const ACCESS: &str = r##"
version: 1
name: objections
iam:
  policies:
    p: {document: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "*"}]}}
  roles:
    r:
      trust_policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]}
      managed_policies: ["${iam.policies.p.arn}"]
  instance_profiles:
    i: {role: "${iam.roles.r.name}"}
sagemaker:
  lifecycle_configs:
    l: {on_start: "#!/bin/sh\n"}
databricks:
  instance_profiles:
    reg: {instance_profile_arn: "${iam.instance_profiles.i.arn}"}
  clusters:
    c: {spark_version: 16.4.x-scala2.12, node_type_id: i3.xlarge, num_workers: 1, aws_attributes: {instance_profile_arn: "${iam.instance_profiles.i.arn}"}}
"##;

/// A world in which others use everything that can be used, beside the manifest's own resources.
fn used_world(manifest: &Manifest) -> World {
    let mut world = agreeing_world(manifest, Some("objections"));
    world.databricks = Some(DatabricksScope { host: "https://dbc-0a1b2c3d-e4f5.cloud.databricks.com".to_owned() });
    let draft = Draft::to_destroy(manifest, &world).expect("no cycle");
    let inquiries = draft.inquiries(manifest, &world);
    let answers = inquiries.into_iter().map(|inquiry| {
        let Inquiry::Users { cloud: _, of } = &inquiry else { panic!("{inquiry} is asked for a destruction") };
        let users: &[(Kind, &str)] = match of.kind {
            Kind::IamRole => &[(Kind::SagemakerNotebookInstance, "training")],
            Kind::SagemakerLifecycleConfig => &[(Kind::SagemakerNotebookInstance, "analysis")],
            Kind::IamInstanceProfile => &[
                (Kind::DatabricksCluster, "c"),
                (Kind::DatabricksCluster, "nightly"),
                (Kind::DatabricksInstanceProfile, "arn:aws:iam::111122223333:instance-profile/i"),
            ],
            Kind::DatabricksInstanceProfile => &[(Kind::DatabricksCluster, "c"), (Kind::DatabricksCluster, "nightly")],
            other => panic!("nobody asks who uses a {}", other.noun()),
        };
        let users = users.iter().map(|(kind, name)| User::Resource { kind: *kind, name: (*name).to_owned() });
        (inquiry, Ok(Answer::Users(users.collect::<BTreeSet<_>>())))
    });
    world.answers.extend(answers.collect::<Vec<_>>());
    world
}

#[test]
fn a_destruction_stops_before_what_others_use_and_says_who() {
    let manifest = resolve("objections.yaml", ACCESS.as_bytes());
    let plan = destroy(&manifest, &used_world(&manifest)).expect("no cycle");
    let lines: Vec<_> = plan
        .problems(ProblemKind::Refused)
        .map(|(planned, problem)| format!("{}: {}", planned.address, problem.message))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    databricks.instance_profiles.reg: still-used: the instance profile registration would be deleted, and it is still used by the cluster nightly
    sagemaker.lifecycle_configs.l: still-used: the lifecycle configuration would be deleted, and it is still used by the notebook instance analysis
    iam.instance_profiles.i: still-used: the instance profile would be deleted, and it is still used by the cluster nightly
    iam.roles.r: still-used: the role would be deleted, and it is still used by the notebook instance training
    ");
}

#[test]
fn what_could_not_be_asked_is_not_claimed() {
    let manifest = resolve("objections.yaml", ACCESS.as_bytes());
    let world = World { answers: Answers::default(), ..used_world(&manifest) };
    let plan = destroy(&manifest, &world).expect("no cycle");
    assert_eq!(plan.problems(ProblemKind::Refused).count(), 0);
}

#[test]
fn whoever_knows_better_says_why() {
    let reasoned = ACCESS.replace("l: {on_start", "l: {ignore: {still-used: the instance goes tomorrow}, on_start");
    let manifest = resolve("objections.yaml", reasoned.as_bytes());
    let plan = destroy(&manifest, &used_world(&manifest)).expect("no cycle");
    let config = plan.resources.iter().find(|planned| planned.address.id() == "l").expect("planned");
    assert_eq!(config.problem, None);
    assert!(config.notes.iter().any(|note| note.contains("the instance goes tomorrow")), "{:?}", config.notes);
}
