//! A lifecycle configuration from the manifest.

use super::{LifecycleConfig, Script};
use crate::manifest::decode::{Declared, Decoder};
use crate::manifest::diagnostic::{Diagnostic, Reporter, Span};
use crate::manifest::node::{Node, Scalar, ScalarKind, Value};
use crate::manifest::reader::{self, ObjectReader};
use crate::manifest::{rules, tags};
use crate::resource::tags::TagCase;

/// The most tags of a SageMaker resource.
const TAGS: usize = 50;

/// The most characters of a script in base64: `NotebookInstanceLifecycleConfigContent`.
const LONGEST_CONTENT: usize = 16_384;

impl LifecycleConfig {
    /// Reads a lifecycle configuration's fields; nothing when it has no usable name. Mistakes are reported.
    pub(crate) fn decode(
        object: &mut ObjectReader<'_, '_>,
        declared: &Declared<'_>,
        decoder: &Decoder<'_>,
    ) -> Option<Self> {
        let name = rules::sagemaker_name(object, declared, &rules::LIFECYCLE_CONFIG_NAME);
        let on_create = object.field("on_create", |node, reporter| script(node, decoder, reporter));
        let on_start = object.field("on_start", |node, reporter| script(node, decoder, reporter));
        let tags_node = object.node("tags");
        let own_tags = object.field("tags", tags::read);
        let tags = tags::with_defaults(own_tags, decoder.default_tags, TagCase::Kept);
        tags::check(&tags, TAGS, TagCase::Kept, tags_node, object.reporter());
        let name = name?;
        Some(Self { arn: decoder.scope.lifecycle_config_arn(&name), name, on_create, on_start, tags })
    }
}

/// A script as text, in which references are resolved, or in a file, which is taken byte for byte: shells write `${…}`,
/// too.
fn script(node: &Node, decoder: &Decoder<'_>, reporter: &Reporter<'_>) -> Option<Script> {
    let (bytes, span) = match &node.value {
        Value::Map(_) => {
            let mut object = ObjectReader::open(node, node.span, "a script in a file", reporter)?;
            let file = object.required("file", "it names the file, relative to the manifest", |file, reporter| {
                Some((decoder.file(file, reporter)?.bytes, file.span))
            });
            object.finish();
            file?
        }
        Value::Scalar(Scalar { text, kind: ScalarKind::Text | ScalarKind::Interpolated }) => {
            (text.clone().into_bytes(), node.span)
        }
        Value::Scalar(_) | Value::Null | Value::List(_) | Value::Broken => {
            reader::wrong_type(node, "a script (its text, or {file: …})", reporter);
            return None;
        }
    };
    check(&bytes, span, reporter);
    Some(Script::new(bytes))
}

/// What keeps a script from running, or from being taken
/// (<https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html>).
fn check(bytes: &[u8], span: Span, reporter: &Reporter<'_>) {
    if bytes.is_empty() {
        let diagnostic = Diagnostic::error("empty-text", "a script cannot be empty");
        return reporter.report(span, diagnostic.with_help("write `null` for none"));
    }
    if bytes.windows(2).any(|pair| pair == b"\r\n") {
        let message = "the script's lines end in CR LF, as on Windows: the instance would fail with `bad interpreter`";
        let help = "save it with LF line ends, such as by `dos2unix`";
        reporter.report(span, Diagnostic::error("script-line-ends", message).with_help(help));
    }
    if !bytes.starts_with(b"#!") {
        let message = "the script does not start with `#!`: the instance would fail with `exec format error`";
        reporter
            .report(span, Diagnostic::error("script-interpreter", message).with_help("begin it with `#!/bin/bash`"));
    }
    let encoded = bytes.len().div_ceil(3).saturating_mul(4);
    if encoded > LONGEST_CONTENT {
        let message = format!(
            "a script has at most {LONGEST_CONTENT} characters in base64, and this has {encoded} ({} bytes)",
            bytes.len()
        );
        let help = "put the rest into S3 or a repository, and let the script fetch it";
        reporter.report(span, Diagnostic::error("script-size", message).with_help(help));
    }
}
