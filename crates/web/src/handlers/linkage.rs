//! Clerical review of doubtful links, and how well records are linked.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use governance::{linkage_quality, reviews};
use store::Page as Part;
use store::reviews::Verdict;

use super::{page_number, show};
use crate::App;
use crate::errors::Fault;
use crate::forms::Errors;
use crate::pages::linkage_quality::{LinkageQualityPage, csv};
use crate::pages::linkage_review::{After, CASES, CasePage, Outcome, QueuePage};
use crate::session::{Member, Posted};

type Asked = Query<BTreeMap<String, String>>;

/// Longest note or reason: a sentence or two.
pub(super) const LONGEST: usize = 500;

pub(crate) async fn queue(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let page = page_number(query.get("page"));
    let queue = reviews::queue(&app.store, &member.access(), Part::number(page, CASES)).await?;
    show(&app, &member.visit, &QueuePage { queue, page, after: after(&query), names: app.names().clone() })
        .await
}

/// What became of the verdict that was given last, as the address has it.
fn after(query: &BTreeMap<String, String>) -> Option<After> {
    let outcome = query.get("outcome").and_then(|name| Outcome::from_name(name))?;
    let pair = query.get("after").filter(|pair| is_name(pair))?.clone();
    Some(After { pair, outcome })
}

/// The name of a case: hexadecimal digits.
fn is_name(pair: &str) -> bool {
    !pair.is_empty() && pair.len() <= 64 && pair.bytes().all(|byte| byte.is_ascii_hexdigit())
}

pub(crate) async fn case(
    State(app): State<Arc<App>>,
    member: Member,
    Path(pair): Path<String>,
    Query(query): Asked,
) -> Result<Response, Fault> {
    shown(&app, &member, pair, after(&query), String::new(), Errors::default()).await
}

async fn shown(
    app: &App,
    member: &Member,
    pair: String,
    after: Option<After>,
    note: String,
    errors: Errors,
) -> Result<Response, Fault> {
    let opened = reviews::open(&app.store, &member.access(), &pair).await?.ok_or(Fault::NotFound)?;
    let (names, csrf) = (app.names().clone(), member.visit.csrf());
    show(app, &member.visit, &CasePage { pair, opened, after, note, errors, names, csrf }).await
}

/// A verdict leads to the next case at once; a reopening back to its own.
pub(crate) async fn answer(
    State(app): State<Arc<App>>,
    member: Member,
    Path(pair): Path<String>,
    form: Posted,
) -> Result<Response, Fault> {
    let access = member.access();
    let mut errors = Errors::default();
    if form.get("reopen") == "yes" {
        check(&mut errors, "reason", form.get("reason"), true);
        if !errors.is_empty() {
            return shown(&app, &member, pair, None, String::new(), errors).await;
        }
        reviews::reopen(&app.store, &access, &pair, form.get("reason")).await?.ok_or(Fault::NotFound)?;
        return Ok(Redirect::to(&format!("/linkage/review/{pair}")).into_response());
    }
    let verdict = Verdict::from_name(form.get("verdict")).ok_or(Fault::BadRequest)?;
    let note = form.get("note");
    check(&mut errors, "note", note, false);
    if !errors.is_empty() {
        return shown(&app, &member, pair, None, note.to_owned(), errors).await;
    }
    let judged = reviews::judge(&app.store, &access, &pair, verdict, note).await?.ok_or(Fault::NotFound)?;
    let next = judged.next.map(|next| format!("/{next}")).unwrap_or_default();
    let outcome = Outcome::of(judged.standing).name();
    Ok(Redirect::to(&format!("/linkage/review{next}?outcome={outcome}&after={pair}")).into_response())
}

/// Whether a note or reason can be kept.
pub(super) fn check(errors: &mut Errors, field: &'static str, text: &str, needed: bool) {
    if needed && text.is_empty() {
        errors.add(field, "Enter a reason");
    } else if text.chars().count() > LONGEST {
        errors.add(field, format!("Enter {LONGEST} characters or fewer"));
    }
}

pub(crate) async fn quality(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    let quality = linkage_quality::read(&app.store, &member.access()).await?;
    show(&app, &member.visit, &LinkageQualityPage { quality }).await
}

pub(crate) async fn quality_csv(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    let quality = linkage_quality::export(&app.store, &member.access()).await?;
    let coverage = app.frame(&member.visit).await?.coverage;
    Ok(csv(&quality, &coverage).into_response())
}
