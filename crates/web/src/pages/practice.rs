//! A practice's profile, and the list from which one is chosen.

use insight::places::Place;
use insight::practice::{PracticeIndicator, PracticeProfile, Split};
use maud::{Markup, html};

use super::groups::{SMALL_NUMBERS, borough_filter};
use super::indicator_places::against_tag;
use super::outcomes::direction;
use crate::charts::{Largest, Spine, bar};
use crate::components::nhs::{Cell, Crumb, Details, Head, InsetText, Row, SummaryList, Table};
use crate::csv::{self, Csv, Field};
use crate::names::Names;
use crate::page::{Page, crumb};

/// The practices whose profile may be seen.
pub(crate) struct PracticesPage {
    pub(crate) boroughs: Vec<(String, String)>,
    /// Code; blank for all.
    pub(crate) borough: String,
    pub(crate) practices: Vec<Place>,
    pub(crate) names: Names,
}

impl Page for PracticesPage {
    fn title(&self) -> String {
        "Practice profiles".to_owned()
    }

    fn place(&self) -> &'static str {
        "/population/practices"
    }

    fn body(&self) -> Markup {
        let shown: Vec<&Place> = self
            .practices
            .iter()
            .filter(|place| self.borough.is_empty() || place.borough == self.borough)
            .collect();
        html! {
            @if self.practices.len() > 1 { (borough_filter("/population/practices", &self.boroughs, &self.borough)) }
            p class="nhsuk-lede-text" { "Choose a practice to see its people, and its indicators beside the area and practices like it." }
            @if shown.is_empty() { p { "There is no practice whose profile you may see." } }
            @else { (self.table(&shown)) }
        }
    }
}

impl PracticesPage {
    fn table(&self, shown: &[&Place]) -> Table {
        let rows = shown.iter().map(|place| {
            vec![
                Cell::link(place.name.as_str(), format!("/population/practices/{}", place.area)),
                place.area.as_str().into(),
                or_none(&place.neighbourhood).into(),
                self.names.of(&place.borough).into(),
            ]
        });
        Table {
            caption: "Practices by name".into(),
            head: vec!["Practice".into(), "Code".into(), "Neighbourhood".into(), "Borough".into()],
            rows: rows.collect(),
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }
}

fn or_none(name: &str) -> &str {
    if name.is_empty() { "None" } else { name }
}

/// One practice.
pub(crate) struct PracticePage {
    pub(crate) profile: PracticeProfile,
}

impl Page for PracticePage {
    fn title(&self) -> String {
        format!("Practice profile: {}", self.profile.place.name)
    }

    fn place(&self) -> &'static str {
        "/population/practices"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Practice profiles", "/population/practices")]
    }

    fn body(&self) -> Markup {
        let profile = &self.profile;
        html! {
            p class="nhsuk-lede-text" { (self.sentence()) }
            (self.facts())
            @if profile.covered {
                h2 class="nhsuk-heading-m" { "Its people" }
                @for split in &profile.population { (people(split)) }
                h2 class="nhsuk-heading-m" { "Its indicators" }
                p {
                    "The latest 12 months. The mark is the practice: a triangle is better than the area, a square worse, a circle similar, a diamond higher or lower where neither is better. "
                    "The middle line is the whole area, the light band all practices, the dark band the middle half of them. To the right is better."
                }
                (self.indicators())
                p { a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/population/practices/" (profile.place.area) "/indicators.csv" } { "Download the indicators (CSV)" } }
                (self.alike())
            }
            (InsetText {
                content: html! { p { (profile.coverage.sentence()) } p { (SMALL_NUMBERS) } }.into(),
                ..InsetText::default()
            })
        }
    }
}

impl PracticePage {
    fn sentence(&self) -> String {
        let profile = &self.profile;
        let name = &profile.place.name;
        if !profile.covered {
            return format!(
                "{name} has no agreement in force that lets its data be used for planning, so that nothing of it is counted."
            );
        }
        let word = |word: &str| {
            let is = |line: &&PracticeIndicator| line.against.words(line.indicator.direction) == word;
            profile.indicators.iter().filter(is).count()
        };
        format!(
            "{name}, {}: of {} indicators {} are better than the area, {} worse and {} similar.",
            profile.borough,
            profile.indicators.len(),
            word("Better"),
            word("Worse"),
            word("Similar")
        )
    }

