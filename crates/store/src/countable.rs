//! What each class of readers of figures may count, for whoever makes the figures.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use model::{PersonId, Purpose, Role, sha256_hex};

use crate::{Pipeline, StoreError, cover, objections, sql, users};

/// What readers of one organisation, or of several with the same agreements, may count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Countable {
    /// Names the figures that they read: `policy::Cover::figures` of their permits.
    pub name: String,
    /// Sources of what is published that they may count.
    pub sources: BTreeSet<String>,
    /// Sources of what is published that they may not count.
    pub hidden: BTreeSet<String>,
    /// People who are counted for nobody.
    pub objected: BTreeSet<PersonId>,
}

/// The classes of readers of figures on a day: whoever receives anything, then each organisation that has a commissioner or a GP, as
/// far as they differ. `made_with` are the sources that figures are made with. A class that may count nothing is not there.
pub async fn classes(
    pipeline: Pipeline<'_>,
    made_with: &BTreeSet<String>,
    day: NaiveDate,
) -> Result<Vec<Countable>, StoreError> {
    let store = pipeline.store;
    let objected = objections::not_counted(store.reader()).await?;
    let users = users::all(store).await?;
    let reads = |role| matches!(role, Role::Commissioner | Role::Gp);
    let readers: BTreeSet<String> =
        users.into_iter().filter(|user| reads(user.role)).map(|user| user.organisation).collect();
    let mut classes: Vec<Countable> = Vec::new();
    for recipient in std::iter::once(None).chain(readers.iter().map(|code| Some(code.as_str()))) {
        let covered = cover::covered(store, recipient, Purpose::Planning, day).await?;
        let sources: BTreeSet<String> = made_with.intersection(&covered).cloned().collect();
        if sources.is_empty() || classes.iter().any(|known| known.sources == sources) {
            continue;
        }
        let hidden: BTreeSet<String> = made_with.difference(&covered).cloned().collect();
        let name = name(&hidden, &objected);
        classes.push(Countable { name, sources, hidden, objected: objected.clone() });
    }
    Ok(classes)
}

/// The sources that what is published now is made with, for planning those that it counts.
pub async fn made_with(pipeline: Pipeline<'_>, purpose: Purpose) -> Result<BTreeSet<String>, StoreError> {
    let (_, generation) = cover::stamp(pipeline.store).await?;
    cover::published(pipeline.store, purpose, generation).await
}

/// Changes whenever [`classes`] may: with agreements, objections, the publication and the accounts. One small read.
pub async fn stamp(pipeline: Pipeline<'_>) -> Result<(i64, i64, u64), StoreError> {
    let (change, generation) = cover::stamp(pipeline.store).await?;
    let users = sql::one(pipeline.store.reader(), "SELECT COUNT(*) AS n FROM app_user", vec![]).await?;
    Ok((change, generation, users.map_or(Ok(0), |row| sql::count(&row, "n"))?))
}

/// The name of the figures made without these sources and people.
pub(crate) fn name(hidden: &BTreeSet<String>, objected: &BTreeSet<PersonId>) -> String {
    let mut text = String::new();
    for source in hidden {
        text.push_str(&format!("{source}\n"));
    }
    for person in objected {
        text.push_str(&format!("{person}\n"));
    }
    sha256_hex(text.as_bytes()).chars().take(32).collect()
}
