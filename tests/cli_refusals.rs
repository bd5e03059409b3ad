//! What is not done, and why: hazards, foreign owners, failures, and what the live world has wrong.

use reconcile_sandbox::Config;
use serde_json::json;

use crate::cli_bench::{Bench, Cloud, SANDBOX_STATE};

#[test]
fn an_apply_of_several_writes_nothing_when_one_of_them_cannot_be() {
    let mut bench = Bench::with_lab();
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    bench.write("other.yaml", "version: 1\nname: other\niam:\n  roles:\n    missing: {existing: true}\n");
    let run = bench.run("apply reconcile.yaml other.yaml --yes").ends(1);
    assert!(run.stderr.contains("Nothing was applied."), "{run}");
    assert_eq!(cloud.writes(), Vec::<String>::new());
}

#[test]
fn a_manifest_that_is_named_twice_is_a_slip() {
    let mut bench = Bench::with_lab();
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    let run = bench.run("apply reconcile.yaml ./reconcile.yaml --yes").ends(64);
    assert!(run.stderr.contains("the manifest ./reconcile.yaml is named twice"), "{run}");
    assert_eq!(cloud.writes(), Vec::<String>::new());
}

/// What several manifests of one run would have is known before the first write. Each may add to someone else's role.
#[test]
fn two_manifests_that_would_have_the_same_thing_are_refused() {
    let mut bench = Bench::with_lab();
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    let manifest = |name: &str, role: &str| {
        format!(
            "version: 1\nname: {name}\niam:\n  roles:\n    {role}:\n      trust_policy: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Principal: {{Service: ec2.amazonaws.com}}, Action: 'sts:AssumeRole'}}]}}\n    other: {{name: databricks-cross-account-role, existing: true}}\n"
        )
    };
    bench.write("a.yaml", &manifest("a", "r"));
    bench.write("b.yaml", &manifest("b", "r"));
    let run = bench.run("apply a.yaml b.yaml --yes").ends(1);
    assert!(run.stderr.contains("iam.roles.r is the same role as iam.roles.r of a.yaml"), "{run}");
    assert_eq!(cloud.writes(), Vec::<String>::new());
    // Two of one name would prune each other's.
    bench.write("b.yaml", &manifest("a", "s"));
    bench.run("apply a.yaml b.yaml --yes").ends(0);
    let run = bench.run("plan a.yaml b.yaml --prune").ends(1);
    assert!(run.stderr.contains("iam.roles.(r) is the same role as iam.roles.r of a.yaml"), "{run}");
}

