//! The lab's page: from nothing to what it describes, seen by others, and not touched again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::cloud::{Cloud, resource};
use crate::support::databricks_sdk::DatabricksSdk;
use crate::support::lab::{
    MANAGED_POLICIES, NOTEBOOK_INSTANCE, PROFILE_ARN, ROLE, ROLE_ARN, WORKSPACE_ROLE, managed_policy_arn, manifest,
};

/// Every call that the page takes, and none besides.
const CALLS: [&str; 13] = [
    "databricks:clusters/create",
    "databricks:instance-profiles/add",
    "databricks:workspace/import",
    "databricks:workspace/mkdirs",
    "iam:AddRoleToInstanceProfile",
    "iam:AttachRolePolicy",
    "iam:AttachRolePolicy",
    "iam:AttachRolePolicy",
    "iam:CreateInstanceProfile",
    "iam:CreateRole",
    "iam:PutRolePolicy",
    "iam:PutRolePolicy",
    "sagemaker:CreateNotebookInstance",
];

#[test]
fn the_lab_converges_and_others_see_every_piece_of_it() {
    let cloud = Cloud::with_workspace_role();
    let manifest = manifest();
    let manifest = manifest.to_str().unwrap();
    let before = cloud.account();
    cloud.take_writes();

    let plan = cloud.plan(&["plan", "--format", "json", manifest], 0);
    let summary = json!({"create": 6, "update": 1, "replace": 0, "delete": 0, "unchanged": 0});
    assert_eq!(plan["summary"], summary);
    assert_eq!(resource(&plan, "iam.roles.workspace")["action"], "update");
    assert_eq!(cloud.take_writes(), [""; 0], "a plan writes nothing");
    assert_eq!(cloud.account(), before);

    let applied = cloud.run(&["apply", "--yes", manifest], 0);
    assert!(applied.stdout.contains("Applied: 7 done, 0 failed, 0 skipped."), "{}", applied.stdout);
    assert_eq!(cloud.take_writes(), CALLS);
    see_the_account(&cloud);
    see_the_workspace(&mut cloud.workspace.databricks_sdk());

    cloud.workspace.take_writes();
    let drift = cloud.plan(&["drift", "--format", "json", manifest], 0);
    assert_eq!(drift["summary"]["unchanged"], 7);
    let again = cloud.run(&["apply", "--yes", manifest], 0);
    assert!(again.stdout.contains("No changes."), "{}", again.stdout);
    assert_eq!(cloud.take_writes(), [""; 0], "what agrees is not written again");
}

fn allowing(action: &str) -> Value {
    json!([{"Effect": "Allow", "Action": [action], "Resource": [ROLE_ARN]}])
}

fn see_the_account(cloud: &Cloud) {
    let aws = &cloud.aws;
    let role = aws.call("iam get-role", &[("role-name", ROLE)])["Role"].take();
    assert_eq!(role["Arn"], ROLE_ARN);
    let services: Vec<&Value> = role["AssumeRolePolicyDocument"]["Statement"]
        .as_array()
        .unwrap()
        .iter()
        .inspect(|statement| {
            assert_eq!((&statement["Effect"], &statement["Action"]), (&json!("Allow"), &json!("sts:AssumeRole")));
        })
        .map(|statement| &statement["Principal"]["Service"])
        .collect();
    assert_eq!(services, ["ec2.amazonaws.com", "sagemaker.amazonaws.com"]);
    assert_eq!(tags(&role["Tags"]), owned());

    let attached =
        aws.call("iam list-attached-role-policies", &[("role-name", ROLE), ("query", "AttachedPolicies[].PolicyArn")]);
    let mut expected = MANAGED_POLICIES.map(managed_policy_arn);
    expected.sort_unstable();
    assert_eq!(attached, json!(expected));
    let read = |role: &str, name: &str| {
        let answer = aws.call("iam get-role-policy", &[("role-name", role), ("policy-name", name)]);
        answer["PolicyDocument"]["Statement"].clone()
    };
    assert_eq!(read(ROLE, "get-role-inline-policy"), allowing("iam:GetRole"));
    assert_eq!(read(WORKSPACE_ROLE, "pass-cluster-role-inline-policy"), allowing("iam:PassRole"));
    see_what_is_theirs(cloud);

    let profile = aws.call("iam get-instance-profile", &[("instance-profile-name", ROLE)])["InstanceProfile"].take();
    assert_eq!((&profile["Arn"], &profile["Roles"][0]["Arn"]), (&json!(PROFILE_ARN), &json!(ROLE_ARN)));
    let name = [("notebook-instance-name", NOTEBOOK_INSTANCE)];
    let notebook = aws.call("sagemaker describe-notebook-instance", &name);
    assert_eq!(notebook["InstanceType"], "ml.t3.large");
    assert_eq!(notebook["VolumeSizeInGB"], 30);
    assert_eq!(notebook["RoleArn"], ROLE_ARN);
    assert_eq!(notebook["NotebookInstanceStatus"], "InService");
    let arn = notebook["NotebookInstanceArn"].as_str().unwrap();
    assert_eq!(tags(&aws.call("sagemaker list-tags", &[("resource-arn", arn)])["Tags"]), owned());
}

