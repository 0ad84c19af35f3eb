//! Doubtful links: are two sources' records of one person?

use policy::{Access, Action, Permit, Resource};
use store::reviews::{self, Opened, Queue, Standing, Verdict};
use store::{Page, Store};

use crate::GovernanceError;

/// The cases that wait for this user, most doubtful first.
pub async fn queue(store: &Store, access: &Access, page: Page) -> Result<Queue, GovernanceError> {
    let permit = store.request(access, Action::ReviewLinks, Resource::Linkage).await?;
    Ok(reviews::queue(store, &permit, page).await?)
}

/// A case with both records; `None` when there is none of that name.
pub async fn open(store: &Store, access: &Access, pair: &str) -> Result<Option<Opened>, GovernanceError> {
    match permits(store, access, Action::CompareRecords, pair).await? {
        Some((_, permits)) => Ok(reviews::open(store, &permits, pair).await?),
        None => Ok(None),
    }
}

/// What became of a verdict, and the case to judge next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// How the case stands now; `None` when this user was not asked (any more) and nothing was written down.
    pub standing: Option<Standing>,
    /// The next case that waits for this user.
    pub next: Option<String>,
}

/// Writes a verdict down; `None` when there is no case of that name.
pub async fn judge(
    store: &Store,
    access: &Access,
    pair: &str,
    verdict: Verdict,
    note: &str,
) -> Result<Option<Judged>, GovernanceError> {
    let Some((review, permits)) = permits(store, access, Action::JudgeLink, pair).await? else {
        return Ok(None);
    };
    let standing = reviews::judge(store, &permits, pair, verdict, note).await?;
    let queue = reviews::queue(store, &review, Page::number(1, 1)).await?;
    Ok(Some(Judged { standing, next: queue.lines.into_iter().next().map(|line| line.pair) }))
}

/// Opens a settled case again; `None` when there is no case of that name, `false` when it was not settled.
pub async fn reopen(
    store: &Store,
    access: &Access,
    pair: &str,
    reason: &str,
) -> Result<Option<bool>, GovernanceError> {
    match permits(store, access, Action::JudgeLink, pair).await? {
        Some((_, permits)) => Ok(Some(reviews::reopen(store, &permits, pair, reason).await?)),
        None => Ok(None),
    }
}

/// Leave to look the case up, and to do this to each person whose record it is: both are written down.
async fn permits(
    store: &Store,
    access: &Access,
    action: Action,
    pair: &str,
) -> Result<Option<(Permit, Vec<Permit>)>, GovernanceError> {
    let review = store.request(access, Action::ReviewLinks, Resource::Linkage).await?;
    let Some((one, other)) = reviews::people(store, &review, pair).await? else { return Ok(None) };
    let mut permits = vec![store.request(access, action, Resource::Person(one)).await?];
    if other != one {
        permits.push(store.request(access, action, Resource::Person(other)).await?);
    }
    Ok(Some((review, permits)))
}
