//! Evaluation: what policies decide about one request, and by which of their statements.

mod condition;
mod layer;
mod matching;
mod outcome;
mod principal;

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::Policy;
use crate::statement::Effect;
use layer::Layer;
use outcome::Outcome;

pub(crate) use matching::VERSION_WITH_VARIABLES;

/// One request, as a policy sees it.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// Who asks: an ARN, or a service such as `ec2.amazonaws.com`. Only statements with a `Principal` (trust policies) look at it.
    pub principal: Option<&'a str>,
    /// The action, such as `iam:PassRole`.
    pub action: &'a str,
    /// The ARN that the action is about. `None` for an action without a resource, which only `*` matches.
    pub resource: Option<&'a str>,
    /// The condition keys that are known. A key with no values is known to be absent; a key that is not here is unknown.
    pub context: BTreeMap<String, Vec<String>>,
}

/// What policies decide about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// A statement allows it, and none denies it.
    Allowed,
    /// A statement denies it, which no other can undo.
    DeniedExplicitly,
    /// No statement allows it.
    NotAllowed,
    /// It depends on condition keys that the request does not give, or on operators that do not exist.
    Unknown {
        /// The condition keys, as the policies write them.
        keys: BTreeSet<String>,
    },
}

/// The policies that have a say about the requests of one principal. Organisations' and session policies are left out: where
/// there are any, they can only take away from what these allow.
#[derive(Clone, Copy, Debug)]
pub struct Evaluation<'a> {
    /// The principal's own policies, inline and attached. A service has none.
    pub identity: &'a [&'a Policy],
    /// The permissions boundary of the user or role.
    pub boundary: Option<&'a Policy>,
    /// The policy of what the request is about. It belongs to the account of the scope that it was read in.
    pub resource: Option<ResourcePolicy<'a>>,
}

/// A policy that belongs to a resource and says who may use it.
#[derive(Clone, Copy, Debug)]
pub enum ResourcePolicy<'a> {
    /// The trust policy of a role. Nobody assumes a role that does not trust them, whatever their own policies say.
    Trust(&'a Policy),
    /// Any other one, such as a bucket's. Within an account it allows by itself, as the principal's own policies do.
    Other(&'a Policy),
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What is decided.
    pub decision: Decision,
    /// The statements that decide it, in the order of the policies and of their text: those that deny, those that allow, or
    /// those that would if the missing keys were known. Empty when nothing allows.
    pub statements: Vec<DecisiveStatement>,
    /// For [`Decision::NotAllowed`]: which kinds of policy would have to allow the request, and do not.
    pub lacking: Vec<Origin>,
    /// For [`Decision::NotAllowed`]: the statements of these that are about the action and the resource, and would allow them if
    /// their conditions held.
    pub missed: Vec<DecisiveStatement>,
}

/// Which policy of an [`Evaluation`] a statement is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The principal's own policies: which of them, from 0. In [`Verdict::lacking`], where none of them allows, it is 0.
    Identity(usize),
    /// The permissions boundary.
    Boundary,
    /// The policy of the resource.
    Resource,
}

/// A statement that decides a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisiveStatement {
    /// The policy that it is from.
    pub origin: Origin,
    /// Where it is in the document as written, such as `Statement[1]`.
    pub place: String,
    /// Its `Sid`.
    pub sid: Option<String>,
    /// Whether it allows or denies.
    pub effect: Effect,
    /// What it says, in one line.
    pub summary: String,
}

/// Decides a request by a set of statements alone: an explicit deny wins over every allow.
///
/// `policies` are the identity policies of one identity, or the one trust policy of a role with [`Request::principal`] set.
/// Statements whose `Effect` IAM would refuse decide nothing. [`Evaluation`] knows more: boundaries, accounts, and reasons.
pub fn evaluate(policies: &[&Policy], request: &Request<'_>) -> Decision {
    let layer = Layer::of_identity(policies, request);
    decide(layer.allowed(), layer.denied())
}

impl Evaluation<'_> {
    /// Decides a request (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>).
    ///
    /// An explicit deny in any policy wins. Else the principal's own policies and the boundary must both allow; within one
    /// account a resource's policy that names the principal allows by itself, and across accounts it must allow as well.
    pub fn decide(&self, request: &Request<'_>) -> Verdict {
        let Self { identity, boundary, resource } = self;
        let identity = Layer::of_identity(identity, request);
        let boundary = boundary.map(|policy| Layer::of_boundary(policy, request));
        let has_boundary = boundary.is_some();
        let resource = resource.map(|policy| (policy, Layer::of_resource(policy.policy(), request, has_boundary)));
        let boundary_allows = boundary.as_ref().map_or(Outcome::Yes, Layer::allowed);
        let own = identity.allowed().and(boundary_allows.clone());
        let allowed = match &resource {
            None => own,
            Some((policy, layer)) => layer.combined(*policy, request, own, boundary_allows),
        };
        let only_the_resource =
            resource.as_ref().is_some_and(|(policy, layer)| layer.is_wanting_alone(*policy, request));
        let layers: Vec<Layer<'_>> =
            [Some(identity), boundary, resource.map(|(_, layer)| layer)].into_iter().flatten().collect();
        let denied = layers.iter().fold(Outcome::No, |outcome, layer| outcome.or(layer.denied()));
        explain(decide(allowed, denied), &layers, only_the_resource, request)
    }
}

impl<'a> ResourcePolicy<'a> {
    const fn policy(self) -> &'a Policy {
        match self {
            Self::Trust(policy) | Self::Other(policy) => policy,
        }
    }
}

fn decide(allowed: Outcome, denied: Outcome) -> Decision {
    match (allowed, denied) {
        (_, Outcome::Yes) => Decision::DeniedExplicitly,
        (Outcome::No, _) => Decision::NotAllowed,
        (Outcome::Yes, Outcome::No) => Decision::Allowed,
        (Outcome::Unknown(keys), Outcome::No) | (Outcome::Yes, Outcome::Unknown(keys)) => Decision::Unknown { keys },
        (Outcome::Unknown(keys), Outcome::Unknown(more)) => {
            Decision::Unknown { keys: keys.into_iter().chain(more).collect() }
        }
    }
}

fn explain(decision: Decision, layers: &[Layer<'_>], only_the_resource: bool, request: &Request<'_>) -> Verdict {
    let statements = layers.iter().flat_map(|layer| layer.decisive(&decision)).collect();
    let wanting: Vec<&Layer<'_>> = match decision {
        Decision::NotAllowed => layers
            .iter()
            .filter(|layer| layer.allowed() == Outcome::No)
            .filter(|layer| !only_the_resource || layer.origin() == Origin::Resource)
            .collect(),
        Decision::Allowed | Decision::DeniedExplicitly | Decision::Unknown { keys: _ } => Vec::new(),
    };
    let lacking = wanting.iter().map(|layer| layer.origin()).collect();
    let missed = wanting.iter().flat_map(|layer| layer.missed(request)).collect();
    Verdict { decision, statements: in_order(statements), lacking, missed: in_order(missed) }
}

/// In the order of the policies and of their texts: a place with more digits comes later.
fn in_order(mut statements: Vec<DecisiveStatement>) -> Vec<DecisiveStatement> {
    statements.sort_by_key(|statement| (statement.origin, statement.place.len(), statement.place.clone()));
    statements
}
