//! What keeps a plan from more: `--only` and `protect: true`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::bench::{ALLOW, Bench, calls};
use crate::life::{drifts, place_of};
use crate::shipped;
use crate::world;

#[test]
fn only_what_is_asked_for_is_repaired() {
    for shipped in shipped::all() {
        let bench = Bench::new(&shipped);
        for declared in &shipped.manifest.resources {
            bench.renew();
            let all = drifts(&bench, &bench.base, |_| true);
            // Of each resource one: two might undo each other.
            let one_each: BTreeMap<_, _> = all
                .iter()
                .filter(|(_, drift)| !(drift.makes_anew() || drift.is_an_edit() || drift.calls.is_empty()))
                .map(|((address, _), drift)| (address, drift))
                .collect();
            let address = declared.address.to_string();
            let needed = needed(&bench.created, &address);
            for drift in one_each.iter().filter(|(other, _)| !needed.contains(**other)).map(|(_, drift)| drift) {
                drift.happen(&bench.hand, |edit| bench.edit(edit));
            }
            let drifted = bench.world();
            let outcome = bench.apply(&["--only", &address]);
            assert_eq!(calls(&outcome), one_each[&address].calls, "{}: {address}", shipped.name);
            let place = place_of(&shipped, &address);
            let elsewhere = world::differences_elsewhere(&drifted, &bench.world(), &[place]);
            assert_eq!(elsewhere, [""; 0], "{}: {address} alone", shipped.name);
        }
    }
}

/// What a resource needs to be as it is, by address.
fn needed(created: &Value, address: &str) -> BTreeSet<String> {
    let resources = created["resources"].as_array().expect("a list").iter();
    let of = resources.filter(|resource| resource["address"] == address);
    let direct = of.flat_map(|resource| resource["depends_on"].as_array().expect("a list"));
    let direct: Vec<_> = direct.map(|other| other.as_str().expect("an address").to_owned()).collect();
    direct.into_iter().flat_map(|other| needed(created, &other).into_iter().chain([other])).collect()
}

#[test]
fn what_is_protected_keeps_the_manifest_from_being_destroyed() {
    for shipped in shipped::all() {
        let bench = Bench::new(&shipped);
        for declared in shipped.manifest.resources.iter().filter(|declared| !declared.resource.is_existing()) {
            let protected = bench.write("protected.yaml", &shipped.protecting(declared));
            let refused = bench.run_on("destroy", &protected, &["--yes", ALLOW]);
            let what = format!("{}: {}", shipped.name, declared.address);
            assert_eq!(refused.code, Some(3), "{what}: {}\n{}", refused.stdout, refused.stderr);
            assert!(refused.stdout.contains("`protect: true` forbids that"), "{what}: {}", refused.stdout);
            assert_eq!(bench.take_writes(), [""; 0], "{what}: a refused destruction writes nothing");
        }
        assert!(bench.world() == bench.base, "{}", shipped.name);
    }
}
