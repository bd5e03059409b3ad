//! Reading a journal.

use serde_json::Value;

use super::{JOURNAL_VERSION, Record, Run};

/// A journal that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Journal {
    /// The lines, in order.
    pub lines: Vec<Line>,
    /// The lines that are torn: whoever wrote them was killed over it. They count as not written.
    pub torn: Vec<usize>,
}

/// One line, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// From 1.
    pub number: usize,
    /// What it says.
    pub record: Record,
}

/// A text that is no journal, or none that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// A line is something else.
    #[error("line {line} is no line of a journal: {why}")]
    NotALine {
        /// From 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A later version of the tool has written it.
    #[error("line {line} is of version {version} of the journal, and this tool reads version {JOURNAL_VERSION}")]
    Version {
        /// From 1.
        line: usize,
        /// What it says.
        version: u64,
    },
}

impl Journal {
    /// Reads a journal. A torn line, which breaks off in the middle, is left out: the call that it would have told of has its
    /// line from before, or was never made.
    ///
    /// # Errors
    ///
    /// Fails on a line that is whole and is no line of a journal, and on one of a version that cannot be read.
    pub fn read(text: &[u8]) -> Result<Self, JournalError> {
        let mut journal = Self::default();
        for (index, text) in text.split(|byte| *byte == b'\n').enumerate() {
            let number = index + 1;
            if text.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice(text) {
                Ok(value) => journal.lines.push(Line { number, record: record(number, value)? }),
                Err(error) if error.is_eof() => journal.torn.push(number),
                Err(error) => return Err(JournalError::NotALine { line: number, why: error.to_string() }),
            }
        }
        Ok(journal)
    }

    /// Returns the beginnings of runs, in order: one for each manifest of a run.
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = &Run> {
        self.lines.iter().filter_map(|line| match &line.record {
            Record::Run(run) => Some(run.as_ref()),
            Record::Call(_) | Record::Verified(_) => None,
        })
    }
}

fn record(line: usize, value: Value) -> Result<Record, JournalError> {
    // The version is looked at first: what a later one says cannot be judged.
    match value.get("version").and_then(Value::as_u64) {
        Some(version) if version != u64::from(JOURNAL_VERSION) => return Err(JournalError::Version { line, version }),
        Some(_) | None => {}
    }
    // The whole message may quote a value; the line is named, and that is enough.
    serde_json::from_value(value).map_err(|error| JournalError::NotALine { line, why: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::{Journal, JournalError};
    use crate::id::{Address, Kind};
    use crate::journal::{Call, CallOutcome, JOURNAL_VERSION, Record, Run, Verified, is_journal};
    use crate::resource::{Registration, Resource};

    fn lines() -> String {
        let run = Run {
            version: JOURNAL_VERSION,
            run: "r1".to_owned(),
            when: "2026-01-01T00:00:00Z".to_owned(),
            tool: "reconcile 0".to_owned(),
            command: "apply".to_owned(),
            manifest: "lab".to_owned(),
            file: "/lab.yaml".to_owned(),
            sandbox: false,
            aws: None,
            databricks: None,
        };
        let registration: Registration =
            serde_json::from_str(r#"{"instance_profile_arn": "arn:ü"}"#).expect("a registration");
        let address = Address::new(Kind::DatabricksInstanceProfile, "x");
        let call = Call {
            run: run.run.clone(),
            when: run.when.clone(),
            who: Some("me".to_owned()),
            manifest: run.manifest.clone(),
            address: address.clone(),
            name: "arn:ü".to_owned(),
            api: "databricks:instance-profiles/add".to_owned(),
            what: "register".to_owned(),
            number: 1,
            of: 1,
            outcome: CallOutcome::Started,
            before: None,
            after: Some(Resource::Registration(registration)),
            protect: false,
            secrets: Vec::new(),
            request_id: None,
            error: None,
            seconds: None,
        };
        let done = Call { outcome: CallOutcome::Done, seconds: Some(0.5), ..call.clone() };
        let verified = Verified {
            run: run.run.clone(),
            when: run.when.clone(),
            manifest: run.manifest.clone(),
            address,
            not_taken: vec!["x".to_owned()],
        };
        let records = [
            Record::Run(Box::new(run)),
            Record::Call(Box::new(call)),
            Record::Call(Box::new(done)),
            Record::Verified(verified),
        ];
        records.iter().map(|record| record.to_line().expect("a line")).collect()
    }

    #[test]
    fn what_was_written_is_read_back() {
        let text = lines();
        assert!(text.lines().all(|line| is_journal(line.as_bytes())) && !is_journal(b"version: 1"));
        let journal = Journal::read(text.as_bytes()).expect("a journal");
        let again: String = journal.lines.iter().map(|line| line.record.to_line().expect("a line")).collect();
        assert_eq!(again, text);
        assert_eq!((journal.runs().count(), journal.torn.len()), (1, 0));
    }

    #[test]
    fn a_journal_cut_anywhere_is_read_up_to_the_cut() {
        let text = lines();
        for cut in 0..text.len() {
            let journal = Journal::read(&text.as_bytes()[..cut]).expect("still a journal");
            let whole = text.as_bytes()[..cut].split(|byte| *byte == b'\n').count() - 1;
            // The line break alone may be missing of a line that is whole.
            assert!(journal.lines.len() == whole || journal.lines.len() == whole + 1, "cut at {cut}");
            assert!(journal.torn.len() <= 1);
            assert!(is_journal(&text.as_bytes()[..cut]), "cut at {cut}");
            // The next run begins on a line of its own.
            let healed = [&text.as_bytes()[..cut], b"\n".as_slice(), text.as_bytes()].concat();
            assert_eq!(Journal::read(&healed).expect("a journal").lines.len(), journal.lines.len() + 4);
        }
    }

    #[test]
    fn what_is_no_journal_is_told_by_its_line() {
        let wrong = |text: &str| Journal::read(text.as_bytes()).expect_err("no journal");
        assert_eq!(wrong("{\"record\":\"run\",\"version\":2}"), JournalError::Version { line: 1, version: 2 });
        assert!(matches!(wrong("\n{\"record\":\"dance\"}"), JournalError::NotALine { line: 2, why: _ }));
        assert!(matches!(wrong("version: 1"), JournalError::NotALine { line: 1, why: _ }));
    }
}
