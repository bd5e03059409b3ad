//! What is none of the manifest's business, and has to survive bit for bit.

use reconcile_core::field::Field;
use reconcile_core::resource::{NotebookInstance, Resource, Role};
use serde_json::json;

use crate::drifts::{foreign_document, foreign_trust};
use crate::shipped::Shipped;
use crate::support::behind::Hand;
use crate::support::lab::WORKSPACE_ROLE;

/// A role of theirs that SageMaker may assume.
pub(crate) const NOTEBOOK_ROLE_ARN: &str = "arn:aws:iam::111122223333:role/their-notebooks";
/// A lifecycle configuration of theirs.
pub(crate) const LIFECYCLE_CONFIG: &str = "their-config";
/// A registered instance profile of theirs.
pub(crate) const PROFILE_ARN: &str = "arn:aws:iam::111122223333:instance-profile/their-profile";

const TRUSTING_SAGEMAKER: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["sagemaker.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole"}]}"#;

/// Makes one of each kind, with tags and whatever they can have.
pub(crate) fn make(hand: &Hand) {
    let role = ("RoleName", "their-notebooks");
    hand.iam("CreateRole", &[role, ("AssumeRolePolicyDocument", TRUSTING_SAGEMAKER), ("Description", "Theirs")]);
    hand.iam("PutRolePolicy", &[role, ("PolicyName", "own"), ("PolicyDocument", &foreign_document())]);
    hand.iam("TagRole", &[role, ("Tags.member.1.Key", "theirs"), ("Tags.member.1.Value", "1")]);
    hand.iam("CreatePolicy", &[("PolicyName", "their-policy"), ("PolicyDocument", &foreign_document())]);
    hand.iam("AttachRolePolicy", &[role, ("PolicyArn", "arn:aws:iam::111122223333:policy/their-policy")]);
    let profile = ("InstanceProfileName", "their-profile");
    hand.iam("CreateInstanceProfile", &[profile]);
    hand.iam("AddRoleToInstanceProfile", &[profile, role]);
    let config = json!({"NotebookInstanceLifecycleConfigName": LIFECYCLE_CONFIG});
    hand.sagemaker("CreateNotebookInstanceLifecycleConfig", &config);
    let instance = json!({
        "NotebookInstanceName": "their-notebooks",
        "InstanceType": "ml.t3.medium",
        "RoleArn": NOTEBOOK_ROLE_ARN,
        "Tags": [{"Key": "theirs", "Value": "1"}],
    });
    hand.sagemaker("CreateNotebookInstance", &instance);
    make_in_the_workspace(hand);
}

fn make_in_the_workspace(hand: &Hand) {
    let registration = json!({"instance_profile_arn": PROFILE_ARN, "skip_validation": true});
    hand.databricks("2.0/instance-profiles/add", &registration);
    let cluster = json!({
        "cluster_name": "theirs",
        "spark_version": "15.4.x-scala2.12",
        "node_type_id": "i3.xlarge",
        "num_workers": 1,
        "custom_tags": {"theirs": "1"},
    });
    hand.databricks("2.1/clusters/create", &cluster);
    let notebook = json!({"path": "/theirs", "content": "MQ==", "format": "SOURCE", "language": "PYTHON"});
    hand.databricks("2.0/workspace/import", &notebook);
}

/// Adds to the manifest's own resources what it says nothing of.
pub(crate) fn add_to(shipped: &Shipped, hand: &Hand) {
    for declared in &shipped.manifest.resources {
        match &declared.resource {
            Resource::Role(role) => add_to_role(role, hand),
            Resource::ManagedPolicy(policy) => {
                let tag = [("Tags.member.1.Key", "theirs"), ("Tags.member.1.Value", "1")];
                hand.iam("TagPolicy", &[("PolicyArn", policy.arn.as_str()), tag[0], tag[1]]);
            }
            Resource::InstanceProfile(profile) => {
                let tag = [("Tags.member.1.Key", "theirs"), ("Tags.member.1.Value", "1")];
                hand.iam("TagInstanceProfile", &[("InstanceProfileName", profile.name.as_str()), tag[0], tag[1]]);
            }
            Resource::LifecycleConfig(config) => tag_in_sagemaker(&config.arn, hand),
            Resource::NotebookInstance(instance) => add_to_notebook_instance(instance, hand),
            Resource::Cluster(cluster) => add_to_cluster(&cluster.name, hand),
            // All that these two have is what the manifest says.
            Resource::Registration(_) | Resource::Notebook(_) => {}
        }
    }
}

fn add_to_role(role: &Role, hand: &Hand) {
    let name = ("RoleName", role.name.as_str());
    hand.iam("TagRole", &[name, ("Tags.member.1.Key", "theirs"), ("Tags.member.1.Value", "1")]);
    if role.existing || role.inline_policies == Field::Absent {
        hand.iam("PutRolePolicy", &[name, ("PolicyName", "theirs"), ("PolicyDocument", &foreign_document())]);
    }
    if role.managed_policies == Field::Absent {
        hand.iam("AttachRolePolicy", &[name, ("PolicyArn", "arn:aws:iam::111122223333:policy/their-policy")]);
    }
    if role.existing && role.name != WORKSPACE_ROLE {
        hand.iam("UpdateAssumeRolePolicy", &[name, ("PolicyDocument", &foreign_trust())]);
    }
    if role.description == Field::Absent && role.max_session_duration == Field::Absent {
        hand.iam("UpdateRole", &[name, ("Description", "Theirs"), ("MaxSessionDuration", "14400")]);
    }
}

fn tag_in_sagemaker(arn: &str, hand: &Hand) {
    hand.sagemaker("AddTags", &json!({"ResourceArn": arn, "Tags": [{"Key": "theirs", "Value": "1"}]}));
}

fn add_to_notebook_instance(instance: &NotebookInstance, hand: &Hand) {
    tag_in_sagemaker(&instance.arn, hand);
    if instance.default_code_repository == Field::Absent {
        let name = json!({"NotebookInstanceName": instance.name});
        hand.sagemaker("StopNotebookInstance", &name);
        let change =
            json!({"NotebookInstanceName": instance.name, "DefaultCodeRepository": "https://example.com/theirs.git"});
        hand.sagemaker("UpdateNotebookInstance", &change);
        hand.sagemaker("StartNotebookInstance", &name);
    }
}

fn add_to_cluster(name: &str, hand: &Hand) {
    let id = hand.cluster_id(name);
    let live = hand.databricks_get(&format!("2.1/clusters/get?cluster_id={id}"));
    let mut tags = live["custom_tags"].clone();
    tags["theirs"] = "1".into();
    let scripts = json!([{"workspace": {"destination": "/Shared/theirs.sh"}}]);
    let change = json!({
        "cluster_id": id,
        "update_mask": "custom_tags,init_scripts",
        "cluster": {"custom_tags": tags, "init_scripts": scripts},
    });
    hand.databricks("2.1/clusters/update", &change);
}
