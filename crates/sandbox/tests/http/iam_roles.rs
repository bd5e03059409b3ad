//! Roles: their wire form, names, tags and what keeps them from being deleted.

use reconcile_sandbox::Behaviour;
use rstest::rstest;

use crate::client::{Lab, POLICY, TRUST};

/// The answer without what differs from run to run.
fn stable(text: &str) -> String {
    let mut text = text.to_owned();
    for name in ["RequestId", "CreateDate"] {
        let open = format!("<{name}>");
        let start = text.find(&open).unwrap() + open.len();
        let end = start + text[start..].find('<').unwrap();
        text.replace_range(start..end, "…");
    }
    text.replace("><", ">\n<")
}

#[tokio::test]
async fn a_role_is_created_and_read_as_iam_answers_it() {
    let lab = Lab::instant().await;
    let created = lab
        .done(
            "CreateRole",
            &[
                ("RoleName", "Lab+Role"),
                ("Path", "/lab/"),
                ("AssumeRolePolicyDocument", TRUST),
                ("Description", "a <lab> & more"),
                ("MaxSessionDuration", "7200"),
                ("Tags.member.1.Key", "team"),
                ("Tags.member.1.Value", "data"),
            ],
        )
        .await;
    insta::assert_snapshot!(stable(&created.text), @r##"
    <CreateRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
    <CreateRoleResult>
    <Role>
    <Path>/lab/</Path>
    <RoleName>Lab+Role</RoleName>
    <RoleId>AROAYAIGPKII4FBOQTKWH</RoleId>
    <Arn>arn:aws:iam::111122223333:role/lab/Lab+Role</Arn>
    <CreateDate>…</CreateDate>
    <AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%5B%22ec2.amazonaws.com%22%2C%22sagemaker.amazonaws.com%22%5D%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D</AssumeRolePolicyDocument>
    <Tags>
    <member>
    <Key>team</Key>
    <Value>data</Value>
    </member>
    </Tags>
    </Role>
    </CreateRoleResult>
    <ResponseMetadata>
    <RequestId>…</RequestId>
    </ResponseMetadata>
    </CreateRoleResponse>
    "##);
    let read = lab.done("GetRole", &[("RoleName", "lab+role")]).await;
    insta::assert_snapshot!(stable(&read.text), @r##"
    <GetRoleResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
    <GetRoleResult>
    <Role>
    <Path>/lab/</Path>
    <RoleName>Lab+Role</RoleName>
    <RoleId>AROAYAIGPKII4FBOQTKWH</RoleId>
    <Arn>arn:aws:iam::111122223333:role/lab/Lab+Role</Arn>
    <CreateDate>…</CreateDate>
    <AssumeRolePolicyDocument>%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%5B%22ec2.amazonaws.com%22%2C%22sagemaker.amazonaws.com%22%5D%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D</AssumeRolePolicyDocument>
    <Description>a &lt;lab&gt; &amp; more</Description>
    <MaxSessionDuration>7200</MaxSessionDuration>
    <Tags>
    <member>
    <Key>team</Key>
    <Value>data</Value>
    </member>
    </Tags>
    <RoleLastUsed>
    </RoleLastUsed>
    </Role>
    </GetRoleResult>
    <ResponseMetadata>
    <RequestId>…</RequestId>
    </ResponseMetadata>
    </GetRoleResponse>
    "##);
    assert_eq!(read.headers["content-type"], "text/xml");
    assert_eq!(read.headers["x-amzn-requestid"], read.element("RequestId"));
}

#[tokio::test]
async fn the_account_is_born_with_the_role_of_a_workspace() {
    let lab = Lab::instant().await;
    let name = ("RoleName", "databricks-cross-account-role");
    let role = lab.done("GetRole", &[name]).await;
    assert!(role.element("AssumeRolePolicyDocument").contains("414351767826%3Aroot"));
    let policies = lab.done("ListRolePolicies", &[name]).await;
    assert_eq!(policies.elements("member"), ["databricks-cross-account-policy"]);
    let policy = lab.done("GetRolePolicy", &[name, ("PolicyName", "databricks-cross-account-policy")]).await;
    assert!(!policy.element("PolicyDocument").contains("PassRole"));
}

#[rstest]
#[case::none(
    "",
    "400 ValidationError: 1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must have length greater than or equal to 1"
)]
#[case::slash(
    "a/b",
    "400 ValidationError: The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
)]
#[case::umlaut(
    "rölle",
    "400 ValidationError: The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-"
)]
#[case::long(
    "a234567890123456789012345678901234567890123456789012345678901234x",
    "400 ValidationError: 1 validation error detected: Value at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64"
)]
#[tokio::test]
async fn a_bad_role_name_is_refused(#[case] name: &str, #[case] expected: &str) {
    let lab = Lab::instant().await;
    let answer = lab.iam("CreateRole", &[("RoleName", name), ("AssumeRolePolicyDocument", TRUST)]).await;
    assert_eq!(answer.error(), expected);
}

