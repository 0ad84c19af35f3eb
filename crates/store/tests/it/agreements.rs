//! Agreements: what they cover from the moment of each change, at every exit of the store.

use std::collections::BTreeSet;

use model::agreement::{Change, ChangeError, Party, Terms};
use model::{Feed, Objection, PersonId, Purpose, Role};
use policy::{Access, Action, Permit, Resource, UserId};
use store::identities::{self, Identity};
use store::people::Query;
use store::sources::PublishedSource;
use store::worklists::Filter;
use store::{
    Page, RequestError, Store, StoreError, agreements, audit, caseloads, countable, objections, people,
    proxies, sources, worklists,
};

use crate::support::*;

on_both!(
    a_change_is_a_version_with_its_audit_row_or_nothing,
    only_a_party_signs_for_itself,
    withdrawal_hides_a_source_at_once_and_signing_shows_it_again,
    a_recipient_sees_what_it_has_signed_to_receive,
    a_suspension_and_an_end_of_days_hide_too,
    the_next_generation_says_what_it_no_longer_has,
    an_objection_to_one_organisation_holds_in_lists_and_on_pages,
    opt_outs_are_for_the_run_and_follow_a_person_who_was_two,
    figures_have_another_name_from_the_moment_of_a_change,
    a_proxy_ends_on_its_day,
);

fn party(codes: &[&str]) -> Party {
    Party { name: codes.join(" "), members: codes.iter().map(|code| (*code).to_owned()).collect() }
}

fn terms(purpose: Purpose) -> Terms {
    let activity = if purpose == Purpose::Planning { "E5" } else { "B3" };
    Terms {
        title: "Sharing in Brent".into(),
        purpose,
        suppliers: vec![party(&["E84001", "E84002", "RYJ"])],
        recipients: vec![party(&["E84001", "E84002"])],
        feeds: [Feed::Gp, Feed::SusApc].into(),
        activities: [activity.to_owned()].into(),
        starts: day(5),
        ends: None,
        review: None,
        dpia: "DPIA 1".into(),
    }
}

fn signed(codes: &[&str]) -> Change {
    Change::Signed { organisations: codes.iter().map(|code| (*code).to_owned()).collect() }
}

fn withdrawn(code: &str) -> Change {
    Change::Withdrawn { organisation: code.into(), reason: "The partners decided so".into() }
}

async fn leave(store: &Store, action: Action) -> Permit {
    store.request(&access("lead", Role::GovernanceLead), action, Resource::Agreements).await.unwrap()
}

/// A signatory of this organisation.
async fn signatory(store: &Store, organisation: &str) -> Permit {
    let who = Access { organisation: organisation.into(), ..access("sig", Role::Signatory) };
    store.request(&who, Action::SignAgreement, Resource::Agreements).await.unwrap()
}

async fn change(store: &Store, id: &str, organisation: &str, what: Change) {
    let permit = signatory(store, organisation).await;
    agreements::change(store, &permit, id, what).await.unwrap().unwrap();
}

/// People 1 to 4: all known to their practice, 3 and 4 also to the hospital; an agreement that all have signed.
async fn shared(store: &Store, purpose: Purpose) -> String {
    publish_from(store, &["gp:E84001", "gp:E84002", "sus_apc:RYJ"]).await;
    let mut writer = identities::begin(store.pipeline()).await.unwrap();
    let known = [
        ("gp:E84001", 1),
        ("gp:E84001", 3),
        ("gp:E84002", 2),
        ("gp:E84002", 4),
        ("sus_apc:RYJ", 3),
        ("sus_apc:RYJ", 4),
    ];
    writer.put(known.map(|(source, n)| identity(source, n)).into()).await.unwrap();
    writer.commit().await.unwrap();
    let all = ["E84001", "E84002", "RYJ"].map(str::to_owned).into();
    let agreement = agreements::record(store.pipeline(), "A1", terms(purpose), all, now()).await.unwrap();
    agreement.id
}

async fn publish_from(store: &Store, from: &[&str]) {
    let mut generation = store::generations::begin(store.pipeline()).await.unwrap();
    write(&mut generation, 4).await;
    let source =
        |name: &&str| PublishedSource { source: (*name).into(), planning: true, people: 2, events: 9 };
    generation.sources(from.iter().map(source).collect());
    generation.publish("{}", day(31), now()).await.unwrap();
}

