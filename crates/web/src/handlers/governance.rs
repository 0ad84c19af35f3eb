use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use chrono::{Days, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::London;
use governance::{feeds as use_feeds, who_looked};
use model::{Feed, PersonId};
use policy::Action;
use serde::Deserialize;
use store::Page as Part;
use store::audit::{self as log, Filter};
use store::feeds_ledger::{FeedFile, FeedStatus, Filter as FileFilter};

use super::{page_number, read, show};
use crate::App;
use crate::errors::Fault;
use crate::forms::Errors;
use crate::pages::accesses::{purpose_words, role_words};
use crate::pages::audit::{AuditPage, ENTRIES, Entry, Search};
use crate::pages::feeds::{FILES, FeedTotal, FeedsPage, FileLine, FilePage};
use crate::pages::quarantine::{FaultyRow, QuarantinePage, ROWS};
use crate::session::Member;
use crate::words;

type Asked = Query<BTreeMap<String, String>>;

pub(crate) async fn audit(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let (search, errors) = asked(&query);
    let part = Part::number(search.page, ENTRIES);
    let (total, entries, waiting) =
        who_looked::search(&app.store, &member.access(), &audit_filter(&search), part).await?;
    let page = AuditPage {
        search,
        errors,
        actions: Action::ALL.iter().map(|action| (action.name(), action.label())).collect(),
        total,
        entries: entries.into_iter().map(entry).collect(),
        waiting,
        names: app.names().clone(),
    };
    show(&app, &member.visit, &page).await
}

fn asked(query: &BTreeMap<String, String>) -> (Search, Errors) {
    let text = |name: &str| query.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let mut errors = Errors::default();
    let search = Search {
        user: text("user"),
        person: text("person"),
        action: text("action"),
        role: text("role"),
        organisation: text("organisation").to_ascii_uppercase(),
        purpose: text("purpose"),
        decision: text("decision"),
        from: read(query.get("from")),
        to: read(query.get("to")),
        page: page_number(query.get("page")),
    };
    if !search.person.is_empty() && search.person.parse::<u32>().is_err() {
        errors.add("person", "Enter the person's number, such as 4711");
    }
    for (name, found) in [("from", search.from), ("to", search.to)] {
        if !text(name).is_empty() && found.is_none() {
            errors.add(name, "Enter a day as year, month and day, such as 2026-10-31");
        }
    }
    (search, errors)
}

fn audit_filter(search: &Search) -> Filter {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let start = |day: NaiveDate| {
        London.from_local_datetime(&day.and_time(NaiveTime::MIN)).earliest().map(|at| at.with_timezone(&Utc))
    };
    Filter {
        user: some(&search.user),
        person: search.person.parse().ok().map(PersonId),
        action: some(&search.action),
        role: some(&search.role),
        organisation: some(&search.organisation),
        purpose: some(&search.purpose),
        permitted: match search.decision.as_str() {
            "permitted" => Some(true),
            "refused" => Some(false),
            _ => None,
        },
        from: search.from.and_then(start),
        // The last day belongs to what is asked for.
        to: search.to.and_then(|day| day.checked_add_days(Days::new(1))).and_then(start),
        ..Filter::default()
    }
}

fn entry(logged: log::Entry) -> Entry {
    Entry {
        row: logged.id,
        at: logged.at,
        action: logged.action_label().to_owned(),
        user: logged.user,
        user_name: logged.user_name,
        role: role_words(&logged.role),
        organisation: logged.organisation,
        purpose: purpose_words(&logged.purpose),
        person: logged.person,
        permitted: logged.permitted,
        sentence: logged.sentence,
        rules: logged.rules,
        reason: logged.reason,
    }
}

pub(crate) async fn feeds(
    State(app): State<Arc<App>>,
    member: Member,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let feed: Option<Feed> = read(query.get("feed"));
    let page = page_number(query.get("page"));
    let access = member.access();
    let status = use_feeds::status(&app.store, &access).await?;
    let filter = FileFilter { feed, ..FileFilter::default() };
    let files = use_feeds::files(&app.store, &access, &filter, Part::number(page, FILES)).await?;
    let chosen = status.iter().filter(|line| feed.is_none_or(|feed| feed == line.feed));
    let page = FeedsPage {
        total: chosen.map(|line| line.files).sum(),
        totals: status.iter().map(feed_total).collect(),
        feed,
        files: files.iter().map(file_line).collect(),
        page,
    };
    show(&app, &member.visit, &page).await
}

fn feed_total(status: &FeedStatus) -> FeedTotal {
    let account = &status.account;
    FeedTotal {
        feed: status.feed.name().to_owned(),
        files: signed(status.files),
        files_refused: signed(status.files_refused),
        read: signed(account.read),
        accepted: signed(account.accepted),
        repaired: signed(account.repaired),
        quarantined: signed(account.quarantined),
        duplicate: signed(account.duplicate),
        last_arrival: words::moment(status.last_landed),
    }
}

fn file_line(file: &FeedFile) -> FileLine {
    // A file that is not yet read has no notes.
    let notes: Notes = serde_json::from_str(&file.notes).unwrap_or_default();
    FileLine {
        sha256: file.file.sha256.clone(),
        feed: file.file.feed.name().to_owned(),
        file_name: file.file.file_name.clone(),
        table: file.table.clone(),
        source: file.sources.clone(),
        bytes: signed(file.file.bytes),
        read: signed(file.account.read),
        accepted: signed(file.account.accepted),
        repaired: signed(file.account.repaired),
        quarantined: signed(file.account.quarantined),
        duplicate: signed(file.account.duplicate),
        landed_at: file.file.landed_at,
        state: file.state,
        duplicate_lines: notes.duplicate_lines.into_iter().map(signed).collect(),
        notes: notes.notes,
    }
}

/// What the pipeline notes about a file, as far as pages say it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Notes {
    duplicate_lines: Vec<u64>,
    notes: Vec<String>,
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// The file of an address: 64 hexadecimal digits, or nothing is there.
fn file_name(text: &str) -> Result<&str, Fault> {
    let hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if hash { Ok(text) } else { Err(Fault::NotFound) }
}

pub(crate) async fn file(
    State(app): State<Arc<App>>,
    member: Member,
    Path(sha256): Path<String>,
) -> Result<Response, Fault> {
    let detail =
        use_feeds::file(&app.store, &member.access(), file_name(&sha256)?, Part::number(1, 1)).await?;
    let file = detail.file.ok_or(Fault::NotFound)?;
    let repairs = detail.repairs.into_iter().map(|(field, reason, n)| (field, reason, signed(n))).collect();
    show(&app, &member.visit, &FilePage { file: file_line(&file), repairs }).await
}

pub(crate) async fn quarantine(
    State(app): State<Arc<App>>,
    member: Member,
    Path(sha256): Path<String>,
    Query(query): Asked,
) -> Result<Response, Fault> {
    let page = page_number(query.get("page"));
    let mended = query.get("show").is_some_and(|show| show == "mended");
    let access = member.access();
    let filter = FileFilter {
        sha256: Some(file_name(&sha256)?.to_owned()),
        quarantined: Some(!mended),
        ..FileFilter::default()
    };
    let files = use_feeds::files(&app.store, &access, &filter, Part::FIRST).await?;
    let file = files.first().ok_or(Fault::NotFound)?;
    let (total, issues) =
        use_feeds::quarantine(&app.store, &access, &filter, Part::number(page, ROWS)).await?;
    let lines = issues.into_iter().map(|issue| FaultyRow {
        line: signed(issue.issue.line),
        field: issue.issue.field,
        class: issue.issue.class,
        reason: issue.issue.reason,
    });
    let page = QuarantinePage { file: file_line(file), mended, total, page, lines: lines.collect() };
    show(&app, &member.visit, &page).await
}
