//! What comes before what: by the desired states, and by what is live.

use std::collections::BTreeSet;

use reconcile_core::field::Field;
use reconcile_core::manifest::Manifest;
use reconcile_core::plan::{Action, Plan};
use reconcile_core::planner::{Options, World, destroy, plan};
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Operation, Resource};
use rstest::rstest;

use crate::{agreeing_world, resolve};

/// The manifest with these resources, one a line: `SECTION.KIND.ID: {FIELDS}`.
fn manifest(resources: &str) -> Manifest {
    let mut text = "version: 1\nname: order\n".to_owned();
    let mut open = ("", "");
    for line in resources.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (section, rest) = line.split_once('.').expect("a section");
        let (kind, resource) = rest.split_once('.').expect("a kind");
        if open.0 != section {
            text.extend([section, ":\n"]);
        }
        if open != (section, kind) {
            text.extend(["  ", kind, ":\n"]);
        }
        open = (section, kind);
        text.extend(["    ", resource, "\n"]);
    }
    let trusted = |who: &str| {
        format!(
            "trust_policy: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Principal: {who}, Action: sts:AssumeRole}}]}}"
        )
    };
    let document =
        "document: {Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}";
    let cluster = "spark_version: 16.4.x-scala2.12, node_type_id: i3.xlarge";
    let text = text.replace("TRUSTS-A", &trusted("{AWS: '${iam.roles.a.arn}'}"));
    let text = text.replace("TRUSTS-B", &trusted("{AWS: '${iam.roles.b.arn}'}"));
    let text = text.replace("TRUST", &trusted("{Service: ec2.amazonaws.com}"));
    resolve("order.yaml", text.replace("DOCUMENT", document).replace("CLUSTER", cluster).as_bytes())
}

/// The plan from what one manifest has made to another one, which prunes what the latter does not hold.
pub(crate) fn planned(before: &Manifest, after: &Manifest) -> Plan {
    plan(after, &world(before, after), Options::default()).expect("no cycle")
}

/// What the one manifest has made, as it is read for the other one.
pub(crate) fn world(before: &Manifest, after: &Manifest) -> World {
    let mut world = agreeing_world(before, Some(&before.name));
    let live: Vec<_> = before.resources.iter().map(|declared| declared.resource.clone()).collect();
    for reading in world.observed.values_mut() {
        if let Reading::Present(resource) = reading {
            tell_users(resource, &live);
        }
    }
    let stays: BTreeSet<_> = after.resources.iter().map(|declared| &declared.address).collect();
    let (stay, gone): (Vec<_>, Vec<_>) =
        std::mem::take(&mut world.observed).into_iter().partition(|(address, _)| stays.contains(address));
    world.observed = after.resources.iter().map(|declared| (declared.address.clone(), Reading::Absent)).collect();
    world.observed.extend(stay);
    let orphans = gone.into_iter().filter_map(|(_, reading)| match &reading {
        Reading::Present(live) => Some((live.as_ref().clone(), Some(reading))),
        Reading::Absent | Reading::Failed(_) => None,
    });
    world.orphans = orphans.collect();
    world
}

/// What is read of a policy and of a role where they are to go.
fn tell_users(resource: &mut Resource, all: &[Resource]) {
    match resource {
        Resource::ManagedPolicy(policy) => {
            let users = all.iter().filter_map(|other| match other {
                Resource::Role(role) => {
                    let attached = role.managed_policies.value().is_some_and(|all| all.contains(&policy.arn));
                    let uses = attached || role.permissions_boundary.value() == Some(&policy.arn);
                    uses.then(|| format!("the role {}", role.name))
                }
                _ => None,
            });
            (policy.used_by, policy.versions) = (Field::Set(users.collect()), Field::Set(Vec::new()));
        }
        Resource::Role(role) => {
            let profiles = all.iter().filter_map(|other| match other {
                Resource::InstanceProfile(profile) if profile.role.value() == Some(&role.name) => {
                    Some(profile.name.clone())
                }
                _ => None,
            });
            role.instance_profiles = Field::Set(profiles.collect());
        }
        _ => {}
    }
}

/// What changes, in its order, each with those that it waits for among the others.
fn order(plan: &Plan) -> Vec<String> {
    let changed: Vec<_> = plan.resources.iter().filter(|planned| planned.action != Action::None).collect();
    let addresses: BTreeSet<_> = changed.iter().map(|planned| &planned.address).collect();
    let lines = changed.iter().map(|planned| {
        let before: Vec<_> =
            planned.depends_on.iter().filter(|before| addresses.contains(before)).map(ToString::to_string).collect();
        format!("{} {} [{}]", planned.action.as_str(), planned.address, before.join(", "))
    });
    lines.collect()
}

