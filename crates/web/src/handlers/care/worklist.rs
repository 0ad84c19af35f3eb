use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use store::Page as Part;
use store::worklists::Filter;

use crate::App;
use crate::errors::Fault;
use crate::handlers::{page_number, read, show as show_page};
use crate::pages::worklist::{AgeBand, CaseloadPage, LINES, View, WorklistPage, WorklistsPage};
use crate::session::Member;

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let as_at = app.data_as_at().await?;
    let view = view(&query);
    let part = Part::number(view.page, LINES);
    let found = care::worklist::list(&app.store, &member.access(), &filter(&view), part).await?;
    let lists = found.lists.iter().map(|(name, people)| (app.catalogue().list(name), *people)).collect();
    if view.list.is_empty() {
        return show_page(&app, &member.visit, &WorklistsPage { lists }).await;
    }
    let practices: BTreeSet<String> = found.people.iter().map(|listed| listed.who.practice.clone()).collect();
    let page = WorklistPage {
        list: app.catalogue().list(&view.list),
        view,
        lists,
        groups: app.catalogue().groups().to_vec(),
        practices: practices.into_iter().filter(|code| !code.is_empty()).collect(),
        total: found.total,
        people: found.people,
        as_at,
        names: app.names().clone(),
    };
    show_page(&app, &member.visit, &page).await
}

fn view(query: &BTreeMap<String, String>) -> View {
    let code = |name: &str| {
        let plain = |text: &&String| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        query.get(name).filter(plain).cloned().unwrap_or_default()
    };
    View {
        list: code("list"),
        practice: code("practice"),
        group: read(query.get("group")),
        age: query.get("age").and_then(|name| AgeBand::from_name(name)),
        page: page_number(query.get("page")),
    }
}

fn filter(view: &View) -> Filter {
    let (age_from, age_to) = view.age.map_or((None, None), AgeBand::ages);
    Filter {
        worklist: view.list.clone(),
        practice: Some(view.practice.clone()).filter(|code| !code.is_empty()),
        group: view.group,
        age_from,
        age_to,
        ..Filter::default()
    }
}

pub(crate) async fn caseload(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let as_at = app.data_as_at().await?;
    let page = page_number(query.get("page"));
    let (total, people) =
        care::caseload::own(&app.store, &member.access(), Part::number(page, LINES)).await?;
    let page = CaseloadPage {
        people: people.into_iter().map(|line| (line.who, line.since)).collect(),
        total,
        page,
        as_at,
        names: app.names().clone(),
    };
    show_page(&app, &member.visit, &page).await
}
