use serde_json::json;

use crate::Applied;

#[test]
fn a_volume_that_has_grown_is_made_anew_only_when_all_that_it_costs_is_allowed() {
    let example = Applied::example("sagemaker-notebook-instance");
    let name = json!({"NotebookInstanceName": "example-analysis"});
    example.sandbox.sagemaker("StopNotebookInstance", &name);
    let grown = json!({"NotebookInstanceName": "example-analysis", "VolumeSizeInGB": 50});
    example.sandbox.sagemaker("UpdateNotebookInstance", &grown);
    example.sandbox.sagemaker("StartNotebookInstance", &name);
    example.sandbox.take_writes();
    example.has_hazards(&["interrupt", "replace", "data-loss"]);
    let anew =
        ["sagemaker:StopNotebookInstance", "sagemaker:DeleteNotebookInstance", "sagemaker:CreateNotebookInstance"];
    example.is_repaired(&["volume_size_in_gb"], &anew);
}
