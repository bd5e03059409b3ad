//! A role that another one trusts is deleted and made anew: IAM keeps its old unique id in the trust, and the plan says so.

use reconcile_sandbox::Config;

use crate::cli_bench::{Bench, Cloud};

/// The worker trusts the deployer.
const MANIFEST: &str = "
version: 1
name: renewed
iam:
  roles:
    deployer:
      trust_policy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}]}
    worker:
      trust_policy:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {AWS: '${iam.roles.deployer.arn}'}, Action: sts:AssumeRole}]
";

/// Replaces the unique ids of principals, which count up in the sandbox.
fn steady(text: &str) -> String {
    let id = |word: &str| word.starts_with("AROA");
    let words: Vec<_> = text.split(' ').map(|word| if id(word) { "AROA…" } else { word }).collect();
    words.join(" ")
}

#[test]
fn a_role_that_was_made_anew_is_one_line() {
    let cloud = Cloud::start(Config::default());
    let mut bench = Bench::with_manifest(MANIFEST);
    cloud.point(&mut bench);
    bench.run("apply --yes").ends(0);
    cloud.iam(&[("Action", "DeleteRole"), ("RoleName", "deployer")]);
    // Gone and not made anew yet, or made anew already: the plan says the same of the trust.
    let said = |run: String| {
        let (_, told) = run.split_once("~ iam.roles.worker").expect("the worker changes");
        steady(told.split_once("! widens").expect("it is let in again").0)
    };
    let gone = said(bench.run("plan").ends(0).stdout);
    bench.run("apply --yes --only iam.roles.deployer").ends(0);
    let renewed = said(bench.run("drift").ends(2).stdout);
    assert_eq!(gone.replace(", after iam.roles.deployer", ""), renewed);
    insta::assert_snapshot!(renewed, @"
    role worker  (update)
      trust_policy:
        AWS AROA… (deleted role?) becomes AWS arn:aws:iam::111122223333:role/deployer
          for sts:AssumeRole: the role was deleted and made anew, and is meant again once this is
          saved (widens)
      calls:
        1. iam:UpdateAssumeRolePolicy  set the trust policy
    ");
    bench.run("apply --yes").ends(0);
    bench.run("drift").ends(0);
}
