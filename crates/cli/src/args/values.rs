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
    pair("--context", text)
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
