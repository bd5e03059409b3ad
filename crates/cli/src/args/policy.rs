//! `policy` and what may be typed behind it.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use iam_policy::DocumentType;

use super::values;

/// `policy`
#[derive(Debug, Subcommand)]
pub(crate) enum PolicyCommand {
    /// Compare two documents by meaning: exit code 0 for the same, 2 for another, 1 when a file is no policy
    Diff(PolicyDiff),
    /// Say what IAM would refuse of a document (exit code 1), and what is dangerous or useless in it
    Check(PolicyCheck),
    /// Decide one request by policies: allowed, denied explicitly, denied for want of an Allow, or unknown
    Simulate(PolicySimulate),
}

/// In which form an answer about policies is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// `policy diff`
#[derive(Debug, Args)]
pub(crate) struct PolicyDiff {
    /// A file with a policy; - is the standard input
    #[arg(value_name = "A")]
    pub(crate) before: PathBuf,
    /// Another one
    #[arg(value_name = "B")]
    pub(crate) after: PathBuf,
    /// The account that the policies are in, twelve digits: the words for its own principals say so
    #[arg(long, value_name = "ID", value_parser = values::account_id)]
    pub(crate) account_id: Option<String>,
    /// In which form to print
    #[arg(long, value_enum, default_value_t = PolicyFormat::Text)]
    pub(crate) format: PolicyFormat,
}

/// What a document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyType {
    /// A role's trust policy
    Trust,
    /// A policy within a role
    Inline,
    /// A policy of its own
    Managed,
}

impl From<PolicyType> for DocumentType {
    fn from(policy_type: PolicyType) -> Self {
        match policy_type {
            PolicyType::Trust => Self::Trust,
            PolicyType::Inline => Self::Inline,
            PolicyType::Managed => Self::Managed,
        }
    }
}

/// `policy check`
#[derive(Debug, Args)]
pub(crate) struct PolicyCheck {
    /// The files with the policies; - is the standard input
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// What the documents are for
    #[arg(long = "type", value_enum, default_value_t = PolicyType::Inline)]
    pub(crate) document_type: PolicyType,
    /// The account that the policies are in, twelve digits: whether a trust is in another account can be told then
    #[arg(long, value_name = "ID", value_parser = values::account_id)]
    pub(crate) account_id: Option<String>,
    /// In which form to print
    #[arg(long, value_enum, default_value_t = PolicyFormat::Text)]
    pub(crate) format: PolicyFormat,
}

/// `policy simulate`
#[derive(Debug, Args)]
#[command(after_long_help = "\
Answers `allowed`, `denied explicitly`, `denied for want of an Allow`, or `unknown` where it depends on condition keys that \
neither --context nor --absent gives, and by which statements. Every answer is a good end (exit code 0).

  reconcile policy simulate --policy role.json --action iam:PassRole \\
      --resource arn:aws:iam::111122223333:role/lab --context iam:PassedToService=ec2.amazonaws.com
  reconcile policy simulate --trust trust.json --principal ec2.amazonaws.com --action sts:AssumeRole")]
pub(crate) struct PolicySimulate {
    /// A file with a policy of whoever asks, or - for the standard input; may be repeated
    #[arg(long = "policy", value_name = "FILE", required_unless_present = "trust")]
    pub(crate) policies: Vec<PathBuf>,
    /// The file with the permissions boundary of whoever asks
    #[arg(long, value_name = "FILE", requires = "policies")]
    pub(crate) boundary: Option<PathBuf>,
    /// The file with the trust policy of the role that is asked for
    #[arg(long, value_name = "FILE", requires = "principal")]
    pub(crate) trust: Option<PathBuf>,
    /// Who asks: an ARN, or a service such as ec2.amazonaws.com
    #[arg(long, value_name = "PRINCIPAL", value_parser = values::principal)]
    pub(crate) principal: Option<String>,
    /// The action, such as iam:PassRole
    #[arg(long, value_name = "ACTION", value_parser = values::action)]
    pub(crate) action: String,
    /// The ARN that the action is about [default: none, which only * matches]
    #[arg(long, value_name = "ARN", value_parser = values::resource)]
    pub(crate) resource: Option<String>,
    /// A condition key that is known, such as iam:PassedToService=ec2.amazonaws.com; may be repeated, also for several values
    #[arg(long, value_name = "KEY=VALUE", value_parser = values::context)]
    pub(crate) context: Vec<(String, String)>,
    /// A condition key that the request is known not to have; may be repeated
    #[arg(long, value_name = "KEY", value_parser = values::condition_key)]
    pub(crate) absent: Vec<String>,
    /// The account of the role that --trust belongs to, twelve digits [default: that of --resource]
    #[arg(long, value_name = "ID", value_parser = values::account_id)]
    pub(crate) account_id: Option<String>,
    /// In which form to print
    #[arg(long, value_enum, default_value_t = PolicyFormat::Text)]
    pub(crate) format: PolicyFormat,
}
