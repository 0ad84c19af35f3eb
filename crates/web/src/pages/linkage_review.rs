//! Doubtful links: the queue, and one case with its two records side by side.

use maud::{Markup, html};
use model::NhsNumber;
use store::cases::{Case, Side};
use store::reviews::{Event, Line, Opened, Queue, Said, Standing, Verdict};

use super::linkage_evidence::{chance, evidence};
use crate::components::nhs::{
    Button, Cell, Crumb, Head, Input, InsetText, NotificationBanner, Table, Tag, TagColour,
};
use crate::forms::{Errors, error_summary};
use crate::names::Names;
use crate::page::{Page, crumb, post_form};
use crate::paging::{Paging, pagination};
use crate::words;

/// The cases that wait for the user.
pub(crate) struct QueuePage {
    pub(crate) queue: Queue,
    pub(crate) page: u64,
    /// What became of the verdict just given.
    pub(crate) after: Option<After>,
    pub(crate) names: Names,
}

/// Cases on a page.
pub(crate) const CASES: u64 = 25;

/// What became of the verdict just given.
#[derive(Clone, Debug)]
pub(crate) struct After {
    /// The case it was about.
    pub(crate) pair: String,
    pub(crate) outcome: Outcome,
}

/// The same in a word, as it stands in an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Same,
    Different,
    Asked,
    NotTaken,
}

impl Outcome {
    pub(crate) fn of(standing: Option<Standing>) -> Self {
        match standing {
            Some(Standing::Settled(true)) => Self::Same,
            Some(Standing::Settled(false)) => Self::Different,
            Some(Standing::Open(_)) => Self::Asked,
            None => Self::NotTaken,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Asked => "asked",
            Self::NotTaken => "not-taken",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Same, Self::Different, Self::Asked, Self::NotTaken].into_iter().find(|o| o.name() == name)
    }

    fn words(self) -> &'static str {
        match self {
            Self::Same => {
                "Your last answer is kept, and that case is settled: the same person. The next nightly run joins the two records."
            }
            Self::Different => {
                "Your last answer is kept, and that case is settled: different people. The two records stay apart."
            }
            Self::Asked => {
                "Your last answer is kept. Another reviewer is asked about that case before anything changes."
            }
            Self::NotTaken => {
                "Your last answer was not kept: you had answered already, or that case was settled in the meantime."
            }
        }
    }
}

fn banner(after: Option<&After>) -> Markup {
    let Some(after) = after else { return html! {} };
    let content = html! {
        p { (after.outcome.words()) " " a class="nhsuk-notification-banner__link" href={ "/linkage/review/" (after.pair) } { "See that case" } }
    };
    html! {
        (NotificationBanner {
            content: content.into(),
            variant: if after.outcome == Outcome::NotTaken { String::new() } else { "success".to_owned() },
            role: "region".to_owned(),
            ..NotificationBanner::default()
        })
    }
}

impl Page for QueuePage {
    fn title(&self) -> String {
        "Doubtful links".to_owned()
    }

    fn place(&self) -> &'static str {
        "/linkage/review"
    }

    fn before_heading(&self) -> Markup {
        banner(self.after.as_ref())
    }

    fn body(&self) -> Markup {
        let paging = Paging::of_total(self.queue.mine, self.page, CASES);
        html! {
            p class="nhsuk-lede-text" {
                "Each case is two records of which the nightly run could not say whether they are the same person. A wrong answer shows one person another's record, or hides an allergy. If in doubt, say so."
            }
            p { (self.sentence()) }
            @if let Some(first) = self.queue.lines.first() {
                @if self.page == 1 {
                    (Button { content: "Begin with the most doubtful".into(), href: format!("/linkage/review/{}", first.pair), ..Button::default() })
                }
                (self.table(paging))
                (pagination(paging, |page| format!("/linkage/review?page={page}")))
            } @else { p { "Nothing waits for you." } }
        }
    }
}

impl QueuePage {
    fn sentence(&self) -> String {
        let n = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let Queue { open, mine, second, .. } = self.queue;
        let mut sentence = format!(
            "{} open, {} waiting for you",
            words::counted(n(open), "case is", "cases are"),
            words::count(n(mine))
        );
        if second > 0 {
            sentence.push_str(&format!(
                "; in {} of them another reviewer has answered and yours is wanted too",
                words::count(n(second))
            ));
        }
        sentence.push('.');
        if open > mine {
            sentence.push_str(&format!(
                " {} for somebody else, because you have answered.",
                words::counted(n(open - mine), "case waits", "cases wait")
            ));
        }
        sentence
    }

