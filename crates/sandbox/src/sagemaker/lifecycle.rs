//! Notebook instance lifecycle configurations: scripts that run when an instance is created or started.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::clock::epoch_seconds;
use crate::sagemaker::error::SageMakerError;
use crate::sagemaker::input::Input;
use crate::sagemaker::paging::page;
use crate::sagemaker::tags::{self, Tags};
use crate::sagemaker::{Answer, Call, check_name};

/// The most characters of a script's base64 text.
const MAXIMUM_CONTENT: usize = 16_384;
const NAME: &str = "NotebookInstanceLifecycleConfigName";

/// One lifecycle configuration.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct LifecycleConfig {
    pub(crate) name: String,
    pub(crate) arn: String,
    /// Base64, as sent.
    on_create: Option<String>,
    /// Base64, as sent.
    on_start: Option<String>,
    pub(crate) tags: Tags,
    created_at: u64,
    modified_at: u64,
}

impl LifecycleConfig {
    /// Why an instance cannot start with these scripts: they must begin with `#!` and end lines as Unix does.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        [&self.on_create, &self.on_start].into_iter().flatten().find_map(|content| {
            let script = STANDARD.decode(content).unwrap_or_default();
            if !script.starts_with(b"#!") {
                Some("exec format error: the script does not start with #!")
            } else if script.contains(&b'\r') {
                Some("bad interpreter: the script has carriage returns")
            } else {
                None
            }
        })
    }
}

/// The refusal that names a configuration which is not there.
pub(crate) fn missing(name: &str) -> SageMakerError {
    SageMakerError::validation(format!(
        "Unable to describe Notebook Instance Lifecycle Config '{name}'. (Details: Notebook Instance Lifecycle Config does not exist)"
    ))
}

/// `CreateNotebookInstanceLifecycleConfig`.
pub(crate) fn create(call: &mut Call<'_>, input: &Input) -> Answer {
    let name = check_name(NAME, input.required_text(NAME)?)?;
    let on_create = hook(input, "OnCreate")?;
    let on_start = hook(input, "OnStart")?;
    let tags = tags::given(input)?;
    let key = call.key(name);
    let arn = call.arn("notebook-instance-lifecycle-config", name);
    if call.state.lifecycle_configs.contains_key(&key) {
        return Err(SageMakerError::validation(format!(
            "Unable to create Notebook Instance Lifecycle Config {arn}. (Details: Notebook Instance Lifecycle Config already exists.)"
        )));
    }
    let config = LifecycleConfig {
        name: name.to_owned(),
        arn: arn.clone(),
        on_create,
        on_start,
        tags,
        created_at: call.now,
        modified_at: call.now,
    };
    call.state.lifecycle_configs.insert(key, config);
    Ok(json!({"NotebookInstanceLifecycleConfigArn": arn}))
}

/// `DescribeNotebookInstanceLifecycleConfig`.
pub(crate) fn describe(call: &mut Call<'_>, input: &Input) -> Answer {
    let config = find(call, input)?;
    let mut answer = summary(config);
    for (member, content) in [("OnCreate", &config.on_create), ("OnStart", &config.on_start)] {
        let hooks: Vec<Value> = content.iter().map(|content| json!({"Content": content})).collect();
        answer.insert(member.to_owned(), Value::Array(hooks));
    }
    Ok(Value::Object(answer))
}

/// `UpdateNotebookInstanceLifecycleConfig`: a hook that is not sent is taken away. AWS does not document what it does
/// then, so that a client which relies on either is found out.
pub(crate) fn update(call: &mut Call<'_>, input: &Input) -> Answer {
    let on_create = hook(input, "OnCreate")?;
    let on_start = hook(input, "OnStart")?;
    find(call, input)?;
    let now = call.now;
    let key = call.key(input.required_text(NAME)?);
    if let Some(config) = call.state.lifecycle_configs.get_mut(&key) {
        config.on_create = on_create;
        config.on_start = on_start;
        config.modified_at = now;
    }
    Ok(json!({}))
}

