//! The lab, edited, and the worlds in which it is judged.

use std::collections::BTreeMap;
use std::path::Path;

use iam_policy::Policy;
use reconcile_core::access::{self, AccessFinding};
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::field::Field;
use reconcile_core::id::{Address, AwsScope, Kind};
use reconcile_core::manifest::{Document, Files, Inputs, Manifest};
use reconcile_core::planner::World;
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Registration, Resource, Role};

/// The trust policy of a workspace's role, as Databricks' account console writes it.
pub(crate) const DATABRICKS_TRUST: &str = r#"{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::414351767826:root"},
    "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "x"}}}]}"#;

/// A trust policy that says nothing of Databricks.
pub(crate) const OTHER_TRUST: &str = r#"{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole"}]}"#;

/// The files of the repository.
struct Repository;

impl Files for Repository {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}

pub(crate) fn scope() -> AwsScope {
    AwsScope { account_id: "111122223333".to_owned(), partition: "aws".to_owned(), region: "us-east-1".to_owned() }
}

/// The lab with parts of its text replaced; each part has to be there.
pub(crate) fn lab(edits: &[(&str, &str)]) -> Manifest {
    let mut text = include_str!("lab.yaml").to_owned();
    for (from, to) in edits {
        assert!(text.contains(from), "the lab says {from}");
        text = text.replace(from, to);
    }
    manifest(&text)
}

/// The lab as it is shipped.
pub(crate) fn shipped() -> Manifest {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../manifests/lab/reconcile.yaml");
    resolved(path, &std::fs::read_to_string(path).expect("the lab"))
}

/// A manifest without mistakes.
pub(crate) fn manifest(text: &str) -> Manifest {
    resolved("lab.yaml", text)
}

fn resolved(path: &str, text: &str) -> Manifest {
    let document = Document::parse(path, text.as_bytes()).expect("a manifest");
    let inputs = Inputs { variables: &BTreeMap::new(), files: &Repository, scope: Some(&scope()) };
    document.resolve(&inputs).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

pub(crate) fn policy(text: &str) -> Policy {
    Policy::parse(text, &scope().policy_scope()).expect("a policy")
}

/// A world in which nothing is made yet; roles of others are there, with a trust policy and no permissions boundary.
pub(crate) fn before(manifest: &Manifest, trust_of_others: &str) -> World {
    let observed = manifest.resources.iter().map(|declared| {
        let reading = match &declared.resource {
            Resource::Role(role) if role.existing => {
                let live = Role {
                    trust_policy: Field::Set(policy(trust_of_others)),
                    permissions_boundary: Field::Null,
                    inline_policies: Field::Set(BTreeMap::new()),
                    ..role.identity()
                };
                Reading::Present(Box::new(Resource::Role(live)))
            }
            _ => Reading::Absent,
        };
        (declared.address.clone(), reading)
    });
    World { aws: Some(scope()), observed: observed.collect(), ..World::default() }
}

/// A world in which everything is as the manifest says.
pub(crate) fn after(manifest: &Manifest, trust_of_others: &str) -> World {
    let mut world = before(manifest, trust_of_others);
    for declared in &manifest.resources {
        if !declared.resource.is_existing() {
            let live = Reading::Present(Box::new(declared.resource.clone()));
            world.observed.insert(declared.address.clone(), live);
        }
    }
    world
}

/// Puts what lives under an address into a world.
pub(crate) fn with(mut world: World, kind: Kind, id: &str, reading: Reading) -> World {
    world.observed.insert(Address::new(kind, id), reading);
    world
}

/// Puts something outside of the manifest into a world.
pub(crate) fn around(mut world: World, kind: Kind, name: &str, reading: Reading) -> World {
    world.surroundings.insert(access::address_of_surrounding(kind, name), reading);
    world
}

pub(crate) fn present(resource: Resource) -> Reading {
    Reading::Present(Box::new(resource))
}

pub(crate) fn unreadable(api: &str) -> Reading {
    Reading::Failed(CallFailure::new(FailureKind::Denied, api, "no"))
}

pub(crate) fn registration(arn: &str) -> Resource {
    Resource::Registration(Registration {
        instance_profile_arn: arn.to_owned(),
        iam_role_arn: Field::Absent,
        is_meta_instance_profile: Field::Absent,
        skip_validation: false,
    })
}

/// What is found, as text.
pub(crate) fn found(manifest: &Manifest, world: &World) -> String {
    let told = access::check(manifest, world).into_iter().map(|finding| {
        let AccessFinding { code, certainty, address, message, help, place } = finding;
        format!("{certainty:?} {code} on {address}, line {}\n  {message}\n  help: {help}", place.line)
    });
    told.collect::<Vec<_>>().join("\n")
}
