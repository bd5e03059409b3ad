//! A cluster as `clusters/get` and `clusters/list` tell it: what was sent, with the server's defaults resolved.

use serde_json::{Map, Value, json};

use super::super::USER_NAME;
use super::super::fields::{self, Object};
use super::Cluster;
use super::catalogue;
use super::lifecycle::State;
use super::validation::is_simple_single_node;
use crate::world::Settings;

/// The ML variant of a runtime on nodes without GPUs.
const CPU_ML: &str = "cpu-ml-";
const GPU_ML: &str = "gpu-ml-";

/// What was sent. The newer names of access modes are read back under the older ones
/// (terraform-provider-databricks, `DataSecurityModeDiffSuppressFunc`).
pub(super) fn specification(cluster: &Cluster) -> Object {
    let mut specification = cluster.specification.clone();
    if let Some(mode) = fields::text(&specification, "data_security_mode") {
        let older = older_mode_name(mode).to_owned();
        specification.insert("data_security_mode".to_owned(), Value::from(older));
    }
    specification
}

fn older_mode_name(mode: &str) -> &str {
    match mode {
        "DATA_SECURITY_MODE_DEDICATED" => "SINGLE_USER",
        "DATA_SECURITY_MODE_STANDARD" => "USER_ISOLATION",
        other => other,
    }
}

/// Everything but `spec`, which only `clusters/get` tells.
pub(super) fn details(cluster: &Cluster, settings: &Settings) -> Object {
    let mut details = resolved(cluster, settings);
    let entries = [
        ("cluster_id", json!(cluster.id)),
        ("creator_user_name", json!(USER_NAME)),
        ("cluster_source", json!("API")),
        ("state", json!(cluster.state.name())),
        ("state_message", json!(state_message(cluster.state))),
        ("default_tags", default_tags(cluster)),
        ("start_time", json!(cluster.started_at)),
        ("last_state_loss_time", json!(cluster.last_restarted_at.unwrap_or_default())),
        ("init_scripts_safe_mode", json!(false)),
    ];
    details.extend(entries.map(|(name, value)| (name.to_owned(), value)));
    if cluster.is_pinned {
        details.insert("pinned_by_user_name".to_owned(), json!(USER_NAME));
    }
    if let Some(time) = cluster.last_restarted_at {
        details.insert("last_restarted_time".to_owned(), json!(time));
        details.insert("last_activity_time".to_owned(), json!(time));
    }
    if let Some(time) = cluster.terminated_at {
        details.insert("terminated_time".to_owned(), json!(time));
        details.insert("termination_reason".to_owned(), termination_reason());
    }
    if matches!(cluster.state, State::Running | State::Resizing) {
        machines(cluster, &mut details);
    }
    details
}

/// Only users terminate clusters here.
pub(super) fn termination_reason() -> Value {
    json!({"code": "USER_REQUEST", "type": "SUCCESS", "parameters": {"username": USER_NAME}})
}

fn state_message(state: State) -> &'static str {
    match state {
        State::Pending => "Starting Spark",
        State::Restarting => "Restarting Spark",
        State::Resizing => "Resizing",
        State::Running => "",
        State::Terminating | State::Terminated => "Terminated by user",
    }
}

fn default_tags(cluster: &Cluster) -> Value {
    json!({
        "Vendor": "Databricks",
        "Creator": USER_NAME,
        "ClusterName": fields::text(&cluster.specification, "cluster_name").unwrap_or_default(),
        "ClusterId": cluster.id,
    })
}

/// The specification with what the server fills in. What it leaves open when unset (`data_security_mode`,
/// `runtime_engine`, `spark_env_vars`, …) stays away, as asserted against a real workspace (databricks-academy).
fn resolved(cluster: &Cluster, settings: &Settings) -> Object {
    let mut resolved = specification(cluster);
    // The default is said to be shown in `spec` only (databricks/cli, libs/testserver/clusters.go).
    resolved.shift_remove("apply_policy_default_values");
    let mut default = |name: &str, value: Value| {
        resolved.entry(name.to_owned()).or_insert(value);
    };
    let worker = fields::text(&cluster.specification, "node_type_id").unwrap_or(catalogue::POOL_NODE_TYPE);
    default("cluster_name", json!(""));
    default("node_type_id", json!(worker));
    default("driver_node_type_id", json!(worker));
    default("autotermination_minutes", json!(0));
    default("enable_elastic_disk", json!(false));
    default("enable_local_disk_encryption", json!(false));
    default("disk_spec", json!({}));
    default("instance_source", json!({"node_type_id": worker}));
    let driver = fields::text(&cluster.specification, "driver_node_type_id").unwrap_or(worker);
    default("driver_instance_source", json!({"node_type_id": driver}));
    default("effective_spark_version", json!(effective_spark_version(&cluster.specification)));
    if is_simple_single_node(&cluster.specification) {
        fill_in_single_node(&mut resolved);
    }
    resolve_access(&mut resolved);
    resolve_aws_attributes(&mut resolved, settings);
    resolved
}

