//! A statement in words.

use std::collections::BTreeSet;
use std::fmt::Display;

use crate::error::shorten;
use crate::policy::Scope;
use crate::statement::{Effect, Principals, Statement};

/// In characters: an action on a role's ARN fits.
const LONGEST_BRIEF: usize = 160;

/// Such as `Service ec2.amazonaws.com may sts:AssumeRole`, or `Deny s3:PutObject on arn:aws:s3:::lab/* when …`.
pub(super) fn statement(statement: &Statement, scope: &Scope) -> String {
    let mut text = without_conditions(statement, scope);
    for (index, condition) in statement.conditions.iter().enumerate() {
        text.push_str(if index == 0 { " when " } else { " and " });
        text.push_str(&condition.to_string());
    }
    for (element, value) in &statement.unknown {
        let mut json = String::new();
        value.write_compact(&mut json);
        text.push_str(&[" with unknown element ", element, ": ", &json].concat());
    }
    text
}

/// What a statement is about, at most one line of it: [`PolicyChange`](super::PolicyChange)s name the statement that they
/// belong to over and over.
pub(super) fn brief(statement: &Statement, scope: &Scope) -> String {
    shorten(&without_conditions(statement, scope), LONGEST_BRIEF)
}

/// The statement in words, as if it had no conditions.
fn without_conditions(statement: &Statement, scope: &Scope) -> String {
    let actions = actions(statement);
    let resources = but(statement.resources.as_ref(), statement.not_resources.as_ref());
    let on = resources.map(|resources| format!(" on {resources}")).unwrap_or_default();
    match (who(statement, scope), &statement.effect) {
        (None, Some(Effect::Allow)) => format!("{actions}{on}"),
        (None, Some(Effect::Deny)) => format!("Deny {actions}{on}"),
        (Some(who), Some(Effect::Allow)) => format!("{who} may {actions}{on}"),
        (Some(who), Some(Effect::Deny)) => format!("{who} may not {actions}{on}"),
        (who, Some(Effect::Unrecognized(effect))) => {
            format!("{}Effect {effect:?} for {actions}{on}", lead(who))
        }
        (who, None) => format!("{}no Effect for {actions}{on}", lead(who)),
    }
}

/// Such as `s3:GetObject, s3:PutObject`.
pub(super) fn actions(statement: &Statement) -> String {
    but(statement.actions.as_ref(), statement.not_actions.as_ref()).unwrap_or("no action".to_owned())
}

fn lead(who: Option<String>) -> String {
    who.map(|who| format!("{who}: ")).unwrap_or_default()
}

fn who(statement: &Statement, scope: &Scope) -> Option<String> {
    let names = |principals: &Principals| {
        let pairs = principals.pairs();
        if pairs.is_empty() {
            return "nobody".to_owned();
        }
        pairs.into_iter().map(|(kind, value)| principal(kind, value, scope)).collect::<Vec<_>>().join(", ")
    };
    match (&statement.principals, &statement.not_principals) {
        (None, None) => None,
        (Some(included), None) => Some(names(included)),
        (None, Some(excepted)) => Some(format!("everyone but {}", names(excepted))),
        (Some(included), Some(excepted)) => Some(format!("{} but {}", names(included), names(excepted))),
    }
}

/// One principal in words: an account by its id, and IAM's unique ids for what they are.
pub(super) fn principal(kind: &str, value: &str, scope: &Scope) -> String {
    if kind.is_empty() {
        return format!("Principal {value:?}");
    }
    if kind != "AWS" {
        return format!("{kind} {value}");
    }
    if value == "*" {
        return "everyone".to_owned();
    }
    let own_prefix = format!("arn:{}:iam::", scope.partition);
    if let Some(account) = value.strip_prefix(&own_prefix).and_then(|rest| rest.strip_suffix(":root")) {
        return if account == scope.account_id {
            format!("account {account} (this account)")
        } else {
            format!("account {account}")
        };
    }
    // IAM puts the unique id in place of the ARN for good once the role or user is deleted.
    if value.starts_with("AROA") {
        return format!("AWS {value} (deleted role?)");
    }
    if value.starts_with("AIDA") {
        return format!("AWS {value} (deleted user?)");
    }
    format!("AWS {value}")
}

/// `a, b`, or `everything but a, b`; nothing when neither element is there.
fn but<T: Display>(included: Option<&BTreeSet<T>>, excepted: Option<&BTreeSet<T>>) -> Option<String> {
    match (included, excepted) {
        (None, None) => None,
        (Some(included), None) => Some(list(included)),
        (None, Some(excepted)) if excepted.is_empty() => Some("everything".to_owned()),
        (None, Some(excepted)) => Some(format!("everything but {}", list(excepted))),
        (Some(included), Some(excepted)) => Some(format!("{} but {}", list(included), list(excepted))),
    }
}

fn list<T: Display>(items: &BTreeSet<T>) -> String {
    if items.is_empty() {
        return "nothing".to_owned();
    }
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
