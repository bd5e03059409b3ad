//! `providers`: which account and which workspace are meant.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::Document;
use super::diagnostic::{Diagnostic, Diagnostics, Place, Reporter};
use super::interpolate::Interpolator;
use super::node::{Node, Value, excerpt};
use super::reader::{self, ObjectReader};
use super::rules;
use super::variables::Values;
use crate::id::AwsScope;

/// What a manifest says about AWS; what it leaves open is left to the SDK's own chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AwsSettings {
    /// `us-east-1`
    pub region: Option<String>,
    /// The account that the caller has to be in: twelve digits.
    pub account_id: Option<String>,
    /// A profile of the shared configuration.
    pub profile: Option<String>,
    /// The role to assume.
    pub assume_role_arn: Option<String>,
}

/// What a manifest says about Databricks; what it leaves open is left to the unified authentication's own chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatabricksSettings {
    /// The workspace's address.
    pub host: Option<String>,
    /// A profile of `.databrickscfg`.
    pub profile: Option<String>,
}

/// What a manifest says about its clouds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderSettings {
    /// `providers.aws`
    pub aws: AwsSettings,
    /// `providers.databricks`
    pub databricks: DatabricksSettings,
    /// Where the fields stand (`aws.account_id`), for what is found wrong with them later.
    pub places: BTreeMap<String, Place>,
}

impl ProviderSettings {
    /// Returns the account, as far as it is said; the rest is that of AWS's documentation.
    pub(super) fn stand_in_scope(&self) -> AwsScope {
        let region = self.aws.region.clone().unwrap_or_else(|| "us-east-1".to_owned());
        let partition = match region.split_once('-') {
            Some(("cn", _)) => "aws-cn",
            Some(("us", rest)) if rest.starts_with("gov-") => "aws-us-gov",
            Some(_) | None => "aws",
        };
        let account_id = self.aws.account_id.clone().unwrap_or_else(|| "111122223333".to_owned());
        AwsScope { account_id, partition: partition.to_owned(), region }
    }
}

impl Document {
    /// Returns what `providers` says, from these values of variables. Only `${var.…}` can be used there.
    pub fn providers(&self, variables: &BTreeMap<String, String>) -> Result<ProviderSettings, Diagnostics> {
        let found = RefCell::default();
        let reporter = Reporter::new(Arc::clone(&self.file), &found);
        let mut missing = Diagnostics::default();
        let values = self.variables.values(variables, &reporter, &mut missing);
        let settings = self.read_providers(&values, &reporter);
        let mut found = found.into_inner();
        found.extend(missing);
        found.into_result(settings).map(|(settings, _)| settings)
    }

    pub(super) fn read_providers(&self, values: &Values, reporter: &Reporter<'_>) -> ProviderSettings {
        let mut settings = ProviderSettings::default();
        let Some(node) = &self.providers else { return settings };
        let node = Interpolator::of_variables(reporter, values).tree(node);
        let Some(mut object) = ObjectReader::open(&node, node.span, "`providers`", reporter) else { return settings };
        if let Some(aws) = object.node("aws") {
            settings.aws = read_aws(aws, reporter);
            settings.places.extend(places("aws", aws, reporter));
        }
        if let Some(databricks) = object.node("databricks") {
            settings.databricks = read_databricks(databricks, reporter);
            settings.places.extend(places("databricks", databricks, reporter));
        }
        object.finish();
        settings
    }
}

fn places(provider: &str, node: &Node, reporter: &Reporter<'_>) -> Vec<(String, Place)> {
    let place =
        |entry: &super::node::Entry| (format!("{provider}.{}", entry.key.text), reporter.place(entry.value.span));
    node.entries().iter().map(place).collect()
}

fn read_aws(node: &Node, reporter: &Reporter<'_>) -> AwsSettings {
    let Some(mut object) = ObjectReader::open(node, node.span, "`providers.aws`", reporter) else {
        return AwsSettings::default();
    };
    object.elsewhere("account", "the field is `account_id`");
    let settings = AwsSettings {
        region: object.field("region", region).value().cloned(),
        account_id: object.field("account_id", account_id).value().cloned(),
        profile: object.field("profile", reader::filled_text).value().cloned(),
        assume_role_arn: object
            .field("assume_role_arn", |node, reporter| rules::iam_arn(node, "role", reporter))
            .value()
            .cloned(),
    };
    object.finish();
    settings
}

fn read_databricks(node: &Node, reporter: &Reporter<'_>) -> DatabricksSettings {
    let Some(mut object) = ObjectReader::open(node, node.span, "`providers.databricks`", reporter) else {
        return DatabricksSettings::default();
    };
    object.elsewhere("token", "a token never stands in a manifest: use DATABRICKS_TOKEN or a profile");
    let settings = DatabricksSettings {
        host: object.field("host", host).value().cloned(),
        profile: object.field("profile", reader::filled_text).value().cloned(),
    };
    object.finish();
    settings
}

fn region(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    let text = reader::text(node, reporter)?;
    let parts: Vec<_> = text.split('-').collect();
    let number = parts.last().is_some_and(|last| !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()));
    let words =
        parts.iter().rev().skip(1).all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    if parts.len() >= 3 && number && words {
        return Some(text);
    }
    let message = format!("expected a region such as us-east-1, found \"{}\"", excerpt(&text));
    reporter.error(node.span, "wrong-form", message);
    None
}

fn account_id(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    let text = reader::text(node, reporter)?;
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text);
    }
    let message = format!("an account id has twelve digits, found \"{}\"", excerpt(&text));
    reporter.report(node.span, Diagnostic::error("wrong-form", message).with_help("an example: \"012345678901\""));
    None
}

fn host(node: &Node, reporter: &Reporter<'_>) -> Option<String> {
    let text = reader::filled_text(node, reporter)?;
    if !text.contains(char::is_whitespace) && !matches!(node.value, Value::Null) {
        return Some(text);
    }
    reporter.error(
        node.span,
        "wrong-form",
        "expected a workspace's address, such as https://dbc-a1b2345c-d6e7.cloud.databricks.com",
    );
    None
}
