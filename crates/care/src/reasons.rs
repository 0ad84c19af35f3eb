//! Why a person is on a case-finding list: the facts of their own record that meet the list's rule.
//!
//! Facts are taken from the record as this viewer may see it: what is withheld or left out is not among them.

use chrono::{Days, Months, NaiveDate};
use model::record::{PersonRecord, Problem, ScoreEntry};
use model::{CodeScheme, EventKind};

/// What of a record a list's rule looks at, as its definition says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// Which part of the record.
    pub of: Part,
    /// Of the timeline: kinds of events; none means any.
    pub kinds: Vec<EventKind>,
    /// Of the timeline: the line holds one of these words; none means any line.
    pub words: Vec<String>,
    /// In so many months up to the day of the data.
    pub months: u32,
    /// And so many days. Nought months and days: however long ago.
    pub days: u32,
    /// Of scores: which.
    pub score: String,
    /// Only the latest of them.
    pub latest: bool,
}

/// A part of the record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// Contacts, stays and services.
    #[default]
    Timeline,
    /// Problems whose code is in one of the definition's code lists.
    Problems,
    /// Medicines issued at least twice in the last twelve months.
    Medicines,
    /// Long-term-condition registers.
    Registers,
    /// A score.
    Scores,
}

impl Part {
    /// The part of this name, as definitions have it.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "timeline" => Self::Timeline,
            "problems" => Self::Problems,
            "medicines" => Self::Medicines,
            "registers" => Self::Registers,
            "scores" => Self::Scores,
            _ => return None,
        })
    }
}

/// Issues in twelve months from which a medicine is a regular one.
const REGULAR: u32 = 2;

/// A fact that met a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// When; none when it has no day.
    pub day: Option<NaiveDate>,
    /// In words.
    pub what: String,
    /// The source, such as `sus_apc:R1K`; blank when it was worked out from several.
    pub source: String,
}

/// The facts of a record that a rule looks at, newest first. `listed` says whether a code is in one of its code lists.
pub fn facts(
    record: &PersonRecord,
    evidence: &[Evidence],
    listed: &dyn Fn(CodeScheme, &str) -> bool,
) -> Vec<Fact> {
    let mut all: Vec<Fact> = evidence.iter().flat_map(|one| of(record, one, listed)).collect();
    all.sort_by(|a, b| (b.day, &a.what).cmp(&(a.day, &b.what)));
    all.dedup();
    all
}

fn of(record: &PersonRecord, evidence: &Evidence, listed: &dyn Fn(CodeScheme, &str) -> bool) -> Vec<Fact> {
    let since = since(record.data_as_at, evidence);
    let mut found: Vec<Fact> = match evidence.of {
        Part::Timeline => timeline(record, evidence),
        Part::Problems => record.problems.iter().filter(|p| listed(p.scheme, &p.code)).map(problem).collect(),
        Part::Medicines => record
            .medicines
            .iter()
            .filter(|m| m.issues_12m >= REGULAR)
            .map(|m| Fact {
                day: Some(m.last_issued),
                what: format!("{}, issued {} times in 12 months", m.term, m.issues_12m),
                source: m.source.clone(),
            })
            .collect(),
        Part::Registers => record
            .registers
            .iter()
            .map(|r| Fact {
                day: r.since,
                what: format!("On the register: {}", r.title),
                source: String::new(),
            })
            .collect(),
        Part::Scores => record
            .scores
            .iter()
            .filter(|score| score.score == evidence.score)
            .map(|score| Fact { day: None, what: in_words(score), source: String::new() })
            .collect(),
    };
    found.retain(|fact| fact.day.is_none_or(|day| day > since && day <= record.data_as_at));
    if evidence.latest {
        found.sort_by_key(|fact| std::cmp::Reverse(fact.day));
        found.truncate(1);
    }
    found
}

/// The day after which facts count.
fn since(as_at: NaiveDate, evidence: &Evidence) -> NaiveDate {
    if evidence.months == 0 && evidence.days == 0 {
        return NaiveDate::MIN;
    }
    as_at
        .checked_sub_months(Months::new(evidence.months))
        .and_then(|day| day.checked_sub_days(Days::new(evidence.days.into())))
        .unwrap_or(NaiveDate::MIN)
}

