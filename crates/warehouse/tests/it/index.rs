//! The index keeps the last word about each happening, and says what became of the others.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use model::{Event, EventKind, PersonId};
use warehouse::WarehouseError;
use warehouse::events::{BUCKET_PEOPLE, bucket_file, each_person};
use warehouse::index::{Earlier, IndexManifest, NOBODY, build};
use warehouse::standardised::{BatchFiles, BatchWriter};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn event<'a>(person: &'a str, key: &'a str, start: &str, term: &'a str, as_at: &str) -> Event<'a> {
    let mut event = Event::new("gp:E84002", person, key, EventKind::Observation, day(start));
    event.term = term;
    event.as_at = Some(day(as_at));
    event
}

/// Two batches about three people; `c` is nobody whom an agreement lets us link.
fn batches(zone: &Path) -> Vec<BatchFiles> {
    let mut first = BatchWriter::create(zone, "one").unwrap();
    first.begin_file(0);
    first.event(2, &event("a", "obs:1", "2026-03-01", "first words", "2026-03-31")).unwrap();
    first.event(3, &event("a", "obs:2", "2026-01-01", "older", "2026-03-31")).unwrap();
    first.event(4, &event("b", "obs:3", "2026-02-01", "taken back", "2026-03-31")).unwrap();
    first.event(5, &event("b", "obs:4", "2026-02-02", "stays", "2026-03-31")).unwrap();
    first.event(6, &event("c", "obs:5", "2026-02-02", "not covered", "2026-03-31")).unwrap();
    assert_eq!(first.finish().unwrap().events, 5);
    let mut second = BatchWriter::create(zone, "two").unwrap();
    second.begin_file(1);
    second.event(2, &event("a", "obs:1", "2026-03-01", "last words", "2026-04-30")).unwrap();
    let mut gone = event("b", "obs:3", "2026-02-01", "taken back", "2026-04-30");
    gone.deleted = true;
    second.event(3, &gone).unwrap();
    // A late file with an early date does not undo what is known since.
    second.event(4, &event("a", "obs:2", "2026-01-01", "stale words", "2026-02-28")).unwrap();
    assert_eq!(second.finish().unwrap().latest, Some(day("2026-04-30")));
    vec![BatchFiles::of(zone, "one"), BatchFiles::of(zone, "two")]
}

/// Builds the index with people of these numbers.
fn build_with(
    batches: &[BatchFiles],
    folder: &Path,
    number: fn(&str) -> u32,
    earlier: Option<&Earlier<'_>>,
    threads: usize,
) -> IndexManifest {
    let persons = |files: &BatchFiles| -> Result<Vec<u32>, WarehouseError> {
        let who = warehouse::standardised::read_who(files)?;
        Ok(who.iter().map(|who| number(&who.source_person)).collect())
    };
    build(batches, &persons, folder, earlier, threads, &|_, _| {}).unwrap()
}

fn index(folder: &Path, threads: usize) -> IndexManifest {
    let batches = batches(&folder.join("standardised"));
    let number = |name: &str| match name {
        "a" => 0,
        "b" => 1,
        _ => NOBODY,
    };
    build_with(&batches, &folder.join("index"), number, None, threads)
}

#[test]
fn of_an_earlier_index_only_what_is_touched_is_built_and_it_is_as_if_built_from_scratch() {
    let folder = tempfile::tempdir().unwrap();
    let batches = batches(&folder.path().join("standardised"));
    let at = |name: &str| folder.path().join(name);
    // Three buckets: b goes from the second to the third.
    let before = |name: &str| match name {
        "a" => 0,
        "b" => BUCKET_PEOPLE,
        _ => NOBODY,
    };
    let after = |name: &str| match name {
        "a" => 0,
        "b" => 2 * BUCKET_PEOPLE,
        _ => NOBODY,
    };
    let manifest = build_with(&batches, &at("before"), before, None, 2);
    let earlier = Earlier {
        folder: &at("before"),
        manifest: &manifest,
        touched: BTreeSet::from([1, 2]),
        changed: BTreeSet::from(["one".to_owned()]),
    };
    let part = build_with(&batches, &at("part"), after, Some(&earlier), 2);
    let scratch = build_with(&batches, &at("scratch"), after, None, 2);
    assert_eq!(part, scratch);
    assert_eq!(part.buckets.keys().copied().collect::<Vec<_>>(), [0, 2]);
    for bucket in [0, 2] {
        let bytes = |name: &str| fs::read(bucket_file(&at(name), bucket)).unwrap();
        assert_eq!(bytes("part"), bytes("scratch"), "{bucket}");
    }
}

#[test]
fn later_statements_replace_earlier_ones_and_deletions_remove() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = index(folder.path(), 2);
    assert_eq!(manifest.events_in, 8);
    assert_eq!(manifest.events_out, 3);
    assert_eq!(manifest.replaced, 3);
    assert_eq!(manifest.deleted, 1);
    assert_eq!(manifest.not_covered, 1);
    let mut seen = Vec::new();
    each_person(&bucket_file(&folder.path().join("index"), 0), |person, events| {
        let said = events.iter().map(|e| format!("{} {} {}", e.start, e.term, e.source)).collect::<Vec<_>>();
        seen.push((person, said));
        Ok::<(), WarehouseError>(())
    })
    .unwrap();
    let expected = [
        (
            PersonId(0),
            vec!["2026-01-01 older gp:E84002".to_owned(), "2026-03-01 last words gp:E84002".to_owned()],
        ),
        (PersonId(1), vec!["2026-02-02 stays gp:E84002".to_owned()]),
    ];
    assert_eq!(seen, expected);
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let bytes = |threads| {
        let folder = tempfile::tempdir().unwrap();
        index(folder.path(), threads);
        fs::read(bucket_file(&folder.path().join("index"), 0)).unwrap()
    };
    assert_eq!(bytes(1), bytes(4));
}
