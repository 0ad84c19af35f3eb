//! The person index in the day: a later night's records are linked with it as well as everybody anew would be, and what
//! becomes of it when a run is killed or an agreement changes.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::Utc;
use pipeline::{Deployment, Quiet, Refreshed};
use store::{identities, quality};

use crate::command::{run, synth};

/// Runs the day with an index from so many records on.
async fn refresh(dir: &Path, index_from: usize) -> Refreshed {
    let mut deployment = Deployment::open(dir).await.unwrap();
    deployment.person_index_from = index_from;
    pipeline::refresh(&deployment, Utc::now(), &Quiet).await.unwrap()
}

fn ingest(dir: &Path, feeds: &Path, of: &[model::Feed]) {
    for feed in of {
        let files = feeds.join(feed.name());
        if files.exists() {
            run(dir, &["ingest", feed.name(), files.to_str().unwrap(), "--quiet"], 0);
            run(dir, &["agree", feed.name(), "--waiting"], 0);
        }
    }
}

/// Who each record is, and who it truly is.
async fn people(dir: &Path, truth: &BTreeMap<(String, String), String>) -> Vec<(u32, String)> {
    let deployment = Deployment::open(dir).await.unwrap();
    let mut people = Vec::new();
    identities::each(deployment.store.pipeline(), |part| {
        for identity in part {
            if let Some(who) = truth.get(&(identity.source, identity.source_person)) {
                people.push((identity.person.0, who.clone()));
            }
        }
    })
    .await
    .unwrap();
    people
}

/// What came of everybody's records that were linked again without their number.
async fn tried(dir: &Path) -> quality::Tried {
    let deployment = Deployment::open(dir).await.unwrap();
    let last = quality::last(deployment.store.pipeline()).await.unwrap().unwrap();
    assert!(last.tried_as_at.is_some());
    last.lines.iter().find(|line| line.by == quality::EVERYBODY).unwrap().tried
}

/// Pairs put together rightly, and wrongly.
fn pairs(people: &[(u32, String)]) -> (usize, usize) {
    let (mut right, mut wrong) = (0, 0);
    for (at, one) in people.iter().enumerate() {
        for other in people.iter().skip(at + 1).filter(|other| other.0 == one.0) {
            if other.1 == one.1 { right += 1 } else { wrong += 1 }
        }
    }
    (right, wrong)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nights_new_records_are_linked_with_the_index_of_everybody() {
    let folder = tempfile::tempdir().unwrap();
    let feeds = synth(folder.path(), 600, 1);
    let (first, later) = model::Feed::ALL.split_at(model::Feed::ALL.len() - 3);
    let mut outcomes = Vec::new();
    for (name, from) in [("indexed", 1), ("anew", usize::MAX)] {
        let dir = folder.path().join(name);
        run(folder.path(), &["init", dir.to_str().unwrap(), "--synthetic"], 0);
        ingest(&dir, &feeds, first);
        refresh(&dir, from).await;
        let index = Deployment::open(&dir).await.unwrap().person_index();
        assert_eq!(index.exists(), from == 1, "{name}");
        let made = index.exists().then(|| std::fs::metadata(&index).unwrap().created().unwrap());
        ingest(&dir, &feeds, later);
        let second = refresh(&dir, from).await;
        assert!(second.new_identities > 20, "{second:?}");
        let tried = tried(&dir).await;
        assert!(tried.records > 100, "{tried:?}");
        assert!(
            tried.found * 10 > tried.records * 7 && tried.wrong * 20 < tried.records,
            "{name}: {tried:?}"
        );
        assert!(refresh(&dir, from).await.unchanged);
        assert_eq!(self::tried(&dir).await, tried, "a run with nothing new keeps what was found");
        outcomes.push((dir, second, made));
    }
    let truth = std::fs::read_to_string(feeds.join("truth.csv")).unwrap();
    let truth: BTreeMap<(String, String), String> = truth
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            ((cells[0].to_owned(), cells[1].to_owned()), cells[2].to_owned())
        })
        .collect();
    let [(indexed, ..), (anew, ..)] = &outcomes[..] else { panic!("two deployments") };
    let (right, wrong) = pairs(&people(indexed, &truth).await);
    let (anew_right, anew_wrong) = pairs(&people(anew, &truth).await);
    assert!(anew_right > 200, "{anew_right}");
    assert!(
        wrong <= anew_wrong && right * 1000 >= anew_right * 995,
        "{right}, {wrong}; {anew_right}, {anew_wrong}"
    );

    // The index was changed, not made anew: it is the file of the first night.
    let index = Deployment::open(indexed).await.unwrap().person_index();
    assert_eq!(Some(std::fs::metadata(&index).unwrap().created().unwrap()), outcomes[0].2);

    // One that is not of the state of the links, as after a killed run, is not used but made anew.
    std::fs::copy(&index, index.with_extension("old")).unwrap();
    std::fs::write(&index, b"half written").unwrap();
    assert!(refresh(indexed, 1).await.unchanged, "what was linked stays so without an index");
    std::fs::remove_file(&index).unwrap();
    assert!(refresh(indexed, 1).await.unchanged);
}
