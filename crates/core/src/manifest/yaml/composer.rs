//! Puts the parser's events together to a tree: anchors, aliases, merge keys, duplicate keys.

use std::collections::HashMap;

use serde_yaml::granit_parser::{Event, ScalarStyle, Tag};

use super::super::diagnostic::{Diagnostic, Reporter, Span};
use super::super::node::{Entry, Key, Node, Scalar, ScalarKind, Value, excerpt};
use super::{MAXIMUM_DEPTH, MAXIMUM_REPEATED, scalar, too_deep};

/// A finished part of the tree, and how large it is.
#[derive(Clone)]
struct Part {
    node: Node,
    /// How many values it has, itself among them.
    values: usize,
    /// How many levels it has; a scalar has none.
    levels: usize,
    /// Whether it is a plain scalar `<<`, which merges as a key.
    is_merge: bool,
}

/// A list or mapping that is not finished.
struct Open {
    span: Span,
    anchor: usize,
    values: usize,
    levels: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, merges: Vec<Node>, key: Option<PendingKey> },
}

enum PendingKey {
    Usable(Key),
    Merge,
    /// Reported already: its value is dropped.
    Broken,
}

/// Takes events one by one. An error that is returned makes going on useless; all others are reported.
pub(super) struct Composer<'c> {
    reporter: &'c Reporter<'c>,
    text: &'c str,
    open: Vec<Open>,
    anchors: HashMap<usize, Part>,
    repeated: usize,
    root: Option<Node>,
}

impl<'c> Composer<'c> {
    pub(super) fn new(reporter: &'c Reporter<'c>, text: &'c str) -> Self {
        Self { reporter, text, open: Vec::new(), anchors: HashMap::new(), repeated: 0, root: None }
    }

