//! The prefixes of services in actions, and which is meant by one that does not exist.

use super::document;
use crate::support::policy;
use iam_policy::DocumentType::Inline;
use iam_policy::{Code, Limits, Severity, check};

/// The help about the service of one action, where something is found about it.
fn help_about(action: &str) -> Option<String> {
    let text = document(&format!(r#"{{"Effect":"Deny","Action":["s3:GetObject","{action}"],"Resource":"*"}}"#));
    let findings = check(&policy(&text), Inline, &Limits::NONE);
    let finding = findings.into_iter().next()?;
    assert_eq!((finding.code, finding.severity), (Code::UnknownService, Severity::Warning), "{action}");
    let (prefix, _) = action.split_once(':').unwrap();
    assert_eq!(finding.message, format!("no service has the prefix {prefix:?}"));
    assert_eq!(finding.place, "Statement[0].Action[1]");
    Some(finding.help)
}

#[test]
fn services_that_exist() {
    for prefix in [
        "iam",
        "sts",
        "ec2",
        "ecr",
        "s3",
        "s3-object-lambda",
        "s3express",
        "sagemaker",
        "logs",
        "kms",
        "cloudwatch",
        "glue",
        "athena",
        "lambda",
        "sns",
        "sqs",
        "ssm",
        "ses",
        "sso",
        "swf",
        "rds",
        "rds-db",
        "ecs",
        "eks",
        "evs",
        "fsx",
        "ts",
        "vpce",
        "transform",
        "account",
        "acm",
        "states",
        "events",
        "elasticmapreduce",
        "elasticfilesystem",
        "elasticloadbalancing",
        "dynamodb",
        "databrew",
        "bedrock",
        "bedrock-agentcore",
        "secretsmanager",
        "codeartifact",
        "codecommit",
        "cognito-idp",
        "cognito-identity",
        "mobiletargeting",
        "execute-api",
        "es",
        "aoss",
        "kafka",
        "kafka-cluster",
        "lakeformation",
        "ram",
        "tag",
        "xray",
        "waf",
        "wafv2",
        "waf-regional",
        "IAM",
        "SageMaker",
        "S3",
    ] {
        assert_eq!(help_about(&format!("{prefix}:DoIt")), None, "{prefix}");
    }
}

#[test]
fn misspelt_services() {
    for (prefix, meant) in [
        ("iamm", "iam"),
        ("sagemkaer", "sagemaker"),
        ("sagemeker", "sagemaker"),
        ("sagemakers", "sagemaker"),
        ("SageMakr", "sagemaker"),
        ("clodwatch", "cloudwatch"),
        ("cloudwach", "cloudwatch"),
        ("dynamobd", "dynamodb"),
        ("dynamo-db", "dynamodb"),
        ("lamda", "lambda"),
        ("labmda", "lambda"),
        ("secretmanager", "secretsmanager"),
        ("elasticmapreduc", "elasticmapreduce"),
        ("kinesys", "kinesis"),
        ("lakefromation", "lakeformation"),
        ("codecomit", "codecommit"),
        ("bedrok", "bedrock"),
        ("athenaa", "athena"),
    ] {
        assert_eq!(help_about(&format!("{prefix}:DoIt")), Some(format!("did you mean {meant}:DoIt?")), "{prefix}");
    }
}

/// Names that people use, and that are no prefix.
#[test]
fn names_that_are_no_prefix() {
    for (prefix, meant) in [
        ("emr", "elasticmapreduce"),
        ("efs", "elasticfilesystem"),
        ("elb", "elasticloadbalancing"),
        ("elbv2", "elasticloadbalancing"),
        ("stepfunctions", "states"),
        ("sfn", "states"),
        ("eventbridge", "events"),
        ("msk", "kafka"),
        ("mwaa", "airflow"),
        ("cloudwatchlogs", "logs"),
        ("cognito", "cognito-idp"),
        ("ddb", "dynamodb"),
        ("parameterstore", "ssm"),
        ("opensearchserverless", "aoss"),
        ("EMR", "elasticmapreduce"),
    ] {
        assert_eq!(help_about(&format!("{prefix}:List*")), Some(format!("did you mean {meant}:List*?")), "{prefix}");
    }
}

/// What is near to no service may be one that is new.
#[test]
fn what_may_be_new() {
    for prefix in ["quantumledgers", "somethingelse", "my-service", "zz", "a", "x.y", "aws-next-thing"] {
        assert_eq!(help_about(&format!("{prefix}:DoIt")), None, "{prefix}");
    }
}
