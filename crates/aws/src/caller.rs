//! Who calls, and what the caller may do: by the simulation of its own policies.

mod simulation;

use std::collections::BTreeSet;

use aws_sdk_iam::Client;
use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum};
use futures_util::lock::Mutex;
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::id::Arn;
use reconcile_core::inquiry::CallerMayPass;

use crate::answer::once;
use crate::call::answered;
use crate::live::if_exists;

const API: &str = "iam:SimulatePrincipalPolicy";

/// Roles that IAM Identity Center makes have a path, which the ARN of a session does not tell
/// (<https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html>).
const IDENTITY_CENTER: &str = "AWSReservedSSO_";

/// The caller of this connection.
#[derive(Debug)]
pub(crate) struct Caller {
    /// As STS names it.
    arn: Arn,
    /// The ARN of the user or role whose policies decide, once it was found out.
    principal: Mutex<Option<String>>,
}

impl Caller {
    pub(crate) const fn new(arn: Arn) -> Self {
        Self { arn, principal: Mutex::new(None) }
    }

    /// The caller's ARN, as STS tells it.
    pub(crate) const fn arn(&self) -> &Arn {
        &self.arn
    }

    /// Returns what the caller's policies say on passing roles to a service. What a session policy, a resource control
    /// policy or an endpoint's policy forbids on top is not simulated.
    pub(crate) async fn may_pass(
        &self,
        client: &Client,
        roles: &BTreeSet<String>,
        service: &str,
    ) -> Result<CallerMayPass, CallFailure> {
        let passed_to = ContextEntry::builder()
            .context_key_name("iam:PassedToService")
            .context_key_type(ContextKeyTypeEnum::String)
            .context_key_values(service)
            .build();
        let principal = self.principal(client).await?;
        let request = client
            .simulate_principal_policy()
            .policy_source_arn(&principal)
            .action_names("iam:PassRole")
            .set_resource_arns(Some(roles.iter().cloned().collect()))
            .context_entries(passed_to);
        let output = answered(API, request.customize().config_override(once()).send().await)?;
        let roles = roles.iter().map(|role| (role.clone(), simulation::decision(output.evaluation_results(), role)));
        Ok(CallerMayPass { roles: roles.collect(), principal })
    }

    /// Returns the ARN of the user or role whose policies decide. Questions at the same time share the one call.
    async fn principal(&self, client: &Client) -> Result<String, CallFailure> {
        let mut principal = self.principal.lock().await;
        if let Some(found) = principal.as_ref() {
            return Ok(found.clone());
        }
        let found = match who(&self.arn) {
            Who::User => self.arn.to_string(),
            Who::SessionOf(role) => self.role_arn(client, role).await?,
            Who::Other => {
                let message = format!("the policies of {} cannot be simulated", self.arn);
                return Err(CallFailure::new(FailureKind::Invalid, API, message));
            }
        };
        Ok(principal.insert(found).clone())
    }

    /// Returns the ARN of the caller's role. A session does not tell the role's path, so the role is asked; without the right
    /// to ask it is taken to have none, and a role that has one is then not found.
    async fn role_arn(&self, client: &Client, role: &str) -> Result<String, CallFailure> {
        let Arn { partition, service: _, region: _, account_id, resource: _ } = &self.arn;
        let without_path = || format!("arn:{partition}:iam::{account_id}:role/{role}");
        let found = match if_exists(answered("iam:GetRole", client.get_role().role_name(role).send().await)) {
            Ok(found) => found.and_then(|found| found.role),
            Err(failure) if failure.kind == FailureKind::Denied && !role.starts_with(IDENTITY_CENTER) => None,
            Err(failure) => return Err(failure),
        };
        Ok(found.map_or_else(without_path, |role| role.arn))
    }
}

/// What a caller's ARN says of whose policies decide
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who<'a> {
    /// The user of this ARN.
    User,
    /// A session of the role of this name.
    SessionOf(&'a str),
    /// The account's root, or a federated user: there is nothing to simulate.
    Other,
}

fn who(arn: &Arn) -> Who<'_> {
    let Arn { partition: _, service, region: _, account_id: _, resource } = arn;
    let mut parts = resource.split('/');
    match (service.as_str(), parts.next(), parts.next()) {
        ("iam", Some("user"), Some(_)) => Who::User,
        ("sts", Some("assumed-role"), Some(role)) => Who::SessionOf(role),
        _ => Who::Other,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Who, who};

    #[rstest]
    #[case::a_user("arn:aws:iam::111122223333:user/ops/alice", Who::User)]
    #[case::a_session("arn:aws:sts::111122223333:assumed-role/deployer/ci", Who::SessionOf("deployer"))]
    #[case::a_single_sign_on(
        "arn:aws-us-gov:sts::111122223333:assumed-role/AWSReservedSSO_Admin_1/a@b",
        Who::SessionOf("AWSReservedSSO_Admin_1")
    )]
    #[case::the_root("arn:aws:iam::111122223333:root", Who::Other)]
    #[case::a_federated_user("arn:aws:sts::111122223333:federated-user/bob", Who::Other)]
    #[case::a_user_of_an_emulator("arn:aws:sts::123456789012:user/moto", Who::Other)]
    fn a_callers_arn_says_whose_policies_decide(#[case] arn: &str, #[case] expected: Who<'_>) {
        assert_eq!(who(&arn.parse().unwrap()), expected);
    }
}
