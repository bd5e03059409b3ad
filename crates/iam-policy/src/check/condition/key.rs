//! Condition keys that no request has.

use super::super::{Code, Report};
use crate::distance::distance;
use crate::error::excerpt;

/// The keys of `aws:` (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>), and those of
/// `iam:` and `sts:` in the Service Authorization Reference. A `/` at the end is followed by the key of a tag.
#[rustfmt::skip]
const KEYS: [(&str, &[&str]); 3] = [
    ("aws", &[
        "AssumedRoot", "CalledVia", "CalledViaAWSMCP", "CalledViaFirst", "CalledViaLast", "ChatbotSourceArn", "CurrentTime",
        "Ec2InstanceSourcePrivateIPv4", "Ec2InstanceSourceVpc", "EpochTime", "FederatedProvider", "IsMcpServiceAction",
        "MultiFactorAuthAge", "MultiFactorAuthPresent", "PrincipalAccount", "PrincipalArn", "PrincipalIsAWSService",
        "PrincipalOrgID", "PrincipalOrgPaths", "PrincipalServiceName", "PrincipalServiceNamesList", "PrincipalTag/",
        "PrincipalType", "referer", "RequestedRegion", "RequestTag/", "ResourceAccount", "ResourceOrgID",
        "ResourceOrgPaths", "ResourceTag/", "SecureTransport", "SignInSessionArn", "SourceAccount", "SourceArn",
        "SourceIdentity", "SourceInstanceARN", "SourceIp", "SourceOrgID", "SourceOrgPaths", "SourceVpc", "SourceVpcArn",
        "SourceVpce", "TagKeys", "TokenIssueTime", "UserAgent", "userid", "username", "ViaAWSMCPService", "ViaAWSService",
        "VpceAccount", "VpceOrgID", "VpceOrgPaths", "VpcSourceIp",
    ]),
    ("iam", &[
        "AssociatedResourceArn", "AWSServiceName", "DelegationDuration", "DelegationRequestOwner", "FIDO-certification",
        "FIDO-FIPS-140-2-certification", "FIDO-FIPS-140-3-certification", "NotificationChannel", "OrganizationsPolicyId",
        "PassedToService", "PermissionsBoundary", "PolicyARN", "RegisterSecurityKey", "ResourceTag/", "RoleTemplateARN",
        "ServiceSpecificCredentialAgeDays", "ServiceSpecificCredentialServiceName", "TemplateArn",
    ]),
    ("sts", &[
        "AWSServiceName", "DurationSeconds", "ExternalId", "IdentityTokenAudience", "RequestContext/",
        "RequestContextProviders", "RoleAuthorizedByIdp", "RoleSessionName", "SigningAlgorithm", "SourceIdentity",
        "TaskPolicyArn", "TransitiveTagKeys",
    ]),
];

/// One letter more or less in a shorter name may be another one.
const SHORTEST_GUESSED: usize = 6;

/// The most letters by which a name may be off.
const FARTHEST: usize = 2;

/// A key without a service's prefix, one that lacks the key of its tag, and one that is close to one that exists. One that is
/// close to none may be new.
pub(super) fn check(place: &str, key: &str, report: &mut Report) {
    let message = format!("no request has the condition key {:?}", excerpt(key));
    let Some((prefix, name)) = key.split_once(':') else {
        let known = KEYS.iter().flat_map(|(prefix, names)| names.iter().map(move |name| (*prefix, *name)));
        let meant = known.into_iter().find(|(_, name)| name.eq_ignore_ascii_case(key));
        let help = meant.map_or_else(
            || "a key starts with the prefix of a service, or with aws:".to_owned(),
            |(prefix, name)| format!("did you mean {prefix}:{name}?"),
        );
        report.add(Code::ConditionKey, place, message, help);
        return;
    };
    let Some((prefix, names)) = KEYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(prefix)) else { return };
    let (name, tag) = name.split_once('/').map_or((name, None), |(name, tag)| (name, Some(tag)));
    let lacks_tag = tag.is_none_or(str::is_empty);
    match names.iter().find(|known| known.trim_end_matches('/').eq_ignore_ascii_case(name)) {
        Some(known) if known.ends_with('/') && lacks_tag => {
            report.add(Code::ConditionKey, place, message, format!("name the tag, as in {prefix}:{known}team"));
        }
        Some(_) => {}
        None => {
            if let Some(near) = nearest(name, names) {
                let rest = tag.filter(|_| near.ends_with('/')).unwrap_or_default();
                report.add(Code::ConditionKey, place, message, format!("did you mean {prefix}:{near}{rest}?"));
            }
        }
    }
}

fn nearest(name: &str, names: &[&'static str]) -> Option<&'static str> {
    if name.len() < SHORTEST_GUESSED {
        return None;
    }
    let folded = name.to_ascii_lowercase();
    let distances = names.iter().filter_map(|known| {
        let wanted = known.trim_end_matches('/').to_ascii_lowercase();
        Some((distance(&folded, &wanted, FARTHEST)?, *known))
    });
    distances.min().map(|(_, known)| known)
}