/// `use_ml_runtime` and `runtime_engine` choose a variant of the runtime.
fn effective_spark_version(specification: &Object) -> String {
    let version = fields::text(specification, "spark_version").unwrap_or_default();
    let node_type = fields::text(specification, "node_type_id").and_then(catalogue::node_type);
    let has_gpus = node_type.is_some_and(|node_type| node_type.gpus > 0);
    let is_plain = version.contains(".x-scala");
    let variant = if !is_plain {
        ""
    } else if fields::boolean(specification, "use_ml_runtime") {
        if has_gpus { GPU_ML } else { CPU_ML }
    } else if fields::text(specification, "runtime_engine") == Some("PHOTON") {
        "photon-"
    } else {
        ""
    };
    version.replacen(".x-", &format!(".x-{variant}"), 1)
}

fn fill_in_single_node(resolved: &mut Object) {
    let parts = [
        ("spark_conf", "spark.databricks.cluster.profile", "singleNode"),
        ("spark_conf", "spark.master", "local[*]"),
        ("custom_tags", "ResourceClass", "SingleNode"),
    ];
    for (map, key, value) in parts {
        let entries = resolved.entry(map.to_owned()).or_insert_with(|| json!({}));
        if let Value::Object(entries) = entries {
            entries.entry(key.to_owned()).or_insert(json!(value));
        }
    }
    resolved.entry("num_workers".to_owned()).or_insert(json!(0));
}

fn resolve_access(resolved: &mut Object) {
    let Some(mode) = fields::text(resolved, "data_security_mode") else {
        return;
    };
    let is_ml = fields::text(resolved, "effective_spark_version").is_some_and(|version| version.contains("-ml-"));
    let mode = match mode {
        "DATA_SECURITY_MODE_AUTO" if is_ml || resolved.contains_key("single_user_name") => "SINGLE_USER",
        "DATA_SECURITY_MODE_AUTO" => "USER_ISOLATION",
        other => other,
    };
    let mode = mode.to_owned();
    if mode == "SINGLE_USER" {
        // The caller, when nobody is named (databricks/cli#4418).
        resolved.entry("single_user_name".to_owned()).or_insert(json!(USER_NAME));
    }
    resolved.insert("data_security_mode".to_owned(), Value::from(mode));
}

fn resolve_aws_attributes(resolved: &mut Object, settings: &Settings) {
    let defaults = json!({
        "first_on_demand": 1,
        "availability": "SPOT_WITH_FALLBACK",
        "zone_id": catalogue::default_zone(settings),
        "spot_bid_price_percent": 100,
        "ebs_volume_count": 0,
    });
    let attributes = resolved.entry("aws_attributes".to_owned()).or_insert_with(|| json!({}));
    if let (Value::Object(attributes), Value::Object(defaults)) = (attributes, defaults) {
        for (name, value) in defaults {
            attributes.entry(name).or_insert(value);
        }
    }
}

/// What only a cluster has that runs.
fn machines(cluster: &Cluster, details: &mut Map<String, Value>) {
    let node_type = |name: &str| fields::text(details, name).and_then(catalogue::node_type);
    let (Some(driver), Some(worker)) = (node_type("driver_node_type_id"), node_type("node_type_id")) else {
        return;
    };
    let workers = workers(cluster);
    let memory = u64::from(driver.memory_mb) + u64::from(worker.memory_mb) * u64::from(workers);
    let cores = f64::from(driver.cores) + f64::from(worker.cores) * f64::from(workers);
    let node = |index: u32| {
        json!({
            "node_id": format!("{}-{index}", cluster.id),
            "instance_id": format!("i-{index:017x}"),
            "start_timestamp": cluster.last_restarted_at,
            "private_ip": format!("10.0.{}.{}", index / 250, index % 250 + 4),
            "host_private_ip": format!("10.0.{}.{}", index / 250, index % 250 + 4),
        })
    };
    let executors: Vec<Value> = (1..=workers).map(node).collect();
    let entries = [
        ("driver", node(0)),
        ("executors", json!(executors)),
        ("spark_context_id", json!(spark_context_id(cluster))),
        ("jdbc_port", json!(10_000)),
        ("driver_healthy", json!(true)),
        ("cluster_cores", json!(cores)),
        ("cluster_memory_mb", json!(memory)),
    ];
    details.extend(entries.map(|(name, value)| (name.to_owned(), value)));
}

/// A cluster that scales by itself runs with as few workers as it may: nothing loads it here.
fn workers(cluster: &Cluster) -> u32 {
    let autoscale = fields::object(&cluster.specification, "autoscale");
    let workers = autoscale
        .and_then(|autoscale| fields::integer(autoscale, "min_workers"))
        .or_else(|| fields::integer(&cluster.specification, "num_workers"));
    workers.and_then(|workers| u32::try_from(workers).ok()).unwrap_or_default()
}

/// Another one at each start of the driver.
fn spark_context_id(cluster: &Cluster) -> u64 {
    cluster.started_at.wrapping_mul(1_000).wrapping_add(cluster.launches) & 0x7fff_ffff_ffff_ffff
}
