//! What a plan says of the chain, what an apply refuses, and what the manifest silences.

use reconcile_core::manifest::Manifest;
use reconcile_core::plan::{Plan, ProblemKind};
use reconcile_core::planner::{self, Options, World};
use reconcile_core::render::{self, Hazards};

use crate::world::{DATABRICKS_TRUST, OTHER_TRUST, before, lab, manifest, unreadable, with};

const SAGEMAKER: &str =
    "          - {Effect: Allow, Principal: {Service: sagemaker.amazonaws.com}, Action: sts:AssumeRole}\n";
const STATEMENT: &str = "{Effect: Allow, Action: [iam:PassRole], Resource: [\"${iam.roles.cluster.arn}\"]}";
const OTHER_ROLE: &str = "{Effect: Allow, Action: [iam:PassRole], Resource: ['arn:aws:iam::111122223333:role/glue']}";
const STYLE: render::Style = render::Style { color: false, width: 100, verbose: false, hazards: Hazards::ToBeAllowed };
const VOLUME: &str = "      volume_size_in_gb: 30\n";

/// The lab, broken in one link for certain and in another one as far as it can be told.
fn broken() -> Manifest {
    lab(&[(SAGEMAKER, ""), (STATEMENT, OTHER_ROLE)])
}

fn planned(manifest: &Manifest, world: &World) -> Plan {
    planner::plan(manifest, world, Options::default()).expect("no cycle")
}

/// The codes of the warnings about the chain; policies may have other ones of their own.
fn access_codes(plan: &Plan) -> Vec<&str> {
    let codes = plan.warnings.iter().map(|warning| warning.code.as_str());
    codes.filter(|code| code.starts_with("access-") || code.starts_with("retired-")).collect()
}

