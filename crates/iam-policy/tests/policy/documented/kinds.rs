//! Policies of resources: keys, queues, topics, secrets, repositories, endpoints.

use super::aloud;

/// The account by its root, an administrator, a user.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
#[test]
fn a_key() {
    let text = r#"{
  "Version": "2012-10-17",
  "Id": "key-consolepolicy-3",
  "Statement": [
    {"Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"},
    {
      "Sid": "Allow access for Key Administrators",
      "Effect": "Allow",
      "Principal": {"AWS": ["arn:aws:iam::111122223333:role/KeyAdmins"]},
      "Action": ["kms:Create*", "kms:Describe*", "kms:Enable*", "kms:List*", "kms:Put*", "kms:Update*", "kms:Revoke*", "kms:Disable*", "kms:Get*", "kms:Delete*", "kms:TagResource", "kms:UntagResource"],
      "Resource": "*"
    },
    {
      "Sid": "Allow use of the key",
      "Effect": "Allow",
      "Principal": {"AWS": ["arn:aws:iam::111122223333:role/lab"]},
      "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
      "Resource": "*"
    },
    {
      "Sid": "Allow attachment of persistent resources",
      "Effect": "Allow",
      "Principal": {"AWS": ["arn:aws:iam::111122223333:role/lab"]},
      "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
      "Resource": "*",
      "Condition": {"Bool": {"kms:GrantIsForAWSResource": true}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + AWS arn:aws:iam::111122223333:role/KeyAdmins may kms:Create*, kms:Delete*, kms:Describe*, kms:Disable*, kms:Enable*, kms:Get*, kms:List*, kms:Put*, kms:Revoke*, kms:TagResource, kms:UntagResource, kms:Update* on *
    widens  + AWS arn:aws:iam::111122223333:role/lab may kms:CreateGrant, kms:ListGrants, kms:RevokeGrant on * when Bool kms:GrantIsForAWSResource = true
    widens  + AWS arn:aws:iam::111122223333:role/lab may kms:Decrypt, kms:DescribeKey, kms:Encrypt, kms:GenerateDataKey*, kms:ReEncrypt* on *
    widens  + account 111122223333 (this account) may kms:* on *
    canonical:
    {"Sid":"Allow access for Key Administrators","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/KeyAdmins"]},"Action":["kms:create*","kms:delete*","kms:describe*","kms:disable*","kms:enable*","kms:get*","kms:list*","kms:put*","kms:revoke*","kms:tagresource","kms:untagresource","kms:update*"],"Resource":["*"]}
    {"Sid":"Allow attachment of persistent resources","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/lab"]},"Action":["kms:creategrant","kms:listgrants","kms:revokegrant"],"Resource":["*"],"Condition":{"Bool":{"kms:grantisforawsresource":["true"]}}}
    {"Sid":"Allow use of the key","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/lab"]},"Action":["kms:decrypt","kms:describekey","kms:encrypt","kms:generatedatakey*","kms:reencrypt*"],"Resource":["*"]}
    {"Sid":"Enable IAM User Permissions","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:root"]},"Action":["kms:*"],"Resource":["*"]}
    "#);
}

/// By the ARN of the topic.
/// <https://docs.aws.amazon.com/sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html>
#[test]
fn a_queue_of_a_topic() {
    let text = r#"{
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"Service": "sns.amazonaws.com"},
      "Action": "sqs:SendMessage",
      "Resource": "arn:aws:sqs:us-east-2:111122223333:MyQueue",
      "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:sns:us-east-2:111122223333:MyTopic"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Service sns.amazonaws.com may sqs:SendMessage on arn:aws:sqs:us-east-2:111122223333:MyQueue when ArnEquals aws:SourceArn = arn:aws:sns:us-east-2:111122223333:MyTopic
    canonical:
    {"Effect":"Allow","Principal":{"Service":["sns.amazonaws.com"]},"Action":["sqs:sendmessage"],"Resource":["arn:aws:sqs:us-east-2:111122223333:MyQueue"],"Condition":{"ArnEquals":{"aws:sourcearn":["arn:aws:sns:us-east-2:111122223333:MyTopic"]}}}
    "#);
}

