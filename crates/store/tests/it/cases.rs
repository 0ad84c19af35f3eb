//! Doubtful links, what people say of them, and un-merging.

use model::{Demographics, PersonId, Role};
use policy::{Access, Action, Permit, Resource};
use store::cases::{self, Case, Decision, Part, Side, SourcePerson};
use store::history::{self, Moved, Why};
use store::identities::{self, Identity};
use store::quality::{self, Line, Quality, Reviewed, Tried};
use store::reviews::{self, Event, Standing, Verdict};
use store::{Page, StoreError, partings};

use crate::support::*;

on_both!(
    a_case_is_one_pair_in_the_transaction_of_the_run,
    one_verdict_settles_and_the_run_is_told,
    against_the_machine_another_reviewer_is_asked,
    what_is_settled_changes_only_by_a_reopening,
    a_verdict_needs_permits_for_both_people,
    what_the_run_no_longer_raises_is_closed,
    a_record_is_parted_in_one_step_and_who_saw_is_told,
    quality_is_counts_and_what_reviewers_settled,
);

fn record(n: u32) -> SourcePerson {
    (format!("gp:E8400{n}"), format!("local-{n}"))
}

fn side(n: u32) -> Side {
    let (source, source_person) = record(n);
    let demographics = Demographics {
        source: source.clone(),
        source_person: source_person.clone(),
        family_name: format!("Family{n}"),
        ..Demographics::default()
    };
    Side { source, source_person, person: PersonId(n), demographics }
}

fn case(one: u32, other: u32, probability: f64) -> Case {
    Case {
        one: side(one),
        other: side(other),
        probability,
        parts: vec![Part { field: "family_name".into(), level: "the same".into(), bits: 7.5 }],
        prior: -20.0,
        taken_off: -1.5,
        opened_on: day(30),
    }
}

fn identity(n: u32, person: u32) -> Identity {
    let (source, source_person) = record(n);
    Identity {
        source,
        source_person,
        person: PersonId(person),
        rule: "nhs_number".into(),
        reason: "the NHS number is the same".into(),
        as_at: Some(day(1)),
        demographics_digest: 1,
    }
}

/// People 1 to 6 are published, each with one record; these cases are put.
async fn seeded(f: &Fixture, cases: Vec<Case>) {
    publish(&f.store, 6).await;
    let mut writer = identities::begin(f.store.pipeline()).await.unwrap();
    writer.put((1..=6).map(|n| identity(n, n)).collect()).await.unwrap();
    cases::put(&mut writer, cases).await.unwrap();
    writer.commit().await.unwrap();
}

fn lead(name: &str) -> Access {
    access(name, Role::GovernanceLead)
}

async fn queue(f: &Fixture, name: &str) -> reviews::Queue {
    let permit = f.store.request(&lead(name), Action::ReviewLinks, Resource::Linkage).await.unwrap();
    reviews::queue(&f.store, &permit, Page::FIRST).await.unwrap()
}

async fn permits(f: &Fixture, name: &str, action: Action, people: [u32; 2]) -> Vec<Permit> {
    let mut permits = Vec::new();
    for person in people {
        let person = Resource::Person(PersonId(person));
        permits.push(f.store.request(&lead(name), action, person).await.unwrap());
    }
    permits
}

async fn judge(f: &Fixture, name: &str, people: [u32; 2], verdict: Verdict) -> Option<Standing> {
    let pair = pair(f, people).await;
    let permits = permits(f, name, Action::JudgeLink, people).await;
    reviews::judge(&f.store, &permits, &pair, verdict, "a note").await.unwrap()
}

/// The name of a pair, as somebody who has judged nothing sees it; settled ones are named by a case of their own.
async fn pair(f: &Fixture, [one, other]: [u32; 2]) -> String {
    use sea_orm::{ConnectionTrait, Database, Statement};
    let outside = Database::connect(&f.url).await.unwrap();
    let sql = format!(
        "SELECT pair FROM linkage_case WHERE one_source_person = 'local-{one}' AND other_source_person = 'local-{other}'"
    );
    let statement = Statement::from_string(outside.get_database_backend(), sql);
    let pair = outside.query_one_raw(statement).await.unwrap().unwrap().try_get("", "pair").unwrap();
    outside.close().await.unwrap();
    pair
}

