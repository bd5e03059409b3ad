//! The command line: what may be typed, and what it says about itself.

mod policy;
mod values;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use reconcile_core::change::Hazard;
use reconcile_core::planner::Options;
use reconcile_sandbox::RateLimit;

pub(crate) use policy::{PolicyCheck, PolicyCommand, PolicyDiff, PolicyFormat, PolicySimulate};
pub(crate) use values::Pattern;

use crate::session::Goal;

const EXIT_CODES: &str = "\
Exit codes:
  0   done, or nothing differs
  1   an error, or an apply that could not finish
  2   drift, and plan --detailed-exitcode: something differs
  3   refused: a hazard not allowed, a protected resource, a stale plan, a foreign owner
  64  wrong usage";

const EXAMPLES: &str = "\
Examples:
  reconcile plan --sandbox lab.yaml       plan against an embedded account, without any cloud
  reconcile apply --sandbox lab.yaml      apply it there; `drift` then finds nothing
  reconcile plan lab.yaml                 plan against the real account and workspace
  reconcile drift --format json *.yaml    for CI: exit code 2 when the world has moved";

/// One manifest for Databricks on AWS and SageMaker, diffed against the live state.
///
/// A YAML manifest says which IAM roles, instance profiles, SageMaker notebook instances, Databricks instance-profile
/// registrations, clusters and notebooks should exist. reconcile reads what does exist, shows what differs, and applies
/// the smallest set of API calls that makes the two agree. There is no state file: the cloud is the state.
#[derive(Debug, Parser)]
#[command(name = "reconcile", version, max_term_width = 120)]
#[command(after_help = EXIT_CODES, after_long_help = format!("{EXAMPLES}\n\n{EXIT_CODES}"))]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) talk: Talk,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check manifests without any network: grammar, references, names, limits, policies
    Validate(Validate),
    /// Read the live state and print what would change; writes nothing
    Plan(Plan),
    /// Plan, ask, and make the planned calls
    Apply(Apply),
    /// Plan for CI: exit code 2 when anything differs; writes nothing
    Drift(Drift),
    /// Delete what the manifest owns, dependants first
    Destroy(Destroy),
    /// Plan the way back from what a journal tells of a run, ask, and make the planned calls
    Undo(Undo),
    /// Compare, check or evaluate IAM policy documents in files
    #[command(subcommand)]
    Policy(PolicyCommand),
    /// Serve an embedded AWS account and Databricks workspace on loopback
    Sandbox(Sandbox),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page, in roff
    Man(Man),
}

/// How much is said, and in which colours.
#[derive(Debug, Clone, Args)]
pub(crate) struct Talk {
    /// Show each call with its time; twice: more of the inner workings. Never a secret
    #[arg(short, long, global = true, action = ArgAction::Count, conflicts_with = "quiet", help_heading = "Output")]
    pub(crate) verbose: u8,
    /// Say nothing on stderr but errors
    #[arg(short, long, global = true, help_heading = "Output")]
    pub(crate) quiet: bool,
    /// When to use colours; `auto` unless given
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, hide_default_value = true)]
    #[arg(value_name = "WHEN", help_heading = "Output")]
    pub(crate) color: Color,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    Auto,
    /// Even into a file or a pipe
    Always,
    /// Not even on a terminal
    Never,
}

/// In which form data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs: one object for each manifest, each on a line of its own
    Json,
    /// For a pull request
    Markdown,
}

/// Which manifests, and what they are to be read with.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// The manifests; several are worked on side by side
    #[arg(value_name = "MANIFEST", default_value = "reconcile.yaml")]
    pub(crate) manifests: Vec<PathBuf>,
    /// Set a variable of the manifest; goes before the environment's `RECONCILE_VAR_NAME`
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = values::variable)]
    pub(crate) variables: Vec<(String, String)>,
    /// Use the embedded account and workspace instead of any cloud; it is kept in .reconcile/sandbox.json
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// In which form to print; `text` unless given
    #[arg(long, value_enum, default_value_t = Format::Text, hide_default_value = true)]
    pub(crate) format: Format,
}

