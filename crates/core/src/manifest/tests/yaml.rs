//! YAML's traps.

use rstest::rstest;

use super::{Trial, codes, resolved, said, with_head};
use crate::manifest::yaml::MAXIMUM_BYTES;

/// Returns the value of a tag, which takes any scalar as its text.
fn tag(scalar: &str) -> Option<String> {
    let body = format!(
        "databricks:\n  clusters:\n    lab:\n      spark_version: 16.4.x-scala2.12\n      node_type_id: m\n      num_workers: 1\n      custom_tags:\n        tag: {scalar}\n"
    );
    let manifest = resolved(&body);
    let tags = manifest.resources.first().expect("a cluster").resource.tags().expect("tags");
    tags.0.get("tag").cloned().flatten()
}

#[rstest]
#[case("012345678901", "012345678901")]
#[case("123456789012345678901234567890", "123456789012345678901234567890")]
#[case("no", "no")]
#[case("on", "on")]
#[case("Yes", "Yes")]
#[case("y", "y")]
#[case("2012-10-17", "2012-10-17")]
#[case("2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00")]
#[case("1.10", "1.10")]
#[case("1e3", "1e3")]
#[case("0x10", "0x10")]
#[case("1_000", "1_000")]
#[case("12:30:45", "12:30:45")]
#[case(".inf", ".inf")]
#[case("true", "true")]
#[case("'true'", "true")]
#[case("\"a\\tb\"", "a\tb")]
#[case("!!str 12", "12")]
#[case("\"\\ud83d\\ude00\"", "😀")]
fn a_scalar_keeps_its_text(#[case] written: &str, #[case] read: &str) {
    if read.contains(['\t', '😀']) {
        assert!(codes(&format!("tags: {{a: {written}}}\n")).contains(&"wrong-character"));
        return;
    }
    assert_eq!(tag(written).as_deref(), Some(read));
}

#[rstest]
#[case("~")]
#[case("null")]
#[case("")]
fn a_null_is_none(#[case] written: &str) {
    assert_eq!(tag(written), None);
}

#[test]
fn an_account_id_keeps_its_leading_zero() {
    let text = with_head("providers: {aws: {account_id: 012345678901}}\niam:\n  instance_profiles: {p: {}}\n");
    let manifest = Trial::default().resolve(&text).expect("a manifest");
    let profile = &manifest.resources.first().expect("a profile").resource;
    assert_eq!(profile.arn(), Some("arn:aws:iam::012345678901:instance-profile/p"));
}

#[rstest]
#[case("yes")]
#[case("no")]
#[case("on")]
#[case("\"true\"")]
#[case("1")]
fn only_true_and_false_are_booleans(#[case] written: &str) {
    assert_eq!(codes(&format!("iam:\n  instance_profiles: {{p: {{protect: {written}}}}}\n")), ["wrong-type"]);
}

