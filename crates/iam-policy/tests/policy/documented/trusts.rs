//! Trust policies: of services, accounts, identity providers.

use super::aloud;

/// What an instance profile's role needs.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html>
#[test]
fn of_ec2() {
    let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Service ec2.amazonaws.com may sts:AssumeRole
    canonical:
    {"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com"]},"Action":["sts:assumerole"]}
    "#);
}

/// A list is each of them.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
#[test]
fn of_several_services() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"Service": ["ecs.amazonaws.com", "elasticloadbalancing.amazonaws.com"]},
    "Action": "sts:AssumeRole"
  }]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Service ecs.amazonaws.com may sts:AssumeRole
    widens  + Service elasticloadbalancing.amazonaws.com may sts:AssumeRole
    canonical:
    {"Effect":"Allow","Principal":{"Service":["ecs.amazonaws.com","elasticloadbalancing.amazonaws.com"]},"Action":["sts:assumerole"]}
    "#);
}

/// Against the confused deputy.
/// <https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html>
#[test]
fn of_sagemaker_for_one_account() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"Service": "sagemaker.amazonaws.com"},
    "Action": "sts:AssumeRole",
    "Condition": {
      "StringEquals": {"aws:SourceAccount": "111122223333"},
      "ArnLike": {"aws:SourceArn": "arn:aws:sagemaker:us-east-1:111122223333:*"}
    }
  }]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Service sagemaker.amazonaws.com may sts:AssumeRole when ArnLike aws:SourceArn = arn:aws:sagemaker:us-east-1:111122223333:* and StringEquals aws:SourceAccount = 111122223333
    canonical:
    {"Effect":"Allow","Principal":{"Service":["sagemaker.amazonaws.com"]},"Action":["sts:assumerole"],"Condition":{"ArnLike":{"aws:sourcearn":["arn:aws:sagemaker:us-east-1:111122223333:*"]},"StringEquals":{"aws:sourceaccount":["111122223333"]}}}
    "#);
}

/// Its root stands for all that it lets.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-user.html>
#[test]
fn of_another_account() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "sts:AssumeRole", "Condition": {}}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + account 444455556666 may sts:AssumeRole
    canonical:
    {"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:root"]},"Action":["sts:assumerole"]}
    "#);
}

/// The boolean is one, not a text.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html>
#[test]
fn of_another_account_with_a_second_factor() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
    "Action": "sts:AssumeRole",
    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
  }
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + account 444455556666 may sts:AssumeRole when Bool aws:MultiFactorAuthPresent = true
    canonical:
    {"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:root"]},"Action":["sts:assumerole"],"Condition":{"Bool":{"aws:multifactorauthpresent":["true"]}}}
    "#);
}

/// With the id that they agreed on.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html>
#[test]
fn of_a_third_party() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {"AWS": "444455556666"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": "12345"}}
  }
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + account 444455556666 may sts:AssumeRole when StringEquals sts:ExternalId = 12345
    canonical:
    {"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::444455556666:root"]},"Action":["sts:assumerole"],"Condition":{"StringEquals":{"sts:externalid":["12345"]}}}
    "#);
}

/// Another action, and the audience.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html>
#[test]
fn of_a_saml_provider() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": "sts:AssumeRoleWithSAML",
    "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/ExampleOrgSSOProvider"},
    "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
  }
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Federated arn:aws:iam::111122223333:saml-provider/ExampleOrgSSOProvider may sts:AssumeRoleWithSAML when StringEquals SAML:aud = https://signin.aws.amazon.com/saml
    canonical:
    {"Effect":"Allow","Principal":{"Federated":["arn:aws:iam::111122223333:saml-provider/ExampleOrgSSOProvider"]},"Action":["sts:assumerolewithsaml"],"Condition":{"StringEquals":{"saml:aud":["https://signin.aws.amazon.com/saml"]}}}
    "#);
}

