//! What is live has a say in the order too: who uses what is made anew, and who is turned away from it.

use reconcile_sandbox::Config;
use serde_json::{Value, json};

use crate::cli_bench::{Bench, Cloud, Run};

const TRUST: &str = "{Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]}";

const PROFILE: &str = "arn:aws:iam::111122223333:instance-profile/worker";

fn manifest(body: &str) -> (Bench, Cloud) {
    let cloud = Cloud::start(Config::default());
    let text = format!("version: 1\nname: order\n{body}");
    let mut bench = Bench::with_manifest(&text.replace("TRUST", TRUST).replace("PROFILE", PROFILE));
    cloud.point(&mut bench);
    bench.write("n.py", "# Databricks notebook source\n");
    bench.run("apply --yes").ends(0);
    (bench, cloud)
}

/// The planned calls, each resource with what it comes after.
fn planned(run: &Run) -> Vec<String> {
    let words = |list: &Value, key: Option<&str>| {
        let items = list.as_array().expect("a list").iter();
        let items = items.map(|item| key.map_or(item, |key| &item[key]).as_str().expect("a text").to_owned());
        items.collect::<Vec<_>>().join(", ")
    };
    let plan = run.json();
    let changed = plan["resources"].as_array().expect("a list").iter().filter(|planned| planned["action"] != "none");
    let lines = changed.map(|planned| {
        let (calls, before) = (words(&planned["operations"], Some("api")), words(&planned["depends_on"], None));
        format!("{}: {calls}; after {before}", planned["address"].as_str().expect("an address"))
    });
    lines.collect()
}

/// The workspace refuses to change a cluster while its instance profile is not registered.
#[test]
fn a_cluster_waits_for_the_registration_that_it_goes_on_using_without_naming_it() {
    let cluster = "spark_version: 16.4.x-scala2.12, node_type_id: i3.xlarge, num_workers: 1, state: terminated";
    let (bench, cloud) = manifest(&format!(
        "iam:\n  roles:\n    worker: {{trust_policy: TRUST}}\n  instance_profiles:\n    worker: {{role: worker}}\n\
         databricks:\n  instance_profiles:\n    worker: {{instance_profile_arn: PROFILE, skip_validation: true}}\n  \
         clusters:\n    c: {{{cluster}, aws_attributes: {{instance_profile_arn: PROFILE}}}}\n"
    ));
    bench.edit("reconcile.yaml", "skip_validation: true", "skip_validation: true, is_meta_instance_profile: true");
    bench.edit("reconcile.yaml", &format!(", aws_attributes: {{instance_profile_arn: {PROFILE}}}"), "");
    bench.edit("reconcile.yaml", "num_workers: 1", "num_workers: 1, autotermination_minutes: 30");
    insta::assert_snapshot!(planned(&bench.run("plan --format json").ends(0)).join("\n"), @"
    databricks.instance_profiles.worker: databricks:instance-profiles/remove, databricks:instance-profiles/add; after iam.instance_profiles.worker
    databricks.clusters.c: databricks:clusters/update; after iam.instance_profiles.worker, databricks.instance_profiles.worker
    ");
    cloud.sandbox.clear_calls();
    bench.run("apply --yes --allow replace").ends(0);
    assert_eq!(
        cloud.writes(),
        ["databricks:instance-profiles/remove", "databricks:instance-profiles/add", "databricks:clusters/update"]
    );
    bench.run("drift").ends(0);
}

/// The profile gives the role up before that is deleted and made anew, so that there is nothing to take it out of, nor to put it
/// back into, where the other role is by then.
#[test]
fn a_role_that_a_profile_gives_up_is_made_anew_afterwards() {
    let (bench, cloud) = manifest(
        "iam:\n  roles:\n    old: {path: /a/, trust_policy: TRUST}\n    new: {trust_policy: TRUST}\n  \
         instance_profiles:\n    p: {role: old}\n",
    );
    bench.edit("reconcile.yaml", "path: /a/", "path: /b/");
    bench.edit("reconcile.yaml", "{role: old}", "{role: new}");
    insta::assert_snapshot!(planned(&bench.run("plan --format json").ends(0)).join("\n"), @"
    iam.instance_profiles.p: iam:RemoveRoleFromInstanceProfile, iam:AddRoleToInstanceProfile; after iam.roles.new
    iam.roles.old: iam:DeleteRole, iam:CreateRole; after iam.instance_profiles.p
    ");
    cloud.sandbox.clear_calls();
    bench.run("apply --yes --allow replace").ends(0);
    assert_eq!(
        cloud.writes(),
        ["iam:RemoveRoleFromInstanceProfile", "iam:AddRoleToInstanceProfile", "iam:DeleteRole", "iam:CreateRole"]
    );
    bench.run("drift").ends(0);
}

/// That one role trusts the other and the other way round keeps neither from going.
#[test]
fn orphans_that_use_one_another_are_pruned_all_the_same() {
    let roles = "iam:\n  roles:\n    a: {trust_policy: TRUST}\n    b:\n      trust_policy: \
                 {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {AWS: '${iam.roles.a.arn}'}, Action: sts:AssumeRole}]}\n";
    let (bench, cloud) = manifest(roles);
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/b"}, "Action": "sts:AssumeRole",
    }]});
    let document = trust.to_string();
    cloud.iam(&[("Action", "UpdateAssumeRolePolicy"), ("RoleName", "a"), ("PolicyDocument", &document)]);
    bench.write("reconcile.yaml", "version: 1\nname: order\niam:\n  instance_profiles:\n    p: {}\n");
    cloud.sandbox.clear_calls();
    let run = bench.run("apply --yes --prune --allow delete").ends(0);
    let deleted = cloud.writes().into_iter().filter(|call| call == "iam:DeleteRole").count();
    assert_eq!(deleted, 2, "{run}");
}

