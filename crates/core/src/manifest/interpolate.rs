//! `${…}` in values and keys: variables, the AWS account, and names and ARNs of the manifest's resources.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};

use super::Declaration;
use super::diagnostic::{Diagnostic, Reporter, Span};
use super::nearest::{did_you_mean, listed};
use super::node::{Entry, Key, Node, Scalar, ScalarKind, Value, excerpt};
use super::template::{self, Piece};
use super::variables::Values;
use crate::id::{Address, AwsScope, Kind};

/// How many references may lead from one to the next.
const LONGEST_CHAIN: usize = 32;

/// For how many wrong references the nearest known one is searched: in a large manifest each search takes milliseconds, and
/// nobody reads thousands of them.
const SEARCHES: usize = 50;

/// What can be asked of a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Attribute {
    Name,
    Arn,
}

impl Attribute {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Arn => "arn",
        }
    }
}

type Question = (Address, Attribute);

/// Resolves texts. What cannot be resolved is reported once and becomes [`Value::Broken`].
pub(crate) struct Interpolator<'c> {
    reporter: &'c Reporter<'c>,
    variables: &'c Values,
    /// Nothing where the account is not known yet: in `providers`.
    scope: Option<&'c AwsScope>,
    resources: HashMap<&'c Address, &'c Node>,
    answers: RefCell<BTreeMap<Question, Option<String>>>,
    asking: RefCell<Vec<Question>>,
    searches: Cell<usize>,
}

impl<'c> Interpolator<'c> {
    /// Makes one that knows everything.
    pub(crate) fn new(
        reporter: &'c Reporter<'c>,
        variables: &'c Values,
        scope: &'c AwsScope,
        declarations: &'c [Declaration],
    ) -> Self {
        let resources = declarations.iter().map(|declaration| (&declaration.address, &declaration.node)).collect();
        Self { resources, scope: Some(scope), ..Self::of_variables(reporter, variables) }
    }

    /// Makes one that knows variables only.
    pub(crate) fn of_variables(reporter: &'c Reporter<'c>, variables: &'c Values) -> Self {
        Self {
            reporter,
            variables,
            scope: None,
            resources: HashMap::new(),
            answers: RefCell::default(),
            asking: RefCell::default(),
            searches: Cell::new(SEARCHES),
        }
    }

    /// Resolves all texts and keys of a tree of the manifest.
    pub(crate) fn tree(&self, node: &Node) -> Node {
        self.tree_of(self.reporter, node)
    }

    /// Resolves all texts and keys of a tree of another file, whose reporter is given.
    pub(crate) fn tree_of(&self, reporter: &Reporter<'_>, node: &Node) -> Node {
        let value = match &node.value {
            Value::Null => Value::Null,
            Value::Broken => Value::Broken,
            Value::Scalar(scalar) => self.scalar(reporter, scalar, node.span).map_or(Value::Broken, Value::Scalar),
            Value::List(items) => Value::List(items.iter().map(|item| self.tree_of(reporter, item)).collect()),
            Value::Map(entries) => Value::Map(self.entries(reporter, entries)),
        };
        Node { span: node.span, value }
    }

    fn entries(&self, reporter: &Reporter<'_>, entries: &[Entry]) -> Vec<Entry> {
        let mut resolved: Vec<Entry> = Vec::with_capacity(entries.len());
        let mut inserted = false;
        for entry in entries {
            let value = self.tree_of(reporter, &entry.value);
            if let Some((text, changed)) = self.text(reporter, &entry.key.text, entry.key.span) {
                inserted |= changed;
                resolved.push(Entry { key: Key { text, span: entry.key.span }, value });
            }
        }
        if inserted {
            drop_duplicates(reporter, &mut resolved);
        }
        resolved
    }

    fn scalar(&self, reporter: &Reporter<'_>, scalar: &Scalar, span: Span) -> Option<Scalar> {
        let (text, changed) = self.text(reporter, &scalar.text, span)?;
        Some(Scalar { text, kind: if changed { ScalarKind::Interpolated } else { scalar.kind } })
    }