fn timeline(record: &PersonRecord, evidence: &Evidence) -> Vec<Fact> {
    let fits = |kind: EventKind, summary: &str| {
        (evidence.kinds.is_empty() || evidence.kinds.contains(&kind))
            && (evidence.words.is_empty()
                || evidence.words.iter().any(|word| summary.contains(word.as_str())))
    };
    let lines = record.timeline.iter().filter(|line| fits(line.kind, &line.summary));
    lines
        .map(|line| {
            let ended = line.end.filter(|end| *end != line.start && line.kind == EventKind::Episode);
            let until = ended.map_or_else(String::new, |end| format!(", until {}", end.format("%-d %B %Y")));
            Fact {
                day: Some(line.start),
                what: format!("{}: {}{until}", line.kind.label(), line.summary),
                source: line.source.clone(),
            }
        })
        .collect()
}

/// A score with its band and what it is made of, where they are said.
fn in_words(score: &ScoreEntry) -> String {
    let band = if score.band.is_empty() { String::new() } else { format!(" ({})", score.band) };
    let reason = if score.reason.is_empty() { String::new() } else { format!(". {}", score.reason) };
    format!("{} {}{band}{reason}", score.title, score.value)
}

fn problem(problem: &Problem) -> Fact {
    Fact { day: Some(problem.last), what: problem.term.clone(), source: problem.source.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::record::{Banner, TimelineEntry};
    use model::{Pence, PersonId, Sex};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn stay(start: &str, summary: &str) -> TimelineEntry {
        TimelineEntry {
            kind: EventKind::Episode,
            start: day(start),
            end: Some(day(start) + Days::new(3)),
            summary: summary.to_owned(),
            provider: "R1K".to_owned(),
            source: "sus_apc:R1K".to_owned(),
            cost: Pence::default(),
        }
    }

    fn record() -> PersonRecord {
        let fall = |code: &str, last: &str| Problem {
            scheme: CodeScheme::Snomed,
            code: code.to_owned(),
            term: format!("Problem {code}"),
            first: day("2019-01-01"),
            last: day(last),
            source: "gp:E84002".to_owned(),
        };
        PersonRecord {
            banner: Banner {
                person: PersonId(1),
                family_name: String::new(),
                given_name: String::new(),
                nhs_number: None,
                birth_date: None,
                death_date: None,
                sex: Sex::Female,
                address: String::new(),
                postcode: String::new(),
                practice: String::new(),
            },
            data_as_at: day("2026-11-19"),
            registers: Vec::new(),
            group: None,
            scores: vec![ScoreEntry {
                score: "hfrs".to_owned(),
                title: "Hospital Frailty Risk Score".to_owned(),
                value: "17.4".to_owned(),
                band: "high".to_owned(),
                ..ScoreEntry::default()
            }],
            flags: Vec::new(),
            problems: vec![fall("1", "2026-10-02"), fall("2", "2026-10-03"), fall("1", "2024-10-02")],
            medicines: Vec::new(),
            allergies: None,
            results: Vec::new(),
            care_package: Vec::new(),
            timeline: vec![
                stay("2026-10-02", "Emergency admission, 3 nights: Fall"),
                stay("2026-09-02", "Planned admission, 3 nights: Hip replacement"),
                stay("2025-11-19", "Emergency admission, 3 nights: Pneumonia"),
            ],
            sources: Vec::new(),
        }
    }

    #[test]
    fn facts_are_those_that_the_rule_looks_at_in_its_time() {
        let emergency = Evidence {
            kinds: vec![EventKind::Episode],
            words: vec!["Emergency admission".to_owned()],
            months: 12,
            ..Evidence::default()
        };
        let score = Evidence { of: Part::Scores, score: "hfrs".to_owned(), ..Evidence::default() };
        let fell = Evidence { of: Part::Problems, months: 12, ..Evidence::default() };
        let found = facts(&record(), &[emergency, score, fell], &|_, code| code == "1");
        let said: Vec<(Option<NaiveDate>, &str)> = found.iter().map(|f| (f.day, f.what.as_str())).collect();
        assert_eq!(
            said,
            [
                (
                    Some(day("2026-10-02")),
                    "Hospital stay: Emergency admission, 3 nights: Fall, until 5 October 2026"
                ),
                (Some(day("2026-10-02")), "Problem 1"),
                (None, "Hospital Frailty Risk Score 17.4 (high)"),
            ]
        );
        assert_eq!(found[1].source, "gp:E84002");
        let latest = Evidence { latest: true, ..Evidence::default() };
        assert_eq!(facts(&record(), &[latest], &|_, _| false).len(), 1);
    }
}
