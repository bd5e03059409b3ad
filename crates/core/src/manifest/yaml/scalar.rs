//! What a plain scalar is taken for: YAML 1.2's core schema, without its traps.

use super::super::node::{Scalar, ScalarKind, Value};

/// Reads a scalar that is neither quoted nor tagged as text.
///
/// Only `true` and `false` are booleans (`no`, `on` and `yes` are texts); a number with leading zeros or another base is
/// a text, so that an account id keeps its digits; dates are texts.
pub(super) fn plain(text: &str) -> Value {
    if matches!(text, "" | "~" | "null" | "Null" | "NULL") {
        return Value::Null;
    }
    let kind = if matches!(text, "true" | "True" | "TRUE" | "false" | "False" | "FALSE") {
        ScalarKind::Boolean
    } else {
        number(text)
    };
    let text = if kind == ScalarKind::Boolean { text.to_ascii_lowercase() } else { text.to_owned() };
    Value::Scalar(Scalar { text, kind })
}

fn number(text: &str) -> ScalarKind {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        None => (unsigned, None),
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        None => (mantissa, None),
        Some((whole, fraction)) => (whole, Some(fraction)),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_whole = digits(whole) && (whole == "0" || !whole.starts_with('0'));
    let is_fraction = fraction.is_none_or(|fraction| fraction.is_empty() || digits(fraction));
    match (is_whole && is_fraction && exponent.is_none_or(digits), fraction, exponent) {
        (true, None, None) => ScalarKind::Integer,
        (true, _, _) => ScalarKind::Float,
        (false, _, _) => ScalarKind::Text,
    }
}
