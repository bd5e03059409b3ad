//! `policy diff`, `check` and `simulate` on files.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod support;

use serde_json::Value;

use support::process::Ended;
use support::reconcile::Reconcile;

const PASS: &str = r#"{"Version": "2012-10-17", "Statement": [{"Sid": "Pass", "Effect": "Allow", "Action": "iam:PassRole",
  "Resource": "arn:aws:iam::111122223333:role/worker", "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}]}"#;
const PASS_RESPELLED: &str = r#"{"Statement": {"Action": ["IAM:passrole"], "Effect": "Allow", "Sid": "Pass",
  "Condition": {"StringEquals": {"IAM:passedtoservice": ["ec2.amazonaws.com"]}},
  "Resource": ["arn:aws:iam::111122223333:role/worker"]}, "Version": "2012-10-17"}"#;
const EVERYTHING: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
const NOTHING: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]}"#;

const LIST_ROLES: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:ListRoles", "Resource": "*"}]}"#;

struct Bench(Reconcile);

impl Bench {
    fn new() -> Self {
        let bench = Self(Reconcile::new(Vec::new()));
        for (name, text) in [
            ("pass", PASS),
            ("respelled", PASS_RESPELLED),
            ("everything", EVERYTHING),
            ("nothing", NOTHING),
            ("list", "[]"),
            ("list-roles", LIST_ROLES),
        ] {
            std::fs::write(bench.0.home().join(format!("{name}.json")), text).expect("a file");
        }
        bench
    }

    fn run(&self, line: &str) -> Ended {
        self.0.run(&line.split(' ').collect::<Vec<_>>())
    }

    fn run_with_input(&self, line: &str, input: &str) -> Ended {
        self.0.run_with_input(&line.split(' ').collect::<Vec<_>>(), input)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.home().join(name), text).expect("a file");
    }

    fn json(&self, line: &str) -> Value {
        serde_json::from_str(&self.run(&format!("{line} --format json")).stdout).expect("JSON")
    }
}

