//! Applying plans against a world in memory: order, failures, patience, lost answers, interrupts.

#![allow(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use async_trait::async_trait;
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::field::Field;
use reconcile_core::id::{Address, Kind};
use reconcile_core::inquiry::{Answer, Inquiry};
use reconcile_core::outcome::{OperationOutcome, Outcome};
use reconcile_core::plan::{Action, Plan, PlannedResource, Reads};
use reconcile_core::resource::{
    InstanceProfile, InstanceProfileOperation, Operation, Ownership, Registration, RegistrationOperation, Resource,
    Tags,
};
use reconcile_engine::wait::{Interrupt, Interrupter};
use reconcile_engine::{Applied, ApplyOptions, Event, Observer, Provider, Providers, Reading, Wanted, apply, observe};

/// What goes wrong with the next call of a name.
struct Mishap {
    api: &'static str,
    kind: FailureKind,
    /// Whether the call takes effect all the same: only its answer is lost.
    takes_effect: bool,
}

#[derive(Default)]
struct World {
    live: BTreeMap<String, Resource>,
    mishaps: VecDeque<Mishap>,
    log: Vec<String>,
    /// Instance profiles that answer as if their role had never been put in.
    forgets_roles: bool,
    /// Everything answers as if it were not whole yet.
    never_settles: bool,
}

#[derive(Default)]
struct Fake(Mutex<World>);

impl Fake {
    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().expect("no panic while it is held")
    }
}

impl World {
    fn take_mishap(&mut self, api: &str) -> Option<Mishap> {
        let index = self.mishaps.iter().position(|mishap| mishap.api == api)?;
        self.mishaps.remove(index)
    }

    fn profile(&mut self, name: &str) -> Option<&mut InstanceProfile> {
        match self.live.get_mut(name) {
            Some(Resource::InstanceProfile(profile)) => Some(profile),
            _ => None,
        }
    }

    fn perform(&mut self, operation: &Operation) -> Result<(), FailureKind> {
        match operation {
            Operation::InstanceProfile(InstanceProfileOperation::Create { instance_profile, path, tags }) => {
                if self.live.contains_key(instance_profile) {
                    return Err(FailureKind::AlreadyExists);
                }
                let profile = InstanceProfile {
                    path: Field::Set(path.clone()),
                    role: Field::Null,
                    tags: Tags::live(tags.clone()),
                    ..profile(instance_profile)
                };
                self.live.insert(instance_profile.clone(), Resource::InstanceProfile(profile));
            }
            Operation::InstanceProfile(InstanceProfileOperation::AddRole { instance_profile, role }) => {
                let forgets = self.forgets_roles;
                match self.profile(instance_profile) {
                    None => return Err(FailureKind::NotFound),
                    Some(profile) if profile.role.value().is_some() => return Err(FailureKind::Quota),
                    Some(_) if forgets => {}
                    Some(profile) => profile.role = Field::Set(role.clone()),
                }
            }
            Operation::Registration(RegistrationOperation::Add { registration }) => {
                let name = registration.instance_profile_arn.clone();
                self.live.insert(name, Resource::Registration(registration.clone()));
            }
            other => panic!("not part of these tests: {}", other.api()),
        }
        Ok(())
    }
}

#[async_trait]
impl Provider for Fake {
    fn kinds(&self) -> &'static [Kind] {
        &Kind::ALL
    }

    async fn read(&self, wanted: &[Wanted<'_>]) -> Vec<Reading> {
        let mut world = self.world();
        if world.never_settles {
            world.log.push("read".to_owned());
        }
        let read = |wanted: &Wanted<'_>| {
            if world.never_settles {
                return Reading::Failed(CallFailure::new(FailureKind::NotYetVisible, "iam:GetRole", "no ARN yet"));
            }
            let live = world.live.get(wanted.resource.name());
            live.map_or(Reading::Absent, |live| Reading::Present(Box::new(live.clone())))
        };
        wanted.iter().map(read).collect()
    }

    async fn answer(&self, inquiry: &Inquiry) -> Result<Answer, CallFailure> {
        panic!("applying asks nothing: {inquiry}")
    }

    async fn apply(&self, operation: &Operation) -> Result<Applied, CallFailure> {
        let mut world = self.world();
        let api = operation.api();
        world.log.push(api.to_owned());
        let failed = |kind| CallFailure::new(kind, api, format!("{kind:?}"));
        match world.take_mishap(api) {
            Some(mishap) if !mishap.takes_effect => Err(failed(mishap.kind)),
            Some(mishap) => {
                world.perform(operation).map_err(failed)?;
                Err(failed(mishap.kind))
            }
            None => world.perform(operation).map(|()| Applied::default()).map_err(failed),
        }
    }

    async fn list_owned(&self, _owner: &str, _known: &[&Resource]) -> Result<Vec<Resource>, CallFailure> {
        Ok(Vec::new())
    }

    fn calls(&self) -> u64 {
        0
    }
}

