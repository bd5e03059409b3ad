//! Where every manifest is put to work: in the sandbox, and, as far as moto models the services, on moto with the sandbox's
//! workspace beside it.

use std::io::Write as _;

use crate::bench::Bench;
use crate::lacks;
use crate::shipped;
use crate::support::moto::Moto;

/// Makes a test in each cloud of each check.
macro_rules! in_each_cloud {
    ($($check:ident,)+) => {
        mod in_the_sandbox {
            $(#[test] fn $check() { $crate::clouds::in_the_sandbox(super::$check); })+
        }
        mod on_moto {
            $(#[test] fn $check() { $crate::clouds::on_moto(super::$check); })+
        }
    };
}
pub(crate) use in_each_cloud;

/// Checks every manifest in a sandbox of its own.
pub(crate) fn in_the_sandbox(check: fn(&Bench<'_>)) {
    for shipped in shipped::all() {
        check(&Bench::new(&shipped));
    }
}

/// Checks every manifest on moto, one after the other, and says what was left to the sandbox. That is written past the
/// capture of the test's output, so that it shows where nothing fails.
pub(crate) fn on_moto(check: fn(&Bench<'_>)) {
    let (moto, folder) = (Moto::start(), tempfile::tempdir().expect("a temporary folder"));
    let (mut checked, mut left) = (0, Vec::new());
    for shipped in shipped::all() {
        if let Some(why) = lacks::hindrance(&shipped) {
            left.push(format!("{}: {why}", shipped.name));
            continue;
        }
        let shipped = shipped.without(|declared, field| lacks::loses(&declared.resource, field), folder.path());
        let bench = Bench::on_moto(&shipped, &moto);
        check(&bench);
        left.extend(bench.left_to_the_sandbox());
        checked += 1;
    }
    assert!(checked > 0, "no manifest is checked on moto");
    let test = std::thread::current().name().unwrap_or_default().to_owned();
    left.dedup();
    let lines: String = left.iter().flat_map(|line| ["\n  ", line]).collect();
    writeln!(std::io::stderr(), "{test}: {checked} manifests; in the sandbox alone:{lines}").expect("it is written");
}