#[test]
fn a_difference_is_one_of_meaning() {
    let bench = Bench::new();
    let same = bench.run("policy diff pass.json respelled.json");
    assert_eq!((same.code, same.stdout.as_str()), (Some(0), "The policies mean the same.\n"));
    let other = bench.run("policy diff pass.json everything.json");
    assert_eq!(other.code, Some(2));
    insta::assert_snapshot!(other.stdout, @"
    widens   + * on *
    neither  - iam:PassRole on arn:aws:iam::111122223333:role/worker when StringEquals iam:PassedToService = ec2.amazonaws.com  (Pass)
    ");
    bench.write("unnamed.json", &PASS.replace(r#""Sid": "Pass", "#, "").replace("ec2", "glue"));
    bench.write("unnamed-too.json", &PASS.replace(r#""Sid": "Pass", "#, ""));
    insta::assert_snapshot!(bench.run("policy diff unnamed.json unnamed-too.json").stdout, @"
    widens   Condition StringEquals iam:PassedToService now accepts ec2.amazonaws.com for iam:PassRole on arn:aws:iam::111122223333:role/worker
    narrows  Condition StringEquals iam:PassedToService no longer accepts glue.amazonaws.com for iam:PassRole on arn:aws:iam::111122223333:role/worker
    ");
    let json = bench.json("policy diff unnamed.json pass.json");
    assert_eq!((&json["changes"][0]["sid"], &json["changes"][0]["statement"]), (&"Pass".into(), &"Pass".into()));
    let json = bench.json("policy diff pass.json unnamed.json");
    assert_eq!(json["changes"][0]["sid"], Value::Null);
    assert_eq!(json["changes"][0]["statement"], "iam:PassRole on arn:aws:iam::111122223333:role/worker");
    let json = bench.json("policy diff pass.json respelled.json");
    assert_eq!(
        json,
        serde_json::json!({"before": "pass.json", "after": "respelled.json", "same": true, "changes": []})
    );
    let json = bench.json("policy diff pass.json everything.json");
    assert_eq!((&json["same"], json["changes"].as_array().map(Vec::len)), (&Value::Bool(false), Some(2)));
    assert_eq!(json["changes"][0]["breadth"], "widens");
}

#[test]
fn a_document_can_be_the_standard_input() {
    let bench = Bench::new();
    for line in ["policy diff - respelled.json", "policy diff respelled.json -"] {
        let ended = bench.run_with_input(line, PASS);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), "The policies mean the same.\n"), "{line}");
    }
    assert_eq!(bench.run_with_input("policy diff pass.json -", EVERYTHING).code, Some(2));
    let checked = bench.run_with_input("policy check -", "{\"Statement\": [\n  {\"Effect\": \"allow\"}]}");
    assert_eq!(checked.code, Some(1));
    assert!(
        checked.stdout.contains("error[policy-effect]: Effect must be Allow or Deny, not \"allow\""),
        "{}",
        checked.stdout
    );
    assert!(checked.stdout.contains("--> <stdin>:2:"), "{}", checked.stdout);
    assert!(checked.stdout.contains("{\"Effect\": \"allow\"}"), "the line is shown: {}", checked.stdout);
    let percent_encoded = PASS.replace('{', "%7B").replace('"', "%22").replace(' ', "%20").replace('\n', "%0A");
    let ended = bench.run_with_input("policy diff - pass.json", &percent_encoded);
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""));
    let twice = bench.run_with_input("policy diff - -", PASS);
    assert_eq!(twice.code, Some(64));
    assert!(twice.stderr.contains("two documents cannot both be the standard input (-)"), "{}", twice.stderr);
    assert_eq!(bench.run_with_input("policy simulate --policy - --boundary - --action a:b", PASS).code, Some(64));
}

#[test]
fn what_is_no_policy_is_told_with_its_place() {
    let bench = Bench::new();
    bench.write("cut.json", "{\n  \"Statement\": [\n    {\"Effect\": \"Allow\",, \"Action\": \"*\"}\n  ]\n}\n");
    bench.write("twice.json", "{\"Statement\": {\"Effect\": \"Allow\",\n  \"Effect\": \"Deny\"}}");
    bench.write(
        "typed.json",
        "{\"Version\": \"2012-10-17\",\n \"Statement\": [{\"Effect\": \"Allow\", \"Action\": 5}]}",
    );
    bench.write("empty.json", "");
    bench.write("long.json", &" ".repeat(131_073));
    std::fs::write(bench.0.home().join("latin.json"), b"{\"Id\": \"caf\xe9\"}").expect("a file");
    for (file, told) in [
        ("list.json", "list.json is no policy: not a JSON object but a list"),
        ("cut.json", "--> cut.json:3:"),
        ("twice.json", "duplicate key \"Effect\""),
        ("typed.json", "--> typed.json:2:"),
        ("empty.json", "empty.json is no policy: not JSON"),
        ("missing.json", "the policy missing.json cannot be read"),
        (".", "the policy . cannot be read: it is not a file"),
        ("long.json", "the document has 131073 characters, and IAM takes at most 131072"),
        ("long.json", "help: IAM takes less still of each type: 2,048 characters"),
        ("latin.json", "latin.json is no policy: it is not UTF-8 text"),
    ] {
        let ended = bench.run(&format!("policy diff pass.json {file}"));
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(1), ""), "{file}");
        assert!(ended.stderr.contains(told) && ended.stderr.contains("help: "), "{}", ended.stderr);
    }
    let both = bench.run("policy diff list.json missing.json");
    assert_eq!((both.code, both.stderr.matches("error[").count()), (Some(1), 2), "{}", both.stderr);
}

