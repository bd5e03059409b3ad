//! The policies of one kind, and what they say by themselves.

use std::collections::BTreeMap;

use super::matching::Match;
use super::outcome::Outcome;
use super::principal::{self, Naming};
use super::{Decision, DecisiveStatement, Origin, Request, ResourcePolicy};
use crate::diff;
use crate::policy::Policy;
use crate::statement::{Effect, Statement};

/// The statements of one kind of policy that are about a request, or may be.
pub(super) struct Layer<'a> {
    /// That of the layer's first policy.
    origin: Origin,
    /// Whom the resource of the layer belongs to.
    account_id: Option<&'a str>,
    policies: Vec<(Origin, &'a Policy)>,
    hits: Vec<Hit<'a>>,
}

struct Hit<'a> {
    origin: Origin,
    policy: &'a Policy,
    statement: &'a Statement,
    denies: bool,
    naming: Naming,
    outcome: Outcome,
}

impl<'a> Layer<'a> {
    /// The principal's own policies, each with its place among them.
    pub(super) fn of_identity(policies: &[&'a Policy], request: &Request<'_>) -> Self {
        let policies: Vec<(Origin, &Policy)> =
            policies.iter().enumerate().map(|(index, policy)| (Origin::Identity(index), *policy)).collect();
        let hits = policies.iter().flat_map(|(origin, policy)| hits(*origin, policy, request)).collect();
        Self { origin: Origin::Identity(0), account_id: None, policies, hits }
    }

    pub(super) fn of_boundary(policy: &'a Policy, request: &Request<'_>) -> Self {
        let (origin, hits) = (Origin::Boundary, hits(Origin::Boundary, policy, request));
        Self { origin, account_id: None, policies: vec![(origin, policy)], hits }
    }

    /// A statement of a resource's policy that names nobody is about nobody.
    pub(super) fn of_resource(policy: &'a Policy, request: &Request<'_>, has_boundary: bool) -> Self {
        let mut hits = hits(Origin::Resource, policy, request);
        if has_boundary {
            hits.extend(denied_regardless(policy, request));
        }
        hits.retain(|hit| hit.statement.principals.is_some() || hit.statement.not_principals.is_some());
        let (origin, account_id) = (Origin::Resource, Some(policy.scope().account_id.as_str()));
        Self { origin, account_id, policies: vec![(origin, policy)], hits }
    }

    pub(super) const fn origin(&self) -> Origin {
        self.origin
    }

    pub(super) fn allowed(&self) -> Outcome {
        self.any(|hit| !hit.denies)
    }

    pub(super) fn denied(&self) -> Outcome {
        self.any(|hit| hit.denies)
    }

    fn allowed_naming(&self, naming: Naming) -> Outcome {
        self.any(|hit| !hit.denies && hit.naming == naming)
    }

    fn any(&self, counts: impl Fn(&Hit<'_>) -> bool) -> Outcome {
        self.hits.iter().filter(|hit| counts(hit)).fold(Outcome::No, |outcome, hit| outcome.or(hit.outcome.clone()))
    }

    /// Whether a resource's policy (this layer) and the principal's own policies allow together. `own` is what the latter do
    /// within the boundary, `boundary` what the boundary does by itself.
    pub(super) fn combined(
        &self,
        policy: ResourcePolicy<'_>,
        request: &Request<'_>,
        own: Outcome,
        boundary: Outcome,
    ) -> Outcome {
        let Some(account) = request.principal.and_then(principal::account) else {
            // A service, an identity provider or nobody in particular: there are no policies but the resource's.
            return self.allowed();
        };
        if self.account_id != Some(account) {
            return self.allowed().and(own);
        }
        let named = self.allowed_naming(Naming::Itself).or(self.allowed_naming(Naming::Role).and(boundary));
        match policy {
            ResourcePolicy::Trust(_) => named.or(self.allowed_naming(Naming::Account).and(own)),
            ResourcePolicy::Other(_) => named.or(own),
        }
    }

    /// Whether an allow in this layer, a resource's policy, is what is wanting, and would be enough but for a denial.
    pub(super) fn is_wanting_alone(&self, policy: ResourcePolicy<'_>, request: &Request<'_>) -> bool {
        let is_trust = matches!(policy, ResourcePolicy::Trust(_));
        let account = request.principal.and_then(principal::account);
        self.allowed() == Outcome::No && account.is_none_or(|account| is_trust && self.account_id == Some(account))
    }

    /// The statements that would allow the request if their conditions held.
    pub(super) fn missed(&self, request: &Request<'_>) -> Vec<DecisiveStatement> {
        let of_policy = |(origin, policy): &(Origin, &'a Policy)| {
            let (origin, policy) = (*origin, *policy);
            let allowing = policy.statements().iter().filter(|statement| statement.effect == Some(Effect::Allow));
            let missed = allowing.filter(move |statement| {
                let found = Match::new(policy, request);
                found.target(statement) == Outcome::Yes && found.statement(statement) == Outcome::No
            });
            let named = missed.filter_map(move |statement| {
                let naming = principal::naming(statement, request.principal)?;
                Some(Hit { origin, policy, statement, denies: false, naming, outcome: Outcome::No })
            });
            named.collect::<Vec<_>>()
        };
        let missed = self.policies.iter().flat_map(of_policy);
        missed.map(|hit| hit.describe(hit.policy.place_of(hit.statement))).collect()
    }

    /// The statements that a decision rests on.
    pub(super) fn decisive(&self, decision: &Decision) -> Vec<DecisiveStatement> {
        // A document is read again for its places, and only once: a long one may decide by a thousand statements.
        let mut places: BTreeMap<Origin, BTreeMap<Statement, String>> = BTreeMap::new();
        let deciding = self.hits.iter().filter(|hit| hit.decides(decision));
        let described = deciding.map(|hit| {
            let of_policy = places.entry(hit.origin).or_insert_with(|| hit.policy.places());
            hit.describe(of_policy.get(hit.statement).cloned().unwrap_or_default())
        });
        described.collect()
    }
}

/// `NotPrincipal` with `Deny` excepts nobody who has a permissions boundary
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>).
fn denied_regardless<'a>(policy: &'a Policy, request: &Request<'_>) -> Vec<Hit<'a>> {
    let excepting = policy.statements().iter().filter(|statement| {
        let is_denial = statement.effect == Some(Effect::Deny) && statement.not_principals.is_some();
        is_denial && principal::naming(statement, request.principal).is_none()
    });
    let hit = |statement| {
        let outcome = Match::new(policy, request).statement(statement);
        let (origin, naming) = (Origin::Resource, Naming::Role);
        (outcome != Outcome::No).then_some(Hit { origin, policy, statement, denies: true, naming, outcome })
    };
    excepting.filter_map(hit).collect()
}

/// The statements of a policy that are about a request or may be.
fn hits<'a>(origin: Origin, policy: &'a Policy, request: &Request<'_>) -> Vec<Hit<'a>> {
    let hit = |statement: &'a Statement| {
        let denies = match statement.effect.as_ref()? {
            Effect::Allow => false,
            Effect::Deny => true,
            Effect::Unrecognized(_) => return None,
        };
        let naming = principal::naming(statement, request.principal)?;
        let outcome = Match::new(policy, request).statement(statement);
        (outcome != Outcome::No).then_some(Hit { origin, policy, statement, denies, naming, outcome })
    };
    policy.statements().iter().filter_map(hit).collect()
}

impl Hit<'_> {
    fn decides(&self, decision: &Decision) -> bool {
        match decision {
            Decision::Allowed => !self.denies && self.outcome == Outcome::Yes,
            Decision::DeniedExplicitly => self.denies && self.outcome == Outcome::Yes,
            Decision::NotAllowed => false,
            Decision::Unknown { keys: _ } => self.outcome != Outcome::Yes,
        }
    }

    fn describe(&self, place: String) -> DecisiveStatement {
        DecisiveStatement {
            origin: self.origin,
            place,
            sid: self.statement.sid.clone(),
            effect: if self.denies { Effect::Deny } else { Effect::Allow },
            summary: diff::in_words(self.statement, self.policy.scope()),
        }
    }
}
