//! The provider: which kind goes to which reader and which call.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use aws_config::SdkConfig;
use futures_util::StreamExt as _;
use futures_util::stream;
use iam_policy::Scope;
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::id::{Arn, AwsScope, Kind};
use reconcile_core::inquiry::{Answer, Inquiry};
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Operation, Resource};
use reconcile_engine::provider::{Applied, Provider, Wanted};
use reconcile_engine::wait::Interrupt;

use crate::answer::Answering;
use crate::budgeted::{Budgeted, NoSecondPatience};
use crate::call::Calls;
use crate::caller::Caller;
use crate::instance_profile::InstanceProfiles;
use crate::interrupted::NotAgain;
use crate::lifecycle_config::LifecycleConfigs;
use crate::live::CALLS_IN_FLIGHT;
use crate::notebook_instance::NotebookInstances;
use crate::once::NotTwice;
use crate::owned::Owned;
use crate::policy::{Listing, Policies};
use crate::role::Roles;
use crate::sessions::Sessions;

const KINDS: [Kind; 5] = [
    Kind::IamPolicy,
    Kind::IamRole,
    Kind::IamInstanceProfile,
    Kind::SagemakerLifecycleConfig,
    Kind::SagemakerNotebookInstance,
];

/// IAM and SageMaker of one account and region.
#[derive(Clone, Debug)]
pub struct AwsProvider {
    iam: aws_sdk_iam::Client,
    sagemaker: aws_sdk_sagemaker::Client,
    /// The same for calls that must not be made twice.
    once: Clients,
    policy_scope: Scope,
    caller: Arc<Caller>,
    calls: Calls,
}

/// What all clients of a connection share.
#[derive(Debug)]
pub(crate) struct Hooks {
    pub(crate) calls: Calls,
    pub(crate) sessions: Sessions,
    pub(crate) interrupt: Interrupt,
}

/// The clients of the services.
#[derive(Clone, Debug)]
struct Clients {
    iam: aws_sdk_iam::Client,
    sagemaker: aws_sdk_sagemaker::Client,
}

impl AwsProvider {
    /// Makes the clients; no call is made.
    pub(crate) fn new(configuration: &SdkConfig, scope: &AwsScope, caller: Arn, hooks: Hooks) -> Self {
        let Hooks { calls, sessions, interrupt } = hooks;
        let not_again = NotAgain(interrupt.clone());
        let iam = aws_sdk_iam::config::Builder::from(configuration)
            .http_client(Budgeted::new(configuration, "IAM", interrupt.clone()))
            .retry_classifier(NoSecondPatience)
            .retry_classifier(not_again.clone())
            .retry_classifier(sessions.clone())
            .interceptor(not_again.clone())
            .interceptor(sessions.clone())
            .interceptor(calls.clone());
        let sagemaker = aws_sdk_sagemaker::config::Builder::from(configuration)
            .http_client(Budgeted::new(configuration, "SageMaker", interrupt))
            .retry_classifier(NoSecondPatience)
            .retry_classifier(not_again.clone())
            .retry_classifier(sessions.clone())
            .interceptor(not_again)
            .interceptor(sessions)
            .interceptor(calls.clone());
        let once = Clients {
            iam: aws_sdk_iam::Client::from_conf(iam.clone().retry_classifier(NotTwice).build()),
            sagemaker: aws_sdk_sagemaker::Client::from_conf(sagemaker.clone().retry_classifier(NotTwice).build()),
        };
        Self {
            iam: aws_sdk_iam::Client::from_conf(iam.build()),
            sagemaker: aws_sdk_sagemaker::Client::from_conf(sagemaker.build()),
            once,
            policy_scope: scope.policy_scope(),
            caller: Arc::new(Caller::new(caller)),
            calls,
        }
    }

