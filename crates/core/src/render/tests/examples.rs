//! Resources and plans to render. The calls come from the real diffs.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Policy;
use serde_json::{Value, json};

use crate::change::Difference;
use crate::field::Field;
use crate::id::{Address, AwsScope, Kind};
use crate::plan::{Action, DatabricksScope, PlaceInFile, Plan, PlannedResource, Problem, ProblemKind, Reads, Warning};
use crate::render::{Hazards, Style};
use crate::resource::cluster::{ClusterSpec, ClusterState};
use crate::resource::notebook::{Content, Format, Language, OnRemoteChange};
use crate::resource::notebook_instance::NotebookInstanceState;
use crate::resource::{
    Cluster, InstanceProfile, Notebook, NotebookInstance, Ownership, Registration, Resource, Role, Tags,
};

pub(super) const PLAIN: Style = Style { color: false, width: 100, verbose: false, hazards: Hazards::ToBeAllowed };

pub(super) fn scope() -> AwsScope {
    AwsScope { account_id: "111122223333".to_owned(), partition: "aws".to_owned(), region: "us-east-1".to_owned() }
}

pub(super) fn policy(statements: &Value) -> Policy {
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    Policy::parse(&document.to_string(), &scope().policy_scope()).expect("a policy")
}

pub(super) fn trust(services: &[&str]) -> Policy {
    let statements = services
        .iter()
        .map(|service| json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}));
    policy(&statements.collect())
}

pub(super) fn allow(action: &str) -> Policy {
    let role = scope().role_arn("/", "databricks-cluster-sagemaker-access-role");
    policy(&json!([{"Effect": "Allow", "Action": [action], "Resource": [role]}]))
}

pub(super) fn tags(tags: &[(&str, &str)]) -> Tags {
    Tags::live(tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())))
}

fn text(text: &str) -> Field<String> {
    Field::Set(text.to_owned())
}

pub(super) fn role() -> Role {
    let name = "databricks-cluster-sagemaker-access-role";
    let managed = ["AmazonS3FullAccess", "AmazonSageMakerFullAccess"];
    let Resource::Role(identity) = role_named(name, false) else { unreachable!("a role") };
    Role {
        trust_policy: Field::Set(trust(&["ec2.amazonaws.com", "sagemaker.amazonaws.com"])),
        managed_policies: Field::Set(managed.iter().map(|name| scope().managed_policy_arn(name)).collect()),
        inline_policies: inline("get-role-inline-policy", allow("iam:GetRole")),
        tags: tags(&[("project", "immersion-day")]),
        ..identity
    }
}

pub(super) fn inline(name: &str, policy: Policy) -> Field<BTreeMap<String, Option<Policy>>> {
    Field::Set(BTreeMap::from([(name.to_owned(), Some(policy))]))
}

/// Somebody else's role, of which one inline policy is ours.
pub(super) fn workspace_role(policy: Policy) -> Role {
    let Resource::Role(identity) = role_named("databricks-cross-account-role", true) else { unreachable!("a role") };
    Role { inline_policies: inline("pass-cluster-role-inline-policy", policy), ..identity }
}

fn role_named(name: &str, existing: bool) -> Resource {
    Resource::Role(Role {
        name: name.to_owned(),
        arn: scope().role_arn("/", name),
        existing,
        path: Field::Absent,
        description: Field::Absent,
        max_session_duration: Field::Absent,
        permissions_boundary: Field::Absent,
        trust_policy: Field::Absent,
        managed_policies: Field::Absent,
        inline_policies: Field::Absent,
        tags: Tags::default(),
        instance_profiles: Field::Absent,
    })
}

pub(super) fn instance_profile() -> InstanceProfile {
    let name = "databricks-cluster-sagemaker-access-role";
    InstanceProfile {
        name: name.to_owned(),
        arn: scope().instance_profile_arn("/", name),
        path: Field::Absent,
        role: text(name),
        tags: Tags::default(),
    }
}

