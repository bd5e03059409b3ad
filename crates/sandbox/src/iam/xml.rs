//! XML as the query protocol answers it: elements and text, no attributes but the root's namespace.

use quick_xml::escape::escape;

/// An XML text under construction.
#[derive(Default)]
pub(crate) struct Xml {
    text: String,
}

impl Xml {
    /// The root element, with its namespace.
    pub(crate) fn root(&mut self, name: &str, namespace: &str, fill: impl FnOnce(&mut Self)) {
        self.text.push('<');
        self.text.push_str(name);
        self.text.push_str(" xmlns=\"");
        self.text.push_str(namespace);
        self.text.push_str("\">");
        fill(self);
        self.close(name);
    }

    /// An element that holds elements.
    pub(crate) fn node(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        self.open(name);
        fill(self);
        self.close(name);
    }

    /// An element that holds text.
    pub(crate) fn leaf(&mut self, name: &str, text: &str) {
        self.open(name);
        // A parser turns a bare carriage return into a line feed (XML 1.0, 2.11), so it travels as a reference.
        self.text.push_str(&escape(text).replace('\r', "&#13;"));
        self.close(name);
    }

    /// An element that holds text, when there is one.
    pub(crate) fn optional(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.leaf(name, text);
        }
    }

    /// A list element: one `member` for each item.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut fill: impl FnMut(&mut Self, T),
    ) {
        self.node(name, |xml| {
            for item in items {
                xml.node("member", |xml| fill(xml, item));
            }
        });
    }

    /// Another text's elements, after those already here.
    pub(crate) fn append(&mut self, other: &Self) {
        self.text.push_str(&other.text);
    }

    /// The finished text.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    fn open(&mut self, name: &str) {
        self.text.push('<');
        self.text.push_str(name);
        self.text.push('>');
    }

    fn close(&mut self, name: &str) {
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push('>');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_so_that_a_parser_gives_it_back() {
        let mut xml = Xml::default();
        xml.list("Names", ["a<b>&\"'\r\n", ""], |xml, name| xml.leaf("Name", name));
        insta::assert_snapshot!(xml.into_text(), @r##"
        <Names><member><Name>a&lt;b&gt;&amp;&quot;&apos;&#13;
        </Name></member><member><Name></Name></member></Names>
        "##);
    }
}