    const fn policies(&self) -> Policies<'_> {
        Policies { client: &self.iam, scope: &self.policy_scope }
    }

    const fn roles(&self) -> Roles<'_> {
        Roles { client: &self.iam, scope: &self.policy_scope }
    }

    const fn instance_profiles(&self) -> InstanceProfiles<'_> {
        InstanceProfiles { client: &self.iam }
    }

    const fn lifecycle_configs(&self) -> LifecycleConfigs<'_> {
        LifecycleConfigs { client: &self.sagemaker }
    }

    const fn notebook_instances(&self) -> NotebookInstances<'_> {
        NotebookInstances { client: &self.sagemaker }
    }

    async fn read_one(&self, wanted: &Resource, listing: &Listing) -> Reading {
        let live = match wanted {
            Resource::ManagedPolicy(policy) => {
                self.policies().read(policy, listing).await.map(|live| live.map(Resource::ManagedPolicy))
            }
            Resource::Role(role) => self.roles().read(role).await.map(|live| live.map(Resource::Role)),
            Resource::InstanceProfile(profile) => {
                self.instance_profiles().read(profile).await.map(|live| live.map(Resource::InstanceProfile))
            }
            Resource::LifecycleConfig(config) => {
                self.lifecycle_configs().read(config).await.map(|live| live.map(Resource::LifecycleConfig))
            }
            Resource::NotebookInstance(instance) => {
                self.notebook_instances().read(instance).await.map(|live| live.map(Resource::NotebookInstance))
            }
            Resource::Registration(_) | Resource::Cluster(_) | Resource::Notebook(_) => {
                Err(not_of_aws(wanted.kind().as_str()))
            }
        };
        match live {
            Ok(Some(live)) => Reading::Present(Box::new(live)),
            Ok(None) => Reading::Absent,
            Err(failure) => Reading::Failed(failure),
        }
    }
}

#[async_trait]
impl Provider for AwsProvider {
    fn kinds(&self) -> &'static [Kind] {
        &KINDS
    }

    async fn read(&self, wanted: &[Wanted<'_>]) -> Vec<Reading> {
        let listing = Listing::default();
        let readings: Vec<_> = wanted.iter().map(|wanted| self.read_one(wanted.resource, &listing)).collect();
        stream::iter(readings).buffered(CALLS_IN_FLIGHT).collect().await
    }

    async fn answer(&self, inquiry: &Inquiry) -> Result<Answer, CallFailure> {
        let (policies, roles) = (self.policies(), self.roles());
        let (client, sagemaker, caller) = (&self.iam, &self.sagemaker, &*self.caller);
        Answering { client, sagemaker, policies, roles, caller }.answer(inquiry).await
    }

    async fn apply(&self, operation: &Operation) -> Result<Applied, CallFailure> {
        let (iam, sagemaker) = if operation.is_idempotent() {
            (&self.iam, &self.sagemaker)
        } else {
            (&self.once.iam, &self.once.sagemaker)
        };
        let scope = &self.policy_scope;
        match operation {
            Operation::ManagedPolicy(call) => Policies { client: iam, scope }.apply(call).await,
            Operation::Role(call) => Roles { client: iam, scope }.apply(call).await,
            Operation::InstanceProfile(call) => InstanceProfiles { client: iam }.apply(call).await,
            Operation::LifecycleConfig(call) => LifecycleConfigs { client: sagemaker }.apply(call).await,
            Operation::NotebookInstance(call) => NotebookInstances { client: sagemaker }.apply(call).await,
            Operation::Registration(_) | Operation::Cluster(_) | Operation::Notebook(_) => {
                Err(not_of_aws(operation.api()))
            }
        }
    }

    async fn age(&self, resource: &Resource) -> Option<Duration> {
        let made = match resource {
            Resource::ManagedPolicy(policy) => self.policies().made_at(&policy.arn).await,
            Resource::Role(role) => self.roles().made_at(&role.name).await,
            Resource::InstanceProfile(profile) => self.instance_profiles().made_at(&profile.name).await,
            Resource::LifecycleConfig(_)
            | Resource::NotebookInstance(_)
            | Resource::Registration(_)
            | Resource::Cluster(_)
            | Resource::Notebook(_) => None,
        };
        let made = SystemTime::try_from(made?).ok()?;
        // What is dated later than now was made now.
        Some(self.calls.service_time().duration_since(made).unwrap_or_default())
    }

    async fn list_owned(&self, owner: &str, known: &[&Resource]) -> Result<Vec<Resource>, CallFailure> {
        Owned { iam: &self.iam, sagemaker: &self.sagemaker, scope: &self.policy_scope, owner, known }.list().await
    }

    async fn caller(&self) -> Option<String> {
        Some(self.caller.arn().to_string())
    }

    fn calls(&self) -> u64 {
        self.calls.count()
    }
}

/// The engine hands each kind to the provider that names it, so this tells of a mistake in the engine.
fn not_of_aws(what: &str) -> CallFailure {
    CallFailure::new(FailureKind::Unexpected, what, "this is nothing that the AWS provider holds")
        .with_help("this is a fault of reconcile: please report it")
}
