//! How well records are linked: counts, written by the nightly run in place of those before. Small ones are among them;
//! what may be shown of them is decided where they are read (`governance`).

use chrono::NaiveDate;
use policy::{Action, Permit};
use serde::{Deserialize, Serialize};

use crate::{Pipeline, Store, StoreError, sql};

/// What tells apart, and which group, where everybody is one group.
pub const EVERYBODY: &str = "Everybody";

/// Counts of sources' records by one thing that tells groups apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// What tells them apart, such as `sex`.
    pub by: String,
    /// Which group, in words.
    pub group: String,
    /// People.
    pub people: u64,
    /// Sources' records of them.
    pub records: u64,
    /// Of those, records that are joined to one of another source.
    pub linked: u64,
    /// Of those, records that came without an NHS number whose check digit is right.
    pub no_number: u64,
    /// Open doubtful links of which one record at least is among them.
    pub open_cases: u64,
    /// Of the records, those whose person has a record of another source with the same NHS number.
    #[serde(default)]
    pub by_number: u64,
    /// What came of those that were linked again without their number.
    #[serde(default)]
    pub tried: Tried,
}

/// Records with an NHS number that were linked again without it, and what came of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Records.
    pub records: u64,
    /// Of those, joined to a record with the same number.
    pub found: u64,
    /// Of those, joined to records with other numbers only.
    pub wrong: u64,
}

/// How well records are linked on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quality {
    /// The day of the data.
    pub as_at: NaiveDate,
    /// Counts, in the order in which they are shown.
    pub lines: Vec<Line>,
    /// The day of the data on which records were last linked again without their number.
    #[serde(default)]
    pub tried_as_at: Option<NaiveDate>,
}

/// What reviewers have settled of doubtful links.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reviewed {
    /// Settled cases that the machine held to be one person's (a probability of one half or more).
    pub likely: u64,
    /// Of those, found to be one person's.
    pub likely_same: u64,
    /// Settled cases that it held to be two people's.
    pub unlikely: u64,
    /// Of those, found to be one person's after all.
    pub unlikely_same: u64,
    /// Cases that are open.
    pub open: u64,
}

/// Replaces the counts.
pub async fn put(pipeline: Pipeline<'_>, quality: &Quality) -> Result<(), StoreError> {
    let counts = serde_json::to_string(quality).map_err(|_| StoreError::Unreadable("linkage quality"))?;
    let text = "INSERT INTO linkage_quality (one, counts) VALUES (1, $1) \
        ON CONFLICT (one) DO UPDATE SET counts = excluded.counts";
    sql::execute(pipeline.store.writer(), text, vec![counts.into()]).await.map(|_| ())
}

/// The counts of the last run; nothing before the first.
pub async fn last(pipeline: Pipeline<'_>) -> Result<Option<Quality>, StoreError> {
    counts(pipeline.store).await
}

async fn counts(store: &Store) -> Result<Option<Quality>, StoreError> {
    let row = sql::one(store.reader(), "SELECT counts FROM linkage_quality WHERE one = 1", vec![]).await?;
    let Some(row) = row else { return Ok(None) };
    let counts: String = row.try_get("", "counts")?;
    serde_json::from_str(&counts).map(Some).map_err(|_| StoreError::Unreadable("linkage quality"))
}

/// The counts of the last run, and what reviewers have settled; no counts before the first run.
/// Errors: a permit for anything but seeing linkage quality.
pub async fn read(store: &Store, permit: &Permit) -> Result<(Option<Quality>, Reviewed), StoreError> {
    if permit.action() != Action::ViewLinkageQuality {
        return Err(StoreError::WrongPermit);
    }
    if !permit.cover().is_whole() {
        return Err(StoreError::LeftOut(permit.cover().hidden().map(str::to_owned).collect()));
    }
    let counts = counts(store).await?;
    // Partings settle pairs too, but nobody was asked about those: only what reviewers said counts.
    let text = "SELECT COUNT(CASE WHEN c.probability >= 0.5 THEN d.pair END) AS likely, \
        COUNT(CASE WHEN c.probability >= 0.5 AND d.same THEN 1 END) AS likely_same, \
        COUNT(CASE WHEN c.probability < 0.5 THEN d.pair END) AS unlikely, \
        COUNT(CASE WHEN c.probability < 0.5 AND d.same THEN 1 END) AS unlikely_same, \
        COUNT(CASE WHEN d.pair IS NULL AND c.gone_on IS NULL THEN 1 END) AS open \
        FROM linkage_case c LEFT JOIN linkage_decision d ON d.pair = c.pair \
        WHERE NOT EXISTS (SELECT 1 FROM linkage_verdict v WHERE v.pair = c.pair AND v.said = 'parted')";
    let row = sql::one(store.reader(), text, vec![]).await?.ok_or(StoreError::Unreadable("cases"))?;
    let reviewed = Reviewed {
        likely: sql::count(&row, "likely")?,
        likely_same: sql::count(&row, "likely_same")?,
        unlikely: sql::count(&row, "unlikely")?,
        unlikely_same: sql::count(&row, "unlikely_same")?,
        open: sql::count(&row, "open")?,
    };
    Ok((counts, reviewed))
}
