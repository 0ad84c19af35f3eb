//! What is taken out of a record before it leaves this room.

use std::collections::BTreeSet;

use model::record::PersonRecord;
use model::{Feed, Pence};
use policy::Section;

/// Takes the masked sections out. A line that came from a masked setting goes wherever in the record it stands.
pub(crate) fn mask(record: &mut PersonRecord, masks: &BTreeSet<Section>) {
    let masked = |section| masks.contains(&section);
    if masked(Section::Registers) {
        record.registers.clear();
    }
    if masked(Section::Group) {
        record.group = None;
    }
    if masked(Section::Scores) {
        record.scores.clear();
    }
    if masked(Section::Flags) {
        record.flags.clear();
    }
    if masked(Section::Problems) {
        record.problems.clear();
    }
    if masked(Section::Medicines) {
        record.medicines.clear();
    }
    if masked(Section::Allergies) {
        record.allergies = None;
    }
    if masked(Section::Results) {
        record.results.clear();
    }
    if masked(Section::CarePackage) || masked(Section::SocialCare) {
        record.care_package.clear();
    }
    let shown = |source: &str| !source_masked(source, masks);
    record.problems.retain(|line| shown(&line.source));
    record.medicines.retain(|line| shown(&line.source));
    record.results.retain(|line| shown(&line.source));
    if let Some(allergies) = &mut record.allergies {
        allergies.retain(|line| shown(&line.source));
    }
    record.timeline.retain(|line| !masked(Section::of_setting(line.kind.setting())) && shown(&line.source));
    record.sources.retain(|line| !feed_masked(line.feed, masks));
    if masked(Section::Costs) {
        record.timeline.iter_mut().for_each(|line| line.cost = Pence::default());
    }
}

pub(crate) fn source_masked(source: &str, masks: &BTreeSet<Section>) -> bool {
    let feed = source.split(':').next().and_then(|feed| feed.parse().ok());
    // A source that is not of a known feed is withheld as soon as any service is.
    feed.map_or_else(|| any_service(masks), |feed| feed_masked(feed, masks))
}

fn feed_masked(feed: Feed, masks: &BTreeSet<Section>) -> bool {
    let section = match feed {
        Feed::Gp => Section::Gp,
        Feed::SusApc => Section::Inpatient,
        Feed::SusAe => Section::Emergency,
        Feed::SusOp => Section::Outpatient,
        Feed::Csds => Section::Community,
        Feed::Mhsds => Section::MentalHealth,
        Feed::Cld => Section::SocialCare,
        // A FHIR export holds every setting at once.
        Feed::Fhir => return any_service(masks),
    };
    masks.contains(&section)
}

fn any_service(masks: &BTreeSet<Section>) -> bool {
    model::Setting::ALL.into_iter().any(|setting| masks.contains(&Section::of_setting(setting)))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use model::record::{Banner, Medicine, Problem, ScoreEntry, TimelineEntry};
    use model::{CodeScheme, EventKind, PersonId, Sex};

    use super::*;

    fn record() -> PersonRecord {
        let day = NaiveDate::from_ymd_opt(2026, 10, 31).unwrap();
        let problem = |source: &str| Problem {
            scheme: CodeScheme::Snomed,
            code: "1".into(),
            term: "t".into(),
            first: day,
            last: day,
            source: source.into(),
        };
        let entry = |kind, source: &str| TimelineEntry {
            kind,
            start: day,
            end: None,
            summary: String::new(),
            provider: String::new(),
            source: source.into(),
            cost: Pence(100),
        };
        PersonRecord {
            banner: Banner {
                person: PersonId(1),
                family_name: "A".into(),
                given_name: "B".into(),
                nhs_number: None,
                birth_date: None,
                death_date: None,
                sex: Sex::Unknown,
                address: String::new(),
                postcode: String::new(),
                practice: String::new(),
            },
            data_as_at: day,
            registers: vec![],
            group: None,
            scores: vec![ScoreEntry {
                score: "s".into(),
                title: "S".into(),
                value: "1".into(),
                band: "b".into(),
                reason: "r".into(),
            }],
            flags: vec![],
            problems: vec![problem("gp:E84002"), problem("mhsds:RV3"), problem("fhir:X"), problem("?")],
            medicines: vec![Medicine {
                code: "1".into(),
                term: "t".into(),
                last_issued: day,
                issues_12m: 1,
                source: "gp:E84002".into(),
            }],
            allergies: None,
            results: vec![],
            care_package: vec![],
            timeline: vec![
                entry(EventKind::GpAppointment, "gp:E84002"),
                entry(EventKind::MentalHealthContact, "mhsds:RV3"),
                entry(EventKind::Episode, "sus_apc:RYJ"),
            ],
            sources: vec![],
        }
    }

    #[test]
    fn a_masked_setting_goes_wherever_it_stands() {
        let mut shown = record();
        mask(&mut shown, &[Section::MentalHealth].into());
        assert_eq!(shown.problems.len(), 1);
        assert_eq!(shown.timeline.len(), 2);
        assert_eq!(shown.medicines.len(), 1);
    }

    #[test]
    fn no_mask_takes_nothing_and_costs_become_nought() {
        let mut shown = record();
        mask(&mut shown, &BTreeSet::new());
        assert_eq!(shown, record());
        mask(&mut shown, &[Section::Costs, Section::Scores].into());
        assert!(shown.scores.is_empty());
        assert!(shown.timeline.iter().all(|line| line.cost == Pence(0)));
    }
}
