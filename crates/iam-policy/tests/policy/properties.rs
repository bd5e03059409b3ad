//! What holds for every document.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::select;

use crate::model::{self, Model, document, neighbours, write};
use crate::support::{policy, scope};
use iam_policy::{
    Beside, Breadth, Decision, DocumentType, Evaluation, Limits, Origin, Policy, Request, ResourcePolicy, check, diff,
    diff_beside, evaluate,
};

/// A request in the vocabulary of the model, with every condition key known.
fn request() -> impl Strategy<Value = Request<'static>> {
    let principals = ["ec2.amazonaws.com", "arn:aws:iam::111122223333:role/x", "arn:aws:iam::444455556666:role/y"];
    let values = prop::collection::vec(select(&["a", "b", "c"][..]).prop_map(str::to_owned), 0..2);
    let context = (values.clone(), values)
        .prop_map(|(one, two)| BTreeMap::from([("aws:One".to_owned(), one), ("aws:Two".to_owned(), two)]));
    (
        prop::option::of(select(principals.to_vec())),
        select(vec!["s3:GetObject", "s3:PutObject", "s3:GetBucket", "sts:AssumeRole", "ec2:Run"]),
        prop::option::of(select(vec!["arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3:::cc"])),
        context,
    )
        .prop_map(|(principal, action, resource, context)| Request { principal, action, resource, context })
}

