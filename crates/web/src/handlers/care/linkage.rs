use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use care::linkage;
use policy::Action;
use store::Page as Part;

use super::record::{number, or_now};
use crate::App;
use crate::errors::Fault;
use crate::forms::Errors;
use crate::handlers::linkage::check;
use crate::handlers::{page_number, read, show};
use crate::pages::linkage_person::{LinkagePage, OPENINGS, PartPage, PartingPage};
use crate::session::{Member, Posted};

type Asked = Query<BTreeMap<String, String>>;

pub(crate) async fn open(
    State(app): State<Arc<App>>,
    member: Member,
    Path(person): Path<String>,
) -> Result<Response, Fault> {
    let person = number(&person)?;
    let linkage = linkage::open(&app.store, &member.access(), person).await;
    let linkage = or_now(&app, &member, Action::ViewLinkage, person, "/linkage", linkage).await?;
    let may = |action| app.rules().may(member.user.role, action);
    let (may_part, may_open) = (may(Action::PartPerson), may(Action::OpenRecord));
    let page = LinkagePage { person, linkage, may_part, may_open, names: app.names().clone() };
    show(&app, &member.visit, &page).await
}

/// The question before a record is parted; `record` counts the records of the page before.
pub(crate) async fn ask(
    State(app): State<Arc<App>>,
    member: Member,
    Path(person): Path<String>,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let linkage = linkage::open(&app.store, &member.access(), number(&person)?).await?;
    let at = read::<usize>(query.get("record")).and_then(|record| record.checked_sub(1));
    let joined = at.and_then(|at| linkage.joined.into_iter().nth(at)).ok_or(Fault::NotFound)?;
    asked(&app, &member, &person, joined, "", Errors::default()).await
}

async fn asked(
    app: &App,
    member: &Member,
    person: &str,
    joined: linkage::Joined,
    reason: &str,
    errors: Errors,
) -> Result<Response, Fault> {
    if !app.rules().may(member.user.role, Action::PartPerson) {
        return Err(Fault::NotFound);
    }
    let page = PartPage {
        person: number(person)?,
        joined,
        reason: reason.to_owned(),
        errors,
        names: app.names().clone(),
        csrf: member.visit.csrf(),
    };
    show(app, &member.visit, &page).await
}

pub(crate) async fn part(
    State(app): State<Arc<App>>,
    member: Member,
    Path(person): Path<String>,
    form: Posted,
) -> Result<Response, Fault> {
    let access = member.access();
    let record = (form.get("source").to_owned(), form.get("source_person").to_owned());
    let reason = form.get("reason");
    let mut errors = Errors::default();
    check(&mut errors, "reason", reason, true);
    if !errors.is_empty() {
        let linkage = linkage::open(&app.store, &access, number(&person)?).await?;
        let of_record = |joined: &linkage::Joined| {
            joined.identity.source == record.0 && joined.identity.source_person == record.1
        };
        let joined = linkage.joined.into_iter().find(of_record).ok_or(Fault::NotFound)?;
        return asked(&app, &member, &person, joined, reason, errors).await;
    }
    let parted = linkage::part(&app.store, &access, number(&person)?, &record, reason).await?;
    let address = match parted {
        Some(parting) => format!("/people/{}/linkage/partings/{parting}", number(&person)?),
        None => format!("/people/{}/linkage", number(&person)?),
    };
    Ok(Redirect::to(&address).into_response())
}

pub(crate) async fn parting(
    State(app): State<Arc<App>>,
    member: Member,
    Path((person, parting)): Path<(String, String)>,
    Query(query): Asked,
) -> Result<Response, Fault> {
    saw(&app, &member, (&person, &parting), page_number(query.get("page")), Errors::default()).await
}

async fn saw(
    app: &App,
    member: &Member,
    (person, parting): (&str, &str),
    page: u64,
    errors: Errors,
) -> Result<Response, Fault> {
    let (person, parting) = (number(person)?, parting.parse().map_err(|_| Fault::NotFound)?);
    let part = Part::number(page, OPENINGS);
    let saw = linkage::who_saw(&app.store, &member.access(), person, parting, part).await?;
    let (names, csrf) = (app.names().clone(), member.visit.csrf());
    show(app, &member.visit, &PartingPage { person, saw, page, errors, names, csrf }).await
}

pub(crate) async fn take_back(
    State(app): State<Arc<App>>,
    member: Member,
    Path((person, parting)): Path<(String, String)>,
    form: Posted,
) -> Result<Response, Fault> {
    let mut errors = Errors::default();
    check(&mut errors, "reason", form.get("reason"), true);
    if !errors.is_empty() {
        return saw(&app, &member, (&person, &parting), 1, errors).await;
    }
    let (person, parting) = (number(&person)?, parting.parse().map_err(|_| Fault::NotFound)?);
    linkage::take_back(&app.store, &member.access(), person, parting, form.get("reason")).await?;
    Ok(Redirect::to(&format!("/people/{person}/linkage")).into_response())
}
