//! Clusters (Clusters API 2.1, <https://docs.databricks.com/api/workspace/clusters>).

mod answer;
mod canonical;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use futures_util::stream::{self, StreamExt as _};
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::field::Field;
use reconcile_core::reading::Reading;
use reconcile_core::resource::cluster::ClusterTarget;
use reconcile_core::resource::{Cluster, ClusterOperation, Resource};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::client::{ApiVersion, Client, Retry};
use crate::error::plain_text;
use crate::failure::named;
use crate::provider::AT_ONCE;
use answer::{Answered, ListPage};

const GET: &str = "clusters/get";
const LIST: &str = "clusters/list";

/// The ids of the clusters that this run has made or found, by name. That of a new one is the one thing that no plan can
/// know; that of a found one saves the list when it is read again, as in a wait.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    by_name: Mutex<BTreeMap<String, String>>,
    last_list: LastList,
    shared_list: SharedList,
}

/// What the last list told, for whoever asks for the same before anything was changed. It is used once.
#[derive(Default)]
struct LastList(Mutex<Option<Vec<Answered>>>);

/// A list, and when it was asked for: what was made before is in it. Creations side by side share one.
#[derive(Default)]
struct SharedList(tokio::sync::Mutex<Option<(Instant, Vec<Answered>)>>);

/// What a cluster holds may be secret.
impl std::fmt::Debug for SharedList {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SharedList").finish_non_exhaustive()
    }
}

/// What a cluster holds may be secret.
impl std::fmt::Debug for LastList {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LastList").finish_non_exhaustive()
    }
}

impl LastList {
    fn keep(&self, listed: &[Answered]) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(listed.to_vec());
    }

    fn take(&self) -> Option<Vec<Answered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Ids {
    fn of(&self, name: &str) -> Option<String> {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    fn remember(&self, name: &str, id: &str) {
        self.by_name.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), id.to_owned());
    }
}

/// What several readings share.
struct Shared<'a> {
    client: &'a Client,
    manifest: &'a str,
    ids: &'a Ids,
    /// Asked for once, when the first cluster has to be looked for by name.
    listed: OnceCell<Result<Vec<Answered>, CallFailure>>,
    pinned: Result<BTreeSet<String>, CallFailure>,
}

/// Reads the clusters: one list for all that are looked for by name, one for what is pinned where that is managed, and
/// each cluster's own spec where something of it is compared.
pub(crate) async fn read(
    client: &Client,
    manifest: &str,
    ids: &Ids,
    wanted: &[(usize, &Cluster)],
) -> Vec<(usize, Reading)> {
    let pins = wanted.iter().any(|(_, cluster)| cluster.pinned.is_managed());
    let by_name = wanted.iter().any(|(_, cluster)| !cluster.cluster_id.is_managed() && ids.of(&cluster.name).is_none());
    let listed = OnceCell::new();
    let (pinned, ()) = tokio::join!(pinned(client, pins), async {
        if by_name {
            listed.get_or_init(|| list(client)).await;
        }
    });
    if let Some(Ok(listed)) = listed.get() {
        ids.last_list.keep(listed);
    }
    let shared = Shared { client, manifest, ids, listed, pinned };
    let mut readings = Vec::with_capacity(wanted.len());
    for (place, cluster) in wanted {
        readings.push(shared.reading(*place, cluster));
    }
    stream::iter(readings).buffered(AT_ONCE).collect().await
}

/// The clusters that bear an owner's tag and are not among the known resources.
pub(crate) async fn list_owned(
    client: &Client,
    ids: &Ids,
    owner: &str,
    known: &[&Resource],
) -> Result<Vec<Resource>, CallFailure> {
    let listed = match ids.last_list.take() {
        Some(listed) => listed,
        None => list(client).await?,
    };
    let is_known = |cluster: &Answered| {
        known.iter().any(|known| match known {
            Resource::Cluster(known) => match known.cluster_id.value() {
                Some(id) => *id == cluster.cluster_id,
                None => known.name == cluster.name(),
            },
            _ => false,
        })
    };
    let found = listed.iter().filter(|cluster| cluster.owner() == Some(owner) && !is_known(cluster));
    Ok(found.map(|cluster| Resource::Cluster(cluster.identity())).collect())
}

