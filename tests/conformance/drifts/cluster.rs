use reconcile_core::resource::Cluster;
use serde_json::{Value, json};

use super::{Act, Drift, Subject};
use crate::theirs;

const UPDATE: &str = "databricks:clusters/update";
/// What a cluster need not have; in place of any other field that is taken away the workspace puts its own default, which
/// may be what is wanted.
const WITHOUT_DEFAULT: [&str; 4] = ["spark_conf", "spark_env_vars", "data_security_mode", "autotermination_minutes"];

const RESIZE: &str = "databricks:clusters/resize";

pub(super) fn of(subject: &Subject<'_>, desired: &Cluster, path: &str) -> Option<Vec<Drift>> {
    let id = subject.hand.cluster_id(&desired.name);
    let live = subject.live();
    let spec = &live["specification"];
    let call = |api: &'static str| Act::Workspace(api, json!({"cluster_id": id}));
    let update = |mask: &str, spec: Value| {
        Act::Workspace("2.1/clusters/update", json!({"cluster_id": id, "update_mask": mask, "cluster": spec}))
    };
    let resize = |size: Value| {
        let mut body = json!({"cluster_id": id});
        body.as_object_mut().expect("an object").extend(size.as_object().expect("an object").clone());
        Act::Workspace("2.0/clusters/resize", body)
    };
    Some(match path {
        "pinned" if live["is_pinned"] == true => {
            vec![subject.drift(path, "is taken off", vec![call("2.1/clusters/unpin")], &["databricks:clusters/pin"])]
        }
        "pinned" => {
            vec![subject.drift(path, "is put on", vec![call("2.1/clusters/pin")], &["databricks:clusters/unpin"])]
        }
        "state" if live["state"] == "Running" => {
            let terminated = vec![call("2.1/clusters/delete")];
            vec![subject.drift(path, "is terminated", terminated, &["databricks:clusters/start"])]
        }
        "state" => {
            vec![subject.drift(path, "is running", vec![call("2.1/clusters/start")], &["databricks:clusters/delete"])]
        }
        "num_workers" => {
            let workers = spec[path].as_u64().expect("a number") + 2;
            vec![subject.drift(path, "is more", vec![resize(json!({"num_workers": workers}))], &[RESIZE])]
        }
        "autoscale.min_workers" | "autoscale.max_workers" => {
            let (_, bound) = path.split_once('.').expect("a bound");
            let mut size = spec["autoscale"].clone();
            size[bound] = (size[bound].as_u64().expect("a number") + 1).into();
            vec![subject.drift(path, "is more", vec![resize(json!({"autoscale": size}))], &[RESIZE])]
        }
        "autoscale" => return None,
        // Without these a cluster of no workers is refused, so whoever takes them away gives it a worker.
        "spark_conf" | "custom_tags.ResourceClass" if spec["num_workers"] == 0 => {
            let (field, _) = path.split_once('.').unwrap_or((path, ""));
            let mask = format!("{field},num_workers");
            let mut left = spec[field].clone();
            left.as_object_mut().expect("a map").retain(|key, _| path != "spark_conf" && key != "ResourceClass");
            let mut other = spec["spark_conf"].clone();
            other["spark.by.hand"] = "1".into();
            let gone = vec![update(&mask, json!({field: left, "num_workers": 1}))];
            let gone =
                subject.drift(path, "is taken away", gone, &[UPDATE]).also(&subject.declared.address, "num_workers");
            let more = vec![update("spark_conf", json!({"spark_conf": other}))];
            // `single_node` alone only adds to what is there.
            let is_listed = subject.declared.field_places.contains_key(path);
            let more =
                (path == "spark_conf" && is_listed).then(|| subject.drift(path, "has one more", more, &[UPDATE]));
            std::iter::once(gone).chain(more).collect()
        }
        _ if path.starts_with("custom_tags.") => subject.tags(
            path,
            |key, value| {
                let mut tags = spec["custom_tags"].clone();
                tags[key] = value.into();
                update("custom_tags", json!({"custom_tags": tags}))
            },
            |key| {
                let mut tags = spec["custom_tags"].clone();
                tags.as_object_mut().expect("tags").remove(key);
                update("custom_tags", json!({"custom_tags": tags}))
            },
            UPDATE,
        ),
        _ => {
            let pointer = format!("/{}", path.replace('.', "/"));
            let found = spec.pointer(&pointer).cloned().unwrap_or(Value::Null);
            let other = other(path, &found)?;
            let mut drifts =
                vec![subject.drift(path, "is another", vec![update(path, nested(path, other))], &[UPDATE])];
            if WITHOUT_DEFAULT.contains(&path) && !found.is_null() {
                drifts.push(subject.drift(path, "is taken away", vec![update(path, json!({}))], &[UPDATE]));
            }
            drifts
        }
    })
}

/// Another value that the workspace takes.
fn other(path: &str, found: &Value) -> Option<Value> {
    let either = |one: &str, other: &str| if found == one { json!(other) } else { json!(one) };
    Some(match path {
        "spark_version" => either("15.4.x-scala2.12", "14.3.x-scala2.12"),
        "node_type_id" | "driver_node_type_id" => either("i3.xlarge", "i3.2xlarge"),
        "autotermination_minutes" => json!(found.as_u64().unwrap_or(0) + 30),
        "runtime_engine" => either("STANDARD", "PHOTON"),
        "data_security_mode" => either("NONE", "USER_ISOLATION"),
        "enable_elastic_disk" | "enable_local_disk_encryption" => json!(found != &json!(true)),
        "aws_attributes.availability" => either("ON_DEMAND", "SPOT"),
        "aws_attributes.zone_id" => either("us-east-1a", "us-east-1b"),
        "aws_attributes.first_on_demand" => json!(found.as_u64().unwrap_or(0) + 1),
        "aws_attributes.instance_profile_arn" => json!(theirs::PROFILE_ARN),
        "spark_conf" => json!({"spark.by.hand": "1"}),
        "spark_env_vars" => json!({"BY_HAND": "1"}),
        _ => return None,
    })
}

/// A value at its place in the specification.
fn nested(path: &str, value: Value) -> Value {
    path.rsplit('.').fold(value, |value, name| json!({name: value}))
}
