//! Conditions on dates, numbers, yes and no, and ARNs; values that are hard to judge or to see.

use super::there_and_back;

/// A date is a bound, not a list.
#[test]
fn a_later_end() {
    let before = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2026-06-30T00:00:00Z"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2026-12-31T00:00:00Z"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition DateLessThan aws:CurrentTime = 2026-06-30T00:00:00Z becomes 2026-12-31T00:00:00Z for a:1 on *
    back:
    narrows Condition DateLessThan aws:CurrentTime = 2026-12-31T00:00:00Z becomes 2026-06-30T00:00:00Z for a:1 on *
    ");
}

/// One instant.
#[test]
fn the_same_end_in_another_zone() {
    let before = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2026-06-30T00:00:00Z"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"2026-06-30T02:00:00+02:00"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither Condition DateLessThan aws:CurrentTime = 2026-06-30T00:00:00Z becomes 2026-06-30T02:00:00+02:00 for a:1 on *
    back:
    neither Condition DateLessThan aws:CurrentTime = 2026-06-30T02:00:00+02:00 becomes 2026-06-30T00:00:00Z for a:1 on *
    ");
}

/// A bound on what may be listed.
#[test]
fn a_higher_number() {
    let before = [
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"NumericLessThanEquals":{"s3:max-keys":"10"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"NumericLessThanEquals":{"s3:max-keys":"100"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition NumericLessThanEquals s3:max-keys = 10 becomes 100 for s3:ListBucket on *
    back:
    narrows Condition NumericLessThanEquals s3:max-keys = 100 becomes 10 for s3:ListBucket on *
    ");
}

/// Less, or less and equal.
#[test]
fn the_bound_itself() {
    let before = [
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"NumericLessThanEquals":{"s3:max-keys":10}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"NumericLessThan":{"s3:max-keys":10}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows Condition NumericLessThanEquals s3:max-keys = 10 becomes NumericLessThan = 10 for s3:ListBucket on *
    back:
    widens  Condition NumericLessThan s3:max-keys = 10 becomes NumericLessThanEquals = 10 for s3:ListBucket on *
    ");
}

/// It is another text, and the same number.
#[test]
fn the_same_number_in_other_digits() {
    let before = [
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"NumericEquals":{"s3:max-keys":"10"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"NumericEquals":{"s3:max-keys":"10.0"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither Condition NumericEquals s3:max-keys = 10 becomes 10.0 for s3:ListBucket on *
    back:
    neither Condition NumericEquals s3:max-keys = 10.0 becomes 10 for s3:ListBucket on *
    ");
}

/// A second factor that must not be there.
#[test]
fn yes_becomes_no() {
    let before = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"false"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition Bool aws:MultiFactorAuthPresent = true no longer required for a:1 on *
    narrows Condition Bool aws:MultiFactorAuthPresent = false now required for a:1 on *
    back:
    widens  Condition Bool aws:MultiFactorAuthPresent = false no longer required for a:1 on *
    narrows Condition Bool aws:MultiFactorAuthPresent = true now required for a:1 on *
    ");
}

/// Another text of the same meaning.
#[test]
fn yes_in_capitals() {
    let before = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"TRUE"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither Condition Bool aws:MultiFactorAuthPresent = true becomes TRUE for a:1 on *
    back:
    neither Condition Bool aws:MultiFactorAuthPresent = TRUE becomes true for a:1 on *
    ");
}

/// `Null` asks about the key itself.
#[test]
fn there_or_not_there() {
    let before =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"Null":{"aws:TokenIssueTime":"true"}}}"#];
    let after =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"Null":{"aws:TokenIssueTime":"false"}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition Null aws:TokenIssueTime = true no longer required for a:1 on *
    narrows Condition Null aws:TokenIssueTime = false now required for a:1 on *
    back:
    widens  Condition Null aws:TokenIssueTime = false no longer required for a:1 on *
    narrows Condition Null aws:TokenIssueTime = true now required for a:1 on *
    ");
}

/// A pattern of an ARN, part by part.
#[test]
fn a_wider_arn() {
    let before = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/lab"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sagemaker:*:111122223333:notebook-instance/*"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition ArnLike aws:SourceArn now accepts arn:aws:sagemaker:*:111122223333:notebook-instance/* for a:1 on *
    neither Condition ArnLike aws:SourceArn no longer accepts arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/lab for a:1 on *
    back:
    neither Condition ArnLike aws:SourceArn now accepts arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/lab for a:1 on *
    narrows Condition ArnLike aws:SourceArn no longer accepts arn:aws:sagemaker:*:111122223333:notebook-instance/* for a:1 on *
    ");
}

/// So this is no wider ARN, but another one.
#[test]
fn a_star_reaches_over_no_colon() {
    let before = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:111122223333:topic"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:s*:111122223333:topic"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition ArnLike aws:SourceArn now accepts arn:aws:s*:111122223333:topic for a:1 on *
    narrows Condition ArnLike aws:SourceArn no longer accepts arn:aws:sns:us-east-1:111122223333:topic for a:1 on *
    back:
    widens  Condition ArnLike aws:SourceArn now accepts arn:aws:sns:us-east-1:111122223333:topic for a:1 on *
    narrows Condition ArnLike aws:SourceArn no longer accepts arn:aws:s*:111122223333:topic for a:1 on *
    ");
}

/// The two are documented to be one.
#[test]
fn arn_equals_is_arn_like() {
    let before = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:111122223333:*"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:111122223333:*"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither Condition ArnEquals aws:SourceArn = arn:aws:sns:us-east-1:111122223333:* becomes ArnLike = arn:aws:sns:us-east-1:111122223333:* for a:1 on *
    back:
    neither Condition ArnLike aws:SourceArn = arn:aws:sns:us-east-1:111122223333:* becomes ArnEquals = arn:aws:sns:us-east-1:111122223333:* for a:1 on *
    ");
}

/// One condition goes, and another one comes.
#[test]
fn the_key_is_another() {
    let before = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows Condition StringEquals aws:PrincipalAccount = 111122223333 now required for a:1 on *
    widens  Condition StringEquals aws:SourceAccount = 111122223333 no longer required for a:1 on *
    back:
    narrows Condition StringEquals aws:SourceAccount = 111122223333 now required for a:1 on *
    widens  Condition StringEquals aws:PrincipalAccount = 111122223333 no longer required for a:1 on *
    ");
}

/// It follows from the one beside it.
#[test]
fn a_condition_that_says_less_than_another() {
    let before = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":"ab"}}}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":"ab"},"StringLike":{"k":"a*"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither Condition StringLike k = a* now required for a:1 on *
    back:
    neither Condition StringLike k = a* no longer required for a:1 on *
    ");
}

/// Nothing is equal to nothing: it never holds.
#[test]
fn the_last_value_goes() {
    let before = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":"a"}}}"#];
    let after = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":[]}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows Condition StringEquals k no longer accepts a for a:1 on *
    back:
    widens  Condition StringEquals k now accepts a for a:1 on *
    ");
}

/// What excludes nothing always holds.
#[test]
fn the_last_excluded_value_goes() {
    let before = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringNotEquals":{"k":"a"}}}"#];
    let after = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringNotEquals":{"k":[]}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition StringNotEquals k no longer excludes a for a:1 on *
    back:
    narrows Condition StringNotEquals k now excludes a for a:1 on *
    ");
}

/// It stands for text that is not known here.
#[test]
fn a_value_with_a_variable() {
    let before = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringLike":{"s3:prefix":["*"]}}}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringLike":{"s3:prefix":["${aws:username}/*"]}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition StringLike s3:prefix now accepts ${aws:username}/* for a:1 on *
    narrows Condition StringLike s3:prefix no longer accepts * for a:1 on *
    back:
    widens  Condition StringLike s3:prefix now accepts * for a:1 on *
    narrows Condition StringLike s3:prefix no longer accepts ${aws:username}/* for a:1 on *
    ");
}

/// They stand in quotes.
#[test]
fn values_that_are_hard_to_see() {
    let before =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"s3:prefix":["home"]}}}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"s3:prefix":["home",""," home","a, b"]}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    widens  Condition StringEquals s3:prefix now accepts "", " home", "a, b" for a:1 on *
    back:
    narrows Condition StringEquals s3:prefix no longer accepts "", " home", "a, b" for a:1 on *
    "#);
}

/// Nothing is known of it: it may be anything.
#[test]
fn an_operator_that_does_not_exist() {
    let before = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":"a"}}}"#];
    let after = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEqual":{"k":"a"}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition StringEquals k = a no longer required for a:1 on *
    narrows Condition StringEqual k = a now required for a:1 on *
    back:
    widens  Condition StringEqual k = a no longer required for a:1 on *
    narrows Condition StringEquals k = a now required for a:1 on *
    ");
}

/// One action of three is under the condition now.
#[test]
fn a_condition_moves_with_a_part() {
    let before =
        [r#"{"Sid":"Data","Effect":"Allow","Action":["s3:GetObject","s3:ListBucket","s3:PutObject"],"Resource":"*"}"#];
    let after = [
        r#"{"Sid":"Data","Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"*"}"#,
        r#"{"Sid":"Write","Effect":"Allow","Action":"s3:PutObject","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows Condition Bool aws:SecureTransport = true now required for s3:PutObject on *
    back:
    widens  Condition Bool aws:SecureTransport = true no longer required for s3:PutObject on *
    ");
}

/// Both are told, the new action with its condition.
#[test]
fn a_condition_changes_and_an_action_comes() {
    let before = [
        r#"{"Sid":"Data","Effect":"Allow","Action":["s3:GetObject"],"Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#,
    ];
    let after = [r#"{"Sid":"Data","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + s3:PutObject on *
    widens  Condition Bool aws:SecureTransport = true no longer required for s3:GetObject on *
    back:
    narrows - s3:PutObject on *
    narrows Condition Bool aws:SecureTransport = true now required for s3:GetObject on *
    ");
}

/// The name is told last.
#[test]
fn another_name_and_another_condition() {
    let before =
        [r#"{"Sid":"A","Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":"a"}}}"#];
    let after =
        [r#"{"Sid":"B","Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":["a","b"]}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    widens  Condition StringEquals k now accepts b for a:1 on *
    neither Sid "A" becomes "B" for a:1 on *
    back:
    narrows Condition StringEquals k no longer accepts b for a:1 on *
    neither Sid "B" becomes "A" for a:1 on *
    "#);
}
