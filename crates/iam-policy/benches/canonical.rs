//! How long a document takes: from its text to its canonical form, and to the answer whether another means the same.
//!
//! divan prints the time of one document, because that is what it is told an iteration's items are.

use std::hint::black_box;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use iam_policy::{MAXIMUM_CHARACTERS, Policy, Scope};

/// How many documents one sample reads and compares.
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

/// 10,000 pairs of documents are read, brought to canonical form and compared.
#[divan::bench(sample_count = 10)]
fn read_and_compare(bencher: Bencher<'_, '_>) {
    let pairs: Vec<(String, String)> =
        (0..DOCUMENTS).map(|number| (document(number, false), document(number, true))).collect();
    let scope = scope();
    bencher.counter(ItemsCount::new(2 * DOCUMENTS)).bench(|| {
        let equal = |(one, other): &(String, String)| {
            let (one, other) = (Policy::parse(one, &scope), Policy::parse(other, &scope));
            matches!((one, other), (Ok(one), Ok(other)) if one == other)
        };
        let all = pairs.iter().filter(|pair| equal(pair)).count();
        assert_eq!(black_box(all), DOCUMENTS);
    });
}

/// The canonical text of 10,000 documents that were read before, for fingerprints.
#[divan::bench(sample_count = 10)]
fn canonical_text(bencher: Bencher<'_, '_>) {
    let scope = scope();
    let documents: Vec<Policy> =
        (0..DOCUMENTS).filter_map(|number| Policy::parse(&document(number, true), &scope).ok()).collect();
    assert_eq!(documents.len(), DOCUMENTS);
    bencher
        .counter(ItemsCount::new(DOCUMENTS))
        .bench(|| documents.iter().map(|document| black_box(document.canonical_json()).len()).sum::<usize>());
}

/// One document as long as IAM takes any.
#[divan::bench]
fn longest_document(bencher: Bencher<'_, '_>) {
    let scope = scope();
    let statements: Vec<String> = (0..1100)
        .map(|number| format!(r#"{{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::lab-{number}/*"}}"#))
        .collect();
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    assert!((MAXIMUM_CHARACTERS - 32_768..=MAXIMUM_CHARACTERS).contains(&text.len()), "{}", text.len());
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| Policy::parse(black_box(&text), &scope).map(|policy| policy.statements().len()));
}
