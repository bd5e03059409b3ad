//! What every manifest goes through in the sandbox.

use std::collections::BTreeSet;

use reconcile_core::id::Kind;
use reconcile_core::resource::Resource;
use serde_json::{Value, json};

use crate::bench::{Bench, calls, changes};
use crate::drifts::{self, Drift, Subject};
use crate::shipped::{self, Shipped};
use crate::world;

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

#[test]
fn each_is_made_from_nothing_and_nothing_else_is_touched_then_or_later() {
    for shipped in shipped::all() {
        let bench = Bench::new(&shipped);
        let name = &shipped.name;
        bench.sandbox.restore(&bench.start);
        let planned = bench.plan(&[]);
        bench.apply(&[]);
        let made = bench.world();
        assert_eq!(world::differences_elsewhere(&bench.start, &made, &ours(&shipped)), [""; 0], "{name}");
        assert_eq!(changes(&planned), changes(&bench.created), "{name}");
        for again in [bench.plan(&[]), bench.apply(&[])] {
            assert_eq!((changes(&again), calls(&again)), (vec![], vec![]), "{name}: a second time");
        }
        bench.agrees("it is made");
        assert_eq!(world::differences(&made, &bench.world(), &[]), [""; 0], "{name}: a second time");
    }
}

#[test]
fn what_others_add_to_ours_is_no_drift() {
    for shipped in shipped::all() {
        let bench = Bench::new(&shipped);
        bench.agrees("others have added to it");
        let outcome = bench.apply(&[]);
        assert_eq!(calls(&outcome), [""; 0], "{}", shipped.name);
        assert_eq!(world::differences(&bench.base, &bench.world(), &[]), [""; 0], "{}", shipped.name);
    }
}

#[test]
fn each_managed_field_that_drifts_is_found_and_only_it_is_repaired() {
    let mut drifted = BTreeSet::new();
    for shipped in shipped::all() {
        let bench = Bench::new(&shipped);
        for declared in &shipped.manifest.resources {
            for path in shipped.managed(&bench.created, &declared.address) {
                let subject = Subject { shipped: &shipped, declared, world: &bench.base, hand: &bench.hand };
                drifted.insert((declared.address.kind(), path.clone()));
                for drift in drifts::of(&subject, &path) {
                    is_repaired(&bench, &drift);
                }
            }
        }
    }
    let stale = drifts::stale(|kind, path| drifted.contains(&(kind, path.to_owned())));
    assert_eq!(stale, [""; 0], "no manifest has these any more: take them off the list");
}

/// Lets something drift, and checks that exactly that is found, and that exactly the least calls bring exactly it back.
fn is_repaired(bench: &Bench<'_>, drift: &Drift) {
    let what = format!("{}: {}", bench.shipped.name, drift.what);
    bench.renew();
    drift.happen(&bench.hand, |edit| bench.edit(edit));
    bench.sandbox.take_writes();
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
    let differences = world::differences(&bench.base, &bench.world(), &touched);
    assert_eq!(differences, [""; 0], "{what}: nothing else is changed");
}

fn place_of(shipped: &Shipped, address: &str) -> String {
    world::pointer(shipped.declared(address).address.kind(), shipped.declared(address).resource.name())
}

