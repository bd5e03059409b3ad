//! Random texts: policies and notebooks.

use serde_json::{Value, json};

use crate::random::Random;

/// The actions and resources that random policies are about; [`crate::access`] asks about the same.
pub(crate) const ACTIONS: [&str; 6] = [
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "sagemaker:DescribeEndpoint",
    "glue:GetTable",
    "logs:PutLogEvents",
];
pub(crate) const RESOURCES: [&str; 3] =
    ["arn:aws:s3:::proof-one", "arn:aws:s3:::proof-one/data/file", "arn:aws:s3:::proof-two/file"];

/// A policy of what may be done.
pub(crate) fn identity(random: &mut Random) -> Value {
    let count = 1 + random.below(3);
    let statements: Vec<_> = (0..count).map(|_| statement(random)).collect();
    // A list of one and a single statement mean the same.
    let statements =
        if statements.len() == 1 && random.percent(50) { statements[0].clone() } else { json!(statements) };
    json!({"Version": "2012-10-17", "Statement": statements})
}

fn statement(random: &mut Random) -> Value {
    let mut patterns = ACTIONS.to_vec();
    patterns.extend(["s3:Get*", "s3:*", "S3:getobject"]);
    let mut resources = RESOURCES.to_vec();
    resources.extend(["arn:aws:s3:::proof-*", "*"]);
    let mut statement = json!({
        "Effect": if random.percent(85) { "Allow" } else { "Deny" },
        "Action": few(random, &patterns),
        "Resource": few(random, &resources),
    });
    if random.percent(20) {
        statement["Condition"] = random.pick(&[
            json!({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}),
            json!({"StringLike": {"aws:PrincipalTag/team": ["one", "t*"]}}),
            json!({"Bool": {"aws:SecureTransport": "true"}}),
        ]);
    }
    statement
}

/// One as a text, or several as a list in any order.
fn few(random: &mut Random, choices: &[&str]) -> Value {
    if random.percent(50) {
        return json!(random.pick(choices));
    }
    let mut items = random.some(choices);
    if items.is_empty() {
        items.push(random.pick(choices));
    }
    if random.percent(50) {
        items.reverse();
    }
    json!(items)
}

/// A policy of who may assume a role: EC2 and SageMaker always, because anything may be made to use it.
pub(crate) fn trust(random: &mut Random) -> Value {
    let allow =
        |service: Value| json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"});
    let mut statements = match random.below(3) {
        0 => vec![allow(json!(["ec2.amazonaws.com", "sagemaker.amazonaws.com"]))],
        1 => vec![allow(json!("sagemaker.amazonaws.com")), allow(json!(["ec2.amazonaws.com"]))],
        _ => vec![allow(json!(["glue.amazonaws.com", "sagemaker.amazonaws.com", "ec2.amazonaws.com"]))],
    };
    if random.percent(30) {
        statements.push(json!({
            "Sid": "Others", "Effect": "Allow", "Principal": {"AWS": random.pick(&["arn:aws:iam::222233334444:root", "222233334444"])},
            "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "proof"}},
        }));
    }
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// A notebook's file.
pub(crate) fn notebook(random: &mut Random, format: &str, language: &str) -> Vec<u8> {
    let cells = random.some(&["SELECT 1", "SELECT 2 -- ü", "SELECT 'x'\n\nFROM y", "SELECT 4"]);
    if format == "JUPYTER" {
        let cells: Vec<_> = cells
            .iter()
            .map(|text| {
                json!({
                    "cell_type": "code", "execution_count": null, "metadata": {}, "outputs": [], "source": [text],
                })
            })
            .collect();
        let metadata = json!({"language_info": {"name": "python"}});
        return json!({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
            .to_string()
            .into_bytes();
    }
    let comment = if language == "SQL" { "--" } else { "#" };
    let cells: Vec<_> = cells.iter().map(|text| text.replace("--", comment)).collect();
    format!("{comment} Databricks notebook source\n{}\n", cells.join(&format!("\n\n{comment} COMMAND ----------\n\n")))
        .into_bytes()
}
