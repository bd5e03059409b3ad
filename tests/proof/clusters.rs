//! Random clusters' specs.

use serde_json::{Map, Value, json};

use crate::manifest::Fullness;
use crate::random::Random;

/// The spec of a cluster. Its id decides what it is built on: `k2` on an instance pool, `k3` in the form of which the service
/// fills in the rest, the others on node types.
pub(crate) fn spec(random: &mut Random, fullness: Fullness, id: &str, registered: &[&str]) -> Map<String, Value> {
    let mut spec = Spec { fields: Map::new(), random, everything: fullness == Fullness::Everything };
    spec.always("spark_version", &["15.4.x-scala2.12", "16.4.x-scala2.12", "16.4.x-cpu-ml-scala2.12"]);
    match id {
        "k2" => spec.pool(registered),
        "k3" => spec.simple(),
        _ => spec.nodes(registered),
    }
    if id != "k3" {
        spec.size(id);
        spec.access();
        spec.maybe("runtime_engine", &[json!("STANDARD"), json!("PHOTON"), Value::Null]);
    }
    spec.rest();
    spec.fields
}

struct Spec<'a> {
    fields: Map<String, Value>,
    random: &'a mut Random,
    everything: bool,
}

impl Spec<'_> {
    fn is_in(&mut self, chance: usize) -> bool {
        self.everything || self.random.percent(chance)
    }

    fn set(&mut self, name: &str, value: Value) {
        self.fields.insert(name.to_owned(), value);
    }

    fn always(&mut self, name: &str, choices: &[&str]) {
        let choice = self.random.pick(choices);
        self.set(name, json!(choice));
    }

    fn maybe(&mut self, name: &str, choices: &[Value]) {
        if self.is_in(55) {
            let choice = self.random.pick(choices);
            self.set(name, choice);
        }
    }

    fn nodes(&mut self, registered: &[&str]) {
        self.always("node_type_id", &["i3.xlarge", "m5d.large", "r5d.xlarge"]);
        self.maybe("driver_node_type_id", &[json!("i3.xlarge"), json!("m5d.xlarge"), Value::Null]);
        self.maybe("enable_elastic_disk", &[json!(true), json!(false), Value::Null]);
        if !self.is_in(70) {
            return;
        }
        let mut attributes = Map::new();
        let mut maybe = |random: &mut Random, name: &str, choices: &[Value]| {
            if self.everything || random.percent(55) {
                attributes.insert(name.to_owned(), random.pick(choices));
            }
        };
        maybe(
            self.random,
            "availability",
            &[json!("ON_DEMAND"), json!("SPOT"), json!("SPOT_WITH_FALLBACK"), Value::Null],
        );
        maybe(self.random, "zone_id", &[json!("auto"), json!("us-east-1a"), Value::Null]);
        maybe(self.random, "first_on_demand", &[json!(0), json!(1), json!(3), Value::Null]);
        maybe(self.random, "spot_bid_price_percent", &[json!(80), json!(100), Value::Null]);
        maybe(self.random, "ebs_volume_type", &[json!("GENERAL_PURPOSE_SSD"), Value::Null]);
        maybe(self.random, "ebs_volume_count", &[json!(1), json!(2), Value::Null]);
        maybe(self.random, "ebs_volume_size", &[json!(100), json!(200), Value::Null]);
        maybe(self.random, "ebs_volume_iops", &[json!(3000), Value::Null]);
        maybe(self.random, "ebs_volume_throughput", &[json!(125), Value::Null]);
        maybe(self.random, "instance_profile_arn", &profiles(registered));
        self.set("aws_attributes", Value::Object(attributes));
    }

    fn pool(&mut self, registered: &[&str]) {
        self.always("instance_pool_id", &["pool-one", "pool-two"]);
        self.maybe("driver_instance_pool_id", &[json!("pool-one"), Value::Null]);
        if self.is_in(50) {
            let profile = self.random.pick(&profiles(registered));
            self.set("aws_attributes", json!({"instance_profile_arn": profile}));
        }
    }

    fn simple(&mut self) {
        self.set("kind", json!("CLASSIC_PREVIEW"));
        self.always("node_type_id", &["i3.xlarge", "m5d.large"]);
        self.set("is_single_node", json!(true));
        self.maybe("use_ml_runtime", &[json!(true), json!(false), Value::Null]);
    }

    /// `k1` is a single node for good: what made it one would stay where a manifest does not mention it.
    fn size(&mut self, id: &str) {
        if id == "k1" {
            return self.set("single_node", json!(true));
        }
        let size = self.random.pick(&[
            ("num_workers", json!(1)),
            ("num_workers", json!(4)),
            ("autoscale", json!({"min_workers": 1, "max_workers": 3})),
            ("autoscale", json!({"min_workers": 2, "max_workers": 8})),
        ]);
        self.set(size.0, size.1);
    }

    fn access(&mut self) {
        if !self.is_in(55) {
            return;
        }
        let (mode, user) = self.random.pick(&[
            (json!("SINGLE_USER"), json!("someone@example.com")),
            (json!("DATA_SECURITY_MODE_DEDICATED"), json!("other@example.com")),
            (json!("USER_ISOLATION"), Value::Null),
            (json!("DATA_SECURITY_MODE_STANDARD"), Value::Null),
            (json!("NONE"), Value::Null),
        ]);
        self.set("data_security_mode", mode);
        self.set("single_user_name", user);
    }

    fn rest(&mut self) {
        self.maybe("autotermination_minutes", &[json!(0), json!(30), json!(120)]);
        self.maybe("spark_conf", &[json!({}), json!({"spark.a": "1"}), json!({"spark.a": "2", "spark.b": "x y"})]);
        self.maybe(
            "spark_env_vars",
            &[json!({}), json!({"STAGE": "one"}), json!({"STAGE": "two", "TOKEN": "hunter2"})],
        );
        self.maybe("enable_local_disk_encryption", &[json!(true), json!(false), Value::Null]);
        self.maybe(
            "ssh_public_keys",
            &[json!([]), json!(["ssh-ed25519 AAAA one"]), json!(["ssh-ed25519 BBBB two", "ssh-rsa C x"])],
        );
        let workspace = json!({"workspace": {"destination": "/Shared/init.sh"}});
        let bucket = json!({"s3": {"destination": "s3://proof/init.sh", "region": "us-east-1"}});
        let volume = json!({"volumes": {"destination": "/Volumes/a/b/c/init.sh"}});
        self.maybe("init_scripts", &[json!([]), json!([workspace]), json!([volume, bucket])]);
        self.maybe("cluster_log_conf", &[
            json!({"dbfs": {"destination": "dbfs:/logs"}}),
            json!({"s3": {"destination": "s3://proof/logs", "region": "us-east-1", "enable_encryption": true, "encryption_type": "sse-s3"}}),
            Value::Null,
        ]);
        self.maybe(
            "docker_image",
            &[
                json!({"url": "registry.example.com/a:1", "basic_auth": {"username": "me", "password": "hunter2"}}),
                json!({"url": "registry.example.com/b:2", "basic_auth": null}),
                Value::Null,
            ],
        );
        self.maybe("workload_type", &[json!({"clients": {"notebooks": true, "jobs": false}}), Value::Null]);
        self.maybe("policy_id", &[json!("ABC123"), Value::Null]);
        self.maybe("apply_policy_default_values", &[json!(true), json!(false), Value::Null]);
    }
}

fn profiles(registered: &[&str]) -> Vec<Value> {
    let arns = registered.iter().map(|id| json!(format!("${{databricks.instance_profiles.{id}.arn}}")));
    arns.chain([Value::Null]).collect()
}
