use reconcile_core::resource::LifecycleConfig;
use serde_json::{Value, json};

use super::{Act, Drift, Subject};

const UPDATE: &str = "sagemaker:UpdateNotebookInstanceLifecycleConfig";

/// `#!/bin/sh` and a line feed.
const OTHER: &str = "IyEvYmluL3NoCg==";

pub(super) fn of(subject: &Subject<'_>, desired: &LifecycleConfig, path: &str) -> Option<Vec<Drift>> {
    Some(match path {
        "on_create" | "on_start" => {
            let is_set = !subject.live()[path].is_null();
            let other = subject.drift(path, "is another", vec![with(subject, path, Some(OTHER))], &[UPDATE]);
            let gone = is_set.then(|| subject.drift(path, "goes", vec![with(subject, path, None)], &[UPDATE]));
            std::iter::once(other).chain(gone).collect()
        }
        _ if path.starts_with("tags.") => subject.tags(
            path,
            |key, value| tag(&desired.arn, key, value),
            |key| untag(&desired.arn, key),
            "sagemaker:AddTags",
        ),
        _ => return None,
    })
}

/// The call that changes one script: both are always sent.
fn with(subject: &Subject<'_>, path: &str, content: Option<&str>) -> Act {
    let live = subject.live();
    let script = |hook: &str| {
        let content = if hook == path { content.map(Value::from) } else { Some(live[hook].clone()) };
        let content = content.filter(|content| !content.is_null());
        content.map(|content| json!({"Content": content})).into_iter().collect::<Value>()
    };
    let body = json!({
        "NotebookInstanceLifecycleConfigName": subject.name(),
        "OnCreate": script("on_create"),
        "OnStart": script("on_start"),
    });
    Act::Sagemaker("UpdateNotebookInstanceLifecycleConfig", body)
}

pub(super) fn tag(arn: &str, key: &str, value: &str) -> Act {
    Act::Sagemaker("AddTags", json!({"ResourceArn": arn, "Tags": [{"Key": key, "Value": value}]}))
}

pub(super) fn untag(arn: &str, key: &str) -> Act {
    Act::Sagemaker("DeleteTags", json!({"ResourceArn": arn, "TagKeys": [key]}))
}
