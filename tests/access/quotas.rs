//! The quotas of the account and of a role.

use reconcile_sandbox::{Config, Quotas};

use crate::bench::Lab;

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

/// A policy of the account's own beside the lab's roles, with more in its fields.
fn with_policy(more: &str) -> (&'static str, String) {
    let document = "{Version: '2012-10-17', Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: '*'}]}";
    ("iam:\n  roles:\n", format!("iam:\n  policies:\n    extra: {{document: {document}{more}}}\n  roles:\n"))
}

#[test]
fn the_policies_of_the_account_and_their_versions_have_quotas() {
    let cases = [
        ("quota-policies", Quotas { policies: 0, ..Quotas::default() }),
        ("quota-policy-versions", Quotas { policy_versions: 0, ..Quotas::default() }),
    ];
    let mut told = String::new();
    for (code, quotas) in cases {
        let lab = Lab::with(Config { quotas, ..Config::default() });
        let (from, to) = with_policy("");
        lab.write(&[(from, &to)]);
        told.push_str(&lab.refuses(code, "iam.policies.extra"));
        told.push('\n');
    }
    insta::assert_snapshot!(told, @"
    the account may have 0 customer-managed policies and has 0, and this plan makes 1 more
    help: delete what nobody uses, or have `Customer managed policies per account` of IAM raised in Service Quotas
    the account may have 0 versions of customer-managed policies and has 0, and this plan makes 1 more
    help: delete what nobody uses: this quota is not raised
    ");
}

/// A version that takes the place of an older one needs no room; one more does.
#[test]
fn a_new_version_counts() {
    let lab = Lab::with(Config { quotas: Quotas { policy_versions: 1, ..Quotas::default() }, ..Config::default() });
    let (from, to) = with_policy("");
    lab.write(&[(from, &to)]);
    let applied = lab.run(&["apply", "lab.yaml", "--yes", "--only", "iam.policies.*"]);
    assert_eq!(applied.code, Some(0), "{}{}", applied.stdout, applied.stderr);
    lab.sandbox.take_writes();
    let changed = to.replace("s3:GetObject", "s3:PutObject");
    lab.write(&[(from, &changed)]);
    let told = lab.refuses("quota-policy-versions", "iam.policies.extra");
    assert!(told.starts_with("the account may have 1 versions of customer-managed policies and has 1"), "{told}");
}

#[test]
fn a_quota_that_is_ignored_with_a_reason_is_noted_and_the_service_has_its_say() {
    let lab = Lab::with(Config { quotas: Quotas { policies: 0, ..Quotas::default() }, ..Config::default() });
    let (from, to) = with_policy(", ignore: {quota-policies: it is raised this afternoon}");
    lab.write(&[(from, &to)]);
    let (told, _) = lab.warned("quota-");
    assert_eq!(told, [serde_json::Value::Null; 0]);
    let planned = lab.run(&["plan", "lab.yaml"]);
    let words = planned.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("ignored, because it is raised this afternoon: quota-policies: the account may have 0"),
        "{words}"
    );
    let applied = lab.run(&["apply", "lab.yaml", "--yes", "--only", "iam.policies.*"]);
    assert_eq!(applied.code, Some(1), "{}", applied.stdout);
    assert!(applied.stdout.contains("Cannot exceed quota for PoliciesPerAccount: 0"), "{}", applied.stdout);
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
