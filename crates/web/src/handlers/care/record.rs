use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use model::PersonId;

use crate::App;
use crate::errors::Fault;
use crate::handlers::show as show_page;
use crate::pages::reasons::ReasonsPage;
use crate::pages::record::RecordPage;
use crate::session::Member;

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    member: Member,
    Path(person): Path<String>,
) -> Result<Response, Fault> {
    let person = number(&person)?;
    let shared = care::record::open(&app.store, &member.access(), person).await?;
    let page = RecordPage { person, shared, names: app.names().clone() };
    show_page(&app, &member.visit, &page).await
}

/// Why the person is on case-finding lists.
pub(crate) async fn reasons(
    State(app): State<Arc<App>>,
    member: Member,
    Path(person): Path<String>,
) -> Result<Response, Fault> {
    let person = number(&person)?;
    let shared = care::record::open(&app.store, &member.access(), person).await?;
    let catalogue = app.catalogue();
    let lists = shared.record.flags.iter().map(|flag| {
        let list = catalogue.list(&flag.worklist);
        let listed = |scheme, code: &str| catalogue.listed(&list.codelists, scheme, code);
        let facts = care::reasons::facts(&shared.record, &list.evidence, &listed);
        (list, flag.reason.clone(), facts)
    });
    let page = ReasonsPage { person, lists: lists.collect(), shared, names: app.names().clone() };
    show_page(&app, &member.visit, &page).await
}

/// A person's number as an address has it. What is none is nobody's.
pub(in crate::handlers) fn number(text: &str) -> Result<PersonId, Fault> {
    text.parse().map(PersonId).map_err(|_| Fault::NotFound)
}
