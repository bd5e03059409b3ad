//! A policy says the same in many spellings; none of them is drift.

use super::cloud::{Cloud, resource};

/// The trust policy of `fields.yaml` in other words.
const TRUSTS: [&str; 2] = [
    // The other order, lists in place of single words, the account's root in place of its number.
    r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:root"]},"Action":["sts:AssumeRole"]},
        {"Action":["sts:AssumeRole"],"Principal":{"Service":["sagemaker.amazonaws.com","ec2.amazonaws.com"]},"Effect":"Allow"}]}"#,
    // The same principal twice.
    r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole"},
        {"Effect":"Allow","Principal":{"AWS":["111122223333","arn:aws:iam::111122223333:root"]},"Action":"sts:AssumeRole"}
        ]}"#,
];

/// The inline policy of `fields.yaml` in other words.
const INLINE: [&str; 2] = [
    r#"{"Statement":{"Resource":"arn:aws:s3:::lab/*","Action":["s3:PutObject","s3:GetObject"],"Effect":"Allow"},
        "Version":"2012-10-17"}"#,
    // Actions know no case. (In trust policies they do not either, but moto knows only one spelling there.)
    r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":["S3:getobject","s3:PUTOBJECT"],"Resource":["arn:aws:s3:::lab/*"]}]}"#,
];

#[test]
fn another_spelling_of_a_policy_is_no_drift() {
    let cloud = Cloud::with_workspace_role();
    std::fs::write(cloud.reconcile.home().join("reconcile.yaml"), include_str!("fields.yaml")).unwrap();
    cloud.run(&["apply", "--yes"], 0);
    let role = ("role-name", "worker");
    for trust in TRUSTS {
        cloud.aws.call("iam update-assume-role-policy", &[role, ("policy-document", trust)]);
        cloud.run(&["drift"], 0);
    }
    for document in INLINE {
        let options = [role, ("policy-name", "own"), ("policy-document", document)];
        cloud.aws.call("iam put-role-policy", &options);
        cloud.run(&["drift"], 0);
    }
    cloud.take_writes();
    cloud.run(&["apply", "--yes"], 0);
    assert_eq!(cloud.take_writes(), [""; 0], "the other spelling stays");
}

/// A policy of the account's own, of which moto keeps every version's text as it came.
const POLICY: &str = r#"
version: 1
name: spelling
providers:
  aws: {region: us-east-1, account_id: "111122223333"}
iam:
  policies:
    data:
      document:
        Version: "2012-10-17"
        Statement:
          - {Sid: Read, Effect: Allow, Action: [s3:GetObject, s3:ListBucket], Resource: ["arn:aws:s3:::lab", "arn:aws:s3:::lab/*"]}
          - {Sid: Write, Effect: Allow, Action: s3:PutObject, Resource: "arn:aws:s3:::lab/*"}
"#;

/// The same statements in another order, with lists for single words, repeated, in capitals.
const RESPELLED: &str = r#"{"Statement":[
    {"Resource":["arn:aws:s3:::lab/*"],"Action":["s3:putobject","S3:PutObject"],"Effect":"Allow","Sid":"Write"},
    {"Effect":"Allow","Resource":["arn:aws:s3:::lab/*","arn:aws:s3:::lab"],"Action":["s3:ListBucket","s3:GetObject"],"Sid":"Read"}
    ],"Version":"2012-10-17"}"#;

/// The same, cut in another way: one statement is split into two.
const SPLIT: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Sid":"Get","Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::lab","arn:aws:s3:::lab/*"]},
    {"Sid":"List","Effect":"Allow","Action":"s3:ListBucket","Resource":["arn:aws:s3:::lab","arn:aws:s3:::lab/*"]},
    {"Sid":"Write","Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::lab/*"}]}"#;

/// The same, with two statements for what one of them says and the other says in part.
const MERGED: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket","s3:PutObject"],"Resource":"arn:aws:s3:::lab/*"},
    {"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"arn:aws:s3:::lab"}]}"#;

#[test]
fn another_spelling_of_a_managed_policy_is_no_drift_and_another_cut_of_its_statements_widens_nothing() {
    let cloud = Cloud::with_workspace_role();
    std::fs::write(cloud.reconcile.home().join("reconcile.yaml"), POLICY).unwrap();
    cloud.run(&["apply", "--yes"], 0);
    let policy = ("policy-arn", "arn:aws:iam::111122223333:policy/data");
    let put = |document: &str| {
        cloud.aws.call("iam create-policy-version --set-as-default", &[policy, ("policy-document", document)]);
        cloud.take_writes();
    };
    put(RESPELLED);
    cloud.run(&["drift"], 0);
    for (document, told) in [
        (SPLIT, r#"2 statements ("Get", "List") are merged into 1 statement ("Read"), which means the same"#),
        (MERGED, r#"2 statements become 2 statements ("Read", "Write"), which mean the same"#),
    ] {
        put(document);
        let plan = cloud.plan(&["drift", "--format", "json"], 2);
        let planned = resource(&plan, "iam.policies.data");
        let summary = planned["changes"][0]["summary"].as_str().unwrap();
        assert!(summary.contains(told) && summary.ends_with("(neither)"), "{summary}");
        assert_eq!(summary.lines().count(), 1, "{summary}");
        assert_eq!(planned["hazards"], serde_json::json!([]), "{planned}");
        // The version that says it as the manifest does is put in force again.
        cloud.run(&["apply", "--yes"], 0);
        assert_eq!(cloud.take_writes(), ["iam:SetDefaultPolicyVersion"]);
        cloud.run(&["drift"], 0);
    }
}