/// `DeleteNotebookInstanceLifecycleConfig`: refused while an instance uses it.
pub(crate) fn delete(call: &mut Call<'_>, input: &Input) -> Answer {
    let config = find(call, input)?;
    let used_by = call.notebooks().find(|notebook| notebook.lifecycle_config_name.as_ref() == Some(&config.name));
    if let Some(notebook) = used_by {
        return Err(SageMakerError::validation(format!(
            "Unable to delete Notebook Instance Lifecycle Config '{}'. (Details: Notebook Instance {} uses it)",
            config.name, notebook.arn
        )));
    }
    let key = call.key(&config.name);
    call.state.lifecycle_configs.remove(&key);
    Ok(json!({}))
}

/// `ListNotebookInstanceLifecycleConfigs`.
pub(crate) fn list(call: &mut Call<'_>, input: &Input) -> Answer {
    let limit = input.integer("MaxResults", 1, 100)?.unwrap_or(10);
    let contains = input.text("NameContains")?.unwrap_or_default();
    let sort_by = input.choice("SortBy", &["Name", "CreationTime", "LastModifiedTime"])?;
    let order = input.choice("SortOrder", &["Ascending", "Descending"])?;
    let prefix = format!("{}/", call.region);
    let mut configs: Vec<&LifecycleConfig> = call
        .state
        .lifecycle_configs
        .iter()
        .filter(|(key, config)| key.starts_with(&prefix) && config.name.contains(contains))
        .map(|(_, config)| config)
        .collect();
    match sort_by {
        Some("CreationTime") => configs.sort_by_key(|config| config.created_at),
        Some("LastModifiedTime") => configs.sort_by_key(|config| config.modified_at),
        _ => configs.sort_by(|left, right| left.name.cmp(&right.name)),
    }
    if order == Some("Descending") {
        configs.reverse();
    }
    let (configs, token) = page(input, limit, configs, |config| config.name.clone())?;
    let configs: Vec<Value> = configs.into_iter().map(|config| Value::Object(summary(config))).collect();
    let mut answer = json!({"NotebookInstanceLifecycleConfigs": configs});
    if let Some(token) = token {
        answer["NextToken"] = Value::String(token);
    }
    Ok(answer)
}

fn summary(config: &LifecycleConfig) -> Map<String, Value> {
    [
        (NAME.to_owned(), Value::from(config.name.as_str())),
        ("NotebookInstanceLifecycleConfigArn".to_owned(), Value::from(config.arn.as_str())),
        ("CreationTime".to_owned(), epoch_seconds(config.created_at)),
        ("LastModifiedTime".to_owned(), epoch_seconds(config.modified_at)),
    ]
    .into_iter()
    .collect()
}

fn find<'a>(call: &'a Call<'_>, input: &Input) -> Result<&'a LifecycleConfig, SageMakerError> {
    let name = check_name(NAME, input.required_text(NAME)?)?;
    call.lifecycle_config(name).ok_or_else(|| missing(name))
}

fn hook(input: &Input, member: &str) -> Result<Option<String>, SageMakerError> {
    let Some(hooks) = input.structures(member, 1, &["Content"])? else {
        return Ok(None);
    };
    let content = hooks.first().and_then(|hook| hook.get("Content")).and_then(Value::as_str);
    let Some(content) = content else {
        return Ok(None);
    };
    if content.is_empty() || content.len() > MAXIMUM_CONTENT {
        let constraint = format!("Member must have length between 1 and {MAXIMUM_CONTENT}, inclusive");
        return Err(SageMakerError::constraint(&format!("{member}.content"), "", &constraint));
    }
    if STANDARD.decode(content).is_err() {
        return Err(SageMakerError::validation(format!("The content of {member} is not encoded in base64.")));
    }
    Ok(Some(content.to_owned()))
}
