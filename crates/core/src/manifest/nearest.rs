//! The known name that is meant by a wrong one.

/// Returns the known name nearest to a wrong one, if one is near enough to be meant.
pub(crate) fn nearest<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let length = wrong.chars().count();
    // A third of the letters may differ, as cargo and git allow it too; two letters of a short name always may.
    let allowed = (length / 3).max(2);
    let mut best = None;
    for name in known {
        if name.chars().count().abs_diff(length) > allowed {
            continue;
        }
        let distance = strsim::damerau_levenshtein(&wrong.to_lowercase(), &name.to_lowercase());
        if distance <= allowed && distance < length.max(1) && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// Returns the help "did you mean …?", if a known name is near enough.
pub(crate) fn did_you_mean<'n>(wrong: &str, known: impl IntoIterator<Item = &'n str>) -> Option<String> {
    nearest(wrong, known).map(|name| format!("did you mean `{name}`?"))
}

/// Writes names as a list for people: `a, b and c`.
pub(crate) fn listed<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::{listed, nearest};

    #[test]
    fn only_a_name_that_may_be_meant_is_named() {
        assert_eq!(nearest("trust_polcy", ["path", "trust_policy"]), Some("trust_policy"));
        assert_eq!(nearest("Name", ["name"]), Some("name"));
        assert_eq!(nearest("colour", ["path", "trust_policy"]), None);
        assert_eq!(nearest("x", ["y", "path"]), None);
    }

    #[test]
    fn names_are_listed_for_people() {
        assert_eq!(
            (listed([]), listed(["a"]), listed(["a", "b", "c"])),
            (String::new(), "a".to_owned(), "a, b and c".to_owned())
        );
    }
}
