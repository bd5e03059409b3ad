//! Rules over all services: dates, regions, addresses, second factors, tags.

use super::aloud;

/// Both ends in Coordinated Universal Time.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws-dates.html>
#[test]
fn a_range_of_dates() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "service-prefix:action-name",
      "Resource": "*",
      "Condition": {
        "DateGreaterThan": {"aws:CurrentTime": "2020-04-01T00:00:00Z"},
        "DateLessThan": {"aws:CurrentTime": "2020-06-30T23:59:59Z"}
      }
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + service-prefix:action-name on * when DateGreaterThan aws:CurrentTime = 2020-04-01T00:00:00Z and DateLessThan aws:CurrentTime = 2020-06-30T23:59:59Z
    canonical:
    {"Effect":"Allow","Action":["service-prefix:action-name"],"Resource":["*"],"Condition":{"DateGreaterThan":{"aws:currenttime":["2020-04-01T00:00:00Z"]},"DateLessThan":{"aws:currenttime":["2020-06-30T23:59:59Z"]}}}
    "#);
}

/// One region only.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws-enable-disable-regions.html>
#[test]
fn regions_are_switched() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "EnableDisableHongKong",
      "Effect": "Allow",
      "Action": ["account:EnableRegion", "account:DisableRegion"],
      "Resource": "*",
      "Condition": {"StringEquals": {"account:TargetRegion": "ap-east-1"}}
    },
    {"Sid": "ViewConsole", "Effect": "Allow", "Action": ["account:ListRegions"], "Resource": "*"}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + account:DisableRegion, account:EnableRegion on * when StringEquals account:TargetRegion = ap-east-1
    widens  + account:ListRegions on *
    canonical:
    {"Sid":"EnableDisableHongKong","Effect":"Allow","Action":["account:disableregion","account:enableregion"],"Resource":["*"],"Condition":{"StringEquals":{"account:targetregion":["ap-east-1"]}}}
    {"Sid":"ViewConsole","Effect":"Allow","Action":["account:listregions"],"Resource":["*"]}
    "#);
}

/// Three conditions, two of them about one key.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_mfa-dates.html>
#[test]
fn a_second_factor_within_dates() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": ["service-prefix-1:*", "service-prefix-2:action-name-a", "service-prefix-2:action-name-b"],
    "Resource": "*",
    "Condition": {
      "Bool": {"aws:MultiFactorAuthPresent": true},
      "DateGreaterThan": {"aws:CurrentTime": "2017-07-01T00:00:00Z"},
      "DateLessThan": {"aws:CurrentTime": "2017-12-31T23:59:59Z"}
    }
  }
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + service-prefix-1:*, service-prefix-2:action-name-a, service-prefix-2:action-name-b on * when Bool aws:MultiFactorAuthPresent = true and DateGreaterThan aws:CurrentTime = 2017-07-01T00:00:00Z and DateLessThan aws:CurrentTime = 2017-12-31T23:59:59Z
    canonical:
    {"Effect":"Allow","Action":["service-prefix-1:*","service-prefix-2:action-name-a","service-prefix-2:action-name-b"],"Resource":["*"],"Condition":{"Bool":{"aws:multifactorauthpresent":["true"]},"DateGreaterThan":{"aws:currenttime":["2017-07-01T00:00:00Z"]},"DateLessThan":{"aws:currenttime":["2017-12-31T23:59:59Z"]}}}
    "#);
}

/// But for what services do on one's behalf.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-ip.html>
#[test]
fn other_addresses_are_denied() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Action": "*",
    "Resource": "*",
    "Condition": {
      "NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"]},
      "Bool": {"aws:ViaAWSService": "false"}
    }
  }
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    narrows + Deny * on * when Bool aws:ViaAWSService = false and NotIpAddress aws:SourceIp in [192.0.2.0/24, 203.0.113.0/24]
    canonical:
    {"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"Bool":{"aws:viaawsservice":["false"]},"NotIpAddress":{"aws:sourceip":["192.0.2.0/24","203.0.113.0/24"]}}}
    "#);
}

/// But for global services.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_deny-requested-region.html>
#[test]
fn other_regions_are_denied() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "DenyAllOutsideRequestedRegions",
      "Effect": "Deny",
      "NotAction": ["cloudfront:*", "iam:*", "organizations:*", "route53:*", "support:*"],
      "Resource": "*",
      "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3"]}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    narrows + Deny everything but cloudfront:*, iam:*, organizations:*, route53:*, support:* on * when StringNotEquals aws:RequestedRegion in [eu-central-1, eu-west-1, eu-west-2, eu-west-3]
    canonical:
    {"Sid":"DenyAllOutsideRequestedRegions","Effect":"Deny","NotAction":["cloudfront:*","iam:*","organizations:*","route53:*","support:*"],"Resource":["*"],"Condition":{"StringNotEquals":{"aws:requestedregion":["eu-central-1","eu-west-1","eu-west-2","eu-west-3"]}}}
    "#);
}

