use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use care::timeline::Filter;
use model::Setting;
use policy::Action;

use super::record::{number, or_now};
use crate::App;
use crate::errors::Fault;
use crate::handlers::{page_number, read, show as show_page};
use crate::pages::timeline::{SPANS, TimelinePage, View};
use crate::session::Member;

pub(crate) async fn show(
    State(app): State<Arc<App>>,
    member: Member,
    Path(person): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let person = number(&person)?;
    // The page narrows by itself: it also counts what each setting would show.
    let timeline = care::timeline::open(&app.store, &member.access(), person, &Filter::default()).await;
    let timeline = or_now(&app, &member, Action::OpenTimeline, person, "/timeline", timeline).await?;
    let page = TimelinePage {
        person,
        banner: timeline.banner,
        as_at: timeline.data_as_at,
        timeline: timeline.entries,
        withheld: timeline.withheld,
        left_out: timeline.left_out,
        view: view(&query),
        names: app.names().clone(),
    };
    show_page(&app, &member.visit, &page).await
}

fn view(query: &BTreeMap<String, String>) -> View {
    let usual = View::default();
    let setting = query.get("setting").map(String::as_str).unwrap_or_default();
    View {
        setting: Setting::ALL.into_iter().find(|known| known.name() == setting),
        months: read(query.get("months")).filter(|months| SPANS.contains(months)).unwrap_or(usual.months),
        page: page_number(query.get("page")),
    }
}
