use std::collections::BTreeSet;

use reconcile_core::field::Field;
use reconcile_core::id::{Cloud, Kind};
use reconcile_core::inquiry::{Answer, Answers, Inquiry, User};
use reconcile_core::manifest::Manifest;
use reconcile_core::plan::{DatabricksScope, ProblemKind};
use reconcile_core::planner::{Draft, Options, World, destroy};
use reconcile_core::reading::Reading;
use reconcile_core::resource::Resource;

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

/// The same with a role and a profile whose paths are managed, and a notebook instance.
const PATHS: &str = r#"
version: 1
name: objections
iam:
  roles:
    r:
      path: /new/
      trust_policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]}
  instance_profiles:
    i: {path: /new/, role: "${iam.roles.r.name}"}
databricks:
  instance_profiles:
    reg: {instance_profile_arn: "${iam.instance_profiles.i.arn}"}
  clusters:
    c: {spark_version: 16.4.x-scala2.12, node_type_id: i3.xlarge, num_workers: 1, aws_attributes: {instance_profile_arn: "${iam.instance_profiles.i.arn}"}}
"#;

/// Who uses something, beside the manifest's own.
fn users_of(inquiry: &Inquiry) -> BTreeSet<User> {
    let Inquiry::Users { cloud: _, of } = inquiry else { panic!("{inquiry} is no question for users") };
    let users: &[(Kind, &str)] = match of.kind {
        Kind::IamRole => &[(Kind::SagemakerNotebookInstance, "training")],
        Kind::SagemakerLifecycleConfig => &[(Kind::SagemakerNotebookInstance, "analysis")],
        Kind::IamInstanceProfile => &[
            (Kind::DatabricksCluster, "c"),
            (Kind::DatabricksCluster, "nightly"),
            (Kind::DatabricksInstanceProfile, "arn:aws:iam::111122223333:instance-profile/i"),
        ],
        Kind::DatabricksInstanceProfile if of.arn.is_none() => &[(Kind::DatabricksCluster, "reports")],
        Kind::DatabricksInstanceProfile => &[(Kind::DatabricksCluster, "c"), (Kind::DatabricksCluster, "nightly")],
        other => panic!("nobody asks who uses a {}", other.noun()),
    };
    users.iter().map(|(kind, name)| User::Resource { kind: *kind, name: (*name).to_owned() }).collect()
}