impl Source {
    /// Returns the variables by name; of one that is given twice, the last.
    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        self.variables.iter().cloned().collect()
    }
}

/// What of the manifests is worked on.
#[derive(Debug, Args)]
pub(crate) struct Selection {
    #[command(flatten)]
    pub(crate) source: Source,
    /// Work only on addresses that match, such as `iam.*` or `databricks.clusters.lab`; may be repeated
    #[arg(long, value_name = "GLOB", value_parser = values::pattern)]
    pub(crate) only: Vec<Pattern>,
    /// The longest that one call or one wait may take, such as 90s, 10m or 1h30m [default: what fits each kind]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    pub(crate) timeout: Option<Duration>,
}

/// What is planned, and how.
#[derive(Debug, Args)]
pub(crate) struct Planning {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Claim matching resources that bear no owner tag now, even where nothing else differs
    #[arg(long)]
    pub(crate) adopt: bool,
    /// Take resources that bear another manifest's owner tag
    #[arg(long)]
    pub(crate) take_over: bool,
    /// Plan the deletion of what bears this manifest's owner tag and is no longer in the manifest
    #[arg(long, conflicts_with = "only")]
    pub(crate) prune: bool,
}

impl Planning {
    /// Returns what the plan is to bring about.
    pub(crate) fn goal(&self) -> Goal {
        let Self { selection: _, adopt, take_over, prune } = self;
        Goal::Agree { options: Options { adopt: *adopt, take_over: *take_over }, prune: *prune }
    }
}

/// `validate`
#[derive(Debug, Args)]
pub(crate) struct Validate {
    #[command(flatten)]
    pub(crate) source: Source,
}

/// `plan`
#[derive(Debug, Args)]
pub(crate) struct Plan {
    #[command(flatten)]
    pub(crate) planning: Planning,
    /// Exit with 2 when anything differs
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
    /// Save the plan to this file, for its owner's eyes; `apply FILE` applies exactly that, or nothing
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
}

/// `drift`
#[derive(Debug, Args)]
pub(crate) struct Drift {
    #[command(flatten)]
    pub(crate) planning: Planning,
}

/// `apply`
#[derive(Debug, Args)]
#[command(after_long_help = "\
In place of manifests it takes one file that `plan --out` has saved: then exactly that plan is applied. The manifest is \
found where it was, and everything that the plan was made on is read again; if anything of it has moved, nothing is applied \
(exit code 3), and what has moved is told. The plan's own options count; a variable that may be a secret is not in the file, \
and has to be given again.

A hazard is a change that interrupts, replaces, deletes, loses data or overwrites what somebody may have edited. One \
that is not allowed refuses the whole apply before the first write (exit code 3); --yes never covers hazards.

Saying no to the question writes nothing and exits with 1.

Ctrl-C finishes the calls in flight, says what is done and what is left, and exits with 1; a second one exits at once. \
Running it again goes on where it stopped.")]
pub(crate) struct Apply {
    #[command(flatten)]
    pub(crate) planning: Planning,
    #[command(flatten)]
    pub(crate) acting: Acting,
}

/// `destroy`
#[derive(Debug, Args)]
#[command(after_long_help = "\
Deletes what bears the manifest's owner tag, and the registrations and notebooks that the manifest lists, dependants \
first. Of a role with `existing: true` only the listed inline policies go.

Every deletion is a hazard: nothing happens without --allow delete (and data-loss for a notebook instance's volume).")]
pub(crate) struct Destroy {
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) acting: Acting,
}

/// `undo`
#[derive(Debug, Args)]
#[command(after_long_help = "\
What the run has made is deleted, what it has changed goes back, what it has deleted is made again as it was recorded. \
Only what the run touched: whatever else has changed since then stays. The plan says what cannot come back (a volume, an \
id, a secret).

