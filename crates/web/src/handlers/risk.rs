use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use insight::risk::{RiskModel, RiskModels, models};
use model::Purpose;
use policy::{Action, Resource};

use super::show;
use crate::App;
use crate::errors::Fault;
use crate::pages::risk_csv::csv;
use crate::pages::risk_model::{RiskModelPage, RiskModelsPage};
use crate::session::Member;

pub(crate) async fn list(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    let page = RiskModelsPage { found: read(&app, &member, "").await? };
    show(&app, &member.visit, &page).await
}

pub(crate) async fn card(
    State(app): State<Arc<App>>,
    member: Member,
    Path(name): Path<String>,
) -> Result<Response, Fault> {
    let (model, coverage) = one(&app, &member, &name, "").await?;
    show(&app, &member.visit, &RiskModelPage { model, coverage }).await
}

pub(crate) async fn table(
    State(app): State<Arc<App>>,
    member: Member,
    Path(name): Path<String>,
) -> Result<Response, Fault> {
    let (model, coverage) = one(&app, &member, &name, "csv").await?;
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"risk-model.csv\""),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((head, csv(&model, &coverage)).into_response())
}

async fn one(app: &App, member: &Member, name: &str, form: &str) -> Result<(RiskModel, String), Fault> {
    let found = read(app, member, form).await?;
    let coverage = found.coverage.sentence();
    let model = found.models.into_iter().find(|model| model.name == name).ok_or(Fault::NotFound)?;
    Ok((model, coverage))
}

/// `form` says in the audit that a file was taken out.
async fn read(app: &App, member: &Member, form: &str) -> Result<RiskModels, Fault> {
    // Everybody asks as for planning: what agreements let their organisation receive for it is what the card is made of.
    let access = member.access_for(Purpose::Planning);
    let permit = app.store.request_about(&access, Action::ViewRiskModel, Resource::Marts, form).await?;
    Ok(models(&*app.marts(&permit).await?, &permit).await?)
}
