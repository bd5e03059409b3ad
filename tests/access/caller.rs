//! Whether the caller may pass what it is about to pass.

use reconcile_sandbox::{Callers, Config};

use crate::bench::{DEPLOYER, Lab};

const EVERYTHING: &str = "{Effect: Allow, Action: '*', Resource: '*'}";

fn with_inline(statements: &str) -> String {
    format!("inline_policies: {{own: {{Version: '2012-10-17', Statement: [{statements}]}}}}")
}

#[test]
fn a_caller_who_may_not_pass_a_role_is_told_before_the_first_write() {
    let lab = Lab::called_by(&with_inline("{Effect: Allow, NotAction: 'iam:PassRole', Resource: '*'}"));
    lab.write(&[]);
    insta::assert_snapshot!(lab.refuses("access-caller-pass-role", "iam.instance_profiles.cluster"), @r#"
    the caller may not pass the role to ec2.amazonaws.com, as iam:AddRoleToInstanceProfile does: none of its policies allows iam:PassRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
    help: add to a policy of arn:aws:iam::111122223333:role/deployer: {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}
    "#);
    insta::assert_snapshot!(lab.refuses("access-caller-pass-role", "sagemaker.notebook_instances.image-build"), @r#"
    the caller may not pass the role to sagemaker.amazonaws.com, as sagemaker:CreateNotebookInstance does: none of its policies allows iam:PassRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
    help: add to a policy of arn:aws:iam::111122223333:role/deployer: {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"sagemaker.amazonaws.com"}}}
    "#);
    // The simulation says what the services do: they refuse it by the same words.
    let instance = "      name: databricks-on-aws-immersion-day\n";
    let profile = "{name: \"${var.cluster_role}\", role: \"${iam.roles.cluster.name}\"}";
    let reason = "ignore: {access-caller-pass-role: to see what AWS says}";
    let ignoring =
        (profile.replace("name}\"}", &format!("name}}\", {reason}}}")), format!("{instance}      {reason}\n"));
    lab.write(&[(profile, &ignoring.0), (instance, &ignoring.1)]);
    let applied = lab.run(&["apply", "lab.yaml", "--yes", "--only", "iam.**"]);
    assert_eq!(applied.code, Some(1), "{}{}", applied.stdout, applied.stderr);
    let words = applied.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("is not authorized to perform: iam:PassRole"), "{words}");
}

#[test]
fn what_keeps_the_caller_from_passing_a_role_is_named() {
    let denied =
        format!("{EVERYTHING}, {{Effect: Deny, Action: 'iam:Pass*', Resource: 'arn:aws:iam::*:role/databricks-*'}}");
    let bounded = format!("permissions_boundary: '${{iam.policies.bound.arn}}'\n      {}", with_inline(EVERYTHING));
    for (deployer, words) in [
        (with_inline(&denied), "it is denied iam:PassRole on"),
        (bounded, "its permissions boundary does not allow iam:PassRole on"),
    ] {
        let lab = Lab::called_by(&deployer);
        lab.write(&[]);
        let told = lab.refuses("access-caller-pass-role", "sagemaker.notebook_instances.image-build");
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn a_caller_who_may_pass_the_roles_or_of_whom_it_cannot_be_told_goes_on() {
    let to_ec2 = "{Effect: Allow, Action: 'iam:PassRole', Resource: '*', Condition: {StringEquals: {'iam:PassedToService': \
                  [ec2.amazonaws.com, sagemaker.amazonaws.com]}}}, {Effect: Allow, NotAction: 'iam:PassRole', Resource: '*'}";
    let lab = Lab::called_by(&with_inline(to_ec2));
    lab.write(&[]);
    let (told, calls) = lab.warned("access-");
    assert!(told.is_empty() && calls <= 20, "{told:?}, {calls} calls");
    let silent = "{Effect: Allow, NotAction: ['iam:PassRole', 'iam:SimulatePrincipalPolicy', 'iam:GetAccountSummary'], Resource: '*'}";
    let lab = Lab::called_by(&with_inline(silent));
    lab.write(&[]);
    assert_eq!(lab.warned("access-").0, [serde_json::Value::Null; 0]);
}

/// A manifest that says which role to assume is judged by what that role may do, and not by who assumes it.
#[test]
fn a_role_that_is_assumed_for_the_plan_is_the_caller() {
    let assumes = |lab: &Lab, deployer: &str| {
        lab.prepare(&DEPLOYER.replace("FIELDS", deployer));
        let provider = "aws: {region: us-east-1}";
        let assuming = "aws: {region: us-east-1, assume_role_arn: 'arn:aws:iam::111122223333:role/deployer'}";
        lab.write(&[(provider, assuming)]);
    };
    let callers = Callers { sessions_are_checked: true, ..Callers::default() };
    let lab = Lab::with(Config { callers, ..Config::default() });
    assumes(&lab, &with_inline("{Effect: Allow, NotAction: 'iam:PassRole', Resource: '*'}"));
    let told = lab.refuses("access-caller-pass-role", "iam.instance_profiles.cluster");
    assert!(told.contains("add to a policy of arn:aws:iam::111122223333:role/deployer: "), "{told}");
    lab.refuses("access-caller-pass-role", "sagemaker.notebook_instances.image-build");
    assumes(&lab, &with_inline(EVERYTHING));
    assert_eq!(lab.warned("access-").0, [serde_json::Value::Null; 0]);
    let applied = lab.run(&["apply", "lab.yaml", "--yes"]);
    assert_eq!(applied.code, Some(0), "{}{}", applied.stdout, applied.stderr);
}
