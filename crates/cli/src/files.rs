//! Reading the files that manifests are and name.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use reconcile_core::digest;
use reconcile_core::manifest::Files;

/// The largest file that is read at all: several times what any service takes, so that its own limit is what is told.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The files of this machine, as they are found from a folder; what was read is remembered by its digest.
#[derive(Clone, Debug, Default)]
pub(crate) struct LocalFiles {
    folder: PathBuf,
    read: RefCell<BTreeMap<String, String>>,
}

impl LocalFiles {
    /// The files as they are found from another folder than the current one.
    pub(crate) fn of(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), read: RefCell::default() }
    }

    /// Returns the digests of all files that were read so far, by the paths under which they were asked for.
    pub(crate) fn digests(&self) -> BTreeMap<String, String> {
        self.read.borrow().clone()
    }
}

impl Files for LocalFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let bytes = whole(&self.folder.join(path))?;
        self.read.borrow_mut().insert(path.display().to_string(), digest::hexadecimal(&bytes));
        Ok(bytes)
    }
}

/// Reads a whole file, as long as it is one, and of a sensible size.
fn whole(path: &Path) -> io::Result<Vec<u8>> {
    // Asked before it is opened: opening a pipe waits for whoever writes into it.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 64 MiB"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use reconcile_core::manifest::Files;

    use super::{LARGEST, LocalFiles};

    #[test]
    fn only_files_of_a_sensible_size_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, "text").expect("written");
        let files = LocalFiles::of(folder.path());
        assert_eq!(files.read("file".as_ref()).expect("read"), b"text");
        let digests = files.digests();
        assert_eq!((digests.len(), digests["file"].len()), (1, 64));
        // A sparse file: it takes no room on the disk.
        std::fs::File::create(&path).and_then(|file| file.set_len(LARGEST + 1)).expect("enlarged");
        assert_eq!(LocalFiles::default().read(&path).expect_err("too large").kind(), ErrorKind::FileTooLarge);
        assert_eq!(LocalFiles::default().read(folder.path()).expect_err("a folder").kind(), ErrorKind::InvalidInput);
        assert_eq!(
            LocalFiles::default().read(&folder.path().join("no")).expect_err("none").kind(),
            ErrorKind::NotFound
        );
    }
}
