//! `validate`: all that needs no network.

use reconcile_core::manifest::diagnostic::Diagnostic;
use serde::Serialize;

use crate::args::{Format, Validate};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::manifests::{self, Loaded};
use crate::terminal::Terminal;

/// What was found in one manifest, as its JSON.
#[derive(Serialize)]
struct Finding<'a> {
    file: String,
    valid: bool,
    manifest: Option<&'a str>,
    resources: usize,
    diagnostics: &'a [Diagnostic],
}

/// Runs the command.
pub(crate) fn run(arguments: &Validate, terminal: &Terminal) -> Result<Exit, Failure> {
    let Validate { source } = arguments;
    let mut exit = Exit::Done;
    for (path, loaded) in source.manifests.iter().zip(manifests::load(source)) {
        let finding = finding(path.display().to_string(), &loaded);
        match source.format {
            Format::Json => terminal.print(&format!("{}\n", serde_json::to_string(&finding)?))?,
            Format::Text | Format::Markdown => {
                terminal.report(finding.diagnostics);
                if let Some(line) = line(&finding, source.format) {
                    terminal.print(&line)?;
                }
            }
        }
        if let Err(failure) = &loaded {
            exit = exit.worst(failure.exit);
        }
    }
    Ok(exit)
}

fn finding(file: String, loaded: &Result<Loaded, Failure>) -> Finding<'_> {
    match loaded {
        Ok(Loaded { path: _, document: _, settings: _, variables: _, offline, files: _, text: _ }) => Finding {
            file,
            valid: true,
            manifest: Some(&offline.name),
            resources: offline.resources.len(),
            diagnostics: &offline.warnings,
        },
        Err(failure) => Finding { file, valid: false, manifest: None, resources: 0, diagnostics: &failure.reports },
    }
}

/// Returns the verdict in one line. The mistakes of a broken manifest are on stderr; a text is its data only when it
/// goes into a pull request.
fn line(finding: &Finding<'_>, format: Format) -> Option<String> {
    let Finding { file, valid, manifest: _, resources, diagnostics } = finding;
    let counted = |number: usize, noun: &str| format!("{number} {noun}{}", if number == 1 { "" } else { "s" });
    let verdict = if *valid {
        format!("valid, {}", counted(*resources, "resource"))
    } else {
        format!("not valid, {}", counted(diagnostics.len(), "problem"))
    };
    match format {
        Format::Text => valid.then(|| format!("{file}: {verdict}\n")),
        Format::Json => None,
        Format::Markdown => {
            let listed = diagnostics.iter().map(|diagnostic| format!("\n- `{}`", unticked(&diagnostic.to_string())));
            Some(format!("**`{}`**: {verdict}{}\n\n", unticked(file), listed.collect::<String>()))
        }
    }
}

/// Keeps a text from ending the code span that it stands in.
fn unticked(text: &str) -> String {
    text.replace('`', "'").replace(['\n', '\r'], " ")
}
