//! Accesses that stand out, single rows of the audit, and what people ask about them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{Days, NaiveDate};
use chrono_tz::Europe::London;
use governance::questions;
use governance::unusual::{self as use_unusual, MOST_DAYS};
use store::Page as Part;
use store::outcomes::Verdict;
use store::unusual::Sign;

use super::linkage::LONGEST;
use super::show;
use crate::App;
use crate::errors::Fault;
use crate::forms::Errors;
use crate::pages::audit_row::AuditRowPage;
use crate::pages::questions::{QUESTIONS, QuestionPage, QuestionsPage};
use crate::pages::unusual::UnusualPage;
use crate::session::{Member, Posted};

pub(crate) async fn unusual(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Fault> {
    let name = query.get("sign").map_or("", String::as_str);
    let sign = Sign::ALL.into_iter().find(|sign| sign.name() == name).unwrap_or(Sign::OwnRecord);
    let today = member.visit.at().with_timezone(&London).date_naive();
    let (from, to, errors) = days(&query, today);
    let found = use_unusual::find(&app.store, &member.access(), sign, from, to).await?;
    show(&app, &member.visit, &UnusualPage { sign, from, to, found, errors, names: app.names().clone() })
        .await
}

/// The days asked for; the last four weeks, today included, where the address gives none.
fn days(query: &BTreeMap<String, String>, today: NaiveDate) -> (NaiveDate, NaiveDate, Errors) {
    let mut errors = Errors::default();
    let mut day = |name: &'static str, otherwise: NaiveDate| {
        let text = query.get(name).map_or("", |text| text.trim());
        match text.parse::<NaiveDate>() {
            Ok(day) => day,
            Err(_) if text.is_empty() => otherwise,
            Err(_) => {
                errors.add(name, "Enter a day as year, month and day, such as 2026-10-31");
                otherwise
            }
        }
    };
    let to = day("to", today);
    let from = day("from", to - Days::new(27));
    let longest = to.checked_sub_days(Days::new(MOST_DAYS - 1)).unwrap_or(to);
    if from > to || from < longest {
        errors.add("from", format!("Enter a day at most {MOST_DAYS} days before the last one"));
        return (longest, to, errors);
    }
    (from, to, errors)
}

pub(crate) async fn row(
    State(app): State<Arc<App>>,
    member: Member,
    Path(row): Path<i64>,
) -> Result<Response, Fault> {
    row_page(&app, &member, row, String::new(), String::new(), Errors::default()).await
}

async fn row_page(
    app: &App,
    member: &Member,
    row: i64,
    verdict: String,
    note: String,
    errors: Errors,
) -> Result<Response, Fault> {
    let found = use_unusual::row(&app.store, &member.access(), row).await?;
    let (entry, outcomes) = found.ok_or(Fault::NotFound)?;
    let (names, csrf) = (app.names().clone(), member.visit.csrf());
    show(app, &member.visit, &AuditRowPage { entry, outcomes, verdict, note, errors, names, csrf }).await
}

pub(crate) async fn judge(
    State(app): State<Arc<App>>,
    member: Member,
    Path(row): Path<i64>,
    form: Posted,
) -> Result<Response, Fault> {
    let (verdict, note) = (form.get("verdict"), form.get("note"));
    let mut errors = Errors::default();
    let chosen = Verdict::from_name(verdict);
    if chosen.is_none() {
        errors.add("verdict", "Choose what you found out");
    }
    check(&mut errors, "note", note, "Enter how you know");
    let Some(chosen) = chosen.filter(|_| errors.is_empty()) else {
        return row_page(&app, &member, row, verdict.to_owned(), note.to_owned(), errors).await;
    };
    if !use_unusual::judge(&app.store, &member.access(), row, chosen, note).await? {
        return Err(Fault::NotFound);
    }
    Ok(Redirect::to(&format!("/audit/rows/{row}")).into_response())
}

pub(super) fn check(errors: &mut Errors, field: &'static str, text: &str, blank: &str) {
    if text.is_empty() {
        errors.add(field, blank);
    } else if text.chars().count() > LONGEST {
        errors.add(field, format!("Enter {LONGEST} characters or fewer"));
    }
}

pub(crate) async fn questions(State(app): State<Arc<App>>, member: Member) -> Result<Response, Fault> {
    let part = Part::number(1, QUESTIONS);
    let (waiting, questions) = questions::queue(&app.store, &member.access(), part).await?;
    show(&app, &member.visit, &QuestionsPage { waiting, questions }).await
}

pub(crate) async fn question(
    State(app): State<Arc<App>>,
    member: Member,
    Path(question): Path<i64>,
) -> Result<Response, Fault> {
    question_page(&app, &member, question, String::new(), Errors::default()).await
}

async fn question_page(
    app: &App,
    member: &Member,
    question: i64,
    answer: String,
    errors: Errors,
) -> Result<Response, Fault> {
    let opened = questions::open(&app.store, &member.access(), question).await?;
    let (question, about) = opened.ok_or(Fault::NotFound)?;
    let (names, csrf) = (app.names().clone(), member.visit.csrf());
    show(app, &member.visit, &QuestionPage { question, about, answer, errors, names, csrf }).await
}

pub(crate) async fn answer(
    State(app): State<Arc<App>>,
    member: Member,
    Path(question): Path<i64>,
    form: Posted,
) -> Result<Response, Fault> {
    let answer = form.get("answer");
    let mut errors = Errors::default();
    check(&mut errors, "answer", answer, "Enter an answer");
    if !errors.is_empty() {
        return question_page(&app, &member, question, answer.to_owned(), errors).await;
    }
    if !questions::answer(&app.store, &member.access(), question, answer).await? {
        return Err(Fault::NotFound);
    }
    Ok(Redirect::to("/audit/questions").into_response())
}
