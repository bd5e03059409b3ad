//! `undo`: back to what the journal tells, for all eight kinds.

use crate::bench::{ALLOW, Bench};
use crate::support::process::Ended;

#[test]
fn what_a_run_made_is_unmade_and_can_be_made_again() {
    let bench = Bench::new();
    let nothing = bench.world();
    bench.ends("apply --yes -q --journal log", 0);
    let all = bench.world();
    bench.sandbox.take_writes();
    let Ended { stdout: plan, stderr: refused, .. } = bench.plainly_ends("undo log --yes", 3);
    assert!(plan.contains("To apply this plan, add --allow interrupt,delete,data-loss"), "{plan}");
    assert!(refused.contains("allow it by `--allow interrupt,delete,data-loss`"), "{refused}");
    // Nobody can be asked: it is shown all the same.
    let Ended { stdout: plan, stderr: refused, .. } = bench.plainly_ends(&format!("undo log {ALLOW}"), 3);
    assert!(plan.contains("iam:DeleteRole") && !plan.contains("To apply this plan"), "{plan}");
    assert!(refused.contains("there is no terminal to ask on whether to apply"), "{refused}");
    let elsewhere = bench.plainly_ends(&format!("undo log --yes --sandbox {ALLOW}"), 3).stderr;
    assert!(elsewhere.contains("was on the real account and workspace, not on the sandbox"), "{elsewhere}");
    assert_eq!(bench.sandbox.take_writes(), [""; 0], "a refused undo writes nothing");
    bench.plainly_ends(&format!("undo log --yes -q --journal back {ALLOW}"), 0);
    assert_same(&without_folders(bench.world()), &without_folders(nothing));
    // And back again: all but the secret, which is said.
    let redo = bench.plainly_ends(&format!("undo back --yes {ALLOW}"), 0);
    assert!(
        redo.stdout.contains("secrets are not recorded: spark_env_vars.TOKEN does not come back"),
        "{}",
        redo.stdout
    );
    bench.ends(&format!("apply --yes -q {ALLOW}"), 0);
    assert_same(&without_folders(bench.world()), &without_folders(all));
}

#[test]
fn what_a_run_changed_goes_back_bit_for_bit() {
    let bench = Bench::new();
    bench.ends("apply --yes -q", 0);
    let before = bench.world();
    for (file, then, now) in [
        ("reconcile.yaml", "description: first", "description: second"),
        ("reconcile.yaml", "s3:::a/*", "s3:::b/*"),
        ("start.sh", "echo one", "echo two"),
        ("reconcile.yaml", "ml.t3.medium", "ml.t3.large"),
        ("reconcile.yaml", "num_workers: 1", "num_workers: 3"),
        ("reconcile.yaml", "autotermination_minutes: 60", "autotermination_minutes: 90"),
        ("reconcile.yaml", "purpose: tests}", "purpose: other}"),
        ("it.py", "print(1)", "print(2)"),
        ("policy.json", "s3:GetObject", "s3:PutObject"),
    ] {
        bench.edit(file, then, now);
    }
    bench.ends(&format!("apply --yes -q --journal log {ALLOW}"), 0);
    assert_ne!(without_versions(bench.world()), without_versions(before.clone()));
    let plan = bench.plainly_ends(&format!("undo log --yes --format json {ALLOW}"), 0).stdout;
    let plan: serde_json::Value = serde_json::from_str(&plan).expect("JSON");
    assert_eq!(plan["summary"]["update"], 7, "{}", plan["summary"]);
    assert_same(&without_versions(bench.world()), &without_versions(before));
    let nothing = bench.plainly_ends(&format!("undo log --yes {ALLOW}"), 0).stdout;
    assert!(nothing.contains("it is as it was before that run already"), "{nothing}");
}

#[test]
fn what_a_destroy_took_is_made_again() {
    let bench = Bench::new();
    bench.ends("apply --yes -q", 0);
    let before = bench.world();
    bench.ends(&format!("destroy --yes -q --journal log {ALLOW}"), 0);
    let undone = bench.plainly_ends(&format!("undo log --yes {ALLOW}"), 0).stdout;
    for lost in ["its volume is a new one", "it gets another id", "grants of it to groups do not come back"] {
        assert!(undone.contains(lost), "{lost}: {undone}");
    }
    bench.ends(&format!("apply --yes -q {ALLOW}"), 0);
    assert_same(&without_folders(bench.world()), &without_folders(before));
}

#[test]
fn what_others_have_changed_since_is_told_and_only_then_written_over() {
    let bench = Bench::new();
    bench.ends("apply --yes -q", 0);
    bench.edit("reconcile.yaml", "description: first", "description: second");
    bench.ends("apply --yes -q --journal log", 0);
    bench.sandbox.iam("UpdateRole", &[("RoleName", "lab-role"), ("Description", "theirs")]);
    bench.sandbox.take_writes();
    let refused = bench.plainly_ends("undo log --yes", 3);
    let told = "description has changed since that run, by others: it was \"second\", and is \"theirs\"";
    assert!(refused.stdout.replace("\n      ", " ").contains(told), "{}", refused.stdout);
    assert_eq!(bench.sandbox.take_writes(), [""; 0]);
    bench.plainly_ends("undo log --yes -q --allow overwrite", 0);
    assert_eq!(bench.sandbox.take_writes(), ["iam:UpdateRole"]);
    bench.edit("reconcile.yaml", "description: second", "description: first");
    bench.ends("drift -q", 0);
}

