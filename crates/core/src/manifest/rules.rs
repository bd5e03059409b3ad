//! What the services allow in names and texts, from IAM's and SageMaker's service models.

use super::diagnostic::{Diagnostic, Reporter};
use super::node::{Node, excerpt};
use super::reader;
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

/// `NotebookInstanceName` and `NotebookInstanceLifecycleConfigName`, as far as characters go
pub(crate) const NOTEBOOK_INSTANCE_NAME: TextRule = TextRule {
    what: "a notebook instance name",
    longest: 63,
    allows: |character| character.is_ascii_alphanumeric() || character == '-',
    allowed: "letters, digits and -",
};

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

/// Reads a SageMaker notebook instance's name.
pub(crate) fn notebook_instance_name(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    let name = text(node, &NOTEBOOK_INSTANCE_NAME, reporter)?;
    if name.starts_with('-') || name.ends_with('-') {
        reporter.error(node.span, "wrong-form", "the name cannot start or end with -");
        return None;
    }
    Some(name)
}

/// Reads an IAM path: `/` or `/…/`.
pub(crate) fn path(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    let path = text(node, &PATH, reporter)?;
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
