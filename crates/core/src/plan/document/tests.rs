//! That the JSON reads back, and that the shipped schema is the one of the types.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonschema::Validator;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use super::{DocumentError, FormatVersion, OperationEntry, OperationResult, PlanDocument, ResourceEntry, SCHEMA};
use crate::access::Certainty;
use crate::change::{FieldChange, Hazard};
use crate::id::{Address, AwsScope, Kind};
use crate::plan::{Action, DatabricksScope, Orphan, PlaceInFile, Problem, ProblemKind, Reads, Summary, Warning};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/plan-v1.schema.json");

/// Returns the schema of what is printed.
fn generated() -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<PlanDocument>();
    schema.insert("title".to_owned(), json!("The plan of `reconcile`, in format 1"));
    format!("{}\n", serde_json::to_string_pretty(&schema).expect("JSON"))
}

#[test]
fn the_shipped_schema_is_the_one_of_the_types() {
    let generated = generated();
    if generated != SCHEMA {
        let new = format!("{FILE}.new");
        #[expect(clippy::disallowed_methods, reason = "a test hands over what it found, as a snapshot test does")]
        std::fs::write(&new, generated).expect("the folder of the schema is writable");
        panic!("{FILE} is not the schema of the types any more: read {new}, and put it in its place");
    }
}

static SHIPPED: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::validator_for(&serde_json::from_str(SCHEMA).expect("JSON")).expect("a JSON Schema"));

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec!["", "plain", "ümläut \u{1f600}", "\"quoted\\\"\n", "\u{0}\u{7f}\u{2028}"]).prop_map(str::to_owned),
        any::<String>()
    ]
}

fn address() -> impl Strategy<Value = Address> {
    (select(Kind::ALL.to_vec()), "[a-z(][a-z0-9._ -]{0,9}").prop_map(|(kind, id)| Address::new(kind, id))
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no other", |number| number.is_finite()).prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((text(), inner), 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn place() -> impl Strategy<Value = PlaceInFile> {
    (text(), any::<u32>(), any::<u32>()).prop_map(|(file, line, column)| PlaceInFile { file, line, column })
}

fn problem() -> impl Strategy<Value = Problem> {
    let kind = select(vec![ProblemKind::Error, ProblemKind::Refused]);
    (kind, text(), option::of(text()), place()).prop_map(|(kind, message, help, place)| Problem {
        kind,
        message,
        help,
        place,
    })
}

fn change() -> impl Strategy<Value = FieldChange> {
    (text(), value(), value(), text()).prop_map(|(path, before, after, summary)| FieldChange {
        path,
        before,
        after,
        summary,
    })
}

fn operation() -> impl Strategy<Value = OperationEntry> {
    let result = select(vec![OperationResult::Done, OperationResult::Failed, OperationResult::Skipped]);
    let seconds = option::of(0.0..1.0e7);
    (text(), text(), option::of(result), option::of(text()), option::of(text()), seconds).prop_map(
        |(api, summary, outcome, error, help, seconds)| OperationEntry { api, summary, outcome, error, help, seconds },
    )
}

fn resource() -> impl Strategy<Value = ResourceEntry> {
    let actions = vec![Action::None, Action::Create, Action::Update, Action::Replace, Action::Delete];
    let what = (address(), text(), select(actions), any::<bool>());
    let hazards = proptest::sample::subsequence(Hazard::ALL.to_vec(), 0..=Hazard::ALL.len());
    let why = (hazards, vec(text(), 0..3), vec(address(), 0..3), option::of(problem()), vec(text(), 0..2));
    (what, vec(change(), 0..3), vec(operation(), 0..3), why).prop_map(|(what, changes, operations, why)| {
        let (address, name, action, adopted) = what;
        let (hazards, notes, depends_on, problem, not_taken) = why;
        let (kind, hazards) = (address.kind(), BTreeSet::from_iter(hazards));
        ResourceEntry {
            address,
            kind,
            name,
            action,
            adopted,
            changes,
            operations,
            hazards,
            notes,
            depends_on,
            problem,
            not_taken,
        }
    })
}

