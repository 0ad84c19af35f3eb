use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use store::Page as Part;

use super::{page_number, show};
use crate::App;
use crate::errors::Fault;
use crate::pages::accesses::{AccessesPage, ENTRIES};
use crate::pages::own_record::OwnRecordPage;
use crate::session::Member;

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
    let (total, entries) = care::own_record::who_looked(&app.store, &member.access(), part).await?;
    show(&app, &member.visit, &AccessesPage { entries, total, page, names: app.names().clone() }).await
}
