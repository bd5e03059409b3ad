//! Who may call, as the official SDK sees it: personal access tokens, OAuth machine-to-machine, and refusals.

use crate::support::sandbox::TestSandbox;
use serde_json::json;

#[test]
fn the_sdk_takes_a_token_for_a_service_principal() {
    let sandbox = TestSandbox::workspace_only();
    let credentials = [("DATABRICKS_CLIENT_ID", "sandbox-client"), ("DATABRICKS_CLIENT_SECRET", "sandbox-secret")];
    let mut workspace = sandbox.databricks_sdk_with(&credentials);
    assert_eq!(workspace.call("clusters.list", &json!({})), json!([]));
    assert_eq!(workspace.call("current_user.me", &json!({}))["userName"], "reconcile@example.com");
    let tokens = sandbox.calls("oidc/v1/token");
    assert_eq!(tokens.len(), 1, "one token serves all calls");
    assert!(!format!("{tokens:?}").contains("sandbox-secret"), "the record keeps no secret: {tokens:?}");
}

#[test]
fn the_sdk_is_told_of_bad_credentials_as_by_the_real_workspace() {
    let sandbox = TestSandbox::workspace_only();
    let mut wrong_token = sandbox.databricks_sdk_with(&[("DATABRICKS_TOKEN", "dapi-wrong")]);
    let refusal = wrong_token.refusal("clusters.list", &json!({}));
    // What follows is the SDK's own configuration.
    let (said, configuration) = refusal.split_once(" Config: ").unwrap();
    insta::assert_snapshot!(said, @"PermissionDenied -: Invalid access token.");
    assert!(configuration.contains("auth_type=pat"), "{configuration}");
    let wrong_secret = [("DATABRICKS_CLIENT_ID", "sandbox-client"), ("DATABRICKS_CLIENT_SECRET", "guess")];
    let mut wrong_secret = sandbox.databricks_sdk_with(&wrong_secret);
    insta::assert_snapshot!(wrong_secret.refusal("clusters.list", &json!({})), @"ValueError -: invalid_client: Client authentication failed");
}
