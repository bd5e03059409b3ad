//! The values that conditions compare: numbers, addresses, bytes.

use std::cmp::Ordering;
use std::net::IpAddr;

/// A decimal number: exactly where it is an integer, else as a float.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Number {
    integer: Option<i128>,
    float: f64,
}

impl Number {
    /// Nothing for what is no number. Rust would read `inf`, `infinity` and `NaN` too, which are none in a policy.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let float = text.parse::<f64>().ok().filter(|_| !text.contains(['n', 'N']))?;
        Some(Self { integer: text.parse().ok(), float })
    }

    pub(crate) fn compare(self, other: Self) -> Option<Ordering> {
        match (self.integer, other.integer) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            (Some(_) | None, _) => self.float.partial_cmp(&other.float),
        }
    }
}

/// Integers exactly, other numbers as floats; nothing when one of the two is no number.
pub(crate) fn compare_numbers(left: &str, right: &str) -> Option<Ordering> {
    Number::parse(left)?.compare(Number::parse(right)?)
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

    #[rstest]
    #[case("1", "1.0", Some(Ordering::Equal))]
    #[case("-1", "1", Some(Ordering::Less))]
    #[case(
        "170141183460469231731687303715884105727",
        "170141183460469231731687303715884105726",
        Some(Ordering::Greater)
    )]
    #[case("1e3", "1000", Some(Ordering::Equal))]
    #[case("", "1", None)]
    #[case("inf", "1", None)]
    #[case("NaN", "NaN", None)]
    fn numbers(#[case] left: &str, #[case] right: &str, #[case] expected: Option<Ordering>) {
        assert_eq!(compare_numbers(left, right), expected);
        assert_eq!(is_number(left), expected.is_some());
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