async fn a_case_is_one_pair_in_the_transaction_of_the_run(f: Fixture) {
    seeded(&f, vec![case(2, 1, 0.9), case(1, 3, 0.45)]).await;
    let shown = queue(&f, "iga").await;
    assert_eq!((shown.open, shown.mine, shown.second), (2, 2, 0));
    assert_eq!(shown.lines[0].probability, 0.45, "most doubtful first");
    assert_eq!((shown.lines[1].one_source.as_str(), shown.lines[1].opened_on), ("gp:E84001", day(30)));

    // The same pair the other way round is the same case, with the new evidence and its first day.
    let mut writer = identities::begin(f.store.pipeline()).await.unwrap();
    let again = Case { opened_on: day(31), ..case(1, 2, 0.55) };
    cases::put(&mut writer, vec![again.clone()]).await.unwrap();
    writer.commit().await.unwrap();
    let shown = queue(&f, "iga").await;
    assert_eq!(shown.open, 2);
    let permits = permits(&f, "iga", Action::CompareRecords, [1, 2]).await;
    let opened = reviews::open(&f.store, &permits, &pair(&f, [1, 2]).await).await.unwrap().unwrap();
    assert_eq!(opened.case, Case { opened_on: day(30), ..again });
    assert_eq!((opened.standing, opened.judged, opened.gone_on), (Standing::Open(0), false, None));

    // Of somebody who is not published yet there is nothing to compare.
    let mut writer = identities::begin(f.store.pipeline()).await.unwrap();
    cases::put(&mut writer, vec![case(1, 7, 0.5)]).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(queue(&f, "iga").await.open, 2);

    // A run that is stopped has raised nothing.
    let mut stopped = identities::begin(f.store.pipeline()).await.unwrap();
    cases::put(&mut stopped, vec![case(4, 5, 0.5)]).await.unwrap();
    drop(stopped);
    assert_eq!(queue(&f, "iga").await.open, 2);
}

async fn one_verdict_settles_and_the_run_is_told(f: Fixture) {
    seeded(&f, vec![case(1, 2, 0.9), case(3, 4, 0.2)]).await;
    assert_eq!(judge(&f, "iga", [1, 2], Verdict::Same).await, Some(Standing::Settled(true)));
    assert_eq!(judge(&f, "iga", [3, 4], Verdict::Different).await, Some(Standing::Settled(false)));
    assert_eq!(queue(&f, "iga").await.open, 0);
    let mut settled = cases::settled(f.store.pipeline()).await.unwrap();
    settled.sort_by_key(|decision| decision.one.clone());
    let decision = |one, other, same| Decision { one: record(one), other: record(other), same };
    assert_eq!(settled, [decision(1, 2, true), decision(3, 4, false)]);
    // The run raises it again with other evidence: it stays settled.
    let mut writer = identities::begin(f.store.pipeline()).await.unwrap();
    cases::put(&mut writer, vec![case(1, 2, 0.1)]).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(queue(&f, "iga").await.open, 0);
    assert_eq!(cases::settled(f.store.pipeline()).await.unwrap().len(), 2);
    assert_eq!(judge(&f, "ivo", [1, 2], Verdict::Different).await, None);
}

async fn against_the_machine_another_reviewer_is_asked(f: Fixture) {
    seeded(&f, vec![case(1, 2, 0.9)]).await;
    assert_eq!(judge(&f, "iga", [1, 2], Verdict::Different).await, Some(Standing::Open(1)));
    assert_eq!(judge(&f, "iga", [1, 2], Verdict::Different).await, None, "not the same reviewer twice");
    let (own, others) = (queue(&f, "iga").await, queue(&f, "ivo").await);
    assert_eq!((own.open, own.mine), (1, 0));
    assert_eq!((others.mine, others.second, others.lines[0].verdicts), (1, 1, 1));

    let name = pair(&f, [1, 2]).await;
    let before = permits(&f, "ivo", Action::CompareRecords, [1, 2]).await;
    let opened = reviews::open(&f.store, &before, &name).await.unwrap().unwrap();
    assert!(opened.said.is_empty(), "nobody reads another's verdict before giving their own");
    assert_eq!(judge(&f, "ivo", [1, 2], Verdict::Unsure).await, Some(Standing::Open(2)));
    let opened = reviews::open(&f.store, &before, &name).await.unwrap().unwrap();
    let said: Vec<_> = opened.said.iter().map(|said| (said.user.as_str(), said.event)).collect();
    let [_, different, unsure] = Verdict::ALL.map(Event::Judged);
    assert_eq!(said, [("iga", different), ("ivo", unsure)]);
    assert_eq!(opened.said[0].note, "a note");
    assert_eq!(judge(&f, "ida", [1, 2], Verdict::Different).await, Some(Standing::Settled(false)));
}

