//! What a change means.

mod beside;
mod bounds;
mod conditions;
mod covered;
mod covered_in_part;
mod denials;
mod drift;
mod exceptions;
mod implied;
mod judged;
mod moved;
mod regrouped;
mod trust;
mod workplace;

use rstest::rstest;

use crate::support::{allow, lines, policy, trust, with};
use iam_policy::{Breadth, diff};

fn changes(before: &str, after: &str) -> String {
    lines(&diff(Some(&policy(before)), Some(&policy(after))))
}

fn statements(statements: &[&str]) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","))
}

/// The lines from one list of statements to another, and those of the way back.
fn there_and_back(before: &[&str], after: &[&str]) -> String {
    let (before, after) = (statements(before), statements(after));
    format!("{}\nback:\n{}", changes(&before, &after), changes(&after, &before))
}

#[rstest]
fn nothing_and_nothing() {
    assert_eq!(diff(None, None), []);
}

#[rstest]
fn a_new_and_a_deleted_document() {
    let text = trust(r#"{"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"],"AWS":"111122223333"}"#);
    insta::assert_snapshot!(lines(&diff(None, Some(&policy(&text)))), @r"
    widens  + account 111122223333 (this account) may sts:AssumeRole
    widens  + Service ec2.amazonaws.com may sts:AssumeRole
    widens  + Service sagemaker.amazonaws.com may sts:AssumeRole
    ");
    insta::assert_snapshot!(lines(&diff(Some(&policy(&text)), None)), @r"
    narrows - account 111122223333 (this account) may sts:AssumeRole
    narrows - Service ec2.amazonaws.com may sts:AssumeRole
    narrows - Service sagemaker.amazonaws.com may sts:AssumeRole
    ");
    insta::assert_snapshot!(lines(&diff(None, Some(&policy("{}")))), @"neither + a policy without statements");
    insta::assert_snapshot!(lines(&diff(Some(&policy("{}")), None)), @"neither - a policy without statements");
}

#[rstest]
fn a_new_document_that_denies() {
    let text =
        statements(&[r#"{"Effect":"Deny","Action":["s3:*"],"NotResource":["arn:aws:s3:::lab","arn:aws:s3:::lab/*"]}"#]);
    insta::assert_snapshot!(lines(&diff(None, Some(&policy(&text)))), @"narrows + Deny s3:* on everything but arn:aws:s3:::lab, arn:aws:s3:::lab/*");
    insta::assert_snapshot!(lines(&diff(Some(&policy(&text)), None)), @"widens  - Deny s3:* on everything but arn:aws:s3:::lab, arn:aws:s3:::lab/*");
}

#[rstest]
fn the_trust_policy_of_the_lab() {
    insta::assert_snapshot!(changes(
        &trust(r#"{"Service":"ec2.amazonaws.com"}"#),
        &trust(r#"{"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]}"#),
    ), @"widens  + Service sagemaker.amazonaws.com may sts:AssumeRole");
    insta::assert_snapshot!(changes(
        &trust(r#"{"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]}"#),
        &trust(r#"{"Service":"sagemaker.amazonaws.com"}"#),
    ), @"narrows - Service ec2.amazonaws.com may sts:AssumeRole");
    let ec2 = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com"}}"#;
    let sagemaker = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"sagemaker.amazonaws.com"}}"#;
    insta::assert_snapshot!(changes(&statements(&[ec2]), &statements(&[ec2, sagemaker])), @"widens  + Service sagemaker.amazonaws.com may sts:AssumeRole");
}

#[rstest]
fn principals_in_words() {
    let none = trust(r#"{"Service":"x"}"#);
    let all = trust(
        r#"{"Service":"x","CanonicalUser":"79a5","Federated":"cognito-identity.amazonaws.com","AWS":["*","111122223333",
        "444455556666","arn:aws-cn:iam::444455556666:root","arn:aws:iam::444455556666:role/a","AROAEXAMPLE","AIDAEXAMPLE"]}"#,
    );
    insta::assert_snapshot!(changes(&none, &all), @r"
    widens  + everyone may sts:AssumeRole
    widens  + AWS AIDAEXAMPLE (deleted user?) may sts:AssumeRole
    widens  + AWS AROAEXAMPLE (deleted role?) may sts:AssumeRole
    widens  + AWS arn:aws-cn:iam::444455556666:root may sts:AssumeRole
    widens  + account 111122223333 (this account) may sts:AssumeRole
    widens  + AWS arn:aws:iam::444455556666:role/a may sts:AssumeRole
    widens  + account 444455556666 may sts:AssumeRole
    widens  + CanonicalUser 79a5 may sts:AssumeRole
    widens  + Federated cognito-identity.amazonaws.com may sts:AssumeRole
    ");
    insta::assert_snapshot!(changes(&none, &trust(r#""somebody""#)), @r#"
    widens  + Principal "somebody" may sts:AssumeRole
    narrows - Service x may sts:AssumeRole
    "#);
    insta::assert_snapshot!(changes(&none, &trust("{}")), @r"
    neither + nobody may sts:AssumeRole
    narrows - Service x may sts:AssumeRole
    ");
}

#[rstest]
fn a_split_statement_neither_widens_nor_narrows() {
    let together = trust(r#"{"Service":["a","b"]}"#);
    let a = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"a"}}"#;
    let b = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"b"}}"#;
    insta::assert_snapshot!(changes(&together, &statements(&[a, b])), @"neither 1 statement is split into 2 statements, which mean the same: Service a, Service b may sts:AssumeRole");
}

#[rstest]
fn actions_and_resources() {
    let elements = |actions: &str, resources: &str| allow(&format!(r#""Action":{actions},"Resource":{resources}"#));
    let get = elements(r#""s3:GetObject""#, r#""arn:aws:s3:::a/*""#);
    insta::assert_snapshot!(changes(&get, &elements(r#"["s3:GetObject","s3:PutObject"]"#, r#""arn:aws:s3:::a/*""#)), @"widens  + s3:PutObject on arn:aws:s3:::a/*");
    insta::assert_snapshot!(changes(&elements(r#"["s3:GetObject","s3:PutObject"]"#, r#""arn:aws:s3:::a/*""#), &get), @"narrows - s3:PutObject on arn:aws:s3:::a/*");
    insta::assert_snapshot!(changes(&get, &elements(r#""s3:GetObject""#, r#"["arn:aws:s3:::a/*","arn:aws:s3:::b/*"]"#)), @"widens  + s3:GetObject on arn:aws:s3:::b/*");
    insta::assert_snapshot!(changes(&get, &elements(r#"["s3:GetObject","s3:PutObject"]"#, r#"["arn:aws:s3:::a/*","arn:aws:s3:::b"]"#)), @r"
    widens  + s3:PutObject on arn:aws:s3:::a/*, arn:aws:s3:::b
    widens  + s3:GetObject on arn:aws:s3:::b
    ");
    insta::assert_snapshot!(changes(&get, &elements(r#""s3:PutObject""#, r#""arn:aws:s3:::a/*""#)), @r"
    widens  + s3:PutObject on arn:aws:s3:::a/*
    narrows - s3:GetObject on arn:aws:s3:::a/*
    ");
    insta::assert_snapshot!(changes(&get, &elements(r#""ec2:RunInstances""#, r#""arn:aws:ec2:*""#)), @r"
    widens  + ec2:RunInstances on arn:aws:ec2:*
    narrows - s3:GetObject on arn:aws:s3:::a/*
    ");
}

#[rstest]
fn what_a_pattern_covers_is_no_widening() {
    let document = |actions: &str, resources: &str| allow(&format!(r#""Action":{actions},"Resource":{resources}"#));
    insta::assert_snapshot!(changes(&document(r#""s3:*""#, r#""*""#), &document(r#"["s3:Get*","S3:list*"]"#, r#""*""#)), @"
    neither + s3:Get*, S3:list* on *
    narrows - s3:* on *
    ");
    insta::assert_snapshot!(changes(&document(r#""s3:Get*""#, r#""*""#), &document(r#""s3:*""#, r#""*""#)), @r"
    widens  + s3:* on *
    neither - s3:Get* on *
    ");
    insta::assert_snapshot!(changes(&document(r#""a:b""#, r#""arn:*""#), &document(r#""a:b""#, r#"["arn:*","arn:aws:x"]"#)), @"neither + a:b on arn:aws:x");
    insta::assert_snapshot!(changes(&document(r#""a:b""#, r#""arn:?""#), &document(r#""a:b""#, r#"["arn:?","arn:*"]"#)), @"widens  + a:b on arn:*");
    insta::assert_snapshot!(changes(&document(r#""a:b""#, r#""arn:${aws:x}*""#), &document(r#""a:b""#, r#"["arn:${aws:x}*","arn:${aws:x}y"]"#)), @"widens  + a:b on arn:${aws:x}y");
}

#[rstest]
fn conditions_required_and_not() {
    let pass_role = |condition: &str| {
        allow(&format!(r#""Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/x"{condition}"#))
    };
    let free = pass_role("");
    let bound = pass_role(r#","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}"#);
    let two = pass_role(
        r#","Condition":{"StringEquals":{"IAM:passedtoservice":["ec2.amazonaws.com","sagemaker.amazonaws.com"]}}"#,
    );
    let other = pass_role(r#","Condition":{"StringLike":{"iam:PassedToService":"ec2.amazonaws.com"}}"#);
    insta::assert_snapshot!(changes(&free, &bound), @"narrows Condition StringEquals iam:PassedToService = ec2.amazonaws.com now required for iam:PassRole on arn:aws:iam::111122223333:role/x");
    insta::assert_snapshot!(changes(&bound, &free), @"widens  Condition StringEquals iam:PassedToService = ec2.amazonaws.com no longer required for iam:PassRole on arn:aws:iam::111122223333:role/x");
    insta::assert_snapshot!(changes(&bound, &two), @"widens  Condition StringEquals IAM:passedtoservice now accepts sagemaker.amazonaws.com for iam:PassRole on arn:aws:iam::111122223333:role/x");
    insta::assert_snapshot!(changes(&two, &bound), @"narrows Condition StringEquals iam:PassedToService no longer accepts sagemaker.amazonaws.com for iam:PassRole on arn:aws:iam::111122223333:role/x");
    insta::assert_snapshot!(changes(&bound, &other), @"neither Condition StringEquals iam:PassedToService = ec2.amazonaws.com becomes StringLike = ec2.amazonaws.com for iam:PassRole on arn:aws:iam::111122223333:role/x");
    let none = pass_role(r#","Condition":{"StringEquals":{"iam:PassedToService":[]}}"#);
    insta::assert_snapshot!(changes(&free, &none), @"narrows Condition StringEquals iam:PassedToService without values now required for iam:PassRole on arn:aws:iam::111122223333:role/x");
}

#[rstest]
fn negated_conditions_and_denials_turn_the_breadth_around() {
    let denied = |values: &str| {
        with(&format!(r#""Condition":{{"StringNotEquals":{{"aws:SourceVpc":{values}}}}}"#)).replace("Allow", "Deny")
    };
    let allowed =
        |values: &str| with(&format!(r#""Condition":{{"StringNotEqualsIfExists":{{"aws:SourceVpc":{values}}}}}"#));
    insta::assert_snapshot!(changes(&denied(r#""a""#), &denied(r#"["a","b"]"#)), @"widens  Condition StringNotEquals aws:SourceVpc now excludes b for Deny s3:GetObject on *");
    insta::assert_snapshot!(changes(&allowed(r#""a""#), &allowed(r#"["a","b"]"#)), @"narrows Condition StringNotEqualsIfExists aws:SourceVpc now excludes b for s3:GetObject on *");
    insta::assert_snapshot!(changes(&allowed(r#"["a","b"]"#), &allowed(r#""a""#)), @"widens  Condition StringNotEqualsIfExists aws:SourceVpc no longer excludes b for s3:GetObject on *");
}

/// A condition more makes a denial rarer, and an exception more makes it narrower: both widen.
#[rstest]
fn what_a_denial_loses_is_gained() {
    let denied = |elements: &str| allow(&format!(r#""Resource":"*",{elements}"#)).replace("Allow", "Deny");
    let free = denied(r#""Action":"s3:PutObject""#);
    let bound = denied(r#""Action":"s3:PutObject","Condition":{"Bool":{"aws:SecureTransport":"false"}}"#);
    insta::assert_snapshot!(changes(&free, &bound), @"widens  Condition Bool aws:SecureTransport = false now required for Deny s3:PutObject on *");
    insta::assert_snapshot!(changes(&bound, &free), @"narrows Condition Bool aws:SecureTransport = false no longer required for Deny s3:PutObject on *");
    insta::assert_snapshot!(changes(&denied(r#""NotAction":"iam:*""#), &denied(r#""NotAction":["iam:*","sts:*"]"#)), @"widens  NotAction now excepts sts:*: Deny everything but iam:*, sts:* on *");
    insta::assert_snapshot!(changes(&denied(r#""NotAction":["iam:*","sts:*"]"#), &denied(r#""NotAction":"iam:*""#)), @"narrows NotAction no longer excepts sts:*: Deny everything but iam:* on *");
    insta::assert_snapshot!(changes(&free, &denied(r#""Action":["s3:PutObject","s3:DeleteObject"]"#)), @"narrows + Deny s3:DeleteObject on *");
    insta::assert_snapshot!(changes(&denied(r#""Action":["s3:PutObject","s3:DeleteObject"]"#), &free), @"widens  - Deny s3:DeleteObject on *");
}

#[rstest]
fn exceptions() {
    let text = |actions: &str, resources: &str| allow(&format!(r#""NotAction":{actions},"NotResource":{resources}"#));
    insta::assert_snapshot!(changes(&text(r#""iam:*""#, r#""a""#), &text(r#"["iam:*","sts:*"]"#, r#""b""#)), @r"
    narrows NotAction now excepts sts:*: everything but iam:*, sts:* on everything but b
    narrows NotResource now excepts b: everything but iam:*, sts:* on everything but b
    widens  NotResource no longer excepts a: everything but iam:*, sts:* on everything but b
    ");
    let but = |principal: &str| trust(principal).replace("Principal", "NotPrincipal").replace("Allow", "Deny");
    insta::assert_snapshot!(changes(&but(r#"{"AWS":"111122223333"}"#), &but(r#"{"AWS":["111122223333","444455556666"]}"#)), @"widens  NotPrincipal now excepts account 444455556666: everyone but account 111122223333 (this account), account 444455556666 may not sts:AssumeRole");
}

#[rstest]
fn another_effect_or_another_element_is_another_statement() {
    let deny = with(r#""Sid":"A""#).replace("Allow", "Deny");
    insta::assert_snapshot!(changes(&with(r#""Sid":"A""#), &deny), @r"
    narrows + Deny s3:GetObject on *
    narrows - s3:GetObject on *
    ");
    insta::assert_snapshot!(changes(&with(r#""Sid":"A""#), &with(r#""Sid":"A""#).replace("Allow", "allow")), @r#"
    neither + Effect "allow" for s3:GetObject on *
    narrows - s3:GetObject on *
    "#);
    insta::assert_snapshot!(changes(&allow(r#""Action":"a:b","Resource":"*""#), &allow(r#""NotAction":"a:b","Resource":"*""#)), @r"
    widens  + everything but a:b on *
    narrows - a:b on *
    ");
    insta::assert_snapshot!(changes(&with(r#""Sid":"A""#), r#"{"Version":"2012-10-17","Statement":{"Sid":"A"}}"#), @r"
    neither + no Effect for no action
    narrows - s3:GetObject on *
    ");
}

#[rstest]
fn what_decides_nothing_is_told_too() {
    insta::assert_snapshot!(changes(&with(r#""Sid":"A""#), &with(r#""Sid":"B""#)), @r#"neither Sid "A" becomes "B" for s3:GetObject on *"#);
    insta::assert_snapshot!(changes(&with(r#""Sid":"A""#), &with(r#""Sid":"""#)), @r#"neither Sid "A" becomes none for s3:GetObject on *"#);
    insta::assert_snapshot!(changes(r#"{"Id":"a"}"#, r#"{"Id":"b","Foo":[1.0]}"#), @r#"
    neither Id "a" becomes "b"
    neither + unknown element Foo: [1.0]
    "#);
    insta::assert_snapshot!(changes(r#"{"Foo":1}"#, "{}"), @"neither - unknown element Foo: 1");
    insta::assert_snapshot!(changes(&with(r#""Conditions":{}"#), &with(r#""Conditions":{"b":1,"a":2}"#)), @r#"
    neither - unknown element Conditions: {} for s3:GetObject on *
    neither + unknown element Conditions: {"a":2,"b":1} for s3:GetObject on *
    "#);
    insta::assert_snapshot!(changes(r#"{"Version":"2012-10-17"}"#, "{}"), @"neither Version 2012-10-17 becomes 2008-10-17");
    insta::assert_snapshot!(changes(&with(r#""Sid":"${aws:x}""#), &with(r#""Sid":"${aws:x}""#).replace("2012", "2008")), @"neither Version 2012-10-17 becomes 2008-10-17");
}

#[rstest]
fn statements_are_matched_by_sid_then_by_overlap() {
    let a = r#"{"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"x"}"#;
    let a_else = r#"{"Sid":"A","Effect":"Allow","Action":"ec2:Run","Resource":"y"}"#;
    let b = r#"{"Sid":"B","Effect":"Allow","Action":"s3:GetObject","Resource":"x"}"#;
    insta::assert_snapshot!(changes(&statements(&[a]), &statements(&[a_else, b])), @r#"
    widens  + ec2:Run on y
    neither Sid "A" becomes "B" for s3:GetObject on x
    "#);
    let near = r#"{"Effect":"Allow","Action":["a:1","a:2","a:3"],"Resource":"x"}"#;
    let nearer = r#"{"Effect":"Allow","Action":["a:1","a:2","a:3","a:4"],"Resource":"x"}"#;
    let far = r#"{"Effect":"Allow","Action":["a:1","b:2"],"Resource":"y"}"#;
    insta::assert_snapshot!(changes(&statements(&[near]), &statements(&[far, nearer])), @r"
    widens  + a:4 on x
    widens  + a:1, b:2 on y
    ");
}

#[rstest]
fn a_sid_that_is_there_twice_matches_nothing_by_itself() {
    let first = r#"{"Sid":"A","Effect":"Allow","Action":"a:1","Resource":"x"}"#;
    let second = r#"{"Sid":"A","Effect":"Allow","Action":"b:1","Resource":"y"}"#;
    let second_grown = r#"{"Sid":"A","Effect":"Allow","Action":["b:1","b:2"],"Resource":"y"}"#;
    let first_grown = r#"{"Sid":"A","Effect":"Allow","Action":["a:1","a:2"],"Resource":"x"}"#;
    insta::assert_snapshot!(changes(&statements(&[first, second]), &statements(&[second_grown, first_grown])), @r"
    widens  + a:2 on x
    widens  + b:2 on y
    ");
}

#[rstest]
#[case::named(&with(r#""Sid":"Read""#), "Read")]
#[case::described(&with(r#""Condition":{"Null":{"k":"true"}}"#), "s3:GetObject on *")]
fn a_change_names_its_statement(#[case] text: &str, #[case] name: &str) {
    let changes = diff(None, Some(&policy(text)));
    assert_eq!(changes.first().unwrap().statement.as_deref(), Some(name));
    assert_eq!(changes.first().unwrap().breadth, Breadth::Widens);
}

#[rstest]
fn a_change_of_the_document_names_no_statement() {
    assert_eq!(diff(Some(&policy("{}")), Some(&policy(r#"{"Id":"a"}"#))).first().unwrap().statement, None);
}

/// What another statement covers anyway neither widens nor narrows.
#[rstest]
#[case::same(r#""Action":"a:b","Resource":"*""#, r#""Sid":"B","Action":"a:b","Resource":"*""#, true)]
#[case::action(r#""Action":"a:*","Resource":"*""#, r#""Action":"A:b","Resource":"*""#, true)]
#[case::one_action_too_many(r#""Action":"a:*","Resource":"*""#, r#""Action":["a:b","b:c"],"Resource":"*""#, false)]
#[case::narrower_action(r#""Action":"a:b","Resource":"*""#, r#""Action":"a:*","Resource":"*""#, false)]
#[case::resource(r#""Action":"a:b","Resource":"arn:*""#, r#""Action":"a:b","Resource":"arn:x""#, true)]
#[case::other_case_of_resource(r#""Action":"a:b","Resource":"arn:X*""#, r#""Action":"a:b","Resource":"arn:xy""#, false)]
#[case::everything_covers_variables(
    r#""Action":"a:b","Resource":"*""#,
    r#""Action":"a:b","Resource":"${aws:x}""#,
    true
)]
#[case::variable(r#""Action":"a:b","Resource":"arn:*""#, r#""Action":"a:b","Resource":"arn:${aws:x}""#, false)]
#[case::more_conditions(
    r#""Action":"a:b","Resource":"*""#,
    r#""Action":"a:b","Resource":"*","Condition":{"Null":{"k":"true"}}"#,
    true
)]
#[case::fewer_conditions(
    r#""Action":"a:b","Resource":"*","Condition":{"Null":{"k":"true"}}"#,
    r#""Action":"a:b","Resource":"*""#,
    false
)]
#[case::other_condition(
    r#""Action":"a:*","Resource":"*","Condition":{"Null":{"k":"true"}}"#,
    r#""Action":"a:b","Resource":"*","Condition":{"Null":{"k":"false"}}"#,
    false
)]
#[case::fewer_exceptions(r#""Action":"a:*","NotResource":"x""#, r#""Action":"a:b","NotResource":"y""#, false)]
#[case::same_exceptions(r#""Action":"a:*","NotResource":"x""#, r#""Action":"a:b","NotResource":"x""#, true)]
#[case::excepted_actions(r#""NotAction":"a:*","Resource":"*""#, r#""NotAction":"a:b","Resource":"*""#, false)]
#[case::everyone(
    r#""Action":"a:b","Principal":"*""#,
    r#""Action":"a:b","Principal":{"AWS":"arn:aws:iam::1:role/x"}"#,
    true
)]
#[case::everyone_is_said_of_aws_only(
    r#""Action":"a:b","Principal":{"AWS":"*"}"#,
    r#""Action":"a:b","Principal":{"Service":"x"}"#,
    false
)]
#[case::other_principal(
    r#""Action":"a:b","Principal":{"Service":"x"}"#,
    r#""Action":"a:b","Principal":{"Service":"y"}"#,
    false
)]
#[case::excepted_principal(
    r#""Action":"a:*","NotPrincipal":{"Service":"x"}"#,
    r#""Action":"a:b","NotPrincipal":{"Service":"y"}"#,
    false
)]
#[case::no_principal(r#""Action":"a:*""#, r#""Action":"a:b","Principal":{"Service":"x"}"#, false)]
#[case::unknown_element(r#""Action":"a:*","Resource":"*","Foo":1"#, r#""Action":"a:b","Resource":"*""#, false)]
fn what_another_statement_covers(#[case] wide: &str, #[case] narrow: &str, #[case] covered: bool) {
    for (effect, more, fewer) in
        [("Allow", Breadth::Widens, Breadth::Narrows), ("Deny", Breadth::Narrows, Breadth::Widens)]
    {
        let statement = |elements: &str| format!(r#"{{"Effect":"{effect}",{elements}}}"#);
        let alone = policy(&statements(&[&statement(wide)]));
        let both = policy(&statements(&[&statement(wide), &statement(narrow)]));
        let breadths = |before, after| diff(before, after).into_iter().map(|change| change.breadth).collect::<Vec<_>>();
        // What is not covered comes first, and what is may follow.
        assert_eq!(breadths(Some(&alone), Some(&both)).first(), Some(&if covered { Breadth::Neither } else { more }));
        assert_eq!(breadths(Some(&both), Some(&alone)).first(), Some(&if covered { Breadth::Neither } else { fewer }));
    }
    let deny_too =
        statements(&[&format!(r#"{{"Effect":"Allow",{wide}}}"#), &format!(r#"{{"Effect":"Deny",{narrow}}}"#)]);
    let changes = diff(Some(&policy(&allow(wide))), Some(&policy(&deny_too)));
    assert!(changes.iter().all(|change| change.breadth == Breadth::Narrows), "another effect covers nothing");
}

#[rstest]
fn statements_of_another_effect_do_not_match() {
    let get = r#"{"Effect":"Allow","Action":"a:1","Resource":"x"}"#;
    let denied = r#"{"Effect":"Deny","Action":"a:1","Resource":"x"}"#;
    let grown = r#"{"Effect":"Allow","Action":["a:1","a:2"],"Resource":"x"}"#;
    insta::assert_snapshot!(changes(&statements(&[get]), &statements(&[denied, grown])), @r"
    widens  + a:2 on x
    narrows + Deny a:1 on x
    ");
}

/// A document may be anybody's: what it says never moves the cursor, colours the terminal or turns the direction of the text.
#[rstest]
fn what_is_no_visible_character_is_escaped() {
    let text = allow(r#""Sid":"a\u001b[2J","Action":"a:b\n+ c:d","Resource":"x\u202ey\u0085\u2028""#);
    insta::assert_snapshot!(changes("{\"Version\":\"2012-10-17\"}", &text), @r"widens  + a:b\n+ c:d on x\u{202e}y\u{85}\u{2028}");
    let changes = diff(None, Some(&policy(&text)));
    assert_eq!(changes.first().unwrap().statement.as_deref(), Some("a\\u{1b}[2J"));
}
