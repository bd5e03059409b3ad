use super::examples::*;
use crate::field::Field;
use crate::plan::ProblemKind;
use crate::render::{Style, summary_line, text};
use crate::resource::{NotebookInstance, Resource, Role, Tags};

fn live_role() -> Role {
    Role {
        tags: tags(&[("project", "immersion-day"), ("reconcile:owner", "lab")]),
        path: Field::Set("/".to_owned()),
        ..role()
    }
}

#[test]
fn the_lab_from_nothing() {
    insta::assert_snapshot!(text(&lab(), &PLAIN), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com

    + iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (create)
        trust_policy:
          + Service ec2.amazonaws.com may sts:AssumeRole
          + Service sagemaker.amazonaws.com may sts:AssumeRole
        managed_policies:
          + arn:aws:iam::aws:policy/AmazonS3FullAccess
          + arn:aws:iam::aws:policy/AmazonSageMakerFullAccess
        inline_policies.get-role-inline-policy:
          + iam:GetRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
        tags.project: immersion-day
        calls:
          1. iam:CreateRole        create the role with its trust policy
          2. iam:AttachRolePolicy  attach arn:aws:iam::aws:policy/AmazonS3FullAccess
          3. iam:AttachRolePolicy  attach arn:aws:iam::aws:policy/AmazonSageMakerFullAccess
          4. iam:PutRolePolicy     put the inline policy get-role-inline-policy

    ~ iam.roles.workspace  role databricks-cross-account-role  (update)
        inline_policies.pass-cluster-role-inline-policy:
          + iam:PassRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
            (widens)
        calls, after iam.roles.cluster:
          1. iam:PutRolePolicy  put the inline policy pass-cluster-role-inline-policy
        ! widens-access: more is allowed than before

    + iam.instance_profiles.cluster  instance profile databricks-cluster-sagemaker-access-role  (create)
        role: databricks-cluster-sagemaker-access-role
        calls, after iam.roles.cluster:
          1. iam:CreateInstanceProfile     create the instance profile
          2. iam:AddRoleToInstanceProfile  put the role databricks-cluster-sagemaker-access-role into it

    + sagemaker.notebook_instances.image-build  (create)
        notebook instance databricks-on-aws-immersion-day
        instance_type:       ml.t3.large
        role_arn:            arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
        volume_size_in_gb:   30
        platform_identifier: notebook-al2023-v1
        tags.project:        immersion-day
        calls, after iam.roles.cluster:
          1. sagemaker:CreateNotebookInstance  create the notebook instance and start it

    + databricks.instance_profiles.cluster  (create)
        instance profile registration arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
        instance_profile_arn: arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
        calls, after iam.instance_profiles.cluster, iam.roles.workspace:
          1. databricks:instance-profiles/add  register the instance profile, with a launch check

    + databricks.clusters.lab  cluster sagemaker-lab  (create)
        spark_version:                       16.4.x-cpu-ml-scala2.12
        node_type_id:                        i3.xlarge
        num_workers:                         0
        autotermination_minutes:             120
        runtime_engine:                      STANDARD
        aws_attributes.instance_profile_arn: arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
        spark_conf:
          spark.databricks.cluster.profile: singleNode
          spark.master: local[*]
        spark_env_vars:
          + TOKEN
        custom_tags.ResourceClass:           SingleNode
        calls, after databricks.instance_profiles.cluster:
          1. databricks:clusters/create  create the cluster and start it

    + databricks.notebooks.data-prep  notebook /Shared/immersion-day/201-data-prep.ja  (create)
        source:   3 lines
        language: PYTHON
        calls:
          1. databricks:workspace/mkdirs  make the folder /Shared/immersion-day
          2. databricks:workspace/import  import the notebook

    Plan: 6 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.
    ");
    insta::assert_snapshot!(summary_line(&lab()), @"Plan: 6 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.");
}

#[test]
fn a_narrow_terminal_breaks_prose_and_never_what_is_copied() {
    insta::assert_snapshot!(text(&lab(), &Style { width: 60, ..PLAIN }), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com

    + iam.roles.cluster  (create)
        role databricks-cluster-sagemaker-access-role
        trust_policy:
          + Service ec2.amazonaws.com may sts:AssumeRole
          + Service sagemaker.amazonaws.com may sts:AssumeRole
        managed_policies:
          + arn:aws:iam::aws:policy/AmazonS3FullAccess
          + arn:aws:iam::aws:policy/AmazonSageMakerFullAccess
        inline_policies.get-role-inline-policy:
          + iam:GetRole on
            arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
        tags.project: immersion-day
        calls:
          1. iam:CreateRole        create the role with its
             trust policy
          2. iam:AttachRolePolicy  attach
             arn:aws:iam::aws:policy/AmazonS3FullAccess
          3. iam:AttachRolePolicy  attach
             arn:aws:iam::aws:policy/AmazonSageMakerFullAccess
          4. iam:PutRolePolicy     put the inline policy
             get-role-inline-policy

    ~ iam.roles.workspace  (update)
        role databricks-cross-account-role
        inline_policies.pass-cluster-role-inline-policy:
          + iam:PassRole on
            arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
            (widens)
        calls, after iam.roles.cluster:
          1. iam:PutRolePolicy  put the inline policy
                                pass-cluster-role-inline-policy
        ! widens-access: more is allowed than before

    + iam.instance_profiles.cluster  (create)
        instance profile databricks-cluster-sagemaker-access-role
        role: databricks-cluster-sagemaker-access-role
        calls, after iam.roles.cluster:
          1. iam:CreateInstanceProfile     create the instance
             profile
          2. iam:AddRoleToInstanceProfile  put the role
             databricks-cluster-sagemaker-access-role into it

    + sagemaker.notebook_instances.image-build  (create)
        notebook instance databricks-on-aws-immersion-day
        instance_type:       ml.t3.large
        role_arn:            arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
        volume_size_in_gb:   30
        platform_identifier: notebook-al2023-v1
        tags.project:        immersion-day
        calls, after iam.roles.cluster:
          1. sagemaker:CreateNotebookInstance  create the
             notebook instance and start it

    + databricks.instance_profiles.cluster  (create)
        instance profile registration arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
        instance_profile_arn: arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
        calls, after iam.instance_profiles.cluster,
          iam.roles.workspace:
          1. databricks:instance-profiles/add  register the
             instance profile, with a launch check

    + databricks.clusters.lab  cluster sagemaker-lab  (create)
        spark_version:                       16.4.x-cpu-ml-scala2.12
        node_type_id:                        i3.xlarge
        num_workers:                         0
        autotermination_minutes:             120
        runtime_engine:                      STANDARD
        aws_attributes.instance_profile_arn: arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
        spark_conf:
          spark.databricks.cluster.profile: singleNode
          spark.master: local[*]
        spark_env_vars:
          + TOKEN
        custom_tags.ResourceClass:           SingleNode
        calls, after databricks.instance_profiles.cluster:
          1. databricks:clusters/create  create the cluster and
             start it

    + databricks.notebooks.data-prep  (create)
        notebook /Shared/immersion-day/201-data-prep.ja
        source:   3 lines
        language: PYTHON
        calls:
          1. databricks:workspace/mkdirs  make the folder
             /Shared/immersion-day
          2. databricks:workspace/import  import the notebook

    Plan: 6 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.
    ");
}

#[test]
fn a_role_is_updated_statement_by_statement() {
    let live = Role {
        trust_policy: Field::Set(trust(&["ec2.amazonaws.com", "lambda.amazonaws.com"])),
        managed_policies: Field::Set([scope().managed_policy_arn("AmazonS3FullAccess")].into()),
        inline_policies: inline("get-role-inline-policy", allow("iam:ListRoles")),
        max_session_duration: Field::Set(3600),
        description: Field::Null,
        ..live_role()
    };
    let desired = Role {
        max_session_duration: Field::Set(7200),
        description: Field::Set("The lab's clusters".to_owned()),
        ..role()
    };
    let plan = plan(vec![planned("cluster", Resource::Role(desired), Some(Resource::Role(live)))]);
    insta::assert_snapshot!(text(&plan, &PLAIN), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com

    ~ iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (update)
        trust_policy:
          + Service sagemaker.amazonaws.com may sts:AssumeRole (widens)
          - Service lambda.amazonaws.com may sts:AssumeRole (narrows)
        description:          (unset) → The lab's clusters
        max_session_duration: 3600 → 7200
        managed_policies:
          + arn:aws:iam::aws:policy/AmazonSageMakerFullAccess
        inline_policies.get-role-inline-policy:
          + iam:GetRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
            (widens)
          - iam:ListRoles on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
            (narrows)
        calls:
          1. iam:UpdateAssumeRolePolicy  set the trust policy
          2. iam:UpdateRole              set the description and the longest session
          3. iam:AttachRolePolicy        attach arn:aws:iam::aws:policy/AmazonSageMakerFullAccess
          4. iam:PutRolePolicy           put the inline policy get-role-inline-policy
        ! widens-access: more is allowed than before

    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.
    ");
}

#[test]
fn what_has_no_owner_is_adopted_with_the_next_write() {
    let live = Role { tags: Tags::default(), ..live_role() };
    let unowned = Role { tags: tags(&[("project", "immersion-day")]), ..live_role() };
    let plan = plan(vec![
        planned("cluster", Resource::Role(role()), Some(Resource::Role(live))),
        planned("second", Resource::Role(role()), Some(Resource::Role(unowned))),
        planned("third", Resource::Role(role()), Some(Resource::Role(live_role()))),
    ]);
    insta::assert_snapshot!(text(&plan, &PLAIN), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com

    ~ iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (update)
        tags.project:         (unset) → immersion-day
        tags.reconcile:owner: (unset) → lab
        calls:
          1. iam:TagRole  set the tags project, reconcile:owner
        adopted: it exists without an owner tag, and gets ours with these calls

    = 2 resources unchanged, 1 without an owner tag (--adopt claims what has none)

    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 2 unchanged.
    ");
    insta::assert_snapshot!(text(&plan, &Style { verbose: true, ..PLAIN }), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com
      read with             9 calls

    ~ iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (update)
        tags.project:         (unset) → immersion-day
        tags.reconcile:owner: (unset) → lab
        calls:
          1. iam:TagRole  set the tags project, reconcile:owner
        adopted: it exists without an owner tag, and gets ours with these calls

    = iam.roles.second  role databricks-cluster-sagemaker-access-role  (unchanged, without an owner tag)
    = iam.roles.third  role databricks-cluster-sagemaker-access-role  (unchanged)

    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 2 unchanged.
    ");
}

#[test]
fn problems_say_what_why_and_where() {
    let unread = with_problem(
        unread("workspace", Resource::Role(workspace_role(allow("iam:PassRole")))),
        ProblemKind::Error,
        "iam:GetRole: AccessDenied: User: arn:aws:iam::111122223333:user/ci is not authorized to perform: iam:GetRole",
        Some("allow iam:GetRole to the caller"),
    );
    let foreign = with_problem(
        self::unread("image-build", Resource::NotebookInstance(notebook_instance())),
        ProblemKind::Refused,
        "the notebook instance `databricks-on-aws-immersion-day` belongs to the manifest `other`",
        Some("give it another name, or take it from that manifest with `--take-over`"),
    );
    let moved = Role { path: Field::Set("/lab/".to_owned()), ..role() };
    let protected = with_problem(
        planned("cluster", Resource::Role(moved), Some(Resource::Role(live_role()))),
        ProblemKind::Refused,
        "`databricks-cluster-sagemaker-access-role` would be replaced, and `protect: true` forbids that",
        None,
    );
    let plan = plan(vec![unread, foreign, protected]);
    insta::assert_snapshot!(text(&plan, &PLAIN), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com

    ✗ iam.roles.workspace  role databricks-cross-account-role  (error)
        iam:GetRole: AccessDenied: User: arn:aws:iam::111122223333:user/ci is not authorized to perform:
          iam:GetRole
        help: allow iam:GetRole to the caller
        at reconcile.yaml:31:5

    ✗ sagemaker.notebook_instances.image-build  (refused)
        notebook instance databricks-on-aws-immersion-day
        the notebook instance `databricks-on-aws-immersion-day` belongs to the manifest `other`
        help: give it another name, or take it from that manifest with `--take-over`
        at reconcile.yaml:31:5

    ✗ iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (replace: refused)
        path: / → /lab/
        ! replace: the role is deleted and made anew
        note: the new role gets another unique id: policies elsewhere that name it as a principal have
          to be saved again
        `databricks-cluster-sagemaker-access-role` would be replaced, and `protect: true` forbids that
        at reconcile.yaml:31:5

    Plan: 0 to create, 0 to update, 0 to replace, 0 to delete, 0 unchanged; 1 with an error, 2 refused.
    ");
}

#[test]
fn an_empty_plan_says_so_and_warns_all_the_same() {
    let agrees = planned("cluster", Resource::Role(role()), Some(Resource::Role(live_role())));
    let mut plan = plan(vec![agrees]);
    plan.warnings = vec![warning(Some(place(44, 28))), warning(None)];
    insta::assert_snapshot!(text(&plan, &PLAIN), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com

    = 1 resource unchanged

    warning[retired-platform]: `notebook-al2-v2` was retired on 2026-06-30: it can no longer be created,
      and existing instances stop getting updates
      at reconcile.yaml:44:28
    warning[retired-platform]: `notebook-al2-v2` was retired on 2026-06-30: it can no longer be created,
      and existing instances stop getting updates

    No changes. The live state agrees with the manifest.
    ");
    plan.resources.clear();
    plan.warnings.clear();
    plan.aws = None;
    plan.databricks = None;
    insta::assert_snapshot!(text(&plan, &PLAIN), @"
    Plan for databricks-sagemaker-lab

    No changes. The live state agrees with the manifest.
    ");
}

#[test]
fn an_unchanged_resource_with_a_remark_is_told() {
    let live = NotebookInstance { platform_identifier: Field::Absent, ..live_notebook_instance() };
    let desired = Resource::NotebookInstance(notebook_instance());
    let plan = plan(vec![planned("image-build", desired, Some(Resource::NotebookInstance(live)))]);
    insta::assert_snapshot!(text(&plan, &PLAIN), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com

    = sagemaker.notebook_instances.image-build  (unchanged)
        notebook instance databricks-on-aws-immersion-day
        note: platform_identifier is not compared: the service does not report it

    No changes. The live state agrees with the manifest.
    ");
}
