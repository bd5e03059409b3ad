//! The manifest of the design, whole.

use super::Trial;

const LAB: &str = r#"version: 1
name: databricks-sagemaker-lab

providers:
  aws: {region: us-east-1, account_id: "111122223333", profile: lab}
  databricks: {host: "${var.workspace_host}", profile: lab}

variables:
  cluster_role: databricks-cluster-sagemaker-access-role
  workspace_role: databricks-cross-account-role
  workspace_host: null

tags: {project: immersion-day}

iam:
  roles:
    cluster:
      name: ${var.cluster_role}
      trust_policy:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}
          - {Effect: Allow, Principal: {Service: sagemaker.amazonaws.com}, Action: sts:AssumeRole}
      managed_policies: [AmazonS3FullAccess, AmazonEC2ContainerRegistryFullAccess, AmazonSageMakerFullAccess]
      inline_policies:
        get-role-inline-policy:
          Version: "2012-10-17"
          Statement: [{Effect: Allow, Action: [iam:GetRole], Resource: ["${iam.roles.cluster.arn}"]}]
    workspace:
      name: ${var.workspace_role}
      existing: true
      inline_policies:
        pass-cluster-role-inline-policy:
          Version: "2012-10-17"
          Statement: [{Effect: Allow, Action: [iam:PassRole], Resource: ["${iam.roles.cluster.arn}"]}]
  instance_profiles:
    cluster: {name: "${var.cluster_role}", role: "${iam.roles.cluster.name}"}

sagemaker:
  notebook_instances:
    image-build:
      name: databricks-on-aws-immersion-day
      instance_type: ml.t3.large
      role_arn: ${iam.roles.cluster.arn}
      volume_size_in_gb: 30
      platform_identifier: notebook-al2-v2

databricks:
  instance_profiles:
    cluster: {instance_profile_arn: "${iam.instance_profiles.cluster.arn}"}
  clusters:
    lab:
      name: sagemaker-lab
      spark_version: 12.2.x-cpu-ml-scala2.12
      node_type_id: i3.xlarge
      single_node: true
      runtime_engine: STANDARD
      autotermination_minutes: 120
      aws_attributes: {instance_profile_arn: "${iam.instance_profiles.cluster.arn}"}
  notebooks:
    data-prep: {path: /Shared/immersion-day/201-data-prep.ja, source: notebooks/201-data-prep.ja.py, language: PYTHON}
"#;

fn trial() -> Trial {
    Trial::default()
        .variable("workspace_host", "https://example.net")
        .file("notebooks/201-data-prep.ja.py", "print(1)\n")
}

