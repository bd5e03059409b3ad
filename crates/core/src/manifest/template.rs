//! Texts with `${…}` in them, split into their pieces.

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece<'t> {
    /// Text that stays as it is.
    Text(&'t str),
    /// What stands between `${` and `}`, and the byte at which the `$` is.
    Reference(&'t str, usize),
    /// A `${` without a `}` after it.
    Unclosed(usize),
}

/// Splits a text.
///
/// `$${` is the text `${`. What IAM itself replaces is text: a policy variable has a colon (`${aws:username}`), and `${*}`,
/// `${?}` and `${$}` are the characters themselves
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>).
pub(crate) fn split(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut plain_from = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("$${") {
            // The first dollar goes, and what follows is text up to the next `$`.
            pieces.extend(text.get(plain_from..at).map(Piece::Text));
            plain_from = at + 1;
            at += 3;
        } else if let Some(inner) = rest.strip_prefix("${") {
            let Some(length) = inner.find('}') else {
                pieces.extend(text.get(plain_from..at).map(Piece::Text));
                pieces.push(Piece::Unclosed(at));
                return without_empty(pieces);
            };
            let reference = inner.get(..length).unwrap_or_default();
            let end = at + 2 + length + 1;
            if !is_policy_variable(reference) {
                pieces.extend(text.get(plain_from..at).map(Piece::Text));
                pieces.push(Piece::Reference(reference, at));
                plain_from = end;
            }
            at = end;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    pieces.extend(text.get(plain_from..).map(Piece::Text));
    without_empty(pieces)
}

fn without_empty(mut pieces: Vec<Piece<'_>>) -> Vec<Piece<'_>> {
    pieces.retain(|piece| *piece != Piece::Text(""));
    pieces
}

fn is_policy_variable(reference: &str) -> bool {
    reference.contains(':') || matches!(reference, "*" | "?" | "$")
}

#[cfg(test)]
mod tests {
    use super::{Piece, split};
    use proptest::prelude::{prop_assert_eq, proptest};
    use rstest::rstest;

    #[rstest]
    #[case("plain $ text }", "T(plain $ text })")]
    #[case("${var.a}", "R(var.a@0)")]
    #[case("a-${var.a}-${aws.region}", "T(a-) R(var.a@2) T(-) R(aws.region@11)")]
    #[case("${aws:username}/${*}${?}${$}", "T(${aws:username}/${*}${?}${$})")]
    #[case("${aws:PrincipalTag/team, 'none'}${var.a}", "T(${aws:PrincipalTag/team, 'none'}) R(var.a@32)")]
    #[case("$${var.a}", "T(${var.a})")]
    #[case("$$${var.a}", "T($) T(${var.a})")]
    #[case("$$", "T($$)")]
    #[case("${}", "R(@0)")]
    #[case("é${var.a", "T(é) U(2)")]
    #[case("${var.${var.a}}", "R(var.${var.a@0) T(})")]
    #[case("", "")]
    fn a_text_is_split(#[case] text: &str, #[case] expected: &str) {
        let pieces: Vec<_> = split(text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => format!("T({text})"),
                Piece::Reference(reference, at) => format!("R({reference}@{at})"),
                Piece::Unclosed(at) => format!("U({at})"),
            })
            .collect();
        assert_eq!(pieces.join(" "), expected);
    }

    proptest! {
        #[test]
        fn any_text_comes_through_once_its_openings_are_doubled(text in ".*") {
            let written = text.replace("${", "$${");
            let read: String = split(&written)
                .into_iter()
                .map(|piece| match piece { Piece::Text(text) => text, Piece::Reference(..) | Piece::Unclosed(_) => "!" })
                .collect();
            prop_assert_eq!(read, text);
        }
    }
}
