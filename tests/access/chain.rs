//! The links of the chain.

use crate::bench::Lab;
use crate::support::plan_json;

const EC2: (&str, &str) =
    ("          - {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}\n", "");
const SAGEMAKER: (&str, &str) =
    ("          - {Effect: Allow, Principal: {Service: sagemaker.amazonaws.com}, Action: sts:AssumeRole}\n", "");
const NO_ROLE: (&str, &str) = (", role: \"${iam.roles.cluster.name}\"}", ", role: null}");
const NOT_REGISTERED: (&str, &str) =
    ("    cluster: {instance_profile_arn: \"${iam.instance_profiles.cluster.arn}\"}\n", "");
const PASS_ROLE: &str = "Action: [iam:PassRole], Resource: [\"${iam.roles.cluster.arn}\"]";
const DENIED: (&str, &str) =
    (PASS_ROLE, "Action: iam:PassRole, Resource: '*'}, {Effect: Deny, Action: iam:PassRole, Resource: '*'");
const OTHER_ROLE: (&str, &str) = (PASS_ROLE, "Action: iam:PassRole, Resource: 'arn:aws:iam::111122223333:role/glue'");
const NO_PASS_ROLE: (&str, &str) = (PASS_ROLE, "Action: ec2:DescribeInstances, Resource: '*'");

/// Roles that nobody makes.
const NO_SUCH_ROLE: (&str, &str) = ("role: \"${iam.roles.cluster.name}\"", "role: nobody");
const NO_SUCH_ARN: (&str, &str) =
    ("role_arn: ${iam.roles.cluster.arn}", "role_arn: arn:aws:iam::111122223333:role/nobody");

/// A boundary of AWS's, whose document is read live.
const BOUNDED: (&str, &str) = (
    "      existing: true",
    "      existing: true\n      permissions_boundary: arn:aws:iam::aws:policy/AmazonS3FullAccess",
);

/// The broken links, with the code and the resource that each is told by, and whether that is certain.
const BROKEN: [((&str, &str), &str, &str, bool); 10] = [
    (EC2, "access-ec2-trust", "iam.instance_profiles.cluster", true),
    (SAGEMAKER, "access-sagemaker-trust", "sagemaker.notebook_instances.image-build", true),
    (NO_SUCH_ROLE, "access-missing-role", "iam.instance_profiles.cluster", true),
    (NO_SUCH_ARN, "access-missing-role", "sagemaker.notebook_instances.image-build", true),
    (NO_ROLE, "access-no-role", "databricks.instance_profiles.cluster", true),
    (NOT_REGISTERED, "access-not-registered", "databricks.clusters.lab", true),
    (DENIED, "access-pass-role", "databricks.instance_profiles.cluster", true),
    (OTHER_ROLE, "access-pass-role", "databricks.instance_profiles.cluster", true),
    (NO_PASS_ROLE, "access-pass-role", "databricks.instance_profiles.cluster", true),
    (BOUNDED, "access-pass-role", "databricks.instance_profiles.cluster", true),
];

#[test]
fn a_plan_tells_each_broken_link_by_name_and_an_apply_refuses_before_the_first_write() {
    let lab = Lab::new();
    for (edit, code, address, certain) in BROKEN {
        lab.write(&[edit]);
        let planned = lab.run(&["plan", "lab.yaml", "--format", "json"]);
        assert_eq!(planned.code, Some(0), "{code}: {}", planned.stderr);
        let plan = plan_json::checked(&planned.stdout);
        let warnings = plan["warnings"].as_array().expect("warnings");
        let told = warnings.iter().find(|warning| warning["code"] == code && warning["address"] == address);
        let told = told.unwrap_or_else(|| panic!("{code} on {address}: {warnings:?}"));
        assert_eq!(told["certainty"], if certain { "certain" } else { "possible" }, "{told}");
        assert!(told["place"]["line"].as_u64().is_some() && told["help"].is_string(), "{told}");
        if certain {
            let applied = lab.run(&["apply", "lab.yaml", "--yes"]);
            assert_eq!(applied.code, Some(1), "{code}: {}", applied.stdout);
            assert!(applied.stdout.contains(code) && applied.stderr.contains("Nothing was applied."), "{code}");
        }
        assert_eq!(lab.sandbox.take_writes(), [""; 0], "{code}");
    }
}

/// What another manifest, or a person, registered is registered.
#[test]
fn a_profile_that_is_registered_live_needs_no_registration() {
    let lab = Lab::new();
    lab.write(&[]);
    let applied = lab.run(&["apply", "lab.yaml", "--yes"]);
    assert_eq!(applied.code, Some(0), "{}{}", applied.stdout, applied.stderr);
    lab.write(&[NOT_REGISTERED]);
    assert_eq!(lab.warned("access-").0, [serde_json::Value::Null; 0]);
}

