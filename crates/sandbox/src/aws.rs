//! What the AWS services have in common: whom a call comes from, which service it is for, and the forms of a refusal.

use serde_json::{Map, Value, json};

use crate::http::{Request, Response};
use crate::iam::xml::Xml;
use crate::recorder::Description;
use crate::world::World;
use crate::{authorization, clock, iam, sagemaker, sts};

/// The access key that is always accepted.
pub(crate) const ACCESS_KEY: &str = "sandbox";

/// The AWS services that the sandbox serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Iam,
    Sts,
    SageMaker,
}

impl Service {
    /// The name in a credential scope and in the record.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Sts => "sts",
            Self::SageMaker => "sagemaker",
        }
    }

    fn of_name(name: &str) -> Option<Self> {
        [Self::Iam, Self::Sts, Self::SageMaker].into_iter().find(|service| service.name() == name)
    }

    /// The namespace of the service's XML answers.
    fn namespace(self) -> &'static str {
        match self {
            Self::Iam | Self::SageMaker => "https://iam.amazonaws.com/doc/2010-05-08/",
            Self::Sts => "https://sts.amazonaws.com/doc/2011-06-15/",
        }
    }
}

/// What the `Authorization` header says of a call. Signatures are not verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credential {
    pub(crate) access_key: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

/// The credential scope of a request signed with Signature Version 4.
pub(crate) fn credential(request: &Request) -> Option<Credential> {
    let header = request.header("authorization")?;
    let (_, rest) = header.split_once("Credential=")?;
    let scope = rest.split([',', ' ']).next()?;
    let mut parts = scope.split('/');
    let access_key = parts.next()?.to_owned();
    let _date = parts.next()?;
    let region = parts.next()?.to_owned();
    let service = parts.next()?.to_owned();
    (parts.next() == Some("aws4_request")).then_some(Credential { access_key, region, service })
}

/// Which service a request is for: its credential scope says so, else the form of its body.
/// The name of the scope comes back as the error where the sandbox does not serve it.
pub(crate) fn service_of(request: &Request) -> Result<Service, String> {
    if let Some(credential) = credential(request) {
        return Service::of_name(&credential.service).ok_or(credential.service);
    }
    if request.header("x-amz-target").is_some() {
        return Ok(Service::SageMaker);
    }
    let action = action_of(request);
    Ok(if sts::OPERATIONS.contains(&action.as_str()) { Service::Sts } else { Service::Iam })
}

fn action_of(request: &Request) -> String {
    let mut form = request.form();
    form.retain(|(name, _)| name == "Action");
    form.pop().map(|(_, action)| action).unwrap_or_default()
}

/// The operation, whether it writes, and its parameters. None of these services takes a secret as a parameter.
pub(crate) fn describe(service: Service, request: &Request) -> Description {
    let (operation, parameters) = match service {
        Service::Iam | Service::Sts => {
            let mut parameters = Map::new();
            for (name, value) in request.form() {
                if name != "Action" && name != "Version" {
                    parameters.insert(name, Value::String(value));
                }
            }
            (action_of(request), Value::Object(parameters))
        }
        Service::SageMaker => {
            let target = request.header("x-amz-target").unwrap_or_default();
            let operation = target.strip_prefix("SageMaker.").unwrap_or(target).to_owned();
            (operation, serde_json::from_slice(&request.body).unwrap_or(Value::Null))
        }
    };
    let reads =
        ["Get", "List", "Describe", "Simulate", "AssumeRole"].iter().any(|prefix| operation.starts_with(prefix));
    Description { service: service.name().to_owned(), operation, writes: !reads, parameters }
}

/// Answers one call, after looking at who asks.
pub(crate) fn handle(world: &mut World, service: Service, request: &Request) -> Response {
    let Some(credential) = credential(request) else {
        let message = "Request is missing Authentication Token";
        return refuse(world, service, 403, authentication_code(service), message);
    };
    if let Err((code, message)) = check_access_key(world, service, &credential.access_key) {
        return refuse(world, service, 403, code, message);
    }
    if let Some(message) = authorization::refusal(world, service, request, &credential) {
        let (status, code) = match service {
            Service::Iam | Service::Sts => (403, "AccessDenied"),
            Service::SageMaker => (400, "AccessDeniedException"),
        };
        return refuse(world, service, status, code, &message);
    }
    match service {
        Service::Iam => iam::handle(world, request),
        Service::Sts => sts::handle(world, request, &credential),
        Service::SageMaker => sagemaker::handle(world, request, &credential.region),
    }
}

