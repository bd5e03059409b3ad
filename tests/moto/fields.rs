//! Each field that moto keeps, changed behind the tool's back: found, told, and repaired by the calls that it needs.

use serde_json::{Value, json};

use super::cloud::{Cloud, resource};

const MANIFEST: &str = include_str!("fields.yaml");
const TRUSTING_LESS: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const ALLOWING_MORE: &str = r#"{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::lab/*"}]}"#;
const OTHER_POLICY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const OWN_POLICY: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const NOTEBOOK_ARN: &str = "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/worker";

/// A command of the AWS CLI with its options.
type Command = (&'static str, &'static [(&'static str, &'static str)]);

/// What somebody does, and what comes of it.
struct Drift {
    commands: &'static [Command],
    address: &'static str,
    /// The paths of the plan's changes.
    paths: &'static [&'static str],
    /// The calls that repair it, sorted.
    calls: &'static [&'static str],
}

const ROLE: (&str, &str) = ("role-name", "worker");
const PROFILE: (&str, &str) = ("instance-profile-name", "worker");

const DRIFTS: [Drift; 16] = [
    Drift {
        commands: &[("iam update-role", &[ROLE, ("description", "Sleeps"), ("max-session-duration", "7200")])],
        address: "iam.roles.worker",
        paths: &["description"],
        calls: &["iam:UpdateRole"],
    },
    Drift {
        commands: &[("iam update-role", &[ROLE, ("description", "Works"), ("max-session-duration", "3600")])],
        address: "iam.roles.worker",
        paths: &["max_session_duration"],
        calls: &["iam:UpdateRole"],
    },
    Drift {
        commands: &[("iam update-assume-role-policy", &[ROLE, ("policy-document", TRUSTING_LESS)])],
        address: "iam.roles.worker",
        paths: &["trust_policy"],
        calls: &["iam:UpdateAssumeRolePolicy"],
    },
    Drift {
        commands: &[("iam delete-role-permissions-boundary", &[ROLE])],
        address: "iam.roles.worker",
        paths: &["permissions_boundary"],
        calls: &["iam:PutRolePermissionsBoundary"],
    },
    Drift {
        commands: &[("iam put-role-permissions-boundary", &[ROLE, ("permissions-boundary", OTHER_POLICY)])],
        address: "iam.roles.worker",
        paths: &["permissions_boundary"],
        calls: &["iam:PutRolePermissionsBoundary"],
    },
    Drift {
        commands: &[("iam detach-role-policy", &[ROLE, ("policy-arn", OWN_POLICY)])],
        address: "iam.roles.worker",
        paths: &["managed_policies"],
        calls: &["iam:AttachRolePolicy"],
    },
    Drift {
        commands: &[("iam attach-role-policy", &[ROLE, ("policy-arn", OTHER_POLICY)])],
        address: "iam.roles.worker",
        paths: &["managed_policies"],
        calls: &["iam:DetachRolePolicy"],
    },
    Drift {
        commands: &[("iam put-role-policy", &[ROLE, ("policy-name", "own"), ("policy-document", ALLOWING_MORE)])],
        address: "iam.roles.worker",
        paths: &["inline_policies.own"],
        calls: &["iam:PutRolePolicy"],
    },
    Drift {
        commands: &[("iam delete-role-policy", &[ROLE, ("policy-name", "own")])],
        address: "iam.roles.worker",
        paths: &["inline_policies.own"],
        calls: &["iam:PutRolePolicy"],
    },
    Drift {
        commands: &[("iam put-role-policy", &[ROLE, ("policy-name", "more"), ("policy-document", ALLOWING_MORE)])],
        address: "iam.roles.worker",
        paths: &["inline_policies.more"],
        calls: &["iam:DeleteRolePolicy"],
    },
    Drift {
        commands: &[("iam tag-role", &[ROLE, ("tags", "Key=team,Value=other")])],
        address: "iam.roles.worker",
        paths: &["tags.team"],
        calls: &["iam:TagRole"],
    },
    Drift {
        commands: &[("iam untag-instance-profile", &[PROFILE, ("tag-keys", "team")])],
        address: "iam.instance_profiles.worker",
        paths: &["tags.team"],
        calls: &["iam:TagInstanceProfile"],
    },
    Drift {
        commands: &[("iam remove-role-from-instance-profile", &[PROFILE, ROLE])],
        address: "iam.instance_profiles.worker",
        paths: &["role"],
        calls: &["iam:AddRoleToInstanceProfile"],
    },
    Drift {
        commands: &[
            ("iam remove-role-from-instance-profile", &[PROFILE, ROLE]),
            ("iam add-role-to-instance-profile", &[PROFILE, ("role-name", "databricks-cross-account-role")]),
        ],
        address: "iam.instance_profiles.worker",
        paths: &["role"],
        calls: &["iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile"],
    },
    Drift {
        commands: &[("sagemaker delete-tags", &[("resource-arn", NOTEBOOK_ARN), ("tag-keys", "team")])],
        address: "sagemaker.notebook_instances.worker",
        paths: &["tags.team"],
        calls: &["sagemaker:AddTags"],
    },
    Drift {
        commands: &[(
            "iam delete-role-policy",
            &[("role-name", "databricks-cross-account-role"), ("policy-name", "pass-worker")],
        )],
        address: "iam.roles.workspace",
        paths: &["inline_policies.pass-worker"],
        calls: &["iam:PutRolePolicy"],
    },
];

