use std::collections::BTreeMap;
use std::sync::Arc;

use ::insight::groups::{GroupMatrix, matrix};
use ::insight::indicators::{IndicatorSummary, IndicatorView};
use ::insight::places::{AreaKind, Place};
use ::insight::{coverage, indicators as outcomes};
use axum::extract::{Path, Query, State};
use axum::response::Response;
use finance::budget::Budget;
use methods::Coverage;
use policy::{Action, Permit, Resource};
use warehouse::marts::Marts;

use super::show;
use crate::components::ours::FiguresBasis;
use crate::errors::{Fault, encoded};
use crate::pages::budget::BudgetPage;
use crate::pages::figures_csv;
use crate::pages::groups::GroupsPage;
use crate::pages::indicators::{IndicatorPage, IndicatorsPage};
use crate::session::Member;
use crate::{App, csv_file};

type Asked = Query<BTreeMap<String, String>>;

pub(crate) async fn groups(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let (matrix, basis) = groups_of(&app, &member, &query, "").await?;
    show(&app, &member.visit, &GroupsPage { boroughs: boroughs(&app), matrix, basis }).await
}

pub(crate) async fn groups_csv(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let (matrix, basis) = groups_of(&app, &member, &query, "csv").await?;
    Ok(csv_file::answer("population-groups", figures_csv::groups(&matrix, &basis.sentence())))
}

async fn groups_of(
    app: &App,
    member: &Member,
    query: &BTreeMap<String, String>,
    form: &str,
) -> Result<(GroupMatrix, FiguresBasis), Fault> {
    let (permit, marts) = figures(app, member, Action::ViewPopulation, form).await?;
    let matrix = matrix(&marts, &permit, borough(query)).await?;
    let basis = basis(app, &permit, &marts, matrix.coverage.clone(), "/population/groups.csv", query);
    Ok((matrix, basis))
}

pub(crate) async fn budget(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let (budget, basis) = budget_of(&app, &member, &query, "").await?;
    show(&app, &member.visit, &BudgetPage { boroughs: boroughs(&app), budget, basis }).await
}

pub(crate) async fn budget_csv(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let (budget, basis) = budget_of(&app, &member, &query, "csv").await?;
    Ok(csv_file::answer("budget", figures_csv::budget(&budget, &basis.sentence())))
}

async fn budget_of(
    app: &App,
    member: &Member,
    query: &BTreeMap<String, String>,
    form: &str,
) -> Result<(Budget, FiguresBasis), Fault> {
    let (permit, marts) = figures(app, member, Action::ViewBudget, form).await?;
    let budget = finance::budget::budget(&marts, &permit, borough(query)).await?;
    let basis = basis(app, &permit, &marts, budget.coverage.clone(), "/population/budget.csv", query);
    Ok((budget, basis))
}

pub(crate) async fn indicators(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let (lines, basis) = indicators_of(&app, &member, &query, "").await?;
    let page = IndicatorsPage {
        boroughs: boroughs(&app),
        borough: borough(&query).unwrap_or_default().to_owned(),
        place_name: place_name(&app, &query),
        lines,
        basis,
    };
    show(&app, &member.visit, &page).await
}

pub(crate) async fn indicators_csv(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let (lines, basis) = indicators_of(&app, &member, &query, "csv").await?;
    let text = figures_csv::indicators(&place_name(&app, &query), &lines, &basis.sentence());
    Ok(csv_file::answer("indicators", text))
}

async fn indicators_of(
    app: &App,
    member: &Member,
    query: &BTreeMap<String, String>,
    form: &str,
) -> Result<(Vec<IndicatorSummary>, FiguresBasis), Fault> {
    let (permit, marts) = figures(app, member, Action::ViewIndicators, form).await?;
    let (kind, code) = place(query);
    let lines = outcomes::list(&marts, &permit, app.catalogue().definitions(), kind, code).await?;
    let coverage = coverage(&marts, &permit).await?;
    Ok((lines, basis(app, &permit, &marts, coverage, "/population/indicators.csv", query)))
}

pub(crate) async fn indicator(
    State(app): State<Arc<App>>,
    member: Member,
    Path(name): Path<String>,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let (view, basis) = indicator_of(&app, &member, &name, &query, "").await?;
    show(&app, &member.visit, &IndicatorPage { boroughs: boroughs(&app), view, basis }).await
}

pub(crate) async fn indicator_csv(
    State(app): State<Arc<App>>,
    member: Member,
    Path(name): Path<String>,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let (view, basis) = indicator_of(&app, &member, &name, &query, "csv").await?;
    Ok(csv_file::answer(&view.indicator.name, figures_csv::indicator(&view, &basis.sentence())))
}

async fn indicator_of(
    app: &App,
    member: &Member,
    name: &str,
    query: &BTreeMap<String, String>,
    form: &str,
) -> Result<(IndicatorView, FiguresBasis), Fault> {
    let (permit, marts) = figures(app, member, Action::ViewIndicators, form).await?;
    let (kind, code) = place(query);
    let view = outcomes::view(&marts, &permit, app.catalogue().definitions(), name, kind, code).await?;
    let csv = format!("/population/indicators/{}/months.csv", view.indicator.name);
    let basis = basis(app, &permit, &marts, view.coverage.clone(), &csv, query);
    Ok((view, basis))
}

/// Leave to read figures, and those that it may read. `form` is `csv` for what is taken away: the audit says so.
async fn figures(
    app: &App,
    member: &Member,
    action: Action,
    form: &str,
) -> Result<(Permit, Arc<Marts>), Fault> {
    let permit = app.store.request_about(&member.access(), action, Resource::Marts, form).await?;
    let marts = app.marts(&permit).await?;
    Ok((permit, marts))
}

fn basis(
    app: &App,
    permit: &Permit,
    marts: &Marts,
    coverage: Coverage,
    csv: &str,
    query: &BTreeMap<String, String>,
) -> FiguresBasis {
    let without = permit.cover().hidden().map(|source| app.names().source(source)).collect();
    let at = borough(query).map(|code| format!("?borough={}", encoded(code))).unwrap_or_default();
    FiguresBasis { coverage, without, made: marts.made().clone(), csv: format!("{csv}{at}") }
}

/// The borough asked for; none is the whole area.
fn borough(query: &BTreeMap<String, String>) -> Option<&str> {
    query.get("borough").map(|code| code.trim()).filter(|code| !code.is_empty())
}

fn place(query: &BTreeMap<String, String>) -> (AreaKind, &str) {
    borough(query).map_or((AreaKind::Area, "all"), |code| (AreaKind::Borough, code))
}

fn place_name(app: &App, query: &BTreeMap<String, String>) -> String {
    borough(query).map_or_else(|| Place::whole().name, |code| app.names().of(code).to_owned())
}

fn boroughs(app: &App) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        app.area.boroughs.iter().map(|borough| (borough.code.clone(), borough.name.clone())).collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all
}
