//! How few calls could do it: counted from what differs, and from what the services' calls can do, without looking at what is
//! planned.

use std::collections::BTreeSet;

use reconcile_core::change::FieldChange;
use reconcile_core::field::Field;
use reconcile_core::plan::{Action, Plan, PlannedResource};
use reconcile_core::resource::cluster::ClusterState;
use reconcile_core::resource::notebook_instance::NotebookInstanceState;
use reconcile_core::resource::{Cluster, NotebookInstance, NotebookOperation, Operation, Resource, Role};

/// Checks that no resource takes more calls than it has to.
pub(crate) fn is_least(plan: &Plan) {
    for planned in &plan.resources {
        let calls: Vec<_> = planned.operations.iter().map(Operation::api).collect();
        // Folders are made once for all notebooks in them.
        let own = calls.iter().filter(|api| !api.ends_with("mkdirs")).count();
        assert_eq!(own, least(planned), "{}: {:?} for {:?}", planned.address, calls, paths(planned));
    }
    let made: Vec<_> = plan.resources.iter().flat_map(|planned| &planned.operations).filter_map(folder).collect();
    for (index, folder) in made.iter().enumerate() {
        let with_them = made.iter().enumerate().filter(|(other, _)| *other != index);
        let again: Vec<_> =
            with_them.filter(|(_, deeper)| format!("{deeper}/").starts_with(&format!("{folder}/"))).collect();
        assert_eq!(again, [], "{folder} is made twice");
    }
}

fn folder(operation: &Operation) -> Option<&str> {
    match operation {
        Operation::Notebook(NotebookOperation::MakeFolder { path }) => Some(path),
        _ => None,
    }
}

fn paths(planned: &PlannedResource) -> Vec<&str> {
    planned.changes.iter().map(|change| change.path.as_str()).collect()
}

fn least(planned: &PlannedResource) -> usize {
    match planned.action {
        Action::None => 0,
        Action::Create => creation(&planned.desired),
        Action::Update => update(planned),
        Action::Replace => replacement(planned),
        Action::Delete => panic!("{}: nothing is to be deleted", planned.address),
    }
}

/// A creation sends all that the service's call takes, and then whatever has a call of its own.
fn creation(desired: &Resource) -> usize {
    match desired {
        Resource::Role(role) => {
            let attached = role.managed_policies.value().map_or(0, BTreeSet::len);
            let inline = role.inline_policies.value().into_iter().flatten();
            1 + attached + inline.filter(|(_, document)| document.is_some()).count()
        }
        Resource::InstanceProfile(profile) => 1 + usize::from(profile.role.value().is_some()),
        Resource::NotebookInstance(instance) => {
            1 + usize::from(instance.state == Field::Set(NotebookInstanceState::Stopped))
        }
        Resource::Cluster(cluster) => {
            1 + usize::from(cluster.pinned == Field::Set(true))
                + usize::from(cluster.state == Field::Set(ClusterState::Terminated))
        }
        Resource::ManagedPolicy(_)
        | Resource::LifecycleConfig(_)
        | Resource::Registration(_)
        | Resource::Notebook(_) => 1,
    }
}

fn update(planned: &PlannedResource) -> usize {
    let changes = Changes(&planned.changes);
    match (&planned.desired, planned.live.as_ref().expect("what is updated exists")) {
        (Resource::Role(desired), Resource::Role(live)) => role(desired, live, changes) + changes.tags(),
        (Resource::ManagedPolicy(desired), Resource::ManagedPolicy(live)) => {
            let versions = live.versions.value();
            let kept = versions.is_some_and(|versions| {
                versions.iter().any(|version| version.document.as_ref() == desired.document.value())
            });
            let full = versions.is_some_and(|versions| versions.len() >= 5);
            let document = usize::from(changes.any(&["document"]));
            document + usize::from(document == 1 && full && !kept) + changes.tags()
        }
        (Resource::InstanceProfile(desired), Resource::InstanceProfile(live)) => {
            let roles = [&desired.role, &live.role].into_iter().filter(|role| role.value().is_some()).count();
            if changes.any(&["role"]) { roles + changes.tags() } else { changes.tags() }
        }
        (Resource::NotebookInstance(desired), Resource::NotebookInstance(live)) => instance(desired, live, changes),
        (Resource::Cluster(desired), Resource::Cluster(live)) => cluster(desired, live, changes),
        (Resource::LifecycleConfig(_), Resource::LifecycleConfig(_)) => {
            usize::from(changes.any(&["on_create", "on_start"])) + changes.tags()
        }
        (Resource::Registration(_) | Resource::Notebook(_), _) => 1,
        (desired, _) => panic!("{}: another kind is live", desired.name()),
    }
}

