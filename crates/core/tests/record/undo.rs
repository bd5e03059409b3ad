//! What a journal tells is undone: by the plan that a person sees.

use proptest::prelude::*;
use reconcile_core::change::Hazard;
use reconcile_core::evidence::Deed;
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::field::Field;
use reconcile_core::id::Address;
use reconcile_core::journal::{Call, CallOutcome, Journal, Line, Others, Past, Record};
use reconcile_core::plan::{Action, Plan, PlannedResource, ProblemKind};
use reconcile_core::planner::{Undo, World};
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Operation, Ownership, Resource};
use serde_json::json;

use super::states::{Pair, pair};
use super::{as_recorded, carried_out, written_and_read};

/// The journal of calls on one resource; the last one is as far as said.
fn journal_of(
    address: &Address,
    before: Option<&Resource>,
    known: &Resource,
    calls: &[Operation],
    last: CallOutcome,
) -> Journal {
    let mut state = before.cloned();
    let mut lines = Vec::new();
    for (index, operation) in calls.iter().enumerate() {
        let after = operation.effect(state.as_ref(), known);
        let call = Call {
            run: "r".to_owned(),
            when: "2026-01-01T00:00:00Z".to_owned(),
            who: None,
            manifest: "lab".to_owned(),
            address: address.clone(),
            name: known.name().to_owned(),
            api: operation.api().to_owned(),
            what: operation.summary(),
            number: index + 1,
            of: calls.len(),
            outcome: if index + 1 == calls.len() { last } else { CallOutcome::Done },
            before: state.as_ref().map(written_and_read),
            after: after.as_ref().map(written_and_read),
            protect: false,
            secrets: operation.secret_fields(),
            request_id: None,
            error: None,
            seconds: None,
        };
        lines.push(Line { number: index + 1, record: Record::Call(Box::new(call)) });
        state = after;
    }
    Journal { lines, torn: Vec::new() }
}

fn address(resource: &Resource) -> Address {
    Address::new(resource.kind(), "it")
}

fn undo_plan(past: Vec<Past>, now: &[(Address, Option<Resource>)]) -> Plan {
    let reading = |live: &Option<Resource>| match live {
        Some(live) => Reading::Present(Box::new(live.clone())),
        None => Reading::Absent,
    };
    let observed = now.iter().map(|(address, live)| (address.clone(), reading(live))).collect();
    let world = World { observed, ..World::default() };
    Undo::new("lab", "journal", past).plan(&world).expect("no cycle").0
}

fn undo_one(journal: &Journal, address: &Address, now: Option<Resource>) -> Option<PlannedResource> {
    let plan = undo_plan(journal.past("r", "lab"), &[(address.clone(), now)]);
    plan.resources.into_iter().next()
}

/// A live state that the manifest owns, so that what it made may go again.
fn operations(desired: &Resource, before: Option<&Resource>, deletes: bool) -> Vec<Operation> {
    match before {
        Some(live) if deletes => live.deletion().operations,
        live => desired.diff(live, &Ownership::of("lab")).operations,
    }
}

proptest! {
    #[test]
    fn every_run_is_undone(Pair { desired, live } in pair(), exists: bool, deletes: bool) {
        let before = exists.then_some(live);
        let calls = operations(&desired, before.as_ref(), deletes);
        prop_assume!(!calls.is_empty());
        let after = carried_out(&calls, before.as_ref(), &desired);
        let address = address(&desired);
        let journal = journal_of(&address, before.as_ref(), &desired, &calls, CallOutcome::Done);
        let planned = undo_one(&journal, &address, after.clone()).expect("it was touched");
        prop_assert_eq!(&planned.problem, &None);
        prop_assert!(!planned.hazards.contains(&Hazard::Overwrite), "nobody has changed anything: {:?}", planned.notes);
        let end = carried_out(&planned.operations, after.as_ref(), &planned.desired);
        if before.is_some() && after.is_none() {
            // Made again: what the creation cannot say is the services' own.
            prop_assert!(planned.desired.diff(end.as_ref(), &Ownership::of("lab")).changes.is_empty());
        } else {
            prop_assert_eq!(as_recorded(end), as_recorded(before), "{:?} undone by {:?}", calls, planned.operations);
        }
    }

    #[test]
    fn a_run_that_was_killed_is_undone_wherever_it_was(
        Pair { desired, live } in pair(), exists: bool, cut: prop::sample::Index, happened: bool,
    ) {
        let before = exists.then_some(live);
        let mut calls = operations(&desired, before.as_ref(), false);
        prop_assume!(!calls.is_empty());
        calls.truncate(cut.index(calls.len()) + 1);
        let done = if happened { &calls[..] } else { &calls[..calls.len() - 1] };
        let now = carried_out(done, before.as_ref(), &desired);
        let address = address(&desired);
        let journal = journal_of(&address, before.as_ref(), &desired, &calls, CallOutcome::Started);
        let Some(planned) = undo_one(&journal, &address, now.clone()) else {
            // A notebook's folder was all that there was time for.
            prop_assert_eq!((before, now), (None, None));
            return Ok(());
        };
        prop_assert_eq!(&planned.problem, &None);
        let end = carried_out(&planned.operations, now.as_ref(), &planned.desired);
        if before.is_some() && now.is_none() {
            prop_assert!(planned.desired.diff(end.as_ref(), &Ownership::of("lab")).changes.is_empty());
        } else {
            prop_assert_eq!(as_recorded(end), as_recorded(before), "{:?} undone by {:?}", calls, planned.operations);
        }
    }
}

