//! One agreement: its terms, who has signed, what happened to it, and what the user may do with it.

use chrono::NaiveDate;
use maud::{Markup, html};
use model::activities;
use model::agreement::{Agreement, Change, Party, Standing};
use store::agreements::Version;

use super::agreements::standing;
use crate::components::nhs::{
    Button, Cell, Crumb, Details, Head, Input, Row, SummaryList, Table, Tag, TagColour,
};
use crate::forms::Errors;
use crate::names::Names;
use crate::page::{Page, crumb, post_form};
use crate::words;

/// More names than these are folded away.
const NAMES: usize = 5;

/// Who of a party has not signed.
fn not_signed(missing: &[String]) -> Markup {
    match missing.len() {
        0 => html! { "Nobody" },
        n if n <= NAMES => html! { (missing.join("; ")) },
        n => {
            let list = html! { ul class="nhsuk-list" { @for name in missing { li { (name) } } } };
            let summary = format!("{n} organisations");
            html! { (Details { summary: summary.as_str().into(), content: list.into(), ..Details::default() }) }
        }
    }
}

/// One agreement and its versions, latest first.
pub(crate) struct AgreementPage {
    pub(crate) agreement: Agreement,
    pub(crate) versions: Vec<Version>,
    /// The organisation that the user may sign for, when it is a party.
    pub(crate) signs_for: Option<String>,
    /// The user may change, suspend and end it.
    pub(crate) may_write: bool,
    pub(crate) on: NaiveDate,
    pub(crate) errors: Errors,
    pub(crate) csrf: String,
    pub(crate) names: Names,
}

impl Page for AgreementPage {
    fn title(&self) -> String {
        self.agreement.terms.title.clone()
    }

    fn place(&self) -> &'static str {
        "/agreements"
    }

    fn trail(&self) -> Vec<Crumb> {
        vec![crumb("Agreements and coverage", "/agreements")]
    }

    fn errors(&self) -> Option<&Errors> {
        Some(&self.errors)
    }

    fn body(&self) -> Markup {
        let standing_now = self.agreement.standing(self.on);
        html! {
            p { (standing(standing_now)) " " (self.agreement.id) ", version " (self.agreement.version) ". " (self.effect(standing_now)) }
            @if let Some(own) = &self.signs_for { (self.signing(own, standing_now)) }
            (self.terms())
            @if self.may_write && standing_now != Standing::Ended { (self.managing()) }
            (self.parties("Whose data", &self.agreement.terms.suppliers))
            (self.parties("Who receives", &self.agreement.terms.recipients))
            (self.history())
        }
    }
}

impl AgreementPage {
    /// What it lets be done today, in a sentence.
    fn effect(&self, standing: Standing) -> String {
        let suppliers = self.agreement.signed_suppliers().count();
        match standing {
            Standing::InForce => {
                let n = i64::try_from(suppliers).unwrap_or(i64::MAX);
                let who = words::counted(n, "organisation", "organisations");
                format!("Data of {who} may be used for {}.", self.agreement.terms.purpose.label())
            }
            Standing::NotBegun => {
                format!("It takes effect on {}.", words::date(self.agreement.terms.starts))
            }
            Standing::Draft => "Nothing takes effect before both sides have signed.".to_owned(),
            Standing::Suspended | Standing::Ended => "None of its data are shown or counted.".to_owned(),
        }
    }

    fn terms(&self) -> SummaryList {
        let terms = &self.agreement.terms;
        let feeds: Vec<&str> = terms.feeds.iter().map(|feed| feed.label()).collect();
        let purposes = html! {
            ul class="nhsuk-list" {
                @for activity in activities().iter().filter(|activity| terms.activities.contains(&activity.id)) {
                    li { (activity.id) ". " (activity.title) }
                }
            }
        };
        let basis = activities().iter().find(|activity| terms.activities.contains(&activity.id));
        let end = terms.ends.map_or_else(|| "No end".to_owned(), words::date);
        let review = terms.review.map_or_else(|| "No day set".to_owned(), words::date);
        let mut rows = vec![
            Row::new(
                "Use",
                if terms.purpose == model::Purpose::Planning {
                    "Secondary use: planning services"
                } else {
                    "Direct care"
                },
            ),
            Row::new("Data", feeds.join(", ")),
            Row::new("Purposes", purposes),
            Row::new("Lawful basis", basis.map_or("", |activity| activity.basis())),
            Row::new("From", words::date(terms.starts)),
            Row::new("To", end),
            Row::new("Review", review),
            Row::new("Data protection impact assessment", terms.dpia.as_str()),
        ];
        let held = [("Suspended", &self.agreement.suspended), ("Ended", &self.agreement.ended)];
        rows.extend(held.into_iter().filter_map(|(key, held)| {
            let (at, reason) = held.as_ref()?;
            Some(Row::new(key, format!("{}: {reason}", words::moment(*at))))
        }));
        SummaryList { rows, ..SummaryList::default() }
    }

