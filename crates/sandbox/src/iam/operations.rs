//! The calls that IAM answers: their names, the parameters that they know, and the functions that answer them.

use crate::iam::account::{self, Account, Answer};
use crate::iam::parameters::Parameters;
use crate::iam::{instance_profiles, permissions, policies, role_policies, roles, versions};

/// One call.
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    /// The top-level parameters; anything else is refused.
    pub(crate) parameters: &'static [&'static str],
    pub(crate) run: fn(&mut Account<'_>, &Parameters) -> Answer,
}

/// The call of that name.
pub(crate) fn find(name: &str) -> Option<&'static Operation> {
    [ROLES, ROLE_POLICIES, INSTANCE_PROFILES, POLICIES, ACCOUNT]
        .into_iter()
        .flatten()
        .find(|operation| operation.name == name)
}

const fn operation(
    name: &'static str,
    parameters: &'static [&'static str],
    run: fn(&mut Account<'_>, &Parameters) -> Answer,
) -> Operation {
    Operation { name, parameters, run }
}

const ROLES: &[Operation] = &[
    operation(
        "CreateRole",
        &[
            "RoleName",
            "AssumeRolePolicyDocument",
            "Path",
            "Description",
            "MaxSessionDuration",
            "PermissionsBoundary",
            "Tags",
        ],
        roles::create,
    ),
    operation("GetRole", &["RoleName"], roles::get),
    operation("UpdateRole", &["RoleName", "Description", "MaxSessionDuration"], roles::update),
    operation("UpdateAssumeRolePolicy", &["RoleName", "PolicyDocument"], roles::update_trust),
    operation("DeleteRole", &["RoleName"], roles::delete),
    operation("ListRoles", &["PathPrefix", "Marker", "MaxItems"], roles::list),
    operation("TagRole", &["RoleName", "Tags"], roles::tag),
    operation("UntagRole", &["RoleName", "TagKeys"], roles::untag),
    operation("ListRoleTags", &["RoleName", "Marker", "MaxItems"], roles::list_tags),
    operation("PutRolePermissionsBoundary", &["RoleName", "PermissionsBoundary"], roles::put_boundary),
    operation("DeleteRolePermissionsBoundary", &["RoleName"], roles::delete_boundary),
    operation("ListInstanceProfilesForRole", &["RoleName", "Marker", "MaxItems"], roles::list_instance_profiles),
];

const ROLE_POLICIES: &[Operation] = &[
    operation("PutRolePolicy", &["RoleName", "PolicyName", "PolicyDocument"], role_policies::put_inline),
    operation("GetRolePolicy", &["RoleName", "PolicyName"], role_policies::get_inline),
    operation("DeleteRolePolicy", &["RoleName", "PolicyName"], role_policies::delete_inline),
    operation("ListRolePolicies", &["RoleName", "Marker", "MaxItems"], role_policies::list_inline),
    operation("AttachRolePolicy", &["RoleName", "PolicyArn"], role_policies::attach),
    operation("DetachRolePolicy", &["RoleName", "PolicyArn"], role_policies::detach),
    operation(
        "ListAttachedRolePolicies",
        &["RoleName", "PathPrefix", "Marker", "MaxItems"],
        role_policies::list_attached,
    ),
];

const INSTANCE_PROFILES: &[Operation] = &[
    operation("CreateInstanceProfile", &["InstanceProfileName", "Path", "Tags"], instance_profiles::create),
    operation("GetInstanceProfile", &["InstanceProfileName"], instance_profiles::get),
    operation("DeleteInstanceProfile", &["InstanceProfileName"], instance_profiles::delete),
    operation("AddRoleToInstanceProfile", &["InstanceProfileName", "RoleName"], instance_profiles::add_role),
    operation("RemoveRoleFromInstanceProfile", &["InstanceProfileName", "RoleName"], instance_profiles::remove_role),
    operation("ListInstanceProfiles", &["PathPrefix", "Marker", "MaxItems"], instance_profiles::list),
    operation("TagInstanceProfile", &["InstanceProfileName", "Tags"], instance_profiles::tag),
    operation("UntagInstanceProfile", &["InstanceProfileName", "TagKeys"], instance_profiles::untag),
    operation("ListInstanceProfileTags", &["InstanceProfileName", "Marker", "MaxItems"], instance_profiles::list_tags),
];

const POLICIES: &[Operation] = &[
    operation("CreatePolicy", &["PolicyName", "Path", "PolicyDocument", "Description", "Tags"], policies::create),
    operation("GetPolicy", &["PolicyArn"], policies::get),
    operation("DeletePolicy", &["PolicyArn"], policies::delete),
    operation(
        "ListPolicies",
        &["Scope", "OnlyAttached", "PathPrefix", "PolicyUsageFilter", "Marker", "MaxItems"],
        policies::list,
    ),
    operation(
        "ListEntitiesForPolicy",
        &["PolicyArn", "EntityFilter", "PathPrefix", "PolicyUsageFilter", "Marker", "MaxItems"],
        policies::list_entities,
    ),
    operation("TagPolicy", &["PolicyArn", "Tags"], policies::tag),
    operation("UntagPolicy", &["PolicyArn", "TagKeys"], policies::untag),
    operation("ListPolicyTags", &["PolicyArn", "Marker", "MaxItems"], policies::list_tags),
    operation("GetPolicyVersion", &["PolicyArn", "VersionId"], versions::get),
    operation("ListPolicyVersions", &["PolicyArn", "Marker", "MaxItems"], versions::list),
    operation("CreatePolicyVersion", &["PolicyArn", "PolicyDocument", "SetAsDefault"], versions::create),
    operation("SetDefaultPolicyVersion", &["PolicyArn", "VersionId"], versions::set_default),
    operation("DeletePolicyVersion", &["PolicyArn", "VersionId"], versions::delete),
];

const ACCOUNT: &[Operation] = &[
    operation("GetAccountAuthorizationDetails", &["Filter", "MaxItems", "Marker"], account::details),
    operation("GetAccountSummary", &[], account::summary),
    operation(
        "SimulatePrincipalPolicy",
        &["PolicySourceArn", "ActionNames", "ResourceArns", "ContextEntries"],
        permissions::simulate,
    ),
];
