//! What the user can do about a refusal.

use reconcile_core::failure::FailureKind;

/// Returns what the user can do, where something can be said beyond the service's own message.
pub(super) fn help(kind: FailureKind, api: &str, code: &str, message: &str) -> Option<String> {
    let fixed = match kind {
        FailureKind::Denied => return Some(denied(api, message)),
        FailureKind::Credentials => credentials(code, message),
        FailureKind::NotYetVisible => not_yet_visible(code, message),
        FailureKind::Invalid => return invalid(code, message).map(str::to_owned),
        FailureKind::Quota => quota(message),
        FailureKind::Conflict => conflict(code),
        FailureKind::InUse => in_use(message),
        FailureKind::AlreadyExists => {
            "plan again: what exists is then compared and adopted. IAM names are taken whatever their case and path"
        }
        FailureKind::Throttled => {
            "lower --parallelism, or run again later: everyone who calls the service in this account shares its rate"
        }
        FailureKind::Transient if only_reads(api) => {
            "run the same command again; if it fails again, check the network, the proxy and AWS_ENDPOINT_URL"
        }
        FailureKind::Transient => {
            "run the same command again: whether the call took effect is not known, and is read before anything is done"
        }
        FailureKind::NotFound | FailureKind::Unreachable | FailureKind::Unexpected => return None,
    };
    Some(fixed.to_owned())
}

/// Whether a call changes nothing, as AWS's names tell.
fn only_reads(api: &str) -> bool {
    let call = api.split_once(':').map_or(api, |(_, call)| call);
    ["Get", "List", "Describe", "Simulate"].iter().any(|verb| call.starts_with(verb))
}

/// Names the missing action, which is not always the call's own: `CreateNotebookInstance` needs `iam:PassRole` too.
fn denied(api: &str, message: &str) -> String {
    let action = action(message).unwrap_or(api);
    let on = resource(message).map(|resource| format!(" on {resource}")).unwrap_or_default();
    if api == "sts:AssumeRole" {
        return format!("two policies have to allow {action}{on}: the role's trust policy, and one of the caller");
    }
    if message.contains("explicit deny") {
        return format!("a policy denies {action}{on} explicitly: only a change of that policy helps");
    }
    if message.contains("permissions boundary") {
        return format!("the caller's permissions boundary has to allow {action}{on} too");
    }
    format!("allow {action}{on} in a policy of the caller")
}

fn action(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("to perform: ")?;
    rest.split_whitespace().next().map(|action| action.trim_end_matches(['.', ',']))
}

/// The resource is an ARN, or a kind and a name with a space between, and is followed by the reason or by nothing.
fn resource(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once("on resource: ")?;
    let end = [" because ", " with an "].iter().filter_map(|reason| rest.find(reason)).min();
    let resource = rest.get(..end.unwrap_or(rest.len()))?.trim_end_matches(['.', ',', ' ']);
    (!resource.is_empty()).then_some(resource)
}

fn credentials(code: &str, message: &str) -> &'static str {
    match code {
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            "the session has ended: sign in again, such as by `aws sso login`, or renew AWS_SESSION_TOKEN"
        }
        "RequestTimeTooSkewed" => CLOCK,
        // The same code stands for a wrong secret and for a clock that is off.
        "SignatureDoesNotMatch" | "InvalidSignatureException" if is_of_another_time(message) => CLOCK,
        "SignatureDoesNotMatch" | "InvalidSignatureException" | "IncompleteSignature" => {
            "the secret key does not belong to the access key: copy AWS_SECRET_ACCESS_KEY, or the profile's, again"
        }
        "MissingAuthenticationToken" | "MissingAuthenticationTokenException" => {
            "the request carried no credentials: check AWS_ENDPOINT_URL and what is between here and AWS"
        }
        "OptInRequired" => "the account has not opted in to this region or service",
        _ => {
            "AWS does not know the access key: check AWS_ACCESS_KEY_ID or the profile; a key of the China or GovCloud \
             partition works only with a region of that partition"
        }
    }
}

/// Whether a signature is refused for its time: a clock that is behind makes it too old, one that is ahead too new.
fn is_of_another_time(message: &str) -> bool {
    message.contains("Signature expired") || message.contains("Signature not yet current")
}

const CLOCK: &str = "this machine's clock is off by more than AWS accepts: set it";

