//! The words that the text and the Markdown of a plan share.

use std::collections::BTreeSet;

use super::Hazards;
use super::page::Look;
use crate::access::Certainty;
use crate::change::Hazard;
use crate::id::{Address, AwsScope, Kind};
use crate::plan::{Action, Orphan, PlaceInFile, Plan, PlannedResource, Problem, ProblemKind, Summary, Warning};
use crate::resource::{ClusterOperation, Operation};

/// What is said when nothing differs and nothing failed.
pub(super) const NO_CHANGES: &str = "No changes. The live state agrees with the manifest.";

/// Returns the sign of an action.
pub(super) const fn sign(action: Action) -> char {
    match action {
        Action::None => '=',
        Action::Create => '+',
        Action::Update => '~',
        Action::Replace => '±',
        Action::Delete => '-',
    }
}

/// Returns the colour of an action.
pub(super) const fn look(action: Action) -> Look {
    match action {
        Action::None => Look::Faint,
        Action::Create => Look::Added,
        Action::Update => Look::Changed,
        Action::Replace => Look::Replaced,
        Action::Delete => Look::Removed,
    }
}

/// Returns an action as a heading says it.
pub(super) const fn action(action: Action) -> &'static str {
    match action {
        Action::None => "unchanged",
        Action::Create | Action::Update | Action::Replace | Action::Delete => action.as_str(),
    }
}

/// Returns an action that was done.
pub(super) const fn past(action: Action) -> &'static str {
    match action {
        Action::None => "left as it is",
        Action::Create => "created",
        Action::Update => "updated",
        Action::Replace => "replaced",
        Action::Delete => "deleted",
    }
}

/// Returns the orphans whose deletion is not planned.
pub(super) fn left_orphans(plan: &Plan) -> Vec<&Orphan> {
    let is_pruned = |orphan: &Orphan| {
        plan.resources.iter().any(|resource| resource.kind() == orphan.kind && resource.name == orphan.name)
    };
    plan.orphans.iter().filter(|orphan| !is_pruned(orphan)).collect()
}

/// Says what orphans are, and what deletes them.
pub(super) fn orphans(number: usize) -> String {
    let verb = if number == 1 { "bears" } else { "bear" };
    format!(
        "{} {verb} this manifest's owner tag and {} no longer in the manifest; --prune plans the deletion",
        count(number, "orphan"),
        if number == 1 { "is" } else { "are" }
    )
}

/// Says what a warning is about, and how sure it is.
pub(super) fn warning(warning: &Warning) -> String {
    let Warning { code: _, message, help: _, address, certainty, place: _ } = warning;
    let about = address.as_ref().map(|address| format!("{address}: ")).unwrap_or_default();
    let doubt = match certainty {
        Some(Certainty::Possible) => ", as far as it can be told",
        Some(Certainty::Certain) | None => "",
    };
    format!("{about}{message}{doubt}")
}

/// Returns what a problem is called.
pub(super) const fn problem(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::Error => "error",
        ProblemKind::Refused => "refused",
    }
}

/// Says what a hazard means for this resource.
pub(super) fn hazard(hazard: Hazard, resource: &PlannedResource) -> String {
    let noun = resource.kind().noun();
    match hazard {
        Hazard::Interrupt => interrupt(resource),
        Hazard::Replace => format!("the {noun} is deleted and made anew"),
        Hazard::Delete => format!("the {noun} is deleted"),
        Hazard::DataLoss => data_loss(resource.kind()).to_owned(),
        Hazard::MassChange => "more than a third of the plan is deleted or made anew: is that meant?".to_owned(),
        Hazard::Overwrite => overwrite(resource.kind()).to_owned(),
        Hazard::WidensAccess => "more is allowed than before".to_owned(),
    }
}

fn interrupt(resource: &PlannedResource) -> String {
    let terminates =
        |operation: &Operation| matches!(operation, Operation::Cluster(ClusterOperation::Terminate { .. }));
    let deletes =
        |operation: &Operation| matches!(operation, Operation::Cluster(ClusterOperation::PermanentDelete { .. }));
    let noun = resource.kind().noun();
    match resource.kind() {
        Kind::DatabricksCluster if resource.operations.iter().any(deletes) => {
            format!("the {noun} is running, and what runs on it ends")
        }
        Kind::DatabricksCluster if resource.operations.iter().any(terminates) => {
            format!("the running {noun} is terminated")
        }
        Kind::DatabricksCluster => format!("the running {noun} restarts"),
        Kind::SagemakerNotebookInstance => format!("the running {noun} stops"),
        Kind::IamPolicy
        | Kind::IamRole
        | Kind::IamInstanceProfile
        | Kind::SagemakerLifecycleConfig
        | Kind::DatabricksInstanceProfile
        | Kind::DatabricksNotebook => format!("the {noun} is interrupted in its work"),
    }
}

const fn data_loss(kind: Kind) -> &'static str {
    match kind {
        Kind::SagemakerNotebookInstance => "its volume goes for good, with everything on it",
        Kind::IamPolicy
        | Kind::IamRole
        | Kind::IamInstanceProfile
        | Kind::SagemakerLifecycleConfig
        | Kind::DatabricksInstanceProfile
        | Kind::DatabricksCluster
        | Kind::DatabricksNotebook => "its data is lost for good",
    }
}

