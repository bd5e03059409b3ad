//! Credentials that could not be had: the SDK finds them with the first call that needs them.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_iam::error::ErrorMetadata;
use aws_sdk_sts::operation::assume_role::AssumeRoleError;
use aws_sdk_sts::operation::assume_role_with_web_identity::AssumeRoleWithWebIdentityError;
use reconcile_core::failure::{CallFailure, FailureKind};

use super::{chain, innermost, refused};

const WHERE: &str = "they are looked for in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in the profile that \
    `providers.aws.profile` or AWS_PROFILE names in ~/.aws/config and ~/.aws/credentials (`aws configure` makes one; one of \
    single sign-on needs `aws sso login`), in AWS_WEB_IDENTITY_TOKEN_FILE, and from the container or instance this runs on";
const PROFILES: &str = "`aws configure list-profiles` shows the profiles there are; name one of them by \
    `providers.aws.profile` or AWS_PROFILE";
const SIGN_IN: &str = "sign in with `aws sso login`, with --profile where a profile is used";
const SOURCE: &str =
    "check the profile in ~/.aws/config and ~/.aws/credentials, and the source of credentials it names";

/// Tells why there are no credentials, if that is what an error is about.
pub(super) fn failure(api: &str, error: &(dyn Error + 'static)) -> Option<CallFailure> {
    // One source of credentials may need another: the innermost says what is wrong.
    let cause = chain(error).filter_map(|error| error.downcast_ref::<CredentialsError>()).last()?;
    if let Some((api, metadata)) = refusal(error)
        && let Some(code) = metadata.code()
    {
        return Some(refused(api, code, metadata, None));
    }
    let texts = texts(cause);
    let (message, help) = match cause {
        CredentialsError::CredentialsNotLoaded(_) => match missing_profile(&texts) {
            Some(profile) => (format!("there is no profile `{profile}`"), PROFILES),
            // The whole chain always has something to say; a profile by itself has not.
            None if cause.source().is_none() => {
                ("the profile is not there, or holds no credentials".to_owned(), PROFILES)
            }
            None => ("no AWS credentials were found".to_owned(), WHERE),
        },
        // The last place that is looked at. That it refuses an answer says no more than that there is no role here.
        other if texts.contains("IMDS") => {
            let why = other.source().map_or_else(|| other.to_string(), innermost);
            (format!("no AWS credentials were found, and the instance metadata service gives none: {why}"), WHERE)
        }
        CredentialsError::ProviderTimedOut(_) => (cause.to_string(), WHERE),
        other => {
            let why = other.source().map_or_else(|| other.to_string(), innermost);
            (format!("the AWS credentials cannot be loaded: {why}"), way_out(&texts))
        }
    };
    Some(CallFailure::new(FailureKind::Credentials, api, message).with_help(help))
}

/// The refusal of STS, where a role was to be assumed.
fn refusal<'a>(error: &'a (dyn Error + 'static)) -> Option<(&'static str, &'a ErrorMetadata)> {
    chain(error).find_map(|error| {
        let assumed = error.downcast_ref::<AssumeRoleError>().map(|error| ("sts:AssumeRole", error.meta()));
        assumed.or_else(|| {
            let error = error.downcast_ref::<AssumeRoleWithWebIdentityError>()?;
            Some(("sts:AssumeRoleWithWebIdentity", error.meta()))
        })
    })
}

fn texts(error: &(dyn Error + 'static)) -> String {
    chain(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The profile that was asked for and is not there. The SDK tells it in words only (`ProfileFileError::MissingProfile`),
/// and says so of the profile `default` too, which nobody has to have.
fn missing_profile(texts: &str) -> Option<&str> {
    let (before, _) = texts.split_once("` was not defined")?;
    let (_, profile) = before.rsplit_once("profile `")?;
    (profile != "default").then_some(profile)
}

fn way_out(texts: &str) -> &'static str {
    if texts.contains("SSO") || texts.contains("sso") { SIGN_IN } else { SOURCE }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sts::error::{ConnectorError, SdkError};
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_types::body::SdkBody;
    use rstest::rstest;

    use super::*;

    /// The failure of a call for which the SDK found no credentials.
    fn without(credentials: CredentialsError) -> String {
        let error = SdkError::<AssumeRoleError>::dispatch_failure(ConnectorError::other(credentials.into(), None));
        let failure = failure("sts:GetCallerIdentity", &error).unwrap();
        format!("{:?} {failure}\nhelp: {}", failure.kind, failure.help.as_deref().unwrap_or_default())
    }

    fn refused_role(code: &str, message: &str) -> CredentialsError {
        let metadata = ErrorMetadata::builder().code(code).message(message).build();
        let answer = HttpResponse::new(403.try_into().unwrap(), SdkBody::empty());
        CredentialsError::provider_error(SdkError::service_error(AssumeRoleError::generic(metadata), answer))
    }

    #[test]
    fn no_credentials_anywhere_says_where_they_are_looked_for() {
        let chain = "no credentials found in chain. Attempted:\n  Profile: the credential provider was not enabled: \
                     profile `default` was not defined: could not find source profile `default`";
        insta::assert_snapshot!(without(CredentialsError::not_loaded(chain)), @r"
        Credentials sts:GetCallerIdentity: no AWS credentials were found
        help: they are looked for in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, in the profile that `providers.aws.profile` or AWS_PROFILE names in ~/.aws/config and ~/.aws/credentials (`aws configure` makes one; one of single sign-on needs `aws sso login`), in AWS_WEB_IDENTITY_TOKEN_FILE, and from the container or instance this runs on
        ");
    }

    #[rstest]
    #[case::named("profile `lab` was not defined: could not find source profile `lab`")]
    #[case::of_the_environment(
        "no credentials found in chain. Attempted:\n  Profile: the credential provider was not enabled: profile `lab` was not defined: x\n  Ec2InstanceMetadata: y"
    )]
    fn an_unknown_profile_is_named(#[case] text: &'static str) {
        assert!(without(CredentialsError::not_loaded(text)).contains("there is no profile `lab`"));
    }

    #[test]
    fn a_profile_without_credentials_is_not_taken_for_nothing_anywhere() {
        insta::assert_snapshot!(without(CredentialsError::not_loaded_no_source()), @r"
        Credentials sts:GetCallerIdentity: the profile is not there, or holds no credentials
        help: `aws configure list-profiles` shows the profiles there are; name one of them by `providers.aws.profile` or AWS_PROFILE
        ");
    }

    #[test]
    fn an_ended_single_sign_on_says_how_to_sign_in() {
        let sso = CredentialsError::provider_error("the SSO token has expired and cannot be refreshed");
        insta::assert_snapshot!(without(CredentialsError::provider_error(sso)), @r"
        Credentials sts:GetCallerIdentity: the AWS credentials cannot be loaded: the SSO token has expired and cannot be refreshed
        help: sign in with `aws sso login`, with --profile where a profile is used
        ");
    }

    #[test]
    fn a_role_that_may_not_be_assumed_is_the_failure_of_that_call() {
        let message = "User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/y";
        insta::assert_snapshot!(without(refused_role("AccessDenied", message)), @r"
        Denied sts:AssumeRole: AccessDenied: User: arn:aws:iam::1:user/x is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/y
        help: two policies have to allow sts:AssumeRole on arn:aws:iam::1:role/y: the role's trust policy, and one of the caller
        ");
        insta::assert_snapshot!(without(refused_role("ExpiredToken", "The security token included in the request is expired")), @r"
        Credentials sts:AssumeRole: ExpiredToken: The security token included in the request is expired
        help: the session has ended: sign in again, such as by `aws sso login`, or renew AWS_SESSION_TOKEN
        ");
    }

    #[test]
    fn another_failure_is_not_about_credentials() {
        let error = SdkError::<AssumeRoleError>::timeout_error("operation timeout");
        assert_eq!(failure("iam:GetRole", &error), None);
    }
}
