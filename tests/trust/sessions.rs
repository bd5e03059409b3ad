//! Sessions of roles that end in the middle of an apply: by their stated time, or before it.

use std::collections::BTreeSet;
use std::time::Duration;

use reconcile_sandbox::{Fault, FaultKind};

use crate::bed::{Bed, at_once};
use crate::scenarios::every_kind;
use crate::support::process::Ended;

/// How the caller comes by the role.
#[derive(Clone, Copy, Debug)]
enum By {
    /// `providers.aws.assume_role_arn`
    Manifest,
    /// A profile with `role_arn` and `source_profile`.
    Profile,
}

const ROLE: &str = "arn:aws:iam::111122223333:role/deployer";

const PROFILES: &str = "[profile base]\naws_access_key_id = sandbox\naws_secret_access_key = sandbox\n\
                        [profile deployer]\nregion = us-east-1\nrole_arn = arn:aws:iam::111122223333:role/deployer\n\
                        source_profile = base\n";

impl By {
    const ALL: [Self; 2] = [Self::Manifest, Self::Profile];

    /// Writes a manifest of every kind that is applied as the role.
    fn prepare(self, bed: &mut Bed) {
        let trust = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}"#;
        bed.iam("CreateRole", &[("RoleName", "deployer"), ("AssumeRolePolicyDocument", trust)]);
        // It may pass roles, which a plan asks for.
        let everything = ("PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess");
        bed.iam("AttachRolePolicy", &[("RoleName", "deployer"), everything]);
        let provider = match self {
            Self::Manifest => format!("assume_role_arn: \"{ROLE}\""),
            Self::Profile => {
                bed.write("config", PROFILES);
                let config = bed.path("config").display().to_string();
                let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"];
                bed.environment.retain(|(name, _)| !keys.contains(&name.as_str()));
                bed.environment.push(("AWS_CONFIG_FILE".to_owned(), config));
                "profile: deployer".to_owned()
            }
        };
        bed.write("reconcile.yaml", &format!("{}\nproviders: {{aws: {{{provider}}}}}\n", every_kind()));
        bed.sandbox.clear_calls();
    }
}

/// The sessions that were taken, and the calls that were refused because theirs had ended.
fn taken_and_refused(bed: &Bed) -> (usize, usize) {
    let calls = bed.sandbox.calls();
    let taken = calls.iter().filter(|call| call.operation == "AssumeRole").count();
    let is_refused = |service: &str, status: u16| service != "databricks" && status == 403;
    (taken, calls.iter().filter(|call| is_refused(&call.service, call.status)).count())
}

#[track_caller]
fn succeeds(bed: &Bed, by: By, ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{by:?}\n{}{}", ended.stdout, ended.stderr);
    bed.sandbox.clear_faults();
    bed.succeed(&["drift", "reconcile.yaml"]);
}

/// Every call bears a session that is about to end, and the one that was good when a call was held has ended by the next.
#[test]
fn a_session_is_renewed_before_its_stated_end() {
    for by in By::ALL {
        let mut bed = Bed::with(reconcile_sandbox::Behaviour { session: Some(1_000), ..at_once() });
        by.prepare(&mut bed);
        let (run, held) = bed.hold_at(&["apply", "reconcile.yaml"], 6, true);
        assert!(held.is_some(), "{:?}", run.end());
        bed.sandbox.pass(Duration::from_hours(1));
        bed.sandbox.release();
        let ended = run.end();
        let (taken, refused) = taken_and_refused(&bed);
        eprintln!(
            "counted: sessions renewed before their end, {by:?}: {taken} taken in one apply, {refused} calls refused"
        );
        assert!(taken > 1 && refused == 0, "{by:?}");
        succeeds(&bed, by, &ended);
    }
}

/// By the time that was stated it is good for half an hour more.
#[test]
fn a_session_that_ends_before_its_stated_end_is_renewed() {
    for by in By::ALL {
        let mut bed = Bed::new();
        by.prepare(&mut bed);
        let (run, held) = bed.hold_at(&["apply", "reconcile.yaml"], 6, true);
        assert!(held.is_some(), "{:?}", run.end());
        bed.sandbox.pass(Duration::from_hours(2));
        bed.sandbox.release();
        let ended = run.end();
        let (taken, refused) = taken_and_refused(&bed);
        eprintln!(
            "counted: sessions renewed after a refusal, {by:?}: {taken} taken, {refused} calls refused and sent again"
        );
        assert!(taken == 2 && refused >= 1, "{by:?}: {taken} taken, {refused} refused");
        succeeds(&bed, by, &ended);
    }
}

/// At each of these calls the session that it bears ends: reads and writes, of IAM and of SageMaker, those that may be sent twice
/// and those that may not. Reads that are under way beside it are refused with it.
#[test]
fn whichever_call_meets_the_end_of_its_session_is_sent_again() {
    let calls = [
        "GetRole",
        "CreateRole",
        "CreatePolicy",
        "PutRolePolicy",
        "AddRoleToInstanceProfile",
        "DescribeNotebookInstance",
        "CreateNotebookInstanceLifecycleConfig",
        "CreateNotebookInstance",
    ];
    for by in By::ALL {
        let mut bed = Bed::new();
        by.prepare(&mut bed);
        for call in calls {
            bed.sandbox.inject(Fault::of(FaultKind::ExpireCredential).on(call).times(1));
        }
        let ended = bed.run(&["apply", "reconcile.yaml", "--parallelism=1"]);
        let made: Vec<_> = bed.sandbox.calls().into_iter().filter(|call| call.writes && call.status < 300).collect();
        let creations: Vec<_> = made.iter().filter(|call| call.operation.starts_with("Create")).collect();
        let once: BTreeSet<_> = creations.iter().map(|call| (&call.operation, call.parameters.to_string())).collect();
        assert_eq!(creations.len(), once.len(), "{by:?}: nothing is made twice");
        let (taken, refused) = taken_and_refused(&bed);
        assert!(taken > calls.len() / 2 && refused >= taken - 1, "{by:?}: {taken} taken, {refused} refused");
        succeeds(&bed, by, &ended);
    }
}

/// One that cannot be renewed is told, once.
#[test]
fn a_session_that_nobody_renews_is_told() {
    for by in By::ALL {
        let mut bed = Bed::new();
        by.prepare(&mut bed);
        let (run, held) = bed.hold_at(&["apply", "reconcile.yaml", "--timeout=5s"], 6, true);
        assert!(held.is_some(), "{:?}", run.end());
        bed.sandbox.pass(Duration::from_hours(2));
        let message = format!("User: x is not authorized to perform: sts:AssumeRole on resource: {ROLE}");
        let denied = FaultKind::Status { status: 403, code: "AccessDenied".to_owned(), message };
        bed.sandbox.inject(Fault::of(denied).on("AssumeRole"));
        bed.sandbox.release();
        let ended = run.end();
        assert_eq!(ended.code, Some(1), "{by:?}\n{}{}", ended.stdout, ended.stderr);
        assert!(ended.stdout.contains("sts:AssumeRole: AccessDenied"), "{by:?}\n{}", ended.stdout);
        bed.sandbox.clear_faults();
        bed.succeed(&["apply", "reconcile.yaml"]);
        bed.succeed(&["drift", "reconcile.yaml"]);
    }
}