fn not_yet_visible(code: &str, message: &str) -> &'static str {
    if message.contains("Could not assume role") {
        "check that the role exists and that its trust policy allows sagemaker.amazonaws.com to sts:AssumeRole; a role \
         or trust policy made moments ago is seen within two minutes"
    } else if code == "MalformedPolicyDocument" {
        "check that every principal in the policy exists in this partition; one made moments ago is seen within two \
         minutes, and one that was deleted leaves its unique id behind"
    } else {
        "check that everything the call names exists; what was made moments ago is seen within two minutes"
    }
}

fn invalid(code: &str, message: &str) -> Option<&'static str> {
    match code {
        "UnmodifiableEntity" => Some("only the AWS service that the role belongs to may change it"),
        "PolicyNotAttachable" => Some("policies under aws-service-role/ can be attached by their AWS service only"),
        "ValidationException" if message.starts_with("Unable to delete Notebook Instance Lifecycle Config") => {
            Some("each notebook instance that uses it has to be stopped and updated to use none first")
        }
        "ValidationException" if message.contains("Platform identifier") => {
            Some("AWS retires notebook platforms: choose a newer platform_identifier, such as notebook-al2023-v1")
        }
        _ => None,
    }
}

fn quota(message: &str) -> &'static str {
    if message.contains("InstanceSessionsPerInstanceProfile") {
        "an instance profile holds one role: the one in it has to be taken out first"
    } else if message.contains("account-level service limit") {
        "ask for more under Service Quotas, Amazon SageMaker, or stop or delete other instances of that type"
    } else {
        "`aws iam get-account-summary` shows the account's quotas; most can be raised under Service Quotas, IAM"
    }
}

fn in_use(message: &str) -> &'static str {
    if message.contains("policy attached to entities") {
        "`aws iam list-entities-for-policy` names the users, groups and roles that have to let go of it first"
    } else {
        "something was attached meanwhile: plan again, it is then taken off first"
    }
}

fn conflict(code: &str) -> &'static str {
    match code {
        "ValidationException" => "wait until the notebook instance has come to rest, and run again",
        "EntityTemporarilyUnmodifiable" => "it was deleted and made again moments ago: wait a minute, and run again",
        _ => "someone else changes the same thing right now: run again",
    }
}

#[cfg(test)]
mod tests {
    use reconcile_core::failure::FailureKind;

    use super::help;

    fn denied(api: &str, message: &str) -> String {
        help(FailureKind::Denied, api, "AccessDenied", message).unwrap_or_default()
    }

    #[test]
    fn a_denied_call_names_what_has_to_be_allowed() {
        insta::assert_snapshot!(denied(
            "sagemaker:CreateNotebookInstance",
            "User: arn:aws:iam::1:user/x is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/y because no identity-based policy allows the iam:PassRole action",
        ), @"allow iam:PassRole on arn:aws:iam::1:role/y in a policy of the caller");
        insta::assert_snapshot!(denied("iam:GetRole", "no reason"), @"allow iam:GetRole in a policy of the caller");
        insta::assert_snapshot!(denied(
            "iam:CreateRole",
            "User: x is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::1:role/y with an explicit deny in a service control policy",
        ), @"a policy denies iam:CreateRole on arn:aws:iam::1:role/y explicitly: only a change of that policy helps");
        insta::assert_snapshot!(denied("sts:AssumeRole", "User: x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/y"), @"two policies have to allow sts:AssumeRole on arn:aws:iam::1:role/y: the role's trust policy, and one of the caller");
    }

    #[test]
    fn of_a_read_nobody_asks_whether_it_took_effect() {
        let lost = |api: &str| help(FailureKind::Transient, api, "", "").unwrap_or_default();
        assert!(!lost("iam:GetRole").contains("took effect") && lost("iam:PutRolePolicy").contains("took effect"));
    }

    #[test]
    fn a_clock_that_is_off_is_not_taken_for_a_wrong_secret() {
        let credentials =
            |message| help(FailureKind::Credentials, "sts:GetCallerIdentity", "SignatureDoesNotMatch", message);
        insta::assert_snapshot!(credentials("Signature expired: 20261123T000000Z is now earlier than 20261123T010000Z").unwrap_or_default(), @"this machine's clock is off by more than AWS accepts: set it");
        insta::assert_snapshot!(credentials("Signature not yet current: 20261123T010000Z is still later than 20261123T000000Z").unwrap_or_default(), @"this machine's clock is off by more than AWS accepts: set it");
        insta::assert_snapshot!(credentials("The request signature we calculated does not match").unwrap_or_default(), @"the secret key does not belong to the access key: copy AWS_SECRET_ACCESS_KEY, or the profile's, again");
    }
}
