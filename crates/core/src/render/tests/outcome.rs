use super::examples::*;
use crate::outcome::{OperationOutcome, Outcome, ResourceOutcome};
use crate::plan::{Plan, ProblemKind};
use crate::render::{Style, outcome_text};
use crate::resource::Resource;

fn done(seconds: f64) -> OperationOutcome {
    OperationOutcome::Done { seconds }
}

fn skipped(because: &str) -> OperationOutcome {
    OperationOutcome::Skipped { because: because.to_owned() }
}

/// Everything done, each call in 0.4 seconds.
fn all_done(plan: &Plan) -> Outcome {
    let resources = plan.resources.iter().map(|resource| {
        let operations = resource.operations.iter().map(|_| done(0.4)).collect();
        (resource.address.clone(), ResourceOutcome { operations, not_taken: Vec::new() })
    });
    Outcome { resources: resources.collect(), ..Outcome::default() }
}

#[test]
fn everything_is_done() {
    let plan = lab();
    let mut outcome = all_done(&plan);
    let slow = outcome.resources.get_mut(&plan.resources[3].address).expect("the notebook instance");
    slow.operations = vec![done(252.7)];
    insta::assert_snapshot!(outcome_text(&plan, &outcome, &PLAIN), @"
    ✓ iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (created: 4 calls, 1.6 s)
    ✓ iam.roles.workspace  role databricks-cross-account-role  (updated: 1 call, 0.4 s)
    ✓ iam.instance_profiles.cluster  (created: 2 calls, 0.8 s)
        instance profile databricks-cluster-sagemaker-access-role
    ✓ sagemaker.notebook_instances.image-build  (created: 1 call, 4 min 12 s)
        notebook instance databricks-on-aws-immersion-day
    ✓ databricks.instance_profiles.cluster  (created: 1 call, 0.4 s)
        instance profile registration arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
    ✓ databricks.clusters.lab  cluster sagemaker-lab  (created: 1 call, 0.4 s)
    ✓ databricks.notebooks.data-prep  (created: 2 calls, 0.8 s)
        notebook /Shared/immersion-day/201-data-prep.ja

    Applied: 7 done, 0 failed, 0 skipped.
    ");
    let verbose = outcome_text(&plan, &outcome, &Style { verbose: true, ..PLAIN });
    assert!(verbose.contains("1. iam:CreateRole        done, 0.4 s\n"), "{verbose}");
}

#[test]
fn what_failed_what_was_skipped_and_what_did_not_take() {
    let plan = lab();
    let mut outcome = all_done(&plan);
    let mut set = |index: usize, operations: Vec<OperationOutcome>, not_taken: &[&str]| {
        let not_taken = not_taken.iter().map(|text| (*text).to_owned()).collect();
        outcome.resources.insert(plan.resources[index].address.clone(), ResourceOutcome { operations, not_taken });
    };
    let failed = OperationOutcome::Failed {
        error: "iam:AttachRolePolicy: LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10 (request 0a1b)"
            .to_owned(),
        help: Some(
            "detach a policy, or ask AWS to raise the quota `Managed policies attached to an IAM role`".to_owned(),
        ),
        seconds: 0.8,
    };
    set(0, vec![done(1.2), failed, skipped("the call before it failed"), skipped("the call before it failed")], &[]);
    set(2, vec![skipped("iam.roles.cluster failed"); 2], &[]);
    set(3, vec![done(250.0)], &["volume_size_in_gb: 30 was asked for, and it is 20"]);
    set(4, vec![skipped("iam.instance_profiles.cluster was skipped")], &[]);
    set(6, vec![done(0.1), skipped("the apply was interrupted")], &[]);
    outcome.resources.remove(&plan.resources[5].address);
    insta::assert_snapshot!(outcome_text(&plan, &outcome, &PLAIN), @"
    ✗ iam.roles.cluster  role databricks-cluster-sagemaker-access-role  (create: failed)
        1. iam:CreateRole        done, 1.2 s
        2. iam:AttachRolePolicy  failed, 0.8 s
             error: iam:AttachRolePolicy: LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10
               (request 0a1b)
             help: detach a policy, or ask AWS to raise the quota `Managed policies attached to an IAM
               role`
        3. iam:AttachRolePolicy  skipped: the call before it failed
        4. iam:PutRolePolicy     skipped: the call before it failed
    ✓ iam.roles.workspace  role databricks-cross-account-role  (updated: 1 call, 0.4 s)
    - iam.instance_profiles.cluster  (create: skipped)
        instance profile databricks-cluster-sagemaker-access-role
        iam.roles.cluster failed
    ! sagemaker.notebook_instances.image-build  (created, but not all of it took: 1 call, 4 min 10 s)
        notebook instance databricks-on-aws-immersion-day
        did not take: volume_size_in_gb: 30 was asked for, and it is 20
    - databricks.instance_profiles.cluster  (create: skipped)
        instance profile registration arn:aws:iam::111122223333:instance-profile/databricks-cluster-sagemaker-access-role
        iam.instance_profiles.cluster was skipped
    - databricks.clusters.lab  cluster sagemaker-lab  (create: skipped)
        it was not reached
    ! databricks.notebooks.data-prep  (create: unfinished)
        notebook /Shared/immersion-day/201-data-prep.ja
        1. databricks:workspace/mkdirs  done, 0.1 s
        2. databricks:workspace/import  skipped: the apply was interrupted

    Applied: 1 done, 1 did not take, 1 failed, 1 unfinished, 3 skipped.
    ");
}

#[test]
fn what_was_not_planned_is_told_again() {
    let unread = unread("workspace", Resource::Role(workspace_role(allow("iam:PassRole"))));
    let help = Some("allow iam:GetRole to the caller");
    let plan = plan(vec![with_problem(unread, ProblemKind::Error, "iam:GetRole: AccessDenied", help)]);
    let outcome = Outcome::default();
    insta::assert_snapshot!(outcome_text(&plan, &outcome, &PLAIN), @"
    ✗ iam.roles.workspace  role databricks-cross-account-role  (not planned: error)
        iam:GetRole: AccessDenied
        help: allow iam:GetRole to the caller
        at reconcile.yaml:31:5

    Applied: 0 done, 0 failed, 0 skipped, 1 not planned.
    ");
}

#[test]
fn nothing_to_do() {
    let outcome = Outcome::default();
    insta::assert_snapshot!(outcome_text(&plan(Vec::new()), &outcome, &PLAIN), @"Nothing to do. The live state agrees with the manifest.");
}
