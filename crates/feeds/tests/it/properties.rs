//! For any bytes, no panic; for any file that is read, every row is accounted for.

use feeds::{FileError, Sink, SinkError, Table, specification};
use model::{Demographics, Event, Feed};
use proptest::prelude::*;

use crate::sample;

/// Counts what it is told.
#[derive(Default)]
struct Counted {
    events: u64,
    quarantined: u64,
    duplicate: u64,
}

impl Sink for Counted {
    fn event(&mut self, _: u64, _: &Event<'_>) -> Result<(), SinkError> {
        self.events += 1;
        Ok(())
    }
    fn demographics(&mut self, _: u64, _: &Demographics) -> Result<(), SinkError> {
        Ok(())
    }
    fn issue(&mut self, issue: &feeds::Issue) {
        self.quarantined += u64::from(issue.severity == feeds::Severity::Quarantined);
    }
    fn duplicate(&mut self, _: u64) {
        self.duplicate += 1;
    }
}

/// Reads any bytes; the account must balance and every quarantined row must have one reason.
fn holds(feed: Feed, bytes: &[u8]) -> Option<u64> {
    let mut counted = Counted::default();
    match feeds::read(feed, "f", bytes, &mut counted) {
        Ok(outcome) => {
            assert!(outcome.account.balances(), "{}", outcome.account);
            assert_eq!(outcome.account.quarantined, counted.quarantined);
            assert_eq!(outcome.account.duplicate, counted.duplicate);
            if feed != Feed::Fhir {
                let went_in = outcome.account.accepted + outcome.account.repaired;
                assert!(counted.events == went_in || counted.events == 0);
            }
            Some(outcome.account.read)
        }
        Err(FileError::Io(_) | FileError::Sink(_)) => panic!("memory does not fail"),
        Err(_) => None,
    }
}

fn tables() -> Vec<(Feed, &'static Table)> {
    sample::delimited()
        .flat_map(|feed| specification(feed).tables.iter().map(move |table| (feed, table)))
        .collect()
}

/// A change to a file: at a place (in thousandths of its length), bytes taken away and put in.
fn change() -> impl Strategy<Value = (usize, usize, Vec<u8>)> {
    let bytes = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..4),
        Just(b"\"".to_vec()),
        Just(b"\n".to_vec()),
        Just(b",".to_vec()),
        Just(b"31/02/2026".to_vec()),
        Just(b"9999-99-99".to_vec()),
        Just(b"{\"a\":".to_vec()),
        Just("é".as_bytes().to_vec()),
    ];
    (0..1000_usize, 0..6_usize, bytes)
}

fn changed(text: &str, changes: &[(usize, usize, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for (place, gone, new) in changes {
        let at = bytes.len() * place / 1000;
        let end = (at + gone).min(bytes.len());
        bytes.splice(at..end, new.iter().copied());
    }
    bytes
}

const RESOURCES: &str = concat!(
    r#"{"resourceType":"Patient","id":"p","birthDate":"1950-01-01","name":[{"family":"S","given":["A"]}]}"#,
    "\n",
    r#"{"resourceType":"Encounter","id":"e","class":{"code":"IMP"},"subject":{"reference":"Patient/p"},"period":{"start":"2026-01-01","end":"2026-01-02"}}"#,
    "\n",
    r#"{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-01-01","code":{"text":"x"},"component":[{"code":{"text":"y"},"valueQuantity":{"value":1}}]}"#,
    "\n"
);

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        for feed in Feed::ALL {
            holds(feed, &bytes);
        }
    }

    #[test]
    fn any_bytes_behind_a_right_header_are_accounted_for(text in "(?s)[ -~\r\n\",é\\x00]{0,400}") {
        for (feed, table) in tables() {
            let file = sample::file(table, 0) + &text;
            prop_assert!(holds(feed, file.as_bytes()).is_some());
        }
    }

    #[test]
    fn changed_files_are_accounted_for(changes in proptest::collection::vec(change(), 1..6)) {
        for (feed, table) in tables() {
            holds(feed, &changed(&sample::file(table, 5), &changes));
        }
    }

    #[test]
    fn changed_resources_are_accounted_for(changes in proptest::collection::vec(change(), 1..6)) {
        holds(Feed::Fhir, &changed(RESOURCES, &changes));
        let entries: Vec<String> = RESOURCES.lines().map(|line| format!("{{\"resource\":{line}}}")).collect();
        let bundle = format!("{{\"resourceType\":\"Bundle\",\"entry\":[{}]}}", entries.join(",\n"));
        holds(Feed::Fhir, &changed(&bundle, &changes));
    }

    #[test]
    fn a_file_cut_anywhere_loses_no_row(cut in 0..1000_usize) {
        for (feed, table) in tables() {
            let file = sample::file(table, 6);
            let header = file.find('\n').unwrap_or(0) + 1;
            let end = header + (file.len() - header) * cut / 1000;
            let lines = file[header..end].lines().count();
            prop_assert_eq!(holds(feed, &file.as_bytes()[..end]), Some(u64::try_from(lines).unwrap()));
        }
    }

    #[test]
    fn one_line_without_quotes_is_one_row(lines in proptest::collection::vec("[a-z0-9,/ -]{1,40}", 0..30)) {
        for (feed, table) in tables() {
            let rows = lines.iter().filter(|line| !line.trim().is_empty()).count();
            let file = sample::file(table, 0) + &lines.join("\n");
            prop_assert_eq!(holds(feed, file.as_bytes()), Some(u64::try_from(rows).unwrap()));
        }
    }
}
