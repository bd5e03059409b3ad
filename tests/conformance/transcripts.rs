//! Plans as people read them, each with the least calls that the service allows, and why it is no fewer.

use serde_json::{Value, json};

use crate::bench::{ALLOW, Bench, calls};
use crate::drifts::{foreign_document, moved_platform, moved_volume};
use crate::shipped::{self, Shipped};
use crate::support::lab::{PROFILE_ARN, ROLE, WORKSPACE_ROLE};

fn shipped(name: &str) -> Shipped {
    shipped::all().into_iter().find(|shipped| shipped.name == name).unwrap_or_else(|| panic!("no {name}"))
}

/// Returns the plan as text, from its first resource that differs, once the least calls for it are what is planned and made.
#[track_caller]
fn told(bench: &Bench<'_>, command: &str, manifest: &str, arguments: &[&str], least: &[&str]) -> String {
    let text = bench.run_on(command, manifest, arguments).stdout;
    let outcome = bench.write_by(if command == "plan" { "apply" } else { command }, manifest, &apply(arguments));
    assert_eq!(calls(&outcome), least);
    let (_, text) = text.split_once("\n\n").expect("a head and the resources");
    text.trim_end().to_owned()
}

/// The arguments that an apply takes, too.
fn apply<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    arguments.iter().copied().filter(|argument| *argument == "--prune").collect()
}

fn on_cluster(bench: &Bench<'_>, api: &str, more: &Value) {
    let mut body = json!({"cluster_id": bench.hand.cluster_id("example-shared")});
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    bench.hand.databricks(api, &body);
}

