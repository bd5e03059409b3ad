//! What clusters can be made of: runtimes, node types and zones. Extracts of what a workspace on AWS lists.

use serde_json::{Value, json};

use crate::world::Settings;

/// One release of the Databricks Runtime; all of these have long-term support.
struct Release {
    number: &'static str,
    spark: &'static str,
    scala: &'static str,
}

const fn release(number: &'static str, spark: &'static str, scala: &'static str) -> Release {
    Release { number, spark, scala }
}

/// The older ones have been retired since, but clusters that name them are still read; they stay so that the pages of
/// their time can be followed.
const RELEASES: [Release; 9] = [
    release("10.4", "3.2.1", "2.12"),
    release("11.3", "3.3.0", "2.12"),
    release("12.2", "3.3.2", "2.12"),
    release("13.3", "3.4.1", "2.12"),
    release("14.3", "3.5.0", "2.12"),
    release("15.4", "3.5.0", "2.12"),
    release("16.4", "3.5.2", "2.12"),
    release("16.4", "3.5.2", "2.13"),
    release("17.3", "4.0.0", "2.13"),
];

/// The variants of a release: what stands in the key after the number, and in the name.
const VARIANTS: [(&str, &str, &str); 4] =
    [("", "", ""), ("photon-", " Photon", ""), ("cpu-ml-", " ML", ""), ("gpu-ml-", " ML", "GPU, ")];

/// The keys and names of all runtimes.
fn spark_versions() -> impl Iterator<Item = (String, String)> {
    RELEASES.iter().flat_map(|release| {
        let Release { number, spark, scala } = release;
        VARIANTS.iter().map(move |(key, suffix, extra)| {
            (
                format!("{number}.x-{key}scala{scala}"),
                format!("{number} LTS{suffix} (includes Apache Spark {spark}, {extra}Scala {scala})"),
            )
        })
    })
}

/// Whether a runtime of this key exists.
pub(super) fn has_spark_version(wanted: &str) -> bool {
    spark_versions().any(|(key, _)| key == wanted)
}

/// The answer of `clusters/spark-versions`.
pub(super) fn spark_versions_answer() -> Value {
    let versions: Vec<Value> = spark_versions().map(|(key, name)| json!({"key": key, "name": name})).collect();
    json!({"versions": versions})
}

/// One EC2 instance type that clusters can be made of.
pub(super) struct NodeType {
    pub(super) name: &'static str,
    pub(super) memory_mb: u32,
    pub(super) cores: u32,
    pub(super) gpus: u32,
    category: &'static str,
    /// Number and size (GB) of the disks that come with the instance.
    local_disks: (u32, u32),
}

impl NodeType {
    /// Whether the instance brings its own storage; others need EBS volumes.
    pub(super) fn has_local_disks(&self) -> bool {
        self.local_disks.0 > 0
    }
}

const GENERAL: &str = "General Purpose";
const MEMORY: &str = "Memory Optimized";
const STORAGE: &str = "Storage Optimized";
const COMPUTE: &str = "Compute Optimized";
const GPU: &str = "GPU Accelerated";

const fn node(
    name: &'static str,
    category: &'static str,
    memory_mb: u32,
    cores: u32,
    gpus: u32,
    local_disks: (u32, u32),
) -> NodeType {
    NodeType { name, memory_mb, cores, gpus, category, local_disks }
}