/// Ends the session that a call bears, and answers the call. A key without an end is refused this once.
pub(crate) fn handle_expired(world: &mut World, service: Service, request: &Request) -> Response {
    let known = credential(request).is_some_and(|credential| world.sts.expire(&credential.access_key, world.now));
    if known {
        return handle(world, service, request);
    }
    refuse(world, service, 403, expired_code(service), EXPIRED)
}

const EXPIRED: &str = "The security token included in the request is expired";

fn expired_code(service: Service) -> &'static str {
    match service {
        Service::Iam | Service::Sts => "ExpiredToken",
        Service::SageMaker => "ExpiredTokenException",
    }
}

/// How far a request's time may be from the service's, in milliseconds
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html>).
const TOLERANCE: i64 = 5 * 60 * 1000;

/// Answers a call by a clock that is ahead by so many seconds: a call of another time is refused, and the answer bears the
/// clock's time.
pub(crate) fn handle_skewed(world: &mut World, service: Service, request: &Request, seconds: i64) -> Response {
    let clock = world.now.saturating_add_signed(seconds.saturating_mul(1000));
    let stamp = request.header("x-amz-date").unwrap_or_default();
    let sent = clock::read_stamp(stamp).unwrap_or(world.now);
    let ahead = clock.cast_signed().saturating_sub(sent.cast_signed());
    let response = if ahead.abs() > TOLERANCE {
        let (now, bound) =
            (clock::stamp(clock), clock::stamp(clock.saturating_add_signed(-TOLERANCE * ahead.signum())));
        let message = if ahead > 0 {
            format!("Signature expired: {stamp} is now earlier than {bound} ({now} - 5 min.)")
        } else {
            format!("Signature not yet current: {stamp} is still later than {bound} ({now} + 5 min.)")
        };
        let code = match service {
            Service::Iam | Service::Sts => "SignatureDoesNotMatch",
            Service::SageMaker => "InvalidSignatureException",
        };
        refuse(world, service, 403, code, &message)
    } else {
        handle(world, service, request)
    };
    response.with_header("date", &clock::http_date(clock))
}

fn check_access_key(world: &World, service: Service, access_key: &str) -> Result<(), (&'static str, &'static str)> {
    let invalid = "The security token included in the request is invalid";
    let session = world.sts.session(access_key);
    match (service, session) {
        _ if access_key == ACCESS_KEY || world.settings.callers.keys.contains_key(access_key) => Ok(()),
        (_, Some(session)) if session.expires_at > world.now => Ok(()),
        (_, Some(_)) => Err((expired_code(service), EXPIRED)),
        (Service::Iam | Service::Sts, None) => Err(("InvalidClientTokenId", invalid)),
        (Service::SageMaker, None) => Err(("UnrecognizedClientException", invalid)),
    }
}

fn authentication_code(service: Service) -> &'static str {
    match service {
        Service::Iam | Service::Sts => "MissingAuthenticationToken",
        Service::SageMaker => "MissingAuthenticationTokenException",
    }
}

/// An error in the form of the service.
pub(crate) fn refuse(world: &mut World, service: Service, status: u16, code: &str, message: &str) -> Response {
    let request_id = world.next_request_id();
    match service {
        Service::Iam | Service::Sts => {
            let mut xml = Xml::default();
            xml.root("ErrorResponse", service.namespace(), |xml| {
                xml.node("Error", |xml| {
                    xml.leaf("Type", if status < 500 { "Sender" } else { "Receiver" });
                    xml.leaf("Code", code);
                    xml.leaf("Message", message);
                });
                xml.leaf("RequestId", &request_id);
            });
            Response::xml(status, xml.into_text())
        }
        Service::SageMaker => {
            let body = json!({"__type": code, "message": message});
            Response::of_type(status, "application/x-amz-json-1.1", body.to_string())
        }
    }
    .with_header("x-amzn-requestid", &request_id)
}

/// A successful answer of IAM or STS; `result` fills the result element, which is absent where the call returns nothing.
pub(crate) fn query_answer(world: &mut World, service: Service, operation: &str, result: Option<Xml>) -> Response {
    let request_id = world.next_request_id();
    let mut xml = Xml::default();
    xml.root(&format!("{operation}Response"), service.namespace(), |xml| {
        if let Some(result) = result {
            xml.node(&format!("{operation}Result"), |xml| xml.append(&result));
        }
        xml.node("ResponseMetadata", |xml| xml.leaf("RequestId", &request_id));
    });
    Response::xml(200, xml.into_text()).with_header("x-amzn-requestid", &request_id)
}

/// The service's own way of saying "too many calls".
pub(crate) fn throttle(world: &mut World, service: Service) -> Response {
    let code = match service {
        Service::Iam | Service::Sts => "Throttling",
        Service::SageMaker => "ThrottlingException",
    };
    refuse(world, service, 400, code, "Rate exceeded")
}

#[cfg(test)]
mod tests;
