//! The calls on a role, one after the other on a model of what it may do: no moment has fewer permissions than both ends.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::{Policy, Scope};
use proptest::prelude::*;
use reconcile_core::field::Field;
use reconcile_core::resource::{Operation, Role, RoleOperation};

use crate::{owned, ownership};

/// Permissions, by their numbers.
type Actions = BTreeSet<u8>;

/// What decides what a role may do.
#[derive(Clone, Debug)]
struct Model {
    attached: BTreeSet<u8>,
    inline: BTreeMap<u8, Actions>,
    boundary: Option<u8>,
}

impl Model {
    fn permissions(&self) -> Actions {
        let attached = self.attached.iter().flat_map(|policy| granted(*policy));
        let all: Actions = attached.chain(self.inline.values().flatten().copied()).collect();
        match self.boundary {
            Some(boundary) => all.intersection(&granted(boundary)).copied().collect(),
            None => all,
        }
    }

    fn role(&self) -> Role {
        let mut role = Role::named("worker".to_owned(), "arn:aws:iam::111122223333:role/worker".to_owned());
        role.managed_policies = Field::Set(self.attached.iter().map(|policy| arn(*policy)).collect());
        let inline = self.inline.iter().map(|(name, actions)| (name.to_string(), Some(document(actions))));
        role.inline_policies = Field::Set(inline.collect());
        role.permissions_boundary = self.boundary.map_or(Field::Null, |boundary| Field::Set(arn(boundary)));
        role.tags = owned();
        role
    }

    fn make(&mut self, operation: &RoleOperation) {
        match operation {
            RoleOperation::AttachPolicy { role: _, policy_arn } => {
                self.attached.insert(number(policy_arn));
            }
            RoleOperation::DetachPolicy { role: _, policy_arn } => {
                self.attached.remove(&number(policy_arn));
            }
            RoleOperation::PutInlinePolicy { role: _, policy_name, document } => {
                let text = document.to_value()["Statement"][0]["Action"].to_string();
                let actions = text.split(',').map(|action| number(action.trim_matches(['"', '[', ']'])));
                self.inline.insert(policy_name.parse().expect("a number"), actions.collect());
            }
            RoleOperation::DeleteInlinePolicy { role: _, policy_name } => {
                self.inline.remove(&policy_name.parse().expect("a number"));
            }
            RoleOperation::SetPermissionsBoundary { role: _, permissions_boundary } => {
                self.boundary = Some(number(permissions_boundary));
            }
            RoleOperation::DeletePermissionsBoundary { role: _ } => self.boundary = None,
            other => panic!("{other:?} changes no permissions"),
        }
    }

    /// How many inline policies gain and lose at once on the way to another state.
    fn exchanges(&self, to: &Self) -> usize {
        let both = self.inline.iter().filter_map(|(name, before)| Some((before, to.inline.get(name)?)));
        both.filter(|(before, after)| !before.is_subset(after) && !after.is_subset(before)).count()
    }
}

/// What a managed policy grants: each three of the actions.
fn granted(policy: u8) -> Actions {
    (0..3).map(|step| (policy + step * 2) % 8).collect()
}

fn arn(policy: u8) -> String {
    format!("arn:aws:iam::111122223333:policy/p{policy}")
}

fn number(text: &str) -> u8 {
    let digits: String = text.chars().rev().take_while(char::is_ascii_digit).collect();
    digits.chars().rev().collect::<String>().parse().expect("a number at the end")
}

fn document(actions: &Actions) -> Policy {
    let actions: Vec<_> = actions.iter().map(|action| format!("s3:Do{action}")).collect();
    let text = serde_json::json!({
        "Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]
    });
    let scope = Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() };
    Policy::parse(&text.to_string(), &scope).expect("a policy")
}

fn models() -> impl Strategy<Value = Model> {
    let attached = prop::collection::btree_set(0..14_u8, 0..=10);
    let inline = prop::collection::btree_map(0..4_u8, prop::collection::btree_set(0..8_u8, 1..5), 0..4);
    let boundary = prop::option::of(0..8_u8);
    (attached, inline, boundary).prop_map(|(attached, inline, boundary)| Model { attached, inline, boundary })
}

proptest! {
    #[test]
    fn no_moment_has_fewer_permissions_than_both_ends(before in models(), after in models()) {
        let difference = after.role().diff(Some(&before.role()), &ownership());
        let (old, new) = (before.permissions(), after.permissions());
        let makes_room = before.attached.union(&after.attached).count() > 10;
        let exchanges = before.exchanges(&after);
        let mut now = before.clone();
        for operation in &difference.operations {
            let Operation::Role(operation) = operation else { panic!("{operation:?} is on no role") };
            now.make(operation);
            let permissions = now.permissions();
            prop_assert!(now.attached.len() <= 10, "more than the quota are attached at once");
            if !makes_room && exchanges == 0 {
                prop_assert!(permissions.is_superset(&old) || permissions.is_superset(&new), "a gap after {operation:?}");
            }
            if !makes_room && exchanges <= 1 {
                let kept: Actions = old.intersection(&new).copied().collect();
                prop_assert!(permissions.is_superset(&kept), "what both ends have is missing after {operation:?}");
            }
        }
        let told = difference.notes.len();
        let swaps = before.attached.union(&after.attached).count().saturating_sub(10);
        prop_assert_eq!(told, swaps + usize::from(exchanges > 1), "a gap that cannot be helped is told");
        prop_assert_eq!(now.role(), after.role());
    }
}