fn identity(source: &str, n: u32) -> Identity {
    Identity {
        source: source.into(),
        source_person: format!("{n}"),
        person: PersonId(n),
        rule: "nhs_number".into(),
        reason: "The same NHS number".into(),
        as_at: None,
        demographics_digest: 1,
    }
}

/// What a GP of E84001 gets: whom they find, whom their list has, and whether they open 1 and 3.
async fn seen(store: &Store) -> (Vec<u32>, Vec<u32>, [bool; 2]) {
    let gp = access("gina", Role::Gp);
    let ask = async |action, resource| store.request(&gp, action, resource).await;
    let find = match ask(Action::FindPerson, Resource::People).await {
        // Without an agreement nobody is found, listed or opened, and the refusal says why.
        Err(RequestError::Refused { sentence, .. }) if sentence.starts_with("No agreement") => {
            assert!(ask(Action::ListWorklist, Resource::Worklist).await.is_err());
            return (vec![], vec![], [false, false]);
        }
        other => other.unwrap(),
    };
    let mut found = Vec::new();
    for n in 1..=4 {
        let query = Query { nhs_number: number(n).unwrap().to_string(), ..Query::default() };
        found.extend(people::search(store, &find, &query).await.unwrap().iter().map(|hit| hit.person.0));
    }
    let list = ask(Action::ListWorklist, Resource::Worklist).await.unwrap();
    let filter = Filter { worklist: "frailty".into(), ..Filter::default() };
    let (total, rows) = worklists::list(store, &list, &filter, Page::FIRST).await.unwrap();
    let counted = worklists::counts(store, &list).await.unwrap().first().map_or(0, |(_, n)| *n);
    assert_eq!((total, counted), (rows.len() as u64, rows.len() as u64), "what is counted is what is shown");
    let mut listed: Vec<u32> = rows.iter().map(|row| row.who.person.0).collect();
    listed.sort_unstable();
    let mut opened = [false; 2];
    for (opened, n) in opened.iter_mut().zip([1, 3]) {
        *opened = ask(Action::OpenRecord, Resource::Person(PersonId(n))).await.is_ok();
    }
    (found, listed, opened)
}

async fn a_change_is_a_version_with_its_audit_row_or_nothing(f: Fixture) {
    let permit = leave(&f.store, Action::ManageAgreements).await;
    let agreement = agreements::draft(&f.store, &permit, terms(Purpose::DirectCare)).await.unwrap();
    assert_eq!((agreement.id.as_str(), agreement.version), ("DSA-0001", 1));
    let before = audit::verify(&f.store).await.unwrap().unwrap();
    let again = agreements::change(&f.store, &permit, "DSA-0001", Change::Resumed).await;
    assert!(matches!(again, Err(StoreError::Agreement(ChangeError::StandsSo))));
    assert_eq!(
        audit::verify(&f.store).await.unwrap().unwrap(),
        before,
        "nothing changed, nothing is written"
    );
    let suspended = Change::Suspended { reason: "A breach is looked into".into() };
    agreements::change(&f.store, &permit, "DSA-0001", suspended).await.unwrap();
    let view = leave(&f.store, Action::ViewAgreements).await;
    let (agreement, versions) = agreements::one(&f.store, &view, "DSA-0001").await.unwrap().unwrap();
    assert_eq!((agreement.version, versions.len()), (2, 2));
    let lead = access("lead", Role::GovernanceLead);
    let search = f.store.request(&lead, Action::SearchAudit, Resource::Audit);
    let search = search.await.unwrap();
    let filter = audit::Filter { action: Some("manage_agreements".into()), ..audit::Filter::default() };
    let (_, rows) = audit::search(&f.store, &search, &filter, Page::FIRST).await.unwrap();
    assert_eq!(rows[0].id, versions[0].audit_id);
    assert_eq!(rows[0].sentence, "Agreement DSA-0001, version 2: suspended: A breach is looked into.");
    assert!(agreements::change(&f.store, &permit, "DSA-0009", Change::Resumed).await.unwrap().is_none());
    assert!(audit::verify(&f.store).await.unwrap().is_ok());
}