/// What is made anew is deleted first; a notebook instance has to be stopped for it.
fn replacement(planned: &PlannedResource) -> usize {
    match (&planned.desired, planned.live.as_ref()) {
        (Resource::Registration(_), Some(_)) => 2,
        (Resource::NotebookInstance(desired), Some(Resource::NotebookInstance(live))) => {
            let runs = live.state == Field::Set(NotebookInstanceState::InService);
            let stays_stopped = match &desired.state {
                Field::Set(state) => *state == NotebookInstanceState::Stopped,
                Field::Absent | Field::Null => !runs && !is_noted(live),
            };
            usize::from(runs) + 2 + usize::from(stays_stopped) + usize::from(has_to_be_noted(desired, live))
        }
        (desired, _) => panic!("{} {} is made anew", desired.kind(), desired.name()),
    }
}

#[derive(Clone, Copy)]
struct Changes<'a>(&'a [FieldChange]);

impl Changes<'_> {
    /// How many of the fields whose paths begin like this differ.
    fn count(self, prefix: &str) -> usize {
        self.0.iter().filter(|change| change.path.starts_with(prefix)).count()
    }

    fn any(self, fields: &[&str]) -> bool {
        self.0.iter().any(|change| fields.contains(&change.path.as_str()))
    }

    /// One call sets tags, and one removes them.
    fn tags(self) -> usize {
        usize::from(self.sets_tags()) + usize::from(self.removes_tags())
    }

    fn sets_tags(self) -> bool {
        self.0.iter().any(|change| change.path.starts_with("tags.") && !change.after.is_null())
    }

    fn removes_tags(self) -> bool {
        self.0.iter().any(|change| change.path.starts_with("tags.") && change.after.is_null())
    }
}

fn role(desired: &Role, live: &Role, changes: Changes<'_>) -> usize {
    let attachments = match (desired.managed_policies.value(), live.managed_policies.value()) {
        (Some(desired), Some(live)) if changes.any(&["managed_policies"]) => desired.symmetric_difference(live).count(),
        _ => 0,
    };
    let settings = usize::from(changes.any(&["description", "max_session_duration"]));
    let single = ["trust_policy", "permissions_boundary"].into_iter().filter(|field| changes.any(&[field])).count();
    attachments + settings + single + changes.count("inline_policies.")
}

/// Everything that an update can change, it changes at once, while the instance is stopped. That it ran is noted before, and
/// forgotten after, by the calls that set and remove its other tags.
fn instance(desired: &NotebookInstance, live: &NotebookInstance, changes: Changes<'_>) -> usize {
    let runs = live.state == Field::Set(NotebookInstanceState::InService);
    let is_to_run = match &desired.state {
        Field::Set(state) => *state == NotebookInstanceState::InService,
        Field::Absent | Field::Null => runs || is_noted(live),
    };
    let updates = changes.0.iter().any(|change| change.path != "state" && !change.path.starts_with("tags."));
    let calls = if updates { usize::from(runs) + 1 + usize::from(is_to_run) } else { usize::from(runs != is_to_run) };
    let notes = updates && has_to_be_noted(desired, live);
    let forgets = notes || is_noted(live);
    calls + usize::from(changes.sets_tags() || notes) + usize::from(changes.removes_tags() || forgets)
}

/// What is stopped on the way, and of which the manifest does not say whether it is to run, has to tell a later run that it
/// ran, or that run could not know.
fn has_to_be_noted(desired: &NotebookInstance, live: &NotebookInstance) -> bool {
    live.state == Field::Set(NotebookInstanceState::InService) && !desired.state.is_managed() && !is_noted(live)
}

fn is_noted(live: &NotebookInstance) -> bool {
    live.tags.0.contains_key("reconcile:run-state")
}

/// One update or one resize, whatever differs; a running cluster restarts in it.
fn cluster(desired: &Cluster, live: &Cluster, changes: Changes<'_>) -> usize {
    let own = |path: &str| ["pinned", "state"].contains(&path);
    let spec = changes.0.iter().any(|change| !own(&change.path));
    let state = desired.state.is_managed() && changes.any(&["state"]);
    assert!(live.cluster_id.value().is_some(), "{} has no id", live.name);
    usize::from(spec) + usize::from(changes.any(&["pinned"])) + usize::from(state)
}
