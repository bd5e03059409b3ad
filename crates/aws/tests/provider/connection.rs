//! Connecting: who the caller is, and what is wrong before anything else is read.

use std::net::TcpListener;

use reconcile_aws::{ConnectError, Endpoint, Settings, connect};
use reconcile_core::failure::FailureKind;
use reconcile_engine::provider::Provider as _;
use reconcile_sandbox::{Config, Sandbox};

use crate::support::{lab, settings};

async fn refused(change: impl FnOnce(&mut Settings)) -> ConnectError {
    let sandbox = Sandbox::start(Config::default()).await.unwrap();
    let mut settings = settings(&sandbox);
    change(&mut settings);
    connect(&settings).await.unwrap_err()
}

fn told(error: &ConnectError) -> String {
    format!("{:?}: {error}\nhelp: {}", error.kind(), error.help().unwrap_or_default())
}

#[tokio::test]
async fn the_scope_is_the_callers_account_and_partition() {
    let config = Config { region: "cn-north-1".to_owned(), ..Config::default() };
    let sandbox = Sandbox::start(config).await.unwrap();
    let connection = connect(&settings(&sandbox)).await.unwrap();
    insta::assert_debug_snapshot!((connection.scope, connection.provider.calls()), @r#"
    (
        AwsScope {
            account_id: "111122223333",
            partition: "aws-cn",
            region: "cn-north-1",
        },
        1,
    )
    "#);
    assert_eq!(sandbox.calls().len(), 1);
}

#[tokio::test]
async fn another_account_than_the_manifests_is_refused_by_name() {
    let error = refused(|settings| settings.account_id = Some("999999999999".to_owned())).await;
    insta::assert_snapshot!(told(&error), @r"
    Credentials: the manifest is for the AWS account 999999999999, but the credentials are those of arn:aws:iam::111122223333:user/sandbox in the account 111122223333
    help: use the credentials or the `providers.aws.profile` of that account, or correct `providers.aws.account_id`
    ");
}

#[tokio::test]
async fn an_unknown_access_key_is_a_matter_of_credentials() {
    let error = refused(|settings| {
        let endpoint = settings.endpoint.take().unwrap();
        settings.endpoint = Some(Endpoint { access_key: "AKIAUNKNOWN".to_owned(), ..endpoint });
    })
    .await;
    assert_eq!(error.kind(), FailureKind::Credentials);
    assert!(error.to_string().starts_with("sts:GetCallerIdentity: InvalidClientTokenId: "), "{error}");
}

#[tokio::test]
async fn an_address_where_nothing_listens_is_unreachable() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = refused(|settings| settings.endpoint.as_mut().unwrap().url = url).await;
    insta::assert_snapshot!(told(&error), @r"
    Unreachable: sts:GetCallerIdentity: tcp connect error: Connection refused (os error 111)
    help: check the network, the proxy, the region's spelling and AWS_ENDPOINT_URL
    ");
}

#[test]
fn the_secret_key_is_not_shown() {
    let endpoint =
        Endpoint { url: "http://x".to_owned(), access_key: "AKIA".to_owned(), secret_key: "hush".to_owned() };
    let shown = format!("{:?}", Settings { endpoint: Some(endpoint), ..Settings::default() });
    assert!(shown.contains("http://x") && !shown.contains("hush") && !shown.contains("AKIA"), "{shown}");
}

#[tokio::test]
async fn the_provider_serves_the_kinds_of_aws() {
    insta::assert_debug_snapshot!(lab().await.provider.kinds(), @r"
    [
        IamPolicy,
        IamRole,
        IamInstanceProfile,
        SagemakerLifecycleConfig,
        SagemakerNotebookInstance,
    ]
    ");
}