fn lines(text: &str, mark: &str) -> String {
    let kept = text.lines().skip_while(|line| !line.contains(mark));
    kept.take_while(|line| !line.starts_with("Plan:")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_plan_warns_and_counts_as_it_is() {
    let manifest = broken();
    let plan = planned(&manifest, &before(&manifest, DATABRICKS_TRUST));
    assert_eq!(plan.problems(ProblemKind::Error).count(), 0);
    assert_eq!(plan.summary().create, 5);
    let text = render::text(&plan, &STYLE);
    let of_the_chain: Vec<_> = plan.warnings.iter().filter(|warning| warning.code.starts_with("access-")).collect();
    insta::assert_snapshot!(lines(&text, "warning[access-"), @r#"
    warning[access-sagemaker-trust]: sagemaker.notebook_instances.image-build: the notebook instance's
      role databricks-cluster-sagemaker-access-role does not let SageMaker assume it: its trust policy
      does not allow sagemaker.amazonaws.com sts:AssumeRole
      help: add to the trust policy of iam.roles.cluster:
        {"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}
      at lab.yaml:54:7
    warning[access-pass-role]: databricks.instance_profiles.cluster: the role
      databricks-cross-account-role (iam.roles.workspace) may pass arn:aws:iam::111122223333:role/glue
      and not arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role, as far as it can
      be told
      help: add to an inline policy of iam.roles.workspace:
        {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}
      at lab.yaml:60:15
    "#);
    insta::assert_snapshot!(lines(&render::markdown(&plan, Hazards::ToBeAllowed), "- `access-").lines().take(2).collect::<Vec<_>>().join("\n"), @r#"
    - `access-sagemaker-trust`: sagemaker.notebook&#95;instances.image-build: the notebook instance's role databricks-cluster-sagemaker-access-role does not let SageMaker assume it: its trust policy does not allow sagemaker.amazonaws.com sts:AssumeRole (`lab.yaml:54:7`): `add to the trust policy of iam.roles.cluster: {"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}`
    - `access-pass-role`: databricks.instance&#95;profiles.cluster: the role databricks-cross-account-role (iam.roles.workspace) may pass arn:aws:iam::111122223333:role/glue and not arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role, as far as it can be told (`lab.yaml:60:15`): `add to an inline policy of iam.roles.workspace: {"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}`
    "#);
    insta::assert_snapshot!(serde_json::to_string_pretty(&of_the_chain).unwrap(), @r#"
    [
      {
        "code": "access-sagemaker-trust",
        "message": "the notebook instance's role databricks-cluster-sagemaker-access-role does not let SageMaker assume it: its trust policy does not allow sagemaker.amazonaws.com sts:AssumeRole",
        "help": "add to the trust policy of iam.roles.cluster: {\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"sagemaker.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}",
        "address": "sagemaker.notebook_instances.image-build",
        "certainty": "certain",
        "place": {
          "file": "lab.yaml",
          "line": 54,
          "column": 7
        }
      },
      {
        "code": "access-pass-role",
        "message": "the role databricks-cross-account-role (iam.roles.workspace) may pass arn:aws:iam::111122223333:role/glue and not arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role",
        "help": "add to an inline policy of iam.roles.workspace: {\"Effect\":\"Allow\",\"Action\":\"iam:PassRole\",\"Resource\":\"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role\",\"Condition\":{\"StringEquals\":{\"iam:PassedToService\":\"ec2.amazonaws.com\"}}}",
        "address": "databricks.instance_profiles.cluster",
        "certainty": "possible",
        "place": {
          "file": "lab.yaml",
          "line": 60,
          "column": 15
        }
      }
    ]
    "#);
}

#[test]
fn an_apply_refuses_what_is_certain_and_warns_of_the_rest() {
    let manifest = broken();
    let mut plan = planned(&manifest, &before(&manifest, DATABRICKS_TRUST));
    plan.refuse_certain_failures();
    let problems: Vec<_> = plan.problems(ProblemKind::Error).map(|(planned, _)| planned.address.to_string()).collect();
    assert_eq!(problems, ["sagemaker.notebook_instances.image-build"]);
    assert_eq!(access_codes(&plan), ["access-pass-role"]);
    let text = render::text(&plan, &STYLE);
    let told = lines(&text, "✗ sagemaker.notebook_instances.image-build");
    insta::assert_snapshot!(told.split("\n\n").next().unwrap(), @r#"
    ✗ sagemaker.notebook_instances.image-build  (create: error)
        notebook instance databricks-on-aws-immersion-day
        instance_type:       ml.t3.large
        role_arn:            arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
        volume_size_in_gb:   30
        platform_identifier: notebook-al2023-v1
        tags.project:        immersion-day
        access-sagemaker-trust: the notebook instance's role databricks-cluster-sagemaker-access-role
          does not let SageMaker assume it: its trust policy does not allow sagemaker.amazonaws.com
          sts:AssumeRole
        help: add to the trust policy of iam.roles.cluster:
          {"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}
        at lab.yaml:54:7
    "#);
}

#[test]
fn a_resource_with_another_problem_keeps_it() {
    let manifest = broken();
    let world = before(&manifest, DATABRICKS_TRUST);
    let kind = reconcile_core::id::Kind::SagemakerNotebookInstance;
    let mut plan =
        planned(&manifest, &with(world, kind, "image-build", unreadable("sagemaker:DescribeNotebookInstance")));
    plan.refuse_certain_failures();
    let problems: Vec<_> = plan.problems(ProblemKind::Error).map(|(_, problem)| problem.message.as_str()).collect();
    assert_eq!(problems, ["sagemaker:DescribeNotebookInstance: no"]);
    assert!(plan.warnings.iter().any(|warning| warning.code == "access-sagemaker-trust"));
}

/// The notes on the notebook instance, and the codes of the plan's warnings.
fn silenced(manifest: &Manifest) -> (Vec<String>, Vec<String>) {
    let mut plan = planned(manifest, &before(manifest, DATABRICKS_TRUST));
    plan.refuse_certain_failures();
    assert_eq!(plan.problems(ProblemKind::Error).count(), 0);
    let notes = plan.resources.iter().flat_map(|planned| planned.notes.clone()).collect();
    (notes, access_codes(&plan).into_iter().map(str::to_owned).collect())
}

#[test]
fn what_is_ignored_is_a_note_with_its_reason() {
    let ignore = format!("{VOLUME}      ignore: {{access-sagemaker-trust: the role is opened by another team}}\n");
    let (notes, codes) = silenced(&lab(&[(SAGEMAKER, ""), (VOLUME, &ignore)]));
    insta::assert_snapshot!(notes.join("\n"), @"ignored, because the role is opened by another team: access-sagemaker-trust: the notebook instance's role databricks-cluster-sagemaker-access-role does not let SageMaker assume it: its trust policy does not allow sagemaker.amazonaws.com sts:AssumeRole");
    assert_eq!(codes, [""; 0]);
}

#[test]
fn a_warning_of_the_manifest_is_silenced_on_its_own_resource_only() {
    let retired = ("notebook_platform: notebook-al2023-v1", "notebook_platform: notebook-al2-v2");
    let ignore = format!("{VOLUME}      ignore: {{retired-platform: moved next month}}\n");
    let (notes, codes) = silenced(&lab(&[retired, (VOLUME, &ignore)]));
    insta::assert_snapshot!(notes.join("\n"), @"ignored, because moved next month: retired-platform: the platform notebook-al2-v2 is retired: since 2026-07-01 it can be neither created nor started");
    assert_eq!(codes, [""; 0]);
    let elsewhere =
        ("      name: sagemaker-lab\n", "      name: sagemaker-lab\n      ignore: {retired-platform: not mine}\n");
    assert_eq!(silenced(&lab(&[retired, elsewhere])), (vec![], vec!["retired-platform".to_owned()]));
}

#[test]
fn a_manifest_without_a_broken_link_says_nothing() {
    let manifest = lab(&[]);
    let plan = planned(&manifest, &before(&manifest, OTHER_TRUST));
    assert_eq!(access_codes(&plan), [""; 0]);
    assert!(plan.resources.iter().all(|planned| planned.notes.is_empty()));
}

#[test]
fn a_destruction_judges_no_chain() {
    let manifest = manifest(
        "{version: 1, name: gone, iam: {roles: {a: {trust_policy: {Statement: [{Effect: Allow, Principal: {Service: \
         lambda.amazonaws.com}, Action: sts:AssumeRole}]}}}, instance_profiles: {a: {role: a}}}}",
    );
    let world = before(&manifest, OTHER_TRUST);
    assert_eq!(access_codes(&planned(&manifest, &world)), ["access-ec2-trust"]);
    assert_eq!(access_codes(&planner::destroy(&manifest, &world).expect("no cycle")), [""; 0]);
}
