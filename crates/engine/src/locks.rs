//! Locks by name, for things that a service lets only one call change at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Mutex as Lock, OwnedMutexGuard};

/// One lock for each name that was ever asked for: an apply names few.
#[derive(Debug, Default)]
pub(crate) struct Locks(Mutex<BTreeMap<String, Arc<Lock<()>>>>);

impl Locks {
    /// Waits for all of these, and holds them until the guards are dropped. All callers take them in one order, so that
    /// none waits for another in a circle.
    pub(crate) async fn hold(&self, names: BTreeSet<String>) -> Vec<OwnedMutexGuard<()>> {
        let mut held = Vec::with_capacity(names.len());
        for name in names {
            let lock = Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(name).or_default());
            held.push(lock.lock_owned().await);
        }
        held
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use futures_util::FutureExt as _;

    use super::Locks;

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[tokio::test]
    async fn what_is_held_is_waited_for_and_nothing_else_is() {
        let locks = Locks::default();
        let held = locks.hold(names(&["a", "b"])).await;
        assert!(locks.hold(names(&["b", "c"])).now_or_never().is_none());
        assert!(locks.hold(names(&["c"])).now_or_never().is_some());
        drop(held);
        assert!(locks.hold(names(&["b", "c"])).now_or_never().is_some());
    }
}
