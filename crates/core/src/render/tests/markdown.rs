use super::examples::*;
use crate::field::Field;
use crate::plan::ProblemKind;
use crate::render::{Hazards, markdown};
use crate::resource::{NotebookInstance, Resource, Role};

#[test]
fn the_lab_from_nothing() {
    insta::assert_snapshot!(markdown(&lab(), Hazards::ToBeAllowed), @"
    ### Plan for `databricks-sagemaker-lab`

    AWS account `111122223333 (us-east-1)`, Databricks workspace `https://dbc-0a1b2c3d-e4f5.cloud.databricks.com`

    **Plan: 6 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.**

    | | resource | name | action | hazards |
    | :-: | --- | --- | --- | --- |
    | + | `iam.roles.cluster` | `databricks-cluster-sagemaker-access-role` | create |  |
    | ~ | `iam.roles.workspace` | `databricks-cross-account-role` | update | widens-access |
    | + | `iam.instance_profiles.cluster` | `databricks-cluster-sagemaker-access-role` | create |  |
    | + | `sagemaker.notebook_instances.image-build` | `databricks-on-aws-immersion-day` | create |  |
    | + | `databricks.instance_profiles.cluster` | `arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role` | create |  |
    | + | `databricks.clusters.lab` | `sagemaker-lab` | create |  |
    | + | `databricks.notebooks.data-prep` | `/Shared/immersion-day/201-data-prep.ja` | create |  |

    <details><summary>+ <code>iam.roles.cluster</code>: create</summary>

    ```diff
    + tags.project: immersion-day
    @@ trust_policy @@
    + Service ec2.amazonaws.com may sts:AssumeRole
    + Service sagemaker.amazonaws.com may sts:AssumeRole
    @@ managed_policies @@
    + arn:aws:iam::aws:policy/AmazonS3FullAccess
    + arn:aws:iam::aws:policy/AmazonSageMakerFullAccess
    @@ inline_policies.get-role-inline-policy @@
    + iam:GetRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
    ```

    1. `iam:CreateRole` create the role with its trust policy
    2. `iam:AttachRolePolicy` attach arn:aws:iam::aws:policy/AmazonS3FullAccess
    3. `iam:AttachRolePolicy` attach arn:aws:iam::aws:policy/AmazonSageMakerFullAccess
    4. `iam:PutRolePolicy` put the inline policy get-role-inline-policy

    </details>

    <details><summary>~ <code>iam.roles.workspace</code>: update</summary>

    ```diff
    @@ inline_policies.pass-cluster-role-inline-policy @@
    + iam:PassRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role (widens)
    ```

    after `iam.roles.cluster`:

    1. `iam:PutRolePolicy` put the inline policy pass-cluster-role-inline-policy

    - ⚠️ widens-access: more is allowed than before

    </details>

    <details><summary>+ <code>iam.instance&#95;profiles.cluster</code>: create</summary>

    ```diff
    + role: databricks-cluster-sagemaker-access-role
    ```

    after `iam.roles.cluster`:

    1. `iam:CreateInstanceProfile` create the instance profile
    2. `iam:AddRoleToInstanceProfile` put the role databricks-cluster-sagemaker-access-role into it

    </details>

    <details><summary>+ <code>sagemaker.notebook&#95;instances.image-build</code>: create</summary>

    ```diff
    + instance_type: ml.t3.large
    + role_arn: arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
    + volume_size_in_gb: 30
    + platform_identifier: notebook-al2023-v1
    + tags.project: immersion-day
    ```

    after `iam.roles.cluster`:

    1. `sagemaker:CreateNotebookInstance` create the notebook instance and start it

    </details>

    <details><summary>+ <code>databricks.instance&#95;profiles.cluster</code>: create</summary>

    ```diff
    + instance_profile_arn: arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
    ```

    after `iam.instance_profiles.cluster`, `iam.roles.workspace`:

    1. `databricks:instance-profiles/add` register the instance profile, with a launch check

    </details>

    <details><summary>+ <code>databricks.clusters.lab</code>: create</summary>

    ```diff
    + spark_version: 16.4.x-cpu-ml-scala2.12
    + node_type_id: i3.xlarge
    + num_workers: 0
    + autotermination_minutes: 120
    + runtime_engine: STANDARD
    + aws_attributes.instance_profile_arn: arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
    + custom_tags.ResourceClass: SingleNode
    @@ spark_conf @@
    + spark.databricks.cluster.profile: singleNode
    + spark.master: local[*]
    @@ spark_env_vars @@
    + TOKEN
    ```

    after `databricks.instance_profiles.cluster`:

    1. `databricks:clusters/create` create the cluster and start it

    </details>

    <details><summary>+ <code>databricks.notebooks.data-prep</code>: create</summary>

    ```diff
    + source: 3 lines
    + language: PYTHON
    ```

    1. `databricks:workspace/mkdirs` make the folder /Shared/immersion-day
    2. `databricks:workspace/import` import the notebook

    </details>
    ");
}

#[test]
fn updates_hazards_problems_and_warnings() {
    let live = NotebookInstance { volume_size_in_gb: Field::Set(50), ..live_notebook_instance() };
    let shrinks =
        planned("image-build", Resource::NotebookInstance(notebook_instance()), Some(Resource::NotebookInstance(live)));
    let edited = planned(
        "data-prep",
        Resource::Notebook(notebook("import os\nprint(1)\n```\n")),
        Some(Resource::Notebook(notebook("import os\nprint(2)\n```\n"))),
    );
    let unread = with_problem(
        unread("workspace", Resource::Role(workspace_role(allow("iam:PassRole")))),
        ProblemKind::Error,
        "iam:GetRole: AccessDenied: <no> reason",
        Some("allow iam:GetRole to the caller"),
    );
    let unowned = planned(
        "cluster",
        Resource::Role(role()),
        Some(Resource::Role(Role {
            trust_policy: Field::Set(trust(&["ec2.amazonaws.com"])),
            tags: tags(&[]),
            ..role()
        })),
    );
    let mut plan = plan(vec![shrinks, edited, unread, unowned]);
    plan.warnings = vec![warning(Some(place(44, 28)))];
    insta::assert_snapshot!(markdown(&plan, Hazards::ToBeAllowed), @"
    ### Plan for `databricks-sagemaker-lab`

    AWS account `111122223333 (us-east-1)`, Databricks workspace `https://dbc-0a1b2c3d-e4f5.cloud.databricks.com`

    **Plan: 0 to create, 2 to update, 1 to replace, 0 to delete, 0 unchanged; 1 with an error.**

    ⚠️ To apply this plan, add `--allow interrupt,replace,data-loss,overwrite`

    | | resource | name | action | hazards |
    | :-: | --- | --- | --- | --- |
    | ± | `sagemaker.notebook_instances.image-build` | `databricks-on-aws-immersion-day` | replace | **interrupt**, **replace**, **data-loss** |
    | ~ | `databricks.notebooks.data-prep` | `/Shared/immersion-day/201-data-prep.ja` | update | **overwrite** |
    | ❌ | `iam.roles.workspace` | `databricks-cross-account-role` | **error** |  |
    | ~ | `iam.roles.cluster` | `databricks-cluster-sagemaker-access-role` | update | widens-access |

    **Warnings**

    - `retired-platform`: `notebook-al2-v2` was retired on 2026-06-30: it can no longer be created, and existing instances stop getting updates (`reconcile.yaml:44:28`)

    <details><summary>❌ <code>iam.roles.workspace</code>: error</summary>

    **error**: iam:GetRole: AccessDenied: &#60;no&#62; reason

    help: allow iam:GetRole to the caller

    at `reconcile.yaml:31:5`

    </details>

    <details><summary>± <code>sagemaker.notebook&#95;instances.image-build</code>: replace</summary>

    ```diff
    - volume_size_in_gb: 50
    + volume_size_in_gb: 30
    ```

    1. `sagemaker:AddTags` set the tag reconcile:run-state
    2. `sagemaker:StopNotebookInstance` stop it
    3. `sagemaker:DeleteNotebookInstance` delete the notebook instance and its volume
    4. `sagemaker:CreateNotebookInstance` create the notebook instance and start it

    - ⚠️ **interrupt**: the running notebook instance stops (`--allow interrupt`)
    - ⚠️ **replace**: the notebook instance is deleted and made anew (`--allow replace`)
    - ⚠️ **data-loss**: its volume goes for good, with everything on it (`--allow data-loss`)
    - its volume (/home/ec2-user/SageMaker), its URL and its network interface are lost
    - a volume can grow but never shrink

    </details>

    <details><summary>~ <code>databricks.notebooks.data-prep</code>: update</summary>

    ````diff
    @@ source: 1 line added, 1 removed @@
    @@ -1,3 +1,3 @@
     import os
    -print(2)
    +print(1)
     ```
    ````

    1. `databricks:workspace/import` import the notebook over the live one

    - ⚠️ **overwrite**: the text in the workspace is written over (`--allow overwrite`)
    - the workspace's text may have been edited by hand; `on_remote_change: overwrite` or `keep` settles it for good

    </details>

    <details><summary>~ <code>iam.roles.cluster</code>: update</summary>

    ```diff
    + tags.project: immersion-day
    + tags.reconcile:owner: lab
    @@ trust_policy @@
    + Service sagemaker.amazonaws.com may sts:AssumeRole (widens)
    ```

    1. `iam:UpdateAssumeRolePolicy` set the trust policy
    2. `iam:TagRole` set the tags project, reconcile:owner

    - ⚠️ widens-access: more is allowed than before
    - adopted: it exists without an owner tag, and gets ours with these calls

    </details>
    ");
}

#[test]
fn nothing_differs() {
    insta::assert_snapshot!(markdown(&plan(Vec::new()), Hazards::ToBeAllowed), @"
    ### Plan for `databricks-sagemaker-lab`

    AWS account `111122223333 (us-east-1)`, Databricks workspace `https://dbc-0a1b2c3d-e4f5.cloud.databricks.com`

    **No changes. The live state agrees with the manifest.**
    ");
}

#[test]
fn names_from_the_live_world_are_no_markup() {
    let hostile = "a|b`</summary><img src=x>@team #1";
    let name = Role { name: hostile.to_owned(), tags: tags(&[(hostile, hostile)]), ..role() };
    let mut plan = plan(vec![planned("cluster", Resource::Role(name), None)]);
    plan.resources[0].changes.truncate(0);
    plan.resources[0].operations.truncate(1);
    plan.resources[0].notes = vec![hostile.to_owned()];
    insta::assert_snapshot!(markdown(&plan, Hazards::ToBeAllowed), @"
    ### Plan for `databricks-sagemaker-lab`

    AWS account `111122223333 (us-east-1)`, Databricks workspace `https://dbc-0a1b2c3d-e4f5.cloud.databricks.com`

    **Plan: 1 to create, 0 to update, 0 to replace, 0 to delete, 0 unchanged.**

    | | resource | name | action | hazards |
    | :-: | --- | --- | --- | --- |
    | + | `iam.roles.cluster` | <code>a&#124;b&#96;&#60;/summary&#62;&#60;img src&#61;x&#62;&#64;team &#35;1</code> | create |  |

    <details><summary>+ <code>iam.roles.cluster</code>: create</summary>

    1. `iam:CreateRole` create the role with its trust policy

    - a&#124;b&#96;&#60;/summary&#62;&#60;img src=x&#62;@<!-- -->team #<!-- -->1

    </details>
    ");
}

#[test]
fn a_comment_of_github_holds_any_plan() {
    let long = (0..300).map(|line| format!("print('{line}: {}')\n", "x".repeat(400))).collect::<Vec<_>>().concat();
    let resources = (0..400).map(|number| planned(&format!("n{number}"), Resource::Notebook(notebook(&long)), None));
    let mut plan = plan(resources.collect());
    for _ in 0..2_000 {
        plan.warnings.push(warning(Some(place(1, 1))));
    }
    let edited =
        planned("edited", Resource::Notebook(notebook(&long)), Some(Resource::Notebook(notebook("print(1)\n"))));
    plan.resources.insert(0, edited);
    let markdown = markdown(&plan, Hazards::ToBeAllowed);
    assert!(markdown.chars().count() <= 65_536, "{} characters", markdown.chars().count());
    assert!(markdown.contains("more resources\n") && markdown.contains("more warnings\n"));
    assert!(markdown.contains("do not fit in a comment"));
}
