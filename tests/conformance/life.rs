//! What every manifest goes through, in each cloud.

use std::collections::{BTreeMap, BTreeSet};

use reconcile_core::id::Kind;
use reconcile_core::manifest::Declared;
use reconcile_core::resource::Resource;
use reconcile_core::resource::tags::OWNER_TAG;
use serde_json::{Value, json};

use crate::bench::{Bench, calls, changes};
use crate::clouds::in_each_cloud;
use crate::drifts::{self, Drift, Subject};
use crate::lacks;
use crate::shipped::{self, Shipped};
use crate::theirs;
use crate::world;

in_each_cloud! {
    each_is_made_from_nothing_and_nothing_else_is_touched_then_or_later,
    what_others_add_to_ours_is_no_drift,
    each_managed_field_that_drifts_is_found_and_only_it_is_repaired,
    what_bears_no_owner_tag_is_adopted_and_only_tagged_for_it,
    what_bears_no_owner_tag_gets_it_with_the_next_write_that_is_needed,
    what_bears_another_owner_is_refused_until_it_is_taken_over,
    what_is_no_longer_in_the_manifest_is_listed_and_pruned_and_nothing_else,
    each_is_destroyed_without_a_trace_and_a_second_time_there_is_nothing_to_do,
    all_drifts_of_identities_at_once_are_repaired_in_one_go,
}

/// The folders that the manifest's notebooks lie in: they are made where they are missing, and stay.
fn folders(shipped: &Shipped) -> Vec<String> {
    let paths = shipped.manifest.resources.iter().filter_map(|declared| match &declared.resource {
        Resource::Notebook(notebook) => Some(notebook.path.as_str()),
        Resource::ManagedPolicy(_)
        | Resource::Role(_)
        | Resource::InstanceProfile(_)
        | Resource::LifecycleConfig(_)
        | Resource::NotebookInstance(_)
        | Resource::Registration(_)
        | Resource::Cluster(_) => None,
    });
    let parents = paths.flat_map(|path| path.match_indices('/').skip(1).map(|(end, _)| &path[..end]));
    parents.map(|folder| world::pointer(Kind::DatabricksNotebook, folder)).collect()
}

/// What is the manifest's, and the folders made for it.
fn ours(shipped: &Shipped) -> Vec<String> {
    [world::owned(shipped), folders(shipped)].concat()
}

fn each_is_made_from_nothing_and_nothing_else_is_touched_then_or_later(bench: &Bench<'_>) {
    let (shipped, name) = (bench.shipped, bench.name());
    bench.begin_anew();
    let planned = bench.plan(&[]);
    bench.apply(&[]);
    let made = bench.world();
    assert_eq!(world::differences_elsewhere(&bench.start, &made, &ours(shipped)), [""; 0], "{name}");
    assert_eq!(changes(&planned), changes(&bench.created), "{name}");
    for again in [bench.plan(&[]), bench.apply(&[])] {
        assert_eq!((changes(&again), calls(&again)), (vec![], vec![]), "{name}: a second time");
    }
    bench.agrees("it is made");
    assert_eq!(world::differences(&made, &bench.world(), &[]), [""; 0], "{name}: a second time");
}

fn what_others_add_to_ours_is_no_drift(bench: &Bench<'_>) {
    bench.agrees("others have added to it");
    let outcome = bench.apply(&[]);
    assert_eq!(calls(&outcome), [""; 0], "{}", bench.name());
    assert_eq!(world::differences(&bench.base, &bench.world(), &[]), [""; 0], "{}", bench.name());
}

fn each_managed_field_that_drifts_is_found_and_only_it_is_repaired(bench: &Bench<'_>) {
    let drifts = drifts(bench, &bench.base, |_| true);
    assert!(!drifts.is_empty(), "{}: nothing drifts", bench.name());
    for (_, drift) in drifts {
        is_repaired(bench, &drift);
    }
}