#[test]
fn the_lab_is_read_whole() {
    let manifest = trial().resolve(LAB).expect("a manifest");
    let names = manifest.resources.iter().map(|declared| {
        let arn = declared.resource.arn().unwrap_or("no ARN");
        format!("{} = {} ({arn}) at {}", declared.address, declared.resource.name(), declared.place)
    });
    insta::assert_snapshot!(names.collect::<Vec<_>>().join("\n"), @"
    iam.roles.cluster = databricks-cluster-sagemaker-access-role (arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role) at lab.yaml:17:5
    iam.roles.workspace = databricks-cross-account-role (arn:aws:iam::111122223333:role/databricks-cross-account-role) at lab.yaml:29:5
    iam.instance_profiles.cluster = databricks-cluster-sagemaker-access-role (arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role) at lab.yaml:37:5
    sagemaker.notebook_instances.image-build = databricks-on-aws-immersion-day (arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/databricks-on-aws-immersion-day) at lab.yaml:41:5
    databricks.instance_profiles.cluster = arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role (arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role) at lab.yaml:50:5
    databricks.clusters.lab = sagemaker-lab (no ARN) at lab.yaml:52:5
    databricks.notebooks.data-prep = /Shared/immersion-day/201-data-prep.ja (no ARN) at lab.yaml:61:5
    ");
}

#[test]
#[expect(clippy::too_many_lines, reason = "the snapshot of seven resources")]
fn every_field_is_canonical() {
    let manifest = trial().resolve(LAB).expect("a manifest");
    let resources: Vec<_> = manifest.resources.iter().map(|declared| &declared.resource).collect();
    insta::assert_debug_snapshot!(resources, @r#"
    [
        Role(
            Role {
                name: "databricks-cluster-sagemaker-access-role",
                arn: "arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role",
                existing: false,
                path: Absent,
                description: Absent,
                max_session_duration: Absent,
                permissions_boundary: Absent,
                trust_policy: Set(
                    Policy(
                        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"},{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"sagemaker.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}",
                    ),
                ),
                managed_policies: Set(
                    {
                        "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryFullAccess",
                        "arn:aws:iam::aws:policy/AmazonS3FullAccess",
                        "arn:aws:iam::aws:policy/AmazonSageMakerFullAccess",
                    },
                ),
                inline_policies: Set(
                    {
                        "get-role-inline-policy": Some(
                            Policy(
                                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"iam:GetRole\"],\"Resource\":[\"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role\"]}]}",
                            ),
                        ),
                    },
                ),
                tags: Tags(
                    {
                        "project": Some(
                            "immersion-day",
                        ),
                    },
                ),
                instance_profiles: Absent,
            },
        ),
        Role(
            Role {
                name: "databricks-cross-account-role",
                arn: "arn:aws:iam::111122223333:role/databricks-cross-account-role",
                existing: true,
                path: Absent,
                description: Absent,
                max_session_duration: Absent,
                permissions_boundary: Absent,
                trust_policy: Absent,
                managed_policies: Absent,
                inline_policies: Set(
                    {
                        "pass-cluster-role-inline-policy": Some(
                            Policy(
                                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"iam:PassRole\"],\"Resource\":[\"arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role\"]}]}",
                            ),
                        ),
                    },
                ),
                tags: Tags(
                    {},
                ),
                instance_profiles: Absent,
            },
        ),
        InstanceProfile(
            InstanceProfile {
                name: "databricks-cluster-sagemaker-access-role",
                arn: "arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role",
                path: Absent,
                role: Set(
                    "databricks-cluster-sagemaker-access-role",
                ),
                tags: Tags(
                    {
                        "project": Some(
                            "immersion-day",
                        ),
                    },
                ),
            },
        ),
        NotebookInstance(
            NotebookInstance {
                name: "databricks-on-aws-immersion-day",
                arn: "arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/databricks-on-aws-immersion-day",
                instance_type: Set(
                    "ml.t3.large",
                ),
                role_arn: Set(
                    "arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role",
                ),
                volume_size_in_gb: Set(
                    30,
                ),
                platform_identifier: Set(
                    "notebook-al2-v2",
                ),
                lifecycle_config_name: Absent,
                subnet_id: Absent,
                security_group_ids: Absent,
                kms_key_id: Absent,
                direct_internet_access: Absent,
                root_access: Absent,
                ip_address_type: Absent,
                minimum_instance_metadata_service_version: Absent,
                default_code_repository: Absent,
                additional_code_repositories: Absent,
                state: Absent,
                tags: Tags(
                    {
                        "project": Some(
                            "immersion-day",
                        ),
                    },
                ),
                failure_reason: None,
            },
        ),
        Registration(
            Registration {
                instance_profile_arn: "arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role",
                iam_role_arn: Absent,
                is_meta_instance_profile: Absent,
                skip_validation: false,
            },
        ),
        Cluster(
            Cluster {
                name: "sagemaker-lab",
                cluster_id: Absent,
                single_node: true,
                spec: ClusterSpec(
                    {
                        "spark_version": String("12.2.x-cpu-ml-scala2.12"),
                        "node_type_id": String("i3.xlarge"),
                        "autotermination_minutes": Number(120),
                        "runtime_engine": String("STANDARD"),
                        "aws_attributes": Object {
                            "instance_profile_arn": String("arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role"),
                        },
                        "num_workers": Number(0),
                        "autoscale": Null,
                    },
                ),
                custom_tags: Tags(
                    {
                        "ResourceClass": Some(
                            "SingleNode",
                        ),
                        "project": Some(
                            "immersion-day",
                        ),
                    },
                ),
                pinned: Absent,
                state: Absent,
                termination: None,
                starts_with: Absent,
            },
        ),
        Notebook(
            Notebook {
                path: "/Shared/immersion-day/201-data-prep.ja",
                content: Set(
                    Content {
                        cells: [
                            Cell {
                                cell_type: "code",
                                source: "print(1)",
                            },
                        ],
                        ..
                    },
                ),
                language: Set(
                    Python,
                ),
                format: Source,
                on_remote_change: Ask,
            },
        ),
    ]
    "#);
}

#[test]
fn the_lab_of_2023_is_warned_of_and_not_refused() {
    insta::assert_snapshot!(trial().said(LAB), @r#"
    lab.yaml:24:26: warning[policy-full-access]: the AWS-managed policy AmazonS3FullAccess gives every bucket of the account, to read, change and delete
    24 |       managed_policies: [AmazonS3FullAccess, AmazonEC2ContainerRegistryFullAccess, AmazonSageMakerFu…
       |                          ^^^^^^^^^^^^^^^^^^
    help: narrow it: allow s3:GetObject, s3:PutObject and s3:ListBucket on the buckets by name

    lab.yaml:24:46: warning[policy-full-access]: the AWS-managed policy AmazonEC2ContainerRegistryFullAccess gives every repository of the account, to push to and delete
    24 | …olicies: [AmazonS3FullAccess, AmazonEC2ContainerRegistryFullAccess, AmazonSageMakerFullAccess]
       |                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: narrow it: AmazonEC2ContainerRegistryReadOnly is enough to pull images

    lab.yaml:24:84: warning[policy-full-access]: the AWS-managed policy AmazonSageMakerFullAccess gives all of SageMaker, and to pass roles to it
    24 | …2ContainerRegistryFullAccess, AmazonSageMakerFullAccess]
       |                                ^^^^^^^^^^^^^^^^^^^^^^^^^
    help: narrow it: allow the actions that the notebook uses, on its own resources

    lab.yaml:35:23: warning[policy-pass-role-any-service]: iam:PassRole without iam:PassedToService lets the holder pass the role to any service that it trusts
    35 |           Statement: [{Effect: Allow, Action: [iam:PassRole], Resource: ["${iam.roles.cluster.arn}"]…
       |                       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    help: add Condition: {StringEquals: {iam:PassedToService: ec2.amazonaws.com}}, with the service that is meant

    lab.yaml:46:28: warning[retired-platform]: the platform notebook-al2-v2 is retired: since 2026-07-01 it can be neither created nor started
    46 |       platform_identifier: notebook-al2-v2
       |                            ^^^^^^^^^^^^^^^
    help: the current one is notebook-al2023-v1

    lab.yaml:54:22: warning[retired-runtime]: support for Databricks Runtime 12.2 LTS ended on 2026-03-01
    54 |       spark_version: 12.2.x-cpu-ml-scala2.12
       |                      ^^^^^^^^^^^^^^^^^^^^^^^
    help: runtimes with long-term support are 14.3, 15.4, 16.4 and 17.3
    "#);
}

#[test]
fn every_field_has_its_place() {
    let manifest = trial().resolve(LAB).expect("a manifest");
    let role = manifest.resources.first().expect("a role");
    let places: Vec<_> = role.field_places.iter().map(|(field, place)| format!("{field} {place}")).collect();
    insta::assert_snapshot!(places.join("\n"), @"
    inline_policies lab.yaml:25:7
    inline_policies.get-role-inline-policy lab.yaml:26:9
    managed_policies lab.yaml:24:7
    name lab.yaml:18:7
    trust_policy lab.yaml:19:7
    trust_policy.Statement lab.yaml:21:9
    trust_policy.Version lab.yaml:20:9
    ");
}

#[test]
fn the_account_is_what_the_manifest_says() {
    let document = super::Document::parse("lab.yaml", LAB.as_bytes()).expect("a document");
    assert!(document.needs_aws() && document.needs_databricks());
    assert_eq!(document.variable_names().collect::<Vec<_>>(), ["cluster_role", "workspace_host", "workspace_role"]);
    let settings = document.providers(&trial().variables).expect("settings");
    assert_eq!(settings.aws.account_id.as_deref(), Some("111122223333"));
    assert_eq!(settings.databricks.host.as_deref(), Some("https://example.net"));
    assert_eq!(settings.places["aws.account_id"].to_string(), "lab.yaml:5:40");
    assert!(document.providers(&std::collections::BTreeMap::new()).is_err(), "a variable has no value");
}
