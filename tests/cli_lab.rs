//! The lab: planned, applied, drifted and repaired.

use reconcile_sandbox::Config;

use crate::cli_bench::{Bench, Cloud, SANDBOX_STATE};

#[test]
fn the_plan_of_the_lab() {
    insta::assert_snapshot!(Bench::with_lab().run("plan --sandbox"), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  http://127.0.0.1:PORT

    + iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (create)
        trust_policy:
          + Service ec2.amazonaws.com may sts:AssumeRole
          + Service sagemaker.amazonaws.com may sts:AssumeRole
        managed_policies:
          + arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryFullAccess
          + arn:aws:iam::aws:policy/AmazonS3FullAccess
          + arn:aws:iam::aws:policy/AmazonSageMakerFullAccess
        inline_policies.get-role-inline-policy:
          + iam:GetRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
        tags.project: immersion-day
        calls:
          1. iam:CreateRole        create the role with its trust policy
          2. iam:AttachRolePolicy  attach arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryFullAccess
          3. iam:AttachRolePolicy  attach arn:aws:iam::aws:policy/AmazonS3FullAccess
          4. iam:AttachRolePolicy  attach arn:aws:iam::aws:policy/AmazonSageMakerFullAccess
          5. iam:PutRolePolicy     put the inline policy get-role-inline-policy
        note: ignored, because the page keeps the lab simple (narrow them before real data is near):
          policy-full-access, 3 findings

    ~ iam.roles.workspace  role databricks-cross-account-role  (update)
        inline_policies.pass-cluster-role-inline-policy:
          + iam:PassRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
            (widens)
        calls:
          1. iam:PutRolePolicy  put the inline policy pass-cluster-role-inline-policy
        ! widens-access: more is allowed than before
        note: ignored, because the role itself trusts EC2 and SageMaker only:
          policy-pass-role-any-service: iam:PassRole without iam:PassedToService lets the holder pass
          the role to any service that it trusts

    + iam.instance_profiles.cluster  instance profile databricks-cluster-sagemaker-access-role  (create)
        role:         databricks-cluster-sagemaker-access-role
        tags.project: immersion-day
        calls, after iam.roles.cluster:
          1. iam:CreateInstanceProfile     create the instance profile
          2. iam:AddRoleToInstanceProfile  put the role databricks-cluster-sagemaker-access-role into it

    + sagemaker.notebook_instances.image-build  (create)
        notebook instance databricks-on-aws-immersion-day
        instance_type:       ml.t3.large
        role_arn:            arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
        volume_size_in_gb:   30
        platform_identifier: notebook-al2023-v1
        tags.project:        immersion-day
        calls, after iam.roles.cluster:
          1. sagemaker:CreateNotebookInstance  create the notebook instance and start it

    + databricks.instance_profiles.cluster  (create)
        instance profile registration arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
        instance_profile_arn: arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
        calls, after iam.roles.workspace, iam.instance_profiles.cluster:
          1. databricks:instance-profiles/add  register the instance profile, with a launch check

    + databricks.clusters.lab  cluster sagemaker-lab  (create)
        spark_version:                       16.4.x-cpu-ml-scala2.12
        node_type_id:                        i3.xlarge
        num_workers:                         0
        autotermination_minutes:             120
        runtime_engine:                      STANDARD
        aws_attributes.instance_profile_arn: arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
        spark_conf:
          spark.databricks.cluster.profile: singleNode
          spark.master: local[*]
        custom_tags.ResourceClass:           SingleNode
        custom_tags.project:                 immersion-day
        calls, after iam.instance_profiles.cluster, databricks.instance_profiles.cluster:
          1. databricks:clusters/create  create the cluster and start it

    + databricks.notebooks.data-prep  notebook /Shared/immersion-day/201-data-prep.ja  (create)
        source:   30 lines
        language: PYTHON
        calls:
          1. databricks:workspace/mkdirs  make the folder /Shared/immersion-day
          2. databricks:workspace/import  import the notebook

    Plan: 6 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.
    --- stderr
    This is the sandbox: an embedded account 111122223333 and workspace, kept in .reconcile/sandbox.json. No cloud is called.
    --- exit 0
    ");
}

#[test]
fn the_lab_is_applied_once_and_then_agrees() {
    let bench = Bench::with_lab();
    insta::assert_snapshot!(bench.run("apply --sandbox --yes").outcome(), @r"

    ✓ iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (created: 5 calls, TIME)
    ✓ iam.roles.workspace  role databricks-cross-account-role  (updated: 1 call, TIME)
    ✓ iam.instance_profiles.cluster  (created: 2 calls, TIME)
        instance profile databricks-cluster-sagemaker-access-role
    ✓ sagemaker.notebook_instances.image-build  (created: 1 call, TIME)
        notebook instance databricks-on-aws-immersion-day
    ✓ databricks.instance_profiles.cluster  (created: 1 call, TIME)
        instance profile registration arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
    ✓ databricks.clusters.lab  cluster sagemaker-lab  (created: 1 call, TIME)
    ✓ databricks.notebooks.data-prep  (created: 2 calls, TIME)
        notebook /Shared/immersion-day/201-data-prep.ja

    Applied: 7 done, 0 failed, 0 skipped.
    --- stderr
    This is the sandbox: an embedded account 111122223333 and workspace, kept in .reconcile/sandbox.json. No cloud is called.
    databricks.clusters.lab: databricks:clusters/create done (TIME)
    databricks.instance_profiles.cluster: databricks:instance-profiles/add done (TIME)
    databricks.notebooks.data-prep: databricks:workspace/import done (TIME)
    databricks.notebooks.data-prep: databricks:workspace/mkdirs done (TIME)
    iam.instance_profiles.cluster: iam:AddRoleToInstanceProfile done (TIME)
    iam.instance_profiles.cluster: iam:CreateInstanceProfile done (TIME)
    iam.roles.cluster: iam:AttachRolePolicy done (TIME)
    iam.roles.cluster: iam:AttachRolePolicy done (TIME)
    iam.roles.cluster: iam:AttachRolePolicy done (TIME)
    iam.roles.cluster: iam:CreateRole done (TIME)
    iam.roles.cluster: iam:PutRolePolicy done (TIME)
    iam.roles.workspace: iam:PutRolePolicy done (TIME)
    reading 7 resources again
    sagemaker.notebook_instances.image-build: sagemaker:CreateNotebookInstance done (TIME)
    sagemaker.notebook_instances.image-build: waiting: it is Pending, and is to be running
    --- exit 0
    ");
    insta::assert_snapshot!(bench.run("apply --sandbox --yes"), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  http://127.0.0.1:PORT

    = iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (unchanged)
        note: ignored, because the page keeps the lab simple (narrow them before real data is near):
          policy-full-access, 3 findings

    = iam.roles.workspace  role databricks-cross-account-role  (unchanged)
        note: ignored, because the role itself trusts EC2 and SageMaker only:
          policy-pass-role-any-service: iam:PassRole without iam:PassedToService lets the holder pass
          the role to any service that it trusts

    = 5 resources unchanged

    No changes. The live state agrees with the manifest.
    --- stderr
    This is the sandbox: an embedded account 111122223333 and workspace, kept in .reconcile/sandbox.json. No cloud is called.
    --- exit 0
    ");
    insta::assert_snapshot!(bench.run("drift --sandbox -q"), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  http://127.0.0.1:PORT

    = iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (unchanged)
        note: ignored, because the page keeps the lab simple (narrow them before real data is near):
          policy-full-access, 3 findings

    = iam.roles.workspace  role databricks-cross-account-role  (unchanged)
        note: ignored, because the role itself trusts EC2 and SageMaker only:
          policy-pass-role-any-service: iam:PassRole without iam:PassedToService lets the holder pass
          the role to any service that it trusts

    = 5 resources unchanged

    No changes. The live state agrees with the manifest.
    --- exit 0
    ");
    assert!(bench.path(SANDBOX_STATE).exists());
}

#[test]
fn what_was_changed_behind_our_back_is_drift_and_is_repaired_by_one_call() {
    let mut bench = Bench::with_lab();
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    bench.run("apply --yes").ends(0);
    let role = "databricks-cluster-sagemaker-access-role";
    let full_access = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
    cloud.iam(&[("Action", "DetachRolePolicy"), ("RoleName", role), ("PolicyArn", full_access)]);
    cloud.sandbox.clear_calls();
    insta::assert_snapshot!(bench.run("drift"), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  http://127.0.0.1:PORT

    ~ iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (update)
        managed_policies:
          + arn:aws:iam::aws:policy/AmazonS3FullAccess
        calls:
          1. iam:AttachRolePolicy  attach arn:aws:iam::aws:policy/AmazonS3FullAccess
        ! widens-access: more is allowed than before
        note: ignored, because the page keeps the lab simple (narrow them before real data is near):
          policy-full-access, 3 findings

    = iam.roles.workspace  role databricks-cross-account-role  (unchanged)
        note: ignored, because the role itself trusts EC2 and SageMaker only:
          policy-pass-role-any-service: iam:PassRole without iam:PassedToService lets the holder pass
          the role to any service that it trusts

    = 5 resources unchanged

    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 6 unchanged.
    --- exit 2
    ");
    bench.run("apply --yes").ends(0);
    assert_eq!(cloud.writes(), ["iam:AttachRolePolicy"]);
    bench.run("drift").ends(0);
}

#[test]
fn the_exit_code_of_a_plan_tells_a_difference_only_when_asked() {
    let bench = Bench::with_lab();
    bench.run("plan --sandbox").ends(0);
    bench.run("plan --sandbox --detailed-exitcode").ends(2);
    bench.run("drift --sandbox").ends(2);
    bench.run("apply --sandbox --yes").ends(0);
    bench.run("plan --sandbox --detailed-exitcode").ends(0);
    bench.run("drift --sandbox").ends(0);
}

#[test]
fn a_plan_and_a_drift_write_nothing() {
    let mut bench = Bench::with_lab();
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    bench.run("plan").ends(0);
    bench.run("drift --format markdown").ends(2);
    assert_eq!(cloud.writes(), Vec::<String>::new());
    let calls = cloud.sandbox.calls().len() / 2;
    assert!(calls <= 20, "the lab's plan took {calls} calls");
}

#[test]
fn only_what_is_asked_for_is_planned_and_applied() {
    let bench = Bench::with_lab();
    let plan = bench.run("plan --sandbox --only iam.roles.* --format json").ends(0).json();
    let addresses: Vec<_> = plan["resources"].as_array().expect("a list").iter().map(|one| &one["address"]).collect();
    assert_eq!(addresses, ["iam.roles.cluster", "iam.roles.workspace"]);
    bench.run("apply --sandbox --yes --only iam.**").ends(0);
    bench.run("drift --sandbox --only iam.*").ends(0);
    bench.run("drift --sandbox").ends(2);
}

#[test]
fn an_apply_tells_programs_what_became_of_every_call() {
    let run = Bench::with_lab().run("apply --sandbox --yes --format json").ends(0);
    let outcome = run.json();
    assert_eq!(outcome["summary"]["create"], 6);
    assert_eq!(outcome["summary"]["update"], 1);
    let resources = outcome["resources"].as_array().expect("a list");
    let operations: Vec<_> = resources.iter().flat_map(|one| one["operations"].as_array().expect("a list")).collect();
    assert!(operations.len() >= 10);
    assert!(operations.iter().all(|operation| operation["outcome"] == "done"), "{outcome}");
}

#[test]
fn several_manifests_give_one_object_a_line_and_the_worst_ending() {
    let bench = Bench::with_lab();
    let other = "version: 1\nname: other\niam:\n  roles:\n    missing: {existing: true}\n";
    bench.write("other.yaml", other);
    let run = bench.run("drift reconcile.yaml other.yaml --sandbox --format json").ends(1);
    let plans: Vec<serde_json::Value> =
        run.stdout.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    let names: Vec<_> = plans.iter().map(|plan| plan["manifest"].as_str().expect("a name")).collect();
    assert_eq!(names, ["databricks-sagemaker-lab", "other"]);
    // One that cannot be loaded does not keep the other from being planned.
    bench.write("other.yaml", "version: 2\n");
    let run = bench.run("drift other.yaml reconcile.yaml --sandbox --format json").ends(1);
    assert_eq!(run.stdout.lines().count(), 1, "{run}");
}

#[test]
fn the_sandbox_needs_no_credentials_and_uses_none() {
    let mut bench = Bench::with_lab();
    for (name, value) in [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_ACCESS_KEY_ID", "real"),
        ("AWS_SECRET_ACCESS_KEY", "real"),
        ("AWS_PROFILE", "missing"),
        ("DATABRICKS_HOST", "http://127.0.0.1:9"),
        ("DATABRICKS_TOKEN", "real"),
        ("DATABRICKS_CLIENT_ID", "real"),
        ("HTTP_PROXY", "http://127.0.0.1:9"),
    ] {
        bench.set(name, value);
    }
    bench.run("apply --sandbox --yes").ends(0);
}
