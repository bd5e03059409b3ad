//! What every example goes through, whatever its kind: drop a manifest into `manifests/examples` and it joins.

use crate::Applied;
use crate::support::lab::root;

pub(crate) fn examples() -> Vec<String> {
    let folder = std::fs::read_dir(root().join("manifests/examples")).expect("the examples");
    let files = folder.map(|entry| entry.expect("an entry").path());
    let manifests = files.filter(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    let mut names: Vec<_> =
        manifests.map(|path| path.file_stem().expect("a name").to_str().expect("UTF-8").to_owned()).collect();
    names.sort();
    assert!(names.len() >= 6, "{names:?}");
    names
}

#[test]
fn applies_from_nothing_then_plans_empty_and_applies_nothing() {
    for name in examples() {
        let example = Applied::example(&name);
        let planned = example.plan();
        assert!(planned.calls.is_empty(), "{name}: {planned:?}");
        example.agrees();
        example.apply();
        assert_eq!(example.sandbox.take_writes(), [""; 0], "{name}: applied again");
    }
}
