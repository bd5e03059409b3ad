//! Documents that look alike and are two: each would be missed by a comparison that is a little too kind.

use super::assert_meaning;

/// Two principals that are texts are compared as texts (hashicorp/awspolicyequivalence takes them for one).
#[test]
fn a_public_trust_behind_a_root() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"arn:aws:iam::111122223333:root","Action":"sts:AssumeRole"}]}"#;
    assert_meaning(one, other, false);
}

/// No principal is nobody in a trust policy.
#[test]
fn a_public_trust_and_none() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}"#;
    assert_meaning(one, other, false);
}

/// `Conditions` is no element, so that the role may be passed to anyone.
#[test]
fn a_condition_that_is_none() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Conditions":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}]}"#;
    assert_meaning(one, other, false);
}

/// `statement` is no `Statement`.
#[test]
fn an_element_of_the_document_that_is_none() {
    let one = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let other =
        r#"{"Version":"2012-10-17","Statement":[],"statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    assert_meaning(one, other, false);
}

/// IAM refuses it, so it allows nothing.
#[test]
fn an_effect_in_lower_case() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"allow","Action":"s3:GetObject","Resource":"*"}]}"#;
    assert_meaning(one, other, false);
}

/// Variables work in one of them.
#[test]
fn no_version_and_the_current_one() {
    let one = r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::lab/${aws:username}/*"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::lab/${aws:username}/*"}]}"#;
    assert_meaning(one, other, false);
}

/// The text says another version, whatever it decides.
#[test]
fn no_version_and_the_current_one_without_variables() {
    let one = r#"{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::lab/*"}]}"#;
    let other =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::lab/*"}]}"#;
    assert_meaning(one, other, false);
}

/// A queue's policy is told by it.
#[test]
fn an_id_of_a_document() {
    let one = r#"{"Version":"2012-10-17","Id":"one","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}]}"#;
    let other = r#"{"Version":"2012-10-17","Id":"two","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:*","Resource":"*"}]}"#;
    assert_meaning(one, other, false);
}

/// Number and root agree in the own partition only.
#[test]
fn an_account_in_another_partition() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws-us-gov:iam::444455556666:root"},"Action":"sts:AssumeRole"}]}"#;
    assert_meaning(one, other, false);
}

/// There the number is a text like any other.
#[test]
fn an_account_in_a_condition() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"444455556666"}}}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"arn:aws:iam::444455556666:root"}}}]}"#;
    assert_meaning(one, other, false);
}

/// Resources know capitals.
#[test]
fn a_bucket_in_capitals() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/Data/*"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/data/*"}]}"#;
    assert_meaning(one, other, false);
}

/// So do principals.
#[test]
fn a_service_in_capitals() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"EC2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    assert_meaning(one, other, false);
}

/// So do the values of conditions, whatever the operator.
#[test]
fn a_value_in_capitals() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEqualsIgnoreCase":{"aws:PrincipalTag/team":"ml"}}}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEqualsIgnoreCase":{"aws:PrincipalTag/team":"ML"}}}]}"#;
    assert_meaning(one, other, false);
}

/// A condition key ignores case as a whole, the tag's name included.
#[test]
fn the_tag_within_a_key() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Team":"ml"}}}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"AWS:resourcetag/team":"ml"}}}]}"#;
    assert_meaning(one, other, true);
}

/// No cleverness: the one allows more.
#[test]
fn a_pattern_and_what_it_matches() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    let other =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","s3:GetObject"],"Resource":"*"}]}"#;
    assert_meaning(one, other, false);
}

/// It is a part of the resource.
#[test]
fn a_trailing_space() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/*"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::lab/* "}]}"#;
    assert_meaning(one, other, false);
}

/// Read as floats, both would be one.
#[test]
fn a_large_number() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"NumericEquals":{"s3:x":9007199254740993}}}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"NumericEquals":{"s3:x":9007199254740992}}}]}"#;
    assert_meaning(one, other, false);
}

/// The text in AWS has to be written again.
#[test]
fn a_role_and_its_former_id() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/lab"},"Action":"sts:AssumeRole"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"AROA1234567890EXAMPLE"},"Action":"sts:AssumeRole"}]}"#;
    assert_meaning(one, other, false);
}

/// Each of two allows what the other excepts.
#[test]
fn one_list_of_exceptions_and_two() {
    let one =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","sts:*"],"Resource":"*"}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":"iam:*","Resource":"*"},{"Effect":"Allow","NotAction":"sts:*","Resource":"*"}]}"#;
    assert_meaning(one, other, false);
}

/// Both must hold, or either.
#[test]
fn two_keys_of_one_operator_and_two_statements() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"StringEquals":{"k":"a","l":"b"}}}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"StringEquals":{"k":"a"}}},{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"StringEquals":{"l":"b"}}}]}"#;
    assert_meaning(one, other, false);
}

/// It is kept as it is written.
#[test]
fn a_misspelt_operator() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"StringEquals":{"k":"a"}}}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"stringequals":{"k":"a"}}}]}"#;
    assert_meaning(one, other, false);
}

/// A value that is empty may be met.
#[test]
fn an_empty_value_and_none() {
    let one = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"StringEquals":{"s3:prefix":""}}}]}"#;
    let other = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"StringEquals":{"s3:prefix":[]}}}]}"#;
    assert_meaning(one, other, false);
}