#[test]
fn a_running_cluster_of_another_size_is_resized() {
    let shipped = shipped("examples/databricks-cluster");
    let bench = Bench::new(&shipped);
    on_cluster(&bench, "2.1/clusters/resize", &json!({"autoscale": {"min_workers": 1, "max_workers": 9}}));
    // One call, and the only one that does not restart a running cluster.
    let text = told(&bench, "plan", shipped.argument(), &[], &["databricks:clusters/resize"]);
    insta::assert_snapshot!(text, @r#"
    ~ databricks.clusters.shared  cluster example-shared  (update)
        autoscale.max_workers: 9 → 3
        calls:
          1. databricks:clusters/resize  set autoscale to {"min_workers":1,"max_workers":3} without a
                                         restart

    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.
    "#);
}

#[test]
fn a_cluster_is_pinned_without_a_restart() {
    let shipped = shipped("examples/databricks-cluster");
    let bench = Bench::new(&shipped);
    on_cluster(&bench, "2.1/clusters/unpin", &json!({}));
    // A pin is no part of the specification: it has a call of its own, and takes no other.
    let text = told(&bench, "plan", shipped.argument(), &[], &["databricks:clusters/pin"]);
    insta::assert_snapshot!(text, @"
    ~ databricks.clusters.shared  cluster example-shared  (update)
        pinned: false → true
        calls:
          1. databricks:clusters/pin  pin it

    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.
    ");
}

#[test]
fn a_running_cluster_is_edited_by_one_call_that_restarts_it() {
    let shipped = shipped("examples/databricks-cluster");
    let bench = Bench::new(&shipped);
    let cluster = json!({"runtime_engine": "PHOTON", "spark_version": "15.4.x-scala2.12"});
    let change = json!({"update_mask": "runtime_engine,spark_version", "cluster": cluster});
    on_cluster(&bench, "2.1/clusters/update", &change);
    // One masked update takes any number of fields, and restarts the cluster once.
    let text = told(&bench, "plan", shipped.argument(), &[], &["databricks:clusters/update"]);
    insta::assert_snapshot!(text, @"
    ~ databricks.clusters.shared  cluster example-shared  (update)
        spark_version:  15.4.x-scala2.12 → 16.4.x-scala2.12
        runtime_engine: PHOTON → STANDARD
        calls:
          1. databricks:clusters/update  set spark_version, runtime_engine
        ! interrupt: the running cluster restarts (--allow interrupt)
        note: it runs, and restarts for this: running commands are lost

    ! To apply this plan, add --allow interrupt
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.
    ");
}

/// An instance takes changes only while it is stopped, and it ran before.
const STOP_UPDATE_START: [&str; 3] =
    ["sagemaker:StopNotebookInstance", "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"];

#[test]
fn another_platform_keeps_the_volume() {
    let shipped = shipped("examples/sagemaker-notebook-instance");
    let bench = Bench::new(&shipped);
    bench.edit(&moved_platform("example-analysis", "notebook-al2-v2"));
    let text = told(&bench, "plan", shipped.argument(), &[], &STOP_UPDATE_START);
    insta::assert_snapshot!(text, @"
    ~ sagemaker.notebook_instances.analysis  notebook instance example-analysis  (update)
        platform_identifier: notebook-al2-v2 → notebook-al2023-v1
        calls:
          1. sagemaker:StopNotebookInstance    stop it
          2. sagemaker:UpdateNotebookInstance  set platform_identifier
          3. sagemaker:StartNotebookInstance   start it
        ! interrupt: the running notebook instance stops (--allow interrupt)
        note: it is stopped for the update (some 5 to 10 minutes): kernels, and everything outside
          /home/ec2-user/SageMaker, are lost

    = 1 resource unchanged

    ! To apply this plan, add --allow interrupt
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 1 unchanged.
    ");
}

#[test]
fn a_volume_shrinks_only_by_making_the_instance_anew() {
    let shipped = shipped("examples/sagemaker-notebook-instance");
    let bench = Bench::new(&shipped);
    bench.edit(&moved_volume("example-analysis", 50));
    // A running instance cannot be deleted, and no call shrinks a volume.
    let least =
        ["sagemaker:StopNotebookInstance", "sagemaker:DeleteNotebookInstance", "sagemaker:CreateNotebookInstance"];
    let text = told(&bench, "plan", shipped.argument(), &[], &least);
    insta::assert_snapshot!(text, @"
    ± sagemaker.notebook_instances.analysis  notebook instance example-analysis  (replace)
        volume_size_in_gb: 50 → 20
        calls:
          1. sagemaker:StopNotebookInstance    stop it
          2. sagemaker:DeleteNotebookInstance  delete the notebook instance and its volume
          3. sagemaker:CreateNotebookInstance  create the notebook instance and start it
        ! interrupt: the running notebook instance stops (--allow interrupt)
        ! replace: the notebook instance is deleted and made anew (--allow replace)
        ! data-loss: its volume goes for good, with everything on it (--allow data-loss)
        note: its volume (/home/ec2-user/SageMaker), its URL and its network interface are lost
        note: a volume can grow but never shrink
        note: what is not managed goes along: tags.theirs; should the apply be stopped before it is made
          anew, only `--journal` keeps that

    = 1 resource unchanged

    ! To apply this plan, add --allow interrupt,replace,data-loss
    Plan: 0 to create, 0 to update, 1 to replace, 0 to delete, 1 unchanged.
    ");
}

#[test]
fn a_profile_gets_its_role_back() {
    let shipped = shipped("examples/iam-instance-profile");
    let bench = Bench::new(&shipped);
    let profile = ("InstanceProfileName", "example-worker");
    bench.hand.iam("RemoveRoleFromInstanceProfile", &[profile, ("RoleName", "example-worker")]);
    bench.hand.iam("AddRoleToInstanceProfile", &[profile, ("RoleName", WORKSPACE_ROLE)]);
    // A profile holds one role (a quota that cannot be raised), so the other one goes first.
    let least = ["iam:RemoveRoleFromInstanceProfile", "iam:AddRoleToInstanceProfile"];
    let text = told(&bench, "plan", shipped.argument(), &[], &least);
    insta::assert_snapshot!(text, @"
    ~ iam.instance_profiles.worker  instance profile example-worker  (update)
        role: databricks-cross-account-role → example-worker
        calls:
          1. iam:RemoveRoleFromInstanceProfile  take the role databricks-cross-account-role out of it
          2. iam:AddRoleToInstanceProfile       put the role example-worker into it
        note: between taking the old role out and putting the new one in, new instances get no
          credentials; running clusters keep the old role's until they restart

    = 1 resource unchanged

    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 1 unchanged.
    ");
}

#[test]
fn who_runs_with_a_profile_is_told_when_it_gets_another_role() {
    let shipped = shipped("lab/reconcile");
    let bench = Bench::new(&shipped);
    let profile = ("InstanceProfileName", ROLE);
    bench.hand.iam("RemoveRoleFromInstanceProfile", &[profile, ("RoleName", ROLE)]);
    bench.hand.iam("AddRoleToInstanceProfile", &[profile, ("RoleName", WORKSPACE_ROLE)]);
    let theirs = json!({
        "cluster_id": bench.hand.cluster_id("theirs"),
        "update_mask": "aws_attributes.instance_profile_arn",
        "cluster": {"aws_attributes": {"instance_profile_arn": PROFILE_ARN}},
    });
    bench.hand.databricks("2.1/clusters/update", &theirs);
    let least = ["iam:RemoveRoleFromInstanceProfile", "iam:AddRoleToInstanceProfile"];
    let text = told(&bench, "plan", shipped.argument(), &[], &least);
    insta::assert_snapshot!(text, @"
    = iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (unchanged)
        note: ignored, because the page keeps the lab simple (narrow them before real data is near):
          policy-full-access, 3 findings

    = iam.roles.workspace  role databricks-cross-account-role  (unchanged)
        note: ignored, because the role itself trusts EC2 and SageMaker only:
          policy-pass-role-any-service: iam:PassRole without iam:PassedToService lets the holder pass
          the role to any service that it trusts

    ~ iam.instance_profiles.cluster  instance profile databricks-cluster-sagemaker-access-role  (update)
        role: databricks-cross-account-role → databricks-cluster-sagemaker-access-role
        calls:
          1. iam:RemoveRoleFromInstanceProfile  take the role databricks-cross-account-role out of it
          2. iam:AddRoleToInstanceProfile       put the role databricks-cluster-sagemaker-access-role
                                                into it
        note: between taking the old role out and putting the new one in, new instances get no
          credentials; running clusters keep the old role's until they restart
        note: it is used by the instance profile registration
          arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role, the
          cluster sagemaker-lab, the cluster theirs

    = 4 resources unchanged

    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 6 unchanged.
    ");
}

#[test]
fn an_older_version_of_a_policy_is_put_in_force_again() {
    let shipped = shipped("examples/iam-policy");
    let bench = Bench::new(&shipped);
    let arn = ("PolicyArn", "arn:aws:iam::111122223333:policy/data/example-read-curated");
    let document = foreign_document();
    bench.hand.iam("CreatePolicyVersion", &[arn, ("PolicyDocument", &document), ("SetAsDefault", "true")]);
    // The version that says what is wanted is there: nothing is written, and none of the five versions is used up.
    let text = told(&bench, "plan", shipped.argument(), &[], &["iam:SetDefaultPolicyVersion"]);
    insta::assert_snapshot!(text, @"
    ~ iam.policies.curated  policy example-read-curated  (update)
        document:
          + s3:GetObject, s3:ListBucket on arn:aws:s3:::example-curated, arn:aws:s3:::example-curated/*
            (widens)
          - sqs:SendMessage on * (narrows)
        calls:
          1. iam:SetDefaultPolicyVersion  put the version v1 in force, which has the document already
        ! widens-access: more is allowed than before

    = 1 resource unchanged

    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 1 unchanged.
    ");
}

#[test]
fn what_left_the_manifest_is_pruned() {
    let shipped = shipped("lab/reconcile");
    let bench = Bench::new(&shipped);
    let text = shipped.rewritten(&shipped.manifest.name, |address| address.id() != "lab");
    let without = bench.write("without.yaml", &text);
    // A cluster is terminated and forgotten by one call.
    let text = told(&bench, "plan", &without, &["--prune"], &["databricks:clusters/permanent-delete"]);
    let (_, pruned) = text.split_once("- databricks").expect("the cluster");
    insta::assert_snapshot!(format!("- databricks{pruned}"), @"
    - databricks.clusters.(sagemaker-lab)  cluster sagemaker-lab  (delete)
        calls:
          1. databricks:clusters/permanent-delete  delete the cluster and its configuration
        ! interrupt: the cluster is running, and what runs on it ends (--allow interrupt)
        ! delete: the cluster is deleted (--allow delete)
        note: it bears this manifest's owner tag and is no longer in the manifest
        note: its id is lost: jobs, notebooks and permissions that name it break

    = 4 resources unchanged

    ! To apply this plan, add --allow interrupt,delete
    Plan: 0 to create, 0 to update, 0 to replace, 1 to delete, 6 unchanged.
    ");
}

#[test]
fn a_manifest_is_destroyed_in_reverse_order() {
    let shipped = shipped("examples/iam-instance-profile");
    let bench = Bench::new(&shipped);
    // Neither a profile that holds a role can be deleted, nor a role that is held or has a policy, as this one has two by now.
    let least = [
        "iam:RemoveRoleFromInstanceProfile",
        "iam:DeleteInstanceProfile",
        "iam:DetachRolePolicy",
        "iam:DeleteRolePolicy",
        "iam:DeleteRole",
    ];
    // Refused for what is not allowed, it says what it would do.
    let text = told(&bench, "destroy", shipped.argument(), &["--yes"], &least);
    insta::assert_snapshot!(text, @"
    - iam.instance_profiles.worker  instance profile example-worker  (delete)
        calls:
          1. iam:RemoveRoleFromInstanceProfile  take the role example-worker out of it
          2. iam:DeleteInstanceProfile          delete the instance profile
        ! delete: the instance profile is deleted (--allow delete)

    - iam.roles.worker  role example-worker  (delete)
        calls, after iam.instance_profiles.worker:
          1. iam:DetachRolePolicy  detach arn:aws:iam::111122223333:policy/their-policy
          2. iam:DeleteRolePolicy  delete the inline policy theirs
          3. iam:DeleteRole        delete the role
        ! delete: the role is deleted (--allow delete)

    ! To apply this plan, add --allow delete
    Plan: 0 to create, 0 to update, 0 to replace, 2 to delete, 0 unchanged.
    ");
}

#[test]
fn another_document_under_our_name_is_overwritten_only_when_allowed() {
    let shipped = shipped("examples/iam-role");
    let bench = Bench::new(&shipped);
    let document = foreign_document();
    let other = [("RoleName", WORKSPACE_ROLE), ("PolicyName", "pass-etl-role"), ("PolicyDocument", &document)];
    bench.hand.iam("PutRolePolicy", &other);
    bench.take_writes();
    let refused = bench.run("apply", &["--yes", &ALLOW.replace(",overwrite", "")]);
    assert_eq!((refused.code, bench.take_writes()), (Some(3), Vec::new()), "{}", refused.stderr);
    // Putting a document under a name that is taken replaces what is there: no call comes before it.
    let text = told(&bench, "plan", shipped.argument(), &[], &["iam:PutRolePolicy"]);
    insta::assert_snapshot!(text, @"
    ~ iam.roles.workspace  role databricks-cross-account-role  (update)
        inline_policies.pass-etl-role:
          + iam:PassRole on arn:aws:iam::111122223333:role/jobs/example-etl when StringEquals
            iam:PassedToService = ec2.amazonaws.com (widens)
          - sqs:SendMessage on * (narrows)
        calls:
          1. iam:PutRolePolicy  put the inline policy pass-etl-role
        ! overwrite: another document is written over, whoever wrote it (--allow overwrite)
        ! widens-access: more is allowed than before

    = 1 resource unchanged

    ! To apply this plan, add --allow overwrite
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 1 unchanged.
    ");
}
