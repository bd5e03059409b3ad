use reconcile_core::resource::{ManagedPolicy, Resource};
use serde_json::Value;

use super::{Act, Drift, Subject, edit, foreign_document};
use crate::world;

pub(super) fn of(subject: &Subject<'_>, desired: &ManagedPolicy, path: &str) -> Option<Vec<Drift>> {
    let iam = |action: &'static str, parameters: &[(&'static str, &str)]| {
        let arn = ("PolicyArn", desired.arn.clone());
        let parameters = parameters.iter().map(|(name, value)| (*name, (*value).to_owned()));
        Act::Iam(action, std::iter::once(arn).chain(parameters).collect())
    };
    let put_in_force = || {
        let document = foreign_document();
        iam("CreatePolicyVersion", &[("PolicyDocument", document.as_str()), ("SetAsDefault", "true")])
    };
    Some(match path {
        "path" => vec![moved(subject, desired)],
        "description" => {
            let mut told = subject.drift(path, "is another", described(subject), &[]);
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

fn described(subject: &Subject<'_>) -> Vec<Act> {
    let pointer = world::pointer(subject.declared.address.kind(), subject.name());
    edit(move |world| world.pointer_mut(&pointer).expect("the policy")["description"] = "by hand".into())
}

/// Somebody has taken the policy off every role and made it anew under another path.
fn moved(subject: &Subject<'_>, desired: &ManagedPolicy) -> Drift {
    let pointer = world::pointer(subject.declared.address.kind(), subject.name());
    let arn = format!("arn:aws:iam::111122223333:policy/moved/{}", subject.name());
    let wanted = desired.arn.clone();
    let acts = edit(move |world| {
        let policy = world.pointer_mut(&pointer).expect("the policy");
        policy["path"] = "/moved/".into();
        policy["arn"] = arn.clone().into();
        let roles = world.pointer_mut("/iam/roles").and_then(Value::as_object_mut).expect("roles");
        for role in roles.values_mut() {
            role["attached"].as_object_mut().expect("attachments").remove(&wanted);
        }
    });
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