/// Returns all that may happen to the manifest's resources in this cloud and world, by address and field. What a cloud cannot
/// do is left to the sandbox, and so is, beside moto, what happens in the workspace.
pub(crate) fn drifts(
    bench: &Bench<'_>,
    world: &Value,
    kept: impl Fn(&Declared) -> bool,
) -> Vec<((String, String), Drift)> {
    let (mut all, name) = (Vec::new(), &bench.shipped.name);
    for declared in bench.shipped.manifest.resources.iter().filter(|declared| kept(declared)) {
        if bench.moto.is_some() && !lacks::is_of_aws(declared.address.kind()) {
            bench.leave_to_the_sandbox(format!("{name}: {}: it is no drift of AWS", declared.address));
            continue;
        }
        let subject = Subject { shipped: bench.shipped, declared, world, hand: &bench.hand };
        for path in bench.shipped.managed(&bench.created, &declared.address) {
            for drift in drifts::of(&subject, &path) {
                match bench.hinders(&drift) {
                    Some(why) => bench.leave_to_the_sandbox(format!("{name}: {}: {why}", drift.what)),
                    None => all.push(((declared.address.to_string(), path.clone()), drift)),
                }
            }
        }
    }
    all
}

#[test]
fn what_is_listed_as_no_state_is_in_a_manifest() {
    let all = shipped::all();
    let benches: Vec<_> = all.iter().map(Bench::new).collect();
    let is_managed = |kind, field: &str| {
        benches.iter().any(|bench| {
            let mut of_kind =
                bench.shipped.manifest.resources.iter().filter(|declared| declared.address.kind() == kind);
            of_kind.any(|declared| bench.shipped.managed(&bench.created, &declared.address).contains(field))
        })
    };
    assert_eq!(drifts::stale(is_managed), [""; 0], "no manifest has these any more: take them off the list");
}

/// Lets something drift, and checks that exactly that is found, and that exactly the least calls bring exactly it back.
fn is_repaired(bench: &Bench<'_>, drift: &Drift) {
    let what = format!("{}: {}", bench.name(), drift.what);
    let before = bench.renew();
    drift.happen(&bench.hand, |edit| bench.edit(edit));
    bench.take_writes();
    let plan = bench.plan(&[]);
    let (found, expected): (BTreeSet<_>, BTreeSet<_>) =
        (changes(&plan).into_iter().collect(), drift.found.iter().cloned().collect());
    assert_eq!(found, expected, "{what}");
    assert_eq!(calls(&plan), drift.calls, "{what}");
    bench.apply(&[]);
    bench.agrees(&what);
    if drift.calls.is_empty() {
        return;
    }
    let touched: BTreeSet<_> = drift.found.iter().map(|(address, _)| place_of(bench.shipped, address)).collect();
    let touched: Vec<_> = touched.into_iter().collect();
    let differences = world::differences(&before, &bench.world(), &touched);
    assert_eq!(differences, [""; 0], "{what}: nothing else is changed");
}

pub(crate) fn place_of(shipped: &Shipped, address: &str) -> String {
    world::pointer(shipped.declared(address).address.kind(), shipped.declared(address).resource.name())
}

/// Gives every resource of the manifest that takes tags this owner.
fn set_owner(bench: &Bench<'_>, owner: Option<&str>) {
    for declared in bench.shipped.manifest.resources.iter().filter(|declared| is_tagged(&declared.resource)) {
        theirs::tag(&declared.resource, OWNER_TAG, owner, &bench.hand);
    }
    bench.take_writes();
}

fn is_tagged(resource: &Resource) -> bool {
    resource.tags().is_some() && !resource.is_existing()
}

/// The addresses of what takes an owner tag.
fn tagged(shipped: &Shipped) -> BTreeSet<String> {
    let tagged = shipped.manifest.resources.iter().filter(|declared| is_tagged(&declared.resource));
    tagged.map(|declared| declared.address.to_string()).collect()
}

fn addresses(plan: &Value, is_so: impl Fn(&Value) -> bool) -> BTreeSet<String> {
    let resources = plan["resources"].as_array().expect("a list").iter().filter(|resource| is_so(resource));
    resources.map(|resource| resource["address"].as_str().expect("an address").to_owned()).collect()
}

fn what_bears_no_owner_tag_is_adopted_and_only_tagged_for_it(bench: &Bench<'_>) {
    let (shipped, name) = (bench.shipped, bench.name());
    set_owner(bench, None);
    let plan = bench.plan(&[]);
    assert_eq!(addresses(&plan, |resource| resource["adopted"] == true), tagged(shipped), "{name}");
    assert_eq!(calls(&plan), [""; 0], "{name}: a missing owner tag alone is no reason to write");
    bench.agrees("it is adopted");
    let outcome = bench.apply(&["--adopt"]);
    assert_eq!(addresses(&outcome, |resource| resource["action"] == "update"), tagged(shipped), "{name}");
    assert_eq!(calls(&outcome).len(), tagged(shipped).len(), "{name}: one call tags one resource");
    let differences = world::differences(&bench.base, &bench.world(), &world::owned(shipped));
    assert_eq!(differences, [""; 0], "{name}: claimed, and nothing else");
}

