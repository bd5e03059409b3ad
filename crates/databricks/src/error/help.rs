//! What to do about an error.

use super::{ApiError, Refusal};

const WRONG_HOST: &str =
    "check that the host is the address of the workspace itself, as the browser shows it when the workspace is open";

pub(super) fn help(error: &ApiError) -> Option<String> {
    match error {
        ApiError::Refused(refusal) => for_refusal(refusal),
        ApiError::Unreachable { cause, .. } => Some(cause.help().to_owned()),
        ApiError::WrongHost { .. } => Some(WRONG_HOST.to_owned()),
        ApiError::Unexpected { .. } => Some(format!("if a proxy stands between, let it pass; otherwise {WRONG_HOST}")),
        ApiError::Credential { help, .. } => Some(help.clone()),
    }
}

fn for_refusal(refusal: &Refusal) -> Option<String> {
    let Refusal { status, code, message, request_id: _, api, host: _, credential } = refusal;
    if is_wrong_host(refusal) {
        return Some(WRONG_HOST.to_owned());
    }
    if code.as_deref() == Some("invalid_client") {
        return Some(format!(
            "{credential} is not known here: check id and secret, and that it is a member of this workspace"
        ));
    }
    if *status == 401 || is_refused_token(*status, message) {
        return Some(format!("{credential} is not accepted here: it may have expired, or belong to another workspace"));
    }
    match status {
        403 if message.contains("IP ACL") || message.contains("IP access list") => Some(
            "the workspace takes calls from listed addresses only: call from one of them, or have this one listed"
                .to_owned(),
        ),
        403 => Some(right_for(api)),
        429 => Some("the workspace takes no more calls for now: try later, or with a smaller --parallelism".to_owned()),
        500..=599 => {
            Some("the service has a problem of its own: try later, and quote the request to its support".to_owned())
        }
        _ => None,
    }
}

/// Texts of the gateway for a path that no workspace has (terraform-provider-databricks#2183, airflow#60444).
fn is_wrong_host(refusal: &Refusal) -> bool {
    let (code, message) = (refusal.code.as_deref(), &refusal.message);
    code == Some("ENDPOINT_NOT_FOUND")
        || message.contains("is not supported by this URL")
        || message.starts_with("Bad Target")
        || (code.is_none() && matches!(refusal.status, 404 | 405) && !refusal.is_absent())
}

/// An unknown or expired token is answered 403 (databricks-sdk-go#873, cli#4768, databricks-vscode#583).
pub(crate) fn is_refused_token(status: u16, message: &str) -> bool {
    let lower = message.to_ascii_lowercase();
    status == 403
        && ["invalid access token", "invalid token", "token expired", "token is expiring"]
            .iter()
            .any(|mark| lower.contains(mark))
}

/// The right that a call needs.
fn right_for(api: &str) -> String {
    let right = match api {
        "instance-profiles/list" | "clusters/list" => "access to the workspace",
        "instance-profiles/add"
        | "instance-profiles/edit"
        | "instance-profiles/remove"
        | "clusters/pin"
        | "clusters/unpin"
        | "clusters/permanent-delete" => "to be an admin of the workspace",
        "clusters/create" => {
            "the entitlement to create clusters, or CAN_USE on the cluster policy, and a right to use the instance profile"
        }
        "clusters/get" => "CAN_ATTACH_TO on the cluster",
        "clusters/start" | "clusters/restart" => "CAN_RESTART on the cluster",
        "workspace/get-status" | "workspace/export" | "workspace/list" => "CAN_READ on the notebook or its folder",
        "workspace/import" | "workspace/mkdirs" | "workspace/delete" => {
            "CAN_MANAGE on the folder, or CAN_EDIT on the notebook"
        }
        api if api.starts_with("clusters/") => "CAN_MANAGE on the cluster",
        _ => return "the caller lacks the right for this call".to_owned(),
    };
    format!("the caller needs {right}")
}