async fn only_a_party_signs_for_itself(f: Fixture) {
    let manage = leave(&f.store, Action::ManageAgreements).await;
    let id = agreements::draft(&f.store, &manage, terms(Purpose::DirectCare)).await.unwrap().id;
    let by_lead = agreements::change(&f.store, &manage, &id, signed(&["E84001"])).await;
    assert!(matches!(by_lead, Err(StoreError::WrongPermit)), "the lead signs for nobody");
    let own = signatory(&f.store, "E84001").await;
    let for_another = agreements::change(&f.store, &own, &id, signed(&["E84002"])).await;
    assert!(matches!(for_another, Err(StoreError::WrongPermit)));
    let terms_by_party = agreements::change(&f.store, &own, &id, Change::Resumed).await;
    assert!(matches!(terms_by_party, Err(StoreError::WrongPermit)));
    let stranger = signatory(&f.store, "E84099").await;
    let no_party = agreements::change(&f.store, &stranger, &id, signed(&["E84099"])).await;
    assert!(matches!(no_party, Err(StoreError::Agreement(ChangeError::NotAParty))));
    assert!(agreements::change(&f.store, &own, &id, signed(&["E84001"])).await.unwrap().is_some());
    let who = Access { organisation: "E84099".into(), ..access("sig", Role::Signatory) };
    let view = f.store.request(&who, Action::ViewAgreements, Resource::Agreements).await.unwrap();
    assert!(agreements::all(&f.store, &view).await.unwrap().is_empty(), "it names another organisation");
    assert!(agreements::one(&f.store, &view, &id).await.unwrap().is_none());
}

async fn withdrawal_hides_a_source_at_once_and_signing_shows_it_again(f: Fixture) {
    let id = shared(&f.store, Purpose::DirectCare).await;
    let whole = (vec![1, 3], vec![1, 3], [true, true]);
    assert_eq!(seen(&f.store).await, whole);
    // The hospital goes: its patient is known to the practice still, but the list may have them for what it said.
    change(&f.store, &id, "RYJ", withdrawn("RYJ")).await;
    assert_eq!(seen(&f.store).await, (vec![1, 3], vec![1], [true, true]));
    change(&f.store, &id, "RYJ", signed(&["RYJ"])).await;
    assert_eq!(seen(&f.store).await, whole);
    // The practice goes: nobody is known to be registered there.
    change(&f.store, &id, "E84001", withdrawn("E84001")).await;
    assert_eq!(seen(&f.store).await, (vec![], vec![], [false, false]));
    change(&f.store, &id, "E84001", signed(&["E84001"])).await;
    assert_eq!(seen(&f.store).await, whole);
    let covered = agreements::covered(f.store.pipeline(), Purpose::DirectCare, day(6)).await.unwrap();
    assert!(covered.contains("gp:E84001") && covered.contains("sus_apc:RYJ"));
    assert!(agreements::covered(f.store.pipeline(), Purpose::Planning, day(6)).await.unwrap().is_empty());
}

async fn a_recipient_sees_what_it_has_signed_to_receive(f: Fixture) {
    let id = shared(&f.store, Purpose::DirectCare).await;
    add_user(&f.store, "cora", Role::CareCoordinator).await;
    caseloads::assign(&f.store, &UserId("cora".into()), &[PersonId(2), PersonId(3)], day(1)).await.unwrap();
    let cora = Access { organisation: "U1".into(), ..access("cora", Role::CareCoordinator) };
    let caseload = async || {
        let asked = f.store.request(&cora, Action::ListCaseload, Resource::Worklist).await;
        let Ok(permit) = asked else { return vec![] };
        let (total, shown) = caseloads::own(&f.store, &permit, Page::FIRST).await.unwrap();
        assert_eq!(total, shown.len() as u64);
        shown.into_iter().map(|line| (line.who.person.0, line.who.postcode.is_empty())).collect::<Vec<_>>()
    };
    assert!(caseload().await.is_empty(), "a network is no party");
    store::organisations::set_practices(&f.store, "U1", &["E84002".into()]).await.unwrap();
    let all: BTreeSet<_> = caseload().await.into_iter().collect();
    assert_eq!(all, [(2, false), (3, false)].into(), "it receives what its practices do");
    change(&f.store, &id, "E84001", withdrawn("E84001")).await;
    let left: BTreeSet<_> = caseload().await.into_iter().collect();
    assert_eq!(
        left,
        [(2, false), (3, true)].into(),
        "the hospital knows the other; where they live, the practice said"
    );
}

