//! Where things stand, for the operator at the command line: feeds, runs, coverage, the day of the data.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use model::{Feed, Purpose};
use serde::Serialize;
use store::feeds_ledger::{self as ledger, FeedStatus, FileIssue, Filter};
use store::runs::{self, State};
use store::{Page, agreements, generations};

use crate::{Deployment, PipelineError};

/// Where things stand.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// The area's name.
    pub name: String,
    /// The people are made up.
    pub synthetic: bool,
    /// The day of the data that readers see.
    pub data_as_at: Option<NaiveDate>,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// Digest of everything published.
    pub digest: Option<String>,
    /// One line a feed.
    pub feeds: Vec<FeedLine>,
    /// The latest runs, latest first.
    pub runs: Vec<RunLine>,
    /// How many practices of the area have signed for each purpose.
    pub coverage: Vec<CoverageLine>,
    /// Sources that have sent files and that no agreement covers.
    pub waiting_for_agreement: Vec<String>,
}

/// One feed.
#[derive(Clone, Debug, Serialize)]
pub struct FeedLine {
    /// Feed.
    pub feed: Feed,
    /// Files.
    pub files: u64,
    /// Files that could not be read as this feed.
    pub refused: u64,
    /// Rows read.
    pub read: u64,
    /// Rows taken as they are.
    pub accepted: u64,
    /// Rows mended.
    pub repaired: u64,
    /// Rows refused.
    pub quarantined: u64,
    /// Rows the same as an earlier one.
    pub duplicate: u64,
    /// Latest arrival.
    pub last_landed: DateTime<Utc>,
}

/// One run.
#[derive(Clone, Debug, Serialize)]
pub struct RunLine {
    /// Name.
    pub run: String,
    /// `begun`, `done` or `failed`.
    pub state: &'static str,
    /// First begun.
    pub started_at: DateTime<Utc>,
    /// What went wrong.
    pub message: String,
}

/// Coverage for one purpose.
#[derive(Clone, Debug, Serialize)]
pub struct CoverageLine {
    /// Purpose.
    pub purpose: Purpose,
    /// Practices that have sent data and whose agreement covers it.
    pub covered: usize,
    /// Practices that have sent data.
    pub practices: usize,
}

/// Gathers where things stand.
pub async fn status(deployment: &Deployment, now: DateTime<Utc>) -> Result<Status, PipelineError> {
    let pipeline = deployment.store.pipeline();
    let current = generations::current(&deployment.store).await?;
    let feeds = ledger::status_for_operator(pipeline).await?.iter().map(feed_line).collect();
    let runs = runs::latest(pipeline, 5).await?;
    let mut sources = BTreeSet::new();
    for file in ledger::all(pipeline, None).await? {
        sources.extend(file.sources.split(' ').filter(|s| !s.is_empty()).map(str::to_owned));
    }
    let practices: Vec<&String> = sources.iter().filter(|source| source.starts_with("gp:")).collect();
    let mut coverage = Vec::new();
    let mut for_care = BTreeSet::new();
    for purpose in [Purpose::DirectCare, Purpose::Planning] {
        let covered = agreements::covered(pipeline, purpose, now.date_naive()).await?;
        coverage.push(CoverageLine {
            purpose,
            covered: practices.iter().filter(|practice| covered.contains(**practice)).count(),
            practices: practices.len(),
        });
        if purpose == Purpose::DirectCare {
            for_care = covered;
        }
    }
    Ok(Status {
        name: deployment.config.name.clone(),
        synthetic: deployment.config.synthetic,
        data_as_at: current.as_ref().map(|c| c.data_as_at),
        published_at: current.as_ref().map(|c| c.published_at),
        digest: current.map(|c| c.digest),
        feeds,
        runs: runs
            .into_iter()
            .map(|run| RunLine {
                run: run.id,
                state: match run.state {
                    State::Begun => "begun",
                    State::Done => "done",
                    State::Failed => "failed",
                },
                started_at: run.started_at,
                message: run.message,
            })
            .collect(),
        coverage,
        waiting_for_agreement: sources.difference(&for_care).cloned().collect(),
    })
}

fn feed_line(line: &FeedStatus) -> FeedLine {
    FeedLine {
        feed: line.feed,
        files: line.files,
        refused: line.files_refused,
        read: line.account.read,
        accepted: line.account.accepted,
        repaired: line.account.repaired,
        quarantined: line.account.quarantined,
        duplicate: line.account.duplicate,
        last_landed: line.last_landed,
    }
}

/// The refused rows of a feed, or of all, a page at a time: how many there are, and these.
pub async fn quarantine(
    deployment: &Deployment,
    feed: Option<Feed>,
    page: Page,
) -> Result<(u64, Vec<FileIssue>), PipelineError> {
    let filter = Filter { feed, quarantined: Some(true), ..Filter::default() };
    Ok(ledger::issues_for_operator(deployment.store.pipeline(), &filter, page).await?)
}
