use serde_json::json;

use crate::Applied;

const NAME: (&str, &str) = ("NotebookInstanceLifecycleConfigName", "example-packages");

#[test]
fn an_instance_gets_its_configuration_back() {
    let example = Applied::example("sagemaker-lifecycle-config");
    let name = json!({"NotebookInstanceName": "example-with-scripts"});
    example.sandbox.sagemaker("StopNotebookInstance", &name);
    let without = json!({"NotebookInstanceName": "example-with-scripts", "DisassociateLifecycleConfig": true});
    example.sandbox.sagemaker("UpdateNotebookInstance", &without);
    example.sandbox.sagemaker("DeleteNotebookInstanceLifecycleConfig", &json!({NAME.0: NAME.1}));
    example.sandbox.sagemaker("StartNotebookInstance", &name);
    let calls = [
        "sagemaker:CreateNotebookInstanceLifecycleConfig",
        // The manifest says nothing of its state: the note that it ran is all that a run that was killed would leave.
        "sagemaker:AddTags",
        "sagemaker:StopNotebookInstance",
        "sagemaker:UpdateNotebookInstance",
        "sagemaker:StartNotebookInstance",
        "sagemaker:DeleteTags",
    ];
    example.is_repaired(&["on_create", "on_start", "tags.team", "lifecycle_config_name"], &calls);
}

#[test]
fn a_configuration_that_is_no_longer_in_the_manifest_is_pruned_after_the_instance_that_used_it() {
    let example = Applied::example("sagemaker-lifecycle-config");
    let text = "version: 1\nname: example-sagemaker-lifecycle-config\niam: {roles: {other: {existing: true, name: databricks-cross-account-role}}}\n";
    let without = example.write("without.yaml", text);
    let ended = example.run(&["apply", &without, "--prune", "--yes", "--allow=delete,data-loss,interrupt"]);
    assert_eq!(ended.code, Some(0), "{}\n{}", ended.stdout, ended.stderr);
    let state = example.sandbox.state_text();
    assert!(!state.contains("reconcile:owner"), "{state}");
}
