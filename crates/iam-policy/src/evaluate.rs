//! Evaluation: what a set of policies decides about one request.

mod condition;

use std::collections::{BTreeMap, BTreeSet};

use crate::caseless::Caseless;
use crate::pattern::{self, Context, Resolved};
use crate::policy::Policy;
use crate::statement::{Effect, Principals, Statement};

/// The language version in which policy variables work; in the older one `${aws:username}` is plain text.
const VERSION_WITH_VARIABLES: &str = "2012-10-17";

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
    /// It depends on condition keys that the request does not give, or on operators that are not evaluated.
    Unknown {
        /// The condition keys, as the policies write them.
        keys: BTreeSet<String>,
    },
}

/// Whether something applies, as far as the request says.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Yes,
    No,
    Unknown(BTreeSet<String>),
}

/// Decides a request: an explicit deny wins over every allow.
///
/// `policies` are the identity policies of one identity, or the one trust policy of a role with [`Request::principal`] set.
/// Evaluated are the operators of strings, ARNs, numbers and booleans, `Null`, and `…IfExists`; a statement that depends on
/// another operator makes the decision [`Decision::Unknown`]. Statements whose `Effect` IAM would refuse decide nothing.
pub fn evaluate(policies: &[&Policy], request: &Request<'_>) -> Decision {
    let mut allowed = false;
    let mut perhaps_allowed = false;
    let mut perhaps_denied = false;
    let mut keys = BTreeSet::new();
    for (policy, statement) in policies.iter().flat_map(|policy| policy.statements().iter().map(move |s| (policy, s))) {
        let Some(effect @ (Effect::Allow | Effect::Deny)) = &statement.effect else { continue };
        let variables = policy.version() == VERSION_WITH_VARIABLES;
        match (effect, Match { request, variables }.statement(statement)) {
            (_, Outcome::No) => {}
            (Effect::Allow, Outcome::Yes) => allowed = true,
            (Effect::Allow, Outcome::Unknown(needed)) => {
                perhaps_allowed = true;
                keys.extend(needed);
            }
            (Effect::Deny | Effect::Unrecognized(_), Outcome::Yes) => return Decision::DeniedExplicitly,
            (Effect::Deny | Effect::Unrecognized(_), Outcome::Unknown(needed)) => {
                perhaps_denied = true;
                keys.extend(needed);
            }
        }
    }
    match (allowed, perhaps_allowed, perhaps_denied) {
        (true, _, false) => Decision::Allowed,
        (false, false, _) => Decision::NotAllowed,
        (true, _, true) | (false, true, _) => Decision::Unknown { keys },
    }
}

/// A request, and how the document at hand reads its own text.
#[derive(Clone, Copy)]
struct Match<'a> {
    request: &'a Request<'a>,
    variables: bool,
}

impl Match<'_> {
    fn statement(self, statement: &Statement) -> Outcome {
        if !self.principal(statement) || !self.action(statement) {
            return Outcome::No;
        }
        let resource = self.resource(statement);
        statement.conditions.iter().fold(resource, |outcome, condition| outcome.and(self.condition(condition)))
    }

    fn principal(self, statement: &Statement) -> bool {
        let names = |principals: &Principals| {
            self.request
                .principal
                .is_some_and(|asking| principals.pairs().into_iter().any(|(kind, named)| is_named(kind, named, asking)))
        };
        let included = statement.principals.as_ref().is_none_or(names);
        let excepted = statement.not_principals.as_ref().is_some_and(names);
        included && !excepted
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
            (None, None) if statement.principals.is_some() || statement.not_principals.is_some() => Outcome::Yes,
            (None, None) => Outcome::No,
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

    fn resolve(self, text: &str) -> Resolved {
        if self.variables {
            return pattern::resolve(text, self.context());
        }
        Resolved::Pattern(pattern::tokens(text))
    }

    const fn context(&self) -> &Context {
        &self.request.context
    }
}

/// Whether a value of `Principal` names the one who asks. Only the whole value `*` is a wildcard there.
fn is_named(kind: &str, named: &str, asking: &str) -> bool {
    if kind != "AWS" {
        return named == asking;
    }
    if named == "*" || named == asking {
        return true;
    }
    let (Some(named), Some(asking)) = (Arn::parse(named), Arn::parse(asking)) else { return false };
    if named.partition != asking.partition || named.account != asking.account {
        return false;
    }
    // The root of an account stands for all its principals, and a role for its sessions, whose ARN leaves out the path.
    named.resource == "root" || (named.role_name().is_some() && named.role_name() == asking.session_role_name())
}

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

impl Outcome {
    fn unknown(key: &str) -> Self {
        Self::Unknown(BTreeSet::from([key.to_owned()]))
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, outcome) | (outcome, Self::Yes) => outcome,
            (Self::Unknown(keys), Self::Unknown(more)) => Self::Unknown(keys.into_iter().chain(more).collect()),
        }
    }

    fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }

    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Unknown(keys) => Self::Unknown(keys),
        }
    }
}

impl From<bool> for Outcome {
    fn from(truth: bool) -> Self {
        if truth { Self::Yes } else { Self::No }
    }
}
