use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use care::CareError;
use model::PersonId;
use policy::Action;

use crate::App;
use crate::errors::Fault;
use crate::handlers::show as show_page;
use crate::pages::record::RecordPage;
use crate::session::Member;

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    member: Member,
    Path(person): Path<String>,
) -> Result<Response, Fault> {
    let person = number(&person)?;
    let shared = match care::record::open(&app.store, &member.access(), person).await {
        Err(CareError::Refused(sentence)) if app.rules().may(member.user.role, Action::BreakGlass) => {
            return Err(Fault::RefusedRecord(sentence, person));
        }
        opened => opened?,
    };
    let page = RecordPage { person, shared, names: app.names().clone() };
    show_page(&app, &member.visit, &page).await
}

/// A person's number as an address has it. What is none is nobody's.
pub(in crate::handlers) fn number(text: &str) -> Result<PersonId, Fault> {
    text.parse().map(PersonId).map_err(|_| Fault::NotFound)
}
