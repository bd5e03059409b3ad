//! Who may pass the role in a registered instance profile.

use reconcile_core::field::Field;
use reconcile_core::id::{Address, Kind};
use reconcile_core::planner::World;
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Resource, Role};
use rstest::rstest;

use crate::world::{DATABRICKS_TRUST, OTHER_TRUST, after, before, found, lab, manifest, present, unreadable, with};

const STATEMENT: &str = "{Effect: Allow, Action: [iam:PassRole], Resource: [\"${iam.roles.cluster.arn}\"]}";
const POLICY: &str = "        pass-cluster-role-inline-policy:
          Version: \"2012-10-17\"
          Statement: [{Effect: Allow, Action: [iam:PassRole], Resource: [\"${iam.roles.cluster.arn}\"]}]
";
const OTHER_ROLE: &str = "{Effect: Allow, Action: 'iam:Pass*', Resource: ['arn:aws:iam::111122223333:role/glue', '${iam.roles.cluster.arn}/x']}";
const OTHER_SERVICE: &str = "{Effect: Allow, Action: iam:PassRole, Resource: '*', Condition: {StringEquals: {iam:PassedToService: glue.amazonaws.com}}}";
const EC2_ONLY: &str =
    "{Effect: Allow, Action: iam:PassRole, Resource: '*', Condition: {StringLike: {iam:PassedToService: ec2.*}}}";
const DENIED: &str = "{Effect: Allow, Action: iam:PassRole, Resource: '*'}, {Effect: Deny, Action: iam:*, Resource: 'arn:aws:iam::*:role/*databricks-cluster*'}";
const UNKNOWN: &str =
    "{Effect: Allow, Action: iam:PassRole, Resource: '*', Condition: {StringEquals: {aws:PrincipalTag/team: data}}}";

/// What is found with this statement in place of the lab's, before anything is made.
fn with_statement(statement: &str, trust: &str) -> String {
    let manifest = lab(&[(STATEMENT, statement)]);
    found(&manifest, &before(&manifest, trust))
}

#[test]
fn nothing_on_the_workspaces_role() {
    let manifest =
        lab(&[(POLICY, "        nothing: {Statement: [{Effect: Allow, Action: ec2:RunInstances, Resource: '*'}]}\n")]);
    insta::assert_snapshot!(found(&manifest, &before(&manifest, DATABRICKS_TRUST)), @r#"
    Possible access-pass-role on databricks.instance_profiles.cluster, line 59
      nothing that is known of the role databricks-cross-account-role (iam.roles.workspace) allows it iam:PassRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
      help: add to an inline policy of iam.roles.workspace: {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}
    "#);
}

#[test]
fn no_role_of_the_workspace_at_all() {
    let manifest =
        lab(&[(POLICY, "        nothing: {Statement: [{Effect: Allow, Action: ec2:RunInstances, Resource: '*'}]}\n")]);
    insta::assert_snapshot!(found(&manifest, &before(&manifest, OTHER_TRUST)), @r#"
    Possible access-pass-role on databricks.instance_profiles.cluster, line 59
      no role of this manifest may pass the role databricks-cluster-sagemaker-access-role to EC2, and the workspace's cross-account role has to
      help: add to an inline policy of the workspace's cross-account role: {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}
    "#);
}

#[test]
fn another_role() {
    insta::assert_snapshot!(with_statement(OTHER_ROLE, DATABRICKS_TRUST), @r#"
    Possible access-pass-role on databricks.instance_profiles.cluster, line 61
      the role databricks-cross-account-role (iam.roles.workspace) may pass arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role/x and arn:aws:iam::111122223333:role/glue and not arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
      help: add to an inline policy of iam.roles.workspace: {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}
    "#);
}

#[test]
fn another_service() {
    insta::assert_snapshot!(with_statement(OTHER_SERVICE, DATABRICKS_TRUST), @r#"
    Possible access-pass-role on databricks.instance_profiles.cluster, line 61
      the role databricks-cross-account-role (iam.roles.workspace) may pass arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role only on a condition on iam:PassedToService that EC2 does not meet
      help: add to an inline policy of iam.roles.workspace: {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}
    "#);
}

#[test]
fn an_explicit_deny() {
    insta::assert_snapshot!(with_statement(DENIED, DATABRICKS_TRUST), @r#"
    Certain access-pass-role on databricks.instance_profiles.cluster, line 61
      the role databricks-cross-account-role (iam.roles.workspace) is denied iam:PassRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role by its policy pass-cluster-role-inline-policy
      help: leave that role out of the Deny; what the workspace needs is {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}
    "#);
}

#[test]
fn a_role_that_need_not_be_the_workspaces_is_never_certain() {
    let found = with_statement(DENIED, OTHER_TRUST);
    assert!(found.starts_with("Possible access-pass-role on databricks.instance_profiles.cluster"), "{found}");
}

#[rstest]
#[case::to_ec2_only(EC2_ONLY)]
#[case::a_tag_that_is_not_known(UNKNOWN)]
#[case::any_case("{Effect: Allow, Action: IAM:passrole, Resource: '*'}")]
#[case::all_but("{Effect: Allow, NotAction: s3:*, NotResource: 'arn:aws:iam::111122223333:role/admin'}")]
fn what_may_be_passed_or_cannot_be_told_is_no_finding(#[case] statement: &str) {
    assert_eq!(with_statement(statement, DATABRICKS_TRUST), "");
}

#[test]
fn without_a_launch_check_nothing_is_asked() {
    let registration = "cluster: {instance_profile_arn: \"${iam.instance_profiles.cluster.arn}\"}";
    let skipping = "cluster: {instance_profile_arn: \"${iam.instance_profiles.cluster.arn}\", skip_validation: true}";
    let manifest = lab(&[(STATEMENT, DENIED), (registration, skipping)]);
    assert_eq!(found(&manifest, &before(&manifest, DATABRICKS_TRUST)), "");
}

#[test]
fn what_is_registered_passed_by_something_that_the_manifest_does_not_tell() {
    let nothing =
        lab(&[(POLICY, "        nothing: {Statement: [{Effect: Allow, Action: ec2:RunInstances, Resource: '*'}]}\n")]);
    assert_eq!(found(&nothing, &after(&nothing, DATABRICKS_TRUST)), "");
    assert_eq!(found(&nothing, &after(&nothing, OTHER_TRUST)), "");
    let stated = lab(&[(STATEMENT, OTHER_ROLE)]);
    assert!(found(&stated, &after(&stated, DATABRICKS_TRUST)).starts_with("Possible access-pass-role"));
}

const OWN: &str = "
version: 1
name: own
iam:
  roles:
    worker:
      name: worker
      trust_policy: {Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]}
    workspace:
      name: workspace
      trust_policy: {Statement: [{Effect: Allow, Principal: {AWS: '414351767826'}, Action: sts:AssumeRole}]}
      FIELDS
  instance_profiles:
    worker: {name: worker, role: worker}
databricks:
  instance_profiles:
    worker: {instance_profile_arn: '${iam.instance_profiles.worker.arn}'}
";

/// What is found where the manifest makes the workspace's role itself, with these fields.
fn with_own_role(fields: &str) -> String {
    let manifest = manifest(&OWN.replace("FIELDS", fields));
    found(&manifest, &before(&manifest, OTHER_TRUST))
}

#[test]
fn of_an_own_role_all_is_known() {
    insta::assert_snapshot!(with_own_role("inline_policies: {}"), @r#"
    Certain access-pass-role on databricks.instance_profiles.worker, line 17
      nothing that is known of the role workspace (iam.roles.workspace) allows it iam:PassRole on arn:aws:iam::111122223333:role/worker
      help: add to an inline policy of iam.roles.workspace: {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/worker","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}
    "#);
    assert!(with_own_role("description: made now, so without any policy").starts_with("Certain access-pass-role"));
    assert!(with_own_role("managed_policies: [AdministratorAccess]").starts_with("Possible access-pass-role"));
    let allowed = "inline_policies: {pass: {Statement: [{Effect: Allow, Action: iam:PassRole, Resource: '*'}]}}";
    assert_eq!(with_own_role(allowed), "");
}

#[test]
fn a_managed_policy_of_the_manifest_counts() {
    let policies = "  policies:\n    pass: {document: {Version: '2012-10-17', Statement: [{Effect: EFFECT, Action: iam:PassRole, Resource: '*'}]}}\n  roles:\n";
    let found = |effect: &str| {
        let text = OWN.replace("  roles:\n", &policies.replace("EFFECT", effect));
        let manifest = manifest(&text.replace("FIELDS", "managed_policies: ['${iam.policies.pass.arn}']"));
        found(&manifest, &before(&manifest, OTHER_TRUST))
    };
    assert_eq!(found("Allow"), "");
    let denied = found("Deny");
    assert!(denied.starts_with("Certain access-pass-role") && denied.contains("by its policy pass"), "{denied}");
}

#[rstest]
#[case::that_allows_it("Action: iam:*, Resource: '*'", "")]
#[case::that_does_not("Action: s3:*, Resource: '*'", "Certain")]
#[case::that_cannot_be_told("Action: iam:*, Resource: '*', Condition: {Bool: {aws:ViaAWSService: 'true'}}", "")]
fn a_boundary_of_the_manifest(#[case] statement: &str, #[case] certainty: &str) {
    let policies = "  policies:\n    bound: {document: {Version: '2012-10-17', Statement: [{Effect: Allow, STATEMENT}]}}\n  roles:\n";
    let text = OWN.replace("  roles:\n", &policies.replace("STATEMENT", statement));
    let fields = "permissions_boundary: ${iam.policies.bound.arn}
      inline_policies: {pass: {Statement: [{Effect: Allow, Action: iam:PassRole, Resource: '*'}]}}";
    let manifest = manifest(&text.replace("FIELDS", fields));
    let found = found(&manifest, &before(&manifest, OTHER_TRUST));
    assert!(if certainty.is_empty() { found.is_empty() } else { found.starts_with(certainty) }, "{found}");
    assert_eq!(
        found.contains("the permissions boundary bound of the role workspace"),
        !certainty.is_empty(),
        "{found}"
    );
}

#[test]
fn a_role_that_is_not_known_may_be_the_workspaces() {
    let manifest = lab(&[]);
    for reading in [Reading::Absent, unreadable("iam:GetRolePolicy")] {
        let world = with(before(&manifest, DATABRICKS_TRUST), Kind::IamRole, "workspace", reading);
        assert_eq!(found(&manifest, &world), "");
    }
    let mut left_out = before(&manifest, DATABRICKS_TRUST);
    left_out.observed.remove(&Address::new(Kind::IamRole, "workspace"));
    assert_eq!(found(&manifest, &left_out), "", "--only");
}

#[test]
fn a_permissions_boundary_that_was_not_read_leaves_it_open() {
    let manifest = lab(&[(STATEMENT, OTHER_ROLE)]);
    let bounded = |manifest: &_, boundary: Field<String>| -> World {
        let world = before(manifest, DATABRICKS_TRUST);
        let Some(Reading::Present(live)) = world.observed.get(&Address::new(Kind::IamRole, "workspace")) else {
            panic!("the workspace's role is there")
        };
        let Resource::Role(role) = live.as_ref() else { panic!("a role") };
        let live = Role { permissions_boundary: boundary, ..role.clone() };
        with(world, Kind::IamRole, "workspace", present(Resource::Role(live)))
    };
    let boundary = || Field::Set("arn:aws:iam::111122223333:policy/boundary".to_owned());
    assert_ne!(found(&manifest, &bounded(&manifest, boundary())), "", "a boundary allows nothing by itself");
    let whole = lab(&[]);
    assert_eq!(found(&whole, &bounded(&whole, boundary())), "");
}
