//! Conditions that hold where nobody thinks of it, and variables that are none.

use super::{Row, check, check_documents};
use crate::checking::codes;
use iam_policy::DocumentType::Inline;

/// A statement that allows under a condition.
fn allowing(action: &str, condition: &str) -> String {
    super::document(&format!(
        r#"{{"Effect":"Allow","Action":{action},"Resource":"arn:aws:s3:::x","Condition":{condition}}}"#
    ))
}

const FOR_ALL: &str = "policy-for-all-values-allow";

/// "Use caution if you use `ForAllValues` with an Allow effect because it can be overly permissive if the presence of missing context
/// keys or context keys with empty values in the request context is unexpected."
#[test]
fn for_all_values() {
    let rows: &[(&str, &str, bool)] = &[
        (r#""s3:GetObject""#, r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}"#, true),
        (r#""s3:GetObject""#, r#"{"ForAllValues:StringLike":{"aws:TagKeys":["a*","b*"]}}"#, true),
        (r#""s3:GetObject""#, r#"{"ForAllValues:StringEqualsIfExists":{"aws:TagKeys":"a"}}"#, true),
        (r#""s3:GetObject""#, r#"{"ForAllValues:ArnLike":{"aws:CalledVia":"arn:aws:s3:::x"}}"#, true),
        (r#""s3:GetObject""#, r#"{"ForAnyValue:StringEquals":{"aws:TagKeys":"a"}}"#, false),
        (r#""s3:GetObject""#, r#"{"StringEquals":{"aws:TagKeys":"a"}}"#, false),
        // The key is required by another condition.
        (
            r#""s3:GetObject""#,
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:TagKeys":"false"}}"#,
            false,
        ),
        (
            r#""s3:GetObject""#,
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"AWS:tagkeys":false}}"#,
            false,
        ),
        (
            r#""s3:GetObject""#,
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:TagKeys":"true"}}"#,
            true,
        ),
        (
            r#""s3:GetObject""#,
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:username":"false"}}"#,
            true,
        ),
        (
            r#""s3:GetObject""#,
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:TagKeys":["true","false"]}}"#,
            true,
        ),
        // A request with the value of a tag has that tag's key.
        (
            r#""iam:TagUser""#,
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"team"},"StringEquals":{"aws:RequestTag/team":"blue"}}"#,
            false,
        ),
        (
            r#""iam:TagUser""#,
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"team"},"StringEqualsIfExists":{"aws:RequestTag/team":"blue"}}"#,
            true,
        ),
        (
            r#""iam:TagUser""#,
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"team"},"StringNotEquals":{"aws:RequestTag/team":"blue"}}"#,
            true,
        ),
        (
            r#""iam:TagUser""#,
            r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"team"},"StringEquals":{"aws:ResourceTag/team":"blue"}}"#,
            true,
        ),
        // Whoever reads items by their keys names them; a scan reads all.
        (
            r#"["dynamodb:GetItem","dynamodb:Query"]"#,
            r#"{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"${aws:username}"}}"#,
            false,
        ),
        (
            r#"["dynamodb:GetItem","dynamodb:Scan"]"#,
            r#"{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"${aws:username}"}}"#,
            true,
        ),
        (r#""dynamodb:*""#, r#"{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"${aws:username}"}}"#, true),
        (r#""dynamodb:GetItem""#, r#"{"ForAllValues:StringEquals":{"dynamodb:Attributes":["UserId"]}}"#, false),
    ];
    for (action, condition, told) in rows {
        let text = allowing(action, condition);
        assert_eq!(codes(Inline, &text).contains(&FOR_ALL), *told, "{action} {condition}");
        assert!(!codes(Inline, &text.replace("Allow", "Deny")).contains(&FOR_ALL), "{action} {condition}");
    }
}

/// A request with a long-term access key has no `aws:MultiFactorAuthPresent` at all
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>).
#[test]
fn multi_factor_if_it_exists() {
    const TOLD: &str = "policy-if-exists-multi-factor";
    let rows: &[(&str, bool)] = &[
        (r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}"#, true),
        (r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":true}}"#, true),
        (r#"{"BoolIfExists":{"aws:multifactorauthpresent":"TRUE"}}"#, true),
        (r#"{"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}}"#, false),
        (r#"{"Bool":{"aws:MultiFactorAuthPresent":"true"}}"#, false),
        (r#"{"BoolIfExists":{"aws:SecureTransport":"true"}}"#, false),
        (r#"{"NumericLessThanIfExists":{"aws:MultiFactorAuthAge":"3600"}}"#, false),
    ];
    for (condition, told) in rows {
        let text = allowing(r#""s3:GetObject""#, condition);
        assert_eq!(codes(Inline, &text).contains(&TOLD), *told, "{condition}");
        // In a denial it is the right way round.
        assert!(!codes(Inline, &text.replace("Allow", "Deny")).contains(&TOLD), "{condition}");
    }
}

#[test]
fn what_is_said() {
    let rows: &[Row] = &[
        (
            r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":"a"}}}"#,
            &[
                "warning: ForAllValues holds for a request without aws:TagKeys too, and this allows, at Statement[0].Condition.ForAllValues:StringEquals.aws:TagKeys [policy-for-all-values-allow]",
            ],
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"BoolIfExists":{"aws:MultiFactorAuthPresent":"true"}}}"#,
            &[
                "warning: BoolIfExists holds for access keys, whose requests have no aws:MultiFactorAuthPresent, at Statement[0].Condition.BoolIfExists.aws:MultiFactorAuthPresent [policy-if-exists-multi-factor]",
            ],
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:username":["a","b*"]}}}"#,
            &[
                r#"warning: StringEquals reads the * of "b*" as a plain character, at Statement[0].Condition.StringEquals.aws:username[1] [policy-wildcard-literal]"#,
            ],
        ),
    ];
    check(Inline, rows);
}

/// "Variables were introduced in version 2012-10-17."
#[test]
fn variables_of_the_old_version() {
    let rows: &[(&str, Option<(&str, &str)>)] = &[
        (r#""Resource":"arn:aws:s3:::x/${aws:username}""#, Some(("arn:aws:s3:::x/${aws:username}", "Resource"))),
        (r#""Resource":["arn:aws:s3:::x","arn:aws:s3:::x/${*}"]"#, Some(("arn:aws:s3:::x/${*}", "Resource"))),
        (r#""NotResource":"arn:aws:s3:::x/${aws:userid}""#, Some(("arn:aws:s3:::x/${aws:userid}", "NotResource"))),
        (
            r#""Resource":"*","Condition":{"StringLike":{"s3:prefix":["","home/${aws:username}/*"]}}"#,
            Some(("home/${aws:username}/*", "Condition")),
        ),
        (r#""Resource":"arn:aws:s3:::x/$""#, None),
        (r#""Resource":"arn:aws:s3:::x/{aws:username}""#, None),
        (r#""Resource":"arn:aws:s3:::x/$aws:username""#, None),
    ];
    for (elements, told) in rows {
        let new = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":"s3:GetObject",{elements}}}]}}"#
        );
        check_documents(Inline, [(new.clone(), &[] as &[&str])]);
        let expected = told.map(|(text, element)| {
            format!(
                "warning: the version 2008-10-17 reads {text:?} as plain text, not as a variable, at Statement[0].{element} [policy-variable-version]"
            )
        });
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check_documents(Inline, [(new.replace("2012", "2008"), expected.as_slice())]);
        check_documents(Inline, [(new.replace(r#""Version":"2012-10-17","#, ""), expected.as_slice())]);
    }
}
