//! What an apply may have to do, with every kind: make, repair, make anew, delete.

use serde_json::Value;

use crate::bed::Bed;
use crate::support::lab::root;

/// A world, and the run that is to change it.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// The manifests that are applied before, one after the other.
    pub(crate) before: Vec<String>,
    /// The manifest of the run.
    pub(crate) manifest: String,
    /// The command.
    pub(crate) command: &'static str,
}

impl Scenario {
    /// The command line of the run.
    pub(crate) fn line(&self) -> [&'static str; 2] {
        [self.command, "reconcile.yaml"]
    }

    /// Makes the world as it is before the run, in which nothing is new; returns it.
    pub(crate) fn prepare(&self, bed: &Bed) -> Value {
        for manifest in &self.before {
            bed.write("reconcile.yaml", manifest);
            bed.succeed(&["apply", "reconcile.yaml"]);
        }
        bed.write("reconcile.yaml", &self.manifest);
        bed.let_everything_age();
        bed.sandbox.clear_calls();
        bed.sandbox.state()
    }
}

/// The manifest of every kind.
pub(crate) fn every_kind() -> String {
    std::fs::read_to_string(root().join("tests/trust/manifest/every-kind.yaml")).expect("the manifest")
}

/// A text of which each part that is named is replaced.
pub(crate) fn edited(text: &str, edits: &[(&str, &str)]) -> String {
    edits.iter().fold(text.to_owned(), |text, (from, to)| {
        assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
        text.replace(from, to)
    })
}

/// What drifts in place: something of every kind.
const DRIFT: [(&str, &str); 12] = [
    ("Action: s3:GetObject", "Action: s3:GetObjectTagging"),
    (
        "description: Works\n      permissions_boundary: null",
        "description: Rests\n      permissions_boundary: PowerUserAccess",
    ),
    (
        "[ec2.amazonaws.com, sagemaker.amazonaws.com]}, ",
        "[ec2.amazonaws.com, sagemaker.amazonaws.com, glue.amazonaws.com]}, ",
    ),
    ("managed_policies: [\"${iam.policies.read.arn}\"]", "managed_policies: [AmazonS3ReadOnlyAccess]"),
    ("        logs:\n", "        other:\n"),
    (
        "Condition: {StringEquals: {\"iam:PassedToService\": ec2.amazonaws.com}}",
        "Condition: {StringLike: {\"iam:PassedToService\": \"ec2*\"}}",
    ),
    ("echo started", "echo stopped"),
    ("ml.t3.medium", "ml.t3.large"),
    ("      iam_role_arn: ${iam.roles.worker.arn}\n", ""),
    ("autotermination_minutes: 60", "autotermination_minutes: 90"),
    ("pinned: true", "pinned: false"),
    ("source: clean.sql", "source: edited.sql"),
];

/// What can only be made anew: a policy, a role, an instance profile, an instance, a registration.
const ANEW: [(&str, &str); 5] = [
    ("name: trust-spare\n      document", "name: trust-spare\n      path: /moved/\n      document"),
    ("name: trust-worker\n      description", "name: trust-worker\n      path: /moved/\n      description"),
    ("spare: {name: trust-spare, role: null}", "spare: {name: trust-spare, path: /moved/, role: null}"),
    ("volume_size_in_gb: 20", "volume_size_in_gb: 10"),
    ("is_meta_instance_profile: false", "is_meta_instance_profile: true"),
];

/// What the world before the change of settings says otherwise: tags, a boundary, run states, a size, an older document.
const OTHER_SETTINGS: [(&str, &str); 6] = [
    ("tags: {team: data-platform}", "tags: {team: other, former: x}"),
    ("Action: s3:GetObject", "Action: s3:GetObjectTagging"),
    ("num_workers: 1\n", "num_workers: 2\n"),
    ("num_workers: 5\n", "num_workers: 6\n"),
    ("name: trust-parked\n      state: terminated", "name: trust-parked\n      state: running"),
    ("name: trust-woken\n      state: running", "name: trust-woken\n      state: terminated"),
];

/// The clusters whose run state is declared, and one of which only the size will differ.
const RUN_STATES: (&str, &str) = (
    "  notebooks:\n",
    "    parked:\n      name: trust-parked\n      state: terminated\n      spark_version: 16.4.x-scala2.12\n      \
     node_type_id: m5d.large\n      num_workers: 3\n      custom_tags: {team: parked}\n    woken:\n      \
     name: trust-woken\n      state: running\n      spark_version: 16.4.x-scala2.12\n      node_type_id: m5d.large\n      \
     num_workers: 3\n      custom_tags: {team: woken}\n    sized:\n      name: trust-sized\n      \
     spark_version: 16.4.x-scala2.12\n      node_type_id: m5d.large\n      num_workers: 5\n      \
     custom_tags: {team: sized, former: x}\n  notebooks:\n",
);

/// The boundary that is set, and the tag that goes.
const SETTINGS: [(&str, &str); 2] = [
    ("permissions_boundary: null", "permissions_boundary: PowerUserAccess"),
    ("tags: {team: data-platform}", "tags: {team: data-platform, former: null}"),
];

/// All of them; together they make every call that there is.
pub(crate) fn all() -> [Scenario; 5] {
    let manifest = every_kind();
    let with_states = edited(&manifest, &[RUN_STATES]);
    [
        Scenario { name: "creation", before: Vec::new(), manifest: manifest.clone(), command: "apply" },
        Scenario {
            name: "repair",
            before: vec![edited(&manifest, &DRIFT)],
            manifest: manifest.clone(),
            command: "apply",
        },
        Scenario {
            name: "replacement",
            before: vec![manifest.clone()],
            manifest: edited(&manifest, &ANEW),
            command: "apply",
        },
        Scenario {
            name: "settings",
            before: vec![manifest.clone(), edited(&with_states, &OTHER_SETTINGS)],
            manifest: edited(&with_states, &SETTINGS),
            command: "apply",
        },
        Scenario {
            name: "destruction",
            before: vec![edited(&manifest, &DRIFT), manifest.clone()],
            manifest,
            command: "destroy",
        },
    ]
}
