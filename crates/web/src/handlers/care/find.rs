use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use care::CareError;
use chrono::NaiveDate;
use policy::{Action, Resource};
use store::people::Query;

use crate::App;
use crate::errors::Fault;
use crate::forms::Errors;
use crate::handlers::show;
use crate::pages::find::{FindPage, Search};
use crate::session::{Member, Posted};

pub(crate) async fn form(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    if !app.rules().may(member.user.role, Action::FindPerson) {
        // A form that could only be refused is refused, and written down, before it is filled in.
        app.store.request(&member.access(), Action::FindPerson, Resource::People).await?;
    }
    let page = FindPage { csrf: member.visit.csrf(), ..FindPage::default() };
    show(&app, &member.visit, &page).await
}

/// The search is a form that is posted: what identifies a person stands in no address.
pub(crate) async fn search(
    State(app): State<Arc<App>>,
    member: Member,
    form: Posted,
) -> Result<Response, Fault> {
    let search = typed(&form);
    let mut page = FindPage {
        csrf: member.visit.csrf(),
        names: app.names().clone(),
        search: search.clone(),
        ..FindPage::default()
    };
    match query(&search, form.get("by") == "number") {
        Err(errors) => page.errors = errors,
        Ok(query) => match care::find::find(&app.store, &member.access(), &query).await {
            Ok(found) => {
                page.more = found.cut_short;
                page.found = Some(found.people);
            }
            Err(CareError::Query(sentence)) => page.errors.add("nhs_number", sentence),
            Err(other) => return Err(other.into()),
        },
    }
    show(&app, &member.visit, &page).await
}

fn typed(form: &Posted) -> Search {
    let text = |field: &str| form.get(field).to_owned();
    Search {
        nhs_number: text("nhs_number"),
        family_name: text("family_name"),
        given_name: text("given_name"),
        postcode: text("postcode"),
        day: text("day"),
        month: text("month"),
        year: text("year"),
    }
}

/// The search as it can be made, or what to put right, each with the field it is about.
fn query(search: &Search, by_number: bool) -> Result<Query, Errors> {
    let mut errors = Errors::default();
    if by_number {
        match model::NhsNumber::parse(&search.nhs_number) {
            Ok(_) => return Ok(Query { nhs_number: search.nhs_number.clone(), ..Query::default() }),
            Err(model::NhsNumberError::Missing) => errors.add("nhs_number", "Enter an NHS number"),
            Err(model::NhsNumberError::NotTenDigits) => {
                errors.add("nhs_number", "Enter an NHS number of 10 digits, such as 999 123 4567");
            }
            Err(model::NhsNumberError::CheckDigit) => {
                errors.add("nhs_number", "Check the NHS number: one of its digits is wrong");
            }
        }
        return Err(errors);
    }
    if search.family_name.is_empty() {
        errors.add("family_name", "Enter the family name");
    }
    let birth = birth_date(search);
    if birth.is_none() {
        errors.add("birth-day", "Enter a date of birth that is in the calendar, such as 31 3 1946");
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Query {
        family_name: search.family_name.clone(),
        given_name: search.given_name.clone(),
        birth_date: birth,
        postcode: search.postcode.clone(),
        ..Query::default()
    })
}

fn birth_date(search: &Search) -> Option<NaiveDate> {
    let year: i32 = search.year.parse().ok()?;
    let day = NaiveDate::from_ymd_opt(year, search.month.parse().ok()?, search.day.parse().ok()?)?;
    (1880..=2200).contains(&year).then_some(day)
}
