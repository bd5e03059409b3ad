//! Manifests and observed worlds to plans.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "the tests read the lab from the repository")]

use std::collections::BTreeMap;
use std::path::Path;

use reconcile_core::change::Hazard;
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::field::Field;
use reconcile_core::id::AwsScope;
use reconcile_core::manifest::{Document, Files, Inputs, Manifest};
use reconcile_core::plan::{Action, Plan, ProblemKind, Summary};
use reconcile_core::planner::{Options, World, destroy, plan};
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Resource, Role, Tags};

/// The files of the repository.
struct Repository;

impl Files for Repository {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}

fn scope() -> AwsScope {
    AwsScope { account_id: "111122223333".to_owned(), partition: "aws".to_owned(), region: "us-east-1".to_owned() }
}

fn resolve(path: &str, text: &[u8]) -> Manifest {
    let document = Document::parse(path, text).expect("a manifest");
    let inputs = Inputs { variables: &BTreeMap::new(), files: &Repository, scope: Some(&scope()) };
    document.resolve(&inputs).expect("a manifest without mistakes")
}

fn lab() -> Manifest {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../manifests/lab/reconcile.yaml");
    resolve(path, &std::fs::read(path).expect("the lab"))
}

/// A world in which nothing of the manifest exists but the roles of others, which have no policies.
fn empty_world(manifest: &Manifest) -> World {
    let observed = manifest.resources.iter().map(|declared| {
        let reading = match &declared.resource {
            Resource::Role(role) if role.existing => {
                let mut live = role.identity();
                live.inline_policies = Field::Set(BTreeMap::new());
                Reading::Present(Box::new(Resource::Role(live)))
            }
            _ => Reading::Absent,
        };
        (declared.address.clone(), reading)
    });
    World { aws: Some(scope()), observed: observed.collect(), calls: 7, ..World::default() }
}

/// A world in which everything is as the manifest says, with the given owner tag.
fn agreeing_world(manifest: &Manifest, owner: Option<&str>) -> World {
    let observed = manifest.resources.iter().map(|declared| {
        let mut live = declared.resource.clone();
        let tags = match &mut live {
            Resource::ManagedPolicy(policy) => Some(&mut policy.tags),
            Resource::LifecycleConfig(config) => Some(&mut config.tags),
            Resource::Role(role) => Some(&mut role.tags),
            Resource::InstanceProfile(profile) => Some(&mut profile.tags),
            Resource::NotebookInstance(instance) => Some(&mut instance.tags),
            Resource::Cluster(cluster) => Some(&mut cluster.custom_tags),
            Resource::Registration(_) | Resource::Notebook(_) => None,
        };
        if let (Some(tags), Some(owner)) = (tags, owner) {
            tags.0.insert("reconcile:owner".to_owned(), Some(owner.to_owned()));
        }
        if let Resource::Cluster(cluster) = &mut live {
            let conf = serde_json::json!({
                "spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*]"
            });
            cluster.spec.0.insert("spark_conf".to_owned(), conf);
        }
        (declared.address.clone(), Reading::Present(Box::new(live)))
    });
    World { observed: observed.collect(), ..empty_world(manifest) }
}

fn planned(manifest: &Manifest, world: &World) -> Plan {
    plan(manifest, world, Options::default()).expect("no cycle")
}

