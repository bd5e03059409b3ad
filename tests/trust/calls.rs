//! Every writing call that there is. A call that is new does not compile here until it is on the list, and fails the tests
//! until some scenario makes it.

use reconcile_core::resource::{
    ClusterOperation, InstanceProfileOperation, LifecycleConfigOperation, ManagedPolicyOperation,
    NotebookInstanceOperation, NotebookOperation, Operation, RegistrationOperation, RoleOperation,
};

macro_rules! calls {
    ($($kind:ident: $operations:ident { $($variant:ident => $api:literal),* $(,)? })*) => {
        /// The names of all of them.
        pub(crate) const ALL: &[&str] = &[$($($api),*),*];

        /// The name by which the list knows a call.
        #[expect(dead_code, reason = "it is there to be compiled")]
        fn listed(operation: &Operation) -> &'static str {
            match operation {
                $(Operation::$kind(operation) => match operation {
                    $($operations::$variant { .. } => $api),*
                }),*
            }
        }
    };
}

calls! {
    ManagedPolicy: ManagedPolicyOperation {
        Create => "iam:CreatePolicy",
        CreateVersion => "iam:CreatePolicyVersion",
        SetDefaultVersion => "iam:SetDefaultPolicyVersion",
        DeleteVersion => "iam:DeletePolicyVersion",
        Tag => "iam:TagPolicy",
        Untag => "iam:UntagPolicy",
        Delete => "iam:DeletePolicy",
    }
    Role: RoleOperation {
        Create => "iam:CreateRole",
        UpdateSettings => "iam:UpdateRole",
        SetTrustPolicy => "iam:UpdateAssumeRolePolicy",
        SetPermissionsBoundary => "iam:PutRolePermissionsBoundary",
        DeletePermissionsBoundary => "iam:DeleteRolePermissionsBoundary",
        AttachPolicy => "iam:AttachRolePolicy",
        DetachPolicy => "iam:DetachRolePolicy",
        PutInlinePolicy => "iam:PutRolePolicy",
        DeleteInlinePolicy => "iam:DeleteRolePolicy",
        Tag => "iam:TagRole",
        Untag => "iam:UntagRole",
        RemoveFromInstanceProfile => "iam:RemoveRoleFromInstanceProfile",
        AddToInstanceProfile => "iam:AddRoleToInstanceProfile",
        Delete => "iam:DeleteRole",
    }
    InstanceProfile: InstanceProfileOperation {
        Create => "iam:CreateInstanceProfile",
        AddRole => "iam:AddRoleToInstanceProfile",
        RemoveRole => "iam:RemoveRoleFromInstanceProfile",
        Tag => "iam:TagInstanceProfile",
        Untag => "iam:UntagInstanceProfile",
        Delete => "iam:DeleteInstanceProfile",
    }
    LifecycleConfig: LifecycleConfigOperation {
        Create => "sagemaker:CreateNotebookInstanceLifecycleConfig",
        Update => "sagemaker:UpdateNotebookInstanceLifecycleConfig",
        Tag => "sagemaker:AddTags",
        Untag => "sagemaker:DeleteTags",
        Delete => "sagemaker:DeleteNotebookInstanceLifecycleConfig",
    }
    NotebookInstance: NotebookInstanceOperation {
        Create => "sagemaker:CreateNotebookInstance",
        Update => "sagemaker:UpdateNotebookInstance",
        Start => "sagemaker:StartNotebookInstance",
        Stop => "sagemaker:StopNotebookInstance",
        Delete => "sagemaker:DeleteNotebookInstance",
        Tag => "sagemaker:AddTags",
        Untag => "sagemaker:DeleteTags",
    }
    Registration: RegistrationOperation {
        Add => "databricks:instance-profiles/add",
        Edit => "databricks:instance-profiles/edit",
        Remove => "databricks:instance-profiles/remove",
    }
    Cluster: ClusterOperation {
        Create => "databricks:clusters/create",
        Resize => "databricks:clusters/resize",
        Update => "databricks:clusters/update",
        Pin => "databricks:clusters/pin",
        Unpin => "databricks:clusters/unpin",
        Start => "databricks:clusters/start",
        Terminate => "databricks:clusters/delete",
        PermanentDelete => "databricks:clusters/permanent-delete",
    }
    Notebook: NotebookOperation {
        MakeFolder => "databricks:workspace/mkdirs",
        Import => "databricks:workspace/import",
        Delete => "databricks:workspace/delete",
    }
}
