//! How well records are linked: counts and shares, and what reviewers' verdicts say of the doubtful links.

use chrono::NaiveDate;
use methods::rates::Estimate;
use methods::{Published, Rule};
use policy::{Access, Action, Resource};
use store::Store;
use store::quality::{self, Line, Reviewed};

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
    /// Records joined to one of another source, in the hundred.
    pub linked: Published<Estimate>,
    /// Records that came without an NHS number, in the hundred.
    pub no_number: Published<Estimate>,
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

/// Linkage quality as it may be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct LinkageQuality {
    /// The day of the data; `None` before the first run.
    pub as_at: Option<NaiveDate>,
    /// Groups by what tells them apart, in the order in which they are shown.
    pub tables: Vec<(String, Vec<Shown>)>,
    /// Doubtful links that the machine held to be one person's.
    pub likely: Found,
    /// Doubtful links that it held to be two people's.
    pub unlikely: Found,
    /// Doubtful links that wait.
    pub open: Published<u64>,
}

/// What tells groups apart, in the order of the page.
const ORDER: [&str; 5] = ["Source", "Age", "Sex", "Ethnic category", "Deprivation fifth"];
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
    Ok(shown(
        counts.as_ref().map(|counts| counts.as_at),
        counts.map(|c| c.lines).unwrap_or_default(),
        &reviewed,
    ))
}

fn shown(as_at: Option<NaiveDate>, lines: Vec<Line>, reviewed: &Reviewed) -> LinkageQuality {
    let rule = Rule::default();
    let found = |settled: u64, same: u64| Found {
        settled: rule.count(settled),
        same: rule.proportion(same, settled, 100.0),
    };
    let tables = ORDER
        .into_iter()
        .filter_map(|by| {
            let mut of: Vec<&Line> = lines.iter().filter(|line| line.by == by).collect();
            // Groups in their own order where they have one; the rest by name, as they came.
            of.sort_by_key(|line| GROUPS.iter().position(|group| *group == line.group));
            (!of.is_empty()).then(|| (by.to_owned(), publish(rule, &of)))
        })
        .collect();
    LinkageQuality {
        as_at,
        tables,
        likely: found(reviewed.likely, reviewed.likely_same),
        unlikely: found(reviewed.unlikely, reviewed.unlikely_same),
        open: rule.count(reviewed.open),
    }
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
            let share = |n: u64| {
                // Of people who are not shown nothing else is shown either.
                if people.is_suppressed() || records.is_suppressed() {
                    Published::withheld()
                } else {
                    rule.proportion(n, line.records, 100.0)
                }
            };
            Shown {
                group: line.group.clone(),
                people,
                records,
                linked: share(line.linked),
                no_number: share(line.no_number),
                open_cases: rule.count(line.open_cases),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(by: &str, group: &str, people: u64) -> Line {
        Line {
            by: by.into(),
            group: group.into(),
            people,
            records: people * 2,
            linked: people,
            no_number: people / 2,
            open_cases: 3,
        }
    }

    #[test]
    fn small_groups_are_not_shown_nor_follow_from_the_others() {
        let lines =
            vec![line("Sex", "Female", 4_000), line("Sex", "Indeterminate", 3), line("Sex", "Male", 3_000)];
        let shown = shown(None, lines, &Reviewed::default());
        let (by, groups) = &shown.tables[0];
        assert_eq!(by, "Sex");
        assert!(groups[1].people.is_suppressed() && groups[1].linked.is_suppressed());
        assert_eq!(groups.iter().filter(|group| group.people.is_suppressed()).count(), 2);
        assert!(groups[0].open_cases.is_suppressed());
    }

    #[test]
    fn a_share_has_its_limits_and_none_is_made_up() {
        let reviewed = Reviewed { likely: 100, likely_same: 80, unlikely: 0, unlikely_same: 0, open: 12 };
        let shown = shown(None, Vec::new(), &reviewed);
        let same = shown.likely.same.value().unwrap();
        assert!((same.value - 80.0).abs() < 1e-9 && same.lower < 80.0 && same.upper > 80.0);
        assert_eq!(shown.unlikely.same, Published::no_data());
        assert!(shown.tables.is_empty());
    }

    #[test]
    fn ages_stand_in_their_order() {
        let lines =
            vec![line("Age", "18 to 39", 900), line("Age", "5 to 17", 900), line("Age", "Not known", 900)];
        let shown = shown(None, lines, &Reviewed::default());
        let groups: Vec<&str> = shown.tables[0].1.iter().map(|group| group.group.as_str()).collect();
        assert_eq!(groups, ["5 to 17", "18 to 39", "Not known"]);
    }
}
