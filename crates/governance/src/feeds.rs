//! Which files arrived and what became of every row.

use policy::{Access, Action, Resource};
use store::feeds_ledger::{self, FeedFile, FeedStatus, FileIssue, Filter};
use store::{Page, Store};

use crate::GovernanceError;

/// One line a feed: files, rows and what became of them.
pub async fn status(store: &Store, access: &Access) -> Result<Vec<FeedStatus>, GovernanceError> {
    let permit = store.request(access, Action::ViewFeeds, Resource::Feeds).await?;
    Ok(feeds_ledger::status(store, &permit).await?)
}

/// Files, latest first.
pub async fn files(
    store: &Store,
    access: &Access,
    filter: &Filter,
    page: Page,
) -> Result<Vec<FeedFile>, GovernanceError> {
    let permit = store.request(access, Action::ViewFeeds, Resource::Feeds).await?;
    Ok(feeds_ledger::files(store, &permit, filter, page).await?)
}

/// One file with its rows that were refused or mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileDetail {
    /// The file; `None` when the ledger has none of that hash.
    pub file: Option<FeedFile>,
    /// How many rows were refused or reported as mended.
    pub total: u64,
    /// A page of them.
    pub issues: Vec<FileIssue>,
    /// Mends by column and reason, with how many.
    pub repairs: Vec<(String, String, u64)>,
}

/// What became of one file, row by row.
pub async fn file(
    store: &Store,
    access: &Access,
    sha256: &str,
    page: Page,
) -> Result<FileDetail, GovernanceError> {
    let permit = store.request(access, Action::ViewQuarantine, Resource::Feeds).await?;
    let filter = Filter { sha256: Some(sha256.to_owned()), ..Filter::default() };
    let file = feeds_ledger::files(store, &permit, &filter, Page::FIRST).await?.into_iter().next();
    let (total, issues) = feeds_ledger::issues(store, &permit, &filter, page).await?;
    let repairs = feeds_ledger::repairs(store, &permit, sha256).await?;
    Ok(FileDetail { file, total, issues, repairs })
}

/// Refused and mended rows of every file that passes the filter, and how many there are.
pub async fn quarantine(
    store: &Store,
    access: &Access,
    filter: &Filter,
    page: Page,
) -> Result<(u64, Vec<FileIssue>), GovernanceError> {
    let permit = store.request(access, Action::ViewQuarantine, Resource::Feeds).await?;
    Ok(feeds_ledger::issues(store, &permit, filter, page).await?)
}
