use insta::assert_snapshot;
use reconcile_core::field::Field;
use reconcile_core::resource::Registration;

use crate::{ownership, page};

fn registration() -> Registration {
    Registration {
        instance_profile_arn: "arn:aws:iam::111122223333:instance-profile/worker".to_owned(),
        iam_role_arn: Field::Set("arn:aws:iam::111122223333:role/a".to_owned()),
        is_meta_instance_profile: Field::Set(false),
        skip_validation: false,
    }
}

fn diff(desired: &Registration, live: Option<&Registration>) -> String {
    page(&desired.diff(live, &ownership()))
}

#[test]
fn each_difference_has_its_call() {
    let live = registration();
    assert_eq!(diff(&registration(), Some(&live)), "");
    assert_snapshot!(diff(&registration(), None), @r#"
    ~ instance_profile_arn: null -> "arn:aws:iam::111122223333:instance-profile/worker"
    ~ iam_role_arn: null -> "arn:aws:iam::111122223333:role/a"
    > databricks:instance-profiles/add: register the instance profile, with a launch check
    "#);
    let other =
        Registration { iam_role_arn: Field::Set("arn:aws:iam::111122223333:role/b".to_owned()), ..live.clone() };
    assert_snapshot!(diff(&registration(), Some(&other)), @r#"
    ~ iam_role_arn: "arn:aws:iam::111122223333:role/b" -> "arn:aws:iam::111122223333:role/a"
    > databricks:instance-profiles/edit: set the role arn:aws:iam::111122223333:role/a
    "#);
    let meta = Registration { is_meta_instance_profile: Field::Set(true), ..live };
    assert_snapshot!(diff(&registration(), Some(&meta)), @"
    ~ is_meta_instance_profile: true -> false
    > databricks:instance-profiles/remove: remove the registration
    > databricks:instance-profiles/add: register the instance profile, with a launch check
    ! replace
    # grants of this instance profile to groups are lost; running clusters keep working
    = replaces
    ");
}

#[test]
fn a_role_that_the_workspace_fills_in_is_no_difference() {
    let desired = Registration { iam_role_arn: Field::Absent, ..registration() };
    assert_eq!(diff(&desired, Some(&registration())), "");
}

#[test]
fn unsetting_the_role_needs_a_new_registration() {
    let desired = Registration { iam_role_arn: Field::Null, skip_validation: true, ..registration() };
    assert_snapshot!(diff(&desired, Some(&registration())), @r#"
    ~ iam_role_arn: "arn:aws:iam::111122223333:role/a" -> null
    > databricks:instance-profiles/remove: remove the registration
    > databricks:instance-profiles/add: register the instance profile, without the launch check
    ! replace
    # grants of this instance profile to groups are lost; running clusters keep working
    = replaces
    "#);
}
