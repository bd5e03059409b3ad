//! Patterns with `*` (any text) and `?` (any one character), and the policy variables within them.

use std::collections::BTreeMap;

/// A piece of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// This character.
    Literal(char),
    /// `?`.
    AnyCharacter,
    /// `*`.
    AnyText,
}

/// The values of the condition keys that are known: a key without values is known to be absent.
pub(crate) type Context = BTreeMap<String, Vec<String>>;

/// A pattern once its policy variables are replaced.
pub(crate) enum Resolved {
    /// The pattern.
    Pattern(Vec<Token>),
    /// A variable's key is known to be absent, so the pattern matches nothing.
    Absent,
    /// The value of this key is not known.
    Unknown(String),
}

/// The tokens of a pattern without variables.
pub(crate) fn tokens(pattern: &str) -> Vec<Token> {
    pattern.chars().map(token).collect()
}

/// The tokens of a text in which nothing is a wildcard.
pub(crate) fn literals(text: &str) -> Vec<Token> {
    text.chars().map(Token::Literal).collect()
}

/// The text of a pattern in which nothing is a wildcard, for operators that compare exactly.
pub(crate) fn text(tokens: &[Token]) -> String {
    tokens
        .iter()
        .map(|token| match token {
            Token::Literal(character) => *character,
            Token::AnyCharacter => '?',
            Token::AnyText => '*',
        })
        .collect()
}

const fn token(character: char) -> Token {
    match character {
        '*' => Token::AnyText,
        '?' => Token::AnyCharacter,
        _ => Token::Literal(character),
    }
}

/// Whether everything that `covered` matches is matched by `pattern` too. A text is a pattern of literals, so this is how a
/// pattern matches a text as well.
///
/// A `*` within `covered` is met by a `*` only. The answer may be no where a cleverer reading finds yes, never the reverse.
pub(crate) fn covers(pattern: &[Token], covered: &[Token]) -> bool {
    let (mut at, mut position) = (0, 0);
    // Where to go on after a mismatch: behind the last `*`, which then takes one token more. Earlier ones need no second try.
    let mut retry: Option<(usize, usize)> = None;
    while let Some(&token) = covered.get(position) {
        match pattern.get(at) {
            Some(Token::AnyText) => {
                retry = Some((at + 1, position));
                at += 1;
            }
            Some(&expected) if covers_one(expected, token) => {
                at += 1;
                position += 1;
            }
            Some(_) | None => {
                let Some((after_star, taken)) = retry else { return false };
                retry = Some((after_star, taken + 1));
                at = after_star;
                position = taken + 1;
            }
        }
    }
    pattern.iter().skip(at).all(|token| *token == Token::AnyText)
}

fn covers_one(expected: Token, token: Token) -> bool {
    match expected {
        Token::Literal(_) => expected == token,
        Token::AnyCharacter => token != Token::AnyText,
        Token::AnyText => false,
    }
}

/// As [`covers`], of ARNs. ARN operators compare each of the six parts by itself: a `*` does not reach over a colon, except
/// within the last part.
pub(crate) fn covers_arn(pattern: &[Token], covered: &[Token]) -> bool {
    const PARTS: usize = 6;
    let parts = |tokens| <[Token]>::splitn(tokens, PARTS, |token| *token == Token::Literal(':'));
    // A `*` by itself is every ARN: IAM takes it, and no other text of fewer parts.
    let is_everything = pattern == [Token::AnyText];
    parts(covered).count() == PARTS
        && (is_everything || parts(pattern).count() == PARTS)
        && parts(pattern).zip(parts(covered)).all(|(pattern, covered)| covers(pattern, covered))
}

