//! What Databricks' documentation asks for in an AWS account.

use super::aloud;

/// Databricks' account, with the customer's id.
/// <https://docs.databricks.com/aws/en/admin/account-settings-e2/credentials>
#[test]
fn the_trust_of_the_cross_account_role() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::414351767826:root"},
      "Action": "sts:AssumeRole",
      "Condition": {"StringEquals": {"sts:ExternalId": "0a1b2c3d-0000-4444-8888-0a1b2c3d4e5f"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + account 414351767826 may sts:AssumeRole when StringEquals sts:ExternalId = 0a1b2c3d-0000-4444-8888-0a1b2c3d4e5f
    canonical:
    {"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::414351767826:root"]},"Action":["sts:assumerole"],"Condition":{"StringEquals":{"sts:externalid":["0a1b2c3d-0000-4444-8888-0a1b2c3d4e5f"]}}}
    "#);
}

/// Of Unity Catalog.
/// <https://docs.databricks.com/aws/en/connect/unity-catalog/cloud-storage/storage-credentials>
#[test]
fn a_role_that_trusts_itself() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"AWS": ["arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL", "arn:aws:iam::111122223333:role/lab-storage"]},
      "Action": "sts:AssumeRole",
      "Condition": {"StringEquals": {"sts:ExternalId": "0a1b2c3d-0000-4444-8888-0a1b2c3d4e5f"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + AWS arn:aws:iam::111122223333:role/lab-storage may sts:AssumeRole when StringEquals sts:ExternalId = 0a1b2c3d-0000-4444-8888-0a1b2c3d4e5f
    widens  + AWS arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL may sts:AssumeRole when StringEquals sts:ExternalId = 0a1b2c3d-0000-4444-8888-0a1b2c3d4e5f
    canonical:
    {"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/lab-storage","arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"]},"Action":["sts:assumerole"],"Condition":{"StringEquals":{"sts:externalid":["0a1b2c3d-0000-4444-8888-0a1b2c3d4e5f"]}}}
    "#);
}