#[rstest]
#[case::path(&[("Path", "lab")], "400 ValidationError: The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.")]
#[case::short_session(&[("MaxSessionDuration", "3599")], "400 ValidationError: 1 validation error detected: Value '3599' at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600")]
#[case::long_session(&[("MaxSessionDuration", "43201")], "400 ValidationError: 1 validation error detected: Value '43201' at 'maxSessionDuration' failed to satisfy constraint: Member must have value less than or equal to 43200")]
#[case::unknown(&[("Descriptoin", "x")], "400 ValidationError: The operation CreateRole has no parameter Descriptoin.")]
#[case::unknown_tag_member(&[("Tags.member.1.Name", "x")], "400 ValidationError: The operation CreateRole has no parameter Tags.member.1.Name.")]
#[case::typographic_quotes(&[("Description", "\u{201c}x\u{201d}")], "400 ValidationError: 1 validation error detected: Value '\u{201c}x\u{201d}' at 'description' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u007E\\u00A1-\\u00FF]*")]
#[case::tag_of_aws(&[("Tags.member.1.Key", "aws:x"), ("Tags.member.1.Value", "y")], "400 InvalidInput: The tag key aws:x starts with aws:, which is reserved for AWS use.")]
#[case::tags_of_one_key(&[("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "1"), ("Tags.member.2.Key", "A"), ("Tags.member.2.Value", "2")], "400 InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive.")]
#[case::half_a_tag(&[("Tags.member.1.Key", "a")], "400 ValidationError: Tag 1 lacks its key or its value.")]
#[case::no_boundary(&[("PermissionsBoundary", "arn:aws:iam::111122223333:policy/none")], "404 NoSuchEntity: Scope ARN: arn:aws:iam::111122223333:policy/none does not exist or is not attachable.")]
#[tokio::test]
async fn a_bad_parameter_is_refused_and_nothing_is_made(#[case] more: &[(&str, &str)], #[case] expected: &str) {
    let lab = Lab::instant().await;
    let mut parameters = vec![("RoleName", "lab"), ("AssumeRolePolicyDocument", TRUST)];
    parameters.extend_from_slice(more);
    let answer = lab.iam("CreateRole", &parameters).await;
    assert_eq!(answer.error(), expected);
    let read = lab.iam("GetRole", &[("RoleName", "lab")]).await;
    assert_eq!(read.error(), "404 NoSuchEntity: The role with name lab cannot be found.");
}

#[tokio::test]
async fn names_that_differ_by_case_are_one_role() {
    let lab = Lab::instant().await;
    lab.role("MyRole").await;
    let again = lab.iam("CreateRole", &[("RoleName", "myrole"), ("AssumeRolePolicyDocument", TRUST)]).await;
    assert_eq!(again.error(), "409 EntityAlreadyExists: Role with name myrole already exists.");
    let read = lab.done("GetRole", &[("RoleName", "MYROLE")]).await;
    assert_eq!(read.element("RoleName"), "MyRole");
}

#[tokio::test]
async fn an_update_that_omits_the_session_duration_resets_it() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let name = ("RoleName", "lab");
    lab.done("UpdateRole", &[name, ("Description", "one"), ("MaxSessionDuration", "7200")]).await;
    lab.done("UpdateRole", &[name, ("Description", "two")]).await;
    let read = lab.done("GetRole", &[name]).await;
    assert_eq!((read.element("Description"), read.element("MaxSessionDuration")), ("two", "3600"));
    lab.done("UpdateRole", &[name, ("MaxSessionDuration", "7200")]).await;
    let read = lab.done("GetRole", &[name]).await;
    assert_eq!((read.element("Description"), read.element("MaxSessionDuration")), ("two", "7200"));
}

#[tokio::test]
async fn role_tags_ignore_the_case_of_their_keys_and_keep_the_first_spelling() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let tag = |key, value| [("RoleName", "lab"), ("Tags.member.1.Key", key), ("Tags.member.1.Value", value)];
    lab.done("TagRole", &tag("Team", "a")).await;
    lab.done("TagRole", &tag("team", "b")).await;
    let tags = lab.done("ListRoleTags", &[("RoleName", "lab")]).await;
    assert_eq!((tags.elements("Key"), tags.elements("Value")), (vec!["Team"], vec!["b"]));
    lab.done("UntagRole", &[("RoleName", "lab"), ("TagKeys.member.1", "TEAM")]).await;
    let tags = lab.done("ListRoleTags", &[("RoleName", "lab")]).await;
    assert!(tags.elements("Key").is_empty());
}