async fn a_suspension_and_an_end_of_days_hide_too(f: Fixture) {
    let id = shared(&f.store, Purpose::DirectCare).await;
    let manage = leave(&f.store, Action::ManageAgreements).await;
    let suspended = Change::Suspended { reason: "r".into() };
    agreements::change(&f.store, &manage, &id, suspended).await.unwrap();
    assert_eq!(seen(&f.store).await.0, [0_u32; 0]);
    agreements::change(&f.store, &manage, &id, Change::Resumed).await.unwrap();
    assert_eq!(seen(&f.store).await.0, [1, 3]);
    let past = Terms { ends: Some(now().date_naive().pred_opt().unwrap()), ..terms(Purpose::DirectCare) };
    agreements::change(&f.store, &manage, &id, Change::Drafted { terms: past.clone() }).await.unwrap();
    assert_eq!(seen(&f.store).await.0, [0_u32; 0], "new terms are signed anew");
    for code in ["E84001", "E84002", "RYJ"] {
        change(&f.store, &id, code, signed(&[code])).await;
    }
    assert_eq!(seen(&f.store).await.0, [0_u32; 0], "past its last day");
    let today = Terms { ends: Some(now().date_naive()), ..past };
    agreements::change(&f.store, &manage, &id, Change::Drafted { terms: today }).await.unwrap();
    for code in ["E84001", "E84002", "RYJ"] {
        change(&f.store, &id, code, signed(&[code])).await;
    }
    assert_eq!(seen(&f.store).await.0, [1, 3], "on its last day");
    let ended = Change::Ended { reason: "Replaced".into() };
    agreements::change(&f.store, &manage, &id, ended).await.unwrap();
    assert_eq!(seen(&f.store).await.0, [0_u32; 0]);
}

async fn the_next_generation_says_what_it_no_longer_has(f: Fixture) {
    shared(&f.store, Purpose::DirectCare).await;
    let view = leave(&f.store, Action::ViewAgreements).await;
    assert!(sources::removed(&f.store, &view, Page::FIRST).await.unwrap().is_empty());
    publish_from(&f.store, &["gp:E84001", "gp:E84002"]).await;
    let removed = sources::removed(&f.store, &view, Page::FIRST).await.unwrap();
    let purposes: Vec<Purpose> = removed.iter().map(|line| line.purpose).collect();
    assert_eq!(purposes, [Purpose::DirectCare, Purpose::Planning]);
    assert!(
        removed.iter().all(|line| (line.source.as_str(), line.people, line.events) == ("sus_apc:RYJ", 2, 9))
    );
    publish_from(&f.store, &["gp:E84001", "gp:E84002", "sus_apc:RYJ"]).await;
    assert_eq!(
        sources::removed(&f.store, &view, Page::FIRST).await.unwrap().len(),
        2,
        "what was removed stays said"
    );
}

async fn lead_sets(store: &Store, n: u32, objection: Objection, asked: bool) {
    let who = access("lead", Role::GovernanceLead);
    let permit = store.request(&who, Action::RecordObjection, Resource::Person(PersonId(n))).await.unwrap();
    assert!(objections::set(store, &permit, &objection, asked).await.unwrap());
}

async fn an_objection_to_one_organisation_holds_in_lists_and_on_pages(f: Fixture) {
    shared(&f.store, Purpose::DirectCare).await;
    lead_sets(&f.store, 3, Objection::Organisation("E84001".into()), true).await;
    let (_, listed, opened) = seen(&f.store).await;
    assert_eq!((listed, opened), (vec![1], [true, false]));
    lead_sets(&f.store, 3, Objection::Organisation("E84001".into()), false).await;
    lead_sets(&f.store, 3, Objection::Organisation("RYJ".into()), true).await;
    let (_, listed, opened) = seen(&f.store).await;
    assert_eq!((listed, opened), (vec![1, 3], [true, true]), "another organisation");
}

async fn opt_outs_are_for_the_run_and_follow_a_person_who_was_two(f: Fixture) {
    shared(&f.store, Purpose::DirectCare).await;
    for (n, objection) in [(1, Objection::NationalOptOut), (2, Objection::Type1), (3, Objection::Planning)] {
        lead_sets(&f.store, n, objection, true).await;
    }
    lead_sets(&f.store, 4, Objection::Sharing, true).await;
    let out = objections::not_for_planning(f.store.pipeline()).await.unwrap();
    assert_eq!(out, [1, 2, 3].map(PersonId).into(), "direct care is another matter");
    let permit = leave(&f.store, Action::ViewObjections).await;
    let counts = objections::counts(&f.store, &permit).await.unwrap();
    assert_eq!(counts.len(), 4);
    assert!(counts.iter().all(|(_, n)| *n == 1));
    let mut writer = identities::begin(f.store.pipeline()).await.unwrap();
    let moved = store::history::Moved {
        source: "gp:E84001".into(),
        source_person: "1".into(),
        at: now(),
        person: PersonId(4),
        former: PersonId(1),
        why: store::history::Why::Merged,
        reason: "The same NHS number".into(),
    };
    store::history::add(&mut writer, vec![moved]).await.unwrap();
    writer.commit().await.unwrap();
    assert!(objections::not_for_planning(f.store.pipeline()).await.unwrap().contains(&PersonId(4)));
    // The person may not lift by a click what is recorded nationally.
    let person = access("person", Role::Person);
    let own = f.store.request(&person, Action::ChooseSharing, Resource::Person(PersonId(1)));
    let own = own.await.unwrap();
    let national = objections::set(&f.store, &own, &Objection::NationalOptOut, false).await;
    assert!(matches!(national, Err(StoreError::WrongPermit)));
}

