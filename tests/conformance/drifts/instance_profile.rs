use reconcile_core::field::Field;
use reconcile_core::resource::InstanceProfile;
use serde_json::Value;

use super::{Drift, Subject, iam_with_tags};
use crate::support::lab::WORKSPACE_ROLE;

pub(super) fn of(subject: &Subject<'_>, desired: &InstanceProfile, path: &str) -> Option<Vec<Drift>> {
    let iam = |action: &'static str, parameters: &[(&str, &str)]| {
        super::iam(action, &[&[("InstanceProfileName", subject.name())], parameters].concat())
    };
    Some(match path {
        "path" => vec![moved(subject, desired)],
        "role" => {
            let put = || iam("AddRoleToInstanceProfile", &[("RoleName", WORKSPACE_ROLE)]);
            let Field::Set(role) = &desired.role else {
                return Some(vec![subject.drift(path, "is put in", vec![put()], &[REMOVE])]);
            };
            let take = || iam("RemoveRoleFromInstanceProfile", &[("RoleName", role)]);
            vec![
                subject.drift(path, "is taken out", vec![take()], &[ADD]),
                // A profile holds one role: here, and only here, something is taken away before its successor is there.
                subject.drift(path, "is another", vec![take(), put()], &[REMOVE, ADD]),
            ]
        }
        _ if path.starts_with("tags.") => subject.tags(
            path,
            |key, value| iam("TagInstanceProfile", &[("Tags.member.1.Key", key), ("Tags.member.1.Value", value)]),
            |key| iam("UntagInstanceProfile", &[("TagKeys.member.1", key)]),
            "iam:TagInstanceProfile",
        ),
        _ => return None,
    })
}

const ADD: &str = "iam:AddRoleToInstanceProfile";
const REMOVE: &str = "iam:RemoveRoleFromInstanceProfile";

/// Somebody has made the profile anew under another path.
fn moved(subject: &Subject<'_>, desired: &InstanceProfile) -> Drift {
    let (live, name) = (subject.live(), ("InstanceProfileName", subject.name()));
    let roles: Vec<_> = live["roles"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let of_each = |action| roles.iter().map(move |role| super::iam(action, &[name, ("RoleName", role)]));
    let acts = of_each("RemoveRoleFromInstanceProfile")
        .chain([super::iam("DeleteInstanceProfile", &[name])])
        .chain([iam_with_tags("CreateInstanceProfile", &[name, ("Path", "/moved/")], &live)])
        .chain(of_each("AddRoleToInstanceProfile"));
    let calls = match desired.role {
        Field::Set(_) => &[REMOVE, "iam:DeleteInstanceProfile", "iam:CreateInstanceProfile", ADD][..],
        Field::Absent | Field::Null => &["iam:DeleteInstanceProfile", "iam:CreateInstanceProfile"],
    };
    subject.drift("path", "is another", acts.collect(), calls)
}