/// Two actions for one sign-in.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html>
#[test]
fn of_saml_with_session_tags() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowSAMLAssumeRole",
      "Effect": "Allow",
      "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
      "Principal": {"Federated": "arn:aws:iam::111122223333:saml-provider/ExampleCorpProvider"},
      "Condition": {
        "StringLike": {"aws:RequestTag/Project": "*", "aws:RequestTag/CostCenter": ["*"]},
        "StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}
      }
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Federated arn:aws:iam::111122223333:saml-provider/ExampleCorpProvider may sts:AssumeRoleWithSAML, sts:TagSession when StringEquals SAML:aud = https://signin.aws.amazon.com/saml and StringLike aws:RequestTag/CostCenter = * and StringLike aws:RequestTag/Project = *
    canonical:
    {"Sid":"AllowSAMLAssumeRole","Effect":"Allow","Principal":{"Federated":["arn:aws:iam::111122223333:saml-provider/ExampleCorpProvider"]},"Action":["sts:assumerolewithsaml","sts:tagsession"],"Condition":{"StringEquals":{"saml:aud":["https://signin.aws.amazon.com/saml"]},"StringLike":{"aws:requesttag/costcenter":["*"],"aws:requesttag/project":["*"]}}}
    "#);
}

/// A branch of one repository.
/// <https://docs.github.com/en/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-amazon-web-services>
#[test]
fn of_github() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          "token.actions.githubusercontent.com:sub": "repo:octo-org/octo-repo:ref:refs/heads/octo-branch"
        }
      }
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Federated arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com may sts:AssumeRoleWithWebIdentity when StringEquals token.actions.githubusercontent.com:aud = sts.amazonaws.com and StringEquals token.actions.githubusercontent.com:sub = repo:octo-org/octo-repo:ref:refs/heads/octo-branch
    canonical:
    {"Effect":"Allow","Principal":{"Federated":["arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"]},"Action":["sts:assumerolewithwebidentity"],"Condition":{"StringEquals":{"token.actions.githubusercontent.com:aud":["sts.amazonaws.com"],"token.actions.githubusercontent.com:sub":["repo:octo-org/octo-repo:ref:refs/heads/octo-branch"]}}}
    "#);
}

/// By the cluster's provider.
/// <https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html>
#[test]
fn of_a_kubernetes_service_account() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D"},
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {
          "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D:aud": "sts.amazonaws.com",
          "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D:sub": "system:serviceaccount:default:my-app"
        }
      }
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Federated arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D may sts:AssumeRoleWithWebIdentity when StringEquals oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D:aud = sts.amazonaws.com and StringEquals oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D:sub = system:serviceaccount:default:my-app
    canonical:
    {"Effect":"Allow","Principal":{"Federated":["arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D"]},"Action":["sts:assumerolewithwebidentity"],"Condition":{"StringEquals":{"oidc.eks.eu-west-1.amazonaws.com/id/exampled539d:aud":["sts.amazonaws.com"],"oidc.eks.eu-west-1.amazonaws.com/id/exampled539d:sub":["system:serviceaccount:default:my-app"]}}}
    "#);
}

/// The service tags its sessions.
/// <https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html>
#[test]
fn of_pods() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowEksAuthToAssumeRoleForPodIdentity",
      "Effect": "Allow",
      "Principal": {"Service": "pods.eks.amazonaws.com"},
      "Action": ["sts:AssumeRole", "sts:TagSession"]
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Service pods.eks.amazonaws.com may sts:AssumeRole, sts:TagSession
    canonical:
    {"Sid":"AllowEksAuthToAssumeRoleForPodIdentity","Effect":"Allow","Principal":{"Service":["pods.eks.amazonaws.com"]},"Action":["sts:assumerole","sts:tagsession"]}
    "#);
}

/// An application of Cognito.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html>
#[test]
fn of_web_identities() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {"Federated": "cognito-identity.amazonaws.com"},
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {
      "StringEquals": {"cognito-identity.amazonaws.com:aud": "us-east-2:12345678-abcd-abcd-abcd-123456"},
      "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "unauthenticated"}
    }
  }
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Federated cognito-identity.amazonaws.com may sts:AssumeRoleWithWebIdentity when ForAnyValue:StringLike cognito-identity.amazonaws.com:amr = unauthenticated and StringEquals cognito-identity.amazonaws.com:aud = us-east-2:12345678-abcd-abcd-abcd-123456
    canonical:
    {"Effect":"Allow","Principal":{"Federated":["cognito-identity.amazonaws.com"]},"Action":["sts:assumerolewithwebidentity"],"Condition":{"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":["unauthenticated"]},"StringEquals":{"cognito-identity.amazonaws.com:aud":["us-east-2:12345678-abcd-abcd-abcd-123456"]}}}
    "#);
}

