//! What the rules of linkage left over is asked of probability: new people who were known already.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use hashbrown::HashMap;
use linkage::{Example, Join, Joined, Known, Layout, Limits, Model, Records, Role, Rule, Standing};
use model::PersonId;
use store::cases::{Case, Part, Side, SourcePerson};

use crate::PipelineError;
use crate::known_people::{KnownPeople, Learnt};
use crate::last_night::LastNight;
use crate::person_index::Linked;
use crate::settled::Settled;
use crate::statements::{Said, places_of};

/// New people are joined from this probability on: measured on synthetic truth by group, docs/benchmarks.md.
pub(crate) const LIMITS: Limits = Limits { join: 0.98, ask: 0.2, cases: 500 };

/// A decision about one source's person: who, and by which rule.
pub(crate) type Decided = (PersonId, Option<Rule>);

/// What the day writes about one source's person: its place, the rule and why.
pub(crate) type Written = (usize, Rule, String);

/// What probability says of a run.
#[derive(Default)]
pub(crate) struct Found {
    /// Pairs that somebody should look at, by place.
    pub cases: Vec<Example>,
    /// What was learnt, where everybody was weighed against everybody and an index of them is wanted.
    pub learnt: Option<Learnt>,
    /// The model, where everybody was weighed against everybody.
    pub model: Option<Model>,
}

/// What new people are weighed against, and how.
pub(crate) struct Against<'a> {
    /// People from this number on are new.
    pub first_new: u32,
    pub settled: &'a Settled,
    /// The places of what is said anew.
    pub changed: &'a [usize],
    pub known: &'a mut KnownPeople,
    /// Where records are that are not among what is said; `None` where all are.
    pub last: Option<&'a LastNight>,
}

/// Joins the people who are new in this run to those that they are, and numbers the rest without gaps. Known records of
/// pairs that somebody should look at are added to `said` if they are not there.
pub(crate) fn join_new(
    said: &mut Vec<Said>,
    decided: &mut Vec<Decided>,
    written: &mut [Written],
    against: Against<'_>,
) -> Result<Found, PipelineError> {
    let Against { first_new, settled, changed, known, last } = against;
    if decided.iter().all(|(person, _)| person.0 < first_new) {
        return Ok(Found::default());
    }
    let (joins, found) = match known.link(said, decided, changed, first_new, settled)? {
        Some(linked) => {
            let named = named(&linked, changed, known);
            if let Some(last) = last {
                add_missing(said, decided, &named, last)?;
            }
            by_index(linked, said, changed, &named)
        }
        None => by_everybody(said, decided, first_new, settled, known),
    };
    let joins: HashMap<u32, &Join> = joins.iter().map(|join| (join.person, join)).collect();
    for (at, rule, reason) in written.iter_mut() {
        let Some((person, decided_rule)) = decided.get_mut(*at) else { continue };
        if *rule == Rule::NewPerson
            && let Some(join) = joins.get(&person.0)
        {
            (*rule, *decided_rule) = (Rule::Probability, Some(Rule::Probability));
            *reason = why(&join.because);
        }
    }
    let numbers = numbers(decided, first_new, &joins);
    for (person, _) in decided.iter_mut().filter(|(person, _)| person.0 >= first_new) {
        person.0 = numbers.get(&person.0).copied().unwrap_or(person.0);
    }
    Ok(found)
}

/// Everybody against everybody.
fn by_everybody(
    said: &[Said],
    decided: &[Decided],
    first_new: u32,
    settled: &Settled,
    known: &KnownPeople,
) -> (Vec<Join>, Found) {
    let (records, mut joined) = join_everybody(said, decided, first_new, settled, None);
    let (joins, cases) = (std::mem::take(&mut joined.joins), std::mem::take(&mut joined.cases));
    let standing = known.is_wanted(said.len()).then(|| Standing::of_joined(&records, &joined)).flatten();
    let learnt = standing.map(|standing| Learnt { records, standing });
    (joins, Found { cases, learnt, model: Some(joined.model) })
}

/// Weighs everybody against everybody who is new; without a model it is learnt first.
pub(crate) fn join_everybody(
    said: &[Said],
    decided: &[Decided],
    first_new: u32,
    settled: &Settled,
    model: Option<&Model>,
) -> (Records, Joined) {
    let mut records = records(said.iter());
    let people = decided.iter().map(|(person, _)| person.0).collect();
    let before = Known { people, first_new, apart: settled.apart.clone(), one_to_one: false };
    let joined = linkage::join(&mut records, &before, model, LIMITS);
    (records, joined)
}

/// The known records of the pairs that the index gave, by their numbers in it.
fn named(linked: &Linked, changed: &[usize], known: &KnownPeople) -> Vec<(u32, SourcePerson)> {
    let record = |number: u32| linked.known.get((number as usize).checked_sub(changed.len())?);
    let cases = linked.joined.cases.iter().map(|case| case.edge);
    cases
        .flat_map(|edge| [edge.one, edge.other])
        .filter_map(|number| Some((number, known.named(record(number)?)?)))
        .collect()
}

/// Adds the named records that are not among what is said.
fn add_missing(
    said: &mut Vec<Said>,
    decided: &mut Vec<Decided>,
    named: &[(u32, SourcePerson)],
    last: &LastNight,
) -> Result<(), PipelineError> {
    let there = places_of(said, &named.iter().map(|(_, name)| name).collect());
    let missing: BTreeSet<&SourcePerson> =
        named.iter().map(|(_, name)| name).filter(|name| !there.contains_key(*name)).collect();
    let missing: Vec<SourcePerson> = missing.into_iter().cloned().collect();
    for known in last.find(&missing)?.into_iter().flatten() {
        said.push(known.said);
        decided.push((known.person, Some(known.rule)));
    }
    Ok(())
}

