//! Services that are slow to hear of one another: what this run made, or one that was killed, is waited for; the same refusal
//! about anything else is final at once.

use std::time::Duration;

use reconcile_sandbox::{Behaviour, Lags};

use crate::bed::{Bed, at_once};
use crate::scenarios::{self, edited, every_kind};

/// Longer than a run takes to get there.
const LAG: u64 = 1_500;

fn lagging(lags: Lags) -> Bed {
    Bed::with(Behaviour { lags, ..at_once() })
}

/// Each edge by itself, with what is refused meanwhile.
fn edges() -> [(&'static str, Lags, &'static str); 7] {
    let none = Lags::default;
    [
        ("principal in a trust policy", Lags { principal: Some(LAG), ..none() }, "Invalid principal in policy"),
        ("role to be assumed", Lags { assumable: Some(LAG), ..none() }, "Could not assume role"),
        ("policy to be attached", Lags { attachable: LAG, ..none() }, "does not exist or is not attachable"),
        ("right to pass a role", Lags { pass_role: Some(LAG), ..none() }, "You are not authorized"),
        ("profile in EC2", Lags { profile: Some(LAG), ..none() }, "Invalid IAM Instance Profile ARN"),
        ("id in the place of an ARN", Lags { identifier: LAG, ..none() }, "AROA"),
        ("read after a write", Lags { read: LAG, ..none() }, "does not show the new role yet"),
    ]
}

/// The manifest of every kind, and a role that trusts another one.
fn with_principal() -> String {
    let trusting = "  instance_profiles:\n    worker: {";
    let role = "    trusting:\n      name: trust-trusting\n      trust_policy:\n        Version: \"2012-10-17\"\n        \
                Statement: [{Effect: Allow, Principal: {AWS: \"${iam.roles.worker.arn}\"}, Action: sts:AssumeRole}]\n\n";
    edited(&every_kind(), &[(trusting, &format!("{role}{trusting}"))])
}

#[test]
fn what_this_run_made_is_waited_for_at_every_edge() {
    std::thread::scope(|scope| {
        for (edge, lags, refusal) in edges() {
            scope.spawn(move || {
                let bed = lagging(lags);
                bed.write("reconcile.yaml", &with_principal());
                let ended = bed.succeed(&["apply", "reconcile.yaml"]);
                let told = ended.stderr.lines().any(|line| line.contains("waiting: ") && line.contains(refusal));
                assert!(told, "{edge}: {}", ended.stderr);
                bed.let_everything_age();
                bed.succeed(&["drift", "reconcile.yaml"]);
            });
        }
    });
    eprintln!("edges that were waited for: {}", edges().len());
}

/// What the last run made is as new to this one, as the dates of the services tell.
#[test]
fn what_a_run_that_was_killed_made_is_waited_for_too() {
    let killed_before = |lags: Lags, operation: &str, refusal: &str| {
        let bed = lagging(lags);
        bed.write("reconcile.yaml", &every_kind());
        let creation = scenarios::all().into_iter().next().expect("the creation");
        let place = place_of(operation);
        let killed = bed.kill_at(&creation.line(), place, false).expect("it gets there");
        assert!(killed.ends_with(operation), "{killed}");
        let ended = bed.succeed(&["apply", "reconcile.yaml"]);
        let told = ended.stderr.lines().any(|line| line.contains("waiting: ") && line.contains(refusal));
        assert!(told, "{operation}: {}", ended.stderr);
    };
    let slow = 8_000;
    killed_before(Lags { assumable: Some(slow), ..Lags::default() }, "CreateNotebookInstance", "Could not assume role");
    killed_before(
        Lags { profile: Some(slow), ..Lags::default() },
        "instance-profiles/add",
        "Invalid IAM Instance Profile ARN",
    );
}

/// Which writing call of the creation it is, one call at a time.
fn place_of(operation: &str) -> u32 {
    let bed = Bed::new();
    bed.write("reconcile.yaml", &every_kind());
    bed.succeed(&["apply", "reconcile.yaml", "--parallelism=1"]);
    let writes = bed.take_writes();
    let place = writes.iter().position(|call| call.ends_with(&format!(":{operation}"))).expect("it is made");
    u32::try_from(place).expect("a small number")
}

