use std::collections::BTreeMap;
use std::sync::Arc;

use ::insight::indicators::IndicatorView;
use ::insight::nnhip::{self, Return};
use ::insight::places::AreaKind;
use ::insight::{framework, groups as matrices, indicators as outcomes, practice as practices};
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use model::{Purpose, Role};
use policy::{Access, Action, Permit, Resource};

use super::show;
use crate::App;
use crate::errors::Fault;
use crate::pages::budget::BudgetPage;
use crate::pages::groups::GroupsPage;
use crate::pages::indicator::{IndicatorPage, months_csv};
use crate::pages::indicator_places::{people_csv, places_csv};
use crate::pages::monthly_return::{ReturnPage, return_csv};
use crate::pages::outcomes::OutcomesPage;
use crate::pages::practice::{PracticePage, PracticesPage, practice_csv};
use crate::session::Member;

type Asked = BTreeMap<String, String>;

pub(crate) async fn groups(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<Asked>,
) -> Result<Response, Fault> {
    let permit = permit(&app, &member.access(), Action::ViewPopulation, "").await?;
    let marts = app.marts(&permit).await?;
    let pack = query.get("pack").map(String::as_str);
    let from = query.get("from").and_then(|day| day.parse().ok());
    let definitions = app.catalogue().definitions();
    let whose = (borough(&query), query.get("practice").map(String::as_str));
    let matrix = matrices::matrix(&marts, &permit, definitions, pack, whose, from).await?;
    show(&app, &member.visit, &GroupsPage { boroughs: boroughs(&app), matrix }).await
}

pub(crate) async fn budget(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<Asked>,
) -> Result<Response, Fault> {
    let permit = permit(&app, &member.access(), Action::ViewBudget, "").await?;
    let marts = app.marts(&permit).await?;
    let budget = finance::budget::budget(&marts, &permit, borough(&query)).await?;
    show(&app, &member.visit, &BudgetPage { boroughs: boroughs(&app), budget }).await
}

pub(crate) async fn outcomes(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<Asked>,
) -> Result<Response, Fault> {
    let permit = permit(&app, &member.access(), Action::ViewIndicators, "").await?;
    let marts = app.marts(&permit).await?;
    let (kind, code) = place(&query);
    let definitions = app.catalogue().definitions();
    let framework = framework::framework(&marts, &permit, definitions, kind, code).await?;
    show(&app, &member.visit, &OutcomesPage { boroughs: boroughs(&app), framework }).await
}

pub(crate) async fn indicator(
    State(app): State<Arc<App>>,
    member: Member,
    Path(name): Path<String>,
    Query(query): Query<Asked>,
) -> Result<Response, Fault> {
    let view = view(&app, &member, &name, &query, "").await?;
    let pilot_source = app.catalogue().pilot_source().to_owned();
    show(&app, &member.visit, &IndicatorPage { boroughs: boroughs(&app), view, pilot_source }).await
}

/// One of an indicator's tables as a file.
pub(crate) async fn indicator_csv(
    State(app): State<Arc<App>>,
    member: Member,
    Path((name, table)): Path<(String, String)>,
    Query(query): Query<Asked>,
) -> Result<Response, Fault> {
    let csv = match table.as_str() {
        "months.csv" => months_csv,
        "places.csv" => places_csv,
        "people.csv" => people_csv,
        _ => return Err(Fault::NotFound),
    };
    Ok(csv(&view(&app, &member, &name, &query, "csv").await?).into_response())
}

async fn view(
    app: &App,
    member: &Member,
    name: &str,
    query: &Asked,
    form: &str,
) -> Result<IndicatorView, Fault> {
    let permit = permit(app, &member.access(), Action::ViewIndicators, form).await?;
    let marts = app.marts(&permit).await?;
    let definitions = app.catalogue().definitions();
    let level = match query.get("by").map(String::as_str) {
        Some("borough") => Some(AreaKind::Borough),
        Some("neighbourhood") => Some(AreaKind::Neighbourhood),
        Some("practice") => Some(AreaKind::Practice),
        _ => None,
    };
    Ok(outcomes::view(&marts, &permit, definitions, name, place(query), level).await?)
}