#[test]
fn a_check_says_what_is_refused_and_what_is_dangerous() {
    let bench = Bench::new();
    let dangerous = bench.run("policy check everything.json");
    assert_eq!(dangerous.code, Some(0));
    assert!(dangerous.stdout.starts_with("warning[policy-everything]: this allows every action on every resource\n"));
    assert!(dangerous.stdout.contains("--> everything.json:1:"), "{}", dangerous.stdout);
    assert!(dangerous.stdout.contains("help: list the actions and the resources that are meant"));
    assert!(dangerous.stdout.ends_with("everything.json: IAM would take it as an inline policy: 1 warning\n"));
    let refused = bench.run("policy check pass.json --type trust");
    assert_eq!(refused.code, Some(1));
    for code in ["policy-principal", "policy-resource", "policy-trust-action"] {
        assert!(refused.stdout.contains(&format!("error[{code}]")), "{code}: {}", refused.stdout);
    }
    assert!(refused.stdout.ends_with("pass.json: IAM would refuse it as a trust policy: 3 errors\n"));
    let fine = bench.run("policy check pass.json");
    assert_eq!(
        (fine.code, fine.stdout.as_str()),
        (Some(0), "pass.json: IAM would take it as an inline policy: nothing is found\n")
    );
    bench.write("old.json", r#"{"Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}"#);
    assert_eq!(bench.run("policy check old.json").code, Some(0));
    assert_eq!(bench.run("policy check old.json --type managed").code, Some(1), "it has no version");
}

#[test]
fn several_files_are_checked_each_by_itself() {
    let bench = Bench::new();
    let ended = bench.run("policy check pass.json list.json everything.json");
    assert_eq!(ended.code, Some(1));
    assert!(ended.stdout.starts_with("pass.json: IAM would take it"), "{}", ended.stdout);
    assert!(ended.stdout.ends_with("everything.json: IAM would take it as an inline policy: 1 warning\n"));
    assert!(ended.stderr.contains("list.json is no policy"), "{}", ended.stderr);
    let lines = bench.run("policy check pass.json everything.json --format json").stdout;
    let objects: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(
        objects[0],
        serde_json::json!({"file": "pass.json", "type": "inline", "refused": false, "findings": []})
    );
    let finding = &objects[1]["findings"][0];
    assert_eq!((&finding["code"], &finding["severity"]), (&"policy-everything".into(), &"warning".into()));
    assert_eq!((&finding["place"], &finding["line"]), (&"Statement[0]".into(), &1.into()));
    assert!(finding["column"].is_number() && finding["help"].is_string(), "{finding}");
}

#[test]
fn the_account_tells_whose_trust_it_is() {
    let bench = Bench::new();
    bench.write(
        "trust.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole"}}"#,
    );
    let found = |flags: &str| {
        let json = bench.json(&format!("policy check trust.json --type trust{flags}"));
        json["findings"].as_array().map(Vec::len)
    };
    assert_eq!(found(""), Some(0), "which account is another is not known");
    assert_eq!(found(" --account-id 444455556666"), Some(0));
    assert_eq!(found(" --account-id 111122223333"), Some(1));
    bench.write(
        "all-roles.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam::111122223333:role/*"}}"#,
    );
    for (flags, dangers) in [("", 3), (" --account-id 111122223333", 3), (" --account-id 444455556666", 1)] {
        let json = bench.json(&format!("policy check all-roles.json{flags}"));
        let codes: Vec<_> = json["findings"].as_array().expect("a list").iter().map(|found| &found["code"]).collect();
        assert_eq!(codes.len(), dangers, "{flags}: {codes:?}");
    }
    bench.write(
        "china.json",
        r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": ["arn:aws-cn:s3:::a", "arn:aws:s3:::b"]}}"#,
    );
    let china = bench.json("policy check china.json");
    assert_eq!(china["findings"][0]["place"], "Statement.Resource[1]", "its first ARN says where it is");
}

#[test]
fn a_simulation_tells_the_decision_and_the_statement_that_makes_it() {
    let bench = Bench::new();
    let ask = |policies: &str, context: &str| {
        let resource = "arn:aws:iam::111122223333:role/worker";
        let ended =
            bench.run(&format!("policy simulate {policies} --action iam:PassRole --resource {resource}{context}"));
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        ended.stdout + &ended.stderr
    };
    let to_ec2 = " --context iam:PassedToService=ec2.amazonaws.com";
    let by_pass = "pass.json Statement[0] (Pass): iam:PassRole on arn:aws:iam::111122223333:role/worker when StringEquals iam:PassedToService = ec2.amazonaws.com";
    let rows: [(&str, &str, &[&str]); 9] = [
        ("--policy pass.json", to_ec2, &["allowed: iam:PassRole on ", "\n  by ", by_pass]),
        (
            "--policy pass.json",
            " --context iam:PassedToService=lambda.amazonaws.com",
            &[
                "denied for want of an Allow: ",
                "\n  no Allow in pass.json\n",
                "\n  its conditions do not hold: ",
                by_pass,
            ],
        ),
        ("--policy pass.json", " --absent IAM:passedtoservice", &["denied for want of an Allow: ", by_pass]),
        (
            "--policy pass.json",
            "",
            &["unknown: ", "\n  it depends on iam:PassedToService\n", by_pass, "give --context iam:PassedToService=…"],
        ),
        (
            "--policy pass.json --policy nothing.json",
            to_ec2,
            &["denied explicitly: ", "\n  by nothing.json Statement[0]: Deny iam:* on *\n"],
        ),
        ("--policy nothing.json --policy list-roles.json", to_ec2, &["denied explicitly: "]),
        (
            "--policy list-roles.json --policy pass.json",
            " --context iam:PassedToService=x.amazonaws.com",
            &["denied for want of an Allow: ", "\n  no Allow in list-roles.json or pass.json\n", by_pass],
        ),
        (
            "--policy everything.json --boundary pass.json",
            to_ec2,
            &["allowed: ", "by everything.json Statement[0]: * on *", "by the boundary pass.json"],
        ),
        (
            "--policy everything.json --boundary list-roles.json",
            to_ec2,
            &["denied for want of an Allow: ", "no Allow in the boundary list-roles.json\n"],
        ),
    ];
    for (policies, context, told) in rows {
        let answer = ask(policies, context);
        for told in told {
            assert!(answer.contains(told), "{policies}{context} lacks {told:?}: {answer}");
        }
    }
    let ended = bench.run("policy simulate --policy pass.json --action iam:PassRole");
    assert!(ended.stderr.contains("without --resource the request is about no resource"), "{}", ended.stderr);
    let answer = bench.json(
        "policy simulate --policy pass.json --action iam:PassRole --resource arn:aws:iam::111122223333:role/worker",
    );
    assert_eq!(answer["decision"], "unknown");
    assert_eq!(answer["unknown_keys"], serde_json::json!(["iam:PassedToService"]));
    assert_eq!(answer["statements"][0]["place"], "Statement[0]");
    assert_eq!((&answer["lacking"], &answer["missed"]), (&serde_json::json!([]), &serde_json::json!([])));
}