async fn what_is_settled_changes_only_by_a_reopening(f: Fixture) {
    seeded(&f, vec![case(1, 2, 0.9)]).await;
    judge(&f, "iga", [1, 2], Verdict::Same).await;
    let name = pair(&f, [1, 2]).await;
    let asked = permits(&f, "ivo", Action::JudgeLink, [1, 2]).await;
    assert!(reviews::reopen(&f.store, &asked, &name, "the practice wrote to us").await.unwrap());
    assert!(cases::settled(f.store.pipeline()).await.unwrap().is_empty());
    let asked = permits(&f, "ivo", Action::JudgeLink, [1, 2]).await;
    assert!(!reviews::reopen(&f.store, &asked, &name, "again").await.unwrap(), "it is open");
    // Everybody is asked anew, and what was said before is kept.
    assert_eq!(judge(&f, "iga", [1, 2], Verdict::Different).await, Some(Standing::Open(1)));
    assert_eq!(judge(&f, "ivo", [1, 2], Verdict::Different).await, Some(Standing::Settled(false)));
    let compare = permits(&f, "iga", Action::CompareRecords, [1, 2]).await;
    let opened = reviews::open(&f.store, &compare, &name).await.unwrap().unwrap();
    assert_eq!(opened.said.len(), 4);
    assert_eq!(
        (opened.said[1].event, opened.said[1].note.as_str()),
        (Event::Reopened, "the practice wrote to us")
    );
}

async fn a_verdict_needs_permits_for_both_people(f: Fixture) {
    seeded(&f, vec![case(1, 2, 0.9)]).await;
    let name = pair(&f, [1, 2]).await;
    for (action, people) in
        [(Action::JudgeLink, [1, 1]), (Action::JudgeLink, [2, 3]), (Action::CompareRecords, [1, 2])]
    {
        let wrong = permits(&f, "iga", action, people).await;
        let judged = reviews::judge(&f.store, &wrong, &name, Verdict::Same, "").await;
        assert!(matches!(judged, Err(StoreError::WrongPermit)));
    }
    let wrong = permits(&f, "iga", Action::JudgeLink, [1, 2]).await;
    assert!(matches!(reviews::open(&f.store, &wrong, &name).await, Err(StoreError::WrongPermit)));
    assert_eq!(reviews::judge(&f.store, &wrong, "none", Verdict::Same, "").await.unwrap(), None);
    let gp = access("gina", Role::Gp);
    assert!(f.store.request(&gp, Action::JudgeLink, Resource::Person(PersonId(1))).await.is_err());
    assert!(f.store.request(&lead("iga"), Action::OpenRecord, Resource::Person(PersonId(1))).await.is_err());
}

async fn what_the_run_no_longer_raises_is_closed(f: Fixture) {
    seeded(&f, vec![case(1, 2, 0.9), case(3, 4, 0.9), case(5, 6, 0.9)]).await;
    judge(&f, "iga", [3, 4], Verdict::Same).await;
    let mut writer = identities::begin(f.store.pipeline()).await.unwrap();
    let closed = cases::close_gone(&mut writer, &[(record(6), record(5))], day(31)).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(closed, 1);
    let shown = queue(&f, "iga").await;
    assert_eq!((shown.open, shown.lines[0].one_source.as_str()), (1, "gp:E84005"));
    assert_eq!(judge(&f, "iga", [1, 2], Verdict::Same).await, None, "it has gone");
    assert_eq!(cases::settled(f.store.pipeline()).await.unwrap().len(), 1, "what was settled holds");
    // Raised again, it is open again.
    let mut writer = identities::begin(f.store.pipeline()).await.unwrap();
    cases::put(&mut writer, vec![case(1, 2, 0.8)]).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(queue(&f, "iga").await.open, 2);
}

