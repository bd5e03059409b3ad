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

/// One edge at which one service is slow to hear of another.
struct Edge {
    name: &'static str,
    lags: Lags,
    /// What is refused, or shown, meanwhile.
    refusal: &'static str,
    lasting: Lasting,
}

/// The same refusal about what nobody made lately.
enum Lasting {
    /// What a manifest meets that is applied after another one, and the call that is refused.
    Refused { before: Option<String>, manifest: String, call: &'static str },
    /// There is none: the thing shows itself so for a moment, and never for good.
    Never,
}

/// All of them.
fn edges() -> [Edge; 7] {
    let none = Lags::default;
    let alone = |resources: &str, call| Lasting::Refused {
        before: None,
        manifest: format!("version: 1\nname: trust\n{resources}\n"),
        call,
    };
    let unassumable = "sagemaker: {notebook_instances: {x: {instance_type: ml.t3.medium, role_arn: \
        'arn:aws:iam::111122223333:role/databricks-cross-account-role', ignore: {access-sagemaker-trust: tested}}}}";
    let unregistrable = "databricks: {instance_profiles: {x: {instance_profile_arn: 'arn:aws:iam::111122223333:instance-profile/none'}}}";
    [
        Edge {
            name: "principal in a trust policy",
            lags: Lags { principal: Some(LAG), ..none() },
            refusal: "Invalid principal in policy",
            lasting: alone(&role("AWS: 'arn:aws:iam::111122223333:role/none'", ""), "CreateRole"),
        },
        Edge {
            name: "role to be assumed",
            lags: Lags { assumable: Some(LAG), ..none() },
            refusal: "Could not assume role",
            lasting: alone(unassumable, "CreateNotebookInstance"),
        },
        Edge {
            name: "policy to be attached",
            lags: Lags { attachable: LAG, ..none() },
            refusal: "does not exist or is not attachable",
            lasting: alone(
                &role("Service: ec2.amazonaws.com", ", managed_policies: ['arn:aws:iam::111122223333:policy/none']"),
                "AttachRolePolicy",
            ),
        },
        Edge {
            name: "right to pass a role",
            lags: Lags { pass_role: Some(LAG), ..none() },
            refusal: "You are not authorized",
            lasting: without_right_to_pass(),
        },
        Edge {
            name: "profile in EC2",
            lags: Lags { profile: Some(LAG), ..none() },
            refusal: "Invalid IAM Instance Profile ARN",
            lasting: alone(unregistrable, "instance-profiles/add"),
        },
        Edge {
            name: "id in the place of an ARN",
            lags: Lags { identifier: LAG, ..none() },
            refusal: "AROA",
            lasting: Lasting::Never,
        },
        Edge {
            name: "read after a write",
            lags: Lags { read: LAG, ..none() },
            refusal: "does not show the new role yet",
            lasting: Lasting::Never,
        },
    ]
}

/// A role that trusts somebody, and perhaps more.
fn role(principal: &str, more: &str) -> String {
    let statement = format!("{{Effect: Allow, Principal: {{{principal}}}, Action: sts:AssumeRole}}");
    format!("iam: {{roles: {{x: {{trust_policy: {{Version: '2012-10-17', Statement: [{statement}]}}{more}}}}}}}")
}

/// A profile that is long there, of a role that the workspace's own may not pass.
fn without_right_to_pass() -> Lasting {
    let without = ("Action: iam:PassRole", "Action: iam:GetRole");
    let silenced = ("is_meta_instance_profile: false", "ignore: {access-pass-role: tested}");
    Lasting::Refused {
        before: Some(edited(&until("databricks:\n"), &[without])),
        manifest: edited(&every_kind(), &[without, silenced]),
        call: "instance-profiles/add",
    }
}

/// The manifest of every kind, and a role that trusts another one.
fn with_principal() -> String {
    let trusting = "  instance_profiles:\n    worker: {";
    let role = "    trusting:\n      name: trust-trusting\n      trust_policy:\n        Version: \"2012-10-17\"\n        \
                Statement: [{Effect: Allow, Principal: {AWS: \"${iam.roles.worker.arn}\"}, Action: sts:AssumeRole}]\n\n";
    edited(&every_kind(), &[(trusting, &format!("{role}{trusting}"))])
}

/// Both halves, edge by edge: what this run made is waited for, with the reason shown; the same refusal about what it did not
/// make is final at once.
#[test]
fn what_this_run_made_is_waited_for_at_every_edge_and_nothing_else_is() {
    std::thread::scope(|scope| {
        for edge in edges() {
            scope.spawn(move || {
                is_waited_for(&edge);
                is_final_at_once(&edge);
            });
        }
    });
    let lasting = edges().iter().filter(|edge| matches!(edge.lasting, Lasting::Refused { .. })).count();
    eprintln!(
        "counted: edges that were waited for: {}; told at once where the refusal is for good: {lasting}",
        edges().len()
    );
}

fn is_waited_for(edge: &Edge) {
    let bed = lagging(edge.lags.clone());
    bed.write("reconcile.yaml", &with_principal());
    let ended = bed.succeed(&["apply", "reconcile.yaml"]);
    let told = ended.stderr.lines().any(|line| line.contains("waiting: ") && line.contains(edge.refusal));
    assert!(told, "{}: {}", edge.name, ended.stderr);
    bed.let_everything_age();
    bed.succeed(&["drift", "reconcile.yaml"]);
}

fn is_final_at_once(edge: &Edge) {
    let Lasting::Refused { before, manifest, call } = &edge.lasting else { return };
    let bed = lagging(edge.lags.clone());
    if let Some(before) = before {
        bed.write("reconcile.yaml", before);
        bed.succeed(&["apply", "reconcile.yaml"]);
    }
    bed.let_everything_age();
    bed.sandbox.clear_calls();
    bed.write("reconcile.yaml", manifest);
    let ended = bed.run(&["apply", "reconcile.yaml"]);
    let (name, said) = (edge.name, format!("{}{}", ended.stdout, ended.stderr));
    assert_eq!(ended.code, Some(1), "{name}: {said}");
    assert!(ended.stdout.contains(edge.refusal) && ended.stdout.contains("help: "), "{name}: {said}");
    let calls = bed.sandbox.calls().iter().filter(|made| made.operation == *call).count();
    assert_eq!(calls, 1, "{name}: {call} is not repeated: {said}");
    assert!(!ended.stderr.contains("waiting: "), "{name}: {said}");
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
    eprintln!("counted: mixtures of lags that were waited for: {}", seeds.count() * scenarios::all().len());
}
