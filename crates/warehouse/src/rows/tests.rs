use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use model::{EventKind, PersonId};

use crate::counted::{Counted, PersonSet};
use crate::events::{BUCKET_PEOPLE, BucketWriter, bucket_file};
use crate::facts::FactStore;
use crate::facts::table::{Cell, FactTable};
use crate::packed::{NO_DATE, Packed};
use crate::population::Population;

const SOURCES: [&str; 4] = ["", "gp:A", "gp:B", "sus_apc:R"];

/// Writes a bucket of people with three events each; `source` gives the place of each event's source in `SOURCES`.
fn write_bucket(index: &Path, bucket: u32, people: u32, source: impl Fn(u32, u32) -> u32) {
    let mut writer = BucketWriter::create(&bucket_file(index, bucket)).unwrap();
    for person in bucket * BUCKET_PEOPLE..bucket * BUCKET_PEOPLE + people {
        for n in 0..3 {
            let mut row = Packed {
                person,
                key: 0,
                kind: EventKind::Observation as u8,
                scheme: 0,
                deleted: false,
                worker: 0,
                dates: [20_000 + i32::try_from(n).unwrap(), NO_DATE, NO_DATE, NO_DATE, NO_DATE],
                value: (person % 3 == 0).then(|| f64::from(n)),
                file: 0,
                line: u64::from(person * 3 + n),
                texts: [0; 10],
            };
            row.texts[0] = 1 + person % 3;
            row.texts[9] = source(person, n);
            writer.push(&row, |n| SOURCES[n as usize]).unwrap();
        }
    }
    writer.finish().unwrap();
}

fn write_all(index: &Path, facts: &Path) {
    // Sources that alternate, some missing; one practice; a hospital alone; no source anywhere, so that its dictionary is empty.
    write_bucket(index, 0, 3_000, |person, n| (person + n) % 4);
    write_bucket(index, 1, 700, |_, _| 1);
    write_bucket(index, 2, 10, |_, _| 3);
    write_bucket(index, 3, 20, |_, _| 0);
    let mut table = FactTable::create(&FactStore::folder(facts), "person", "people").unwrap();
    for person in 0..2 * BUCKET_PEOPLE {
        let mut row = vec![PersonId(person).into()];
        row.resize(13, Cell::Boolean(true));
        table.push(&row).unwrap();
    }
    table.finish().unwrap();
}

fn sources(of: &[&str]) -> Option<Arc<BTreeSet<String>>> {
    Some(Arc::new(of.iter().map(|source| (*source).to_owned()).collect()))
}

fn people(are: impl Fn(&u32) -> bool) -> Option<Arc<PersonSet>> {
    Some(Arc::new((0..4 * BUCKET_PEOPLE).filter(are).map(PersonId).collect()))
}

/// The same restriction asked of each row in SQL.
fn asked_in_sql(counted: &Counted) -> String {
    let mut asked = "true".to_owned();
    if let Some(sources) = &counted.sources {
        let listed: Vec<String> = sources.iter().map(|source| format!("'{source}'")).collect();
        asked += &format!(" AND source IN ('nobody', {})", listed.join(", "));
    }
    if let Some(people) = &counted.people {
        let listed = (0..4 * BUCKET_PEOPLE).filter(|person| people.contains(PersonId(*person)));
        let listed: Vec<String> = listed.map(|person| person.to_string()).collect();
        asked += &format!(" AND person_id IN ({})", listed.join(", "));
    }
    asked
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rows_that_are_left_are_those_that_each_row_would_be_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let (index, facts) = (folder.path().join("index"), folder.path().join("facts"));
    write_all(&index, &facts);
    let open = async |counted: &Counted| Population::open(&index, Some(&facts), counted, 2).await.unwrap();
    let whole = open(&Counted::everything()).await;
    assert_eq!(whole.events().await.unwrap(), 3 * 3_730);
    let cases = [
        Counted { sources: sources(&["gp:A"]), people: None },
        Counted { sources: sources(&["gp:B", "sus_apc:R"]), people: None },
        Counted { sources: sources(&["gp:A", "sus_apc:R"]), people: people(|person| person % 7 != 0) },
        Counted { sources: None, people: people(|person| !(100..8_200).contains(person)) },
        Counted { sources: sources(&["gp:A", "gp:B", "sus_apc:R"]), people: people(|_| true) },
        Counted { sources: sources(&["gp:unknown"]), people: None },
        Counted { sources: None, people: people(|person| *person == 5) },
    ];
    for counted in &cases {
        let left = open(counted).await;
        let asked = asked_in_sql(counted);
        for (select, end) in [
            ("SELECT * FROM event", "ORDER BY line"),
            ("SELECT source, line, person_id FROM event", "ORDER BY line DESC"),
            ("SELECT COUNT(*), MIN(person_id), MAX(person_id), COUNT(source), SUM(value) FROM event", ""),
            ("SELECT codes, COUNT(DISTINCT person_id) FROM event", "GROUP BY 1 ORDER BY 1"),
            ("SELECT COUNT(*) FROM (SELECT line FROM event", "LIMIT 25)"),
        ] {
            let of_left = left.rows(&format!("{select} {end}")).await.unwrap();
            let of_whole = whole.rows(&format!("{select} WHERE {asked} {end}")).await.unwrap();
            assert!(of_left == of_whole, "{counted:?}: {select}: {} rows", of_left.len());
        }
        let events = whole.rows(&format!("SELECT COUNT(*) FROM event WHERE {asked}")).await.unwrap();
        assert_eq!(left.events().await.unwrap().to_string(), events[0][0], "{counted:?}");
        let who = Counted { sources: None, people: counted.people.clone() };
        let people = "SELECT COUNT(*), SUM(person_id) FROM person";
        let asked = whole.rows(&format!("{people} WHERE {}", asked_in_sql(&who))).await.unwrap();
        assert_eq!(left.rows(people).await.unwrap(), asked, "{counted:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_comes_after_it_was_settled_what_may_be_counted_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    write_bucket(folder.path(), 0, 10, |_, n| 1 + n % 2);
    let counted = Counted { sources: sources(&["gp:A"]), people: None };
    let left = Population::open(folder.path(), None, &counted, 2).await.unwrap();
    assert_eq!(left.events().await.unwrap(), 20);
    write_bucket(folder.path(), 1, 10, |_, _| 1);
    assert_eq!(left.events().await.unwrap(), 20);
}
