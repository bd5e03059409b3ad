//! Sections, kinds, ids, providers, variables.

use rstest::rstest;

use super::{Trial, codes, said};

#[test]
fn all_mistakes_of_a_file_are_reported_at_once() {
    let text = "version: 2\nnam: lab\nprovider: {}\niam:\n  role: {}\n  policies: {}\n  clusters: {}\n  roles:\n    Big: {}\n    ok:\n      trust_polcy: {}\n      max_session_duration: an-hour\nsagemaker: []\n";
    insta::assert_snapshot!(Trial::default().said(text), @r#"
    lab.yaml:1:1: error[missing-field]: a manifest needs `name`: it marks what the manifest owns
    1 | version: 2
      | ^^^^^^^^^^

    lab.yaml:1:10: error[version]: expected `version: 1`, found the number 2
    1 | version: 2
      |          ^

    lab.yaml:2:1: error[unknown-field]: a manifest has no field `nam`
    2 | nam: lab
      | ^^^
    help: did you mean `name`?

    lab.yaml:3:1: error[unknown-field]: a manifest has no field `provider`
    3 | provider: {}
      | ^^^^^^^^
    help: did you mean `providers`?

    lab.yaml:5:3: error[unknown-kind]: `iam` has no kind `role`
    5 |   role: {}
      |   ^^^^
    help: did you mean `roles`?

    lab.yaml:7:3: error[unknown-kind]: `iam` has no kind `clusters`
    7 |   clusters: {}
      |   ^^^^^^^^
    help: `clusters` belongs to the section `databricks`

    lab.yaml:9:5: error[wrong-id]: `Big` cannot be an id
    9 |     Big: {}
      |     ^^^
    help: an id starts with a small letter, and small letters, digits, `_` and `-` follow; the real name goes into `name`

    lab.yaml:10:5: error[missing-field]: a role needs `trust_policy`: it says who may assume the role
    10 |     ok:
       |     ^^

    lab.yaml:11:7: error[unknown-field]: a role has no field `trust_polcy`
    11 |       trust_polcy: {}
       |       ^^^^^^^^^^^
    help: did you mean `trust_policy`?

    lab.yaml:12:29: error[wrong-type]: expected a whole number from 3600 to 43200 seconds, found the text "an-hour"
    12 |       max_session_duration: an-hour
       |                             ^^^^^^^

    lab.yaml:13:12: error[wrong-type]: expected the kinds of `sagemaker`, a mapping, found a list
    13 | sagemaker: []
       |            ^^
    "#);
}

#[test]
fn after_a_thousand_mistakes_they_are_only_counted() {
    let tags = (0..1500).map(|number| format!(", k{number};: v")).collect::<Vec<_>>().concat();
    let mistakes =
        Trial::default().resolve(&super::with_head(&format!("tags: {{a: b{tags}}}\n"))).expect_err("mistakes");
    assert_eq!(mistakes.iter().count(), 1001);
    // The count of the tags is a mistake too.
    assert_eq!(mistakes.iter().last().map(|last| last.message.as_str()), Some("there are 500 more mistakes"));
}

#[rstest]
#[case("lab", true)]
#[case("0-lab", true)]
#[case("a23456789012345678901234567890123456789012345678901234567890123", true)]
#[case("a234567890123456789012345678901234567890123456789012345678901234", false)]
#[case("-lab", false)]
#[case("Lab", false)]
#[case("lab_1", false)]
#[case("\"\"", false)]
fn a_manifest_has_a_name(#[case] name: &str, #[case] fits: bool) {
    let resolved = Trial::default().resolve(&format!("version: 1\nname: {name}\n"));
    assert_eq!(resolved.is_ok(), fits, "{resolved:?}");
}

#[rstest]
#[case("version: 1", true)]
#[case("version: \"1\"", false)]
#[case("version: 1.0", false)]
#[case("version:", false)]
#[case("versoin: 1", false)]
fn the_version_is_one(#[case] version: &str, #[case] fits: bool) {
    assert_eq!(Trial::default().resolve(&format!("{version}\nname: lab\n")).is_ok(), fits);
}

#[rstest]
#[case("a", true)]
#[case("a-1_b", true)]
#[case("1a", false)]
#[case("A", false)]
#[case("a.b", false)]
#[case("\"${var.x}\"", false)]
#[case("_a", false)]
fn an_id_has_a_form(#[case] id: &str, #[case] fits: bool) {
    assert_eq!(codes(&format!("iam:\n  instance_profiles:\n    {id}: {{}}\n")).is_empty(), fits);
}

#[test]
fn two_resources_cannot_be_the_same() {
    let body =
        "iam:\n  instance_profiles:\n    a: {name: Cluster}\n    b: {name: cluster, path: /x/}\n    c: {name: other}\n";
    insta::assert_snapshot!(said(body), @"
    lab.yaml:6:5: error[same-resource]: iam.instance_profiles.a and iam.instance_profiles.b are the same instance profile, since `Cluster` and `cluster` differ in case only
    6 |     b: {name: cluster, path: /x/}
      |     ^
    lab.yaml:5:5: the first one is here
    5 |     a: {name: Cluster}
      |     ^
    ");
}

#[test]
fn providers_are_checked() {
    let body = "providers:\n  aws: {region: Virginia, account: x, account_id: 1234, assume_role_arn: deployer}\n  databricks: {host: \"${aws.region}\", token: dapi123}\n  azure: {}\n";
    insta::assert_snapshot!(said(body), @r#"
    lab.yaml:4:17: error[wrong-form]: expected a region such as us-east-1, found "Virginia"
    4 |   aws: {region: Virginia, account: x, account_id: 1234, assume_role_arn: deployer}
      |                 ^^^^^^^^

    lab.yaml:4:27: error[unknown-field]: `providers.aws` has no field `account`
    4 |   aws: {region: Virginia, account: x, account_id: 1234, assume_role_arn: deployer}
      |                           ^^^^^^^
    help: the field is `account_id`

    lab.yaml:4:51: error[wrong-form]: an account id has twelve digits, found "1234"
    4 |   aws: {region: Virginia, account: x, account_id: 1234, assume_role_arn: deployer}
      |                                                   ^^^^
    help: an example: "012345678901"

    lab.yaml:4:74: error[wrong-arn]: expected the ARN of a role, found "deployer"
    4 |   aws: {region: Virginia, account: x, account_id: 1234, assume_role_arn: deployer}
      |                                                                          ^^^^^^^^
    help: an example: arn:aws:iam::111122223333:role/NAME

    lab.yaml:5:22: error[unknown-reference]: `${aws.region}` is not known here: only ${var.NAME} is
    help: no variables are declared
    help: write `$${` for a literal `${`

    lab.yaml:5:39: error[unknown-field]: `providers.databricks` has no field `token`
    help: a token never stands in a manifest: use DATABRICKS_TOKEN or a profile

    lab.yaml:6:3: error[unknown-field]: `providers` has no field `azure`
    6 |   azure: {}
      |   ^^^^^
    help: known are aws and databricks
    "#);
}

#[test]
fn variables_are_checked() {
    let body = "variables:\n  host: null\n  1st: x\n  list: [a]\n  other: \"${var.host}\"\n";
    let trial = Trial::default().variable("hots", "x");
    insta::assert_snapshot!(trial.said(&super::with_head(body)), @r#"
    lab.yaml:4:3: error[variable-missing]: the variable `host` has no value
    4 |   host: null
      |   ^^^^
    help: give one by `--var host=…` or by the environment variable RECONCILE_VAR_host

    lab.yaml:5:3: error[variable-name]: `1st` is no name of a variable
    5 |   1st: x
      |   ^^^
    help: a name starts with a letter or `_`, and letters, digits, `_` and `-` follow

    lab.yaml:6:9: error[wrong-type]: the variable `list` is a text, not a list
    6 |   list: [a]
      |         ^^^

    lab.yaml:7:10: error[variable-default]: the default of the variable `other` refers to something
    7 |   other: "${var.host}"
      |          ^^^^^^^^^^^^^
    help: a default is plain text; write `$${` for a literal `${`

    error[unknown-variable]: the manifest has no variable `hots`, which a value is given for
    help: did you mean `host`?
    "#);
}

#[test]
fn a_given_value_wins_over_the_default() {
    let text = super::with_head("variables: {name: a}\niam:\n  instance_profiles: {p: {name: \"${var.name}\"}}\n");
    let name = |trial: Trial| {
        trial.resolve(&text).expect("a manifest").resources.first().expect("a profile").resource.name().to_owned()
    };
    assert_eq!(name(Trial::default()), "a");
    assert_eq!(name(Trial::default().variable("name", "b")), "b");
}

#[test]
fn what_is_needed_follows_from_what_is_there() {
    let needs = |body: &str| {
        let document = super::Document::parse("x", super::with_head(body).as_bytes()).expect("a document");
        (document.needs_aws(), document.needs_databricks())
    };
    assert_eq!(needs(""), (false, false));
    assert_eq!(needs("iam:\n  roles: {a: {}}\n"), (true, false));
    assert_eq!(needs("databricks:\n  notebooks: {a: {}}\n"), (false, true));
    assert_eq!(needs("databricks:\n  notebooks: {a: {path: \"/${aws.region}\"}}\n"), (true, true));
}

#[test]
fn default_tags_reach_everything_that_takes_tags() {
    let body = "tags: {a: default, B: default}\niam:\n  instance_profiles:\n    plain: {}\n    own: {tags: {a: own, b: own, gone: null}}\n    none: {tags: null}\n";
    let manifest = super::resolved(body);
    let tags: Vec<_> = manifest.resources.iter().map(|declared| declared.resource.tags().map(|tags| &tags.0)).collect();
    insta::assert_debug_snapshot!(tags, @r#"
    [
        Some(
            {
                "B": Some(
                    "default",
                ),
                "a": Some(
                    "default",
                ),
            },
        ),
        Some(
            {
                "B": Some(
                    "default",
                ),
                "a": Some(
                    "own",
                ),
                "b": Some(
                    "own",
                ),
                "gone": None,
            },
        ),
        Some(
            {},
        ),
    ]
    "#);
}

#[test]
fn tags_are_checked() {
    let body = format!(
        "tags: {{\"aws:x\": a, \"reconcile:owner\": b, \"\": c, semi;colon: d, long: {}, list: []}}\n",
        "x".repeat(257)
    );
    insta::assert_snapshot!(said(&body), @r#"
    lab.yaml:3:8: error[reserved-tag]: tags that start with `aws:` are AWS's own
    3 | tags: {"aws:x": a, "reconcile:owner": b, "": c, semi;colon: d, long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
      |        ^^^^^^^

    lab.yaml:3:20: error[reserved-tag]: the tag `reconcile:owner` is reserved
    3 | tags: {"aws:x": a, "reconcile:owner": b, "": c, semi;colon: d, long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
      |                    ^^^^^^^^^^^^^^^^^
    help: it says which manifest a resource belongs to, and is set by itself: remove it here

    lab.yaml:3:42: error[empty-text]: a tag's key cannot be empty
    3 | …:x": a, "reconcile:owner": b, "": c, semi;colon: d, long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
      |                                ^^

    lab.yaml:3:49: error[wrong-character]: a tag's key cannot contain ';'
    3 | … "reconcile:owner": b, "": c, semi;colon: d, long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
      |                                ^^^^^^^^^^
    help: allowed are letters and digits of any script, spaces and _ . : / = + - @

    lab.yaml:3:70: error[too-long]: a tag's value has at most 256 characters, and this has 257
    3 | …, "": c, semi;colon: d, long: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
      |                                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

    lab.yaml:3:335: error[wrong-type]: expected a text, found a list
    3 | …xxxxxxxxxxxxxxxxxxxxxx, list: []}
      |                                ^^
    "#);
    let many = (0..50).map(|number| format!("k{number}: v, ")).collect::<Vec<_>>().concat();
    assert_eq!(codes(&format!("iam:\n  instance_profiles: {{p: {{tags: {{{many}}}}}}}\n")), ["too-many"]);
    assert_eq!(codes("iam:\n  instance_profiles: {p: {tags: {Team: a, team: b}}}\n"), Vec::<&str>::new());
}
