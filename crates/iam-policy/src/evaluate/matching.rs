//! Whether a statement is about a request.

use std::collections::BTreeSet;

use super::Request;
use super::outcome::Outcome;
use crate::caseless::Caseless;
use crate::pattern::{self, Context, Resolved};
use crate::policy::Policy;
use crate::statement::Statement;

/// The language version in which policy variables work; in the older one `${aws:username}` is plain text.
pub(crate) const VERSION_WITH_VARIABLES: &str = "2012-10-17";

/// A request, and how the document at hand reads its own text.
#[derive(Clone, Copy)]
pub(super) struct Match<'a> {
    request: &'a Request<'a>,
    variables: bool,
}

impl<'a> Match<'a> {
    pub(super) fn new(policy: &Policy, request: &'a Request<'a>) -> Self {
        Self { request, variables: policy.version() == VERSION_WITH_VARIABLES }
    }

    /// Whether action, resource and conditions of a statement are met. Whom it is about is not judged here.
    pub(super) fn statement(self, statement: &Statement) -> Outcome {
        let target = self.target(statement);
        if target == Outcome::No {
            return target;
        }
        statement.conditions.iter().fold(target, |outcome, condition| outcome.and(self.condition(condition)))
    }

    /// Whether a statement is about the action and the resource, whatever its conditions are.
    pub(super) fn target(self, statement: &Statement) -> Outcome {
        if self.action(statement) { self.resource(statement) } else { Outcome::No }
    }

    fn action(self, statement: &Statement) -> bool {
        let asked = pattern::literals(&self.request.action.to_ascii_lowercase());
        let names = |patterns: &BTreeSet<Caseless>| {
            patterns.iter().any(|action| pattern::covers(&pattern::tokens(&action.folded()), &asked))
        };
        match (&statement.actions, &statement.not_actions) {
            (None, None) => false,
            (actions, not_actions) => actions.as_ref().is_none_or(names) && !not_actions.as_ref().is_some_and(names),
        }
    }

    fn resource(self, statement: &Statement) -> Outcome {
        match (&statement.resources, &statement.not_resources) {
            // A trust policy has no resource: it is about the role that it belongs to. An identity policy must have one.
            (None, None) => Outcome::from(statement.principals.is_some() || statement.not_principals.is_some()),
            (resources, not_resources) => {
                let included = resources.as_ref().map_or(Outcome::Yes, |patterns| self.any_resource(patterns));
                let excepted = not_resources.as_ref().map_or(Outcome::No, |patterns| self.any_resource(patterns));
                included.and(excepted.not())
            }
        }
    }

    fn any_resource(self, patterns: &BTreeSet<String>) -> Outcome {
        let asked = pattern::literals(self.request.resource.unwrap_or("*"));
        patterns.iter().fold(Outcome::No, |outcome, text| {
            outcome.or(match self.resolve(text) {
                Resolved::Pattern(tokens) => Outcome::from(pattern::covers(&tokens, &asked)),
                Resolved::Absent => Outcome::No,
                Resolved::Unknown(key) => Outcome::unknown(&key),
            })
        })
    }

    pub(super) fn resolve(self, text: &str) -> Resolved {
        if self.variables {
            return pattern::resolve(text, self.context());
        }
        Resolved::Pattern(pattern::tokens(text))
    }

    pub(super) const fn context(&self) -> &Context {
        &self.request.context
    }
}
