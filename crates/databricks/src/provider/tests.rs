//! The provider against the sandbox, over real HTTP.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reconcile_core::field::Field;
use reconcile_core::id::Address;
use reconcile_core::resource::cluster::{ClusterSpec, ClusterState};
use reconcile_core::resource::notebook::{Content, Format, Language, OnRemoteChange};
use reconcile_core::resource::{Cluster, Notebook, Ownership, Registration, Settled, Tags};
use reconcile_engine::wait::Interrupt;
use reconcile_sandbox::{Behaviour, Config, Fault, FaultKind, Sandbox};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::*;
use crate::{ApiVersion, Environment, Retry, Settings};

mod clusters;
mod notebooks;
mod registrations;

/// A workspace in which everything happens at once, and a provider for it.
struct Lab {
    sandbox: Sandbox,
    provider: DatabricksProvider,
}

fn at_once() -> Behaviour {
    Behaviour { cluster_start: 0, cluster_restart: 0, cluster_resize: 0, cluster_terminate: 0, ..Behaviour::default() }
}

impl Lab {
    async fn start() -> Self {
        Self::with(Config { workspace_only: true, behaviour: at_once(), ..Config::default() }).await
    }

    async fn with(config: Config) -> Self {
        let sandbox = Sandbox::start(config).await.unwrap();
        let provider = DatabricksProvider::new(client(&sandbox), "lab");
        Self { sandbox, provider }
    }

    /// A provider as a second run would have it, which remembers nothing.
    fn second_run(&mut self) {
        self.provider = DatabricksProvider::new(client(&self.sandbox), "lab");
    }

    async fn read(&self, resource: &Resource) -> Reading {
        let address = Address::new(resource.kind(), "x");
        let readings = self.provider.read(&[Wanted { address: &address, resource }]).await;
        assert_eq!(readings.len(), 1);
        readings.into_iter().next().unwrap()
    }

    /// What differs: the operations, and the paths of the changes.
    async fn difference(&self, resource: &Resource) -> (Vec<Operation>, String) {
        let live = match self.read(resource).await {
            Reading::Present(live) => Some(live),
            Reading::Absent => None,
            Reading::Failed(failure) => panic!("{failure}"),
        };
        let ownership = Ownership::of("lab");
        let difference = resource.diff(live.as_deref(), &ownership);
        let paths: Vec<_> = difference.changes.iter().map(|change| change.path.clone()).collect();
        (difference.operations, paths.join(" "))
    }

    /// Makes live and wanted agree; returns the writing calls it took.
    async fn converge(&self, resource: &Resource) -> String {
        let (operations, _) = self.difference(resource).await;
        self.sandbox.clear_calls();
        for operation in &operations {
            self.provider.apply(operation).await.unwrap();
            let live = self.read(&resource.identity()).await;
            let live = if let Reading::Present(live) = live { Some(*live) } else { None };
            assert_eq!(operation.settled(live.as_ref()), Settled::Yes);
        }
        let calls = self.writes();
        assert_eq!(self.difference(resource).await, (Vec::new(), String::new()));
        calls
    }

    fn calls(&self) -> Vec<String> {
        self.sandbox.calls().into_iter().map(|call| call.operation).collect()
    }

    fn writes(&self) -> String {
        let calls = self.sandbox.calls().into_iter().filter(|call| call.writes);
        calls.map(|call| call.operation).collect::<Vec<_>>().join(" ")
    }

    /// A call behind the provider's back.
    async fn behind_the_back(&self, api: &'static str, version: ApiVersion, body: Value) -> Value {
        self.provider.client.post(api, version, &body, Retry::OnlyIfNotSent).await.unwrap().value
    }

    fn inject(&self, operation: &str, times: u32, what: FaultKind) {
        self.sandbox.inject(Fault {
            service: Some("databricks".to_owned()),
            operation: Some(operation.to_owned()),
            only_writes: false,
            parameter_contains: None,
            skip: 0,
            times: Some(times),
            what,
        });
    }
}

fn client(sandbox: &Sandbox) -> Client {
    let settings = Settings {
        host: Some(sandbox.url()),
        profile: None,
        token: Some(SecretString::from("sandbox-token")),
        user_agent: "reconcile/0.1.0 os/linux".to_owned(),
        timeout: Duration::from_mins(1),
        interrupt: Interrupt::never(),
    };
    Client::connect(&settings, &Environment::default()).unwrap()
}

const PROFILE: &str = "arn:aws:iam::111122223333:instance-profile/cluster-role";

fn registration() -> Registration {
    Registration {
        instance_profile_arn: PROFILE.to_owned(),
        iam_role_arn: Field::Absent,
        is_meta_instance_profile: Field::Absent,
        skip_validation: false,
    }
}

