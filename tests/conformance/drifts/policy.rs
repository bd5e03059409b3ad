use reconcile_core::resource::{ManagedPolicy, Resource};
use serde_json::Value;

use super::{Act, Drift, Subject, foreign_document, iam, iam_with_tags, text};
use crate::world;

pub(super) fn of(subject: &Subject<'_>, desired: &ManagedPolicy, path: &str) -> Option<Vec<Drift>> {
    let iam = |action: &'static str, parameters: &[(&str, &str)]| {
        super::iam(action, &[&[("PolicyArn", desired.arn.as_str())], parameters].concat())
    };
    let put_in_force = || {
        let document = foreign_document();
        iam("CreatePolicyVersion", &[("PolicyDocument", document.as_str()), ("SetAsDefault", "true")])
    };
    Some(match path {
        "path" => vec![moved(subject, desired)],
        "description" => {
            let mut told = subject.drift(path, "is another", described(subject, desired), &[]);
            // It is fixed at creation: the plan tells it, and nothing can be done about it.
            told.found.clear();
            vec![told]
        }
        "document" => vec![
            // The first version still says what is wanted: it is put in force again, and nothing is written anew.
            subject.drift(path, "has another version in force", vec![put_in_force()], &["iam:SetDefaultPolicyVersion"]),
            subject.drift(
                path,
                "is another, and the wanted version is gone",
                vec![put_in_force(), iam("DeletePolicyVersion", &[("VersionId", "v1")])],
                &["iam:CreatePolicyVersion"],
            ),
        ],
        _ if path.starts_with("tags.") => subject.tags(
            path,
            |key, value| iam("TagPolicy", &[("Tags.member.1.Key", key), ("Tags.member.1.Value", value)]),
            |key| iam("UntagPolicy", &[("TagKeys.member.1", key)]),
            "iam:TagPolicy",
        ),
        _ => return None,
    })
}

/// Somebody has made the policy anew with another description, and attached it again.
fn described(subject: &Subject<'_>, desired: &ManagedPolicy) -> Vec<Act> {
    let path = desired.path.value().map_or("/", String::as_str);
    let again = users(subject, desired)
        .into_iter()
        .map(|role| iam("AttachRolePolicy", &[("RoleName", &role), ("PolicyArn", &desired.arn)]));
    made_anew(subject, desired, &[("Path", path), ("Description", "by hand")]).into_iter().chain(again).collect()
}

/// Takes the policy off every role, deletes it, and makes it again as it was, but for what is given.
fn made_anew(subject: &Subject<'_>, desired: &ManagedPolicy, changed: &[(&str, &str)]) -> Vec<Act> {
    let (live, arn) = (subject.live(), ("PolicyArn", desired.arn.as_str()));
    let mut creation = vec![("PolicyName", subject.name()), ("PolicyDocument", text(&live, "document"))];
    creation.extend(changed);
    if !changed.iter().any(|(name, _)| *name == "Description") {
        creation.push(("Description", text(&live, "description")));
    }
    let detached = users(subject, desired).into_iter().map(|role| iam("DetachRolePolicy", &[("RoleName", &role), arn]));
    detached.chain([iam("DeletePolicy", &[arn]), iam_with_tags("CreatePolicy", &creation, &live)]).collect()
}

/// The names of the live roles that have the policy attached.
fn users(subject: &Subject<'_>, desired: &ManagedPolicy) -> Vec<String> {
    let world = world::plain(subject.world);
    let roles = world.pointer("/iam/roles").and_then(Value::as_object).into_iter().flatten();
    let with_it = roles.filter(|(_, role)| role["attached"].get(&desired.arn).is_some());
    with_it.map(|(_, role)| text(role, "name").to_owned()).collect()
}

/// Somebody has taken the policy off every role and made it anew under another path.
fn moved(subject: &Subject<'_>, desired: &ManagedPolicy) -> Drift {
    let acts = made_anew(subject, desired, &[("Path", "/moved/")]);
    let users = subject.shipped.manifest.resources.iter().filter(|declared| match &declared.resource {
        Resource::Role(role) => role.managed_policies.value().is_some_and(|arns| arns.contains(&desired.arn)),
        Resource::ManagedPolicy(_)
        | Resource::InstanceProfile(_)
        | Resource::LifecycleConfig(_)
        | Resource::NotebookInstance(_)
        | Resource::Registration(_)
        | Resource::Cluster(_)
        | Resource::Notebook(_) => false,
    });
    let users: Vec<_> = users.map(|declared| &declared.address).collect();
    let attachments = std::iter::repeat_n("iam:AttachRolePolicy", users.len());
    let calls: Vec<_> = ["iam:DeletePolicy", "iam:CreatePolicy"].into_iter().chain(attachments).collect();
    let moved = subject.drift("path", "is another", acts, &calls);
    users.into_iter().fold(moved, |moved, user| moved.also(user, "managed_policies"))
}
