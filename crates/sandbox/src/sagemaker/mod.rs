//! SageMaker over JSON 1.1: notebook instances, their lifecycle configurations, and tags.

mod catalogue;
mod error;
mod input;
mod lifecycle;
mod listing;
mod notebook;
mod notebooks;
mod paging;
mod tags;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::aws::{self, Service};
use crate::http::{Request, Response};
use crate::iam;
use crate::sagemaker::error::SageMakerError;
use crate::sagemaker::input::Input;
use crate::sagemaker::lifecycle::LifecycleConfig;
use crate::sagemaker::notebook::Notebook;
use crate::sagemaker::tags::Tags;
use crate::world::{Settings, World};

/// What SageMaker holds, in all regions. Keys are `REGION/NAME` with the name in lower case, because ARNs are.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct State {
    pub(crate) notebooks: BTreeMap<String, Notebook>,
    pub(crate) lifecycle_configs: BTreeMap<String, LifecycleConfig>,
}

impl State {
    /// Settles what is due: instances start, stop and vanish by the clock.
    fn advance(&mut self, now: u64) {
        self.notebooks.retain(|_, notebook| notebook.advance(now));
    }
}

/// What a call answers: the members of its output.
type Answer = Result<Value, SageMakerError>;

/// One call in one region.
struct Call<'a> {
    state: &'a mut State,
    settings: &'a Settings,
    region: &'a str,
    /// Milliseconds since the Unix epoch.
    now: u64,
    /// Whether SageMaker can assume the role that the call names; true when it names none.
    role_is_assumable: bool,
}

impl Call<'_> {
    fn key(&self, name: &str) -> String {
        format!("{}/{}", self.region, name.to_lowercase())
    }

    /// The ARN of something in this region; its name is in lower case, as SageMaker writes it.
    fn arn(&self, kind: &str, name: &str) -> String {
        format!(
            "arn:{}:sagemaker:{}:{}:{kind}/{}",
            self.settings.partition,
            self.region,
            self.settings.account_id,
            name.to_lowercase()
        )
    }

    /// The notebook instances of this region.
    fn notebooks(&self) -> impl Iterator<Item = &Notebook> {
        let prefix = format!("{}/", self.region);
        self.state.notebooks.iter().filter(move |(key, _)| key.starts_with(&prefix)).map(|(_, notebook)| notebook)
    }

    fn notebook(&self, name: &str) -> Result<&Notebook, SageMakerError> {
        self.state
            .notebooks
            .get(&self.key(name))
            .filter(|notebook| notebook.name == name)
            .ok_or_else(SageMakerError::record_not_found)
    }

    fn notebook_mut(&mut self, name: &str) -> Result<&mut Notebook, SageMakerError> {
        let key = self.key(name);
        self.state
            .notebooks
            .get_mut(&key)
            .filter(|notebook| notebook.name == name)
            .ok_or_else(SageMakerError::record_not_found)
    }

    fn lifecycle_config(&self, name: &str) -> Option<&LifecycleConfig> {
        self.state.lifecycle_configs.get(&self.key(name)).filter(|config| config.name == name)
    }

    /// The tags of whatever bears an ARN, in this region.
    fn tags_mut(&mut self, arn: &str) -> Result<&mut Tags, SageMakerError> {
        let prefix = self.arn("", "");
        let prefix = prefix.trim_end_matches('/');
        if !arn.starts_with(prefix) {
            return Err(SageMakerError::resource_not_found(arn));
        }
        let notebooks = self.state.notebooks.values_mut().map(|notebook| (&notebook.arn, &mut notebook.tags));
        let configs = self.state.lifecycle_configs.values_mut().map(|config| (&config.arn, &mut config.tags));
        notebooks
            .chain(configs)
            .find(|(known, _)| *known == arn)
            .map(|(_, tags)| tags)
            .ok_or_else(|| SageMakerError::resource_not_found(arn))
    }
}

/// Answers one call.
pub(crate) fn handle(world: &mut World, request: &Request, region: &str) -> Response {
    let now = world.now;
    world.sagemaker.advance(now);
    match run(world, request, region) {
        Ok(body) => {
            let request_id = world.next_request_id();
            Response::of_type(200, "application/x-amz-json-1.1", body.to_string())
                .with_header("x-amzn-requestid", &request_id)
        }
        Err(SageMakerError { code, message }) => aws::refuse(world, Service::SageMaker, 400, code, &message),
    }
}

