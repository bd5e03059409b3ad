//! What somebody may do to each field of each kind, and what it takes to mend it.
//!
//! A drift is made by the service's own calls, as any other client would send them. What is fixed at creation (where a role
//! lies, in which subnet an instance is) somebody has made anew under the same name. Only what the service does not let
//! anybody make any more is an edit of the sandbox's state.

#[path = "drifts/cluster.rs"]
mod cluster;
#[path = "drifts/instance_profile.rs"]
mod instance_profile;
#[path = "drifts/lifecycle_config.rs"]
mod lifecycle_config;
#[path = "drifts/notebook.rs"]
mod notebook;
#[path = "drifts/notebook_instance.rs"]
mod notebook_instance;
#[path = "drifts/policy.rs"]
mod policy;
#[path = "drifts/registration.rs"]
mod registration;
#[path = "drifts/role.rs"]
mod role;

use reconcile_core::id::{Address, Kind};
use reconcile_core::manifest::Declared;
use reconcile_core::resource::Resource;
use serde_json::Value;

use crate::shipped::Shipped;
use crate::support::behind::Hand;
use crate::world;

/// One drift: what is done, what the plan has to find, and the calls that it takes.
pub(crate) struct Drift {
    /// In words.
    pub(crate) what: String,
    pub(crate) acts: Vec<Act>,
    /// The changes that the plan has to show: addresses and paths.
    pub(crate) found: Vec<(String, String)>,
    /// The least calls that the services allow for it, in order.
    pub(crate) calls: Vec<String>,
}

/// One thing that is done.
pub(crate) enum Act {
    Iam(&'static str, Vec<(String, String)>),
    Sagemaker(&'static str, Value),
    Workspace(&'static str, Value),
    /// Something that no single call does: the state is edited. There is none on moto.
    Edit(Box<dyn Fn(&mut Value)>),
}

/// A resource that is going to drift.
pub(crate) struct Subject<'a> {
    pub(crate) shipped: &'a Shipped,
    pub(crate) declared: &'a Declared,
    /// The sandbox's world before, where it is the sandbox's.
    pub(crate) world: &'a Value,
    pub(crate) hand: &'a Hand,
}

/// What is written in a manifest and is no state of the resource, with the reason.
const NO_STATE: [(Kind, &str, &str); 12] = [
    (Kind::IamPolicy, "name", KEY),
    (Kind::IamRole, "name", KEY),
    (Kind::IamRole, "existing", "it says whose the role is"),
    (Kind::IamInstanceProfile, "name", KEY),
    (Kind::SagemakerLifecycleConfig, "name", KEY),
    (Kind::SagemakerNotebookInstance, "name", KEY),
    (Kind::DatabricksInstanceProfile, "skip_validation", "it is sent with a registration and never told again"),
    (Kind::DatabricksCluster, "name", KEY),
    (Kind::DatabricksCluster, "single_node", "it is short for three fields that drift by their own names"),
    (Kind::DatabricksNotebook, "path", KEY),
    (Kind::DatabricksNotebook, "format", "it says how the source is written, and cells are what is compared"),
    (Kind::DatabricksNotebook, "on_remote_change", "it says what becomes of a difference"),
];

const KEY: &str = "the resource is found by it";

/// Returns the drifts of a field; none where it is no state.
///
/// # Panics
///
/// Panics with the field's name where nothing is said of it.
pub(crate) fn of(subject: &Subject<'_>, path: &str) -> Vec<Drift> {
    let kind = subject.declared.address.kind();
    if is_no_state(kind, path) {
        return Vec::new();
    }
    let drifts = match &subject.declared.resource {
        Resource::ManagedPolicy(desired) => policy::of(subject, desired, path),
        Resource::Role(desired) => role::of(subject, desired, path),
        Resource::InstanceProfile(desired) => instance_profile::of(subject, desired, path),
        Resource::LifecycleConfig(desired) => lifecycle_config::of(subject, desired, path),
        Resource::NotebookInstance(desired) => notebook_instance::of(subject, desired, path),
        Resource::Registration(desired) => registration::of(subject, desired, path),
        Resource::Cluster(desired) => cluster::of(subject, desired, path),
        Resource::Notebook(desired) => notebook::of(subject, desired, path),
    };
    drifts.unwrap_or_else(|| {
        panic!(
            "{}: nothing in conformance/drifts says how `{path}` of {} drifts: say it there",
            subject.shipped.name, subject.declared.address
        )
    })
}

pub(crate) fn is_no_state(kind: Kind, path: &str) -> bool {
    NO_STATE.iter().any(|(of, field, _)| *of == kind && *field == path)
}

/// Returns the entries of the list of what is no state that no manifest has any more.
pub(crate) fn stale(managed: impl Fn(Kind, &str) -> bool) -> Vec<String> {
    let stale = NO_STATE.iter().filter(|(kind, field, _)| !managed(*kind, field));
    stale.map(|(kind, field, why)| format!("{kind} {field} ({why})")).collect()
}

impl Subject<'_> {
    fn name(&self) -> &str {
        self.declared.resource.name()
    }

    /// The resource as it is in the sandbox.
    fn live(&self) -> Value {
        let pointer = world::pointer(self.declared.address.kind(), self.name());
        world::plain(self.world).pointer(&pointer).unwrap_or_else(|| panic!("no {pointer}")).clone()
    }

    /// Something that is done, found at the field, and mended by the given calls.
    fn drift(&self, path: &str, what: &str, acts: Vec<Act>, calls: &[&str]) -> Drift {
        let address = self.declared.address.to_string();
        Drift {
            what: format!("{address}.{path} {what}"),
            acts,
            found: vec![(address, path.to_owned())],
            calls: calls.iter().map(|call| (*call).to_owned()).collect(),
        }
    }

    /// A tag gets another value, and a tag goes.
    fn tags(&self, path: &str, set: impl Fn(&str, &str) -> Act, unset: impl Fn(&str) -> Act, call: &str) -> Vec<Drift> {
        let (_, key) = path.split_once('.').expect("tags.KEY");
        vec![
            self.drift(path, "gets another value", vec![set(key, "by hand")], &[call]),
            self.drift(path, "goes", vec![unset(key)], &[call]),
        ]
    }
}

/// Returns an IAM call.
fn iam(action: &'static str, parameters: &[(&str, &str)]) -> Act {
    Act::Iam(action, parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}

/// Returns an IAM call that gives what it makes the tags of something live.
fn iam_with_tags(action: &'static str, parameters: &[(&str, &str)], live: &Value) -> Act {
    let mut all: Vec<_> = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    for (place, (key, value)) in live["tags"].as_object().expect("tags").iter().enumerate() {
        let value = value.as_str().expect("a tag's text").to_owned();
        let of = |part: &str| format!("Tags.member.{}.{part}", place + 1);
        all.extend([(of("Key"), key.clone()), (of("Value"), value)]);
    }
    Act::Iam(action, all)
}

/// The keys of a map of something live.
fn keys(live: &Value, map: &str) -> Vec<String> {
    live[map].as_object().into_iter().flat_map(|map| map.keys()).cloned().collect()
}

fn text<'a>(live: &'a Value, field: &str) -> &'a str {
    live[field].as_str().unwrap_or_default()
}

