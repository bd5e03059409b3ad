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
    insta::assert_snapshot!(Bench::with_manifest(ROLE).run("plan"), @r"
    --- stderr
    error[aws-connection]: sts:GetCallerIdentity: no AWS credentials were found
     |
     = help: they are looked for in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in the profile that `providers.aws.profile` or AWS_PROFILE names in ~/.aws/config and ~/.aws/credentials (`aws configure` makes one; one of single sign-on needs `aws sso login`), in AWS_WEB_IDENTITY_TOKEN_FILE, and from the container or instance this runs on
    --- exit 1
    ");
}

#[test]
fn no_workspace() {
    insta::assert_snapshot!(notebook_bench().run("plan"), @r"
    --- stderr
    error[databricks-connection]: no Databricks workspace is named: neither `providers.databricks.host`, DATABRICKS_HOST nor a profile of FOLDER/home/.databrickscfg says which
     |
     = help: set `providers.databricks.host` or DATABRICKS_HOST to the workspace's address, such as https://dbc-a1b2c3d4-e5f6.cloud.databricks.com
    --- exit 1
    ");
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
    insta::assert_snapshot!(bench.run("plan"), @r"
    --- stderr
    error[databricks-connection]: no credentials for https://dbc-a1b2c3d4-e5f6.cloud.databricks.com
     |
     = help: set DATABRICKS_TOKEN; or DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET of a service principal; or run `databricks auth login`
    --- exit 1
    ");
}

#[test]
fn another_account() {
    let run = plan(Bench::with_manifest(&ROLE.replace("111122223333", "444455556666")), |_, _| {});
    insta::assert_snapshot!(run, @r#"
    --- stderr
    error[aws-connection]: the manifest is for the AWS account 444455556666, but the credentials are those of arn:aws:iam::111122223333:user/sandbox in the account 111122223333
     --> reconcile.yaml:4:40
      |
    4 |   aws: {region: us-east-1, account_id: "444455556666"}
      |                                        ^^^^^^^^^^^^^^
      |
      = help: use the credentials or the `providers.aws.profile` of that account, or correct `providers.aws.account_id`
    --- exit 1
    "#);
}

#[test]
fn an_expired_token() {
    let run = plan(Bench::with_manifest(ROLE), |cloud, _| {
        let message = "The security token included in the request is expired";
        cloud.refuse("GetCallerIdentity", "", 403, "ExpiredToken", message);
    });
    insta::assert_snapshot!(run, @r"
    --- stderr
    error[aws-connection]: sts:GetCallerIdentity: ExpiredToken: The security token included in the request is expired (request ID)
     |
     = help: the session has ended: sign in again, such as by `aws sso login`, or renew AWS_SESSION_TOKEN
    --- exit 1
    ");
}

#[test]
fn a_refused_workspace_token() {
    let run = plan(notebook_bench(), |_, bench| bench.set("DATABRICKS_TOKEN", "dapi-wrong"));
    insta::assert_snapshot!(run, @r"
    Plan for one-notebook
      Databricks workspace  http://127.0.0.1:PORT

    ✗ databricks.notebooks.hello  notebook /Shared/hello  (error)
        databricks:workspace/get-status: HTTP 403: Invalid access token.
        help: the access token in DATABRICKS_TOKEN is not accepted here: it may have expired, or belong
          to another workspace
        at reconcile.yaml:5:5

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 unchanged; 1 with an error.
    --- stderr
    error[not-planned]: not planned, for what the plan says there: databricks.notebooks.hello
    --- exit 1
    ");
}

#[test]
fn aws_cannot_be_reached() {
    let run = plan(Bench::with_manifest(ROLE), |_, bench| bench.set("AWS_ENDPOINT_URL", "http://127.0.0.1:9"));
    insta::assert_snapshot!(run, @r"
    --- stderr
    error[aws-connection]: sts:GetCallerIdentity: tcp connect error: Connection refused (os error 111)
     |
     = help: check the network, the proxy, the region's spelling and AWS_ENDPOINT_URL
    --- exit 1
    ");
}

#[test]
fn the_workspace_cannot_be_reached() {
    let run = plan(notebook_bench(), |_, bench| bench.set("DATABRICKS_HOST", "http://127.0.0.1:9"));
    insta::assert_snapshot!(run, @r"
    Plan for one-notebook
      Databricks workspace  http://127.0.0.1:PORT

    ✗ databricks.notebooks.hello  notebook /Shared/hello  (error)
        databricks:workspace/get-status: http://127.0.0.1:PORT cannot be reached: nothing listens there
          (connection refused)
        help: check host and port, and whether a proxy or firewall stands between
        at reconcile.yaml:5:5

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 unchanged; 1 with an error.
    --- stderr
    error[not-planned]: not planned, for what the plan says there: databricks.notebooks.hello
    --- exit 1
    ");
}

#[test]
fn the_host_is_no_workspace() {
    let run = plan(notebook_bench(), |cloud, _| {
        cloud.fault("workspace/get-status", "", FaultKind::Html { status: 200 });
    });
    insta::assert_snapshot!(run, @r"
    Plan for one-notebook
      Databricks workspace  http://127.0.0.1:PORT

    ✗ databricks.notebooks.hello  notebook /Shared/hello  (error)
        databricks:workspace/get-status: http://127.0.0.1:PORT is not the API of a Databricks
          workspace: it answers with a web page
        help: check that the host is the address of the workspace itself, as the browser shows it when
          the workspace is open
        at reconcile.yaml:5:5

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 unchanged; 1 with an error.
    --- stderr
    error[not-planned]: not planned, for what the plan says there: databricks.notebooks.hello
    --- exit 1
    ");
}

#[test]
fn one_read_that_is_not_permitted_keeps_the_others() {
    let run = plan(Bench::with_lab(), |cloud, _| {
        let message = "User: arn:aws:iam::111122223333:user/sandbox is not authorized to perform: iam:GetRole on \
            resource: role databricks-cross-account-role because no identity-based policy allows the iam:GetRole action";
        cloud.refuse("GetRole", "databricks-cross-account-role", 403, "AccessDenied", message);
    });
    insta::assert_snapshot!(run, @"
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

    ✗ iam.roles.workspace  role databricks-cross-account-role  (error)
        note: ignored, because the role itself trusts EC2 and SageMaker only:
          policy-pass-role-any-service: iam:PassRole without iam:PassedToService lets the holder pass
          the role to any service that it trusts
        iam:GetRole: AccessDenied: User: arn:aws:iam::111122223333:user/sandbox is not authorized to
          perform: iam:GetRole on resource: role databricks-cross-account-role because no identity-based
          policy allows the iam:GetRole action (request ID)
        help: allow iam:GetRole on role databricks-cross-account-role in a policy of the caller
        at reconcile.yaml:43:5

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
        calls, after iam.instance_profiles.cluster:
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

    Plan: 6 to create, 0 to update, 0 to replace, 0 to delete, 0 unchanged; 1 with an error.
    --- stderr
    error[not-planned]: not planned, for what the plan says there: iam.roles.workspace
    --- exit 1
    ");
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
    insta::assert_snapshot!(run.said(), @"
    error[not-planned]: iam.roles.workspace: iam:GetRole: AccessDenied: not authorized (request ID)
      --> reconcile.yaml:43:5
       |
    43 |     workspace:
       |     ^^^^^^^^^
       |
       = help: allow iam:GetRole in a policy of the caller
    ");
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