fn run(world: &mut World, request: &Request, region: &str) -> Answer {
    let operation = request
        .header("x-amz-target")
        .and_then(|target| target.strip_prefix("SageMaker."))
        .and_then(|name| OPERATIONS.iter().find(|operation| operation.name == name))
        .ok_or_else(SageMakerError::unknown_operation)?;
    let input = Input::read(request, operation.members)?;
    let role_arn = if operation.members.contains(&"RoleArn") { input.text("RoleArn")? } else { None };
    let role_is_assumable =
        role_arn.is_none_or(|arn| iam::may_be_assumed_by_service(world, arn, "sagemaker.amazonaws.com"));
    let mut call =
        Call { state: &mut world.sagemaker, settings: &world.settings, region, now: world.now, role_is_assumable };
    (operation.run)(&mut call, &input)
}

/// A notebook instance's or lifecycle configuration's name: letters and digits, with hyphens between them.
fn check_name<'a>(member: &str, name: &'a str) -> Result<&'a str, SageMakerError> {
    let well_formed = name.chars().all(|character| character.is_ascii_alphanumeric() || character == '-')
        && !name.is_empty()
        && !name.starts_with('-')
        && !name.ends_with('-');
    let constraint = if name.len() > 63 {
        "Member must have length less than or equal to 63"
    } else if well_formed {
        return Ok(name);
    } else {
        "Member must satisfy regular expression pattern: [a-zA-Z0-9](-*[a-zA-Z0-9])*"
    };
    Err(SageMakerError::constraint(member, &format!("'{name}'"), constraint))
}

/// One operation: its name, the members that it knows, and the function that answers it.
struct Operation {
    name: &'static str,
    members: &'static [&'static str],
    run: fn(&mut Call<'_>, &Input) -> Answer,
}

const fn operation(
    name: &'static str,
    members: &'static [&'static str],
    run: fn(&mut Call<'_>, &Input) -> Answer,
) -> Operation {
    Operation { name, members, run }
}

const NOTEBOOK_NAME: &[&str] = &["NotebookInstanceName"];
const CONFIG_NAME: &[&str] = &["NotebookInstanceLifecycleConfigName"];

const OPERATIONS: &[Operation] = &[
    operation("CreateNotebookInstance", notebooks::CREATE_MEMBERS, notebooks::create),
    operation("DescribeNotebookInstance", NOTEBOOK_NAME, notebooks::describe),
    operation("UpdateNotebookInstance", notebooks::UPDATE_MEMBERS, notebooks::update),
    operation("StartNotebookInstance", NOTEBOOK_NAME, notebooks::start),
    operation("StopNotebookInstance", NOTEBOOK_NAME, notebooks::stop),
    operation("DeleteNotebookInstance", NOTEBOOK_NAME, notebooks::delete),
    operation("ListNotebookInstances", listing::MEMBERS, listing::list),
    operation(
        "CreateNotebookInstanceLifecycleConfig",
        &["NotebookInstanceLifecycleConfigName", "OnCreate", "OnStart", "Tags"],
        lifecycle::create,
    ),
    operation("DescribeNotebookInstanceLifecycleConfig", CONFIG_NAME, lifecycle::describe),
    operation(
        "UpdateNotebookInstanceLifecycleConfig",
        &["NotebookInstanceLifecycleConfigName", "OnCreate", "OnStart"],
        lifecycle::update,
    ),
    operation("DeleteNotebookInstanceLifecycleConfig", CONFIG_NAME, lifecycle::delete),
    operation(
        "ListNotebookInstanceLifecycleConfigs",
        &["NextToken", "MaxResults", "SortBy", "SortOrder", "NameContains"],
        lifecycle::list,
    ),
    operation("AddTags", &["ResourceArn", "Tags"], tags::add),
    operation("DeleteTags", &["ResourceArn", "TagKeys"], tags::delete),
    operation("ListTags", &["ResourceArn", "NextToken", "MaxResults"], tags::list),
];
