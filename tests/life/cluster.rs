use serde_json::json;

use crate::Applied;

#[test]
fn a_fixed_size_goes_back_to_autoscale_without_a_restart() {
    let example = Applied::example("databricks-cluster");
    let id = example.sandbox.cluster_id("example-shared");
    example.sandbox.databricks("2.1/clusters/resize", &json!({"cluster_id": id, "num_workers": 4}));
    let changes = ["num_workers", "autoscale.min_workers", "autoscale.max_workers"];
    example.is_repaired(&changes, &["databricks:clusters/resize"]);
}