/// Pairs of documents that often differ in a single element or statement, and sometimes in everything.
fn pair() -> impl Strategy<Value = (Policy, Policy)> {
    let apart = (document(), document());
    let near = (document(), document(), 0_usize..4).prop_map(|(one, other, kept)| {
        let mixed: Vec<Model> = one.iter().take(kept).chain(&other).cloned().collect();
        (one, mixed)
    });
    let nearer = (document(), neighbours()).prop_map(|(mut rest, (one, other))| {
        let mut changed = rest.clone();
        rest.push(one);
        changed.push(other);
        (rest, changed)
    });
    prop_oneof![apart, near, nearer].prop_map(|(one, other)| (policy(&write(&one, 0)), policy(&write(&other, 0))))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spellings_have_one_meaning(statements in document(), seed in 1_u64.., request in request()) {
        let (plain, spelt) = (policy(&write(&statements, 0)), policy(&write(&statements, seed)));
        prop_assert_eq!(&plain, &spelt);
        prop_assert_eq!(plain.canonical_json(), spelt.canonical_json());
        prop_assert_eq!(diff(Some(&plain), Some(&spelt)), []);
        prop_assert_eq!(evaluate(&[&plain], &request), evaluate(&[&spelt], &request));
    }

    #[test]
    fn the_canonical_text_is_its_own_canonical_text(statements in document(), seed: u64) {
        let document = policy(&write(&statements, seed));
        let again = policy(&document.canonical_json());
        prop_assert_eq!(&document, &again);
        prop_assert_eq!(document.canonical_json(), again.canonical_json());
    }

    #[test]
    fn what_is_sent_is_what_was_read(statements in document(), seed: u64) {
        let document = policy(&write(&statements, seed));
        prop_assert_eq!(policy(&document.to_json()).to_json(), document.to_json());
        prop_assert_eq!(&policy(&document.to_value().to_string()), &document);
        prop_assert_eq!(policy(&format!("{:#}", document.to_value())).to_json(), document.to_json());
    }

    #[test]
    fn a_difference_is_empty_if_and_only_if_the_two_are_equal((before, after) in pair()) {
        prop_assert_eq!(diff(Some(&before), Some(&after)).is_empty(), before == after);
        prop_assert_eq!(before.canonical_json() == after.canonical_json(), before == after);
        prop_assert_eq!(diff(Some(&before), Some(&before)), []);
        prop_assert!(!diff(None, Some(&after)).is_empty());
        prop_assert!(!diff(Some(&before), None).is_empty());
    }

    #[test]
    fn whoever_gains_access_is_told_that_it_widens((before, after) in pair(), request in request()) {
        let changes = diff(Some(&before), Some(&after));
        let was_allowed = evaluate(&[&before], &request) == Decision::Allowed;
        let is_allowed = evaluate(&[&after], &request) == Decision::Allowed;
        if is_allowed && !was_allowed {
            prop_assert!(changes.iter().any(|change| change.breadth == Breadth::Widens), "{:#?}", changes);
        }
        if was_allowed && !is_allowed {
            prop_assert!(changes.iter().any(|change| change.breadth == Breadth::Narrows), "{:#?}", changes);
        }
        if changes.iter().all(|change| change.breadth == Breadth::Neither) {
            prop_assert_eq!(evaluate(&[&before], &request), evaluate(&[&after], &request), "{:#?}", changes);
        }
    }

    /// Of two documents that decide together, each with the other beside it.
    #[test]
    fn whoever_gains_access_by_both_is_told(
        (first, new_first) in pair(), (second, new_second) in pair(), swaps: bool, request in request()
    ) {
        // What one has and the other gets moves from one to the other.
        let (new_first, new_second) = if swaps { (second.clone(), new_first) } else { (new_first, new_second) };
        let of_first = Beside { before: &[&second], after: &[&new_second] };
        let mut changes = diff_beside(Some(&first), Some(&new_first), of_first);
        let of_second = Beside { before: &[&first], after: &[&new_first] };
        changes.extend(diff_beside(Some(&second), Some(&new_second), of_second));
        let told = |breadth| changes.iter().any(|change| change.breadth == breadth);
        let (was, is) = (evaluate(&[&first, &second], &request), evaluate(&[&new_first, &new_second], &request));
        if is == Decision::Allowed && was != Decision::Allowed {
            prop_assert!(told(Breadth::Widens), "{:#?}", changes);
        }
        if was == Decision::Allowed && is != Decision::Allowed {
            prop_assert!(told(Breadth::Narrows), "{:#?}", changes);
        }
        if changes.iter().all(|change| change.breadth == Breadth::Neither) {
            prop_assert_eq!(was, is, "{:#?}", changes);
        }
    }

    #[test]
    fn what_is_only_split_is_told_in_lines_that_change_nothing(statements in document(), seed: u64) {
        let (whole, split) = (policy(&write(&statements, 0)), policy(&write(&model::split(&statements), seed)));
        for changes in [diff(Some(&whole), Some(&split)), diff(Some(&split), Some(&whole))] {
            prop_assert_eq!(changes.is_empty(), whole == split);
            for change in changes {
                prop_assert_eq!(change.breadth, Breadth::Neither);
            }
        }
    }

    #[test]
    fn a_statement_that_is_said_to_change_nothing_changes_nothing((wide, narrow) in neighbours(), request in request()) {
        let (alone, both) = (policy(&write(std::slice::from_ref(&wide), 0)), policy(&write(&[wide, narrow], 0)));
        if diff(Some(&alone), Some(&both)).iter().all(|change| change.breadth == Breadth::Neither) {
            prop_assert_eq!(evaluate(&[&alone], &request), evaluate(&[&both], &request));
        }
    }

    #[test]
    fn a_boundary_only_takes_away(own in document(), limit in document(), request in request()) {
        let (own, limit) = (policy(&write(&own, 0)), policy(&write(&limit, 0)));
        let verdict = Evaluation { identity: &[&own], boundary: Some(&limit), resource: None }.decide(&request);
        let alone = [evaluate(&[&own], &request), evaluate(&[&limit], &request)];
        prop_assert_eq!(verdict.decision == Decision::Allowed, alone.iter().all(|decision| *decision == Decision::Allowed));
        prop_assert_eq!(
            verdict.decision == Decision::DeniedExplicitly,
            alone.contains(&Decision::DeniedExplicitly)
        );
    }

    #[test]
    fn a_verdict_has_its_reasons(own in document(), other in document(), request in request(), trust: bool) {
        let (own, other) = (policy(&write(&own, 0)), policy(&write(&other, 0)));
        let resource = if trust { ResourcePolicy::Trust(&other) } else { ResourcePolicy::Other(&other) };
        let verdict = Evaluation { identity: &[&own], boundary: None, resource: Some(resource) }.decide(&request);
        prop_assert_eq!(verdict.statements.is_empty(), verdict.decision == Decision::NotAllowed);
        prop_assert_eq!(!verdict.lacking.is_empty(), verdict.decision == Decision::NotAllowed);
        for statement in verdict.statements {
            let document = if statement.origin == Origin::Resource { &other } else { &own };
            prop_assert!(document.statements().iter().any(|known| document.place_of(known) == statement.place));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in r#"[\[\]{}":,a0-9eE.\\u+\-% \n]{0,60}"#) {
        let _ = Policy::parse(&text, &scope());
        let _ = Policy::parse_percent_encoded(&text, &scope());
    }

    #[test]
    fn a_text_is_json_to_us_if_it_is_to_serde(text in r#"\{"a":[\[\]{}":,a0-9eE.\\u+\- ntrf]{0,20}\}"#) {
        let ours = Policy::parse(&text, &scope());
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        match (ours, theirs) {
            (Ok(_), Err(error)) => prop_assert!(error.to_string().contains("out of range"), "{error}: {text}"),
            (Err(error), Ok(_)) => prop_assert!(error.to_string().contains("duplicate key"), "{error}: {text}"),
            (Ok(_), Ok(_)) | (Err(_), Err(_)) => {}
        }
    }

    #[test]
    fn percent_encoding_of_any_byte_is_undone(statements in document(), seed: u64) {
        let document = policy(&write(&statements, seed));
        let encoded = document.to_json().bytes().fold(String::new(), |encoded, byte| encoded + &format!("%{byte:02X}"));
        prop_assert_eq!(Policy::parse_percent_encoded(&encoded, &scope()).unwrap().to_json(), document.to_json());
    }

    #[test]
    fn checks_do_not_depend_on_order(statements in document(), seed in 1_u64..) {
        let codes = |text: &str| {
            let mut codes: Vec<_> = check(&policy(text), DocumentType::Inline, &Limits::NONE).into_iter().map(|finding| finding.code).collect();
            codes.sort();
            codes.dedup();
            codes
        };
        let repeated = |text: &str| codes(text).contains(&iam_policy::Code::SidRepeated);
        let (plain, spelt) = (write(&statements, 0), write(&statements, seed));
        // A statement written twice repeats its Sid, so only that code may be more.
        let others = |text: &str| codes(text).into_iter().filter(|code| *code != iam_policy::Code::SidRepeated).collect::<Vec<_>>();
        prop_assert_eq!(others(&plain), others(&spelt));
        prop_assert!(!repeated(&plain) || repeated(&spelt));
    }
}
