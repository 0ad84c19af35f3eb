use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::Objection;
use store::Page as Part;

use super::audit::check;
use super::care::record::number;
use super::{page_number, show};
use crate::App;
use crate::errors::Fault;
use crate::forms::Errors;
use crate::pages::accesses::{AccessesPage, ENTRIES};
use crate::pages::ask::AskPage;
use crate::pages::choices::ChoicesPage;
use crate::pages::own_record::OwnRecordPage;
use crate::session::{Member, Posted};

pub(crate) async fn record(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    let (shared, acts_for) = care::own_record::open(&app.store, &member.access()).await?;
    let page = OwnRecordPage { shared, acts_for, for_other: false, names: app.names().clone() };
    show(&app, &member.visit, &page).await
}

pub(crate) async fn accesses(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let page = page_number(query.get("page"));
    let part = Part::number(page, ENTRIES);
    let (total, entries, questions) =
        care::own_record::who_looked(&app.store, &member.access(), part).await?;
    let names = app.names().clone();
    show(&app, &member.visit, &AccessesPage { entries, total, page, questions, names }).await
}

pub(crate) async fn ask_form(
    State(app): State<Arc<App>>,
    member: Member,
    Path(row): Path<i64>,
) -> Result<Response, Fault> {
    ask_page(&app, &member, row, String::new(), Errors::default()).await
}

async fn ask_page(
    app: &App,
    member: &Member,
    row: i64,
    question: String,
    errors: Errors,
) -> Result<Response, Fault> {
    let looked = care::own_record::looked_once(&app.store, &member.access(), row).await?;
    let looked = looked.ok_or(Fault::NotFound)?;
    let (names, csrf) = (app.names().clone(), member.visit.csrf());
    show(app, &member.visit, &AskPage { looked, question, errors, names, csrf }).await
}

pub(crate) async fn ask(
    State(app): State<Arc<App>>,
    member: Member,
    Path(row): Path<i64>,
    form: Posted,
) -> Result<Response, Fault> {
    let question = form.get("question");
    let mut errors = Errors::default();
    check(&mut errors, "question", question, "Enter what you would like to know");
    if !errors.is_empty() {
        return ask_page(&app, &member, row, question.to_owned(), errors).await;
    }
    let asked = care::own_record::ask(&app.store, &member.access(), row, question).await?;
    asked.ok_or(Fault::NotFound)?;
    Ok(Redirect::to("/my-record/accesses").into_response())
}

pub(crate) async fn acting_for(
    State(app): State<Arc<App>>,
    member: Member,
    Path(person): Path<String>,
) -> Result<Response, Fault> {
    let shared = care::own_record::open_for(&app.store, &member.access(), number(&person)?).await?;
    let page = OwnRecordPage { shared, acts_for: Vec::new(), for_other: true, names: app.names().clone() };
    show(&app, &member.visit, &page).await
}

pub(crate) async fn choices(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    chosen(&app, &member, Errors::default()).await
}

async fn chosen(app: &App, member: &Member, errors: Errors) -> Result<Response, Fault> {
    let recorded = care::choices::own_choices(&app.store, &member.access()).await?;
    let page = ChoicesPage { recorded, errors, csrf: member.visit.csrf(), names: app.names().clone() };
    show(app, &member.visit, &page).await
}

/// A choice, or taking one back; both lead back to the choices.
pub(crate) async fn choose(
    State(app): State<Arc<App>>,
    member: Member,
    form: Posted,
) -> Result<Response, Fault> {
    let organisation = app.names().code_of(form.get("organisation"));
    if form.get("kind") == "organisation" && organisation.is_none() {
        let mut errors = Errors::default();
        errors
            .add("organisation", "Enter the name of an organisation as it stands in the list of who looked");
        return chosen(&app, &member, errors).await;
    }
    let objection = match Objection::from_name(form.get("kind"), organisation.unwrap_or_default()) {
        None | Some(Objection::NationalOptOut | Objection::Type1) => return Err(Fault::BadRequest),
        Some(objection) => objection,
    };
    care::choices::choose(&app.store, &member.access(), &objection, form.get("do") == "object").await?;
    Ok(Redirect::to("/my-record/choices").into_response())
}
