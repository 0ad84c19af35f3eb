//! Who has signed for what, who is missing, and what one signature would add.

use governance::coverage::{Covered, Line, Matrix, PURPOSES, Signed};
use maud::{Markup, html};
use store::sources::Held;

use super::agreements::{coverage_table, purpose_title};
use crate::components::nhs::{Cell, Crumb, Head, InsetText, Table, Tag, TagColour};
use crate::components::ours::{FilterGroup, FilterLink, filters};
use crate::names::Names;
use crate::page::{Page, crumb};
use crate::words;

/// The matrix of one borough or of all, whole or only what is missing.
pub(crate) struct CoveragePage {
    pub(crate) matrix: Matrix,
    /// ONS code; blank for the whole area.
    pub(crate) borough: String,
    pub(crate) missing: bool,
    pub(crate) boroughs: Vec<(String, String)>,
    pub(crate) names: Names,
}

impl Page for CoveragePage {
    fn title(&self) -> String {
        "Who has signed for what".to_owned()
    }

    fn place(&self) -> &'static str {
        "/agreements"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Agreements and coverage", "/agreements")]
    }

    fn body(&self) -> Markup {
        html! {
            (self.filters())
            @let here = if self.borough.is_empty() { "the area" } else { self.names.of(&self.borough) };
            (coverage_table(&self.matrix.covered(), &format!("Coverage of {here}")))
            @if self.lines().next().is_none() { p { "Nobody is missing." } } @else { (self.table(here)) }
        }
    }
}

/// How one stands, as a tag.
fn tag(signed: Signed) -> Tag {
    let colour = match signed {
        Signed::InForce => TagColour::Green,
        Signed::NotBegun | Signed::WaitsForRecipient => TagColour::Blue,
        Signed::Waits | Signed::Suspended => TagColour::Orange,
        Signed::Withdrawn => TagColour::Red,
        Signed::Ended | Signed::NotAsked => TagColour::Grey,
    };
    Tag::of(colour, signed.label())
}

impl CoveragePage {
    fn lines(&self) -> impl Iterator<Item = &Line> {
        self.matrix
            .lines
            .iter()
            .filter(|line| !self.missing || line.signed.iter().any(|signed| *signed != Signed::InForce))
    }

    fn address(borough: &str, missing: bool) -> String {
        let missing = if missing { "&missing=yes" } else { "" };
        format!("/agreements/coverage?borough={borough}{missing}")
    }

    fn filters(&self) -> Markup {
        let link = |words: &str, borough: &str, missing: bool| FilterLink {
            words: words.to_owned(),
            href: Self::address(borough, missing),
            chosen: borough == self.borough && missing == self.missing,
        };
        let mut boroughs = vec![link("All", "", self.missing)];
        boroughs.extend(self.boroughs.iter().map(|(code, name)| link(name, code, self.missing)));
        let groups = [
            FilterGroup { name: "Borough", links: boroughs },
            FilterGroup {
                name: "Show",
                links: vec![
                    link("Everybody", &self.borough, false),
                    link("Only who is missing", &self.borough, true),
                ],
            },
        ];
        filters("Narrow the list", &groups)
    }

    fn table(&self, here: &str) -> Table {
        let rows = self
            .lines()
            .map(|line| {
                let name = html! {
                    a class="nhsuk-link" href={ "/agreements/coverage/" (line.code) } { (self.names.of(&line.code)) }
                    br; span class="app-code" { (line.code) }
                };
                let mut row = vec![Cell::from(name)];
                row.extend(line.signed.map(|signed| Cell::from(html! { (tag(signed)) })));
                row
            })
            .collect();
        let caption = if self.missing {
            format!("Who is missing in {here}")
        } else {
            format!("Practices and providers of {here}")
        };
        let mut head = vec![Head::from("Organisation")];
        head.extend(PURPOSES.map(|purpose| {
            Head::from(if purpose == model::Purpose::DirectCare { "Direct care" } else { "Planning" })
        }));
        Table {
            caption: caption.into(),
            head,
            rows,
            first_cell_is_header: true,
            scroll: true,
            ..Table::default()
        }
    }
}