    fn facts(&self) -> SummaryList {
        let profile = &self.profile;
        let covered = if profile.covered { "Signed for planning" } else { "Not signed for planning" };
        let rows = vec![
            Row::new("Code", profile.place.area.as_str()),
            Row::new("Neighbourhood", or_none(&profile.place.neighbourhood)),
            Row::new("Borough", profile.borough.as_str()),
            Row::new("Pilot practice", if profile.place.pilot { "Yes" } else { "No" }),
            Row::new("List size, national publication", profile.list_size.to_string()),
            Row::new("Registered people in these data", profile.people.to_string()),
            Row::new("Agreement", covered),
        ];
        SummaryList { rows, ..SummaryList::default() }
    }

    fn indicators(&self) -> Table {
        let rows = self.profile.indicators.iter().map(|line| {
            let i = &line.indicator;
            let spine = Spine {
                spread: line.spread,
                own: line.own.value,
                area: line.area.value,
                against: line.against,
                direction: i.direction,
            };
            vec![
                html! { (i.title) br; span class="app-quiet" { (i.unit) ". " (direction(i.direction)) "." } }
                    .into(),
                line.own.value.to_string().into(),
                html! { (against_tag(line.against.words(i.direction))) }.into(),
                spine.draw().into(),
                short(line.area.value).into(),
                short(line.borough.value).into(),
                short(line.neighbourhood.value).into(),
                short(line.alike.value).into(),
            ]
        });
        Table {
            caption: "Indicators beside the area and practices like it".into(),
            head: vec![
                "Indicator".into(),
                Head::numeric("Practice (95% limits)"),
                "Against the area".into(),
                "Among practices".into(),
                Head::numeric("Area"),
                Head::numeric("Borough"),
                Head::numeric("Neighbourhood"),
                Head::numeric("Practices like it"),
            ],
            rows: rows.collect(),
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }

    fn alike(&self) -> Details {
        Details {
            summary: "Which practices are like it".into(),
            content: html! {
                p { "Nearest in mean deprivation fifth and in the share of people of 65 and over, each in standard deviations over practices. Their values are added up; those that are not shown are left out." }
                ul { @for place in &self.profile.alike { li { (place.name) } } }
            }
            .into(),
            ..Details::default()
        }
    }
}

/// The value without its limits.
fn short(value: methods::Published<methods::Estimate>) -> String {
    value.map(|e| e.value).to_string()
}

fn people(split: &Split) -> Table {
    let largest = Largest::of(split.rows.iter().flat_map(|row| [row.share, row.area_share]));
    let share = |value: methods::Published<f64>| {
        let words = if value.value().is_some() { format!("{value}%") } else { value.to_string() };
        Cell::from(html! { span class="app-figure" { (words) } (bar(value, largest)) })
    };
    let rows = split.rows.iter().map(|row| {
        vec![
            Cell::from(row.name.as_str()),
            row.people.to_string().into(),
            share(row.share),
            share(row.area_share),
        ]
    });
    Table {
        caption: format!("People by {}", crate::words::lower(split.title)).into(),
        head: vec![
            split.title.into(),
            Head::numeric("People"),
            Head::numeric("Share of the practice"),
            Head::numeric("Share of the area"),
        ],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        compact: true,
        ..Table::default()
    }
}

/// The indicators of a practice as a file.
pub(crate) fn practice_csv(profile: &PracticeProfile) -> Csv {
    let rows = profile.indicators.iter().flat_map(|line| {
        let i = &line.indicator;
        let of = |whose: &'static str, m, against: &str| {
            let head: Vec<Field> =
                vec![i.name.as_str().into(), i.title.as_str().into(), i.unit.as_str().into(), whose.into()];
            [head, csv::measure(m).to_vec(), vec![against.into()]].concat()
        };
        [
            of("practice", &line.own, line.against.words(i.direction)),
            of("practices like it", &line.alike, ""),
            of("neighbourhood", &line.neighbourhood, ""),
            of("borough", &line.borough, ""),
            of("area", &line.area, ""),
        ]
    });
    Csv {
        name: format!("{}-indicators", profile.place.area),
        head: [vec!["indicator", "title", "unit", "whose"], csv::MEASURE.to_vec(), vec!["against_area"]]
            .concat(),
        rows: rows.collect(),
        coverage: profile.coverage.sentence(),
    }
}