#[test]
fn the_lab_from_nothing_is_six_creations_and_one_update_in_their_order() {
    let manifest = lab();
    let plan = planned(&manifest, &empty_world(&manifest));
    assert_eq!(plan.summary(), Summary { create: 6, update: 1, ..Summary::default() });
    let lines: Vec<_> = plan
        .resources
        .iter()
        .map(|resource| {
            let behind: Vec<_> = resource.depends_on.iter().map(ToString::to_string).collect();
            format!("{} {} behind [{}]", resource.action.as_str(), resource.address, behind.join(", "))
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    create iam.roles.cluster behind []
    update iam.roles.workspace behind []
    create iam.instance_profiles.cluster behind [iam.roles.cluster]
    create sagemaker.notebook_instances.image-build behind [iam.roles.cluster]
    create databricks.instance_profiles.cluster behind [iam.roles.workspace, iam.instance_profiles.cluster]
    create databricks.clusters.lab behind [iam.instance_profiles.cluster, databricks.instance_profiles.cluster]
    create databricks.notebooks.data-prep behind []
    ");
}

#[test]
fn a_world_that_agrees_plans_empty() {
    let manifest = lab();
    let plan = planned(&manifest, &agreeing_world(&manifest, Some("databricks-sagemaker-lab")));
    assert_eq!(plan.summary(), Summary { unchanged: 7, ..Summary::default() });
    assert!(plan.resources.iter().all(|resource| resource.operations.is_empty() && !resource.adopted));
}

#[test]
fn what_bears_no_owner_tag_is_adopted_and_claimed_only_when_asked() {
    let manifest = lab();
    let world = agreeing_world(&manifest, None);
    let quiet = planned(&manifest, &world);
    assert!(!quiet.differs());
    // The role of someone else, the registration and the workspace's notebook take no owner tag.
    assert_eq!(quiet.resources.iter().filter(|resource| resource.adopted).count(), 4);
    let asked = plan(&manifest, &world, Options { adopt: true, take_over: false }).expect("no cycle");
    assert_eq!(asked.summary().update, 4);
}

#[test]
fn what_bears_another_manifests_tag_is_refused_unless_taken_over() {
    let manifest = lab();
    let world = agreeing_world(&manifest, Some("someone-else"));
    let refused = planned(&manifest, &world);
    assert_eq!(refused.problems(ProblemKind::Refused).count(), 4);
    assert!(!refused.differs());
    let taken = plan(&manifest, &world, Options { adopt: false, take_over: true }).expect("no cycle");
    assert_eq!(taken.problems(ProblemKind::Refused).count(), 0);
    assert_eq!(taken.summary().update, 4);
}

#[test]
fn a_resource_that_cannot_be_read_leaves_the_others_planned() {
    let manifest = lab();
    let mut world = empty_world(&manifest);
    let unreadable = manifest.resources[0].address.clone();
    let failure = CallFailure::new(FailureKind::Denied, "iam:GetRole", "no identity-based policy allows it");
    world.observed.insert(unreadable.clone(), Reading::Failed(failure));
    let plan = planned(&manifest, &world);
    assert_eq!(plan.summary(), Summary { create: 5, update: 1, ..Summary::default() });
    let (resource, problem) = plan.problems(ProblemKind::Error).next().expect("a problem");
    assert_eq!((&resource.address, resource.action), (&unreadable, Action::None));
    assert_eq!(problem.message, "iam:GetRole: no identity-based policy allows it");
    assert_eq!(problem.help.as_deref(), Some("allow iam:GetRole to the caller"));
    assert!(problem.place.line > 1);
}

#[test]
fn an_existing_role_that_is_missing_is_an_error_and_no_creation() {
    let manifest = lab();
    let mut world = empty_world(&manifest);
    for reading in world.observed.values_mut() {
        *reading = Reading::Absent;
    }
    let plan = planned(&manifest, &world);
    let messages: Vec<_> = plan.problems(ProblemKind::Error).map(|(_, problem)| problem.message.as_str()).collect();
    assert_eq!(
        messages,
        ["the role `databricks-cross-account-role` does not exist, and `existing: true` never creates one"]
    );
}

#[test]
fn a_role_in_another_case_is_named_and_not_touched() {
    let manifest = lab();
    let mut world = agreeing_world(&manifest, Some("databricks-sagemaker-lab"));
    for reading in world.observed.values_mut() {
        if let Reading::Present(live) = reading
            && let Resource::Role(role) = live.as_mut()
            && !role.existing
        {
            role.name = role.name.to_uppercase();
        }
    }
    let plan = planned(&manifest, &world);
    let (_, problem) = plan.problems(ProblemKind::Error).next().expect("a problem");
    assert_eq!(problem.help.as_deref(), Some("write `name: DATABRICKS-CLUSTER-SAGEMAKER-ACCESS-ROLE`"));
}

#[test]
fn an_existing_role_under_another_path_is_not_taken_for_one_without() {
    let manifest = lab();
    let mut world = empty_world(&manifest);
    for reading in world.observed.values_mut() {
        if let Reading::Present(live) = reading
            && let Resource::Role(role) = live.as_mut()
        {
            role.arn = role.arn.replace(":role/", ":role/databricks/");
        }
    }
    let plan = planned(&manifest, &world);
    let (_, problem) = plan.problems(ProblemKind::Error).next().expect("a problem");
    assert_eq!(problem.help.as_deref(), Some("write `path: /databricks/`"));
}

#[test]
fn a_destruction_deletes_what_is_ours_dependants_first_and_clears_what_is_not() {
    let manifest = lab();
    let plan = destroy(&manifest, &agreeing_world(&manifest, Some("databricks-sagemaker-lab"))).expect("no cycle");
    let lines: Vec<_> = plan
        .resources
        .iter()
        .map(|resource| {
            let calls: Vec<_> = resource.operations.iter().map(reconcile_core::resource::Operation::api).collect();
            let hazards: Vec<_> = resource.hazards.iter().map(ToString::to_string).collect();
            let action = resource.action.as_str();
            format!("{action} {}: {} [{}]", resource.address, calls.join(", "), hazards.join(", "))
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    delete databricks.notebooks.data-prep: databricks:workspace/delete [delete]
    delete databricks.clusters.lab: databricks:clusters/permanent-delete [delete]
    delete databricks.instance_profiles.cluster: databricks:instance-profiles/remove [delete]
    delete sagemaker.notebook_instances.image-build: sagemaker:DeleteNotebookInstance [delete, data-loss]
    delete iam.instance_profiles.cluster: iam:RemoveRoleFromInstanceProfile, iam:DeleteInstanceProfile [delete]
    update iam.roles.workspace: iam:DeleteRolePolicy []
    delete iam.roles.cluster: iam:DetachRolePolicy, iam:DetachRolePolicy, iam:DetachRolePolicy, iam:DeleteRolePolicy, iam:DeleteRole [delete]
    ");
}

#[test]
fn a_destruction_leaves_what_bears_no_tag_of_ours_and_refuses_what_bears_anothers() {
    let manifest = lab();
    let unowned = destroy(&manifest, &agreeing_world(&manifest, None)).expect("no cycle");
    // The registration and the notebook take no tags: they are ours because the manifest lists them.
    assert_eq!(unowned.summary(), Summary { delete: 2, update: 1, unchanged: 4, ..Summary::default() });
    let foreign = destroy(&manifest, &agreeing_world(&manifest, Some("someone-else"))).expect("no cycle");
    assert_eq!(foreign.problems(ProblemKind::Refused).count(), 4);
    let gone = destroy(&manifest, &World { observed: BTreeMap::new(), ..empty_world(&manifest) }).expect("no cycle");
    assert!(!gone.differs(), "what was left out by `--only` is not planned");
}

#[test]
fn a_protected_resource_is_never_deleted() {
    let manifest = resolve("two.yaml", TWO_ROLES.as_bytes());
    let plan = destroy(&manifest, &agreeing_world(&manifest, Some("two"))).expect("no cycle");
    let refused: Vec<_> = plan.problems(ProblemKind::Refused).map(|(resource, _)| resource.address.id()).collect();
    assert_eq!(refused, ["a"]);
    assert_eq!(plan.summary().delete, 1);
}

/// The lab's world, and beside it an instance profile with its role and a cluster that starts with it, all ours.
fn world_with_orphans(manifest: &Manifest, read: bool) -> World {
    let old = resolve("old.yaml", OLD.as_bytes());
    let mut world = agreeing_world(manifest, Some("databricks-sagemaker-lab"));
    let live = |resource: &Resource| read.then(|| Reading::Present(Box::new(resource.clone())));
    world.orphans = old.resources.into_iter().map(|old| (old.resource.clone(), live(&old.resource))).collect();
    world
}

const OLD: &str = r#"
version: 1
name: old
iam:
  roles:
    old:
      trust_policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]}
  instance_profiles:
    old: {role: "${iam.roles.old.name}"}
databricks:
  clusters:
    old: {spark_version: 16.4.x-scala2.12, node_type_id: i3.xlarge, num_workers: 1, aws_attributes: {instance_profile_arn: "${iam.instance_profiles.old.arn}"}}
"#;

#[test]
fn what_is_no_longer_in_the_manifest_is_listed_and_left_alone() {
    let manifest = lab();
    let plan = planned(&manifest, &world_with_orphans(&manifest, false));
    assert!(!plan.differs());
    let orphans: Vec<_> = plan.orphans.iter().map(|orphan| format!("{} {}", orphan.kind, orphan.name)).collect();
    assert_eq!(orphans, ["iam_role old", "iam_instance_profile old", "databricks_cluster old"]);
    let style = reconcile_core::render::Style { color: false, width: 100, verbose: false };
    let text = reconcile_core::render::text(&plan, &style);
    assert!(text.contains("? 3 orphans bear this manifest's owner tag"), "{text}");
}

#[test]
fn what_is_pruned_goes_after_whatever_uses_it() {
    let manifest = lab();
    let plan = planned(&manifest, &world_with_orphans(&manifest, true));
    assert_eq!(plan.summary(), Summary { delete: 3, unchanged: 7, ..Summary::default() });
    let before = |name: &str| {
        let found = plan.resources.iter().find(|resource| resource.address.to_string() == name).expect("an orphan");
        found.depends_on.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(before("iam.roles.(old)"), ["iam.instance_profiles.(old)"]);
    assert_eq!(before("iam.instance_profiles.(old)"), ["databricks.clusters.(old)"]);
    assert_eq!(before("databricks.clusters.(old)"), [""; 0]);
}

#[test]
fn a_plan_that_deletes_more_than_a_third_needs_a_word_of_its_own() {
    let manifest = lab();
    let mut world = world_with_orphans(&manifest, true);
    let braked = |world: &World| {
        let plan = planned(&manifest, world);
        plan.resources.iter().filter(|planned| planned.hazards.contains(&Hazard::MassChange)).count()
    };
    assert_eq!(braked(&world), 0, "3 of 10 are no third");
    let Some((Resource::Role(role), _)) = world.orphans.first() else { panic!("a role") };
    let another = Resource::Role(Role { name: "older".to_owned(), ..role.clone() });
    world.orphans.push((another.clone(), Some(Reading::Present(Box::new(another)))));
    assert_eq!(braked(&world), 4);
}

const TWO_ROLES: &str = r#"
version: 1
name: two
iam:
  roles:
    a:
      name: a
      path: /new/
      protect: true
      trust_policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {AWS: "${iam.roles.b.arn}"}, Action: "sts:AssumeRole"}]}
    b:
      trust_policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]}