/// Replaces the policy variables of a pattern by their values, in which nothing is a wildcard. `${*}`, `${?}` and `${$}` are the
/// characters themselves, `${key, 'default'}` has a default for a key that is absent.
pub(crate) fn resolve(pattern: &str, context: &Context) -> Resolved {
    let mut output = Vec::new();
    let mut rest = pattern;
    while let Some((before, variable, after)) = next_variable(rest) {
        output.extend(before.chars().map(token));
        match value(variable, context) {
            Value::Text(value) => output.extend(value.chars().map(Token::Literal)),
            Value::Absent => return Resolved::Absent,
            Value::Unknown(key) => return Resolved::Unknown(key),
        }
        rest = after;
    }
    output.extend(rest.chars().map(token));
    Resolved::Pattern(output)
}

/// The text before the next `${…}`, what stands between its braces, and the text after it.
fn next_variable(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("${")?;
    let (variable, after) = rest.split_once('}')?;
    Some((before, variable, after))
}

/// A text with each policy variable as one `$`: what is left can be split at its colons, of which variables have their own.
pub(crate) fn masked(text: &str) -> String {
    let mut output = String::new();
    let mut rest = text;
    while let Some((before, _, after)) = next_variable(rest) {
        output.push_str(before);
        output.push('$');
        rest = after;
    }
    output.push_str(rest);
    output
}

enum Value<'a> {
    Text(&'a str),
    Absent,
    Unknown(String),
}

fn value<'a>(variable: &'a str, context: &'a Context) -> Value<'a> {
    if matches!(variable, "*" | "?" | "$") {
        return Value::Text(variable);
    }
    let (key, default) = match variable.split_once(',') {
        Some((key, default)) => {
            (key.trim(), default.trim().strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')))
        }
        None => (variable, None),
    };
    match lookup(context, key).map(Vec::as_slice) {
        Some([]) => default.map_or(Value::Absent, Value::Text),
        Some([only]) => Value::Text(only),
        // A key with several values cannot stand in a variable, and which of them would count is documented nowhere.
        Some([_, _, ..]) | None => Value::Unknown(key.to_owned()),
    }
}

/// The values of a condition key, whose case has no meaning.
pub(crate) fn lookup<'a>(context: &'a Context, key: &str) -> Option<&'a Vec<String>> {
    context.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, values)| values)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{covers, literals, tokens};

    #[rstest]
    #[case("", "", true)]
    #[case("", "a", false)]
    #[case("*", "", true)]
    #[case("*", "arn:aws:iam::1:role/x", true)]
    #[case("?", "", false)]
    #[case("?", "a", true)]
    #[case("?", "é", true)]
    #[case("?", "ab", false)]
    #[case("a*c", "abbbc", true)]
    #[case("a*c", "abbbcd", false)]
    #[case("a*b*c", "aXbYbZc", true)]
    #[case("*ab", "aab", true)]
    #[case("*aab*", "aaab", true)]
    #[case("a**b", "ab", true)]
    #[case("a?*", "a", false)]
    #[case("abc", "abC", false)]
    #[case("a*", "b", false)]
    fn matches_a_text(#[case] pattern: &str, #[case] text: &str, #[case] expected: bool) {
        assert_eq!(covers(&tokens(pattern), &literals(text)), expected);
    }

    #[rstest]
    #[case("s3:*", "s3:Get*", true)]
    #[case("s3:Get*", "s3:*", false)]
    #[case("*", "*", true)]
    #[case("a?", "a?", true)]
    #[case("a?", "a*", false)]
    #[case("a*", "a?", true)]
    #[case("a?c", "abc", true)]
    #[case("a*c", "a*b*c", true)]
    #[case("a*b*c", "a*c", false)]
    fn covers_a_pattern(#[case] pattern: &str, #[case] covered: &str, #[case] expected: bool) {
        assert_eq!(covers(&tokens(pattern), &tokens(covered)), expected);
    }

    #[rstest]
    fn a_star_in_a_text_is_a_character() {
        assert!(!covers(&literals("*"), &literals("a")));
        assert!(covers(&tokens("?"), &literals("*")));
    }
}
