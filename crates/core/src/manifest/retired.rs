//! Platforms and runtimes that their vendors have retired: a warning, never an error, since the vendors' dates move.
//!
//! The table is of 2026-11-23. A date that has not come by then is not in it.

use super::diagnostic::Diagnostic;

/// Something retired.
#[derive(Clone, Copy, Debug)]
struct Retired {
    /// Its name, or a runtime's version without its suffix.
    name: &'static str,
    /// The day, as the vendor gives it.
    since: &'static str,
}

/// Notebook instance platforms on Amazon Linux 2. Source:
/// <https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-al2.html>.
const PLATFORMS: [Retired; 3] = [
    Retired { name: "notebook-al2-v1", since: "2026-07-01" },
    Retired { name: "notebook-al2-v2", since: "2026-07-01" },
    Retired { name: "notebook-al2-v3", since: "2026-07-01" },
];

/// The platform on Amazon Linux 1, which is gone since longer than the page above tells.
pub(crate) const OLDEST_PLATFORM: &str = "notebook-al1-v1";

/// The platform that is created by default.
pub(crate) const CURRENT_PLATFORM: &str = "notebook-al2023-v1";

/// Families of instance types that the current platform does not run on. Source:
/// <https://docs.aws.amazon.com/sagemaker/latest/dg/nbi.html>.
const NOT_ON_THE_CURRENT_PLATFORM: [&str; 5] = ["ml.g3", "ml.inf1", "ml.p2", "ml.p3", "ml.p3dn"];

/// Databricks runtimes with long-term support that has ended, by its end. Source:
/// <https://docs.databricks.com/release-notes/runtime/>.
const RUNTIMES: [Retired; 5] = [
    Retired { name: "9.1", since: "2024-09-23" },
    Retired { name: "10.4", since: "2025-03-18" },
    Retired { name: "11.3", since: "2025-10-19" },
    Retired { name: "12.2", since: "2026-03-01" },
    Retired { name: "13.3", since: "2026-08-22" },
];

/// Databricks runtimes with long-term support that goes on. Same source.
const SUPPORTED: [&str; 4] = ["14.3", "15.4", "16.4", "17.3"];

/// Every runtime below this one that is not in the tables has had its six months of support (same source).
const FIRST_RECENT: (u32, u32) = (17, 3);

/// Returns a warning about a retired notebook instance platform.
pub(crate) fn platform(identifier: &str) -> Option<Diagnostic> {
    let message = if identifier == OLDEST_PLATFORM {
        format!("the platform {OLDEST_PLATFORM} is retired, and an instance cannot be moved from it")
    } else {
        let Retired { name, since } = PLATFORMS.iter().find(|retired| retired.name == identifier)?;
        format!("the platform {name} is retired: since {since} it can be neither created nor started")
    };
    Some(Diagnostic::warning("retired-platform", message).with_help(format!("the current one is {CURRENT_PLATFORM}")))
}

/// Returns a warning about an instance type that the platform does not run on.
pub(crate) fn unsupported(identifier: &str, instance_type: &str) -> Option<Diagnostic> {
    let (family, _) = instance_type.rsplit_once('.')?;
    if identifier != CURRENT_PLATFORM || !NOT_ON_THE_CURRENT_PLATFORM.contains(&family) {
        return None;
    }
    let message = format!("the platform {identifier} does not run on instances of the family {family}");
    Some(
        Diagnostic::warning("unsupported-platform", message).with_help("take a newer family, such as ml.g4dn or ml.g5"),
    )
}

/// Returns whether an instance on a platform can be started no more.
pub(crate) fn cannot_be_started(identifier: &str) -> bool {
    identifier == OLDEST_PLATFORM || PLATFORMS.iter().any(|retired| retired.name == identifier)
}

/// Returns a warning about a Databricks runtime whose support has ended, such as `12.2.x-cpu-ml-scala2.12`.
pub(crate) fn runtime(spark_version: &str) -> Option<Diagnostic> {
    let mut parts = spark_version.splitn(3, '.');
    let (major, minor) = (parts.next()?.parse::<u32>().ok()?, parts.next()?.parse::<u32>().ok()?);
    let version = format!("{major}.{minor}");
    let message = if let Some(Retired { name, since }) = RUNTIMES.iter().find(|retired| retired.name == version) {
        format!("support for Databricks Runtime {name} LTS ended on {since}")
    } else if (major, minor) < FIRST_RECENT && !SUPPORTED.contains(&version.as_str()) {
        format!("support for Databricks Runtime {version} has ended, six months after its release")
    } else {
        return None;
    };
    let help = format!("runtimes with long-term support are {}", super::nearest::listed(SUPPORTED));
    Some(Diagnostic::warning("retired-runtime", message).with_help(help))
}

#[cfg(test)]
mod tests {
    use super::{platform, runtime};
    use rstest::rstest;

    #[rstest]
    #[case("12.2.x-cpu-ml-scala2.12", Some("support for Databricks Runtime 12.2 LTS ended on 2026-03-01"))]
    #[case("17.2.x-scala2.13", Some("support for Databricks Runtime 17.2 has ended, six months after its release"))]
    #[case("16.4.x-scala2.12", None)]
    #[case("17.3.x-scala2.13", None)]
    #[case("18.0.x-scala2.13", None)]
    #[case("custom:image", None)]
    #[case("auto:latest-lts", None)]
    fn a_runtime_without_support_is_warned_of(#[case] version: &str, #[case] message: Option<&str>) {
        let diagnostic = runtime(version);
        assert!(diagnostic.iter().all(|diagnostic| !diagnostic.is_error()));
        assert_eq!(diagnostic.map(|diagnostic| diagnostic.message).as_deref(), message);
    }

    #[test]
    fn a_platform_that_cannot_be_started_is_warned_of() {
        assert!(platform("notebook-al2-v2").is_some_and(|diagnostic| !diagnostic.is_error()));
        assert!(platform("notebook-al2023-v1").is_none());
    }
}
