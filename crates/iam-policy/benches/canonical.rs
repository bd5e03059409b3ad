//! How long a document takes: from its text to its canonical form, and to the answer whether another means the same.
//!
//! First 10,000 documents in one run, in all and for each; then divan's statistics. An iteration there is one document (or one
//! pair of them), so the times that it prints are for one; a sample is 10,000.

use std::hint::black_box;
use std::time::Instant;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use iam_policy::{DocumentType, Limits, MAXIMUM_CHARACTERS, Policy, Scope, check, diff};

/// How many documents there are.
const DOCUMENTS: usize = 10_000;

fn main() {
    all_in_one_run();
    divan::main();
}

/// Reads all documents, brings them to canonical form, and compares each with its other spelling.
#[expect(clippy::print_stdout, clippy::disallowed_methods, reason = "the time that it takes is what it is for")]
fn all_in_one_run() {
    let texts: Vec<String> = (0..DOCUMENTS).map(|number| document(number / 2, number % 2 == 1)).collect();
    let scope = scope();
    let start = Instant::now();
    let policies: Vec<Policy> = texts.iter().filter_map(|text| Policy::parse(text, &scope).ok()).collect();
    let characters: usize = policies.iter().map(|policy| policy.canonical_json().len()).sum();
    let equal = policies.chunks(2).filter(|pair| matches!(pair, [one, other] if one == other)).count();
    let taken = start.elapsed();
    assert_eq!((policies.len(), equal * 2), (DOCUMENTS, DOCUMENTS));
    let each = taken.as_secs_f64() * 1e6 / f64::from(u32::try_from(DOCUMENTS).unwrap_or(u32::MAX));
    println!(
        "{DOCUMENTS} documents canonicalised and compared: {:.1} ms in all, {each:.2} µs per document ({characters} characters \
         in canonical form)",
        taken.as_secs_f64() * 1e3
    );
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
