//! A policy says the same in many spellings; none of them is drift.

use super::cloud::Cloud;

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