#[test]
fn each_field_that_moves_is_found_and_repaired_by_the_calls_it_needs() {
    let cloud = Cloud::with_workspace_role();
    std::fs::write(cloud.reconcile.home().join("reconcile.yaml"), MANIFEST).unwrap();
    cloud.run(&["apply", "--yes"], 0);
    // Tags that the manifest does not name belong to others; they are no drift, and stay through all that follows.
    cloud.aws.call("iam tag-role", &[ROLE, ("tags", "Key=cost-centre,Value=4900")]);
    cloud.run(&["drift"], 0);
    let before = by_name(&cloud.account());

    for drift in &DRIFTS {
        for (command, options) in drift.commands {
            cloud.aws.call(command, options);
        }
        check(&cloud, drift);
    }
    assert_eq!(by_name(&cloud.account()), before, "everything is as it was");
    cloud.run(&["drift"], 0);
    another_document_under_our_name_is_not_overwritten_unasked(&cloud);
}

fn check(cloud: &Cloud, drift: &Drift) {
    cloud.take_writes();
    let plan = cloud.plan(&["drift", "--format", "json"], 2);
    let changes = resource(&plan, drift.address)["changes"].as_array().unwrap().iter();
    let paths: Vec<&Value> = changes.map(|change| &change["path"]).collect();
    assert_eq!(paths, drift.paths, "{:?}", drift.commands);
    assert_eq!(plan["summary"], json!({"create": 0, "update": 1, "replace": 0, "delete": 0, "unchanged": 3}));
    let shown = cloud.run(&["drift"], 2).stdout;
    assert!(shown.contains(&format!("~ {}", drift.address)), "{shown}");
    assert!(drift.paths.iter().all(|path| shown.contains(path)), "{shown}");
    assert_eq!(cloud.take_writes(), [""; 0], "drift writes nothing");
    cloud.run(&["apply", "--yes"], 0);
    assert_eq!(cloud.take_writes(), drift.calls, "{:?}", drift.commands);
}

fn another_document_under_our_name_is_not_overwritten_unasked(cloud: &Cloud) {
    let options = [
        ("role-name", "databricks-cross-account-role"),
        ("policy-name", "pass-worker"),
        ("policy-document", ALLOWING_MORE),
    ];
    cloud.aws.call("iam put-role-policy", &options);
    cloud.take_writes();
    let refused = cloud.run(&["apply", "--yes"], 3);
    assert!(refused.stderr.contains("--allow overwrite"), "{}", refused.stderr);
    assert_eq!(cloud.take_writes(), [""; 0]);
    cloud.run(&["apply", "--yes", "--allow", "overwrite"], 0);
    assert_eq!(cloud.take_writes(), ["iam:PutRolePolicy"]);
}

/// The same answer with every list in one order: moto lists some things in the order in which they were last put.
fn by_name(answer: &Value) -> Value {
    match answer {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(by_name).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), by_name(value))).collect(),
        other => other.clone(),
    }
}
