//! The fields that `create`, `edit` and `update` take (Clusters API 2.1).

use super::super::fields::{Field, Object, Shape};

const AUTOSCALE: &[Field] =
    &[Field::required("min_workers", Shape::Integer), Field::required("max_workers", Shape::Integer)];

const AWS_ATTRIBUTES: &[Field] = &[
    Field::optional("availability", Shape::Choice(&["ON_DEMAND", "SPOT", "SPOT_WITH_FALLBACK"])),
    Field::optional("zone_id", Shape::Text),
    Field::optional("first_on_demand", Shape::Integer),
    Field::optional("spot_bid_price_percent", Shape::Integer),
    Field::optional("instance_profile_arn", Shape::Text),
    Field::optional("ebs_volume_type", Shape::Choice(&["GENERAL_PURPOSE_SSD", "THROUGHPUT_OPTIMIZED_HDD"])),
    Field::optional("ebs_volume_count", Shape::Integer),
    Field::optional("ebs_volume_size", Shape::Integer),
    Field::optional("ebs_volume_iops", Shape::Integer),
    Field::optional("ebs_volume_throughput", Shape::Integer),
];

const DESTINATION: &[Field] = &[Field::required("destination", Shape::Text)];

const S3_DESTINATION: &[Field] = &[
    Field::required("destination", Shape::Text),
    Field::optional("region", Shape::Text),
    Field::optional("endpoint", Shape::Text),
    Field::optional("enable_encryption", Shape::Boolean),
    Field::optional("encryption_type", Shape::Text),
    Field::optional("kms_key", Shape::Text),
    Field::optional("canned_acl", Shape::Text),
];

const CLUSTER_LOG_CONF: &[Field] = &[
    Field::optional("dbfs", Shape::Object(DESTINATION)),
    Field::optional("s3", Shape::Object(S3_DESTINATION)),
    Field::optional("volumes", Shape::Object(DESTINATION)),
];

const INIT_SCRIPT: &[Field] = &[
    Field::optional("workspace", Shape::Object(DESTINATION)),
    Field::optional("volumes", Shape::Object(DESTINATION)),
    Field::optional("s3", Shape::Object(S3_DESTINATION)),
    Field::optional("dbfs", Shape::Object(DESTINATION)),
    Field::optional("file", Shape::Object(DESTINATION)),
];

const DOCKER_IMAGE: &[Field] = &[
    Field::required("url", Shape::Text),
    Field::optional(
        "basic_auth",
        Shape::Object(&[Field::required("username", Shape::Text), Field::required("password", Shape::Text)]),
    ),
];

const WORKLOAD_TYPE: &[Field] = &[Field::required(
    "clients",
    Shape::Object(&[Field::optional("jobs", Shape::Boolean), Field::optional("notebooks", Shape::Boolean)]),
)];

const NODE_TYPE_FLEXIBILITY: &[Field] = &[Field::optional("alternate_node_type_ids", Shape::List(&Shape::Text))];

const DATA_SECURITY_MODES: &[&str] = &[
    "DATA_SECURITY_MODE_AUTO",
    "DATA_SECURITY_MODE_DEDICATED",
    "DATA_SECURITY_MODE_STANDARD",
    "LEGACY_PASSTHROUGH",
    "LEGACY_SINGLE_USER",
    "LEGACY_SINGLE_USER_STANDARD",
    "LEGACY_TABLE_ACL",
    "NONE",
    "SINGLE_USER",
    "USER_ISOLATION",
];

const DEPENDENCY_MODES: &[&str] =
    &["DEPENDENCY_MODE_AUTO", "DEPENDENCY_MODE_CLUSTER_LIBRARIES", "DEPENDENCY_MODE_ENVIRONMENTS"];

/// The specification's fields. What belongs to other clouds (`azure_attributes`, `gcp_attributes`, the remote disks) is
/// unknown here, as this workspace is on AWS.
pub(super) const FIELDS: &[Field] = &[
    Field::optional("cluster_name", Shape::Text),
    Field::required("spark_version", Shape::Text),
    Field::optional("num_workers", Shape::Integer),
    Field::optional("autoscale", Shape::Object(AUTOSCALE)),
    Field::optional("node_type_id", Shape::Text),
    Field::optional("driver_node_type_id", Shape::Text),
    Field::optional("instance_pool_id", Shape::Text),
    Field::optional("driver_instance_pool_id", Shape::Text),
    Field::optional("worker_node_type_flexibility", Shape::Object(NODE_TYPE_FLEXIBILITY)),
    Field::optional("driver_node_type_flexibility", Shape::Object(NODE_TYPE_FLEXIBILITY)),
    Field::optional("aws_attributes", Shape::Object(AWS_ATTRIBUTES)),
    Field::optional("spark_conf", Shape::TextMap),
    Field::optional("spark_env_vars", Shape::TextMap),
    Field::optional("custom_tags", Shape::TextMap),
    Field::optional("autotermination_minutes", Shape::Integer),
    Field::optional("enable_elastic_disk", Shape::Boolean),
    Field::optional("enable_local_disk_encryption", Shape::Boolean),
    Field::optional("cluster_log_conf", Shape::Object(CLUSTER_LOG_CONF)),
    Field::optional("init_scripts", Shape::List(&Shape::Object(INIT_SCRIPT))),
    Field::optional("docker_image", Shape::Object(DOCKER_IMAGE)),
    Field::optional("ssh_public_keys", Shape::List(&Shape::Text)),
    Field::optional("policy_id", Shape::Text),
    Field::optional("apply_policy_default_values", Shape::Boolean),
    Field::optional("data_security_mode", Shape::Choice(DATA_SECURITY_MODES)),
    Field::optional("single_user_name", Shape::Text),
    Field::optional("runtime_engine", Shape::Choice(&["NULL", "PHOTON", "STANDARD"])),
    Field::optional("workload_type", Shape::Object(WORKLOAD_TYPE)),
    Field::optional("kind", Shape::Choice(&["CLASSIC_PREVIEW"])),
    Field::optional("is_single_node", Shape::Boolean),
    Field::optional("use_ml_runtime", Shape::Boolean),
    Field::optional("dependency_mode", Shape::Choice(DEPENDENCY_MODES)),
];

/// The fields of `create` that are not part of the specification.
pub(super) const CREATE_FIELDS: &[Field] = &[
    Field::optional("idempotency_token", Shape::Text),
    Field::optional("clone_from", Shape::Object(&[Field::required("source_cluster_id", Shape::Text)])),
];

/// The field of nearly every other call.
pub(super) const CLUSTER_ID: &[Field] = &[Field::required("cluster_id", Shape::Text)];

/// The fields of `update`: the mask decides which of the specification's fields are read.
pub(super) const UPDATE_FIELDS: &[Field] =
    &[Field::required("cluster_id", Shape::Text), Field::required("update_mask", Shape::Text)];

/// The fields of `resize`.
pub(super) const RESIZE_FIELDS: &[Field] = &[
    Field::required("cluster_id", Shape::Text),
    Field::optional("num_workers", Shape::Integer),
    Field::optional("autoscale", Shape::Object(AUTOSCALE)),
];

/// The fields of `restart`.
pub(super) const RESTART_FIELDS: &[Field] =
    &[Field::required("cluster_id", Shape::Text), Field::optional("restart_user", Shape::Text)];

/// Takes the fields that are not part of the specification out of a body.
pub(super) fn take(body: &mut Object, fields: &[Field]) -> Object {
    let mut taken = Object::new();
    for field in fields {
        if let Some(value) = body.shift_remove(field.name) {
            taken.insert(field.name.to_owned(), value);
        }
    }
    taken
}
