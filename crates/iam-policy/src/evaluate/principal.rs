//! Who asks, and how a policy names it.

use crate::statement::{Effect, Principals, Statement};

/// How a statement names the one who asks, from the loosest to the most direct. It decides which other policies have a say
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Naming {
    /// By its account: the account's own policies decide who of it may.
    Account,
    /// By its role, or as everyone: a permissions boundary limits it.
    Role,
    /// By itself, a user, a session or a service: nothing limits it but a denial.
    Itself,
}

/// How a statement names who asks, nothing where it does not. A statement with neither `Principal` nor `NotPrincipal` is about
/// the identity that holds it, and names it.
pub(super) fn naming(statement: &Statement, asking: Option<&str>) -> Option<Naming> {
    let names = |principals: &Principals| {
        let asking = asking?;
        principals.pairs().into_iter().filter_map(|(kind, named)| name(kind, named, asking)).max()
    };
    let denies = statement.effect == Some(Effect::Deny);
    let excepts = |principals: &Principals| match asking {
        Some(asking) if denies => spares(principals, asking),
        Some(_) => names(principals).is_some(),
        None => false,
    };
    if statement.not_principals.as_ref().is_some_and(excepts) {
        return None;
    }
    match (&statement.principals, &statement.not_principals) {
        (Some(principals), _) => names(principals),
        (None, Some(_)) => Some(Naming::Role),
        (None, None) => Some(Naming::Itself),
    }
}

/// Whether a denial by `NotPrincipal` spares who asks. It is sure to only if it names the account, the role and the session or
/// user: AWS may ask for the account first, and a part that is not named is denied
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>). What is not sure is a
/// denial here.
fn spares(principals: &Principals, asking: &str) -> bool {
    let names = principals.pairs();
    if names.contains(&("AWS", "*")) {
        return true;
    }
    let is_itself = names.iter().any(|(_, named)| *named == asking);
    let Some(arn) = Arn::parse(asking) else { return is_itself };
    let of_account = |(_, named): &&(&str, &str)| Arn::parse(named).is_some_and(|named| named.is_in_account_of(arn));
    let neighbours: Vec<_> = names.iter().filter(of_account).filter_map(|(_, named)| Arn::parse(named)).collect();
    let has_root = neighbours.iter().any(|named| named.resource == "root");
    let role = arn.session_role_name();
    let has_role = role.is_none() || neighbours.iter().any(|named| named.role_name() == role);
    is_itself && has_root && has_role
}

/// How one value of `Principal` names who asks. Only the whole value `*` is a wildcard there.
fn name(kind: &str, named: &str, asking: &str) -> Option<Naming> {
    let asking_arn = Arn::parse(asking);
    if named == asking {
        let is_role = asking_arn.is_some_and(|arn| arn.role_name().is_some());
        return Some(if is_role { Naming::Role } else { Naming::Itself });
    }
    if kind != "AWS" {
        return None;
    }
    if named == "*" {
        return Some(Naming::Role);
    }
    let (named, asking) = (Arn::parse(named)?, asking_arn?);
    if !named.is_in_account_of(asking) {
        return None;
    }
    // The root of an account stands for all its principals, and a role for its sessions, whose ARN leaves out the path.
    if named.resource == "root" {
        return Some(Naming::Account);
    }
    (named.role_name().is_some() && named.role_name() == asking.session_role_name()).then_some(Naming::Role)
}

/// The account of a principal: nothing for a service, an identity provider and an anonymous caller.
pub(super) fn account(asking: &str) -> Option<&str> {
    Arn::parse(asking).map(|arn| arn.account)
}

#[derive(Clone, Copy)]
struct Arn<'a> {
    partition: &'a str,
    account: &'a str,
    resource: &'a str,
}

impl<'a> Arn<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (prefix, partition, _service, _region) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let (account, resource) = (parts.next()?, parts.next()?);
        (prefix == "arn" && !account.is_empty()).then_some(Self { partition, account, resource })
    }

    fn is_in_account_of(self, other: Self) -> bool {
        self.partition == other.partition && self.account == other.account
    }

    fn role_name(&self) -> Option<&'a str> {
        self.resource.strip_prefix("role/")?.rsplit('/').next()
    }

    fn session_role_name(&self) -> Option<&'a str> {
        self.resource.strip_prefix("assumed-role/")?.split('/').next()
    }
}