    fn table(&self, paging: Paging) -> Table {
        Table {
            caption: format!("Cases that wait for you, most doubtful first{}", paging.of_pages()).into(),
            head: ["Case", "Records from", "Likely the same person", "Waits since", "Reviewer"]
                .map(Head::from)
                .into(),
            rows: self.queue.lines.iter().map(|line| self.row(line)).collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn row(&self, line: &Line) -> Vec<Cell> {
        let link = html! {
            a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/linkage/review/" (line.pair) } {
                "Compare" span class="nhsuk-u-visually-hidden" { " case " (line.pair.get(..6).unwrap_or("")) }
            }
        };
        let from =
            html! { (self.names.source(&line.one_source)) br; (self.names.source(&line.other_source)) };
        let asked = if line.verdicts == 0 {
            html! { "First" }
        } else {
            html! { (Tag::of(TagColour::Purple, if line.verdicts == 1 { "Second" } else { "Third or later" })) }
        };
        vec![
            link.into(),
            from.into(),
            chance(line.probability).into(),
            words::short_date(line.opened_on).into(),
            asked.into(),
        ]
    }
}

/// One case.
pub(crate) struct CasePage {
    pub(crate) pair: String,
    pub(crate) opened: Opened,
    pub(crate) after: Option<After>,
    pub(crate) note: String,
    pub(crate) errors: Errors,
    pub(crate) names: Names,
    pub(crate) csrf: String,
}

impl Page for CasePage {
    fn title(&self) -> String {
        "Are these two records the same person?".to_owned()
    }

    fn place(&self) -> &'static str {
        "/linkage/review"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Doubtful links", "/linkage/review")]
    }

    fn in_error(&self) -> bool {
        !self.errors.is_empty()
    }

    fn before_heading(&self) -> Markup {
        html! { (banner(self.after.as_ref())) (error_summary(&self.errors)) }
    }

    fn body(&self) -> Markup {
        html! {
            (self.state())
            (self.records())
            @if self.asked() { (post_form(&self.address(), &self.csrf, &self.question())) }
            (evidence(&self.opened.case))
            @if !self.opened.said.is_empty() { (self.said()) }
            @if matches!(self.opened.standing, Standing::Settled(_)) {
                h2 class="nhsuk-heading-m" { "If this is wrong" }
                (post_form(&self.address(), &self.csrf, &self.reopening()))
            }
        }
    }
}

impl CasePage {
    fn address(&self) -> String {
        format!("/linkage/review/{}", self.pair)
    }

    fn asked(&self) -> bool {
        let open = matches!(self.opened.standing, Standing::Open(_));
        open && !self.opened.judged && self.opened.gone_on.is_none()
    }

    fn state(&self) -> Markup {
        let sentence = match (self.opened.standing, self.opened.gone_on) {
            (Standing::Settled(true), _) => "Settled: the same person. The nightly run keeps the two records together.".to_owned(),
            (Standing::Settled(false), _) => "Settled: different people. The nightly run keeps the two records apart.".to_owned(),
            (_, Some(day)) => format!("The nightly run no longer asks about this case since {}: the records have changed.", words::date(day)),
            _ if self.opened.judged => "You have answered. Another reviewer is asked before anything changes.".to_owned(),
            (Standing::Open(0), _) => return html! {},
            _ => "Another reviewer has answered this case already. You see what they said once you have answered yourself.".to_owned(),
        };
        html! { (InsetText { content: sentence.into(), ..InsetText::default() }) }
    }

    fn records(&self) -> Table {
        let Case { one, other, .. } = &self.opened.case;
        let person = |side: &Side| {
            let href = format!("/people/{}/linkage", side.person);
            Cell::from(
                html! { a class="nhsuk-link nhsuk-link--no-visited-state" href=(href) { "Person " (side.person) } },
            )
        };
        let now = if one.person == other.person { "Joined" } else { "Apart" };
        let mut rows: Vec<Vec<Cell>> = vec![
            vec![
                "Held by".into(),
                self.names.source(&one.source).into(),
                self.names.source(&other.source).into(),
                if one.source == other.source { "One service" } else { "Two services" }.into(),
            ],
            vec!["Taken to be now".into(), person(one), person(other), now.into()],
        ];
        let practice = |side: &Side| self.names.of(&side.demographics.practice).to_owned();
        let mut pairs: Vec<(&str, String, String)> =
            facts(one).into_iter().zip(facts(other)).map(|((name, a), (_, b))| (name, a, b)).collect();
        pairs.push(("GP practice", practice(one), practice(other)));
        rows.extend(
            pairs.iter().map(|(name, a, b)| vec![Cell::from(*name), value(a), value(b), compared(a, b)]),
        );
        Table {
            caption: "The two records".into(),
            head: ["Fact", "Record 1", "Record 2", "Compared"].map(Head::from).into(),
            rows,
            first_cell_is_header: true,
            responsive: true,
            classes: "app-records".to_owned(),
            ..Table::default()
        }
    }

