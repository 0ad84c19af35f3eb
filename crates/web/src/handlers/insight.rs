use std::collections::BTreeMap;
use std::sync::Arc;

use ::insight::places::{AreaKind, Place};
use ::insight::{groups as matrices, indicators as outcomes};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use policy::{Action, Permit, Resource};

use super::show;
use crate::App;
use crate::errors::Fault;
use crate::pages::budget::BudgetPage;
use crate::pages::groups::GroupsPage;
use crate::pages::indicators::{IndicatorPage, IndicatorsPage};
use crate::session::Member;

type Asked = Query<BTreeMap<String, String>>;

pub(crate) async fn groups(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let permit = permit(&app, &member, Action::ViewPopulation).await?;
    let marts = app.marts().await?;
    let matrix = matrices::matrix(&marts, &permit, borough(&query)).await?;
    show(&app, &member.visit, &GroupsPage { boroughs: boroughs(&app), matrix }).await
}

pub(crate) async fn budget(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let permit = permit(&app, &member, Action::ViewBudget).await?;
    let marts = app.marts().await?;
    let budget = finance::budget::budget(&marts, &permit, borough(&query)).await?;
    show(&app, &member.visit, &BudgetPage { boroughs: boroughs(&app), budget }).await
}

pub(crate) async fn indicators(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let permit = permit(&app, &member, Action::ViewIndicators).await?;
    let marts = app.marts().await?;
    let (kind, code) = place(&query);
    let definitions = app.catalogue().definitions();
    let lines = outcomes::list(&marts, &permit, definitions, kind, code).await?;
    let page = IndicatorsPage {
        boroughs: boroughs(&app),
        borough: borough(&query).unwrap_or_default().to_owned(),
        place_name: borough(&query)
            .map_or_else(|| Place::whole().name, |code| app.names().of(code).to_owned()),
        coverage: ::insight::coverage(&marts, &permit).await?.sentence(),
        lines,
    };
    show(&app, &member.visit, &page).await
}

pub(crate) async fn indicator(
    State(app): State<Arc<App>>,
    member: Member,
    Path(name): Path<String>,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let permit = permit(&app, &member, Action::ViewIndicators).await?;
    let marts = app.marts().await?;
    let (kind, code) = place(&query);
    let view = outcomes::view(&marts, &permit, app.catalogue().definitions(), &name, kind, code).await?;
    show(&app, &member.visit, &IndicatorPage { boroughs: boroughs(&app), view }).await
}

async fn permit(app: &App, member: &Member, action: Action) -> Result<Permit, Fault> {
    Ok(app.store.request(&member.access(), action, Resource::Marts).await?)
}

/// The borough asked for; none is the whole area.
fn borough(query: &BTreeMap<String, String>) -> Option<&str> {
    query.get("borough").map(|code| code.trim()).filter(|code| !code.is_empty())
}

fn place(query: &BTreeMap<String, String>) -> (AreaKind, &str) {
    borough(query).map_or((AreaKind::Area, "all"), |code| (AreaKind::Borough, code))
}

fn boroughs(app: &App) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        app.area.boroughs.iter().map(|borough| (borough.code.clone(), borough.name.clone())).collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all
}
