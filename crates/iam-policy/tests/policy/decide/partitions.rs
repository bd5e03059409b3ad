//! Partitions: an account's number is the root of the account in the partition that the document is read in, and an ARN of one
//! partition never means anything in another
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>).

use rstest::rstest;

use super::Answer::{self, Allowed, Denied, Nothing};
use super::{answers, request};
use iam_policy::{Decision, Evaluation, Policy, ResourcePolicy, Scope};

const PARTITIONS: [&str; 3] = ["aws", "aws-cn", "aws-us-gov"];

fn read(partition: &str, statements: &str) -> Policy {
    let scope = Scope { partition: partition.to_owned(), account_id: "111122223333".to_owned() };
    Policy::parse(&format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#), &scope).unwrap()
}

/// A role's trust in `partition`, asked by who may assume every role.
fn ask(partition: &str, effect: &str, principal: &str, asking: &str) -> Decision {
    let trust = format!(r#"{{"Effect":"{effect}","Action":"sts:AssumeRole","Principal":{principal}}}"#);
    let everyone = r#"{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}"#;
    let trust = read(partition, &if effect == "Deny" { format!("{everyone},{trust}") } else { trust });
    let own = read(partition, r#"{"Effect":"Allow","Action":"sts:*","Resource":"*"}"#);
    let evaluation = Evaluation { identity: &[&own], boundary: None, resource: Some(ResourcePolicy::Trust(&trust)) };
    let role = format!("arn:{partition}:iam::111122223333:role/target");
    evaluation.decide(&request(&(asking, "sts:AssumeRole", role.as_str(), &[]))).decision
}

/// Everyone that the principal names in its own partition, and their namesakes in the others. `PARTITION` is the one in question.
#[rstest]
#[case::number(r#"{"AWS":"444455556666"}"#, "arn:PARTITION:iam::444455556666:user/bob")]
#[case::number_and_a_role(r#"{"AWS":"444455556666"}"#, "arn:PARTITION:iam::444455556666:role/team/lab")]
#[case::number_and_a_session(r#"{"AWS":"444455556666"}"#, "arn:PARTITION:sts::444455556666:assumed-role/lab/me")]
#[case::number_and_a_federated_user(r#"{"AWS":"444455556666"}"#, "arn:PARTITION:sts::444455556666:federated-user/bob")]
#[case::own_number(r#"{"AWS":"111122223333"}"#, "arn:PARTITION:iam::111122223333:user/alice")]
#[case::root(r#"{"AWS":"arn:PARTITION:iam::444455556666:root"}"#, "arn:PARTITION:iam::444455556666:user/bob")]
#[case::user(r#"{"AWS":"arn:PARTITION:iam::444455556666:user/bob"}"#, "arn:PARTITION:iam::444455556666:user/bob")]
#[case::role(r#"{"AWS":"arn:PARTITION:iam::444455556666:role/lab"}"#, "arn:PARTITION:iam::444455556666:role/lab")]
#[case::role_of_a_session(
    r#"{"AWS":"arn:PARTITION:iam::444455556666:role/lab"}"#,
    "arn:PARTITION:sts::444455556666:assumed-role/lab/me"
)]
#[case::session(
    r#"{"AWS":"arn:PARTITION:sts::444455556666:assumed-role/lab/me"}"#,
    "arn:PARTITION:sts::444455556666:assumed-role/lab/me"
)]
#[case::federated_user(
    r#"{"AWS":"arn:PARTITION:sts::444455556666:federated-user/bob"}"#,
    "arn:PARTITION:sts::444455556666:federated-user/bob"
)]
#[case::identity_provider(
    r#"{"Federated":"arn:PARTITION:iam::444455556666:saml-provider/corp"}"#,
    "arn:PARTITION:iam::444455556666:saml-provider/corp"
)]
#[case::one_of_several(
    r#"{"AWS":["777788889999","444455556666"],"Service":"ec2.amazonaws.com"}"#,
    "arn:PARTITION:iam::444455556666:user/bob"
)]
fn namesakes(#[case] principal: &str, #[case] asking: &str) {
    for partition in PARTITIONS {
        for other in PARTITIONS {
            let (principal, asking) = (principal.replace("PARTITION", partition), asking.replace("PARTITION", other));
            let is_own = partition == other;
            let allowed = ask(partition, "Allow", &principal, &asking);
            assert!(answers(&allowed, if is_own { Allowed } else { Nothing }), "{principal} of {asking}: {allowed:?}");
            let denied = ask(partition, "Deny", &principal, &asking);
            assert!(
                answers(&denied, if is_own { Denied } else { Allowed }),
                "Deny {principal} of {asking}: {denied:?}"
            );
        }
    }
}

