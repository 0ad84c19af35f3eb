//! Reading the ledger: for pages with a permit, for the nightly run and the operator without.

use model::Feed;
use policy::{Action, Permit};
use sea_orm::{QueryResult, Value};

use super::{Account, FeedFile, FeedStatus, FileIssue, FileState, Filter, IssueRow, NewFile};
use crate::sql::{self, Sql};
use crate::{Page, Pipeline, Store, StoreError};

/// One file of the ledger, for the nightly run.
pub async fn file(pipeline: Pipeline<'_>, sha256: &str) -> Result<Option<FeedFile>, StoreError> {
    let filter = Filter { sha256: Some(sha256.to_owned()), ..Filter::default() };
    Ok(files_where(pipeline.store, &filter, "").await?.into_iter().next())
}

/// Every file in the order of arrival (time, then hash), for the nightly run.
pub async fn all(pipeline: Pipeline<'_>, feed: Option<Feed>) -> Result<Vec<FeedFile>, StoreError> {
    let filter = Filter { feed, ..Filter::default() };
    files_where(pipeline.store, &filter, " ORDER BY landed_at, sha256").await
}

/// Issues in the order of the ledger, for the operator at the command line.
pub async fn issues_for_operator(
    pipeline: Pipeline<'_>,
    filter: &Filter,
    page: Page,
) -> Result<(u64, Vec<FileIssue>), StoreError> {
    issues_where(pipeline.store, filter, page).await
}

/// Files, latest first. Errors: a permit for anything but the feeds.
pub async fn files(
    store: &Store,
    permit: &Permit,
    filter: &Filter,
    page: Page,
) -> Result<Vec<FeedFile>, StoreError> {
    only(permit, &[Action::ViewFeeds, Action::ViewQuarantine])?;
    files_where(store, filter, &format!(" ORDER BY landed_at DESC, sha256{}", page.sql())).await
}

/// One line a feed. Errors: a permit for anything but the feeds.
pub async fn status(store: &Store, permit: &Permit) -> Result<Vec<FeedStatus>, StoreError> {
    only(permit, &[Action::ViewFeeds])?;
    status_of(store).await
}

/// One line a feed, for the operator at the command line.
pub async fn status_for_operator(pipeline: Pipeline<'_>) -> Result<Vec<FeedStatus>, StoreError> {
    status_of(pipeline.store).await
}

/// Refused and mended rows, and how many there are. Errors: a permit for anything but refused rows.
pub async fn issues(
    store: &Store,
    permit: &Permit,
    filter: &Filter,
    page: Page,
) -> Result<(u64, Vec<FileIssue>), StoreError> {
    only(permit, &[Action::ViewQuarantine])?;
    issues_where(store, filter, page).await
}

/// Repairs of a file by field and reason, with how many. Errors: a permit for anything but the feeds.
pub async fn repairs(
    store: &Store,
    permit: &Permit,
    sha256: &str,
) -> Result<Vec<(String, String, u64)>, StoreError> {
    only(permit, &[Action::ViewFeeds, Action::ViewQuarantine])?;
    let text = "SELECT field, reason, n FROM feed_repair WHERE sha256 = $1 ORDER BY field, reason";
    let rows = sql::rows(store.reader(), text, vec![sha256.into()]).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "field")?, row.try_get("", "reason")?, sql::count(row, "n")?)))
        .collect()
}

fn only(permit: &Permit, actions: &[Action]) -> Result<(), StoreError> {
    if actions.contains(&permit.action()) { Ok(()) } else { Err(StoreError::WrongPermit) }
}

async fn files_where(store: &Store, filter: &Filter, tail: &str) -> Result<Vec<FeedFile>, StoreError> {
    let mut query = Sql::new("SELECT f.* FROM feed_file f WHERE 1 = 1");
    conditions(&mut query, &Filter { quarantined: None, ..filter.clone() });
    query.push(tail);
    query.rows(store.reader()).await?.iter().map(read_file).collect()
}

