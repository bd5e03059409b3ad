//! Notebook instances: create, describe, update, start, stop, delete.

use serde_json::{Value, json};

use crate::sagemaker::catalogue;
use crate::sagemaker::error::SageMakerError;
use crate::sagemaker::input::Input;
use crate::sagemaker::lifecycle;
use crate::sagemaker::notebook::{Notebook, Settled, Settling, Status};
use crate::sagemaker::tags;
use crate::sagemaker::{Answer, Call, check_name};

/// The members of `CreateNotebookInstance`. `AcceleratorTypes` is refused: Elastic Inference is gone.
pub(crate) const CREATE_MEMBERS: &[&str] = &[
    "NotebookInstanceName",
    "InstanceType",
    "RoleArn",
    "SubnetId",
    "SecurityGroupIds",
    "IpAddressType",
    "KmsKeyId",
    "Tags",
    "LifecycleConfigName",
    "DirectInternetAccess",
    "VolumeSizeInGB",
    "DefaultCodeRepository",
    "AdditionalCodeRepositories",
    "RootAccess",
    "PlatformIdentifier",
    "InstanceMetadataServiceConfiguration",
];

/// The members of `UpdateNotebookInstance`.
pub(crate) const UPDATE_MEMBERS: &[&str] = &[
    "NotebookInstanceName",
    "InstanceType",
    "IpAddressType",
    "PlatformIdentifier",
    "RoleArn",
    "LifecycleConfigName",
    "DisassociateLifecycleConfig",
    "VolumeSizeInGB",
    "DefaultCodeRepository",
    "DisassociateDefaultCodeRepository",
    "AdditionalCodeRepositories",
    "DisassociateAdditionalCodeRepositories",
    "RootAccess",
    "InstanceMetadataServiceConfiguration",
];

const SMALLEST_VOLUME: u32 = 5;
const LARGEST_VOLUME: u32 = 16_384;
const MOST_SECURITY_GROUPS: usize = 5;
const MOST_REPOSITORIES: usize = 3;
const ENABLED: &[&str] = &["Enabled", "Disabled"];

/// `CreateNotebookInstance`.
pub(crate) fn create(call: &mut Call<'_>, input: &Input) -> Answer {
    let name = check_name("NotebookInstanceName", input.required_text("NotebookInstanceName")?)?;
    let mut notebook = Notebook {
        name: name.to_owned(),
        arn: call.arn("notebook-instance", name),
        status: Status::Pending,
        settling: None,
        failure_reason: None,
        instance_type: input.required_text("InstanceType")?.to_owned(),
        role_arn: input.required_text("RoleArn")?.to_owned(),
        volume_size_in_gb: SMALLEST_VOLUME,
        platform_identifier: catalogue::DEFAULT_PLATFORM.to_owned(),
        subnet_id: identifier(input, "SubnetId", "subnet-")?,
        security_group_ids: input.texts("SecurityGroupIds", MOST_SECURITY_GROUPS)?.unwrap_or_default(),
        kms_key_id: input.text("KmsKeyId")?.map(str::to_owned),
        direct_internet_access: input.choice("DirectInternetAccess", ENABLED)?.unwrap_or("Enabled").to_owned(),
        root_access: "Enabled".to_owned(),
        ip_address_type: "ipv4".to_owned(),
        minimum_metadata_version: "1".to_owned(),
        lifecycle_config_name: None,
        default_code_repository: None,
        additional_code_repositories: Vec::new(),
        tags: tags::given(input)?,
        created_at: call.now,
        modified_at: call.now,
    };
    change(call, input, &mut notebook)?;
    check_network(&notebook)?;
    let retired_allowed = call.settings.behaviour.retired_platforms;
    catalogue::check_platform(&notebook.platform_identifier, &notebook.instance_type, retired_allowed)?;
    let key = call.key(name);
    if call.state.notebooks.contains_key(&key) {
        return Err(SageMakerError::validation(format!(
            "Cannot create a duplicate Notebook Instance ({})",
            notebook.arn
        )));
    }
    notebook.settling = Some(starting(call, &notebook));
    let arn = notebook.arn.clone();
    call.state.notebooks.insert(key, notebook);
    Ok(json!({"NotebookInstanceArn": arn}))
}

/// `DescribeNotebookInstance`.
pub(crate) fn describe(call: &mut Call<'_>, input: &Input) -> Answer {
    let notebook = call.notebook(input.required_text("NotebookInstanceName")?)?;
    Ok(Value::Object(notebook.description()))
}

