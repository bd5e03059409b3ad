//! How long a document takes: from its text to its canonical form, and to the answer whether another means the same.
//!
//! An iteration is one document (or one pair of them), so the times that divan prints are for one; a sample is 10,000.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use iam_policy::{DocumentType, Limits, MAXIMUM_CHARACTERS, Policy, Scope, check, diff};

/// How many documents there are.
const DOCUMENTS: usize = 10_000;

fn main() {
    divan::main();
}

fn scope() -> Scope {
    Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() }
}

/// The document of one role among many, in two spellings.
fn document(number: usize, turned: bool) -> String {
    let (first, second) = if turned { ("s3:PutObject", "s3:getobject") } else { ("s3:GetObject", "s3:PutObject") };
    format!(
        r#"{{"Version":"2012-10-17","Statement":[
            {{"Sid":"Data","Effect":"Allow","Action":["{first}","{second}"],"Resource":["arn:aws:s3:::lab-{number}","arn:aws:s3:::lab-{number}/*"]}},
            {{"Sid":"Pass","Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/lab-{number}",
              "Condition":{{"StringEquals":{{"iam:PassedToService":["ec2.amazonaws.com"]}}}}}}]}}"#
    )
}

/// Numbers that begin again after the last document.
fn turns() -> impl FnMut() -> usize {
    let mut numbers = (0..DOCUMENTS).cycle();
    move || numbers.next().unwrap_or_default()
}

/// A pair of documents is read, brought to canonical form and compared.
#[divan::bench(sample_count = 10, sample_size = 10_000)]
fn read_and_compare_two(bencher: Bencher<'_, '_>) {
    let pairs: Vec<(String, String)> =
        (0..DOCUMENTS).map(|number| (document(number, false), document(number, true))).collect();
    let scope = scope();
    bencher.counter(ItemsCount::new(2_usize)).with_inputs(turns()).bench_local_values(|number| {
        let (one, other) = &pairs[number];
        let both = Policy::parse(one, &scope).and_then(|one| Ok((one, Policy::parse(other, &scope)?)));
        assert!(black_box(both).is_ok_and(|(one, other)| one == other));
    });
}

/// The canonical text of a document that was read before, for fingerprints.
#[divan::bench(sample_count = 10, sample_size = 10_000)]
fn canonical_text(bencher: Bencher<'_, '_>) {
    let scope = scope();
    let documents: Vec<Policy> =
        (0..DOCUMENTS).filter_map(|number| Policy::parse(&document(number, true), &scope).ok()).collect();
    assert_eq!(documents.len(), DOCUMENTS);
    bencher
        .counter(ItemsCount::new(1_usize))
        .with_inputs(turns())
        .bench_local_values(|number| black_box(documents[number].canonical_json()).len());
}

/// One document nearly as long as IAM takes any.
fn longest() -> String {
    let statements: Vec<String> = (0..1100)
        .map(|number| format!(r#"{{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::lab-{number}/*"}}"#))
        .collect();
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    assert!((MAXIMUM_CHARACTERS - 32_768..=MAXIMUM_CHARACTERS).contains(&text.len()), "{}", text.len());
    text
}

#[divan::bench]
fn read_the_longest(bencher: Bencher<'_, '_>) {
    let (text, scope) = (longest(), scope());
    let read = || Policy::parse(black_box(&text), &scope).map(|policy| policy.statements().len());
    bencher.counter(BytesCount::of_str(&text)).bench(read);
}

#[divan::bench]
fn check_the_longest(bencher: Bencher<'_, '_>) {
    let policy = Policy::parse(&longest(), &scope());
    bencher.bench(|| policy.as_ref().map(|policy| check(policy, DocumentType::Inline, &Limits::NONE).len()));
}

/// The difference of two documents that were read before: an action more, and a condition less.
#[divan::bench(sample_count = 10, sample_size = 1_000)]
fn difference_of_two(bencher: Bencher<'_, '_>) {
    let scope = scope();
    let changed = |text: String| text.replace("s3:getobject", "s3:DeleteObject").replace("ec2.amazonaws.com", "*");
    let pairs: Vec<(Policy, Policy)> = (0..DOCUMENTS)
        .filter_map(|number| {
            Policy::parse(&document(number, false), &scope)
                .ok()
                .zip(Policy::parse(&changed(document(number, true)), &scope).ok())
        })
        .collect();
    assert_eq!(pairs.len(), DOCUMENTS);
    bencher.counter(ItemsCount::new(1_usize)).with_inputs(turns()).bench_local_values(|number| {
        let (one, other) = &pairs[number];
        black_box(diff(Some(one), Some(other))).len()
    });
}

/// The most work that a pair within IAM's quotas can make: all statements, or all patterns, differ and are alike.
#[divan::bench(args = ["statements", "patterns", "names", "conditions"])]
fn difference_of_the_most_hostile(bencher: Bencher<'_, '_>, kind: &str) {
    let items = |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(",");
    let text = |mark: char| match kind {
        "statements" => {
            items(190, &|number| format!(r#"{{"Effect":"Allow","Action":"*{mark}{number}","Resource":"*"}}"#))
        }
        "patterns" => {
            let list = items(700, &|number| format!(r#""*{mark}{number}""#));
            format!(r#"{{"Effect":"Allow","Action":[{list}],"Resource":"*"}}"#)
        }
        "names" => items(130, &|number| {
            format!(
                r#"{{"Effect":"Allow","Action":["a:{number}","a:{}","b:{mark}"],"Resource":["x","y{mark}"]}}"#,
                number + 1
            )
        }),
        _ => items(110, &|number| {
            format!(
                r#"{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{{"StringLike":{{"k":"{mark}*{number}"}}}}}}"#
            )
        }),
    };
    let read = |mark| Policy::parse(&format!(r#"{{"Statement":[{}]}}"#, text(mark)), &scope());
    let (before, after) = (read('a'), read('b'));
    assert!(before.as_ref().is_ok_and(|policy| policy.to_json().len() <= 10_240));
    bencher.bench(|| {
        before.as_ref().ok().zip(after.as_ref().ok()).map(|(before, after)| diff(Some(before), Some(after)).len())
    });
}