What others have changed since of the very things that go back is told, and writing over it is the hazard overwrite. What \
belongs to another manifest by now is refused.

The account and the workspace are those of the run, the embedded ones included; the credentials are found as at an apply. \
An undo can be undone, when it has a --journal itself.")]
pub(crate) struct Undo {
    /// The journal of an apply, a destroy or an undo
    #[arg(value_name = "JOURNAL")]
    pub(crate) record: PathBuf,
    /// The run to undo, as the journal names it [default: the last one]
    #[arg(long, value_name = "ID")]
    pub(crate) run: Option<String>,
    /// Undo only what was done to addresses that match, such as `iam.*` or `databricks.clusters.lab`; may be repeated
    #[arg(long, value_name = "GLOB", value_parser = values::pattern)]
    pub(crate) only: Vec<Pattern>,
    /// Refuse a run that was not on the embedded account and workspace; one that was is undone there in any case
    #[arg(long)]
    pub(crate) sandbox: bool,
    /// In which form to print; `text` unless given
    #[arg(long, value_enum, default_value_t = Format::Text, hide_default_value = true)]
    pub(crate) format: Format,
    /// The longest that one call or one wait may take, such as 90s, 10m or 1h30m [default: what fits each kind]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    pub(crate) timeout: Option<Duration>,
    #[command(flatten)]
    pub(crate) acting: Acting,
}

/// How a plan is carried out.
#[derive(Debug, Args)]
pub(crate) struct Acting {
    /// Do not ask; needed where there is no terminal to ask on
    #[arg(long)]
    pub(crate) yes: bool,
    #[arg(long, value_name = "HAZARD", value_delimiter = ',', help = hazards())]
    pub(crate) allow: Vec<Hazard>,
    /// How many calls may be in flight at once
    #[arg(long, value_name = "N", default_value = "8")]
    pub(crate) parallelism: NonZeroUsize,
    /// Append every call to this file, a JSON line before it and one after, with the states around it; `undo` reads it
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
}

/// Explains `--allow` by all the names that it takes.
fn hazards() -> String {
    let names = Hazard::ALL.into_iter().filter(|hazard| hazard.needs_allowing()).map(Hazard::as_str);
    format!("Hazards that may happen: {}", names.collect::<Vec<_>>().join(", "))
}

/// `sandbox`
#[derive(Debug, Args)]
#[command(after_long_help = "\
It prints the environment that points AWS and Databricks clients at it, and serves until Ctrl-C:

  reconcile sandbox --listen 127.0.0.1:4900 > sandbox.env &
  . ./sandbox.env; aws iam list-roles")]
pub(crate) struct Sandbox {
    /// The address to serve on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4900")]
    pub(crate) listen: SocketAddr,
    /// Where to keep the state between runs [default: in memory only]
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// How long every call waits before it is answered, such as 50ms
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = values::duration_or_zero)]
    pub(crate) latency: Duration,
    /// How long what is new stays unseen by other services, such as 5s
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = values::duration_or_zero)]
    pub(crate) propagation: Duration,
    /// How many calls a second a service takes before it throttles, such as iam=5
    #[arg(long, value_name = "SERVICE=RATE", value_delimiter = ',', value_parser = values::rate_limit)]
    pub(crate) throttle: Vec<(String, RateLimit)>,
    /// Let so many calls in a hundred fail by chance: cut, late, throttled, broken
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) faults: Option<u8>,
    /// What chance --faults follows; the same seed brings the same faults
    #[arg(long, value_name = "NUMBER", default_value = "1", requires = "faults")]
    pub(crate) seed: u64,
    /// Serve only the workspace; AWS is somebody else's server
    #[arg(long)]
    pub(crate) workspace_only: bool,
}

/// `completions`
#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// `man`
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The command to describe, such as `plan` [default: reconcile itself]
    pub(crate) command: Option<String>,
}

#[cfg(test)]
mod tests;