const fn overwrite(kind: Kind) -> &'static str {
    match kind {
        Kind::IamRole => "another document is written over, whoever wrote it",
        Kind::DatabricksNotebook => "the text in the workspace is written over",
        Kind::IamPolicy
        | Kind::IamInstanceProfile
        | Kind::SagemakerLifecycleConfig
        | Kind::SagemakerNotebookInstance
        | Kind::DatabricksInstanceProfile
        | Kind::DatabricksCluster => "what someone else may have written is written over",
    }
}

/// Says what it takes for an apply not to be refused for a hazard; nothing where no flag helps or none is needed.
pub(super) fn allowing(hazard: Hazard, resource: &PlannedResource) -> String {
    let asks = hazard.needs_allowing() && resource.problem.is_none();
    if asks { format!("(--allow {hazard})") } else { String::new() }
}

/// Says that a resource is claimed.
pub(super) const ADOPTED: &str = "adopted: it exists without an owner tag, and gets ours with these calls";

/// Returns the flag that allows every hazard of a plan, if any is to be allowed: `--allow interrupt,replace`.
pub(super) fn allow_flag(plan: &Plan, hazards: Hazards) -> Option<String> {
    match hazards {
        Hazards::ToBeAllowed => {}
        Hazards::Allowed => return None,
    }
    let none = BTreeSet::new();
    let needed = plan.hazards_not_allowed(&none).filter(|(resource, _)| resource.problem.is_none());
    let names: BTreeSet<Hazard> = needed.map(|(_, hazard)| hazard).collect();
    let names: Vec<_> = names.into_iter().map(Hazard::as_str).collect();
    (!names.is_empty()).then(|| format!("--allow {}", names.join(",")))
}

/// Returns the summary line of a plan.
pub(super) fn summary(plan: &Plan) -> String {
    let Summary { create, update, replace, delete, unchanged } = plan.summary();
    let counts = format!(
        "{create} to create, {update} to update, {replace} to replace, {delete} to delete, {unchanged} unchanged"
    );
    let (errors, refused) = (plan.problems(ProblemKind::Error).count(), plan.problems(ProblemKind::Refused).count());
    let problems = [(errors, "with an error"), (refused, "refused")];
    let problems = problems.iter().filter(|(count, _)| *count > 0).map(|(count, words)| format!("{count} {words}"));
    let problems: Vec<_> = problems.collect();
    let separator = if problems.is_empty() { "" } else { "; " };
    format!("Plan: {counts}{separator}{}.", problems.join(", "))
}

/// Returns whether there is nothing to do and nothing went wrong.
pub(super) fn agrees(plan: &Plan) -> bool {
    !plan.differs() && plan.resources.iter().all(|resource| resource.problem.is_none())
}

/// Returns whether a plan tells of a resource even when it does not list the unchanged ones.
pub(super) fn is_told(resource: &PlannedResource) -> bool {
    resource.action != Action::None || resource.problem.is_some() || !resource.notes.is_empty()
}

/// Says where a plan applies: the account and the workspace, as far as they have a part in it.
pub(super) fn scope(plan: &Plan) -> Vec<(&'static str, String)> {
    let account = plan.aws.as_ref().map(|AwsScope { account_id, partition, region }| {
        let partition = if partition == "aws" { String::new() } else { format!("{partition}, ") };
        ("AWS account", format!("{account_id} ({partition}{region})"))
    });
    let workspace = plan.databricks.as_ref().map(|scope| ("Databricks workspace", scope.host.clone()));
    account.into_iter().chain(workspace).collect()
}

/// The addresses of the resources that a plan changes.
pub(super) struct Changed<'a>(BTreeSet<&'a Address>);

impl<'a> Changed<'a> {
    /// Collects them.
    pub(super) fn of(plan: &'a Plan) -> Self {
        let changed = plan.resources.iter().filter(|resource| !resource.operations.is_empty());
        Self(changed.map(|resource| &resource.address).collect())
    }

    /// Returns those whose calls come before this resource's.
    pub(super) fn before<'r>(&self, resource: &'r PlannedResource) -> Vec<&'r Address> {
        resource.depends_on.iter().filter(|address| self.0.contains(address)).collect()
    }
}

/// Returns a place as editors and terminals know it.
pub(super) fn place(place: &PlaceInFile) -> String {
    let PlaceInFile { file, line, column } = place;
    format!("{file}:{line}:{column}")
}

/// Returns what a problem says, line by line: what failed and why, what to do, where.
pub(super) fn problem_parts(problem: &Problem) -> (&str, Option<&str>, String) {
    let Problem { kind: _, message, help, place: at } = problem;
    (message, help.as_deref(), place(at))
}

/// Returns a number of things: `1 call`, `3 calls`.
pub(super) fn count(number: impl TryInto<u64>, singular: &str) -> String {
    // No count of things in memory exceeds 64 bits.
    let number = number.try_into().unwrap_or(u64::MAX);
    if number == 1 { format!("1 {singular}") } else { format!("{number} {singular}s") }
}