    /// Takes the next event.
    pub(super) fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Box<Diagnostic>> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let part = self.scalar(&text, style, tag.as_deref(), span);
                self.finish_part(part, anchor);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "seq", span);
                self.start(Content::List(Vec::new()), anchor, span)?;
            }
            Event::MappingStart(_, anchor, tag) => {
                self.check_tag(tag.as_deref(), "map", span);
                let content = Content::Map { entries: Vec::new(), merges: Vec::new(), key: None };
                self.start(content, anchor, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.alias(anchor, span)?,
            Event::UnresolvedAlias(name) => {
                let message = format!("there is no anchor `&{}` before this", excerpt(&name));
                let help = "an alias `*name` repeats what `&name` marks; put quotes around a text that starts with *";
                self.reporter.report(span, Diagnostic::error("unknown-anchor", message).with_help(help));
                self.finish_part(Part::of(Value::Broken, span), 0);
            }
            // Starts and ends of the stream and of its document; the library may add others, which are no nodes either.
            _ => {}
        }
        Ok(())
    }

    /// Returns the tree, if there was anything.
    pub(super) fn finish(self) -> Option<Node> {
        self.root.filter(|root| !matches!(root.value, Value::Null))
    }

    fn scalar(&self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Part {
        let Some(tagged_as_text) = self.check_tag(tag, "str", span) else { return Part::of(Value::Broken, span) };
        let is_text = tagged_as_text || style != ScalarStyle::Plain;
        let value = if is_text {
            Value::Scalar(Scalar { text: text.to_owned(), kind: ScalarKind::Text })
        } else {
            scalar::plain(text)
        };
        Part { is_merge: !is_text && text == "<<", ..Part::of(value, span) }
    }

    /// Returns whether the value is tagged as a text; reports a tag that means nothing here, and returns nothing.
    fn check_tag(&self, tag: Option<&Tag>, own: &str, span: Span) -> Option<bool> {
        let Some(tag) = tag else { return Some(false) };
        let core = tag.handle() == "tag:yaml.org,2002:";
        let non_specific =
            tag.handle().is_empty() && tag.suffix() == "!" || tag.handle() == "!" && tag.suffix().is_empty();
        let scalar_tag = own == "str" && matches!(tag.suffix(), "str" | "int" | "float" | "bool" | "null");
        if !(core && (tag.suffix() == own || scalar_tag) || non_specific) {
            let message =
                format!("the tag `{}{}` has no meaning here", shown_handle(tag.handle()), excerpt(tag.suffix()));
            let help = "other values are referred to by ${…}, as in ${iam.roles.cluster.arn}";
            self.reporter.report(span, Diagnostic::error("unknown-tag", message).with_help(help));
            return None;
        }
        Some(own == "str" && (non_specific || core && tag.suffix() == "str"))
    }

    fn start(&mut self, content: Content, anchor: usize, span: Span) -> Result<(), Box<Diagnostic>> {
        if self.open.len() >= MAXIMUM_DEPTH {
            return Err(Box::new(too_deep()));
        }
        self.open.push(Open { span, anchor, values: 1, levels: 0, content });
        Ok(())
    }

    fn end(&mut self, end: Span) {
        let Some(Open { span, anchor, values, levels, content }) = self.open.pop() else { return };
        // The end of a block is where the next thing starts; what is meant ends with its last visible character.
        let upto = usize::try_from(end.end).ok().and_then(|end| self.text.get(..end)).map(|text| text.trim_end().len());
        let end = upto.and_then(|upto| u32::try_from(upto).ok()).unwrap_or(span.end).max(span.start);
        let value = match content {
            Content::List(items) => Value::List(items),
            Content::Map { entries, merges, key: _ } => Value::Map(self.merged(entries, merges)),
        };
        let node = Node { span: Span { end, ..span }, value };
        self.finish_part(Part { node, values, levels: levels + 1, is_merge: false }, anchor);
    }

    fn alias(&mut self, anchor: usize, span: Span) -> Result<(), Box<Diagnostic>> {
        let Some(part) = self.anchors.get(&anchor) else {
            let message = "this alias stands inside of what it repeats".to_owned();
            self.reporter.error(span, "endless-alias", message);
            self.finish_part(Part::of(Value::Broken, span), 0);
            return Ok(());
        };
        self.repeated = self.repeated.saturating_add(part.values);
        if self.repeated > MAXIMUM_REPEATED {
            let message = format!("aliases repeat more than {MAXIMUM_REPEATED} values");
            return Err(Box::new(Diagnostic::error("too-many-aliases", message)));
        }
        if self.open.len() + part.levels > MAXIMUM_DEPTH {
            return Err(Box::new(too_deep()));
        }
        let part = part.clone();
        self.finish_part(part, 0);
        Ok(())
    }

    fn finish_part(&mut self, part: Part, anchor: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, part.clone());
        }
        let Some(open) = self.open.last_mut() else {
            self.root = Some(part.node);
            return;
        };
        open.values = open.values.saturating_add(part.values);
        open.levels = open.levels.max(part.levels);
        match &mut open.content {
            Content::List(items) => items.push(part.node),
            Content::Map { entries, merges, key } => match key.take() {
                None => *key = Some(pending_key(part, self.reporter)),
                Some(PendingKey::Usable(key)) => entries.push(Entry { key, value: part.node }),
                Some(PendingKey::Merge) => merges.push(part.node),
                Some(PendingKey::Broken) => {}
            },
        }
    }

    /// Adds what merge keys bring in: the mapping's own keys win, then the first of several mappings.
    fn merged(&self, written: Vec<Entry>, merges: Vec<Node>) -> Vec<Entry> {
        let mut places: HashMap<String, Span> = HashMap::with_capacity(written.len());
        let mut entries = Vec::with_capacity(written.len());
        for entry in written {
            match places.get(&entry.key.text) {
                None => {
                    places.insert(entry.key.text.clone(), entry.key.span);
                    entries.push(entry);
                }
                Some(first) => self.report_duplicate(&entry.key, *first),
            }
        }
        for source in merges.into_iter().flat_map(|merge| self.sources(merge)) {
            for entry in source {
                if !places.contains_key(&entry.key.text) {
                    places.insert(entry.key.text.clone(), entry.key.span);
                    entries.push(entry);
                }
            }
        }
        entries
    }

    fn report_duplicate(&self, key: &Key, first: Span) {
        let diagnostic = Diagnostic::error("duplicate-key", format!("the key `{}` is there twice", excerpt(&key.text)));
        self.reporter.report(key.span, diagnostic.with_label(self.reporter.place(first), "the first one is here"));
    }

    fn sources(&self, merge: Node) -> Vec<Vec<Entry>> {
        let span = merge.span;
        let items = match merge.value {
            Value::List(items) => items,
            Value::Broken => return Vec::new(),
            value @ (Value::Null | Value::Scalar(_) | Value::Map(_)) => vec![Node { span, value }],
        };
        let mut sources = Vec::new();
        for item in items {
            match item.value {
                Value::Map(entries) => sources.push(entries),
                Value::Broken => {}
                Value::Null | Value::Scalar(_) | Value::List(_) => {
                    let message = format!("`<<` merges a mapping or a list of mappings, not {}", item.described());
                    self.reporter.error(item.span, "merge-key", message);
                }
            }
        }
        sources
    }
}

impl Part {
    const fn of(value: Value, span: Span) -> Self {
        Self { node: Node { span, value }, values: 1, levels: 0, is_merge: false }
    }
}

fn pending_key(part: Part, reporter: &Reporter<'_>) -> PendingKey {
    let Part { node, values: _, levels: _, is_merge } = part;
    if is_merge {
        return PendingKey::Merge;
    }
    match node.value {
        Value::Scalar(scalar) => PendingKey::Usable(Key { text: scalar.text, span: node.span }),
        Value::Broken => PendingKey::Broken,
        Value::Null | Value::List(_) | Value::Map(_) => {
            let message = format!("a key has to be a text, not {}", node.described());
            reporter.error(node.span, "key-not-text", message);
            PendingKey::Broken
        }
    }
}

fn shown_handle(handle: &str) -> &str {
    if handle == "tag:yaml.org,2002:" { "!!" } else { handle }
}
