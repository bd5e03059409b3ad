//! The SDK's own chain of credentials and regions: each connection is made in a process with an environment of its own.

use reconcile_aws::{Settings, connect};
use reconcile_core::field::Field;
use reconcile_core::resource::{Resource, Role};
use rstest::rstest;

use crate::process::{given, in_own_process, tell};
use crate::support::{Lab, lab};

const NOBODY: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN"), ("AWS_SECRET_ACCESS_KEY", "hush")];
const SANDBOX: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "sandbox"), ("AWS_SECRET_ACCESS_KEY", "sandbox")];
const PROFILES: &str =
    "[profile lab]\nregion = eu-west-1\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\n";

#[tokio::test]
#[ignore = "the other tests of this file run it, in a process with an environment of its own"]
async fn connects() {
    let settings = Settings {
        profile: given("CONNECT_PROFILE"),
        assume_role_arn: given("CONNECT_ROLE"),
        needs_region: given("CONNECT_NEEDS_REGION").is_some(),
        attempts: 1,
        ..Settings::default()
    };
    tell(&match connect(&settings).await {
        Ok(connection) => format!("{} in {}", connection.caller_arn, connection.scope.region),
        Err(error) => format!("{:?}: {error}", error.kind()),
    });
}

/// Connects with nothing but the given environment and shared configuration file, and says who the caller is, or why not.
async fn connected(environment: &[(&str, &str)], configuration: &str) -> String {
    in_own_process("chain::connects", environment, configuration).await
}

async fn connected_to(lab: &Lab, environment: &[(&str, &str)]) -> String {
    let url = lab.sandbox.url();
    connected(&[&[("AWS_ENDPOINT_URL", url.as_str())], environment].concat(), PROFILES).await
}

#[tokio::test]
async fn without_credentials_nothing_is_called() {
    insta::assert_snapshot!(connected(&[], "").await, @"Credentials: sts:GetCallerIdentity: no AWS credentials were found");
}

#[rstest]
#[case::of_the_manifest("CONNECT_PROFILE")]
#[case::of_the_environment("AWS_PROFILE")]
#[tokio::test]
async fn an_unknown_profile_is_named(#[case] variable: &str) {
    let told = connected(&[(variable, "other")], PROFILES).await;
    assert_eq!(told, "Credentials: sts:GetCallerIdentity: there is no profile `other`");
}

#[tokio::test]
async fn a_missing_region_matters_only_where_one_is_needed() {
    let told = connected(&[SANDBOX.as_slice(), &[("CONNECT_NEEDS_REGION", "yes")]].concat(), "").await;
    insta::assert_snapshot!(told, @"Invalid: no AWS region is given, and SageMaker needs one");
    insta::assert_snapshot!(connected_to(&lab().await, &SANDBOX).await, @"arn:aws:iam::111122223333:user/sandbox in us-east-1");
}

#[tokio::test]
async fn a_profile_that_is_named_comes_before_the_keys_in_the_environment() {
    let lab = lab().await;
    let told = connected_to(&lab, &[NOBODY.as_slice(), &[("CONNECT_PROFILE", "lab")]].concat()).await;
    insta::assert_snapshot!(told, @"arn:aws:iam::111122223333:user/sandbox in eu-west-1");
    let told = connected_to(&lab, &NOBODY).await;
    assert!(told.starts_with("Credentials: sts:GetCallerIdentity: InvalidClientTokenId: "), "{told}");
}

#[tokio::test]
async fn a_role_is_assumed_where_its_trust_policy_allows_it() {
    let lab = lab().await;
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}]}"#;
    let deployer = Role { trust_policy: Field::Set(lab.policy(trust)), ..lab.role("deployer") };
    lab.create(&Resource::Role(deployer)).await;
    lab.create(&Resource::Role(lab.role("others"))).await;
    let role = |name: &str| lab.scope.role_arn("/", name);
    let told = connected_to(&lab, &[SANDBOX.as_slice(), &[("CONNECT_ROLE", &role("deployer"))]].concat()).await;
    insta::assert_snapshot!(told, @"arn:aws:sts::111122223333:assumed-role/deployer/reconcile in us-east-1");
    let told = connected_to(&lab, &[SANDBOX.as_slice(), &[("CONNECT_ROLE", &role("others"))]].concat()).await;
    assert!(told.starts_with("Denied: sts:AssumeRole: AccessDenied: "), "{told}");
}
