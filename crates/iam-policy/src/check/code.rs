//! The checks by name.

use std::fmt;

use super::Severity;

/// The checks. A code is stable: what it stands for never changes, and it is never used for anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Code {
    /// `Version` is neither `2012-10-17` nor `2008-10-17`.
    Version,
    /// The document has no statement.
    Statement,
    /// `Effect` is missing, or neither `Allow` nor `Deny`.
    Effect,
    /// Neither or both of `Action` and `NotAction`, or an empty one.
    Action,
    /// An action that is not `*` or `service:Name`.
    ActionForm,
    /// A trust policy with an action that is not one of `sts`.
    TrustAction,
    /// `Principal` or `NotPrincipal` where it is forbidden, neither or both where one is required.
    Principal,
    /// A principal of no known form.
    PrincipalForm,
    /// `Resource` or `NotResource` where it is forbidden, neither or both where one is required, or an empty one.
    Resource,
    /// A resource that is neither `*` nor an ARN.
    ResourceForm,
    /// A condition operator that does not exist.
    ConditionOperator,
    /// A value that its condition operator cannot read. IAM refuses it, but under `Bool` and `Null`, where it never matches.
    ConditionValue,
    /// A trust policy that lets in whoever Amazon Cognito signs in, without a condition.
    CognitoCondition,
    /// `Sid` has other characters than letters and digits.
    SidCharacters,
    /// Two statements have one `Sid`.
    SidRepeated,
    /// An element that the grammar does not know.
    UnknownElement,
    /// A character beyond Latin-1, or a control character.
    Characters,
    /// More characters than the quota.
    Size,
    /// Every action on every resource.
    Everything,
    /// `iam:PassRole` on every role.
    PassRoleAnyRole,
    /// `iam:PassRole` without `iam:PassedToService`.
    PassRoleAnyService,
    /// Rights by which one can give oneself all others.
    PrivilegeEscalation,
    /// `NotAction` with `Allow`: everything else is allowed, and what AWS adds tomorrow.
    NotActionAllow,
    /// `NotPrincipal` with `Allow`: everyone else is allowed.
    NotPrincipalAllow,
    /// A trust policy that lets everyone in.
    PublicTrust,
    /// A trust policy that lets another account in without a condition.
    TrustWithoutCondition,
    /// An action of a service that does not exist, with a name close to one that does.
    UnknownService,
    /// A condition key that no request has: without a service's prefix, or close to one that exists.
    ConditionKey,
    /// A policy variable in a document whose version has none.
    VariableVersion,
    /// A policy variable before the last part of an ARN, where there is none.
    VariablePlace,
    /// A wildcard under an operator that reads it as a plain character.
    WildcardLiteral,
    /// `ForAllValues:` with `Allow`: it holds where the key is absent.
    ForAllValuesAllow,
    /// `BoolIfExists` on `aws:MultiFactorAuthPresent` with `Allow`: it holds for access keys, which have no such key.
    IfExistsMultiFactor,
    /// An AWS-managed policy that gives full access.
    FullAccess,
}

impl Code {
    /// All checks, in the order in which they are documented.
    pub const ALL: [Self; 34] = [
        Self::Version,
        Self::Statement,
        Self::Effect,
        Self::Action,
        Self::ActionForm,
        Self::TrustAction,
        Self::Principal,
        Self::PrincipalForm,
        Self::Resource,
        Self::ResourceForm,
        Self::ConditionOperator,
        Self::ConditionValue,
        Self::CognitoCondition,
        Self::SidCharacters,
        Self::SidRepeated,
        Self::UnknownElement,
        Self::Characters,
        Self::Size,
        Self::Everything,
        Self::PassRoleAnyRole,
        Self::PassRoleAnyService,
        Self::PrivilegeEscalation,
        Self::NotActionAllow,
        Self::NotPrincipalAllow,
        Self::PublicTrust,
        Self::TrustWithoutCondition,
        Self::UnknownService,
        Self::ConditionKey,
        Self::VariableVersion,
        Self::VariablePlace,
        Self::WildcardLiteral,
        Self::ForAllValuesAllow,
        Self::IfExistsMultiFactor,
        Self::FullAccess,
    ];

    /// The code as it is written in a manifest, in kebab case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Version => "policy-version",
            Self::Statement => "policy-statement",
            Self::Effect => "policy-effect",
            Self::Action => "policy-action",
            Self::ActionForm => "policy-action-form",
            Self::TrustAction => "policy-trust-action",
            Self::Principal => "policy-principal",
            Self::PrincipalForm => "policy-principal-form",
            Self::Resource => "policy-resource",
            Self::ResourceForm => "policy-resource-form",
            Self::ConditionOperator => "policy-condition-operator",
            Self::ConditionValue => "policy-condition-value",
            Self::CognitoCondition => "policy-cognito-condition",
            Self::SidCharacters => "policy-sid-characters",
            Self::SidRepeated => "policy-sid-repeated",
            Self::UnknownElement => "policy-unknown-element",
            Self::Characters => "policy-characters",
            Self::Size => "policy-size",
            Self::Everything => "policy-everything",
            Self::PassRoleAnyRole => "policy-pass-role-any-role",
            Self::PassRoleAnyService => "policy-pass-role-any-service",
            Self::PrivilegeEscalation => "policy-privilege-escalation",
            Self::NotActionAllow => "policy-not-action-allow",
            Self::NotPrincipalAllow => "policy-not-principal-allow",
            Self::PublicTrust => "policy-public-trust",
            Self::TrustWithoutCondition => "policy-trust-without-condition",
            Self::UnknownService => "policy-unknown-service",
            Self::ConditionKey => "policy-condition-key",
            Self::VariableVersion => "policy-variable-version",
            Self::VariablePlace => "policy-variable-place",
            Self::WildcardLiteral => "policy-wildcard-literal",
            Self::ForAllValuesAllow => "policy-for-all-values-allow",
            Self::IfExistsMultiFactor => "policy-if-exists-multi-factor",
            Self::FullAccess => "policy-full-access",
        }
    }

    /// The severity of its findings; [`Code::ConditionOperator`] and [`Code::ConditionValue`] have warnings too.
    pub const fn severity(self) -> Severity {
        match self {
            Self::Version
            | Self::Statement
            | Self::Effect
            | Self::Action
            | Self::ActionForm
            | Self::TrustAction
            | Self::Principal
            | Self::PrincipalForm
            | Self::Resource
            | Self::ResourceForm
            | Self::ConditionOperator
            | Self::ConditionValue
            | Self::CognitoCondition
            | Self::SidCharacters
            | Self::SidRepeated
            | Self::UnknownElement
            | Self::Characters
            | Self::Size => Severity::Error,
            Self::Everything
            | Self::PassRoleAnyRole
            | Self::PassRoleAnyService
            | Self::PrivilegeEscalation
            | Self::NotActionAllow
            | Self::NotPrincipalAllow
            | Self::PublicTrust
            | Self::TrustWithoutCondition
            | Self::UnknownService
            | Self::ConditionKey
            | Self::VariableVersion
            | Self::VariablePlace
            | Self::WildcardLiteral
            | Self::ForAllValuesAllow
            | Self::IfExistsMultiFactor
            | Self::FullAccess => Severity::Warning,
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