fn cluster(spec: Value) -> Cluster {
    let Value::Object(spec) = spec else { panic!("a spec is an object") };
    Cluster {
        name: "lab".to_owned(),
        cluster_id: Field::Absent,
        single_node: false,
        spec: ClusterSpec(spec),
        custom_tags: Tags::default(),
        pinned: Field::Absent,
        state: Field::Absent,
        termination: None,
        starts_with: Field::Absent,
    }
}

fn notebook(text: &str) -> Notebook {
    Notebook {
        path: "/Shared/lab/first".to_owned(),
        content: Field::Set(Content::read(text.as_bytes(), Format::Source, Language::Python).unwrap()),
        language: Field::Set(Language::Python),
        format: Format::Source,
        on_remote_change: OnRemoteChange::Ask,
    }
}

fn denied() -> FaultKind {
    FaultKind::Status { status: 403, code: "PERMISSION_DENIED".to_owned(), message: "not for you".to_owned() }
}

fn shown(failure: &CallFailure) -> String {
    format!("{failure}\nhelp: {}", failure.help.as_deref().unwrap_or_default())
}

/// The kinds and results of several readings, in short.
fn in_short(readings: &[Reading]) -> Vec<&'static str> {
    let short = |reading: &Reading| match reading {
        Reading::Absent => "absent",
        Reading::Present(_) => "present",
        Reading::Failed(_) => "failed",
    };
    readings.iter().map(short).collect()
}

fn mixed() -> Vec<Resource> {
    vec![
        Resource::Notebook(notebook("a")),
        Resource::Registration(registration()),
        Resource::Cluster(cluster(json!({"spark_version": "15.4.x-scala2.12"}))),
        Resource::Registration(Registration { instance_profile_arn: format!("{PROFILE}-2"), ..registration() }),
        Resource::Cluster(Cluster { name: "other".to_owned(), ..cluster(json!({})) }),
    ]
}

async fn read_all(lab: &Lab, resources: &[Resource]) -> Vec<Reading> {
    let addresses: Vec<_> = resources.iter().map(|resource| Address::new(resource.kind(), "x")).collect();
    let wanted: Vec<_> =
        resources.iter().zip(&addresses).map(|(resource, address)| Wanted { address, resource }).collect();
    lab.provider.read(&wanted).await
}

#[tokio::test]
async fn a_set_is_read_in_its_order_with_one_list_a_kind() {
    let lab = Lab::start().await;
    lab.converge(&Resource::Registration(registration())).await;
    lab.sandbox.clear_calls();
    let before = lab.provider.calls();
    let readings = read_all(&lab, &mixed()).await;
    assert_eq!(in_short(&readings), ["absent", "present", "absent", "absent", "absent"]);
    let mut calls = lab.calls();
    calls.sort();
    assert_eq!(calls, ["clusters/list", "instance-profiles/list", "workspace/get-status"]);
    assert_eq!(lab.provider.calls() - before, 3);
}

#[tokio::test]
async fn what_cannot_be_read_does_not_keep_the_rest_from_being_read() {
    let lab = Lab::start().await;
    lab.inject("clusters/list", 1, denied());
    let readings = read_all(&lab, &mixed()).await;
    assert_eq!(in_short(&readings), ["absent", "absent", "failed", "absent", "failed"]);
    let Reading::Failed(failure) = &readings[2] else { panic!("it failed") };
    insta::assert_snapshot!(shown(failure), @"
    databricks:clusters/list: PERMISSION_DENIED: not for you
    help: the caller needs access to the workspace
    ");
}

#[rstest::rstest]
#[case::right("sandbox-secret", "absent")]
#[case::wrong("another-secret", "failed")]
#[tokio::test]
async fn a_service_principal_is_let_in_by_its_secret(#[case] secret: &str, #[case] expected: &str) {
    let lab = Lab::start().await;
    let url = lab.sandbox.url();
    let variables = [
        ("DATABRICKS_HOST", url.as_str()),
        ("DATABRICKS_CLIENT_ID", "sandbox-client"),
        ("DATABRICKS_CLIENT_SECRET", secret),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let settings = Settings {
        host: None,
        profile: None,
        token: None,
        user_agent: "reconcile/0.1.0 os/linux".to_owned(),
        timeout: Duration::from_mins(1),
        interrupt: Interrupt::never(),
    };
    let client = Client::connect(&settings, &Environment::new(variables, None)).unwrap();
    let lab = Lab { provider: DatabricksProvider::new(client, "lab"), ..lab };
    assert_eq!(in_short(&[lab.read(&Resource::Registration(registration())).await]), [expected]);
}

#[tokio::test]
async fn what_is_not_of_a_workspace_is_refused() {
    let lab = Lab::start().await;
    let profile = reconcile_core::resource::InstanceProfile {
        name: "x".to_owned(),
        arn: PROFILE.to_owned(),
        path: Field::Absent,
        role: Field::Absent,
        tags: Tags::default(),
    };
    let readings = read_all(&lab, &[Resource::InstanceProfile(profile)]).await;
    assert_eq!(in_short(&readings), ["failed"]);
    assert_eq!(lab.calls(), Vec::<String>::new());
}
