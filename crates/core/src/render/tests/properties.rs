use proptest::prelude::*;
use serde_json::{Value, json};

use super::examples::*;
use crate::change::FieldChange;
use crate::outcome::{OperationOutcome, Outcome, ResourceOutcome};
use crate::plan::{Plan, ProblemKind};
use crate::render::{Hazards, Style, markdown, outcome_text, text};
use crate::resource::{Resource, Role};

/// Text as it may come from a live tag or a service's message: controls, marks that re-order, blanks, wide characters.
fn hostile() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "\u{1b}[2J",
        "\u{9b}31m",
        "\r",
        "\n",
        "\t",
        "\u{7}",
        "\u{202e}",
        "\u{200b}",
        "\u{2028}",
        " ",
        "  ",
        "|",
        "`",
        "```",
        "<b>",
        "→",
        "日本",
        "\u{0}",
        "\u{7f}",
        "\\",
        "a",
        "word",
    ]);
    prop::collection::vec(prop_oneof![nasty.prop_map(str::to_owned), any::<char>().prop_map(String::from)], 0..12)
        .prop_map(|parts| parts.concat())
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![hostile().prop_map(Value::from), Just(Value::Null), any::<i32>().prop_map(Value::from)];
    leaf.prop_recursive(2, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(hostile(), inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

prop_compose! {
    fn any_plan()(
        name in hostile(), path in hostile(), before in value(), after in value(), summary in hostile(),
        note in hostile(), message in hostile(), help in hostile(), host in hostile(),
    ) -> Plan {
        let desired = Resource::Role(Role { name, tags: tags(&[(&path, &note)]), ..role() });
        let mut changed = planned("cluster", desired.clone(), None);
        changed.changes.push(FieldChange::plain(path.clone(), before.clone(), after));
        changed.changes.push(FieldChange::explained(path, before, Value::Null, summary));
        changed.notes.push(note);
        let failed = with_problem(unread("other", desired), ProblemKind::Error, &message, Some(&help));
        let mut plan = plan(vec![changed, failed]);
        plan.manifest = host.clone();
        plan.databricks = Some(crate::plan::DatabricksScope { host });
        plan.warnings = vec![crate::plan::Warning { code: "code".to_owned(), message, help: None, address: None, certainty: None, place: Some(place(1, 1)) }];
        plan
    }
}

fn outcome(plan: &Plan, text: &str) -> Outcome {
    let resource = &plan.resources[0];
    let mut operations = vec![OperationOutcome::Skipped { because: text.to_owned() }; resource.operations.len()];
    let help = Some(text.to_owned());
    operations[0] = OperationOutcome::Failed { error: text.to_owned(), help, seconds: 1.0 };
    let outcome = ResourceOutcome { operations, not_taken: vec![text.to_owned()] };
    Outcome { resources: [(resource.address.clone(), outcome)].into(), ..Outcome::default() }
}

fn assert_harmless(text: &str) -> Result<(), TestCaseError> {
    prop_assert!(text.ends_with('\n'), "{text:?} does not end its last line");
    for line in text.split('\n') {
        let acts = |character: char| character.is_control() || ('\u{202a}'..='\u{202e}').contains(&character);
        prop_assert!(!line.contains(acts), "{line:?} acts on the terminal");
        prop_assert!(line.trim_end() == line, "{line:?} ends in blanks");
    }
    Ok(())
}

proptest! {
    #[test]
    fn no_line_acts_on_a_terminal_or_ends_in_blanks(
        plan in any_plan(), reason in hostile(), width in 0_usize..200, verbose in any::<bool>(),
    ) {
        let style = Style { width, verbose, ..PLAIN };
        assert_harmless(&text(&plan, &style))?;
        assert_harmless(&outcome_text(&plan, &outcome(&plan, &reason), &style))?;
        assert_harmless(&markdown(&plan, Hazards::ToBeAllowed))?;
    }

    #[test]
    fn colour_changes_no_word(plan in any_plan(), width in 0_usize..200) {
        let plain = text(&plan, &Style { width, verbose: true, ..PLAIN });
        let mut coloured = text(&plan, &Style { color: true, width, verbose: true, ..PLAIN });
        // Every code that is written is one of ours: an escape, digits and semicolons, `m`.
        while let Some(start) = coloured.find('\u{1b}') {
            let length = coloured[start..].find('m').expect("the end of the code");
            prop_assert!(coloured[start + 2..start + length].chars().all(|c| c.is_ascii_digit() || c == ';'));
            coloured.replace_range(start..=start + length, "");
        }
        prop_assert_eq!(plain, coloured);
    }
}
