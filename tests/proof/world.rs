//! What must not change: everything that the manifest does not hold, and every field that it does not mention.

use std::collections::{BTreeMap, BTreeSet};

use reconcile_core::id::Address;
use reconcile_core::manifest::Manifest;
use reconcile_core::reading::Reading;
use reconcile_core::resource::Resource;
use serde_json::{Map, Value};

/// Every thing of a sandbox's state, by kind and name.
pub(crate) fn things(state: &Value) -> BTreeMap<String, Value> {
    const LISTS: [(&str, &str); 7] = [
        ("/iam/roles", "role"),
        ("/iam/policies", "policy"),
        ("/iam/instance_profiles", "profile"),
        ("/sagemaker/notebooks", "instance"),
        ("/sagemaker/lifecycle_configs", "lifecycle"),
        ("/workspace/instance_profiles/by_arn", "registration"),
        ("/workspace/tree/nodes", "object"),
    ];
    let mut things = BTreeMap::new();
    for (path, kind) in LISTS {
        for (name, thing) in object(state, path) {
            things.insert(format!("{kind} {name}"), thing.clone());
        }
    }
    for cluster in object(state, "/workspace/clusters/by_id").values() {
        let name = cluster.pointer("/specification/cluster_name").and_then(Value::as_str).expect("a name");
        // Two of one name are one too many, whosever they are.
        assert!(things.insert(format!("cluster {name}"), cluster.clone()).is_none(), "two clusters are named {name}");
    }
    things
}

fn object<'a>(state: &'a Value, path: &str) -> &'a Map<String, Value> {
    state.pointer(path).and_then(Value::as_object).unwrap_or_else(|| panic!("{path} is no object"))
}

/// The names under which [`things`] has what a manifest holds.
fn managed(manifest: &Manifest) -> BTreeSet<String> {
    let names = manifest.resources.iter().flat_map(|declared| match &declared.resource {
        Resource::Role(role) => vec![format!("role {}", role.name)],
        Resource::ManagedPolicy(policy) => vec![format!("policy {}", policy.name)],
        Resource::InstanceProfile(profile) => vec![format!("profile {}", profile.name)],
        Resource::NotebookInstance(instance) => vec![format!("instance us-east-1/{}", instance.name)],
        Resource::LifecycleConfig(config) => vec![format!("lifecycle us-east-1/{}", config.name)],
        Resource::Registration(registration) => vec![format!("registration {}", registration.instance_profile_arn)],
        Resource::Cluster(cluster) => vec![format!("cluster {}", cluster.name)],
        Resource::Notebook(notebook) => path_and_folders(&notebook.path),
    });
    names.collect()
}

/// A notebook's folders are made with it.
fn path_and_folders(path: &str) -> Vec<String> {
    path.match_indices('/')
        .skip(1)
        .map(|(end, _)| &path[..end])
        .chain([path])
        .map(|path| format!("object {path}"))
        .collect()
}

/// Checks that what the manifest does not hold is, bit for bit, what it was.
pub(crate) fn is_untouched(before: &Value, after: &Value, manifest: &Manifest) {
    let managed = managed(manifest);
    let (before, after) = (things(before), things(after));
    for name in before.keys().chain(after.keys()).filter(|name| !managed.contains(*name)) {
        assert_eq!(before.get(name), after.get(name), "{name} is not in the manifest");
    }
    let somebody_elses = manifest.resources.iter().filter_map(|declared| match &declared.resource {
        Resource::Role(role) if role.existing => Some(role),
        _ => None,
    });
    for role in somebody_elses {
        let name = format!("role {}", role.name);
        let rest = |things: &BTreeMap<String, Value>| {
            let mut rest = things.get(&name).cloned().expect("it exists");
            let inline = rest["inline"].as_object_mut().expect("a map");
            inline.retain(|name, _| !role.inline_policies.value().is_some_and(|listed| listed.contains_key(name)));
            rest
        };
        assert_eq!(rest(&before), rest(&after), "of {name} only what is listed is ours");
    }
}

/// What a field's name says that it follows from others, or is not the resource's own.
const FOLLOWS: [&str; 13] = [
    "kind",
    "arn",
    "cluster_id",
    "existing",
    "single_node",
    "instance_profiles",
    "versions",
    "used_by",
    "failure_reason",
    "termination",
    // One size takes the other's place, and a driver follows the workers.
    "num_workers",
    "autoscale",
    "driver_node_type_id",
];

/// Checks that every field that a manifest does not mention is what it was. The readings are of everything.
pub(crate) fn fields_are_kept(
    manifest: &Manifest,
    before: &BTreeMap<Address, Reading>,
    after: &BTreeMap<Address, Reading>,
) {
    for declared in &manifest.resources {
        let both = (before.get(&declared.address), after.get(&declared.address));
        let (Some(Reading::Present(before)), Some(Reading::Present(after))) = both else { continue };
        let desired = json(&declared.resource);
        are_kept(&declared.address.to_string(), &desired, &json(before), &json(after));
    }
}

fn json(resource: &Resource) -> Value {
    serde_json::to_value(resource).expect("a state can be written down")
}

fn are_kept(path: &str, desired: &Value, before: &Value, after: &Value) {
    let (Value::Object(desired), Value::Object(was), Value::Object(is)) = (desired, before, after) else { return };
    // Maps whose keys are the manifest's to say are enforced whole.
    if ["document", "trust_policy", "spark_conf", "spark_env_vars", "inline_policies", "cluster_log_conf"]
        .iter()
        .any(|whole| path.ends_with(whole))
    {
        return;
    }
    let names: BTreeSet<_> = was.keys().chain(is.keys()).filter(|name| !FOLLOWS.contains(&name.as_str())).collect();
    for name in names {
        let nothing = Value::Null;
        let (was, is) = (was.get(name).unwrap_or(&nothing), is.get(name).unwrap_or(&nothing));
        match desired.get(name) {
            Some(desired) => are_kept(&format!("{path}.{name}"), desired, was, is),
            None => assert_eq!(was, is, "{path}.{name} is not in the manifest"),
        }
    }
}
