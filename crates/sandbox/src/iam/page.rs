//! Pages of lists: `MaxItems`, `Marker`, `IsTruncated`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE;

use crate::iam::error::IamError;
use crate::iam::parameters::Parameters;
use crate::iam::xml::Xml;

/// What a list returns when the caller does not say.
const DEFAULT_ITEMS: u32 = 100;
const MAXIMUM_ITEMS: u32 = 1000;

/// One page of a list.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    marker: Option<String>,
}

/// The page that the parameters ask for. Keys must rise; a marker stands for the last key seen, so that a page
/// continues rightly when items came or went in between.
pub(crate) fn page<T>(
    parameters: &Parameters,
    items: impl IntoIterator<Item = (String, T)>,
) -> Result<Page<T>, IamError> {
    let limit = parameters.integer("MaxItems", 1, MAXIMUM_ITEMS)?.unwrap_or(DEFAULT_ITEMS);
    let after = parameters.optional("Marker").map(read_marker).transpose()?;
    let mut rest = items.into_iter().skip_while(|(key, _)| after.as_ref().is_some_and(|after| key <= after));
    let mut taken = Vec::new();
    let mut last = None;
    for (key, item) in rest.by_ref().take(limit as usize) {
        taken.push(item);
        last = Some(key);
    }
    let marker = rest.next().and(last).map(|key| URL_SAFE.encode(key));
    Ok(Page { items: taken, marker })
}

/// Keys for a list that has an order of its own.
pub(crate) fn numbered<T>(items: impl IntoIterator<Item = T>) -> impl Iterator<Item = (String, T)> {
    items.into_iter().enumerate().map(|(number, item)| (format!("{number:010}"), item))
}

impl<T> Page<T> {
    /// What ends every list's answer.
    pub(crate) fn render_end(marker: Option<&str>, xml: &mut Xml) {
        xml.leaf("IsTruncated", if marker.is_some() { "true" } else { "false" });
        xml.optional("Marker", marker);
    }

    /// The whole result: one list element, then the end.
    pub(crate) fn render(self, name: &str, fill: impl FnMut(&mut Xml, T)) -> Xml {
        let mut xml = Xml::default();
        xml.list(name, self.items, fill);
        Self::render_end(self.marker.as_deref(), &mut xml);
        xml
    }

    /// The items and the marker, for results of several lists.
    pub(crate) fn into_parts(self) -> (Vec<T>, Option<String>) {
        (self.items, self.marker)
    }
}

fn read_marker(marker: &str) -> Result<String, IamError> {
    URL_SAFE
        .decode(marker)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| IamError::validation("Invalid Marker."))
}
