//! How far two spellings are from each other.

/// How many letters to add, drop, replace or swap with their neighbour; nothing when there are more than allowed.
pub(crate) fn distance(one: &str, other: &str, allowed: usize) -> Option<usize> {
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

    use super::distance;

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