/// What the manifest does not manage is used all the same.
#[rstest]
#[case::a_profile_and_its_role(
    "iam.roles.a: {path: /1/, TRUST}
     iam.instance_profiles.p: {role: a}",
    "iam.roles.a: {path: /2/, TRUST}
     iam.instance_profiles.p: {tags: {k: v}}",
    &["replace iam.roles.a []", "update iam.instance_profiles.p [iam.roles.a]"]
)]
#[case::a_role_and_its_boundary(
    "iam.policies.b: {DOCUMENT}
     iam.roles.a: {description: d, permissions_boundary: '${iam.policies.b.arn}', TRUST}",
    "iam.policies.b: {tags: {k: v}, DOCUMENT}
     iam.roles.a: {description: e, TRUST}",
    &["update iam.policies.b []", "update iam.roles.a [iam.policies.b]"]
)]
#[case::a_role_of_others_and_whom_it_trusts(
    "iam.roles.a: {description: d, TRUST}
     iam.roles.b: {existing: true, managed_policies: [], TRUSTS-A}",
    "iam.roles.a: {description: e, TRUST}
     iam.roles.b: {existing: true, managed_policies: [AmazonS3FullAccess]}",
    &["update iam.roles.a []", "update iam.roles.b [iam.roles.a]"]
)]
#[case::an_instance_and_its_script(
    "iam.roles.a: {TRUST}
     sagemaker.lifecycle_configs.l: {on_start: '#!/bin/sh'}
     sagemaker.notebook_instances.n: {instance_type: ml.t3.medium, role_arn: '${iam.roles.a.arn}', lifecycle_config_name: l}",
    "iam.roles.a: {TRUST}
     sagemaker.lifecycle_configs.l: {on_start: '#!/bin/bash'}
     sagemaker.notebook_instances.n: {instance_type: ml.t3.large, role_arn: '${iam.roles.a.arn}'}",
    &["update sagemaker.lifecycle_configs.l []", "update sagemaker.notebook_instances.n [sagemaker.lifecycle_configs.l]"]
)]
#[case::a_registration_and_its_role(
    "iam.roles.a: {description: d, TRUST}
     databricks.instance_profiles.r: {instance_profile_arn: 'arn:aws:iam::111122223333:instance-profile/p', is_meta_instance_profile: false, iam_role_arn: '${iam.roles.a.arn}'}",
    "iam.roles.a: {description: e, TRUST}
     databricks.instance_profiles.r: {instance_profile_arn: 'arn:aws:iam::111122223333:instance-profile/p', is_meta_instance_profile: true}",
    &["update iam.roles.a []", "replace databricks.instance_profiles.r [iam.roles.a]"]
)]
#[case::a_cluster_and_its_registered_profile(
    "iam.roles.a: {path: /1/, TRUST}
     iam.instance_profiles.p: {role: a}
     databricks.instance_profiles.r: {instance_profile_arn: '${iam.instance_profiles.p.arn}', is_meta_instance_profile: false}
     databricks.clusters.c: {CLUSTER, num_workers: 1, aws_attributes: {instance_profile_arn: '${iam.instance_profiles.p.arn}'}}",
    "iam.roles.a: {path: /2/, TRUST}
     iam.instance_profiles.p: {}
     databricks.instance_profiles.r: {instance_profile_arn: '${iam.instance_profiles.p.arn}', is_meta_instance_profile: true}
     databricks.clusters.c: {CLUSTER, num_workers: 2}",
    &[
        "replace iam.roles.a []",
        "replace databricks.instance_profiles.r []",
        "update databricks.clusters.c [databricks.instance_profiles.r]",
    ]
)]
fn what_goes_on_using_something_comes_after_it(#[case] before: &str, #[case] after: &str, #[case] expected: &[&str]) {
    assert_eq!(order(&planned(&manifest(before), &manifest(after))), expected);
}