/// An instance is stopped and started for a change, whoever makes which call, and is as it was afterwards.
fn without_run_state(mut resource: Resource) -> Resource {
    if let Resource::NotebookInstance(instance) = &mut resource {
        instance.state = Field::Absent;
        instance.tags.0.remove("reconcile:run-state");
    }
    resource
}

/// Says of some calls of a journal, by their places, that somebody else had made them.
fn found(mut journal: Journal, theirs: &[bool]) -> Journal {
    for (line, _) in journal.lines.iter_mut().zip(theirs).filter(|(_, is_theirs)| **is_theirs) {
        if let Record::Call(call) = &mut line.record {
            call.outcome = CallOutcome::Found;
        }
    }
    journal
}

proptest! {
    #[test]
    fn what_others_had_done_stays(
        Pair { desired, live: before } in pair(), theirs in prop::collection::vec(any::<bool>(), 32),
    ) {
        let calls = operations(&desired, Some(&before), false);
        let makes_anew = |call: &Operation| matches!(call.deed(), Deed::Makes | Deed::Deletes);
        prop_assume!(!calls.is_empty() && !calls.iter().any(makes_anew));
        let address = address(&desired);
        let journal = journal_of(&address, Some(&before), &desired, &calls, CallOutcome::Done);
        let journal = found(journal, &theirs);
        let now = carried_out(&calls, Some(&before), &desired);
        let planned = undo_one(&journal, &address, now.clone()).expect("it was touched");
        prop_assert_eq!(&planned.problem, &None);
        prop_assert!(!planned.hazards.contains(&Hazard::Overwrite), "nobody has changed it since: {:?}", planned.notes);
        let end = carried_out(&planned.operations, now.as_ref(), &planned.desired);
        let of_others: Vec<_> =
            calls.iter().zip(&theirs).filter(|(_, theirs)| **theirs).map(|(call, _)| call.clone()).collect();
        let left = carried_out(&of_others, Some(&before), &desired);
        let [end, left] = [end, left].map(|state| as_recorded(state.map(without_run_state)));
        prop_assert_eq!(end, left, "{:?} undone by {:?}", calls, planned.operations);
        let told = planned.notes.iter().any(|note| note.contains("somebody else"));
        prop_assert_eq!(told, theirs.iter().take(calls.len()).any(|theirs| *theirs), "{:?}", planned.notes);
    }
}

fn role(fields: &serde_json::Value) -> Resource {
    let mut role = json!({"kind": "iam_role", "name": "it", "arn": "arn:aws:iam::1:role/it",
        "tags": {"reconcile:owner": "lab"}});
    for (key, value) in fields.as_object().into_iter().flatten() {
        role[key] = value.clone();
    }
    serde_json::from_value(role).expect("a role")
}

fn past(address: &Address, before: Option<Resource>, after: Option<Resource>) -> Past {
    let name = before.as_ref().or(after.as_ref()).expect("a state").name().to_owned();
    let (address, after, others) = (address.clone(), vec![after], Others::default());
    Past { address, name, before, after, others, protect: false, secrets: Vec::new(), line: 1 }
}

