use crate::Applied;

const PROFILE: (&str, &str) = ("InstanceProfileName", "example-worker");
const ROLE: (&str, &str) = ("RoleName", "example-worker");

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
