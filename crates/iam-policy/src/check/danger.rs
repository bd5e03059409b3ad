//! What an identity's policy should not allow.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{Code, Report};
use crate::caseless::Caseless;
use crate::pattern;
use crate::policy::{Policy, Scope, WrittenStatement};
use crate::statement::{Condition, Effect, Statement};

/// The dangers of one statement by itself.
pub(super) fn check_statement(policy: &Policy, written: &WrittenStatement<'_>, report: &mut Report) {
    let WrittenStatement { place, entries: _, canonical } = written;
    if canonical.effect != Some(Effect::Allow) {
        return;
    }
    if canonical.not_actions.is_some() {
        let message = "NotAction with Allow allows all other actions, of services to come too";
        let help = "list the actions that are meant; to except some of them, deny those in a second statement";
        report.add(Code::NotActionAllow, &format!("{place}.NotAction"), message, help);
        return;
    }
    if is_everything(canonical) {
        let bound = if canonical.conditions.is_empty() { "" } else { ", under a condition" };
        let message = format!("this allows every action on every resource{bound}");
        report.add(Code::Everything, place, message, "list the actions and the resources that are meant");
        return;
    }
    if allows_action(canonical, "iam:PassRole") && is_about_roles(canonical) {
        check_pass_role(policy.scope(), written, report);
    }
}

/// `*` on `*`.
pub(super) fn is_everything(statement: &Statement) -> bool {
    let all = |patterns: &BTreeSet<Caseless>| patterns.iter().any(|pattern| is_all(pattern.as_written()));
    let every = |patterns: &BTreeSet<String>| patterns.iter().any(|pattern| is_all(pattern));
    statement.actions.as_ref().is_some_and(all) && statement.resources.as_ref().is_some_and(every)
}

/// `*`, `**`, `*:*` …
pub(super) fn is_all(pattern: &str) -> bool {
    pattern.contains('*') && pattern.bytes().all(|byte| byte == b'*' || byte == b':')
}

fn check_pass_role(scope: &Scope, written: &WrittenStatement<'_>, report: &mut Report) {
    let WrittenStatement { place, entries: _, canonical } = written;
    if covers_all(canonical, "role", scope) {
        let message = "iam:PassRole on every role lets the holder hand an administrator's role to a service";
        let account = if scope.account_id.is_empty() { "ACCOUNT" } else { &scope.account_id };
        let help = format!("name the roles, as in arn:{}:iam::{account}:role/NAME", scope.partition);
        report.add(Code::PassRoleAnyRole, &format!("{place}.{}", resource_element(canonical)), message, help);
    }
    if !canonical.conditions.iter().any(names_services) {
        let message =
            "iam:PassRole without iam:PassedToService lets the holder pass the role to any service that it trusts";
        let help =
            "add Condition: {StringEquals: {iam:PassedToService: ec2.amazonaws.com}}, with the service that is meant";
        report.add(Code::PassRoleAnyService, place, message, help);
    }
}

/// Whether one of the resources may be a role: passing anything else means nothing.
fn is_about_roles(statement: &Statement) -> bool {
    let may_be_role = |resource: &String| {
        let resource = pattern::masked(resource);
        let parts: Vec<&str> = resource.splitn(6, ':').collect();
        let service = parts.get(2).copied().unwrap_or("*");
        let name = parts.get(5).copied().unwrap_or("*");
        let (kind, _) = name.split_once('/').unwrap_or((name, ""));
        let is_open = |text: &str| text.contains(['*', '?', '$']);
        (service == "iam" || is_open(service)) && (kind == "role" || is_open(kind))
    };
    statement.resources.as_ref().is_none_or(|resources| resources.iter().any(may_be_role))
}

fn resource_element(statement: &Statement) -> &'static str {
    if statement.resources.is_some() { "Resource" } else { "NotResource" }
}

/// A condition that says to which services a role may be passed.
pub(super) fn names_services(condition: &Condition) -> bool {
    let Condition { operator, key, values } = condition;
    let positive = !condition.is_negated() && !operator.starts_with("ForAllValues:") && !operator.starts_with("Null");
    let bounded = values.iter().all(|value| !is_all(value));
    key.as_written().eq_ignore_ascii_case("iam:PassedToService") && positive && bounded
}

/// Whether the statement is about an action: one of its patterns matches it, or none of those that it excepts does.
pub(super) fn allows_action(statement: &Statement, action: &str) -> bool {
    let asked = pattern::literals(&action.to_ascii_lowercase());
    let matches = |action: &Caseless| pattern::covers(&pattern::tokens(&action.folded()), &asked);
    match (&statement.actions, &statement.not_actions) {
        (None, None) => false,
        (Some(actions), _) => actions.iter().any(matches),
        (None, Some(excepted)) => !excepted.iter().any(matches),
    }
}

/// Whether the statement is about all that IAM holds of a kind in the own account, such as every `role`. Exceptions by
/// `NotResource` are few against the rest.
pub(super) fn covers_all(statement: &Statement, kind: &str, own: &Scope) -> bool {
    if statement.not_resources.is_some() {
        return true;
    }
    let all = pattern::tokens(&format!("arn:{}:iam::{}:{kind}/*", own.partition, own.account_id));
    let covers = |resource: &String| pattern::covers(&pattern::tokens(&as_own(resource, own)), &all);
    statement.resources.iter().flatten().any(covers)
}

/// Where the own account is not known, an account that a resource names is taken for it: nobody writes a statement on all roles
/// of an account in another one, where it would be about nothing.
fn as_own<'a>(resource: &'a str, own: &Scope) -> Cow<'a, str> {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    match *parts {
        [arn, partition, service, region, _, name] if own.account_id.is_empty() => {
            Cow::Owned(format!("{arn}:{partition}:{service}:{region}::{name}"))
        }
        _ => Cow::Borrowed(resource),
    }
}
