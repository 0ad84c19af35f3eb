//! How well records are linked: counts and shares, what was found by linking records again without their NHS number, and
//! what reviewers' verdicts say of the doubtful links.

use chrono::NaiveDate;
use methods::rates::Estimate;
use methods::{Published, Rule};
use policy::{Access, Action, Resource};
use store::Store;
pub use store::quality::EVERYBODY;
use store::quality::{self, Line, Quality, Reviewed};

use crate::GovernanceError;

/// Counts of the records of one group, as they may be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Which group, in words.
    pub group: String,
    /// People.
    pub people: Published<u64>,
    /// Sources' records of them.
    pub records: Published<u64>,
    /// Records that came with a verified NHS number, in the hundred.
    pub with_number: Published<Estimate>,
    /// Records whose person has a record of another source with the same number, in the hundred.
    pub by_number: Published<Estimate>,
    /// Records whose person is known to no other source, in the hundred.
    pub alone: Published<Estimate>,
    /// Of a sample of records linked again without their number, those that were joined to their own, in the hundred.
    pub recall: Published<Estimate>,
    /// Of those that were joined to somebody, those that were joined to their own, in the hundred.
    pub precision: Published<Estimate>,
    /// Doubtful links that wait.
    pub open_cases: Published<u64>,
}

/// What reviewers' verdicts say: of how many settled cases, and which share were one person's.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Settled cases.
    pub settled: Published<u64>,
    /// Those that were one person's, in the hundred, with 95 % limits.
    pub same: Published<Estimate>,
}

/// The group whose records without an NHS number are missed most, and clearly more often than everybody's.
#[derive(Clone, Debug, PartialEq)]
pub struct MissedMost {
    /// What tells groups apart.
    pub by: String,
    /// Which group.
    pub group: String,
    /// Its records that are not found, in the hundred.
    pub missed: Published<Estimate>,
    /// Everybody's.
    pub everybodys: Published<Estimate>,
}

/// Linkage quality as it may be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkageQuality {
    /// The day of the data; `None` before the first run.
    pub as_at: Option<NaiveDate>,
    /// The day of the data on which records were last linked again without their number; `None` before the first time.
    pub tried_as_at: Option<NaiveDate>,
    /// Who is missed most; `None` where no group is missed clearly more often than everybody.
    pub missed_most: Option<MissedMost>,
    /// Groups by what tells them apart, in the order in which they are shown: everybody first.
    pub tables: Vec<(String, Vec<Shown>)>,
    /// Doubtful links that the machine held to be one person's.
    pub likely: Found,
    /// Doubtful links that it held to be two people's.
    pub unlikely: Found,
    /// Doubtful links that wait.
    pub open: Published<u64>,
}

/// What tells groups apart, in the order of the page.
const ORDER: [&str; 6] = [EVERYBODY, "Source", "Age", "Sex", "Ethnic category", "Deprivation fifth"];
const GROUPS: [&str; 8] = [
    "0 to 4",
    "5 to 17",
    "18 to 39",
    "40 to 64",
    "65 to 79",
    "80 and over",
    "Not known",
    "Not stated or not known",
];

/// How well records are linked.
pub async fn read(store: &Store, access: &Access) -> Result<LinkageQuality, GovernanceError> {
    read_as(store, access, "").await
}

/// The same to take away as a file: the audit says so.
pub async fn export(store: &Store, access: &Access) -> Result<LinkageQuality, GovernanceError> {
    read_as(store, access, "csv").await
}

async fn read_as(store: &Store, access: &Access, form: &str) -> Result<LinkageQuality, GovernanceError> {
    let permit = store.request_about(access, Action::ViewLinkageQuality, Resource::Linkage, form).await?;
    let (counts, reviewed) = quality::read(store, &permit).await?;
    Ok(shown(counts.as_ref(), &reviewed))
}

