//! Policies as YAML, as JSON text and in files.

use super::{Trial, codes, resolved, said, with_head};
use crate::resource::Resource;
use rstest::rstest;

fn trust_policy(trial: &Trial, policy: &str) -> String {
    let text = with_head(&format!("variables: {{n: '5'}}\niam:\n  roles:\n    r:\n      trust_policy: {policy}\n"));
    let manifest = trial.resolve(&text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let Some(Resource::Role(role)) = manifest.resources.first().map(|declared| &declared.resource) else {
        panic!("no role")
    };
    role.trust_policy.value().expect("a policy").to_json()
}

#[rstest]
#[case("{Version: 2012-10-17, Statement: []}", r#"{"Version":"2012-10-17","Statement":[]}"#)]
#[case(
    "{Statement: {Effect: Allow, Principal: {AWS: 111122223333}, Action: '*'}}",
    r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"*"}}"#
)]
#[case(
    "{Statement: {Effect: Allow, Principal: {AWS: 011122223333}, Action: '*'}}",
    r#"{"Statement":{"Effect":"Allow","Principal":{"AWS":"011122223333"},"Action":"*"}}"#
)]
#[case("{Statement: {Effect: Allow, Action: '*', Condition: {NumericLessThan: {a: 1.10, b: 3600}, Bool: {c: true}}}}", r#"{"Statement":{"Effect":"Allow","Action":"*","Condition":{"NumericLessThan":{"a":1.10,"b":3600},"Bool":{"c":true}}}}"#)]
#[case(
    "{Statement: {Effect: Allow, Action: '*', Resource: 'arn:aws:s3:::b/${aws:username}/${*}'}}",
    r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::b/${aws:username}/${*}"}}"#
)]
#[case(
    "{Statement: {Effect: Allow, Action: '*', Resource: '${iam.roles.r.arn}'}}",
    r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::111122223333:role/r"}}"#
)]
#[case("{Statement: {Effect: Allow, Action: \"a\\u0022b\"}}", r#"{"Statement":{"Effect":"Allow","Action":"a\"b"}}"#)]
#[case("'{\"Statement\": [ ], \"Id\": \"${aws.region}\"}'", r#"{"Statement":[],"Id":"us-east-1"}"#)]
#[case(
    "{file: policies/trust.json}",
    r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"x-5"}]}"#
)]
fn a_policy_is_written_as_one_likes(#[case] written: &str, #[case] sent: &str) {
    let file = "{\n\t\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\", \"Resource\": \"x-${var.n}\"}]\n}\n";
    assert_eq!(trust_policy(&Trial::default().file("policies/trust.json", file), written), sent);
}

