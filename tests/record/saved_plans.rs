//! `plan --out` and `apply FILE`.

use crate::bench::{ALLOW, Bench, SECRET};

/// A saved plan of the first apply.
fn saved() -> Bench {
    let bench = Bench::new();
    bench.ends("plan --out lab.plan -q", 0);
    bench.sandbox.take_writes();
    bench
}

#[test]
fn a_saved_plan_is_applied_as_it_was_shown() {
    let bench = Bench::new();
    let shown = bench.ends("plan --out lab.plan --format json", 0).stdout;
    assert_eq!(bench.sandbox.take_writes(), [""; 0], "a plan writes nothing");
    let text = bench.read("lab.plan");
    assert!(!text.contains(SECRET), "no secret is saved");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(bench.path("lab.plan")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let applied = bench.ends("apply lab.plan --yes --format json", 0).stdout;
    let calls = |text: &str| {
        let plan: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let resources = plan["resources"].as_array().expect("resources").clone();
        let operations =
            resources.iter().flat_map(|resource| resource["operations"].as_array().cloned().unwrap_or_default());
        operations.map(|operation| (operation["api"].clone(), operation["summary"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(calls(&applied), calls(&shown));
    assert_eq!(bench.sandbox.take_writes().len(), calls(&shown).len());
    bench.ends("drift -q", 0);
    // It was applied: what it was made on has moved.
    let again = bench.ends("apply lab.plan --yes", 3);
    assert!(again.stderr.contains("iam.roles.r: it did not exist, and exists now"), "{}", again.stderr);
    assert_eq!(bench.sandbox.take_writes(), [""; 0]);
}

#[test]
fn what_has_moved_since_is_named_and_nothing_is_written() {
    let bench = Bench::new();
    bench.ends("apply --yes -q", 0);
    bench.edit("reconcile.yaml", "description: first", "description: second");
    bench.ends("plan --out lab.plan -q", 0);
    bench
        .sandbox
        .iam("UpdateRole", &[("RoleName", "lab-role"), ("Description", "theirs"), ("MaxSessionDuration", "7200")]);
    bench.sandbox.take_writes();
    let stale = bench.ends("apply lab.plan --yes", 3).stderr;
    assert!(stale.contains("iam.roles.r: description was \"first\", and is \"theirs\""), "{stale}");
    assert!(stale.contains("iam.roles.r: max_session_duration was 3600, and is 7200"), "{stale}");
    assert_eq!(bench.sandbox.take_writes(), [""; 0]);
}

#[test]
fn the_manifest_and_its_files_must_be_as_they_were_and_where_they_were() {
    let bench = saved();
    let policy = bench.read("policy.json");
    bench.write("policy.json", &policy.replace("s3:GetObject", "s3:PutObject"));
    let stale = bench.ends("apply lab.plan --yes", 3).stderr;
    assert!(stale.contains("the file") && stale.contains("policy.json has changed"), "{stale}");
    bench.write("policy.json", &policy);
    std::fs::rename(bench.path("reconcile.yaml"), bench.path("other.yaml")).expect("renamed");
    let stale = bench.ends("apply lab.plan --yes", 3).stderr;
    assert!(stale.contains("the manifest") && stale.contains("reconcile.yaml is not where it was"), "{stale}");
    std::fs::rename(bench.path("other.yaml"), bench.path("reconcile.yaml")).expect("renamed");
    // From another folder it is found where it was.
    std::fs::create_dir(bench.path("elsewhere")).expect("a folder");
    std::fs::rename(bench.path("lab.plan"), bench.path("elsewhere/lab.plan")).expect("moved");
    bench.ends("apply elsewhere/lab.plan --yes -q", 0);
}

#[test]
fn a_damaged_file_is_an_error_and_another_version_is_refused() {
    let bench = saved();
    let text = bench.read("lab.plan");
    for (damaged, code) in [
        (text[..text.len() / 2].to_owned(), 1),
        (text.replacen("lab-role", "lab-rule", 1), 1),
        (text.replacen("\"version\":1", "\"version\":9", 1), 3),
    ] {
        bench.write("lab.plan", &damaged);
        let ended = bench.ends("apply lab.plan --yes", code);
        assert!(ended.stderr.contains("lab.plan is not applied"), "{}", ended.stderr);
    }
    assert_eq!(bench.sandbox.take_writes(), [""; 0]);
}

#[test]
fn a_plan_takes_the_place_of_no_other_file_and_is_no_manifest() {
    let bench = saved();
    bench.write("empty", "");
    for place in ["lab.plan", "empty"] {
        bench.ends(&format!("plan -q --out {place}"), 0);
    }
    std::fs::create_dir(bench.path("folder")).expect("a folder");
    let manifest = bench.read("reconcile.yaml");
    for (place, says) in [("reconcile.yaml", "something else than a saved plan"), ("folder", "it is not a file")] {
        let refused = bench.ends(&format!("plan -q --out {place}"), 1).stderr;
        assert!(refused.contains(says), "{refused}");
    }
    assert_eq!(bench.read("reconcile.yaml"), manifest);
    for command in ["plan", "drift", "validate", "destroy --yes"] {
        let told = bench.ends(&format!("{command} lab.plan"), 64).stderr;
        assert!(told.contains("lab.plan is a saved plan"), "{told}");
    }
}

#[test]
fn another_account_and_another_workspace_are_refused() {
    let bench = saved();
    let text = bench.read("lab.plan");
    let workspace = bench.sandbox.url();
    for (ours, theirs, says) in [
        ("111122223333", "444455556666", "the plan is for the AWS account 444455556666"),
        (workspace.as_str(), "https://dbc-1.cloud.databricks.com", "the plan is for the workspace https://dbc-1"),
    ] {
        // Whoever forges the digest too still meets the account and the workspace that are really there.
        let content = text.lines().nth(1).expect("two lines").replace(ours, theirs);
        let digest = digest(&format!("1\n{content}"));
        bench.write(
            "lab.plan",
            &format!("{{\"format\":\"reconcile-plan\",\"version\":1,\"digest\":\"{digest}\"}}\n{content}\n"),
        );
        let refused = bench.ends("apply lab.plan --yes", 3).stderr;
        assert!(refused.contains(says), "{refused}");
        assert_eq!(bench.sandbox.take_writes(), [""; 0]);
    }
}

fn digest(text: &str) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(text).iter().fold(String::new(), |whole, byte| whole + &format!("{byte:02x}"))
}

#[test]
fn a_secret_is_given_again_and_other_options_are_the_plans() {
    let bench = saved();
    let missing = bench.plainly_ends("apply lab.plan --yes", 1).stderr;
    assert!(missing.contains("--var token=…"), "{missing}");
    for (line, says) in [
        ("apply lab.plan --yes --prune", "--prune"),
        ("apply lab.plan --yes --var purpose=other", "`purpose`"),
        ("apply lab.plan reconcile.yaml --yes", "by itself"),
    ] {
        let ended = bench.plainly_ends(line, 64);
        assert!(ended.stderr.contains(says), "{line}: {}", ended.stderr);
    }
    let refused = bench.ends("apply lab.plan --yes --sandbox", 3).stderr;
    assert!(refused.contains("--sandbox"), "{refused}");
    assert_eq!(bench.sandbox.take_writes(), [""; 0]);
}

#[test]
fn hazards_are_allowed_when_it_is_applied_and_a_part_stays_a_part() {
    let bench = Bench::new();
    bench.ends("apply --yes -q", 0);
    bench.edit("reconcile.yaml", "autotermination_minutes: 60", "autotermination_minutes: 90");
    bench.edit("reconcile.yaml", "description: first", "description: second");
    bench.ends("plan --out lab.plan --only databricks.clusters.* -q", 0);
    bench.sandbox.take_writes();
    bench.ends("apply lab.plan --yes -q", 3);
    assert_eq!(bench.sandbox.take_writes(), [""; 0]);
    bench.ends(&format!("apply lab.plan --yes -q {ALLOW}"), 0);
    assert_eq!(bench.sandbox.take_writes(), ["databricks:clusters/update"]);
}

#[test]
fn several_manifests_are_one_plan_file_and_what_cannot_be_applied_is_not_saved() {
    let bench = Bench::new();
    let second = "version: 1\nname: second\niam:\n  roles:\n    x:\n      trust_policy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]}\n";
    bench.write("a.yaml", second);
    bench.write("b.yaml", &second.replace("second", "third").replace("    x:", "    y:"));
    bench.plainly_ends("plan a.yaml b.yaml --out both.plan -q", 0);
    bench.plainly_ends("apply both.plan --yes -q", 0);
    bench.plainly_ends("drift a.yaml b.yaml -q", 0);
    bench.write("a.yaml", &second.replace("    x:", "    absent:\n      existing: true\n    x:"));
    let ended = bench.run("plan a.yaml --out no.plan");
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(!bench.path("no.plan").exists(), "{}", ended.stderr);
}
