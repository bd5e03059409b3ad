//! Values of flags that need a look: durations, variables, patterns of addresses.

use std::num::NonZeroU32;
use std::time::Duration;

use globset::{Glob, GlobMatcher};
use reconcile_core::id::Address;
use reconcile_sandbox::RateLimit;

/// A pattern of addresses, as `--only` takes it.
#[derive(Debug, Clone)]
pub(crate) struct Pattern(GlobMatcher);

impl Pattern {
    /// Reads a pattern, such as `iam.*`.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        pattern(text)
    }

    /// Returns whether an address is meant.
    pub(crate) fn matches(&self, address: &Address) -> bool {
        self.0.is_match(address.to_string())
    }

    /// Returns it as it was typed.
    pub(crate) fn as_str(&self) -> &str {
        self.0.glob().glob()
    }
}

/// Reads `--only`.
pub(super) fn pattern(text: &str) -> Result<Pattern, String> {
    match Glob::new(text) {
        Ok(glob) => Ok(Pattern(glob.compile_matcher())),
        Err(error) => Err(format!("{}; `*` stands for any text, as in iam.roles.*", error.kind())),
    }
}

/// Reads `--var`.
pub(super) fn variable(text: &str) -> Result<(String, String), String> {
    pair("--var", text)
}

/// Reads `--context`.
pub(super) fn context(text: &str) -> Result<(String, String), String> {
    let (key, value) = pair("--context", text)?;
    Ok((condition_key(&key)?, value))
}

/// Reads a condition key: all of them have the prefix of a service, or of something that signs people in.
pub(super) fn condition_key(text: &str) -> Result<String, String> {
    match text.split_once(':') {
        Some((prefix, name)) if !prefix.is_empty() && !name.is_empty() && !text.contains('=') => Ok(text.to_owned()),
        Some(_) | None => Err("a condition key looks like aws:username or iam:PassedToService".to_owned()),
    }
}

/// Reads `--account-id`.
pub(super) fn account_id(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    Err("an account id has twelve digits, without dashes".to_owned())
}

/// Reads the action of one request, which has no wildcards.
pub(super) fn action(text: &str) -> Result<String, String> {
    let is_action = |(service, name): (&str, &str)| !service.is_empty() && !name.is_empty() && !name.contains(':');
    if text.contains(['*', '?']) {
        return Err("one request has one action; wildcards are for policies".to_owned());
    }
    if text.split_once(':').is_some_and(is_action) {
        return Ok(text.to_owned());
    }
    Err("an action looks like iam:PassRole".to_owned())
}

/// Reads the resource of one request. A `*` is what AWS's own simulator calls all that there are, and is matched by `*` only.
pub(super) fn resource(text: &str) -> Result<String, String> {
    let is_arn = text.starts_with("arn:") && text.matches(':').count() >= 5;
    if is_arn || text == "*" {
        return Ok(text.to_owned());
    }
    Err("a resource is an ARN such as arn:aws:iam::111122223333:role/lab, or *".to_owned())
}

/// Reads who asks.
pub(super) fn principal(text: &str) -> Result<String, String> {
    let is_arn = text.starts_with("arn:") && text.matches(':').count() >= 5;
    let is_name = !text.contains([':', '/', '*', ' ']) && text.contains('.');
    if is_arn || is_name {
        return Ok(text.to_owned());
    }
    Err("who asks is an ARN such as arn:aws:iam::111122223333:role/lab, or a service such as ec2.amazonaws.com"
        .to_owned())
}

/// Reads `--throttle`: a service of the sandbox and how many calls a second it takes. As AWS's buckets do, it saves up what
/// two seconds did not use.
pub(super) fn rate_limit(text: &str) -> Result<(String, RateLimit), String> {
    const SERVICES: [&str; 4] = ["iam", "sts", "sagemaker", "databricks"];
    let (service, rate) = pair("--throttle", text)?;
    if !SERVICES.contains(&service.as_str()) {
        return Err(format!("there is no service {service}; there are {}", SERVICES.join(", ")));
    }
    let rate: NonZeroU32 =
        rate.parse().map_err(|_| "the rate is a whole number of calls a second, from 1".to_owned())?;
    let limit = RateLimit { calls_per_second: rate.get(), burst: rate.get().saturating_mul(2) };
    Ok((service, limit))
}

/// Reads a name and its value, which may be empty and may hold further equals signs.
fn pair(flag: &str, text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) => Err("the name before the equals sign is missing".to_owned()),
        None => Err(format!("there is no equals sign; write {flag} {text}=VALUE")),
    }
}

/// Reads a duration that is longer than nothing.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let duration = duration_or_zero(text)?;
    if duration.is_zero() { Err("it must be longer than nothing".to_owned()) } else { Ok(duration) }
}

/// Reads a duration: whole numbers with their units, as in `1h30m`, `90s` or `250ms`.
pub(super) fn duration_or_zero(text: &str) -> Result<Duration, String> {
    const FORM: &str = "write a number with its unit (ms, s, m, h), such as 90s, 10m or 1h30m";
    let mut total = Duration::ZERO;
    let mut rest = text;
    if rest.is_empty() {
        return Err(FORM.to_owned());
    }
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let letters = after.find(|character: char| character.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let number: u64 = number.parse().map_err(|_| FORM.to_owned())?;
        let milliseconds: u64 = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60 * 1000,
            "h" => 60 * 60 * 1000,
            _ => return Err(FORM.to_owned()),
        };
        let part = number.checked_mul(milliseconds).map(Duration::from_millis);
        total = part.and_then(|part| total.checked_add(part)).filter(|total| *total <= LONGEST).ok_or(TOO_LONG)?;
        rest = after;
    }
    Ok(total)
}

/// Far longer than anything waits, and far from where clocks overflow.
const LONGEST: Duration = Duration::from_hours(7 * 24);
const TOO_LONG: &str = "at most seven days (168h) are possible";
