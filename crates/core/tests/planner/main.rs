//! Manifests and observed worlds to plans.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![expect(clippy::disallowed_methods, reason = "the tests read the lab from the repository")]

mod circles;
mod continuity;
mod deletion;
mod folders;
mod guards;
mod order;
mod plans;
mod users;

use std::collections::BTreeMap;
use std::path::Path;

use reconcile_core::field::Field;
use reconcile_core::id::AwsScope;
use reconcile_core::manifest::{Document, Files, Inputs, Manifest};
use reconcile_core::plan::Plan;
use reconcile_core::planner::{Options, World, plan};
use reconcile_core::reading::Reading;
use reconcile_core::resource::Resource;

/// The files of the repository.
struct Repository;

impl Files for Repository {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}

fn scope() -> AwsScope {
    AwsScope { account_id: "111122223333".to_owned(), partition: "aws".to_owned(), region: "us-east-1".to_owned() }
}

pub(crate) fn resolve(path: &str, text: &[u8]) -> Manifest {
    let document = Document::parse(path, text).expect("a manifest");
    let inputs = Inputs { variables: &BTreeMap::new(), files: &Repository, scope: Some(&scope()) };
    document.resolve(&inputs).expect("a manifest without mistakes")
}

pub(crate) fn lab() -> Manifest {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../manifests/lab/reconcile.yaml");
    resolve(path, &std::fs::read(path).expect("the lab"))
}

/// A world in which nothing of the manifest exists but the roles of others, which have no policies.
pub(crate) fn empty_world(manifest: &Manifest) -> World {
    let observed = manifest.resources.iter().map(|declared| {
        let reading = match &declared.resource {
            Resource::Role(role) if role.existing => {
                let mut live = role.identity();
                live.inline_policies = Field::Set(BTreeMap::new());
                Reading::Present(Box::new(Resource::Role(live)))
            }
            _ => Reading::Absent,
        };
        (declared.address.clone(), reading)
    });
    World { aws: Some(scope()), observed: observed.collect(), calls: 7, ..World::default() }
}

/// A world in which everything is as the manifest says, with the given owner tag.
pub(crate) fn agreeing_world(manifest: &Manifest, owner: Option<&str>) -> World {
    let observed = manifest.resources.iter().map(|declared| {
        let mut live = declared.resource.clone();
        let tags = match &mut live {
            Resource::ManagedPolicy(policy) => Some(&mut policy.tags),
            Resource::LifecycleConfig(config) => Some(&mut config.tags),
            Resource::Role(role) => Some(&mut role.tags),
            Resource::InstanceProfile(profile) => Some(&mut profile.tags),
            Resource::NotebookInstance(instance) => Some(&mut instance.tags),
            Resource::Cluster(cluster) => Some(&mut cluster.custom_tags),
            Resource::Registration(_) | Resource::Notebook(_) => None,
        };
        if let (Some(tags), Some(owner)) = (tags, owner) {
            tags.0.insert("reconcile:owner".to_owned(), Some(owner.to_owned()));
        }
        if let Resource::Cluster(cluster) = &mut live {
            let conf = serde_json::json!({
                "spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*]"
            });
            cluster.spec.0.insert("spark_conf".to_owned(), conf);
        }
        (declared.address.clone(), Reading::Present(Box::new(live)))
    });
    World { observed: observed.collect(), ..empty_world(manifest) }
}

pub(crate) fn planned(manifest: &Manifest, world: &World) -> Plan {
    plan(manifest, world, Options::default()).expect("no cycle")
}

/// Two roles, of which the first trusts the second and is protected.
pub(crate) const TWO_ROLES: &str = r#"
version: 1
name: two
iam:
  roles:
    a:
      name: a
      path: /new/
      protect: true
      trust_policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {AWS: "${iam.roles.b.arn}"}, Action: "sts:AssumeRole"}]}
    b:
      trust_policy: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]}
"#;