/// The workspace's role is as it was, but for the one policy.
fn see_what_is_theirs(cloud: &Cloud) {
    let name = [("role-name", WORKSPACE_ROLE)];
    let role = cloud.aws.call("iam get-role", &name)["Role"].take();
    assert_eq!((&role["Description"], tags(&role["Tags"])), (&json!("Theirs"), json!({"by": "them"})));
    let names = cloud.aws.call("iam list-role-policies", &name);
    assert_eq!(names["PolicyNames"], json!(["databricks-cross-account-policy", "pass-cluster-role-inline-policy"]));
    let attached = cloud.aws.call("iam list-attached-role-policies", &name);
    assert_eq!(attached["AttachedPolicies"][0]["PolicyName"], "ReadOnlyAccess");
}

fn owned() -> Value {
    json!({"project": "immersion-day", "reconcile:owner": "databricks-sagemaker-lab"})
}

fn tags(list: &Value) -> Value {
    let pairs = list.as_array().unwrap().iter();
    pairs.map(|tag| (tag["Key"].as_str().unwrap().to_owned(), tag["Value"].clone())).collect()
}

fn see_the_workspace(workspace: &mut DatabricksSdk) {
    let profiles = workspace.call("instance_profiles.list", &json!({}));
    assert_eq!(profiles, json!([{"instance_profile_arn": PROFILE_ARN}]));

    let clusters = workspace.call("clusters.list", &json!({}));
    assert_eq!(clusters.as_array().unwrap().len(), 1);
    let cluster = workspace.call("clusters.get", &json!({"cluster_id": clusters[0]["cluster_id"]}));
    for (field, value) in [
        ("cluster_name", json!("sagemaker-lab")),
        ("spark_version", json!("16.4.x-cpu-ml-scala2.12")),
        ("node_type_id", json!("i3.xlarge")),
        ("num_workers", json!(0)),
        ("runtime_engine", json!("STANDARD")),
        ("autotermination_minutes", json!(120)),
        ("spark_conf", json!({"spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*]"})),
    ] {
        assert_eq!(cluster[field], value, "{field}");
    }
    assert_eq!(cluster["aws_attributes"]["instance_profile_arn"], PROFILE_ARN);
    assert_eq!(cluster["custom_tags"]["ResourceClass"], "SingleNode");
    assert_eq!(cluster["custom_tags"]["reconcile:owner"], "databricks-sagemaker-lab");

    let path = "/Shared/immersion-day/201-data-prep.ja";
    let status = workspace.call("workspace.get_status", &json!({"path": path}));
    assert_eq!((&status["object_type"], &status["language"]), (&json!("NOTEBOOK"), &json!("PYTHON")));
    let exported = workspace.call("workspace.export", &json!({"path": path, "format": "SOURCE"}));
    let exported = STANDARD.decode(exported["content"].as_str().unwrap()).unwrap();
    let source = include_str!("../../manifests/lab/notebooks/201-data-prep.ja.py");
    assert_eq!(String::from_utf8(exported).unwrap(), source.trim_end());
}
