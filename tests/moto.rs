//! IAM, STS and SageMaker as others wrote them (moto), with the sandbox as the workspace.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

#[test]
fn moto_tells_who_calls_and_records_it() {
    let moto = support::moto::Moto::start();
    assert_eq!(moto.aws_cli().call("sts get-caller-identity", &[])["Account"], support::lab::ACCOUNT);
    assert_eq!(moto.take_calls(), ["sts:GetCallerIdentity"]);
}
