use reconcile_core::resource::Registration;
use serde_json::{Map, Value, json};

use super::{Act, Drift, Subject};

const ADD: &str = "databricks:instance-profiles/add";
const EDIT: &str = "databricks:instance-profiles/edit";
const REMOVE: &str = "databricks:instance-profiles/remove";

pub(super) fn of(subject: &Subject<'_>, desired: &Registration, path: &str) -> Option<Vec<Drift>> {
    let arn = &desired.instance_profile_arn;
    let remove = || Act::Workspace("2.0/instance-profiles/remove", json!({"instance_profile_arn": arn}));
    Some(match path {
        "instance_profile_arn" => {
            let live = subject.live();
            let also = ["iam_role_arn", "is_meta_instance_profile"]
                .into_iter()
                .filter(|field| subject.declared.field_places.contains_key(*field) && live[field] != json!(false));
            let fields: Vec<_> = std::iter::once(path).chain(also).collect();
            vec![subject.drift(path, "is not registered", vec![remove()], &[ADD]).at(&fields)]
        }
        "iam_role_arn" => {
            let other = "arn:aws:iam::111122223333:role/databricks-cross-account-role";
            let body = json!({"instance_profile_arn": arn, "iam_role_arn": other});
            vec![subject.drift(path, "is another", vec![Act::Workspace("2.0/instance-profiles/edit", body)], &[EDIT])]
        }
        "is_meta_instance_profile" => {
            let mut body = Map::from_iter([("instance_profile_arn".to_owned(), json!(arn))]);
            if let Some(role) = desired.iam_role_arn.value() {
                body.insert("iam_role_arn".to_owned(), json!(role));
            }
            let is_meta = subject.live()[path] == Value::Bool(true);
            body.insert(path.to_owned(), json!(!is_meta));
            let add = Act::Workspace("2.0/instance-profiles/add", Value::Object(body));
            vec![subject.drift(path, "is another", vec![remove(), add], &[REMOVE, ADD])]
        }
        _ => return None,
    })
}
