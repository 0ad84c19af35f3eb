//! The access rules: as they are written, what they come to, and what they would say of a case.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Response;
use governance::cases::{self, Agreements, Case, So};
use model::{Purpose, Role};
use policy::{Action, GlassReason};

use super::show;
use crate::App;
use crate::errors::Fault;
use crate::forms::Errors;
use crate::pages::rules::{MatrixPage, RulesPage};
use crate::pages::try_case::TryCasePage;
use crate::session::Member;

type Asked = Query<BTreeMap<String, String>>;

pub(crate) async fn rules(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    cases::read_rules(&app.store, &member.access()).await?;
    let page = RulesPage { version: app.rules().version().to_owned(), rules: app.rules().all().to_vec() };
    show(&app, &member.visit, &page).await
}

pub(crate) async fn matrix(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    cases::read_rules(&app.store, &member.access()).await?;
    let role = chosen(&query, "role", Role::ALL, Role::name).unwrap_or(Role::Gp);
    let parts = Purpose::ALL.map(|purpose| (purpose, policy::lines(app.rules(), role, purpose)));
    show(&app, &member.visit, &MatrixPage { role, parts: parts.into(), rules: app.rules().all().to_vec() })
        .await
}

/// The one of these that the address names.
fn chosen<T: Copy, const N: usize>(
    query: &BTreeMap<String, String>,
    field: &str,
    all: [T; N],
    name: impl Fn(T) -> &'static str,
) -> Option<T> {
    let text = query.get(field)?;
    all.into_iter().find(|one| name(*one) == text)
}

/// A case is a GET form, so that it can be sent to somebody as a link: nobody in it is real.
pub(crate) async fn try_case(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let mut errors = Errors::default();
    let case = case(&app, &query, &mut errors);
    let tried = if errors.is_empty() && query.contains_key("action") {
        Some(cases::try_case(&app.store, &member.access(), &case).await?)
    } else {
        cases::read_rules(&app.store, &member.access()).await?;
        None
    };
    let text = |name: &str| query.get(name).cloned().unwrap_or_default();
    let page = TryCasePage {
        typed: [text("organisation"), text("practice")],
        rules: tried.as_ref().map_or_else(Vec::new, |tried| app.rules().named(tried.decision.rules())),
        case,
        tried,
        errors,
        names: app.names().clone(),
    };
    show(&app, &member.visit, &page).await
}

fn case(app: &App, query: &BTreeMap<String, String>, errors: &mut Errors) -> Case {
    let mut code = |field: &'static str, words: &str| {
        let text = query.get(field).map_or("", |text| text.trim());
        let code = app.names().code_of(text).map(str::to_owned);
        if code.is_none() && !text.is_empty() {
            errors.add(field, format!("Enter the name or code of {words} of this area, or leave it blank"));
        }
        code.unwrap_or_default()
    };
    let (organisation, practice) = (code("organisation", "an organisation"), code("practice", "a practice"));
    let so = So::ALL.into_iter().filter(|so| query.contains_key(&format!("so.{}", so.name())));
    let name = query.get("action").map_or("", String::as_str);
    Case {
        role: chosen(query, "role", Role::ALL, Role::name).unwrap_or(Role::CareCoordinator),
        organisation,
        purpose: chosen(query, "purpose", Purpose::ALL, Purpose::name).unwrap_or(Purpose::DirectCare),
        action: Case::actions().find(|action| action.name() == name).unwrap_or(Action::OpenRecord),
        practice,
        so: so.collect::<BTreeSet<_>>(),
        glass: query.get("glass").and_then(|name| GlassReason::from_name(name)),
        agreements: chosen(query, "agreements", Agreements::ALL, Agreements::name).unwrap_or_default(),
    }
}