fn profile(name: &str) -> InstanceProfile {
    InstanceProfile {
        name: name.to_owned(),
        arn: format!("arn:aws:iam::111122223333:instance-profile/{name}"),
        path: Field::Set("/".to_owned()),
        role: Field::Set("worker".to_owned()),
        tags: Tags::default(),
    }
}

fn registration(name: &str) -> Registration {
    Registration {
        instance_profile_arn: profile(name).arn,
        iam_role_arn: Field::Absent,
        is_meta_instance_profile: Field::Absent,
        skip_validation: false,
    }
}

fn ownership() -> Ownership {
    Ownership::of("lab")
}

/// Plans a resource's creation.
fn planned(address: Address, desired: Resource, depends_on: &[&Address]) -> PlannedResource {
    let difference = desired.diff(None, &ownership());
    PlannedResource {
        name: desired.name().to_owned(),
        action: Action::Create,
        adopted: false,
        changes: difference.changes,
        operations: difference.operations,
        hazards: BTreeSet::new(),
        notes: Vec::new(),
        depends_on: depends_on.iter().map(|address| (*address).clone()).collect(),
        problem: None,
        live: None,
        address,
        desired,
    }
}

/// Two instance profiles, each with its registration behind it.
fn plan() -> Plan {
    let mut resources = Vec::new();
    for name in ["a", "b"] {
        let address = Address::new(Kind::IamInstanceProfile, name);
        let behind = Address::new(Kind::DatabricksInstanceProfile, name);
        resources.push(planned(behind, Resource::Registration(registration(name)), &[&address]));
        resources.push(planned(address, Resource::InstanceProfile(profile(name)), &[]));
    }
    Plan {
        manifest: "lab".to_owned(),
        fingerprint: String::new(),
        aws: None,
        databricks: None,
        resources,
        orphans: Vec::new(),
        warnings: Vec::new(),
        reads: Reads::default(),
    }
}

#[derive(Default)]
struct Told(Mutex<Vec<String>>);

impl Observer for Told {
    fn on(&self, event: &Event<'_>) {
        let line = match event {
            Event::Waiting { address, reason } => format!("{address} waits: {reason}"),
            Event::Skipped { address, because } => format!("{address} skipped: {because}"),
            _ => return,
        };
        self.0.lock().expect("no panic while it is held").push(line);
    }
}

async fn run(world: World, interrupt: Interrupt) -> (Outcome, World, Vec<String>) {
    run_plan(&plan(), world, interrupt).await
}

async fn run_plan(plan: &Plan, world: World, interrupt: Interrupt) -> (Outcome, World, Vec<String>) {
    let fake = Arc::new(Fake(Mutex::new(world)));
    let providers = Providers { aws: Some(fake.clone()), databricks: Some(fake.clone()) };
    let options = ApplyOptions {
        parallelism: 4,
        timeout: Some(Duration::from_millis(300)),
        ownership: ownership(),
        interrupt,
        recorder: None,
    };
    let told = Told::default();
    let outcome = apply(plan, &providers, &options, &told).await;
    let world = std::mem::take(&mut *fake.world());
    (outcome, world, told.0.into_inner().expect("no panic while it was held"))
}

async fn run_with(mishaps: impl IntoIterator<Item = Mishap>) -> (Outcome, World, Vec<String>) {
    let (_interrupter, interrupt) = Interrupter::new();
    run(World { mishaps: mishaps.into_iter().collect(), ..World::default() }, interrupt).await
}

fn mishap(api: &'static str, kind: FailureKind, takes_effect: bool) -> Mishap {
    Mishap { api, kind, takes_effect }
}

fn count(world: &World, api: &str) -> usize {
    world.log.iter().filter(|call| *call == api).count()
}

const CREATE: &str = "iam:CreateInstanceProfile";
const ADD_ROLE: &str = "iam:AddRoleToInstanceProfile";
const REGISTER: &str = "databricks:instance-profiles/add";

#[tokio::test]
async fn what_is_depended_on_comes_first_and_every_call_is_made_once() {
    let (outcome, world, _) = run_with([]).await;
    assert!(outcome.succeeded(), "{outcome:?}");
    assert_eq!(world.log.len(), 6);
    let last_profile = world.log.iter().rposition(|call| call == ADD_ROLE).expect("profiles");
    let first_registration = world.log.iter().position(|call| call == REGISTER).expect("registrations");
    // The two branches run at the same time: only within one is there an order.
    assert!(first_registration > 1 && last_profile < 5, "{:?}", world.log);
    assert_eq!(world.live.len(), 4);
}

#[tokio::test]
async fn a_failure_skips_what_depends_on_it_and_nothing_else() {
    let (outcome, world, told) = run_with([mishap(CREATE, FailureKind::Denied, false)]).await;
    let failed: Vec<_> = outcome.resources.iter().filter(|(_, outcome)| !outcome.succeeded()).collect();
    assert_eq!(failed.len(), 2, "{outcome:?}");
    assert_eq!(count(&world, REGISTER), 1);
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("databricks.instance_profiles.") && told[0].contains(" failed"), "{told:?}");
    let profile = failed.iter().find(|(address, _)| address.kind() == Kind::IamInstanceProfile).expect("a profile");
    assert!(matches!(
        profile.1.operations.as_slice(),
        [OperationOutcome::Failed { .. }, OperationOutcome::Skipped { .. }]
    ));
}

