//! Everything that the sandbox holds: one value, which one lock guards and one file stores.

use serde::{Deserialize, Serialize};

use crate::config::{Behaviour, Callers, Config, Edge, Quotas};
use crate::{databricks, iam, sagemaker, sts};

/// One AWS account with its Databricks workspace.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct World {
    /// Milliseconds since the Unix epoch, set by the server before each call; services read no other clock.
    #[serde(skip)]
    pub(crate) now: u64,
    /// What the server was started with; never stored, because each start decides it anew.
    #[serde(skip)]
    pub(crate) settings: Settings,
    /// How many answers of this run carried a request id.
    #[serde(skip)]
    pub(crate) answered: u64,
    /// Roles, policies and instance profiles.
    pub(crate) iam: iam::State,
    /// The sessions that `AssumeRole` issued.
    pub(crate) sts: sts::State,
    /// Notebook instances and lifecycle configurations, of every region.
    pub(crate) sagemaker: sagemaker::State,
    /// The Databricks workspace.
    pub(crate) workspace: databricks::State,
}

impl World {
    /// The world at birth: an account that already serves a Databricks workspace, and that empty workspace.
    pub(crate) fn new(settings: Settings, now: u64) -> Self {
        Self {
            now,
            answered: 0,
            iam: iam::State::new(&settings, now),
            sts: sts::State::default(),
            sagemaker: sagemaker::State::default(),
            workspace: databricks::State::default(),
            settings,
        }
    }

    /// The request id of the next AWS answer: unique in this run, in the form of a UUID as AWS has it.
    pub(crate) fn next_request_id(&mut self) -> String {
        self.answered += 1;
        format!("{:08x}-0000-4000-8000-{:012x}", self.now / 1000, self.answered)
    }
}

/// What the server was started with, as far as the services need it.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    /// Twelve digits.
    pub(crate) account_id: String,
    /// `aws`, `aws-cn`, `aws-us-gov`: follows from the region.
    pub(crate) partition: String,
    /// The region of calls that name none.
    pub(crate) region: String,
    /// How slowly and how eventually the services behave.
    pub(crate) behaviour: Behaviour,
    /// Whether only the Databricks workspace is served.
    pub(crate) workspace_only: bool,
    /// What the account may hold.
    pub(crate) quotas: Quotas,
    /// Who may do what.
    pub(crate) callers: Callers,
}

impl Settings {
    /// The longest that something lags at an edge, in milliseconds.
    pub(crate) fn longest_lag(&self, edge: Edge) -> u64 {
        self.behaviour.longest_lag(edge)
    }

    /// How long this thing lags at an edge, in milliseconds.
    pub(crate) fn lag(&self, edge: Edge, thing: &str) -> u64 {
        self.behaviour.lag(edge, thing)
    }
}

impl From<&Config> for Settings {
    fn from(config: &Config) -> Self {
        Self {
            account_id: config.account_id.clone(),
            partition: partition_of(&config.region).to_owned(),
            region: config.region.clone(),
            behaviour: config.behaviour.clone(),
            workspace_only: config.workspace_only,
            quotas: config.quotas.clone(),
            callers: config.callers.clone(),
        }
    }
}

/// The partition that a region belongs to, by its prefix as in the SDKs' endpoint tables.
fn partition_of(region: &str) -> &'static str {
    const PREFIXES: [(&str, &str); 6] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
    ];
    PREFIXES.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
}
