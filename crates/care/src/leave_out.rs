//! What agreements no longer let be shown is taken out of a record, from the moment they no longer do.

use model::record::PersonRecord;
use policy::{Cover, Section};

use crate::record::Withheld;

const DERIVED: &str =
    "Made in part with data that no agreement covers any more; the next nightly run makes it anew.";
const NONE_LEFT: &str = "What was recorded is of a source whose data no agreement covers any more.";

/// Takes out every line of the sources that are left out, and what was computed with their data. Gives these sources, and the
/// sections of which nothing can be shown.
pub(crate) fn leave_out(record: &mut PersonRecord, cover: &Cover) -> (Vec<String>, Vec<Withheld>) {
    let mut withheld = Vec::new();
    let source = |line: &model::record::SourceLine| format!("{}:{}", line.feed, line.organisation);
    let hidden: Vec<String> = record.sources.iter().map(source).filter(|name| cover.hides(name)).collect();
    if hidden.is_empty() {
        return (hidden, withheld);
    }
    let mut withhold = |section, reason: &str| withheld.push(Withheld { section, reason: reason.to_owned() });
    record.registers.clear();
    record.group = None;
    record.scores.clear();
    record.flags.clear();
    for section in [Section::Registers, Section::Group, Section::Scores, Section::Flags] {
        withhold(section, DERIVED);
    }
    let mut lost = |section, before: usize, after: usize| {
        if after == 0 && before > 0 {
            withhold(section, NONE_LEFT);
        }
    };
    let before = record.problems.len();
    record.problems.retain(|line| !cover.hides(&line.source));
    lost(Section::Problems, before, record.problems.len());
    let before = record.medicines.len();
    record.medicines.retain(|line| !cover.hides(&line.source));
    lost(Section::Medicines, before, record.medicines.len());
    let before = record.results.len();
    record.results.retain(|line| !cover.hides(&line.source));
    lost(Section::Results, before, record.results.len());
    let before = record.care_package.len();
    record.care_package.retain(|line| !cover.hides(&format!("cld:{}", line.provider)));
    lost(Section::CarePackage, before, record.care_package.len());
    // That nothing is known of allergies must not be read as that there are none.
    let allergies = record.allergies.take().unwrap_or_default();
    let shown: Vec<_> = allergies.into_iter().filter(|line| !cover.hides(&line.source)).collect();
    lost(Section::Allergies, 1, shown.len());
    record.allergies = Some(shown).filter(|shown| !shown.is_empty());
    record.timeline.retain(|line| !cover.hides(&line.source));
    record.sources.retain(|line| !cover.hides(&source(line)));
    let banner = &mut record.banner;
    if banner.practice.is_empty() || cover.hides_practice(&banner.practice) {
        // Where they live and are registered is what the practice said; who they are, every source says.
        banner.practice.clear();
        banner.address.clear();
        banner.postcode.clear();
    }
    (hidden, withheld)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use model::record::{Banner, Flag, Problem, SourceLine, TimelineEntry};
    use model::{CodeScheme, EventKind, Feed, Pence, PersonId, Sex};

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
        let entry = |source: &str| TimelineEntry {
            kind: EventKind::Episode,
            start: day,
            end: None,
            summary: String::new(),
            provider: String::new(),
            source: source.into(),
            cost: Pence(1),
        };
        let source = |feed, organisation: &str| SourceLine {
            feed,
            organisation: organisation.into(),
            linked_because: String::new(),
            events: 1,
            latest: None,
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
                address: "1 High Road".into(),
                postcode: "HA9 9ZZ".into(),
                practice: "E84002".into(),
            },
            data_as_at: day,
            registers: vec![],
            group: None,
            scores: vec![],
            flags: vec![Flag { worklist: "w".into(), reason: "r".into() }],
            problems: vec![problem("gp:E84002")],
            medicines: vec![],
            allergies: Some(vec![problem("gp:E84002")]),
            results: vec![],
            care_package: vec![],
            timeline: vec![entry("gp:E84002"), entry("sus_apc:RYJ")],
            sources: vec![source(Feed::Gp, "E84002"), source(Feed::SusApc, "RYJ")],
        }
    }

    fn without(sources: &[&str]) -> Cover {
        Cover::new(sources.iter().map(|s| (*s).to_owned()).collect(), false, 1)
    }

    #[test]
    fn a_source_goes_from_every_section_and_takes_what_was_made_with_it() {
        let mut shown = record();
        let (left_out, withheld) = leave_out(&mut shown, &without(&["gp:E84002"]));
        assert_eq!(left_out, ["gp:E84002"]);
        assert_eq!((shown.timeline.len(), shown.sources.len(), shown.problems.len()), (1, 1, 0));
        assert!(shown.flags.is_empty() && shown.allergies.is_none());
        assert!((shown.banner.address + &shown.banner.practice).is_empty());
        let sections: Vec<Section> = withheld.iter().map(|line| line.section).collect();
        assert!([Section::Flags, Section::Allergies, Section::Problems].iter().all(|s| sections.contains(s)));
        assert!(!sections.contains(&Section::Medicines), "there was nothing before");
    }

    #[test]
    fn what_says_nothing_of_the_person_changes_nothing() {
        let mut shown = record();
        let (left_out, withheld) = leave_out(&mut shown, &without(&["gp:E84999"]));
        assert!(left_out.is_empty() && withheld.is_empty());
        assert_eq!(shown, record());
    }
}
