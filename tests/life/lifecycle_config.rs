use serde_json::{Value, json};

use crate::Applied;

const NAME: (&str, &str) = ("NotebookInstanceLifecycleConfigName", "example-packages");
const UPDATE: &str = "sagemaker:UpdateNotebookInstanceLifecycleConfig";

/// `#!/bin/sh` and a line feed.
const OTHER: &str = "IyEvYmluL3NoCg==";

impl Applied {
    /// Changes one script, as it is, or takes it away, and leaves the other.
    fn change_script(&self, hook: &str, content: Option<&str>) {
        let config = self.config();
        let mut body = json!({"OnCreate": config["OnCreate"], "OnStart": config["OnStart"]});
        body[NAME.0] = NAME.1.into();
        body[hook] = content.map(|content| json!({"Content": content})).into_iter().collect();
        self.sandbox.sagemaker("UpdateNotebookInstanceLifecycleConfig", &body);
    }

    /// The live scripts.
    fn config(&self) -> Value {
        let state: Value = serde_json::from_str(&self.sandbox.state_text()).expect("JSON");
        let configs = state.pointer("/sagemaker/lifecycle_configs").expect("the configurations");
        let config = configs.as_object().expect("by name").values().next().expect("one").clone();
        let hook = |name: &str| match &config[name] {
            Value::Null => json!([]),
            content => json!([{"Content": content}]),
        };
        json!({"OnCreate": hook("on_create"), "OnStart": hook("on_start"), "Arn": config["arn"]})
    }
}

#[test]
fn each_script_is_found_and_repaired_by_one_call() {
    let example = Applied::example("sagemaker-lifecycle-config");
    for (hook, field) in [("OnCreate", "on_create"), ("OnStart", "on_start")] {
        example.change_script(hook, Some(OTHER));
        example.is_repaired(&[field], &[UPDATE]);
        example.change_script(hook, None);
        example.is_repaired(&[field], &[UPDATE]);
    }
}

#[test]
fn tags_are_repaired_by_their_own_calls() {
    let example = Applied::example("sagemaker-lifecycle-config");
    let arn = example.config()["Arn"].clone();
    let other =
        json!({"ResourceArn": arn, "Tags": [{"Key": "team", "Value": "other"}, {"Key": "theirs", "Value": "1"}]});
    example.sandbox.sagemaker("AddTags", &other);
    example.is_repaired(&["tags.team"], &["sagemaker:AddTags"]);
    example.sandbox.sagemaker("DeleteTags", &json!({"ResourceArn": arn, "TagKeys": ["team"]}));
    example.is_repaired(&["tags.team"], &["sagemaker:AddTags"]);
}

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
