//! The values that conditions compare: numbers, addresses, bytes.

use std::cmp::Ordering;
use std::net::IpAddr;

/// A decimal number, as it is written: all of its digits count, and nothing is too great or too small.
///
/// IAM documents the numeric operators as comparing "a key to an integer or decimal value"
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Numeric>)
/// and says nothing of how many digits it heeds. Rounded, two different numbers would be the same one, and a statement would be
/// said to cover another that it does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    is_negative: bool,
    /// Without zeros at either end; none at all is zero, which has no sign.
    digits: Vec<u8>,
    /// How many of the digits stand before the point, if there were enough of them: 2 for 12.3, 0 for 0.123, -1 for 0.0123.
    magnitude: i64,
}

impl Number {
    /// Nothing for what is no number: no digits, spaces, `0x10`, `1_000`, `NaN`, `inf`; and for an exponent of more than 18
    /// digits, which nobody means.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (is_negative, text) = sign(text);
        let (decimal, exponent) = match text.split_once(['e', 'E']) {
            Some((decimal, exponent)) => (decimal, self::exponent(exponent)?),
            None => (text, 0),
        };
        let (whole, fraction) = decimal.split_once('.').unwrap_or((decimal, ""));
        let written = whole.bytes().chain(fraction.bytes());
        if written.clone().next().is_none() || !written.clone().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let zeros = written.clone().take_while(|digit| *digit == b'0').count();
        let mut digits: Vec<u8> = written.skip(zeros).collect();
        digits.truncate(digits.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1));
        if digits.is_empty() {
            return Some(Self { is_negative: false, digits, magnitude: 0 });
        }
        let before_point = i64::try_from(whole.len()).ok()?.checked_sub(i64::try_from(zeros).ok()?)?;
        Some(Self { is_negative, digits, magnitude: before_point.checked_add(exponent)? })
    }

    /// Whether it is below zero, zero, or above.
    fn direction(&self) -> Ordering {
        match (self.digits.is_empty(), self.is_negative) {
            (true, _) => Ordering::Equal,
            (false, true) => Ordering::Less,
            (false, false) => Ordering::Greater,
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_size = || (self.magnitude, &self.digits).cmp(&(other.magnitude, &other.digits));
        self.direction().cmp(&other.direction()).then_with(|| match self.direction() {
            Ordering::Less => by_size().reverse(),
            Ordering::Equal => Ordering::Equal,
            Ordering::Greater => by_size(),
        })
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Splits a sign off; returns whether it is a minus.
fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// The digits behind an `e`, with their sign.
fn exponent(text: &str) -> Option<i64> {
    const MOST_DIGITS: usize = 18;
    let (is_negative, digits) = sign(text);
    let is_read = (1..=MOST_DIGITS).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    let exponent: i64 = digits.parse().ok().filter(|_| is_read)?;
    Some(if is_negative { -exponent } else { exponent })
}

/// Compares two numbers exactly; nothing when one of the two is no number.
pub(crate) fn compare_numbers(left: &str, right: &str) -> Option<Ordering> {
    Some(Number::parse(left)?.cmp(&Number::parse(right)?))
}

/// Whether a text is a number.
pub(crate) fn is_number(text: &str) -> bool {
    Number::parse(text).is_some()
}

/// Addresses with the same first bits: `203.0.113.0/24`, `2001:DB8::/32`, or a single address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    prefix_length: u32,
}

impl Network {
    /// Nothing for what is no address, and for a prefix that is longer than the address.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix_length = match prefix {
            None => longest,
            Some(prefix) if prefix.bytes().all(|byte| byte.is_ascii_digit()) => prefix.parse().ok()?,
            Some(_) => return None,
        };
        (prefix_length <= longest).then_some(Self { address, prefix_length })
    }

    /// Whether all of the other's addresses are among these. An IPv4 and an IPv6 address are never the same.
    pub(crate) fn contains(self, other: Self) -> bool {
        let (own_bits, other_bits, width) = match (self.address, other.address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => (u128::from(own.to_bits()), u128::from(other.to_bits()), 32),
            (IpAddr::V6(own), IpAddr::V6(other)) => (own.to_bits(), other.to_bits(), 128),
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => return false,
        };
        // A shift by the whole width leaves nothing, and nothing is the same as nothing.
        let prefix = |bits: u128| bits.checked_shr(width - self.prefix_length).unwrap_or(0);
        other.prefix_length >= self.prefix_length && prefix(own_bits) == prefix(other_bits)
    }
}

/// The bytes of a base64 text (RFC 4648 §4, padded). Nothing for any other text.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let digits = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    let mut bytes = Vec::with_capacity(digits.len());
    let (mut buffer, mut held_bits) = (0_u32, 0);
    for digit in digits.bytes() {
        buffer = buffer << 6 | base64_digit(digit)?;
        held_bits += 6;
        if held_bits >= 8 {
            held_bits -= 8;
            bytes.extend(u8::try_from(buffer >> held_bits));
            buffer &= (1 << held_bits) - 1;
        }
    }
    Some(bytes)
}

