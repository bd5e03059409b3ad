//! Lists that come in pages: read to their end, or not at all.
//!
//! The SDK's paginators end without a word where a token comes twice or is missing, and never where the tokens have no end: what
//! is not in half a list would pass for what does not exist.

use std::error::Error;

use aws_sdk_iam::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_iam::operation::{
    get_account_authorization_details::GetAccountAuthorizationDetailsOutput,
    list_attached_role_policies::ListAttachedRolePoliciesOutput, list_entities_for_policy::ListEntitiesForPolicyOutput,
    list_instance_profiles::ListInstanceProfilesOutput,
    list_instance_profiles_for_role::ListInstanceProfilesForRoleOutput, list_policies::ListPoliciesOutput,
    list_policy_versions::ListPolicyVersionsOutput, list_role_policies::ListRolePoliciesOutput,
};
use aws_sdk_sagemaker::operation::{
    list_notebook_instance_lifecycle_configs::ListNotebookInstanceLifecycleConfigsOutput,
    list_notebook_instances::ListNotebookInstancesOutput, list_tags::ListTagsOutput,
};
use aws_smithy_async::future::pagination_stream::PaginationStream;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use reconcile_core::failure::{CallFailure, FailureKind};

use crate::call::answered;

/// A list of more pages than this has no end: at 100 things a page, no account holds as many.
const MOST_PAGES: u32 = 10_000;

/// One page of a list.
pub(crate) trait Page {
    /// Whether it says that another one follows.
    fn goes_on(&self) -> bool;
}

macro_rules! pages_of_iam {
    ($($output:ty),*) => {
        $(impl Page for $output {
            fn goes_on(&self) -> bool {
                self.is_truncated()
            }
        })*
    };
}

macro_rules! pages_of_sagemaker {
    ($($output:ty),*) => {
        $(impl Page for $output {
            fn goes_on(&self) -> bool {
                self.next_token().is_some_and(|token| !token.is_empty())
            }
        })*
    };
}

pages_of_iam!(
    GetAccountAuthorizationDetailsOutput,
    ListAttachedRolePoliciesOutput,
    ListEntitiesForPolicyOutput,
    ListInstanceProfilesForRoleOutput,
    ListInstanceProfilesOutput,
    ListPoliciesOutput,
    ListPolicyVersionsOutput,
    ListRolePoliciesOutput
);
pages_of_sagemaker!(ListNotebookInstanceLifecycleConfigsOutput, ListNotebookInstancesOutput, ListTagsOutput);

/// A list that is being read.
pub(crate) struct Pages<P, E> {
    api: &'static str,
    stream: PaginationStream<Result<P, SdkError<E, HttpResponse>>>,
    read: u32,
    goes_on: bool,
}

impl<P, E> Pages<P, E>
where
    P: Page,
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
{
    /// Begins to read a list; `api` is the service and the call, as in `iam:ListPolicies`.
    pub(crate) fn of(api: &'static str, pages: PaginationStream<Result<P, SdkError<E, HttpResponse>>>) -> Self {
        Self { api, stream: pages, read: 0, goes_on: false }
    }

    /// Returns the next page; nothing after the last one.
    pub(crate) async fn next(&mut self) -> Result<Option<P>, CallFailure> {
        if self.read == MOST_PAGES {
            return Err(CallFailure::new(FailureKind::Unexpected, self.api, "its pages have no end"));
        }
        let Some(page) = self.stream.next().await else {
            return if self.goes_on {
                Err(CallFailure::new(FailureKind::Unexpected, self.api, "its pages end before the last one"))
            } else {
                Ok(None)
            };
        };
        let page = answered(self.api, page)?;
        self.goes_on = page.goes_on();
        self.read += 1;
        Ok(Some(page))
    }

    /// Returns what all pages hold.
    pub(crate) async fn items<T, I>(mut self, held: impl Fn(P) -> I) -> Result<Vec<T>, CallFailure>
    where
        I: IntoIterator<Item = T>,
    {
        let mut items = Vec::new();
        while let Some(page) = self.next().await? {
            items.extend(held(page));
        }
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::operation::list_role_policies::ListRolePoliciesError;
    use aws_smithy_async::future::pagination_stream::fn_stream::FnStream;

    use super::*;

    /// As many pages of one name, as long as they are asked for; the last one says whether another one follows.
    async fn read(pages: u32, last_goes_on: bool) -> Result<Vec<String>, CallFailure> {
        let stream = FnStream::new(move |channel| {
            Box::pin(async move {
                for number in 1..=pages {
                    let page = ListRolePoliciesOutput::builder()
                        .policy_names(number.to_string())
                        .is_truncated(last_goes_on || number < pages)
                        .build()
                        .expect("a page");
                    if channel.send(Ok::<_, SdkError<ListRolePoliciesError, HttpResponse>>(page)).await.is_err() {
                        return;
                    }
                }
            })
        });
        Pages::of("iam:ListRolePolicies", PaginationStream::new(stream)).items(|page| page.policy_names).await
    }

    #[tokio::test]
    async fn a_list_is_read_to_its_end_or_not_at_all() {
        assert_eq!(read(3, false).await.expect("a list"), ["1", "2", "3"]);
        let told =
            [read(3, true).await, read(u32::MAX, false).await].map(|read| read.expect_err("no list").to_string());
        insta::assert_snapshot!(told.join("\n"), @"
        iam:ListRolePolicies: its pages end before the last one
        iam:ListRolePolicies: its pages have no end
        ");
    }
}
