//! Every code once: its message, its place, its help and its severity.

use std::collections::BTreeSet;

use crate::support::policy;
use iam_policy::DocumentType::{self, Inline, Managed, Trust};
use iam_policy::{Code, Finding, Limits, Severity, check, check_managed_policy_arn};

fn told(finding: &Finding) -> String {
    let Finding { code, severity, place, message, help } = finding;
    assert_eq!(finding.to_string().contains(", at "), !place.is_empty());
    let severity = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let place = if place.is_empty() { "-" } else { place };
    format!("{severity} {code} at {place}: {message}\n  {help}\n")
}

/// A document that has one mistake of each kind it can have.
const ROWS: [(DocumentType, &str); 9] = [
    (
        Inline,
        r#"{"Version":"1","Statement":[{"Sid":"a-b","Effect":"allow","Action":"GetObject","Resource":"bucket","Comment":"→"}]}"#,
    ),
    (Inline, r#"{"Version":"2012-10-17","Statement":[]}"#),
    (
        Inline,
        r#"{"Statement":[{"Sid":"A","Effect":"Deny","Action":[],"Principal":"*","Resource":"arn:aws:s3:::${aws:username}"},{"Sid":"A","Effect":"Deny","Action":"emr:*"}]}"#,
    ),
    (
        Inline,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:ec2:${aws:RequestedRegion}:*:x","Condition":{"StringLikes":{"aws:username":"x"},"NumericEquals":{"aws:EpochTime":"x"},"StringEquals":{"aws:usernam":"x*"},"ForAllValues:StringLike":{"aws:TagKeys":"x"},"BoolIfExists":{"aws:MultiFactorAuthPresent":true}}}}"#,
    ),
    (Managed, r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#),
    (
        Managed,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iam:PassRole","ec2:RunInstances"],"Resource":"*"}}"#,
    ),
    (
        Managed,
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotAction":"iam:*","Resource":"arn:aws:s3:::x"}}"#,
    ),
    (
        Trust,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:*","Principal":{"AWS":["*","444455556666","me"],"Federated":"cognito-identity.amazonaws.com"}}]}"#,
    ),
    (
        Trust,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","NotPrincipal":{"AWS":"444455556666"}}]}"#,
    ),
];

#[test]
fn every_code() {
    let limits = Limits { trust_policy: 150, ..Limits::default() };
    let mut findings: Vec<Finding> =
        ROWS.iter().flat_map(|(document_type, text)| check(&policy(text), *document_type, &limits)).collect();
    findings.extend(check_managed_policy_arn("arn:aws:iam::aws:policy/AmazonSageMakerFullAccess"));
    let seen: BTreeSet<Code> = findings.iter().map(|finding| finding.code).collect();
    let missing: Vec<Code> = Code::ALL.into_iter().filter(|code| !seen.contains(code)).collect();
    assert_eq!(missing, [], "a code without an example");
    for finding in &findings {
        let varies = matches!(finding.code, Code::ConditionOperator | Code::ConditionValue);
        assert!(varies || finding.severity == finding.code.severity(), "{finding:?}");
    }
    insta::assert_snapshot!(findings.iter().map(told).collect::<String>(), @r#"
    error policy-version at Version: Version must be 2012-10-17 or 2008-10-17, not "1"
      it is the version of the language, not of the document
    error policy-effect at Statement[0].Effect: Effect must be Allow or Deny, not "allow"
      the two are Allow and Deny, with a capital letter
    error policy-sid-characters at Statement[0].Sid: Sid may have letters A-Z, a-z and digits only, not "a-b"
      write "ab"
    error policy-unknown-element at Statement[0].Comment: "Comment" is no element of a policy
      the elements here are Sid, Effect, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition
    error policy-action-form at Statement[0].Action: "GetObject" is no action: it needs the prefix of a service, as in s3:GetObject
      an action is * or service:Name, where Name may have * and ?
    error policy-resource-form at Statement[0].Resource: "bucket" is no resource: it does not start with arn:
      a resource is * or an ARN, as in arn:aws:s3:::bucket/key*
    error policy-characters at -: a policy cannot contain '→'
      IAM takes ASCII and Latin-1 in policies
    error policy-statement at -: a policy needs a Statement
      to allow nothing, have no policy
    error policy-action at Statement[0].Action: Action is empty
      delete the statement, or fill it in
    error policy-principal at Statement[0].Principal: an inline policy cannot have Principal
      an identity's own policy is about that identity; who may assume a role stands in its trust policy
    warning policy-variable-version at Statement[0].Resource: the version 2008-10-17 reads "arn:aws:s3:::${aws:username}" as plain text, not as a variable
      write Version: 2012-10-17
    error policy-resource at Statement[1]: a statement needs Resource or NotResource
      add Resource
    error policy-sid-repeated at Statement[1].Sid: two statements have the Sid "A"
      give one of them another, or none
    warning policy-unknown-service at Statement[1].Action: no service has the prefix "emr"
      did you mean elasticmapreduce:*?
    warning policy-variable-place at Statement.Resource: "arn:aws:ec2:${aws:RequestedRegion}:*:x" has a variable before the last part, where there are none
      in place of a region or account write it out, or *; a variable stands behind the fifth colon
    error policy-condition-operator at Statement.Condition.StringLikes: "StringLikes" is no condition operator
      did you mean StringLike?
    error policy-condition-value at Statement.Condition.NumericEquals.aws:EpochTime: NumericEquals cannot read "x"
      expected a number
    warning policy-condition-key at Statement.Condition.StringEquals.aws:usernam: no request has the condition key "aws:usernam"
      did you mean aws:username?
    warning policy-wildcard-literal at Statement.Condition.StringEquals.aws:usernam: StringEquals reads the * of "x*" as a plain character
      StringLike reads it as a wildcard; write ${*} if the character is meant
    warning policy-for-all-values-allow at Statement.Condition.ForAllValues:StringLike.aws:TagKeys: ForAllValues holds for a request without aws:TagKeys too, and this allows
      require the key as well: "Null": {"aws:TagKeys": "false"}
    warning policy-if-exists-multi-factor at Statement.Condition.BoolIfExists.aws:MultiFactorAuthPresent: BoolIfExists holds for access keys, whose requests have no aws:MultiFactorAuthPresent
      use Bool, which needs the key to be there
    warning policy-everything at Statement: this allows every action on every resource
      list the actions and the resources that are meant
    warning policy-pass-role-any-role at Statement.Resource: iam:PassRole on every role lets the holder hand an administrator's role to a service
      name the roles, as in arn:aws:iam::111122223333:role/NAME
    warning policy-pass-role-any-service at Statement: iam:PassRole without iam:PassedToService lets the holder pass the role to any service that it trusts
      add Condition: {StringEquals: {iam:PassedToService: ec2.amazonaws.com}}, with the service that is meant
    warning policy-privilege-escalation at Statement: whoever has these rights can get all others: iam:PassRole with ec2:RunInstances
      limit the actions to resources by name, or the identity by a permissions boundary
    warning policy-not-action-allow at Statement.NotAction: NotAction with Allow allows all other actions, of services to come too
      list the actions that are meant; to except some of them, deny those in a second statement
    error policy-trust-action at Statement[0].Action: a trust policy cannot have the action "sts:*"
      the actions are sts:AssumeRole, sts:AssumeRoleWithSAML, sts:AssumeRoleWithWebIdentity, sts:TagSession, sts:SetSourceIdentity, sts:SetContext, without wildcards
    error policy-principal-form at Statement[0].Principal.AWS[2]: "me" is no principal of the type AWS
      expected *, an account id, or the ARN of a role, a user, a session or an account's root
    warning policy-public-trust at Statement[0].Principal: everyone with an AWS account can assume this role
      name the accounts, roles or services, or add a Condition on who asks, such as aws:PrincipalOrgID
    warning policy-trust-without-condition at Statement[0].Principal: account 444455556666 can hand this role to anyone who asks it to
      add Condition: {StringEquals: {sts:ExternalId: …}} with the id that the other side uses for you, or name the other account's role
    error policy-cognito-condition at Statement[0].Principal: IAM takes no trust in Amazon Cognito without a Condition: it would be in everyone's identity pools
      add Condition: {StringEquals: {cognito-identity.amazonaws.com:aud: …}} with the id of your identity pool
    error policy-size at -: a trust policy has at most 150 characters without white space, and this has 165
      the quota `Role trust policy length` of IAM can be raised in Service Quotas
    warning policy-not-principal-allow at Statement[0].NotPrincipal: NotPrincipal with Allow lets in everyone else, anonymous callers too
      name who is meant in Principal
    warning policy-full-access at -: the AWS-managed policy AmazonSageMakerFullAccess gives all of SageMaker, and to pass roles to it
      narrow it: allow the actions that the notebook uses, on its own resources
    "#);
}

/// Policies of AWS that give more than a lab needs, and their nearest neighbours.
#[test]
fn managed_policies_of_aws() {
    for (arn, gives) in [
        ("arn:aws:iam::aws:policy/AdministratorAccess", "every action on every resource"),
        ("arn:aws-us-gov:iam::aws:policy/AdministratorAccess", "every action on every resource"),
        ("AdministratorAccess", "every action on every resource"),
        ("arn:aws:iam::aws:policy/PowerUserAccess", "every action but those of IAM and Organizations"),
        ("arn:aws:iam::aws:policy/IAMFullAccess", "the right to give oneself all others"),
        ("arn:aws:iam::aws:policy/AmazonS3FullAccess", "every bucket of the account, to read, change and delete"),
        ("arn:aws:iam::aws:policy/AmazonSageMakerFullAccess", "all of SageMaker, and to pass roles to it"),
        (
            "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryFullAccess",
            "every repository of the account, to push to and delete",
        ),
    ] {
        let finding = check_managed_policy_arn(arn).unwrap();
        let name = arn.rsplit('/').next().unwrap();
        assert_eq!(finding.message, format!("the AWS-managed policy {name} gives {gives}"));
        assert_eq!((finding.code, finding.severity), (Code::FullAccess, Severity::Warning));
        assert!(finding.help.starts_with("narrow it: ") && finding.place.is_empty());
    }
    for arn in [
        "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
        "arn:aws:iam::aws:policy/AmazonSageMakerReadOnly",
        "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly",
        "arn:aws:iam::aws:policy/service-role/AmazonS3FullAccess",
        "arn:aws:iam::aws:policy/amazons3fullaccess",
        "arn:aws:iam::111122223333:policy/AmazonS3FullAccess",
        "arn:aws:iam::111122223333:policy/AdministratorAccess",
        "nothing:iam::aws:policy/AdministratorAccess",
        "AdministratorAccess2",
        "",
    ] {
        assert_eq!(check_managed_policy_arn(arn), None, "{arn}");
    }
}
