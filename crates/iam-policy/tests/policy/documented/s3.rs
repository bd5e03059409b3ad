//! Amazon S3.

use super::aloud;

/// Objects of one bucket, read and written.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_s3_rw-bucket.html>
#[test]
fn everything_in_one_bucket() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "ListObjectsInBucket", "Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::lab-data"]},
    {"Sid": "AllObjectActions", "Effect": "Allow", "Action": "s3:*Object", "Resource": ["arn:aws:s3:::lab-data/*"]}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + s3:*Object on arn:aws:s3:::lab-data/*
    widens  + s3:ListBucket on arn:aws:s3:::lab-data
    canonical:
    {"Sid":"AllObjectActions","Effect":"Allow","Action":["s3:*object"],"Resource":["arn:aws:s3:::lab-data/*"]}
    {"Sid":"ListObjectsInBucket","Effect":"Allow","Action":["s3:listbucket"],"Resource":["arn:aws:s3:::lab-data"]}
    "#);
}

/// The same with what the console asks first.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_s3_rw-bucket-console.html>
#[test]
fn one_bucket_in_the_console() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "S3ConsoleAccess",
      "Effect": "Allow",
      "Action": [
        "s3:GetAccountPublicAccessBlock", "s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketPolicyStatus",
        "s3:GetBucketPublicAccessBlock", "s3:ListAccessPoints", "s3:ListAllMyBuckets"
      ],
      "Resource": "*"
    },
    {"Sid": "ListObjectsInBucket", "Effect": "Allow", "Action": "s3:ListBucket", "Resource": ["arn:aws:s3:::lab-data"]},
    {"Sid": "AllObjectActions", "Effect": "Allow", "Action": "s3:*Object", "Resource": ["arn:aws:s3:::lab-data/*"]}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + s3:*Object on arn:aws:s3:::lab-data/*
    widens  + s3:ListBucket on arn:aws:s3:::lab-data
    widens  + s3:GetAccountPublicAccessBlock, s3:GetBucketAcl, s3:GetBucketLocation, s3:GetBucketPolicyStatus, s3:GetBucketPublicAccessBlock, s3:ListAccessPoints, s3:ListAllMyBuckets on *
    canonical:
    {"Sid":"AllObjectActions","Effect":"Allow","Action":["s3:*object"],"Resource":["arn:aws:s3:::lab-data/*"]}
    {"Sid":"ListObjectsInBucket","Effect":"Allow","Action":["s3:listbucket"],"Resource":["arn:aws:s3:::lab-data"]}
    {"Sid":"S3ConsoleAccess","Effect":"Allow","Action":["s3:getaccountpublicaccessblock","s3:getbucketacl","s3:getbucketlocation","s3:getbucketpolicystatus","s3:getbucketpublicaccessblock","s3:listaccesspoints","s3:listallmybuckets"],"Resource":["*"]}
    "#);
}

/// Each user in a folder of the own name.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_s3_home-directory-console.html>
#[test]
fn home_directories() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "S3ConsoleAccess",
      "Effect": "Allow",
      "Action": ["s3:GetBucketLocation", "s3:ListAccessPoints", "s3:ListAllMyBuckets"],
      "Resource": "*"
    },
    {
      "Sid": "ListObjectsInBucket",
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::lab-data",
      "Condition": {"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/*"]}}
    },
    {
      "Effect": "Allow",
      "Action": "s3:*",
      "Resource": ["arn:aws:s3:::lab-data/home/${aws:username}", "arn:aws:s3:::lab-data/home/${aws:username}/*"]
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + s3:* on arn:aws:s3:::lab-data/home/${aws:username}, arn:aws:s3:::lab-data/home/${aws:username}/*
    widens  + s3:ListBucket on arn:aws:s3:::lab-data when StringLike s3:prefix in ["", home/, home/${aws:username}/*]
    widens  + s3:GetBucketLocation, s3:ListAccessPoints, s3:ListAllMyBuckets on *
    canonical:
    {"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::lab-data/home/${aws:username}","arn:aws:s3:::lab-data/home/${aws:username}/*"]}
    {"Sid":"ListObjectsInBucket","Effect":"Allow","Action":["s3:listbucket"],"Resource":["arn:aws:s3:::lab-data"],"Condition":{"StringLike":{"s3:prefix":["","home/","home/${aws:username}/*"]}}}
    {"Sid":"S3ConsoleAccess","Effect":"Allow","Action":["s3:getbucketlocation","s3:listaccesspoints","s3:listallmybuckets"],"Resource":["*"]}
    "#);
}

/// The variable is `aws:userid` there.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_s3_federated-home-directory-console.html>
#[test]
fn home_directories_of_federated_users() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ListObjectsInBucket",
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::lab-data",
      "Condition": {"StringLike": {"s3:prefix": ["", "home/", "home/${aws:userid}/*"]}}
    },
    {
      "Effect": "Allow",
      "Action": "s3:*",
      "Resource": ["arn:aws:s3:::lab-data/home/${aws:userid}", "arn:aws:s3:::lab-data/home/${aws:userid}/*"]
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + s3:* on arn:aws:s3:::lab-data/home/${aws:userid}, arn:aws:s3:::lab-data/home/${aws:userid}/*
    widens  + s3:ListBucket on arn:aws:s3:::lab-data when StringLike s3:prefix in ["", home/, home/${aws:userid}/*]
    canonical:
    {"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::lab-data/home/${aws:userid}","arn:aws:s3:::lab-data/home/${aws:userid}/*"]}
    {"Sid":"ListObjectsInBucket","Effect":"Allow","Action":["s3:listbucket"],"Resource":["arn:aws:s3:::lab-data"],"Condition":{"StringLike":{"s3:prefix":["","home/","home/${aws:userid}/*"]}}}
    "#);
}

/// Everything in one bucket, nothing of AWS but S3 in it.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_s3_deny-except-bucket.html>
#[test]
fn another_bucket_is_denied() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:*"],
      "Resource": ["arn:aws:s3:::lab-data", "arn:aws:s3:::lab-data/*"]
    },
    {
      "Effect": "Deny",
      "NotAction": "s3:*",
      "NotResource": ["arn:aws:s3:::lab-data", "arn:aws:s3:::lab-data/*"]
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + s3:* on arn:aws:s3:::lab-data, arn:aws:s3:::lab-data/*
    narrows + Deny everything but s3:* on everything but arn:aws:s3:::lab-data, arn:aws:s3:::lab-data/*
    canonical:
    {"Effect":"Allow","Action":["s3:*"],"Resource":["arn:aws:s3:::lab-data","arn:aws:s3:::lab-data/*"]}
    {"Effect":"Deny","NotAction":["s3:*"],"NotResource":["arn:aws:s3:::lab-data","arn:aws:s3:::lab-data/*"]}
    "#);
}

/// The variable is the identity of Cognito.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_s3_cognito-bucket.html>
#[test]
fn cognito_users_in_their_folders() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ListYourObjects",
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": ["arn:aws:s3:::lab-data"],
      "Condition": {"StringLike": {"s3:prefix": ["cognito/application-name/${cognito-identity.amazonaws.com:sub}/*"]}}
    },
    {
      "Sid": "ReadWriteDeleteYourObjects",
      "Effect": "Allow",
      "Action": ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      "Resource": ["arn:aws:s3:::lab-data/cognito/application-name/${cognito-identity.amazonaws.com:sub}/*"]
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + s3:ListBucket on arn:aws:s3:::lab-data when StringLike s3:prefix = cognito/application-name/${cognito-identity.amazonaws.com:sub}/*
    widens  + s3:DeleteObject, s3:GetObject, s3:PutObject on arn:aws:s3:::lab-data/cognito/application-name/${cognito-identity.amazonaws.com:sub}/*
    canonical:
    {"Sid":"ListYourObjects","Effect":"Allow","Action":["s3:listbucket"],"Resource":["arn:aws:s3:::lab-data"],"Condition":{"StringLike":{"s3:prefix":["cognito/application-name/${cognito-identity.amazonaws.com:sub}/*"]}}}
    {"Sid":"ReadWriteDeleteYourObjects","Effect":"Allow","Action":["s3:deleteobject","s3:getobject","s3:putobject"],"Resource":["arn:aws:s3:::lab-data/cognito/application-name/${cognito-identity.amazonaws.com:sub}/*"]}
    "#);
}

/// Managers may do all, but in production only with MFA.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_s3_full-access-except-production.html>
#[test]
fn full_access_with_a_second_factor() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "AllS3", "Effect": "Allow", "Action": "s3:*", "Resource": "*"},
    {
      "Sid": "RequireMFAForProductionBucket",
      "Effect": "Deny",
      "Action": "s3:*",
      "Resource": ["arn:aws:s3:::production/*", "arn:aws:s3:::production"],
      "Condition": {"NumericGreaterThanIfExists": {"aws:MultiFactorAuthAge": "1800"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + s3:* on *
    narrows + Deny s3:* on arn:aws:s3:::production, arn:aws:s3:::production/* when NumericGreaterThanIfExists aws:MultiFactorAuthAge = 1800
    canonical:
    {"Sid":"AllS3","Effect":"Allow","Action":["s3:*"],"Resource":["*"]}
    {"Sid":"RequireMFAForProductionBucket","Effect":"Deny","Action":["s3:*"],"Resource":["arn:aws:s3:::production","arn:aws:s3:::production/*"],"Condition":{"NumericGreaterThanIfExists":{"aws:multifactorauthage":["1800"]}}}
    "#);
}

/// The bucket of a website.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html>
#[test]
fn a_bucket_that_everyone_reads() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "PublicRead",
      "Effect": "Allow",
      "Principal": "*",
      "Action": ["s3:GetObject", "s3:GetObjectVersion"],
      "Resource": ["arn:aws:s3:::lab-site/*"]
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + everyone may s3:GetObject, s3:GetObjectVersion on arn:aws:s3:::lab-site/*
    canonical:
    {"Sid":"PublicRead","Effect":"Allow","Principal":{"AWS":["*"]},"Action":["s3:getobject","s3:getobjectversion"],"Resource":["arn:aws:s3:::lab-site/*"]}
    "#);
}

/// Nobody without TLS.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html>
#[test]
fn a_bucket_for_encrypted_connections() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "RestrictToTLSRequestsOnly",
    "Action": "s3:*",
    "Effect": "Deny",
    "Resource": ["arn:aws:s3:::lab-data", "arn:aws:s3:::lab-data/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    "Principal": "*"
  }]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    narrows + everyone may not s3:* on arn:aws:s3:::lab-data, arn:aws:s3:::lab-data/* when Bool aws:SecureTransport = false
    canonical:
    {"Sid":"RestrictToTLSRequestsOnly","Effect":"Deny","Principal":{"AWS":["*"]},"Action":["s3:*"],"Resource":["arn:aws:s3:::lab-data","arn:aws:s3:::lab-data/*"],"Condition":{"Bool":{"aws:securetransport":["false"]}}}
    "#);
}

/// Nobody from elsewhere.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html>
#[test]
fn a_bucket_for_some_addresses() {
    let text = r#"{
  "Version": "2012-10-17",
  "Id": "S3PolicyId1",
  "Statement": [
    {
      "Sid": "IPAllow",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:*",
      "Resource": ["arn:aws:s3:::lab-data", "arn:aws:s3:::lab-data/*"],
      "Condition": {"NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "2001:DB8:1234:5678::/64"]}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    narrows + everyone may not s3:* on arn:aws:s3:::lab-data, arn:aws:s3:::lab-data/* when NotIpAddress aws:SourceIp in [192.0.2.0/24, 2001:DB8:1234:5678::/64]
    canonical:
    {"Sid":"IPAllow","Effect":"Deny","Principal":{"AWS":["*"]},"Action":["s3:*"],"Resource":["arn:aws:s3:::lab-data","arn:aws:s3:::lab-data/*"],"Condition":{"NotIpAddress":{"aws:sourceip":["192.0.2.0/24","2001:DB8:1234:5678::/64"]}}}
    "#);
}

/// Everyone of the organization.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html>
#[test]
fn a_bucket_for_one_organization() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "AllowGetObject",
    "Principal": {"AWS": "*"},
    "Effect": "Allow",
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::lab-data/*",
    "Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-aa111bb222"]}}
  }]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + everyone may s3:GetObject on arn:aws:s3:::lab-data/* when StringEquals aws:PrincipalOrgID = o-aa111bb222
    canonical:
    {"Sid":"AllowGetObject","Effect":"Allow","Principal":{"AWS":["*"]},"Action":["s3:getobject"],"Resource":["arn:aws:s3:::lab-data/*"],"Condition":{"StringEquals":{"aws:principalorgid":["o-aa111bb222"]}}}
    "#);
}

/// The service writes for one source.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html>
#[test]
fn a_bucket_for_logs() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "S3ServerAccessLogsPolicy",
      "Effect": "Allow",
      "Principal": {"Service": "logging.s3.amazonaws.com"},
      "Action": ["s3:PutObject"],
      "Resource": "arn:aws:s3:::lab-logs/prefix-*",
      "Condition": {
        "ArnLike": {"aws:SourceArn": "arn:aws:s3:::lab-data"},
        "StringEquals": {"aws:SourceAccount": "111122223333"}
      }
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Service logging.s3.amazonaws.com may s3:PutObject on arn:aws:s3:::lab-logs/prefix-* when ArnLike aws:SourceArn = arn:aws:s3:::lab-data and StringEquals aws:SourceAccount = 111122223333
    canonical:
    {"Sid":"S3ServerAccessLogsPolicy","Effect":"Allow","Principal":{"Service":["logging.s3.amazonaws.com"]},"Action":["s3:putobject"],"Resource":["arn:aws:s3:::lab-logs/prefix-*"],"Condition":{"ArnLike":{"aws:sourcearn":["arn:aws:s3:::lab-data"]},"StringEquals":{"aws:sourceaccount":["111122223333"]}}}
    "#);
}

/// Origin access control.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html>
#[test]
fn a_bucket_for_cloudfront() {
    let text = r#"{
  "Version": "2008-10-17",
  "Statement": {
    "Sid": "AllowCloudFrontServicePrincipalReadOnly",
    "Effect": "Allow",
    "Principal": {"Service": "cloudfront.amazonaws.com"},
    "Action": "s3:GetObject",
    "Resource": "arn:aws:s3:::lab-site/*",
    "Condition": {"StringEquals": {"AWS:SourceArn": "arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE"}}
  }
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Service cloudfront.amazonaws.com may s3:GetObject on arn:aws:s3:::lab-site/* when StringEquals AWS:SourceArn = arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE
    canonical:
    {"Sid":"AllowCloudFrontServicePrincipalReadOnly","Effect":"Allow","Principal":{"Service":["cloudfront.amazonaws.com"]},"Action":["s3:getobject"],"Resource":["arn:aws:s3:::lab-site/*"],"Condition":{"StringEquals":{"aws:sourcearn":["arn:aws:cloudfront::111122223333:distribution/EDFDVBD6EXAMPLE"]}}}
    "#);
}

/// Another account writes, and the owner keeps control.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html>
#[test]
fn a_bucket_with_two_owners() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "PolicyForAllowUploadWithACL",
      "Effect": "Allow",
      "Principal": {"AWS": "444455556666"},
      "Action": "s3:PutObject",
      "Resource": "arn:aws:s3:::lab-data/*",
      "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + account 444455556666 may s3:PutObject on arn:aws:s3:::lab-data/* when StringEquals s3:x-amz-acl = bucket-owner-full-control
    canonical:
    {"Sid":"PolicyForAllowUploadWithACL","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:root"]},"Action":["s3:putobject"],"Resource":["arn:aws:s3:::lab-data/*"],"Condition":{"StringEquals":{"s3:x-amz-acl":["bucket-owner-full-control"]}}}
    "#);
}

/// Three kinds of principals.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html>
#[test]
fn a_bucket_with_canonical_users() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {
      "CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be",
      "AWS": ["arn:aws:iam::444455556666:user/ann", "AIDAEXAMPLEEXAMPLE123"],
      "Service": ["logging.s3.amazonaws.com"]
    },
    "Action": ["s3:GetObject", "s3:GetObjectAcl"],
    "Resource": "arn:aws:s3:::lab-data/*"
  }]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + AWS AIDAEXAMPLEEXAMPLE123 (deleted user?) may s3:GetObject, s3:GetObjectAcl on arn:aws:s3:::lab-data/*
    widens  + AWS arn:aws:iam::444455556666:user/ann may s3:GetObject, s3:GetObjectAcl on arn:aws:s3:::lab-data/*
    widens  + CanonicalUser 79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be may s3:GetObject, s3:GetObjectAcl on arn:aws:s3:::lab-data/*
    widens  + Service logging.s3.amazonaws.com may s3:GetObject, s3:GetObjectAcl on arn:aws:s3:::lab-data/*
    canonical:
    {"Effect":"Allow","Principal":{"AWS":["AIDAEXAMPLEEXAMPLE123","arn:aws:iam::444455556666:user/ann"],"CanonicalUser":["79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"],"Service":["logging.s3.amazonaws.com"]},"Action":["s3:getobject","s3:getobjectacl"],"Resource":["arn:aws:s3:::lab-data/*"]}
    "#);
}
