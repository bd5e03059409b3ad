//! Conditions that come, go and change: for an `Allow` one more narrows, for a `Deny` it widens.

use super::there_and_back;

/// What turns a dangerous statement into a good one.
#[test]
fn a_service_to_pass_to_is_required() {
    let before = [r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/lab"}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/lab","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows Condition StringEquals iam:PassedToService = ec2.amazonaws.com now required for iam:PassRole on arn:aws:iam::111122223333:role/lab
    back:
    widens  Condition StringEquals iam:PassedToService = ec2.amazonaws.com no longer required for iam:PassRole on arn:aws:iam::111122223333:role/lab
    ");
}

/// One value more.
#[test]
fn another_service_may_have_it_passed() {
    let before = [
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":["ec2.amazonaws.com","sagemaker.amazonaws.com"]}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition StringEquals iam:PassedToService now accepts sagemaker.amazonaws.com for iam:PassRole on *
    back:
    narrows Condition StringEquals iam:PassedToService no longer accepts sagemaker.amazonaws.com for iam:PassRole on *
    ");
}

/// All that come together, all that go together.
#[test]
fn several_values_are_one_line() {
    let before =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":["a","b","c"]}}}"#];
    let after =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":["c","d","e"]}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition StringEquals k now accepts d, e for a:1 on *
    narrows Condition StringEquals k no longer accepts a, b for a:1 on *
    back:
    widens  Condition StringEquals k now accepts a, b for a:1 on *
    narrows Condition StringEquals k no longer accepts d, e for a:1 on *
    ");
}

/// A pattern accepted it before.
#[test]
fn a_value_that_was_accepted_anyway() {
    let before = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringLike":{"k":"ec2.*"}}}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringLike":{"k":["ec2.*","ec2.amazonaws.com"]}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither Condition StringLike k now accepts ec2.amazonaws.com for a:1 on *
    back:
    neither Condition StringLike k no longer accepts ec2.amazonaws.com for a:1 on *
    ");
}

/// What it accepts was accepted; what the old one accepted is not.
#[test]
fn a_narrower_pattern() {
    let before =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringLike":{"k":"*.amazonaws.com"}}}"#];
    let after =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringLike":{"k":"ec2.amazonaws.com"}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither Condition StringLike k now accepts ec2.amazonaws.com for a:1 on *
    narrows Condition StringLike k no longer accepts *.amazonaws.com for a:1 on *
    back:
    widens  Condition StringLike k now accepts *.amazonaws.com for a:1 on *
    neither Condition StringLike k no longer accepts ec2.amazonaws.com for a:1 on *
    ");
}

/// The same text, in which nothing is a wildcard.
#[test]
fn from_equal_to_like() {
    let before =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":"ec2.amazonaws.com"}}}"#];
    let after =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringLike":{"k":"ec2.amazonaws.com"}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither Condition StringEquals k = ec2.amazonaws.com becomes StringLike = ec2.amazonaws.com for a:1 on *
    back:
    neither Condition StringLike k = ec2.amazonaws.com becomes StringEquals = ec2.amazonaws.com for a:1 on *
    ");
}

/// It accepts more.
#[test]
fn from_equal_to_a_pattern() {
    let before =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":"ec2.amazonaws.com"}}}"#];
    let after =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringLike":{"k":"*.amazonaws.com"}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition StringEquals k = ec2.amazonaws.com becomes StringLike = *.amazonaws.com for a:1 on *
    back:
    narrows Condition StringLike k = *.amazonaws.com becomes StringEquals = ec2.amazonaws.com for a:1 on *
    ");
}

/// It accepts more spellings.
#[test]
fn regardless_of_case() {
    let before = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":"Lab"}}}"#];
    let after =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEqualsIgnoreCase":{"k":"lab"}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition StringEquals k = Lab becomes StringEqualsIgnoreCase = lab for a:1 on *
    back:
    narrows Condition StringEqualsIgnoreCase k = lab becomes StringEquals = Lab for a:1 on *
    ");
}

/// `IfExists` accepts more.
#[test]
fn for_those_without_the_key_as_well() {
    let before = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":"a"}}}"#];
    let after = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEqualsIfExists":{"k":"a"}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition StringEquals k = a becomes StringEqualsIfExists = a for a:1 on *
    back:
    narrows Condition StringEqualsIfExists k = a becomes StringEquals = a for a:1 on *
    ");
}

/// They met it before: nothing changes.
#[test]
fn negated_for_those_without_the_key() {
    let before = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringNotEquals":{"k":"a"}}}"#];
    let after =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringNotEqualsIfExists":{"k":"a"}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither Condition StringNotEquals k = a becomes StringNotEqualsIfExists = a for a:1 on *
    back:
    neither Condition StringNotEqualsIfExists k = a becomes StringNotEquals = a for a:1 on *
    ");
}

/// All that was accepted is not, and the other way round.
#[test]
fn from_equal_to_not_equal() {
    let before = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringEquals":{"k":"a"}}}"#];
    let after = [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"StringNotEquals":{"k":"a"}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition StringEquals k = a no longer required for a:1 on *
    narrows Condition StringNotEquals k = a now required for a:1 on *
    back:
    widens  Condition StringNotEquals k = a no longer required for a:1 on *
    narrows Condition StringEquals k = a now required for a:1 on *
    ");
}

/// Neither follows from the other.
#[test]
fn any_or_all_of_the_values() {
    let before = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":"a"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition ForAnyValue:StringEquals aws:TagKeys = a no longer required for a:1 on *
    narrows Condition ForAllValues:StringEquals aws:TagKeys = a now required for a:1 on *
    back:
    widens  Condition ForAllValues:StringEquals aws:TagKeys = a no longer required for a:1 on *
    narrows Condition ForAnyValue:StringEquals aws:TagKeys = a now required for a:1 on *
    ");
}

/// A set operator with one more value.
#[test]
fn one_more_tag_for_all_values() {
    let before = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b","c"]}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition ForAllValues:StringEquals aws:TagKeys now accepts c for a:1 on *
    back:
    narrows Condition ForAllValues:StringEquals aws:TagKeys no longer accepts c for a:1 on *
    ");
}

/// What is within it was within the old one.
#[test]
fn a_smaller_network() {
    let before =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}"#];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.1.0.0/16"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither Condition IpAddress aws:SourceIp now accepts 10.1.0.0/16 for a:1 on *
    narrows Condition IpAddress aws:SourceIp no longer accepts 10.0.0.0/8 for a:1 on *
    back:
    widens  Condition IpAddress aws:SourceIp now accepts 10.0.0.0/8 for a:1 on *
    neither Condition IpAddress aws:SourceIp no longer accepts 10.1.0.0/16 for a:1 on *
    ");
}

/// Neither is within the other.
#[test]
fn another_network() {
    let before = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition IpAddress aws:SourceIp now accepts 203.0.113.0/24 for a:1 on *
    narrows Condition IpAddress aws:SourceIp no longer accepts 192.0.2.0/24 for a:1 on *
    back:
    widens  Condition IpAddress aws:SourceIp now accepts 192.0.2.0/24 for a:1 on *
    narrows Condition IpAddress aws:SourceIp no longer accepts 203.0.113.0/24 for a:1 on *
    ");
}

/// The bits beyond the prefix do not count.
#[test]
fn the_same_network_in_other_words() {
    let before =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}"#];
    let after =
        [r#"{"Effect":"Allow","Action":"a:1","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.1.2.3/8"}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither Condition IpAddress aws:SourceIp now accepts 10.1.2.3/8 for a:1 on *
    neither Condition IpAddress aws:SourceIp no longer accepts 10.0.0.0/8 for a:1 on *
    back:
    neither Condition IpAddress aws:SourceIp now accepts 10.0.0.0/8 for a:1 on *
    neither Condition IpAddress aws:SourceIp no longer accepts 10.1.2.3/8 for a:1 on *
    ");
}

/// The classic: whoever is not at home is denied.
#[test]
fn a_network_more_is_excepted_from_a_denial() {
    let before = [
        r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":["192.0.2.0/24"]}}}"#,
    ];
    let after = [
        r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":["192.0.2.0/24","203.0.113.0/24"]}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition NotIpAddress aws:SourceIp now excludes 203.0.113.0/24 for Deny * on *
    back:
    narrows Condition NotIpAddress aws:SourceIp no longer excludes 203.0.113.0/24 for Deny * on *
    ");
}

/// It is met by fewer requests: more is allowed.
#[test]
fn a_denial_gets_a_condition() {
    let before = [r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#];
    let after =
        [r#"{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition Bool aws:SecureTransport = false now required for Deny s3:* on *
    back:
    narrows Condition Bool aws:SecureTransport = false no longer required for Deny s3:* on *
    ");
}

/// A negated list of regions that grows.
#[test]
fn a_denial_gets_another_region() {
    let before = [
        r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-1"]}}}"#,
    ];
    let after = [
        r#"{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition StringNotEquals aws:RequestedRegion now excludes eu-central-1 for Deny everything but iam:* on *
    back:
    narrows Condition StringNotEquals aws:RequestedRegion no longer excludes eu-central-1 for Deny everything but iam:* on *
    ");
}
