//! Trust policies: who may assume a role, and who no more.

use super::there_and_back;

/// The line of the lab.
#[test]
fn a_service_comes() {
    let before = [r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#];
    let after = [
        r#"{"Effect":"Allow","Principal":{"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]},"Action":"sts:AssumeRole"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + Service sagemaker.amazonaws.com may sts:AssumeRole
    back:
    narrows - Service sagemaker.amazonaws.com may sts:AssumeRole
    ");
}

/// One comes, one goes.
#[test]
fn a_service_takes_the_place_of_another() {
    let before = [r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#];
    let after = [r#"{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + Service sagemaker.amazonaws.com may sts:AssumeRole
    narrows - Service ec2.amazonaws.com may sts:AssumeRole
    back:
    widens  + Service ec2.amazonaws.com may sts:AssumeRole
    narrows - Service sagemaker.amazonaws.com may sts:AssumeRole
    ");
}

/// And turns an account id into the ARN of its root: no line at all.
#[test]
fn iam_reorders_a_list() {
    let before = [
        r#"{"Effect":"Allow","Principal":{"AWS":["444455556666","111122223333","arn:aws:iam::111122223333:role/a"]},"Action":"sts:AssumeRole"}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:root","arn:aws:iam::111122223333:role/a","arn:aws:iam::444455556666:root"]},"Action":"sts:AssumeRole"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"back:");
}

/// IAM answers the old one's unique id; saving the trust again mends it.
#[test]
fn a_role_was_made_anew() {
    let before = [r#"{"Effect":"Allow","Principal":{"AWS":"AROAEXAMPLEEXAMPLE123"},"Action":"sts:AssumeRole"}"#];
    let after =
        [r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/lab"},"Action":"sts:AssumeRole"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  AWS AROAEXAMPLEEXAMPLE123 (deleted role?) becomes AWS arn:aws:iam::111122223333:role/lab for sts:AssumeRole: the role was deleted and made anew, and is meant again once this is saved
    back:
    widens  + AWS AROAEXAMPLEEXAMPLE123 (deleted role?) may sts:AssumeRole
    narrows - AWS arn:aws:iam::111122223333:role/lab may sts:AssumeRole
    ");
}

/// The same of a user.
#[test]
fn a_user_was_made_anew() {
    let before = [
        r#"{"Effect":"Allow","Principal":{"AWS":["AIDAEXAMPLEEXAMPLE123","arn:aws:iam::111122223333:role/lab"]},"Action":"sts:AssumeRole"}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:user/ann","arn:aws:iam::111122223333:role/lab"]},"Action":"sts:AssumeRole"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  AWS AIDAEXAMPLEEXAMPLE123 (deleted user?) becomes AWS arn:aws:iam::111122223333:user/ann for sts:AssumeRole: the user was deleted and made anew, and is meant again once this is saved
    back:
    widens  + AWS AIDAEXAMPLEEXAMPLE123 (deleted user?) may sts:AssumeRole
    narrows - AWS arn:aws:iam::111122223333:user/ann may sts:AssumeRole
    ");
}

/// Which of them became which is not in the text.
#[test]
fn several_roles_were_made_anew() {
    let before = [
        r#"{"Effect":"Allow","Principal":{"AWS":["AROAONE","AROATWO"],"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#,
        r#"{"Effect":"Deny","Principal":{"AWS":"AROATHREE"},"Action":"sts:AssumeRole"}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/a","arn:aws:iam::111122223333:role/x/b"],"Service":"glue.amazonaws.com"},"Action":"sts:AssumeRole"}"#,
        r#"{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::111122223333:role/c"},"Action":"sts:AssumeRole"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + Service glue.amazonaws.com may sts:AssumeRole
    narrows - Service ec2.amazonaws.com may sts:AssumeRole
    widens  AWS AROAONE (deleted role?), AWS AROATWO (deleted role?) become AWS arn:aws:iam::111122223333:role/a, AWS arn:aws:iam::111122223333:role/x/b for sts:AssumeRole: the roles were deleted and made anew, and are meant again once this is saved
    narrows AWS AROATHREE (deleted role?) becomes AWS arn:aws:iam::111122223333:role/c for sts:AssumeRole: the role was deleted and made anew, and is meant again once this is saved
    back:
    widens  + AWS AROAONE (deleted role?) may sts:AssumeRole
    widens  + AWS AROATWO (deleted role?) may sts:AssumeRole
    widens  + Service ec2.amazonaws.com may sts:AssumeRole
    narrows + AWS AROATHREE (deleted role?) may not sts:AssumeRole
    narrows - AWS arn:aws:iam::111122223333:role/a may sts:AssumeRole
    narrows - AWS arn:aws:iam::111122223333:role/x/b may sts:AssumeRole
    narrows - Service glue.amazonaws.com may sts:AssumeRole
    widens  - AWS arn:aws:iam::111122223333:role/c may not sts:AssumeRole
    ");
}

/// Two came for one that was deleted, a user for a role, another action: so none is the other under its name.
#[test]
fn what_is_not_the_same_made_anew() {
    let before = |id: &str| [format!(r#"{{"Effect":"Allow","Principal":{{"AWS":"{id}"}},"Action":"sts:AssumeRole"}}"#)];
    let after = |arns: &str, action: &str| {
        [format!(r#"{{"Effect":"Allow","Principal":{{"AWS":[{arns}]}},"Action":"{action}"}}"#)]
    };
    let (role, other) = (r#""arn:aws:iam::111122223333:role/a""#, r#""arn:aws:iam::111122223333:role/b""#);
    for (id, arns, action) in [
        ("AROAONE", format!("{role},{other}"), "sts:AssumeRole"),
        ("AIDAONE", role.to_owned(), "sts:AssumeRole"),
        ("AROAONE", role.to_owned(), "sts:TagSession"),
        ("AROAONE", r#""arn:aws:iam::111122223333:root""#.to_owned(), "sts:AssumeRole"),
    ] {
        let (before, after) = (before(id), after(&arns, action));
        let told = there_and_back(&before.each_ref().map(String::as_str), &after.each_ref().map(String::as_str));
        assert!(told.contains("narrows - AWS A") && !told.contains("anew"), "{told}");
    }
}

/// What is allowed by another statement anyway is no more than before.
#[test]
fn a_role_that_was_made_anew_is_let_in_anyway() {
    let everyone = r#"{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}"#;
    let before = [everyone, r#"{"Effect":"Allow","Principal":{"AWS":"AROAONE"},"Action":"sts:AssumeRole"}"#];
    let after = [
        everyone,
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/a"},"Action":"sts:AssumeRole"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither AWS AROAONE (deleted role?) becomes AWS arn:aws:iam::111122223333:role/a for sts:AssumeRole: the role was deleted and made anew, and is meant again once this is saved
    back:
    neither + AWS AROAONE (deleted role?) may sts:AssumeRole
    neither - AWS arn:aws:iam::111122223333:role/a may sts:AssumeRole
    ");
}

/// Nothing else may be lost from sight.
#[test]
fn everyone_comes() {
    let before = [r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}"#];
    let after = [r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + everyone may sts:AssumeRole
    neither - account 111122223333 (this account) may sts:AssumeRole
    back:
    neither + account 111122223333 (this account) may sts:AssumeRole
    narrows - everyone may sts:AssumeRole
    ");
}

/// `"*"` is `{"AWS": "*"}`.
#[test]
fn everyone_in_two_spellings() {
    let before = [r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}"#];
    let after = [r#"{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":"sts:AssumeRole"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"back:");
}

/// `Federated` has a star of its own.
#[test]
fn everyone_is_not_every_provider() {
    let before = [r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}"#];
    let after = [r#"{"Effect":"Allow","Principal":{"Federated":"*"},"Action":"sts:AssumeRole"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + Federated * may sts:AssumeRole
    narrows - everyone may sts:AssumeRole
    back:
    widens  + everyone may sts:AssumeRole
    narrows - Federated * may sts:AssumeRole
    ");
}

/// It may already.
#[test]
fn a_role_beside_everyone() {
    let before = [r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}"#];
    let after = [
        r#"{"Effect":"Allow","Principal":{"AWS":["*","arn:aws:iam::111122223333:role/lab"]},"Action":"sts:AssumeRole"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + AWS arn:aws:iam::111122223333:role/lab may sts:AssumeRole
    back:
    neither - AWS arn:aws:iam::111122223333:role/lab may sts:AssumeRole
    ");
}

/// Whether the star means services is documented nowhere.
#[test]
fn a_service_beside_everyone() {
    let before = [r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}"#];
    let after =
        [r#"{"Effect":"Allow","Principal":{"AWS":"*","Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + Service ec2.amazonaws.com may sts:AssumeRole
    back:
    narrows - Service ec2.amazonaws.com may sts:AssumeRole
    ");
}

/// The account may let anyone of it.
#[test]
fn the_account_in_place_of_a_role() {
    let before =
        [r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/lab"},"Action":"sts:AssumeRole"}"#];
    let after =
        [r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + account 111122223333 (this account) may sts:AssumeRole
    narrows - AWS arn:aws:iam::111122223333:role/lab may sts:AssumeRole
    back:
    widens  + AWS arn:aws:iam::111122223333:role/lab may sts:AssumeRole
    narrows - account 111122223333 (this account) may sts:AssumeRole
    ");
}

/// It is another account.
#[test]
fn an_account_of_another_partition() {
    let before = [r#"{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole"}"#];
    let after =
        [r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws-cn:iam::444455556666:root"},"Action":"sts:AssumeRole"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + AWS arn:aws-cn:iam::444455556666:root may sts:AssumeRole
    narrows - account 444455556666 may sts:AssumeRole
    back:
    widens  + account 444455556666 may sts:AssumeRole
    narrows - AWS arn:aws-cn:iam::444455556666:root may sts:AssumeRole
    ");
}

/// A second action for all that are trusted.
#[test]
fn sessions_may_be_tagged() {
    let before = [
        r#"{"Effect":"Allow","Principal":{"Service":["a.amazonaws.com","b.amazonaws.com"]},"Action":"sts:AssumeRole"}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Principal":{"Service":["a.amazonaws.com","b.amazonaws.com"]},"Action":["sts:AssumeRole","sts:TagSession"]}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + Service a.amazonaws.com, Service b.amazonaws.com may sts:TagSession
    back:
    narrows - Service a.amazonaws.com, Service b.amazonaws.com may sts:TagSession
    ");
}

/// Two new corners in as few lines as can be.
#[test]
fn a_service_comes_with_a_second_action() {
    let before = [r#"{"Effect":"Allow","Principal":{"Service":"a.amazonaws.com"},"Action":"sts:AssumeRole"}"#];
    let after = [
        r#"{"Effect":"Allow","Principal":{"Service":["a.amazonaws.com","b.amazonaws.com"]},"Action":["sts:AssumeRole","sts:TagSession"]}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + Service b.amazonaws.com may sts:AssumeRole, sts:TagSession
    widens  + Service a.amazonaws.com may sts:TagSession
    back:
    narrows - Service b.amazonaws.com may sts:AssumeRole, sts:TagSession
    narrows - Service a.amazonaws.com may sts:TagSession
    ");
}

/// Against the confused deputy.
#[test]
fn an_external_id_is_required() {
    let before = [r#"{"Effect":"Allow","Principal":{"AWS":"414351767826"},"Action":"sts:AssumeRole"}"#];
    let after = [
        r#"{"Effect":"Allow","Principal":{"AWS":"414351767826"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"0a1b2c3d"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows Condition StringEquals sts:ExternalId = 0a1b2c3d now required for account 414351767826 may sts:AssumeRole
    back:
    widens  Condition StringEquals sts:ExternalId = 0a1b2c3d no longer required for account 414351767826 may sts:AssumeRole
    ");
}

/// As when a workspace moves to another Databricks account.
#[test]
fn another_external_id() {
    let before = [
        r#"{"Effect":"Allow","Principal":{"AWS":"414351767826"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"0a1b2c3d"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Principal":{"AWS":"414351767826"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"4d5e6f70"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition StringEquals sts:ExternalId now accepts 4d5e6f70 for account 414351767826 may sts:AssumeRole
    narrows Condition StringEquals sts:ExternalId no longer accepts 0a1b2c3d for account 414351767826 may sts:AssumeRole
    back:
    widens  Condition StringEquals sts:ExternalId now accepts 0a1b2c3d for account 414351767826 may sts:AssumeRole
    narrows Condition StringEquals sts:ExternalId no longer accepts 4d5e6f70 for account 414351767826 may sts:AssumeRole
    ");
}

/// From one subject to a pattern.
#[test]
fn any_branch_of_a_repository() {
    let before = [
        r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:o/r:ref:refs/heads/main"}}}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:o/r:*"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  Condition StringEquals token.actions.githubusercontent.com:sub = repo:o/r:ref:refs/heads/main becomes StringLike = repo:o/r:* for Federated arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com may sts:AssumeRoleWithWebIdentity
    back:
    narrows Condition StringLike token.actions.githubusercontent.com:sub = repo:o/r:* becomes StringEquals = repo:o/r:ref:refs/heads/main for Federated arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com may sts:AssumeRoleWithWebIdentity
    ");
}

/// As Unity Catalog asks for since 2023.
#[test]
fn the_role_trusts_itself() {
    let before = [
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL"},"Action":"sts:AssumeRole"}"#,
    ];
    let after = [
        r#"{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::414351767826:role/unity-catalog-prod-UCMasterRole-14S5ZJVKOTYTL","arn:aws:iam::111122223333:role/lab"]},"Action":"sts:AssumeRole"}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    widens  + AWS arn:aws:iam::111122223333:role/lab may sts:AssumeRole
    back:
    narrows - AWS arn:aws:iam::111122223333:role/lab may sts:AssumeRole
    ");
}

/// An empty principal.
#[test]
fn nobody_is_trusted() {
    let before = [r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#];
    let after = [r#"{"Effect":"Allow","Principal":{"Service":[]},"Action":"sts:AssumeRole"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    neither + nobody may sts:AssumeRole
    narrows - Service ec2.amazonaws.com may sts:AssumeRole
    back:
    widens  + Service ec2.amazonaws.com may sts:AssumeRole
    neither - nobody may sts:AssumeRole
    ");
}

/// A text that IAM refuses.
#[test]
fn principals_without_a_type() {
    let before = [r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#];
    let after = [r#"{"Effect":"Allow","Principal":"ec2.amazonaws.com","Action":"sts:AssumeRole"}"#];
    insta::assert_snapshot!(there_and_back(&before, &after), @r#"
    widens  + Principal "ec2.amazonaws.com" may sts:AssumeRole
    narrows - Service ec2.amazonaws.com may sts:AssumeRole
    back:
    widens  + Service ec2.amazonaws.com may sts:AssumeRole
    narrows - Principal "ec2.amazonaws.com" may sts:AssumeRole
    "#);
}

/// The denial excepts a role; the trust is another statement.
#[test]
fn everyone_but_not_so_much() {
    let before = [r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}"#];
    let after = [
        r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}"#,
        r#"{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/lab"}}}"#,
    ];
    insta::assert_snapshot!(there_and_back(&before, &after), @"
    narrows + everyone may not sts:AssumeRole when ArnNotLike aws:PrincipalArn = arn:aws:iam::111122223333:role/lab
    back:
    widens  - everyone may not sts:AssumeRole when ArnNotLike aws:PrincipalArn = arn:aws:iam::111122223333:role/lab
    ");
}
