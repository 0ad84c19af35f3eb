//! The sections of a record, each with its source and date, or with why it is not shown.

use care::record::{SharedRecord, Withheld};
use maud::{Markup, html};
use model::Setting;
use model::record::{Medicine, PersonRecord, Problem, ResultSeries, ScoreEntry, TimelineEntry};
use policy::Section;

use crate::charts::sparkline;
use crate::components::nhs::{Caption, Cell, Details, Head, Row, SummaryList, Table};
use crate::components::ours::withheld;
use crate::names::Names;
use crate::words;

/// A record with what must not be shown of it.
pub(crate) struct Sections<'a> {
    pub(crate) record: &'a PersonRecord,
    pub(crate) withheld: &'a [Withheld],
    /// The latest contact of each setting, latest first.
    pub(crate) last_contacts: &'a [TimelineEntry],
    /// What is booked, soonest first.
    pub(crate) next_contacts: &'a [TimelineEntry],
    pub(crate) names: &'a Names,
}

impl<'a> Sections<'a> {
    /// The sections of a record as it was opened.
    pub(crate) fn of(shared: &'a SharedRecord, names: &'a Names) -> Self {
        Self {
            record: &shared.record,
            withheld: &shared.withheld,
            last_contacts: &shared.last_contacts,
            next_contacts: &shared.next_contacts,
            names,
        }
    }
}

