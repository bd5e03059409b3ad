use serde_json::json;

use crate::Applied;

const PROFILE: &str = "arn:aws:iam::111122223333:instance-profile/example-reader-profile";

#[test]
fn what_cannot_be_edited_is_registered_anew() {
    let example = Applied::example("databricks-instance-profile");
    example.sandbox.databricks("2.0/instance-profiles/remove", &json!({"instance_profile_arn": PROFILE}));
    let role = "arn:aws:iam::111122223333:role/example-reader";
    let body = json!({"instance_profile_arn": PROFILE, "iam_role_arn": role, "is_meta_instance_profile": true});
    example.sandbox.databricks("2.0/instance-profiles/add", &body);
    example.sandbox.take_writes();
    example.has_hazards(&["replace"]);
    let calls = ["databricks:instance-profiles/remove", "databricks:instance-profiles/add"];
    example.is_repaired(&["is_meta_instance_profile"], &calls);
}