    fn question(&self) -> Markup {
        let answer = |verdict: Verdict, words: &str, secondary: bool| Button {
            content: words.into(),
            name: "verdict".to_owned(),
            value: Some(verdict.name().to_owned()),
            variant: if secondary { "secondary".to_owned() } else { String::new() },
            prevent_double_click: Some(true),
            ..Button::default()
        };
        html! {
            h2 class="nhsuk-heading-m" id="answer" { "Your answer" }
            (Input {
                label: "Note for other reviewers (may be left blank)".into(),
                hint: "Leave out names, numbers and addresses.".into(),
                name: "note".to_owned(),
                value: Some(self.note.clone()),
                autocomplete: "off".to_owned(),
                error_message: self.errors.message("note"),
                ..Input::default()
            })
            div class="nhsuk-button-group" {
                (answer(Verdict::Same, "Same person", true))
                (answer(Verdict::Different, "Different people", true))
                (answer(Verdict::Unsure, "Not sure", true))
            }
        }
    }

    fn said(&self) -> Table {
        let row = |said: &Said| {
            vec![
                Cell::from(words::moment(said.at)),
                said.user_name.as_str().into(),
                event(said.event).into(),
                if said.note.is_empty() { "None".into() } else { said.note.as_str().into() },
            ]
        };
        Table {
            caption: "What was said".into(),
            head: ["When", "Who", "What", "Note"].map(Head::from).into(),
            rows: self.opened.said.iter().map(row).collect(),
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn reopening(&self) -> Markup {
        html! {
            p { "A settled case is never changed silently. Open it again with a reason, and reviewers are asked anew." }
            (Input {
                label: "Why should it be opened again?".into(),
                hint: "Leave out names, numbers and addresses.".into(),
                name: "reason".to_owned(),
                autocomplete: "off".to_owned(),
                error_message: self.errors.message("reason"),
                ..Input::default()
            })
            (Button { content: "Open the case again".into(), name: "reopen".to_owned(), value: Some("yes".to_owned()), variant: "secondary".to_owned(), ..Button::default() })
        }
    }
}

const UNKNOWN: &str = "Not given";

/// What a record says of its person, name by name.
fn facts(side: &Side) -> [(&'static str, String); 8] {
    let said = &side.demographics;
    let day = |day| words::date_or(day, "");
    let number =
        NhsNumber::parse(&said.nhs_number).map_or_else(|_| said.nhs_number.clone(), |n| n.to_string());
    [
        ("Family name", said.family_name.trim().to_owned()),
        ("Given name", said.given_name.trim().to_owned()),
        ("Date of birth", day(said.birth_date)),
        ("Date of death", day(said.death_date)),
        ("Sex", if said.sex == model::Sex::Unknown { String::new() } else { said.sex.label().to_owned() }),
        ("NHS number", number),
        ("Address", said.address.trim().to_owned()),
        ("Postcode", said.postcode.trim().to_owned()),
    ]
}

fn value(text: &str) -> Cell {
    if text.is_empty() {
        return html! { span class="app-quiet" { (UNKNOWN) } }.into();
    }
    html! { span class="app-wrap" { (text) } }.into()
}

/// The outcome in a word with a sign, so that no colour is needed to see it.
fn compared(one: &str, other: &str) -> Cell {
    if one.is_empty() || other.is_empty() {
        return if one == other { "Neither says" } else { "One does not say" }.into();
    }
    if one.to_lowercase() == other.to_lowercase() {
        return html! { span aria-hidden="true" { "= " } "The same" }.into();
    }
    html! { strong { span aria-hidden="true" { "\u{2260} " } "Different" } }.into()
}

fn event(event: Event) -> &'static str {
    match event {
        Event::Judged(Verdict::Same) => "Same person",
        Event::Judged(Verdict::Different) => "Different people",
        Event::Judged(Verdict::Unsure) => "Not sure",
        Event::Parted => "Parted: one record is somebody else's",
        Event::Reopened => "Opened again",
    }
}