/// `UpdateNotebookInstance`: legal only while the instance does not run; afterwards it is stopped.
pub(crate) fn update(call: &mut Call<'_>, input: &Input) -> Answer {
    let name = input.required_text("NotebookInstanceName")?;
    let mut notebook = call.notebook(name)?.clone();
    let settling = Settling { settles_at: call.now + call.settings.behaviour.notebook_update, to: Settled::Stopped };
    notebook.begin(&[Status::Stopped, Status::Failed], Status::Updating, settling, call.now)?;
    change(call, input, &mut notebook)?;
    *call.notebook_mut(name)? = notebook;
    Ok(json!({}))
}

/// `StartNotebookInstance`: a retired platform can be started no more than created.
pub(crate) fn start(call: &mut Call<'_>, input: &Input) -> Answer {
    let name = input.required_text("NotebookInstanceName")?;
    let notebook = call.notebook(name)?;
    let retired_allowed = call.settings.behaviour.retired_platforms;
    catalogue::check_platform(&notebook.platform_identifier, &notebook.instance_type, retired_allowed)?;
    let settling = starting(call, notebook);
    let now = call.now;
    call.notebook_mut(name)?.begin(&[Status::Stopped, Status::Failed], Status::Pending, settling, now)?;
    Ok(json!({}))
}

/// `StopNotebookInstance`.
pub(crate) fn stop(call: &mut Call<'_>, input: &Input) -> Answer {
    let now = call.now;
    let settling = Settling { settles_at: now + call.settings.behaviour.notebook_stop, to: Settled::Stopped };
    call.notebook_mut(input.required_text("NotebookInstanceName")?)?.begin(
        &[Status::InService],
        Status::Stopping,
        settling,
        now,
    )?;
    Ok(json!({}))
}

/// `DeleteNotebookInstance`.
pub(crate) fn delete(call: &mut Call<'_>, input: &Input) -> Answer {
    let now = call.now;
    let settling = Settling { settles_at: now + call.settings.behaviour.notebook_delete, to: Settled::Gone };
    call.notebook_mut(input.required_text("NotebookInstanceName")?)?.begin(
        &[Status::Stopped, Status::Failed],
        Status::Deleting,
        settling,
        now,
    )?;
    Ok(json!({}))
}

/// How a start ends: in service, unless the instance's scripts cannot run.
fn starting(call: &Call<'_>, notebook: &Notebook) -> Settling {
    let fault = notebook
        .lifecycle_config_name
        .as_ref()
        .and_then(|name| call.lifecycle_config(name))
        .and_then(|config| Some((config, config.fault()?)));
    let to = match fault {
        None => Settled::InService,
        Some((config, fault)) => Settled::Failed {
            reason: format!(
                "Notebook Instance Lifecycle Config '{}' for Notebook Instance '{}' failed: {fault}",
                config.arn, notebook.arn
            ),
        },
    };
    Settling { settles_at: call.now + call.settings.behaviour.notebook_start, to }
}

/// Takes over the members that both creating and updating know. Nothing of it lasts when one is refused.
fn change(call: &Call<'_>, input: &Input, notebook: &mut Notebook) -> Result<(), SageMakerError> {
    if let Some(instance_type) = input.text("InstanceType")? {
        catalogue::check_instance_type(instance_type)?;
        instance_type.clone_into(&mut notebook.instance_type);
    }
    if let Some(role_arn) = input.text("RoleArn")? {
        check_role(call, role_arn)?;
        role_arn.clone_into(&mut notebook.role_arn);
    }
    if let Some(size) = input.integer("VolumeSizeInGB", SMALLEST_VOLUME, LARGEST_VOLUME)? {
        change_volume(notebook, size)?;
    }
    if let Some(platform) = input.text("PlatformIdentifier")? {
        change_platform(call, notebook, platform)?;
    }
    if let Some(access) = input.choice("RootAccess", ENABLED)? {
        access.clone_into(&mut notebook.root_access);
    }
    if let Some(address_type) = input.choice("IpAddressType", &["ipv4", "dualstack"])? {
        address_type.clone_into(&mut notebook.ip_address_type);
    }
    change_metadata_version(input, notebook)?;
    change_lifecycle(call, input, notebook)?;
    change_repositories(input, notebook)
}

fn check_role(call: &Call<'_>, role_arn: &str) -> Result<(), SageMakerError> {
    if !role_arn.starts_with("arn:") || !role_arn.contains(":role/") || role_arn.len() > 2048 {
        let constraint =
            r"Member must satisfy regular expression pattern: arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+";
        return Err(SageMakerError::constraint("RoleArn", &format!("'{role_arn}'"), constraint));
    }
    if call.role_is_assumable {
        return Ok(());
    }
    Err(SageMakerError::validation(format!(
        "Could not assume role {role_arn}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role."
    )))
}

fn change_volume(notebook: &mut Notebook, size: u32) -> Result<(), SageMakerError> {
    let present = notebook.volume_size_in_gb;
    if size < present {
        return Err(SageMakerError::validation(format!(
            "Unable to decrease the volume size from {present} GB to {size} GB for Notebook Instance ({})",
            notebook.arn
        )));
    }
    notebook.volume_size_in_gb = size;
    Ok(())
}