/// The call that deletes the cluster which this run has just made, where another one of its name and owner is older. The token of
/// a creation guards against that only while the first cluster has not terminated, and only where both were to be the same.
pub(crate) async fn twin(
    client: &Client,
    manifest: &str,
    ids: &Ids,
    made: &Cluster,
) -> Result<Option<ClusterOperation>, CallFailure> {
    let Some(own) = ids.of(&made.name) else { return Ok(None) };
    let made_by_now = Instant::now();
    let mut shared = ids.shared_list.0.lock().await;
    let known = shared.take().filter(|(asked, _)| *asked >= made_by_now);
    let (asked, listed) = match known {
        Some(known) => known,
        None => (Instant::now(), list(client).await?),
    };
    let (_, listed) = shared.insert((asked, listed));
    let ours = listed.iter().filter(|cluster| cluster.name() == made.name && cluster.owner() == Some(manifest));
    // Each of two runs that look at the same time finds the same one to be the first.
    let Some(first) = ours.min_by_key(|cluster| (cluster.start_time(), &cluster.cluster_id)) else { return Ok(None) };
    if first.cluster_id == own {
        return Ok(None);
    }
    ids.remember(&made.name, &first.cluster_id);
    Ok(Some(ClusterOperation::PermanentDelete { target: ClusterTarget::Id(own) }))
}

/// All clusters that people and their tools have made: those of jobs would flood the list.
async fn list(client: &Client) -> Result<Vec<Answered>, CallFailure> {
    let query = [("page_size", "100"), ("filter_by.cluster_sources", "UI"), ("filter_by.cluster_sources", "API")];
    let listed = client.list::<ListPage>(LIST, ApiVersion::V2_1, &query).await?;
    Ok(listed.into_iter().filter(Answered::is_made_by_people).collect())
}

/// The names of the clusters that use each instance profile, by its ARN.
pub(crate) async fn by_instance_profile(client: &Client) -> Result<BTreeMap<String, BTreeSet<String>>, CallFailure> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for cluster in list(client).await? {
        if let Some(arn) = cluster.instance_profile_arn() {
            found.entry(arn.to_owned()).or_default().insert(cluster.name().to_owned());
        }
    }
    Ok(found)
}

/// The ids of the pinned clusters: `clusters/get` does not tell.
async fn pinned(client: &Client, needed: bool) -> Result<BTreeSet<String>, CallFailure> {
    if !needed {
        return Ok(BTreeSet::new());
    }
    let query = [("page_size", "100"), ("filter_by.is_pinned", "true")];
    let listed = client.list::<ListPage>(LIST, ApiVersion::V2_1, &query).await?;
    Ok(listed.into_iter().map(|cluster| cluster.cluster_id).collect())
}

