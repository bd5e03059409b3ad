//! Pages of lists: `MaxResults`, `NextToken`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;

use crate::sagemaker::error::SageMakerError;
use crate::sagemaker::input::Input;

/// The items of one page, and the token of the next. A token stands for the last item seen, by its key.
pub(crate) fn page<T>(
    input: &Input,
    limit: u32,
    items: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> String,
) -> Result<(Vec<T>, Option<String>), SageMakerError> {
    let after = input.text("NextToken")?.map(read_token).transpose()?;
    let mut items = items.into_iter();
    if let Some(after) = after
        && !items.any(|item| key(&item) == after)
    {
        return Err(invalid_token());
    }
    let page: Vec<T> = items.by_ref().take(limit as usize).collect();
    let token = items.next().and_then(|_| page.last()).map(|last| URL_SAFE.encode(key(last)));
    Ok((page, token))
}

fn read_token(token: &str) -> Result<String, SageMakerError> {
    URL_SAFE.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(invalid_token)
}

fn invalid_token() -> SageMakerError {
    SageMakerError::validation("The NextToken is not one that this operation gave for this list.")
}
