//! The journal's file: appended to by any number of processes, line by line, each on the disk before its call is made.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use jiff::{Timestamp, Unit};
use reconcile_core::failure::{CallFailure, FailureKind};
use reconcile_core::id::{Address, Cloud};
use reconcile_core::journal::{
    AwsPlace, BEGINNING_LENGTH, Call, CallOutcome, JOURNAL_VERSION, Journal as Lines, Record, Run, Verified,
    WorkspacePlace, is_journal,
};
use reconcile_engine::{Provider, RecordedCall, Recorder, Stage};

use crate::failure::Failure;
use crate::session::Planned;

/// A journal that is written.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: Arc<File>,
    run: String,
    command: &'static str,
}

/// The part of a journal that is about one manifest.
#[derive(Debug)]
pub(crate) struct ManifestJournal {
    journal: Journal,
    manifest: String,
    /// What the manifest says `protect: true` of.
    protected: BTreeSet<Address>,
    /// Who calls AWS, and who calls the workspace.
    callers: (Option<String>, Option<String>),
}

/// Reads a journal.
pub(crate) fn read(path: &Path) -> Result<Lines, Failure> {
    let name = path.display();
    let text = fs::read(path).map_err(|error| {
        Failure::new("journal", format!("the journal {name} cannot be read: {error}"))
            .with_help("name the file that an apply has written by `--journal`")
    })?;
    Lines::read(&text).map_err(|error| {
        Failure::new("journal", format!("{name}: {error}"))
            .with_help("a journal is what `--journal` writes, and is read by the version that wrote it or a later one")
    })
}

impl Journal {
    /// Opens a journal to append to; a new one is for its owner's eyes only.
    pub(crate) fn open(path: &Path, command: &'static str) -> Result<Self, Failure> {
        let file = open(path).map_err(|error| {
            Failure::new("journal", format!("the journal {} cannot be written: {error}", path.display()))
                .with_help("nothing was done; name a file that can be written")
        })?;
        // Of one machine the process tells runs of the same moment apart.
        let run = format!("{}-{}", now().to_string().replace([':', '-'], ""), std::process::id());
        Ok(Self { path: path.to_owned(), file: Arc::new(file), run, command })
    }

    /// Begins the part that is about one manifest: puts on record what is done where, and by whom.
    pub(crate) async fn begin(&self, planned: &Planned) -> Result<ManifestJournal, Failure> {
        let Planned { plan, places: _, providers, manifest, world, origin } = planned;
        let callers = (caller(providers.aws.as_deref()).await, caller(providers.databricks.as_deref()).await);
        let run = Run {
            version: JOURNAL_VERSION,
            run: self.run.clone(),
            when: now().to_string(),
            tool: format!("reconcile {}", env!("CARGO_PKG_VERSION")),
            command: self.command.to_owned(),
            manifest: plan.manifest.clone(),
            file: absolute(&origin.file),
            sandbox: origin.sandbox,
            aws: world.aws.clone().map(|scope| AwsPlace {
                scope,
                caller: callers.0.clone(),
                profile: origin.settings.aws.profile.clone(),
                assume_role_arn: origin.settings.aws.assume_role_arn.clone(),
            }),
            databricks: world.databricks.as_ref().map(|databricks| WorkspacePlace {
                host: databricks.host.clone(),
                caller: callers.1.clone(),
                profile: origin.settings.databricks.profile.clone(),
            }),
        };
        let protected = manifest.resources.iter().filter(|declared| declared.protect);
        let protected = protected.map(|declared| declared.address.clone()).collect();
        let journal = ManifestJournal { journal: self.clone(), manifest: plan.manifest.clone(), protected, callers };
        let begun = self.append(Record::Run(Box::new(run))).await;
        begun.map_err(|failure| Failure::new("journal", failure.to_string()))?;
        Ok(journal)
    }

    /// Appends a line, which is on the disk when this returns.
    async fn append(&self, record: Record) -> Result<(), CallFailure> {
        let file = Arc::clone(&self.file);
        // One write for the whole line, so that the lines of several processes stay whole; it may wait for the disk.
        let written = tokio::task::spawn_blocking(move || {
            let line = record.to_line().map_err(io::Error::other)?;
            (&*file).write_all(line.as_bytes())?;
            file.sync_data()
        });
        let written = written.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        written.map_err(|error| {
            let message = format!("the journal {} cannot be written: {error}", self.path.display());
            CallFailure::new(FailureKind::Unexpected, "journal", message)
                .with_help("what is not on record is not done: make room, or go on without `--journal`")
        })
    }
}

async fn caller(provider: Option<&dyn Provider>) -> Option<String> {
    match provider {
        Some(provider) => provider.caller().await,
        None => None,
    }
}

fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).read(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
    }
    // A manifest that was named by a slip is not written into.
    let mut beginning = Vec::new();
    (&file).take(BEGINNING_LENGTH).read_to_end(&mut beginning)?;
    if !is_journal(&beginning) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it holds something else than a journal"));
    }
    // What was torn off when a run was killed must not take the next line with it.
    if file.metadata()?.len() > 0 {
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

/// Returns the time to the millisecond, as RFC 3339 has it.
fn now() -> Timestamp {
    let now = Timestamp::now();
    now.round(Unit::Millisecond).unwrap_or(now)
}

fn absolute(file: &str) -> String {
    std::path::absolute(file).map_or_else(|_| file.to_owned(), |path| path.display().to_string())
}

#[async_trait]
impl Recorder for ManifestJournal {
    async fn call(&self, call: &RecordedCall<'_>) -> Result<(), CallFailure> {
        let RecordedCall { address, name, operation, number, of, before, after, stage } = call;
        let (outcome, request_id, error, seconds) = match stage {
            Stage::Started => (CallOutcome::Started, None, None, None),
            Stage::Done { request_id, seconds } => (CallOutcome::Done, *request_id, None, Some(*seconds)),
            Stage::Found { seconds } => (CallOutcome::Found, None, None, Some(*seconds)),
            Stage::Failed { failure, seconds } => {
                (CallOutcome::Failed, failure.request_id.as_deref(), Some(failure.to_string()), Some(*seconds))
            }
        };
        let who = match address.kind().cloud() {
            Cloud::Aws => &self.callers.0,
            Cloud::Databricks => &self.callers.1,
        };
        let call = Call {
            run: self.journal.run.clone(),
            when: now().to_string(),
            who: who.clone(),
            manifest: self.manifest.clone(),
            address: (*address).clone(),
            name: (*name).to_owned(),
            api: operation.api().to_owned(),
            what: operation.summary(),
            number: *number,
            of: *of,
            outcome,
            before: before.cloned(),
            after: after.cloned(),
            protect: self.protected.contains(*address),
            secrets: operation.secret_fields(),
            request_id: request_id.map(str::to_owned),
            error,
            seconds,
        };
        self.journal.append(Record::Call(Box::new(call))).await
    }

    async fn verified(&self, address: &Address, not_taken: &[String]) -> Result<(), CallFailure> {
        let verified = Verified {
            run: self.journal.run.clone(),
            when: now().to_string(),
            manifest: self.manifest.clone(),
            address: address.clone(),
            not_taken: not_taken.to_vec(),
        };
        self.journal.append(Record::Verified(verified)).await
    }
}