/// Gives every resource of the manifest that takes tags this owner.
fn set_owner(bench: &Bench<'_>, owner: Option<&str>) {
    let mut state = bench.world();
    for declared in bench.shipped.manifest.resources.iter().filter(|declared| is_tagged(&declared.resource)) {
        world::set_tag(&mut state, declared.address.kind(), declared.resource.name(), "reconcile:owner", owner);
    }
    bench.sandbox.restore(&state);
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

#[test]
fn what_bears_no_owner_tag_is_adopted_and_only_tagged_for_it() {
    for shipped in shipped::all() {
        let bench = Bench::new(&shipped);
        let name = &shipped.name;
        set_owner(&bench, None);
        let plan = bench.plan(&[]);
        assert_eq!(addresses(&plan, |resource| resource["adopted"] == true), tagged(&shipped), "{name}");
        assert_eq!(calls(&plan), [""; 0], "{name}: a missing owner tag alone is no reason to write");
        bench.agrees("it is adopted");
        let outcome = bench.apply(&["--adopt"]);
        assert_eq!(addresses(&outcome, |resource| resource["action"] == "update"), tagged(&shipped), "{name}");
        assert_eq!(calls(&outcome).len(), tagged(&shipped).len(), "{name}: one call tags one resource");
        let differences = world::differences(&bench.base, &bench.world(), &world::owned(&shipped));
        assert_eq!(differences, [""; 0], "{name}: claimed, and nothing else");
    }
}

#[test]
fn what_bears_another_owner_is_refused_until_it_is_taken_over() {
    for shipped in shipped::all().into_iter().filter(|shipped| !tagged(shipped).is_empty()) {
        let bench = Bench::new(&shipped);
        let name = &shipped.name;
        set_owner(&bench, Some("another"));
        let foreign = bench.world();
        bench.sandbox.take_writes();
        for command in ["apply", "destroy"] {
            let refused = bench.run(command, &["--yes", crate::bench::ALLOW]);
            assert_eq!(refused.code, Some(3), "{name}: {command}: {}", refused.stdout);
            assert!(refused.stdout.contains("`another`"), "{name}: {}", refused.stdout);
            assert_eq!(bench.sandbox.take_writes(), [""; 0], "{name}: a refused {command} writes nothing");
        }
        assert!(bench.world() == foreign, "{name}");
        let outcome = bench.apply(&["--take-over"]);
        assert_eq!(addresses(&outcome, |resource| resource["action"] == "update"), tagged(&shipped), "{name}");
        let differences = world::differences(&bench.base, &bench.world(), &world::owned(&shipped));
        assert_eq!(differences, [""; 0], "{name}: taken over, and nothing else");
        bench.agrees("it is ours");
    }
}

#[test]
fn what_is_no_longer_in_the_manifest_is_listed_and_pruned_and_nothing_else() {
    for shipped in shipped::all() {
        let bench = Bench::new(&shipped);
        for declared in &shipped.manifest.resources {
            bench.renew();
            let gone = declared.address.to_string();
            let text = shipped.rewritten(&shipped.manifest.name, |address| *address != declared.address);
            // What others refer to cannot leave the manifest before them.
            let is_used = text.contains(&format!("${{{gone}."));
            if !is_used && shipped.manifest.resources.len() > 1 {
                is_pruned(&bench, &gone, &text);
            }
        }
    }
}

fn is_pruned(bench: &Bench<'_>, gone: &str, text: &str) {
    let (shipped, what) = (bench.shipped, format!("{}: {gone} is no longer in it", bench.shipped.name));
    let declared = shipped.declared(gone);
    let without = bench.write(&format!("without-{gone}.yaml"), text);
    let plan = bench.plan_on(&without, &[]);
    let expected = if is_tagged(&declared.resource) { vec![json!(declared.resource.name())] } else { Vec::new() };
    let listed: Vec<_> = plan["orphans"].as_array().expect("a list").iter().map(|one| one["name"].clone()).collect();
    assert_eq!(listed, expected, "{what}");
    assert_eq!(calls(&plan), [""; 0], "{what}: it is only listed");
    bench.write_by("apply", &without, &["--prune"]);
    let now = bench.world();
    if expected.is_empty() {
        assert_eq!(world::differences(&bench.base, &now, &[]), [""; 0], "{what}: nothing says whose it is");
        return;
    }
    let place = place_of(shipped, gone);
    assert!(world::plain(&now).pointer(&place).is_none(), "{what}: {place} is still there");
    assert_eq!(world::differences_elsewhere(&bench.base, &now, &[place]), [""; 0], "{what}: only it goes");
    let again = bench.plan_on(&without, &["--prune"]);
    assert_eq!((calls(&again), &again["orphans"]), (vec![], &json!([])), "{what}");
}

#[test]
fn each_is_destroyed_without_a_trace_and_a_second_time_there_is_nothing_to_do() {
    for shipped in shipped::all() {
        let bench = Bench::new(&shipped);
        let name = &shipped.name;
        bench.write_by("destroy", shipped.argument(), &[]);
        let now = bench.world();
        for place in world::owned(&shipped) {
            assert!(world::plain(&now).pointer(&place).is_none(), "{name}: {place} is left");
        }
        let others = [ours(&shipped), world::owned(&shipped)].concat();
        assert_eq!(world::differences_elsewhere(&bench.base, &now, &others), [""; 0], "{name}: only ours goes");
        let again = bench.write_by("destroy", shipped.argument(), &[]);
        assert_eq!(calls(&again), [""; 0], "{name}: destroyed twice");
        assert!(bench.world() == now, "{name}: destroyed twice");
    }
}

#[test]
fn all_drifts_of_identities_at_once_are_repaired_in_one_go() {
    let is_identity = |kind| matches!(kind, Kind::IamPolicy | Kind::IamRole | Kind::IamInstanceProfile);
    for shipped in shipped::all() {
        let bench = Bench::new(&shipped);
        for declared in shipped.manifest.resources.iter().filter(|declared| is_identity(declared.address.kind())) {
            for path in shipped.managed(&bench.created, &declared.address) {
                let subject = Subject { shipped: &shipped, declared, world: &bench.base, hand: &bench.hand };
                let by_calls = drifts::of(&subject, &path).into_iter().filter(|drift| !drift.is_an_edit());
                if let Some(drift) = by_calls.last() {
                    drift.happen(&bench.hand, |edit| bench.edit(edit));
                }
            }
        }
        bench.apply(&[]);
        bench.agrees("all is repaired");
        let differences = world::differences(&bench.base, &bench.world(), &world::owned(&shipped));
        assert_eq!(differences, [""; 0], "{}", shipped.name);
    }
}