/// But for data exchanges.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_resource_account_data_exch.html>
#[test]
fn resources_of_other_accounts_are_denied() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowS3SpecificResources",
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:PutObject"],
      "Resource": "*",
      "Condition": {"StringEquals": {"aws:ResourceAccount": ["111122223333"]}}
    },
    {
      "Effect": "Deny",
      "NotAction": ["dataexchange:CreateJob", "dataexchange:StartJob"],
      "Resource": "*",
      "Condition": {"StringNotEquals": {"aws:ResourceAccount": ["111122223333"]}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    narrows + Deny everything but dataexchange:CreateJob, dataexchange:StartJob on * when StringNotEquals aws:ResourceAccount = 111122223333
    widens  + s3:GetObject, s3:PutObject on * when StringEquals aws:ResourceAccount = 111122223333
    canonical:
    {"Effect":"Deny","NotAction":["dataexchange:createjob","dataexchange:startjob"],"Resource":["*"],"Condition":{"StringNotEquals":{"aws:resourceaccount":["111122223333"]}}}
    {"Sid":"AllowS3SpecificResources","Effect":"Allow","Action":["s3:getobject","s3:putobject"],"Resource":["*"],"Condition":{"StringEquals":{"aws:resourceaccount":["111122223333"]}}}
    "#);
}

/// A key that is a variable's name.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html>
#[test]
fn what_the_tag_of_the_caller_says() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "ec2:startInstances",
      "Resource": "*",
      "Condition": {"StringEquals": {"aws:ResourceTag/CostCenter": "${aws:PrincipalTag/CostCenter}"}}
    },
    {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + ec2:Describe* on *
    widens  + ec2:startInstances on * when StringEquals aws:ResourceTag/CostCenter = ${aws:PrincipalTag/CostCenter}
    canonical:
    {"Effect":"Allow","Action":["ec2:describe*"],"Resource":["*"]}
    {"Effect":"Allow","Action":["ec2:startinstances"],"Resource":["*"],"Condition":{"StringEquals":{"aws:resourcetag/costcenter":["${aws:PrincipalTag/CostCenter}"]}}}
    "#);
}