fn what_bears_no_owner_tag_gets_it_with_the_next_write_that_is_needed(bench: &Bench<'_>) {
    for declared in bench.shipped.manifest.resources.iter().filter(|declared| is_tagged(&declared.resource)) {
        bench.renew();
        theirs::tag(&declared.resource, OWNER_TAG, None, &bench.hand);
        let (mut seen, unowned) = (BTreeSet::new(), bench.world());
        for (_, drift) in drifts(bench, &unowned, |other| other.address == declared.address) {
            // One drift for each way to mend one.
            if !drift.calls.is_empty() && seen.insert(drift.calls.clone()) {
                is_adopted_by_the_repair(bench, declared, &drift);
            }
        }
    }
}

/// Lets something drift that nobody owns, and checks that its repair claims it, unless that alone would cost a restart.
fn is_adopted_by_the_repair(bench: &Bench<'_>, declared: &Declared, drift: &Drift) {
    let what = format!("{}: {}, and it bears no owner tag", bench.name(), drift.what);
    let before = bench.renew();
    theirs::tag(&declared.resource, OWNER_TAG, None, &bench.hand);
    drift.happen(&bench.hand, |edit| bench.edit(edit));
    let outcome = bench.apply(&[]);
    let adopted = addresses(&outcome, |resource| resource["adopted"] == true);
    assert_eq!(adopted, BTreeSet::from([declared.address.to_string()]), "{what}");
    let (tags, claims) = claim(declared.address.kind(), &drift.calls);
    let expected: BTreeMap<_, _> = count(drift.calls.iter().map(String::as_str).chain(tags));
    assert_eq!(count(calls(&outcome).iter().map(String::as_str)), expected, "{what}");
    bench.agrees(&what);
    let mut touched: BTreeSet<_> = drift.found.iter().map(|(address, _)| place_of(bench.shipped, address)).collect();
    touched.insert(place_of(bench.shipped, &declared.address.to_string()));
    let mut differences = world::differences(&before, &bench.world(), &touched.into_iter().collect::<Vec<_>>());
    if !claims {
        differences.retain(|place| !place.ends_with(OWNER_TAG));
    }
    assert_eq!(differences, [""; 0], "{what}");
}

/// Returns the call that it takes to claim a resource along with a repair, and whether it is claimed at all.
fn claim(kind: Kind, repair: &[String]) -> (Option<&'static str>, bool) {
    let call = match kind {
        Kind::IamPolicy => "iam:TagPolicy",
        Kind::IamRole => "iam:TagRole",
        Kind::IamInstanceProfile => "iam:TagInstanceProfile",
        Kind::SagemakerLifecycleConfig | Kind::SagemakerNotebookInstance => "sagemaker:AddTags",
        // Tags are part of its specification, and another call for them would restart it.
        Kind::DatabricksCluster => return (None, repair.iter().any(|call| call == "databricks:clusters/update")),
        Kind::DatabricksInstanceProfile | Kind::DatabricksNotebook => panic!("a {} has no owner tag", kind.noun()),
    };
    // What is made, or tagged anyway, gets it in that call.
    let comes_along = repair.iter().any(|made| {
        made == call
            || made.split_once(':').is_some_and(|(_, call)| call.starts_with("Create") && call != "CreatePolicyVersion")
    });
    ((!comes_along).then_some(call), true)
}

/// How often each call is made.
fn count<'a>(calls: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut counted = BTreeMap::new();
    for call in calls {
        *counted.entry(call).or_default() += 1;
    }
    counted
}

