//! The lab, edited, in front of a sandbox.

use reconcile_sandbox::{Callers, Config};

use crate::support::lab::{manifest, root};
use crate::support::plan_json;
use crate::support::process::Ended;
use crate::support::reconcile::Reconcile;
use crate::support::sandbox::TestSandbox;

/// The lab, edited, in front of a sandbox of its own.
pub(crate) struct Lab {
    pub(crate) sandbox: TestSandbox,
    pub(crate) reconcile: Reconcile,
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self::with(Config::default())
    }

    pub(crate) fn with(config: Config) -> Self {
        let sandbox = TestSandbox::start(config);
        let reconcile = Reconcile::new(sandbox.environment());
        Self { sandbox, reconcile }
    }

    /// The lab in front of a caller who is a session of the role `deployer`, which has these fields.
    pub(crate) fn called_by(deployer: &str) -> Self {
        let keys = [(DEPLOYERS_KEY.to_owned(), "deployer".to_owned())];
        let callers = Callers { keys: keys.into_iter().collect(), sessions_are_checked: false };
        let mut lab = Self::with(Config { callers, ..Config::default() });
        lab.prepare(&DEPLOYER.replace("FIELDS", deployer));
        let mut environment = lab.sandbox.environment();
        for (name, value) in &mut environment {
            if name == "AWS_ACCESS_KEY_ID" {
                DEPLOYERS_KEY.clone_into(value);
            }
        }
        lab.reconcile = Reconcile::new(environment);
        lab
    }

    /// Brings the account into a state, and forgets the calls of it.
    pub(crate) fn prepare(&self, manifest: &str) {
        std::fs::write(self.reconcile.home().join("before.yaml"), manifest).expect("the manifest is written");
        let applied = self.run(&["apply", "before.yaml", "--yes"]);
        assert_eq!(applied.code, Some(0), "{}{}", applied.stdout, applied.stderr);
        self.sandbox.take_writes();
    }

    /// Returns the warnings of a plan that bear a code, and the number of calls that it took.
    pub(crate) fn warned(&self, code: &str) -> (Vec<serde_json::Value>, u64) {
        let planned = self.run(&["plan", "lab.yaml", "--format", "json"]);
        assert_eq!(planned.code, Some(0), "{code}: {}", planned.stderr);
        let plan = plan_json::checked(&planned.stdout);
        let warnings = plan["warnings"].as_array().expect("warnings").iter();
        let told = warnings.filter(|warning| warning["code"].as_str().is_some_and(|found| found.starts_with(code)));
        (told.cloned().collect(), plan["reads"]["calls"].as_u64().expect("calls"))
    }

    /// Asserts that a plan tells a finding for certain, that an apply refuses it, and that neither writes.
    pub(crate) fn refuses(&self, code: &str, address: &str) -> String {
        let (told, _) = self.warned(code);
        let told = told.into_iter().find(|warning| warning["address"] == address);
        let told = told.unwrap_or_else(|| panic!("{code} on {address}"));
        assert_eq!(told["certainty"], "certain", "{told}");
        assert!(told["place"]["line"].as_u64().is_some(), "{told}");
        let applied = self.run(&["apply", "lab.yaml", "--yes"]);
        assert_eq!(applied.code, Some(1), "{code}: {}", applied.stdout);
        assert!(applied.stdout.contains(code) && applied.stderr.contains("Nothing was applied."), "{code}");
        assert_eq!(self.sandbox.take_writes(), [""; 0], "{code}");
        format!("{}\nhelp: {}", told["message"].as_str().unwrap(), told["help"].as_str().unwrap())
    }

    /// Writes the lab with parts of its text replaced; each part has to be there.
    pub(crate) fn write(&self, edits: &[(&str, &str)]) {
        let mut text = std::fs::read_to_string(manifest()).expect("the lab");
        for (from, to) in edits {
            assert!(text.contains(from), "the lab says {from}");
            text = text.replace(from, to);
        }
        let notebooks = root().join("manifests/lab/notebooks/");
        let text = text.replace("source: notebooks/", &format!("source: {}/", notebooks.display()));
        std::fs::write(self.reconcile.home().join("lab.yaml"), text).expect("the manifest is written");
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        self.reconcile.run(arguments)
    }
}

pub(crate) const DEPLOYERS_KEY: &str = "AKIADEPLOYER";

/// The role that calls.
pub(crate) const DEPLOYER: &str = "
version: 1
name: callers
iam:
  policies:
    bound:
      document: {Version: '2012-10-17', Statement: [{Effect: Allow, NotAction: 'iam:PassRole', Resource: '*'}]}
  roles:
    deployer:
      trust_policy: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {AWS: '111122223333'}, Action: 'sts:AssumeRole'}]}
      FIELDS
";