#[test]
fn a_simulation_of_a_trust() {
    let bench = Bench::new();
    bench.write(
        "trust.json",
        r#"{"Version": "2012-10-17", "Statement": [
          {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
          {"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}]}"#,
    );
    let ask = |flags: &str| {
        let ended = bench.run(&format!("policy simulate --trust trust.json --action sts:AssumeRole {flags}"));
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        ended.stdout + &ended.stderr
    };
    let role = "--resource arn:aws:iam::111122223333:role/lab";
    let alice = "--principal arn:aws:iam::111122223333:user/alice";
    let bob = "--principal arn:aws:iam::444455556666:user/bob";
    let rows: [(String, &[&str]); 6] = [
        (
            "--principal ec2.amazonaws.com".to_owned(),
            &["allowed: sts:AssumeRole\n", "by the trust policy trust.json Statement[0]"],
        ),
        (
            "--principal sagemaker.amazonaws.com".to_owned(),
            &["denied for want of an Allow: ", "no Allow in the trust policy trust.json\n"],
        ),
        (
            format!("{alice} {role}"),
            &["denied for want of an Allow: ", "no Allow in the caller's own policies (none are given)\n"],
        ),
        (
            format!("{alice} --policy everything.json {role}"),
            &["allowed: ", "everything.json", "trust.json Statement[1]"],
        ),
        (format!("{alice} --policy everything.json"), &["allowed: ", "is taken to be in another account"]),
        (
            format!("{bob} --policy everything.json {role}"),
            &["denied for want of an Allow: ", "no Allow in the trust policy trust.json\n"],
        ),
    ];
    for (flags, told) in rows {
        let answer = ask(&flags);
        for told in told {
            assert!(answer.contains(told), "{flags} lacks {told:?}: {answer}");
        }
    }
    assert_eq!(ask("--principal ec2.amazonaws.com").lines().count(), 2, "a service is in no account");
}

#[test]
fn wrong_usage_says_what_would_be_right() {
    let bench = Bench::new();
    let simulate = "policy simulate --policy pass.json --action";
    let rows = [
        ("policy diff pass.json".to_owned(), "<B>"),
        ("policy check".to_owned(), "<FILE>"),
        ("policy check pass.json --type bucket".to_owned(), "trust, inline, managed"),
        ("policy check pass.json --account-id 1111-2222-3333".to_owned(), "twelve digits, without dashes"),
        ("policy simulate --action iam:PassRole".to_owned(), "--policy"),
        ("policy simulate --policy pass.json".to_owned(), "--action"),
        (format!("{simulate} PassRole"), "an action looks like iam:PassRole"),
        (format!("{simulate} iam:*"), "one request has one action"),
        (format!("{simulate} iam:PassRole --resource worker"), "a resource is an ARN"),
        (format!("{simulate} iam:PassRole --context iam:PassedToService"), "there is no equals sign"),
        (format!("{simulate} iam:PassRole --context PassedToService=x"), "a condition key looks like"),
        (format!("{simulate} iam:PassRole --context =x"), "the name before the equals sign is missing"),
        (format!("{simulate} iam:PassRole --absent a:b=c"), "a condition key looks like"),
        (format!("{simulate} iam:PassRole --context a:b=c --absent A:B"), "A:B cannot have a value and be absent"),
        ("policy simulate --trust pass.json --action sts:AssumeRole".to_owned(), "--principal"),
        (
            "policy simulate --trust pass.json --principal alice --action sts:AssumeRole".to_owned(),
            "who asks is an ARN",
        ),
        ("policy simulate --boundary pass.json --action iam:PassRole".to_owned(), "--policy"),
    ];
    for (line, told) in rows {
        let ended = bench.run(&line);
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(64), ""), "{line}: {}", ended.stderr);
        assert!(ended.stderr.contains(told), "{line} lacks {told:?}: {}", ended.stderr);
    }
}
