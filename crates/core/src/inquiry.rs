//! What a plan has to ask the clouds beyond the resources that it reads, and what they answer.
//!
//! A plan is first drafted from what was read. The draft says, purely, on which questions its conclusions depend
//! ([`Draft::inquiries`](crate::planner::Draft::inquiries)); the engine asks them all at once, and the conclusion is drawn
//! on the answers. A plan that depends on nothing more asks nothing. An answer that cannot be had (the caller may not ask,
//! the endpoint does not know the call) leaves the matter unknown, and of what is unknown nothing is claimed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use iam_policy::Policy;

use crate::failure::CallFailure;
use crate::id::{Arn, Cloud, Kind};
use crate::resource::Resource;

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Inquiry {
    /// What the version in force of a managed policy says: of one of AWS's, or of one that the manifest does not hold.
    PolicyDocument {
        /// The policy's ARN.
        arn: String,
    },
    /// What gives a role permissions, as far as the manifest does not manage it: all inline policies and attachments.
    RolePolicies {
        /// The role's name.
        role: String,
    },
    /// Whether the caller may pass roles to a service (`iam:PassRole`).
    CallerMayPass {
        /// The roles' ARNs. They need not exist yet.
        roles: BTreeSet<String>,
        /// The service, as policies name it: `ec2.amazonaws.com`.
        service: String,
    },
    /// What the account may hold, and what it holds.
    AccountSummary,
    /// Who still uses a resource that is to be deleted or made anew.
    Users {
        /// The cloud whose resources are asked for: an instance profile of AWS is used in the workspace.
        cloud: Cloud,
        /// What is used.
        of: Used,
    },
}

impl Inquiry {
    /// Returns the cloud that is asked.
    pub const fn cloud(&self) -> Cloud {
        match self {
            Self::PolicyDocument { arn: _ }
            | Self::RolePolicies { role: _ }
            | Self::CallerMayPass { roles: _, service: _ }
            | Self::AccountSummary => Cloud::Aws,
            Self::Users { cloud, of: _ } => *cloud,
        }
    }
}

impl fmt::Display for Inquiry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PolicyDocument { arn } => write!(formatter, "what the policy {arn} says"),
            Self::RolePolicies { role } => write!(formatter, "which policies the role {role} has"),
            Self::CallerMayPass { roles, service } => {
                let roles = roles.iter().map(String::as_str).collect::<Vec<_>>().join(" and ");
                write!(formatter, "whether the caller may pass {roles} to {service}")
            }
            Self::AccountSummary => formatter.write_str("the account's quotas"),
            Self::Users { cloud: _, of } => write!(formatter, "who uses the {} {}", of.kind.noun(), of.name),
        }
    }
}

/// Something that others may use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Used {
    /// What it is.
    pub kind: Kind,
    /// Its natural key.
    pub name: String,
    /// Its ARN, where the kind has one and it is known.
    pub arn: Option<String>,
    /// The account, where no more than the name is known of something in IAM: names are unique there, whatever the path.
    pub account_id: Option<String>,
}

impl Used {
    /// Returns whether an ARN is the thing's own.
    pub fn bears(&self, arn: &str) -> bool {
        match (&self.arn, &self.account_id, arn.parse::<Arn>()) {
            (Some(own), _, _) => own == arn,
            (None, Some(account_id), Ok(arn)) => arn.account_id == *account_id && arn.name() == self.name,
            (None, _, _) => false,
        }
    }
}

impl From<&Resource> for Used {
    fn from(resource: &Resource) -> Self {
        let arn = resource.arn().map(str::to_owned);
        Self { kind: resource.kind(), name: resource.name().to_owned(), arn, account_id: None }
    }
}

/// Someone who uses something.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum User {
    /// A resource of a kind that a manifest may hold.
    Resource {
        /// What it is.
        kind: Kind,
        /// Its natural key.
        name: String,
    },
    /// Something else, in words: `the user alice`.
    Other(String),
}

impl fmt::Display for User {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resource { kind, name } => write!(formatter, "the {} {name}", kind.noun()),
            Self::Other(words) => formatter.write_str(words),
        }
    }
}

