//! What the services allow in names and texts, from IAM's and SageMaker's service models.

use super::decode::Declared;
use super::diagnostic::{Diagnostic, Reporter};
use super::node::{Node, Value, excerpt};
use super::reader::{self, ObjectReader};
use crate::id::Arn;

/// What a text may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextRule {
    /// What it is, with its article: `a role name`.
    pub(crate) what: &'static str,
    /// In characters.
    pub(crate) longest: usize,
    /// Which characters it may have.
    pub(crate) allows: fn(char) -> bool,
    /// The same in words.
    pub(crate) allowed: &'static str,
}

const IAM_NAME: &str = "letters, digits and + = , . @ _ -";

/// `roleNameType`
pub(crate) const ROLE_NAME: TextRule =
    TextRule { what: "a role name", longest: 64, allows: is_iam_name, allowed: IAM_NAME };

/// `instanceProfileNameType`
pub(crate) const INSTANCE_PROFILE_NAME: TextRule =
    TextRule { what: "an instance profile name", longest: 128, allows: is_iam_name, allowed: IAM_NAME };

/// `policyNameType`
pub(crate) const POLICY_NAME: TextRule =
    TextRule { what: "a policy name", longest: 128, allows: is_iam_name, allowed: IAM_NAME };

/// `policyDescriptionType`
pub(crate) const POLICY_DESCRIPTION: TextRule = TextRule { what: "a policy description", longest: 1000, ..PLAIN };

/// `roleDescriptionType`
pub(crate) const ROLE_DESCRIPTION: TextRule = TextRule {
    what: "a role description",
    longest: 1000,
    allows: |character| matches!(character, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}'),
    allowed: "ASCII and Latin-1 (typographic quotes and dashes are not)",
};

/// `pathType`
const PATH: TextRule = TextRule {
    what: "a path",
    longest: 512,
    allows: |character| matches!(character, '!'..='\u{7f}'),
    allowed: "ASCII without spaces",
};

/// `policyPathType`
const POLICY_PATH: TextRule = TextRule {
    what: "a policy's path",
    longest: 512,
    allows: |character| is_iam_name(character) || character == '/',
    allowed: "letters, digits and / + = , . @ _ -",
};

/// `NotebookInstanceName`, as far as characters go
pub(crate) const NOTEBOOK_INSTANCE_NAME: TextRule = TextRule {
    what: "a notebook instance name",
    longest: 63,
    allows: |character| character.is_ascii_alphanumeric() || character == '-',
    allowed: "letters, digits and -",
};

/// `NotebookInstanceLifecycleConfigName`, as far as characters go
pub(crate) const LIFECYCLE_CONFIG_NAME: TextRule =
    TextRule { what: "a lifecycle configuration's name", ..NOTEBOOK_INSTANCE_NAME };

/// Free text of a service, without control characters.
pub(crate) const PLAIN: TextRule =
    TextRule { what: "this text", longest: 2048, allows: |character| !character.is_control(), allowed: "visible ones" };

fn is_iam_name(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '+' | '=' | ',' | '.' | '@' | '_' | '-')
}

/// Returns what a text breaks of a rule.
pub(crate) fn broken(text: &str, rule: &TextRule) -> Option<Diagnostic> {
    let TextRule { what, longest, allows, allowed } = rule;
    let length = text.chars().count();
    if length == 0 {
        return Some(Diagnostic::error("empty-text", format!("{what} cannot be empty")));
    }
    if length > *longest {
        let message = format!("{what} has at most {longest} characters, and this has {length}");
        return Some(Diagnostic::error("too-long", message));
    }
    let wrong = text.chars().find(|character| !allows(*character))?;
    let message = format!("{what} cannot contain {wrong:?}");
    Some(Diagnostic::error("wrong-character", message).with_help(format!("allowed are {allowed}")))
}

/// Reads a text that keeps a rule.
pub(crate) fn text(node: &Node, rule: &TextRule, reporter: &Reporter<'_>) -> Option<String> {
    let text = reader::text(node, reporter)?;
    keeps(text, node, rule, reporter)
}