"#;

#[test]
fn a_role_comes_after_the_role_it_trusts() {
    let manifest = resolve("two.yaml", TWO_ROLES.as_bytes());
    let plan = planned(&manifest, &empty_world(&manifest));
    let addresses: Vec<_> = plan.resources.iter().map(|resource| resource.address.to_string()).collect();
    assert_eq!(addresses, ["iam.roles.b", "iam.roles.a"]);
}

#[test]
fn roles_that_trust_one_another_are_a_cycle() {
    let text = TWO_ROLES.replace("Service: ec2.amazonaws.com", "AWS: \"${iam.roles.a.arn}\"");
    let manifest = resolve("two.yaml", text.as_bytes());
    let cycle = plan(&manifest, &empty_world(&manifest), Options::default()).expect_err("a cycle");
    assert_eq!(cycle.to_string(), "these resources wait for one another: iam.roles.a -> iam.roles.b -> iam.roles.a");
}

#[test]
fn a_protected_resource_is_never_replaced() {
    let manifest = resolve("two.yaml", TWO_ROLES.as_bytes());
    let mut world = agreeing_world(&manifest, Some("two"));
    for reading in world.observed.values_mut() {
        if let Reading::Present(live) = reading
            && let Resource::Role(role) = live.as_mut()
        {
            role.path = Field::Set("/".to_owned());
        }
    }
    let plan = planned(&manifest, &world);
    let (resource, problem) = plan.problems(ProblemKind::Refused).next().expect("a refusal");
    assert_eq!(resource.address.to_string(), "iam.roles.a");
    assert!(problem.message.contains("protect: true"), "{}", problem.message);
}