/// Something that drifts by an edit of the state.
fn edit(edit: impl Fn(&mut Value) + 'static) -> Vec<Act> {
    vec![Act::Edit(Box::new(edit))]
}

impl Drift {
    /// Adds what is found at the same time.
    fn also(mut self, address: &Address, path: &str) -> Self {
        self.found.push((address.to_string(), path.to_owned()));
        self
    }

    /// Names all the fields of the resource at which it is found.
    fn at(mut self, paths: &[&str]) -> Self {
        let address = self.found[0].0.clone();
        self.found = paths.iter().map(|path| (address.clone(), (*path).to_owned())).collect();
        self
    }

    /// Returns whether no calls can do it.
    pub(crate) fn is_an_edit(&self) -> bool {
        self.acts.iter().any(|act| matches!(act, Act::Edit(_)))
    }

    /// Returns whether it makes the resource anew.
    pub(crate) fn makes_anew(&self) -> bool {
        self.acts.iter().any(|act| match act {
            Act::Iam(call, _) | Act::Sagemaker(call, _) => call.starts_with("Create") && *call != "CreatePolicyVersion",
            Act::Workspace(..) | Act::Edit(_) => false,
        })
    }

    /// Does it.
    pub(crate) fn happen(&self, hand: &Hand, edit: impl Fn(&dyn Fn(&mut Value))) {
        for act in &self.acts {
            match act {
                Act::Iam(action, parameters) => {
                    let parameters: Vec<_> =
                        parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                    hand.iam(action, &parameters);
                }
                Act::Sagemaker(operation, body) => drop(hand.sagemaker(operation, body)),
                Act::Workspace(api, body) => hand.databricks(api, body),
                Act::Edit(change) => edit(change),
            }
        }
    }
}

/// An instance that runs since before its platform was retired.
pub(crate) fn moved_platform(instance: &str, platform: &str) -> impl Fn(&mut Value) + use<> {
    notebook_instance::edited_field(instance, "platform_identifier", platform.into())
}

/// An instance whose volume somebody has let grow, or has made anew with another one.
pub(crate) fn moved_volume(instance: &str, gigabytes: u32) -> impl Fn(&mut Value) + use<> {
    notebook_instance::edited_field(instance, "volume_size_in_gb", gigabytes.into())
}

/// A document that nobody ships.
pub(crate) fn foreign_document() -> String {
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]}"#.to_owned()
}

/// A trust policy that nobody ships.
pub(crate) fn foreign_trust() -> String {
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#
        .to_owned()
}
