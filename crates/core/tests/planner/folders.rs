use reconcile_core::reading::Reading;
use reconcile_core::resource::Operation;

use crate::{agreeing_world, empty_world, planned, resolve};

/// Notebooks in folders of two trees, the shallow ones first.
const NOTEBOOKS: &str = r"
version: 1
name: folders
databricks:
  notebooks:
    a: {path: /team/a, source: ../../manifests/examples/notebooks/clean.sql, language: SQL}
    b: {path: /team/jobs/daily/b, source: ../../manifests/examples/notebooks/clean.sql, language: SQL}
    c: {path: /team/jobs/c, source: ../../manifests/examples/notebooks/clean.sql, language: SQL}
    d: {path: /team/jobs/daily/d, source: ../../manifests/examples/notebooks/clean.sql, language: SQL}
    e: {path: /team/jobs/daily-2/e, source: ../../manifests/examples/notebooks/clean.sql, language: SQL}
    root: {path: /root, source: ../../manifests/examples/notebooks/clean.sql, language: SQL}
";

/// What each notebook waits for, and the folder that it makes.
fn told(absent: &[&str]) -> String {
    let manifest = resolve("folders.yaml", NOTEBOOKS.as_bytes());
    let mut world = agreeing_world(&manifest, None);
    for (address, reading) in &mut world.observed {
        if absent.contains(&address.id()) {
            *reading = Reading::Absent;
        }
    }
    if absent.is_empty() {
        world = empty_world(&manifest);
    }
    let changed = planned(&manifest, &world).resources.into_iter().filter(|planned| !planned.operations.is_empty());
    let lines = changed.map(|planned| {
        let calls: Vec<_> = planned.operations.iter().map(Operation::summary).collect();
        let after: Vec<_> = planned.depends_on.iter().map(|address| format!(" after {}", address.id())).collect();
        format!("{}{}: {}", planned.address.id(), after.concat(), calls.join(", "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_tree_is_made_once_by_the_first_that_lies_in_it() {
    insta::assert_snapshot!(told(&[]), @r"
    a: make the folder /team/jobs/daily-2, import the notebook
    b: make the folder /team/jobs/daily, import the notebook
    c after b: import the notebook
    d after b: import the notebook
    e after a: import the notebook
    root: import the notebook
    ");
}

#[test]
fn a_folder_with_something_in_it_is_there() {
    insta::assert_snapshot!(told(&["c", "d"]), @r"
    c: import the notebook
    d: import the notebook
    ");
    insta::assert_snapshot!(told(&["b", "d", "e"]), @r"
    b: make the folder /team/jobs/daily, import the notebook
    d after b: import the notebook
    e: make the folder /team/jobs/daily-2, import the notebook
    ");
}
