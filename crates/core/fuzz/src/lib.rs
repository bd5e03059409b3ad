//! What the fuzzer asserts. `crates/iam-policy/fuzz/src/lib.rs` describes the shape of a fuzz crate.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use reconcile_core::id::AwsScope;
use reconcile_core::manifest::diagnostic::{Diagnostic, Place};
use reconcile_core::manifest::{Document, Files, Inputs, Manifest};
use reconcile_core::plan::Action;
use reconcile_core::planner::{self, Options, World};
use reconcile_core::reading::Reading;
use reconcile_core::render;

/// The path of the manifest.
const FILE: &str = "fuzz.yaml";

/// Every file that a manifest names holds the manifest's own text: so one input is policies, scripts and notebooks as well.
struct Same<'b>(&'b [u8]);

impl Files for Same<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if path.ends_with("missing") { Err(io::ErrorKind::NotFound.into()) } else { Ok(self.0.to_vec()) }
    }
}

/// Any bytes end in a manifest or in mistakes. Each mistake stands in the text, can be shown, and is the same the next time; what
/// a manifest declares stands in it too, and from nothing it plans creations.
pub fn manifest(bytes: &[u8]) {
    match read(bytes) {
        Err(mistakes) => {
            assert!(mistakes.iter().any(Diagnostic::is_error), "refused for nothing");
            let nowhere = |mistake: &&Diagnostic| mistake.place.is_none() && mistake.code != "too-many-mistakes";
            assert_eq!(mistakes.iter().find(nowhere), None, "it stands nowhere");
            for mistake in &mistakes {
                can_be_shown(mistake, bytes);
            }
            assert_eq!(read(bytes).err(), Some(mistakes));
        }
        Ok(manifest) => {
            let silenced = manifest.resources.iter().flat_map(|declared| &declared.silenced);
            for warning in manifest.warnings.iter().chain(silenced) {
                can_be_shown(warning, bytes);
            }
            for declared in &manifest.resources {
                for place in declared.field_places.values().chain([&declared.place]) {
                    stands_in(place, bytes);
                }
            }
            plans_creations(&manifest);
        }
    }
}

/// Reads the text as `validate` does it, and then as `plan` does.
pub fn read(bytes: &[u8]) -> Result<Manifest, Vec<Diagnostic>> {
    let scope =
        AwsScope { account_id: "111122223333".to_owned(), partition: "aws".to_owned(), region: "us-east-1".to_owned() };
    let files = Same(bytes);
    let document = Document::parse(FILE, bytes).map_err(|mistakes| mistakes.into_iter().collect::<Vec<_>>())?;
    let given = document.variable_names().filter(|name| *name == "given");
    let variables: BTreeMap<_, _> = given.map(|name| (name.to_owned(), "value".to_owned())).collect();
    let without_account = document.resolve(&Inputs { variables: &variables, files: &files, scope: None });
    let manifest = document.resolve(&Inputs { variables: &variables, files: &files, scope: Some(&scope) });
    drop(without_account);
    manifest.map_err(|mistakes| mistakes.into_iter().collect())
}

fn can_be_shown(diagnostic: &Diagnostic, bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).ok();
    let places = diagnostic.labels.iter().map(|label| &label.place).chain(&diagnostic.place);
    for place in places {
        stands_in(place, bytes);
    }
    let shown = diagnostic.to_plain_text(|_| text);
    assert!(!shown.is_empty() && !diagnostic.message.is_empty() && !diagnostic.message.contains('\n'), "{shown}");
}

/// A place is a piece of the text, and its line and column are those of where it begins.
fn stands_in(place: &Place, bytes: &[u8]) {
    let range = place.range();
    assert!(range.start <= range.end && range.end <= bytes.len(), "{place:?} of {} bytes", bytes.len());
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert!(text.get(range.clone()).is_some(), "{place:?} is in the middle of a letter");
    let before = &text[..range.start];
    let breaks = before.matches('\n').count() + before.replace("\r\n", "").matches('\r').count();
    let lines = usize::try_from(place.line).expect("a line");
    assert!((1..=breaks + 1).contains(&lines) && place.column >= 1, "{place:?} after {breaks} line breaks");
}

fn plans_creations(manifest: &Manifest) {
    let absent = manifest.resources.iter().map(|declared| (declared.address.clone(), Reading::Absent));
    let world = World { observed: absent.collect(), ..World::default() };
    let Ok(plan) = planner::plan(manifest, &world, Options::default()) else { return };
    assert_eq!(plan.resources.len(), manifest.resources.len());
    for planned in &plan.resources {
        assert!(planned.problem.is_some() || planned.action == Action::Create, "{}", planned.address);
    }
    let style = render::Style { color: false, width: 80, verbose: true, hazards: render::Hazards::ToBeAllowed };
    assert!(!render::text(&plan, &style).is_empty());
}
