use reconcile_core::id::Kind;
use reconcile_core::resource::NotebookInstance;
use serde_json::{Map, Value, json};

use super::lifecycle_config::{tag, untag};
use super::{Act, Drift, Subject, edit};
use crate::theirs;
use crate::world;

const UPDATE: &str = "sagemaker:UpdateNotebookInstance";
const STOP: &str = "sagemaker:StopNotebookInstance";
const START: &str = "sagemaker:StartNotebookInstance";
/// Notes on an instance that it ran.
const NOTE: &str = "sagemaker:AddTags";

pub(super) fn of(subject: &Subject<'_>, desired: &NotebookInstance, path: &str) -> Option<Vec<Drift>> {
    let live = || subject.live();
    let other =
        |field: &str, one: &str, other: &str| if live()[field] == one { other.to_owned() } else { one.to_owned() };
    let toggled = |field: &str| json!(other(field, "Enabled", "Disabled"));
    Some(match path {
        "instance_type" => {
            updated(subject, desired, path, "InstanceType", &json!(other(path, "ml.t3.large", "ml.t3.xlarge")))
        }
        "role_arn" => updated(subject, desired, path, "RoleArn", &json!(theirs::NOTEBOOK_ROLE_ARN)),
        // It runs since before its platform was retired: nobody can set that one any more.
        "platform_identifier" => {
            let calls = if runs(subject) { in_place(desired) } else { &[UPDATE] };
            vec![subject.drift(path, "is an old one", edited(subject, path, json!("notebook-al2-v2")), calls)]
        }
        "lifecycle_config_name" => {
            updated(subject, desired, path, "LifecycleConfigName", &json!(theirs::LIFECYCLE_CONFIG))
        }
        "root_access" => updated(subject, desired, path, "RootAccess", &toggled(path)),
        "ip_address_type" => updated(subject, desired, path, "IpAddressType", &json!(other(path, "ipv4", "dualstack"))),
        "minimum_instance_metadata_service_version" => {
            let version = other("minimum_metadata_version", "1", "2");
            let settings = json!({"MinimumInstanceMetadataServiceVersion": version});
            updated(subject, desired, path, "InstanceMetadataServiceConfiguration", &settings)
        }
        "default_code_repository" => {
            updated(subject, desired, path, "DefaultCodeRepository", &json!("https://example.com/by-hand.git"))
        }
        "additional_code_repositories" => {
            updated(subject, desired, path, "AdditionalCodeRepositories", &json!(["https://example.com/by-hand.git"]))
        }
        "volume_size_in_gb" => volume(subject, desired),
        "subnet_id" => fixed(subject, desired, path, &json!("subnet-99999999")),
        "security_group_ids" => fixed(subject, desired, path, &json!(["sg-99999999"])),
        "kms_key_id" => fixed(subject, desired, path, &json!("alias/by-hand")),
        "direct_internet_access" => fixed(subject, desired, path, &toggled(path)),
        "state" => state(subject),
        _ if path.starts_with("tags.") => subject.tags(
            path,
            |key, value| tag(&desired.arn, key, value),
            |key| untag(&desired.arn, key),
            "sagemaker:AddTags",
        ),
        _ => return None,
    })
}

/// What changes an instance that runs. Where the manifest does not say that it is to run, it is noted on the instance meanwhile.
fn in_place(desired: &NotebookInstance) -> &'static [&'static str] {
    const FORGET: &str = "sagemaker:DeleteTags";
    if desired.state.is_managed() { &[STOP, UPDATE, START] } else { &[NOTE, STOP, UPDATE, START, FORGET] }
}

fn runs(subject: &Subject<'_>) -> bool {
    subject.live()["status"] == "InService"
}

fn named(subject: &Subject<'_>, operation: &'static str) -> Act {
    Act::Sagemaker(operation, json!({"NotebookInstanceName": subject.name()}))
}

/// Something that is changed as a person does it: stop, change, start. Repairing takes the same.
fn updated(subject: &Subject<'_>, desired: &NotebookInstance, path: &str, member: &str, value: &Value) -> Vec<Drift> {
    let change =
        Act::Sagemaker("UpdateNotebookInstance", json!({"NotebookInstanceName": subject.name(), member: value}));
    if runs(subject) {
        let acts = vec![named(subject, "StopNotebookInstance"), change, named(subject, "StartNotebookInstance")];
        vec![subject.drift(path, "is another", acts, in_place(desired))]
    } else {
        vec![subject.drift(path, "is another", vec![change], &[UPDATE])]
    }
}

