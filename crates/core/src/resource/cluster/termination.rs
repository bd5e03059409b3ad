//! Why a cluster terminated, in words, and what to do about it.
//!
//! Source of the codes: <https://docs.databricks.com/api/workspace/clusters/get>, `termination_reason.code`; of what they
//! mean, <https://kb.databricks.com/clusters/termination-reasons>.

/// A code of the service, what it means, and what to do; nothing to do where the termination was wanted.
struct Reason {
    code: &'static str,
    meaning: &'static str,
    help: &'static str,
}

const fn reason(code: &'static str, meaning: &'static str, help: &'static str) -> Reason {
    Reason { code, meaning, help }
}

const PASS_ROLE: &str = "let the workspace's cross-account role pass the profile's role to EC2 (iam:PassRole), and check that the profile is in the workspace's account";
const LATER: &str = "start it again later, or with another node type or zone (`zone_id: auto`)";
const SCRIPT: &str = "read the script's log where `cluster_log_conf` puts it, and mend the script";
const NETWORK: &str =
    "check that the workspace's subnets reach the control plane: routes, security groups, endpoints, DNS";
const SUPPORT: &str = "start it again; if it happens again, ask Databricks' support with the cluster's id";

const REASONS: [Reason; 48] = [
    reason("USER_REQUEST", "somebody terminated it", ""),
    reason("INACTIVITY", "nobody used it for as long as `autotermination_minutes` says", ""),
    reason("JOB_FINISHED", "its job has finished", ""),
    reason("AWS_AUTHORIZATION_FAILURE", "AWS did not let the workspace launch its nodes", PASS_ROLE),
    reason("AWS_INSTANCE_PROFILE_UPDATE_FAILURE", "its nodes could not be given the instance profile", PASS_ROLE),
    reason("UPDATE_INSTANCE_PROFILE_FAILURE", "its nodes could not be given the instance profile", PASS_ROLE),
    reason("INSTANCE_PROFILE_NOT_FOUND", "the instance profile does not exist", "create it, or name another one"),
    reason(
        "INVALID_ARGUMENT",
        "a value of its spec is refused at the launch",
        "mend the value that the message names; an instance profile must be registered",
    ),
    reason(
        "CLOUD_PROVIDER_LAUNCH_FAILURE",
        "AWS refused to launch its nodes",
        "the message has AWS's own words; most often a quota, a permission or a subnet without addresses",
    ),
    reason("CLOUD_PROVIDER_RESOURCE_STOCKOUT", "AWS has no such instances at the moment", LATER),
    reason("CLOUD_PROVIDER_SHUTDOWN", "AWS took its nodes away", LATER),
    reason("AWS_INSUFFICIENT_INSTANCE_CAPACITY_FAILURE", "AWS has no such instances in the zone at the moment", LATER),
    reason(
        "AWS_INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET_FAILURE",
        "its subnet has no free addresses",
        "terminate what is not needed, or give the workspace larger subnets",
    ),
    reason(
        "AWS_MAX_SPOT_INSTANCE_COUNT_EXCEEDED_FAILURE",
        "the account's quota of spot instances is used up",
        "raise the quota of EC2 in Service Quotas, or set `availability: ON_DEMAND`",
    ),
    reason("AWS_REQUEST_LIMIT_EXCEEDED", "AWS throttled the launch", LATER),
    reason(
        "AWS_UNSUPPORTED_FAILURE",
        "AWS does not offer this combination in the zone",
        "choose another node type or zone",
    ),
    reason(
        "AWS_INACCESSIBLE_KMS_KEY_FAILURE",
        "the key of its disks cannot be used",
        "let the cross-account role use the KMS key",
    ),
    reason(
        "AWS_RESOURCE_QUOTA_EXCEEDED",
        "a quota of the AWS account is used up",
        "raise the quota that the message names in Service Quotas",
    ),
    reason("INSTANCE_UNREACHABLE", "its nodes could not be reached", NETWORK),
    reason("INSTANCE_POOL_CLUSTER_FAILURE", "the instance pool gave it no nodes", "look at the pool's own events"),
    reason("INSTANCE_POOL_NOT_FOUND", "the instance pool does not exist", "name another `instance_pool_id`"),
    reason("INSTANCE_POOL_MAX_CAPACITY_REACHED", "the instance pool is used up", "raise the pool's `max_capacity`"),
    reason("INIT_SCRIPT_FAILURE", "an init script failed", SCRIPT),
    reason(
        "GLOBAL_INIT_SCRIPT_FAILURE",
        "a global init script of the workspace failed",
        "ask a workspace administrator to mend it",
    ),
    reason("BOOTSTRAP_TIMEOUT", "its nodes were not ready in time", NETWORK),
    reason("BOOTSTRAP_TIMEOUT_CLOUD_PROVIDER_EXCEPTION", "its nodes were not ready in time", NETWORK),
    reason("NETWORK_CONFIGURATION_FAILURE", "the workspace's network keeps its nodes from the control plane", NETWORK),
    reason("NPIP_TUNNEL_SETUP_FAILURE", "the secure tunnel to the control plane could not be set up", NETWORK),
    reason("NPIP_TUNNEL_TOKEN_FAILURE", "the secure tunnel to the control plane could not be set up", NETWORK),
    reason("SECURITY_DAEMON_REGISTRATION_EXCEPTION", "its nodes could not register with the control plane", NETWORK),
    reason("SELF_BOOTSTRAP_FAILURE", "its nodes could not set themselves up", NETWORK),
    reason("STORAGE_DOWNLOAD_FAILURE", "its nodes could not download what they run", "check that the subnets reach S3"),
    reason("CONTAINER_LAUNCH_FAILURE", "its container could not be started", "check `docker_image`, if it has one"),
    reason(
        "DOCKER_IMAGE_PULL_FAILURE",
        "its image could not be pulled",
        "check the URL and the credentials of `docker_image`, and that the role may read the registry",
    ),
    reason(
        "INVALID_SPARK_IMAGE",
        "its runtime or image is not valid",
        "choose another `spark_version` or `docker_image`",
    ),
    reason("SPARK_IMAGE_NOT_FOUND", "its runtime does not exist any more", "choose another `spark_version`"),
    reason(
        "SPARK_IMAGE_DOWNLOAD_FAILURE",
        "its nodes could not download the runtime",
        "check that the subnets reach S3",
    ),
    reason("DRIVER_UNREACHABLE", "its driver could not be reached", "check the driver's memory and the init scripts"),
    reason(
        "DRIVER_UNRESPONSIVE",
        "its driver did not answer any more",
        "a larger `driver_node_type_id` helps, where memory ran out",
    ),
    reason("SPARK_ERROR", "Spark could not be started", "check `spark_conf`, and read the driver's log"),
    reason("SPARK_STARTUP_FAILURE", "Spark could not be started", "check `spark_conf`, and read the driver's log"),
    reason(
        "METASTORE_COMPONENT_UNHEALTHY",
        "its metastore could not be reached",
        "check the external metastore's address and credentials",
    ),
    reason(
        "DBFS_COMPONENT_UNHEALTHY",
        "DBFS could not be reached",
        "check that the subnets reach the workspace's bucket",
    ),
    reason("REQUEST_REJECTED", "the launch was refused for the rate of launches", LATER),
    reason("TRIAL_EXPIRED", "the workspace's trial has ended", "subscribe"),
    reason("COMMUNICATION_LOST", "the control plane lost sight of it", SUPPORT),
    reason("INTERNAL_ERROR", "Databricks failed", SUPPORT),
    reason("UNEXPECTED_LAUNCH_FAILURE", "it could not be launched, for a reason that is not told", SUPPORT),
];

/// Returns what a termination's code means and what to do about it, in words; nothing of a code that is not known here.
pub(super) fn explain(code: &str) -> Option<(&'static str, Option<&'static str>)> {
    let reason = REASONS.iter().find(|reason| reason.code == code)?;
    Some((reason.meaning, Some(reason.help).filter(|help| !help.is_empty())))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{REASONS, explain};

    #[test]
    fn every_code_is_explained_once_and_every_failure_says_what_to_do() {
        let codes: BTreeSet<_> = REASONS.iter().map(|reason| reason.code).collect();
        assert_eq!(codes.len(), REASONS.len());
        let wanted: Vec<_> =
            codes.into_iter().filter(|code| explain(code).is_none_or(|(_, help)| help.is_none())).collect();
        assert_eq!(wanted, ["INACTIVITY", "JOB_FINISHED", "USER_REQUEST"]);
        assert_eq!(explain("NO_SUCH_CODE"), None);
    }
}
