//! Random changes of roles, policies and instance profiles that use one another, carried out in every order that the plans
//! allow: IAM takes each call.

use std::collections::{BTreeMap, BTreeSet};

use iam_policy::Policy;
use proptest::prelude::*;
use reconcile_core::plan::Plan;
use reconcile_core::resource::{InstanceProfileOperation, ManagedPolicyOperation, Operation, RoleOperation};
use serde_json::{Value, json};

use crate::order::planned;
use crate::resolve;

/// What there is, by number. Of what is not there nothing uses anything.
#[derive(Clone, Debug, Default, PartialEq)]
struct State {
    /// Each with its path.
    policies: BTreeMap<u8, u8>,
    roles: BTreeMap<u8, Role>,
    /// Each with its path, and the role in it.
    profiles: BTreeMap<u8, (u8, Option<u8>)>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Role {
    path: u8,
    trusts: Option<u8>,
    attached: BTreeSet<u8>,
}

const SOME: std::ops::Range<u8> = 0..3;

fn states() -> impl Strategy<Value = State> {
    let role = (0..2_u8, prop::option::of(SOME), prop::collection::btree_set(SOME, 0..=2))
        .prop_map(|(path, trusts, attached)| Role { path, trusts, attached });
    let policies = prop::collection::btree_map(SOME, 0..2_u8, 0..=2);
    let profiles = prop::collection::btree_map(SOME, (0..2_u8, prop::option::of(SOME)), 0..=3);
    (policies, prop::collection::btree_map(SOME, role, 0..=3), profiles).prop_map(|(policies, roles, profiles)| {
        let mut state = State { policies, roles, profiles };
        let roles: BTreeSet<_> = state.roles.keys().copied().collect();
        for role in state.roles.values_mut() {
            role.attached.retain(|policy| state.policies.contains_key(policy));
            role.trusts = role.trusts.filter(|trusted| roles.contains(trusted));
        }
        for (_, role) in state.profiles.values_mut() {
            *role = role.filter(|role| roles.contains(role));
        }
        state
    })
}

impl State {
    /// The same without roles that wait for one another, which no manifest may have.
    fn without_circles(mut self) -> Self {
        for (number, role) in &mut self.roles {
            role.trusts = role.trusts.filter(|trusted| trusted <= number);
        }
        self
    }

    /// The manifest; the role of a profile is left to whoever has put it there, where that is wanted.
    fn manifest(&self, unmanaged: &BTreeSet<u8>) -> String {
        let path = |path: &u8| format!("/{path}/");
        let trust = |trusted: Option<u8>| {
            let principal = trusted.map_or_else(
                || json!({"Service": "ec2.amazonaws.com"}),
                |role| json!({"AWS": format!("${{iam.roles.r{role}.arn}}")}),
            );
            json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]})
        };
        let document = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]});
        let policies =
            self.policies.iter().map(|(id, at)| (format!("p{id}"), json!({"path": path(at), "document": document})));
        let roles = self.roles.iter().map(|(id, role)| {
            let attached: Vec<_> =
                role.attached.iter().map(|policy| format!("${{iam.policies.p{policy}.arn}}")).collect();
            let role =
                json!({"path": path(&role.path), "trust_policy": trust(role.trusts), "managed_policies": attached});
            (format!("r{id}"), role)
        });
        let profiles = self.profiles.iter().map(|(id, (at, role))| {
            let mut profile = json!({"path": path(at), "role": role.map(|role| format!("r{role}"))});
            if let (Value::Object(profile), true) = (&mut profile, unmanaged.contains(id)) {
                profile.remove("role");
            }
            (format!("i{id}"), profile)
        });
        let iam = json!({
            "policies": policies.collect::<Value>(), "roles": roles.collect::<Value>(),
            "instance_profiles": profiles.collect::<Value>(),
        });
        json!({"version": 1, "name": "order", "iam": iam}).to_string()
    }

    /// Makes a call; returns whether IAM takes it.
    fn make(&mut self, call: &Operation) -> bool {
        match call {
            Operation::ManagedPolicy(ManagedPolicyOperation::Create { name, path, .. }) => {
                self.policies.insert(number(name), number(path.trim_end_matches('/'))).is_none()
            }
            Operation::ManagedPolicy(ManagedPolicyOperation::Delete { policy_arn }) => {
                let is_attached = self.roles.values().any(|role| role.attached.contains(&number(policy_arn)));
                !is_attached && self.has_policy(policy_arn) && self.policies.remove(&number(policy_arn)).is_some()
            }
            Operation::Role(call) => self.make_on_role(call),
            Operation::InstanceProfile(call) => self.make_on_profile(call),
            _ => false,
        }
    }

    fn make_on_role(&mut self, call: &RoleOperation) -> bool {
        match call {
            RoleOperation::Create { role, path, trust_policy, .. } => {
                let (path, trusted) = (number(path.trim_end_matches('/')), trusted(trust_policy));
                let is_known = trusted.as_ref().is_none_or(|trusted| self.has_role(trusted));
                let new = Role { path, trusts: trusted.as_deref().map(number), attached: BTreeSet::new() };
                is_known && self.roles.insert(number(role), new).is_none()
            }
            RoleOperation::SetTrustPolicy { role, trust_policy } => {
                let trusted = trusted(trust_policy);
                let is_known = trusted.as_ref().is_none_or(|trusted| self.has_role(trusted));
                self.roles.get_mut(&number(role)).map(|role| role.trusts = trusted.as_deref().map(number)).is_some()
                    && is_known
            }
            RoleOperation::AttachPolicy { role, policy_arn } => {
                let is_there = self.has_policy(policy_arn);
                is_there
                    && self.roles.get_mut(&number(role)).is_some_and(|role| role.attached.insert(number(policy_arn)))
            }
            RoleOperation::DetachPolicy { role, policy_arn } => {
                self.roles.get_mut(&number(role)).is_some_and(|role| role.attached.remove(&number(policy_arn)))
            }
            RoleOperation::AddToInstanceProfile { role, instance_profile } => self.put(role, instance_profile),
            RoleOperation::RemoveFromInstanceProfile { role, instance_profile } => self.take(role, instance_profile),
            RoleOperation::Delete { role } => {
                let is_held = self.profiles.values().any(|(_, held)| *held == Some(number(role)));
                !is_held && self.roles.remove(&number(role)).is_some_and(|role| role.attached.is_empty())
            }
            _ => false,
        }
    }

    fn make_on_profile(&mut self, call: &InstanceProfileOperation) -> bool {
        match call {
            InstanceProfileOperation::Create { instance_profile, path, .. } => {
                self.profiles.insert(number(instance_profile), (number(path.trim_end_matches('/')), None)).is_none()
            }
            InstanceProfileOperation::Delete { instance_profile } => {
                self.profiles.remove(&number(instance_profile)).is_some_and(|(_, held)| held.is_none())
            }
            InstanceProfileOperation::AddRole { instance_profile, role } => self.put(role, instance_profile),
            InstanceProfileOperation::RemoveRole { instance_profile, role } => self.take(role, instance_profile),
            InstanceProfileOperation::Tag { .. } | InstanceProfileOperation::Untag { .. } => false,
        }
    }

    fn put(&mut self, role: &str, profile: &str) -> bool {
        let is_there = self.roles.contains_key(&number(role));
        let held = self.profiles.get_mut(&number(profile)).map(|(_, held)| held);
        is_there && held.is_some_and(|held| held.replace(number(role)).is_none())
    }

    fn take(&mut self, role: &str, profile: &str) -> bool {
        let held = self.profiles.get_mut(&number(profile)).map(|(_, held)| held);
        held.is_some_and(|held| held.take() == Some(number(role)))
    }

    fn has_policy(&self, arn: &str) -> bool {
        self.policies.get(&number(arn)) == Some(&path_of(arn))
    }

    fn has_role(&self, arn: &str) -> bool {
        self.roles.get(&number(arn)).is_some_and(|role| role.path == path_of(arn))
    }
}