/// One organisation: how it stands and what its signature would add.
pub(crate) struct OrganisationCoveragePage {
    pub(crate) line: Line,
    /// How the area stands now, of the organisation's own kind.
    pub(crate) covered: Vec<Covered>,
    pub(crate) held: Vec<Held>,
    /// People registered at the practice, and at all practices; `None` for another provider. Source: area/practices.csv.
    pub(crate) registered: Option<(f64, f64)>,
    pub(crate) names: Names,
}

impl Page for OrganisationCoveragePage {
    fn title(&self) -> String {
        self.names.of(&self.line.code).to_owned()
    }

    fn place(&self) -> &'static str {
        "/agreements"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![
            crumb("Agreements and coverage", "/agreements"),
            crumb("Who has signed for what", "/agreements/coverage"),
        ]
    }

    fn body(&self) -> Markup {
        html! {
            (self.table())
            (self.adds())
            (self.holds())
        }
    }
}

impl OrganisationCoveragePage {
    fn table(&self) -> Table {
        let rows = PURPOSES
            .into_iter()
            .zip(self.line.signed)
            .map(|(purpose, signed)| {
                let now =
                    self.covered.iter().find(|c| c.purpose == purpose && c.practices == self.line.practice);
                let with = now.map_or_else(String::new, |now| {
                    let more = usize::from(signed != Signed::InForce);
                    format!("{} of {}", now.signed + more, now.of)
                });
                let sentence = now.map_or_else(String::new, |now| format!("{} of {}", now.signed, now.of));
                vec![
                    Cell::from(purpose_title(purpose)),
                    html! { (tag(signed)) }.into(),
                    sentence.into(),
                    with.into(),
                ]
            })
            .collect();
        Table {
            caption: "What its signature would change".into(),
            head: ["Purpose", "Now", "Coverage now", "Coverage with it"].map(Head::from).into(),
            rows,
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    /// What would be seen that is not now.
    fn adds(&self) -> Markup {
        if self.line.signed.iter().all(|signed| *signed == Signed::InForce) {
            return html! { p { "Both are in force: nothing is missing." } };
        }
        html! {
            @if let Some((here, all)) = self.registered {
                p { (words::count(whole(here))) " people are registered there, " (words::percent(whole(here), whole(all))) " of the people registered in the area." }
            }
            (InsetText { content: html! { p { "A signature for direct care shows and links its data after the next nightly run, with nothing to send again. One for planning counts them in figures after the same run." } }.into(), ..InsetText::default() })
        }
    }

    fn holds(&self) -> Markup {
        if self.held.is_empty() {
            return html! { p { "No file of it has arrived." } };
        }
        let n = |n: u64| words::count(i64::try_from(n).unwrap_or(i64::MAX));
        let numeric =
            |text: String| Cell { content: text.into(), format: "numeric".to_owned(), ..Cell::default() };
        let rows = self
            .held
            .iter()
            .map(|held| {
                let used = match &held.published {
                    None => "Kept aside: not shown, not counted".to_owned(),
                    Some(used) if used.planning => format!("{} people, shown and counted", n(used.people)),
                    Some(used) => format!("{} people, shown, not counted", n(used.people)),
                };
                vec![
                    Cell::from(held.feed.label()),
                    numeric(n(held.files)),
                    numeric(n(held.rows)),
                    words::moment(held.latest).into(),
                    used.into(),
                ]
            })
            .collect();
        let table = Table {
            caption: "What has arrived of it".into(),
            head: vec![
                "Data".into(),
                Head::numeric("Files"),
                Head::numeric("Rows in them"),
                "Latest".into(),
                "In the latest run".into(),
            ],
            rows,
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        };
        html! { (table) p class="nhsuk-body-s" { "A file may hold rows of other organisations too." } }
    }
}

/// People, rounded to whole ones.
#[expect(clippy::cast_possible_truncation, reason = "populations are far below 2^53")]
fn whole(people: f64) -> i64 {
    people.round() as i64
}
