//! What the workspace is given: registrations and clusters.

use reconcile_core::access::{address_of_surrounding, surroundings};
use reconcile_core::field::Field;
use reconcile_core::id::{Address, Kind};
use reconcile_core::planner::World;
use reconcile_core::reading::Reading;
use reconcile_core::resource::{InstanceProfile, Resource};

use crate::world::{
    DATABRICKS_TRUST, after, around, before, found, lab, manifest, present, registration, scope, shipped, unreadable,
};

const PROFILE_ARN: &str = "arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role";
const REGISTERED: &str = "    cluster: {instance_profile_arn: \"${iam.instance_profiles.cluster.arn}\"}\n";
const WITH_ROLE: &str = "cluster: {name: \"${var.cluster_role}\", role: \"${iam.roles.cluster.name}\"}";

#[test]
fn a_profile_that_holds_no_role() {
    let manifest = lab(&[(WITH_ROLE, "cluster: {name: \"${var.cluster_role}\", role: null}")]);
    insta::assert_snapshot!(found(&manifest, &before(&manifest, DATABRICKS_TRUST)), @"
    Certain access-no-role on databricks.instance_profiles.cluster, line 61
      the instance profile databricks-cluster-sagemaker-access-role (iam.instance_profiles.cluster) holds no role
      help: write `role: NAME` in iam.instance_profiles.cluster
    Certain access-no-role on databricks.clusters.lab, line 71
      the instance profile databricks-cluster-sagemaker-access-role (iam.instance_profiles.cluster) holds no role
      help: write `role: NAME` in iam.instance_profiles.cluster
    ");
}

#[test]
fn an_unmanaged_role_in_a_profile_is_the_live_one() {
    let manifest = lab(&[(WITH_ROLE, "cluster: {name: \"${var.cluster_role}\"}")]);
    assert_eq!(found(&manifest, &before(&manifest, DATABRICKS_TRUST)).matches("access-no-role").count(), 2);
    let live = |role: Field<String>| {
        let mut world = after(&manifest, DATABRICKS_TRUST);
        let profile = manifest.resources.iter().find_map(|declared| match &declared.resource {
            Resource::InstanceProfile(profile) => Some(InstanceProfile { role: role.clone(), ..profile.clone() }),
            _ => None,
        });
        let live = present(Resource::InstanceProfile(profile.expect("a profile")));
        world.observed.insert(Address::new(Kind::IamInstanceProfile, "cluster"), live);
        found(&manifest, &world)
    };
    assert_eq!(live(Field::Null).matches("access-no-role").count(), 2);
    assert_eq!(live(Field::Set("databricks-cluster-sagemaker-access-role".to_owned())), "");
    assert_eq!(live(Field::Absent), "", "the service did not say");
}

/// The lab without its registration, in a world in which the workspace's list says this.
fn unregistered(world: impl Fn(&reconcile_core::manifest::Manifest) -> World, listed: Option<Reading>) -> String {
    let manifest = lab(&[(REGISTERED, "")]);
    let world = world(&manifest);
    let world = match listed {
        Some(listed) => around(world, Kind::DatabricksInstanceProfile, PROFILE_ARN, listed),
        None => world,
    };
    found(&manifest, &world)
}

#[test]
fn a_cluster_whose_profile_is_not_registered() {
    insta::assert_snapshot!(unregistered(|lab| before(lab, DATABRICKS_TRUST), Some(Reading::Absent)), @r#"
    Certain access-not-registered on databricks.clusters.lab, line 70
      the cluster's instance profile arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role is not registered in the workspace, or not for this caller, and this manifest does not register it
      help: add to `databricks.instance_profiles`: {instance_profile_arn: "arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role"}
    "#);
}

#[test]
fn a_cluster_that_has_the_profile_already_is_only_warned_of() {
    let found = unregistered(|lab| after(lab, DATABRICKS_TRUST), Some(Reading::Absent));
    assert!(found.starts_with("Possible access-not-registered on databricks.clusters.lab"), "{found}");
}

#[test]
fn a_registration_outside_of_the_manifest_is_enough() {
    let before = |lab: &_| before(lab, DATABRICKS_TRUST);
    assert_eq!(unregistered(before, Some(present(registration(PROFILE_ARN)))), "");
    assert_eq!(unregistered(before, Some(unreadable("databricks:instance-profiles/list"))), "", "it is not known");
    assert_eq!(unregistered(before, None), "", "it was not asked");
}

#[test]
fn what_a_manifest_holds_is_not_read_twice() {
    assert!(surroundings(&shipped(), Some(&scope()), |_| true).is_empty());
}

#[test]
fn what_a_manifest_names_and_does_not_hold_is_read_once() {
    let manifest = manifest(
        "
version: 1
name: names
iam:
  instance_profiles:
    a: {name: a, role: Worker}
    b: {name: b, role: worker}
sagemaker:
  notebook_instances:
    own: {instance_type: ml.t3.medium, role_arn: 'arn:aws:iam::111122223333:role/path/notebook'}
    others: {instance_type: ml.t3.medium, role_arn: 'arn:aws:iam::999900001111:role/notebook'}
databricks:
  clusters:
    x: {spark_version: 16.4.x-scala2.12, node_type_id: i3.xlarge, num_workers: 1, aws_attributes: {instance_profile_arn: 'arn:aws:iam::111122223333:instance-profile/p'}}
",
    );
    let named: Vec<_> =
        surroundings(&manifest, Some(&scope()), |_| true).into_keys().map(|address| address.to_string()).collect();
    insta::assert_snapshot!(named.join("\n"), @"
    iam.roles.(notebook)
    iam.roles.(worker)
    databricks.instance_profiles.(arn:aws:iam::111122223333:instance-profile/p)
    ");
    let planned = |kind: Kind| surroundings(&manifest, Some(&scope()), move |address| address.kind() == kind);
    let profile =
        address_of_surrounding(Kind::DatabricksInstanceProfile, "arn:aws:iam::111122223333:instance-profile/p");
    assert_eq!(planned(Kind::DatabricksCluster).into_keys().collect::<Vec<_>>(), [profile]);
    assert_eq!(surroundings(&manifest, None, |_| true).len(), 1, "without an account no role can be read");
}
