//! Plans that move permissions between a role and managed policies, carried out in every order that they allow.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Policy;
use proptest::prelude::*;
use reconcile_core::field::Field;
use reconcile_core::plan::{Action, Plan};
use reconcile_core::planner::{Options, plan};
use reconcile_core::reading::Reading;
use reconcile_core::resource::policy::PolicyVersion;
use reconcile_core::resource::{ManagedPolicyOperation, Operation, Resource, RoleOperation};
use serde_json::{Value, json};

use crate::{agreeing_world, resolve};

/// Permissions, by their numbers.
type Actions = BTreeSet<u8>;

/// Two managed policies, and a role that has some of them and two policies of its own.
#[derive(Clone, Debug)]
struct State {
    managed: [Actions; 2],
    attached: BTreeSet<usize>,
    inline: BTreeMap<&'static str, Actions>,
}

impl State {
    fn permissions(&self) -> Actions {
        let attached = self.attached.iter().map(|policy| &self.managed[*policy]);
        attached.chain(self.inline.values()).flatten().copied().collect()
    }

    fn manifest(&self) -> String {
        let policies: Value = self
            .managed
            .iter()
            .enumerate()
            .map(|(id, actions)| (format!("p{id}"), json!({"document": document(actions)})))
            .collect();
        let inline: Value = self.inline.iter().map(|(name, actions)| ((*name).to_owned(), document(actions))).collect();
        let attached: Vec<_> = self.attached.iter().map(|id| format!("${{iam.policies.p{id}.arn}}")).collect();
        let trust = json!({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
        let role = json!({"trust_policy": trust, "managed_policies": attached, "inline_policies": inline});
        json!({"version": 1, "name": "lab", "iam": {"policies": policies, "roles": {"r": role}}}).to_string()
    }

    fn make(&mut self, operation: &Operation) {
        match operation {
            Operation::ManagedPolicy(ManagedPolicyOperation::CreateVersion { policy_arn, document }) => {
                self.managed[number(policy_arn)] = actions(document);
            }
            Operation::Role(RoleOperation::AttachPolicy { role: _, policy_arn }) => {
                self.attached.insert(number(policy_arn));
            }
            Operation::Role(RoleOperation::DetachPolicy { role: _, policy_arn }) => {
                self.attached.remove(&number(policy_arn));
            }
            Operation::Role(RoleOperation::PutInlinePolicy { role: _, policy_name, document }) => {
                let name = NAMES.into_iter().find(|name| name == policy_name).expect("one of them");
                self.inline.insert(name, actions(document));
            }
            Operation::Role(RoleOperation::DeleteInlinePolicy { role: _, policy_name }) => {
                self.inline.remove(policy_name.as_str());
            }
            other => panic!("{other:?} changes no permissions"),
        }
    }

    /// Whether nothing both gains and loses on the way to another state.
    fn goes_one_way(&self, to: &Self) -> bool {
        let one_way = |before: &Actions, after: &Actions| before.is_subset(after) || after.is_subset(before);
        let managed = self.managed.iter().zip(&to.managed).all(|(before, after)| one_way(before, after));
        let none = Actions::new();
        let inline = |state: &Self, name| state.inline.get(name).unwrap_or(&none).clone();
        let gains = |from: &Self, to: &Self| {
            NAMES.iter().any(|name| !inline(to, name).is_subset(&inline(from, name)))
                || !to.attached.is_subset(&from.attached)
        };
        managed && !(gains(self, to) && gains(to, self))
    }
}

const NAMES: [&str; 2] = ["a", "b"];

fn document(actions: &Actions) -> Value {
    let actions: Vec<_> = actions.iter().map(|action| format!("s3:Do{action}")).collect();
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})
}

fn actions(document: &Policy) -> Actions {
    let text = document.to_value()["Statement"][0]["Action"].to_string();
    text.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').filter(|action| *action != 3).collect()
}

fn number(arn: &str) -> usize {
    usize::from(arn.as_bytes()[arn.len() - 1] - b'0')
}

/// The plan from one state to another.
fn planned(before: &State, after: &State) -> Plan {
    let (old, new) =
        (resolve("lab.yaml", before.manifest().as_bytes()), resolve("lab.yaml", after.manifest().as_bytes()));
    let mut world = agreeing_world(&old, Some("lab"));
    for reading in world.observed.values_mut() {
        if let Reading::Present(live) = reading
            && let Resource::ManagedPolicy(policy) = live.as_mut()
        {
            policy.versions = Field::Set(Vec::<PolicyVersion>::new());
        }
    }
    plan(&new, &world, Options::default()).expect("no cycle")
}

/// Carries out a plan in an order that it allows and that the choices pick, and looks at every moment.
fn carry_out(plan: &Plan, mut state: State, choices: &[usize], mut look: impl FnMut(&State, &Operation)) -> State {
    let mut open: Vec<_> = plan.resources.iter().map(|planned| (planned, planned.operations.as_slice())).collect();
    let mut choices = choices.iter().copied().cycle();
    loop {
        let done: BTreeSet<_> =
            open.iter().filter(|(_, left)| left.is_empty()).map(|(planned, _)| &planned.address).collect();
        let ready: Vec<_> = (0..open.len())
            .filter(|place| {
                !open[*place].1.is_empty() && open[*place].0.depends_on.iter().all(|before| done.contains(before))
            })
            .collect();
        if ready.is_empty() {
            assert!(open.iter().all(|(_, left)| left.is_empty()), "they wait for one another");
            return state;
        }
        let place = ready[choices.next().unwrap_or_default() % ready.len()];
        let (operation, left) = open[place].1.split_first().expect("a call");
        open[place].1 = left;
        state.make(operation);
        look(&state, operation);
    }
}