/// A set operator.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html>
#[test]
fn which_tags_a_request_may_bring() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": ["ec2:CreateTags"],
    "Resource": "arn:aws:ec2:*:111122223333:instance/*",
    "Condition": {
      "StringEquals": {"aws:RequestTag/environment": ["preprod", "production"]},
      "ForAllValues:StringEquals": {"aws:TagKeys": ["environment", "cost-center"]}
    }
  }
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + ec2:CreateTags on arn:aws:ec2:*:111122223333:instance/* when ForAllValues:StringEquals aws:TagKeys in [cost-center, environment] and StringEquals aws:RequestTag/environment in [preprod, production]
    canonical:
    {"Effect":"Allow","Action":["ec2:createtags"],"Resource":["arn:aws:ec2:*:111122223333:instance/*"],"Condition":{"ForAllValues:StringEquals":{"aws:tagkeys":["cost-center","environment"]},"StringEquals":{"aws:requesttag/environment":["preprod","production"]}}}
    "#);
}

/// What stands in quotes is for callers without the tag.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
#[test]
fn a_default_for_a_variable() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:ListBucket"],
      "Resource": ["arn:aws:s3:::lab-data"],
      "Condition": {"StringLike": {"s3:prefix": ["${aws:PrincipalTag/team, 'company-wide'}/*"]}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + s3:ListBucket on arn:aws:s3:::lab-data when StringLike s3:prefix = "${aws:PrincipalTag/team, 'company-wide'}/*"
    canonical:
    {"Effect":"Allow","Action":["s3:listbucket"],"Resource":["arn:aws:s3:::lab-data"],"Condition":{"StringLike":{"s3:prefix":["${aws:PrincipalTag/team, 'company-wide'}/*"]}}}
    "#);
}

/// A dollar, a star and a question mark.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>
#[test]
fn three_characters_as_themselves() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lab-data/${$}{x}/${*}/${?}"}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + s3:GetObject on arn:aws:s3:::lab-data/${$}{x}/${*}/${?}
    canonical:
    {"Effect":"Allow","Action":["s3:getobject"],"Resource":["arn:aws:s3:::lab-data/${$}{x}/${*}/${?}"]}
    "#);
}

/// An exception is no denial.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>
#[test]
fn everything_but_iam() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + everything but iam:* on *
    canonical:
    {"Effect":"Allow","NotAction":["iam:*"],"Resource":["*"]}
    "#);
}

/// Of one service.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>
#[test]
fn everything_but_deleting_buckets() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": {"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "arn:aws:s3:::*"}
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + everything but s3:DeleteBucket on arn:aws:s3:::*
    canonical:
    {"Effect":"Allow","NotAction":["s3:deletebucket"],"Resource":["arn:aws:s3:::*"]}
    "#);
}

/// But what sets one up.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>
#[test]
fn no_second_factor_nothing() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "DenyAllUsersNotUsingMFA",
    "Effect": "Deny",
    "NotAction": "iam:*",
    "Resource": "*",
    "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
  }]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    narrows + Deny everything but iam:* on * when BoolIfExists aws:MultiFactorAuthPresent = false
    canonical:
    {"Sid":"DenyAllUsersNotUsingMFA","Effect":"Deny","NotAction":["iam:*"],"Resource":["*"],"Condition":{"BoolIfExists":{"aws:multifactorauthpresent":["false"]}}}
    "#);
}

/// Whoever is in HR is denied the rest.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html>
#[test]
fn everything_but_one_bucket() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Deny",
    "Action": "s3:*",
    "NotResource": ["arn:aws:s3:::HRBucket/Payroll", "arn:aws:s3:::HRBucket/Payroll/*"]
  }
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    narrows + Deny s3:* on everything but arn:aws:s3:::HRBucket/Payroll, arn:aws:s3:::HRBucket/Payroll/*
    canonical:
    {"Effect":"Deny","Action":["s3:*"],"NotResource":["arn:aws:s3:::HRBucket/Payroll","arn:aws:s3:::HRBucket/Payroll/*"]}
    "#);
}

/// Accounts by number and by root are one.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[test]
fn principals_of_many_forms() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "Principal": {
      "AWS": ["arn:aws:iam::444455556666:root", "999999999999", "arn:aws:sts::444455556666:assumed-role/r/s",
              "arn:aws:iam::444455556666:user/user-name"],
      "CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
      "Federated": ["accounts.google.com", "arn:aws:iam::444455556666:saml-provider/provider-name"],
      "Service": ["ecs.amazonaws.com", "elasticloadbalancing.amazonaws.com"]
    },
    "Action": "sqs:*",
    "Resource": "*"
  }]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    narrows + account 444455556666 may not sqs:* on *
    narrows + AWS arn:aws:iam::444455556666:user/user-name may not sqs:* on *
    narrows + account 999999999999 may not sqs:* on *
    narrows + AWS arn:aws:sts::444455556666:assumed-role/r/s may not sqs:* on *
    narrows + CanonicalUser 79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be may not sqs:* on *
    narrows + Federated accounts.google.com may not sqs:* on *
    narrows + Federated arn:aws:iam::444455556666:saml-provider/provider-name may not sqs:* on *
    narrows + Service ecs.amazonaws.com may not sqs:* on *
    narrows + Service elasticloadbalancing.amazonaws.com may not sqs:* on *
    canonical:
    {"Effect":"Deny","Principal":{"AWS":["arn:aws:iam::444455556666:root","arn:aws:iam::444455556666:user/user-name","arn:aws:iam::999999999999:root","arn:aws:sts::444455556666:assumed-role/r/s"],"CanonicalUser":["79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"],"Federated":["accounts.google.com","arn:aws:iam::444455556666:saml-provider/provider-name"],"Service":["ecs.amazonaws.com","elasticloadbalancing.amazonaws.com"]},"Action":["sqs:*"],"Resource":["*"]}
    "#);
}

/// A user, and the account that the user is in.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>
#[test]
fn nobody_but_two() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Deny",
    "NotPrincipal": {"AWS": ["arn:aws:iam::444455556666:user/Bob", "arn:aws:iam::444455556666:root"]},
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::BUCKETNAME", "arn:aws:s3:::BUCKETNAME/*"]
  }]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    narrows + everyone but account 444455556666, AWS arn:aws:iam::444455556666:user/Bob may not s3:* on arn:aws:s3:::BUCKETNAME, arn:aws:s3:::BUCKETNAME/*
    canonical:
    {"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::444455556666:root","arn:aws:iam::444455556666:user/Bob"]},"Action":["s3:*"],"Resource":["arn:aws:s3:::BUCKETNAME","arn:aws:s3:::BUCKETNAME/*"]}
    "#);
}