/// What a cloud answers: one variant for each of [`Inquiry`].
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// The document; nothing where there is no such policy.
    PolicyDocument(Option<Policy>),
    /// What the role has; nothing where there is no such role.
    RolePolicies(Option<RolePolicies>),
    /// Whether the caller may.
    CallerMayPass(CallerMayPass),
    /// The numbers of `iam:GetAccountSummary`, by its own keys: `RolesQuota`, `Roles`.
    AccountSummary(BTreeMap<String, u64>),
    /// The users; nobody when it is empty.
    Users(BTreeSet<User>),
}

/// Everything that gives a role permissions, but what bounds them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RolePolicies {
    /// The inline policies by name; one that cannot be read is `None`.
    pub inline: BTreeMap<String, Option<Policy>>,
    /// The ARNs of the attached managed policies.
    pub attached: BTreeSet<String>,
}

/// What the simulation of the caller's own policies says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerMayPass {
    /// Whose policies were simulated: the ARN of a user, or of the role of the caller's session.
    pub principal: String,
    /// What they say on each of the roles that were asked for.
    pub roles: BTreeMap<String, Simulated>,
}

/// The decision of a simulation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Simulated {
    /// It is allowed.
    Allowed,
    /// Nothing allows it.
    NotAllowed(Hindrance),
    /// Something denies it; the names of the policies that do, where they are told.
    Denied(BTreeSet<String>),
    /// It depends on condition keys whose values nobody can know before the call.
    Unknown(BTreeSet<String>),
}

/// What keeps something from being allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hindrance {
    /// No policy of the caller's allows it.
    Policies,
    /// The caller's permissions boundary does not.
    Boundary,
    /// A policy of the organisation does not.
    Organization,
}

/// What was asked and what came back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answers(BTreeMap<Inquiry, Result<Answer, CallFailure>>);

impl Answers {
    /// Adds answers.
    pub fn extend(&mut self, answers: impl IntoIterator<Item = (Inquiry, Result<Answer, CallFailure>)>) {
        self.0.extend(answers);
    }

    /// Returns whether something was asked, whatever came of it.
    pub fn holds(&self, inquiry: &Inquiry) -> bool {
        self.0.contains_key(inquiry)
    }

    /// Returns the answer to a question; nothing where it was not asked or could not be had.
    pub fn get(&self, inquiry: &Inquiry) -> Option<&Answer> {
        self.0.get(inquiry)?.as_ref().ok()
    }
}

impl FromIterator<(Inquiry, Result<Answer, CallFailure>)> for Answers {
    fn from_iter<T: IntoIterator<Item = (Inquiry, Result<Answer, CallFailure>)>>(answers: T) -> Self {
        Self(answers.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Used;
    use crate::id::Kind;

    #[rstest::rstest]
    #[case::itself(Some("arn:aws:iam::1:instance-profile/a/p"), None, "arn:aws:iam::1:instance-profile/a/p", true)]
    #[case::another_path(Some("arn:aws:iam::1:instance-profile/p"), None, "arn:aws:iam::1:instance-profile/a/p", false)]
    #[case::by_name(None, Some("1"), "arn:aws:iam::1:instance-profile/a/p", true)]
    #[case::by_a_part_of_the_name(None, Some("1"), "arn:aws:iam::1:instance-profile/a-p", false)]
    #[case::in_another_account(None, Some("2"), "arn:aws:iam::1:instance-profile/p", false)]
    #[case::not_an_arn(None, Some("1"), "p", false)]
    #[case::unknown(None, None, "arn:aws:iam::1:instance-profile/p", false)]
    fn what_is_used_is_known_by_its_arn_or_by_name_and_account(
        #[case] arn: Option<&str>,
        #[case] account_id: Option<&str>,
        #[case] other: &str,
        #[case] expected: bool,
    ) {
        let (kind, name) = (Kind::DatabricksInstanceProfile, "p".to_owned());
        let used = Used { kind, name, arn: arn.map(str::to_owned), account_id: account_id.map(str::to_owned) };
        assert_eq!(used.bears(other), expected);
    }
}