async fn issues_where(
    store: &Store,
    filter: &Filter,
    page: Page,
) -> Result<(u64, Vec<FileIssue>), StoreError> {
    const FROM: &str = " FROM feed_issue i JOIN feed_file f ON f.sha256 = i.sha256 WHERE 1 = 1";
    let mut count = Sql::new("SELECT COUNT(*) AS n");
    conditions(count.push(FROM), filter);
    let total = match count.one(store.reader()).await? {
        Some(row) => sql::count(&row, "n")?,
        None => 0,
    };
    let mut query =
        Sql::new("SELECT f.feed, f.file_name, f.sha256, i.line, i.field, i.quarantined, i.class, i.reason");
    conditions(query.push(FROM), filter);
    query.push(" ORDER BY f.landed_at DESC, f.sha256, i.number").push(&page.sql());
    let rows = query.rows(store.reader()).await?;
    Ok((total, rows.iter().map(read_issue).collect::<Result<_, _>>()?))
}

fn conditions(query: &mut Sql, filter: &Filter) {
    let wanted: [(&str, Option<Value>); 3] = [
        ("f.feed = ", filter.feed.map(|feed| feed.name().into())),
        ("f.sha256 = ", filter.sha256.as_deref().map(Value::from)),
        ("i.quarantined = ", filter.quarantined.map(Value::from)),
    ];
    for (column, value) in wanted {
        if let Some(value) = value {
            query.push(" AND ").push(column).bind(value);
        }
    }
}

async fn status_of(store: &Store) -> Result<Vec<FeedStatus>, StoreError> {
    let text = "SELECT feed, COUNT(*) AS files, COUNT(CASE WHEN state = 'refused' THEN 1 END) AS refused, \
        CAST(SUM(rows_read) AS BIGINT) AS rows_read, CAST(SUM(rows_accepted) AS BIGINT) AS rows_accepted, \
        CAST(SUM(rows_repaired) AS BIGINT) AS rows_repaired, \
        CAST(SUM(rows_quarantined) AS BIGINT) AS rows_quarantined, \
        CAST(SUM(rows_duplicate) AS BIGINT) AS rows_duplicate, MAX(landed_at) AS landed_at \
        FROM feed_file GROUP BY feed ORDER BY feed";
    let rows = sql::rows(store.reader(), text, vec![]).await?;
    let mut lines = rows
        .iter()
        .map(|row| {
            Ok(FeedStatus {
                feed: feed(row)?,
                files: sql::count(row, "files")?,
                files_refused: sql::count(row, "refused")?,
                account: account(row)?,
                last_landed: row.try_get("", "landed_at")?,
            })
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    lines.sort_by_key(|line| line.feed);
    Ok(lines)
}

fn read_file(row: &QueryResult) -> Result<FeedFile, StoreError> {
    Ok(FeedFile {
        file: NewFile {
            sha256: row.try_get("", "sha256")?,
            feed: feed(row)?,
            file_name: row.try_get("", "file_name")?,
            bytes: sql::count(row, "bytes")?,
            batch: row.try_get("", "batch")?,
            landed_at: row.try_get("", "landed_at")?,
        },
        state: FileState::parse(&row.try_get::<String>("", "state")?)?,
        table: row.try_get("", "table_name")?,
        sources: row.try_get("", "sources")?,
        account: account(row)?,
        notes: row.try_get("", "notes")?,
    })
}

fn read_issue(row: &QueryResult) -> Result<FileIssue, StoreError> {
    Ok(FileIssue {
        feed: feed(row)?,
        file_name: row.try_get("", "file_name")?,
        sha256: row.try_get("", "sha256")?,
        issue: IssueRow {
            line: sql::count(row, "line")?,
            field: row.try_get("", "field")?,
            quarantined: row.try_get("", "quarantined")?,
            class: row.try_get("", "class")?,
            reason: row.try_get("", "reason")?,
        },
    })
}

fn account(row: &QueryResult) -> Result<Account, StoreError> {
    Ok(Account {
        read: sql::count(row, "rows_read")?,
        accepted: sql::count(row, "rows_accepted")?,
        repaired: sql::count(row, "rows_repaired")?,
        quarantined: sql::count(row, "rows_quarantined")?,
        duplicate: sql::count(row, "rows_duplicate")?,
    })
}

fn feed(row: &QueryResult) -> Result<Feed, StoreError> {
    row.try_get::<String>("", "feed")?.parse().map_err(|_| StoreError::Unreadable("feed"))
}
