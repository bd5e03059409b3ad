use insta::assert_snapshot;
use reconcile_core::field::Field;
use reconcile_core::resource::{InstanceProfile, Tags};

use crate::{owned, ownership, page};

fn profile() -> InstanceProfile {
    InstanceProfile {
        name: "worker".to_owned(),
        arn: "arn:aws:iam::111122223333:instance-profile/worker".to_owned(),
        path: Field::Set("/".to_owned()),
        role: Field::Set("worker".to_owned()),
        tags: Tags::default(),
    }
}

fn live() -> InstanceProfile {
    InstanceProfile { tags: owned(), ..profile() }
}

fn diff(desired: &InstanceProfile, live: Option<&InstanceProfile>) -> String {
    page(&desired.diff(live, &ownership()))
}

#[test]
fn a_creation_puts_the_role_in() {
    assert_snapshot!(diff(&profile(), None), @r#"
    ~ path: null -> "/"
    ~ role: null -> "worker"
    > iam:CreateInstanceProfile: create the instance profile
    > iam:AddRoleToInstanceProfile: put the role worker into it
    "#);
}

#[test]
fn what_agrees_needs_nothing_and_role_names_ignore_case() {
    assert_eq!(diff(&profile(), Some(&live())), "");
    assert_eq!(diff(&profile(), Some(&InstanceProfile { role: Field::Set("Worker".to_owned()), ..live() })), "");
}

#[test]
fn a_role_that_is_gone_is_put_back_and_another_is_swapped() {
    assert_snapshot!(diff(&profile(), Some(&InstanceProfile { role: Field::Null, ..live() })), @r#"
    ~ role: null -> "worker"
    > iam:AddRoleToInstanceProfile: put the role worker into it
    "#);
    assert_snapshot!(diff(&profile(), Some(&InstanceProfile { role: Field::Set("other".to_owned()), ..live() })), @r#"
    ~ role: "other" -> "worker"
    > iam:RemoveRoleFromInstanceProfile: take the role other out of it
    > iam:AddRoleToInstanceProfile: put the role worker into it
    # between taking the old role out and putting the new one in, new instances get no credentials; running clusters keep the old role's until they restart
    "#);
    assert_snapshot!(diff(&InstanceProfile { role: Field::Null, ..profile() }, Some(&live())), @r#"
    ~ role: "worker" -> null
    > iam:RemoveRoleFromInstanceProfile: take the role worker out of it
    "#);
}

#[test]
fn another_path_replaces_the_profile() {
    assert_snapshot!(diff(&profile(), Some(&InstanceProfile { path: Field::Set("/x/".to_owned()), ..live() })), @r#"
    ~ path: "/x/" -> "/"
    > iam:RemoveRoleFromInstanceProfile: take the role worker out of it
    > iam:DeleteInstanceProfile: delete the instance profile
    > iam:CreateInstanceProfile: create the instance profile
    > iam:AddRoleToInstanceProfile: put the role worker into it
    ! replace
    # its ARN changes from arn:aws:iam::111122223333:instance-profile/worker: registrations and clusters that name the old one break
    = replaces
    "#);
}