#[tokio::test]
async fn what_this_run_has_made_is_waited_for() {
    let (outcome, world, told) = run_with([mishap(REGISTER, FailureKind::NotYetVisible, false)]).await;
    assert!(outcome.succeeded(), "{outcome:?}");
    assert_eq!(count(&world, REGISTER), 3);
    assert_eq!(told.len(), 1, "a reason is told once: {told:?}");
}

#[tokio::test]
async fn what_it_has_not_made_fails_at_once() {
    let (outcome, world, _) = run_with([mishap(CREATE, FailureKind::NotYetVisible, false)]).await;
    assert!(!outcome.succeeded());
    assert_eq!(count(&world, CREATE), 2, "no repetition: {:?}", world.log);
}

#[tokio::test]
async fn a_call_whose_answer_was_lost_is_looked_up_and_not_repeated() {
    let lost = [mishap(CREATE, FailureKind::Transient, true), mishap(ADD_ROLE, FailureKind::Transient, true)];
    let (outcome, world, _) = run_with(lost).await;
    assert!(outcome.succeeded(), "{outcome:?}");
    assert_eq!((count(&world, CREATE), count(&world, ADD_ROLE)), (2, 2));
}

#[tokio::test]
async fn what_exists_already_counts_as_made_only_when_it_is_ours() {
    let world = |tags: Tags| {
        let existing = InstanceProfile { tags, ..profile("a") };
        World { live: BTreeMap::from([("a".to_owned(), Resource::InstanceProfile(existing))]), ..World::default() }
    };
    let (_interrupter, interrupt) = Interrupter::new();
    let ours = Tags::live([("reconcile:owner".to_owned(), "lab".to_owned())]);
    assert!(run(world(ours), interrupt.clone()).await.0.succeeded());
    let theirs = Tags::live([("reconcile:owner".to_owned(), "other".to_owned())]);
    assert!(!run(world(theirs), interrupt).await.0.succeeded());
}

#[tokio::test]
async fn a_field_that_did_not_take_is_named() {
    let (_interrupter, interrupt) = Interrupter::new();
    let (outcome, _, _) = run(World { forgets_roles: true, ..World::default() }, interrupt).await;
    let profile = &outcome.resources[&Address::new(Kind::IamInstanceProfile, "a")];
    assert_eq!(profile.not_taken, [r#"role is still null, not "worker""#]);
    assert!(!outcome.succeeded());
}

#[tokio::test]
async fn an_interrupt_begins_nothing_more() {
    let (interrupter, interrupt) = Interrupter::new();
    interrupter.interrupt();
    let (outcome, world, _) = run(World::default(), interrupt).await;
    assert!(world.log.is_empty());
    assert!(!outcome.succeeded());
    let operations = outcome.resources.values().flat_map(|outcome| &outcome.operations);
    assert!(operations.into_iter().all(|operation| matches!(operation, OperationOutcome::Skipped { .. })));
}

/// No plan is such; where one would be, nothing is worse than to say that all is done.
#[tokio::test]
async fn what_waits_for_itself_is_no_success() {
    let (_interrupter, interrupt) = Interrupter::new();
    let (a, b) = (Address::new(Kind::IamInstanceProfile, "a"), Address::new(Kind::IamInstanceProfile, "b"));
    let mut circle = plan();
    circle.resources = vec![
        planned(a.clone(), Resource::InstanceProfile(profile("a")), &[&b]),
        planned(b, Resource::InstanceProfile(profile("b")), &[&a]),
    ];
    let (outcome, world, told) = run_plan(&circle, World::default(), interrupt).await;
    assert!(!outcome.succeeded() && world.log.is_empty(), "{outcome:?}");
    insta::assert_snapshot!(told.join("\n"), @"
    iam.instance_profiles.a skipped: it waits for what waits for it
    iam.instance_profiles.b skipped: it waits for what waits for it
    ");
}

#[tokio::test]
async fn what_does_not_settle_is_looked_at_again_only_within_the_timeout() {
    let fake = Arc::new(Fake::default());
    fake.world().never_settles = true;
    let providers = Providers { aws: Some(Arc::clone(&fake) as _), databricks: None };
    let (address, resource) = (Address::new(Kind::IamInstanceProfile, "a"), Resource::InstanceProfile(profile("a")));
    let readings = observe(&providers, &[(&address, &resource)], Some(Duration::from_millis(1))).await;
    assert!(matches!(readings.get(&address), Some(Reading::Failed(_))));
    // Two minutes, which it is given otherwise, are time for many more.
    assert!(fake.world().log.len() <= 3, "{:?}", fake.world().log);
}