#[tokio::test]
async fn the_fifty_first_tag_is_refused() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    for number in 1..=50 {
        let key = format!("key-{number}");
        lab.done("TagRole", &[("RoleName", "lab"), ("Tags.member.1.Key", &key), ("Tags.member.1.Value", "")]).await;
    }
    let answer = lab
        .iam("TagRole", &[("RoleName", "lab"), ("Tags.member.1.Key", "one-more"), ("Tags.member.1.Value", "")])
        .await;
    assert_eq!(answer.error(), "409 LimitExceeded: The number of tags has reached the maximum limit.");
}

#[tokio::test]
async fn a_role_is_deleted_only_when_nothing_hangs_on_it() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let role = ("RoleName", "lab");
    let profile = ("InstanceProfileName", "lab");
    let policy = ("PolicyArn", "arn:aws:iam::aws:policy/AmazonS3FullAccess");
    let inline = ("PolicyName", "inline");
    lab.done("CreateInstanceProfile", &[profile]).await;
    lab.done("AddRoleToInstanceProfile", &[profile, role]).await;
    lab.done("AttachRolePolicy", &[role, policy]).await;
    lab.done("PutRolePolicy", &[role, inline, ("PolicyDocument", POLICY)]).await;
    let mut errors = Vec::new();
    for (action, parameters) in [
        ("RemoveRoleFromInstanceProfile", [profile, role]),
        ("DetachRolePolicy", [role, policy]),
        ("DeleteRolePolicy", [role, inline]),
    ] {
        errors.push(lab.iam("DeleteRole", &[role]).await.error());
        lab.done(action, &parameters).await;
    }
    insta::assert_snapshot!(errors.join("\n"), @r##"
    409 DeleteConflict: Cannot delete entity, must remove roles from instance profile first.
    409 DeleteConflict: Cannot delete entity, must detach all policies first.
    409 DeleteConflict: Cannot delete entity, must delete policies first.
    "##);
    lab.done("DeleteRole", &[role]).await;
    assert_eq!(
        lab.iam("DeleteRole", &[role]).await.error(),
        "404 NoSuchEntity: The role with name lab cannot be found."
    );
}

#[tokio::test]
async fn a_deleted_role_stays_in_the_trust_of_others_as_its_unique_id() {
    let lab = Lab::instant().await;
    let arn = lab.role("first").await;
    let id = lab.done("GetRole", &[("RoleName", "first")]).await.element("RoleId").to_owned();
    let trust =
        TRUST.replace(r#""Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]"#, &format!(r#""AWS":"{arn}""#));
    lab.done("CreateRole", &[("RoleName", "second"), ("AssumeRolePolicyDocument", &trust)]).await;
    lab.done("DeleteRole", &[("RoleName", "first")]).await;
    lab.role("first").await;
    let read = lab.done("GetRole", &[("RoleName", "second")]).await;
    let stored = read.element("AssumeRolePolicyDocument");
    assert!(stored.contains(&id) && !stored.contains("role%2Ffirst"), "{stored}");
}

#[tokio::test]
async fn a_fresh_role_is_no_principal_until_it_has_propagated() {
    let lab = Lab::with(Behaviour { propagation: 3_600_000, ..Behaviour::default() }).await;
    let arn = lab.role("first").await;
    let trust =
        format!(r#"{{"Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{arn}"}},"Action":"sts:AssumeRole"}}]}}"#);
    let answer = lab.iam("CreateRole", &[("RoleName", "second"), ("AssumeRolePolicyDocument", &trust)]).await;
    assert_eq!(
        answer.error(),
        "400 MalformedPolicyDocument: Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:role/first\""
    );
}

#[tokio::test]
async fn a_boundary_is_put_read_and_taken_away() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let boundary = "arn:aws:iam::aws:policy/PowerUserAccess";
    let name = ("RoleName", "lab");
    lab.done("PutRolePermissionsBoundary", &[name, ("PermissionsBoundary", boundary)]).await;
    let read = lab.done("GetRole", &[name]).await;
    assert_eq!(read.element("PermissionsBoundaryArn"), boundary);
    lab.done("DeleteRolePermissionsBoundary", &[name]).await;
    let read = lab.done("GetRole", &[name]).await;
    assert!(read.elements("PermissionsBoundary").is_empty());
    let again = lab.iam("DeleteRolePermissionsBoundary", &[name]).await;
    assert_eq!(again.status, 404);
}
