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
        ] {
            std::fs::write(bench.0.home().join(format!("{name}.json")), text).expect("a file");
        }
        bench
    }

    fn run(&self, line: &str) -> Ended {
        self.0.run(&line.split(' ').collect::<Vec<_>>())
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
    widens   + * on *  (* on *)
    neither  - iam:PassRole on arn:aws:iam::111122223333:role/worker when StringEquals iam:PassedToService = ec2.amazonaws.com  (Pass)
    ");
    let broken = bench.run("policy diff pass.json list.json");
    assert_eq!(broken.code, Some(1));
    insta::assert_snapshot!(broken.stderr, @"
    error[policy]: list.json is no policy: not a JSON object but a list
     |
     = help: a policy is a JSON object with a Statement
    ");
    assert_eq!(bench.run("policy diff pass.json missing.json").code, Some(1));
    assert_eq!(bench.json("policy diff pass.json respelled.json")["same"], true);
}

#[test]
fn a_check_says_what_is_refused_and_what_is_dangerous() {
    let bench = Bench::new();
    let dangerous = bench.run("policy check everything.json");
    assert_eq!(dangerous.code, Some(0));
    insta::assert_snapshot!(dangerous.stdout, @"
    warning[policy-everything]: this allows every action on every resource
      at Statement[0]
      help: list the actions and the resources that are meant
    ");
    let refused = bench.run("policy check pass.json --type trust");
    assert_eq!(refused.code, Some(1));
    insta::assert_snapshot!(refused.stdout, @r#"
    error[policy-principal]: a statement needs Principal or NotPrincipal
      at Statement[0]
      help: add Principal
    error[policy-resource]: a trust policy cannot have Resource
      at Statement[0].Resource
      help: a trust policy is about the role that it belongs to: delete the element
    error[policy-trust-action]: a trust policy may only have actions of sts, not "iam:PassRole"
      at Statement[0].Action
      help: services and roles assume a role by sts:AssumeRole
    "#);
    assert_eq!(bench.run("policy check pass.json").stdout, "Nothing is found.\n");
}

#[test]
fn a_simulation_tells_the_decision_and_the_statement_that_makes_it() {
    let bench = Bench::new();
    let ask = |policies: &str, context: &str| {
        let resource = "arn:aws:iam::111122223333:role/worker";
        bench.run(&format!("policy simulate {policies} --action iam:PassRole --resource {resource}{context}")).stdout
    };
    let to_ec2 = " --context iam:PassedToService=ec2.amazonaws.com";
    let answers = [
        ask("--policy pass.json", to_ec2),
        ask("--policy pass.json", " --context iam:PassedToService=lambda.amazonaws.com"),
        ask("--policy pass.json", ""),
        ask("--policy pass.json --policy nothing.json", to_ec2),
        ask("--policy everything.json --boundary pass.json", to_ec2),
    ];
    insta::assert_snapshot!(answers.join(""), @"
    allowed: iam:PassRole on arn:aws:iam::111122223333:role/worker
      by pass.json Statement[0] (Pass): iam:PassRole on arn:aws:iam::111122223333:role/worker when StringEquals iam:PassedToService = ec2.amazonaws.com
    denied for want of an Allow: iam:PassRole on arn:aws:iam::111122223333:role/worker
      no Allow in pass.json
    unknown: iam:PassRole on arn:aws:iam::111122223333:role/worker
      it depends on iam:PassedToService
      by pass.json Statement[0] (Pass): iam:PassRole on arn:aws:iam::111122223333:role/worker when StringEquals iam:PassedToService = ec2.amazonaws.com
    denied explicitly: iam:PassRole on arn:aws:iam::111122223333:role/worker
      by nothing.json Statement[0]: Deny iam:* on *
    allowed: iam:PassRole on arn:aws:iam::111122223333:role/worker
      by everything.json Statement[0]: * on *
      by the boundary pass.json Statement[0] (Pass): iam:PassRole on arn:aws:iam::111122223333:role/worker when StringEquals iam:PassedToService = ec2.amazonaws.com
    ");
    let answer = bench.json(
        "policy simulate --policy pass.json --action iam:PassRole --resource arn:aws:iam::111122223333:role/worker",
    );
    assert_eq!(answer["decision"], "unknown");
    assert_eq!(answer["unknown_keys"], serde_json::json!(["iam:PassedToService"]));
}
