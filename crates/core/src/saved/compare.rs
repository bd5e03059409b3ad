//! What has moved between a saved plan and the one that comes of the same manifest now.

use serde_json::{Map, Value};

use super::{BuiltOn, SavedPlan};
use crate::id::Address;
use crate::plan::document::{PlanDocument, ResourceEntry};

/// Longer values are cut: whoever wants them whole plans again.
const LONGEST: usize = 100;

impl SavedPlan {
    /// Says what differs from the plan as it comes out now, a line each; nothing when it is the same. First where it is applied,
    /// then what was read, then what comes of it: as long as one differs, the next says nothing that is new. The embedded
    /// sandbox's workspace has another address each time, which is none.
    pub fn moved(&self, now: &Self, sandbox: bool) -> Vec<String> {
        let elsewhere = elsewhere(&self.plan, &now.plan, sandbox);
        if !elsewhere.is_empty() {
            return elsewhere;
        }
        let addresses = self.built_on.keys().chain(now.built_on.keys().filter(|key| !self.built_on.contains_key(*key)));
        let moved: Vec<_> = addresses
            .flat_map(|address| read_differently(address, self.built_on.get(address), now.built_on.get(address)))
            .collect();
        if moved.is_empty() { self.planned_differently(now) } else { moved }
    }

    fn planned_differently(&self, now: &Self) -> Vec<String> {
        let of = |plan: &PlanDocument, address: &Address| -> Option<ResourceEntry> {
            plan.resources.iter().find(|entry| entry.address == *address).cloned()
        };
        let addresses = self.calls.keys().chain(now.calls.keys().filter(|key| !self.calls.contains_key(*key)));
        let resources = addresses.filter(|address| {
            self.calls.get(*address) != now.calls.get(*address) || of(&self.plan, address) != of(&now.plan, address)
        });
        let mut differences: Vec<_> =
            resources.map(|address| format!("{address}: its plan comes out otherwise")).collect();
        let order = |plan: &PlanDocument| plan.resources.iter().map(|entry| entry.address.clone()).collect::<Vec<_>>();
        if differences.is_empty() && order(&self.plan) != order(&now.plan) {
            differences.push("the order is another one".to_owned());
        }
        if self.plan.orphans != now.plan.orphans {
            differences.push("what bears the manifest's owner tag and is not in it is something else".to_owned());
        }
        let warnings = now.plan.warnings.iter().filter(|warning| !self.plan.warnings.contains(warning));
        differences
            .extend(warnings.map(|warning| format!("there is a warning that was not there: {}", warning.message)));
        differences
    }
}

fn elsewhere(then: &PlanDocument, now: &PlanDocument, sandbox: bool) -> Vec<String> {
    let mut lines = Vec::new();
    let account = |plan: &PlanDocument| {
        plan.aws
            .as_ref()
            .map_or_else(|| "none".to_owned(), |aws| format!("{} ({}, {})", aws.account_id, aws.partition, aws.region))
    };
    if then.aws != now.aws {
        lines.push(format!("the plan is for the AWS account {}, and this is {}", account(then), account(now)));
    }
    let host = |plan: &PlanDocument| {
        plan.databricks.as_ref().map_or_else(|| "none".to_owned(), |databricks| databricks.host.clone())
    };
    if then.databricks != now.databricks && !sandbox {
        lines.push(format!("the plan is for the workspace {}, and this is {}", host(then), host(now)));
    }
    lines
}

fn read_differently(address: &Address, then: Option<&BuiltOn>, now: Option<&BuiltOn>) -> Vec<String> {
    let words = |found: Option<&BuiltOn>| match found {
        None => "was not looked for".to_owned(),
        Some(BuiltOn::Nothing) => "did not exist".to_owned(),
        Some(BuiltOn::Resource(_)) => "existed".to_owned(),
        Some(BuiltOn::Unreadable(why)) => format!("could not be read ({why})"),
    };
    match (then, now) {
        (Some(BuiltOn::Resource(then)), Some(BuiltOn::Resource(now))) => {
            let mut lines = Vec::new();
            let value = |resource| serde_json::to_value(resource).unwrap_or_default();
            differing("", &value(then), &value(now), &mut lines);
            lines.into_iter().map(|line| format!("{address}: {line}")).collect()
        }
        (then, now) if then == now => Vec::new(),
        (then, Some(BuiltOn::Resource(_))) => vec![format!("{address}: it {}, and exists now", words(then))],
        (then, Some(BuiltOn::Nothing)) => vec![format!("{address}: it {}, and does not exist now", words(then))],
        (then, now) => vec![format!("{address}: it {}, and now it {}", words(then), words(now))],
    }
}

/// Finds the fields that differ, at every depth of objects.
fn differing(path: &str, then: &Value, now: &Value, lines: &mut Vec<String>) {
    if then == now {
        return;
    }
    let (Value::Object(before), Value::Object(after)) = (then, now) else {
        lines.push(format!("{path} was {}, and is {}", shown(then), shown(now)));
        return;
    };
    let keys = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
    for key in keys {
        let of = |object: &Map<String, Value>| object.get(key).cloned().unwrap_or_default();
        let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        differing(&path, &of(before), &of(after), lines);
    }
}

fn shown(value: &Value) -> String {
    let text = if value.is_null() { "unset".to_owned() } else { value.to_string() };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