#[test]
fn the_lab_needs_no_call_more_for_its_chain() {
    let lab = Lab::new();
    lab.write(&[]);
    let planned = lab.run(&["plan", "lab.yaml", "--format", "json"]);
    let plan = plan_json::checked(&planned.stdout);
    let codes = plan["warnings"].as_array().expect("warnings").iter().filter_map(|warning| warning["code"].as_str());
    assert_eq!(codes.filter(|code| code.starts_with("access-")).count(), 0, "{}", planned.stdout);
    assert!(plan["reads"]["calls"].as_u64().expect("calls") <= 20, "{}", plan["reads"]);
    assert_eq!(lab.sandbox.calls("instance-profiles/list").len(), 1);
}

#[test]
fn what_is_ignored_with_a_reason_is_applied_and_noted() {
    let lab = Lab::new();
    let profile = "{name: \"${var.cluster_role}\", role: \"${iam.roles.cluster.name}\"}";
    let ignoring = profile.replace("name}\"}", "name}\", ignore: {access-ec2-trust: EC2 is let in by another team}}");
    lab.write(&[EC2, (profile, &ignoring)]);
    let applied = lab.run(&["apply", "lab.yaml", "--yes", "--only", "iam.*"]);
    assert_eq!(applied.code, Some(0), "{}{}", applied.stdout, applied.stderr);
    assert!(applied.stdout.contains("EC2 is let in by another team"), "{}", applied.stdout);
}

#[test]
fn a_failed_trial_launch_is_explained_by_the_chain() {
    let lab = Lab::new();
    // What is certain is ignored, so that the workspace has its say.
    let registration = NOT_REGISTERED.0;
    let ignoring =
        registration.replace("arn}\"}", "arn}\", ignore: {access-pass-role: to see what the workspace says}}");
    lab.write(&[OTHER_ROLE, (registration, &ignoring)]);
    let roles = lab.run(&["apply", "lab.yaml", "--yes", "--only", "iam.*"]);
    assert_eq!(roles.code, Some(0), "{}{}", roles.stdout, roles.stderr);
    // Nothing is new any more, so the refusal is final.
    lab.sandbox.pass(std::time::Duration::from_mins(10));
    let registered =
        lab.run(&["apply", "lab.yaml", "--yes", "--only", "{iam,databricks}.*profiles.*", "--only", "iam.roles.*"]);
    assert_eq!(registered.code, Some(1), "{}{}", registered.stdout, registered.stderr);
    let (_, outcome) = registered.stdout.split_once("DRY_RUN_FAILED").expect("the trial launch fails");
    let words: Vec<_> = outcome.split_whitespace().collect();
    insta::assert_snapshot!(words.join(" "), @r#": Verification of the instance profile failed. AWS error: You are not authorized to perform this operation. Encoded authorization failure message: c2FuZGJveDppYW06UGFzc1JvbGU (instance profile arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role) help: the role databricks-cross-account-role (iam.roles.workspace) may pass arn:aws:iam::111122223333:role/glue and not arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role: add to an inline policy of iam.roles.workspace: {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}} Applied: 0 done, 1 failed, 0 skipped."#);
}

#[test]
fn what_another_manifest_of_the_run_makes_is_not_missed() {
    let lab = Lab::new();
    let role = "{version: 1, name: roles, iam: {roles: {worker: {trust_policy: {Version: '2012-10-17', Statement: [{Effect: \
                Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]}}}}}";
    let profile = "{version: 1, name: profiles, iam: {instance_profiles: {worker: {role: worker}}}}";
    for (name, text) in [("roles.yaml", role), ("profiles.yaml", profile)] {
        std::fs::write(lab.reconcile.home().join(name), text).expect("the manifest is written");
    }
    let alone = lab.run(&["apply", "profiles.yaml", "--yes"]);
    assert_eq!(alone.code, Some(1), "{}", alone.stdout);
    assert!(alone.stdout.contains("access-missing-role"), "{}", alone.stdout);
    assert_eq!(lab.sandbox.take_writes(), [""; 0]);
    let both = lab.run(&["apply", "roles.yaml", "profiles.yaml", "--yes"]);
    assert_eq!(both.code, Some(0), "{}{}", both.stdout, both.stderr);
}

#[test]
fn what_awss_policies_give_is_read_live() {
    let lab = Lab::new();
    let attached = |policy: &str| {
        format!(
            "{{version: 1, name: others, iam: {{roles: {{databricks-cross-account-role: {{existing: true, managed_policies: [{policy}]}}}}}}}}"
        )
    };
    lab.prepare(&attached("AmazonEC2FullAccess"));
    lab.write(&[NO_PASS_ROLE]);
    let told = lab.refuses("access-pass-role", "databricks.instance_profiles.cluster");
    assert!(told.contains("\"Action\":\"iam:PassRole\""), "{told}");
    lab.prepare(&attached("AdministratorAccess"));
    assert_eq!(lab.warned("access-").0, [serde_json::Value::Null; 0]);
    let applied = lab.run(&["apply", "lab.yaml", "--yes"]);
    assert_eq!(applied.code, Some(0), "{}{}", applied.stdout, applied.stderr);
}
