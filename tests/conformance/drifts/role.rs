use reconcile_core::field::Field;
use reconcile_core::resource::Role;
use serde_json::Value;

use super::{Act, Drift, Subject, foreign_document, foreign_trust, iam, iam_with_tags, keys, text};
use crate::world;

const OTHER_POLICY: &str = "arn:aws:iam::aws:policy/ReadOnlyAccess";

pub(super) fn of(subject: &Subject<'_>, desired: &Role, path: &str) -> Option<Vec<Drift>> {
    let iam = |action: &'static str, parameters: &[(&str, &str)]| {
        super::iam(action, &[&[("RoleName", subject.name())], parameters].concat())
    };
    let settings = |description: &str, seconds: u32| {
        iam("UpdateRole", &[("Description", description), ("MaxSessionDuration", &seconds.to_string())])
    };
    let description = desired.description.value().map_or("", String::as_str);
    let seconds = desired.max_session_duration.value().copied().unwrap_or(3600);
    Some(match path {
        "path" => moved(subject),
        "description" => {
            vec![subject.drift(path, "is another", vec![settings("by hand", seconds)], &["iam:UpdateRole"])]
        }
        "max_session_duration" => {
            vec![subject.drift(path, "is another", vec![settings(description, seconds + 3600)], &["iam:UpdateRole"])]
        }
        "permissions_boundary" => boundary(subject, desired, path, iam),
        "trust_policy" => {
            let act = iam("UpdateAssumeRolePolicy", &[("PolicyDocument", &foreign_trust())]);
            vec![subject.drift(path, "trusts another", vec![act], &["iam:UpdateAssumeRolePolicy"])]
        }
        "managed_policies" => managed(subject, desired, path, iam),
        _ if path.starts_with("inline_policies") => inline(subject, desired, path, iam),
        _ if path.starts_with("tags.") => subject.tags(
            path,
            |key, value| iam("TagRole", &[("Tags.member.1.Key", key), ("Tags.member.1.Value", value)]),
            |key| iam("UntagRole", &[("TagKeys.member.1", key)]),
            "iam:TagRole",
        ),
        _ => return None,
    })
}