/// A volume that is too small grows in place; one that is too large can only be made anew.
fn volume(subject: &Subject<'_>, desired: &NotebookInstance) -> Vec<Drift> {
    let size = desired.volume_size_in_gb.value().copied().unwrap_or(5);
    let mut drifts = fixed(subject, desired, "volume_size_in_gb", &json!(size + 20));
    if size > 5 {
        let calls = if runs(subject) { in_place(desired) } else { &[UPDATE] };
        let acts = made_anew(subject, "volume_size_in_gb", &json!(5));
        drifts.push(subject.drift("volume_size_in_gb", "is smaller", acts, calls));
    }
    drifts
}

/// Somebody has made the instance anew with something that is fixed at creation.
fn fixed(subject: &Subject<'_>, desired: &NotebookInstance, path: &str, value: &Value) -> Vec<Drift> {
    let calls = ["sagemaker:DeleteNotebookInstance", "sagemaker:CreateNotebookInstance"];
    let stop: &[&str] = match (runs(subject), desired.state.is_managed()) {
        (false, _) => &[],
        (true, true) => &[STOP],
        (true, false) => &[NOTE, STOP],
    };
    let calls: Vec<_> = stop.iter().copied().chain(calls).collect();
    vec![subject.drift(path, "is another", made_anew(subject, path, value), &calls)]
}

/// What a creation calls the parts of the state.
const MEMBERS: [(&str, &str); 14] = [
    ("name", "NotebookInstanceName"),
    ("instance_type", "InstanceType"),
    ("role_arn", "RoleArn"),
    ("volume_size_in_gb", "VolumeSizeInGB"),
    ("platform_identifier", "PlatformIdentifier"),
    ("lifecycle_config_name", "LifecycleConfigName"),
    ("subnet_id", "SubnetId"),
    ("security_group_ids", "SecurityGroupIds"),
    ("kms_key_id", "KmsKeyId"),
    ("direct_internet_access", "DirectInternetAccess"),
    ("root_access", "RootAccess"),
    ("ip_address_type", "IpAddressType"),
    ("default_code_repository", "DefaultCodeRepository"),
    ("additional_code_repositories", "AdditionalCodeRepositories"),
];

/// Stops the instance, deletes it, and makes it again as it was, but for one part.
fn made_anew(subject: &Subject<'_>, path: &str, value: &Value) -> Vec<Act> {
    let mut live = subject.live();
    live[path] = value.clone();
    let set = MEMBERS.iter().filter(|(part, _)| !live[part].is_null());
    let mut body: Map<_, _> = set.map(|(part, member)| ((*member).to_owned(), live[part].clone())).collect();
    if let Some(version) = live["minimum_metadata_version"].as_str() {
        let settings = json!({"MinimumInstanceMetadataServiceVersion": version});
        body.insert("InstanceMetadataServiceConfiguration".to_owned(), settings);
    }
    let tags = live["tags"].as_object().into_iter().flatten().map(|(key, value)| json!({"Key": key, "Value": value}));
    body.insert("Tags".to_owned(), tags.collect());
    let stop = || named(subject, "StopNotebookInstance");
    let is_running = runs(subject);
    let mut acts: Vec<_> = is_running.then(stop).into_iter().collect();
    acts.push(named(subject, "DeleteNotebookInstance"));
    acts.push(Act::Sagemaker("CreateNotebookInstance", Value::Object(body)));
    acts.extend((!is_running).then(stop));
    acts
}

fn edited(subject: &Subject<'_>, path: &str, value: Value) -> Vec<Act> {
    edit(edited_field(subject.name(), path, value))
}

/// The edit that gives an instance another value in a field.
pub(super) fn edited_field(instance: &str, path: &str, value: Value) -> impl Fn(&mut Value) + use<> {
    let pointer = world::pointer(Kind::SagemakerNotebookInstance, instance);
    let path = path.to_owned();
    move |world| world.pointer_mut(&pointer).expect("the instance")[&path] = value.clone()
}

fn state(subject: &Subject<'_>) -> Vec<Drift> {
    if runs(subject) {
        vec![subject.drift("state", "is stopped", vec![named(subject, "StopNotebookInstance")], &[START])]
    } else {
        vec![subject.drift("state", "is started", vec![named(subject, "StartNotebookInstance")], &[STOP])]
    }
}