/// Names without a partition are the same everywhere, and a service's name is compared as it is.
#[rstest]
#[case::service(r#"{"Service":"ec2.amazonaws.com"}"#, "ec2.amazonaws.com", Allowed)]
#[case::service_in_china(r#"{"Service":"ec2.amazonaws.com.cn"}"#, "ec2.amazonaws.com.cn", Allowed)]
#[case::service_elsewhere(r#"{"Service":"ec2.amazonaws.com.cn"}"#, "ec2.amazonaws.com", Nothing)]
#[case::service_of_a_region(r#"{"Service":"ec2.us-gov-west-1.amazonaws.com"}"#, "ec2.amazonaws.com", Nothing)]
#[case::service_as_a_user(r#"{"AWS":"ec2.amazonaws.com"}"#, "arn:aws:iam::444455556666:user/ec2", Nothing)]
#[case::web_identity(r#"{"Federated":"www.amazon.com"}"#, "www.amazon.com", Allowed)]
#[case::everyone(r#""*""#, "arn:aws:iam::444455556666:user/bob", Allowed)]
#[case::everyone_in_china(r#"{"AWS":"*"}"#, "arn:aws-cn:iam::444455556666:user/bob", Allowed)]
#[case::shorter_number(r#"{"AWS":"44445555666"}"#, "arn:aws:iam::44445555666:user/bob", Nothing)]
#[case::number_as_a_service(r#"{"Service":"444455556666"}"#, "arn:aws:iam::444455556666:user/bob", Nothing)]
#[case::number_as_a_provider(r#"{"Federated":"444455556666"}"#, "arn:aws:iam::444455556666:user/bob", Nothing)]
fn names_without_a_partition(#[case] principal: &str, #[case] asking: &str, #[case] expected: Answer) {
    for partition in PARTITIONS {
        let decision = ask(partition, "Allow", principal, asking);
        assert!(answers(&decision, expected), "{principal} of {asking} in {partition}: {decision:?}");
    }
}

/// A resource is compared part by part as it is written: no partition stands for another, but a wildcard for all.
#[rstest]
#[case::named("arn:PARTITION:s3:::lab/x", true)]
#[case::wildcard("arn:*:s3:::lab/x", true)]
#[case::prefix_and_wildcard("arn:PARTITION*:s3:::lab/x", true)]
#[case::everything("*", true)]
#[case::one_character("arn:?:s3:::lab/x", false)]
#[case::longer("arn:PARTITION-x:s3:::lab/x", false)]
#[case::left_out("arn::s3:::lab/x", false)]
#[case::upper_case("ARN:PARTITION:s3:::lab/x", false)]
fn resources(#[case] resource: &str, #[case] expected: bool) {
    for partition in PARTITIONS {
        let resource = resource.replace("PARTITION", partition);
        let own = read(partition, &format!(r#"{{"Effect":"Allow","Action":"s3:*","Resource":"{resource}"}}"#));
        let evaluation = Evaluation { identity: &[&own], boundary: None, resource: None };
        let object = format!("arn:{partition}:s3:::lab/x");
        let decision = evaluation.decide(&request(&("", "s3:GetObject", object.as_str(), &[]))).decision;
        assert!(answers(&decision, if expected { Allowed } else { Nothing }), "{resource}: {decision:?}");
    }
}