#[test]
fn what_others_have_changed_since_is_told_and_a_hazard() {
    let (before, after) = (role(&json!({"description": "old"})), role(&json!({"description": "new"})));
    let address = address(&before);
    let now = role(&json!({"description": "theirs"}));
    let planned = &undo_plan(vec![past(&address, Some(before), Some(after))], &[(address, Some(now))]).resources[0];
    assert_eq!(planned.action, Action::Update);
    assert!(planned.hazards.contains(&Hazard::Overwrite));
    insta::assert_snapshot!(planned.notes.join("\n"), @r#"description has changed since that run, by others: it was "new", and is "theirs""#);
}

/// The plan that undoes calls of which others had made some, each with the states around it.
fn undo_of_calls(
    calls: &[(CallOutcome, Option<&Resource>, Option<&Resource>)],
    now: Option<&Resource>,
) -> PlannedResource {
    let of_calls =
        |(index, (outcome, before, after)): (usize, &(CallOutcome, Option<&Resource>, Option<&Resource>))| {
            let known = before.or(*after).expect("a state");
            let operation = known.deletion().operations.pop().expect("a call");
            let mut journal = journal_of(&address(known), *before, known, &[operation], *outcome);
            let mut line = journal.lines.remove(0);
            if let Record::Call(call) = &mut line.record {
                (call.number, call.after) = (index + 1, after.cloned());
            }
            line
        };
    let lines = calls.iter().enumerate().map(of_calls).collect();
    let journal = Journal { lines, torn: Vec::new() };
    let at = address(calls[0].1.or(calls[0].2).expect("a state"));
    undo_one(&journal, &at, now.cloned()).expect("it was touched")
}

#[test]
fn what_others_had_made_or_deleted_is_theirs() {
    use CallOutcome::{Done, Found};
    let [first, second, third] = ["first", "second", "third"].map(|text| role(&json!({"description": text})));
    let [first, second, third] = [Some(&first), Some(&second), Some(&third)];
    let told = |calls: &[_], now| {
        let planned = undo_of_calls(calls, now);
        assert_eq!(planned.problem, None);
        format!("{:?}: {}", planned.action, planned.notes.join("; "))
    };
    let made_by_them = [(Found, None, first), (Done, first, second)];
    let deleted_by_them = [(Done, first, second), (Found, second, None)];
    let made_anew_by_them = [(Done, first, None), (Found, None, second)];
    let made_anew_by_us = [(Found, first, None), (Done, None, second)];
    let all_by_them = [(Found, None, first), (Found, first, second)];
    let said = [
        told(&made_by_them, second),
        told(&made_by_them, None),
        told(&deleted_by_them, None),
        told(&deleted_by_them, third),
        told(&made_anew_by_them, second),
        told(&made_anew_by_us, second),
        told(&all_by_them, second),
        told(&all_by_them, None),
    ];
    insta::assert_snapshot!(said.join("\n"), @"
    Update: made by somebody else, and not undone: iam:DeleteRole
    None: somebody else had made it, and it is gone; made by somebody else, and not undone: iam:DeleteRole
    None: somebody else had deleted it, so that it is not made again; made by somebody else, and not undone: iam:DeleteRole
    None: somebody else had deleted it, so that it is not made again; made by somebody else, and not undone: iam:DeleteRole
    None: that run has deleted it, and somebody else had made it anew: it stays as it is; made by somebody else, and not undone: iam:DeleteRole
    Delete: that run has made it; made by somebody else, and not undone: iam:DeleteRole
    None: somebody else had done all of it before that run could
    None: somebody else had done all of it before that run could
    ");
}

#[test]
fn what_the_run_did_not_touch_is_left_alone() {
    let attached = |arns: &[&str]| role(&json!({"description": "x", "managed_policies": arns}));
    let address = address(&attached(&[]));
    let past = past(&address, Some(attached(&["a", "b"])), Some(attached(&["b", "c"])));
    let planned = &undo_plan(vec![past], &[(address, Some(attached(&["b", "c", "theirs"])))]).resources[0];
    let calls: Vec<_> = planned.operations.iter().map(Operation::summary).collect();
    assert_eq!(calls, ["attach a", "detach c"]);
}

#[test]
fn what_has_changed_hands_is_refused() {
    let address = address(&role(&json!({})));
    let theirs = role(&json!({"tags": {"reconcile:owner": "other"}}));
    let unowned = role(&json!({"tags": {"x": "y"}}));
    for now in [theirs, unowned] {
        let made = past(&address, None, Some(role(&json!({}))));
        let planned = &undo_plan(vec![made], &[(address.clone(), Some(now))]).resources[0];
        let problem = planned.problem.as_ref().expect("refused");
        assert_eq!((problem.kind, planned.operations.len()), (ProblemKind::Refused, 0), "{}", problem.message);
    }
}

#[test]
fn what_cannot_be_read_is_an_error_and_what_is_gone_is_made_again_only_when_allowed() {
    let address = address(&role(&json!({})));
    let (before, after) = (role(&json!({"description": "a"})), role(&json!({"description": "b"})));
    let failing = |kind, past: &Past| {
        let failed = Reading::Failed(CallFailure::new(kind, "iam:GetRole", "no"));
        let world = World { observed: [(past.address.clone(), failed)].into(), ..World::default() };
        let (plan, _) = Undo::new("lab", "j", vec![past.clone()]).plan(&world).expect("no cycle");
        plan.resources.into_iter().next().expect("it is planned")
    };
    let touched = past(&address, Some(before.clone()), Some(after.clone()));
    let planned = failing(FailureKind::Denied, &touched);
    assert_eq!(planned.problem.map(|problem| problem.kind), Some(ProblemKind::Error));
    let made = past(&address, None, Some(after.clone()));
    let gone = failing(FailureKind::NotFound, &made);
    assert_eq!((gone.problem, gone.notes), (None, vec!["that run has made it, and it is gone already".to_owned()]));
    // A role without a trust policy cannot be made: the journal does not hold enough.
    let planned = &undo_plan(vec![touched], &[(address.clone(), None)]).resources[0];
    assert_eq!(planned.problem.as_ref().map(|problem| problem.kind), Some(ProblemKind::Error));
    let trust = json!({"partition": "aws", "account_id": "1", "document": {"Statement": []}});
    let whole = role(&json!({"trust_policy": trust, "instance_profiles": ["theirs"]}));
    let planned = &undo_plan(vec![past(&address, Some(whole), Some(after))], &[(address, None)]).resources[0];
    let calls: Vec<_> = planned.operations.iter().map(Operation::api).collect();
    assert_eq!(calls, ["iam:CreateRole", "iam:AddRoleToInstanceProfile"]);
    assert!(planned.hazards.contains(&Hazard::Overwrite), "deleted by others");
}

#[test]
fn what_goes_goes_after_its_users_and_what_comes_back_after_what_it_needs() {
    let role = role(&json!({"trust_policy": {"partition": "aws", "account_id": "1", "document": {"Statement": []}}}));
    let profile: Resource = serde_json::from_value(json!({"kind": "iam_instance_profile", "name": "p",
        "arn": "arn:aws:iam::1:instance-profile/p", "role": "it", "tags": {"reconcile:owner": "lab"}}))
    .expect("a profile");
    let (role_at, profile_at) = (address(&role), address(&profile));
    let order = |past: Vec<Past>, now: &[(Address, Option<Resource>)]| {
        let plan = undo_plan(past, now);
        plan.resources.iter().map(|planned| planned.address.clone()).collect::<Vec<_>>()
    };
    let made = vec![past(&role_at, None, Some(role.clone())), past(&profile_at, None, Some(profile.clone()))];
    let both = [(role_at.clone(), Some(role.clone())), (profile_at.clone(), Some(profile.clone()))];
    assert_eq!(order(made, &both), [profile_at.clone(), role_at.clone()]);
    let deleted = vec![past(&profile_at, Some(profile), None), past(&role_at, Some(role), None)];
    let neither = [(role_at.clone(), None), (profile_at.clone(), None)];
    assert_eq!(order(deleted, &neither), [role_at, profile_at]);
}

#[test]
fn roles_that_trust_one_another_by_now_are_unmade_all_the_same() {
    let trusting = |name: &str, trusted: &str| -> Resource {
        let statement = json!([{"Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::1:role/{trusted}")}, "Action": "sts:AssumeRole"}]);
        let trust = json!({"partition": "aws", "account_id": "1", "document": {"Statement": statement}});
        role(&json!({"name": name, "arn": format!("arn:aws:iam::1:role/{name}"), "trust_policy": trust}))
    };
    let (a, b) = (trusting("a", "b"), trusting("b", "a"));
    let at = |id: &str| Address::new(a.kind(), id);
    let made = vec![past(&at("a"), None, Some(a.clone())), past(&at("b"), None, Some(b.clone()))];
    let plan = undo_plan(made, &[(at("a"), Some(a.clone())), (at("b"), Some(b))]);
    let order: Vec<_> = plan.resources.iter().map(|planned| (planned.address.id(), planned.depends_on.len())).collect();
    assert_eq!(order, [("a", 0), ("b", 1)], "only one waits for the other");
}
