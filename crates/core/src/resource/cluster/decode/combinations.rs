//! Which of a cluster's fields go together, as the Clusters API has it.
//!
//! Sources: <https://docs.databricks.com/api/workspace/clusters/create>, and the service's own refusals, such as
//! `Missing required field: size` and `NumWorkers could be 0 only for SingleNode clusters`.

use serde_json::Value as Json;

use super::super::{ClusterSpec, SINGLE_NODE_CONF};
use crate::manifest::diagnostic::Diagnostic;
use crate::manifest::reader::ObjectReader;

/// The least HDD volume, in GiB; the schema has that of SSDs.
const LEAST_HDD: i64 = 500;

/// The least time to an automatic termination, in minutes, where it is not 0 for never.
const LEAST_MINUTES: i64 = 10;

struct Check<'o, 'n, 'c> {
    object: &'o ObjectReader<'n, 'c>,
    spec: &'o ClusterSpec,
    single_node: bool,
}

/// Reports what does not go together.
pub(super) fn check(object: &ObjectReader<'_, '_>, spec: &ClusterSpec, single_node: bool) {
    let check = Check { object, spec, single_node };
    check.size();
    check.autoscale();
    check.simple_form();
    check.node_types();
    check.volumes();
    check.photon();
    check.termination();
}

