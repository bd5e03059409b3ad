//! Documents made to cost as much as they can: within IAM's quotas, at the longest that IAM takes at all, and a long one beside
//! a short one. An iteration is one pair of documents.

use divan::Bencher;
use iam_policy::{DocumentType, Limits, MAXIMUM_CHARACTERS, Policy, Scope, check, diff};

fn main() {
    divan::main();
}

/// How many characters the two documents of a pair have: the quota of inline policies; the most that is compared all with
/// all; what is told by whole statements.
const LENGTHS: [(usize, usize); 4] = [(10_200, 10_200), (65_500, 1_590), (65_500, 65_500), (131_000, 131_000)];

/// What there are many of in a document, and what differs between the two.
const KINDS: [&str; 14] = [
    "statements",
    "sids",
    "patterns",
    "infixes",
    "resources",
    "names",
    "crumbs",
    "principals",
    "conditions",
    "values",
    "numbers",
    "keys",
    "exceptions",
    "spread",
];

/// Items with commas between, as many as fit.
fn items(length: usize, item: impl Fn(usize) -> String) -> String {
    let mut text = String::new();
    for number in 0.. {
        let next = item(number);
        if text.len() + next.len() + 1 > length {
            break;
        }
        if number > 0 {
            text.push(',');
        }
        text.push_str(&next);
    }
    text
}

/// A document of a kind, as long as it may be. `mark` is what makes two of them differ.
fn document(kind: &str, mark: char, length: usize) -> String {
    let room = length.saturating_sub(120);
    let statements = match kind {
        "statements" => {
            items(room, |number| format!(r#"{{"Effect":"Allow","Action":"*{mark}{number}","Resource":"*"}}"#))
        }
        "sids" => items(room, |number| format!(r#"{{"Sid":"{mark}{number}"}}"#)),
        "patterns" => {
            let list = items(room, |number| format!(r#""*{mark}{number}""#));
            format!(r#"{{"Effect":"Allow","Action":[{list}],"Resource":"*"}}"#)
        }
        "infixes" => {
            let list = items(room, |number| format!(r#""*{mark}{number}*""#));
            format!(r#"{{"Effect":"Allow","Action":[{list}],"Resource":"*"}}"#)
        }
        "resources" => {
            let list = items(room, |number| format!(r#""*{number}*{mark}""#));
            format!(r#"{{"Effect":"Deny","Action":"*","Resource":[{list}]}}"#)
        }
        "names" => items(room, |number| {
            let next = number + 1;
            format!(r#"{{"Effect":"Allow","Action":["a:{number}","a:{next}","b:{mark}"],"Resource":["x","y{mark}"]}}"#)
        }),
        "crumbs" if mark == 'a' => {
            let list = |item: char| items(room / 2, |number| format!(r#""{item}{number}""#));
            format!(r#"{{"Effect":"Allow","Action":[{}],"Resource":[{}]}}"#, list('a'), list('r'))
        }
        "crumbs" => {
            items(room, |number| format!(r#"{{"Effect":"Allow","Action":"a{number}","Resource":"r{number}"}}"#))
        }
        "principals" => {
            let list = |item: char| items(room / 2, |number| format!(r#""{item}{mark}{number}""#));
            format!(r#"{{"Effect":"Allow","Action":[{}],"Principal":{{"AWS":[{}]}}}}"#, list('a'), list('p'))
        }
        "conditions" => items(room, |number| {
            let condition = format!(r#"{{"StringLike":{{"k":"{mark}*{number}"}}}}"#);
            format!(r#"{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{condition}}}"#)
        }),
        "values" => with_condition(&format!(
            r#"{{"StringLike":{{"k":[{}]}}}}"#,
            items(room, |number| format!(r#""*{mark}{number}*""#))
        )),
        "numbers" => with_condition(&format!(
            r#"{{"NumericEquals":{{"k":[{}]}}}}"#,
            items(room, |number| format!("{number}.{}", u32::from(mark)))
        )),
        "keys" => with_condition(&format!(
            r#"{{"StringLike":{{{}}}}}"#,
            items(room, |number| format!(r#""k{number}":"{mark}*""#))
        )),
        "exceptions" => items(room, |number| {
            format!(r#"{{"Effect":"Allow","NotAction":["*{number}","{mark}*"],"NotResource":"{mark}*{number}"}}"#)
        }),
        _ => {
            let list = |item: char| items(room / 8, |number| format!(r#""{item}*{mark}{number}""#));
            let statement = |number: usize| {
                format!(r#"{{"Sid":"{number}","Effect":"Allow","Action":[{}],"Resource":[{}]}}"#, list('a'), list('r'))
            };
            items(room, statement)
        }
    };
    format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#)
}

fn with_condition(condition: &str) -> String {
    format!(r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}"#)
}

fn read(text: &str) -> Option<Policy> {
    let scope = Scope { partition: "aws".to_owned(), account_id: "111122223333".to_owned() };
    let policy = Policy::parse(text, &scope).ok();
    assert!(policy.is_some() && text.len() <= MAXIMUM_CHARACTERS, "{} bytes", text.len());
    policy
}

#[divan::bench(args = KINDS, consts = [0, 1, 2, 3], sample_count = 5, sample_size = 1)]
fn difference<const PAIR: usize>(bencher: Bencher<'_, '_>, kind: &str) {
    let (one, other) = LENGTHS[PAIR];
    let (before, after) = (read(&document(kind, 'a', one)), read(&document(kind, 'b', other)));
    bencher.bench(|| diff(before.as_ref(), after.as_ref()).len());
}

/// Two documents as long as IAM takes any are read and compared.
#[divan::bench(args = KINDS, sample_count = 5, sample_size = 1)]
fn reading_and_equality(bencher: Bencher<'_, '_>, kind: &str) {
    let text = document(kind, 'a', LENGTHS[3].0);
    bencher.bench(|| read(&text) == read(&text));
}

#[divan::bench(args = KINDS, sample_count = 5, sample_size = 1)]
fn checking(bencher: Bencher<'_, '_>, kind: &str) {
    let policy = read(&document(kind, 'a', LENGTHS[3].0));
    bencher.bench(|| policy.as_ref().map(|policy| check(policy, DocumentType::Inline, &Limits::NONE).len()));
}
