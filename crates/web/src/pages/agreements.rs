//! Data-sharing agreements: what they cover, which there are, and what runs took out when one no longer held.

use chrono::{Days, NaiveDate};
use governance::coverage::{Covered, Matrix};
use maud::{Markup, html};
use model::Purpose;
use model::agreement::{Agreement, Standing};
use store::sources::Removed;

use crate::components::nhs::{Button, Cell, Crumb, Head, Table, Tag, TagColour};
use crate::names::Names;
use crate::page::{Page, crumb};
use crate::words;

/// How long before its last day an agreement is said to end soon: a quarter of a year, in which parties can sign another.
const NOTICE: Days = Days::new(90);

/// Coverage for everyone who reads figures; the agreements too for who governs or signs them.
pub(crate) struct AgreementsPage {
    pub(crate) coverage: Matrix,
    pub(crate) agreements: Option<Vec<Agreement>>,
    /// The user's own organisation, when they sign for it.
    pub(crate) signs_for: Option<String>,
    /// The user may write agreements.
    pub(crate) may_write: bool,
    pub(crate) on: NaiveDate,
}

impl Page for AgreementsPage {
    fn title(&self) -> String {
        if self.agreements.is_some() { "Agreements and coverage".to_owned() } else { "Coverage".to_owned() }
    }

    fn place(&self) -> &'static str {
        "/agreements"
    }

    fn body(&self) -> Markup {
        html! {
            p class="nhsuk-lede-text" { "Data are used for a purpose only while the organisation they come from, and one that receives them, have signed for it. A figure covers those who have." }
            (coverage_table(&self.coverage.covered(), "Coverage of the area"))
            p { a class="nhsuk-link" href="/agreements/coverage" { "See who has signed for what, and who is missing" } }
            @if let Some(agreements) = &self.agreements {
                @if self.may_write { (Button { content: "Write an agreement".into(), href: "/agreements/new".to_owned(), ..Button::default() }) }
                @if agreements.is_empty() { p { "No agreement has been written down." } } @else { (self.table(agreements)) }
                p { a class="nhsuk-link" href="/agreements/removed" { "See what runs took out when an agreement no longer held" } }
            }
        }
    }
}

/// A purpose at the beginning of a line.
pub(crate) fn purpose_title(purpose: Purpose) -> &'static str {
    if purpose == Purpose::DirectCare { "Direct care" } else { "Planning services" }
}

/// How many of each kind have signed for each purpose.
pub(crate) fn coverage_table(covered: &[Covered], caption: &str) -> Table {
    let rows = covered
        .iter()
        .filter(|line| line.of > 0)
        .map(|line| {
            vec![
                Cell::from(if line.practices { "GP practices" } else { "Other providers" }),
                purpose_title(line.purpose).into(),
                format!("{} of {}", line.signed, line.of).into(),
            ]
        })
        .collect();
    Table {
        caption: caption.into(),
        head: vec!["Who".into(), "Purpose".into(), Head::from("Signed and in force")],
        rows,
        first_cell_is_header: true,
        responsive: true,
        ..Table::default()
    }
}

/// How an agreement stands, as a tag.
pub(crate) fn standing(standing: Standing) -> Tag {
    let colour = match standing {
        Standing::InForce => TagColour::Green,
        Standing::Draft | Standing::NotBegun => TagColour::Blue,
        Standing::Suspended => TagColour::Orange,
        Standing::Ended => TagColour::Grey,
    };
    Tag::of(colour, standing.label())
}

impl AgreementsPage {
    fn table(&self, agreements: &[Agreement]) -> Table {
        let rows = agreements.iter().map(|agreement| self.row(agreement)).collect();
        Table {
            caption: "Agreements".into(),
            head: ["Agreement", "Purpose", "From", "To", "Signed", "Status"].map(Head::from).into(),
            rows,
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn row(&self, agreement: &Agreement) -> Vec<Cell> {
        let terms = &agreement.terms;
        let own = self.signs_for.as_deref().filter(|own| !agreement.signed.contains_key(*own));
        let signed = html! {
            (agreement.signed_suppliers().count()) " of " (terms.supplier_codes().len()) " who supply, "
            (agreement.signed_recipients().count()) " of " (terms.recipient_codes().len()) " who receive"
            @if own.is_some() { br; (Tag::of(TagColour::Orange, "Waits for you")) }
        };
        let name = html! {
            a class="nhsuk-link" href={ "/agreements/" (agreement.id) } { (terms.title) }
            br;
            span class="app-code" { (agreement.id) ", version " (agreement.version) }
        };
        let status = html! {
            (standing(agreement.standing(self.on)))
            @for notice in self.notices(agreement) { br; (Tag::of(TagColour::Yellow, notice)) }
        };
        vec![
            name.into(),
            purpose_title(terms.purpose).into(),
            words::short_date(terms.starts).into(),
            terms.ends.map_or_else(|| "No end".to_owned(), words::short_date).into(),
            signed.into(),
            status.into(),
        ]
    }

    /// What somebody must see to soon.
    fn notices(&self, agreement: &Agreement) -> Vec<&'static str> {
        let terms = &agreement.terms;
        let soon = self.on.checked_add_days(NOTICE).unwrap_or(self.on);
        let over = agreement.standing(self.on) == Standing::Ended;
        let ends = terms.ends.is_some_and(|ends| ends <= soon);
        let review = terms.review.is_some_and(|review| review <= self.on);
        [(ends, "Ends soon"), (review, "Review due")]
            .into_iter()
            .filter_map(|(due, words)| (due && !over).then_some(words))
            .collect()
    }
}

/// What runs took out.
pub(crate) struct RemovedPage {
    pub(crate) removed: Vec<Removed>,
    pub(crate) names: Names,
}

impl Page for RemovedPage {
    fn title(&self) -> String {
        "Data taken out".to_owned()
    }

    fn place(&self) -> &'static str {
        "/agreements"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Agreements and coverage", "/agreements")]
    }

    fn body(&self) -> Markup {
        html! {
            p class="nhsuk-lede-text" { "From the moment an agreement no longer holds, its data are neither shown nor counted. The next nightly run takes them out of records, lists and figures, and writes that down here." }
            @if self.removed.is_empty() { p { "No run has taken anything out." } } @else { (self.table()) }
        }
    }
}

impl RemovedPage {
    fn table(&self) -> Table {
        let n = |n: u64| words::count(i64::try_from(n).unwrap_or(i64::MAX));
        let rows = self
            .removed
            .iter()
            .map(|line| {
                vec![
                    Cell::from(self.names.source(&line.source)),
                    purpose_title(line.purpose).into(),
                    Cell { content: n(line.people).into(), format: "numeric".to_owned(), ..Cell::default() },
                    Cell { content: n(line.events).into(), format: "numeric".to_owned(), ..Cell::default() },
                    words::moment(line.at).into(),
                ]
            })
            .collect();
        Table {
            caption: "What runs took out, latest first".into(),
            head: vec![
                "Data of".into(),
                "No longer used for".into(),
                Head::numeric("People it knew"),
                Head::numeric("Events"),
                "Gone since".into(),
            ],
            rows,
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }
}
