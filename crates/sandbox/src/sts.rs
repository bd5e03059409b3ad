//! STS over the query protocol: who am I, and sessions of roles.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::authorization;
use crate::aws::{self, Credential, Service};
use crate::clock::iso8601;
use crate::http::{Request, Response};
use crate::iam::xml::Xml;
use crate::iam::{self, IamError, Parameters};
use crate::world::World;

/// The calls that are answered.
pub(crate) const OPERATIONS: [&str; 2] = ["GetCallerIdentity", "AssumeRole"];

/// The version of STS's API, which every call names.
const VERSION: &str = "2011-06-15";
const DEFAULT_DURATION: u32 = 3600;
const SHORTEST_DURATION: u32 = 900;
/// How long it is known of a session that it has ended, in milliseconds: what bears its key may still be on its way.
const REMEMBERED: u64 = 12 * 60 * 60 * 1000;

/// The sessions that were issued. Their secret keys are not kept, because signatures are not verified.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// By access key id.
    sessions: BTreeMap<String, Session>,
}

/// One session of a role.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) arn: String,
    user_id: String,
    /// Milliseconds since the Unix epoch.
    pub(crate) expires_at: u64,
}

impl State {
    /// The session that an access key belongs to.
    pub(crate) fn session(&self, access_key: &str) -> Option<&Session> {
        self.sessions.get(access_key)
    }

    /// Ends a session; returns whether there is one.
    pub(crate) fn expire(&mut self, access_key: &str, now: u64) -> bool {
        let session = self.sessions.get_mut(access_key);
        session.map(|session| session.expires_at = now).is_some()
    }
}

/// Answers one call.
pub(crate) fn handle(world: &mut World, request: &Request, credential: &Credential) -> Response {
    let answer = Parameters::read(request).and_then(|parameters| {
        if parameters.version != VERSION {
            return Err(IamError::invalid_action(&parameters.action, &parameters.version));
        }
        match parameters.action.as_str() {
            "GetCallerIdentity" => {
                parameters.check_known(&[])?;
                Ok(("GetCallerIdentity", caller_identity(world, credential)))
            }
            "AssumeRole" => Ok(("AssumeRole", assume_role(world, &parameters, credential)?)),
            other => Err(IamError::invalid_action(other, VERSION)),
        }
    });
    match answer {
        Ok((operation, result)) => aws::query_answer(world, Service::Sts, operation, Some(result)),
        Err(IamError { status, code, message }) => aws::refuse(world, Service::Sts, status, code, &message),
    }
}

/// The ARN and the unique id of whoever calls.
fn caller(world: &World, credential: &Credential) -> (String, String) {
    match (world.sts.session(&credential.access_key), authorization::acting(world, &credential.access_key)) {
        (Some(session), _) => (session.arn.clone(), session.user_id.clone()),
        (None, Some((role, session_arn))) => {
            let id = world.iam.role(&role).map_or("AROASANDBOXSANDBOXSAN", |role| role.id.as_str());
            (session_arn, format!("{id}:sandbox"))
        }
        (None, None) => (
            format!("arn:{}:iam::{}:user/sandbox", world.settings.partition, world.settings.account_id),
            "AIDASANDBOXSANDBOXSAN".to_owned(),
        ),
    }
}

fn caller_identity(world: &World, credential: &Credential) -> Xml {
    let (arn, user_id) = caller(world, credential);
    let mut xml = Xml::default();
    xml.leaf("Arn", &arn);
    xml.leaf("UserId", &user_id);
    xml.leaf("Account", &world.settings.account_id);
    xml
}

fn assume_role(world: &mut World, parameters: &Parameters, credential: &Credential) -> Result<Xml, IamError> {
    parameters.check_known(&["RoleArn", "RoleSessionName", "DurationSeconds", "ExternalId"])?;
    let role_arn = parameters.required("RoleArn")?;
    let session_name = session_name(parameters)?;
    let (caller_arn, _) = caller(world, credential);
    let context: BTreeMap<String, Vec<String>> = parameters
        .optional("ExternalId")
        .map(|id| ("sts:ExternalId".to_owned(), vec![id.to_owned()]))
        .into_iter()
        .collect();
    let denied = || {
        IamError::access_denied(format!(
            "User: {caller_arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
        ))
    };
    if !iam::may_be_assumed(world, role_arn, &caller_arn, context) {
        return Err(denied());
    }
    let role = world.iam.role_by_arn(role_arn).ok_or_else(denied)?;
    let duration = parameters
        .integer("DurationSeconds", SHORTEST_DURATION, role.max_session_duration)?
        .unwrap_or(DEFAULT_DURATION);
    let session = Session {
        arn: format!(
            "arn:{}:sts::{}:assumed-role/{}/{session_name}",
            world.settings.partition, world.settings.account_id, role.name
        ),
        user_id: format!("{}:{session_name}", role.id),
        expires_at: world.now + world.settings.behaviour.session.unwrap_or(u64::from(duration) * 1000),
    };
    let access_key = world.iam.next_id("ASIA");
    let xml = credentials(&access_key, &session);
    let now = world.now;
    world.sts.sessions.retain(|_, session| session.expires_at + REMEMBERED > now);
    world.sts.sessions.insert(access_key, session);
    Ok(xml)
}

fn session_name(parameters: &Parameters) -> Result<&str, IamError> {
    let name = parameters.required("RoleSessionName")?;
    let allowed = |character: char| character.is_ascii_alphanumeric() || "+=,.@_-".contains(character);
    if (2..=64).contains(&name.chars().count()) && name.chars().all(allowed) {
        return Ok(name);
    }
    let constraint = r"Member must satisfy regular expression pattern: [\w+=,.@-]{2,64}";
    Err(IamError::constraint("RoleSessionName", Some(name), constraint))
}

/// The secret is derived from the key's name: it has the form that clients expect, and protects nothing here.
fn credentials(access_key: &str, session: &Session) -> Xml {
    let digest = Sha256::digest(access_key);
    let secret: String = STANDARD.encode(digest).chars().take(40).collect();
    let mut xml = Xml::default();
    xml.node("Credentials", |xml| {
        xml.leaf("AccessKeyId", access_key);
        xml.leaf("SecretAccessKey", &secret);
        xml.leaf("SessionToken", "sandbox-session-token");
        xml.leaf("Expiration", &iso8601(session.expires_at));
    });
    xml.node("AssumedRoleUser", |xml| {
        xml.leaf("AssumedRoleId", &session.user_id);
        xml.leaf("Arn", &session.arn);
    });
    xml
}