/// Whoever is turned away from what goes comes first.
#[rstest]
#[case::a_profile_from_a_role_that_goes(
    "iam.roles.a: {TRUST}
     iam.roles.b: {TRUST}
     iam.instance_profiles.p: {role: a}",
    "iam.roles.b: {TRUST}
     iam.instance_profiles.p: {role: b}",
    &["update iam.instance_profiles.p []", "delete iam.roles.(a) [iam.instance_profiles.p]"]
)]
#[case::a_profile_from_a_role_that_is_made_anew(
    "iam.roles.a: {path: /1/, TRUST}
     iam.roles.b: {TRUST}
     iam.instance_profiles.p: {role: a}",
    "iam.roles.a: {path: /2/, TRUST}
     iam.roles.b: {TRUST}
     iam.instance_profiles.p: {role: b}",
    &["update iam.instance_profiles.p []", "replace iam.roles.a [iam.instance_profiles.p]"]
)]
#[case::a_profile_that_goes_as_well(
    "iam.roles.a: {path: /1/, TRUST}
     iam.instance_profiles.p: {role: a}",
    "iam.roles.a: {path: /2/, TRUST}",
    &["delete iam.instance_profiles.(p) []", "replace iam.roles.a [iam.instance_profiles.(p)]"]
)]
#[case::an_instance_from_a_role_and_a_script(
    "iam.roles.a: {TRUST}
     iam.roles.b: {TRUST}
     sagemaker.lifecycle_configs.l: {on_start: '#!/bin/sh'}
     sagemaker.notebook_instances.n: {instance_type: ml.t3.medium, role_arn: '${iam.roles.a.arn}', lifecycle_config_name: l}",
    "iam.roles.b: {TRUST}
     sagemaker.notebook_instances.n: {instance_type: ml.t3.medium, role_arn: '${iam.roles.b.arn}', lifecycle_config_name: null}",
    &[
        "update sagemaker.notebook_instances.n []",
        "delete iam.roles.(a) [sagemaker.notebook_instances.n]",
        "delete sagemaker.lifecycle_configs.(l) [sagemaker.notebook_instances.n]",
    ]
)]
#[case::a_role_from_a_policy_and_a_boundary(
    "iam.policies.b: {DOCUMENT}
     iam.policies.p: {path: /1/, DOCUMENT}
     iam.roles.a: {managed_policies: ['${iam.policies.p.arn}'], permissions_boundary: '${iam.policies.b.arn}', TRUST}",
    "iam.policies.p: {path: /2/, DOCUMENT}
     iam.roles.a: {managed_policies: [], permissions_boundary: null, TRUST}",
    &[
        "update iam.roles.a []",
        "replace iam.policies.p [iam.roles.a]",
        "delete iam.policies.(b) [iam.roles.a]",
    ]
)]
#[case::a_role_from_whom_it_trusts(
    "iam.roles.a: {TRUST}
     iam.roles.b: {TRUSTS-A}",
    "iam.roles.b: {TRUST}",
    &["update iam.roles.b []", "delete iam.roles.(a) [iam.roles.b]"]
)]
#[case::a_role_that_goes_on_naming_an_arn_that_ends(
    "iam.roles.a: {path: /1/, TRUST}
     iam.roles.b: {existing: true, managed_policies: [], TRUSTS-A}",
    "iam.roles.a: {path: /2/, TRUST}
     iam.roles.b: {existing: true, managed_policies: [AmazonS3FullAccess]}",
    &["update iam.roles.b []", "replace iam.roles.a [iam.roles.b]"]
)]
#[case::a_cluster_from_a_profile(
    "iam.instance_profiles.p: {path: /1/}
     iam.instance_profiles.q: {}
     databricks.clusters.c: {CLUSTER, num_workers: 1, aws_attributes: {instance_profile_arn: '${iam.instance_profiles.p.arn}'}}",
    "iam.instance_profiles.p: {path: /2/}
     iam.instance_profiles.q: {}
     databricks.clusters.c: {CLUSTER, num_workers: 1, aws_attributes: {instance_profile_arn: '${iam.instance_profiles.q.arn}'}}",
    &["update databricks.clusters.c []", "replace iam.instance_profiles.p [databricks.clusters.c]"]
)]
fn what_goes_waits_for_those_who_use_it_no_longer(
    #[case] before: &str,
    #[case] after: &str,
    #[case] expected: &[&str],
) {
    let plan = planned(&manifest(before), &manifest(after));
    assert_eq!(order(&plan), expected);
    assert!(plan.resources.iter().all(|planned| planned.problem.is_none()), "{plan:#?}");
}

