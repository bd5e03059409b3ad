//! Everything that can be wrong between here and the clouds: each is a clear error, with nothing touched.

use reconcile_sandbox::{Config, FaultKind};

use crate::cli_bench::{Bench, Cloud, Run};

const ROLE: &str = "version: 1
name: one-role
providers:
  aws: {region: us-east-1, account_id: \"111122223333\"}
iam:
  roles:
    data:
      trust_policy:
        Version: \"2012-10-17\"
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]
";

const NOTEBOOK: &str = "version: 1
name: one-notebook
databricks:
  notebooks:
    hello: {path: /Shared/hello, source: hello.py, language: PYTHON}
";

fn notebook_bench() -> Bench {
    let bench = Bench::with_manifest(NOTEBOOK);
    bench.write("hello.py", "print('hello')\n");
    bench
}

/// Plans the manifest against a sandbox that was prepared, and checks that nothing was written.
fn plan(mut bench: Bench, prepare: impl FnOnce(&Cloud, &mut Bench)) -> Run {
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    prepare(&cloud, &mut bench);
    let run = bench.run("plan --timeout 5s");
    assert_eq!(cloud.writes(), Vec::<String>::new());
    run
}

#[test]
fn no_aws_credentials() {
    insta::assert_snapshot!(Bench::with_manifest(ROLE).run("plan"), @"");
}

#[test]
fn no_workspace() {
    insta::assert_snapshot!(notebook_bench().run("plan"), @"");
}

#[test]
fn both_clouds_say_what_is_missing_at_once() {
    let run = Bench::with_lab().run("plan").ends(1);
    assert!(run.stderr.contains("aws-connection") && run.stderr.contains("databricks-connection"), "{run}");
}

#[test]
fn no_workspace_credentials() {
    let mut bench = notebook_bench();
    bench.set("DATABRICKS_HOST", "https://dbc-a1b2c3d4-e5f6.cloud.databricks.com");
    insta::assert_snapshot!(bench.run("plan"), @"");
}

#[test]
fn another_account() {
    let run = plan(Bench::with_manifest(&ROLE.replace("111122223333", "444455556666")), |_, _| {});
    insta::assert_snapshot!(run, @"");
}

#[test]
fn an_expired_token() {
    let run = plan(Bench::with_manifest(ROLE), |cloud, _| {
        let message = "The security token included in the request is expired";
        cloud.refuse("GetCallerIdentity", "", 403, "ExpiredToken", message);
    });
    insta::assert_snapshot!(run, @"");
}

#[test]
fn a_refused_workspace_token() {
    let run = plan(notebook_bench(), |_, bench| bench.set("DATABRICKS_TOKEN", "dapi-wrong"));
    insta::assert_snapshot!(run, @"");
}

#[test]
fn aws_cannot_be_reached() {
    let run = plan(Bench::with_manifest(ROLE), |_, bench| bench.set("AWS_ENDPOINT_URL", "http://127.0.0.1:9"));
    insta::assert_snapshot!(run, @"");
}

#[test]
fn the_workspace_cannot_be_reached() {
    let run = plan(notebook_bench(), |_, bench| bench.set("DATABRICKS_HOST", "http://127.0.0.1:9"));
    insta::assert_snapshot!(run, @"");
}

#[test]
fn the_host_is_no_workspace() {
    let run = plan(notebook_bench(), |cloud, _| {
        cloud.fault("workspace/get-status", "", FaultKind::Html { status: 200 });
    });
    insta::assert_snapshot!(run, @"");
}

#[test]
fn one_read_that_is_not_permitted_keeps_the_others() {
    let run = plan(Bench::with_lab(), |cloud, _| {
        let message = "User: arn:aws:iam::111122223333:user/sandbox is not authorized to perform: iam:GetRole on \
            resource: role databricks-cross-account-role because no identity-based policy allows the iam:GetRole action";
        cloud.refuse("GetRole", "databricks-cross-account-role", 403, "AccessDenied", message);
    });
    insta::assert_snapshot!(run, @"");
}

#[test]
fn with_json_the_same_is_an_object_and_an_error() {
    let mut bench = Bench::with_lab();
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    cloud.refuse("GetRole", "databricks-cross-account-role", 403, "AccessDenied", "not authorized");
    let run = bench.run("plan --format json").ends(1);
    let plan = run.json();
    let resources = plan["resources"].as_array().expect("a list");
    let problems: Vec<_> = resources.iter().filter(|resource| resource.get("problem").is_some()).collect();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0]["address"], "iam.roles.workspace");
    insta::assert_snapshot!(run.stderr, @"");
}

#[test]
fn no_secret_is_ever_said() {
    let mut bench = Bench::with_lab();
    let cloud = Cloud::start(Config::default());
    cloud.point(&mut bench);
    bench.set("AWS_SECRET_ACCESS_KEY", "secret-of-aws");
    let plan = bench.run("plan -vv").ends(0);
    assert!(plan.stderr.contains("aws call") && plan.stderr.contains("databricks call"), "{plan}");
    bench.set("DATABRICKS_TOKEN", "secret-of-databricks");
    let refused = bench.run("plan -vv").ends(1);
    for run in [plan, refused] {
        for secret in ["sandbox-token", "secret-of-aws", "secret-of-databricks", "Bearer", "AWS4-HMAC"] {
            assert!(!run.stderr.contains(secret) && !run.stdout.contains(secret), "{secret}: {run}");
        }
    }
}