pub(super) fn registration() -> Registration {
    Registration {
        instance_profile_arn: instance_profile().arn,
        iam_role_arn: Field::Absent,
        is_meta_instance_profile: Field::Absent,
        skip_validation: false,
    }
}

pub(super) fn notebook_instance() -> NotebookInstance {
    let name = "databricks-on-aws-immersion-day";
    let unmanaged = NotebookInstance {
        name: name.to_owned(),
        arn: scope().notebook_instance_arn(name),
        instance_type: text("ml.t3.large"),
        role_arn: text(&role().arn),
        volume_size_in_gb: Field::Set(30),
        platform_identifier: text("notebook-al2023-v1"),
        lifecycle_config_name: Field::Absent,
        subnet_id: Field::Absent,
        security_group_ids: Field::Absent,
        kms_key_id: Field::Absent,
        direct_internet_access: Field::Absent,
        root_access: Field::Absent,
        ip_address_type: Field::Absent,
        minimum_instance_metadata_service_version: Field::Absent,
        default_code_repository: Field::Absent,
        additional_code_repositories: Field::Absent,
        state: Field::Absent,
        tags: Tags::default(),
        failure_reason: None,
    };
    NotebookInstance { tags: tags(&[("project", "immersion-day")]), ..unmanaged }
}

pub(super) fn live_notebook_instance() -> NotebookInstance {
    NotebookInstance {
        state: Field::Set(NotebookInstanceState::InService),
        tags: tags(&[("project", "immersion-day"), ("reconcile:owner", "lab")]),
        ..notebook_instance()
    }
}

pub(super) fn spec(value: Value) -> ClusterSpec {
    match value {
        Value::Object(fields) => ClusterSpec(fields),
        other => panic!("not a spec: {other}"),
    }
}

pub(super) fn cluster() -> Cluster {
    Cluster {
        name: "sagemaker-lab".to_owned(),
        cluster_id: Field::Absent,
        single_node: true,
        spec: spec(json!({
            "spark_version": "16.4.x-cpu-ml-scala2.12",
            "node_type_id": "i3.xlarge",
            "num_workers": 0,
            "autotermination_minutes": 120,
            "runtime_engine": "STANDARD",
            "aws_attributes": {"instance_profile_arn": instance_profile().arn},
            "spark_env_vars": {"TOKEN": "hunter2"},
        })),
        custom_tags: tags(&[("ResourceClass", "SingleNode")]),
        pinned: Field::Absent,
        state: Field::Absent,
        termination: None,
        starts_with: Field::Absent,
    }
}

pub(super) fn live_cluster() -> Cluster {
    let mut live = Cluster {
        cluster_id: Field::Set("1123-104500-abcdefgh".to_owned()),
        custom_tags: tags(&[("ResourceClass", "SingleNode"), ("reconcile:owner", "lab")]),
        state: Field::Set(ClusterState::Running),
        pinned: Field::Set(false),
        ..cluster()
    };
    live.spec.0.insert(
        "spark_conf".to_owned(),
        json!({"spark.databricks.cluster.profile": "singleNode", "spark.master": "local[*]"}),
    );
    live
}

pub(super) fn notebook(source: &str) -> Notebook {
    Notebook {
        path: "/Shared/immersion-day/201-data-prep.ja".to_owned(),
        content: Field::Set(Content::read(source.as_bytes(), Format::Source, Language::Python).expect("text")),
        language: Field::Set(Language::Python),
        format: Format::Source,
        on_remote_change: OnRemoteChange::Ask,
    }
}

