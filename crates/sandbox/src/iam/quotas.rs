//! IAM's default quotas (IAM User Guide, "IAM and AWS STS quotas").

/// Characters of a trust policy, white space not counted.
pub(crate) const TRUST_SIZE: usize = 2048;
/// Characters of all inline policies of a role together, white space not counted.
pub(crate) const INLINE_SIZE: usize = 10_240;
/// Characters of a managed policy, white space not counted.
pub(crate) const MANAGED_SIZE: usize = 6144;
/// Managed policies attached to one role.
pub(crate) const ATTACHMENTS_PER_ROLE: usize = 10;
/// Versions that a managed policy keeps.
pub(crate) const VERSIONS_PER_POLICY: usize = 5;
/// Policy versions in the account.
pub(crate) const VERSIONS_IN_USE: usize = 10_000;
/// Roles in the account: AWS's default is 1000; this account has had it raised, so that large manifests can be tried.
pub(crate) const ROLES: usize = 20_000;
/// Customer-managed policies in the account: raised likewise from 1500.
pub(crate) const POLICIES: usize = 20_000;
/// Instance profiles in the account: raised likewise from 1000.
pub(crate) const INSTANCE_PROFILES: usize = 20_000;
