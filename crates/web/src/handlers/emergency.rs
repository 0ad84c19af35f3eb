//! Opening a record in an emergency, who is told of it, and what waits to be looked into.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use care::CareError;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use model::{NhsNumber, PersonId};
use policy::{Action, GLASS_HOURS, GlassReason, Resource};
use std::collections::BTreeMap;
use store::Page as Part;
use store::broken_glass::{Asking, Whose};

use super::audit::check;
use super::care::record::number;
use super::{page_number, show};
use crate::App;
use crate::errors::Fault;
use crate::forms::Errors;
use crate::pages::broken_glass::{GlassesPage, LINES, ToldPage};
use crate::pages::emergency::{EmergencyPage, Typed};
use crate::session::{Member, Posted};

/// The form for somebody who cannot be found: by NHS number and date of birth.
pub(crate) async fn blank(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    form_page(&app, &member, None, Typed::default(), Errors::default()).await
}

/// The form for somebody whose record was refused.
pub(crate) async fn of_person(
    State(app): State<Arc<App>>,
    member: Member,
    Path(person): Path<String>,
) -> Result<Response, Fault> {
    form_page(&app, &member, Some(number(&person)?), Typed::default(), Errors::default()).await
}

async fn form_page(
    app: &App,
    member: &Member,
    person: Option<PersonId>,
    typed: Typed,
    errors: Errors,
) -> Result<Response, Fault> {
    if !app.rules().may(member.user.role, Action::BreakGlass) {
        // A form that could only be refused is refused, and written down, before it is filled in.
        app.store.request(&member.access(), Action::BreakGlass, Resource::People).await?;
    }
    let ends = ends_at(member).min(member.visit.at() + Duration::hours(GLASS_HOURS.into()));
    let page = EmergencyPage { person, typed, ends, errors, csrf: member.visit.csrf() };
    show(app, &member.visit, &page).await
}

/// When the session ends in any case.
fn ends_at(member: &Member) -> DateTime<Utc> {
    member.visit.session().map_or(member.visit.at(), |session| session.ends_at)
}

pub(crate) async fn ask(
    State(app): State<Arc<App>>,
    member: Member,
    form: Posted,
) -> Result<Response, Fault> {
    break_glass(&app, &member, None, &form).await
}

pub(crate) async fn ask_of_person(
    State(app): State<Arc<App>>,
    member: Member,
    Path(person): Path<String>,
    form: Posted,
) -> Result<Response, Fault> {
    break_glass(&app, &member, Some(number(&person)?), &form).await
}

async fn break_glass(
    app: &App,
    member: &Member,
    person: Option<PersonId>,
    form: &Posted,
) -> Result<Response, Fault> {
    let typed = typed(form);
    let mut errors = Errors::default();
    let whose = person.map(Whose::Person).or_else(|| by_number(&typed, &mut errors));
    let reason = GlassReason::from_name(&typed.reason);
    if reason.is_none() {
        errors.add("reason", "Choose why you must see the record now");
    }
    check(&mut errors, "words", &typed.words, "Enter what has happened");
    let (Some(whose), Some(reason), true) = (whose, reason, errors.is_empty()) else {
        return form_page(app, member, person, typed, errors).await;
    };
    let asking = Asking { reason, words: &typed.words, session_ends: ends_at(member) };
    match care::emergency::break_glass(&app.store, &member.access(), whose, asking).await {
        Ok(person) => Ok(Redirect::to(&format!("/people/{person}")).into_response()),
        Err(CareError::NotFound)
            if person.is_none() && app.rules().may(member.user.role, Action::BreakGlass) =>
        {
            errors.add("nhs_number", "Nobody with this NHS number and date of birth is known here");
            form_page(app, member, person, typed, errors).await
        }
        Err(other) => Err(other.into()),
    }
}

fn typed(form: &Posted) -> Typed {
    let text = |field: &str| form.get(field).to_owned();
    Typed {
        nhs_number: text("nhs_number"),
        day: text("day"),
        month: text("month"),
        year: text("year"),
        reason: text("reason"),
        words: text("words"),
    }
}

fn by_number(typed: &Typed, errors: &mut Errors) -> Option<Whose> {
    let nhs_number = NhsNumber::parse(&typed.nhs_number).ok();
    if nhs_number.is_none() {
        errors.add("nhs_number", "Enter an NHS number of 10 digits, such as 999 123 4567");
    }
    let date = || {
        NaiveDate::from_ymd_opt(typed.year.parse().ok()?, typed.month.parse().ok()?, typed.day.parse().ok()?)
    };
    let birth_date = date();
    if birth_date.is_none() {
        errors.add("birth-day", "Enter a date of birth that is in the calendar, such as 31 3 1946");
    }
    Some(Whose::Typed { nhs_number: nhs_number?, birth_date: birth_date? })
}

/// What others opened of the people whom the user looks after.
pub(crate) async fn told(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let page = page_number(query.get("page"));
    let (total, lines) =
        care::emergency::told(&app.store, &member.access(), Part::number(page, LINES)).await?;
    show(&app, &member.visit, &ToldPage { total, page, lines, names: app.names().clone() }).await
}

/// What waits for the governance lead, and what was found out about the rest.
pub(crate) async fn queue(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let page = page_number(query.get("page"));
    let part = Part::number(page, LINES);
    let (waiting, lines) = governance::broken_glass::queue(&app.store, &member.access(), part).await?;
    show(&app, &member.visit, &GlassesPage { waiting, page, lines, names: app.names().clone() }).await
}
