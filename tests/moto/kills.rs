//! Killed at its calls, on a server that others wrote: the same run again ends in the world of an undisturbed one.

use std::collections::VecDeque;
use std::process::Stdio;
use std::sync::Mutex;

use serde_json::json;

use crate::support::behind::Hand;
use crate::support::gate::{Gate, Hold};
use crate::support::moto::Moto;
use crate::support::process::{DEADLINE, Ended, Environment, RUNTIME, clean_command, run};
use crate::support::sandbox::TestSandbox;

/// How many servers work side by side.
const AT_ONCE: usize = 2;

const MANIFEST: &str = r#"
version: 1
name: killed
providers: {aws: {region: us-east-1}}
tags: {team: data}
iam:
  policies:
    read:
      document: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: s3:GetObject, Resource: "arn:aws:s3:::lab/*"}]}
  roles:
    worker:
      path: /lab/
      description: Works
      trust_policy:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: [ec2.amazonaws.com, sagemaker.amazonaws.com]}, Action: sts:AssumeRole}]
      managed_policies: ["${iam.policies.read.arn}"]
      inline_policies:
        own: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: s3:PutObject, Resource: "arn:aws:s3:::lab/*"}]}
  instance_profiles:
    worker: {path: /lab/, role: "${iam.roles.worker.name}"}
sagemaker:
  notebook_instances:
    worker: {instance_type: ml.t3.medium, role_arn: "${iam.roles.worker.arn}", volume_size_in_gb: 20}
"#;

/// What drifts in place.
const DRIFT: [(&str, &str); 5] = [
    ("Action: s3:GetObject", "Action: s3:GetObjectTagging"),
    ("description: Works", "description: Rests"),
    ("managed_policies: [\"${iam.policies.read.arn}\"]", "managed_policies: [AmazonS3ReadOnlyAccess]"),
    ("        own: {", "        other: {"),
    ("role: \"${iam.roles.worker.name}\"", "role: null"),
];

/// What can only be made anew: the role, the profile, the instance.
const ANEW: [(&str, &str); 3] = [
    ("path: /lab/\n", "path: /moved/\n"),
    ("{path: /lab/,", "{path: /moved/,"),
    ("volume_size_in_gb: 20", "volume_size_in_gb: 10"),
];

struct Scenario {
    name: &'static str,
    before: Option<String>,
    manifest: String,
    command: &'static str,
}

fn edited(edits: &[(&str, &str)]) -> String {
    edits.iter().fold(MANIFEST.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from}");
        text.replace(from, to)
    })
}

fn scenarios() -> [Scenario; 4] {
    let manifest = MANIFEST.to_owned();
    [
        Scenario { name: "creation", before: None, manifest: manifest.clone(), command: "apply" },
        Scenario { name: "repair", before: Some(edited(&DRIFT)), manifest: manifest.clone(), command: "apply" },
        Scenario { name: "replacement", before: Some(manifest.clone()), manifest: edited(&ANEW), command: "apply" },
        Scenario { name: "destruction", before: Some(manifest.clone()), manifest, command: "destroy" },
    ]
}

/// A server, and a folder for the manifest.
struct Bed {
    moto: Moto,
    workspace: TestSandbox,
    home: tempfile::TempDir,
}

impl Bed {
    fn new() -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        Self { moto: Moto::start(), workspace: TestSandbox::workspace_only(), home }
    }

    fn command(&self, environment: &Environment, command: &str) -> tokio::process::Command {
        let mut child = clean_command(env!("CARGO_BIN_EXE_reconcile"), self.home.path(), environment);
        child.args([command, "--yes", "--allow=interrupt,replace,delete,data-loss,overwrite,mass-change"]);
        child.arg("--parallelism=1");
        child
    }

    fn run(&self, command: &str) -> Ended {
        run(&mut self.command(&self.moto.environment(), command))
    }

    fn succeed(&self, command: &str) {
        let ended = self.run(command);
        assert_eq!(ended.code, Some(0), "{command}\n{}{}", ended.stdout, ended.stderr);
    }

    /// Makes the account what it is before the run.
    fn prepare(&self, scenario: &Scenario) {
        self.moto.reset();
        let path = self.home.path().join("reconcile.yaml");
        if let Some(before) = &scenario.before {
            std::fs::write(&path, before).expect("written");
            self.succeed("apply");
        }
        std::fs::write(&path, &scenario.manifest).expect("written");
        self.moto.take_calls();
    }

    /// Runs to the call that is held, and kills it there; returns the call's name.
    fn kill(&self, command: &str, hold: Hold) -> Option<String> {
        let mut gate = Gate::before(self.moto.url(), hold);
        let mut environment = self.moto.environment();
        environment.retain(|(name, _)| name != "AWS_ENDPOINT_URL");
        environment.push(("AWS_ENDPOINT_URL".to_owned(), gate.url().to_owned()));
        RUNTIME.block_on(async {
            let mut child = self.command(&environment, command);
            let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
            let met = async {
                tokio::select! {
                    name = gate.held() => Some(name),
                    _ended = child.wait() => None,
                }
            };
            let met = tokio::time::timeout(DEADLINE, met).await.expect("a call or an end, in time");
            child.kill().await.expect("killed");
            met
        })
    }

    /// What the account holds, by name: each thing with all that hangs on it.
    fn account(&self) -> Vec<String> {
        let hand = self.moto.hand(&self.workspace);
        let mut all = members(
            &hand.iam("GetAccountAuthorizationDetails", &[("Filter.member.1", "Role")]),
            &[
                "RoleName",
                "Path",
                "PolicyName",
                "PolicyArn",
                "InstanceProfileName",
                "PolicyDocument",
                "AssumeRolePolicyDocument",
            ],
        );
        all.extend(members(&hand.iam("ListRoles", &[]), &["Description", "RoleName"]));
        all.extend(members(&hand.iam("ListPolicies", &[("Scope", "Local")]), &["Arn"]));
        all.extend(members(&hand.iam("ListInstanceProfiles", &[]), &["InstanceProfileName", "Path", "RoleName"]));
        all.extend(instances(&hand));
        all
    }
}