    /// Resolves a text; returns also whether something was inserted.
    fn text(&self, reporter: &Reporter<'_>, text: &str, span: Span) -> Option<(String, bool)> {
        if !text.contains("${") {
            return Some((text.to_owned(), false));
        }
        let mut resolved = Some(String::with_capacity(text.len()));
        let mut changed = false;
        for piece in template::split(text) {
            let part = match piece {
                Piece::Text(text) => Some(text.to_owned()),
                Piece::Reference(reference, _) => {
                    changed = true;
                    self.reference(reporter, reference, span)
                }
                Piece::Unclosed(_) => {
                    let diagnostic = Diagnostic::error("unclosed-reference", "a `${` without its `}`");
                    reporter.report(span, diagnostic.with_help("write `$${` for a literal `${`"));
                    None
                }
            };
            resolved = resolved.zip(part).map(|(resolved, part)| resolved + &part);
        }
        resolved.map(|resolved| (resolved, changed))
    }

    fn reference(&self, reporter: &Reporter<'_>, reference: &str, span: Span) -> Option<String> {
        let parts: Vec<_> = reference.split('.').collect();
        match *parts.as_slice() {
            ["var", name] if self.variables.contains_key(name) => self.variables.get(name).cloned().flatten(),
            ["aws", part] => self.account(part).or_else(|| self.unknown(reporter, reference, span)),
            [section, key, id, attribute] => {
                let known = Kind::of_section(section, key).map(|kind| Address::new(kind, id));
                let known = known.filter(|address| self.resources.contains_key(address));
                match (known, attribute) {
                    (Some(address), "name") => self.ask(reporter, (address, Attribute::Name), span),
                    (Some(address), "arn") => self.ask(reporter, (address, Attribute::Arn), span),
                    (Some(_) | None, _) => self.unknown(reporter, reference, span),
                }
            }
            _ => self.unknown(reporter, reference, span),
        }
    }

    fn account(&self, part: &str) -> Option<String> {
        let AwsScope { account_id, partition, region } = self.scope?;
        match part {
            "account_id" => Some(account_id.clone()),
            "partition" => Some(partition.clone()),
            "region" => Some(region.clone()),
            _ => None,
        }
    }

    fn unknown(&self, reporter: &Reporter<'_>, reference: &str, span: Span) -> Option<String> {
        let (code, message) = if self.scope.is_none() && !reference.starts_with("var.") {
            ("unknown-reference", format!("`${{{}}}` is not known here: only ${{var.NAME}} is", excerpt(reference)))
        } else {
            ("unknown-reference", format!("`${{{}}}` refers to nothing in this manifest", excerpt(reference)))
        };
        let help = self.nearest(reference).unwrap_or_else(|| self.what_is_known());
        let diagnostic = Diagnostic::error(code, message).with_help(help);
        reporter.report(span, diagnostic.with_help("write `$${` for a literal `${`"));
        None
    }

    fn nearest(&self, reference: &str) -> Option<String> {
        let left = self.searches.get().checked_sub(1)?;
        self.searches.set(left);
        did_you_mean(reference, self.known_references().iter().map(String::as_str))
    }

    fn known_references(&self) -> Vec<String> {
        let mut known: Vec<_> = self.variables.keys().map(|name| format!("var.{name}")).collect();
        if self.scope.is_some() {
            known.extend(["account_id", "region", "partition"].map(|part| format!("aws.{part}")));
        }
        let mut addresses: Vec<_> = self.resources.keys().copied().collect();
        addresses.sort();
        known.extend(addresses.into_iter().flat_map(|address| [format!("{address}.name"), format!("{address}.arn")]));
        known
    }

    fn what_is_known(&self) -> String {
        let variables = listed(self.variables.keys().map(String::as_str));
        let variables = if variables.is_empty() {
            "no variables are declared".to_owned()
        } else {
            format!("the variables are {variables}")
        };
        if self.scope.is_some() {
            format!(
                "known are var.NAME, aws.account_id, aws.region, aws.partition, and .name and .arn of a resource such as iam.roles.ID; {variables}"
            )
        } else {
            variables
        }
    }

    /// Answers a question about a resource, from its own fields and no matter whether the rest of it is right.
    fn ask(&self, reporter: &Reporter<'_>, question: Question, span: Span) -> Option<String> {
        if let Some(answer) = self.answers.borrow().get(&question) {
            return answer.clone();
        }
        if let Err(diagnostic) = self.check_chain(&question) {
            reporter.report(span, diagnostic);
            // The whole circle has no answers; it is reported only here.
            let mut answers = self.answers.borrow_mut();
            answers.extend(self.asking.borrow().iter().map(|question| (question.clone(), None)));
            return None;
        }
        let node = *self.resources.get(&question.0)?;
        self.asking.borrow_mut().push(question.clone());
        let answer = match question.1 {
            Attribute::Name => self.name_of(&question.0, node),
            Attribute::Arn => self.arn_of(reporter, &question.0, node, span),
        };
        self.asking.borrow_mut().pop();
        self.answers.borrow_mut().entry(question).or_insert(answer).clone()
    }

