//! Misspelt services.

mod prefixes;

use super::form::is_service_prefix;
use super::{Code, Report, texts};
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

/// How many letters to add, drop, replace or swap with their neighbour; nothing when there are more than allowed.
pub(super) fn distance(one: &str, other: &str, allowed: usize) -> Option<usize> {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len().abs_diff(other.len()) > allowed {
        return None;
    }
    let mut two_back: Vec<usize> = Vec::new();
    let mut previous: Vec<usize> = (0..=other.len()).collect();
    for (row, letter) in one.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, wanted) in other.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&previous, column) + usize::from(letter != wanted);
            let mut least = replaced.min(at(&previous, column + 1) + 1).min(at(&current, column) + 1);
            let is_swap =
                row > 0 && column > 0 && one.get(row - 1) == Some(wanted) && other.get(column - 1) == Some(letter);
            if is_swap {
                least = least.min(at(&two_back, column - 1) + 1);
            }
            current.push(least);
        }
        two_back = std::mem::replace(&mut previous, current);
    }
    previous.last().copied().filter(|distance| *distance <= allowed)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{ALIASES, PREFIXES, distance, meant};

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

    #[rstest]
    #[case("", "", Some(0))]
    #[case("ab", "ba", Some(1))]
    #[case("abc", "abd", Some(1))]
    #[case("abc", "ab", Some(1))]
    #[case("abc", "xyz", None)]
    #[case("abcdef", "ab", None)]
    fn distances(#[case] one: &str, #[case] other: &str, #[case] expected: Option<usize>) {
        assert_eq!(distance(one, other, 2), expected);
        assert_eq!(distance(other, one, 2), expected);
    }
}