fn warning() -> impl Strategy<Value = Warning> {
    let certainty = option::of(select(vec![Certainty::Certain, Certainty::Possible]));
    (text(), text(), option::of(text()), option::of(address()), certainty, option::of(place())).prop_map(
        |(code, message, help, address, certainty, place)| Warning { code, message, help, address, certainty, place },
    )
}

fn orphan() -> impl Strategy<Value = Orphan> {
    (select(Kind::ALL.to_vec()), text(), option::of(text())).prop_map(|(kind, name, arn)| Orphan { kind, name, arn })
}

fn document() -> impl Strategy<Value = PlanDocument> {
    let aws =
        (text(), text(), text()).prop_map(|(account_id, partition, region)| AwsScope { account_id, partition, region });
    let databricks = text().prop_map(|host| DatabricksScope { host });
    let head = (text(), text(), option::of(aws), option::of(databricks), any::<[u16; 5]>(), any::<u64>());
    (head, vec(resource(), 0..3), vec(orphan(), 0..2), vec(warning(), 0..2)).prop_map(
        |((manifest, fingerprint, aws, databricks, counts, calls), resources, orphans, warnings)| {
            let [create, update, replace, delete, unchanged] = counts.map(usize::from);
            let summary = Summary { create, update, replace, delete, unchanged };
            let (format_version, reads) = (FormatVersion, Reads { calls });
            PlanDocument {
                format_version,
                manifest,
                fingerprint,
                aws,
                databricks,
                summary,
                resources,
                orphans,
                warnings,
                reads,
            }
        },
    )
}

proptest! {
    #[test]
    fn what_is_printed_reads_back_and_is_what_the_schema_says(document in document()) {
        let json = document.to_json().expect("JSON");
        let read = PlanDocument::from_json(&json).expect("it reads back");
        prop_assert_eq!(&read, &document);
        prop_assert_eq!(read.to_json().expect("JSON"), json.clone());
        if let Err(error) = SHIPPED.validate(&serde_json::from_str(&json).expect("JSON")) {
            return Err(TestCaseError::fail(format!("{}: {error}", error.instance_path())));
        }
    }
}

fn smallest() -> Value {
    json!({
        "format_version": 1, "manifest": "lab", "fingerprint": "sha256:", "aws": null, "databricks": null,
        "summary": {"create": 0, "update": 0, "replace": 0, "delete": 0, "unchanged": 0},
        "resources": [], "orphans": [], "warnings": [], "reads": {"calls": 0},
    })
}

#[test]
fn another_version_is_refused_by_its_number_whatever_else_it_says() {
    let text = json!({"format_version": 2, "steps": []}).to_string();
    let error = PlanDocument::from_json(&text).expect_err("another version");
    assert!(matches!(error, DocumentError::Version(2)));
    insta::assert_snapshot!(error, @"the plan is written in version 2 of its format, and this program reads version 1");
    assert!(serde_json::from_str::<PlanDocument>(&text).is_err());
}

#[test]
fn what_is_no_plan_is_refused_with_what_is_wrong_and_where() {
    assert!(PlanDocument::from_json(&smallest().to_string()).is_ok());
    let mut unknown = smallest();
    unknown["reads"]["bytes"] = json!(1);
    let refusal = |value: &Value| PlanDocument::from_json(&value.to_string()).expect_err("no plan").to_string();
    insta::assert_snapshot!(refusal(&unknown), @"this is not the JSON of a plan: unknown field `bytes`, expected `calls` at line 1 column 229");
    let mut missing = smallest();
    missing.as_object_mut().expect("an object").remove("summary");
    insta::assert_snapshot!(refusal(&missing), @"this is not the JSON of a plan: missing field `summary` at line 1 column 152");
    insta::assert_snapshot!(refusal(&json!({"manifest": "lab"})), @"this is not the JSON of a plan: missing field `format_version` at line 1 column 18");
    insta::assert_snapshot!(PlanDocument::from_json("version: 1").expect_err("no plan"), @"this is not the JSON of a plan: expected value at line 1 column 1");
}