/// For everyone, within hours and a range of addresses.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-basic-examples-of-sqs-policies.html>
#[test]
fn a_queue_for_a_day() {
    let text = r#"{
  "Version": "2012-10-17",
  "Id": "Queue1_Policy_UUID",
  "Statement": [
    {
      "Sid": "Queue1_AnonymousAccess_AllActions_AllowlistIP",
      "Effect": "Allow",
      "Principal": "*",
      "Action": "sqs:*",
      "Resource": "arn:aws:sqs:*:111122223333:queue1",
      "Condition": {
        "DateGreaterThan": {"aws:CurrentTime": "2009-01-31T12:00Z"},
        "DateLessThan": {"aws:CurrentTime": "2009-01-31T15:00Z"},
        "IpAddress": {"aws:SourceIp": "192.168.143.0/24"}
      }
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + everyone may sqs:* on arn:aws:sqs:*:111122223333:queue1 when DateGreaterThan aws:CurrentTime = 2009-01-31T12:00Z and DateLessThan aws:CurrentTime = 2009-01-31T15:00Z and IpAddress aws:SourceIp = 192.168.143.0/24
    canonical:
    {"Sid":"Queue1_AnonymousAccess_AllActions_AllowlistIP","Effect":"Allow","Principal":{"AWS":["*"]},"Action":["sqs:*"],"Resource":["arn:aws:sqs:*:111122223333:queue1"],"Condition":{"DateGreaterThan":{"aws:currenttime":["2009-01-31T12:00Z"]},"DateLessThan":{"aws:currenttime":["2009-01-31T15:00Z"]},"IpAddress":{"aws:sourceip":["192.168.143.0/24"]}}}
    "#);
}

/// As it is made: everyone, if of the owner's account.
/// <https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html>
#[test]
fn a_topic_of_an_account() {
    let text = r#"{
  "Version": "2008-10-17",
  "Id": "__default_policy_ID",
  "Statement": [
    {
      "Sid": "__default_statement_ID",
      "Effect": "Allow",
      "Principal": {"AWS": "*"},
      "Action": ["SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission", "SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish"],
      "Resource": "arn:aws:sns:us-east-2:111122223333:MyTopic",
      "Condition": {"StringEquals": {"AWS:SourceOwner": "111122223333"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + everyone may SNS:AddPermission, SNS:DeleteTopic, SNS:GetTopicAttributes, SNS:ListSubscriptionsByTopic, SNS:Publish, SNS:RemovePermission, SNS:SetTopicAttributes, SNS:Subscribe on arn:aws:sns:us-east-2:111122223333:MyTopic when StringEquals AWS:SourceOwner = 111122223333
    canonical:
    {"Sid":"__default_statement_ID","Effect":"Allow","Principal":{"AWS":["*"]},"Action":["sns:addpermission","sns:deletetopic","sns:gettopicattributes","sns:listsubscriptionsbytopic","sns:publish","sns:removepermission","sns:settopicattributes","sns:subscribe"],"Resource":["arn:aws:sns:us-east-2:111122223333:MyTopic"],"Condition":{"StringEquals":{"aws:sourceowner":["111122223333"]}}}
    "#);
}

/// Of the current version only.
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html>
#[test]
fn a_secret_for_a_role() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:role/EC2RoleToAccessSecrets"},
      "Action": "secretsmanager:GetSecretValue",
      "Resource": "*",
      "Condition": {"ForAnyValue:StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + AWS arn:aws:iam::111122223333:role/EC2RoleToAccessSecrets may secretsmanager:GetSecretValue on * when ForAnyValue:StringEquals secretsmanager:VersionStage = AWSCURRENT
    canonical:
    {"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/EC2RoleToAccessSecrets"]},"Action":["secretsmanager:getsecretvalue"],"Resource":["*"],"Condition":{"ForAnyValue:StringEquals":{"secretsmanager:versionstage":["AWSCURRENT"]}}}
    "#);
}

/// A repository names no resource.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html>
#[test]
fn images_for_another_account() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowCrossAccountPush",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
      "Action": ["ecr:BatchCheckLayerAvailability", "ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"]
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + account 444455556666 may ecr:BatchCheckLayerAvailability, ecr:CompleteLayerUpload, ecr:InitiateLayerUpload, ecr:PutImage, ecr:UploadLayerPart
    canonical:
    {"Sid":"AllowCrossAccountPush","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:root"]},"Action":["ecr:batchchecklayeravailability","ecr:completelayerupload","ecr:initiatelayerupload","ecr:putimage","ecr:uploadlayerpart"]}
    "#);
}

/// As `add-permission` writes it.
/// <https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html>
#[test]
fn a_function_for_a_gateway() {
    let text = r#"{
  "Version": "2012-10-17",
  "Id": "default",
  "Statement": [
    {
      "Sid": "nodejs-apig-functiongetEndpointPermissionProd",
      "Effect": "Allow",
      "Principal": {"Service": "apigateway.amazonaws.com"},
      "Action": "lambda:InvokeFunction",
      "Resource": "arn:aws:lambda:us-east-2:111122223333:function:nodejs-apig-function-1G3MXMPLXVXYI",
      "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:execute-api:us-east-2:111122223333:ktyvxmpls1/*/GET/"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Service apigateway.amazonaws.com may lambda:InvokeFunction on arn:aws:lambda:us-east-2:111122223333:function:nodejs-apig-function-1G3MXMPLXVXYI when ArnLike aws:SourceArn = arn:aws:execute-api:us-east-2:111122223333:ktyvxmpls1/*/GET/
    canonical:
    {"Sid":"nodejs-apig-functiongetEndpointPermissionProd","Effect":"Allow","Principal":{"Service":["apigateway.amazonaws.com"]},"Action":["lambda:invokefunction"],"Resource":["arn:aws:lambda:us-east-2:111122223333:function:nodejs-apig-function-1G3MXMPLXVXYI"],"Condition":{"ArnLike":{"aws:sourcearn":["arn:aws:execute-api:us-east-2:111122223333:ktyvxmpls1/*/GET/"]}}}
    "#);
}

/// Everyone, to one bucket.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html>
#[test]
fn an_endpoint_to_s3() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Allow-access-to-specific-bucket",
      "Effect": "Allow",
      "Principal": "*",
      "Action": ["s3:ListBucket", "s3:GetObject", "s3:PutObject"],
      "Resource": ["arn:aws:s3:::lab-data", "arn:aws:s3:::lab-data/*"]
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + everyone may s3:GetObject, s3:ListBucket, s3:PutObject on arn:aws:s3:::lab-data, arn:aws:s3:::lab-data/*
    canonical:
    {"Sid":"Allow-access-to-specific-bucket","Effect":"Allow","Principal":{"AWS":["*"]},"Action":["s3:getobject","s3:listbucket","s3:putobject"],"Resource":["arn:aws:s3:::lab-data","arn:aws:s3:::lab-data/*"]}
    "#);
}

/// Two statements for one service.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html>
#[test]
fn a_trail_writes_its_log() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AWSCloudTrailAclCheck20150319",
      "Effect": "Allow",
      "Principal": {"Service": "cloudtrail.amazonaws.com"},
      "Action": "s3:GetBucketAcl",
      "Resource": "arn:aws:s3:::lab-logs",
      "Condition": {"StringEquals": {"aws:SourceArn": "arn:aws:cloudtrail:us-east-1:111122223333:trail/lab"}}
    },
    {
      "Sid": "AWSCloudTrailWrite20150319",
      "Effect": "Allow",
      "Principal": {"Service": "cloudtrail.amazonaws.com"},
      "Action": "s3:PutObject",
      "Resource": "arn:aws:s3:::lab-logs/AWSLogs/111122223333/*",
      "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": "arn:aws:cloudtrail:us-east-1:111122223333:trail/lab"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Service cloudtrail.amazonaws.com may s3:GetBucketAcl on arn:aws:s3:::lab-logs when StringEquals aws:SourceArn = arn:aws:cloudtrail:us-east-1:111122223333:trail/lab
    widens  + Service cloudtrail.amazonaws.com may s3:PutObject on arn:aws:s3:::lab-logs/AWSLogs/111122223333/* when StringEquals aws:SourceArn = arn:aws:cloudtrail:us-east-1:111122223333:trail/lab and StringEquals s3:x-amz-acl = bucket-owner-full-control
    canonical:
    {"Sid":"AWSCloudTrailAclCheck20150319","Effect":"Allow","Principal":{"Service":["cloudtrail.amazonaws.com"]},"Action":["s3:getbucketacl"],"Resource":["arn:aws:s3:::lab-logs"],"Condition":{"StringEquals":{"aws:sourcearn":["arn:aws:cloudtrail:us-east-1:111122223333:trail/lab"]}}}
    {"Sid":"AWSCloudTrailWrite20150319","Effect":"Allow","Principal":{"Service":["cloudtrail.amazonaws.com"]},"Action":["s3:putobject"],"Resource":["arn:aws:s3:::lab-logs/AWSLogs/111122223333/*"],"Condition":{"StringEquals":{"aws:sourcearn":["arn:aws:cloudtrail:us-east-1:111122223333:trail/lab"],"s3:x-amz-acl":["bucket-owner-full-control"]}}}
    "#);
}
