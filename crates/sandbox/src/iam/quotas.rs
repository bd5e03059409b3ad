//! The quotas of IAM that no account has raised (IAM User Guide, "IAM and AWS STS quotas"); the others are
//! [`crate::Quotas`].

/// Characters of all inline policies of a role together, white space not counted.
pub(crate) const INLINE_SIZE: usize = 10_240;
/// Characters of a managed policy, white space not counted.
pub(crate) const MANAGED_SIZE: usize = 6144;
/// Versions that a managed policy keeps.
pub(crate) const VERSIONS_PER_POLICY: usize = 5;
