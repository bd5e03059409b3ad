//! What a difference says of the access, against the decisions themselves: every statement of a pool becomes every other one,
//! beside every third one.

use std::collections::BTreeMap;

use super::statements;
use crate::support::policy;
use iam_policy::{Beside, Breadth, Decision, Policy, PolicyChange, Request, diff, diff_beside, evaluate};

/// Statements about two actions, two resources and three principals, with what is odd about each kind.
const POOL: [&str; 24] = [
    r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a"}"#,
    r#"{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::a"}"#,
    r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":["arn:aws:s3:::a","arn:aws:s3:::b"]}"#,
    r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}"#,
    r#"{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::?"}"#,
    r#"{"Effect":"Allow","NotAction":"s3:PutObject","Resource":"*"}"#,
    r#"{"Effect":"Allow","NotAction":["s3:Put*","iam:*"],"Resource":"*"}"#,
    r#"{"Effect":"Allow","Action":"s3:*","NotResource":"arn:aws:s3:::b"}"#,
    r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:One":"x"}}}"#,
    r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringLike":{"aws:One":["x","y*"]}}}"#,
    r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringNotEquals":{"aws:One":"x"}}}"#,
    r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"Null":{"aws:One":"true"}}}"#,
    r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#,
    r#"{"Effect":"Deny","Action":"s3:PutObject","Resource":"arn:aws:s3:::a"}"#,
    r#"{"Effect":"Deny","NotAction":"s3:GetObject","Resource":"*"}"#,
    r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:One":"x"}}}"#,
    r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"*","Resource":"*"}"#,
    r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/x"},"Action":"s3:*","Resource":"*"}"#,
    r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}"#,
    r#"{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}"#,
    r#"{"Effect":"Allow","NotPrincipal":"*","Action":"*","Resource":"*"}"#,
    r#"{"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/x"},"Action":"*","Resource":"*"}"#,
    r#"{"Effect":"Deny","NotPrincipal":"*","Action":"*","Resource":"*"}"#,
    r#"{"Effect":"Deny","NotPrincipal":{"Service":"ec2.amazonaws.com"},"Action":"*","Resource":"*"}"#,
];

const PRINCIPALS: [Option<&str>; 3] = [None, Some("ec2.amazonaws.com"), Some("arn:aws:iam::111122223333:role/x")];
const ACTIONS: [&str; 2] = ["s3:GetObject", "s3:PutObject"];
const RESOURCES: [&str; 2] = ["arn:aws:s3:::a", "arn:aws:s3:::b"];
/// With no value the key is absent.
const VALUES: [&[&str]; 3] = [&[], &["x"], &["yy"]];

/// Every request of this world.
fn requests() -> Vec<Request<'static>> {
    let mut requests = Vec::new();
    for principal in PRINCIPALS {
        for action in ACTIONS {
            for resource in RESOURCES {
                for values in VALUES {
                    let values = values.iter().map(|value| (*value).to_owned()).collect();
                    let context = BTreeMap::from([("aws:One".to_owned(), values)]);
                    requests.push(Request { principal, action, resource: Some(resource), context });
                }
            }
        }
    }
    requests
}

/// What is decided of every request, by which a difference is judged.
pub(super) type Decisions = Vec<Decision>;

/// Says what is told wrongly of the way from one to the other: what is gained or lost and is not told.
pub(super) fn untold(changes: &[PolicyChange], was: &Decisions, is: &Decisions) -> Option<&'static str> {
    let told = |breadth| changes.iter().any(|change| change.breadth == breadth);
    let pairs = || was.iter().zip(is);
    let gains = pairs().any(|(was, is)| *is == Decision::Allowed && *was != Decision::Allowed);
    let loses = pairs().any(|(was, is)| *was == Decision::Allowed && *is != Decision::Allowed);
    match (gains && !told(Breadth::Widens), loses && !told(Breadth::Narrows)) {
        (true, _) => Some("it widens, and nothing says so"),
        (_, true) => Some("it narrows, and nothing says so"),
        (false, false) => None,
    }
}

#[test]
fn every_statement_becomes_every_other_one_beside_every_third() {
    let (requests, pool) = (requests(), POOL.map(|statement| policy(&statements(&[statement]))));
    let decide =
        |policies: &[&Policy]| -> Decisions { requests.iter().map(|request| evaluate(policies, request)).collect() };
    let together: Vec<Vec<Decisions>> =
        pool.iter().map(|one| pool.iter().map(|other| decide(&[one, other])).collect()).collect();
    let mut wrong = Vec::new();
    for (one, before) in pool.iter().enumerate() {
        for (other, after) in pool.iter().enumerate() {
            let alone = diff(Some(before), Some(after));
            let (was, is) = (decide(&[before]), decide(&[after]));
            wrong.extend(untold(&alone, &was, &is).map(|what| format!("{before}\n  {after}\n  {what}")));
            for (third, beside) in pool.iter().enumerate() {
                let policies = [beside];
                let changes = diff_beside(Some(before), Some(after), Beside { before: &policies, after: &policies });
                let found = untold(&changes, &together[one][third], &together[other][third]);
                wrong.extend(found.map(|what| format!("{before}\n  {after}\n  beside {beside}: {what}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} are wrong\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}

#[test]
fn every_two_statements_become_every_one_and_back() {
    let requests = requests();
    let decided = |texts: &[&str]| {
        let document = policy(&statements(texts));
        let decisions: Decisions = requests.iter().map(|request| evaluate(&[&document], request)).collect();
        (document, decisions)
    };
    let single = POOL.map(|statement| decided(&[statement]));
    let mut wrong = Vec::new();
    for (number, one) in POOL.iter().enumerate() {
        for other in &POOL[..number] {
            let (two, of_two) = decided(&[one, other]);
            for (third, of_third) in &single {
                let there = untold(&diff(Some(&two), Some(third)), &of_two, of_third);
                let back = untold(&diff(Some(third), Some(&two)), of_third, &of_two);
                wrong.extend(there.map(|what| format!("{two}\n  {third}\n  {what}")));
                wrong.extend(back.map(|what| format!("{third}\n  {two}\n  {what}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{} are wrong\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
}

/// Each of two documents takes over what the other one had: nobody gains or loses anything, and all is told as neither.
#[test]
fn what_two_documents_exchange_changes_nothing() {
    let pool = POOL.map(|statement| policy(&statements(&[statement])));
    for one in &pool {
        for other in &pool {
            let (first, second) = ([one], [other]);
            let beside = Beside { before: &second, after: &first };
            let changes = diff_beside(Some(one), Some(other), beside);
            let all_neither = changes.iter().all(|change| change.breadth == Breadth::Neither);
            assert!(all_neither, "{one}\n{other}\n{changes:#?}");
        }
    }
}
