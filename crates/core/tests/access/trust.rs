//! Services and the roles that they assume.

use reconcile_core::field::Field;
use reconcile_core::id::{AwsScope, Kind};
use reconcile_core::manifest::Manifest;
use reconcile_core::planner::World;
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Resource, Role};
use rstest::rstest;

use crate::world::{
    DATABRICKS_TRUST, OTHER_TRUST, after, around, before, found, lab, manifest, policy, present, scope, shipped,
    unreadable, with,
};

const EC2: &str = "          - {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}\n";
const SAGEMAKER: &str =
    "          - {Effect: Allow, Principal: {Service: sagemaker.amazonaws.com}, Action: sts:AssumeRole}\n";

#[test]
fn the_lab_is_whole() {
    for manifest in [lab(&[]), shipped()] {
        assert_eq!(found(&manifest, &before(&manifest, DATABRICKS_TRUST)), "");
        assert_eq!(found(&manifest, &after(&manifest, DATABRICKS_TRUST)), "");
        assert_eq!(found(&manifest, &before(&manifest, OTHER_TRUST)), "", "whatever the workspace's role trusts");
    }
}

#[test]
fn a_role_in_a_profile_that_does_not_trust_ec2() {
    let manifest = lab(&[(EC2, "")]);
    insta::assert_snapshot!(found(&manifest, &before(&manifest, DATABRICKS_TRUST)), @r#"
    Certain access-ec2-trust on iam.instance_profiles.cluster, line 46
      the role databricks-cluster-sagemaker-access-role in the instance profile databricks-cluster-sagemaker-access-role does not let EC2 assume it: its trust policy does not allow ec2.amazonaws.com sts:AssumeRole
      help: add to the trust policy of iam.roles.cluster: {"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}
    "#);
}

#[test]
fn a_notebook_instances_role_that_does_not_trust_sagemaker() {
    let manifest = lab(&[(SAGEMAKER, "")]);
    insta::assert_snapshot!(found(&manifest, &before(&manifest, DATABRICKS_TRUST)), @r#"
    Certain access-sagemaker-trust on sagemaker.notebook_instances.image-build, line 54
      the notebook instance's role databricks-cluster-sagemaker-access-role does not let SageMaker assume it: its trust policy does not allow sagemaker.amazonaws.com sts:AssumeRole
      help: add to the trust policy of iam.roles.cluster: {"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}
    "#);
}

#[test]
fn a_role_that_denies_what_it_allows() {
    let denied = format!(
        "{SAGEMAKER}          - {{Effect: Deny, Principal: {{Service: ec2.amazonaws.com}}, Action: sts:AssumeRole}}\n"
    );
    let manifest = lab(&[(SAGEMAKER, &denied)]);
    insta::assert_snapshot!(found(&manifest, &before(&manifest, DATABRICKS_TRUST)), @r#"
    Certain access-ec2-trust on iam.instance_profiles.cluster, line 48
      the role databricks-cluster-sagemaker-access-role in the instance profile databricks-cluster-sagemaker-access-role does not let EC2 assume it: its trust policy denies ec2.amazonaws.com sts:AssumeRole
      help: add to the trust policy of iam.roles.cluster: {"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}
    "#);
}

/// The statement for SageMaker in place of the lab's.
fn sagemaker_if(condition: &str) -> Manifest {
    let statement = SAGEMAKER.replace("sts:AssumeRole}", &format!("sts:AssumeRole, Condition: {condition}}}"));
    lab(&[(SAGEMAKER, &statement)])
}

#[rstest]
#[case::own_account(r#"{StringEquals: {aws:SourceAccount: "111122223333"}}"#, "")]
#[case::another_account(r#"{StringEquals: {aws:SourceAccount: "999900001111"}}"#, "access-sagemaker-trust")]
#[case::not_known(r#"{StringEquals: {aws:SourceOrgID: "o-1"}}"#, "")]
fn a_condition_counts_as_far_as_it_is_known(#[case] condition: &str, #[case] code: &str) {
    let manifest = sagemaker_if(condition);
    let found = found(&manifest, &before(&manifest, DATABRICKS_TRUST));
    assert!(if code.is_empty() { found.is_empty() } else { found.contains(code) }, "{found}");
}

const PROFILE_ONLY: &str = "
version: 1
name: profile
iam:
  instance_profiles:
    worker: {name: worker, role: someones-worker}
";

fn someones_worker(trust: &str) -> Resource {
    Resource::Role(Role {
        name: "someones-worker".to_owned(),
        arn: "arn:aws:iam::111122223333:role/teams/someones-worker".to_owned(),
        trust_policy: Field::Set(policy(trust)),
        ..role_identity()
    })
}

/// A role of which nothing is known.
fn role_identity() -> Role {
    let manifest = lab(&[]);
    let role = manifest.resources.iter().find_map(|declared| match &declared.resource {
        Resource::Role(role) => Some(role.identity()),
        _ => None,
    });
    role.expect("the lab has roles")
}

#[test]
fn a_role_outside_of_the_manifest_that_was_read() {
    let manifest = manifest(PROFILE_ONLY);
    let world = |reading| around(before(&manifest, OTHER_TRUST), Kind::IamRole, "someones-worker", reading);
    insta::assert_snapshot!(found(&manifest, &world(present(someones_worker(OTHER_TRUST)))), @r#"
    Certain access-ec2-trust on iam.instance_profiles.worker, line 6
      the role someones-worker in the instance profile worker does not let EC2 assume it: its trust policy does not allow ec2.amazonaws.com sts:AssumeRole
      help: add to the trust policy of arn:aws:iam::111122223333:role/teams/someones-worker: {"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}
    "#);
    insta::assert_snapshot!(found(&manifest, &world(Reading::Absent)), @"
    Certain access-missing-role on iam.instance_profiles.worker, line 6
      the role someones-worker does not exist, and this manifest does not make it
      help: add it to `iam.roles`, or check its name and its path
    ");
}

#[test]
fn of_what_was_not_read_nothing_is_claimed() {
    let profile = manifest(PROFILE_ONLY);
    assert_eq!(found(&profile, &before(&profile, OTHER_TRUST)), "", "a role outside of the manifest");
    let denied = around(before(&profile, OTHER_TRUST), Kind::IamRole, "someones-worker", unreadable("iam:GetRole"));
    assert_eq!(found(&profile, &denied), "", "a role that could not be read");
    let broken = lab(&[(EC2, ""), (SAGEMAKER, SAGEMAKER.replace("sagemaker", "glue").as_str())]);
    let world = with(before(&broken, DATABRICKS_TRUST), Kind::IamRole, "cluster", unreadable("iam:GetRole"));
    assert_eq!(found(&broken, &world), "", "a role of the manifest that could not be read");
    let mut world = before(&broken, DATABRICKS_TRUST);
    world.observed.retain(|address, _| address.kind() == Kind::SagemakerNotebookInstance);
    assert_eq!(found(&broken, &world), "", "a role that --only leaves out");
}

#[test]
fn an_unmanaged_trust_policy_is_the_live_one() {
    let manifest = manifest(&PROFILE_ONLY.replace(
        "  instance_profiles:",
        "  roles:\n    worker: {name: someones-worker, existing: true}\n  instance_profiles:",
    ));
    assert!(found(&manifest, &before(&manifest, OTHER_TRUST)).contains("access-ec2-trust"));
    let trusting =
        r#"{"Statement": {"Effect": "Allow", "Principal": {"Service": ["ec2.amazonaws.com"]}, "Action": "sts:*"}}"#;
    assert_eq!(found(&manifest, &before(&manifest, trusting)), "");
}

#[rstest]
#[case("ec2.amazonaws.com", "")]
#[case("ec2.amazonaws.com.cn", "")]
#[case("lambda.amazonaws.com", "access-ec2-trust")]
fn ec2_has_two_names_in_china(#[case] service: &str, #[case] code: &str) {
    let manifest = manifest(PROFILE_ONLY);
    let trust = format!(
        r#"{{"Statement": {{"Effect": "Allow", "Principal": {{"Service": "{service}"}}, "Action": "sts:AssumeRole"}}}}"#
    );
    let Resource::Role(role) = someones_worker(&trust) else { panic!("a role") };
    let role = Role { arn: role.arn.replace("arn:aws:", "arn:aws-cn:"), ..role };
    let world = around(before(&manifest, OTHER_TRUST), Kind::IamRole, "someones-worker", present(Resource::Role(role)));
    let world = World { aws: Some(AwsScope { partition: "aws-cn".to_owned(), ..scope() }), ..world };
    let found = found(&manifest, &world);
    assert!(if code.is_empty() { found.is_empty() } else { found.contains(code) }, "{found}");
}
