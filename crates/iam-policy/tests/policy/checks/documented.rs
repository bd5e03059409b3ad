//! Policies as AWS's own pages show them: nothing is found in them, but what their pages warn of themselves.
//!
//! Each is named after its page under <https://docs.aws.amazon.com/IAM/latest/UserGuide/>.

use crate::checking::codes;
use iam_policy::DocumentType::{self, Inline, Managed, Resource, Trust};

/// A page, what its policy is for, the statements, and the codes of what is found.
type Example = (&'static str, DocumentType, &'static str, &'static [&'static str]);

fn check(examples: &[Example]) {
    for (page, document_type, statements, expected) in examples {
        let text = super::document(statements);
        assert_eq!(codes(*document_type, &text), *expected, "{page}");
    }
}

#[test]
fn identities() {
    check(&[
        (
            "reference_policies_examples_aws-dates.html",
            Managed,
            r#"{"Effect":"Allow","Action":"service-prefix:action-name","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2020-04-01T00:00:00Z"},"DateLessThan":{"aws:CurrentTime":"2020-06-30T23:59:59Z"}}}"#,
            &[],
        ),
        (
            "reference_policies_examples_aws-enable-disable-regions.html",
            Managed,
            r#"{"Sid":"EnableDisableHongKong","Effect":"Allow","Action":["account:EnableRegion","account:DisableRegion"],"Resource":"*","Condition":{"StringEquals":{"account:TargetRegion":"ap-east-1"}}},
               {"Sid":"ViewConsole","Effect":"Allow","Action":["account:ListRegions"],"Resource":"*"}"#,
            &[],
        ),
        (
            "reference_policies_examples_aws_my-sec-creds-self-manage.html",
            Managed,
            r#"{"Sid":"AllowViewAccountInfo","Effect":"Allow","Action":["iam:GetAccountPasswordPolicy","iam:GetAccountSummary","iam:ListVirtualMFADevices"],"Resource":"*"},
               {"Sid":"AllowManageOwnPasswords","Effect":"Allow","Action":["iam:ChangePassword","iam:GetUser"],"Resource":"arn:aws:iam::*:user/${aws:username}"},
               {"Sid":"AllowManageOwnAccessKeys","Effect":"Allow","Action":["iam:CreateAccessKey","iam:DeleteAccessKey","iam:ListAccessKeys","iam:UpdateAccessKey"],"Resource":"arn:aws:iam::*:user/${aws:username}"},
               {"Sid":"AllowManageOwnVirtualMFADevice","Effect":"Allow","Action":["iam:CreateVirtualMFADevice"],"Resource":"arn:aws:iam::*:mfa/*"},
               {"Sid":"DenyAllExceptListedIfNoMFA","Effect":"Deny","NotAction":["iam:CreateVirtualMFADevice","iam:EnableMFADevice","iam:GetUser","sts:GetSessionToken"],"Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}}"#,
            &[],
        ),
        (
            "reference_policies_examples_aws_deny-ip.html",
            Managed,
            r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":["192.0.2.0/24","203.0.113.0/24"]},"Bool":{"aws:ViaAWSService":"false"}}}"#,
            &[],
        ),
        (
            "reference_policies_examples_aws_deny-requested-region.html",
            Managed,
            r#"{"Sid":"DenyAllOutsideRequestedRegions","Effect":"Deny","NotAction":["cloudfront:*","iam:*","organizations:*","route53:*","support:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1","eu-west-2","eu-west-3"]}}}"#,
            &[],
        ),
        (
            "reference_policies_examples_dynamodb_specific-table.html",
            Managed,
            r#"{"Sid":"ListAndDescribe","Effect":"Allow","Action":["dynamodb:List*","dynamodb:DescribeReservedCapacity*","dynamodb:DescribeLimits","dynamodb:DescribeTimeToLive"],"Resource":"*"},
               {"Sid":"SpecificTable","Effect":"Allow","Action":["dynamodb:BatchGet*","dynamodb:DescribeStream","dynamodb:Get*","dynamodb:Query","dynamodb:Scan","dynamodb:Delete*","dynamodb:PutItem"],"Resource":"arn:aws:dynamodb:*:*:table/MyTable"}"#,
            &[],
        ),
        (
            "reference_policies_examples_dynamodb_items.html",
            Managed,
            r#"{"Effect":"Allow","Action":["dynamodb:DeleteItem","dynamodb:GetItem","dynamodb:PutItem","dynamodb:Query","dynamodb:UpdateItem"],"Resource":["arn:aws:dynamodb:*:*:table/${www.amazon.com:app_id}/table-name"],"Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":["${cognito-identity.amazonaws.com:sub}"]}}}"#,
            &[],
        ),
        (
            "reference_policies_examples_ec2_tag-owner.html",
            Managed,
            r#"{"Effect":"Allow","Action":["ec2:StartInstances","ec2:StopInstances"],"Resource":"arn:aws:ec2:*:*:instance/*","Condition":{"StringEquals":{"aws:ResourceTag/Owner":"${aws:username}"}}},
               {"Effect":"Allow","Action":"ec2:DescribeInstances","Resource":"*"}"#,
            &[],
        ),
        (
            "reference_policies_examples_ec2_instances-subnet.html",
            Managed,
            r#"{"Effect":"Allow","Action":["ec2:Describe*","ec2:GetConsole*"],"Resource":"*"},
               {"Effect":"Allow","Action":"ec2:RunInstances","Resource":["arn:aws:ec2:*:*:subnet/subnet-subnet-id","arn:aws:ec2:*:*:network-interface/*","arn:aws:ec2:*:*:instance/*","arn:aws:ec2:*:*:volume/*","arn:aws:ec2:*::image/ami-*","arn:aws:ec2:*:*:key-pair/*","arn:aws:ec2:*:*:security-group/*"]}"#,
            &[],
        ),
        (
            "reference_policies_examples_ec2_securitygroups-vpc.html",
            Managed,
            r#"{"Effect":"Allow","Action":["ec2:AuthorizeSecurityGroupIngress","ec2:RevokeSecurityGroupIngress"],"Resource":["arn:aws:ec2:*:*:security-group/*"],"Condition":{"ArnEquals":{"ec2:Vpc":"arn:aws:ec2:*:*:vpc/vpc-vpc-id"}}}"#,
            &[],
        ),
        (
            "reference_policies_examples_iam_users-manage-group.html",
            Managed,
            r#"{"Sid":"ViewAllGroups","Effect":"Allow","Action":["iam:ListGroups","iam:ListUsers"],"Resource":"*"},
               {"Sid":"LimitedGroup","Effect":"Allow","Action":["iam:AddUserToGroup","iam:RemoveUserFromGroup"],"Resource":"arn:aws:iam::*:group/MarketingTeam"}"#,
            &[],
        ),
        (
            "reference_policies_examples_iam-passrole-service.html",
            Managed,
            r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::*:role/application_role","Condition":{"StringEquals":{"iam:PassedToService":"cloudwatch.amazonaws.com"}}}"#,
            &[],
        ),
        (
            "reference_policies_examples_iam-add-tag.html",
            Managed,
            r#"{"Sid":"ConsoleDisplay","Effect":"Allow","Action":["iam:GetRole","iam:GetUser","iam:ListRoles","iam:ListUsers"],"Resource":"*"},
               {"Sid":"AddTag","Effect":"Allow","Action":["iam:TagUser","iam:TagRole"],"Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/CostCenter":["A-123","B-456"]},"ForAllValues:StringEquals":{"aws:TagKeys":"CostCenter"}}}"#,
            &[],
        ),
        (
            "reference_policies_examples_s3_home-directory-man.html",
            Managed,
            r#"{"Effect":"Allow","Action":["s3:ListAllMyBuckets","s3:GetBucketLocation"],"Resource":"*"},
               {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::bucket-name","Condition":{"StringLike":{"s3:prefix":["","home/","home/${aws:userid}/*"]}}},
               {"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::bucket-name/home/${aws:userid}","arn:aws:s3:::bucket-name/home/${aws:userid}/*"]}"#,
            &[],
        ),
        (
            "reference_policies_examples_s3_full-access-except-production.html",
            Managed,
            r#"{"Sid":"AllowS3","Effect":"Allow","Action":"s3:*","Resource":"*"},
               {"Sid":"DenyWithoutMFA","Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3:::Production/*","arn:aws:s3:::Production"],"Condition":{"NumericGreaterThanIfExists":{"aws:MultiFactorAuthAge":"1800"}}}"#,
            &[],
        ),
        (
            "reference_policies_examples_s3_deny-except-bucket.html",
            Managed,
            r#"{"Effect":"Deny","NotAction":"s3:*","Resource":"*"},
               {"Effect":"Deny","Action":"s3:*","NotResource":["arn:aws:s3:::bucket-name","arn:aws:s3:::bucket-name/*"]},
               {"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::bucket-name","arn:aws:s3:::bucket-name/*"]}"#,
            &[],
        ),
        (
            "reference_policies_examples_s3_cognito-bucket.html",
            Managed,
            r#"{"Sid":"ListYourObjects","Effect":"Allow","Action":"s3:ListBucket","Resource":["arn:aws:s3:::bucket-name"],"Condition":{"StringLike":{"s3:prefix":["cognito/application-name/${cognito-identity.amazonaws.com:sub}/*"]}}},
               {"Sid":"ReadWriteDeleteYourObjects","Effect":"Allow","Action":["s3:DeleteObject","s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::bucket-name/cognito/application-name/${cognito-identity.amazonaws.com:sub}/*"]}"#,
            &[],
        ),
        (
            "reference_policies_elements_condition_operators.html (StringLikeIfExists)",
            Inline,
            r#"{"Sid":"RunInstance","Effect":"Allow","Action":"ec2:RunInstances","Resource":"*","Condition":{"StringLikeIfExists":{"ec2:InstanceType":["t1.*","t2.*"]}}}"#,
            &[],
        ),
        (
            "reference_policies_elements_condition_operators.html (Null)",
            Inline,
            r#"{"Action":"ec2:*","Effect":"Allow","Resource":"*","Condition":{"Null":{"aws:TokenIssueTime":"true"}}}"#,
            &[],
        ),
        (
            "reference_policies_elements_condition_operators.html (NumericLessThanEquals)",
            Inline,
            r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::example_bucket","Condition":{"NumericLessThanEquals":{"s3:max-keys":"10"}}}"#,
            &[],
        ),
        (
            "id_roles_use_permissions-to-switch.html",
            Inline,
            r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::123456789012:role/Test*"}"#,
            &[],
        ),
        (
            "id_roles_use_passrole.html",
            Inline,
            r#"{"Effect":"Allow","Action":["ec2:*"],"Resource":"*"},
               {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/EC2-roles-for-XYZ-*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}"#,
            &[],
        ),
        (
            // The page explains that whoever holds it can pass the roles to any service that they trust.
            "id_roles_use_passrole.html, example 1",
            Inline,
            r#"{"Effect":"Allow","Action":["iam:GetRole","iam:PassRole"],"Resource":"arn:aws:iam::111122223333:role/EC2-roles-for-XYZ-*"}"#,
            &["policy-pass-role-any-service"],
        ),
        (
            // "we do not recommend" is what the page says of it.
            "reference_policies_elements_notaction.html",
            Inline,
            r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#,
            &["policy-not-action-allow"],
        ),
        (
            "access_policies_job-functions.html, AdministratorAccess",
            Managed,
            r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#,
            &["policy-everything"],
        ),
    ]);
}

#[test]
fn trusts() {
    check(&[
        (
            "id_roles_create_for-service.html",
            Trust,
            r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#,
            &[],
        ),
        (
            "reference_policies_elements_principal.html, several services",
            Trust,
            r#"{"Effect":"Allow","Principal":{"Service":["ecs.amazonaws.com","elasticloadbalancing.amazonaws.com"]},"Action":"sts:AssumeRole"}"#,
            &[],
        ),
        (
            "id_roles_create_for-user_externalid.html",
            Trust,
            r#"{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"12345"}}}"#,
            &[],
        ),
        (
            "id_roles_create_for-user.html, with a second factor",
            Trust,
            r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#,
            &[],
        ),
        (
            "id_roles_providers_create_saml.html",
            Trust,
            r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/ExampleCorpProvider"},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}}"#,
            &[],
        ),
        (
            "id_roles_create_for-idp_oidc.html, Amazon Cognito",
            Trust,
            r#"{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"cognito-identity.amazonaws.com:aud":"us-east-2:12345678-abcd-abcd-abcd-123456"},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"unauthenticated"}}}"#,
            &[],
        ),
        (
            "id_roles_create_for-idp_oidc.html, GitHub",
            Trust,
            r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":"repo:GitHubOrg/GitHubRepo:ref:refs/heads/GitHubBranch"}}}"#,
            &[],
        ),
        (
            "id_session-tags.html",
            Trust,
            r#"{"Sid":"AllowIamUserAssumeRole","Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"111122223333"},"Condition":{"StringLike":{"aws:RequestTag/Project":"*"},"StringEquals":{"aws:PrincipalTag/CostCenter":"12345"}}},
               {"Sid":"AllowPassSessionTagsAndTransitive","Effect":"Allow","Action":"sts:TagSession","Principal":{"AWS":"111122223333"},"Condition":{"StringLike":{"aws:RequestTag/Project":"*"},"ForAnyValue:StringEquals":{"sts:TransitiveTagKeys":["Project","CostCenter"]}}}"#,
            &[],
        ),
        (
            "id_credentials_temp_control-access_monitor.html",
            Trust,
            r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/critical-role"},"Action":["sts:AssumeRole","sts:SetSourceIdentity"],"Condition":{"StringEquals":{"sts:SourceIdentity":"DiegoRamirez"}}}"#,
            &[],
        ),
        (
            // The lab's own page: it lets in all of Databricks' account, with the id that Databricks uses for the customer.
            "https://docs.databricks.com/aws/en/admin/workspace/create-uc-workspace",
            Trust,
            r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::414351767826:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"12345678-1234-1234-1234-123456789012"}}}"#,
            &[],
        ),
    ]);
}

#[test]
fn other_resources() {
    check(&[
        (
            "reference_policies_elements_notprincipal.html",
            Resource,
            r#"{"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::444455556666:user/Bob","arn:aws:iam::444455556666:root"]},"Action":"s3:*","Resource":["arn:aws:s3:::BUCKETNAME","arn:aws:s3:::BUCKETNAME/*"]}"#,
            &[],
        ),
        (
            "reference_policies_elements_condition_operators.html (ArnEquals)",
            Resource,
            r#"{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-east-1:123456789012:QUEUE-ID","Condition":{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:us-east-1:123456789012:TOPIC-ID"}}}"#,
            &[],
        ),
        (
            "reference_policies_variables.html",
            Resource,
            r#"{"Principal":{"AWS":"999999999999"},"Effect":"Allow","Action":"sns:*","Condition":{"StringLike":{"sns:endpoint":"https://example.com/${aws:username}/"},"StringEquals":{"sns:Protocol":"https"}}}"#,
            &[],
        ),
        (
            "reference_policies_condition-keys.html (aws:PrincipalOrgID)",
            Resource,
            r#"{"Sid":"AllowPutObject","Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::policy-genius-dev/*","Condition":{"StringEquals":{"aws:PrincipalOrgID":["o-xxxxxxxxxxx"]}}}"#,
            &[],
        ),
    ]);
}

/// What the lab has its readers make by hand: the roles of `manifests/lab`.
#[test]
fn the_lab() {
    check(&[
        (
            "the role of clusters and notebooks",
            Trust,
            r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"},
               {"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}"#,
            &[],
        ),
        (
            "that it may read itself",
            Inline,
            r#"{"Effect":"Allow","Action":["iam:GetRole"],"Resource":["arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role"]}"#,
            &[],
        ),
        (
            "that the workspace may pass it, as the lab says it",
            Inline,
            r#"{"Effect":"Allow","Action":["iam:PassRole"],"Resource":["arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role"]}"#,
            &["policy-pass-role-any-service"],
        ),
    ]);
}
