use serde_json::json;

use super::examples::*;
use crate::field::Field;
use crate::render::{Style, text};
use crate::resource::cluster::ClusterState;
use crate::resource::{Cluster, NotebookInstance, Resource};

#[test]
fn somebody_elses_policy_is_written_over_only_when_allowed() {
    let desired = Resource::Role(workspace_role(allow("iam:PassRole")));
    let live = Resource::Role(workspace_role(allow("iam:GetRole")));
    let plan = plan(vec![planned("workspace", desired, Some(live))]);
    insta::assert_snapshot!(text(&plan, &PLAIN), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com

    ~ iam.roles.workspace  role databricks-cross-account-role  (update)
        inline_policies.pass-cluster-role-inline-policy:
          + iam:PassRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
            (widens)
          - iam:GetRole on arn:aws:iam::111122223333:role/databricks-cluster-sagemaker-access-role
            (narrows)
        calls:
          1. iam:PutRolePolicy  put the inline policy pass-cluster-role-inline-policy
        ! overwrite: another document is written over, whoever wrote it (--allow overwrite)
        ! widens-access: more is allowed than before

    ! To apply this plan, add --allow overwrite
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.
    ");
}

#[test]
fn a_notebooks_text_is_an_inline_diff() {
    let cell =
        |name: &str| format!("import os\nimport {name}\n\ndef prepare(path):\n    return os.path.join(path, 'x')\n");
    let desired = notebook(&format!("{}\n# COMMAND ----------\n\nprepare('/dbfs')\ndisplay(1)\n", cell("boto3")));
    let live = notebook(&format!("{}\n# COMMAND ----------\n\nprepare('/tmp')\ndisplay(1)\n", cell("boto")));
    let plan = plan(vec![planned("data-prep", Resource::Notebook(desired), Some(Resource::Notebook(live)))]);
    insta::assert_snapshot!(text(&plan, &PLAIN), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com

    ~ databricks.notebooks.data-prep  notebook /Shared/immersion-day/201-data-prep.ja  (update)
        source: 2 lines added, 2 removed
          @@ -1,8 +1,8 @@
           import os
          -import boto
          +import boto3

           def prepare(path):
               return os.path.join(path, 'x')
           ----------
          -prepare('/tmp')
          +prepare('/dbfs')
           display(1)
        calls:
          1. databricks:workspace/import  import the notebook over the live one
        ! overwrite: the text in the workspace is written over (--allow overwrite)
        note: the workspace's text may have been edited by hand; `on_remote_change: overwrite` or `keep`
          settles it for good

    ! To apply this plan, add --allow overwrite
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.
    ");
    let coloured = text(&plan, &Style { color: true, ..PLAIN }).replace('\u{1b}', "␛");
    insta::assert_snapshot!(coloured, @"
    Plan for ␛[1mdatabricks-sagemaker-lab␛[0m
      ␛[2mAWS account         ␛[0m  111122223333 (us-east-1)
      ␛[2mDatabricks workspace␛[0m  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com

    ␛[33m~␛[0m␛[1m databricks.notebooks.data-prep␛[0m  notebook /Shared/immersion-day/201-data-prep.ja  ␛[33m(update)␛[0m
        source: 2 lines added, 2 removed
          ␛[2m@@ -1,8 +1,8 @@␛[0m
           import os
          ␛[31m-import boto␛[0m
          ␛[32m+import boto␛[0m␛[1m␛[4m␛[32m3␛[0m

           def prepare(path):
               return os.path.join(path, 'x')
           ----------
          ␛[31m-prepare('/␛[0m␛[1m␛[4m␛[31mtmp␛[0m␛[31m')␛[0m
          ␛[32m+prepare('/␛[0m␛[1m␛[4m␛[32mdbfs␛[0m␛[32m')␛[0m
           display(1)
        ␛[2mcalls:␛[0m
          ␛[2m1.␛[0m databricks:workspace/import  import the notebook over the live one
        ␛[1m␛[31m! overwrite:␛[0m the text in the workspace is written over ␛[1m␛[31m(--allow overwrite)␛[0m
        ␛[1mnote:␛[0m the workspace's text may have been edited by hand; `on_remote_change: overwrite` or `keep`
          settles it for good

    ␛[1m␛[31m! ␛[0mTo apply this plan, add ␛[1m␛[31m--allow overwrite␛[0m
    ␛[1mPlan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.␛[0m
    ");
}

#[test]
fn a_long_difference_is_cut_unless_all_is_asked_for() {
    let lines = |name: &str| (0..150).map(|line| format!("{name}({line})\n")).collect::<Vec<_>>().concat();
    let (desired, live) = (notebook(&lines("after")), notebook(&lines("before")));
    let plan = plan(vec![planned("data-prep", Resource::Notebook(desired), Some(Resource::Notebook(live)))]);
    let cut = text(&plan, &PLAIN);
    assert!(cut.contains("… 100 more lines (-v shows all)") && !cut.contains("after(149)"), "{cut}");
    let whole = text(&plan, &Style { verbose: true, ..PLAIN });
    assert!(!whole.contains("more lines") && whole.contains("after(149)"), "{whole}");
}

#[test]
fn a_volume_that_shrinks_is_lost() {
    let live = NotebookInstance { volume_size_in_gb: Field::Set(50), ..live_notebook_instance() };
    let desired = Resource::NotebookInstance(notebook_instance());
    let plan = plan(vec![planned("image-build", desired, Some(Resource::NotebookInstance(live)))]);
    insta::assert_snapshot!(text(&plan, &PLAIN), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com

    ± sagemaker.notebook_instances.image-build  (replace)
        notebook instance databricks-on-aws-immersion-day
        volume_size_in_gb: 50 → 30
        calls:
          1. sagemaker:AddTags                 set the tag reconcile:run-state
          2. sagemaker:StopNotebookInstance    stop it
          3. sagemaker:DeleteNotebookInstance  delete the notebook instance and its volume
          4. sagemaker:CreateNotebookInstance  create the notebook instance and start it
        ! interrupt: the running notebook instance stops (--allow interrupt)
        ! replace: the notebook instance is deleted and made anew (--allow replace)
        ! data-loss: its volume goes for good, with everything on it (--allow data-loss)
        note: its volume (/home/ec2-user/SageMaker), its URL and its network interface are lost
        note: a volume can grow but never shrink

    ! To apply this plan, add --allow interrupt,replace,data-loss
    Plan: 0 to create, 0 to update, 1 to replace, 0 to delete, 0 unchanged.
    ");
}

#[test]
fn a_running_cluster_restarts_and_its_secrets_stay_secret() {
    let mut live = live_cluster();
    live.spec.0.insert("spark_env_vars".to_owned(), json!({"TOKEN": "another", "OLD": "x"}));
    live.spec.0.insert("autotermination_minutes".to_owned(), json!(60));
    live.spec.0.insert(
        "aws_attributes".to_owned(),
        json!({"instance_profile_arn": "arn:aws:iam::111122223333:instance-profile/the-one-of-last-year"}),
    );
    live.custom_tags = tags(&[("ResourceClass", "SingleNode"), ("team", "ml")]);
    let mut desired = cluster();
    desired.spec.0.insert("spark_conf".to_owned(), json!({"spark.speculation": "true", "spark.ui.port": "4041"}));
    let plan = plan(vec![planned("lab", Resource::Cluster(desired), Some(Resource::Cluster(live)))]);
    insta::assert_snapshot!(text(&plan, &PLAIN), @r#"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com

    ~ databricks.clusters.lab  cluster sagemaker-lab  (update)
        autotermination_minutes:             60 → 120
        aws_attributes.instance_profile_arn: arn:aws:iam::111122223333:instance-profile/the-one-of-last-year
                                           → arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
        spark_conf:
          + spark.speculation: "true"
          + spark.ui.port: "4041"
        spark_env_vars:
          ~ TOKEN: another value
          - OLD
        custom_tags.reconcile:owner:         (unset) → lab
        calls:
          1. databricks:clusters/update  set autotermination_minutes,
                                         aws_attributes.instance_profile_arn, spark_conf,
                                         spark_env_vars, custom_tags
        ! interrupt: the running cluster restarts (--allow interrupt)
        adopted: it exists without an owner tag, and gets ours with these calls
        note: it runs, and restarts for this: running commands are lost

    ! To apply this plan, add --allow interrupt
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.
    "#);
}

#[test]
fn a_cluster_that_is_to_be_terminated_says_so() {
    let desired = Cluster { state: Field::Set(ClusterState::Terminated), ..cluster() };
    let plan = plan(vec![planned("lab", Resource::Cluster(desired), Some(Resource::Cluster(live_cluster())))]);
    insta::assert_snapshot!(text(&plan, &PLAIN), @"
    Plan for databricks-sagemaker-lab
      AWS account           111122223333 (us-east-1)
      Databricks workspace  https://dbc-0a1b2c3d-e4f5.cloud.databricks.com

    ~ databricks.clusters.lab  cluster sagemaker-lab  (update)
        state: running → terminated
        calls:
          1. databricks:clusters/delete  terminate it; its configuration is kept
        ! interrupt: the running cluster is terminated (--allow interrupt)

    ! To apply this plan, add --allow interrupt
    Plan: 0 to create, 1 to update, 0 to replace, 0 to delete, 0 unchanged.
    ");
}
