//! Everything that reads an answer, without a network: what the fuzzer of `fuzz/` asserts, and the tests over its corpus.
//!
//! An input is one answer or several, with a line `---` between two. The first line of an answer is its status, the lines after
//! it, up to an empty one, are headers, and the rest is the body. A client that asks for more is cut off.

#![allow(clippy::expect_used, reason = "what is not so is what the fuzzer looks for")]

mod input;
mod wanted;

use std::collections::BTreeMap;
use std::time::Duration;

use reconcile_core::failure::CallFailure;
use reconcile_core::id::{Address, Cloud, Kind};
use reconcile_core::inquiry::{Inquiry, Used};
use reconcile_core::reading::Reading;
use reconcile_core::resource::{Ownership, Resource};
use reconcile_engine::wait::Interrupt;
use reconcile_engine::{Provider as _, Wanted};
use secrecy::SecretString;
use serde::de::IgnoredAny;

use input::Input;

use crate::transport::Canned;
use crate::{ApiVersion, Client, DatabricksProvider, Environment, Settings, auth};

/// A part of everything that is secret here: the credentials, what requests carry, and in the corpus what answers carry.
const SECRET: &str = "hunter2";

/// The longest text that an error may have: it is for a person.
const LONGEST_ERROR: usize = 8 * 1024;

/// Whatever is answered, every call of this crate ends in a value or in an error that fits on one line and holds no secret.
///
/// # Panics
///
/// When one does not.
pub fn answers(bytes: &[u8]) {
    let input = &Input::read(bytes);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    runtime.block_on(async {
        for wanted in wanted::resources() {
            read(input, &wanted).await;
        }
        list(input).await;
        write(input).await;
        token(input).await;
    });
    let _ = auth::printed(input.body());
}

async fn read(input: &Input<'_>, wanted: &Resource) {
    let address = Address::new(wanted.kind(), "x");
    let readings = provider(input).read(&[Wanted { address: &address, resource: wanted }]).await;
    assert_eq!(readings.len(), 1, "one for each");
    for reading in readings {
        match reading {
            Reading::Failed(failure) => check(input, &failure),
            Reading::Absent => {}
            Reading::Present(live) => {
                assert_eq!(live.kind(), wanted.kind());
                let difference = wanted.diff(Some(&live), &Ownership::of("lab"));
                let shown = format!("{live:?} {:?} {:?}", difference.changes, difference.notes);
                assert!(!shown.contains(wanted::SECRET_OF_A_REQUEST) || input.contains(SECRET), "{shown}");
            }
        }
    }
}

async fn list(input: &Input<'_>) {
    let known = wanted::resources();
    let known: Vec<_> = known.iter().collect();
    match provider(input).list_owned("lab", &known).await {
        Ok(found) => assert!(found.iter().all(|found| found.tags().and_then(|tags| tags.owner()) == Some("lab"))),
        Err(failure) => check(input, &failure),
    }
    // A profile's users and a registration's are the same clusters.
    let users = Inquiry::Users {
        cloud: Cloud::Databricks,
        of: Used { kind: Kind::IamInstanceProfile, ..Used::from(known[0]) },
    };
    if let Err(failure) = provider(input).answer(&users).await {
        check(input, &failure);
    }
    let _ = provider(input).caller().await;
}

async fn write(input: &Input<'_>) {
    for operation in wanted::operations() {
        if let Err(failure) = provider(input).apply(&operation).await {
            assert_eq!(failure.api, operation.api(), "it names its call");
            check(input, &failure);
        }
    }
}

/// A service principal's token is three answers away, and what it is for a fourth.
async fn token(input: &Input<'_>) {
    let variables = [("DATABRICKS_CLIENT_ID", "id"), ("DATABRICKS_CLIENT_SECRET", "hunter2-secret")];
    let client = client(input, &variables, None);
    if let Err(error) = client.get::<IgnoredAny>("clusters/get", ApiVersion::V2_1, &[]).await {
        let shown = format!("{error} {error:?} {}", error.help().unwrap_or_default());
        check_text(input, &shown, error.refusal().is_some());
    }
}

fn check(input: &Input<'_>, failure: &CallFailure) {
    let shown = format!("{failure} {}", failure.help.as_deref().unwrap_or_default());
    // What is not our own words is the service's: a refusal, or a name or an id that an error is about.
    let quotes =
        failure.code.is_some() || failure.message.contains("bear the name") || failure.api.contains("workspace/");
    check_text(input, &shown, quotes);
}

fn check_text(input: &Input<'_>, shown: &str, quotes: bool) {
    // Where it redirects to is told up to what may be a login's.
    let quotes = quotes || shown.contains("it redirects to");
    assert!(!shown.contains(SECRET) || quotes && input.contains(SECRET), "a secret is told: {shown}");
    assert!(!shown.contains(char::is_control), "not one line: {shown:?}");
    assert!(shown.len() <= LONGEST_ERROR, "{} bytes", shown.len());
}

fn provider(input: &Input<'_>) -> DatabricksProvider {
    DatabricksProvider::new(client(input, &[], Some(SecretString::from("hunter2-token"))), "lab")
}

fn client(input: &Input<'_>, variables: &[(&str, &str)], token: Option<SecretString>) -> Client {
    let settings = Settings {
        host: Some("https://dbc-1.cloud.databricks.com".to_owned()),
        profile: None,
        token,
        user_agent: "reconcile-fuzz".to_owned(),
        timeout: Duration::from_mins(1),
        interrupt: Interrupt::never(),
    };
    let variables: BTreeMap<_, _> =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let environment = Environment::new(variables, None);
    Client::canned(&settings, &environment, Canned::new(input.replies.clone())).expect("a credential")
}

#[cfg(test)]
mod tests;
