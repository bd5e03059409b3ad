//! The state file: one JSON document, replaced as a whole after every writing call.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::SandboxError;
use crate::world::World;

/// What marks a file as ours, so that no other JSON file is ever taken for a state and overwritten.
const FORMAT: &str = "reconcile-sandbox";
/// Raised whenever an older file could no longer be read.
const VERSION: u32 = 1;

/// The state file of one running sandbox.
pub(crate) struct Store {
    path: PathBuf,
    folder: PathBuf,
    /// Held for as long as the sandbox runs: two servers on one file would overwrite each other's state.
    _lock: File,
}

#[derive(Serialize)]
struct Saved<'a> {
    format: &'a str,
    version: u32,
    account_id: &'a str,
    world: &'a World,
}

#[derive(Deserialize)]
struct Header {
    format: String,
    version: u32,
    account_id: String,
}

#[derive(Deserialize)]
struct Body {
    world: World,
}

impl Store {
    /// Takes the file for this sandbox alone; its folder is made when missing.
    pub(crate) fn open(path: &Path) -> Result<Self, SandboxError> {
        let failed = |source| SandboxError::StateUnusable { path: path.to_owned(), source };
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        fs::create_dir_all(&folder).map_err(failed)?;
        let mut lock_name = path.file_name().unwrap_or_default().to_owned();
        lock_name.push(".lock");
        let lock = File::create(folder.join(lock_name)).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), folder, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(SandboxError::StateInUse { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// The stored world; `None` when nothing was stored yet.
    pub(crate) fn load(&self, account_id: &str) -> Result<Option<World>, SandboxError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(self.broken("it is not UTF-8 text".to_owned()));
            }
            Err(source) => {
                return Err(SandboxError::StateUnusable { path: self.path.clone(), source });
            }
        };
        let header: Header = serde_json::from_str(&text).map_err(|error| self.broken(error.to_string()))?;
        if header.format != FORMAT || header.version != VERSION {
            return Err(self.broken(format!(
                "it says format {:?}, version {}; this sandbox reads {FORMAT:?}, version {VERSION}",
                header.format, header.version
            )));
        }
        if header.account_id != account_id {
            return Err(self.broken(format!(
                "it holds account {}, and the sandbox was started for account {account_id}",
                header.account_id
            )));
        }
        let body: Body = serde_json::from_str(&text).map_err(|error| self.broken(error.to_string()))?;
        Ok(Some(body.world))
    }

    /// Replaces the file: whoever reads it meets the old state or the new one, never a part of either.
    pub(crate) fn save(&self, world: &World) -> io::Result<()> {
        // A temporary file is made readable by its owner alone, and the rename keeps that.
        let mut file = NamedTempFile::new_in(&self.folder)?;
        let saved = Saved { format: FORMAT, version: VERSION, account_id: &world.settings.account_id, world };
        let text = serde_json::to_vec(&saved)?;
        file.write_all(&text)?;
        file.persist(&self.path)?;
        Ok(())
    }

    fn broken(&self, reason: String) -> SandboxError {
        SandboxError::StateBroken { path: self.path.clone(), reason }
    }
}
