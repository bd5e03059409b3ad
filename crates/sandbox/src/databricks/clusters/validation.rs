//! Which specifications are accepted. The fields and their types have been looked at before; here are the rules between
//! them and the limits. Texts are those of real replies where one is known.

use serde_json::Value;

use super::super::errors::Refusal;
use super::super::fields::{self, Object};
use super::catalogue::{self, NodeType};
use crate::world::World;

const MAXIMUM_CUSTOM_TAGS: usize = 45;
const MAXIMUM_SSH_PUBLIC_KEYS: usize = 10;
const MAXIMUM_INIT_SCRIPTS: usize = 10;
const MAXIMUM_WORKERS: i64 = 100_000;

/// Looks at everything that does not depend on the state of the cluster.
pub(super) fn validate(world: &World, specification: &Object) -> Result<(), Refusal> {
    size(specification)?;
    spark_version(specification)?;
    nodes(specification)?;
    single_node(specification)?;
    access(specification)?;
    lengths(specification)?;
    locations(specification)?;
    if let Some(attributes) = fields::object(specification, "aws_attributes") {
        aws_attributes(world, attributes)?;
    }
    Ok(())
}

fn invalid<T>(message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::invalid(message))
}

fn in_range(object: &Object, name: &str, minimum: i64, maximum: i64) -> Result<(), Refusal> {
    match fields::integer(object, name) {
        Some(value) if !(minimum..=maximum).contains(&value) => {
            invalid(format!("{name} must be between {minimum} and {maximum} (was {value})"))
        }
        Some(_) | None => Ok(()),
    }
}

fn size(specification: &Object) -> Result<(), Refusal> {
    let autoscale = fields::object(specification, "autoscale");
    let has_workers = specification.contains_key("num_workers") || is_simple_single_node(specification);
    match (has_workers, autoscale) {
        (false, None) => return invalid("Missing required field: size"),
        (true, Some(_)) => return invalid("Only one of num_workers and autoscale can be set"),
        (true, None) => in_range(specification, "num_workers", 0, MAXIMUM_WORKERS)?,
        (false, Some(autoscale)) => {
            in_range(autoscale, "min_workers", 0, MAXIMUM_WORKERS)?;
            in_range(autoscale, "max_workers", 1, MAXIMUM_WORKERS)?;
            if fields::integer(autoscale, "max_workers") <= fields::integer(autoscale, "min_workers") {
                return invalid("autoscale.max_workers must be greater than autoscale.min_workers");
            }
        }
    }
    if fields::integer(specification, "autotermination_minutes") == Some(0) {
        return Ok(());
    }
    in_range(specification, "autotermination_minutes", 10, 10_000)
}

fn spark_version(specification: &Object) -> Result<(), Refusal> {
    let version = fields::text(specification, "spark_version").unwrap_or_default();
    if !catalogue::has_spark_version(version) {
        return invalid(format!("Invalid spark version {version}."));
    }
    if version.contains("-photon-") && specification.contains_key("runtime_engine") {
        return invalid("runtime_engine cannot be combined with a spark_version that contains -photon-");
    }
    Ok(())
}

/// A pool decides the node types; without one they are required.
fn nodes(specification: &Object) -> Result<(), Refusal> {
    let worker = fields::text(specification, "node_type_id");
    let driver = fields::text(specification, "driver_node_type_id");
    if specification.contains_key("instance_pool_id") {
        for name in ["node_type_id", "driver_node_type_id", "enable_elastic_disk"] {
            if specification.contains_key(name) {
                // databricks/cli#3833
                let message = format!("The field '{name}' cannot be supplied when an instance pool ID is provided.");
                return invalid(message);
            }
        }
        let attributes = fields::object(specification, "aws_attributes");
        return match attributes.and_then(|attributes| attributes.keys().find(|key| *key != "instance_profile_arn")) {
            Some(name) => invalid(format!(
                "The field 'aws_attributes.{name}' cannot be supplied when an instance pool ID is provided."
            )),
            None => Ok(()),
        };
    }
    if specification.contains_key("driver_instance_pool_id") {
        return invalid("driver_instance_pool_id needs an instance_pool_id");
    }
    let Some(worker) = worker else {
        return invalid("Missing required field 'node_type_id'");
    };
    node(specification, worker)?;
    driver.map_or(Ok(()), |driver| node(specification, driver))
}

fn node(specification: &Object, name: &str) -> Result<(), Refusal> {
    let Some(node_type) = catalogue::node_type(name) else {
        let supported = catalogue::node_type_names().join(", ");
        return invalid(format!("Node type {name} is not supported. Supported node types: {supported}"));
    };
    let attributes = fields::object(specification, "aws_attributes");
    let volumes = attributes.and_then(|attributes| fields::integer(attributes, "ebs_volume_count"));
    if !node_type.has_local_disks() && volumes.unwrap_or_default() < 1 {
        // terraform-provider-databricks#98
        return invalid(format!(
            "At least one EBS volume must be attached for clusters created with node type {name}."
        ));
    }
    graphics(specification, node_type)
}

fn graphics(specification: &Object, node_type: &NodeType) -> Result<(), Refusal> {
    let version = fields::text(specification, "spark_version").unwrap_or_default();
    if version.contains("-gpu-") && node_type.gpus == 0 {
        let name = node_type.name;
        return invalid(format!("Spark version {version} needs a node type with GPUs, and {name} has none"));
    }
    Ok(())
}

