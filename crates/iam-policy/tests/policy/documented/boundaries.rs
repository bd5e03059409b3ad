//! Permissions boundaries, and what delegates under them.

use super::aloud;

/// Of one user.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
#[test]
fn a_boundary_of_three_services() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["s3:*", "cloudwatch:*", "ec2:*"], "Resource": "*"}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + cloudwatch:*, ec2:*, s3:* on *
    canonical:
    {"Effect":"Allow","Action":["cloudwatch:*","ec2:*","s3:*"],"Resource":["*"]}
    "#);
}

/// It may be written, and has no effect.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
#[test]
fn what_is_beyond_the_boundary() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": {"Effect": "Allow", "Action": "iam:CreateUser", "Resource": "*"}
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:CreateUser on *
    canonical:
    {"Effect":"Allow","Action":["iam:createuser"],"Resource":["*"]}
    "#);
}

/// With a bucket that nobody reads.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
#[test]
fn the_boundary_of_those_who_are_made() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "ServiceBoundaries", "Effect": "Allow", "Action": ["s3:*", "cloudwatch:*", "ec2:*", "dynamodb:*"], "Resource": "*"},
    {
      "Sid": "AllowIAMConsoleForCredentials",
      "Effect": "Allow",
      "Action": ["iam:ListUsers", "iam:GetAccountPasswordPolicy"],
      "Resource": "*"
    },
    {
      "Sid": "AllowManageOwnPasswordAndAccessKeys",
      "Effect": "Allow",
      "Action": ["iam:*AccessKey*", "iam:ChangePassword", "iam:GetUser", "iam:*ServiceSpecificCredential*", "iam:*SigningCertificate*"],
      "Resource": ["arn:aws:iam::*:user/${aws:username}"]
    },
    {
      "Sid": "DenyS3Logs",
      "Effect": "Deny",
      "Action": "s3:*",
      "Resource": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]
    },
    {
      "Sid": "DenyEC2Production",
      "Effect": "Deny",
      "Action": "ec2:*",
      "Resource": "arn:aws:ec2:*:*:instance/i-1234567890abcdef0"
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:GetAccountPasswordPolicy, iam:ListUsers on *
    widens  + iam:*AccessKey*, iam:*ServiceSpecificCredential*, iam:*SigningCertificate*, iam:ChangePassword, iam:GetUser on arn:aws:iam::*:user/${aws:username}
    narrows + Deny ec2:* on arn:aws:ec2:*:*:instance/i-1234567890abcdef0
    narrows + Deny s3:* on arn:aws:s3:::logs, arn:aws:s3:::logs/*
    widens  + cloudwatch:*, dynamodb:*, ec2:*, s3:* on *
    canonical:
    {"Sid":"AllowIAMConsoleForCredentials","Effect":"Allow","Action":["iam:getaccountpasswordpolicy","iam:listusers"],"Resource":["*"]}
    {"Sid":"AllowManageOwnPasswordAndAccessKeys","Effect":"Allow","Action":["iam:*accesskey*","iam:*servicespecificcredential*","iam:*signingcertificate*","iam:changepassword","iam:getuser"],"Resource":["arn:aws:iam::*:user/${aws:username}"]}
    {"Sid":"DenyEC2Production","Effect":"Deny","Action":["ec2:*"],"Resource":["arn:aws:ec2:*:*:instance/i-1234567890abcdef0"]}
    {"Sid":"DenyS3Logs","Effect":"Deny","Action":["s3:*"],"Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]}
    {"Sid":"ServiceBoundaries","Effect":"Allow","Action":["cloudwatch:*","dynamodb:*","ec2:*","s3:*"],"Resource":["*"]}
    "#);
}

/// Only with the boundary, and never without it again.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>
#[test]
fn who_makes_them() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "CreateOrChangeOnlyWithBoundary",
      "Effect": "Allow",
      "Action": ["iam:AttachUserPolicy", "iam:CreateUser", "iam:DeleteUserPolicy", "iam:DetachUserPolicy", "iam:PutUserPermissionsBoundary", "iam:PutUserPolicy"],
      "Resource": "*",
      "Condition": {"StringEquals": {"iam:PermissionsBoundary": "arn:aws:iam::111122223333:policy/XCompanyBoundaries"}}
    },
    {
      "Sid": "CloudWatchAndOtherIAMTasks",
      "Effect": "Allow",
      "Action": ["cloudwatch:*", "iam:CreateAccessKey", "iam:GetUser", "iam:List*", "iam:SimulateCustomPolicy"],
      "Resource": "*"
    },
    {
      "Sid": "NoBoundaryPolicyEdit",
      "Effect": "Deny",
      "Action": ["iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"],
      "Resource": ["arn:aws:iam::111122223333:policy/XCompanyBoundaries", "arn:aws:iam::111122223333:policy/DelegatedUserBoundary"]
    },
    {"Sid": "NoBoundaryUserDelete", "Effect": "Deny", "Action": "iam:DeleteUserPermissionsBoundary", "Resource": "*"}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + cloudwatch:*, iam:CreateAccessKey, iam:GetUser, iam:List*, iam:SimulateCustomPolicy on *
    widens  + iam:AttachUserPolicy, iam:CreateUser, iam:DeleteUserPolicy, iam:DetachUserPolicy, iam:PutUserPermissionsBoundary, iam:PutUserPolicy on * when StringEquals iam:PermissionsBoundary = arn:aws:iam::111122223333:policy/XCompanyBoundaries
    narrows + Deny iam:CreatePolicyVersion, iam:DeletePolicy, iam:DeletePolicyVersion, iam:SetDefaultPolicyVersion on arn:aws:iam::111122223333:policy/DelegatedUserBoundary, arn:aws:iam::111122223333:policy/XCompanyBoundaries
    narrows + Deny iam:DeleteUserPermissionsBoundary on *
    canonical:
    {"Sid":"CloudWatchAndOtherIAMTasks","Effect":"Allow","Action":["cloudwatch:*","iam:createaccesskey","iam:getuser","iam:list*","iam:simulatecustompolicy"],"Resource":["*"]}
    {"Sid":"CreateOrChangeOnlyWithBoundary","Effect":"Allow","Action":["iam:attachuserpolicy","iam:createuser","iam:deleteuserpolicy","iam:detachuserpolicy","iam:putuserpermissionsboundary","iam:putuserpolicy"],"Resource":["*"],"Condition":{"StringEquals":{"iam:permissionsboundary":["arn:aws:iam::111122223333:policy/XCompanyBoundaries"]}}}
    {"Sid":"NoBoundaryPolicyEdit","Effect":"Deny","Action":["iam:createpolicyversion","iam:deletepolicy","iam:deletepolicyversion","iam:setdefaultpolicyversion"],"Resource":["arn:aws:iam::111122223333:policy/DelegatedUserBoundary","arn:aws:iam::111122223333:policy/XCompanyBoundaries"]}
    {"Sid":"NoBoundaryUserDelete","Effect":"Deny","Action":["iam:deleteuserpermissionsboundary"],"Resource":["*"]}
    "#);
}

/// Of an organization: a role that nobody changes.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html>
#[test]
fn nobody_is_an_administrator_without_a_boundary() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "DenyAccessToASpecificRole",
      "Effect": "Deny",
      "Action": ["iam:AttachRolePolicy", "iam:DeleteRole", "iam:DeleteRolePermissionsBoundary", "iam:DeleteRolePolicy",
                 "iam:DetachRolePolicy", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy",
                 "iam:UpdateRole", "iam:UpdateRoleDescription"],
      "Resource": ["arn:aws:iam::*:role/lab"],
      "Condition": {"StringNotLike": {"aws:PrincipalARN": "arn:aws:iam::*:role/admin"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    narrows + Deny iam:AttachRolePolicy, iam:DeleteRole, iam:DeleteRolePermissionsBoundary, iam:DeleteRolePolicy, iam:DetachRolePolicy, iam:PutRolePermissionsBoundary, iam:PutRolePolicy, iam:UpdateAssumeRolePolicy, iam:UpdateRole, iam:UpdateRoleDescription on arn:aws:iam::*:role/lab when StringNotLike aws:PrincipalARN = arn:aws:iam::*:role/admin
    canonical:
    {"Sid":"DenyAccessToASpecificRole","Effect":"Deny","Action":["iam:attachrolepolicy","iam:deleterole","iam:deleterolepermissionsboundary","iam:deleterolepolicy","iam:detachrolepolicy","iam:putrolepermissionsboundary","iam:putrolepolicy","iam:updateassumerolepolicy","iam:updaterole","iam:updateroledescription"],"Resource":["arn:aws:iam::*:role/lab"],"Condition":{"StringNotLike":{"aws:principalarn":["arn:aws:iam::*:role/admin"]}}}
    "#);
}

/// With roles that are exempt.
/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html>
#[test]
fn regions_of_an_organization() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "DenyAllOutsideEU",
      "Effect": "Deny",
      "NotAction": ["a4b:*", "acm:*", "aws-portal:*", "budgets:*", "ce:*", "chime:*", "cloudfront:*", "iam:*", "kms:*", "organizations:*", "sts:*", "support:*", "waf:*"],
      "Resource": "*",
      "Condition": {
        "StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "eu-west-1"]},
        "ArnNotLike": {"aws:PrincipalARN": ["arn:aws:iam::*:role/Role1AllowedToBypassThisSCP", "arn:aws:iam::*:role/Role2AllowedToBypassThisSCP"]}
      }
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    narrows + Deny everything but a4b:*, acm:*, aws-portal:*, budgets:*, ce:*, chime:*, cloudfront:*, iam:*, kms:*, organizations:*, sts:*, support:*, waf:* on * when ArnNotLike aws:PrincipalARN in [arn:aws:iam::*:role/Role1AllowedToBypassThisSCP, arn:aws:iam::*:role/Role2AllowedToBypassThisSCP] and StringNotEquals aws:RequestedRegion in [eu-central-1, eu-west-1]
    canonical:
    {"Sid":"DenyAllOutsideEU","Effect":"Deny","NotAction":["a4b:*","acm:*","aws-portal:*","budgets:*","ce:*","chime:*","cloudfront:*","iam:*","kms:*","organizations:*","sts:*","support:*","waf:*"],"Resource":["*"],"Condition":{"ArnNotLike":{"aws:principalarn":["arn:aws:iam::*:role/Role1AllowedToBypassThisSCP","arn:aws:iam::*:role/Role2AllowedToBypassThisSCP"]},"StringNotEquals":{"aws:requestedregion":["eu-central-1","eu-west-1"]}}}
    "#);
}
