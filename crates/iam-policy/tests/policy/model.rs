//! Documents for the property tests: drawn from small alphabets, so that they overlap, and written in many spellings.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

/// One statement: each element is absent or a list. A list may be empty.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    elements: Vec<(&'static str, Value)>,
}

const ACTIONS: [&str; 6] = ["s3:GetObject", "s3:PutObject", "s3:Get*", "s3:*", "sts:AssumeRole", "*"];
const RESOURCES: [&str; 5] = ["arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3:::?", "arn:aws:s3:::*", "*"];
const PRINCIPALS: [&str; 4] =
    ["111122223333", "arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/x", "*"];
const SERVICES: [&str; 2] = ["ec2.amazonaws.com", "sagemaker.amazonaws.com"];

fn list(items: &'static [&'static str]) -> impl Strategy<Value = Value> {
    subsequence(items, 0..=2).prop_map(|items| json!(items))
}

fn principal() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!("*")),
        list(&PRINCIPALS).prop_map(|values| json!({"AWS": values})),
        (list(&PRINCIPALS), list(&SERVICES)).prop_map(|(aws, service)| json!({"AWS": aws, "Service": service})),
    ]
}

fn condition() -> impl Strategy<Value = Value> {
    let operator = select(&["StringEquals", "StringNotEquals", "StringLikeIfExists", "Null"][..]);
    let values = list(&["a", "b", "true", "false"]);
    (operator, select(&["aws:One", "aws:Two"][..]), values).prop_map(|(operator, key, values)| {
        let mut keys = Map::new();
        keys.insert(key.to_owned(), values);
        let mut operators = Map::new();
        operators.insert(operator.to_owned(), Value::Object(keys));
        Value::Object(operators)
    })
}

fn element(
    name: &'static str,
    value: BoxedStrategy<Value>,
    weight: f64,
) -> BoxedStrategy<Option<(&'static str, Value)>> {
    prop::option::weighted(weight, value.prop_map(move |value| (name, value))).boxed()
}

pub(crate) fn statement() -> impl Strategy<Value = Model> {
    let effects = select(&["Allow", "Allow", "Deny", "allow"][..]).prop_map(|effect| json!(effect));
    vec![
        element("Sid", select(&["A", "B"][..]).prop_map(|sid| json!(sid)).boxed(), 0.4),
        element("Effect", effects.boxed(), 0.95),
        element("Principal", principal().boxed(), 0.3),
        element("NotPrincipal", principal().boxed(), 0.1),
        element("Action", list(&ACTIONS).boxed(), 0.9),
        element("NotAction", list(&ACTIONS).boxed(), 0.15),
        element("Resource", list(&RESOURCES).boxed(), 0.8),
        element("NotResource", list(&RESOURCES).boxed(), 0.15),
        element("Condition", condition().boxed(), 0.3),
        element("Unknown", Just(json!({"a": [1, 2], "b": {}})).boxed(), 0.05),
    ]
    .prop_map(|elements| Model { elements: elements.into_iter().flatten().collect() })
}

/// Two statements, the second of which differs from the first in few elements.
pub(crate) fn neighbours() -> impl Strategy<Value = (Model, Model)> {
    (statement(), statement(), subsequence((0..10).collect::<Vec<usize>>(), 0..=3)).prop_map(|(one, other, changed)| {
        let changed: Vec<&str> = changed.into_iter().map(|index| ELEMENTS[index]).collect();
        let kept = one.elements.iter().filter(|(name, _)| !changed.contains(name));
        let taken = other.elements.iter().filter(|(name, _)| changed.contains(name));
        let elements = kept.chain(taken).cloned().collect();
        (one, Model { elements })
    })
}

const ELEMENTS: [&str; 10] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
    "Unknown",
];

pub(crate) fn document() -> impl Strategy<Value = Vec<Model>> {
    prop::collection::vec(statement(), 0..4)
}

