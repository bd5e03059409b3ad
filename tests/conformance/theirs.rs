//! What is none of the manifest's business, and has to survive bit for bit.

use reconcile_core::field::Field;
use reconcile_core::resource::{LifecycleConfig, NotebookInstance, Resource, Role};
use serde_json::json;

use crate::bench::Bench;
use crate::drifts::{foreign_document, foreign_trust};
use crate::support::behind::Hand;
use crate::support::lab::WORKSPACE_ROLE;

/// A role of theirs that SageMaker may assume.
pub(crate) const NOTEBOOK_ROLE_ARN: &str = "arn:aws:iam::111122223333:role/their-notebooks";
/// A lifecycle configuration of theirs.
pub(crate) const LIFECYCLE_CONFIG: &str = "their-config";
/// A registered instance profile of theirs.
pub(crate) const PROFILE_ARN: &str = "arn:aws:iam::111122223333:instance-profile/their-profile";

const TRUSTING_DATABRICKS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::414351767826:root"},"Action":"sts:AssumeRole"}]}"#;
const TRUSTING_SAGEMAKER: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":["sagemaker.amazonaws.com","ec2.amazonaws.com"]},"Action":"sts:AssumeRole"}]}"#;

/// Makes the workspace's role as whoever set the workspace up left it behind: the sandbox's account is born with one.
pub(crate) fn make_workspace_role(hand: &Hand) {
    let role = ("RoleName", WORKSPACE_ROLE);
    hand.iam("CreateRole", &[role, ("AssumeRolePolicyDocument", TRUSTING_DATABRICKS), ("Description", "Theirs")]);
    hand.iam("PutRolePolicy", &[role, ("PolicyName", "own"), ("PolicyDocument", &foreign_document())]);
    hand.iam("AttachRolePolicy", &[role, ("PolicyArn", "arn:aws:iam::aws:policy/ReadOnlyAccess")]);
}

/// Makes one of each kind of AWS, with tags and whatever they can have.
pub(crate) fn make_in_the_account(hand: &Hand) {
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
}

/// Makes one of each kind of the workspace.
pub(crate) fn make_in_the_workspace(hand: &Hand) {
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
pub(crate) fn add_to(bench: &Bench<'_>) {
    for declared in &bench.shipped.manifest.resources {
        if declared.resource.tags().is_some() {
            tag(&declared.resource, "theirs", Some("1"), &bench.hand);
        }
        match &declared.resource {
            Resource::Role(role) => add_to_role(role, &bench.hand),
            Resource::NotebookInstance(instance) if bench.has("sagemaker:UpdateNotebookInstance") => {
                add_to_notebook_instance(instance, &bench.hand);
            }
            Resource::Cluster(cluster) => add_to_cluster(&cluster.name, &bench.hand),
            // All that these have beside tags is what the manifest says.
            Resource::NotebookInstance(_)
            | Resource::ManagedPolicy(_)
            | Resource::InstanceProfile(_)
            | Resource::LifecycleConfig(_)
            | Resource::Registration(_)
            | Resource::Notebook(_) => {}
        }
    }
}

fn add_to_role(role: &Role, hand: &Hand) {
    let name = ("RoleName", role.name.as_str());
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

fn add_to_notebook_instance(instance: &NotebookInstance, hand: &Hand) {
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
    let scripts = json!([{"workspace": {"destination": "/Shared/theirs.sh"}}]);
    let change = json!({
        "cluster_id": hand.cluster_id(name),
        "update_mask": "init_scripts",
        "cluster": {"init_scripts": scripts},
    });
    hand.databricks("2.1/clusters/update", &change);
}

/// Gives a resource a tag, or takes it away.
///
/// # Panics
///
/// Panics where the kind takes no tags.
pub(crate) fn tag(resource: &Resource, key: &str, value: Option<&str>, hand: &Hand) {
    match resource {
        Resource::Role(role) => tag_in_iam("Role", ("RoleName", &role.name), key, value, hand),
        Resource::ManagedPolicy(policy) => tag_in_iam("Policy", ("PolicyArn", &policy.arn), key, value, hand),
        Resource::InstanceProfile(profile) => {
            tag_in_iam("InstanceProfile", ("InstanceProfileName", &profile.name), key, value, hand);
        }
        Resource::LifecycleConfig(LifecycleConfig { arn, .. })
        | Resource::NotebookInstance(NotebookInstance { arn, .. }) => match value {
            Some(value) => {
                let tags = json!([{"Key": key, "Value": value}]);
                hand.sagemaker("AddTags", &json!({"ResourceArn": arn, "Tags": tags}));
            }
            None => drop(hand.sagemaker("DeleteTags", &json!({"ResourceArn": arn, "TagKeys": [key]}))),
        },
        Resource::Cluster(cluster) => tag_cluster(&cluster.name, key, value, hand),
        Resource::Registration(_) | Resource::Notebook(_) => panic!("{} takes no tags", resource.name()),
    }
}

fn tag_in_iam(kind: &str, name: (&str, &str), key: &str, value: Option<&str>, hand: &Hand) {
    match value {
        Some(value) => {
            let tag = [name, ("Tags.member.1.Key", key), ("Tags.member.1.Value", value)];
            hand.iam(&format!("Tag{kind}"), &tag);
        }
        None => drop(hand.iam(&format!("Untag{kind}"), &[name, ("TagKeys.member.1", key)])),
    }
}

/// An update sends all tags.
fn tag_cluster(name: &str, key: &str, value: Option<&str>, hand: &Hand) {
    let id = hand.cluster_id(name);
    let mut tags = hand.databricks_get(&format!("2.1/clusters/get?cluster_id={id}"))["custom_tags"].take();
    match value {
        Some(value) => tags[key] = value.into(),
        None => drop(tags.as_object_mut().expect("tags").remove(key)),
    }
    let change = json!({"cluster_id": id, "update_mask": "custom_tags", "cluster": {"custom_tags": tags}});
    hand.databricks("2.1/clusters/update", &change);
}
