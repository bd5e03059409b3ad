//! Reading the files that manifests are and name.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use reconcile_core::manifest::Files;

/// The largest file that is read at all: several times what any service takes, so that its own limit is what is told.
const LARGEST: u64 = 64 * 1024 * 1024;

/// The files of this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocalFiles;

impl Files for LocalFiles {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
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
        assert_eq!(LocalFiles.read(&path).expect("read"), b"text");
        // A sparse file: it takes no room on the disk.
        std::fs::File::create(&path).and_then(|file| file.set_len(LARGEST + 1)).expect("enlarged");
        assert_eq!(LocalFiles.read(&path).expect_err("too large").kind(), ErrorKind::FileTooLarge);
        assert_eq!(LocalFiles.read(folder.path()).expect_err("a folder").kind(), ErrorKind::InvalidInput);
        assert_eq!(LocalFiles.read(&folder.path().join("no")).expect_err("none").kind(), ErrorKind::NotFound);
    }
}
