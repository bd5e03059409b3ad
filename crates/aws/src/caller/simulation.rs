//! What the answer of a simulation means for one resource.

use std::collections::BTreeSet;

use aws_sdk_iam::types::{
    EvaluationResult, OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail, PolicyEvaluationDecisionType,
    Statement,
};
use reconcile_core::inquiry::{Hindrance, Simulated};

/// What was decided on one resource.
struct Decided<'a> {
    decision: &'a PolicyEvaluationDecisionType,
    missing: &'a [String],
    statements: &'a [Statement],
    boundary_allows: bool,
    organization_allows: bool,
}

/// Finds the decision on a resource. IAM tells it among the results of the one action, and emulators tell one result a
/// resource, as IAM did.
pub(super) fn decision(results: &[EvaluationResult], resource: &str) -> Simulated {
    match on(results, resource) {
        Some(decided) => meaning(&decided),
        None => Simulated::Unknown(BTreeSet::new()),
    }
}

fn on<'a>(results: &'a [EvaluationResult], resource: &str) -> Option<Decided<'a>> {
    let parts =
        results.iter().flat_map(|result| result.resource_specific_results().iter().map(move |part| (result, part)));
    let part = parts.into_iter().find(|(_, part)| part.eval_resource_name() == resource);
    if let Some((whole, part)) = part {
        return Some(Decided {
            decision: part.eval_resource_decision(),
            missing: part.missing_context_values(),
            statements: part.matched_statements(),
            boundary_allows: part
                .permissions_boundary_decision_detail()
                .or_else(|| whole.permissions_boundary_decision_detail())
                .is_none_or(PermissionsBoundaryDecisionDetail::allowed_by_permissions_boundary),
            organization_allows: organization_allows(whole),
        });
    }
    let whole = results.iter().find(|result| result.eval_resource_name() == Some(resource))?;
    Some(Decided {
        decision: whole.eval_decision(),
        missing: whole.missing_context_values(),
        statements: whole.matched_statements(),
        boundary_allows: whole
            .permissions_boundary_decision_detail()
            .is_none_or(PermissionsBoundaryDecisionDetail::allowed_by_permissions_boundary),
        organization_allows: organization_allows(whole),
    })
}

fn organization_allows(result: &EvaluationResult) -> bool {
    result.organizations_decision_detail().is_none_or(OrganizationsDecisionDetail::allowed_by_organizations)
}

/// A simulation lets a condition on a key without a value fail, and the call itself has the key: what is refused then is not
/// known (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_ResourceSpecificResult.html>).
fn meaning(decided: &Decided<'_>) -> Simulated {
    let Decided { decision, missing, statements, boundary_allows, organization_allows } = decided;
    if **decision == PolicyEvaluationDecisionType::Allowed {
        return Simulated::Allowed;
    }
    if !missing.is_empty() {
        return Simulated::Unknown(missing.iter().cloned().collect());
    }
    match decision {
        PolicyEvaluationDecisionType::ExplicitDeny => {
            Simulated::Denied(statements.iter().filter_map(Statement::source_policy_id).map(str::to_owned).collect())
        }
        PolicyEvaluationDecisionType::ImplicitDeny if !organization_allows => {
            Simulated::NotAllowed(Hindrance::Organization)
        }
        PolicyEvaluationDecisionType::ImplicitDeny if !boundary_allows => Simulated::NotAllowed(Hindrance::Boundary),
        PolicyEvaluationDecisionType::ImplicitDeny => Simulated::NotAllowed(Hindrance::Policies),
        // A decision that this version does not know.
        _ => Simulated::Unknown(BTreeSet::new()),
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_iam::types::ResourceSpecificResult;
    use rstest::rstest;

    use super::*;

    const ROLE: &str = "arn:aws:iam::111122223333:role/x";

    fn set(words: &[&str]) -> BTreeSet<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    fn part(decision: PolicyEvaluationDecisionType) -> aws_sdk_iam::types::builders::ResourceSpecificResultBuilder {
        ResourceSpecificResult::builder().eval_resource_name(ROLE).eval_resource_decision(decision)
    }

    fn whole() -> aws_sdk_iam::types::builders::EvaluationResultBuilder {
        // What is decided of all resources together is the worst of them.
        EvaluationResult::builder()
            .eval_action_name("iam:PassRole")
            .eval_decision(PolicyEvaluationDecisionType::ExplicitDeny)
    }

    fn told(part: aws_sdk_iam::types::builders::ResourceSpecificResultBuilder) -> Simulated {
        decision(&[whole().resource_specific_results(part.build().unwrap()).build().unwrap()], ROLE)
    }

    #[test]
    fn each_resource_has_its_own_decision() {
        use PolicyEvaluationDecisionType::{Allowed, ExplicitDeny, ImplicitDeny};
        assert_eq!(told(part(Allowed)), Simulated::Allowed);
        assert_eq!(told(part(Allowed).missing_context_values("aws:x")), Simulated::Allowed);
        assert_eq!(told(part(ImplicitDeny)), Simulated::NotAllowed(Hindrance::Policies));
        let denying = Statement::builder().source_policy_id("no-passing").build();
        assert_eq!(told(part(ExplicitDeny).matched_statements(denying)), Simulated::Denied(set(&["no-passing"])));
        assert_eq!(decision(&[], ROLE), Simulated::Unknown(set(&[])));
    }

    #[rstest]
    #[case(PolicyEvaluationDecisionType::ImplicitDeny)]
    #[case(PolicyEvaluationDecisionType::ExplicitDeny)]
    fn what_is_refused_without_a_keys_value_is_not_known(#[case] refused: PolicyEvaluationDecisionType) {
        let told = told(part(refused).missing_context_values("iam:ResourceTag/team"));
        assert_eq!(told, Simulated::Unknown(set(&["iam:ResourceTag/team"])));
    }

    #[test]
    fn what_hinders_is_told() {
        let implicit = || part(PolicyEvaluationDecisionType::ImplicitDeny);
        let bounded = PermissionsBoundaryDecisionDetail::builder().allowed_by_permissions_boundary(false).build();
        assert_eq!(
            told(implicit().permissions_boundary_decision_detail(bounded)),
            Simulated::NotAllowed(Hindrance::Boundary)
        );
        let organization = OrganizationsDecisionDetail::builder().allowed_by_organizations(false).build();
        let result = whole().resource_specific_results(implicit().build().unwrap());
        let result = result.organizations_decision_detail(organization).build().unwrap();
        assert_eq!(decision(&[result], ROLE), Simulated::NotAllowed(Hindrance::Organization));
    }

    #[test]
    fn one_result_a_resource_is_understood_as_well() {
        let result = whole().eval_resource_name(ROLE).build().unwrap();
        assert_eq!(decision(&[result], ROLE), Simulated::Denied(set(&[])));
    }
}
