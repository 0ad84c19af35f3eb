//! The information-governance lead's pages, and who does not get them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

use chrono::{DateTime, Utc};
use governance::GovernanceError;
use model::agreement::{Party, Terms};
use model::{Area, Feed, Practice, Purpose, Role};
use policy::{Access, UserId};
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
        session: String::new(),
        at: DateTime::<Utc>::from_timestamp(1_795_000_000, 0).unwrap(),
        person: None,
    }
}

fn practice(code: &str) -> Practice {
    Practice {
        code: code.into(),
        name: code.into(),
        pcn_code: String::new(),
        pcn_name: String::new(),
        borough: "E09000005".into(),
        postcode: String::new(),
        registered: 1_000.0,
        weighted: 1_000.0,
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
    let day = lead().at.date_naive();
    let party =
        |codes: &[&str]| Party { name: "p".into(), members: codes.iter().map(|c| (*c).to_owned()).collect() };
    let terms = Terms {
        title: "Planning".into(),
        purpose: Purpose::Planning,
        suppliers: vec![party(&["E84001", "E84002", "E84003"])],
        recipients: vec![party(&["QRV"])],
        feeds: [Feed::Gp].into(),
        activities: ["E5".to_owned()].into(),
        starts: day,
        ends: None,
        review: None,
        dpia: "DPIA 1".into(),
    };
    let id = governance::agreements::draft(&store, &lead(), terms).await.unwrap().id;
    for organisation in ["E84001", "E84002", "QRV"] {
        let signatory =
            Access { organisation: organisation.into(), ..access(Role::Signatory, Purpose::Governance) };
        governance::agreements::sign(&store, &signatory, &id).await.unwrap().unwrap();
    }
    let commissioner = access(Role::Commissioner, Purpose::Planning);
    let area = Area { practices: ["E84001", "E84002", "E84003"].map(practice).into(), ..Area::default() };
    let matrix = governance::coverage::matrix(&store, &commissioner, &area, day).await.unwrap();
    assert_eq!(matrix.covered()[1].sentence(), "2 of 3 practices have signed for planning services");
    let (_, line, held) =
        governance::coverage::one(&store, &commissioner, &area, "E84001", day).await.unwrap().unwrap();
    assert_eq!(line.signed[1], governance::coverage::Signed::InForce);
    assert_eq!((held.len(), held[0].rows, held[0].published.is_none()), (1, 2, true));
    let refused = governance::agreements::all(&store, &commissioner).await;
    assert!(matches!(refused, Err(GovernanceError::Refused(_))));
    let filter = audit::Filter::default();
    assert!(governance::who_looked::search(&store, &commissioner, &filter, Page::FIRST).await.is_err());
    assert!(governance::feeds::status(&store, &commissioner).await.is_err());
    assert_eq!(governance::agreements::all(&store, &lead()).await.unwrap().len(), 1);
}