/// Plans one resource as the planner does.
pub(super) fn planned(id: &str, desired: Resource, live: Option<Resource>) -> PlannedResource {
    let ownership = Ownership::of("lab");
    let Difference { changes, operations, hazards, notes, guards: _, replaces } =
        desired.diff(live.as_ref(), &ownership);
    let action = match (operations.is_empty(), replaces, &live) {
        (true, _, _) => Action::None,
        (false, true, _) => Action::Replace,
        (false, false, Some(_)) => Action::Update,
        (false, false, None) => Action::Create,
    };
    let unowned = |live: &Resource| live.tags().is_some_and(|tags| tags.owner().is_none());
    PlannedResource {
        address: Address::new(desired.kind(), id),
        name: desired.name().to_owned(),
        action,
        adopted: live.as_ref().is_some_and(unowned) && !desired.is_existing(),
        changes,
        operations,
        hazards,
        notes,
        depends_on: Vec::new(),
        problem: None,
        desired,
        live,
    }
}

pub(super) fn after(mut resource: PlannedResource, dependencies: &[(Kind, &str)]) -> PlannedResource {
    resource.depends_on = dependencies.iter().map(|(kind, id)| Address::new(*kind, *id)).collect();
    resource
}

pub(super) fn place(line: u32, column: u32) -> PlaceInFile {
    PlaceInFile { file: "reconcile.yaml".to_owned(), line, column }
}

/// Gives a resource a problem in place of its calls.
pub(super) fn with_problem(
    mut resource: PlannedResource,
    kind: ProblemKind,
    message: &str,
    help: Option<&str>,
) -> PlannedResource {
    let help = help.map(str::to_owned);
    resource.problem = Some(Problem { kind, message: message.to_owned(), help, place: place(31, 5) });
    resource
}

/// What could not be read: nothing is known about it.
pub(super) fn unread(id: &str, desired: Resource) -> PlannedResource {
    PlannedResource {
        action: Action::None,
        adopted: false,
        changes: Vec::new(),
        operations: Vec::new(),
        hazards: BTreeSet::new(),
        notes: Vec::new(),
        ..planned(id, desired, None)
    }
}

pub(super) fn plan(resources: Vec<PlannedResource>) -> Plan {
    Plan {
        manifest: "databricks-sagemaker-lab".to_owned(),
        fingerprint: "sha256:0".to_owned(),
        aws: Some(scope()),
        databricks: Some(DatabricksScope { host: "https://dbc-0a1b2c3d-e4f5.cloud.databricks.com".to_owned() }),
        resources,
        orphans: Vec::new(),
        warnings: Vec::new(),
        reads: Reads { calls: 9 },
    }
}

pub(super) fn warning(place: Option<PlaceInFile>) -> Warning {
    Warning {
        code: "retired-platform".to_owned(),
        message:
            "`notebook-al2-v2` was retired on 2026-06-30: it can no longer be created, and existing instances stop \
                  getting updates"
                .to_owned(),
        help: None,
        address: None,
        certainty: None,
        place,
    }
}

/// The lab, from nothing but the workspace's own role.
pub(super) fn lab() -> Plan {
    let role = || (Kind::IamRole, "cluster");
    let profile = || (Kind::IamInstanceProfile, "cluster");
    let source = "# Databricks notebook source\nimport os\n\n# COMMAND ----------\n\nprint(os.environ)\n";
    let before = Role { inline_policies: Field::Set(BTreeMap::new()), ..workspace_role(allow("iam:PassRole")) };
    let workspace =
        planned("workspace", Resource::Role(workspace_role(allow("iam:PassRole"))), Some(Resource::Role(before)));
    plan(vec![
        planned("cluster", Resource::Role(self::role()), None),
        after(workspace, &[role()]),
        after(planned("cluster", Resource::InstanceProfile(instance_profile()), None), &[role()]),
        after(planned("image-build", Resource::NotebookInstance(notebook_instance()), None), &[role()]),
        after(
            planned("cluster", Resource::Registration(registration()), None),
            &[profile(), (Kind::IamRole, "workspace")],
        ),
        after(planned("lab", Resource::Cluster(cluster()), None), &[(Kind::DatabricksInstanceProfile, "cluster")]),
        planned("data-prep", Resource::Notebook(notebook(source)), None),
    ])
}