fn base64_digit(digit: u8) -> Option<u32> {
    let value = match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use rstest::rstest;

    use super::{Network, base64, compare_numbers, is_number};

    use Ordering::{Equal, Greater, Less};

    #[rstest]
    #[case("1", Equal, "1.0")]
    #[case("1", Equal, "+1")]
    #[case("1", Equal, "001.")]
    #[case(".5", Equal, "5e-1")]
    #[case("1e3", Equal, "1000")]
    #[case("1E+3", Equal, "1000.000")]
    #[case("-1", Less, "1")]
    #[case("-2", Less, "-1")]
    #[case("-0.1", Less, "0")]
    #[case("9", Less, "10")]
    #[case("0.09", Less, "0.1")]
    #[case("0.5", Less, "0.51")]
    #[case("0", Equal, "-0")]
    #[case("-0.0", Equal, "0e-7")]
    #[case("0e999999999999999999", Equal, "0")]
    // Beyond what a floating-point number, or an integer of 128 bits, tells apart.
    #[case("170141183460469231731687303715884105729", Greater, "170141183460469231731687303715884105728")]
    #[case("0.1", Less, "0.1000000000000000055511151231257827")]
    #[case("9007199254740992.5", Less, "9007199254740992.6")]
    #[case("1e400", Less, "2e400")]
    #[case("1e400", Equal, "10e399")]
    #[case("1e400", Less, "1e401")]
    #[case("-1e400", Greater, "-2e400")]
    #[case("1e-400", Greater, "0")]
    #[case("1e-400", Less, "2e-400")]
    #[case("-1e-400", Less, "0")]
    #[case("1e999999999999999999", Greater, "1e999999999999999998")]
    fn numbers(#[case] left: &str, #[case] order: Ordering, #[case] right: &str) {
        assert_eq!(compare_numbers(left, right), Some(order));
        assert_eq!(compare_numbers(right, left), Some(order.reverse()));
    }

    #[rstest]
    fn no_numbers(
        #[values(
            "",
            ".",
            "+",
            "-",
            "--1",
            "+-1",
            "e5",
            ".e5",
            "1e",
            "1e+",
            "1e1.5",
            "1e1e1",
            "1.2.3",
            " 1",
            "1 ",
            "1 0",
            "1\n",
            "1_000",
            "1,000",
            "0x10",
            "0b1",
            "1f",
            "NaN",
            "nan",
            "inf",
            "-inf",
            "+Infinity",
            "ten",
            "\u{ff11}",
            "1e1000000000000000000"
        )]
        text: &str,
    ) {
        assert!(!is_number(text));
        assert_eq!(compare_numbers(text, text), None, "not even equal to itself");
    }

    proptest::proptest! {
        #[test]
        fn what_is_a_number_and_which_is_greater_is_as_for_floats(left in "[-+0-3.eE]{0,6}", right in "[-+0-3.eE]{0,6}") {
            let is_float = |text: &str| text.parse::<f64>().is_ok();
            proptest::prop_assert_eq!(is_number(&left), is_float(&left));
            proptest::prop_assert_eq!(is_number(&right), is_float(&right));
            let floats = left.parse::<f64>().ok().zip(right.parse::<f64>().ok());
            // No two different numbers of so few characters round to the same, but where they are too great or too small.
            if let Some((one, other)) = floats.filter(|(left, right)| left.is_normal() && right.is_normal()) {
                proptest::prop_assert_eq!(compare_numbers(&left, &right), one.partial_cmp(&other));
            }
        }
    }

    #[rstest]
    #[case("203.0.113.0/24", "203.0.113.255", true)]
    #[case("203.0.113.0/24", "203.0.114.0", false)]
    #[case("203.0.113.7", "203.0.113.7", true)]
    #[case("203.0.113.7", "203.0.113.7/32", true)]
    #[case("203.0.113.7/24", "203.0.113.9", true)]
    #[case("203.0.113.7", "203.0.113.0/24", false)]
    #[case("0.0.0.0/0", "255.255.255.255", true)]
    #[case("0.0.0.0/0", "::1", false)]
    #[case("::/0", "2001:DB8::1", true)]
    #[case("2001:DB8:1234:5678::/64", "2001:db8:1234:5678::1", true)]
    #[case("2001:DB8:1234:5678::/64", "2001:db8:1234:5679::1", false)]
    #[case("::/0", "0.0.0.0", false)]
    fn networks(#[case] network: &str, #[case] address: &str, #[case] expected: bool) {
        let (network, address) = (Network::parse(network).unwrap(), Network::parse(address).unwrap());
        assert_eq!(network.contains(address), expected);
    }

    #[rstest]
    fn no_networks(
        #[values("", "x", "1.2.3", "1.2.3.4/33", "::1/129", "1.2.3.4/", "1.2.3.4/+8", "1.2.3.4/-1", "*")] text: &str,
    ) {
        assert_eq!(Network::parse(text), None);
    }

    #[rstest]
    #[case("", Some(""))]
    #[case("QQ==", Some("A"))]
    #[case("QUI=", Some("AB"))]
    #[case("QUJD", Some("ABC"))]
    #[case("QmluYXJ5VmFsdWVJbkJhc2U2NA==", Some("BinaryValueInBase64"))]
    #[case("QQ", None)]
    #[case("Q=Q=", None)]
    #[case("é===", None)]
    #[case("QU-_", None)]
    fn bytes(#[case] text: &str, #[case] decoded: Option<&str>) {
        assert_eq!(base64(text), decoded.map(|decoded| decoded.as_bytes().to_vec()));
    }
}