/// The name of the figures that a commissioner may read.
async fn figures(store: &Store) -> String {
    let who = access("connie", Role::Commissioner);
    let permit = store.request(&who, Action::ViewPopulation, Resource::Marts).await.unwrap();
    permit.cover().figures().to_owned()
}

async fn figures_have_another_name_from_the_moment_of_a_change(f: Fixture) {
    shared(&f.store, Purpose::Planning).await;
    // Somebody whose data none may use for care is nobody to the lead who records an objection.
    let all = ["E84001", "E84002", "RYJ"].map(str::to_owned).into();
    agreements::record(f.store.pipeline(), "A2", terms(Purpose::DirectCare), all, now()).await.unwrap();
    add_user(&f.store, "connie", Role::Commissioner).await;
    let classes = async || {
        let pipeline = f.store.pipeline();
        let made_with = countable::made_with(pipeline, Purpose::Planning).await.unwrap();
        countable::classes(pipeline, &made_with, now().date_naive()).await.unwrap()
    };
    let whole = figures(&f.store).await;
    assert_eq!(classes().await.len(), 1, "whoever receives anything and E84001 count the same");
    lead_sets(&f.store, 4, Objection::Sharing, true).await;
    assert_eq!(figures(&f.store).await, whole, "care is another matter");
    let before = countable::stamp(f.store.pipeline()).await.unwrap();
    lead_sets(&f.store, 3, Objection::Type1, true).await;
    assert_ne!(countable::stamp(f.store.pipeline()).await.unwrap(), before);
    let without_one = figures(&f.store).await;
    assert_ne!(without_one, whole);
    change(&f.store, "A1", "RYJ", withdrawn("RYJ")).await;
    let without_both = figures(&f.store).await;
    let [class] = classes().await.try_into().unwrap();
    assert_eq!((&class.name, class.objected.len()), (&without_both, 1));
    assert_eq!(class.hidden, ["sus_apc:RYJ".to_owned()].into());
    change(&f.store, "A1", "RYJ", signed(&["RYJ"])).await;
    lead_sets(&f.store, 3, Objection::Type1, false).await;
    assert_eq!(figures(&f.store).await, whole, "all is as it was");
    // Care reads no figures.
    let gina = access("gina", Role::Gp);
    let permit = f.store.request(&gina, Action::ListWorklist, Resource::Worklist).await.unwrap();
    assert_eq!(permit.cover().figures(), "");
}

async fn a_proxy_ends_on_its_day(f: Fixture) {
    shared(&f.store, Purpose::DirectCare).await;
    add_user(&f.store, "child", Role::Person).await;
    let today = now().date_naive();
    let lead = access("lead", Role::GovernanceLead);
    let permit =
        f.store.request(&lead, Action::RecordObjection, Resource::Person(PersonId(2))).await.unwrap();
    let child = UserId("child".into());
    assert!(!proxies::set(&f.store, &permit, &UserId("nobody".into()), today, today).await.unwrap());
    assert!(proxies::set(&f.store, &permit, &child, today, today).await.unwrap());
    let who = access("child", Role::Person);
    let open = async |who: &Access| {
        f.store.request(who, Action::OpenOwnRecord, Resource::Person(PersonId(2))).await.is_ok()
    };
    assert!(open(&who).await);
    let acts_for = async |who: &Access| {
        let own = Resource::Person(PersonId(1));
        let permit = f.store.request(who, Action::OpenOwnRecord, own).await.unwrap();
        proxies::of_user(&f.store, &permit).await.unwrap()
    };
    assert_eq!(acts_for(&who).await[0].person, PersonId(2));
    let tomorrow = Access { at: now() + chrono::Duration::days(1), ..who };
    assert!(!open(&tomorrow).await);
    assert!(acts_for(&tomorrow).await.is_empty());
}