/// The number at the end of a name, an ARN or a path.
fn number(name: &str) -> u8 {
    name.as_bytes()[name.len() - 1] - b'0'
}

fn path_of(arn: &str) -> u8 {
    number(arn.rsplit_once('/').expect("a path").0)
}

/// The ARN of the role that a trust policy names.
fn trusted(trust_policy: &Policy) -> Option<String> {
    let principal = trust_policy.to_value()["Statement"][0]["Principal"]["AWS"].as_str().map(str::to_owned);
    principal.filter(|principal| principal.contains(":role/"))
}

/// Carries out a plan in an order that it allows and that the choices pick.
fn carry_out(plan: &Plan, state: &mut State, choices: &[usize]) -> Result<(), String> {
    let mut open: Vec<_> = plan.resources.iter().map(|planned| (planned, planned.operations.as_slice())).collect();
    let mut choices = choices.iter().copied().cycle();
    let mut done = BTreeSet::new();
    while !open.is_empty() {
        let ready: Vec<_> = (0..open.len())
            .filter(|place| open[*place].0.depends_on.iter().all(|before| done.contains(before)))
            .collect();
        if ready.is_empty() {
            return Err("they wait for one another".to_owned());
        }
        let place = ready[choices.next().unwrap_or_default() % ready.len()];
        let Some((call, left)) = open[place].1.split_first() else {
            done.insert(&open.remove(place).0.address);
            continue;
        };
        open[place].1 = left;
        let before = state.clone();
        if !state.make(call) {
            return Err(format!("{} ({}) is refused in {before:?}", call.api(), call.summary()));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn iam_takes_every_call_in_every_order_that_a_plan_allows(
        before in states(),
        after in states().prop_map(State::without_circles),
        unmanaged in prop::collection::btree_set(SOME, 0..=2),
        choices in prop::collection::vec(any::<usize>(), 1..12),
    ) {
        let manifest = |state: &State, unmanaged| resolve("order.yaml", state.manifest(unmanaged).as_bytes());
        let plan = planned(&manifest(&before, &BTreeSet::new()), &manifest(&after, &unmanaged));
        // What is refused is not carried out: a policy that is attached is not made anew, nor does a role go from where nobody takes it.
        if plan.resources.iter().any(|planned| planned.problem.is_some()) {
            return Ok(());
        }
        let mut end = before.clone();
        carry_out(&plan, &mut end, &choices).map_err(|why| TestCaseError::fail(format!("{why}\n{plan:#?}")))?;
        let mut wanted = after.clone();
        for (id, (_, role)) in wanted.profiles.iter_mut().filter(|(id, _)| unmanaged.contains(id)) {
            *role = before.profiles.get(id).and_then(|(_, held)| *held);
        }
        prop_assert_eq!(end, wanted);
    }
}