/// A profile of others holds the role, and a cluster of others starts with it.
#[test]
fn whoever_runs_with_a_profile_of_others_is_named_where_its_role_is_made_anew() {
    let (bench, cloud) = manifest(
        "iam:\n  roles:\n    r: {path: /a/, trust_policy: TRUST}\ndatabricks:\n  notebooks:\n    \
         n: {path: /Shared/n, source: n.py, language: PYTHON}\n",
    );
    cloud.iam(&[("Action", "CreateInstanceProfile"), ("InstanceProfileName", "theirs"), ("Path", "/elsewhere/")]);
    cloud.iam(&[("Action", "AddRoleToInstanceProfile"), ("InstanceProfileName", "theirs"), ("RoleName", "r")]);
    let arn = "arn:aws:iam::111122223333:instance-profile/elsewhere/theirs";
    let registration = json!({"instance_profile_arn": arn, "skip_validation": true});
    cloud.databricks("2.0/instance-profiles/add", &registration);
    let cluster = json!({"cluster_name": "reports", "spark_version": "16.4.x-scala2.12", "node_type_id": "i3.xlarge",
        "num_workers": 1, "aws_attributes": {"instance_profile_arn": arn}});
    cloud.databricks("2.1/clusters/create", &cluster);
    let asks = |run: &Run| {
        let lists = cloud.sandbox.calls().into_iter().filter(|call| call.operation == "clusters/list").count();
        (lists, run.stdout.contains("the credentials of the old role end for what runs with it: the cluster reports"))
    };
    cloud.sandbox.clear_calls();
    let as_it_is = asks(&bench.run("plan").ends(0));
    bench.edit("reconcile.yaml", "path: /a/", "path: /b/");
    cloud.sandbox.clear_calls();
    let made_anew = asks(&bench.run("plan").ends(0));
    // One list is there to find what is no longer in the manifest.
    assert_eq!((as_it_is, made_anew), ((1, false), (2, true)));
}