impl Shared<'_> {
    async fn reading(&self, place: usize, wanted: &Cluster) -> (usize, Reading) {
        let reading = match self.read_one(wanted).await {
            Ok(Some(live)) => Reading::Present(Box::new(Resource::Cluster(live))),
            Ok(None) => Reading::Absent,
            Err(failure) => Reading::Failed(failure),
        };
        (place, reading)
    }

    async fn read_one(&self, wanted: &Cluster) -> Result<Option<Cluster>, CallFailure> {
        let Some(found) = self.find(wanted).await? else { return Ok(None) };
        let pinned = if wanted.pinned.is_managed() {
            Field::Set(self.pinned.as_ref().map_err(CallFailure::clone)?.contains(&found.cluster_id))
        } else {
            Field::Absent
        };
        Ok(Some(found.live(wanted, pinned)))
    }

    async fn find(&self, wanted: &Cluster) -> Result<Option<Answered>, CallFailure> {
        if let Some(id) = wanted.cluster_id.value() {
            return self.get(id).await?.ok_or_else(|| missing(id)).map(Some);
        }
        if let Some(id) = self.ids.of(&wanted.name)
            && let Some(found) = self.get(&id).await?
        {
            return Ok(Some(found));
        }
        self.find_by_name(wanted).await
    }

    async fn find_by_name(&self, wanted: &Cluster) -> Result<Option<Answered>, CallFailure> {
        let listed = self.listed.get_or_init(|| list(self.client)).await.as_ref().map_err(CallFailure::clone)?;
        let Some(found) = select(listed, &wanted.name, self.manifest)? else { return Ok(None) };
        self.ids.remember(&wanted.name, &found.cluster_id);
        // The list does not tell the spec.
        let compares_spec = wanted.single_node || !wanted.spec.0.is_empty();
        if compares_spec { self.get(&found.cluster_id).await } else { Ok(Some(found.clone())) }
    }

    async fn get(&self, id: &str) -> Result<Option<Answered>, CallFailure> {
        match self.client.get(GET, ApiVersion::V2_1, &[("cluster_id", id)]).await {
            Ok(answered) => Ok(Some(answered)),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

/// The cluster that bears a name: the one with our owner tag, else the only one. Names are not unique.
fn select<'a>(listed: &'a [Answered], name: &str, manifest: &str) -> Result<Option<&'a Answered>, CallFailure> {
    let of_name: Vec<_> = listed.iter().filter(|cluster| cluster.name() == name).collect();
    let ours: Vec<_> = of_name.iter().copied().filter(|cluster| cluster.owner() == Some(manifest)).collect();
    let candidates = if ours.is_empty() { of_name } else { ours };
    match candidates.as_slice() {
        [] => Ok(None),
        [only] => Ok(Some(only)),
        several => {
            let ids: Vec<_> = several.iter().map(|cluster| plain_text(&cluster.cluster_id)).collect();
            let message = format!("{} clusters bear the name `{name}`: {}", ids.len(), ids.join(", "));
            let help = "say which one by `cluster_id`, or give this one another name";
            Err(CallFailure::new(FailureKind::Unexpected, named(LIST), message).with_help(help))
        }
    }
}

fn missing(id: &str) -> CallFailure {
    CallFailure::new(FailureKind::NotFound, named(GET), format!("the cluster {id} does not exist")).with_help(
        "drop `cluster_id`, or give that of a cluster of this workspace; a terminated one is gone after 30 days",
    )
}

#[derive(Deserialize)]
struct Answer {
    /// Told by `create` only.
    cluster_id: Option<String>,
}

/// Makes one call; returns the id of the request.
pub(crate) async fn apply(
    client: &Client,
    ids: &Ids,
    operation: &ClusterOperation,
) -> Result<Option<String>, CallFailure> {
    let mut body = operation.body();
    if let (Some(target), Value::Object(body)) = (operation.target(), &mut body) {
        body.insert("cluster_id".to_owned(), Value::from(cluster_id(target, ids, operation)?));
    }
    let retry = if operation.is_idempotent() { Retry::Safe } else { Retry::OnlyIfNotSent };
    let answer = client.post::<_, Answer>(path(operation), ApiVersion::V2_1, &body, retry).await?;
    if let (ClusterOperation::Create { name, .. }, Some(id)) = (operation, answer.value.cluster_id) {
        ids.remember(name, &id);
    }
    Ok(answer.request_id)
}

fn cluster_id(target: &ClusterTarget, ids: &Ids, operation: &ClusterOperation) -> Result<String, CallFailure> {
    match target {
        ClusterTarget::Id(id) => Ok(id.clone()),
        ClusterTarget::Created { name } => ids.of(name).ok_or_else(|| {
            let message = format!("the cluster `{name}` was not made by this run, so its id is not known");
            CallFailure::new(FailureKind::Unexpected, operation.api(), message).with_help("plan again")
        }),
    }
}

fn path(operation: &ClusterOperation) -> &'static str {
    match operation {
        ClusterOperation::Create { .. } => "clusters/create",
        ClusterOperation::Resize { .. } => "clusters/resize",
        ClusterOperation::Update { .. } => "clusters/update",
        ClusterOperation::Pin { .. } => "clusters/pin",
        ClusterOperation::Unpin { .. } => "clusters/unpin",
        ClusterOperation::Start { .. } => "clusters/start",
        ClusterOperation::Terminate { .. } => "clusters/delete",
        ClusterOperation::PermanentDelete { .. } => "clusters/permanent-delete",
    }
}

#[cfg(test)]
mod tests;