    fn check_chain(&self, question: &Question) -> Result<(), Diagnostic> {
        let asking = self.asking.borrow();
        let written = |(address, attribute): &Question| format!("{address}.{}", attribute.as_str());
        if let Some(from) = asking.iter().position(|asked| asked == question) {
            let circle = asking.get(from..).unwrap_or_default().iter().chain([question]).map(written);
            let message = format!("`${{{}}}` leads back to itself", written(question));
            let help = circle.collect::<Vec<_>>().join(" → ");
            return Err(Diagnostic::error("circular-reference", message).with_help(help));
        }
        if asking.len() >= LONGEST_CHAIN {
            let message = format!("more than {LONGEST_CHAIN} references lead from one to the next");
            return Err(Diagnostic::error("circular-reference", message));
        }
        Ok(())
    }

    fn name_of(&self, address: &Address, node: &Node) -> Option<String> {
        match address.kind() {
            Kind::IamPolicy
            | Kind::IamRole
            | Kind::IamInstanceProfile
            | Kind::SagemakerLifecycleConfig
            | Kind::SagemakerNotebookInstance
            | Kind::DatabricksCluster => self.field(node, "name", address.id()),
            Kind::DatabricksInstanceProfile => self.required(node, "instance_profile_arn"),
            Kind::DatabricksNotebook => {
                let path = self.required(node, "path")?;
                Some(crate::resource::notebook::without_workspace_prefix(&path).to_owned())
            }
        }
    }

    fn arn_of(&self, reporter: &Reporter<'_>, address: &Address, node: &Node, span: Span) -> Option<String> {
        let scope = self.scope?;
        let name = || self.ask(reporter, (address.clone(), Attribute::Name), span);
        match address.kind() {
            Kind::IamPolicy => Some(scope.policy_arn(&self.field(node, "path", "/")?, &name()?)),
            Kind::IamRole => Some(scope.role_arn(&self.field(node, "path", "/")?, &name()?)),
            Kind::IamInstanceProfile => Some(scope.instance_profile_arn(&self.field(node, "path", "/")?, &name()?)),
            Kind::SagemakerLifecycleConfig => Some(scope.lifecycle_config_arn(&name()?)),
            Kind::SagemakerNotebookInstance => Some(scope.notebook_instance_arn(&name()?)),
            Kind::DatabricksInstanceProfile => name(),
            Kind::DatabricksCluster | Kind::DatabricksNotebook => {
                let message = format!("a {} has no ARN", address.kind().noun());
                let help = format!("`${{{address}.name}}` is its name");
                reporter.report(span, Diagnostic::error("no-arn", message).with_help(help));
                None
            }
        }
    }

    /// Returns a field's text, or the default where it is absent or null; nothing where the resource reports it itself.
    fn field(&self, node: &Node, field: &str, default: &str) -> Option<String> {
        let Some(field) = node.get(field) else { return Some(default.to_owned()) };
        match &field.value {
            Value::Null => Some(default.to_owned()),
            Value::Scalar(scalar) => self.text(self.reporter, &scalar.text, field.span).map(|(text, _)| text),
            Value::Broken | Value::List(_) | Value::Map(_) => None,
        }
    }

    fn required(&self, node: &Node, field: &str) -> Option<String> {
        match &node.get(field)?.value {
            Value::Scalar(_) => self.field(node, field, ""),
            Value::Null | Value::Broken | Value::List(_) | Value::Map(_) => None,
        }
    }
}

/// Reports keys that are the same once their references are resolved.
fn drop_duplicates(reporter: &Reporter<'_>, entries: &mut Vec<Entry>) {
    let mut places: HashMap<String, Span> = HashMap::with_capacity(entries.len());
    entries.retain(|Entry { key, value: _ }| {
        let Some(first) = places.get(&key.text) else {
            places.insert(key.text.clone(), key.span);
            return true;
        };
        let message = format!("the key `{}` is there twice once its references are resolved", excerpt(&key.text));
        let diagnostic = Diagnostic::error("duplicate-key", message);
        reporter.report(key.span, diagnostic.with_label(reporter.place(*first), "the first one is here"));
        false
    });
}
