//! EC2, Lambda, SageMaker, tables and the like.

use super::aloud;

/// What bears the name of the user.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_ec2_ebs-owner.html>
#[test]
fn volumes_are_attached_by_tag() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ec2:AttachVolume", "ec2:DetachVolume"],
      "Resource": "arn:aws:ec2:*:*:instance/*",
      "Condition": {"StringEquals": {"aws:ResourceTag/Department": "Development"}}
    },
    {
      "Effect": "Allow",
      "Action": ["ec2:AttachVolume", "ec2:DetachVolume"],
      "Resource": "arn:aws:ec2:*:*:volume/*",
      "Condition": {"StringEquals": {"aws:ResourceTag/VolumeUser": "${aws:username}"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + ec2:AttachVolume, ec2:DetachVolume on arn:aws:ec2:*:*:instance/* when StringEquals aws:ResourceTag/Department = Development
    widens  + ec2:AttachVolume, ec2:DetachVolume on arn:aws:ec2:*:*:volume/* when StringEquals aws:ResourceTag/VolumeUser = ${aws:username}
    canonical:
    {"Effect":"Allow","Action":["ec2:attachvolume","ec2:detachvolume"],"Resource":["arn:aws:ec2:*:*:instance/*"],"Condition":{"StringEquals":{"aws:resourcetag/department":["Development"]}}}
    {"Effect":"Allow","Action":["ec2:attachvolume","ec2:detachvolume"],"Resource":["arn:aws:ec2:*:*:volume/*"],"Condition":{"StringEquals":{"aws:resourcetag/volumeuser":["${aws:username}"]}}}
    "#);
}

/// Eight kinds of resources for one action.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_ec2_instances-subnet.html>
#[test]
fn instances_of_a_subnet() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "ec2:RunInstances",
      "Resource": [
        "arn:aws:ec2:*:111122223333:subnet/subnet-subnet-id", "arn:aws:ec2:*:111122223333:network-interface/*",
        "arn:aws:ec2:*:111122223333:instance/*", "arn:aws:ec2:*:111122223333:volume/*", "arn:aws:ec2:*::image/ami-*",
        "arn:aws:ec2:*:111122223333:key-pair/*", "arn:aws:ec2:*:111122223333:security-group/*"
      ]
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + ec2:RunInstances on arn:aws:ec2:*:111122223333:instance/*, arn:aws:ec2:*:111122223333:key-pair/*, arn:aws:ec2:*:111122223333:network-interface/*, arn:aws:ec2:*:111122223333:security-group/*, arn:aws:ec2:*:111122223333:subnet/subnet-subnet-id, arn:aws:ec2:*:111122223333:volume/*, arn:aws:ec2:*::image/ami-*
    canonical:
    {"Effect":"Allow","Action":["ec2:runinstances"],"Resource":["arn:aws:ec2:*:111122223333:instance/*","arn:aws:ec2:*:111122223333:key-pair/*","arn:aws:ec2:*:111122223333:network-interface/*","arn:aws:ec2:*:111122223333:security-group/*","arn:aws:ec2:*:111122223333:subnet/subnet-subnet-id","arn:aws:ec2:*:111122223333:volume/*","arn:aws:ec2:*::image/ami-*"]}
    "#);
}

/// The describing is for all.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_ec2_tag-owner.html>
#[test]
fn instances_are_started_and_stopped_by_their_owner() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ec2:StartInstances", "ec2:StopInstances"],
      "Resource": "arn:aws:ec2:*:*:instance/*",
      "Condition": {"StringEquals": {"aws:ResourceTag/Owner": "${aws:username}"}}
    },
    {"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + ec2:DescribeInstances on *
    widens  + ec2:StartInstances, ec2:StopInstances on arn:aws:ec2:*:*:instance/* when StringEquals aws:ResourceTag/Owner = ${aws:username}
    canonical:
    {"Effect":"Allow","Action":["ec2:describeinstances"],"Resource":["*"]}
    {"Effect":"Allow","Action":["ec2:startinstances","ec2:stopinstances"],"Resource":["arn:aws:ec2:*:*:instance/*"],"Condition":{"StringEquals":{"aws:resourcetag/owner":["${aws:username}"]}}}
    "#);
}

/// In the console as well.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_ec2_region.html>
#[test]
fn full_access_in_one_region() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Action": "ec2:*", "Resource": "*", "Effect": "Allow", "Condition": {"StringEquals": {"ec2:Region": "us-east-2"}}}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + ec2:* on * when StringEquals ec2:Region = us-east-2
    canonical:
    {"Effect":"Allow","Action":["ec2:*"],"Resource":["*"],"Condition":{"StringEquals":{"ec2:region":["us-east-2"]}}}
    "#);
}

/// By the network's ARN.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_ec2_securitygroups-vpc.html>
#[test]
fn security_groups_of_a_network() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["ec2:DescribeSecurityGroups", "ec2:DescribeSecurityGroupRules", "ec2:DescribeTags"], "Resource": "*"},
    {
      "Effect": "Allow",
      "Action": ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress", "ec2:RevokeSecurityGroupEgress", "ec2:ModifySecurityGroupRules"],
      "Resource": ["arn:aws:ec2:us-east-1:111122223333:security-group/*"],
      "Condition": {"ArnEquals": {"ec2:Vpc": "arn:aws:ec2:us-east-1:111122223333:vpc/vpc-11223344556677889"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + ec2:AuthorizeSecurityGroupEgress, ec2:AuthorizeSecurityGroupIngress, ec2:ModifySecurityGroupRules, ec2:RevokeSecurityGroupEgress, ec2:RevokeSecurityGroupIngress on arn:aws:ec2:us-east-1:111122223333:security-group/* when ArnEquals ec2:Vpc = arn:aws:ec2:us-east-1:111122223333:vpc/vpc-11223344556677889
    widens  + ec2:DescribeSecurityGroupRules, ec2:DescribeSecurityGroups, ec2:DescribeTags on *
    canonical:
    {"Effect":"Allow","Action":["ec2:authorizesecuritygroupegress","ec2:authorizesecuritygroupingress","ec2:modifysecuritygrouprules","ec2:revokesecuritygroupegress","ec2:revokesecuritygroupingress"],"Resource":["arn:aws:ec2:us-east-1:111122223333:security-group/*"],"Condition":{"ArnEquals":{"ec2:vpc":["arn:aws:ec2:us-east-1:111122223333:vpc/vpc-11223344556677889"]}}}
    {"Effect":"Allow","Action":["ec2:describesecuritygrouprules","ec2:describesecuritygroups","ec2:describetags"],"Resource":["*"]}
    "#);
}

/// An allow, and a denial with two conditions.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_ec2_terminate-ip.html>
#[test]
fn terminating_only_from_home() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["ec2:TerminateInstances"], "Resource": ["*"]},
    {
      "Effect": "Deny",
      "Action": ["ec2:TerminateInstances"],
      "Condition": {
        "NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"]},
        "Bool": {"aws:ViaAWSService": "false"}
      },
      "Resource": ["*"]
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + ec2:TerminateInstances on *
    narrows + Deny ec2:TerminateInstances on * when Bool aws:ViaAWSService = false and NotIpAddress aws:SourceIp in [192.0.2.0/24, 203.0.113.0/24]
    canonical:
    {"Effect":"Allow","Action":["ec2:terminateinstances"],"Resource":["*"]}
    {"Effect":"Deny","Action":["ec2:terminateinstances"],"Resource":["*"],"Condition":{"Bool":{"aws:viaawsservice":["false"]},"NotIpAddress":{"aws:sourceip":["192.0.2.0/24","203.0.113.0/24"]}}}
    "#);
}

/// What a function's role needs.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_lambda-access-dynamodb.html>
#[test]
fn a_function_reads_a_table() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ReadWriteTable",
      "Effect": "Allow",
      "Action": ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
      "Resource": "arn:aws:dynamodb:*:*:table/SampleTable"
    },
    {"Sid": "GetStreamRecords", "Effect": "Allow", "Action": "dynamodb:GetRecords", "Resource": "arn:aws:dynamodb:*:*:table/SampleTable/stream/* "},
    {"Sid": "WriteLogStreamsAndGroups", "Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"},
    {"Sid": "CreateLogGroup", "Effect": "Allow", "Action": "logs:CreateLogGroup", "Resource": "*"}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + logs:CreateLogGroup on *
    widens  + dynamodb:GetRecords on arn:aws:dynamodb:*:*:table/SampleTable/stream/* 
    widens  + dynamodb:BatchGetItem, dynamodb:BatchWriteItem, dynamodb:GetItem, dynamodb:PutItem, dynamodb:Query, dynamodb:Scan, dynamodb:UpdateItem on arn:aws:dynamodb:*:*:table/SampleTable
    widens  + logs:CreateLogStream, logs:PutLogEvents on *
    canonical:
    {"Sid":"CreateLogGroup","Effect":"Allow","Action":["logs:createloggroup"],"Resource":["*"]}
    {"Sid":"GetStreamRecords","Effect":"Allow","Action":["dynamodb:getrecords"],"Resource":["arn:aws:dynamodb:*:*:table/SampleTable/stream/* "]}
    {"Sid":"ReadWriteTable","Effect":"Allow","Action":["dynamodb:batchgetitem","dynamodb:batchwriteitem","dynamodb:getitem","dynamodb:putitem","dynamodb:query","dynamodb:scan","dynamodb:updateitem"],"Resource":["arn:aws:dynamodb:*:*:table/SampleTable"]}
    {"Sid":"WriteLogStreamsAndGroups","Effect":"Allow","Action":["logs:createlogstream","logs:putlogevents"],"Resource":["*"]}
    "#);
}

/// Two set operators and a list of values.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_dynamodb_columns.html>
#[test]
fn some_columns_of_a_table() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"],
      "Resource": ["arn:aws:dynamodb:*:*:table/table-name"],
      "Condition": {
        "ForAllValues:StringEquals": {"dynamodb:Attributes": ["column-name-1", "column-name-2", "column-name-3"]},
        "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}
      }
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + dynamodb:BatchGetItem, dynamodb:BatchWriteItem, dynamodb:DeleteItem, dynamodb:GetItem, dynamodb:PutItem, dynamodb:Query, dynamodb:UpdateItem on arn:aws:dynamodb:*:*:table/table-name when ForAllValues:StringEquals dynamodb:Attributes in [column-name-1, column-name-2, column-name-3] and StringEqualsIfExists dynamodb:Select = SPECIFIC_ATTRIBUTES
    canonical:
    {"Effect":"Allow","Action":["dynamodb:batchgetitem","dynamodb:batchwriteitem","dynamodb:deleteitem","dynamodb:getitem","dynamodb:putitem","dynamodb:query","dynamodb:updateitem"],"Resource":["arn:aws:dynamodb:*:*:table/table-name"],"Condition":{"ForAllValues:StringEquals":{"dynamodb:attributes":["column-name-1","column-name-2","column-name-3"]},"StringEqualsIfExists":{"dynamodb:select":["SPECIFIC_ATTRIBUTES"]}}}
    "#);
}

/// By the leading key.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_dynamodb_items.html>
#[test]
fn rows_of_their_own() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"],
      "Resource": ["arn:aws:dynamodb:*:*:table/MyTable"],
      "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${cognito-identity.amazonaws.com:sub}"]}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + dynamodb:DeleteItem, dynamodb:GetItem, dynamodb:PutItem, dynamodb:Query, dynamodb:UpdateItem on arn:aws:dynamodb:*:*:table/MyTable when ForAllValues:StringEquals dynamodb:LeadingKeys = ${cognito-identity.amazonaws.com:sub}
    canonical:
    {"Effect":"Allow","Action":["dynamodb:deleteitem","dynamodb:getitem","dynamodb:putitem","dynamodb:query","dynamodb:updateitem"],"Resource":["arn:aws:dynamodb:*:*:table/MyTable"],"Condition":{"ForAllValues:StringEquals":{"dynamodb:leadingkeys":["${cognito-identity.amazonaws.com:sub}"]}}}
    "#);
}

/// And without root.
/// <https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html>
#[test]
fn notebook_instances_without_the_internet() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "LockDownCreateNotebookInstance",
      "Effect": "Allow",
      "Action": ["sagemaker:CreateNotebookInstance"],
      "Resource": "*",
      "Condition": {
        "StringEquals": {"sagemaker:DirectInternetAccess": "Disabled", "sagemaker:RootAccess": "Disabled"},
        "Null": {"sagemaker:VpcSubnets": "false", "sagemaker:VpcSecurityGroupIds": "false", "sagemaker:VolumeKmsKey": "false"}
      }
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + sagemaker:CreateNotebookInstance on * when Null sagemaker:VolumeKmsKey = false and Null sagemaker:VpcSecurityGroupIds = false and Null sagemaker:VpcSubnets = false and StringEquals sagemaker:DirectInternetAccess = Disabled and StringEquals sagemaker:RootAccess = Disabled
    canonical:
    {"Sid":"LockDownCreateNotebookInstance","Effect":"Allow","Action":["sagemaker:createnotebookinstance"],"Resource":["*"],"Condition":{"Null":{"sagemaker:volumekmskey":["false"],"sagemaker:vpcsecuritygroupids":["false"],"sagemaker:vpcsubnets":["false"]},"StringEquals":{"sagemaker:directinternetaccess":["Disabled"],"sagemaker:rootaccess":["Disabled"]}}}
    "#);
}

/// What a notebook needs, with roles passed to SageMaker only.
/// <https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html>
#[test]
fn an_execution_role() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["sagemaker:CreateTrainingJob", "sagemaker:CreateModel", "sagemaker:CreateEndpoint", "cloudwatch:PutMetricData",
                 "logs:CreateLogStream", "logs:PutLogEvents", "logs:CreateLogGroup", "logs:DescribeLogStreams",
                 "ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      "Resource": "*"
    },
    {"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::*SageMaker*", "arn:aws:s3:::*Sagemaker*", "arn:aws:s3:::*sagemaker*"]},
    {"Effect": "Allow", "Action": ["iam:PassRole"], "Resource": "*", "Condition": {"StringEquals": {"iam:PassedToService": "sagemaker.amazonaws.com"}}}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + cloudwatch:PutMetricData, ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetAuthorizationToken, ecr:GetDownloadUrlForLayer, logs:CreateLogGroup, logs:CreateLogStream, logs:DescribeLogStreams, logs:PutLogEvents, sagemaker:CreateEndpoint, sagemaker:CreateModel, sagemaker:CreateTrainingJob on *
    widens  + iam:PassRole on * when StringEquals iam:PassedToService = sagemaker.amazonaws.com
    widens  + s3:DeleteObject, s3:GetObject, s3:ListBucket, s3:PutObject on arn:aws:s3:::*SageMaker*, arn:aws:s3:::*Sagemaker*, arn:aws:s3:::*sagemaker*
    canonical:
    {"Effect":"Allow","Action":["cloudwatch:putmetricdata","ecr:batchchecklayeravailability","ecr:batchgetimage","ecr:getauthorizationtoken","ecr:getdownloadurlforlayer","logs:createloggroup","logs:createlogstream","logs:describelogstreams","logs:putlogevents","sagemaker:createendpoint","sagemaker:createmodel","sagemaker:createtrainingjob"],"Resource":["*"]}
    {"Effect":"Allow","Action":["iam:passrole"],"Resource":["*"],"Condition":{"StringEquals":{"iam:passedtoservice":["sagemaker.amazonaws.com"]}}}
    {"Effect":"Allow","Action":["s3:deleteobject","s3:getobject","s3:listbucket","s3:putobject"],"Resource":["arn:aws:s3:::*SageMaker*","arn:aws:s3:::*Sagemaker*","arn:aws:s3:::*sagemaker*"]}
    "#);
}

/// One's own sessions end by a variable.
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-quickstart.html>
#[test]
fn sessions_of_the_session_manager() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["ssm:StartSession", "ssm:SendCommand"],
      "Resource": ["arn:aws:ec2:us-east-2:111122223333:instance/instance-id", "arn:aws:ssm:us-east-2:111122223333:document/SSM-SessionManagerRunShell"],
      "Condition": {"BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"}}
    },
    {"Effect": "Allow", "Action": ["ssm:TerminateSession", "ssm:ResumeSession"], "Resource": ["arn:aws:ssm:*:*:session/${aws:userid}-*"]}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + ssm:ResumeSession, ssm:TerminateSession on arn:aws:ssm:*:*:session/${aws:userid}-*
    widens  + ssm:SendCommand, ssm:StartSession on arn:aws:ec2:us-east-2:111122223333:instance/instance-id, arn:aws:ssm:us-east-2:111122223333:document/SSM-SessionManagerRunShell when BoolIfExists ssm:SessionDocumentAccessCheck = true
    canonical:
    {"Effect":"Allow","Action":["ssm:resumesession","ssm:terminatesession"],"Resource":["arn:aws:ssm:*:*:session/${aws:userid}-*"]}
    {"Effect":"Allow","Action":["ssm:sendcommand","ssm:startsession"],"Resource":["arn:aws:ec2:us-east-2:111122223333:instance/instance-id","arn:aws:ssm:us-east-2:111122223333:document/SSM-SessionManagerRunShell"],"Condition":{"BoolIfExists":{"ssm:sessiondocumentaccesscheck":["true"]}}}
    "#);
}
