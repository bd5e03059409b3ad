//! Pages, and the calls that describe the account as a whole.

use rstest::rstest;

use crate::client::{Lab, POLICY};

/// Follows the markers to the end, two items a page.
async fn all(lab: &Lab, action: &str, parameters: &[(&str, &str)], element: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let mut parameters = parameters.to_vec();
        parameters.push(("MaxItems", "2"));
        if let Some(marker) = &marker {
            parameters.push(("Marker", marker));
        }
        let page = lab.done(action, &parameters).await;
        let items = page.elements(element);
        found.extend(items.into_iter().map(str::to_owned));
        if page.element("IsTruncated") == "false" {
            assert!(page.elements("Marker").is_empty());
            return found;
        }
        marker = Some(page.element("Marker").to_owned());
    }
}

#[tokio::test]
async fn roles_come_in_pages_ordered_by_name() {
    let lab = Lab::instant().await;
    for name in ["b", "C", "a", "e"] {
        lab.role(name).await;
    }
    let names = all(&lab, "ListRoles", &[], "RoleName").await;
    assert_eq!(names, ["a", "b", "C", "databricks-cross-account-role", "e"]);
}

#[tokio::test]
async fn a_page_goes_on_rightly_after_its_last_item_was_deleted() {
    let lab = Lab::instant().await;
    for name in ["a", "b", "c"] {
        lab.role(name).await;
    }
    let first = lab.done("ListRoles", &[("MaxItems", "2")]).await;
    lab.done("DeleteRole", &[("RoleName", "b")]).await;
    let rest = lab.done("ListRoles", &[("Marker", first.element("Marker"))]).await;
    assert_eq!(rest.elements("RoleName"), ["c", "databricks-cross-account-role"]);
}

#[tokio::test]
async fn what_hangs_on_a_role_comes_in_pages_too() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let role = ("RoleName", "lab");
    for number in 1..=5 {
        let name = format!("p{number}");
        lab.done("PutRolePolicy", &[role, ("PolicyName", &name), ("PolicyDocument", POLICY)]).await;
        lab.done("TagRole", &[role, ("Tags.member.1.Key", &name), ("Tags.member.1.Value", "")]).await;
    }
    let expected = ["p1", "p2", "p3", "p4", "p5"];
    assert_eq!(all(&lab, "ListRolePolicies", &[role], "member").await, expected);
    assert_eq!(all(&lab, "ListRoleTags", &[role], "Key").await, expected);
}

#[rstest]
#[case::too_few(("MaxItems", "0"))]
#[case::too_many(("MaxItems", "1001"))]
#[case::no_number(("MaxItems", "ten"))]
#[case::marker(("Marker", "?"))]
#[tokio::test]
async fn a_bad_page_is_refused(#[case] parameter: (&str, &str)) {
    let lab = Lab::instant().await;
    let answer = lab.iam("ListRoles", &[parameter]).await;
    assert!(answer.error().starts_with("400 ValidationError: "), "{}", answer.text);
}

#[tokio::test]
async fn a_list_has_a_hundred_items_unless_told() {
    let lab = Lab::instant().await;
    for number in 0..100 {
        lab.done("CreateInstanceProfile", &[("InstanceProfileName", &format!("p{number:03}"))]).await;
    }
    let full = lab.done("ListInstanceProfiles", &[]).await;
    assert_eq!(full.element("IsTruncated"), "false");
    lab.done("CreateInstanceProfile", &[("InstanceProfileName", "p100")]).await;
    let page = lab.done("ListInstanceProfiles", &[]).await;
    assert_eq!((page.elements("InstanceProfileName").len(), page.element("IsTruncated")), (100, "true"));
}

#[tokio::test]
async fn account_details_hold_roles_and_policies_whole() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let role = ("RoleName", "lab");
    lab.done("PutRolePolicy", &[role, ("PolicyName", "inline"), ("PolicyDocument", POLICY)]).await;
    let s3 = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
    lab.done("AttachRolePolicy", &[role, ("PolicyArn", s3)]).await;
    lab.done("CreatePolicy", &[("PolicyName", "own"), ("PolicyDocument", POLICY)]).await;
    lab.done("CreateInstanceProfile", &[("InstanceProfileName", "lab")]).await;
    lab.done("AddRoleToInstanceProfile", &[("InstanceProfileName", "lab"), role]).await;
    let everything = lab.done("GetAccountAuthorizationDetails", &[]).await;
    let detail = everything.element("RoleDetailList");
    assert!(detail.contains("<InstanceProfileName>lab</InstanceProfileName>"));
    assert!(detail.contains("<PolicyName>inline</PolicyName>"));
    assert!(detail.contains(&format!("<PolicyArn>{s3}</PolicyArn>")));
    assert!(!detail.contains("MaxSessionDuration"));
    let policies = everything.element("Policies");
    assert!(policies.contains("<PolicyName>own</PolicyName>") && policies.contains("<PolicyVersionList>"));
    assert!(policies.contains("<PolicyName>AmazonS3FullAccess</PolicyName>"));
    let paged = all(
        &lab,
        "GetAccountAuthorizationDetails",
        &[("Filter.member.1", "Role"), ("Filter.member.2", "LocalManagedPolicy")],
        "Path",
    )
    .await;
    // Two roles, one of them with its profile and that profile's role, and one policy.
    assert_eq!(paged.len(), 5);
    let unknown = lab.iam("GetAccountAuthorizationDetails", &[("Filter.member.1", "Roles")]).await;
    assert_eq!(unknown.status, 400);
}

#[tokio::test]
async fn the_summary_counts_and_names_quotas() {
    let lab = Lab::instant().await;
    lab.role("lab").await;
    let summary = lab.done("GetAccountSummary", &[]).await;
    let entry = |key: &str| {
        let (_, rest) = summary.text.split_once(&format!("<key>{key}</key><value>")).unwrap();
        rest.split('<').next().unwrap().to_owned()
    };
    assert_eq!(entry("Roles"), "2");
    assert_eq!(entry("AttachedPoliciesPerRoleQuota"), "10");
    assert_eq!(entry("AssumeRolePolicySizeQuota"), "2048");
    assert_eq!(entry("RolePolicySizeQuota"), "10240");
}
