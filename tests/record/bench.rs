//! One manifest with all eight kinds, a sandbox in which nothing takes time, and the binary.

use std::path::PathBuf;

use reconcile_sandbox::{Behaviour, Config};
use serde_json::Value;

use crate::support::process::Ended;
use crate::support::reconcile::Reconcile;
use crate::support::sandbox::TestSandbox;

/// The secret that is nowhere to be found.
pub(crate) const SECRET: &str = "hunter2";

/// Every hazard that there is.
pub(crate) const ALLOW: &str = "--allow=interrupt,replace,delete,data-loss,overwrite,mass-change";

const MANIFEST: &str = r#"
version: 1
name: lab
variables: {token: null, purpose: tests}
tags: {purpose: "${var.purpose}"}
iam:
  policies:
    p: {name: lab-policy, document: {file: policy.json}}
  roles:
    r:
      name: lab-role
      description: first
      trust_policy:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: [ec2.amazonaws.com, sagemaker.amazonaws.com]}, Action: "sts:AssumeRole"}]
      managed_policies: ["${iam.policies.p.arn}"]
      inline_policies:
        own: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::a/*"]}]}
    workspace:
      name: databricks-cross-account-role
      existing: true
      inline_policies:
        pass: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: ["iam:PassRole"], Resource: ["${iam.roles.r.arn}"]}]}
  instance_profiles:
    i: {name: lab-role, role: "${iam.roles.r.name}"}
sagemaker:
  lifecycle_configs:
    l: {name: lab-config, on_start: {file: start.sh}}
  notebook_instances:
    n: {name: lab-instance, instance_type: ml.t3.medium, role_arn: "${iam.roles.r.arn}", lifecycle_config_name: "${sagemaker.lifecycle_configs.l.name}"}
databricks:
  instance_profiles:
    d: {instance_profile_arn: "${iam.instance_profiles.i.arn}"}
  clusters:
    c:
      name: lab-cluster
      spark_version: 16.4.x-scala2.12
      node_type_id: i3.xlarge
      num_workers: 1
      autotermination_minutes: 60
      aws_attributes: {instance_profile_arn: "${iam.instance_profiles.i.arn}"}
      spark_env_vars: {TOKEN: "${var.token}"}
  notebooks:
    b: {path: /Shared/lab/it, source: it.py, language: PYTHON}
"#;

const POLICY: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lab/*"}]}"#;

/// The manifest in a folder, a sandbox, and the binary that knows both.
pub(crate) struct Bench {
    pub(crate) sandbox: TestSandbox,
    reconcile: Reconcile,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self::with(Config::default())
    }

    pub(crate) fn with(config: Config) -> Self {
        let sandbox = TestSandbox::start(Config { behaviour: Behaviour::at_once(), ..config });
        let bench = Self { reconcile: Reconcile::new(sandbox.environment()), sandbox };
        bench.write("reconcile.yaml", MANIFEST);
        bench.write("policy.json", POLICY);
        bench.write("start.sh", "#!/bin/sh\necho one\n");
        bench.write("it.py", "# Databricks notebook source\nprint(1)\n");
        bench
    }

    pub(crate) fn path(&self, file: &str) -> PathBuf {
        self.reconcile.home().join(file)
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        std::fs::write(self.path(file), text).expect("written");
    }

    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).expect("read")
    }

    /// Replaces a text that the file has exactly once.
    pub(crate) fn edit(&self, file: &str, before: &str, after: &str) {
        let text = self.read(file);
        assert_eq!(text.matches(before).count(), 1, "{before} in {file}");
        self.write(file, &text.replace(before, after));
    }

    /// Runs a command line, with the secret variable where `with_token`.
    fn run_with(&self, line: &str, with_token: bool) -> Ended {
        let token = format!("token={SECRET}");
        let mut words: Vec<_> = line.split_whitespace().collect();
        if with_token {
            words.extend(["--var", &token]);
        }
        self.reconcile.run(&words)
    }

    /// Runs a command line.
    pub(crate) fn run(&self, line: &str) -> Ended {
        self.run_with(line, false)
    }

    /// Runs a command line that takes the manifest's variables; it has to end with the given code.
    #[track_caller]
    pub(crate) fn ends(&self, line: &str, code: i32) -> Ended {
        let ended = self.run_with(line, true);
        assert_eq!(ended.code, Some(code), "{line}\n{}\n{}", ended.stdout, ended.stderr);
        ended
    }

    /// Runs a command line without variables; it has to end with the given code.
    #[track_caller]
    pub(crate) fn plainly_ends(&self, line: &str, code: i32) -> Ended {
        let ended = self.run(line);
        assert_eq!(ended.code, Some(code), "{line}\n{}\n{}", ended.stdout, ended.stderr);
        ended
    }

    /// The lines of a journal.
    pub(crate) fn journal(&self, file: &str) -> Vec<Value> {
        self.read(file).lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
    }

    /// The sandbox's world, without what no call can bring back: ids, times, and what the services count.
    pub(crate) fn world(&self) -> Value {
        let mut world: Value = serde_json::from_str(&self.sandbox.state_text()).expect("JSON");
        forget(&mut world);
        world
    }
}

/// Forgets what is another one each time a thing is made.
fn forget(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|key, _| {
                let key = key.to_ascii_lowercase();
                // Numbers that only ever grow.
                if ["id", "identifiers", "latest_version"].contains(&key.as_str()) {
                    return false;
                }
                let passing = ["_id", "date", "time", "_at", "token", "serial", "modified", "created", "events", "log"];
                !passing.iter().any(|part| key.contains(part)) || key.contains("timeout")
            });
            members.values_mut().for_each(forget);
        }
        Value::Array(items) => items.iter_mut().for_each(forget),
        // Milliseconds since 1970: when a policy was attached.
        Value::Number(number) if number.as_u64().is_some_and(|number| number > 1_000_000_000_000) => {
            *value = Value::Null;
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
