use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::field::Field;
use reconcile_core::plan::document::PlanDocument;
use reconcile_core::plan::{Action, ProblemKind, Summary};
use reconcile_core::planner::{Options, World, plan};
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Resource, Tags};

use crate::{TWO_ROLES, agreeing_world, empty_world, lab, planned, resolve};

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
    let json = serde_json::to_value(PlanDocument::of(&planned(&manifest, &world))).expect("JSON");
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