/// A trust policy, and a right to pass a role, that this run changes count as new, however old the roles are.
#[test]
fn what_this_run_changed_is_waited_for() {
    let both = "[ec2.amazonaws.com, sagemaker.amazonaws.com]";
    let steps = [
        (
            Lags { assumable: Some(LAG), ..Lags::default() },
            edited(&until("sagemaker:\n"), &[(both, "ec2.amazonaws.com")]),
            "Could not assume role",
        ),
        (
            Lags { pass_role: Some(LAG), ..Lags::default() },
            edited(&until("databricks:\n"), &[("Action: iam:PassRole", "Action: iam:GetRole")]),
            "You are not authorized",
        ),
    ];
    for (lags, before, refusal) in steps {
        let bed = lagging(lags);
        bed.write("reconcile.yaml", &before);
        bed.succeed(&["apply", "reconcile.yaml"]);
        bed.let_everything_age();
        bed.write("reconcile.yaml", &every_kind());
        let ended = bed.succeed(&["apply", "reconcile.yaml"]);
        let told = ended.stderr.lines().any(|line| line.contains("waiting: ") && line.contains(refusal));
        assert!(told, "{refusal}: {}", ended.stderr);
    }
}

/// The manifest of every kind as far as one section.
fn until(section: &str) -> String {
    let manifest = every_kind();
    let (before, _) = manifest.split_once(&format!("\n{section}")).expect("it is there");
    before.to_owned()
}

/// The same refusals about what nobody made lately.
#[test]
fn what_this_run_did_not_make_is_refused_at_once() {
    let trust = "trust_policy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]}";
    let none = "arn:aws:iam::111122223333:role/none";
    let cases = [
        (
            format!("iam: {{roles: {{x: {{trust_policy: {{Version: '2012-10-17', Statement: [{{Effect: Allow, Principal: {{AWS: '{none}'}}, Action: sts:AssumeRole}}]}}}}}}}}"),
            "CreateRole",
            "Invalid principal in policy",
        ),
        (
            format!("iam: {{roles: {{x: {{{trust}, managed_policies: ['arn:aws:iam::111122223333:policy/none']}}}}}}"),
            "AttachRolePolicy",
            "does not exist or is not attachable",
        ),
        (
            "sagemaker: {notebook_instances: {x: {instance_type: ml.t3.medium, role_arn: 'arn:aws:iam::111122223333:role/databricks-cross-account-role', ignore: {access-sagemaker-trust: tested}}}}".to_owned(),
            "CreateNotebookInstance",
            "Could not assume role",
        ),
        (
            "databricks: {instance_profiles: {x: {instance_profile_arn: 'arn:aws:iam::111122223333:instance-profile/none'}}}".to_owned(),
            "instance-profiles/add",
            "Invalid IAM Instance Profile ARN",
        ),
    ];
    for (resources, operation, refusal) in cases {
        let bed = Bed::new();
        bed.write("reconcile.yaml", &format!("version: 1\nname: trust\n{resources}\n"));
        let ended = bed.run(&["apply", "reconcile.yaml"]);
        assert_eq!(ended.code, Some(1), "{operation}\n{}{}", ended.stdout, ended.stderr);
        assert!(ended.stdout.contains(refusal) && ended.stdout.contains("help: "), "{}", ended.stdout);
        let calls = bed.sandbox.calls().iter().filter(|call| call.operation == operation).count();
        assert_eq!(calls, 1, "{operation} is not repeated");
        assert!(!ended.stderr.contains("waiting: "), "{}", ended.stderr);
    }
}

/// Everything lags at once, each thing by as much as a seed draws for it.
#[test]
fn any_mixture_of_lags_is_waited_for() {
    let seeds = 1..=8;
    std::thread::scope(|scope| {
        for seed in seeds.clone() {
            scope.spawn(move || {
                let (edge, identifier) = (Some(LAG), LAG / 2);
                let lags = Lags {
                    seed: Some(seed),
                    principal: edge,
                    assumable: edge,
                    pass_role: edge,
                    profile: edge,
                    attachable: LAG,
                    identifier,
                    read: LAG / 2,
                    recreation: LAG,
                    release: LAG,
                };
                let bed = lagging(lags);
                for scenario in scenarios::all() {
                    bed.sandbox.restore(&Bed::new().sandbox.state()).expect("an empty world");
                    scenario.prepare(&bed);
                    let ended = bed.run(&scenario.line());
                    let name = scenario.name;
                    assert_eq!(ended.code, Some(0), "seed {seed}, {name}\n{}{}", ended.stdout, ended.stderr);
                    bed.sandbox.pass(Duration::from_mins(10));
                    bed.sandbox.clear_calls();
                    bed.succeed(&scenario.line());
                    assert_eq!(bed.take_writes(), [""; 0], "seed {seed}, {name}");
                }
            });
        }
    });
    eprintln!("mixtures of lags that were waited for: {}", seeds.count() * scenarios::all().len());
}
