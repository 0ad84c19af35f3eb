//! What people have asked for, recorded by the information-governance lead.

use std::sync::Arc;

use axum::extract::Query;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use governance::objections::{self, Outcome};
use model::{NhsNumber, Objection};
use policy::UserId;
use std::collections::BTreeMap;

use super::show;
use crate::App;
use crate::errors::Fault;
use crate::forms::Errors;
use crate::pages::objections::{ObjectionsPage, Typed};
use crate::session::{Member, Posted};

async fn shown(
    app: &App,
    member: &Member,
    typed: Typed,
    done: Option<&'static str>,
    errors: Errors,
) -> Result<Response, Fault> {
    let counts = objections::counts(&app.store, &member.access()).await?;
    let page = ObjectionsPage { counts, typed, done, errors, csrf: member.visit.csrf() };
    show(app, &member.visit, &page).await
}

pub(crate) async fn page(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let done = match query.get("done").map(String::as_str) {
        Some("recorded") => Some("It is written down and holds from now."),
        Some("so") => Some("Nothing was changed: it stood that way already."),
        _ => None,
    };
    shown(&app, &member, Typed::default(), done, Errors::default()).await
}

/// Nothing that is typed stands in an address; the answer says only what became of it.
pub(crate) async fn record(
    State(app): State<Arc<App>>,
    member: Member,
    form: Posted,
) -> Result<Response, Fault> {
    let typed = Typed::of(&form);
    let mut errors = Errors::default();
    let number = NhsNumber::parse(&typed.nhs_number).map_err(|_| {
        errors.add("nhs_number", "Enter an NHS number of 10 digits, such as 999 123 4567");
    });
    let outcome = match (number, typed.kind.as_str()) {
        (Err(()), _) => None,
        (Ok(number), "proxy") => proxy(&app, &member, number, &typed, &mut errors).await?,
        (Ok(number), kind) => {
            match Objection::from_name(kind, app.names().code_of(&typed.organisation).unwrap_or_default()) {
                None => {
                    let (field, words) = if kind == "organisation" {
                        ("organisation", "Enter the organisation's name or code")
                    } else {
                        ("kind", "Choose what the person has asked for")
                    };
                    errors.add(field, words);
                    None
                }
                Some(objection) => {
                    let access = member.access();
                    Some(
                        objections::record(&app.store, &access, number, &objection, !typed.taken_back)
                            .await?,
                    )
                }
            }
        }
    };
    match outcome {
        Some(Outcome::Nobody) => errors.add("nhs_number", "Nobody of that NHS number is known here"),
        Some(Outcome::NoUser) => {
            errors.add("user", "Enter the sign-in name of somebody who has an account as a person")
        }
        Some(Outcome::Recorded) => return Ok(Redirect::to("/objections?done=recorded").into_response()),
        Some(Outcome::StoodSo) => return Ok(Redirect::to("/objections?done=so").into_response()),
        None => {}
    }
    shown(&app, &member, typed, None, errors).await
}

async fn proxy(
    app: &App,
    member: &Member,
    number: NhsNumber,
    typed: &Typed,
    errors: &mut Errors,
) -> Result<Option<Outcome>, Fault> {
    let today = member.access().at.date_naive();
    let Some(until) =
        typed.until.parse::<NaiveDate>().ok().filter(|until| *until >= today || typed.taken_back)
    else {
        errors.add("until", "Enter the last day, from today on, as year, month and day, such as 2027-03-31");
        return Ok(None);
    };
    // A proxy that is taken back ended yesterday.
    let until = if typed.taken_back { today.pred_opt().unwrap_or(today) } else { until };
    let user = UserId(typed.user.clone());
    let days = (today.min(until), until);
    Ok(Some(objections::record_proxy(&app.store, &member.access(), number, &user, days).await?))
}
