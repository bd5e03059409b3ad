//! Who asks, and how a policy names it.

use crate::statement::{Principals, Statement};

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
    if statement.not_principals.as_ref().and_then(names).is_some() {
        return None;
    }
    match (&statement.principals, &statement.not_principals) {
        (Some(principals), _) => names(principals),
        (None, Some(_)) => Some(Naming::Role),
        (None, None) => Some(Naming::Itself),
    }
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
    if named.partition != asking.partition || named.account != asking.account {
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

    fn role_name(&self) -> Option<&'a str> {
        self.resource.strip_prefix("role/")?.rsplit('/').next()
    }

    fn session_role_name(&self) -> Option<&'a str> {
        self.resource.strip_prefix("assumed-role/")?.split('/').next()
    }
}
