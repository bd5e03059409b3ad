//! IAM itself: passing roles, one's own credentials, simulators.

use super::aloud;

/// Only to EC2.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
#[test]
fn a_role_is_passed_to_a_service() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": "arn:aws:iam::111122223333:role/EC2-roles-for-XYZ-*",
    "Condition": {
      "StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"},
      "StringLike": {"iam:AssociatedResourceARN": ["arn:aws:ec2:us-east-1:111122223333:instance/*"]}
    }
  }
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:PassRole on arn:aws:iam::111122223333:role/EC2-roles-for-XYZ-* when StringEquals iam:PassedToService = ec2.amazonaws.com and StringLike iam:AssociatedResourceARN = arn:aws:ec2:us-east-1:111122223333:instance/*
    canonical:
    {"Effect":"Allow","Action":["iam:passrole"],"Resource":["arn:aws:iam::111122223333:role/EC2-roles-for-XYZ-*"],"Condition":{"StringEquals":{"iam:passedtoservice":["ec2.amazonaws.com"]},"StringLike":{"iam:associatedresourcearn":["arn:aws:ec2:us-east-1:111122223333:instance/*"]}}}
    "#);
}

/// To one service.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam-passrole-service.html>
#[test]
fn a_role_is_read_and_passed() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["iam:GetRole", "iam:PassRole"],
      "Resource": "arn:aws:iam::*:role/lab",
      "Condition": {"StringEquals": {"iam:PassedToService": "cloudwatch.amazonaws.com"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:GetRole, iam:PassRole on arn:aws:iam::*:role/lab when StringEquals iam:PassedToService = cloudwatch.amazonaws.com
    canonical:
    {"Effect":"Allow","Action":["iam:getrole","iam:passrole"],"Resource":["arn:aws:iam::*:role/lab"],"Condition":{"StringEquals":{"iam:passedtoservice":["cloudwatch.amazonaws.com"]}}}
    "#);
}

/// Launching takes more than passing.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html>
#[test]
fn two_kinds_of_roles_for_an_instance() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["ec2:RunInstances", "ec2:AssociateIamInstanceProfile", "ec2:ReplaceIamInstanceProfileAssociation"], "Resource": "*"},
    {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/lab", "Condition": {}}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + ec2:AssociateIamInstanceProfile, ec2:ReplaceIamInstanceProfileAssociation, ec2:RunInstances on *
    widens  + iam:PassRole on arn:aws:iam::111122223333:role/lab
    canonical:
    {"Effect":"Allow","Action":["ec2:associateiaminstanceprofile","ec2:replaceiaminstanceprofileassociation","ec2:runinstances"],"Resource":["*"]}
    {"Effect":"Allow","Action":["iam:passrole"],"Resource":["arn:aws:iam::111122223333:role/lab"]}
    "#);
}

/// A long denial by exception.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html>
#[test]
fn own_credentials_with_a_second_factor() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "AllowViewAccountInfo", "Effect": "Allow", "Action": ["iam:GetAccountPasswordPolicy", "iam:ListVirtualMFADevices"], "Resource": "*"},
    {"Sid": "AllowManageOwnPasswords", "Effect": "Allow", "Action": ["iam:ChangePassword", "iam:GetUser"], "Resource": "arn:aws:iam::*:user/${aws:username}"},
    {
      "Sid": "AllowManageOwnAccessKeys",
      "Effect": "Allow",
      "Action": ["iam:CreateAccessKey", "iam:DeleteAccessKey", "iam:GetAccessKeyLastUsed", "iam:GetUser",
                 "iam:ListAccessKeys", "iam:UpdateAccessKey", "iam:TagUser"],
      "Resource": "arn:aws:iam::*:user/${aws:username}"
    },
    {"Sid": "AllowManageOwnVirtualMFADevice", "Effect": "Allow", "Action": ["iam:CreateVirtualMFADevice"], "Resource": "arn:aws:iam::*:mfa/*"},
    {
      "Sid": "DenyAllExceptListedIfNoMFA",
      "Effect": "Deny",
      "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:GetMFADevice", "iam:GetUser",
                    "iam:ListMFADevices", "iam:ListVirtualMFADevices", "iam:ResyncMFADevice", "sts:GetSessionToken"],
      "Resource": "*",
      "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:CreateAccessKey, iam:DeleteAccessKey, iam:GetAccessKeyLastUsed, iam:GetUser, iam:ListAccessKeys, iam:TagUser, iam:UpdateAccessKey on arn:aws:iam::*:user/${aws:username}
    widens  + iam:ChangePassword, iam:GetUser on arn:aws:iam::*:user/${aws:username}
    widens  + iam:CreateVirtualMFADevice on arn:aws:iam::*:mfa/*
    widens  + iam:GetAccountPasswordPolicy, iam:ListVirtualMFADevices on *
    narrows + Deny everything but iam:CreateVirtualMFADevice, iam:EnableMFADevice, iam:GetMFADevice, iam:GetUser, iam:ListMFADevices, iam:ListVirtualMFADevices, iam:ResyncMFADevice, sts:GetSessionToken on * when BoolIfExists aws:MultiFactorAuthPresent = false
    canonical:
    {"Sid":"AllowManageOwnAccessKeys","Effect":"Allow","Action":["iam:createaccesskey","iam:deleteaccesskey","iam:getaccesskeylastused","iam:getuser","iam:listaccesskeys","iam:taguser","iam:updateaccesskey"],"Resource":["arn:aws:iam::*:user/${aws:username}"]}
    {"Sid":"AllowManageOwnPasswords","Effect":"Allow","Action":["iam:changepassword","iam:getuser"],"Resource":["arn:aws:iam::*:user/${aws:username}"]}
    {"Sid":"AllowManageOwnVirtualMFADevice","Effect":"Allow","Action":["iam:createvirtualmfadevice"],"Resource":["arn:aws:iam::*:mfa/*"]}
    {"Sid":"AllowViewAccountInfo","Effect":"Allow","Action":["iam:getaccountpasswordpolicy","iam:listvirtualmfadevices"],"Resource":["*"]}
    {"Sid":"DenyAllExceptListedIfNoMFA","Effect":"Deny","NotAction":["iam:createvirtualmfadevice","iam:enablemfadevice","iam:getmfadevice","iam:getuser","iam:listmfadevices","iam:listvirtualmfadevices","iam:resyncmfadevice","sts:getsessiontoken"],"Resource":["*"],"Condition":{"BoolIfExists":{"aws:multifactorauthpresent":["false"]}}}
    "#);
}

/// A variable in the last part of an ARN.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage-password-only.html>
#[test]
fn own_password() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "ViewAccountPasswordRequirements", "Effect": "Allow", "Action": "iam:GetAccountPasswordPolicy", "Resource": "*"},
    {"Sid": "ChangeOwnPassword", "Effect": "Allow", "Action": ["iam:GetUser", "iam:ChangePassword"], "Resource": "arn:aws:iam::*:user/${aws:username}"}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:ChangePassword, iam:GetUser on arn:aws:iam::*:user/${aws:username}
    widens  + iam:GetAccountPasswordPolicy on *
    canonical:
    {"Sid":"ChangeOwnPassword","Effect":"Allow","Action":["iam:changepassword","iam:getuser"],"Resource":["arn:aws:iam::*:user/${aws:username}"]}
    {"Sid":"ViewAccountPasswordRequirements","Effect":"Allow","Action":["iam:getaccountpasswordpolicy"],"Resource":["*"]}
    "#);
}

/// Whatever the policies are attached to.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam_policy-sim.html>
#[test]
fn the_simulator_by_api() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Action": ["iam:GetContextKeysForCustomPolicy", "iam:GetContextKeysForPrincipalPolicy", "iam:SimulateCustomPolicy", "iam:SimulatePrincipalPolicy"],
      "Effect": "Allow",
      "Resource": "*"
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:GetContextKeysForCustomPolicy, iam:GetContextKeysForPrincipalPolicy, iam:SimulateCustomPolicy, iam:SimulatePrincipalPolicy on *
    canonical:
    {"Effect":"Allow","Action":["iam:getcontextkeysforcustompolicy","iam:getcontextkeysforprincipalpolicy","iam:simulatecustompolicy","iam:simulateprincipalpolicy"],"Resource":["*"]}
    "#);
}

/// Of users of one department.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam_policy-sim-path.html>
#[test]
fn the_simulator_within_a_path() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Action": ["iam:GetPolicy", "iam:GetUserPolicy"],
      "Effect": "Allow",
      "Resource": "*"
    },
    {
      "Action": ["iam:GetUser", "iam:ListAttachedUserPolicies", "iam:ListGroupsForUser", "iam:ListUserPolicies", "iam:ListUsers"],
      "Effect": "Allow",
      "Resource": "arn:aws:iam::111122223333:user/Department/Development/*"
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:GetPolicy, iam:GetUserPolicy on *
    widens  + iam:GetUser, iam:ListAttachedUserPolicies, iam:ListGroupsForUser, iam:ListUserPolicies, iam:ListUsers on arn:aws:iam::111122223333:user/Department/Development/*
    canonical:
    {"Effect":"Allow","Action":["iam:getpolicy","iam:getuserpolicy"],"Resource":["*"]}
    {"Effect":"Allow","Action":["iam:getuser","iam:listattacheduserpolicies","iam:listgroupsforuser","iam:listuserpolicies","iam:listusers"],"Resource":["arn:aws:iam::111122223333:user/Department/Development/*"]}
    "#);
}

/// Several actions that know no resource.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam_multiple-services-console.html>
#[test]
fn users_of_one_path() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ViewUserAndGroups",
      "Effect": "Allow",
      "Action": ["iam:ListGroups", "iam:ListUsers", "iam:GetAccountSummary", "iam:GenerateServiceLastAccessedDetails"],
      "Resource": "*"
    },
    {"Sid": "Manage", "Effect": "Allow", "Action": "iam:*User*", "Resource": "arn:aws:iam::111122223333:user/div/*"}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:*User* on arn:aws:iam::111122223333:user/div/*
    widens  + iam:GenerateServiceLastAccessedDetails, iam:GetAccountSummary, iam:ListGroups, iam:ListUsers on *
    canonical:
    {"Sid":"Manage","Effect":"Allow","Action":["iam:*user*"],"Resource":["arn:aws:iam::111122223333:user/div/*"]}
    {"Sid":"ViewUserAndGroups","Effect":"Allow","Action":["iam:generateservicelastaccesseddetails","iam:getaccountsummary","iam:listgroups","iam:listusers"],"Resource":["*"]}
    "#);
}

/// By the ARN of the policy.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-attach-policies.html>
#[test]
fn policies_that_may_be_attached() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": ["iam:AttachGroupPolicy", "iam:DetachGroupPolicy"],
    "Resource": ["arn:aws:iam::111122223333:group/TEAM-A/*"],
    "Condition": {"ArnEquals": {"iam:PolicyARN": ["arn:aws:iam::111122223333:policy/TEAM-A/*"]}}
  }
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:AttachGroupPolicy, iam:DetachGroupPolicy on arn:aws:iam::111122223333:group/TEAM-A/* when ArnEquals iam:PolicyARN = arn:aws:iam::111122223333:policy/TEAM-A/*
    canonical:
    {"Effect":"Allow","Action":["iam:attachgrouppolicy","iam:detachgrouppolicy"],"Resource":["arn:aws:iam::111122223333:group/TEAM-A/*"],"Condition":{"ArnEquals":{"iam:policyarn":["arn:aws:iam::111122223333:policy/TEAM-A/*"]}}}
    "#);
}

/// An exception in a condition.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies-attach-policies.html>
#[test]
fn policies_that_may_not_be_attached() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["iam:AttachRolePolicy", "iam:DetachRolePolicy"], "Resource": "arn:aws:iam::111122223333:role/*"},
    {
      "Effect": "Deny",
      "Action": ["iam:AttachRolePolicy"],
      "Resource": "*",
      "Condition": {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/*Admin*"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:AttachRolePolicy, iam:DetachRolePolicy on arn:aws:iam::111122223333:role/*
    narrows + Deny iam:AttachRolePolicy on * when ArnLike iam:PolicyARN = arn:aws:iam::aws:policy/*Admin*
    canonical:
    {"Effect":"Allow","Action":["iam:attachrolepolicy","iam:detachrolepolicy"],"Resource":["arn:aws:iam::111122223333:role/*"]}
    {"Effect":"Deny","Action":["iam:attachrolepolicy"],"Resource":["*"],"Condition":{"ArnLike":{"iam:policyarn":["arn:aws:iam::aws:policy/*Admin*"]}}}
    "#);
}

/// For one service.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/using-service-linked-roles.html>
#[test]
fn service_linked_roles() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "iam:CreateServiceLinkedRole",
      "Resource": "arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot*",
      "Condition": {"StringLike": {"iam:AWSServiceName": "spot.amazonaws.com"}}
    },
    {
      "Effect": "Allow",
      "Action": ["iam:AttachRolePolicy", "iam:PutRolePolicy"],
      "Resource": "arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot*"
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:AttachRolePolicy, iam:PutRolePolicy on arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot*
    widens  + iam:CreateServiceLinkedRole on arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot* when StringLike iam:AWSServiceName = spot.amazonaws.com
    canonical:
    {"Effect":"Allow","Action":["iam:attachrolepolicy","iam:putrolepolicy"],"Resource":["arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot*"]}
    {"Effect":"Allow","Action":["iam:createservicelinkedrole"],"Resource":["arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot*"],"Condition":{"StringLike":{"iam:awsservicename":["spot.amazonaws.com"]}}}
    "#);
}

/// A tag of the role, and one of the caller.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_iam-tags.html>
#[test]
fn roles_of_a_tag() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AssumeTaggedRole",
      "Effect": "Allow",
      "Action": "sts:AssumeRole",
      "Resource": "*",
      "Condition": {"StringEquals": {"iam:ResourceTag/UserRole": "VariableAccess"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + sts:AssumeRole on * when StringEquals iam:ResourceTag/UserRole = VariableAccess
    canonical:
    {"Sid":"AssumeTaggedRole","Effect":"Allow","Action":["sts:assumerole"],"Resource":["*"],"Condition":{"StringEquals":{"iam:resourcetag/userrole":["VariableAccess"]}}}
    "#);
}
