//! Files made from the specification itself: a right cell for every column.

use feeds::{Column, Format, Table, specification};
use model::Feed;

/// Feeds of delimited text.
pub fn delimited() -> impl Iterator<Item = Feed> {
    Feed::ALL.into_iter().filter(|feed| *feed != Feed::Fhir)
}

/// A whole file of a table: header and rows, every column filled.
pub fn file(table: &Table, rows: usize) -> String {
    let mut text = line(table, |column, name| {
        let _ = column;
        name.to_owned()
    });
    for row in 1..=rows {
        text.push_str(&line(table, |column, _| cell(column, row)));
    }
    text
}

fn line(table: &Table, cell: impl Fn(&Column, &str) -> String) -> String {
    let mut cells = Vec::new();
    for column in table.all_columns() {
        match column.numbered {
            0 => cells.push(cell(column, column.name)),
            n => cells.extend((1..=n).map(|i| cell(column, &format!("{}{i:02}", column.name)))),
        }
    }
    cells.join(",") + "\n"
}

fn cell(column: &Column, row: usize) -> String {
    match column.format {
        Format::Identifier => format!("ID{row}"),
        Format::Organisation => "E84002".into(),
        Format::NhsNumber => "9434765919".into(),
        Format::Date => format!("2026-01-{:02}", row % 28 + 1),
        Format::Time => "10:15".into(),
        Format::Month => "041968".into(),
        Format::Number => "1".into(),
        Format::Postcode => "HA9 9HA".into(),
        Format::Sex => "2".into(),
        Format::Lsoa => "E01000001".into(),
        Format::Ethnicity => "A".into(),
        Format::Flag => String::new(),
        Format::NationalCode => "01".into(),
        Format::Snomed | Format::Dmd => "84114007".into(),
        Format::Bnf => "0202010B0".into(),
        Format::Icd10 => "I500".into(),
        Format::Opcs4 => "X352".into(),
        Format::OneOf(words) => words[0].into(),
        Format::Text => "words".into(),
    }
}

#[test]
fn a_right_file_of_every_table_is_accepted_whole() {
    for feed in delimited() {
        for table in specification(feed).tables {
            let (outcome, kept) = crate::kept::read(feed, file(table, 20));
            assert_eq!(outcome.table, table.name, "{feed}");
            assert_eq!(outcome.account, crate::kept::account(20, 20, 0, 0, 0), "{feed} {}", table.name);
            assert!(outcome.unknown_columns.is_empty() && outcome.notes.is_empty(), "{outcome:?}");
            let told = if table.name == "patients" { kept.people.len() } else { kept.events.len() };
            assert_eq!(told, 20, "{feed} {}", table.name);
        }
    }
}

#[test]
fn a_file_of_another_feed_is_refused_with_that_feeds_name() {
    for right in delimited() {
        for table in specification(right).tables {
            for wrong in Feed::ALL.into_iter().filter(|wrong| *wrong != right) {
                let error = crate::kept::refused(wrong, file(table, 2)).to_string();
                assert!(
                    error.contains(&format!("name the feed {right}")),
                    "{right} {} as {wrong}: {error}",
                    table.name
                );
            }
        }
    }
}
