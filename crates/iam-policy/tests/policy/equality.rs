//! What is one meaning and what is two: both ways for every row, and against the canonical text as well.

mod as_answered;
mod nearly;
mod unicode;

use rstest::rstest;

use crate::support::{allow, policy, scope, trust, with};
use iam_policy::{Policy, Scope, diff};

fn assert_meaning(one: &str, other: &str, equal: bool) {
    let (one, other) = (policy(one), policy(other));
    assert_eq!(one == other, equal, "\n{one}\n{other}");
    assert_eq!(other == one, equal, "\n{other}\n{one}");
    assert_eq!(one.canonical_json() == other.canonical_json(), equal, "\n{one}\n{other}");
    assert_eq!(diff(Some(&one), Some(&other)).is_empty(), equal, "\n{one}\n{other}");
    assert_eq!(diff(Some(&other), Some(&one)).is_empty(), equal, "\n{one}\n{other}");
}

#[rstest]
#[case::same(r#""*""#, r#""*""#, true)]
#[case::everyone_is_aws_everyone(r#""*""#, r#"{"AWS":"*"}"#, true)]
#[case::everyone_is_aws_everyone_in_a_list(r#""*""#, r#"{"AWS":["*"]}"#, true)]
#[case::everyone_is_not_an_account(r#""*""#, r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, false)]
#[case::everyone_is_not_text(r#""*""#, r#""arn:aws:iam::111122223333:root""#, false)]
#[case::everyone_is_not_everyone_federated(r#""*""#, r#"{"Federated":"*"}"#, false)]
#[case::everyone_is_not_everyone_and_a_service(r#""*""#, r#"{"AWS":"*","Service":"ec2.amazonaws.com"}"#, false)]
#[case::everyone_is_not_nobody(r#""*""#, "{}", false)]
#[case::text_is_not_other_text(r#""arn:aws:iam::1:root""#, r#""arn:aws:iam::2:root""#, false)]
#[case::text_is_not_typed(r#""111122223333""#, r#"{"AWS":"111122223333"}"#, false)]
#[case::account_id_is_its_root(r#"{"AWS":"444455556666"}"#, r#"{"AWS":"arn:aws:iam::444455556666:root"}"#, true)]
#[case::own_account_id_is_its_root(r#"{"AWS":"111122223333"}"#, r#"{"AWS":"arn:aws:iam::111122223333:root"}"#, true)]
#[case::both_forms_are_one(
    r#"{"AWS":["444455556666","arn:aws:iam::444455556666:root"]}"#,
    r#"{"AWS":"444455556666"}"#,
    true
)]
#[case::root_of_another_partition(r#"{"AWS":"444455556666"}"#, r#"{"AWS":"arn:aws-cn:iam::444455556666:root"}"#, false)]
#[case::roots_of_two_partitions(r#"{"AWS":"arn:aws:iam::1:root"}"#, r#"{"AWS":"arn:aws-cn:iam::1:root"}"#, false)]
#[case::account_id_with_leading_zeros(r#"{"AWS":"000055556666"}"#, r#"{"AWS":"arn:aws:iam::000055556666:root"}"#, true)]
#[case::eleven_digits_are_no_account(r#"{"AWS":"44445555666"}"#, r#"{"AWS":"arn:aws:iam::44445555666:root"}"#, false)]
#[case::digits_of_another_script(r#"{"AWS":"٤٤٤٤٥٥"}"#, r#"{"AWS":"arn:aws:iam::٤٤٤٤٥٥:root"}"#, false)]
#[case::account_id_of_another_type(
    r#"{"Federated":"444455556666"}"#,
    r#"{"Federated":"arn:aws:iam::444455556666:root"}"#,
    false
)]
#[case::account_id_is_not_a_role(r#"{"AWS":"444455556666"}"#, r#"{"AWS":"arn:aws:iam::444455556666:role/x"}"#, false)]
#[case::scalar_is_list(r#"{"Service":"ec2.amazonaws.com"}"#, r#"{"Service":["ec2.amazonaws.com"]}"#, true)]
#[case::order_of_values(r#"{"Service":["a","b"]}"#, r#"{"Service":["b","a"]}"#, true)]
#[case::order_of_types(r#"{"Service":"a","AWS":"*"}"#, r#"{"AWS":"*","Service":"a"}"#, true)]
#[case::repetition(r#"{"Service":["a","a"]}"#, r#"{"Service":"a"}"#, true)]
#[case::empty_type(r#"{"Service":"a","AWS":[]}"#, r#"{"Service":"a"}"#, true)]
#[case::only_empty_types(r#"{"AWS":[]}"#, "{}", true)]
#[case::another_type(r#"{"Service":"a"}"#, r#"{"Federated":"a"}"#, false)]
#[case::case_of_type(r#"{"AWS":"*"}"#, r#"{"aws":"*"}"#, false)]
#[case::case_of_value(r#"{"Service":"ec2.amazonaws.com"}"#, r#"{"Service":"EC2.amazonaws.com"}"#, false)]
#[case::one_more(r#"{"Service":["a","b"]}"#, r#"{"Service":"a"}"#, false)]
#[case::deleted_role(r#"{"AWS":"AROAEXAMPLEEXAMPLE123"}"#, r#"{"AWS":"arn:aws:iam::111122223333:role/x"}"#, false)]
fn principals(#[case] one: &str, #[case] other: &str, #[case] equal: bool) {
    assert_meaning(&trust(one), &trust(other), equal);
    let not = |text: &str| trust(text).replace("\"Principal\"", "\"NotPrincipal\"");
    assert_meaning(&not(one), &not(other), equal);
    let deny = |text: &str| trust(text).replace("\"Allow\"", "\"Deny\"");
    assert_meaning(&deny(one), &deny(other), equal);
    assert_meaning(&trust(one), &not(one), false);
}