fn shown(counts: Option<&Quality>, reviewed: &Reviewed) -> LinkageQuality {
    let lines = counts.map(|counts| counts.lines.as_slice()).unwrap_or_default();
    let rule = Rule::default();
    let found = |settled: u64, same: u64| Found {
        settled: rule.count(settled),
        same: rule.proportion(same, settled, 100.0),
    };
    let tables: Vec<(String, Vec<Shown>)> = ORDER
        .into_iter()
        .filter_map(|by| {
            let mut of: Vec<&Line> = lines.iter().filter(|line| line.by == by).collect();
            // Groups in their own order where they have one; the rest by name, as they came.
            of.sort_by_key(|line| GROUPS.iter().position(|group| *group == line.group));
            (!of.is_empty()).then(|| (by.to_owned(), publish(rule, &of)))
        })
        .collect();
    LinkageQuality {
        as_at: counts.map(|counts| counts.as_at),
        tried_as_at: counts.and_then(|counts| counts.tried_as_at),
        missed_most: missed_most(&tables),
        tables,
        likely: found(reviewed.likely, reviewed.likely_same),
        unlikely: found(reviewed.unlikely, reviewed.unlikely_same),
        open: rule.count(reviewed.open),
    }
}

/// Of the groups whose limits lie wholly below everybody's, the one with the lowest recall. Only what is shown counts.
fn missed_most(tables: &[(String, Vec<Shown>)]) -> Option<MissedMost> {
    let everybodys = tables.iter().find(|(by, _)| by == EVERYBODY)?.1.first()?.recall;
    let all = everybodys.value()?;
    let groups = tables.iter().flat_map(|(by, groups)| groups.iter().map(move |group| (by, group)));
    let clearly = groups.filter_map(|(by, group)| {
        let recall = group.recall.value().filter(|recall| recall.upper < all.lower)?;
        Some((by, group, recall))
    });
    let (by, group, _) = clearly.min_by(|a, b| a.2.value.total_cmp(&b.2.value))?;
    let missed = |recall: Estimate| Estimate {
        value: 100.0 - recall.value,
        lower: 100.0 - recall.upper,
        upper: 100.0 - recall.lower,
    };
    Some(MissedMost {
        by: by.clone(),
        group: group.group.clone(),
        missed: group.recall.map(missed),
        everybodys: everybodys.map(missed),
    })
}

