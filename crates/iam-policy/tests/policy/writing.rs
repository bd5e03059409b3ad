//! What is sent, shown and fingerprinted.

use rstest::rstest;
use serde_json::json;

use crate::support::policy;

const RICH: &str = r#"
{
  "Statement": {
    "Condition": {"StringEquals": {"IAM:PassedToService": ["sagemaker.amazonaws.com", "ec2.amazonaws.com", "ec2.amazonaws.com"]},
                  "NumericLessThan": {"s3:max-keys": 10}, "Bool": {}},
    "Resource": "arn:aws:iam::111122223333:role/a  b",
    "Action": ["iam:PassRole", "IAM:GetRole"],
    "Effect": "Allow", "Extra": {"b": 1.50, "a": [null, true, {}, []]}
  },
  "Version": "2012-10-17"
}
"#;

#[rstest]
fn what_is_sent_is_what_was_written_without_white_space() {
    insta::assert_snapshot!(policy(RICH).to_json(), @r#"{"Statement":{"Condition":{"StringEquals":{"IAM:PassedToService":["sagemaker.amazonaws.com","ec2.amazonaws.com","ec2.amazonaws.com"]},"NumericLessThan":{"s3:max-keys":10},"Bool":{}},"Resource":"arn:aws:iam::111122223333:role/a  b","Action":["iam:PassRole","IAM:GetRole"],"Effect":"Allow","Extra":{"b":1.50,"a":[null,true,{},[]]}},"Version":"2012-10-17"}"#);
    assert_eq!(policy(RICH).to_string(), policy(RICH).to_json());
}

#[rstest]
fn the_canonical_text_is_one_for_all_spellings() {
    insta::assert_snapshot!(policy(RICH).canonical_json(), @r#"
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": [
            "iam:getrole",
            "iam:passrole"
          ],
          "Resource": [
            "arn:aws:iam::111122223333:role/a  b"
          ],
          "Condition": {
            "NumericLessThan": {
              "s3:max-keys": [
                "10"
              ]
            },
            "StringEquals": {
              "iam:passedtoservice": [
                "ec2.amazonaws.com",
                "sagemaker.amazonaws.com"
              ]
            }
          },
          "Extra": {
            "a": [
              null,
              true,
              {},
              []
            ],
            "b": 1.50
          }
        }
      ]
    }
    "#);
}

#[rstest]
fn a_trust_policy_in_canonical_text() {
    let text = r#"{"Statement": [{"Sid": "", "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"},
        {"Sid": "B", "Effect": "Deny", "NotAction": [], "NotPrincipal": {"AWS": ["444455556666"], "Federated": []}}]}"#;
    insta::assert_snapshot!(policy(text).canonical_json(), @r#"
    {
      "Version": "2008-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Principal": {
            "AWS": [
              "*"
            ]
          },
          "Action": [
            "sts:assumerole"
          ]
        },
        {
          "Sid": "B",
          "Effect": "Deny",
          "NotPrincipal": {
            "AWS": [
              "arn:aws:iam::444455556666:root"
            ]
          },
          "NotAction": []
        }
      ]
    }
    "#);
}

#[rstest]
fn escapes_are_kept_for_sending_and_resolved_in_the_meaning() {
    let text = r#"{"Id": "a\"\\ \u0041\/\u00e9\ud83d\ude00"}"#;
    assert_eq!(policy(text).to_json(), r#"{"Id":"a\"\\ \u0041\/\u00e9\ud83d\ude00"}"#);
    assert_eq!(policy(text).id(), Some("a\"\\ A/é😀"));
}

#[rstest]
#[case::integers(r#"{"a":[0,7,-7,18446744073709551615]}"#, json!({"a": [0, 7, -7, u64::MAX]}))]
#[case::floats(r#"{"a":[1.5,-0.25]}"#, json!({"a": [1.5, -0.25]}))]
#[case::other_digits_stay_text(
    r#"{"a":[1.10,-0,1e3,18446744073709551616,1e999]}"#,
    json!({"a": ["1.10", "-0", "1e3", "18446744073709551616", "1e999"]})
)]
#[case::others(r#"{"a":[null,true,false,"x",{},[]]}"#, json!({"a": [null, true, false, "x", {}, []]}))]
fn as_a_value(#[case] text: &str, #[case] expected: serde_json::Value) {
    assert_eq!(policy(text).to_value(), expected);
    assert_eq!(serde_json::to_value(policy(text)).unwrap(), expected);
}

#[rstest]
fn a_value_keeps_the_order_of_keys() {
    let text = r#"{"Version":"2012-10-17","Id":"b","Statement":[],"A":1}"#;
    assert_eq!(policy(text).to_value().to_string(), text);
}

#[rstest]
#[case::compact(r#"{"Id":"a"}"#, 10)]
#[case::white_space_between("{\n  \"Id\" :\t\"a\"\r\n}", 10)]
#[case::white_space_within_a_string(r#"{"Id":"a b"}"#, 11)]
#[case::escaped_white_space(r#"{"Id":"a\nb"}"#, 13)]
#[case::characters_not_bytes(r#"{"Id":"é"}"#, 10)]
#[case::no_break_space_counts("{\"Id\":\"\u{a0}\"}", 10)]
fn length_as_iam_counts(#[case] text: &str, #[case] length: usize) {
    assert_eq!(policy(text).non_whitespace_len(), length);
}

#[rstest]
fn debug_output_is_the_document() {
    assert_eq!(format!("{:?}", policy(r#"{ "Id":"a"}"#)), r#"Policy("{\"Id\":\"a\"}")"#);
}
