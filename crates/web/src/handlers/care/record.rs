use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use care::CareError;
use model::PersonId;
use policy::Action;

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
    let shared = match care::record::open(&app.store, &member.access(), person).await {
        Err(CareError::Refused(sentence)) if app.rules().may(member.user.role, Action::BreakGlass) => {
            return Err(Fault::RefusedRecord(sentence, person));
        }
        shared => or_now(&app, &member, Action::OpenRecord, person, "", shared).await?,
    };
    let refers = app.rules().may(member.user.role, Action::ReferToTeam);
    let page = RecordPage { person, shared, refers, names: app.names().clone() };
    show_page(&app, &member.visit, &page).await
}

/// Why the person is on case-finding lists.
pub(crate) async fn reasons(
    State(app): State<Arc<App>>,
    member: Member,
    Path(person): Path<String>,
) -> Result<Response, Fault> {
    let person = number(&person)?;
    let shared = care::record::open(&app.store, &member.access(), person).await;
    let shared = or_now(&app, &member, Action::OpenRecord, person, "/reasons", shared).await?;
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

/// What was opened of a person; where nobody has the number any more because they were found to be another, the way to the same
/// page of whom they are.
pub(in crate::handlers) async fn or_now<T>(
    app: &App,
    member: &Member,
    action: Action,
    person: PersonId,
    page: &str,
    opened: Result<T, CareError>,
) -> Result<T, Fault> {
    let Err(CareError::NotFound) = opened else { return Ok(opened?) };
    let now = care::record::now(&app.store, &member.access(), action, person).await?;
    Err(now.map_or(Fault::NotFound, |person| Fault::Moved(format!("/people/{person}{page}"))))
}

/// A person's number as an address has it. What is none is nobody's.
pub(in crate::handlers) fn number(text: &str) -> Result<PersonId, Fault> {
    text.parse().map(PersonId).map_err(|_| Fault::NotFound)
}
