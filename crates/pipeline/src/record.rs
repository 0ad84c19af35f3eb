//! The record of one person, put together from the index and from what definitions say.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use model::record::{
    Banner, CarePackageLine, Flag, Medicine, PersonRecord, Problem, RegisterEntry, ResultSeries, ScoreEntry,
    SourceLine, TimelineEntry,
};
use model::{CodeScheme, EventKind, Feed, Pence};
use store::people::IndexedPerson;
use warehouse::codelists::{CodeLists, LookupKey};
use warehouse::costs::UnitCosts;
use warehouse::derived::PersonResults;
use warehouse::events::PersonEvent;
use warehouse::facts::{Spell, activity_from, activity_of, last_day, spells_of};
use warehouse::packs::Pack;

use crate::groups;
use crate::link::KnownSource;
use crate::summary;

/// Values of a result that a record keeps.
const RESULTS_KEPT: usize = 8;

/// What every record is made with.
pub(crate) struct RecordInputs<'a> {
    pub codelists: &'a CodeLists,
    pub costs: &'a UnitCosts,
    pub as_at: NaiveDate,
    /// Sources whose agreement covers direct care.
    pub care_sources: &'a BTreeSet<String>,
    /// Titles of definitions by name.
    pub titles: &'a BTreeMap<String, String>,
    /// Decimal places that a score is shown with, by its name.
    pub decimals: &'a BTreeMap<String, usize>,
    /// The packs of population groups, the main one among them.
    pub packs: &'a [Pack],
}

/// Puts a record together.
pub(crate) fn build(
    person: &IndexedPerson,
    known: &[KnownSource],
    events: &[PersonEvent<'_>],
    results: &PersonResults,
    inputs: &RecordInputs<'_>,
) -> PersonRecord {
    let mut key = LookupKey::default();
    let covered = events.iter().filter(|event| inputs.care_sources.contains(event.source));
    let events: Vec<PersonEvent<'_>> =
        covered.filter_map(|event| without_sensitive(event, inputs.codelists, &mut key)).collect();
    let spells = spells_of(&events);
    let title = |name: &String| inputs.titles.get(name).unwrap_or(name).clone();
    let mut registers: Vec<RegisterEntry> = results
        .registers
        .iter()
        .map(|(register, since)| RegisterEntry {
            register: register.clone(),
            title: title(register),
            since: *since,
        })
        .collect();
    registers.sort_by(|a, b| a.title.cmp(&b.title));
    let (problems, allergies) = problems(&events, inputs);
    PersonRecord {
        banner: banner(person),
        data_as_at: inputs.as_at,
        registers,
        group: groups::of_person(results, inputs.packs),
        scores: results
            .scores
            .iter()
            .map(|score| ScoreEntry {
                score: score.name.clone(),
                title: title(&score.name),
                value: format!("{:.*}", inputs.decimals.get(&score.name).copied().unwrap_or(0), score.value),
                band: score.band.clone(),
                reason: score.reason.clone(),
            })
            .chain(results.risks.iter().map(|risk| ScoreEntry {
                score: risk.name.clone(),
                title: title(&risk.name),
                value: risk.value.clone(),
                band: risk.band.clone(),
                reason: risk.reason.clone(),
            }))
            .collect(),
        flags: results
            .worklists
            .iter()
            .map(|(worklist, _, reason)| Flag { worklist: worklist.clone(), reason: reason.clone() })
            .collect(),
        problems,
        medicines: medicines(&events, inputs),
        allergies,
        results: result_series(&events, inputs),
        care_package: care_package(&events, person, inputs.as_at),
        timeline: timeline(&events, &spells, person, inputs),
        sources: sources(known, &events),
    }
}

/// The event as a record may have it: a stay or a contact without what it was for, when that is of a sensitive category; anything
/// else of such a category not at all.
fn without_sensitive<'a>(
    event: &PersonEvent<'a>,
    codelists: &CodeLists,
    key: &mut LookupKey,
) -> Option<PersonEvent<'a>> {
    if !codelists.any_sensitive(event.scheme, event.each_code(), key) {
        return Some(*event);
    }
    match event.kind {
        EventKind::Observation | EventKind::MedicineIssue => None,
        _ => Some(PersonEvent { codes: "", procedures: "", term: "", ..*event }),
    }
}