/// Of EC2, and one service-linked role.
/// <https://docs.databricks.com/aws/en/admin/account-settings-e2/credentials>
#[test]
fn what_the_workspace_may_do() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Stmt1403287045000",
      "Effect": "Allow",
      "Action": ["ec2:AssociateIamInstanceProfile", "ec2:AttachVolume", "ec2:AuthorizeSecurityGroupEgress", "ec2:AuthorizeSecurityGroupIngress",
                 "ec2:CancelSpotInstanceRequests", "ec2:CreateTags", "ec2:CreateVolume", "ec2:DeleteTags", "ec2:DeleteVolume",
                 "ec2:DescribeAvailabilityZones", "ec2:DescribeIamInstanceProfileAssociations", "ec2:DescribeInstances",
                 "ec2:DetachVolume", "ec2:DisassociateIamInstanceProfile", "ec2:ReplaceIamInstanceProfileAssociation",
                 "ec2:RequestSpotInstances", "ec2:RunInstances", "ec2:TerminateInstances"],
      "Resource": ["*"]
    },
    {
      "Effect": "Allow",
      "Action": ["iam:CreateServiceLinkedRole", "iam:PutRolePolicy"],
      "Resource": "arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot",
      "Condition": {"StringLike": {"iam:AWSServiceName": "spot.amazonaws.com"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:CreateServiceLinkedRole, iam:PutRolePolicy on arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot when StringLike iam:AWSServiceName = spot.amazonaws.com
    widens  + ec2:AssociateIamInstanceProfile, ec2:AttachVolume, ec2:AuthorizeSecurityGroupEgress, ec2:AuthorizeSecurityGroupIngress, ec2:CancelSpotInstanceRequests, ec2:CreateTags, ec2:CreateVolume, ec2:DeleteTags, ec2:DeleteVolume, ec2:DescribeAvailabilityZones, ec2:DescribeIamInstanceProfileAssociations, ec2:DescribeInstances, ec2:DetachVolume, ec2:DisassociateIamInstanceProfile, ec2:ReplaceIamInstanceProfileAssociation, ec2:RequestSpotInstances, ec2:RunInstances, ec2:TerminateInstances on *
    canonical:
    {"Effect":"Allow","Action":["iam:createservicelinkedrole","iam:putrolepolicy"],"Resource":["arn:aws:iam::*:role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot"],"Condition":{"StringLike":{"iam:awsservicename":["spot.amazonaws.com"]}}}
    {"Sid":"Stmt1403287045000","Effect":"Allow","Action":["ec2:associateiaminstanceprofile","ec2:attachvolume","ec2:authorizesecuritygroupegress","ec2:authorizesecuritygroupingress","ec2:cancelspotinstancerequests","ec2:createtags","ec2:createvolume","ec2:deletetags","ec2:deletevolume","ec2:describeavailabilityzones","ec2:describeiaminstanceprofileassociations","ec2:describeinstances","ec2:detachvolume","ec2:disassociateiaminstanceprofile","ec2:replaceiaminstanceprofileassociation","ec2:requestspotinstances","ec2:runinstances","ec2:terminateinstances"],"Resource":["*"]}
    "#);
}

/// The statement without which no cluster starts.
/// <https://docs.databricks.com/aws/en/connect/storage/tutorial-s3-instance-profile>
#[test]
fn which_role_it_may_pass() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role"}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + iam:PassRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
    canonical:
    {"Effect":"Allow","Action":["iam:passrole"],"Resource":["arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role"]}
    "#);
}

/// A bucket, and what is in it.
/// <https://docs.databricks.com/aws/en/connect/storage/tutorial-s3-instance-profile>
#[test]
fn what_the_profile_reads() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": ["s3:ListBucket"], "Resource": ["arn:aws:s3:::lab-data"]},
    {"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:PutObjectAcl"], "Resource": ["arn:aws:s3:::lab-data/*"]}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + s3:DeleteObject, s3:GetObject, s3:PutObject, s3:PutObjectAcl on arn:aws:s3:::lab-data/*
    widens  + s3:ListBucket on arn:aws:s3:::lab-data
    canonical:
    {"Effect":"Allow","Action":["s3:deleteobject","s3:getobject","s3:putobject","s3:putobjectacl"],"Resource":["arn:aws:s3:::lab-data/*"]}
    {"Effect":"Allow","Action":["s3:listbucket"],"Resource":["arn:aws:s3:::lab-data"]}
    "#);
}

/// Databricks' account, and nobody else's data in it.
/// <https://docs.databricks.com/aws/en/admin/account-settings-e2/storage>
#[test]
fn the_root_bucket() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Grant Databricks Access",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::414351767826:root"},
      "Action": ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket", "s3:GetBucketLocation"],
      "Resource": ["arn:aws:s3:::lab-root/*", "arn:aws:s3:::lab-root"],
      "Condition": {"StringEquals": {"aws:PrincipalTag/DatabricksAccountId": ["0a1b2c3d-0000-4444-8888-0a1b2c3d4e5f"]}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + account 414351767826 may s3:DeleteObject, s3:GetBucketLocation, s3:GetObject, s3:GetObjectVersion, s3:ListBucket, s3:PutObject on arn:aws:s3:::lab-root, arn:aws:s3:::lab-root/* when StringEquals aws:PrincipalTag/DatabricksAccountId = 0a1b2c3d-0000-4444-8888-0a1b2c3d4e5f
    canonical:
    {"Sid":"Grant Databricks Access","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::414351767826:root"]},"Action":["s3:deleteobject","s3:getbucketlocation","s3:getobject","s3:getobjectversion","s3:listbucket","s3:putobject"],"Resource":["arn:aws:s3:::lab-root","arn:aws:s3:::lab-root/*"],"Condition":{"StringEquals":{"aws:principaltag/databricksaccountid":["0a1b2c3d-0000-4444-8888-0a1b2c3d4e5f"]}}}
    "#);
}
