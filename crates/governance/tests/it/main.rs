//! The information-governance lead's pages, and who does not get them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use chrono::{DateTime, NaiveDate, Utc};
use governance::GovernanceError;
use model::{Feed, Purpose, Role};
use policy::{Access, UserId};
use store::agreements::{self, Agreement};
use store::feeds_ledger::{self, Account, FileOutcome, FileReading, FileState, IssueRow, NewFile};
use store::{Page, Store, audit};

fn access(role: Role, purpose: Purpose) -> Access {
    Access {
        user: UserId(role.name().into()),
        display_name: role.label().into(),
        role,
        organisation: "QRV".into(),
        purpose,
        reason: None,
        correlation: "c".into(),
        at: DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap(),
        person: None,
    }
}

fn lead() -> Access {
    access(Role::GovernanceLead, Purpose::Governance)
}

async fn store() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite://{}", folder.path().join("s.db").display())).await.unwrap();
    let pipeline = store.pipeline();
    let file = NewFile {
        sha256: "a".repeat(64),
        feed: Feed::Gp,
        file_name: "gp_E84001.csv".into(),
        bytes: 10,
        batch: "b".into(),
        landed_at: lead().at,
    };
    feeds_ledger::land_all(pipeline, std::slice::from_ref(&file)).await.unwrap();
    let issue = IssueRow {
        line: 3,
        field: "effective_date".into(),
        quarantined: true,
        class: "text, 7 characters".into(),
        reason: "is not a date".into(),
    };
    let outcome = FileOutcome {
        state: FileState::Standardised,
        table: "observations".into(),
        sources: "gp:E84001".into(),
        account: Account { read: 3, accepted: 2, quarantined: 1, ..Account::default() },
        notes: "{}".into(),
        repairs: vec![],
    };
    let reading = FileReading { sha256: file.sha256, issues: vec![issue], outcome };
    feeds_ledger::finish_all(pipeline, vec![reading]).await.unwrap();
    (folder, store)
}

#[tokio::test]
async fn the_lead_sees_files_refused_rows_and_the_audit() {
    let (_folder, store) = store().await;
    let status = governance::feeds::status(&store, &lead()).await.unwrap();
    assert_eq!((status[0].feed, status[0].account.quarantined), (Feed::Gp, 1));
    let all = feeds_ledger::Filter::default();
    assert_eq!(governance::feeds::files(&store, &lead(), &all, Page::FIRST).await.unwrap().len(), 1);
    let detail = governance::feeds::file(&store, &lead(), &"a".repeat(64), Page::FIRST).await.unwrap();
    assert_eq!((detail.total, detail.issues[0].issue.line), (1, 3));
    let (total, _) = governance::feeds::quarantine(&store, &lead(), &all, Page::FIRST).await.unwrap();
    assert_eq!(total, 1);
    let filter = audit::Filter { user: Some("governance_lead".into()), ..audit::Filter::default() };
    let (total, rows, _) =
        governance::who_looked::search(&store, &lead(), &filter, Page::FIRST).await.unwrap();
    assert_eq!(total, 5, "each of these pages is in it, this search too");
    assert_eq!(rows[0].action, "search_audit");
}

#[tokio::test]
async fn a_commissioner_sees_coverage_and_nothing_else_here() {
    let (_folder, store) = store().await;
    let day = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
    let agreement = |organisation: &str, signed| Agreement {
        id: format!("gp-{organisation}"),
        feed: Feed::Gp,
        organisation: organisation.into(),
        purpose: Purpose::Planning,
        data_category: "coded record".into(),
        starts: day,
        ends: None,
        signed_by_supplier_on: signed,
        signed_by_recipient_on: Some(day),
    };
    let all = [agreement("E84001", Some(day)), agreement("E84002", Some(day)), agreement("E84003", None)];
    agreements::sign(&store, &all).await.unwrap();
    let commissioner = access(Role::Commissioner, Purpose::Planning);
    let coverage =
        governance::agreements::coverage(&store, &commissioner, Purpose::Planning, day).await.unwrap();
    assert_eq!(coverage[0].sentence(), "2 of 3 practices have signed for planning services");
    assert_eq!(coverage[0].missing, ["E84003"]);
    let refused = governance::agreements::all(&store, &commissioner).await;
    assert!(matches!(refused, Err(GovernanceError::Refused(_))));
    let filter = audit::Filter::default();
    assert!(governance::who_looked::search(&store, &commissioner, &filter, Page::FIRST).await.is_err());
    assert!(governance::feeds::status(&store, &commissioner).await.is_err());
    assert_eq!(governance::agreements::all(&store, &lead()).await.unwrap().len(), 3);
}
