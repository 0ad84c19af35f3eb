use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use store::Page as Part;

use super::audit::check;
use super::{page_number, show};
use crate::App;
use crate::errors::Fault;
use crate::forms::Errors;
use crate::pages::accesses::{AccessesPage, ENTRIES};
use crate::pages::ask::AskPage;
use crate::pages::own_record::OwnRecordPage;
use crate::session::{Member, Posted};

pub(crate) async fn record(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    let shared = care::own_record::open(&app.store, &member.access()).await?;
    show(&app, &member.visit, &OwnRecordPage { shared, names: app.names().clone() }).await
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