#[test]
fn mistakes_in_a_policy_have_their_place() {
    let body = "iam:\n  roles:\n    r:\n      trust_policy:\n        Version: 2012-10-18\n        Statement:\n          - Effect: allow\n            Principle: {Service: ec2.amazonaws.com}\n            Action: [sts:AssumeRole]\n          - {Sid: a-b, Effect: Allow}\n      inline_policies:\n        text: '{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": 5}]}'\n        broken: '{\"Statement\": ['\n        wrong:\n          Statement:\n            - {Effect: Allow, Action: [[a]]}\n        greek: {Statement: [{Effect: Allow, Action: α}]}\n        list: []\n";
    insta::assert_snapshot!(said(body), @r#"
    lab.yaml:7:18: error[policy-version]: Version must be 2012-10-17 or 2008-10-17, not "2012-10-18"
    7 |         Version: 2012-10-18
      |                  ^^^^^^^^^^

    lab.yaml:9:21: error[policy-effect]: Effect must be Allow or Deny, not "allow"
    9 |           - Effect: allow
      |                     ^^^^^

    lab.yaml:10:13: error[policy-unknown-element]: "Principle" is no element of a policy
    10 |             Principle: {Service: ec2.amazonaws.com}
       |             ^^^^^^^^^

    lab.yaml:12:13: error[policy-action]: a statement needs Action or NotAction
    12 |           - {Sid: a-b, Effect: Allow}
       |             ^^^^^^^^^^^^^^^^^^^^^^^^^

    lab.yaml:12:19: error[policy-sid-characters]: Sid may have letters A-Z, a-z and digits only, not "a-b"
    12 |           - {Sid: a-b, Effect: Allow}
       |                   ^^^

    lab.yaml:14:15: error[policy]: this text is no policy: Action must be a string or a list of strings, not a number, at Statement[0].Action
    14 |         text: '{"Statement": [{"Effect": "Allow", "Action": 5}]}'
       |               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    lab.yaml:15:17: error[policy]: this text is no policy: not JSON: the text ends where a value should be (line 1, column 16), at Statement[0]
    15 |         broken: '{"Statement": ['
       |                 ^^^^^^^^^^^^^^^^^
    help: a policy is YAML, JSON text, or {file: policy.json}

    lab.yaml:18:40: error[policy]: Action must be a string or a list of strings, not a list
    18 |             - {Effect: Allow, Action: [[a]]}
       |                                        ^^^

    lab.yaml:19:16: error[policy-characters]: a policy cannot contain 'α'
    19 |         greek: {Statement: [{Effect: Allow, Action: α}]}
       |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: IAM takes ASCII and Latin-1 in policies

    lab.yaml:20:15: error[wrong-type]: expected a policy (a mapping, JSON text, or {file: …}), found a list
    20 |         list: []
       |               ^^
    "#);
}

#[test]
fn mistakes_in_a_policy_file_are_shown_in_that_file() {
    let file = "{\"Version\": \"2012-10-17\",\n \"Statement\": [{\"Effect\": \"Permit\", \"Action\": \"a\", \"Action\": \"b\",\n  \"Resource\": \"${iam.roles.x.arn}\"}]}\n";
    let trial = Trial::default()
        .file("policies/p.json", file)
        .file("broken.json", "{\"Statement\": [}")
        .file("list.json", "[]");
    let body = "iam:\n  roles:\n    r:\n      trust_policy: {file: policies/p.json}\n      inline_policies: {a: {file: missing.json}, b: {file: broken.json}, c: {file: list.json}, d: {file: list.json, path: x}, e: {file: [x]}}\n";
    insta::assert_snapshot!(trial.said(&with_head(body)), @r#"
    broken.json:1:15: error[yaml-syntax]: not YAML: mismatched bracket '[' closed by '}'
    1 | {"Statement": [}
      |               ^

    lab.yaml:7:35: error[unreadable-file]: the file `missing.json` cannot be read: No such file or directory
    7 | …  inline_policies: {a: {file: missing.json}, b: {file: broken.json}, c: {file: list.json}, d: {file:…
      |                                ^^^^^^^^^^^^
    help: paths are relative to the manifest's folder: this is missing.json

    lab.yaml:7:117: error[unknown-field]: a policy in a file has no field `path`
    7 | …t.json}, d: {file: list.json, path: x}, e: {file: [x]}}
      |                                ^^^^
    help: known are file

    lab.yaml:7:137: error[wrong-type]: expected a text, found a list
    7 | …ist.json, path: x}, e: {file: [x]}}
      |                                ^^^

    list.json:1:1: error[wrong-type]: expected a policy (an object), found a list
    1 | []
      | ^^

    policies/p.json:2:52: error[duplicate-key]: the key `Action` is there twice
    2 |  "Statement": [{"Effect": "Permit", "Action": "a", "Action": "b",
      |                                                    ^^^^^^^^
    policies/p.json:2:37: the first one is here
    2 |  "Statement": [{"Effect": "Permit", "Action": "a", "Action": "b",
      |                                     ^^^^^^^^

    policies/p.json:3:15: error[unknown-reference]: `${iam.roles.x.arn}` refers to nothing in this manifest
    3 |   "Resource": "${iam.roles.x.arn}"}]}
      |               ^^^^^^^^^^^^^^^^^^^^
    help: did you mean `iam.roles.r.arn`?
    help: write `$${` for a literal `${`
    "#);
}

#[test]
fn sizes_are_counted_without_white_space() {
    let policy = |length: usize| format!("{{Statement: [{{Effect: Allow, Action: a, Sid: {}}}]}}", "x".repeat(length));
    let trust = |length: usize| codes(&format!("iam:\n  roles:\n    r: {{trust_policy: {}}}\n", policy(length)));
    let rest = r#"{"Statement":[{"Effect":"Allow","Action":"a","Sid":""}]}"#.len();
    assert!(trust(2048 - rest).is_empty());
    assert_eq!(trust(2049 - rest), ["policy-size"]);
    let inline = |length: usize| {
        codes(&format!(
            "iam:\n  roles:\n    r:\n      existing: true\n      inline_policies: {{a: {}, b: {}}}\n",
            policy(5120 - rest),
            policy(length)
        ))
    };
    assert!(inline(5120 - rest).is_empty());
    assert_eq!(inline(5121 - rest), ["policy-size"]);
    let spaced = "{Statement: [{Effect: Allow, Action: a, Sid: 'xxx', Resource: 'a b'}]}";
    let manifest = resolved(&format!("iam:\n  roles:\n    r: {{trust_policy: {spaced}}}\n"));
    assert_eq!(manifest.warnings, []);
}

#[test]
fn a_trust_policy_over_the_quota_is_a_warning_and_over_every_limit_an_error() {
    let body = |length: usize| {
        format!(
            "iam:\n  roles:\n    r:\n      trust_policy: {{Statement: [{{Effect: Allow, Action: a, Sid: {}}}]}}\n",
            "x".repeat(length)
        )
    };
    let trial = Trial::default();
    assert!(trial.resolve(&with_head(&body(4000))).is_ok());
    assert!(trial.resolve(&with_head(&body(9000))).is_err());
}