    /// Signing or withdrawing, for the user's own organisation.
    fn signing(&self, own: &str, standing: Standing) -> Markup {
        let action = format!("/agreements/{}", self.agreement.id);
        if standing == Standing::Ended {
            return html! {};
        }
        if self.agreement.signed.contains_key(own) {
            let inside = html! {
                p { "From the moment you withdraw, data of " (self.names.of(own)) " are neither shown nor counted under this agreement, and it receives nothing under it." }
                (self.reason("withdraw_reason"))
                (Button { content: "Withdraw the signature".into(), name: "do".to_owned(), value: Some("withdraw".to_owned()), variant: "warning".to_owned(), ..Button::default() })
            };
            return html! {
                p { (Tag::of(TagColour::Green, "Signed")) " " (self.names.of(own)) " has signed." }
                (Details { summary: "Withdraw".into(), content: post_form(&action, &self.csrf, &inside).into(), open: self.in_error(), ..Details::default() })
            };
        }
        let inside = html! {
            p { (self.names.of(own)) " has not signed. Read the terms first: your name and the time are kept with the signature." }
            (Button { content: format!("Sign for {}", self.names.of(own)).into(), name: "do".to_owned(), value: Some("sign".to_owned()), ..Button::default() })
        };
        html! { (post_form(&action, &self.csrf, &inside)) }
    }

    fn reason(&self, name: &'static str) -> Input {
        Input {
            label: "Reason, as everybody who sees the agreement reads it".into(),
            id: name.to_owned(),
            name: name.to_owned(),
            autocomplete: "off".to_owned(),
            error_message: self.errors.message(name),
            ..Input::default()
        }
    }

    fn managing(&self) -> Markup {
        let action = format!("/agreements/{}", self.agreement.id);
        let button = |words: &str, value: &str, variant: &str| Button {
            content: words.into(),
            name: "do".to_owned(),
            value: Some(value.to_owned()),
            variant: variant.to_owned(),
            ..Button::default()
        };
        let hold = if self.agreement.suspended.is_some() {
            html! { p { "Its data are neither shown nor counted until it is resumed." } (button("Resume", "resume", "secondary")) }
        } else {
            html! { (self.reason("suspend_reason")) (button("Suspend", "suspend", "secondary")) }
        };
        let end = html! {
            p { "It holds no more, for good. What takes its place is a new agreement." }
            (self.reason("end_reason"))
            (button("End for good", "end", "warning"))
        };
        let inside = html! {
            p { a class="nhsuk-link" href={ "/agreements/" (self.agreement.id) "/edit" } { "Change the terms" } }
            (post_form(&action, &self.csrf, &hold))
            (post_form(&action, &self.csrf, &end))
        };
        html! {
            (Details { summary: "Change, suspend or end".into(), content: inside.into(), open: self.in_error(), ..Details::default() })
        }
    }

    /// One side: each party with how many of it have signed, and who has not.
    fn parties(&self, side: &str, parties: &[Party]) -> Table {
        let rows = parties.iter().map(|party| self.party(party)).collect();
        Table {
            caption: side.into(),
            head: ["Party", "Signed", "Not signed"].map(Head::from).into(),
            rows,
            first_cell_is_header: true,
            responsive: true,
            ..Table::default()
        }
    }

    fn party(&self, party: &Party) -> Vec<Cell> {
        let (signed, missing): (Vec<&String>, Vec<&String>) =
            party.members.iter().partition(|code| self.agreement.signed.contains_key(*code));
        let count = match (signed.as_slice(), party.members.len()) {
            ([code], 1) => {
                let at = self.agreement.signed.get(*code);
                at.map_or_else(|| "Signed".to_owned(), |at| words::moment(*at))
            }
            (_, all) => format!("{} of {all}", signed.len()),
        };
        let name = |code: &str| match self.agreement.withdrawn.get(code) {
            Some(at) => format!("{}, withdrawn {}", self.names.of(code), words::moment(*at)),
            None => self.names.of(code).to_owned(),
        };
        let missing: Vec<String> = missing.into_iter().map(|code| name(code)).collect();
        vec![Cell::from(party.name.as_str()), count.into(), not_signed(&missing).into()]
    }

    fn history(&self) -> Table {
        let rows = self
            .versions
            .iter()
            .map(|version| {
                let who = match version.organisation.as_str() {
                    "" => version.user_name.clone(),
                    code => format!("{}, {}", version.user_name, self.names.of(code)),
                };
                vec![
                    Cell::from(version.version.to_string()),
                    self.said(&version.change).into(),
                    who.into(),
                    words::moment(version.at).into(),
                    version.audit_id.to_string().into(),
                ]
            })
            .collect();
        Table {
            caption: "Versions, latest first".into(),
            head: ["Version", "What was done", "By", "When", "Audit row"].map(Head::from).into(),
            rows,
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        }
    }

    fn said(&self, change: &Change) -> String {
        let label = change.label();
        match change {
            Change::Signed { organisations } if organisations.len() == 1 => {
                let names: Vec<&str> = organisations.iter().map(|code| self.names.of(code)).collect();
                format!("{label}: {}", names.concat())
            }
            Change::Signed { organisations } => format!("{label} by {} organisations", organisations.len()),
            Change::Withdrawn { organisation, reason } => {
                format!("{label}: {}. {reason}", self.names.of(organisation))
            }
            Change::Suspended { reason } | Change::Ended { reason } => format!("{label}: {reason}"),
            Change::Drafted { .. } | Change::Resumed => label.to_owned(),
        }
    }
}