fn keeps(text: String, node: &Node, rule: &TextRule, reporter: &Reporter<'_>) -> Option<String> {
    match broken(&text, rule) {
        None => Some(text),
        Some(diagnostic) => {
            reporter.report(node.span, diagnostic);
            None
        }
    }
}

/// Reads a lifecycle configuration's name.
pub(crate) fn lifecycle_config_name(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    hyphenated_name(node, &LIFECYCLE_CONFIG_NAME, reporter)
}

/// Reads the `name` of a SageMaker resource, which is its id where none is given.
pub(crate) fn sagemaker_name(
    object: &mut ObjectReader<'_, '_>,
    declared: &Declared<'_>,
    rule: &TextRule,
) -> Option<String> {
    match object.node("name") {
        Some(node) if !matches!(node.value, Value::Null) => hyphenated_name(node, rule, object.reporter()),
        Some(_) | None => id_as_name(object, declared, rule),
    }
}

/// An id may have an underscore, which a name in SageMaker may not.
fn id_as_name(object: &ObjectReader<'_, '_>, declared: &Declared<'_>, rule: &TextRule) -> Option<String> {
    let name = declared.id;
    if let Some(diagnostic) = broken(name, rule) {
        let help = "give it another `name`; the id is the name where none is given";
        object.reporter().report(declared.span, diagnostic.with_help(help));
        return None;
    }
    if name.ends_with('-') {
        object.reporter().error(declared.span, "wrong-form", "the id is the name here, and a name cannot end with -");
        return None;
    }
    Some(name.to_owned())
}

fn hyphenated_name(node: &Node, rule: &TextRule, reporter: &Reporter<'_>) -> Option<String> {
    let name = text(node, rule, reporter)?;
    if name.starts_with('-') || name.ends_with('-') {
        reporter.error(node.span, "wrong-form", "the name cannot start or end with -");
        return None;
    }
    Some(name)
}

/// Reads an IAM path: `/` or `/…/`.
pub(crate) fn path(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    path_of(node, &PATH, reporter)
}

/// Reads a policy's path, which takes fewer characters than those of other IAM resources.
pub(crate) fn policy_path(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    path_of(node, &POLICY_PATH, reporter)
}

fn path_of(node: &Node, rule: &TextRule, reporter: &Reporter<'_>) -> Option<String> {
    let path = text(node, rule, reporter)?;
    if path.starts_with('/') && path.ends_with('/') && !path.contains("//") {
        return Some(path);
    }
    let meant =
        path.split('/').filter(|part| !part.is_empty()).fold("/".to_owned(), |path, part| format!("{path}{part}/"));
    let diagnostic = Diagnostic::error("wrong-form", "a path starts and ends with one /");
    reporter.report(node.span, diagnostic.with_help(format!("did you mean `{meant}`?")));
    None
}

/// Reads the ARN of an IAM resource of a type, such as `role`.
pub(crate) fn iam_arn(node: &Node, resource_type: &str, reporter: &Reporter<'_>) -> Option<String> {
    let text = reader::text(node, reporter)?;
    let example = format!("arn:aws:iam::111122223333:{resource_type}/NAME");
    let fits = |arn: &Arn| {
        let account = arn.account_id.len() == 12 && arn.account_id.bytes().all(|byte| byte.is_ascii_digit());
        let account = account || (arn.account_id == "aws" && resource_type == "policy");
        arn.service == "iam"
            && arn.region.is_empty()
            && account
            && arn.is_resource_type(resource_type)
            && !arn.name().is_empty()
    };
    if text.len() <= 2048 && text.parse::<Arn>().is_ok_and(|arn| fits(&arn)) {
        return Some(text);
    }
    let noun = resource_type.replace('-', " ");
    let article = if noun.starts_with('i') { "an" } else { "a" };
    let message = format!("expected the ARN of {article} {noun}, found \"{}\"", excerpt(&text));
    let diagnostic = Diagnostic::error("wrong-arn", message).with_help(format!("an example: {example}"));
    reporter.report(node.span, diagnostic);
    None
}
