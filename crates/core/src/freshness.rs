//! What may not be visible everywhere yet.
//!
//! IAM answers a writing call before every other service, and every replica of its own, has heard of it. What is refused
//! meanwhile reads exactly like what is wrong for good ("Invalid principal in policy", "Could not assume role",
//! `DRY_RUN_FAILED`), so that only one thing tells them apart: whether what the refusal is about was changed moments ago.

use crate::failure::CallFailure;
use crate::resource::{
    ClusterOperation, InstanceProfileOperation, LifecycleConfigOperation, ManagedPolicyOperation,
    NotebookInstanceOperation, NotebookOperation, Operation, RegistrationOperation, Resource, RoleOperation,
};

/// Things that were changed moments ago, by the names under which a refusal may mention them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fresh(Vec<Thing>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Thing {
    name: String,
    arn: Option<String>,
}

impl Fresh {
    /// Adds a thing.
    pub fn add(&mut self, resource: &Resource) {
        self.0.push(Thing { name: resource.name().to_owned(), arn: resource.arn().map(str::to_owned) });
    }

    /// Returns whether the refusal of a call on a resource may be about one of these things: it names one, by ARN or by name, or
    /// it names nothing but the resource itself, as where EC2 encodes its reason.
    pub fn may_explain(&self, failure: &CallFailure, of: &Resource) -> bool {
        let message = failure.message.as_str();
        let arns: Vec<_> = arns(message).collect();
        if arns.iter().any(|arn| self.has(|thing| thing.arn.as_ref().is_some_and(|own| same(own, arn)))) {
            return true;
        }
        if arns.iter().any(|arn| !of.arn().is_some_and(|own| same(own, arn))) {
            return false;
        }
        if words(message).any(|word| self.has(|thing| same(&thing.name, word))) {
            return true;
        }
        !names_something(message) && !self.0.is_empty()
    }

    fn has(&self, is_it: impl Fn(&Thing) -> bool) -> bool {
        self.0.iter().any(is_it)
    }
}

/// IAM's names ignore case.
fn same(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
}

/// The ARNs in a message. They end where something stands that none of them holds.
fn arns(message: &str) -> impl Iterator<Item = &str> {
    message.match_indices("arn:").map(|(start, _)| {
        let rest = &message[start..];
        let end = rest.find(|end: char| end.is_whitespace() || "\"'(),;<>".contains(end)).unwrap_or(rest.len());
        rest[..end].trim_end_matches(['.', ':'])
    })
}

/// What could be a name: runs of the characters that IAM's names are made of.
fn words(message: &str) -> impl Iterator<Item = &str> {
    let is_name = |letter: char| letter.is_alphanumeric() || "_+=,.@-".contains(letter);
    message
        .split(move |letter| !is_name(letter))
        .map(|word| word.trim_matches(['.', ',']))
        .filter(|word| !word.is_empty())
}

/// Whether a message says of what it speaks: "The role with name x cannot be found."
fn names_something(message: &str) -> bool {
    ["with name ", "Instance Profile name ", "Instance Profile "].iter().any(|words| message.contains(words))
}

