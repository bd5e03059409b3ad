//! What a plan asks of AWS beyond the resources it reads.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_iam::Client;
use aws_sdk_iam::config::Builder;
use aws_sdk_iam::config::retry::RetryConfig;
use aws_sdk_iam::config::timeout::TimeoutConfig;
use reconcile_core::failure::CallFailure;
use reconcile_core::inquiry::{Answer, Inquiry};

use crate::call::answered;
use crate::caller::Caller;
use crate::policy::Policies;
use crate::role::Roles;
use crate::users;

/// How long an answer that a plan can do without may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// Answers questions on one account.
pub(crate) struct Answering<'a> {
    pub(crate) client: &'a Client,
    pub(crate) sagemaker: &'a aws_sdk_sagemaker::Client,
    pub(crate) policies: Policies<'a>,
    pub(crate) roles: Roles<'a>,
    pub(crate) caller: &'a Caller,
}

impl Answering<'_> {
    /// Answers one question.
    pub(crate) async fn answer(&self, inquiry: &Inquiry) -> Result<Answer, CallFailure> {
        match inquiry {
            Inquiry::PolicyDocument { arn } => self.policies.in_force(arn).await.map(Answer::PolicyDocument),
            Inquiry::RolePolicies { role } => self.roles.policies(role).await.map(Answer::RolePolicies),
            Inquiry::CallerMayPass { roles, service } => {
                self.caller.may_pass(self.client, roles, service).await.map(Answer::CallerMayPass)
            }
            Inquiry::AccountSummary => self.account_summary().await.map(Answer::AccountSummary),
            Inquiry::Users { cloud: _, of } => users::of(self.sagemaker, of).await.map(Answer::Users),
        }
    }

    async fn account_summary(&self) -> Result<BTreeMap<String, u64>, CallFailure> {
        let request = self.client.get_account_summary().customize().config_override(once());
        let output = answered("iam:GetAccountSummary", request.send().await)?;
        let numbers = output.summary_map.into_iter().flatten();
        Ok(numbers.filter_map(|(key, number)| Some((key.as_str().to_owned(), u64::try_from(number).ok()?))).collect())
    }
}

/// One attempt, and not for long: endpoints that do not know a call answer as a failing service does, and no plan is to
/// wait for what it can do without.
pub(crate) fn once() -> Builder {
    let timeouts = TimeoutConfig::builder().operation_timeout(PATIENCE).operation_attempt_timeout(PATIENCE).build();
    Builder::new().retry_config(RetryConfig::disabled()).timeout_config(timeouts)
}
