//! Files, their rows and the day's runs.

use model::{Feed, Role};
use policy::{Action, Resource};
use store::Page;
use store::feeds_ledger::{
    self as ledger, Account, FileOutcome, FileReading, FileState, Filter, IssueRow, NewFile,
};
use store::runs::{self, State, Step};

use crate::support::*;

on_both!(
    the_same_bytes_twice_are_one_file,
    reading_a_file_again_replaces_what_was_written,
    a_run_is_taken_up_where_it_stopped,
);

fn file(name: &str, feed: Feed, minute: i64) -> NewFile {
    NewFile {
        sha256: model::sha256_hex(name.as_bytes()),
        feed,
        file_name: name.into(),
        bytes: 1_000,
        batch: "b1".into(),
        landed_at: later(minute),
    }
}

async fn the_same_bytes_twice_are_one_file(f: Fixture) {
    let pipeline = f.store.pipeline();
    let one = file("gp_E84001.csv", Feed::Gp, 1);
    ledger::land_all(pipeline, &[one.clone(), file("apc.csv", Feed::SusApc, 0)]).await.unwrap();
    let names = async || {
        let all = ledger::all(pipeline, None).await.unwrap();
        all.into_iter().map(|f| f.file.file_name).collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["apc.csv", "gp_E84001.csv"]);

    // Not read yet, it may come again under another name and feed, and keeps its place in the order of arrival.
    let renamed =
        NewFile { file_name: "op.csv".into(), feed: Feed::SusOp, landed_at: later(-5), ..one.clone() };
    ledger::land_all(pipeline, &[renamed]).await.unwrap();
    assert_eq!(names().await, ["apc.csv", "op.csv"]);
    assert_eq!(ledger::all(pipeline, Some(Feed::Gp)).await.unwrap().len(), 0);

    // Once read it stays what it is.
    let outcome = FileOutcome {
        state: FileState::Standardised,
        table: "appointments".into(),
        sources: String::new(),
        account: Account::default(),
        notes: String::new(),
        repairs: Vec::new(),
    };
    let reading = FileReading { sha256: one.sha256.clone(), issues: Vec::new(), outcome };
    ledger::finish_all(pipeline, vec![reading]).await.unwrap();
    ledger::land_all(pipeline, &[NewFile { file_name: "copy.csv".into(), ..one.clone() }]).await.unwrap();
    assert_eq!(names().await, ["apc.csv", "op.csv"]);
    let kept = ledger::file(pipeline, &one.sha256).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.file.bytes), (FileState::Standardised, 1_000));
    assert_eq!(ledger::file(pipeline, "none").await.unwrap(), None);
}

fn issue(line: u64, quarantined: bool) -> IssueRow {
    IssueRow {
        line,
        field: "effective_date".into(),
        quarantined,
        class: "text, 7 characters".into(),
        reason: "is not a date".into(),
    }
}

async fn reading_a_file_again_replaces_what_was_written(f: Fixture) {
    let pipeline = f.store.pipeline();
    let one = file("gp_E84001.csv", Feed::Gp, 1);
    ledger::land_all(pipeline, std::slice::from_ref(&one)).await.unwrap();
    let account = Account { read: 10, accepted: 6, repaired: 1, quarantined: 2, duplicate: 1 };
    let outcome = FileOutcome {
        state: FileState::Standardised,
        table: "observations".into(),
        sources: "gp:E84001".into(),
        account,
        notes: "{}".into(),
        repairs: vec![("value".into(), "was rounded".into(), 1)],
    };
    let reading = |issues| FileReading { sha256: one.sha256.clone(), issues, outcome: outcome.clone() };
    let before = (1..=1_500).map(|line| issue(line, true)).collect();
    ledger::finish_all(pipeline, vec![reading(before)]).await.unwrap();
    let after = vec![issue(3, true), issue(4, false), issue(9, true)];
    ledger::finish_all(pipeline, vec![reading(after)]).await.unwrap();
    let refused = Filter { quarantined: Some(true), ..Filter::default() };
    let (total, rows) = ledger::issues_for_operator(pipeline, &refused, Page::FIRST).await.unwrap();
    assert_eq!(total, 2);
    assert_eq!(rows.iter().map(|row| row.issue.line).collect::<Vec<_>>(), [3, 9]);
    assert_eq!(rows[0].issue, issue(3, true));
    // What the governance lead sees, with a permit.
    let lead = access("iga", Role::GovernanceLead);
    let permit = f.store.request(&lead, Action::ViewFeeds, Resource::Feeds).await.unwrap();
    let status = ledger::status(&f.store, &permit).await.unwrap();
    assert_eq!((status[0].feed, status[0].files, status[0].account), (Feed::Gp, 1, account));
    let files = ledger::files(&f.store, &permit, &Filter::default(), Page::FIRST).await.unwrap();
    assert_eq!((files[0].state, files[0].table.as_str()), (FileState::Standardised, "observations"));
    assert_eq!(
        ledger::repairs(&f.store, &permit, &one.sha256).await.unwrap(),
        [("value".to_owned(), "was rounded".to_owned(), 1)]
    );
    assert!(ledger::issues(&f.store, &permit, &refused, Page::FIRST).await.is_err(), "another permit");
    let permit = f.store.request(&lead, Action::ViewQuarantine, Resource::Feeds).await.unwrap();
    assert_eq!(ledger::issues(&f.store, &permit, &Filter::default(), Page::FIRST).await.unwrap().0, 3);
}

async fn a_run_is_taken_up_where_it_stopped(f: Fixture) {
    let pipeline = f.store.pipeline();
    runs::begin(pipeline, "r1", "refresh", "{\"files\":2}", now()).await.unwrap();
    let step = |step: &str, state, minute| Step {
        step: step.into(),
        part: String::new(),
        state,
        counts: "{\"people\":6}".into(),
        started_at: later(minute),
        ended_at: (state == State::Done).then(|| later(minute + 1)),
    };
    runs::step(pipeline, "r1", &step("link", State::Begun, 1)).await.unwrap();
    runs::step(pipeline, "r1", &step("link", State::Done, 1)).await.unwrap();
    runs::step(pipeline, "r1", &step("index", State::Begun, 3)).await.unwrap();
    runs::begin(pipeline, "r1", "refresh", "{}", later(60)).await.unwrap();
    let run = runs::get(pipeline, "r1").await.unwrap().unwrap();
    assert_eq!((run.state, run.inputs.as_str()), (State::Begun, "{\"files\":2}"));
    let steps = runs::steps(pipeline, "r1").await.unwrap();
    assert_eq!(
        steps.iter().map(|s| (s.step.as_str(), s.state)).collect::<Vec<_>>(),
        [("link", State::Done), ("index", State::Begun)]
    );
    runs::end(pipeline, "r1", State::Failed, "totals differ", later(61)).await.unwrap();
    let latest = runs::latest(pipeline, 5).await.unwrap();
    assert_eq!((latest[0].state, latest[0].message.as_str()), (State::Failed, "totals differ"));
}