/// What the index said, by places in what is said.
fn by_index(
    linked: Linked,
    said: &[Said],
    changed: &[usize],
    named: &[(u32, SourcePerson)],
) -> (Vec<Join>, Found) {
    let Joined { joins, cases, .. } = linked.joined;
    let places = places_of(said, &named.iter().map(|(_, name)| name).collect());
    let mut at: HashMap<u32, u32> = (0_u32..)
        .zip(changed)
        .filter_map(|(number, place)| Some((number, u32::try_from(*place).ok()?)))
        .collect();
    at.extend(named.iter().filter_map(|(number, name)| Some((*number, *places.get(name)?))));
    let placed = |mut example: Example| {
        let (one, other) = (*at.get(&example.edge.one)?, *at.get(&example.edge.other)?);
        (example.edge.one, example.edge.other) = (one.min(other), one.max(other));
        Some(example)
    };
    (joins, Found { cases: cases.into_iter().filter_map(placed).collect(), ..Found::default() })
}

/// The number of every new person: that of the person it is, or the next free one.
fn numbers(decided: &[Decided], first_new: u32, joins: &HashMap<u32, &Join>) -> HashMap<u32, u32> {
    let mut new: Vec<u32> = decided.iter().map(|(person, _)| person.0).filter(|n| *n >= first_new).collect();
    new.sort_unstable();
    new.dedup();
    let mut numbers: HashMap<u32, u32> = HashMap::with_capacity(new.len());
    let mut next = first_new;
    for person in new {
        // A person is joined to a lower number only, which has its own by now.
        let number = match joins.get(&person) {
            Some(join) => numbers.get(&join.into).copied().unwrap_or(join.into),
            None => {
                next += 1;
                next - 1
            }
        };
        numbers.insert(person, number);
    }
    numbers
}

pub(crate) fn records<'a>(said: impl Iterator<Item = &'a Said>) -> Records {
    let roles = [
        Role::NhsNumber,
        Role::FamilyName,
        Role::GivenName,
        Role::DateOfBirth,
        Role::Sex,
        Role::Address,
        Role::Postcode,
    ];
    let mut records = Records::new();
    let mut reader = records.file(&Layout { columns: roles.into_iter().map(Some).collect() });
    for said in said {
        let who = &said.demographics;
        let birth = who.birth_date.map(|birth| birth.to_string()).unwrap_or_default();
        reader.push(|column| match column {
            0 => who.nhs_number.as_str(),
            1 => who.family_name.as_str(),
            2 => who.given_name.as_str(),
            3 => birth.as_str(),
            4 => who.sex.letter(),
            5 => who.address.as_str(),
            _ => who.postcode.as_str(),
        });
    }
    drop(reader);
    records
}

/// Why two are one, in plain English and without any value.
fn why(because: &Example) -> String {
    let mut parts: Vec<&(String, String, f32)> = because.parts.iter().collect();
    parts.sort_by(|a, b| b.2.total_cmp(&a.2));
    let parts: Vec<String> =
        parts.iter().map(|(field, level, _)| format!("{} {level}", field.replace('_', " "))).collect();
    // A probability is never written as certain.
    let probability = because.edge.probability().min(0.9999);
    format!("By probability ({probability:.4}): {}.", parts.join("; "))
}

/// The pairs that somebody should look at, as the store keeps them.
pub(crate) fn cases(
    found: &[Example],
    said: &[Said],
    decided: &[Decided],
    opened_on: NaiveDate,
) -> Vec<Case> {
    let side = |at: u32| {
        let (said, (person, _)) = (said.get(at as usize)?, decided.get(at as usize)?);
        Some(Side {
            source: said.demographics.source.clone(),
            source_person: said.demographics.source_person.clone(),
            person: *person,
            demographics: said.demographics.clone(),
        })
    };
    let part = |(field, level, bits): &(String, String, f32)| Part {
        field: field.clone(),
        level: level.clone(),
        bits: f64::from(*bits),
    };
    let case = |found: &Example| {
        let (one, other) = (side(found.edge.one)?, side(found.edge.other)?);
        (one.person != other.person).then(|| Case {
            one,
            other,
            probability: found.edge.probability(),
            parts: found.parts.iter().map(part).collect(),
            prior: f64::from(found.prior),
            taken_off: f64::from(found.taken_off),
            opened_on,
        })
    };
    found.iter().filter_map(case).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(person: u32, into: u32) -> Join {
        let edge = linkage::Edge { one: 0, other: 1, bits: 20.0, pass: None };
        Join { person, into, because: Example { edge, parts: Vec::new(), prior: -10.0, taken_off: 0.0 } }
    }

    #[test]
    fn new_people_are_numbered_without_gaps() {
        let decided: Vec<Decided> = [1, 7, 8, 9, 10, 8].map(|n| (PersonId(n), None)).to_vec();
        let (a, b) = (join(8, 1), join(10, 9));
        let joins = HashMap::from([(8, &a), (10, &b)]);
        let numbers = numbers(&decided, 7, &joins);
        assert_eq!([7, 8, 9, 10].map(|n| numbers.get(&n).copied()), [Some(7), Some(1), Some(8), Some(8)]);
    }

    #[test]
    fn the_reason_holds_levels_and_no_value() {
        let mut because = join(2, 1).because;
        because.parts =
            vec![("sex".into(), "same".into(), 1.0), ("date_of_birth".into(), "one digit".into(), 4.0)];
        assert_eq!(why(&because), "By probability (0.9999): date of birth one digit; sex same.");
    }
}