pub(crate) async fn monthly_return(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<Asked>,
) -> Result<Response, Fault> {
    let monthly = monthly(&app, &member, &query, "").await?;
    show(&app, &member.visit, &ReturnPage { boroughs: boroughs(&app), monthly }).await
}

pub(crate) async fn monthly_return_csv(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<Asked>,
) -> Result<Response, Fault> {
    Ok(return_csv(&monthly(&app, &member, &query, "csv").await?).into_response())
}

async fn monthly(app: &App, member: &Member, query: &Asked, form: &str) -> Result<Return, Fault> {
    let permit = permit(app, &member.access(), Action::ViewIndicators, form).await?;
    let marts = app.marts(&permit).await?;
    let month = query.get("month").and_then(|month| format!("{month}-01").parse().ok());
    Ok(nnhip::monthly(&marts, &permit, app.catalogue().definitions(), place(query), month).await?)
}

/// The practices to choose from; somebody who may see one only goes there.
pub(crate) async fn practices(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<Asked>,
) -> Result<Response, Fault> {
    let permit = practice_permit(&app, &member, "").await?;
    let marts = app.marts(&permit).await?;
    let practices = practices::open_to(&marts, &permit).await?;
    if let [one] = practices.as_slice() {
        return Ok(Redirect::to(&format!("/population/practices/{}", one.area)).into_response());
    }
    let page = PracticesPage {
        boroughs: boroughs(&app),
        borough: borough(&query).unwrap_or_default().to_owned(),
        practices,
        names: app.names().clone(),
    };
    show(&app, &member.visit, &page).await
}

pub(crate) async fn practice(
    State(app): State<Arc<App>>,
    member: Member,
    Path(practice): Path<String>,
) -> Result<Response, Fault> {
    let profile = profile(&app, &member, &practice, "").await?;
    show(&app, &member.visit, &PracticePage { profile }).await
}

pub(crate) async fn practice_indicators(
    State(app): State<Arc<App>>,
    member: Member,
    Path(practice): Path<String>,
) -> Result<Response, Fault> {
    Ok(practice_csv(&profile(&app, &member, &practice, "csv").await?).into_response())
}

async fn profile(
    app: &App,
    member: &Member,
    practice: &str,
    form: &str,
) -> Result<practices::PracticeProfile, Fault> {
    let permit = practice_permit(app, member, form).await?;
    let marts = app.marts(&permit).await?;
    Ok(practices::profile(&marts, &permit, app.catalogue().definitions(), practice).await?)
}

/// Leave to see practices: a GP's own, for planning as counts are for whoever looks at them; for others, any.
async fn practice_permit(app: &App, member: &Member, form: &str) -> Result<Permit, Fault> {
    match member.user.role {
        Role::Gp => permit(app, &member.access_for(Purpose::Planning), Action::ViewOwnPractice, form).await,
        _ => permit(app, &member.access(), Action::ViewPracticeProfile, form).await,
    }
}

async fn permit(app: &App, access: &Access, action: Action, form: &str) -> Result<Permit, Fault> {
    Ok(app.store.request_about(access, action, Resource::Marts, form).await?)
}

/// The borough asked for; none is the whole area.
fn borough(query: &Asked) -> Option<&str> {
    query.get("borough").map(|code| code.trim()).filter(|code| !code.is_empty())
}

fn place(query: &Asked) -> (AreaKind, &str) {
    borough(query).map_or((AreaKind::Area, "all"), |code| (AreaKind::Borough, code))
}

fn boroughs(app: &App) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        app.area.boroughs.iter().map(|borough| (borough.code.clone(), borough.name.clone())).collect();
    all.sort_by(|a, b| a.1.cmp(&b.1));
    all
}