#[test]
fn crlf_and_a_byte_order_mark_change_nothing() {
    let text = format!("\u{feff}{}", with_head("iam:\n  instance_profiles:\n    p: {rôle: x}\n")).replace('\n', "\r\n");
    insta::assert_snapshot!(Trial::default().said(&text), @"
    lab.yaml:5:9: error[unknown-field]: an instance profile has no field `rôle`
    5 |     p: {rôle: x}
      |         ^^^^
    help: did you mean `role`?
    ");
}

#[test]
fn a_block_ends_with_its_last_character() {
    let text = "\u{feff}version: 1\r\nname: lab\r\niam:\r\n  - é\r\n  - b\r\n\r\ntags: {}\r\n";
    let mistakes = Trial::default().resolve(text).expect_err("a mistake");
    let place = mistakes.iter().find_map(|mistake| mistake.place.clone()).expect("a place");
    assert_eq!(text.get(place.range()), Some("- é\r\n  - b"));
}

#[test]
fn json_is_yaml() {
    let text =
        "{\"version\": 1, \"name\": \"lab\",\n\t\"iam\": {\"instance_profiles\": {\"p\": {\"path\": \"\\/x\\/\"}}}}";
    let manifest = Trial::default().resolve(text).expect("a manifest");
    let profile = &manifest.resources.first().expect("a profile").resource;
    assert_eq!(profile.arn(), Some("arn:aws:iam::111122223333:instance-profile/x/p"));
}

#[test]
fn anchors_and_merge_keys() {
    let body = "iam:\n  instance_profiles:\n    a: &a {path: /x/, tags: {k: v}}\n    b: {<<: *a, name: bee}\n    c: {<<: [{path: /y/}, *a]}\n    d: *a\n";
    let manifest = resolved(body);
    let arns: Vec<_> = manifest.resources.iter().filter_map(|declared| declared.resource.arn()).collect();
    insta::assert_snapshot!(arns.join("\n"), @"
    arn:aws:iam::111122223333:instance-profile/x/a
    arn:aws:iam::111122223333:instance-profile/x/bee
    arn:aws:iam::111122223333:instance-profile/y/c
    arn:aws:iam::111122223333:instance-profile/x/d
    ");
}

#[test]
fn duplicate_keys_are_shown_both() {
    insta::assert_snapshot!(said("tags:\n  a: 1\n  \"a\": 2\nname: again\n"), @r#"
    lab.yaml:5:3: error[duplicate-key]: the key `a` is there twice
    5 |   "a": 2
      |   ^^^
    lab.yaml:4:3: the first one is here
    4 |   a: 1
      |   ^

    lab.yaml:6:1: error[duplicate-key]: the key `name` is there twice
    6 | name: again
      | ^^^^
    lab.yaml:2:1: the first one is here
    2 | name: lab
      | ^^^^
    "#);
}

#[test]
fn syntax_errors_say_what_to_do() {
    insta::assert_snapshot!(said("tags:\n\ta: 1\n"), @"
    lab.yaml:4:2: error[yaml-syntax]: not YAML: tabs disallowed within this context (block indentation)
    4 |     a: 1
      |     ^
    help: YAML is indented with spaces, never with tabs
    ");
    insta::assert_snapshot!(said("tags: {a: *}\n"), @"
    lab.yaml:3:11: error[yaml-syntax]: not YAML: while scanning an anchor or alias, did not find expected alphabetic or numeric character
    3 | tags: {a: *}
      |           ^
    help: put quotes around a text that starts with one of * & ! % @ `
    ");
    insta::assert_snapshot!(said("tags: {a: [1}\n"), @"
    lab.yaml:3:11: error[yaml-syntax]: not YAML: mismatched bracket '[' closed by '}'
    3 | tags: {a: [1}
      |           ^
    ");
    insta::assert_snapshot!(said("tags: a: b\n"), @"
    lab.yaml:3:8: error[yaml-syntax]: not YAML: mapping values are not allowed in this context
    3 | tags: a: b
      |        ^
    help: put quotes around a text that contains `: `
    ");
    insta::assert_snapshot!(said("tags:\n  a: \"x\n"), @r#"
    lab.yaml:4:6: error[yaml-syntax]: not YAML: unclosed quote
    4 |   a: "x
      |      ^
    "#);
}

#[test]
fn a_syntax_error_shows_no_secret() {
    let body = "databricks:\n  clusters:\n    c:\n      spark_env_vars:\n        A: x\n        TOKEN: \"hunter2\n";
    assert!(!said(body).contains("hunter2"));
    assert!(!said("databricks: {clusters: {c: {spark_env_vars: {A: hunter2}]}}").contains("hunter2"));
    assert!(!said("providers:\n  databricks: {token: hunter2, tokn: x}\n").contains("hunter2"));
    let after = "databricks:\n  clusters:\n    c:\n      spark_env_vars:\n        A: x\n      name: \"shown\n";
    assert!(said(after).contains("shown"));
}

#[test]
fn structures_that_mean_nothing_here() {
    insta::assert_snapshot!(said("tags: !Ref x\niam: {[a]: b, ~: c, <<: d}\nsagemaker: *nothing\ndatabricks: &d {clusters: *d}\n"), @r#"
    lab.yaml:3:12: error[unknown-tag]: the tag `!Ref` has no meaning here
    3 | tags: !Ref x
      |            ^
    help: other values are referred to by ${…}, as in ${iam.roles.cluster.arn}

    lab.yaml:4:7: error[key-not-text]: a key has to be a text, not a list
    4 | iam: {[a]: b, ~: c, <<: d}
      |       ^^^

    lab.yaml:4:15: error[key-not-text]: a key has to be a text, not null
    4 | iam: {[a]: b, ~: c, <<: d}
      |               ^

    lab.yaml:4:25: error[merge-key]: `<<` merges a mapping or a list of mappings, not the text "d"
    4 | iam: {[a]: b, ~: c, <<: d}
      |                         ^

    lab.yaml:5:12: error[unknown-anchor]: there is no anchor `&nothing` before this
    5 | sagemaker: *nothing
      |            ^^^^^^^^
    help: an alias `*name` repeats what `&name` marks; put quotes around a text that starts with *

    lab.yaml:6:27: error[endless-alias]: this alias stands inside of what it repeats
    6 | databricks: &d {clusters: *d}
      |                           ^^
    "#);
}

#[rstest]
#[case("", "empty-file")]
#[case("# only a remark\n", "empty-file")]
#[case("---\n...\n", "empty-file")]
#[case("version: 1\n---\nversion: 1\n", "second-document")]
#[case("just text", "wrong-type")]
#[case("- a\n", "wrong-type")]
fn a_file_that_is_no_manifest(#[case] text: &str, #[case] code: &str) {
    let mistakes = Trial::default().resolve(text).expect_err("a mistake");
    assert_eq!(mistakes.iter().map(|mistake| mistake.code).collect::<Vec<_>>(), [code]);
}

#[test]
fn text_in_another_encoding() {
    let utf16: Vec<u8> =
        [0xff, 0xfe].into_iter().chain("version: 1".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let mistakes = super::Document::parse("lab.yaml", &utf16).expect_err("a mistake");
    insta::assert_snapshot!(mistakes, @"lab.yaml:1:1: error[not-utf8]: the manifest is UTF-16");
    let mistakes = super::Document::parse("lab.yaml", b"version: 1\nname: \xe9t\xe9\n").expect_err("a mistake");
    insta::assert_snapshot!(mistakes, @"lab.yaml:2:7: error[not-utf8]: the manifest is not UTF-8 text");
}

#[test]
fn a_large_file_is_refused_unread() {
    let text = "a".repeat(MAXIMUM_BYTES + 1);
    let mistakes = Trial::default().resolve(&text).expect_err("a mistake");
    insta::assert_snapshot!(mistakes, @"lab.yaml:1:1: error[file-too-large]: the manifest has 16777217 bytes, and at most 16777216 are read");
}

/// Nine levels of nine aliases each would be 387 million values.
#[test]
fn alias_bombs_are_refused() {
    let level = |level: u32| {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        format!("x{level}: &a{level} [{aliases}]\n")
    };
    let levels = (1..=9).map(level).collect::<Vec<_>>().concat();
    let text = with_head(&format!("tags: &a0 {{k: v}}\n{levels}"));
    assert_eq!(codes_of(&text), ["too-many-aliases"]);
}

#[test]
fn many_aliases_of_one_large_list_are_refused() {
    let items = vec!["x"; 5000].join(", ");
    let aliases = vec!["*a"; 5000].join(", ");
    assert_eq!(codes_of(&with_head(&format!("a: &a [{items}]\nb: [{aliases}]\n"))), ["too-many-aliases"]);
}

#[rstest]
#[case(format!("a: {}", "[".repeat(100_000)))]
#[case((0..3_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect::<Vec<_>>().concat())]
#[case((1..3_000).fold("a0: &a0 [x]\n".to_owned(), |text, level| format!("{text}a{level}: &a{level} [*a{}]\n", level - 1)))]
fn deep_nesting_is_refused(#[case] text: String) {
    assert_eq!(codes_of(&text), ["too-deep"]);
}

fn codes_of(text: &str) -> Vec<&'static str> {
    let mistakes = Trial::default().resolve(text).expect_err("a mistake");
    mistakes.iter().map(|mistake| mistake.code).collect()
}