impl Sections<'_> {
    /// Why this section is not shown, if it is not.
    pub(crate) fn withheld(&self, section: Section) -> Option<&str> {
        self.withheld.iter().find(|line| line.section == section).map(|line| line.reason.as_str())
    }

    fn section(&self, heading: &str, id: &str, section: Section, inside: impl FnOnce() -> Markup) -> Markup {
        html! {
            section class="app-section" aria-labelledby=(id) {
                h2 class="nhsuk-heading-m" id=(id) { (heading) }
                @match self.withheld(section) {
                    Some(why) => { (withheld(why)) }
                    None => { (inside()) }
                }
            }
        }
    }

    /// Why case finding put the person on a list; nothing when it did not.
    pub(crate) fn flags(&self) -> Vec<&str> {
        if self.withheld(Section::Flags).is_some() {
            return Vec::new();
        }
        self.record.flags.iter().map(|flag| flag.reason.as_str()).collect()
    }

    pub(crate) fn group_and_scores(&self) -> Markup {
        self.section("Population group and scores", "group", Section::Group, || {
            let mut rows = Vec::new();
            if let Some(group) = &self.record.group {
                rows.push(Row::new("Group", format!("{}. {}", group.number, group.name)));
                rows.push(Row::new("Why this group", group.reason.as_str()));
                for before in &group.earlier {
                    let what = format!("{}. {}", before.number, before.name);
                    rows.push(Row::new(format!("Group on {}", words::date(before.as_at)), what));
                }
                for other in &group.others {
                    let what = format!("{}. {}. {}", other.number, other.name, other.reason);
                    rows.push(Row::new(other.pack.as_str(), what));
                }
            }
            if let Some(why) = self.withheld(Section::Scores) {
                rows.push(Row::new("Scores", withheld(why)));
            } else {
                for score in &self.record.scores {
                    rows.push(Row::new(score.title.as_str(), score_words(score)));
                }
            }
            html! {
                @if rows.is_empty() { p { "No group has been worked out." } }
                @else { (SummaryList { rows, ..SummaryList::default() }) }
            }
        })
    }

    pub(crate) fn registers(&self) -> Markup {
        self.section("Long-term conditions", "conditions", Section::Registers, || {
            let rows: Vec<Vec<Cell>> = self
                .record
                .registers
                .iter()
                .map(|entry| {
                    vec![entry.title.as_str().into(), words::date_or(entry.since, "Not known").into()]
                })
                .collect();
            listed(rows, "None recorded.", |rows| Table {
                caption: small("Registers the person is on"),
                head: vec!["Condition".into(), "First recorded".into()],
                rows,
                first_cell_is_header: true,
                compact: true,
                ..Table::default()
            })
        })
    }

    pub(crate) fn problems(&self) -> Markup {
        self.section("Problems", "problems", Section::Problems, || {
            let (recent, older) = self.record.problems.split_at(self.record.problems.len().min(SHOWN_FIRST));
            html! {
                @if recent.is_empty() { p { "No source has recorded a problem." } }
                @else { (self.problem_table(recent, "Problems, newest first")) }
                @if !older.is_empty() {
                    (Details {
                        summary: format!("{} more problems", older.len()).as_str().into(),
                        content: self.problem_table(older, "Older problems").into(),
                        ..Details::default()
                    })
                }
            }
        })
    }

    fn problem_table(&self, problems: &[Problem], caption: &str) -> Markup {
        let rows = problems
            .iter()
            .map(|problem| {
                vec![
                    html! { (problem.term) " " span class="app-code" { (problem.code) } }.into(),
                    words::short_date(problem.first).into(),
                    words::short_date(problem.last).into(),
                    self.names.source(&problem.source).into(),
                ]
            })
            .collect();
        html! {
            (Table {
                caption: small(caption),
                head: vec!["Problem".into(), "First recorded".into(), "Last recorded".into(), "Source".into()],
                rows,
                first_cell_is_header: true,
                responsive: true,
                compact: true,
                ..Table::default()
            })
        }
    }

    pub(crate) fn medicines(&self) -> Markup {
        self.section("Medicines", "medicines", Section::Medicines, || {
            let rows = self.record.medicines.iter().map(|medicine| self.medicine(medicine)).collect();
            listed(rows, "None issued in the last 6 months.", |rows| Table {
                caption: small("Issued in the last 6 months"),
                head: vec![
                    "Medicine".into(),
                    "Last issued".into(),
                    Head::numeric("Issues in 12 months"),
                    "Source".into(),
                ],
                rows,
                first_cell_is_header: true,
                responsive: true,
                compact: true,
                ..Table::default()
            })
        })
    }

    fn medicine(&self, medicine: &Medicine) -> Vec<Cell> {
        vec![
            medicine.term.as_str().into(),
            words::short_date(medicine.last_issued).into(),
            words::count(medicine.issues_12m.into()).into(),
            self.names.source(&medicine.source).into(),
        ]
    }

    pub(crate) fn allergies(&self) -> Markup {
        self.section("Allergies and adverse reactions", "allergies", Section::Allergies, || {
            match &self.record.allergies {
                None => html! { p { strong { "Not known." } " No source says anything about allergies. Ask the person." } },
                Some(known) if known.is_empty() => {
                    html! { p { "A source says that the person has no known allergies." } }
                }
                Some(known) => self.problem_table(known, "Recorded allergies and reactions"),
            }
        })
    }

    pub(crate) fn results(&self) -> Markup {
        self.section("Results", "results", Section::Results, || {
            let rows = self.record.results.iter().filter_map(|series| self.result(series)).collect();
            listed(rows, "None in the last 24 months.", |rows| Table {
                caption: small("Latest results and how they went"),
                head: vec![
                    "Test".into(),
                    Head::numeric("Latest"),
                    "Date".into(),
                    "Trend".into(),
                    "Earlier, latest first".into(),
                    "Source".into(),
                ],
                rows,
                first_cell_is_header: true,
                responsive: true,
                compact: true,
                ..Table::default()
            })
        })
    }

    fn result(&self, series: &ResultSeries) -> Option<Vec<Cell>> {
        let (day, latest) = series.values.last()?;
        let earlier: Vec<String> = series
            .values
            .iter()
            .rev()
            .skip(1)
            .map(|(day, value)| format!("{} ({})", words::value(*value), day.format("%b %Y")))
            .collect();
        let trend = if series.values.len() > 1 {
            sparkline(&series.values)
        } else {
            html! { "-" }
        };
        Some(vec![
            series.term.as_str().into(),
            format!("{} {}", words::value(*latest), series.unit).into(),
            words::short_date(*day).into(),
            trend.into(),
            if earlier.is_empty() { "None".into() } else { earlier.join(", ").into() },
            self.names.source(&series.source).into(),
        ])
    }

    /// The latest contact in each setting, and what is booked.
    pub(crate) fn contacts(&self) -> Markup {
        let mut rows = Vec::new();
        for entry in self.next_contacts {
            rows.push(self.contact("Next", entry));
        }
        for entry in self.last_contacts {
            rows.push(self.contact("Last", entry));
        }
        let masked: Vec<&str> = Setting::ALL
            .into_iter()
            .filter_map(|setting| self.withheld(Section::of_setting(setting)).map(|_| setting.label()))
            .collect();
        html! {
            section class="app-section" aria-labelledby="contacts" {
                h2 class="nhsuk-heading-m" id="contacts" { "Last and next contacts" }
                @if rows.is_empty() { p { "None in the last 36 months." } }
                @else {
                    (Table {
                        caption: small("The latest in each setting, and what is booked"),
                        head: vec!["Last or next".into(), "Setting".into(), "Date".into(), "What".into(), "Where".into()],
                        rows,
                        responsive: true,
                        ..Table::default()
                    })
                }
                @if !masked.is_empty() { p class="app-withheld" { strong { "Not shown: " } (masked.join(", ")) "." } }
            }
        }
    }

    fn contact(&self, which: &str, entry: &TimelineEntry) -> Vec<Cell> {
        vec![
            which.into(),
            entry.kind.setting().label().into(),
            words::short_date(entry.start).into(),
            what(entry).into(),
            self.names.of(&entry.provider).into(),
        ]
    }

    pub(crate) fn care_package(&self) -> Markup {
        self.section("Care package", "care-package", Section::CarePackage, || {
            let rows = self
                .record
                .care_package
                .iter()
                .map(|line| {
                    vec![
                        line.component.as_str().into(),
                        line.service.as_str().into(),
                        words::short_date(line.since).into(),
                        self.names.of(&line.provider).into(),
                    ]
                })
                .collect();
            listed(rows, "No social care service is running.", |rows| Table {
                caption: small("Social care services now running"),
                head: vec!["Service".into(), "Kind".into(), "Since".into(), "Council".into()],
                rows,
                first_cell_is_header: true,
                responsive: true,
                compact: true,
                ..Table::default()
            })
        })
    }

    /// Which sources speak of the person and why each is taken to be the same person.
    pub(crate) fn sources(&self) -> Markup {
        let rows: Vec<Vec<Cell>> = self
            .record
            .sources
            .iter()
            .map(|source| {
                vec![
                    format!("{}, {}", source.feed.label(), self.names.of(&source.organisation)).into(),
                    source.linked_because.as_str().into(),
                    words::count(source.events.into()).into(),
                    source.latest.map_or_else(|| "None".to_owned(), words::short_date).into(),
                ]
            })
            .collect();
        html! {
            section class="app-section" aria-labelledby="sources" {
                h2 class="nhsuk-heading-m" id="sources" { "Where this comes from" }
                (listed(rows, "No source.", |rows| Table {
                    caption: small("Sources and why each is this person"),
                    head: vec![
                        "Source".into(),
                        "Why it is this person".into(),
                        Head::numeric("Events"),
                        "Latest".into(),
                    ],
                    rows,
                    first_cell_is_header: true,
                    responsive: true,
                    ..Table::default()
                }))
            }
        }
    }
}

