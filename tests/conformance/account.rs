//! What an account on moto holds, as the services' own calls tell it, in the form in which the sandbox keeps its own: so the
//! same suite looks at both.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::Event;
use serde_json::{Map, Value, json};

use crate::support::behind::Hand;

/// Returns the account. What is only a trace of when and under which number something was made is left out.
pub(crate) fn read(hand: &Hand) -> Value {
    json!({"iam": identities(hand), "sagemaker": {"notebooks": notebook_instances(hand)}})
}

fn identities(hand: &Hand) -> Value {
    let filters = [("Filter.member.1", "Role"), ("Filter.member.2", "LocalManagedPolicy")];
    let details = answer(&hand.iam("GetAccountAuthorizationDetails", &filters));
    // Only these two tell descriptions and session durations, and the tags of instance profiles.
    let listed = answer(&hand.iam("ListRoles", &[("MaxItems", "1000")]));
    let profiles = answer(&hand.iam("ListInstanceProfiles", &[]));
    let settings = |name: &Value| {
        let role = items(&listed["Roles"]).find(|role| &role["RoleName"] == name);
        role.unwrap_or_else(|| panic!("ListRoles leaves {name} out"))
    };
    let roles = items(&details["RoleDetailList"]).map(|role| self::role(role, settings(&role["RoleName"])));
    json!({
        "roles": by_name(roles),
        "instance_profiles": by_name(items(&profiles["InstanceProfiles"]).map(instance_profile)),
        "policies": by_name(items(&details["Policies"]).map(|policy| self::policy(policy, hand))),
    })
}

fn role(role: &Value, settings: &Value) -> Value {
    let attached = items(&role["AttachedManagedPolicies"]).map(|policy| (text(&policy["PolicyArn"]), json!(0)));
    let inline = items(&role["RolePolicyList"])
        .map(|policy| (text(&policy["PolicyName"]), json!({"text": document(&policy["PolicyDocument"])})));
    json!({
        "name": role["RoleName"],
        "path": role["Path"],
        "arn": role["Arn"],
        "trust": {"text": document(&role["AssumeRolePolicyDocument"])},
        "description": settings["Description"],
        "max_session_duration": settings["MaxSessionDuration"],
        "permissions_boundary": role["PermissionsBoundary"]["PermissionsBoundaryArn"],
        "inline": inline.collect::<Map<_, _>>(),
        "attached": attached.collect::<Map<_, _>>(),
        "tags": tags(&role["Tags"]),
    })
}

fn instance_profile(profile: &Value) -> Value {
    json!({
        "name": profile["InstanceProfileName"],
        "path": profile["Path"],
        "arn": profile["Arn"],
        "roles": items(&profile["Roles"]).map(|role| &role["RoleName"]).collect::<Vec<_>>(),
        "tags": tags(&profile["Tags"]),
    })
}

/// The details tell neither the name nor the tags.
fn policy(details: &Value, hand: &Hand) -> Value {
    let policy = answer(&hand.iam("GetPolicy", &[("PolicyArn", &text(&details["Arn"]))]))["Policy"].take();
    let number = |id: &Value| text(id).trim_start_matches('v').to_owned();
    let versions = items(&details["PolicyVersionList"])
        .map(|version| (number(&version["VersionId"]), json!({"text": document(&version["Document"])})));
    json!({
        "name": policy["PolicyName"],
        "path": policy["Path"],
        "arn": policy["Arn"],
        "description": policy["Description"],
        "default_version": number(&policy["DefaultVersionId"]).parse::<u32>().expect("a number"),
        "versions": versions.collect::<Map<_, _>>(),
        "tags": tags(&policy["Tags"]),
    })
}

