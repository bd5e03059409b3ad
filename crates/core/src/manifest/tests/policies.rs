//! Policies as YAML, as JSON text and in files.

use super::{Trial, codes, said, with_head};
use crate::resource::Resource;
use rstest::rstest;

fn inline_policy(trial: &Trial, policy: &str) -> String {
    let body = format!(
        "variables: {{n: '5'}}\niam:\n  roles:\n    r:\n      existing: true\n      inline_policies: {{p: {policy}}}\n"
    );
    let manifest = trial.resolve(&with_head(&body)).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let Some(Resource::Role(role)) = manifest.resources.first().map(|declared| &declared.resource) else {
        panic!("no role")
    };
    role.inline_policies.value().and_then(|policies| policies["p"].as_ref()).expect("a policy").to_json()
}

#[rstest]
#[case(
    "{Version: 2012-10-17, Statement: [{Effect: Deny, Action: '*', Resource: '*'}]}",
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}"#
)]
#[case(
    "{Statement: {Sid: 111122223333, Effect: Deny, Action: '*', Resource: '*'}}",
    r#"{"Statement":{"Sid":"111122223333","Effect":"Deny","Action":"*","Resource":"*"}}"#
)]
#[case(
    "{Statement: {Sid: 011122223333, Effect: Deny, Action: '*', Resource: '*'}}",
    r#"{"Statement":{"Sid":"011122223333","Effect":"Deny","Action":"*","Resource":"*"}}"#
)]
#[case(
    "{Statement: {Effect: Deny, Action: '*', Resource: '*', Condition: {NumericLessThan: {a: 1.10, b: 3600}, Bool: {c: true}}}}",
    r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NumericLessThan":{"a":1.10,"b":3600},"Bool":{"c":true}}}}"#
)]
#[case(
    "{Statement: {Effect: Deny, Action: '*', Resource: 'arn:aws:s3:::b/${aws:username}/${*}'}}",
    r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::b/${aws:username}/${*}"}}"#
)]
#[case(
    "{Statement: {Effect: Deny, Action: '*', Resource: '${iam.roles.r.arn}'}}",
    r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"arn:aws:iam::111122223333:role/r"}}"#
)]
#[case(
    "{Statement: {Effect: Deny, Action: '*', Resource: \"arn:aws:s3:::a\\u0022b\"}}",
    r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::a\"b"}}"#
)]
#[case(
    "'{\"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"*\", \"Resource\": \"*\"}], \"Id\": \"${aws.region}\"}'",
    r#"{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}],"Id":"us-east-1"}"#
)]
#[case(
    "{file: policies/deny.json}",
    r#"{"Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::x-5"}]}"#
)]
fn a_policy_is_written_as_one_likes(#[case] written: &str, #[case] sent: &str) {
    let file = "{\n\t\"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"s3:*\", \"Resource\": \"arn:aws:s3:::x-${var.n}\"}]\n}\n";
    assert_eq!(inline_policy(&Trial::default().file("policies/deny.json", file), written), sent);
}

#[test]
fn mistakes_in_a_policy_have_their_place() {
    let body = "iam:\n  roles:\n    r:\n      trust_policy:\n        Version: 2012-10-18\n        Statement:\n          - Effect: allow\n            Principle: {Service: ec2.amazonaws.com}\n            Action: [sts:AssumeRole]\n          - {Sid: a-b, Effect: Allow}\n      inline_policies:\n        text: '{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": 5}]}'\n        broken: '{\"Statement\": ['\n        wrong:\n          Statement:\n            - {Effect: Allow, Action: [[a]]}\n        greek: {Statement: [{Effect: Allow, Action: α}]}\n        list: []\n";
    insta::assert_snapshot!(said(body), @r#"
    lab.yaml:7:18: error[policy-version]: Version must be 2012-10-17 or 2008-10-17, not "2012-10-18"
    7 |         Version: 2012-10-18
      |                  ^^^^^^^^^^
    help: it is the version of the language, not of the document

    lab.yaml:9:13: error[policy-principal]: a statement needs Principal or NotPrincipal
    9 |           - Effect: allow
      |             ^^^^^^^^^^^^^
    help: add Principal

    lab.yaml:9:21: error[policy-effect]: Effect must be Allow or Deny, not "allow"
    9 |           - Effect: allow
      |                     ^^^^^
    help: the two are Allow and Deny, with a capital letter

    lab.yaml:10:13: error[policy-unknown-element]: "Principle" is no element of a policy
    10 |             Principle: {Service: ec2.amazonaws.com}
       |             ^^^^^^^^^
    help: the elements here are Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition

    lab.yaml:12:13: error[policy-action]: a statement needs Action or NotAction
    12 |           - {Sid: a-b, Effect: Allow}
       |             ^^^^^^^^^^^^^^^^^^^^^^^^^
    help: add Action

    lab.yaml:12:13: error[policy-principal]: a statement needs Principal or NotPrincipal
    12 |           - {Sid: a-b, Effect: Allow}
       |             ^^^^^^^^^^^^^^^^^^^^^^^^^
    help: add Principal

    lab.yaml:12:19: error[policy-sid-characters]: Sid may have letters A-Z, a-z and digits only, not "a-b"
    12 |           - {Sid: a-b, Effect: Allow}
       |                   ^^^
    help: write "ab"

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

    lab.yaml:19:29: error[policy-resource]: a statement needs Resource or NotResource
    19 |         greek: {Statement: [{Effect: Allow, Action: α}]}
       |                             ^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: add Resource

    lab.yaml:19:53: error[policy-action-form]: "α" is no action: it needs the prefix of a service, as in s3:GetObject
    19 |         greek: {Statement: [{Effect: Allow, Action: α}]}
       |                                                     ^
    help: an action is * or service:Name, where Name may have * and ?

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

/// A trust policy whose `Sid` is so long.
fn trust_policy(length: usize) -> String {
    format!(
        "{{Statement: [{{Effect: Allow, Principal: {{Service: ec2.amazonaws.com}}, Action: 'sts:AssumeRole', Sid: {}}}]}}",
        "x".repeat(length)
    )
}

#[test]
fn sizes_are_counted_without_white_space() {
    let trust = |length: usize| codes(&format!("iam:\n  roles:\n    r: {{trust_policy: {}}}\n", trust_policy(length)));
    let rest = r#"{"Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole","Sid":""}]}"#.len();
    assert_eq!(trust(2048 - rest), [""; 0]);
    assert_eq!(trust(2049 - rest), ["policy-size"]);
    let policy = |length: usize| {
        format!("{{Statement: [{{Effect: Deny, Action: '*', Resource: '*', Sid: {}}}]}}", "x".repeat(length))
    };
    let rest = r#"{"Statement":[{"Effect":"Deny","Action":"*","Resource":"*","Sid":""}]}"#.len();
    let inline = |length: usize| {
        codes(&format!(
            "iam:\n  roles:\n    r:\n      existing: true\n      inline_policies: {{a: {}, b: {}}}\n",
            policy(5120 - rest),
            policy(length)
        ))
    };
    assert_eq!(inline(5120 - rest), [""; 0]);
    assert_eq!(inline(5121 - rest), ["policy-size"]);
}

#[test]
fn a_trust_policy_over_the_quota_is_a_warning_and_over_every_limit_an_error() {
    let body = |length: usize| format!("iam:\n  roles:\n    r:\n      trust_policy: {}\n", trust_policy(length));
    let trial = Trial::default();
    assert!(trial.resolve(&with_head(&body(4000))).is_ok());
    assert!(trial.resolve(&with_head(&body(9000))).is_err());
}