fn change_platform(call: &Call<'_>, notebook: &mut Notebook, platform: &str) -> Result<(), SageMakerError> {
    let retired_allowed = call.settings.behaviour.retired_platforms;
    catalogue::check_platform(platform, &notebook.instance_type, retired_allowed)?;
    if notebook.platform_identifier == "notebook-al1-v1" && platform != "notebook-al1-v1" {
        return Err(SageMakerError::validation(format!(
            "Platform identifier (notebook-al1-v1) cannot be updated for Notebook Instance ({})",
            notebook.arn
        )));
    }
    platform.clone_into(&mut notebook.platform_identifier);
    Ok(())
}

fn change_metadata_version(input: &Input, notebook: &mut Notebook) -> Result<(), SageMakerError> {
    const MEMBER: &str = "MinimumInstanceMetadataServiceVersion";
    let Some(configuration) = input.structure("InstanceMetadataServiceConfiguration", &[MEMBER])? else {
        return Ok(());
    };
    match configuration.get(MEMBER).and_then(Value::as_str) {
        Some(version @ ("1" | "2")) => {
            version.clone_into(&mut notebook.minimum_metadata_version);
            Ok(())
        }
        other => Err(SageMakerError::constraint(
            MEMBER,
            &other.map_or("null".to_owned(), |text| format!("'{text}'")),
            "Member must satisfy regular expression pattern: 1|2",
        )),
    }
}

fn change_lifecycle(call: &Call<'_>, input: &Input, notebook: &mut Notebook) -> Result<(), SageMakerError> {
    let removed = is_removed(input, "LifecycleConfigName", "DisassociateLifecycleConfig")?;
    if removed {
        notebook.lifecycle_config_name = None;
    }
    if let Some(name) = input.text("LifecycleConfigName")? {
        call.lifecycle_config(name).ok_or_else(|| lifecycle::missing(name))?;
        notebook.lifecycle_config_name = Some(name.to_owned());
    }
    Ok(())
}

fn change_repositories(input: &Input, notebook: &mut Notebook) -> Result<(), SageMakerError> {
    if is_removed(input, "DefaultCodeRepository", "DisassociateDefaultCodeRepository")? {
        notebook.default_code_repository = None;
    }
    if is_removed(input, "AdditionalCodeRepositories", "DisassociateAdditionalCodeRepositories")? {
        notebook.additional_code_repositories.clear();
    }
    if let Some(repository) = input.text("DefaultCodeRepository")? {
        notebook.default_code_repository = Some(check_repository(repository)?.to_owned());
    }
    if let Some(repositories) = input.texts("AdditionalCodeRepositories", MOST_REPOSITORIES)? {
        for repository in &repositories {
            check_repository(repository)?;
        }
        notebook.additional_code_repositories = repositories;
    }
    Ok(())
}

fn check_repository(repository: &str) -> Result<&str, SageMakerError> {
    let is_name = check_name("DefaultCodeRepository", repository).is_ok();
    if is_name || (repository.starts_with("https://") && repository.len() <= 1024) {
        return Ok(repository);
    }
    let constraint =
        "Member must satisfy regular expression pattern: https://([^/]+)/?(.*)$|^[a-zA-Z0-9](-*[a-zA-Z0-9])*";
    Err(SageMakerError::constraint("CodeRepository", &format!("'{repository}'"), constraint))
}

/// Whether a `Disassociate…` flag is set, which excludes giving the member itself.
fn is_removed(input: &Input, member: &str, flag: &str) -> Result<bool, SageMakerError> {
    let removed = input.flag(flag)?;
    if removed && input.is_given(member) {
        return Err(SageMakerError::validation(format!("{member} and {flag} cannot be given together.")));
    }
    Ok(removed)
}

fn identifier(input: &Input, member: &str, prefix: &str) -> Result<Option<String>, SageMakerError> {
    match input.text(member)? {
        Some(text) if !text.starts_with(prefix) || text.len() > 32 => Err(SageMakerError::constraint(
            member,
            &format!("'{text}'"),
            "Member must satisfy regular expression pattern: [-0-9a-zA-Z]+",
        )),
        text => Ok(text.map(str::to_owned)),
    }
}

fn check_network(notebook: &Notebook) -> Result<(), SageMakerError> {
    if notebook.subnet_id.is_some() {
        return Ok(());
    }
    if notebook.direct_internet_access == "Disabled" {
        return Err(SageMakerError::validation("A SubnetId is required when DirectInternetAccess is Disabled."));
    }
    if !notebook.security_group_ids.is_empty() {
        return Err(SageMakerError::validation("A SubnetId is required when SecurityGroupIds are specified."));
    }
    Ok(())
}
