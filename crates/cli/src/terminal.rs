//! The only place that prints: data to stdout, everything else to stderr.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget};
use reconcile_core::manifest::diagnostic::Diagnostic;
use reconcile_core::render::{Hazards, Style};

use crate::args::{Color, Talk};
use crate::diagnostics::Reporter;
use crate::failure::Failure;

/// The columns where nothing says how many there are.
const DEFAULT_WIDTH: usize = 100;

/// What the user sees and answers.
#[derive(Debug)]
pub(crate) struct Terminal {
    quiet: bool,
    verbosity: u8,
    bars: MultiProgress,
    reporter: Mutex<Reporter>,
}

impl Terminal {
    /// Takes the flags to heart; colours are chosen for the whole process.
    pub(crate) fn new(talk: &Talk) -> Self {
        match talk.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        }
        .write_global();
        let width = columns(&console::Term::stderr());
        Self {
            quiet: talk.quiet,
            verbosity: talk.verbose,
            bars: MultiProgress::with_draw_target(ProgressDrawTarget::stderr()),
            reporter: Mutex::new(Reporter::new(width)),
        }
    }

    /// Returns the bars of this terminal; what is written while they are shown goes through [`MultiProgress::suspend`].
    pub(crate) fn bars(&self) -> &MultiProgress {
        &self.bars
    }

    /// Returns whether only errors are told.
    pub(crate) const fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Returns how many times `-v` was given.
    pub(crate) const fn verbosity(&self) -> u8 {
        self.verbosity
    }

    /// Returns whether bars can be shown: the log's lines would tear them.
    pub(crate) fn is_live(&self) -> bool {
        !self.quiet && self.verbosity == 0 && io::stderr().is_terminal()
    }

    /// Returns whether a question can be asked and answered.
    pub(crate) fn can_ask() -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Returns how plans are rendered for stdout.
    pub(crate) fn style(&self) -> Style {
        let color = AutoStream::choice(&io::stdout()) != ColorChoice::Never;
        Style {
            color,
            width: columns(&console::Term::stdout()),
            verbose: self.verbosity > 0,
            hazards: Hazards::ToBeAllowed,
        }
    }

    /// Prints data, which ends with a line break. A reader that has gone away, as `head` does, is no error.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        let written = self.bars.suspend(|| {
            let mut stdout = anstream::stdout().lock();
            stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
        });
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            Err(_) | Ok(()) => Ok(()),
        }
    }

    /// Says something that is good to know: progress and hints.
    pub(crate) fn note(&self, text: &str) {
        if !self.quiet {
            self.tell(text);
        }
    }

    /// Says something that has to be seen.
    pub(crate) fn tell(&self, text: &str) {
        self.bars.suspend(|| {
            // With stderr closed there is nowhere left to complain.
            let _ = anstream::stderr().lock().write_all(format!("{text}\n").as_bytes());
        });
    }

    /// Shows reports, a blank line between two; warnings not when only errors are told.
    pub(crate) fn report<'d>(&self, reports: impl IntoIterator<Item = &'d Diagnostic>) {
        let mut reporter = self.reporter.lock().unwrap_or_else(PoisonError::into_inner);
        let told = reports.into_iter().filter(|report| report.is_error() || !self.quiet);
        let texts: Vec<_> = told.map(|report| reporter.render(report)).collect();
        if !texts.is_empty() {
            self.tell(&texts.join("\n\n"));
        }
    }

    /// Prints reports as data, which is what a check is asked for, with a blank line behind each.
    pub(crate) fn print_reports<'d>(&self, reports: impl IntoIterator<Item = &'d Diagnostic>) -> Result<(), Failure> {
        let mut reporter = self.reporter.lock().unwrap_or_else(PoisonError::into_inner);
        reports.into_iter().try_for_each(|report| self.print(&format!("{}\n\n", reporter.render(report))))
    }

    /// Remembers the text of what is no file, so that reports can show its lines.
    pub(crate) fn remember(&self, name: &str, text: String) {
        self.reporter.lock().unwrap_or_else(PoisonError::into_inner).remember(name, text);
    }

    /// Shows that something goes on that may take a while, until the returned value is dropped.
    pub(crate) fn working(&self, message: &'static str) -> Option<Working> {
        self.is_live().then(|| {
            let bar = self.bars.add(ProgressBar::new_spinner().with_message(message));
            bar.enable_steady_tick(Duration::from_millis(100));
            Working(bar)
        })
    }

    /// Asks a question that is answered by `y` or `yes`; everything else, and the end of the input, is a no.
    pub(crate) fn confirm(&self, question: &str) -> io::Result<bool> {
        let mut answer = String::new();
        self.bars.suspend(|| {
            let mut stderr = anstream::stderr().lock();
            stderr.write_all(format!("{question} [y/N] ").as_bytes())?;
            stderr.flush()?;
            io::stdin().lock().read_line(&mut answer)
        })?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }
}

/// A spinner. It goes when this value does.
pub(crate) struct Working(ProgressBar);

impl Drop for Working {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

fn columns(terminal: &console::Term) -> usize {
    terminal.size_checked().map_or(DEFAULT_WIDTH, |(_, columns)| usize::from(columns).max(40))
}