#[test]
fn a_foreign_owner_is_refused_until_it_is_taken_over() {
    let bench = Bench::with_lab();
    bench.run("apply --sandbox --yes --only iam.roles.cluster").ends(0);
    bench.edit("reconcile.yaml", "name: databricks-sagemaker-lab", "name: another-lab");
    insta::assert_snapshot!(bench.run("apply --sandbox --yes --only iam.roles.cluster"), @"
    Plan for another-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  http://127.0.0.1:PORT

    ✗ iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (refused)
        note: ignored, because the page keeps the lab simple (narrow them before real data is near):
          policy-full-access, 3 findings
        the role `databricks-cluster-sagemaker-access-role` belongs to the manifest
          `databricks-sagemaker-lab`
        help: give it another name, or take it from that manifest with `--take-over`
        at reconcile.yaml:26:5

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 unchanged; 1 refused.
    --- stderr
    This is the sandbox: an embedded account 111122223333 and workspace, kept in .reconcile/sandbox.json. No cloud is called.
    error[refused]: not planned, for what the plan says there: iam.roles.cluster
    Nothing was applied.
    --- exit 3
    ");
    bench.run("plan --sandbox --only iam.roles.cluster").ends(3);
    bench.run("apply --sandbox --yes --only iam.roles.cluster --take-over --adopt").ends(0);
    bench.run("drift --sandbox --only iam.roles.cluster").ends(0);
}

#[test]
fn a_hazard_is_refused_with_what_to_type_and_yes_does_not_cover_it() {
    let bench = Bench::with_lab();
    bench.run("apply --sandbox --yes").ends(0);
    bench.edit("reconcile.yaml", "node_type_id: i3.xlarge", "node_type_id: m5d.large");
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

    ~ databricks.clusters.lab  cluster sagemaker-lab  (update)
        node_type_id: i3.xlarge → m5d.large
        calls:
          1. databricks:clusters/update  set node_type_id
        ! interrupt: the running cluster restarts (--allow interrupt)
        note: it runs, and restarts for this: running commands are lost

    = 4 resources unchanged

    ! To apply this plan, add --allow interrupt
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 6 unchanged.
    --- stderr
    This is the sandbox: an embedded account 111122223333 and workspace, kept in .reconcile/sandbox.json. No cloud is called.
    error[hazard]: not allowed: interrupt (databricks.clusters.lab); nothing was applied
     |
     = help: allow it by `--allow interrupt`
    --- exit 3
    ");
    bench.run("apply --sandbox --yes --allow delete").ends(3);
    bench.run("apply --sandbox --yes --allow interrupt").ends(0);
    bench.run("drift --sandbox").ends(0);
}

#[test]
fn a_failure_skips_what_depends_on_it_and_nothing_else() {
    let mut bench = Bench::with_lab();
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    cloud.refuse(
        "CreateInstanceProfile",
        "",
        403,
        "AccessDenied",
        "not authorized to perform: iam:CreateInstanceProfile",
    );
    let run = bench.run("apply --yes").ends(1);
    assert!(run.stdout.contains("(create: skipped)\n    iam.instance_profiles.cluster failed"), "{run}");
    let notebook = cloud.writes().iter().any(|call| call.ends_with("CreateNotebookInstance"));
    assert!(notebook, "{run}");
    insta::assert_snapshot!(bench.run("apply --yes --only iam.instance_profiles.*").outcome(), @r"

    ✗ iam.instance_profiles.cluster  (create: failed)
        instance profile databricks-cluster-sagemaker-access-role
        1. iam:CreateInstanceProfile     failed, TIME
             error: iam:CreateInstanceProfile: AccessDenied: not authorized to perform:
               iam:CreateInstanceProfile (request ID)
             help: allow iam:CreateInstanceProfile in a policy of the caller
        2. iam:AddRoleToInstanceProfile  skipped: iam:CreateInstanceProfile failed

    Applied: 0 done, 1 failed, 0 skipped.
    --- stderr
    iam.instance_profiles.cluster: failed: iam:CreateInstanceProfile: AccessDenied: not authorized to perform: iam:CreateInstanceProfile (request ID)
    --- exit 1
    ");
}

#[test]
fn a_foreign_file_in_the_place_of_the_sandbox_is_left_alone() {
    let bench = Bench::with_lab();
    bench.write(SANDBOX_STATE, "{\"mine\": true}\n");
    insta::assert_snapshot!(bench.run("plan --sandbox"), @r"
--- stderr
error[sandbox]: the sandbox state file .reconcile/sandbox.json cannot be used: missing field `format` at line 1 column 14; remove it to start with an empty sandbox
--- exit 1
");
    assert_eq!(bench.read(SANDBOX_STATE), "{\"mine\": true}\n");
}

/// Plans and applies against a prepared cloud; the apply ends as the plan does, and writes nothing.
fn nothing_is_touched(cloud: &Cloud, bench: &mut Bench) -> String {
    cloud.point(bench);
    cloud.sandbox.clear_calls();
    let plan = bench.run("plan").ends(1);
    bench.run("apply --yes").ends(1);
    assert_eq!(cloud.writes(), Vec::<String>::new());
    plan.to_string()
}

#[test]
fn a_role_of_the_same_name_in_another_case_is_told() {
    let mut bench = Bench::with_manifest(
        "version: 1\nname: lab\niam:\n  roles:\n    data: {name: DataBricks-cross-account-role, existing: true}\n",
    );
    let cloud = Cloud::start(Config::default());
    insta::assert_snapshot!(nothing_is_touched(&cloud, &mut bench), @r"
    Plan for lab
      AWS account  111122223333 (us-east-1)

    ✗ iam.roles.data  role DataBricks-cross-account-role  (error)
        the role `DataBricks-cross-account-role` exists as `databricks-cross-account-role`, and IAM
          names ignore case: they are the same role
        help: write `name: databricks-cross-account-role`
        at reconcile.yaml:5:5

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 unchanged; 1 with an error.
    --- stderr
    error[not-planned]: not planned, for what the plan says there: iam.roles.data
    --- exit 1
    ");
}

#[test]
fn of_two_clusters_of_one_name_neither_is_guessed() {
    let mut bench = Bench::with_manifest(
        "version: 1\nname: lab\ndatabricks:\n  clusters:\n    lab: {spark_version: 16.4.x-scala2.12, node_type_id: i3.xlarge, num_workers: 1}\n",
    );
    let cloud = Cloud::start(Config::default());
    let cluster = json!({"cluster_name": "lab", "spark_version": "16.4.x-scala2.12", "node_type_id": "i3.xlarge", "num_workers": 1});
    let ids = [0, 1].map(|_| cloud.databricks("2.1/clusters/create", &cluster)["cluster_id"].to_string());
    let mut said = nothing_is_touched(&cloud, &mut bench);
    for id in ids {
        assert!(said.contains(id.trim_matches('"')), "{said}");
        said = said.replace(id.trim_matches('"'), "ID");
    }
    insta::assert_snapshot!(said, @r"
    Plan for lab
      Databricks workspace  http://127.0.0.1:PORT

    ✗ databricks.clusters.lab  cluster lab  (error)
        databricks:clusters/list: 2 clusters bear the name `lab`: ID,
          ID
        help: say which one by `cluster_id`, or give this one another name
        at reconcile.yaml:5:5

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 unchanged; 1 with an error.
    --- stderr
    error[not-planned]: not planned, for what the plan says there: databricks.clusters.lab
    --- exit 1
    ");
}

#[test]
fn a_notebook_beyond_the_limit_is_told_before_anything_is_sent() {
    let mut bench = Bench::with_manifest(
        "version: 1\nname: lab\ndatabricks:\n  notebooks:\n    n: {path: /Shared/n, source: n.py, language: PYTHON}\n",
    );
    bench.write("n.py", &"#".repeat(10 * 1024 * 1024 + 1));
    let cloud = Cloud::start(Config::default());
    insta::assert_snapshot!(nothing_is_touched(&cloud, &mut bench), @r"
    --- stderr
    error[notebook-size]: the notebook `n.py` has 10485761 bytes, 13981016 as it is sent; the workspace imports at most 10485760
     --> reconcile.yaml:5:34
      |
    5 |     n: {path: /Shared/n, source: n.py, language: PYTHON}
      |                                  ^^^^
      |
      = help: divide it, or clear its outputs
    --- exit 1
    ");
    assert!(cloud.sandbox.calls().is_empty());
}

#[test]
fn a_workspace_alone_takes_no_aws_calls() {
    let mut bench = Bench::with_manifest("version: 1\nname: lab\niam:\n  roles:\n    data: {existing: true}\n");
    let cloud = Cloud::start(Config { workspace_only: true, ..Config::default() });
    bench.set("AWS_ENDPOINT_URL", &cloud.sandbox.url());
    bench.set("AWS_ACCESS_KEY_ID", "sandbox");
    bench.set("AWS_SECRET_ACCESS_KEY", "sandbox");
    insta::assert_snapshot!(nothing_is_touched(&cloud, &mut bench), @r"
    --- stderr
    error[aws-connection]: sts:GetCallerIdentity: AccessDenied: This sandbox serves only the Databricks workspace; send AWS calls to their own endpoint. (request ID)
     |
     = help: allow sts:GetCallerIdentity in a policy of the caller
    --- exit 1
    ");
}
