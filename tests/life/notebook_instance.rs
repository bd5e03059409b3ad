use serde_json::{Value, json};

use crate::Applied;

const NAME: &str = "example-analysis";
const STOP_UPDATE_START: [&str; 3] =
    ["sagemaker:StopNotebookInstance", "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"];

impl Applied {
    fn named(&self, operation: &str) {
        self.sandbox.sagemaker(operation, &json!({"NotebookInstanceName": NAME}));
    }

    /// Changes the running instance as a person would: stop, change, start.
    fn change_stopped(&self, field: &str, value: &Value) {
        self.named("StopNotebookInstance");
        self.sandbox.sagemaker("UpdateNotebookInstance", &json!({"NotebookInstanceName": NAME, field: value}));
        self.named("StartNotebookInstance");
    }

    /// Makes the instance anew with one thing different, or left out.
    fn make_anew(&self, field: &str, value: Option<Value>) {
        self.named("StopNotebookInstance");
        self.named("DeleteNotebookInstance");
        let mut body = json!({
            "NotebookInstanceName": NAME,
            "InstanceType": "ml.t3.medium",
            "RoleArn": "arn:aws:iam::111122223333:role/example-notebook",
            "VolumeSizeInGB": 20,
            "PlatformIdentifier": "notebook-al2023-v1",
            "SubnetId": "subnet-0a1b2c3d",
            "SecurityGroupIds": ["sg-0a1b2c3d"],
            "DirectInternetAccess": "Disabled",
            "RootAccess": "Disabled",
            "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
            "Tags": [{"Key": "team", "Value": "data-platform"}],
        });
        let members = body.as_object_mut().expect("an object");
        match value {
            Some(value) => members.insert(field.to_owned(), value),
            None => members.remove(field),
        };
        self.sandbox.sagemaker("CreateNotebookInstance", &body);
    }
}

#[test]
fn what_an_update_can_change_is_stopped_updated_and_started() {
    let example = Applied::example("sagemaker-notebook-instance");
    let imds = json!({"MinimumInstanceMetadataServiceVersion": "1"});
    let other_role = json!("arn:aws:iam::111122223333:role/example-other");
    let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#;
    example.sandbox.iam("CreateRole", &[("RoleName", "example-other"), ("AssumeRolePolicyDocument", trust)]);
    let changes = [
        ("InstanceType", json!("ml.t3.large"), "instance_type"),
        ("RoleArn", other_role, "role_arn"),
        ("RootAccess", json!("Enabled"), "root_access"),
        ("IpAddressType", json!("dualstack"), "ip_address_type"),
        ("InstanceMetadataServiceConfiguration", imds, "minimum_instance_metadata_service_version"),
        ("DefaultCodeRepository", json!("https://example.com/a.git"), "default_code_repository"),
        ("AdditionalCodeRepositories", json!(["https://example.com/b.git"]), "additional_code_repositories"),
    ];
    for (member, value, field) in changes {
        example.change_stopped(member, &value);
        example.is_repaired(&[field], &STOP_UPDATE_START);
    }
}

#[test]
fn a_lifecycle_configuration_is_taken_off() {
    let example = Applied::example("sagemaker-notebook-instance");
    let config = json!({"NotebookInstanceLifecycleConfigName": "by-hand"});
    example.sandbox.sagemaker("CreateNotebookInstanceLifecycleConfig", &config);
    example.change_stopped("LifecycleConfigName", &json!("by-hand"));
    example.sandbox.take_writes();
    example.has_hazards(&["interrupt"]);
    example.is_repaired(&["lifecycle_config_name"], &STOP_UPDATE_START);
}

#[test]
fn its_run_state_and_tags_have_calls_of_their_own() {
    let example = Applied::example("sagemaker-notebook-instance");
    example.named("StopNotebookInstance");
    example.is_repaired(&["state"], &["sagemaker:StartNotebookInstance"]);

    let arn = "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/example-analysis";
    let tags = json!({"ResourceArn": arn, "Tags": [{"Key": "team", "Value": "x"}, {"Key": "theirs", "Value": "1"}]});
    example.sandbox.sagemaker("AddTags", &tags);
    example.is_repaired(&["tags.team"], &["sagemaker:AddTags"]);
}

#[test]
fn a_volume_that_has_grown_and_what_is_fixed_make_it_anew() {
    let example = Applied::example("sagemaker-notebook-instance");
    let anew =
        ["sagemaker:StopNotebookInstance", "sagemaker:DeleteNotebookInstance", "sagemaker:CreateNotebookInstance"];
    example.change_stopped("VolumeSizeInGB", &json!(50));
    example.sandbox.take_writes();
    example.has_hazards(&["interrupt", "replace", "data-loss"]);
    example.is_repaired(&["volume_size_in_gb"], &anew);

    let changes = [
        ("SubnetId", Some(json!("subnet-99999999")), "subnet_id"),
        ("SecurityGroupIds", Some(json!(["sg-99999999"])), "security_group_ids"),
        ("KmsKeyId", Some(json!("alias/by-hand")), "kms_key_id"),
        ("DirectInternetAccess", None, "direct_internet_access"),
    ];
    for (member, value, field) in changes {
        example.make_anew(member, value);
        example.is_repaired(&[field], &anew);
    }
}

#[test]
fn a_smaller_volume_grows_in_place() {
    let example = Applied::example("sagemaker-notebook-instance");
    example.make_anew("VolumeSizeInGB", Some(json!(10)));
    example.is_repaired(
        &["volume_size_in_gb", "tags.reconcile:owner"],
        &[
            "sagemaker:StopNotebookInstance",
            "sagemaker:UpdateNotebookInstance",
            "sagemaker:StartNotebookInstance",
            "sagemaker:AddTags",
        ],
    );
}