/// A caption below a section's heading is smaller than it.
/// A score with its band and what it is made of. Of a predicted risk it is said what it is and what it is not.
fn score_words(score: &ScoreEntry) -> Markup {
    html! {
        (score.value)
        @if !score.band.is_empty() { " (" (score.band) ")" }
        @if !score.reason.is_empty() { ". " (score.reason) }
        @if score.value.ends_with('%') {
            p class="app-quiet" {
                "An estimate from records: so many in 100 people with the same facts had the outcome. It does not say why, nor whom care will help, and knows nothing of what is not recorded. Decide with the person; never refuse care for it."
            }
        }
    }
}

fn small(words: &str) -> Caption {
    Caption { size: "s".to_owned(), ..words.into() }
}

/// Problems shown before the rest is folded away.
const SHOWN_FIRST: usize = 12;

fn listed(rows: Vec<Vec<Cell>>, none: &str, table: impl FnOnce(Vec<Vec<Cell>>) -> Table) -> Markup {
    if rows.is_empty() {
        html! { p { (none) } }
    } else {
        html! { (table(rows)) }
    }
}

/// What happened, in words: the kind, then what for or what came of it.
pub(crate) fn what(entry: &TimelineEntry) -> String {
    if entry.summary.is_empty() {
        entry.kind.label().to_owned()
    } else {
        format!("{}: {}", entry.kind.label(), entry.summary)
    }
}