#[rstest]
#[case::everyone(r#""*""#)]
#[case::nobody("{}")]
#[case::service(r#"{"Service":"ec2.amazonaws.com"}"#)]
fn a_principal_is_not_its_absence(#[case] principal: &str) {
    assert_meaning(&trust(principal), &allow(r#""Action":"sts:AssumeRole""#), false);
}

#[rstest]
#[case::scalar_is_list(r#""s3:GetObject""#, r#"["s3:GetObject"]"#, true)]
#[case::case_of_name(r#""s3:GetObject""#, r#""s3:getobject""#, true)]
#[case::case_of_service(r#""s3:GetObject""#, r#""S3:GETOBJECT""#, true)]
#[case::order(r#"["s3:GetObject","s3:PutObject"]"#, r#"["s3:PutObject","s3:GetObject"]"#, true)]
#[case::repetition(r#"["s3:GetObject","s3:GetObject"]"#, r#""s3:GetObject""#, true)]
#[case::repetition_in_another_case(r#"["s3:GetObject","S3:getObject"]"#, r#""s3:GetObject""#, true)]
#[case::escaped(r#""s3:GetObject""#, r#""s3:\u0047etObject""#, true)]
#[case::another(r#""s3:GetObject""#, r#""s3:PutObject""#, false)]
#[case::one_more(r#"["s3:GetObject","s3:PutObject"]"#, r#""s3:GetObject""#, false)]
#[case::subsumed_beside(r#"["s3:*","s3:GetObject"]"#, r#""s3:*""#, false)]
#[case::wildcards(r#""s3:*""#, r#""s3:?*""#, false)]
#[case::everything(r#""*""#, r#""*:*""#, false)]
#[case::empty(r"[]", r#""s3:GetObject""#, false)]
#[case::white_space_within(r#""s3:GetObject""#, r#""s3:GetObject ""#, false)]
fn actions(#[case] one: &str, #[case] other: &str, #[case] equal: bool) {
    let document = |element: &str, value: &str| allow(&format!(r#""{element}":{value},"Resource":"*""#));
    assert_meaning(&document("Action", one), &document("Action", other), equal);
    assert_meaning(&document("NotAction", one), &document("NotAction", other), equal);
    assert_meaning(&document("Action", one), &document("NotAction", one), false);
    assert_meaning(&document("Action", one), &allow(r#""Resource":"*""#), false);
}

#[rstest]
#[case::scalar_is_list(r#""*""#, r#"["*"]"#, true)]
#[case::order(r#"["a","b"]"#, r#"["b","a"]"#, true)]
#[case::repetition(r#"["a","a"]"#, r#""a""#, true)]
#[case::case_counts(r#""arn:aws:s3:::Lab""#, r#""arn:aws:s3:::lab""#, false)]
#[case::subsumed(r#"["arn:aws:s3:::lab/*","arn:aws:s3:::lab/x"]"#, r#""arn:aws:s3:::lab/*""#, false)]
#[case::account_id_is_no_root(r#""444455556666""#, r#""arn:aws:iam::444455556666:root""#, false)]
#[case::partition(r#""arn:aws:s3:::lab""#, r#""arn:aws-cn:s3:::lab""#, false)]
#[case::empty("[]", r#""*""#, false)]
fn resources(#[case] one: &str, #[case] other: &str, #[case] equal: bool) {
    let document = |element: &str, value: &str| allow(&format!(r#""Action":"s3:*","{element}":{value}"#));
    assert_meaning(&document("Resource", one), &document("Resource", other), equal);
    assert_meaning(&document("NotResource", one), &document("NotResource", other), equal);
    assert_meaning(&document("Resource", one), &document("NotResource", one), false);
    assert_meaning(&document("Resource", one), &allow(r#""Action":"s3:*""#), false);
}

#[rstest]
#[case::key_case(r#"{"StringEquals":{"aws:SourceVpc":"a"}}"#, r#"{"StringEquals":{"AWS:sourcevpc":"a"}}"#, true)]
#[case::value_case(r#"{"StringEquals":{"aws:SourceVpc":"a"}}"#, r#"{"StringEquals":{"aws:SourceVpc":"A"}}"#, false)]
#[case::operator_case(r#"{"StringEquals":{"k":"a"}}"#, r#"{"stringEquals":{"k":"a"}}"#, false)]
#[case::operator(r#"{"StringEquals":{"k":"a"}}"#, r#"{"StringLike":{"k":"a"}}"#, false)]
#[case::if_exists(r#"{"StringEquals":{"k":"a"}}"#, r#"{"StringEqualsIfExists":{"k":"a"}}"#, false)]
#[case::scalar_is_list(r#"{"StringEquals":{"k":"a"}}"#, r#"{"StringEquals":{"k":["a"]}}"#, true)]
#[case::order_of_values(r#"{"StringEquals":{"k":["a","b"]}}"#, r#"{"StringEquals":{"k":["b","a"]}}"#, true)]
#[case::repetition(r#"{"StringEquals":{"k":["a","a"]}}"#, r#"{"StringEquals":{"k":"a"}}"#, true)]
#[case::order_of_keys(r#"{"StringEquals":{"k":"a","l":"b"}}"#, r#"{"StringEquals":{"l":"b","k":"a"}}"#, true)]
#[case::order_of_operators(
    r#"{"Bool":{"k":"true"},"Null":{"l":"true"}}"#,
    r#"{"Null":{"l":"true"},"Bool":{"k":"true"}}"#,
    true
)]
#[case::empty_operator(r#"{"StringEquals":{}}"#, "{}", true)]
#[case::empty_operator_beside(r#"{"StringEquals":{},"Null":{"k":"true"}}"#, r#"{"Null":{"k":"true"}}"#, true)]
#[case::no_values_never_hold(r#"{"StringEquals":{"k":[]}}"#, "{}", false)]
#[case::number_is_its_text(r#"{"NumericEquals":{"k":10}}"#, r#"{"NumericEquals":{"k":"10"}}"#, true)]
#[case::boolean_is_its_text(r#"{"Bool":{"k":true}}"#, r#"{"Bool":{"k":["true"]}}"#, true)]
#[case::spelling_of_true(r#"{"Bool":{"k":"true"}}"#, r#"{"Bool":{"k":"TRUE"}}"#, false)]
#[case::spelling_of_number(r#"{"NumericEquals":{"k":"100"}}"#, r#"{"NumericEquals":{"k":"100.0"}}"#, false)]
#[case::digits_of_number(r#"{"NumericEquals":{"k":1.10}}"#, r#"{"NumericEquals":{"k":1.1}}"#, false)]
#[case::large_integers_differ(
    r#"{"NumericEquals":{"k":9007199254740993}}"#,
    r#"{"NumericEquals":{"k":9007199254740992}}"#,
    false
)]
#[case::huge_integers_differ(
    r#"{"NumericEquals":{"k":123456789012345678901234567890}}"#,
    r#"{"NumericEquals":{"k":123456789012345678901234567891}}"#,
    false
)]
#[case::huge_integers_agree(
    r#"{"NumericEquals":{"k":123456789012345678901234567890}}"#,
    r#"{"NumericEquals":{"k":"123456789012345678901234567890"}}"#,
    true
)]
#[case::account_id_is_no_root(
    r#"{"StringEquals":{"k":"444455556666"}}"#,
    r#"{"StringEquals":{"k":"arn:aws:iam::444455556666:root"}}"#,
    false
)]
#[case::another_key(r#"{"StringEquals":{"k":"a"}}"#, r#"{"StringEquals":{"l":"a"}}"#, false)]
fn conditions(#[case] one: &str, #[case] other: &str, #[case] equal: bool) {
    let document = |value: &str| with(&format!(r#""Condition":{value}"#));
    assert_meaning(&document(one), &document(other), equal);
}

#[rstest]
#[case::none_is_empty(r#""Condition":{}"#, "", true)]
#[case::none_is_empty_operator(r#""Condition":{"StringEquals":{}}"#, "", true)]
#[case::some_is_not_none(r#""Condition":{"Null":{"k":"true"}}"#, "", false)]
#[case::no_sid_is_empty_sid(r#""Sid":"""#, "", true)]
#[case::sid(r#""Sid":"a""#, "", false)]
#[case::sid_case(r#""Sid":"a""#, r#""Sid":"A""#, false)]
#[case::misspelt_condition(r#""Conditions":{"Null":{"k":"true"}}"#, "", false)]
#[case::unknown_element(r#""Foo":1"#, "", false)]
#[case::unknown_null(r#""Foo":null"#, "", false)]
#[case::unknown_elements_keys_have_no_order(
    r#""Foo":{"a":1,"b":{"c":2,"d":3}}"#,
    r#""Foo":{"b":{"d":3,"c":2},"a":1}"#,
    true
)]
#[case::unknown_elements_lists_have_order(r#""Foo":[1,2]"#, r#""Foo":[2,1]"#, false)]
#[case::unknown_elements_numbers_keep_digits(r#""Foo":1.0"#, r#""Foo":1"#, false)]
#[case::unknown_elements_types_count(r#""Foo":1"#, r#""Foo":"1""#, false)]
#[case::wrong_case_of_principal(r#""principal":"*""#, r#""Principal":"*""#, false)]
fn elements(#[case] one: &str, #[case] other: &str, #[case] equal: bool) {
    let document = |elements: &str| {
        let comma = if elements.is_empty() { "" } else { "," };
        allow(&format!(r#"{elements}{comma}"Action":"s3:GetObject","Resource":"*""#))
    };
    assert_meaning(&document(one), &document(other), equal);
}

const GET: &str = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#;
const PUT: &str = r#"{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}"#;
const GET_RESPELLED: &str = r#"{"Resource":["*"],"Action":["S3:getobject"],"Effect":"Allow"}"#;
const GET_LOWER_CASE_EFFECT: &str = r#"{"Effect":"allow","Action":"s3:GetObject","Resource":"*"}"#;
const GET_DENIED: &str = r#"{"Effect":"Deny","Action":"s3:GetObject","Resource":"*"}"#;
const GET_NO_EFFECT: &str = r#"{"Action":"s3:GetObject","Resource":"*"}"#;
const GET_LOWER_CASE_RESOURCE: &str = r#"{"Effect":"Allow","Action":"s3:GetObject","resource":"*"}"#;
const BOTH: &str = r#"{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}"#;

#[rstest]
#[case::object_is_list(GET.to_owned(), format!("[{GET}]"), true)]
#[case::order(format!("[{GET},{PUT}]"), format!("[{PUT},{GET}]"), true)]
#[case::repetition(format!("[{GET},{GET}]"), GET.to_owned(), true)]
#[case::repetition_respelled(format!("[{GET},{GET_RESPELLED}]"), GET.to_owned(), true)]
#[case::one_more(format!("[{GET},{PUT}]"), GET.to_owned(), false)]
#[case::merged(format!("[{GET},{PUT}]"), BOTH.to_owned(), false)]
#[case::effect_case(GET.to_owned(), GET_LOWER_CASE_EFFECT.to_owned(), false)]
#[case::effect(GET.to_owned(), GET_DENIED.to_owned(), false)]
#[case::no_effect(GET.to_owned(), GET_NO_EFFECT.to_owned(), false)]
#[case::element_case(GET.to_owned(), GET_LOWER_CASE_RESOURCE.to_owned(), false)]
#[case::none(GET.to_owned(), "[]".to_owned(), false)]
fn statements(#[case] one: String, #[case] other: String, #[case] equal: bool) {
    let document = |statement: &str| format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#);
    assert_meaning(&document(&one), &document(&other), equal);
}

#[rstest]
#[case::default_version("{}", r#"{"Version":"2008-10-17"}"#, true)]
#[case::default_is_not_the_new_version("{}", r#"{"Version":"2012-10-17"}"#, false)]
#[case::versions(r#"{"Version":"2008-10-17"}"#, r#"{"Version":"2012-10-17"}"#, false)]
#[case::order_of_elements(r#"{"Id":"a","Version":"2012-10-17"}"#, r#"{"Version":"2012-10-17","Id":"a"}"#, true)]
#[case::id(r#"{"Id":"a"}"#, r#"{"Id":"b"}"#, false)]
#[case::no_id(r#"{"Id":"a"}"#, "{}", false)]
#[case::empty_id(r#"{"Id":""}"#, "{}", true)]
#[case::no_statements(r#"{"Statement":[]}"#, "{}", true)]
#[case::unknown(r#"{"Foo":1}"#, "{}", false)]
#[case::unknown_values(r#"{"Foo":1}"#, r#"{"Foo":2}"#, false)]
#[case::wrong_case(r#"{"version":"2012-10-17"}"#, r#"{"Version":"2012-10-17"}"#, false)]
#[case::white_space(" {\n\"Id\" :\t\"a b\" }\r\n", r#"{"Id":"a b"}"#, true)]
#[case::white_space_in_a_string(r#"{"Id":"a b"}"#, r#"{"Id":"ab"}"#, false)]
fn documents(#[case] one: &str, #[case] other: &str, #[case] equal: bool) {
    assert_meaning(one, other, equal);
}

#[rstest]
#[case::aws("aws", true)]
#[case::china("aws-cn", false)]
fn an_account_id_is_a_root_of_the_partition_it_is_read_in(#[case] partition: &str, #[case] equal: bool) {
    let other_scope = Scope { partition: partition.to_owned(), ..scope() };
    let here = policy(&trust(r#"{"AWS":"444455556666"}"#));
    let there = Policy::parse(&trust(r#"{"AWS":"444455556666"}"#), &other_scope).unwrap();
    assert_eq!(here == there, equal);
}

#[rstest]
fn the_own_account_is_no_part_of_the_meaning() {
    let other_scope = Scope { account_id: "999999999999".to_owned(), ..scope() };
    let text = trust(r#"{"AWS":"444455556666"}"#);
    assert_eq!(policy(&text), Policy::parse(&text, &other_scope).unwrap());
}
