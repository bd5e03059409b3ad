#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use quick_xml::escape::unescape;

use super::*;
use crate::config::Config;
use crate::world::Settings;

fn world() -> World {
    World::new(Settings::from(&Config::default()), 0)
}

fn request(service: Service, target: &str, body: Vec<u8>) -> Request {
    let scope = format!("AWS4-HMAC-SHA256 Credential=sandbox/20261123/us-east-1/{}/aws4_request", service.name());
    Request {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        query: Vec::new(),
        headers: BTreeMap::from([("authorization".to_owned(), scope), ("x-amz-target".to_owned(), target.to_owned())]),
        body,
    }
}

/// One query call, which must succeed; the answer's text.
fn query(world: &mut World, parameters: &[(&str, &str)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::from("Version=2010-05-08"));
    form.extend_pairs(parameters);
    let response = handle(world, Service::Iam, &request(Service::Iam, "", form.finish().into_bytes()));
    let text = String::from_utf8(response.body).unwrap();
    assert_eq!(response.status, 200, "{text}");
    text
}

fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    Some(text.split_once(open)?.1.split_once(close)?.0)
}

#[test]
fn a_credential_scope_is_read_only_whole() {
    let of = |header: &str| {
        let headers = BTreeMap::from([("authorization".to_owned(), header.to_owned())]);
        credential(&Request { headers, ..Request::default() }).map(|credential| credential.service)
    };
    assert_eq!(of("AWS4-HMAC-SHA256 Credential=a/20261123/r/iam/aws4_request, Signature=0").as_deref(), Some("iam"));
    assert_eq!(of("AWS4-HMAC-SHA256 Credential=a/20261123/r/iam"), None);
    assert_eq!(of("Bearer sandbox-token"), None);
}

proptest! {
    #[test]
    fn any_query_body_gets_an_answer(action in "[A-Za-z]{0,30}", body in "\\PC{0,200}") {
        let body = format!("Action={action}&Version=2010-05-08&{body}").into_bytes();
        let response = handle(&mut world(), Service::Iam, &request(Service::Iam, "", body));
        prop_assert!([200, 400, 404, 409].contains(&response.status));
    }

    #[test]
    fn any_json_body_gets_an_answer(
        operation in prop::sample::select(vec!["CreateNotebookInstance", "ListTags", "AddTags"]),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let request = request(Service::SageMaker, &format!("SageMaker.{operation}"), body);
        prop_assert_eq!(handle(&mut world(), Service::SageMaker, &request).status, 400);
    }

    #[test]
    fn a_description_comes_back_as_it_was_sent(description in "[\\t\\n\\r -~\u{a1}-\u{ff}]{1,100}") {
        let mut world = world();
        let trust = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}"#;
        query(&mut world, &[
            ("Action", "CreateRole"),
            ("RoleName", "lab"),
            ("AssumeRolePolicyDocument", trust),
            ("Description", &description),
        ]);
        let answer = query(&mut world, &[("Action", "GetRole"), ("RoleName", "lab")]);
        let escaped = between(&answer, "<Description>", "</Description>").unwrap();
        prop_assert!(!escaped.contains('\r'));
        prop_assert_eq!(unescape(escaped).unwrap(), description);
    }

    #[test]
    fn pages_of_any_size_hold_every_item_once_and_in_order(count in 0_usize..25, size in 1_usize..12) {
        let mut world = world();
        let names: Vec<String> = (0..count).map(|number| format!("profile-{number:02}")).collect();
        for name in &names {
            query(&mut world, &[("Action", "CreateInstanceProfile"), ("InstanceProfileName", name)]);
        }
        let mut found = Vec::new();
        let mut marker = None;
        loop {
            let size = size.to_string();
            let mut parameters = vec![("Action", "ListInstanceProfiles"), ("MaxItems", &size)];
            parameters.extend(marker.as_deref().map(|marker| ("Marker", marker)));
            let page = query(&mut world, &parameters);
            found.extend(
                page.split("<InstanceProfileName>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()),
            );
            marker = between(&page, "<Marker>", "</Marker>").map(str::to_owned);
            if marker.is_none() {
                break;
            }
        }
        prop_assert_eq!(found, names);
    }
}