fn what_bears_another_owner_is_refused_until_it_is_taken_over(bench: &Bench<'_>) {
    let (shipped, name) = (bench.shipped, bench.name());
    if tagged(shipped).is_empty() {
        return;
    }
    set_owner(bench, Some("another"));
    let foreign = bench.world();
    bench.take_writes();
    for command in ["apply", "destroy"] {
        let refused = bench.run(command, &["--yes", crate::bench::ALLOW]);
        assert_eq!(refused.code, Some(3), "{name}: {command}: {}", refused.stdout);
        assert!(refused.stdout.contains("`another`"), "{name}: {}", refused.stdout);
        assert_eq!(bench.take_writes(), [""; 0], "{name}: a refused {command} writes nothing");
    }
    assert!(bench.world() == foreign, "{name}");
    let outcome = bench.apply(&["--take-over"]);
    assert_eq!(addresses(&outcome, |resource| resource["action"] == "update"), tagged(shipped), "{name}");
    let differences = world::differences(&bench.base, &bench.world(), &world::owned(shipped));
    assert_eq!(differences, [""; 0], "{name}: taken over, and nothing else");
    bench.agrees("it is ours");
}

fn what_is_no_longer_in_the_manifest_is_listed_and_pruned_and_nothing_else(bench: &Bench<'_>) {
    let shipped = bench.shipped;
    for declared in &shipped.manifest.resources {
        let gone = declared.address.to_string();
        let text = shipped.rewritten(&shipped.manifest.name, |address| *address != declared.address);
        // What others refer to cannot leave the manifest before them.
        let is_used = text.contains(&format!("${{{gone}."));
        if !is_used && shipped.manifest.resources.len() > 1 {
            is_pruned(bench, &gone, &text);
        }
    }
}

fn is_pruned(bench: &Bench<'_>, gone: &str, text: &str) {
    let (shipped, what) = (bench.shipped, format!("{}: {gone} is no longer in it", bench.name()));
    let declared = shipped.declared(gone);
    let without = bench.write(&format!("without-{gone}.yaml"), text);
    let before = bench.renew();
    let plan = bench.plan_on(&without, &[]);
    let expected = if is_tagged(&declared.resource) { vec![json!(declared.resource.name())] } else { Vec::new() };
    let listed: Vec<_> = plan["orphans"].as_array().expect("a list").iter().map(|one| one["name"].clone()).collect();
    assert_eq!(listed, expected, "{what}");
    assert_eq!(calls(&plan), [""; 0], "{what}: it is only listed");
    bench.write_by("apply", &without, &["--prune"]);
    let now = bench.world();
    if expected.is_empty() {
        assert_eq!(world::differences(&before, &now, &[]), [""; 0], "{what}: nothing says whose it is");
        return;
    }
    let place = place_of(shipped, gone);
    assert!(world::plain(&now).pointer(&place).is_none(), "{what}: {place} is still there");
    assert_eq!(world::differences_elsewhere(&before, &now, &[place]), [""; 0], "{what}: only it goes");
    let again = bench.plan_on(&without, &["--prune"]);
    assert_eq!((calls(&again), &again["orphans"]), (vec![], &json!([])), "{what}");
}

fn each_is_destroyed_without_a_trace_and_a_second_time_there_is_nothing_to_do(bench: &Bench<'_>) {
    let (shipped, name) = (bench.shipped, bench.name());
    bench.write_by("destroy", shipped.argument(), &[]);
    let now = bench.world();
    for place in world::owned(shipped) {
        assert!(world::plain(&now).pointer(&place).is_none(), "{name}: {place} is left");
    }
    let others = [ours(shipped), world::owned(shipped)].concat();
    assert_eq!(world::differences_elsewhere(&bench.base, &now, &others), [""; 0], "{name}: only ours goes");
    let again = bench.write_by("destroy", shipped.argument(), &[]);
    assert_eq!(calls(&again), [""; 0], "{name}: destroyed twice");
    assert!(bench.world() == now, "{name}: destroyed twice");
}

fn all_drifts_of_identities_at_once_are_repaired_in_one_go(bench: &Bench<'_>) {
    let is_identity = |kind| matches!(kind, Kind::IamPolicy | Kind::IamRole | Kind::IamInstanceProfile);
    let all = drifts(bench, &bench.base, |declared| is_identity(declared.address.kind()));
    // Of each field its last one: two would undo each other.
    let last: BTreeMap<_, _> =
        all.iter().filter(|(_, drift)| !drift.makes_anew()).map(|(field, drift)| (field, drift)).collect();
    for drift in last.values() {
        drift.happen(&bench.hand, |edit| bench.edit(edit));
    }
    bench.apply(&[]);
    bench.agrees("all is repaired");
    let differences = world::differences(&bench.base, &bench.world(), &world::owned(bench.shipped));
    assert_eq!(differences, [""; 0], "{}", bench.name());
}