impl Check<'_, '_, '_> {
    fn get(&self, field: &str) -> Option<&Json> {
        self.spec.0.get(field).filter(|value| !value.is_null())
    }

    /// Whether a field is there at all, even with a mistake that was reported.
    fn is_there(&self, field: &str) -> bool {
        self.object.key_span(field).is_some() && self.spec.0.get(field).is_none_or(|value| !value.is_null())
    }

    fn is_true(&self, field: &str) -> bool {
        self.get(field) == Some(&Json::Bool(true))
    }

    fn report(&self, field: &str, diagnostic: Diagnostic) {
        let span = self.object.key_span(field).unwrap_or(self.object.span());
        self.object.reporter().report(span, diagnostic);
    }

    fn conflict(&self, field: &str, message: &str, help: &str) {
        self.report(field, Diagnostic::error("conflicting-fields", message).with_help(help));
    }

    /// A policy may bring whatever the cluster does not say.
    fn policy_fills(&self) -> bool {
        self.is_there("policy_id") && self.is_true("apply_policy_default_values")
    }

    fn size(&self) {
        let (workers, autoscale) = (self.is_there("num_workers"), self.is_there("autoscale"));
        if self.single_node && autoscale {
            return self.conflict("autoscale", "a single node does not scale", "remove `autoscale` or `single_node`");
        }
        if self.single_node && self.get("num_workers").is_some_and(|workers| workers != 0) {
            return self.conflict(
                "num_workers",
                "a single node has no workers",
                "remove `num_workers` or `single_node`",
            );
        }
        if workers && autoscale {
            return self.conflict(
                "autoscale",
                "a cluster has `num_workers` or `autoscale`, not both",
                "remove one of them",
            );
        }
        let simple = self.is_true("is_single_node");
        if !workers && !autoscale && !self.single_node && !simple && !self.policy_fills() {
            let diagnostic = Diagnostic::error("missing-field", "a cluster needs a size");
            return self.report("", diagnostic.with_help("add `num_workers`, `autoscale` or `single_node: true`"));
        }
        if self.get("num_workers").is_some_and(|workers| workers == 0)
            && !self.single_node
            && !simple
            && !self.has_single_node_conf()
        {
            self.conflict(
                "num_workers",
                "a cluster without workers is a single node",
                "write `single_node: true` instead",
            );
        }
    }

    fn has_single_node_conf(&self) -> bool {
        let [(key, value), _] = SINGLE_NODE_CONF;
        self.get("spark_conf").and_then(|conf| conf.get(key)).is_some_and(|found| found == value)
    }

    fn autoscale(&self) {
        let Some(autoscale) = self.get("autoscale") else { return };
        let workers = |field: &str| autoscale.get(field).and_then(Json::as_i64);
        match (workers("min_workers"), workers("max_workers")) {
            (Some(least), Some(most)) if most <= least => {
                let message = format!("`max_workers` ({most}) has to be more than `min_workers` ({least})");
                self.conflict("autoscale", &message, "for a fixed size write `num_workers`");
            }
            (Some(_), Some(_)) => {}
            (None, _) | (_, None) => {
                // What is there and wrong was reported.
                let node = self.object.peek("autoscale");
                if ["min_workers", "max_workers"].iter().any(|field| node.is_some_and(|node| node.get(field).is_none()))
                {
                    let message = "`autoscale` needs `min_workers` and `max_workers`";
                    self.report("autoscale", Diagnostic::error("missing-field", message));
                }
            }
        }
    }

    /// `is_single_node` and `use_ml_runtime` belong to the form in which the service fills the rest.
    fn simple_form(&self) {
        for field in ["is_single_node", "use_ml_runtime"] {
            if self.is_true(field) && !self.is_there("kind") {
                self.conflict(
                    field,
                    &format!("`{field}` needs `kind: CLASSIC_PREVIEW`"),
                    "add `kind: CLASSIC_PREVIEW`",
                );
            }
        }
        if !self.is_true("is_single_node") {
            return;
        }
        if self.single_node {
            self.conflict(
                "is_single_node",
                "`is_single_node` and `single_node` are two ways to say one thing",
                "remove one of them",
            );
        }
        if self.get("num_workers").is_some_and(|workers| workers != 0) || self.is_there("autoscale") {
            let field = if self.is_there("autoscale") { "autoscale" } else { "num_workers" };
            self.conflict(field, "a single node has no workers", &format!("remove `{field}` or `is_single_node`"));
        }
    }

    fn node_types(&self) {
        let pool = self.is_there("instance_pool_id");
        if !pool && !self.is_there("node_type_id") && !self.is_there("policy_id") {
            let diagnostic = Diagnostic::error("missing-field", "a cluster needs `node_type_id` or `instance_pool_id`");
            self.report("", diagnostic.with_help("an example is `node_type_id: i3.xlarge`"));
        }
        let decided_by_pool = ["node_type_id", "driver_node_type_id", "enable_elastic_disk"];
        for field in decided_by_pool.into_iter().filter(|field| pool && self.is_there(field)) {
            self.conflict(
                field,
                &format!("`{field}` is decided by the instance pool"),
                "remove it or `instance_pool_id`",
            );
        }
        if !pool && self.is_there("driver_instance_pool_id") && self.is_there("driver_node_type_id") {
            let message = "`driver_node_type_id` is decided by the driver's instance pool";
            self.conflict("driver_node_type_id", message, "remove it or `driver_instance_pool_id`");
        }
        let attributes = self.get("aws_attributes").and_then(Json::as_object);
        let others = attributes.is_some_and(|attributes| {
            attributes.iter().any(|(field, value)| field != "instance_profile_arn" && !value.is_null())
        });
        if pool && others {
            let message = "with an instance pool only `instance_profile_arn` can be set in `aws_attributes`";
            self.conflict("aws_attributes", message, "remove the others: the pool decides them");
        }
    }

    fn volumes(&self) {
        let Some(attributes) = self.get("aws_attributes") else { return };
        let size = attributes.get("ebs_volume_size").and_then(Json::as_i64);
        let is_hdd = attributes.get("ebs_volume_type").is_some_and(|kind| kind == "THROUGHPUT_OPTIMIZED_HDD");
        if let Some(size) = size.filter(|size| is_hdd && *size < LEAST_HDD) {
            let message =
                format!("a throughput-optimised HDD has at least {LEAST_HDD} GiB, and `ebs_volume_size` is {size}");
            self.report("aws_attributes", Diagnostic::error("out-of-range", message));
        }
    }

    fn photon(&self) {
        let version = self.get("spark_version").and_then(Json::as_str).unwrap_or_default();
        if version.contains("-photon-") && self.is_there("runtime_engine") {
            let help =
                format!("write `spark_version: {}`, or remove `runtime_engine`", version.replace("-photon-", "-"));
            self.conflict(
                "runtime_engine",
                "the runtime's version says `-photon-` already, and the service refuses both",
                &help,
            );
        }
    }

    fn termination(&self) {
        let minutes = self.get("autotermination_minutes").and_then(Json::as_i64);
        if let Some(minutes) = minutes.filter(|minutes| (1..LEAST_MINUTES).contains(minutes)) {
            let message =
                format!("`autotermination_minutes` is 0 (never) or from {LEAST_MINUTES} to 10000, not {minutes}");
            self.report("autotermination_minutes", Diagnostic::error("out-of-range", message));
        }
    }
}