/// One table's groups. Everybody is in one group of each table, so that a single hidden group would follow from the others:
/// people and records go through disclosure control as a column with its total.
fn publish(rule: Rule, lines: &[&Line]) -> Vec<Shown> {
    let column = |of: fn(&Line) -> u64| {
        let counts: Vec<Vec<u64>> = lines.iter().map(|line| vec![of(line)]).collect();
        rule.table(&counts).cells
    };
    let (people, records) = (column(|line| line.people), column(|line| line.records));
    let cell = |cells: &[Vec<Published<u64>>], at: usize| {
        cells.get(at).and_then(|row| row.first()).copied().unwrap_or_else(Published::no_data)
    };
    lines
        .iter()
        .enumerate()
        .map(|(at, line)| {
            let (people, records) = (cell(&people, at), cell(&records, at));
            // Of people who are not shown nothing else is shown either.
            let hidden = people.is_suppressed() || records.is_suppressed();
            let or_hidden = |share| if hidden { Published::withheld() } else { share };
            let share = |n: u64| or_hidden(rule.proportion(n, line.records, 100.0));
            let tried = line.tried;
            let sampled = |of: u64| or_hidden(rule.of_sample(tried.found, of, 100.0));
            Shown {
                group: line.group.clone(),
                people,
                records,
                with_number: share(line.records.saturating_sub(line.no_number)),
                by_number: share(line.by_number),
                alone: share(line.records.saturating_sub(line.linked)),
                recall: sampled(tried.records),
                precision: sampled(tried.found + tried.wrong),
                open_cases: rule.count(line.open_cases),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use store::quality::Tried;

    use super::*;

    fn of(lines: Vec<Line>) -> Quality {
        Quality { as_at: NaiveDate::default(), lines, tried_as_at: None }
    }

    fn line(by: &str, group: &str, people: u64) -> Line {
        Line {
            by: by.into(),
            group: group.into(),
            people,
            records: people * 2,
            linked: people,
            no_number: people / 2,
            open_cases: 3,
            by_number: people,
            tried: Tried { records: people / 2, found: people / 2, wrong: 0 },
        }
    }

    /// A group of which so many of so many were found again.
    fn tried(by: &str, group: &str, found: u64, records: u64) -> Line {
        Line { tried: Tried { records, found, wrong: 2 }, ..line(by, group, 5_000) }
    }

    #[test]
    fn small_groups_are_not_shown_nor_follow_from_the_others() {
        let lines =
            vec![line("Sex", "Female", 4_000), line("Sex", "Indeterminate", 3), line("Sex", "Male", 3_000)];
        let shown = shown(Some(&of(lines)), &Reviewed::default());
        let (by, groups) = &shown.tables[0];
        assert_eq!(by, "Sex");
        assert!(groups[1].people.is_suppressed() && groups[1].alone.is_suppressed());
        assert_eq!(groups.iter().filter(|group| group.people.is_suppressed()).count(), 2);
        assert!(groups[0].open_cases.is_suppressed());
        assert!(groups[1].recall.is_suppressed() && groups[1].precision.is_suppressed());
    }

    #[test]
    fn who_is_missed_most_is_said_only_when_it_is_clear() {
        let everybody = tried(EVERYBODY, EVERYBODY, 4_900, 5_000);
        let unclear = tried("Age", "0 to 4", 95, 100);
        let clear = tried("Ethnic category", "White", 1_880, 2_000);
        let lowest = tried("Sex", "Male", 450, 500);
        let said = |lines: &[&Line]| {
            let lines = lines.iter().map(|line| (*line).clone()).collect();
            shown(Some(&of(lines)), &Reviewed::default())
                .missed_most
                .map(|most| (most.group, most.missed.value().unwrap().value))
        };
        assert_eq!(said(&[&everybody, &unclear]), None, "its limits overlap with everybody's");
        assert_eq!(said(&[&clear, &lowest]), None, "nobody to compare with");
        let (group, missed) = said(&[&everybody, &unclear, &clear]).unwrap();
        assert_eq!((group.as_str(), missed.round()), ("White", 6.0));
        let (group, missed) = said(&[&everybody, &unclear, &clear, &lowest]).unwrap();
        assert_eq!((group.as_str(), missed.round()), ("Male", 10.0));
        let few = Line { people: 5, ..lowest };
        assert_ne!(said(&[&everybody, &clear, &few]).unwrap().0, "Male", "what is hidden is not said either");
    }

    #[test]
    fn a_few_wrong_links_of_many_are_shown() {
        let shown = shown(Some(&of(vec![tried(EVERYBODY, EVERYBODY, 4_900, 5_000)])), &Reviewed::default());
        let group = &shown.tables[0].1[0];
        assert!((group.recall.value().unwrap().value - 98.0).abs() < 1e-9);
        let precision = group.precision.value().unwrap();
        assert!(precision.value > 99.9 && precision.upper < 100.0 && precision.lower < 99.9);
    }

    #[test]
    fn a_share_has_its_limits_and_none_is_made_up() {
        let reviewed = Reviewed { likely: 100, likely_same: 80, unlikely: 0, unlikely_same: 0, open: 12 };
        let shown = shown(None, &reviewed);
        let same = shown.likely.same.value().unwrap();
        assert!((same.value - 80.0).abs() < 1e-9 && same.lower < 80.0 && same.upper > 80.0);
        assert_eq!(shown.unlikely.same, Published::no_data());
        assert!(shown.tables.is_empty());
    }

    #[test]
    fn ages_stand_in_their_order() {
        let lines =
            vec![line("Age", "18 to 39", 900), line("Age", "5 to 17", 900), line("Age", "Not known", 900)];
        let shown = shown(Some(&of(lines)), &Reviewed::default());
        let groups: Vec<&str> = shown.tables[0].1.iter().map(|group| group.group.as_str()).collect();
        assert_eq!(groups, ["5 to 17", "18 to 39", "Not known"]);
    }
}
