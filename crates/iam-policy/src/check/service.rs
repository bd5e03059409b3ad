//! Misspelt services.

mod prefixes;

use super::form::is_service_prefix;
use super::{Code, Report, texts};
use crate::distance::distance;
use crate::error::excerpt;
use crate::policy::WrittenStatement;
use prefixes::{ALIASES, PREFIXES};

/// Actions of services that do not exist, where it can be seen which one is meant. A prefix that is near to none may be new.
pub(super) fn check_statement(written: &WrittenStatement<'_>, report: &mut Report) {
    let WrittenStatement { place, entries, canonical: _ } = written;
    for (name, value) in entries.iter().filter(|(name, _)| matches!(name.as_str(), "Action" | "NotAction")) {
        for (place, action) in texts(&format!("{place}.{name}"), value) {
            let Some((prefix, rest)) = action.split_once(':') else { continue };
            if !is_service_prefix(prefix) {
                continue;
            }
            if let Some(near) = meant(&prefix.to_ascii_lowercase()) {
                let message = format!("no service has the prefix {:?}", excerpt(prefix));
                report.add(Code::UnknownService, &place, message, format!("did you mean {near}:{}?", excerpt(rest)));
            }
        }
    }
}

/// The prefix that is meant by one that does not exist.
fn meant(prefix: &str) -> Option<&'static str> {
    if PREFIXES.binary_search(&prefix).is_ok() {
        return None;
    }
    if let Some((_, meant)) = ALIASES.iter().find(|(alias, _)| *alias == prefix) {
        return Some(meant);
    }
    // In a short name one letter is a third of it; most services of few letters differ by no more.
    let allowed = match prefix.len() {
        0..=2 => return None,
        3..=5 => 1,
        _ => 2,
    };
    let distances = PREFIXES.iter().filter_map(|known| Some((distance(prefix, known, allowed)?, *known)));
    distances.min().map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{ALIASES, PREFIXES, meant};

    #[rstest]
    fn the_table_is_sorted_and_has_nothing_twice() {
        assert!(PREFIXES.is_sorted_by(|one, other| one < other));
        assert!(ALIASES.iter().all(|(alias, meant)| PREFIXES.contains(meant) && !PREFIXES.contains(alias)));
    }

    #[rstest]
    fn every_service_of_the_lab_is_there(
        #[values("iam", "sts", "ec2", "ecr", "s3", "sagemaker", "logs", "kms", "cloudwatch")] prefix: &str,
    ) {
        assert_eq!(meant(prefix), None);
    }

    #[rstest]
    #[case("iamm", Some("iam"))]
    #[case("sagemkaer", Some("sagemaker"))]
    #[case("sagemeker", Some("sagemaker"))]
    #[case("clodwatch", Some("cloudwatch"))]
    #[case("dynamobd", Some("dynamodb"))]
    #[case("emr", Some("elasticmapreduce"))]
    #[case("stepfunctions", Some("states"))]
    #[case("quantumledgers", None)]
    #[case("a", None)]
    #[case("", None)]
    fn what_is_meant(#[case] prefix: &str, #[case] expected: Option<&str>) {
        assert_eq!(meant(prefix), expected);
    }
}