/// A world in which others use everything that can be used, beside the manifest's own resources.
fn used_world(manifest: &Manifest) -> World {
    let mut world = agreeing_world(manifest, Some("objections"));
    world.databricks = Some(DatabricksScope { host: "https://dbc-0a1b2c3d-e4f5.cloud.databricks.com".to_owned() });
    let draft = Draft::to_destroy(manifest, &world).expect("no cycle");
    let inquiries = draft.inquiries(manifest, &world);
    let answers = inquiries.into_iter().map(|inquiry| {
        let users = users_of(&inquiry);
        (inquiry, Ok(Answer::Users(users)))
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

/// A cloud in which others use everything, and things are changed.
fn changed_world(manifest: &Manifest, change: impl Fn(&str, &mut Resource)) -> World {
    let mut world = used_world(manifest);
    for (address, reading) in &mut world.observed {
        if let Reading::Present(live) = reading {
            change(address.id(), live);
        }
    }
    world
}

/// Moves the role to another path, held by instance profiles.
fn moved_role(live: &mut Resource, profiles: &[&str]) {
    let Resource::Role(role) = live else { return };
    role.path = Field::Set("/old/".to_owned());
    role.arn = role.arn.replace("role/new/", "role/old/");
    role.instance_profiles = Field::Set(profiles.iter().map(|profile| (*profile).to_owned()).collect());
}

/// The plan's notes on a resource, when things are changed in a cloud where others use everything.
fn notes_when(id: &str, change: impl Fn(&str, &mut Resource)) -> Vec<String> {
    let manifest = resolve("objections.yaml", PATHS.as_bytes());
    let mut world = changed_world(&manifest, change);
    let draft = Draft::to_agree(&manifest, &world, Options::default()).expect("no cycle");
    let asked: Vec<_> = draft.inquiries(&manifest, &world).into_iter().collect();
    let users = asked.iter().filter(|inquiry| matches!(inquiry, Inquiry::Users { .. })).cloned();
    let answers = users.map(|inquiry| (inquiry.clone(), Ok(Answer::Users(users_of(&inquiry)))));
    world.answers.extend(answers.collect::<Vec<_>>());
    let plan = draft.conclude(&manifest, &world);
    assert_eq!(plan.problems(ProblemKind::Refused).count(), 0, "it is no refusal");
    plan.resources.into_iter().find(|planned| planned.address.id() == id).expect("planned").notes
}

#[test]
fn a_role_that_is_made_anew_lists_what_that_breaks() {
    let notes = notes_when("r", |_, live| moved_role(live, &["i", "theirs"]));
    insta::assert_snapshot!(notes.join("\n"), @"
    the new role gets another unique id: policies elsewhere that name it as a principal have to be saved again
    what names the role as it is now breaks: the notebook instance training
    it is taken out of the instance profile i, the instance profile theirs and put back: in between, new instances get no credentials
    the credentials of the old role end for what runs with it: the cluster c, the cluster nightly, the cluster reports
    ");
}

/// Of a profile that the manifest does not hold the role tells the name; in which account it is, its own ARN says.
#[test]
fn the_profiles_of_others_are_asked_about_where_they_hold_a_role_that_is_made_anew() {
    let manifest = resolve("objections.yaml", PATHS.as_bytes());
    let asked = |profiles: &[&str], is_connected: bool| {
        let mut world = changed_world(&manifest, |_, live| moved_role(live, profiles));
        world.databricks = world.databricks.filter(|_| is_connected);
        let inquiries = Draft::to_agree(&manifest, &world, Options::default()).expect("no cycle");
        let inquiries = inquiries.inquiries(&manifest, &world).into_iter();
        let of_others = inquiries.filter_map(|inquiry| match inquiry {
            Inquiry::Users { cloud: Cloud::Databricks, of } => of.account_id.map(|account| (of.name, account)),
            _ => None,
        });
        of_others.collect::<Vec<_>>()
    };
    assert_eq!(asked(&["I", "theirs"], true), [("theirs".to_owned(), "111122223333".to_owned())]);
    assert_eq!(asked(&["i"], true), [], "what the manifest holds is asked about by its ARN");
    assert_eq!(asked(&[], true), []);
    assert_eq!(asked(&["theirs"], false), [], "there is no workspace to ask");
}

#[test]
fn a_profile_that_is_made_anew_lists_what_that_breaks() {
    let old = "arn:aws:iam::111122223333:instance-profile/old/i";
    let notes = notes_when("i", |_, live| match live {
        Resource::InstanceProfile(profile) => {
            profile.path = Field::Set("/old/".to_owned());
            profile.arn = old.to_owned();
        }
        Resource::Cluster(cluster) => {
            let attributes = serde_json::json!({"instance_profile_arn": old});
            cluster.spec.0.insert("aws_attributes".to_owned(), attributes);
        }
        _ => {}
    });
    insta::assert_snapshot!(notes.join("\n"), @"
    its ARN changes from arn:aws:iam::111122223333:instance-profile/old/i: registrations and clusters that name the old one break
    what names the instance profile as it is now breaks: the instance profile registration arn:aws:iam::111122223333:instance-profile/i, the cluster nightly
    this plan turns to the new instance profile: the cluster c
    ");
}

#[test]
fn a_profile_that_gets_another_role_lists_who_runs_with_it() {
    let notes = notes_when("i", |_, live| {
        let Resource::InstanceProfile(profile) = live else { return };
        profile.role = Field::Set("other".to_owned());
    });
    insta::assert_snapshot!(notes.join("\n"), @"
    between taking the old role out and putting the new one in, new instances get no credentials; running clusters keep the old role's until they restart
    it is used by the instance profile registration arn:aws:iam::111122223333:instance-profile/i, the cluster c, the cluster nightly
    ");
    let untouched = notes_when("i", |_, _| {});
    assert_eq!(untouched, [""; 0], "who uses it is asked only when something becomes of it");
}

/// The cluster is worked on either way, which alone turns it away from nothing.
#[rstest::rstest]
#[case::turned_away("aws_attributes: {instance_profile_arn: null}", false)]
#[case::kept("autotermination_minutes: 30", true)]
fn a_cluster_that_goes_on_with_a_profile_keeps_it_from_being_pruned(#[case] field: &str, #[case] is_refused: bool) {
    let head = "version: 1\nname: objections\n";
    let cluster = |size: u8, field: &str| {
        let cluster = format!("spark_version: 16.4.x-scala2.12, node_type_id: i3.xlarge, num_workers: {size}, {field}");
        format!("databricks:\n  clusters:\n    c: {{{cluster}}}\n")
    };
    let profile = "iam:\n  instance_profiles: {i: {}}\n";
    let with = cluster(1, "aws_attributes: {instance_profile_arn: 'arn:aws:iam::111122223333:instance-profile/i'}");
    let before = resolve("objections.yaml", format!("{head}{profile}{with}").as_bytes());
    let after = resolve("objections.yaml", format!("{head}{}", cluster(2, field)).as_bytes());
    let mut world = crate::order::world(&before, &after);
    world.databricks = Some(DatabricksScope { host: "https://dbc-0a1b2c3d-e4f5.cloud.databricks.com".to_owned() });
    let draft = Draft::to_agree(&after, &world, Options::default()).expect("no cycle");
    let cluster = User::Resource { kind: Kind::DatabricksCluster, name: "c".to_owned() };
    let users = draft.inquiries(&after, &world).into_iter().filter(|inquiry| matches!(inquiry, Inquiry::Users { .. }));
    let answers: Vec<_> = users.map(|inquiry| (inquiry, Ok(Answer::Users([cluster.clone()].into())))).collect();
    world.answers.extend(answers);
    let plan = draft.conclude(&after, &world);
    assert_eq!(plan.problems(ProblemKind::Refused).count(), usize::from(is_refused), "{plan:#?}");
}