/// What a session may be called.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html>
#[test]
fn with_the_name_of_the_user_in_the_session() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "RequireUsernameForSessionName",
      "Effect": "Allow",
      "Action": "sts:AssumeRole",
      "Principal": {"AWS": "111122223333"},
      "Condition": {"StringLike": {"sts:RoleSessionName": "${aws:username}"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + account 111122223333 (this account) may sts:AssumeRole when StringLike sts:RoleSessionName = ${aws:username}
    canonical:
    {"Sid":"RequireUsernameForSessionName","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:root"]},"Action":["sts:assumerole"],"Condition":{"StringLike":{"sts:rolesessionname":["${aws:username}"]}}}
    "#);
}

/// A denial in a trust policy.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html>
#[test]
fn with_a_source_identity() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AllowDeveloperToAssumeRole",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:role/developer"},
      "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"]
    },
    {
      "Sid": "DenyWithoutSourceIdentity",
      "Effect": "Deny",
      "Principal": {"AWS": "*"},
      "Action": "sts:AssumeRole",
      "Condition": {"Null": {"sts:SourceIdentity": "true"}}
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + AWS arn:aws:iam::111122223333:role/developer may sts:AssumeRole, sts:SetSourceIdentity
    narrows + everyone may not sts:AssumeRole when Null sts:SourceIdentity = true
    canonical:
    {"Sid":"AllowDeveloperToAssumeRole","Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/developer"]},"Action":["sts:assumerole","sts:setsourceidentity"]}
    {"Sid":"DenyWithoutSourceIdentity","Effect":"Deny","Principal":{"AWS":["*"]},"Action":["sts:assumerole"],"Condition":{"Null":{"sts:sourceidentity":["true"]}}}
    "#);
}

/// Two services.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html>
#[test]
fn of_lambda_at_the_edge() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Principal": {"Service": ["lambda.amazonaws.com", "edgelambda.amazonaws.com"]}, "Action": "sts:AssumeRole"}
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Service edgelambda.amazonaws.com may sts:AssumeRole
    widens  + Service lambda.amazonaws.com may sts:AssumeRole
    canonical:
    {"Effect":"Allow","Principal":{"Service":["edgelambda.amazonaws.com","lambda.amazonaws.com"]},"Action":["sts:assumerole"]}
    "#);
}

/// Certificates, by what they are issued for.
/// <https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html>
#[test]
fn of_roles_anywhere() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"Service": "rolesanywhere.amazonaws.com"},
      "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
      "Condition": {
        "StringEquals": {"aws:PrincipalTag/x509Subject/OU": "Engineering"},
        "ArnEquals": {"aws:SourceArn": ["arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/TA_ID"]}
      }
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + Service rolesanywhere.amazonaws.com may sts:AssumeRole, sts:SetSourceIdentity, sts:TagSession when ArnEquals aws:SourceArn = arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/TA_ID and StringEquals aws:PrincipalTag/x509Subject/OU = Engineering
    canonical:
    {"Effect":"Allow","Principal":{"Service":["rolesanywhere.amazonaws.com"]},"Action":["sts:assumerole","sts:setsourceidentity","sts:tagsession"],"Condition":{"ArnEquals":{"aws:sourcearn":["arn:aws:rolesanywhere:us-east-1:111122223333:trust-anchor/TA_ID"]},"StringEquals":{"aws:principaltag/x509subject/ou":["Engineering"]}}}
    "#);
}

/// The unique id stands where the ARN was.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage_delete.html>
#[test]
fn as_iam_answers_it_once_a_role_is_gone() {
    let text = r#"{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "",
      "Effect": "Allow",
      "Principal": {"AWS": ["AROA1234567890EXAMPLE", "AIDA1234567890EXAMPLE", "arn:aws:iam::111122223333:root"]},
      "Action": "sts:AssumeRole"
    }
  ]
}"#;
    insta::assert_snapshot!(aloud(text), @r#"
    widens  + AWS AIDA1234567890EXAMPLE (deleted user?) may sts:AssumeRole
    widens  + AWS AROA1234567890EXAMPLE (deleted role?) may sts:AssumeRole
    widens  + account 111122223333 (this account) may sts:AssumeRole
    canonical:
    {"Effect":"Allow","Principal":{"AWS":["AIDA1234567890EXAMPLE","AROA1234567890EXAMPLE","arn:aws:iam::111122223333:root"]},"Action":["sts:assumerole"]}
    "#);
}