const NODE_TYPES: [NodeType; 24] = [
    node("m4.large", GENERAL, 8_192, 2, 0, (0, 0)),
    node("m4.xlarge", GENERAL, 16_384, 4, 0, (0, 0)),
    node("m5.large", GENERAL, 8_192, 2, 0, (0, 0)),
    node("m5.xlarge", GENERAL, 16_384, 4, 0, (0, 0)),
    node("m5.2xlarge", GENERAL, 32_768, 8, 0, (0, 0)),
    node("m5d.large", GENERAL, 8_192, 2, 0, (1, 75)),
    node("m5d.xlarge", GENERAL, 16_384, 4, 0, (1, 150)),
    node("m5d.2xlarge", GENERAL, 32_768, 8, 0, (1, 300)),
    node("m6gd.large", GENERAL, 8_192, 2, 0, (1, 118)),
    node("m6gd.xlarge", GENERAL, 16_384, 4, 0, (1, 237)),
    node("r5.large", MEMORY, 16_384, 2, 0, (0, 0)),
    node("r5d.large", MEMORY, 16_384, 2, 0, (1, 75)),
    node("r5d.xlarge", MEMORY, 32_768, 4, 0, (1, 150)),
    node("c5d.xlarge", COMPUTE, 8_192, 4, 0, (1, 100)),
    node("c5d.2xlarge", COMPUTE, 16_384, 8, 0, (1, 200)),
    node("i3.xlarge", STORAGE, 31_232, 4, 0, (1, 950)),
    node("i3.2xlarge", STORAGE, 62_464, 8, 0, (1, 1_900)),
    node("i3.4xlarge", STORAGE, 124_928, 16, 0, (2, 1_900)),
    node("i3en.large", STORAGE, 16_384, 2, 0, (1, 1_250)),
    node("i3en.xlarge", STORAGE, 32_768, 4, 0, (1, 2_500)),
    node("i4i.xlarge", STORAGE, 32_768, 4, 0, (1, 937)),
    node("g4dn.xlarge", GPU, 16_384, 4, 1, (1, 125)),
    node("g4dn.2xlarge", GPU, 32_768, 8, 1, (1, 225)),
    node("g5.xlarge", GPU, 16_384, 4, 1, (1, 250)),
];

/// The node type that clusters of an instance pool show: pools themselves are not part of this workspace.
pub(super) const POOL_NODE_TYPE: &str = "i3.xlarge";

/// The node type of this name.
pub(super) fn node_type(name: &str) -> Option<&'static NodeType> {
    NODE_TYPES.iter().find(|node_type| node_type.name == name)
}

/// The names of all node types.
pub(super) fn node_type_names() -> Vec<&'static str> {
    NODE_TYPES.iter().map(|node_type| node_type.name).collect()
}

/// The answer of `clusters/list-node-types`.
pub(super) fn node_types_answer() -> Value {
    let node_types: Vec<Value> = NODE_TYPES.iter().map(node_type_item).collect();
    json!({"node_types": node_types})
}

fn node_type_item(node_type: &NodeType) -> Value {
    let NodeType { name, memory_mb, cores, gpus, category, local_disks: (disks, size) } = node_type;
    json!({
        "node_type_id": name,
        "memory_mb": memory_mb,
        "num_cores": f64::from(*cores),
        "num_gpus": gpus,
        "description": name,
        "instance_type_id": name,
        "category": category,
        "is_deprecated": name.starts_with("m4."),
        "is_graviton": name.starts_with("m6gd."),
        "support_ebs_volumes": true,
        "support_cluster_tags": true,
        "node_instance_type": {
            "instance_type_id": name,
            "local_disks": 0,
            "local_disk_size_gb": 0,
            "local_nvme_disks": disks,
            "local_nvme_disk_size_gb": size,
        },
    })
}

/// The zones of the workspace's region.
pub(super) fn zones(settings: &Settings) -> Vec<String> {
    ["a", "b", "c"].map(|letter| format!("{}{letter}", settings.region)).into()
}

/// The zone of clusters that name none. Concrete, because such answers were seen next to "auto"; clients must bear both.
pub(super) fn default_zone(settings: &Settings) -> String {
    format!("{}c", settings.region)
}

/// The answer of `clusters/list-zones`.
pub(super) fn zones_answer(settings: &Settings) -> Value {
    json!({"zones": zones(settings), "default_zone": default_zone(settings)})
}