impl Operation {
    /// Returns whether others may be slow to see what the call changes: what a name stands for, and who may do what. Tags and
    /// descriptions decide nothing.
    pub const fn spreads_slowly(&self) -> bool {
        match self {
            Self::ManagedPolicy(operation) => match operation {
                ManagedPolicyOperation::Create { .. }
                | ManagedPolicyOperation::CreateVersion { .. }
                | ManagedPolicyOperation::SetDefaultVersion { .. }
                | ManagedPolicyOperation::Delete { .. } => true,
                ManagedPolicyOperation::DeleteVersion { .. }
                | ManagedPolicyOperation::Tag { .. }
                | ManagedPolicyOperation::Untag { .. } => false,
            },
            Self::Role(operation) => match operation {
                RoleOperation::Create { .. }
                | RoleOperation::SetTrustPolicy { .. }
                | RoleOperation::SetPermissionsBoundary { .. }
                | RoleOperation::DeletePermissionsBoundary { .. }
                | RoleOperation::AttachPolicy { .. }
                | RoleOperation::DetachPolicy { .. }
                | RoleOperation::PutInlinePolicy { .. }
                | RoleOperation::DeleteInlinePolicy { .. }
                | RoleOperation::RemoveFromInstanceProfile { .. }
                | RoleOperation::AddToInstanceProfile { .. }
                | RoleOperation::Delete { .. } => true,
                RoleOperation::UpdateSettings { .. } | RoleOperation::Tag { .. } | RoleOperation::Untag { .. } => false,
            },
            Self::InstanceProfile(operation) => match operation {
                InstanceProfileOperation::Create { .. }
                | InstanceProfileOperation::AddRole { .. }
                | InstanceProfileOperation::RemoveRole { .. }
                | InstanceProfileOperation::Delete { .. } => true,
                InstanceProfileOperation::Tag { .. } | InstanceProfileOperation::Untag { .. } => false,
            },
            Self::LifecycleConfig(operation) => match operation {
                LifecycleConfigOperation::Create { .. } | LifecycleConfigOperation::Delete { .. } => true,
                LifecycleConfigOperation::Update { .. }
                | LifecycleConfigOperation::Tag { .. }
                | LifecycleConfigOperation::Untag { .. } => false,
            },
            Self::NotebookInstance(operation) => match operation {
                NotebookInstanceOperation::Create { .. } | NotebookInstanceOperation::Delete { .. } => true,
                NotebookInstanceOperation::Update { .. }
                | NotebookInstanceOperation::Start { .. }
                | NotebookInstanceOperation::Stop { .. }
                | NotebookInstanceOperation::Tag { .. }
                | NotebookInstanceOperation::Untag { .. } => false,
            },
            Self::Registration(operation) => match operation {
                RegistrationOperation::Add { .. }
                | RegistrationOperation::Edit { .. }
                | RegistrationOperation::Remove { .. } => true,
            },
            Self::Cluster(operation) => match operation {
                ClusterOperation::Create { .. }
                | ClusterOperation::Resize { .. }
                | ClusterOperation::Update { .. }
                | ClusterOperation::Pin { .. }
                | ClusterOperation::Unpin { .. }
                | ClusterOperation::Start { .. }
                | ClusterOperation::Terminate { .. }
                | ClusterOperation::PermanentDelete { .. } => false,
            },
            Self::Notebook(operation) => match operation {
                NotebookOperation::MakeFolder { .. }
                | NotebookOperation::Import { .. }
                | NotebookOperation::Delete { .. } => false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fresh, arns};
    use crate::failure::{CallFailure, FailureKind};
    use crate::resource::{InstanceProfile, ManagedPolicy, Registration, Resource, Role};
    use crate::{field::Field, resource::Tags};

    fn fresh() -> Fresh {
        let mut fresh = Fresh::default();
        let arn = |kind: &str| format!("arn:aws:iam::111122223333:{kind}/lab");
        fresh.add(&Resource::Role(Role::named("lab".to_owned(), arn("role"))));
        fresh.add(&Resource::ManagedPolicy(ManagedPolicy::named("read-lab".to_owned(), arn("policy"))));
        fresh.add(&Resource::InstanceProfile(InstanceProfile {
            name: "lab-profile".to_owned(),
            arn: arn("instance-profile"),
            path: Field::Absent,
            role: Field::Absent,
            tags: Tags::default(),
        }));
        fresh
    }

    #[rstest::rstest]
    #[case::principal(r#"Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/lab""#, true)]
    #[case::another_principal(r#"Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:role/else""#, false)]
    #[case::role("Could not assume role arn:aws:iam::111122223333:role/lab. Please ensure that the role exists", true)]
    #[case::another_role("Could not assume role arn:aws:iam::111122223333:role/lab2. Please ensure", false)]
    #[case::policy("Policy arn:aws:iam::111122223333:policy/lab does not exist or is not attachable.", true)]
    #[case::misspelt_policy(
        "Policy arn:aws:iam::aws:policy/AmazonS3FulAccess does not exist or is not attachable.",
        false
    )]
    #[case::profile(
        "Value (arn:aws:iam::111122223333:instance-profile/lab) for parameter iamInstanceProfile.arn",
        true
    )]
    #[case::quoted(
        r#"IAM Instance Profile "arn:aws:iam::111122223333:instance-profile/lab" has no associated IAM Roles"#,
        true
    )]
    #[case::by_name("The role with name LAB cannot be found.", true)]
    #[case::another_name("The role with name lab-2 cannot be found.", false)]
    #[case::profile_name("Invalid IAM Instance Profile name lab-profile", true)]
    #[case::another_profile("Instance Profile other cannot be found.", false)]
    #[case::encoded(
        "You are not authorized to perform this operation. Encoded authorization failure message: c2Fu",
        true
    )]
    fn a_refusal_is_explained_by_what_it_names(#[case] message: &str, #[case] explained: bool) {
        let failure = CallFailure::new(FailureKind::NotYetVisible, "iam:CreateRole", message);
        let of = Resource::Role(Role::named("other".to_owned(), "arn:aws:iam::111122223333:role/other".to_owned()));
        assert_eq!(fresh().may_explain(&failure, &of), explained);
        assert!(!Fresh::default().may_explain(&failure, &of));
    }

    #[test]
    fn that_a_refusal_names_what_it_refuses_says_nothing() {
        let message = "You are not authorized (instance profile arn:aws:iam::111122223333:instance-profile/old)";
        let failure = CallFailure::new(FailureKind::NotYetVisible, "databricks:instance-profiles/add", message);
        let of = Resource::Registration(Registration {
            instance_profile_arn: "arn:aws:iam::111122223333:instance-profile/old".to_owned(),
            iam_role_arn: Field::Absent,
            is_meta_instance_profile: Field::Absent,
            skip_validation: false,
        });
        assert!(fresh().may_explain(&failure, &of));
    }

    #[test]
    fn an_arn_ends_where_the_sentence_goes_on() {
        let message = "roles (arn:aws:iam::1:role/a), \"arn:aws:iam::1:role/b/c\" and arn:aws:iam::1:role/d.";
        let found: Vec<_> = arns(message).collect();
        assert_eq!(found, ["arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b/c", "arn:aws:iam::1:role/d"]);
    }
}