fn notebook_instances(hand: &Hand) -> Value {
    let read = |answer: String| serde_json::from_str::<Value>(&answer).expect("SageMaker answers JSON");
    let listed = read(hand.sagemaker("ListNotebookInstances", &json!({"MaxResults": 100})));
    let instances = listed["NotebookInstances"].as_array().expect("a list").iter().map(|listed| {
        let name = json!({"NotebookInstanceName": listed["NotebookInstanceName"]});
        let instance = read(hand.sagemaker("DescribeNotebookInstance", &name));
        let tags = read(hand.sagemaker("ListTags", &json!({"ResourceArn": instance["NotebookInstanceArn"]})));
        json!({
            "name": instance["NotebookInstanceName"],
            "status": instance["NotebookInstanceStatus"],
            "instance_type": instance["InstanceType"],
            "role_arn": instance["RoleArn"],
            "volume_size_in_gb": instance["VolumeSizeInGB"],
            "lifecycle_config_name": instance["NotebookInstanceLifecycleConfigName"],
            "subnet_id": instance["SubnetId"],
            "security_group_ids": instance["SecurityGroups"],
            "kms_key_id": instance["KmsKeyId"],
            "direct_internet_access": instance["DirectInternetAccess"],
            // moto leaves out what was not said, and the service tells its default.
            "root_access": instance["RootAccess"].as_str().unwrap_or("Enabled"),
            "default_code_repository": instance["DefaultCodeRepository"],
            "additional_code_repositories": instance["AdditionalCodeRepositories"],
            "tags": self::tags(&tags["Tags"]),
        })
    });
    let in_region = instances.map(|instance| (format!("us-east-1/{}", text(&instance["name"])), instance));
    Value::Object(in_region.collect())
}

/// By lower-case name, as IAM tells names apart.
fn by_name(resources: impl Iterator<Item = Value>) -> Value {
    Value::Object(resources.map(|resource| (text(&resource["name"]).to_lowercase(), resource)).collect())
}

fn tags(list: &Value) -> Value {
    Value::Object(items(list).map(|tag| (text(&tag["Key"]), tag["Value"].clone())).collect())
}

/// A document, which the service may have percent-encoded.
fn document(text: &Value) -> String {
    let text = self::text(text);
    if text.starts_with('%') { percent_decoded(&text) } else { text }
}

/// In the query protocol a `+` is a space, and in a document it is itself.
fn percent_decoded(text: &str) -> String {
    let pair = format!("document={}", text.replace('+', "%2B"));
    let mut pairs = url::form_urlencoded::parse(pair.as_bytes());
    pairs.next().expect("one pair").1.into_owned()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The items of a list; one without any is told as an empty element.
fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

/// Returns what the one result element of an answer holds: what is repeated is a list, and what is empty is nothing.
fn answer(xml: &str) -> Value {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().expand_empty_elements = true;
    let mut document = element(&mut reader);
    let (_, response) = document.as_object_mut().and_then(|document| document.iter_mut().next()).expect("a response");
    let mut parts = response.as_object_mut().expect("an object").iter_mut();
    parts.find(|(name, _)| name.ends_with("Result")).expect("a result").1.take()
}

fn element(reader: &mut Reader<&[u8]>) -> Value {
    let (mut text, mut members, mut fields) = (String::new(), Vec::new(), Map::new());
    loop {
        match reader.read_event().expect("the service answers XML") {
            Event::Start(start) if start.name().as_ref() == "member" => members.push(element(reader)),
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                fields.insert(name, element(reader));
            }
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(entity) => match entity.resolve_char_ref().expect("a character") {
                Some(character) => text.push(character),
                None => text.push_str(resolve_predefined_entity(&entity).expect("one of XML's own")),
            },
            Event::End(_) | Event::Eof => break,
            _ => {}
        }
    }
    match (members.is_empty(), fields.is_empty(), text.is_empty()) {
        (false, _, _) => Value::Array(members),
        (true, false, _) => Value::Object(fields),
        (true, true, false) => Value::String(text),
        (true, true, true) => Value::Null,
    }
}
