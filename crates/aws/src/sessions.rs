//! Sessions that end: those of a role do after an hour or so, and may be ended before.
//!
//! The SDK renews a session shortly before the end that was stated when it was given out. One that is refused as ended although
//! that time has not come is given up here, and the call is sent again with the next one.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_iam::config::interceptors::BeforeDeserializationInterceptorContextMut;
use aws_sdk_iam::config::retry::{ClassifyRetry, RetryAction};
use aws_sdk_iam::config::{ConfigBag, Credentials, IdentityCache, Intercept, RuntimeComponents, SharedIdentityCache};
use aws_sdk_iam::error::BoxError;
use aws_smithy_runtime_api::client::identity::{
    Identity, IdentityFuture, ResolveCachedIdentity, SharedIdentityResolver,
};
use aws_smithy_runtime_api::client::interceptors::context::{BeforeTransmitInterceptorContextRef, InterceptorContext};
use aws_smithy_types::config_bag::{Storable, StoreReplace};
use aws_smithy_types::retry::ErrorKind;

use crate::budgeted::error_code;

/// Codes of a session that has ended, or that nobody knows any more because its role was made anew.
const ENDED: [&str; 4] =
    ["ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"];

/// How often one call is sent again because its session has ended, at most: others of the run may have met the end of the next one.
const MOST_RENEWALS: u32 = 3;

/// The sessions of one connection, which all its clients share.
#[derive(Clone, Debug)]
pub(crate) struct Sessions(Arc<Mutex<Known>>);

#[derive(Debug)]
struct Known {
    cache: SharedIdentityCache,
    /// The access keys of sessions that were given out and have an end: whoever gave them gives others.
    given: BTreeSet<String>,
    /// Those of them that were refused.
    ended: BTreeSet<String>,
}

/// The access key that an attempt was signed with.
#[derive(Clone, Debug)]
struct SignedWith(String);

/// How often a call was sent again with another session.
#[derive(Clone, Copy, Debug)]
struct Renewals(u32);

/// Marks an answer after which the call is worth another attempt.
#[derive(Clone, Copy, Debug)]
struct Renewable;

impl Storable for SignedWith {
    type Storer = StoreReplace<Self>;
}

impl Storable for Renewals {
    type Storer = StoreReplace<Self>;
}

impl Default for Sessions {
    fn default() -> Self {
        let known = Known { cache: IdentityCache::lazy().build(), given: BTreeSet::new(), ended: BTreeSet::new() };
        Self(Arc::new(Mutex::new(known)))
    }
}

impl Sessions {
    fn known(&self) -> MutexGuard<'_, Known> {
        // It is whole between any two statements, so that a panic elsewhere breaks nothing here.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of what was given out.
    fn give(&self, identity: &Identity) {
        let Some(credentials) = identity.data::<Credentials>() else { return };
        if identity.expiration().is_some() {
            let key = credentials.access_key_id();
            let mut known = self.known();
            known.ended.remove(key);
            if !known.given.contains(key) {
                known.given.insert(key.to_owned());
            }
        }
    }

    /// Gives a session up that was refused as ended; returns whether there may be another one.
    fn give_up(&self, key: &str) -> bool {
        let mut known = self.known();
        if known.given.remove(key) {
            known.ended.insert(key.to_owned());
            known.cache = IdentityCache::lazy().build();
            tracing::debug!("a session has ended before its time, and is renewed");
        }
        // Others that were signed with it may be refused later.
        known.ended.contains(key)
    }
}

impl ResolveCachedIdentity for Sessions {
    fn resolve_cached_identity<'a>(
        &'a self,
        resolver: SharedIdentityResolver,
        components: &'a RuntimeComponents,
        configuration: &'a ConfigBag,
    ) -> IdentityFuture<'a> {
        let cache = self.known().cache.clone();
        IdentityFuture::new(async move {
            let identity = cache.resolve_cached_identity(resolver, components, configuration).await?;
            self.give(&identity);
            Ok(identity)
        })
    }
}

impl Intercept for Sessions {
    fn name(&self) -> &'static str {
        "reconcile sessions"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(key) = context.request().headers().get("authorization").and_then(access_key) {
            configuration.interceptor_state().store_put(SignedWith(key.to_owned()));
        }
        Ok(())
    }

    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        configuration: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let answer = context.response_mut();
        let code = error_code(answer.body().bytes().unwrap_or_default());
        if answer.status().is_success() || !ENDED.contains(&code.as_str()) {
            return Ok(());
        }
        let gives_another = configuration.load::<SignedWith>().is_some_and(|key| self.give_up(&key.0));
        let before = configuration.load::<Renewals>().map_or(0, |renewals| renewals.0);
        if gives_another && before < MOST_RENEWALS {
            answer.add_extension(Renewable);
            configuration.interceptor_state().store_put(Renewals(before + 1));
        }
        Ok(())
    }
}

impl ClassifyRetry for Sessions {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let is_renewable = context.response().is_some_and(|answer| answer.extension::<Renewable>().is_some());
        // It was refused, so that nothing has happened.
        if is_renewable { RetryAction::retryable_error(ErrorKind::ClientError) } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "reconcile sessions"
    }
}

/// The access key in the header of a signed request: `AWS4-HMAC-SHA256 Credential=KEY/20260101/…`.
fn access_key(header: &str) -> Option<&str> {
    let (_, scope) = header.split_once("Credential=")?;
    scope.split_once('/').map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    fn session(key: &str, ends: bool) -> Identity {
        let expiration = ends.then(|| SystemTime::now() + Duration::from_hours(1));
        Credentials::new(key, "secret", None, expiration, "test").into()
    }

    #[test]
    fn a_session_is_given_up_once_and_for_all_that_were_signed_with_it() {
        let sessions = Sessions::default();
        sessions.give(&session("ASIA1", true));
        assert_eq!([sessions.give_up("ASIA1"), sessions.give_up("ASIA1")], [true, true]);
        sessions.give(&session("ASIA2", true));
        assert!(sessions.give_up("ASIA1"), "a late answer to what was signed with the first one");
        assert!(sessions.known().given.contains("ASIA2"), "the second one is still good");
    }

    #[test]
    fn what_has_no_end_is_not_renewed() {
        let sessions = Sessions::default();
        sessions.give(&session("AKIA1", false));
        assert_eq!([sessions.give_up("AKIA1"), sessions.give_up("ASIAX")], [false, false]);
    }

    #[test]
    fn the_key_of_a_signed_request_is_found() {
        let header =
            "AWS4-HMAC-SHA256 Credential=ASIA1/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0";
        assert_eq!((access_key(header), access_key("Bearer x")), (Some("ASIA1"), None));
    }
}