/// Where what is live demands the opposite of what is desired, the latter holds, and nothing waits for itself.
#[rstest]
#[case::two_profiles_that_swap_two_roles_which_are_made_anew(
    "iam.roles.a: {path: /1/, TRUST}
     iam.roles.b: {path: /1/, TRUST}
     iam.instance_profiles.p: {role: a}
     iam.instance_profiles.q: {role: b}",
    "iam.roles.a: {path: /2/, TRUST}
     iam.roles.b: {path: /2/, TRUST}
     iam.instance_profiles.p: {role: b}
     iam.instance_profiles.q: {role: a}",
    &[
        "replace iam.roles.b []",
        "update iam.instance_profiles.p [iam.roles.b]",
        "replace iam.roles.a [iam.instance_profiles.p]",
        "update iam.instance_profiles.q [iam.roles.a]",
    ]
)]
#[case::roles_that_come_to_trust_one_another_the_other_way_round(
    "iam.roles.a: {path: /1/, TRUSTS-B}
     iam.roles.b: {path: /1/, TRUST}",
    "iam.roles.a: {path: /2/, TRUST}
     iam.roles.b: {path: /2/, TRUSTS-A}",
    &["replace iam.roles.a []", "replace iam.roles.b [iam.roles.a]"]
)]
#[case::a_role_that_is_trusted_by_the_one_of_others_that_it_comes_to_trust(
    "iam.roles.a: {path: /1/, TRUST}
     iam.roles.b: {existing: true, TRUSTS-A}",
    "iam.roles.a: {path: /2/, TRUSTS-B}
     iam.roles.b: {existing: true}",
    &["replace iam.roles.a []"]
)]
#[case::orphans_that_trust_one_another(
    "iam.roles.a: {TRUSTS-B}
     iam.roles.b: {TRUSTS-A}",
    "iam.roles.c: {TRUST}",
    &["create iam.roles.c []", "delete iam.roles.(a) []", "delete iam.roles.(b) [iam.roles.(a)]"]
)]
fn what_is_desired_wins(#[case] before: &str, #[case] after: &str, #[case] expected: &[&str]) {
    assert_eq!(order(&planned(&manifest(before), &manifest(after))), expected);
}

/// A policy that is to be made anew waits for a role to give it up, which waits for another one, which is to get it.
#[test]
fn a_circle_that_iam_would_refuse_is_refused_by_the_plan() {
    let before = manifest(
        "iam.policies.p: {path: /1/, DOCUMENT}
         iam.roles.a: {TRUST}
         iam.roles.b: {managed_policies: ['${iam.policies.p.arn}'], TRUST}",
    );
    let after = manifest(
        "iam.policies.p: {path: /2/, DOCUMENT}
         iam.roles.a: {managed_policies: ['${iam.policies.p.arn}'], TRUST}
         iam.roles.b: {managed_policies: [], TRUSTS-A}",
    );
    let plan = planned(&before, &after);
    let refused: Vec<_> = plan.resources.iter().filter_map(|planned| planned.problem.as_ref()).collect();
    insta::assert_snapshot!(refused[0].message, @"still-used: the policy would be made anew, and it is still used by the role b");
    assert_eq!((refused.len(), plan.resources.len()), (1, 3));
}

/// Which role its profile holds, the manifest leaves to others; the profile goes before it all the same, and takes it out.
#[test]
fn a_destruction_heeds_what_is_live() {
    let before = manifest("iam.roles.a: {TRUST}\niam.instance_profiles.p: {role: a}");
    let after = manifest("iam.roles.a: {TRUST}\niam.instance_profiles.p: {}");
    let plan = destroy(&after, &world(&before, &after)).expect("no cycle");
    assert_eq!(order(&plan), ["delete iam.instance_profiles.p []", "delete iam.roles.a [iam.instance_profiles.p]"]);
    let calls = plan.resources.iter().flat_map(|planned| &planned.operations).map(Operation::api);
    assert_eq!(
        calls.collect::<Vec<_>>(),
        ["iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile", "iam:DeleteRole"]
    );
}

/// A role that a profile has given up is not taken out of it once more, nor put back.
#[test]
fn what_has_happened_by_then_is_left_out() {
    let before = manifest(
        "iam.roles.a: {path: /1/, TRUST}
         iam.roles.b: {TRUST}
         iam.instance_profiles.p: {role: a}
         iam.instance_profiles.q: {role: a}",
    );
    let after = manifest(
        "iam.roles.a: {path: /2/, TRUST}
         iam.roles.b: {TRUST}
         iam.instance_profiles.p: {role: b}
         iam.instance_profiles.q: {role: a}",
    );
    let plan = planned(&before, &after);
    let role = plan.resources.iter().find(|planned| planned.action == Action::Replace).expect("it moves");
    let calls: Vec<_> = role.operations.iter().map(|call| format!("{} {}", call.api(), call.summary())).collect();
    insta::assert_snapshot!(calls.join("\n"), @"
    iam:RemoveRoleFromInstanceProfile take the role out of the instance profile q
    iam:DeleteRole delete the role
    iam:CreateRole create the role with its trust policy
    iam:AddRoleToInstanceProfile put the role back into the instance profile q
    ");
    assert!(
        role.notes.iter().any(|note| note.starts_with("it is taken out of the instance profile q and")),
        "{:?}",
        role.notes
    );
}
