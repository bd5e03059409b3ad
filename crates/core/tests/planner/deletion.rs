use std::collections::BTreeMap;

use reconcile_core::change::Hazard;
use reconcile_core::manifest::Manifest;
use reconcile_core::plan::{ProblemKind, Summary};
use reconcile_core::planner::{World, destroy};
use reconcile_core::reading::Reading;
use reconcile_core::render::{Hazards, Style, text};
use reconcile_core::resource::{Resource, Role};

use crate::{TWO_ROLES, agreeing_world, empty_world, lab, planned, resolve};

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
    let style = Style { color: false, width: 100, verbose: false, hazards: Hazards::ToBeAllowed };
    let text = text(&plan, &style);
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
