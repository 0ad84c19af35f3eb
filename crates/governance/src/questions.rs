//! What people ask about accesses to their record, and answering them.

use policy::{Access, Action, Resource};
use store::audit::Entry;
use store::questions::{self, Question};
use store::{Page, Store, outcomes};

use crate::GovernanceError;

/// Questions, those that wait first; and how many wait.
pub async fn queue(
    store: &Store,
    access: &Access,
    page: Page,
) -> Result<(u64, Vec<Question>), GovernanceError> {
    let permit = store.request(access, Action::SearchAudit, Resource::Audit).await?;
    Ok(questions::queue(store, &permit, page).await?)
}

/// One question with the access it is about; `None` when there is none of that number.
pub async fn open(
    store: &Store,
    access: &Access,
    question: i64,
) -> Result<Option<(Question, Entry)>, GovernanceError> {
    let permit = store.request(access, Action::SearchAudit, Resource::Audit).await?;
    let Some(question) = questions::one(store, &permit, question).await? else { return Ok(None) };
    let about = outcomes::row(store, &permit, question.about).await?;
    Ok(about.map(|(entry, _)| (question, entry)))
}

/// Answers a question; `false` when there is none of that number that waits.
pub async fn answer(
    store: &Store,
    access: &Access,
    question: i64,
    answer: &str,
) -> Result<bool, GovernanceError> {
    Ok(questions::answer(store, access, question, answer).await?)
}
