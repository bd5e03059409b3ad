use crate::Applied;

const PROFILE: (&str, &str) = ("InstanceProfileName", "example-worker");
const ROLE: (&str, &str) = ("RoleName", "example-worker");

#[test]
fn each_field_is_found_and_repaired_by_its_own_call() {
    let example = Applied::example("iam-instance-profile");
    example.sandbox.iam("RemoveRoleFromInstanceProfile", &[PROFILE, ROLE]);
    example.is_repaired(&["role"], &["iam:AddRoleToInstanceProfile"]);

    example.sandbox.iam("RemoveRoleFromInstanceProfile", &[PROFILE, ROLE]);
    let other = ("RoleName", "databricks-cross-account-role");
    example.sandbox.iam("AddRoleToInstanceProfile", &[PROFILE, other]);
    example.is_repaired(&["role"], &["iam:RemoveRoleFromInstanceProfile", "iam:AddRoleToInstanceProfile"]);

    let tag = [PROFILE, ("Tags.member.1.Key", "team"), ("Tags.member.1.Value", "other")];
    example.sandbox.iam("TagInstanceProfile", &tag);
    example.is_repaired(&["tags.team"], &["iam:TagInstanceProfile"]);
}

#[test]
fn another_path_replaces_the_profile() {
    let example = Applied::example("iam-instance-profile");
    example.sandbox.iam("RemoveRoleFromInstanceProfile", &[PROFILE, ROLE]);
    example.sandbox.iam("DeleteInstanceProfile", &[PROFILE]);
    example.sandbox.iam("CreateInstanceProfile", &[PROFILE]);
    example.sandbox.take_writes();
    example.has_hazards(&["replace"]);
    let calls = ["iam:DeleteInstanceProfile", "iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"];
    example.is_repaired(&["path", "role"], &calls);
}