fn boundary(
    subject: &Subject<'_>,
    desired: &Role,
    path: &str,
    iam: impl Fn(&'static str, &[(&str, &str)]) -> Act,
) -> Vec<Drift> {
    let put = iam("PutRolePermissionsBoundary", &[("PermissionsBoundary", OTHER_POLICY)]);
    if desired.permissions_boundary == Field::Null {
        return vec![subject.drift(path, "is set", vec![put], &["iam:DeleteRolePermissionsBoundary"])];
    }
    let gone = iam("DeleteRolePermissionsBoundary", &[]);
    vec![
        subject.drift(path, "is another", vec![put], &["iam:PutRolePermissionsBoundary"]),
        subject.drift(path, "is taken away", vec![gone], &["iam:PutRolePermissionsBoundary"]),
    ]
}

fn managed(
    subject: &Subject<'_>,
    desired: &Role,
    path: &str,
    iam: impl Fn(&'static str, &[(&str, &str)]) -> Act,
) -> Vec<Drift> {
    let attach = || iam("AttachRolePolicy", &[("PolicyArn", OTHER_POLICY)]);
    let mut drifts = vec![subject.drift(path, "has one more", vec![attach()], &["iam:DetachRolePolicy"])];
    for arn in desired.managed_policies.value().into_iter().flatten() {
        let detach = || iam("DetachRolePolicy", &[("PolicyArn", arn)]);
        drifts.push(subject.drift(path, "has one less", vec![detach()], &["iam:AttachRolePolicy"]));
        let both = vec![attach(), detach()];
        drifts.push(subject.drift(path, "has another", both, &["iam:AttachRolePolicy", "iam:DetachRolePolicy"]));
    }
    drifts
}

fn inline(
    subject: &Subject<'_>,
    desired: &Role,
    path: &str,
    iam: impl Fn(&'static str, &[(&str, &str)]) -> Act,
) -> Vec<Drift> {
    let put = |name: &str| iam("PutRolePolicy", &[("PolicyName", name), ("PolicyDocument", &foreign_document())]);
    let mut drifts = Vec::new();
    if !desired.existing {
        // Whoever lists some inline policies wants no others.
        let by_hand =
            subject.drift("inline_policies.by-hand", "is put", vec![put("by-hand")], &["iam:DeleteRolePolicy"]);
        drifts.push(by_hand);
    }
    let Some((_, name)) = path.split_once('.') else { return drifts };
    let document = desired.inline_policies.value().and_then(|listed| listed.get(name)).and_then(Option::as_ref);
    if document.is_none() {
        drifts.push(subject.drift(path, "is put", vec![put(name)], &["iam:DeleteRolePolicy"]));
        return drifts;
    }
    let gone = iam("DeleteRolePolicy", &[("PolicyName", name)]);
    drifts.push(subject.drift(path, "allows something else", vec![put(name)], &["iam:PutRolePolicy"]));
    drifts.push(subject.drift(path, "goes", vec![gone], &["iam:PutRolePolicy"]));
    drifts
}

/// Somebody has made the role anew, with all that it had, under another path.
fn moved(subject: &Subject<'_>) -> Vec<Drift> {
    let live = subject.live();
    let count = |list: &str| keys(&live, list).len();
    let world = world::plain(subject.world);
    let all = world.pointer("/iam/instance_profiles").and_then(Value::as_object).into_iter().flatten();
    let with_it = all
        .filter(|(_, profile)| profile["roles"].as_array().is_some_and(|roles| roles.contains(&subject.name().into())));
    let profiles: Vec<_> = with_it.map(|(_, profile)| text(profile, "name").to_owned()).collect();
    let held_by = profiles.len();
    let calls: Vec<&str> = std::iter::repeat_n("iam:RemoveRoleFromInstanceProfile", held_by)
        .chain(std::iter::repeat_n("iam:DetachRolePolicy", count("attached")))
        .chain(std::iter::repeat_n("iam:DeleteRolePolicy", count("inline")))
        .chain(["iam:DeleteRole", "iam:CreateRole"])
        .chain(std::iter::repeat_n("iam:AttachRolePolicy", count("attached")))
        .chain(std::iter::repeat_n("iam:PutRolePolicy", count("inline")))
        .chain(std::iter::repeat_n("iam:AddRoleToInstanceProfile", held_by))
        .collect();
    vec![subject.drift("path", "is another", made_anew(subject, &profiles), &calls)]
}

/// Takes everything off the role, deletes it, and makes it again as it was, under another path.
fn made_anew(subject: &Subject<'_>, profiles: &[String]) -> Vec<Act> {
    let (live, role) = (subject.live(), ("RoleName", subject.name()));
    let in_profiles = |action: &'static str| {
        profiles.iter().map(move |profile| iam(action, &[("InstanceProfileName", profile), role])).collect::<Vec<_>>()
    };
    let (attached, inline) = (keys(&live, "attached"), keys(&live, "inline"));
    let seconds = match &live["max_session_duration"] {
        Value::String(seconds) => seconds.clone(),
        seconds => seconds.to_string(),
    };
    let mut creation = vec![role, ("Path", "/moved/"), ("MaxSessionDuration", &seconds)];
    creation.push(("AssumeRolePolicyDocument", text(&live["trust"], "text")));
    let optional = [("Description", "description"), ("PermissionsBoundary", "permissions_boundary")];
    creation.extend(
        optional.map(|(name, field)| (name, text(&live, field))).into_iter().filter(|(_, text)| !text.is_empty()),
    );
    let mut acts = in_profiles("RemoveRoleFromInstanceProfile");
    acts.extend(attached.iter().map(|arn| iam("DetachRolePolicy", &[role, ("PolicyArn", arn)])));
    acts.extend(inline.iter().map(|name| iam("DeleteRolePolicy", &[role, ("PolicyName", name)])));
    acts.push(iam("DeleteRole", &[role]));
    acts.push(iam_with_tags("CreateRole", &creation, &live));
    acts.extend(attached.iter().map(|arn| iam("AttachRolePolicy", &[role, ("PolicyArn", arn)])));
    acts.extend(inline.iter().map(|name| {
        let document = text(&live["inline"][name], "text");
        iam("PutRolePolicy", &[role, ("PolicyName", name), ("PolicyDocument", document)])
    }));
    acts.extend(in_profiles("AddRoleToInstanceProfile"));
    acts
}
