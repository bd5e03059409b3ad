//! The fields of a cluster's spec, as data: the reader of the manifest, the diff and the masking all follow this table.
//!
//! Source: <https://docs.databricks.com/api/workspace/clusters/create>.

use serde_json::Value;

/// One field.
#[derive(Clone, Copy, Debug)]
pub struct FieldSchema {
    /// The API's name.
    pub name: &'static str,
    /// What it holds.
    pub shape: Shape,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A text.
    Text,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// A whole number of at least the first, at most the second.
    Integer(i64, i64),
    /// True or false.
    Boolean,
    /// Texts by free keys, enforced whole.
    TextMap,
    /// Texts by free keys, enforced whole; the values are secrets.
    SecretMap,
    /// A text that is a secret.
    Secret,
    /// Texts, in order, at most so many.
    TextList(usize),
    /// A message with fields of its own, of which each is managed for itself.
    Message(&'static [FieldSchema]),
    /// A message of which exactly one of the fields is set, compared whole.
    Union(&'static [FieldSchema]),
    /// Messages of which each has exactly one of the fields set, in order, at most so many; compared whole.
    UnionList(&'static [FieldSchema], usize),
}

const fn field(name: &'static str, shape: Shape) -> FieldSchema {
    FieldSchema { name, shape }
}

const LARGE: i64 = i64::MAX;

const DESTINATION: Shape = Shape::Message(&[field("destination", Shape::Text)]);

const S3: Shape = Shape::Message(&[
    field("destination", Shape::Text),
    field("region", Shape::Text),
    field("endpoint", Shape::Text),
    field("enable_encryption", Shape::Boolean),
    field("encryption_type", Shape::Choice(&["sse-s3", "sse-kms"])),
    field("kms_key", Shape::Text),
    field("canned_acl", Shape::Text),
]);

const AWS_ATTRIBUTES: &[FieldSchema] = &[
    field("availability", Shape::Choice(&["ON_DEMAND", "SPOT", "SPOT_WITH_FALLBACK"])),
    field("zone_id", Shape::Text),
    field("first_on_demand", Shape::Integer(0, LARGE)),
    field("spot_bid_price_percent", Shape::Integer(1, 10_000)),
    field("instance_profile_arn", Shape::Text),
    field("ebs_volume_type", Shape::Choice(&["GENERAL_PURPOSE_SSD", "THROUGHPUT_OPTIMIZED_HDD"])),
    field("ebs_volume_count", Shape::Integer(0, 10)),
    field("ebs_volume_size", Shape::Integer(100, 4096)),
    field("ebs_volume_iops", Shape::Integer(1, LARGE)),
    field("ebs_volume_throughput", Shape::Integer(1, LARGE)),
];

/// The fields that are the cluster's size: a running cluster takes them without a restart.
pub const SIZE: [&str; 2] = ["num_workers", "autoscale"];

/// Every field of the spec that a manifest can set, in the order of the reference; `cluster_name` is `name` and
/// `custom_tags` follow the rule for tags.
pub const SPEC: &[FieldSchema] = &[
    field("spark_version", Shape::Text),
    field("node_type_id", Shape::Text),
    field("driver_node_type_id", Shape::Text),
    field("num_workers", Shape::Integer(0, 100_000)),
    field(
        "autoscale",
        Shape::Message(&[
            field("min_workers", Shape::Integer(0, 100_000)),
            field("max_workers", Shape::Integer(1, 100_000)),
        ]),
    ),
    field("autotermination_minutes", Shape::Integer(0, 10_000)),
    field("runtime_engine", Shape::Choice(&["STANDARD", "PHOTON"])),
    field(
        "data_security_mode",
        Shape::Choice(&[
            "NONE",
            "SINGLE_USER",
            "USER_ISOLATION",
            "DATA_SECURITY_MODE_DEDICATED",
            "DATA_SECURITY_MODE_STANDARD",
            "DATA_SECURITY_MODE_AUTO",
            "LEGACY_TABLE_ACL",
            "LEGACY_PASSTHROUGH",
            "LEGACY_SINGLE_USER",
            "LEGACY_SINGLE_USER_STANDARD",
        ]),
    ),
    field("single_user_name", Shape::Text),
    field("kind", Shape::Choice(&["CLASSIC_PREVIEW"])),
    field("is_single_node", Shape::Boolean),
    field("use_ml_runtime", Shape::Boolean),
    field("aws_attributes", Shape::Message(AWS_ATTRIBUTES)),
    field("spark_conf", Shape::TextMap),
    field("spark_env_vars", Shape::SecretMap),
    field("init_scripts", Shape::UnionList(INIT_SCRIPT, 10)),
    field(
        "cluster_log_conf",
        Shape::Union(&[field("dbfs", DESTINATION), field("s3", S3), field("volumes", DESTINATION)]),
    ),
    field("ssh_public_keys", Shape::TextList(10)),
    field("enable_elastic_disk", Shape::Boolean),
    field("enable_local_disk_encryption", Shape::Boolean),
    field("instance_pool_id", Shape::Text),
    field("driver_instance_pool_id", Shape::Text),
    field("policy_id", Shape::Text),
    field("apply_policy_default_values", Shape::Boolean),
    field(
        "docker_image",
        Shape::Message(&[
            field("url", Shape::Text),
            field("basic_auth", Shape::Message(&[field("username", Shape::Text), field("password", Shape::Secret)])),
        ]),
    ),
    field(
        "workload_type",
        Shape::Message(&[field(
            "clients",
            Shape::Message(&[field("notebooks", Shape::Boolean), field("jobs", Shape::Boolean)]),
        )]),
    ),
];

const INIT_SCRIPT: &[FieldSchema] = &[
    field("workspace", DESTINATION),
    field("volumes", DESTINATION),
    field("s3", S3),
    field("dbfs", DESTINATION),
    field("file", DESTINATION),
];

/// Returns the schema of a top-level field of the spec.
pub fn find(name: &str) -> Option<&'static FieldSchema> {
    SPEC.iter().find(|field| field.name == name)
}

/// What stands in place of a secret.
pub const MASK: &str = "(secret)";

/// Returns a value of a top-level field in which all secrets are masked; fields not in the table pass as they are.
pub fn mask(name: &str, value: &Value) -> Value {
    find(name).map_or_else(|| value.clone(), |schema| mask_shape(schema.shape, value))
}

/// Returns a value of the given shape in which all secrets are masked.
pub fn mask_shape(shape: Shape, value: &Value) -> Value {
    match (shape, value) {
        (_, Value::Null) => Value::Null,
        (Shape::SecretMap, Value::Object(map)) => map.keys().map(|key| (key.clone(), Value::from(MASK))).collect(),
        (Shape::Secret | Shape::SecretMap, _) => Value::from(MASK),
        (Shape::Message(fields), Value::Object(map)) => {
            let masked = map.iter().map(|(key, value)| {
                let shape = fields.iter().find(|field| field.name == key).map(|field| field.shape);
                (key.clone(), shape.map_or_else(|| value.clone(), |shape| mask_shape(shape, value)))
            });
            masked.collect()
        }
        (
            Shape::Text
            | Shape::Choice(_)
            | Shape::Integer(..)
            | Shape::Boolean
            | Shape::TextMap
            | Shape::TextList(_)
            | Shape::Message(_)
            | Shape::Union(_)
            | Shape::UnionList(..),
            value,
        ) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::mask;

    #[test]
    fn secrets_are_masked_at_every_depth() {
        assert_eq!(mask("spark_env_vars", &json!({"TOKEN": "hunter2"})), json!({"TOKEN": "(secret)"}));
        let image = json!({"url": "u", "basic_auth": {"username": "me", "password": "hunter2"}});
        assert_eq!(
            mask("docker_image", &image),
            json!({"url": "u", "basic_auth": {"username": "me", "password": "(secret)"}})
        );
        assert_eq!(mask("spark_conf", &json!({"a": "b"})), json!({"a": "b"}));
    }
}
