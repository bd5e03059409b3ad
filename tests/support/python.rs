//! The Python programs that the tests ask for a second opinion, in a virtual environment that is made once.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// Every package with its exact version, so that a release of somebody else never turns a test red.
const REQUIREMENTS: &str = include_str!("requirements.txt");

const ADVICE: &str = "the tests need Python 3.11 or newer with its venv module (Debian and Ubuntu: apt-get install \
                      python3 python3-venv) and access to a Python package index";

/// The programs of the virtual environment, which is made at the first call on a machine and kept in the target folder.
pub fn program(name: &str) -> PathBuf {
    static PROGRAMS: LazyLock<Result<PathBuf, String>> = LazyLock::new(environment);
    match &*PROGRAMS {
        Ok(programs) => programs.join(name),
        Err(reason) => panic!("{reason}\nhelp: {ADVICE}"),
    }
}

/// Makes the environment, unless it is complete already, and returns the folder of its programs.
fn environment() -> Result<PathBuf, String> {
    let version = output(Command::new("python3").arg("--version"))?;
    let digest = Sha256::digest(format!("{version}{REQUIREMENTS}"));
    let key = hexadecimal(&digest[..6]);
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap_or(Path::new("target"));
    let folder = target.join(format!("python-{key}"));
    let programs = folder.join("bin");
    // Several test binaries may get here at once. The system releases the lock also when its holder is killed.
    let lock = target.join(format!("python-{key}.lock"));
    let lock = File::create(&lock).and_then(|file| file.lock().map(|()| file)).map_err(failed("lock", &lock))?;
    let complete = folder.join("complete");
    if !complete.exists() {
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(failed("remove the half-made", &folder))?;
        }
        make(&folder, &programs)?;
        fs::write(&complete, "").map_err(failed("write", &complete))?;
    }
    drop(lock);
    Ok(programs)
}

fn make(folder: &Path, programs: &Path) -> Result<(), String> {
    output(Command::new("python3").args(["-m", "venv"]).arg(folder))?;
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, REQUIREMENTS).map_err(failed("write", &requirements))?;
    // The list is complete, so nothing is left to be resolved, and nothing unlisted can slip in.
    let mut install = Command::new(programs.join("python"));
    install.args(["-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet", "--no-deps"]);
    output(install.arg("--requirement").arg(&requirements)).map(drop)
}

fn output(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?} cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?} failed ({}): {}", output.status, said.trim_end()))
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
}

fn failed(what: &str, path: &Path) -> impl FnOnce(std::io::Error) -> String {
    move |error| format!("cannot {what} {}: {error}", path.display())
}
