//! Which elements there are, for each type of document.

use super::{check, check_documents};
use iam_policy::DocumentType::{Inline, Managed, Resource, Trust};

#[test]
fn effects() {
    check(
        Inline,
        &[
            (r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#, &[]),
            (r#"{"Effect":"Deny","Action":"s3:GetObject","Resource":"*"}"#, &[]),
            (
                r#"{"Effect":"allow","Action":"s3:GetObject","Resource":"*"}"#,
                &[r#"error: Effect must be Allow or Deny, not "allow", at Statement[0].Effect [policy-effect]"#],
            ),
            (
                r#"{"Effect":"ALLOW","Action":"s3:GetObject","Resource":"*"}"#,
                &[r#"error: Effect must be Allow or Deny, not "ALLOW", at Statement[0].Effect [policy-effect]"#],
            ),
            (
                r#"{"Effect":"denY","Action":"s3:GetObject","Resource":"*"}"#,
                &[r#"error: Effect must be Allow or Deny, not "denY", at Statement[0].Effect [policy-effect]"#],
            ),
            (
                r#"{"Effect":"Allow ","Action":"s3:GetObject","Resource":"*"}"#,
                &[r#"error: Effect must be Allow or Deny, not "Allow ", at Statement[0].Effect [policy-effect]"#],
            ),
            (
                r#"{"Effect":"Permit","Action":"s3:GetObject","Resource":"*"}"#,
                &[r#"error: Effect must be Allow or Deny, not "Permit", at Statement[0].Effect [policy-effect]"#],
            ),
            (
                r#"{"Effect":"","Action":"s3:GetObject","Resource":"*"}"#,
                &[r#"error: Effect must be Allow or Deny, not "", at Statement[0].Effect [policy-effect]"#],
            ),
            (
                r#"{"Action":"s3:GetObject","Resource":"*"}"#,
                &["error: a statement needs Effect, Allow or Deny, at Statement[0] [policy-effect]"],
            ),
            (
                r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Effect":"deny","Action":"s3:PutObject","Resource":"*"}"#,
                &[r#"error: Effect must be Allow or Deny, not "deny", at Statement[1].Effect [policy-effect]"#],
            ),
        ],
    );
}

#[test]
fn versions_of_an_inline_policy() {
    let statement = r#""Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#;
    let rows: &[(&str, &[&str])] = &[
        (r#""Version":"2012-10-17","#, &[]),
        (r#""Version":"2008-10-17","#, &[]),
        ("", &[]),
        (
            r#""Version":"2012-10-18","#,
            &[r#"error: Version must be 2012-10-17 or 2008-10-17, not "2012-10-18", at Version [policy-version]"#],
        ),
        (
            r#""Version":"2012-10-17 ","#,
            &[r#"error: Version must be 2012-10-17 or 2008-10-17, not "2012-10-17 ", at Version [policy-version]"#],
        ),
        (
            r#""Version":"1.0","#,
            &[r#"error: Version must be 2012-10-17 or 2008-10-17, not "1.0", at Version [policy-version]"#],
        ),
        (
            r#""Version":"","#,
            &[r#"error: Version must be 2012-10-17 or 2008-10-17, not "", at Version [policy-version]"#],
        ),
    ];
    let texts = rows.iter().map(|(version, expected)| (format!("{{{version}{statement}}}"), *expected));
    check_documents(Inline, texts);
}

/// `CreatePolicy` answers `Policy document must be version 2012-10-17 or greater.`
#[test]
fn versions_of_a_managed_policy() {
    let statement = r#""Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#;
    let rows: &[(&str, &[&str])] = &[
        (r#""Version":"2012-10-17","#, &[]),
        (
            r#""Version":"2008-10-17","#,
            &[
                "error: the Version of a managed policy must be 2012-10-17, not the old 2008-10-17, at Version [policy-version]",
            ],
        ),
        (
            "",
            &[
                "error: a managed policy needs Version: 2012-10-17; without one it is of the old version [policy-version]",
            ],
        ),
        (
            r#""Version":"2013-10-17","#,
            &[r#"error: Version must be 2012-10-17 or 2008-10-17, not "2013-10-17", at Version [policy-version]"#],
        ),
    ];
    let texts = rows.iter().map(|(version, expected)| (format!("{{{version}{statement}}}"), *expected));
    check_documents(Managed, texts);
}

#[test]
fn versions_of_a_trust_policy() {
    let statement =
        r#""Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}"#;
    for version in [r#""Version":"2012-10-17","#, r#""Version":"2008-10-17","#, ""] {
        check_documents(Trust, [(format!("{{{version}{statement}}}"), &[] as &[&str])]);
    }
    check_documents(
        Trust,
        [(
            format!(r#"{{"Version":"2012",{statement}}}"#),
            &[r#"error: Version must be 2012-10-17 or 2008-10-17, not "2012", at Version [policy-version]"#]
                as &[&str],
        )],
    );
}

#[test]
fn documents_without_statements() {
    let rows: [(&str, &[&str]); 5] = [
        ("{}", &["error: a policy needs a Statement [policy-statement]"]),
        (r#"{"Version":"2012-10-17"}"#, &["error: a policy needs a Statement [policy-statement]"]),
        (r#"{"Version":"2012-10-17","Statement":[]}"#, &["error: a policy needs a Statement [policy-statement]"]),
        (
            r#"{"Version":"2012-10-17","Statements":[]}"#,
            &[
                r#"error: "Statements" is no element of a policy, did you mean Statement?, at Statements [policy-unknown-element]"#,
                "error: a policy needs a Statement [policy-statement]",
            ],
        ),
        (
            r#"{"Version":"2012-10-17","Id":"x","Statement":{}}"#,
            &[
                "error: a statement needs Effect, Allow or Deny, at Statement [policy-effect]",
                "error: a statement needs Action or NotAction, at Statement [policy-action]",
                "error: a statement needs Resource or NotResource, at Statement [policy-resource]",
            ],
        ),
    ];
    check_documents(Inline, rows.iter().map(|(text, expected)| ((*text).to_owned(), *expected)));
}

#[test]
fn actions_and_resources_of_an_identitys_policy() {
    let rows: &[super::Row] = &[
        (r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#, &[]),
        (r#"{"Effect":"Deny","NotAction":"s3:GetObject","NotResource":"arn:aws:s3:::x"}"#, &[]),
        (
            r#"{"Effect":"Allow","Resource":"*"}"#,
            &["error: a statement needs Action or NotAction, at Statement[0] [policy-action]"],
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:GetObject"}"#,
            &["error: a statement needs Resource or NotResource, at Statement[0] [policy-resource]"],
        ),
        (
            r#"{"Effect":"Allow","Action":[],"Resource":"*"}"#,
            &["error: Action is empty, at Statement[0].Action [policy-action]"],
        ),
        (
            r#"{"Effect":"Deny","NotAction":[],"Resource":"*"}"#,
            &["error: NotAction is empty, at Statement[0].NotAction [policy-action]"],
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":[]}"#,
            &["error: Resource is empty, at Statement[0].Resource [policy-resource]"],
        ),
        (
            r#"{"Effect":"Allow","Action":"s3:GetObject","NotResource":[]}"#,
            &["error: NotResource is empty, at Statement[0].NotResource [policy-resource]"],
        ),
        (
            r#"{"Effect":"Deny","Action":"s3:GetObject","NotAction":"s3:PutObject","Resource":"*"}"#,
            &["error: a statement has Action or NotAction, not both, at Statement[0] [policy-action]"],
        ),
        (
            r#"{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","NotResource":"arn:aws:s3:::x"}"#,
            &["error: a statement has Resource or NotResource, not both, at Statement[0] [policy-resource]"],
        ),
        (
            r#"{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::x","NotResource":[]}"#,
            &[
                "error: a statement has Resource or NotResource, not both, at Statement[0] [policy-resource]",
                "error: NotResource is empty, at Statement[0].NotResource [policy-resource]",
            ],
        ),
    ];
    check(Inline, rows);
    check(Managed, rows);
}

#[test]
fn principals_of_an_identitys_policy() {
    check(
        Inline,
        &[
            (
                r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Principal":"*"}"#,
                &["error: an inline policy cannot have Principal, at Statement[0].Principal [policy-principal]"],
            ),
            (
                r#"{"Effect":"Deny","Action":"s3:GetObject","Resource":"*","NotPrincipal":{"AWS":"111122223333"}}"#,
                &["error: an inline policy cannot have NotPrincipal, at Statement[0].NotPrincipal [policy-principal]"],
            ),
        ],
    );
    check(
        Managed,
        &[
            (
                r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Principal":{"AWS":"*"}}"#,
                &["error: a managed policy cannot have Principal, at Statement[0].Principal [policy-principal]"],
            ),
            (
                // What is in a forbidden element is not judged as well.
                r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Principal":{"aws":"x"}}"#,
                &["error: a managed policy cannot have Principal, at Statement[0].Principal [policy-principal]"],
            ),
        ],
    );
}

/// IAM: `Has prohibited field Resource`, `Missing required field Principal`.
#[test]
fn elements_of_a_trust_policy() {
    check(
        Trust,
        &[
            (r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}"#, &[]),
            (
                r#"{"Effect":"Allow","Action":"sts:AssumeRole"}"#,
                &["error: a statement needs Principal or NotPrincipal, at Statement[0] [policy-principal]"],
            ),
            (
                r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"}}"#,
                &["error: a statement needs Action or NotAction, at Statement[0] [policy-action]"],
            ),
            (
                r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"},"Resource":"*"}"#,
                &["error: a trust policy cannot have Resource, at Statement[0].Resource [policy-resource]"],
            ),
            (
                r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"},"NotResource":"x"}"#,
                &["error: a trust policy cannot have NotResource, at Statement[0].NotResource [policy-resource]"],
            ),
            (
                r#"{"Effect":"Deny","Action":"sts:AssumeRole","Principal":{"AWS":"*"},"NotPrincipal":{"AWS":"111122223333"}}"#,
                &["error: a statement has Principal or NotPrincipal, not both, at Statement[0] [policy-principal]"],
            ),
            (
                r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{}}"#,
                &["error: no principal is named, at Statement[0].Principal [policy-principal-form]"],
            ),
        ],
    );
}

/// A bucket's statements need a principal, and need not have a resource: which services want one differs.
#[test]
fn elements_of_a_resources_policy() {
    check(
        Resource,
        &[
            (r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::x/*","Principal":"*"}"#, &[]),
            (r#"{"Effect":"Allow","Action":"ecr:GetDownloadUrlForLayer","Principal":{"AWS":"444455556666"}}"#, &[]),
            (
                r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::x/*"}"#,
                &["error: a statement needs Principal or NotPrincipal, at Statement[0] [policy-principal]"],
            ),
            (
                r#"{"Effect":"Allow","Principal":"*","Resource":"arn:aws:s3:::x/*"}"#,
                &["error: a statement needs Action or NotAction, at Statement[0] [policy-action]"],
            ),
        ],
    );
}

/// IAM: `Statement IDs (SID) must be alpha-numeric`, and `Statement IDs (SID) in a single policy must be unique.`
#[test]
fn statement_ids() {
    check(
        Inline,
        &[
            (r#"{"Sid":"Read1","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#, &[]),
            (r#"{"Sid":"","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#, &[]),
            (r#"{"Sid":"123","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#, &[]),
            (
                r#"{"Sid":"allow-read","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
                &[
                    r#"error: Sid may have letters A-Z, a-z and digits only, not "allow-read", at Statement[0].Sid [policy-sid-characters]"#,
                ],
            ),
            (
                r#"{"Sid":"allow read","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
                &[
                    r#"error: Sid may have letters A-Z, a-z and digits only, not "allow read", at Statement[0].Sid [policy-sid-characters]"#,
                ],
            ),
            (
                r#"{"Sid":"Lesen_ä","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
                &[
                    r#"error: Sid may have letters A-Z, a-z and digits only, not "Lesen_ä", at Statement[0].Sid [policy-sid-characters]"#,
                ],
            ),
            (
                r#"{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Sid":"A","Effect":"Deny","Action":"s3:PutObject","Resource":"*"}"#,
                &[r#"error: two statements have the Sid "A", at Statement[1].Sid [policy-sid-repeated]"#],
            ),
            (
                r#"{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Sid":"a","Effect":"Deny","Action":"s3:PutObject","Resource":"*"}"#,
                &[],
            ),
            (
                r#"{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#,
                &[r#"error: two statements have the Sid "A", at Statement[1].Sid [policy-sid-repeated]"#],
            ),
            (
                r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"}"#,
                &[],
            ),
        ],
    );
}

/// IAM: `Syntax errors in policy.` for every element that it does not know, also for one that means no harm.
#[test]
fn unknown_elements() {
    let statement = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#;
    let elements = [
        ("version", ", did you mean Version?"),
        ("VERSION", ", did you mean Version?"),
        ("Versions", ", did you mean Version?"),
        ("id", ", did you mean Id?"),
        ("Description", ""),
        ("Comment", ""),
        ("Condition", ""),
        ("$schema", ""),
        ("", ""),
    ];
    for (element, hint) in elements {
        let expected =
            format!("error: {element:?} is no element of a policy{hint}, at {element} [policy-unknown-element]");
        let expected = expected.replace(", at  [", " [");
        let text = format!(r#"{{"Version":"2012-10-17","{element}":"x","Statement":{statement}}}"#);
        check_documents(Inline, [(text, &[expected.as_str()] as &[&str])]);
    }
    let elements = [
        ("sid", ", did you mean Sid?"),
        ("effect", ", did you mean Effect?"),
        ("Actions", ", did you mean Action?"),
        ("Resources", ", did you mean Resource?"),
        ("resource", ", did you mean Resource?"),
        ("conditions", ", did you mean Condition?"),
        ("Principals", ", did you mean Principal?"),
        ("NotActions", ", did you mean NotAction?"),
        ("Version", ""),
        ("Id", ""),
        ("Comment", ""),
    ];
    for (element, hint) in elements {
        let expected = format!(
            "error: {element:?} is no element of a policy{hint}, at Statement[0].{element} [policy-unknown-element]"
        );
        let text =
            super::document(&format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","{element}":"x"}}"#));
        check_documents(Inline, [(text, &[expected.as_str()] as &[&str])]);
    }
}

/// IAM takes tab, line feed, carriage return, and everything from a blank to `ÿ`.
#[test]
fn characters() {
    let rows: [(&str, Option<char>); 10] = [
        ("plain", None),
        ("ä", None),
        ("ÿ", None),
        ("¡", None),
        ("Ā", Some('Ā')),
        ("→", Some('→')),
        ("…", Some('…')),
        ("“", Some('“')),
        ("日", Some('日')),
        ("😀", Some('😀')),
    ];
    for (character, wrong) in rows {
        let text = super::document(&format!(
            r#"{{"Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::x/{character}"}}"#
        ));
        let expected = wrong.map(|wrong| format!("error: a policy cannot contain {wrong:?} [policy-characters]"));
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        check_documents(Inline, [(text, expected.as_slice())]);
    }
}
