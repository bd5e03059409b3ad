//! Reading everything at once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::id::{Address, Cloud, Kind};
use reconcile_core::inquiry::{Answer, Inquiry};
use reconcile_core::reading::Reading;
use reconcile_core::resource::Resource;

use crate::provider::{Provider, Wanted};
use crate::wait::{Interrupter, PROPAGATION, Pauses};

/// The clouds that are connected.
#[derive(Clone, Default)]
pub struct Providers {
    /// IAM and SageMaker.
    pub aws: Option<Arc<dyn Provider>>,
    /// The workspace.
    pub databricks: Option<Arc<dyn Provider>>,
}

impl Providers {
    /// Returns the provider of a kind.
    ///
    /// # Errors
    ///
    /// Fails when its cloud is not connected.
    pub fn of(&self, kind: Kind) -> Result<&dyn Provider, CallFailure> {
        self.in_cloud(kind.cloud(), kind.as_str())
    }

    /// Returns the provider of a cloud; `what` says for what it is wanted.
    fn in_cloud(&self, cloud: Cloud, what: &str) -> Result<&dyn Provider, CallFailure> {
        let (provider, cloud) = match cloud {
            Cloud::Aws => (&self.aws, "AWS"),
            Cloud::Databricks => (&self.databricks, "Databricks"),
        };
        provider
            .as_deref()
            .ok_or_else(|| CallFailure::new(FailureKind::Unreachable, what, format!("{cloud} is not connected")))
    }

    /// Returns how many calls were made so far.
    pub fn calls(&self) -> u64 {
        let connected = [&self.aws, &self.databricks];
        connected.into_iter().flatten().map(|provider| provider.calls()).sum()
    }
}

/// Reads the live state of every given resource: each provider once, with its whole set, all at the same time.
///
/// A reading that only time completes is taken again: an id in the place of an ARN, or a thing of which one part is not seen
/// yet, as where it was just made, or where somebody is making or deleting it between two of our calls. `timeout` is the
/// longest that this may take.
pub async fn observe(
    providers: &Providers,
    resources: &[(&Address, &Resource)],
    timeout: Option<Duration>,
) -> BTreeMap<Address, Reading> {
    let mut readings = look(providers, resources).await;
    let (_nobody, never) = Interrupter::new();
    let mut pauses = Pauses::within(timeout.map_or(PROPAGATION, |timeout| timeout.min(PROPAGATION)));
    let mut told = BTreeSet::new();
    loop {
        let torn: Vec<_> = resources
            .iter()
            .filter(|(address, _)| readings.get(*address).is_some_and(is_incomplete))
            .copied()
            .collect();
        if torn.is_empty() {
            return readings;
        }
        // The first pause is hardly noticed, and mends what somebody else's work has torn.
        if pauses.has_paused() {
            for (address, _) in &torn {
                if let Some(Reading::Failed(failure)) = readings.get(*address)
                    && told.insert((*address).clone())
                {
                    tracing::warn!("{address}: waiting: {failure}");
                }
            }
        }
        if pauses.pause(&never).await.is_err() {
            return readings;
        }
        readings.extend(look(providers, &torn).await);
    }
}

fn is_incomplete(reading: &Reading) -> bool {
    matches!(reading, Reading::Failed(failure) if failure.kind == FailureKind::NotYetVisible)
}

/// Reads the live state of every given resource once.
pub(crate) async fn look(providers: &Providers, resources: &[(&Address, &Resource)]) -> BTreeMap<Address, Reading> {
    let clouds = [Cloud::Aws, Cloud::Databricks].map(|cloud| {
        let wanted: Vec<_> = resources
            .iter()
            .filter(|(address, _)| address.kind().cloud() == cloud)
            .map(|(address, resource)| Wanted { address, resource })
            .collect();
        read(providers, wanted)
    });
    join_all(clouds).await.into_iter().flatten().collect()
}

/// How many questions are with the clouds at once. A question may take several calls.
const INQUIRIES_IN_FLIGHT: usize = 8;

/// Asks the clouds what a plan depends on, all at the same time. What cannot be answered is told with the rest: it leaves a
/// plan without the answer, and not without a plan.
pub async fn ask(providers: &Providers, inquiries: BTreeSet<Inquiry>) -> Vec<(Inquiry, Result<Answer, CallFailure>)> {
    let asked: Vec<_> = inquiries.into_iter().map(|inquiry| ask_one(providers, inquiry)).collect();
    stream::iter(asked).buffer_unordered(INQUIRIES_IN_FLIGHT).collect().await
}

async fn ask_one(providers: &Providers, inquiry: Inquiry) -> (Inquiry, Result<Answer, CallFailure>) {
    let answer = match providers.in_cloud(inquiry.cloud(), "inquiry") {
        Ok(provider) => provider.answer(&inquiry).await,
        Err(failure) => Err(failure),
    };
    if let Err(failure) = &answer {
        tracing::debug!(%failure, "not known: {inquiry}");
    }
    (inquiry, answer)
}

/// Looks in every connected cloud for what bears an owner's tag and is not among the known resources. A cloud that does
/// not allow the look is told with the rest.
pub async fn list_owned(providers: &Providers, owner: &str, known: &[&Resource]) -> (Vec<Resource>, Vec<CallFailure>) {
    let connected = [&providers.aws, &providers.databricks].into_iter().flatten();
    let listed = join_all(connected.map(|provider| provider.list_owned(owner, known))).await;
    let (mut all, mut failures) = (Vec::new(), Vec::new());
    for listed in listed {
        match listed {
            Ok(found) => all.extend(found),
            Err(failure) => failures.push(failure),
        }
    }
    (all, failures)
}

/// Reads resources of one cloud.
async fn read(providers: &Providers, wanted: Vec<Wanted<'_>>) -> Vec<(Address, Reading)> {
    let Some(first) = wanted.first() else {
        return Vec::new();
    };
    let addresses = wanted.iter().map(|wanted| wanted.address.clone());
    match providers.of(first.address.kind()) {
        Ok(provider) => addresses.zip(provider.read(&wanted).await).collect(),
        Err(failure) => addresses.map(|address| (address, Reading::Failed(failure.clone()))).collect(),
    }
}
