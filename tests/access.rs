//! The access chain of the lab, each link broken in turn: told by name by `plan`, and where it is certain refused by `apply`
//! before the first write.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use reconcile_sandbox::{Callers, Config, Quotas};

use support::lab::{manifest, root};
use support::plan_json;
use support::process::Ended;
use support::reconcile::Reconcile;
use support::sandbox::TestSandbox;

/// The lab, edited, in front of a sandbox of its own.
struct Lab {
    sandbox: TestSandbox,
    reconcile: Reconcile,
}

impl Lab {
    fn new() -> Self {
        Self::with(Config::default())
    }

    fn with(config: Config) -> Self {
        let sandbox = TestSandbox::start(config);
        let reconcile = Reconcile::new(sandbox.environment());
        Self { sandbox, reconcile }
    }

    /// The lab in front of a caller who is a session of the role `deployer`, which has these fields.
    fn called_by(deployer: &str) -> Self {
        let keys = [(DEPLOYERS_KEY.to_owned(), "deployer".to_owned())];
        let callers = Callers { keys: keys.into_iter().collect(), sessions_are_checked: false };
        let mut lab = Self::with(Config { callers, ..Config::default() });
        lab.prepare(&DEPLOYER.replace("FIELDS", deployer));
        let mut environment = lab.sandbox.environment();
        for (name, value) in &mut environment {
            if name == "AWS_ACCESS_KEY_ID" {
                DEPLOYERS_KEY.clone_into(value);
            }
        }
        lab.reconcile = Reconcile::new(environment);
        lab
    }

    /// Brings the account into a state, and forgets the calls of it.
    fn prepare(&self, manifest: &str) {
        std::fs::write(self.reconcile.home().join("before.yaml"), manifest).expect("the manifest is written");
        let applied = self.run(&["apply", "before.yaml", "--yes"]);
        assert_eq!(applied.code, Some(0), "{}{}", applied.stdout, applied.stderr);
        self.sandbox.take_writes();
    }

    /// Returns the warnings of a plan that bear a code, and the number of calls that it took.
    fn warned(&self, code: &str) -> (Vec<serde_json::Value>, u64) {
        let planned = self.run(&["plan", "lab.yaml", "--format", "json"]);
        assert_eq!(planned.code, Some(0), "{code}: {}", planned.stderr);
        let plan = plan_json::checked(&planned.stdout);
        let warnings = plan["warnings"].as_array().expect("warnings").iter();
        let told = warnings.filter(|warning| warning["code"].as_str().is_some_and(|found| found.starts_with(code)));
        (told.cloned().collect(), plan["reads"]["calls"].as_u64().expect("calls"))
    }

    /// Asserts that a plan tells a finding for certain, that an apply refuses it, and that neither writes.
    fn refuses(&self, code: &str, address: &str) -> String {
        let (told, _) = self.warned(code);
        let told = told.into_iter().find(|warning| warning["address"] == address);
        let told = told.unwrap_or_else(|| panic!("{code} on {address}"));
        assert_eq!(told["certainty"], "certain", "{told}");
        assert!(told["place"]["line"].as_u64().is_some(), "{told}");
        let applied = self.run(&["apply", "lab.yaml", "--yes"]);
        assert_eq!(applied.code, Some(1), "{code}: {}", applied.stdout);
        assert!(applied.stdout.contains(code) && applied.stderr.contains("Nothing was applied."), "{code}");
        assert_eq!(self.sandbox.take_writes(), [""; 0], "{code}");
        format!("{}\nhelp: {}", told["message"].as_str().unwrap(), told["help"].as_str().unwrap())
    }