/// The same meaning in more statements: one for each action and each resource.
pub(crate) fn split(statements: &[Model]) -> Vec<Model> {
    let by = |element: &'static str, statements: Vec<Model>| -> Vec<Model> {
        statements.into_iter().flat_map(|statement| statement.split_by(element)).collect()
    };
    by("Resource", by("Action", statements.to_vec()))
}

impl Model {
    fn split_by(self, element: &'static str) -> Vec<Self> {
        let items = self.elements.iter().find(|(name, _)| *name == element).and_then(|(_, value)| value.as_array());
        let Some(items) = items.filter(|items| items.len() > 1) else { return vec![self] };
        let others = || self.elements.iter().filter(|(name, _)| *name != element).cloned();
        items.iter().map(|item| Self { elements: others().chain([(element, json!([item]))]).collect() }).collect()
    }
}

/// Writes a document in one of its spellings: the order of keys and lists, repetition, scalar or list, the case of actions and
/// condition keys. Seed 0 changes nothing.
pub(crate) fn write(statements: &[Model], seed: u64) -> String {
    let mut spelling = Spelling { state: seed };
    let mut written: Vec<Value> = Vec::new();
    for statement in statements {
        let entries =
            statement.elements.iter().map(|(name, value)| ((*name).to_owned(), spelling.element(name, value)));
        let value = spelling_object(seed, entries.collect());
        if spelling.chance() {
            written.push(value.clone());
        }
        written.push(value);
    }
    spelling.shuffle(&mut written);
    let entries = vec![("Version".to_owned(), json!("2012-10-17")), ("Statement".to_owned(), Value::Array(written))];
    spelling_object(seed, entries).to_string()
}

fn spelling_object(seed: u64, mut entries: Vec<(String, Value)>) -> Value {
    Spelling { state: seed }.shuffle(&mut entries);
    Value::Object(entries.into_iter().collect())
}

struct Spelling {
    /// 0 is no change at all.
    state: u64,
}

impl Spelling {
    fn next(&mut self) -> usize {
        // Knuth's multiplier: any spread of the seed will do here.
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(u64::from(self.state != 0));
        usize::try_from(self.state >> 40).unwrap()
    }

    fn chance(&mut self) -> bool {
        self.next() % 2 == 1
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for index in 1..items.len() {
            let other = self.next() % (index + 1);
            if self.state != 0 {
                items.swap(index, other);
            }
        }
    }

    fn case(&mut self, text: &str) -> String {
        text.chars().map(|c| if self.chance() { c.to_ascii_uppercase() } else { c }).collect()
    }

    fn element(&mut self, name: &str, value: &Value) -> Value {
        match (name, value) {
            ("Action" | "NotAction", Value::Array(items)) => {
                let items = items.iter().map(|item| json!(self.case(item.as_str().unwrap()))).collect();
                self.list(items)
            }
            ("Resource" | "NotResource", Value::Array(items)) => self.list(items.clone()),
            ("Principal" | "NotPrincipal", Value::String(_)) if self.chance() => json!({"AWS": "*"}),
            ("Principal" | "NotPrincipal", Value::Object(types)) => {
                let entries =
                    types.iter().map(|(kind, values)| (kind.clone(), self.list(values.as_array().unwrap().clone())));
                let mut entries: Vec<_> = entries.collect();
                self.shuffle(&mut entries);
                Value::Object(entries.into_iter().collect())
            }
            ("Condition", Value::Object(operators)) => Value::Object(
                operators
                    .iter()
                    .map(|(operator, keys)| {
                        let keys = keys.as_object().unwrap().iter();
                        let keys =
                            keys.map(|(key, values)| (self.case(key), self.list(values.as_array().unwrap().clone())));
                        (operator.clone(), Value::Object(keys.collect()))
                    })
                    .collect(),
            ),
            _ => value.clone(),
        }
    }

    fn list(&mut self, mut items: Vec<Value>) -> Value {
        if items.len() == 1 && self.chance() {
            return items.remove(0);
        }
        if let Some(first) = items.first().cloned()
            && self.chance()
        {
            items.push(first);
        }
        self.shuffle(&mut items);
        Value::Array(items)
    }
}