#[test]
fn the_fingerprint_covers_the_manifest_and_the_live_state_and_nothing_else() {
    let manifest = lab();
    let world = agreeing_world(&manifest, Some("databricks-sagemaker-lab"));
    let fingerprint = |world: &World| planned(&manifest, world).fingerprint;
    assert_eq!(fingerprint(&world), fingerprint(&World { calls: 99, ..world.clone() }));
    assert_ne!(fingerprint(&world), fingerprint(&agreeing_world(&manifest, None)));
    assert!(fingerprint(&world).starts_with("sha256:"));
}

#[test]
fn the_json_is_that_of_the_design() {
    let manifest = lab();
    let mut world = agreeing_world(&manifest, Some("databricks-sagemaker-lab"));
    for reading in world.observed.values_mut() {
        if let Reading::Present(live) = reading
            && let Resource::InstanceProfile(profile) = live.as_mut()
        {
            profile.role = Field::Null;
            profile.tags = Tags::live([("reconcile:owner".to_owned(), "databricks-sagemaker-lab".to_owned())]);
        }
    }
    let json = serde_json::to_value(planned(&manifest, &world)).expect("JSON");
    let keys =
        |value: &serde_json::Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(
        keys(&json),
        "format_version manifest fingerprint aws databricks summary resources orphans warnings reads"
    );
    let profile = json["resources"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|resource| resource["kind"] == "iam_instance_profile")
        .expect("the profile");
    insta::assert_snapshot!(serde_json::to_string_pretty(profile).expect("JSON"), @r#"
    {
      "address": "iam.instance_profiles.cluster",
      "kind": "iam_instance_profile",
      "name": "databricks-cluster-sagemaker-access-role",
      "action": "update",
      "adopted": false,
      "changes": [
        {
          "path": "role",
          "before": null,
          "after": "databricks-cluster-sagemaker-access-role",
          "summary": ""
        },
        {
          "path": "tags.project",
          "before": null,
          "after": "immersion-day",
          "summary": ""
        }
      ],
      "operations": [
        {
          "api": "iam:AddRoleToInstanceProfile",
          "summary": "put the role databricks-cluster-sagemaker-access-role into it"
        },
        {
          "api": "iam:TagInstanceProfile",
          "summary": "set the tag project"
        }
      ],
      "hazards": [],
      "notes": [],
      "depends_on": [
        "iam.roles.cluster"
      ]
    }
    "#);
}