fn some_actions() -> impl Strategy<Value = Actions> {
    prop::collection::btree_set(prop::sample::select(vec![0_u8, 1, 2, 4, 5]), 1..4)
}

fn states() -> impl Strategy<Value = State> {
    let managed = [some_actions(), some_actions()];
    let attached = prop::collection::btree_set(0..2_usize, 0..=2);
    let inline = prop::collection::btree_map(prop::sample::select(NAMES.to_vec()), some_actions(), 0..=2);
    (managed, attached, inline).prop_map(|(managed, attached, inline)| State { managed, attached, inline })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_moves_between_roles_and_policies_is_never_missing(
        before in states(),
        after in states(),
        choices in prop::collection::vec(any::<usize>(), 1..12),
    ) {
        let plan = planned(&before, &after);
        let notes: Vec<_> = plan.resources.iter().flat_map(|planned| &planned.notes).collect();
        let is_told = notes.iter().any(|note| note.contains("may be missing for a moment"));
        let kept: Actions = before.permissions().intersection(&after.permissions()).copied().collect();
        let mut gap = None;
        let end = carry_out(&plan, before.clone(), &choices, |state, operation| {
            if !state.permissions().is_superset(&kept) && gap.is_none() {
                gap = Some(operation.clone());
            }
        });
        prop_assert!(gap.is_none() || is_told, "a gap after {gap:?} that is not told: {plan:#?}");
        prop_assert!(!is_told || !before.goes_one_way(&after), "told without a reason: {notes:?}");
        prop_assert_eq!(end.permissions(), after.permissions());
    }
}

fn actions_of(numbers: &[u8]) -> Actions {
    numbers.iter().copied().collect()
}

/// A policy loses what the role gains: the role comes first, although it has the policy.
#[test]
fn a_policy_loses_only_after_the_role_has_gained() {
    let before =
        State { managed: [actions_of(&[0, 1]), actions_of(&[2])], attached: [0].into(), inline: BTreeMap::new() };
    let after = State {
        managed: [actions_of(&[0]), actions_of(&[2])],
        inline: [("a", actions_of(&[1]))].into(),
        ..before.clone()
    };
    assert_eq!(order(&planned(&before, &after)), ["iam.roles.r", "iam.policies.p0"]);
    assert_eq!(order(&planned(&after, &before)), ["iam.policies.p0", "iam.roles.r"]);
}

/// A role that gives up a policy does so before the policy comes to deny what the role keeps.
#[test]
fn a_policy_that_is_given_up_loses_afterwards() {
    let before =
        State { managed: [actions_of(&[0, 1]), actions_of(&[2])], attached: [0].into(), inline: BTreeMap::new() };
    let after = State { managed: [actions_of(&[0]), actions_of(&[2])], attached: [].into(), ..before.clone() };
    assert_eq!(order(&planned(&before, &after)), ["iam.roles.r", "iam.policies.p0"]);
}

/// What moves from one policy to another of one role is gained before it is lost.
#[test]
fn a_policy_loses_only_after_another_has_gained() {
    let before =
        State { managed: [actions_of(&[0, 1]), actions_of(&[2])], attached: [0, 1].into(), inline: BTreeMap::new() };
    let after = State { managed: [actions_of(&[0]), actions_of(&[1, 2])], ..before.clone() };
    let plan = planned(&before, &after);
    assert_eq!(order(&plan), ["iam.policies.p1", "iam.policies.p0"]);
    assert_eq!(plan.resources.iter().flat_map(|planned| &planned.notes).count(), 0);
}

/// Both gain and lose: no order is right, which is told.
#[test]
fn an_exchange_is_told() {
    let before = State {
        managed: [actions_of(&[0, 1]), actions_of(&[2])],
        attached: [0].into(),
        inline: [("a", actions_of(&[4]))].into(),
    };
    let after = State {
        managed: [actions_of(&[0, 4]), actions_of(&[2])],
        inline: [("a", actions_of(&[1]))].into(),
        ..before.clone()
    };
    let plan = planned(&before, &after);
    let notes: Vec<_> = plan.resources.iter().flat_map(|planned| &planned.notes).collect();
    assert_eq!(
        notes,
        ["it and iam.policies.p0 both gain and lose permissions: what moves between them may be missing for a moment"]
    );
}

/// The changed resources, in an order in which each comes after what it depends on.
fn order(plan: &Plan) -> Vec<String> {
    let changed = plan.resources.iter().filter(|planned| planned.action != Action::None);
    let changed: Vec<_> = changed.map(|planned| (planned.address.to_string(), &planned.depends_on)).collect();
    for pair in changed.windows(2) {
        assert!(
            pair[1].1.iter().any(|before| before.to_string() == pair[0].0),
            "{} waits for {}",
            pair[1].0,
            pair[0].0
        );
    }
    changed.into_iter().map(|(address, _)| address).collect()
}
