//! Saved plans: written by `plan --out`, planned again and compared by `apply FILE`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use reconcile_core::digest;
use reconcile_core::manifest::Files as _;
use reconcile_core::manifest::diagnostic::Diagnostic;
use reconcile_core::planner::Options;
use reconcile_core::saved::{Saved, SavedError, SavedOptions, SavedPlan, Source, is_saved};

use crate::args::{Pattern, Planning};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::files::LocalFiles;
use crate::manifests::{self, Loaded};
use crate::session::{Goal, Planned, Request, Session};
use crate::terminal::Terminal;

/// What to do when a saved plan is not applied.
const PLAN_AGAIN: &str = "plan again, and look at what comes of it: `reconcile plan --out FILE`";

/// Saves plans: the whole file or none, for its owner's eyes.
pub(crate) fn write(path: &Path, planning: &Planning, planned: &[&Planned]) -> Result<(), Failure> {
    let Planning { selection, adopt, take_over, prune } = planning;
    let failed = |error: std::io::Error| {
        Failure::new("saved-plan", format!("the plan cannot be saved to {}: {error}", path.display()))
            .with_help("name another file, in a folder that can be written")
    };
    check_place(path).map_err(failed)?;
    let only = selection.only.iter().map(|only| only.as_str().to_owned()).collect();
    let saved = Saved {
        tool: format!("reconcile {}", env!("CARGO_PKG_VERSION")),
        folder: std::env::current_dir().map_err(failed)?.display().to_string(),
        sandbox: selection.source.sandbox,
        options: SavedOptions { only, prune: *prune, adopt: *adopt, take_over: *take_over },
        plans: planned.iter().map(|planned| put_down(planned)).collect(),
    };
    let text = saved.to_text()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // It comes into being with the mode 0600, and takes its name when it is whole.
    let mut file = tempfile::Builder::new().prefix(".reconcile-plan-").tempfile_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Checks that nothing is lost where a plan is saved: a manifest that was named by a slip, or a device, whose place the file
/// would take.
fn check_place(path: &Path) -> std::io::Result<()> {
    match LocalFiles::default().read(path) {
        Ok(bytes) if bytes.is_empty() || is_saved(&bytes) => Ok(()),
        Ok(_) => Err(std::io::Error::other("it holds something else than a saved plan")),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn put_down(planned: &Planned) -> SavedPlan {
    let Planned { plan, places: _, providers: _, manifest, world, origin } = planned;
    let source = Source { file: &origin.file, text: &origin.text, files: &origin.files, variables: &origin.variables };
    SavedPlan::of(&source, plan, manifest, world)
}

/// Returns the saved plan that a command line names in place of manifests, if it does.
pub(crate) fn named(planning: &Planning) -> Result<Option<Saved>, Failure> {
    let Planning { selection, adopt, take_over, prune } = planning;
    let manifests = &selection.source.manifests;
    let is_plan = |path: &&PathBuf| LocalFiles::default().read(path).is_ok_and(|bytes| is_saved(&bytes));
    let Some(path) = manifests.iter().find(is_plan) else { return Ok(None) };
    if manifests.len() > 1 {
        let message = "a saved plan is applied by itself";
        return Err(Failure::new("saved-plan", message).with_help("name it alone").ending(Exit::Usage));
    }
    let options = [("--only", !selection.only.is_empty()), ("--adopt", *adopt), ("--take-over", *take_over)];
    if let Some((flag, _)) = options.into_iter().chain([("--prune", *prune)]).find(|(_, given)| *given) {
        let message =
            format!("{flag} is the plan's to say: a saved plan is applied with the options that it was made with");
        return Err(Failure::new("saved-plan", message).with_help(PLAN_AGAIN).ending(Exit::Usage));
    }
    read(path).map(Some)
}

fn read(path: &Path) -> Result<Saved, Failure> {
    let bytes = LocalFiles::default().read(path)?;
    Saved::read(&bytes).map_err(|error| {
        let failure = Failure::new("saved-plan", format!("the plan {} is not applied: {error}", path.display()))
            .with_help(PLAN_AGAIN);
        match error {
            SavedError::Version(_) => failure.ending(Exit::Refused),
            SavedError::Damaged(_) => failure,
        }
    })
}

/// Returns what the saved plans are to bring about.
pub(crate) fn goal(saved: &Saved) -> Goal {
    let SavedOptions { only: _, prune, adopt, take_over } = &saved.options;
    Goal::Agree { options: Options { adopt: *adopt, take_over: *take_over }, prune: *prune }
}

/// Plans once more what was saved, from the same manifests, which must be as they were.
pub(crate) async fn plan_again(
    saved: &Saved,
    goal: Goal,
    planning: &Planning,
    terminal: &Terminal,
) -> Result<Session, Failure> {
    if planning.selection.source.sandbox && !saved.sandbox {
        let message = "the plan was made on the real account and workspace, and --sandbox asks for the embedded ones";
        return Err(Failure::new("saved-plan", message)
            .with_help("drop --sandbox, or plan with it")
            .ending(Exit::Refused));
    }
    refuse_moved(saved.plans.iter().flat_map(|plan| changed_files(&saved.folder, plan)).collect())?;
    let given = planning.selection.source.variables();
    let loaded = saved.plans.iter().map(|plan| load(&saved.folder, plan, &given)).collect::<Result<_, _>>()?;
    let only: Result<Vec<_>, _> = saved.options.only.iter().map(|only| Pattern::read(only)).collect();
    let only = only.map_err(|error| Failure::new("saved-plan", error))?;
    let request = Request { only: &only, goal, timeout: planning.selection.timeout };
    Session::of(loaded, &request, saved.sandbox, terminal).await
}

fn changed_files(folder: &str, plan: &SavedPlan) -> Vec<String> {
    let files = LocalFiles::of(folder);
    let changed = plan.files.iter().filter_map(|(path, digest)| {
        let what = if *path == plan.file { "the manifest" } else { "the file" };
        let place = Path::new(folder).join(path);
        match files.read(Path::new(path)) {
            Ok(bytes) if digest::hexadecimal(&bytes) == *digest => None,
            Ok(_) => Some(format!("{what} {} has changed", place.display())),
            Err(error) => Some(format!("{what} {} is not where it was: {error}", place.display())),
        }
    });
    changed.collect()
}

/// Loads a manifest with the variables that it was planned with. What may be a secret is given again, and nothing else.
fn load(folder: &str, plan: &SavedPlan, given: &BTreeMap<String, String>) -> Result<Result<Loaded, Failure>, Failure> {
    if let Some(name) = given.keys().find(|name| !plan.withheld.contains(*name)) {
        let message =
            format!("the variable `{name}` is the plan's to say: it is applied with the values that it was made with");
        return Err(Failure::new("saved-plan", message).with_help(PLAN_AGAIN).ending(Exit::Usage));
    }
    let missing = plan
        .withheld
        .iter()
        .find(|name| !given.contains_key(*name) && std::env::var_os(format!("{}{name}", manifests::PREFIX)).is_none());
    if let Some(name) = missing {
        let message = format!(
            "the plan was made with a value of the variable `{name}` that may be a secret, and is not in the file"
        );
        let help =
            format!("give it again by `--var {name}=…` or by the environment variable {}{name}", manifests::PREFIX);
        return Err(Failure::new("saved-plan", message).with_help(help));
    }
    let variables = plan.variables.iter().chain(given).map(|(name, value)| (name.clone(), value.clone())).collect();
    Ok(manifests::load_one(Path::new(&plan.file), LocalFiles::of(folder), &variables))
}

/// Refuses to apply when anything differs from what was saved.
pub(crate) fn check(saved: &Saved, session: &Session) -> Result<(), Failure> {
    let pairs = saved.plans.iter().zip(&session.planned);
    let moved = pairs.filter_map(|(then, now)| Some(then.moved(&put_down(now.as_ref().ok()?), saved.sandbox)));
    refuse_moved(moved.flatten().collect())
}

fn refuse_moved(moved: Vec<String>) -> Result<(), Failure> {
    let mut reports: Vec<_> = moved.into_iter().map(|line| Diagnostic::error("moved", line)).collect();
    if let Some(last) = reports.pop() {
        let help = format!("the plan is stale and nothing was applied; {PLAN_AGAIN}");
        reports.push(last.with_help(help));
    }
    Failure::of(reports).map_err(|failure| failure.ending(Exit::Refused))
}
