//! What moto lacks, as far as the suite needs it: there, the sandbox alone is asked.
//!
//! This is the one table of it. Each entry says how it shows, and one that moto has learnt meanwhile fails the suite, so the
//! table cannot rot. What is not in it, the suite does on moto, too.

use reconcile_core::id::Kind;
use reconcile_core::resource::Resource;
use serde_json::{Value, json};

use crate::drifts::{Act, Drift};
use crate::shipped::{self, Shipped};
use crate::support::behind::Hand;
use crate::support::moto::Moto;
use crate::support::sandbox::TestSandbox;

/// Something that moto lacks.
pub(crate) struct Lack {
    what: What,
    /// Calls of SageMaker that would show it: the last one by an answer with this member.
    shown_by: (&'static [&'static str], &'static str),
}

/// What is lacking.
#[derive(Clone, Copy, Debug)]
enum What {
    /// Resources of this kind cannot be read: manifests that hold one are the sandbox's.
    Kind(Kind),
    /// A field of notebook instances is taken and not told again: it is left out of the manifests.
    Field(&'static str),
    /// The call is unknown: drifts that need it are the sandbox's.
    Call(&'static str),
}

/// The table.
const LACKS: [Lack; 5] = [
    Lack {
        // A plan reads the tags of each, and moto knows the tags of notebook instances only.
        what: What::Kind(Kind::SagemakerLifecycleConfig),
        shown_by: (&["CreateNotebookInstanceLifecycleConfig", "ListTags"], "Tags"),
    },
    lost("platform_identifier", "PlatformIdentifier"),
    lost("ip_address_type", "IpAddressType"),
    lost("minimum_instance_metadata_service_version", "InstanceMetadataServiceConfiguration"),
    Lack {
        what: What::Call(UPDATE),
        shown_by: (&["CreateNotebookInstance", "StopNotebookInstance", "UpdateNotebookInstance"], ""),
    },
];

const UPDATE: &str = "sagemaker:UpdateNotebookInstance";

const fn lost(field: &'static str, member: &'static str) -> Lack {
    let shown_by: (&[&str], &str) = (&["CreateNotebookInstance", "DescribeNotebookInstance"], member);
    Lack { what: What::Field(field), shown_by }
}

/// Returns whether moto knows a call.
pub(crate) fn has(call: &str) -> bool {
    !LACKS.iter().any(|lack| matches!(lack.what, What::Call(lacking) if lacking == call))
}

/// Returns why a manifest is left to the sandbox, if it is.
pub(crate) fn hindrance(shipped: &Shipped) -> Option<String> {
    let kinds = || shipped.manifest.resources.iter().map(|declared| declared.address.kind());
    let unreadable = LACKS.iter().find_map(|lack| match lack.what {
        What::Kind(kind) if kinds().any(|held| held == kind) => Some(format!("moto cannot tell of a {}", kind.noun())),
        What::Kind(_) | What::Field(_) | What::Call(_) => None,
    });
    unreadable.or_else(|| kinds().all(|kind| !is_of_aws(kind)).then(|| "it holds nothing of AWS".to_owned()))
}

/// Returns whether moto has a part in a kind: the workspace beside it is a sandbox.
pub(crate) fn is_of_aws(kind: Kind) -> bool {
    kind.cloud() == reconcile_core::id::Cloud::Aws
}

/// Returns whether moto loses a field of a resource that a manifest sets.
pub(crate) fn loses(resource: &Resource, field: &str) -> bool {
    let lost = LACKS.iter().any(|lack| matches!(lack.what, What::Field(lost) if lost == field));
    lost && matches!(resource, Resource::NotebookInstance(_))
}

/// Returns why a drift is left to the sandbox, if it is.
pub(crate) fn hinders(drift: &Drift) -> Option<String> {
    if drift.is_an_edit() {
        return Some("no call does it".to_owned());
    }
    let done = drift.acts.iter().filter_map(|act| match act {
        Act::Iam(action, _) => Some(format!("iam:{action}")),
        Act::Sagemaker(operation, _) => Some(format!("sagemaker:{operation}")),
        Act::Workspace(..) | Act::Edit(_) => None,
    });
    let lacking = done.chain(drift.calls.iter().cloned()).find(|call| !has(call));
    lacking.map(|call| format!("moto has no {call}"))
}

#[test]
fn moto_has_learnt_nothing_of_what_the_table_says_it_lacks() {
    let (moto, workspace) = (Moto::start(), TestSandbox::workspace_only());
    for lack in &LACKS {
        moto.reset();
        let (calls, member) = lack.shown_by;
        let answers: Vec<_> = calls.iter().map(|call| (*call, ask(&moto.hand(&workspace), call))).collect();
        let (last, before) = answers.split_last().expect("a call");
        assert!(before.iter().all(|(_, (status, _))| *status == 200), "{:?} cannot be asked: {answers:?}", lack.what);
        let (status, answer) = &last.1;
        let told = *status == 200 && (member.is_empty() || answer.contains(&format!("\"{member}\"")));
        assert!(!told, "moto does this by now, take it off the table: {:?}: {answer}", lack.what);
    }
}

#[test]
fn the_table_holds_nothing_that_no_manifest_needs() {
    let all = shipped::all();
    for lack in &LACKS {
        let mut resources = all.iter().flat_map(|shipped| &shipped.manifest.resources);
        let is_needed = resources.any(|declared| match lack.what {
            What::Kind(kind) => declared.address.kind() == kind,
            What::Field(field) => declared.field_places.contains_key(field),
            What::Call(call) => call == UPDATE && declared.address.kind() == Kind::SagemakerNotebookInstance,
        });
        assert!(is_needed, "take it off the table: {:?}", lack.what);
    }
}

/// Makes a call with whatever it may ask for.
fn ask(hand: &Hand, call: &str) -> (u16, String) {
    let name = "asked";
    let body = match call {
        "CreateNotebookInstance" => json!({
            "NotebookInstanceName": name,
            "InstanceType": "ml.t3.medium",
            "RoleArn": "arn:aws:iam::111122223333:role/asked",
            "PlatformIdentifier": "notebook-al2023-v1",
            "IpAddressType": "ipv4",
            "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
        }),
        "UpdateNotebookInstance" => json!({"NotebookInstanceName": name, "InstanceType": "ml.t3.large"}),
        "CreateNotebookInstanceLifecycleConfig" => json!({"NotebookInstanceLifecycleConfigName": name}),
        "ListTags" => json!({"ResourceArn": lifecycle_config_arn(name)}),
        _ => json!({"NotebookInstanceName": name}),
    };
    hand.try_sagemaker(call, &body)
}

fn lifecycle_config_arn(name: &str) -> Value {
    format!("arn:aws:sagemaker:us-east-1:111122223333:notebook-instance-lifecycle-config/{name}").into()
}
