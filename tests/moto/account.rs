//! Whose account it is, and what the caller may not read.

use serde_json::json;

use super::cloud::{Cloud, ended, environment, plan, resource};
use crate::support::lab::manifest;
use crate::support::reconcile::Reconcile;

#[test]
fn another_account_is_refused_before_anything_else() {
    let cloud = Cloud::empty();
    let text = "version: 1\nname: elsewhere\nproviders: {aws: {region: us-east-1, account_id: \"000000000042\"}}\n\
                iam: {instance_profiles: {lab: {}}}\n";
    std::fs::write(cloud.reconcile.home().join("reconcile.yaml"), text).unwrap();
    for command in [&["plan"][..], &["apply", "--yes"], &["drift"]] {
        let refused = cloud.run(command, 1);
        assert!(
            refused.stderr.contains("111122223333") && refused.stderr.contains("000000000042"),
            "{}",
            refused.stderr
        );
        assert_eq!(cloud.moto.take_calls(), ["sts:GetCallerIdentity"], "{command:?}");
    }
    assert_eq!(cloud.workspace.take_writes(), [""; 0]);
}

#[test]
fn what_may_not_be_read_says_so_and_the_others_are_planned() {
    let cloud = Cloud::with_workspace_role();
    let limited = Reconcile::new(limited_environment(&cloud));
    cloud.take_writes();
    cloud.moto.enforce_permissions_after(0);

    let manifest = manifest();
    let manifest = manifest.to_str().unwrap();
    let denied = ended(&limited, &["plan", "--format", "json", manifest], 1);
    let plan = plan(&denied);
    let profile = resource(&plan, "iam.instance_profiles.cluster");
    assert!(profile.to_string().contains("iam:GetInstanceProfile"), "{profile}");
    assert_eq!(plan["summary"]["create"], 5);
    assert_eq!(plan["summary"]["update"], 1);
    let shown = ended(&limited, &["plan", manifest], 1).stdout;
    let (_, block) = shown.split_once("✗ ").unwrap();
    let (block, _) = block.split_once(" (request ").unwrap();
    // moto says so in a form that is not that of AWS, which is told as it is.
    insta::assert_snapshot!(block, @"
    iam.instance_profiles.cluster  instance profile databricks-cluster-sagemaker-access-role  (error)
        iam:GetInstanceProfile: HTTP status 403, and an answer that is not one of AWS (text/html;
          charset=utf-8)
    ");

    ended(&limited, &["apply", "--yes", manifest], 1);
    assert_eq!(cloud.take_writes(), [""; 0], "nothing is applied of a plan with holes");
}

/// The credentials of somebody who may do everything but look at instance profiles.
fn limited_environment(cloud: &Cloud) -> Vec<(String, String)> {
    let name = ("user-name", "limited");
    cloud.aws.call("iam create-user", &[name]);
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": "iam:GetInstanceProfile", "Resource": "*"},
        ],
    });
    let policy = policy.to_string();
    cloud.aws.call("iam put-user-policy", &[name, ("policy-name", "limits"), ("policy-document", &policy)]);
    let key = cloud.aws.call("iam create-access-key", &[name])["AccessKey"].take();
    let mut environment = environment(&cloud.moto, &cloud.workspace);
    for (name, field) in [("AWS_ACCESS_KEY_ID", "AccessKeyId"), ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey")] {
        environment.retain(|(present, _)| present != name);
        environment.push((name.to_owned(), key[field].as_str().unwrap().to_owned()));
    }
    environment
}