#[test]
fn a_run_and_a_part_of_it_can_be_named() {
    let bench = Bench::new();
    bench.ends("apply --yes -q --journal log", 0);
    let first = bench.journal("log")[0]["run"].as_str().expect("text").to_owned();
    bench.edit("reconcile.yaml", "description: first", "description: second");
    bench.edit("start.sh", "echo one", "echo two");
    bench.ends("apply --yes -q --journal log", 0);
    bench.sandbox.take_writes();
    bench.plainly_ends("undo log --yes -q --only iam.roles.*", 0);
    assert_eq!(bench.sandbox.take_writes(), ["iam:UpdateRole"], "the last run is meant");
    bench.plainly_ends(&format!("undo log --yes -q --run {first} {ALLOW}"), 0);
    let unknown = bench.plainly_ends("undo log --yes --run nonsense", 64).stderr;
    assert!(unknown.contains(&first), "{unknown}");
    let typo = bench.plainly_ends("undo log --yes --only iam.rolls.*", 64).stderr;
    assert!(typo.contains("matches no resource"), "{typo}");
    let none = bench.plainly_ends("undo reconcile.yaml --yes", 1).stderr;
    assert!(none.contains("is no line of a journal"), "{none}");
}

/// The manifest is not read for an undo; that it protects something is on record.
#[test]
fn what_the_manifest_protects_is_not_unmade() {
    let bench = Bench::new();
    bench.edit("reconcile.yaml", "name: lab-policy,", "name: lab-policy, protect: true,");
    bench.edit("reconcile.yaml", "      description: first", "      protect: true\n      description: first");
    bench.ends("apply --yes -q --journal log", 0);
    bench.sandbox.take_writes();
    let refused = bench.plainly_ends(&format!("undo log --yes {ALLOW}"), 3);
    for name in ["lab-policy", "lab-role"] {
        let told = format!("`{name}` would be deleted, and the manifest of that run said `protect: true` of it");
        assert!(refused.stdout.replace("\n      ", " ").contains(&told), "{}", refused.stdout);
    }
    assert_eq!(bench.sandbox.take_writes(), [""; 0], "a refused undo writes nothing");
    bench.plainly_ends(&format!("undo log --yes -q --only databricks.* {ALLOW}"), 0);
    // What can go back in place does.
    bench.edit("reconcile.yaml", "description: first", "description: second");
    bench.ends(&format!("apply --yes -q --only iam.* --journal second {ALLOW}"), 0);
    bench.sandbox.take_writes();
    bench.plainly_ends("undo second --yes -q", 0);
    assert_eq!(bench.sandbox.take_writes(), ["iam:UpdateRole"]);
}

/// One run may be of several manifests, and is undone as a whole.
#[test]
fn a_run_of_several_manifests_is_undone_as_a_whole() {
    let bench = Bench::new();
    let trust = "{Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]}";
    let manifest = |name: &str| {
        format!(
            "version: 1\nname: {name}\niam:\n  roles:\n    same: {{name: {name}-role, description: first, trust_policy: {trust}}}\n"
        )
    };
    bench.write("a.yaml", &manifest("one"));
    bench.write("b.yaml", &manifest("two"));
    let nothing = bench.world();
    bench.plainly_ends("apply a.yaml b.yaml --yes -q --journal log", 0);
    let both = bench.world();
    for file in ["a.yaml", "b.yaml"] {
        bench.edit(file, "description: first", "description: second");
    }
    bench.plainly_ends("apply a.yaml b.yaml --yes -q --journal log", 0);
    bench.sandbox.take_writes();
    bench.plainly_ends("undo log --yes -q", 0);
    assert_eq!(bench.sandbox.take_writes(), ["iam:UpdateRole"; 2]);
    assert_same(&bench.world(), &both);
    let first = bench.journal("log")[0]["run"].as_str().expect("text").to_owned();
    bench.plainly_ends(&format!("undo log --yes -q --run {first} {ALLOW}"), 0);
    assert_same(&bench.world(), &nothing);
}

#[track_caller]
fn assert_same(found: &serde_json::Value, wanted: &serde_json::Value) {
    let page = |value| serde_json::to_string_pretty(value).expect("JSON");
    let (found, wanted) = (page(found), page(wanted));
    let differing = found.lines().zip(wanted.lines()).find(|(found, wanted)| found != wanted);
    assert!(found == wanted, "{differing:?}\n--- found\n{found}\n--- wanted\n{wanted}");
}

/// A folder that was made for a notebook stays, and what was left to its default is said when it is made again.
fn without_folders(mut world: serde_json::Value) -> serde_json::Value {
    strip(&mut world, &["/Shared/lab", "is_meta_instance_profile"]);
    world
}

/// A policy's versions are numbered on: what is in force is compared by the plans.
fn without_versions(mut world: serde_json::Value) -> serde_json::Value {
    strip(&mut world, &["versions", "default_version", "next_version"]);
    world
}

fn strip(value: &mut serde_json::Value, keys: &[&str]) {
    match value {
        serde_json::Value::Object(members) => {
            members.retain(|key, _| !keys.contains(&key.as_str()));
            members.values_mut().for_each(|value| strip(value, keys));
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(|value| strip(value, keys)),
        _ => {}
    }
}
