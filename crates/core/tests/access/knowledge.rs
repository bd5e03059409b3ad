//! Knowing less never makes surer.

use std::collections::BTreeSet;

use proptest::prelude::*;
use reconcile_core::access::{self, AccessCode, Certainty};
use reconcile_core::id::Address;
use reconcile_core::manifest::Manifest;
use reconcile_core::planner::World;

use crate::world::{DATABRICKS_TRUST, after, before, lab, unreadable};

/// What becomes of the reading of one resource.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Kept,
    LeftOut,
    Unreadable,
}

const EDITS: [&[(&str, &str)]; 4] = [
    &[],
    &[
        ("Service: ec2.amazonaws.com", "Service: lambda.amazonaws.com"),
        ("Service: sagemaker.amazonaws.com", "Service: glue.amazonaws.com"),
    ],
    &[("role: \"${iam.roles.cluster.name}\"", "role: null")],
    &[(
        "Action: [iam:PassRole], Resource: [\"${iam.roles.cluster.arn}\"]",
        "Action: iam:PassRole, Resource: '*'}, {Effect: Deny, Action: iam:*, Resource: '*'",
    )],
];

fn certain(manifest: &Manifest, world: &World) -> BTreeSet<(AccessCode, Address)> {
    let findings = access::check(manifest, world).into_iter();
    let certain = findings.filter(|finding| finding.certainty == Certainty::Certain);
    certain.map(|finding| (finding.code, finding.address)).collect()
}

fn fates() -> impl Strategy<Value = Vec<Fate>> {
    let fate = prop_oneof![Just(Fate::Kept), Just(Fate::LeftOut), Just(Fate::Unreadable)];
    proptest::collection::vec(fate, 6)
}

proptest! {
    #[test]
    fn what_is_certain_of_a_part_is_certain_of_the_whole(edits in 0..EDITS.len(), made in any::<bool>(), fates in fates()) {
        let manifest = lab(EDITS[edits]);
        let whole = if made { after(&manifest, DATABRICKS_TRUST) } else { before(&manifest, DATABRICKS_TRUST) };
        let mut part = whole.clone();
        for (declared, fate) in manifest.resources.iter().zip(fates) {
            match fate {
                Fate::Kept => {}
                Fate::LeftOut => drop(part.observed.remove(&declared.address)),
                Fate::Unreadable => drop(part.observed.insert(declared.address.clone(), unreadable("iam:GetRole"))),
            }
        }
        let (part, whole) = (certain(&manifest, &part), certain(&manifest, &whole));
        prop_assert!(part.is_subset(&whole), "{part:?} of {whole:?}");
        prop_assert_eq!(whole.is_empty(), edits == 0);
    }
}