fn banner(person: &IndexedPerson) -> Banner {
    Banner {
        person: person.person,
        family_name: person.family_name.clone(),
        given_name: person.given_name.clone(),
        nhs_number: person.nhs_number,
        birth_date: person.birth_date,
        death_date: person.death_date,
        sex: person.sex,
        address: person.address.clone(),
        postcode: person.postcode.clone(),
        practice: person.practice.clone(),
    }
}

/// Diagnoses and other lasting findings, one line a code, newest first; allergies apart, `None` when nobody says anything.
fn problems(events: &[PersonEvent<'_>], inputs: &RecordInputs<'_>) -> (Vec<Problem>, Option<Vec<Problem>>) {
    let mut found: BTreeMap<(bool, CodeScheme, String), Problem> = BTreeMap::new();
    let mut key = LookupKey::default();
    for event in events.iter().filter(|e| e.start <= inputs.as_at) {
        let allergy = event.subtype == "allergy";
        let coded = match event.kind {
            EventKind::Observation => event.value.is_none(),
            EventKind::Episode => true,
            _ => false,
        };
        if !coded {
            continue;
        }
        for (at, code) in event.each_code().enumerate() {
            let mut lasting = allergy || event.subtype == "condition";
            inputs.codelists.each(event.scheme, code, &mut key, |list| {
                lasting |= inputs.codelists.is_problem(list);
            });
            if !lasting {
                continue;
            }
            let own = if at == 0 && !event.term.is_empty() { Some(event.term) } else { None };
            let term = own.or_else(|| inputs.codelists.term(event.scheme, code)).unwrap_or(code);
            let slot = (allergy, event.scheme, code.to_owned());
            let problem = found.entry(slot).or_insert_with(|| Problem {
                scheme: event.scheme,
                code: code.to_owned(),
                term: term.to_owned(),
                first: event.start,
                last: event.start,
                source: event.source.to_owned(),
            });
            if event.start >= problem.last {
                problem.last = event.start;
                event.source.clone_into(&mut problem.source);
            }
        }
    }
    let (mut allergies, mut problems) = (Vec::new(), Vec::new());
    for ((allergy, _, _), problem) in found {
        if allergy { allergies.push(problem) } else { problems.push(problem) }
    }
    problems.sort_by(|a, b| (b.last, &a.code).cmp(&(a.last, &b.code)));
    (problems, (!allergies.is_empty()).then_some(allergies))
}

fn medicines(events: &[PersonEvent<'_>], inputs: &RecordInputs<'_>) -> Vec<Medicine> {
    let ago = |months| inputs.as_at.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN);
    let (half_year, year) = (ago(6), ago(12));
    let mut found: BTreeMap<&str, Medicine> = BTreeMap::new();
    let issues = events
        .iter()
        .filter(|e| e.kind == EventKind::MedicineIssue && e.start > year && e.start <= inputs.as_at);
    for event in issues {
        let code = event.each_code().next().unwrap_or(event.term);
        let medicine = found.entry(code).or_insert_with(|| Medicine {
            code: code.to_owned(),
            term: summary::term_of(event, inputs.codelists),
            last_issued: event.start,
            issues_12m: 0,
            source: event.source.to_owned(),
        });
        medicine.last_issued = medicine.last_issued.max(event.start);
        medicine.issues_12m += 1;
    }
    let mut medicines: Vec<Medicine> = found.into_values().filter(|m| m.last_issued > half_year).collect();
    medicines.sort_by(|a, b| (b.last_issued, &a.term).cmp(&(a.last_issued, &b.term)));
    medicines
}

fn result_series(events: &[PersonEvent<'_>], inputs: &RecordInputs<'_>) -> Vec<ResultSeries> {
    let mut found: BTreeMap<&str, ResultSeries> = BTreeMap::new();
    for event in events.iter().filter(|e| e.kind == EventKind::Observation && e.start <= inputs.as_at) {
        let (Some(value), Some(code)) = (event.value, event.each_code().next()) else { continue };
        let series = found.entry(code).or_insert_with(|| ResultSeries {
            code: code.to_owned(),
            term: summary::term_of(event, inputs.codelists),
            unit: event.unit.to_owned(),
            values: Vec::new(),
            source: String::new(),
        });
        series.values.push((event.start, value));
        event.source.clone_into(&mut series.source);
    }
    let mut all: Vec<ResultSeries> = found.into_values().collect();
    for series in &mut all {
        series.values.sort_by_key(|(day, _)| *day);
        let extra = series.values.len().saturating_sub(RESULTS_KEPT);
        series.values.drain(..extra);
    }
    let latest = |series: &ResultSeries| series.values.last().map(|(day, _)| *day);
    all.sort_by(|a, b| (latest(b), &a.term).cmp(&(latest(a), &b.term)));
    all
}

fn care_package(
    events: &[PersonEvent<'_>],
    person: &IndexedPerson,
    as_at: NaiveDate,
) -> Vec<CarePackageLine> {
    if person.death_date.is_some() {
        return Vec::new();
    }
    events
        .iter()
        .filter(|e| {
            e.kind == EventKind::CareService && e.start <= as_at && e.end.is_none_or(|end| end >= as_at)
        })
        .map(|e| CarePackageLine {
            service: e.subtype.to_owned(),
            component: e.specialty.to_owned(),
            since: e.start,
            provider: e.provider.to_owned(),
        })
        .collect()
}

/// Contacts, stays and services of the last 36 months, newest first. Results and medicines have their own sections.
fn timeline(
    events: &[PersonEvent<'_>],
    spells: &[Spell<'_>],
    person: &IndexedPerson,
    inputs: &RecordInputs<'_>,
) -> Vec<TimelineEntry> {
    let from = activity_from(inputs.as_at);
    let last_day = last_day(inputs.as_at, person.death_date);
    let mut entries: Vec<TimelineEntry> = spells
        .iter()
        .filter(|spell| spell.admitted >= from)
        .map(|spell| TimelineEntry {
            kind: EventKind::Episode,
            start: spell.admitted,
            end: spell.discharged,
            summary: summary::of_spell(spell, inputs.codelists, last_day, person.death_date.is_some()),
            provider: spell.provider.to_owned(),
            source: spell.source.to_owned(),
            cost: inputs.costs.cost(spell.activity_kind(last_day), 1, spell.nights(last_day)),
        })
        .collect();
    for event in events.iter().filter(|event| event.start >= from || runs_on(event, from)) {
        match event.kind {
            EventKind::Episode | EventKind::MedicineIssue => continue,
            EventKind::Observation if event.value.is_some() || event.subtype != "condition" => continue,
            _ => {}
        }
        let one = [*event];
        let cost: Pence = activity_of(&one, &[], inputs.costs, inputs.as_at, person.death_date)
            .iter()
            .map(|line| line.cost)
            .sum();
        entries.push(TimelineEntry {
            kind: event.kind,
            start: event.start,
            end: event.end,
            summary: summary::of_event(event, inputs.codelists),
            provider: event.provider.to_owned(),
            source: event.source.to_owned(),
            cost,
        });
    }
    entries.sort_by(|a, b| (b.start, a.kind, &a.summary).cmp(&(a.start, b.kind, &b.summary)));
    entries
}

/// A service that began earlier and still runs in the timeline's months.
fn runs_on(event: &PersonEvent<'_>, from: NaiveDate) -> bool {
    event.kind == EventKind::CareService && event.end.is_none_or(|end| end >= from)
}

fn sources(known: &[KnownSource], events: &[PersonEvent<'_>]) -> Vec<SourceLine> {
    let mut counts: BTreeMap<&str, (u32, Option<NaiveDate>)> = BTreeMap::new();
    for event in events {
        let count = counts.entry(event.source).or_default();
        count.0 += 1;
        count.1 = count.1.max(Some(event.start));
    }
    let mut lines: BTreeMap<&str, SourceLine> = BTreeMap::new();
    for known in known {
        let source = known.source.as_ref();
        let Some((feed, organisation)) = source.split_once(':') else { continue };
        let Ok(feed) = feed.parse::<Feed>() else { continue };
        let (events, latest) = counts.get(source).copied().unwrap_or_default();
        lines.entry(source).or_insert_with(|| SourceLine {
            feed,
            organisation: organisation.to_owned(),
            linked_because: known.rule.sentence().to_owned(),
            events,
            latest,
        });
    }
    lines.into_values().collect()
}

#[cfg(test)]
mod tests {
    use model::{PersonId, Sex};
    use warehouse::reference::DefinitionFiles;

    use super::*;

    fn person(death_date: Option<NaiveDate>) -> IndexedPerson {
        IndexedPerson {
            person: PersonId(1),
            nhs_number: None,
            family_name: String::new(),
            given_name: String::new(),
            birth_date: None,
            death_date,
            sex: Sex::Female,
            address: String::new(),
            postcode: String::new(),
            lsoa: String::new(),
            practice: String::new(),
            borough: String::new(),
            ethnic_category: String::new(),
        }
    }

    #[test]
    fn sensitive_categories_are_in_no_record() {
        let files = DefinitionFiles::embedded();
        let (codelists, costs) = (CodeLists::load(&files).unwrap(), UnitCosts::load(&files).unwrap());
        let day = |d| NaiveDate::from_ymd_opt(2026, 10, d).unwrap();
        let inputs = RecordInputs {
            codelists: &codelists,
            costs: &costs,
            as_at: day(31),
            care_sources: &["gp:E84002".to_owned(), "sus_apc:RYJ".to_owned()].into(),
            titles: &BTreeMap::new(),
            decimals: &BTreeMap::new(),
            packs: &[],
        };
        let event = |kind, scheme, codes, source| PersonEvent {
            kind,
            start: day(1),
            end: Some(day(2)),
            admitted: Some(day(1)),
            discharged: Some(day(2)),
            scheme,
            codes,
            procedures: "Q114",
            term: "In the source's words",
            value: None,
            unit: "",
            provider: "RYJ",
            method: "11",
            outcome: "",
            specialty: "",
            subtype: "condition",
            source,
        };
        let events = [
            event(EventKind::Observation, CodeScheme::Snomed, "86406008", "gp:E84002"),
            event(EventKind::Observation, CodeScheme::Snomed, "73211009", "gp:E84002"),
            event(EventKind::Episode, CodeScheme::Icd10, "O049 I10", "sus_apc:RYJ"),
        ];
        let record = build(&person(None), &[], &events, &PersonResults::default(), &inputs);
        let codes: Vec<&str> = record.problems.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(codes, ["73211009"]);
        let said: Vec<&str> = record.timeline.iter().map(|line| line.summary.as_str()).collect();
        assert_eq!(said.len(), 2);
        assert!(said.contains(&"Planned admission, 1 night"), "{said:?}");
    }

    #[test]
    fn an_open_stay_costs_on_the_timeline_what_it_costs_in_the_facts() {
        let files = DefinitionFiles::embedded();
        let (codelists, costs) = (CodeLists::load(&files).unwrap(), UnitCosts::load(&files).unwrap());
        let day = |d| NaiveDate::from_ymd_opt(2026, 10, d).unwrap();
        let inputs = RecordInputs {
            codelists: &codelists,
            costs: &costs,
            as_at: day(31),
            care_sources: &BTreeSet::new(),
            titles: &BTreeMap::new(),
            decimals: &BTreeMap::new(),
            packs: &[],
        };
        let spells = [Spell {
            provider: "RYJ",
            source: "sus_apc:RYJ",
            admitted: day(1),
            discharged: None,
            method: "21",
            class: "1",
            destination: "",
            codes: "",
            procedures: "",
            term: "Pneumonia",
            specialty: "300",
            last: (day(1), "300"),
        }];
        for (death, said) in [
            (None, "Emergency admission, still in hospital: Pneumonia"),
            (Some(day(2)), "Emergency admission, 1 night: Pneumonia"),
        ] {
            let person = person(death);
            let shown = timeline(&[], &spells, &person, &inputs);
            let counted = activity_of(&[], &spells, &costs, inputs.as_at, death);
            assert_eq!(shown[0].cost, counted[0].cost, "death {death:?}");
            assert_eq!(shown[0].summary, said);
        }
        let cost = |death| timeline(&[], &spells, &person(death), &inputs)[0].cost;
        assert!(cost(Some(day(2))) < cost(None), "a night before death is a short stay");
    }
}