async fn a_record_is_parted_in_one_step_and_who_saw_is_told(f: Fixture) {
    publish(&f.store, 6).await;
    let mut writer = identities::begin(f.store.pipeline()).await.unwrap();
    writer.put(vec![identity(1, 1), identity(2, 1), identity(3, 1), identity(4, 4)]).await.unwrap();
    let (source, source_person) = record(2);
    let merged = Moved {
        source,
        source_person,
        at: later(-10),
        person: PersonId(1),
        former: PersonId(2),
        why: Why::Merged,
        reason: "the NHS number is the same".into(),
    };
    history::add(&mut writer, vec![merged.clone()]).await.unwrap();
    cases::put(&mut writer, vec![Case { other: Side { person: PersonId(1), ..side(2) }, ..case(1, 2, 0.9) }])
        .await
        .unwrap();
    writer.commit().await.unwrap();

    let open = async |minutes, who: &str| {
        let at = Access { at: later(minutes), ..access(who, Role::Gp) };
        f.store.request(&at, Action::OpenRecord, Resource::Person(PersonId(1))).await.unwrap();
    };
    open(-20, "before").await;
    open(-5, "while").await;
    let person = Resource::Person(PersonId(1));
    let ask = async |action| f.store.request(&lead("iga"), action, person).await.unwrap();
    assert_eq!(identities::of_person(&f.store, &ask(Action::ViewLinkage).await).await.unwrap().len(), 3);
    let permit = ask(Action::PartPerson).await;
    assert_eq!(partings::part(&f.store, &permit, &record(4), "not hers").await.unwrap(), None);
    let id = partings::part(&f.store, &permit, &record(2), "born in another year").await.unwrap().unwrap();
    let twice = partings::part(&f.store, &ask(Action::PartPerson).await, &record(2), "twice").await.unwrap();
    assert_eq!(twice, None);
    let decision = |one, other| Decision { one: record(one), other: record(other), same: false };
    let mut settled = cases::settled(f.store.pipeline()).await.unwrap();
    settled.sort_by_key(|decision| decision.one.clone());
    assert_eq!(settled, [decision(1, 2), decision(2, 3)]);
    assert_eq!(queue(&f, "iga").await.open, 0, "the parting settles the case");

    let view = ask(Action::ViewParting).await;
    let saw = partings::who_saw(&f.store, &view, id, Page::FIRST).await.unwrap().unwrap();
    assert_eq!((saw.total, saw.entries[0].user.as_str()), (1, "while"));
    assert_eq!((saw.parting.reason.as_str(), saw.parting.holds), ("born in another year", true));
    let wrong =
        f.store.request(&lead("iga"), Action::ViewParting, Resource::Person(PersonId(2))).await.unwrap();
    assert_eq!(partings::who_saw(&f.store, &wrong, id, Page::FIRST).await.unwrap(), None);

    let seen = history::of_person(&f.store, &ask(Action::ViewLinkage).await).await.unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!((seen[0].former, seen[0].why), (PersonId(2), Why::Merged));

    assert!(partings::take_back(&f.store, &ask(Action::PartPerson).await, id, "it is hers").await.unwrap());
    assert!(!partings::take_back(&f.store, &ask(Action::PartPerson).await, id, "again").await.unwrap());
    assert!(cases::settled(f.store.pipeline()).await.unwrap().is_empty());
    assert_eq!(queue(&f, "iga").await.open, 1);
    let list = partings::of_person(&f.store, &ask(Action::ViewLinkage).await).await.unwrap();
    assert_eq!((list.len(), list[0].holds), (1, false));
}

async fn quality_is_counts_and_what_reviewers_settled(f: Fixture) {
    seeded(&f, vec![case(1, 2, 0.9), case(3, 4, 0.2), case(5, 6, 0.6)]).await;
    let permit = f.store.request(&lead("iga"), Action::ViewLinkageQuality, Resource::Linkage).await.unwrap();
    let (counts, reviewed) = quality::read(&f.store, &permit).await.unwrap();
    assert_eq!((counts, reviewed), (None, Reviewed { open: 3, ..Reviewed::default() }));
    judge(&f, "iga", [1, 2], Verdict::Same).await;
    for name in ["iga", "ivo"] {
        judge(&f, name, [3, 4], Verdict::Same).await;
    }
    let line = Line {
        by: "sex".into(),
        group: "Female".into(),
        people: 6,
        records: 6,
        linked: 0,
        no_number: 6,
        open_cases: 1,
        by_number: 0,
        tried: Tried { records: 5, found: 3, wrong: 1 },
    };
    for as_at in [day(1), day(2)] {
        let counts = Quality { as_at, lines: vec![line.clone()], tried_as_at: Some(as_at) };
        quality::put(f.store.pipeline(), &counts).await.unwrap();
    }
    let (counts, reviewed) = quality::read(&f.store, &permit).await.unwrap();
    let last = Quality { as_at: day(2), lines: vec![line], tried_as_at: Some(day(2)) };
    assert_eq!(counts.as_ref(), Some(&last));
    assert_eq!(quality::last(f.store.pipeline()).await.unwrap(), Some(last));
    let settled = Reviewed { likely: 1, likely_same: 1, unlikely: 1, unlikely_same: 1, open: 1 };
    assert_eq!(reviewed, settled);
    assert_eq!(cases::open(f.store.pipeline()).await.unwrap(), [(record(5), record(6))]);
}