    /// Writes the lab with parts of its text replaced; each part has to be there.
    fn write(&self, edits: &[(&str, &str)]) {
        let mut text = std::fs::read_to_string(manifest()).expect("the lab");
        for (from, to) in edits {
            assert!(text.contains(from), "the lab says {from}");
            text = text.replace(from, to);
        }
        let notebooks = root().join("manifests/lab/notebooks/");
        let text = text.replace("source: notebooks/", &format!("source: {}/", notebooks.display()));
        std::fs::write(self.reconcile.home().join("lab.yaml"), text).expect("the manifest is written");
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        self.reconcile.run(arguments)
    }
}

const DEPLOYERS_KEY: &str = "AKIADEPLOYER";

/// The role that calls.
const DEPLOYER: &str = "
version: 1
name: callers
iam:
  policies:
    bound:
      document: {Version: '2012-10-17', Statement: [{Effect: Allow, NotAction: 'iam:PassRole', Resource: '*'}]}
  roles:
    deployer:
      trust_policy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {AWS: '111122223333'}, Action: 'sts:AssumeRole'}]}
      FIELDS
";

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

/// A boundary of AWS's, whose document is read live.
const BOUNDED: (&str, &str) = (
    "      existing: true",
    "      existing: true\n      permissions_boundary: arn:aws:iam::aws:policy/AmazonS3FullAccess",
);

/// The broken links, with the code and the resource that each is told by, and whether that is certain.
const BROKEN: [((&str, &str), &str, &str, bool); 8] = [
    (EC2, "access-ec2-trust", "iam.instance_profiles.cluster", true),
    (SAGEMAKER, "access-sagemaker-trust", "sagemaker.notebook_instances.image-build", true),
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

#[test]
fn a_quota_that_is_too_small_is_told_before_the_first_write() {
    let cases = [
        ("quota-attachments", "iam.roles.cluster", Quotas { attachments_per_role: 2, ..Quotas::default() }),
        ("quota-trust-size", "iam.roles.cluster", Quotas { trust_policy_size: 100, ..Quotas::default() }),
        ("quota-roles", "iam.roles.cluster", Quotas { roles: 1, ..Quotas::default() }),
        (
            "quota-instance-profiles",
            "iam.instance_profiles.cluster",
            Quotas { instance_profiles: 0, ..Quotas::default() },
        ),
    ];
    let mut told = String::new();
    for (code, address, quotas) in cases {
        let lab = Lab::with(Config { quotas, ..Config::default() });
        lab.write(&[]);
        told.push_str(&lab.refuses(code, address));
        told.push('\n');
    }
    insta::assert_snapshot!(told, @"
    the role databricks-cluster-sagemaker-access-role would have 3 managed policies attached, and a role may have 2
    help: attach fewer, merge some into a policy of `iam.policies`, or have `Managed policies per role` of IAM raised in Service Quotas
    the trust policy of the role databricks-cluster-sagemaker-access-role has 222 characters without white space, and the account allows 100
    help: shorten it, or have `Role trust policy length` of IAM raised in Service Quotas
    the account may have 1 roles and has 1, and this plan makes 1 more
    help: delete what nobody uses, or have `Roles per account` of IAM raised in Service Quotas
    the account may have 0 instance profiles and has 0, and this plan makes 1 more
    help: delete what nobody uses, or have `Instance profiles per account` of IAM raised in Service Quotas
    ");
}

#[test]
fn the_inline_policies_of_others_count() {
    let lab = Lab::new();
    let policy = |length: usize| {
        format!(
            "{{Version: '2012-10-17', Statement: [{{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::{}'}}]}}",
            "b".repeat(length)
        )
    };
    lab.prepare(&format!(
        "{{version: 1, name: others, iam: {{roles: {{databricks-cross-account-role: {{existing: true, inline_policies: {{big: {}}}}}}}}}}}",
        policy(9000)
    ));
    let statement = "        pass-cluster-role-inline-policy:\n";
    lab.write(&[(statement, &format!("        more: {}\n{statement}", policy(1200)))]);
    let told = lab.refuses("quota-inline-size", "iam.roles.workspace");
    assert!(told.contains("of them in inline policies that this manifest does not manage"), "{told}");
}
