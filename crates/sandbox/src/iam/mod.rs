//! IAM over the query protocol: roles, instance profiles, managed policies, account details.

mod access;
mod account;
mod aws_managed;
mod documents;
mod error;
mod instance_profiles;
mod names;
mod operations;
mod page;
mod parameters;
pub(crate) mod permissions;
mod policies;
mod quotas;
mod render;
mod role_policies;
mod roles;
mod state;
mod tags;
mod trust;
mod usage;
mod versions;
pub(crate) mod xml;

pub(crate) use access::{PassRole, may_be_assumed, may_be_assumed_by_service, may_pass_role};
pub(crate) use error::IamError;
pub(crate) use parameters::Parameters;
pub(crate) use state::State;

use crate::aws::{self, Service};
use crate::http::{Request, Response};
use crate::iam::account::Account;
use crate::iam::xml::Xml;
use crate::world::World;

/// The version of IAM's API, which every call names.
const VERSION: &str = "2010-05-08";

/// Answers one call.
pub(crate) fn handle(world: &mut World, request: &Request) -> Response {
    match run(world, request) {
        Ok((operation, result)) => aws::query_answer(world, Service::Iam, operation, result),
        Err(IamError { status, code, message }) => aws::refuse(world, Service::Iam, status, code, &message),
    }
}

fn run(world: &mut World, request: &Request) -> Result<(&'static str, Option<Xml>), IamError> {
    let parameters = Parameters::read(request)?;
    let operation = operations::find(&parameters.action)
        .filter(|_| parameters.version == VERSION)
        .ok_or_else(|| IamError::invalid_action(&parameters.action, &parameters.version))?;
    parameters.check_known(operation.parameters)?;
    let mut account = Account { state: &mut world.iam, settings: &world.settings, now: world.now };
    let result = (operation.run)(&mut account, &parameters)?;
    Ok((operation.name, result))
}
