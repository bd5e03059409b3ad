//! An account on moto, a workspace in the sandbox, and the binary pointed at both.

use serde_json::{Value, json};

use crate::support::aws_cli::AwsCli;
use crate::support::lab::WORKSPACE_ROLE;
use crate::support::moto::Moto;
use crate::support::plan_json;
use crate::support::process::{Ended, Environment};
use crate::support::reconcile::Reconcile;
use crate::support::sandbox::TestSandbox;

/// Both servers, and who calls them.
pub(crate) struct Cloud {
    pub(crate) moto: Moto,
    pub(crate) workspace: TestSandbox,
    pub(crate) aws: AwsCli,
    pub(crate) reconcile: Reconcile,
}

impl Cloud {
    /// An empty account and an empty workspace.
    pub(crate) fn empty() -> Self {
        let (moto, workspace) = (Moto::start(), TestSandbox::workspace_only());
        let reconcile = Reconcile::new(environment(&moto, &workspace));
        Self { aws: moto.aws_cli(), moto, workspace, reconcile }
    }

    /// An account with the workspace's role, as whoever set the workspace up left it behind.
    pub(crate) fn with_workspace_role() -> Self {
        let cloud = Self::empty();
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::414351767826:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"sts:ExternalId": "9f3c1f1e-0000-4000-8000-000000000000"}},
            }],
        });
        let name = ("role-name", WORKSPACE_ROLE);
        let trust = trust.to_string();
        let options = [
            name,
            ("assume-role-policy-document", trust.as_str()),
            ("description", "Theirs"),
            ("tags", "Key=by,Value=them"),
        ];
        cloud.aws.call("iam create-role", &options);
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": ["ec2:RunInstances"], "Resource": ["*"]}],
        });
        let policy = policy.to_string();
        let options = [name, ("policy-name", "databricks-cross-account-policy"), ("policy-document", policy.as_str())];
        cloud.aws.call("iam put-role-policy", &options);
        cloud.aws.call("iam attach-role-policy", &[name, ("policy-arn", "arn:aws:iam::aws:policy/ReadOnlyAccess")]);
        cloud
    }

    /// Runs the binary and expects it to end with this code.
    pub(crate) fn run(&self, arguments: &[&str], code: i32) -> Ended {
        ended(&self.reconcile, arguments, code)
    }

    /// Runs the binary as [`Cloud::run`] and reads the plan that it prints.
    pub(crate) fn plan(&self, arguments: &[&str], code: i32) -> Value {
        plan(&self.run(arguments, code))
    }

    /// The names of the calls since the last time that write, sorted, because independent ones are sent at once.
    pub(crate) fn take_writes(&self) -> Vec<String> {
        let mut writes = [self.moto.take_writes(), self.workspace.take_writes()].concat();
        writes.sort_unstable();
        writes
    }

    /// All that the account holds, as the AWS CLI sees it.
    pub(crate) fn account(&self) -> Value {
        let details = [("filter", r#"["Role","User","Group","LocalManagedPolicy"]"#)];
        json!([
            self.aws.call("iam get-account-authorization-details", &details),
            // Only these tell descriptions, session durations, and the tags of instance profiles.
            self.aws.call("iam list-roles", &[]),
            self.aws.call("iam list-instance-profiles", &[]),
            self.aws.call("sagemaker list-notebook-instances", &[]),
        ])
    }
}

/// What points the binary at both servers.
pub(crate) fn environment(moto: &Moto, workspace: &TestSandbox) -> Environment {
    [moto.environment(), workspace.environment()].concat()
}

/// Runs a binary and expects it to end with this code.
pub(crate) fn ended(reconcile: &Reconcile, arguments: &[&str], code: i32) -> Ended {
    let ended = reconcile.run(arguments);
    assert_eq!(ended.code, Some(code), "{arguments:?}\n{}\n{}", ended.stdout, ended.stderr);
    ended
}

/// The plan that a run printed as JSON.
pub(crate) fn plan(ended: &Ended) -> Value {
    plan_json::checked(&ended.stdout)
}

/// The resource of a plan with this address.
pub(crate) fn resource<'a>(plan: &'a Value, address: &str) -> &'a Value {
    let resources = plan["resources"].as_array().expect("resources");
    resources.iter().find(|resource| resource["address"] == address).unwrap_or_else(|| panic!("no {address} in {plan}"))
}
