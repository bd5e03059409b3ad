//! What a manifest names and does not manage, and what is worth a call to judge its access chain.

use std::collections::{BTreeMap, BTreeSet};

use crate::field::Field;
use crate::id::{Address, Arn, AwsScope, Kind};
use crate::manifest::Manifest;
use crate::resource::{Registration, Resource, Role, Tags};

/// Returns the address under which something outside of the manifest is read. No id of a manifest has parentheses.
pub fn address_of_surrounding(kind: Kind, name: &str) -> Address {
    Address::new(kind, format!("({})", name.to_lowercase()))
}

/// Returns what to read beside the manifest's own resources: the roles that it names and does not hold, and the
/// registrations of instance profiles that its clusters take and it does not register. A manifest that holds all it names,
/// as the lab does, costs no further call.
///
/// `is_selected` says which of the manifest's resources are planned, and `scope` which account's roles can be read.
pub fn surroundings(
    manifest: &Manifest,
    scope: Option<&AwsScope>,
    is_selected: impl Fn(&Address) -> bool,
) -> BTreeMap<Address, Resource> {
    let held: BTreeSet<Address> = manifest.resources.iter().map(|declared| address_of(&declared.resource)).collect();
    let selected = manifest.resources.iter().filter(|declared| is_selected(&declared.address));
    let named = selected.filter_map(|declared| named_by(&declared.resource, scope));
    named.map(|outside| (address_of(&outside), outside)).filter(|(address, _)| !held.contains(address)).collect()
}

fn address_of(resource: &Resource) -> Address {
    address_of_surrounding(resource.kind(), resource.name())
}

/// Returns the one thing that a resource's chain begins with.
fn named_by(resource: &Resource, scope: Option<&AwsScope>) -> Option<Resource> {
    match resource {
        Resource::InstanceProfile(profile) => {
            let name = profile.role.value()?;
            Some(role(name, scope?.role_arn("/", name)))
        }
        Resource::NotebookInstance(instance) => {
            let arn = instance.role_arn.value()?;
            let parsed: Arn = arn.parse().ok()?;
            (parsed.account_id == scope?.account_id).then(|| role(parsed.name(), arn.clone()))
        }
        Resource::Cluster(cluster) => {
            let instance_profile_arn = cluster.instance_profile_arn()?.to_owned();
            Some(Resource::Registration(Registration {
                instance_profile_arn,
                iam_role_arn: Field::Absent,
                is_meta_instance_profile: Field::Absent,
                skip_validation: false,
            }))
        }
        Resource::ManagedPolicy(_)
        | Resource::Role(_)
        | Resource::LifecycleConfig(_)
        | Resource::Registration(_)
        | Resource::Notebook(_) => None,
    }
}

/// A role of which only the trust policy is asked for, which comes with the role itself.
fn role(name: &str, arn: String) -> Resource {
    Resource::Role(Role {
        name: name.to_owned(),
        arn,
        existing: true,
        path: Field::Absent,
        description: Field::Absent,
        max_session_duration: Field::Absent,
        permissions_boundary: Field::Absent,
        trust_policy: Field::Absent,
        managed_policies: Field::Absent,
        inline_policies: Field::Absent,
        tags: Tags::default(),
        instance_profiles: Field::Absent,
    })
}