/// The texts of an answer's elements of these names.
fn members(answer: &str, names: &[&str]) -> Vec<String> {
    let pieces = answer.split('<').filter_map(|piece| piece.split_once('>'));
    pieces.filter(|(name, _)| names.contains(name)).map(|(name, text)| format!("{name} {text}")).collect()
}

fn instances(hand: &Hand) -> Vec<String> {
    let all: serde_json::Value =
        serde_json::from_str(&hand.sagemaker("ListNotebookInstances", &json!({}))).expect("JSON");
    let all = all["NotebookInstances"].as_array().expect("a list").clone();
    all.iter()
        .map(|one| {
            let name = json!({"NotebookInstanceName": one["NotebookInstanceName"]});
            let told: serde_json::Value =
                serde_json::from_str(&hand.sagemaker("DescribeNotebookInstance", &name)).expect("JSON");
            let tags = hand.sagemaker("ListTags", &json!({"ResourceArn": told["NotebookInstanceArn"]}));
            let told =
                ["NotebookInstanceName", "NotebookInstanceStatus", "VolumeSizeInGB", "RoleArn"].map(|name| &told[name]);
            format!("{told:?} {tags}")
        })
        .collect()
}

/// Each call is a point, before or after its effect in turn.
#[test]
fn a_run_that_is_killed_is_finished_by_the_next_one() {
    let scenarios = scenarios();
    let mut survived = 0;
    let beds: Vec<_> = (0..AT_ONCE).map(|_| Bed::new()).collect();
    for scenario in &scenarios {
        let first = beds.first().expect("a server");
        first.prepare(scenario);
        first.succeed(scenario.command);
        let calls = first.moto.take_writes().len();
        let undisturbed = first.account();
        let points = (0..u32::try_from(calls).expect("few")).map(|place| Hold { place, after_effect: place % 2 == 1 });
        let queue = Mutex::new(points.collect::<VecDeque<_>>());
        let lost = Mutex::new(Vec::new());
        std::thread::scope(|threads| {
            for bed in &beds {
                let (queue, lost, undisturbed) = (&queue, &lost, &undisturbed);
                threads.spawn(move || {
                    let next = || queue.lock().expect("no panic while it is held").pop_front();
                    while let Some(hold) = next() {
                        let why = survive(bed, scenario, hold, undisturbed).err();
                        lost.lock().expect("no panic while it is held").extend(why);
                    }
                });
            }
        });
        let lost = lost.into_inner().expect("no panic while it was held");
        assert!(lost.is_empty(), "{} of {calls} not survived:\n{}", lost.len(), lost.join("\n"));
        eprintln!("counted: {}: {calls} kill points survived", scenario.name);
        survived += calls;
    }
    eprintln!("counted: kill points survived on moto: {survived} of {survived}");
}

fn survive(bed: &Bed, scenario: &Scenario, hold: Hold, undisturbed: &[String]) -> Result<(), String> {
    let name = scenario.name;
    bed.prepare(scenario);
    let killed = bed.kill(scenario.command, hold).ok_or_else(|| format!("{name}: {hold:?} was never reached"))?;
    let next = bed.run(scenario.command);
    let account = bed.account();
    bed.moto.take_calls();
    let last = bed.run(scenario.command);
    let writes = bed.moto.take_writes();
    if next.code == Some(0) && last.code == Some(0) && account == undisturbed && writes.is_empty() {
        return Ok(());
    }
    let said = format!("{}{}{}{}", next.stdout, next.stderr, last.stdout, last.stderr);
    Err(format!(
        "{name}, killed at {killed} {hold:?}: codes {:?} and {:?}, the last one writes {writes:?}\n{account:#?}\n\
         undisturbed:\n{undisturbed:#?}\n{said}",
        next.code, last.code
    ))
}
