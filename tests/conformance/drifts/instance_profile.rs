use reconcile_core::field::Field;
use reconcile_core::resource::InstanceProfile;

use super::{Act, Drift, Subject, edit};
use crate::support::lab::WORKSPACE_ROLE;
use crate::world;

pub(super) fn of(subject: &Subject<'_>, desired: &InstanceProfile, path: &str) -> Option<Vec<Drift>> {
    let iam = |action: &'static str, parameters: &[(&'static str, &str)]| {
        let name = ("InstanceProfileName", subject.name().to_owned());
        let parameters = parameters.iter().map(|(name, value)| (*name, (*value).to_owned()));
        Act::Iam(action, std::iter::once(name).chain(parameters).collect())
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
    let pointer = world::pointer(subject.declared.address.kind(), subject.name());
    let arn = format!("arn:aws:iam::111122223333:instance-profile/moved/{}", subject.name());
    let acts = edit(move |world| {
        let profile = world.pointer_mut(&pointer).expect("the profile");
        profile["path"] = "/moved/".into();
        profile["arn"] = arn.clone().into();
    });
    let calls = match desired.role {
        Field::Set(_) => &[REMOVE, "iam:DeleteInstanceProfile", "iam:CreateInstanceProfile", ADD][..],
        Field::Absent | Field::Null => &["iam:DeleteInstanceProfile", "iam:CreateInstanceProfile"],
    };
    subject.drift("path", "is another", acts, calls)
}
