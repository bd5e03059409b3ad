//! Exit codes, all of them: scripts and checks lean on these numbers.

use std::process::ExitCode;

/// How a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing differs.
    Done,
    /// An error, a declined question, or an apply that could not finish.
    Failed,
    /// `drift` and `plan --detailed-exitcode`: something differs.
    Differs,
    /// Refused for safety, with nothing written.
    Refused,
    /// The command line is wrong. It has a number far from the others so that CI never reads a typo as drift.
    Usage,
}

impl Exit {
    /// Every ending, the gravest first.
    const GRAVEST_FIRST: [Self; 5] = [Self::Usage, Self::Failed, Self::Refused, Self::Differs, Self::Done];

    /// Returns the number that the shell sees.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Differs => 2,
            Self::Refused => 3,
            Self::Usage => 64,
        }
    }

    /// Returns the graver of two endings, as of two manifests: an error before a refusal before a difference.
    pub(crate) fn worst(self, other: Self) -> Self {
        Self::GRAVEST_FIRST.into_iter().find(|exit| *exit == self || *exit == other).unwrap_or(self)
    }

    /// Ends the process here and now, whatever else runs: for the second Ctrl-C, which asks for just that.
    pub(crate) fn at_once(self) -> ! {
        // A second Ctrl-C asks for an end without tidying up: nothing is unwound, no other task is heard.
        #[allow(clippy::exit, reason = "the one place that ends the process")]
        std::process::exit(i32::from(self.code()))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::Exit;

    #[test]
    fn the_numbers_are_those_of_the_contract() {
        let codes = [Exit::Done, Exit::Failed, Exit::Differs, Exit::Refused, Exit::Usage].map(Exit::code);
        assert_eq!(codes, [0, 1, 2, 3, 64]);
    }

    #[test]
    fn an_error_hides_a_refusal_hides_a_difference() {
        let endings = [Exit::Done, Exit::Differs, Exit::Refused, Exit::Failed, Exit::Usage];
        for (index, graver) in endings.into_iter().enumerate() {
            for milder in endings.into_iter().take(index + 1) {
                assert_eq!(graver.worst(milder), graver);
                assert_eq!(milder.worst(graver), graver);
            }
        }
    }
}
