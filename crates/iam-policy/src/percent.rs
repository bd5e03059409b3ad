//! Percent-decoding by RFC 3986, as IAM's reads encode documents: `%XX` only, a `+` stays a `+`.

use crate::error::{PolicyError, Problem};

/// Decodes every `%XX`. Anything else is kept, so a text that is not encoded at all comes back as it is.
///
/// Fails on a `%` without two hexadecimal digits, and when the bytes are no UTF-8.
pub(crate) fn decode(text: &str) -> Result<String, PolicyError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        if first != b'%' {
            bytes.push(first);
            rest = after;
            continue;
        }
        let (byte, after) = decode_triplet(after)?;
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).map_err(|_| wrong("the decoded bytes are not UTF-8".to_owned()))
}

/// The byte that the two digits after a `%` stand for, and what follows them.
fn decode_triplet(after: &[u8]) -> Result<(u8, &[u8]), PolicyError> {
    if let [high, low, rest @ ..] = after
        && let (Some(high), Some(low)) = (hexadecimal(*high), hexadecimal(*low))
    {
        return Ok((high << 4 | low, rest));
    }
    let shown = String::from_utf8_lossy(after.get(..after.len().min(2)).unwrap_or_default()).into_owned();
    Err(wrong(format!("\"%{}\" is not a percent sign and two hexadecimal digits", shown.escape_debug())))
}

fn hexadecimal(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

fn wrong(found: String) -> PolicyError {
    PolicyError::new(Problem::PercentEncoding { found })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::decode;

    #[rstest]
    #[case::plain("{}", Some("{}"))]
    #[case::braces("%7B%7d", Some("{}"))]
    #[case::plus_stays("a+b%2Bc%20d", Some("a+b+c d"))]
    #[case::encoded_once_only("%257B", Some("%7B"))]
    #[case::utf8("%C3%A9é", Some("éé"))]
    #[case::not_utf8("%FF", None)]
    #[case::cut_off("%7", None)]
    #[case::bare("100%", None)]
    #[case::no_digits("%zz", None)]
    #[case::sign_is_no_digit("%+7", None)]
    fn decodes_triplets_only(#[case] text: &str, #[case] decoded: Option<&str>) {
        assert_eq!(decode(text).ok().as_deref(), decoded);
    }
}
