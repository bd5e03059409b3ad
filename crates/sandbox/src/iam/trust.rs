//! Trust policies: the principals that they may name, and what IAM makes of them when it stores them.

use iam_policy::Scope;
use serde_json::{Map, Value};

use crate::config::Edge;
use crate::iam::account::Account;
use crate::iam::documents::{self, Purpose};
use crate::iam::error::IamError;
use crate::iam::state::State;

/// Checks a trust policy and gives the text that IAM stores: it keeps a document as sent, but turns account ids into root
/// ARNs and orders lists of principals (terraform-provider-aws #30870, #22274, #11801).
pub(crate) fn stored(account: &Account<'_>, member: &str, text: &str) -> Result<String, IamError> {
    let mut value = documents::check(member, text, Purpose::Trust, &account.scope())?;
    if documents::size(text) > account.settings.quotas.trust_policy_size {
        return Err(IamError::limit_exceeded(format!(
            "Cannot exceed quota for ACLSizePerRole: {}",
            account.settings.quotas.trust_policy_size
        )));
    }
    let mut changed = false;
    for statement in statements_mut(&mut value) {
        for element in ["Principal", "NotPrincipal"] {
            if let Some(principal) = statement.get_mut(element) {
                check_principal(account, principal)?;
                changed |= normalise(account, principal);
            }
        }
    }
    Ok(if changed { value.to_string() } else { text.to_owned() })
}

/// After a role is gone, a trust policy that named it names its unique id instead, for good.
pub(crate) fn forget(state: &mut State, arn: &str, id: &str) {
    let (from, to) = (Value::from(arn).to_string(), Value::from(id).to_string());
    for role in state.roles.values_mut() {
        role.trust.text = role.trust.text.replace(&from, &to);
    }
}

impl Account<'_> {
    /// The scope in which this account's documents are read.
    pub(crate) fn scope(&self) -> Scope {
        Scope { partition: self.settings.partition.clone(), account_id: self.settings.account_id.clone() }
    }

    fn knows_principal(&self, principal: &str) -> bool {
        if principal == "*" || is_account_id(principal) {
            return true;
        }
        if ["AROA", "AIDA"].iter().any(|prefix| principal.starts_with(prefix)) {
            return self.state.roles.values().any(|role| role.id == principal);
        }
        let parts: Vec<&str> = principal.splitn(6, ':').collect();
        let ["arn", partition, service @ ("iam" | "sts"), "", account, name] = parts.as_slice() else {
            return false;
        };
        if *partition != self.settings.partition || !is_account_id(account) {
            return false;
        }
        if *account != self.settings.account_id || *name == "root" || *service == "sts" {
            return true;
        }
        match name.split('/').next() {
            Some("user") => *name == "user/sandbox",
            Some("role") => self.state.role_by_arn(principal).is_some_and(|role| {
                // A principal that was just made is not yet known everywhere (terraform-provider-aws #1388).
                self.has_propagated(Edge::Principal, principal, role.created_at)
            }),
            _ => false,
        }
    }
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn statements_mut(document: &mut Value) -> Vec<&mut Map<String, Value>> {
    match document.get_mut("Statement") {
        Some(Value::Object(statement)) => vec![statement],
        Some(Value::Array(statements)) => statements.iter_mut().filter_map(Value::as_object_mut).collect(),
        _ => Vec::new(),
    }
}

fn check_principal(account: &Account<'_>, principal: &Value) -> Result<(), IamError> {
    let invalid = |kind: &str, name: &str| {
        IamError::malformed_document(format!("Invalid principal in policy: \"{kind}\":\"{name}\""))
    };
    let kinds = match principal {
        Value::String(text) if text == "*" => return Ok(()),
        Value::Object(kinds) if !kinds.is_empty() => kinds,
        _ => return Err(IamError::malformed_document("Invalid principal in policy")),
    };
    for (kind, names) in kinds {
        let names = documents::texts(names).ok_or_else(|| invalid(kind, ""))?;
        for name in names {
            let known = match kind.as_str() {
                "AWS" => account.knows_principal(name),
                "Service" => name.contains(".amazonaws.com") || name.ends_with(".amazonaws.eu"),
                "Federated" | "CanonicalUser" => !name.is_empty(),
                _ => false,
            };
            if !known {
                let kind = if kind == "Service" { "SERVICE" } else { kind };
                return Err(invalid(kind, name));
            }
        }
    }
    Ok(())
}

/// Turns account ids into root ARNs and orders lists; says whether that changed anything.
fn normalise(account: &Account<'_>, principal: &mut Value) -> bool {
    let before = principal.clone();
    let Value::Object(kinds) = principal else {
        return false;
    };
    for (kind, names) in kinds.iter_mut() {
        let root = |name: &mut Value| {
            if kind == "AWS"
                && let Some(text) = name.as_str()
                && is_account_id(text)
            {
                *name = Value::from(format!("arn:{}:iam::{text}:root", account.settings.partition));
            }
        };
        match names {
            Value::Array(names) => {
                names.iter_mut().for_each(root);
                names.sort_by(|left, right| left.as_str().cmp(&right.as_str()));
            }
            single => root(single),
        }
    }
    *principal != before
}
