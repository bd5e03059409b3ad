//! Lists that come in pages.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use super::{ApiVersion, Client};
use crate::error::ApiError;

/// A list of more pages than this has no end: at 100 things a page, no workspace holds as many.
const MOST_PAGES: usize = 10_000;

/// One page of a list.
pub trait Page: DeserializeOwned {
    /// What the list holds.
    type Item;

    /// The page's items, and the token of the next page; an empty one means the same as none.
    fn into_parts(self) -> (Vec<Self::Item>, Option<String>);
}

impl Client {
    /// Reads a whole list, page by page, in the service's order.
    ///
    /// # Errors
    /// See [`ApiError`]; a list that would never end is [`ApiError::Unexpected`].
    pub async fn list<P: Page>(
        &self,
        api: &'static str,
        version: ApiVersion,
        query: &[(&str, &str)],
    ) -> Result<Vec<P::Item>, ApiError> {
        let mut items = Vec::new();
        let mut seen = BTreeSet::new();
        let mut token = String::new();
        loop {
            let mut query = query.to_vec();
            if !token.is_empty() {
                query.push(("page_token", &token));
            }
            let (page, next) = self.get::<P>(api, version, &query).await?.into_parts();
            items.extend(page);
            token = match next.filter(|next| !next.is_empty()) {
                Some(next) => next,
                None => return Ok(items),
            };
            if !seen.insert(token.clone()) {
                return Err(self.unexpected(api, "its pages go round in a circle"));
            }
            if seen.len() > MOST_PAGES {
                return Err(self.unexpected(api, "its pages have no end"));
            }
        }
    }
}
