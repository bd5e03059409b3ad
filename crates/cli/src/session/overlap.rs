//! Manifests of one command line that would have the same thing: each would undo what the other one does.

use std::collections::BTreeMap;

use reconcile_core::id::{Address, Cloud, Kind};
use reconcile_core::manifest::diagnostic::Diagnostic;
use reconcile_core::planner::World;
use reconcile_core::resource::{NaturalKey, Resource};

use super::Planned;
use crate::failure::Failure;

/// Whose a resource is: where it is, and which one there.
type Whose = (String, NaturalKey);

/// Refuses every plan that holds, or would delete, what one before it holds or would delete.
pub(super) fn refused(planned: Vec<Result<Planned, Failure>>) -> Vec<Result<Planned, Failure>> {
    let mut taken: BTreeMap<Whose, (Address, String)> = BTreeMap::new();
    let refuse = |planned: Result<Planned, Failure>| {
        let planned = planned?;
        let own = of(&planned);
        let twice = own.iter().filter_map(|(whose, address)| Some((address, taken.get(whose)?)));
        let reports = twice.map(|(address, (other, file))| {
            let message = format!("{address} is the same {} as {other} of {file}", address.kind().noun());
            let mut report = Diagnostic::error("same-resource", message)
                .with_help("let one manifest hold it, and give each manifest a name of its own");
            report.place = planned.places.get(address).cloned();
            report
        });
        Failure::of(reports.collect())?;
        taken.extend(own.into_iter().map(|(whose, address)| (whose, (address, planned.origin.file.clone()))));
        Ok(planned)
    };
    planned.into_iter().map(refuse).collect()
}

/// Returns what a plan holds and what it would delete. Someone else's role is nobody's: several may add to it.
fn of(planned: &Planned) -> Vec<(Whose, Address)> {
    let resources = planned.plan.resources.iter().map(|resource| (&resource.address, &resource.desired));
    let own = resources.filter(|(_, resource)| !matches!(resource, Resource::Role(role) if role.existing));
    own.map(|(address, resource)| ((place(address.kind(), &planned.world), resource.natural_key()), address.clone()))
        .collect()
}

/// Returns the account, the account's region or the workspace that something of a kind is in.
fn place(kind: Kind, world: &World) -> String {
    match kind.cloud() {
        Cloud::Aws => world.aws.as_ref().map_or_else(String::new, |aws| match kind {
            Kind::SagemakerLifecycleConfig | Kind::SagemakerNotebookInstance => {
                format!("{} {}", aws.account_id, aws.region)
            }
            Kind::IamPolicy
            | Kind::IamRole
            | Kind::IamInstanceProfile
            | Kind::DatabricksInstanceProfile
            | Kind::DatabricksCluster
            | Kind::DatabricksNotebook => aws.account_id.clone(),
        }),
        Cloud::Databricks => world.databricks.as_ref().map_or_else(String::new, |databricks| databricks.host.clone()),
    }
}
