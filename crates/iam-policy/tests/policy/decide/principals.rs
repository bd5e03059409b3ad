//! Whom a statement of a resource's policy is about.

use super::Answer::{self, Allowed, Nothing};
use super::{answers, document, request};
use iam_policy::{Evaluation, ResourcePolicy};

const ROLE: &str = "arn:aws:iam::444455556666:role/team/lab";
const SESSION: &str = "arn:aws:sts::444455556666:assumed-role/lab/me";
const USER: &str = "arn:aws:iam::444455556666:user/alice";
const FEDERATED: &str = "arn:aws:sts::444455556666:federated-user/alice";

/// Asks a bucket of another account for a read by who may everything by their own policies, so that only the bucket decides.
fn ask(principal: &str, asking: &str) -> iam_policy::Decision {
    let bucket =
        document(&format!(r#"{{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Principal":{principal}}}"#));
    let own = document(r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#);
    let evaluation = Evaluation { identity: &[&own], boundary: None, resource: Some(ResourcePolicy::Other(&bucket)) };
    evaluation.decide(&request(&(asking, "s3:GetObject", "arn:aws:s3:::x/y", &[]))).decision
}

#[test]
fn names() {
    let rows: &[(&str, &str, Answer)] = &[
        // Everyone, and nobody.
        (r#""*""#, ROLE, Allowed),
        (r#""*""#, "ec2.amazonaws.com", Allowed),
        (r#"{"AWS":"*"}"#, USER, Allowed),
        ("{}", USER, Nothing),
        (r#"{"AWS":[]}"#, USER, Nothing),
        // An account stands for all that is in it.
        (r#"{"AWS":"444455556666"}"#, ROLE, Allowed),
        (r#"{"AWS":"444455556666"}"#, SESSION, Allowed),
        (r#"{"AWS":"444455556666"}"#, USER, Allowed),
        (r#"{"AWS":"444455556666"}"#, FEDERATED, Allowed),
        (r#"{"AWS":"arn:aws:iam::444455556666:root"}"#, USER, Allowed),
        (r#"{"AWS":"arn:aws:iam::444455556666:root"}"#, "arn:aws:iam::444455556666:root", Allowed),
        (r#"{"AWS":"777788889999"}"#, USER, Nothing),
        (r#"{"AWS":"arn:aws-cn:iam::444455556666:root"}"#, USER, Nothing),
        (r#"{"AWS":["777788889999","444455556666"]}"#, USER, Allowed),
        // A role stands for its sessions, whose names leave out its path.
        (r#"{"AWS":"arn:aws:iam::444455556666:role/team/lab"}"#, ROLE, Allowed),
        (r#"{"AWS":"arn:aws:iam::444455556666:role/team/lab"}"#, SESSION, Allowed),
        (r#"{"AWS":"arn:aws:iam::444455556666:role/lab"}"#, SESSION, Allowed),
        (r#"{"AWS":"arn:aws:iam::444455556666:role/other"}"#, SESSION, Nothing),
        (r#"{"AWS":"arn:aws:iam::777788889999:role/lab"}"#, SESSION, Nothing),
        (r#"{"AWS":"arn:aws:iam::444455556666:role/lab"}"#, ROLE, Nothing),
        // A session stands for itself.
        (r#"{"AWS":"arn:aws:sts::444455556666:assumed-role/lab/me"}"#, SESSION, Allowed),
        (r#"{"AWS":"arn:aws:sts::444455556666:assumed-role/lab/you"}"#, SESSION, Nothing),
        (r#"{"AWS":"arn:aws:sts::444455556666:assumed-role/lab/me"}"#, ROLE, Nothing),
        (r#"{"AWS":"arn:aws:sts::444455556666:assumed-role/lab/*"}"#, SESSION, Nothing),
        // A user stands for itself, and its name has a case.
        (r#"{"AWS":"arn:aws:iam::444455556666:user/alice"}"#, USER, Allowed),
        (r#"{"AWS":"arn:aws:iam::444455556666:user/Alice"}"#, USER, Nothing),
        (r#"{"AWS":"arn:aws:iam::444455556666:user/*"}"#, USER, Nothing),
        (r#"{"AWS":"arn:aws:iam::444455556666:role/alice"}"#, USER, Nothing),
        (r#"{"AWS":"arn:aws:iam::444455556666:user/alice"}"#, FEDERATED, Nothing),
        (r#"{"AWS":"arn:aws:sts::444455556666:federated-user/alice"}"#, FEDERATED, Allowed),
        // A service and an identity provider by their names.
        (r#"{"Service":"ec2.amazonaws.com"}"#, "ec2.amazonaws.com", Allowed),
        (r#"{"Service":"ec2.amazonaws.com"}"#, "EC2.amazonaws.com", Nothing),
        (r#"{"Service":"ec2.amazonaws.com"}"#, "sagemaker.amazonaws.com", Nothing),
        (r#"{"Service":["ec2.amazonaws.com","sagemaker.amazonaws.com"]}"#, "sagemaker.amazonaws.com", Allowed),
        (r#"{"Service":"*"}"#, "ec2.amazonaws.com", Nothing),
        (r#"{"Service":"*.amazonaws.com"}"#, "ec2.amazonaws.com", Nothing),
        (r#"{"Federated":"accounts.google.com"}"#, "accounts.google.com", Allowed),
        (r#"{"Federated":"accounts.google.com"}"#, "graph.facebook.com", Nothing),
        (
            r#"{"Federated":"arn:aws:iam::444455556666:saml-provider/corp"}"#,
            "arn:aws:iam::444455556666:saml-provider/corp",
            Allowed,
        ),
        (r#"{"AWS":"444455556666","Service":"ec2.amazonaws.com"}"#, "ec2.amazonaws.com", Allowed),
        (r#"{"AWS":"444455556666","Service":"ec2.amazonaws.com"}"#, USER, Allowed),
    ];
    let mut wrong = Vec::new();
    for (principal, asking, answer) in rows {
        let decision = ask(principal, asking);
        if !answers(&decision, *answer) {
            wrong.push(format!("{principal} of {asking}: {decision:?}, not {answer:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Nobody in particular is only meant by nobody.
#[test]
fn nobody_in_particular() {
    for principal in [r#""*""#, r#"{"AWS":"444455556666"}"#, r#"{"Service":"ec2.amazonaws.com"}"#, "{}"] {
        let decision = ask(principal, "");
        assert!(answers(&decision, Nothing), "{principal}: {decision:?}");
    }
}
