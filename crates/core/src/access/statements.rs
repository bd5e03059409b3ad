//! The statements that mend a link, as people paste them.

use serde_json::json;

/// The condition key that says to which service a role is passed.
pub(super) const PASSED_TO_SERVICE: &str = "iam:PassedToService";

/// Returns the statement of a trust policy that lets a service assume the role.
pub(super) fn trust(service: &str) -> String {
    json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}).to_string()
}

/// Returns the statement of an identity policy that lets its holder pass a role to a service, and to no other.
pub(super) fn pass_role(role_arn: &str, service: &str) -> String {
    let condition = json!({"StringEquals": {PASSED_TO_SERVICE: service}});
    json!({"Effect": "Allow", "Action": "iam:PassRole", "Resource": role_arn, "Condition": condition}).to_string()
}