/// Whether the newer short form asks for a single node; the server then fills in the rest.
pub(super) fn is_simple_single_node(specification: &Object) -> bool {
    fields::boolean(specification, "is_single_node")
}

fn single_node(specification: &Object) -> Result<(), Refusal> {
    if !specification.contains_key("kind") {
        for name in ["is_single_node", "use_ml_runtime"] {
            if specification.contains_key(name) {
                return invalid(format!("{name} can only be used when kind = CLASSIC_PREVIEW"));
            }
        }
    }
    let workers = fields::integer(specification, "num_workers");
    if is_simple_single_node(specification) {
        return match workers {
            Some(workers) if workers > 0 => invalid("num_workers must be 0 when is_single_node is true"),
            Some(_) | None => Ok(()),
        };
    }
    if workers == Some(0) && !is_classic_single_node(specification) {
        // databricks/cli#1546
        return invalid("NumWorkers could be 0 only for SingleNode clusters.");
    }
    Ok(())
}

/// The three signs of a single node in the older, long form.
fn is_classic_single_node(specification: &Object) -> bool {
    let entry = |map: &str, key: &str| fields::object(specification, map).and_then(|map| fields::text(map, key));
    entry("spark_conf", "spark.databricks.cluster.profile") == Some("singleNode")
        && entry("spark_conf", "spark.master").is_some_and(|master| master.starts_with("local"))
        && entry("custom_tags", "ResourceClass") == Some("SingleNode")
}

fn access(specification: &Object) -> Result<(), Refusal> {
    let mode = fields::text(specification, "data_security_mode");
    let is_dedicated = matches!(mode, Some("SINGLE_USER" | "DATA_SECURITY_MODE_DEDICATED" | "DATA_SECURITY_MODE_AUTO"))
        || mode.is_some_and(|mode| mode.starts_with("LEGACY_SINGLE_USER"));
    if specification.contains_key("single_user_name") && !is_dedicated {
        return invalid("single_user_name can only be set together with data_security_mode SINGLE_USER");
    }
    Ok(())
}

fn lengths(specification: &Object) -> Result<(), Refusal> {
    let tags = fields::object(specification, "custom_tags").map_or(0, Object::len);
    let counts = [
        ("custom_tags", tags, MAXIMUM_CUSTOM_TAGS),
        ("ssh_public_keys", fields::list(specification, "ssh_public_keys").len(), MAXIMUM_SSH_PUBLIC_KEYS),
        ("init_scripts", fields::list(specification, "init_scripts").len(), MAXIMUM_INIT_SCRIPTS),
    ];
    match counts.iter().find(|(_, count, maximum)| count > maximum) {
        Some((name, count, maximum)) => invalid(format!("{name} must have at most {maximum} entries (has {count})")),
        None => Ok(()),
    }
}

/// Init scripts and logs each lie in exactly one place.
fn locations(specification: &Object) -> Result<(), Refusal> {
    let scripts = fields::list(specification, "init_scripts").iter().filter_map(Value::as_object);
    let logs = fields::object(specification, "cluster_log_conf");
    let named = scripts.map(|script| ("init_scripts", script)).chain(logs.map(|logs| ("cluster_log_conf", logs)));
    for (name, location) in named {
        if location.len() != 1 {
            return invalid(format!("Each of {name} must name exactly one location (has {})", location.len()));
        }
        let bucket = fields::object(location, "s3");
        if bucket.is_some_and(|bucket| !bucket.contains_key("region") && !bucket.contains_key("endpoint")) {
            return invalid(format!("{name}.s3 must set region or endpoint"));
        }
    }
    Ok(())
}

fn aws_attributes(world: &World, attributes: &Object) -> Result<(), Refusal> {
    in_range(attributes, "first_on_demand", 0, MAXIMUM_WORKERS)?;
    in_range(attributes, "spot_bid_price_percent", 1, 10_000)?;
    in_range(attributes, "ebs_volume_count", 0, 10)?;
    let minimum_size = match fields::text(attributes, "ebs_volume_type") {
        Some("THROUGHPUT_OPTIMIZED_HDD") => 500,
        Some(_) | None => 100,
    };
    in_range(attributes, "ebs_volume_size", minimum_size, 4_096)?;
    if fields::integer(attributes, "ebs_volume_iops") == Some(0) {
        // terraform-provider-databricks#3553
        return invalid("The specified IOPS, 0, is not in the range");
    }
    in_range(attributes, "ebs_volume_iops", 100, 80_000)?;
    in_range(attributes, "ebs_volume_throughput", 125, 2_000)?;
    let zones = catalogue::zones(&world.settings);
    let zone = fields::text(attributes, "zone_id").filter(|zone| *zone != "auto");
    if let Some(zone) = zone.filter(|zone| zones.iter().all(|known| known != zone)) {
        let region = &world.settings.region;
        return invalid(format!("Zone {zone} is not in the region of the workspace, {region}"));
    }
    match fields::text(attributes, "instance_profile_arn") {
        Some(arn) if !world.workspace.instance_profiles.contains(arn) => invalid(format!(
            "The instance profile {arn} is not registered in this workspace, or the caller may not use it."
        )),
        Some(_) | None => Ok(()),
    }
}
