//! Nights of nothing but new batches: linked with whom they touch alone, they come to what runs that read everything come to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use chrono::{Days, Utc};
use model::{PersonId, Purpose, Role};
use pipeline::{Deployment, Quiet, Refreshed};
use policy::{Access, Action, Resource, UserId};
use store::history::{self, Moved};
use store::identities::{self, Identity, Review};
use store::{cases, partings, runs};

use crate::command::{copy, run, synth};

/// A deployment that is run night by night.
struct Area {
    dir: PathBuf,
    /// Reads everything every night.
    whole: bool,
}

/// What links are after a night.
#[derive(Debug, PartialEq)]
struct Links {
    identities: Vec<Identity>,
    reviews: Vec<Review>,
    open: Vec<(cases::SourcePerson, cases::SourcePerson)>,
    moved: Vec<Moved>,
    /// The bytes of each batch's links.
    files: BTreeMap<String, Vec<u8>>,
}

impl Area {
    fn new(folder: &Path, name: &str, whole: bool) -> Self {
        let dir = folder.join(name);
        run(folder, &["init", dir.to_str().unwrap(), "--synthetic"], 0);
        Self { dir, whole }
    }

    async fn open(&self) -> Deployment {
        let mut deployment = Deployment::open(&self.dir).await.unwrap();
        deployment.person_index_from = 1;
        deployment.count_every = Days::new(10_000);
        deployment
    }

    fn take_in(&self, feed: &str, files: &Path) {
        run(&self.dir, &["ingest", feed, files.to_str().unwrap(), "--quiet"], 0);
        run(&self.dir, &["agree", feed, "--waiting"], 0);
    }

    /// Runs the day; gives besides how many batches linking read, and of how many.
    async fn refresh(&self) -> (Refreshed, u64, usize) {
        let deployment = self.open().await;
        if self.whole {
            let _ = std::fs::remove_file(deployment.last_night());
        }
        let at = Utc::now();
        let done = pipeline::refresh(&deployment, at, &Quiet).await.unwrap();
        let pipeline = deployment.store.pipeline();
        let steps = runs::steps(pipeline, &done.run).await.unwrap();
        let step = steps.iter().find(|step| step.step == "link").unwrap();
        let counts: serde_json::Value = serde_json::from_str(&step.counts).unwrap();
        let read = counts["batches_read"].as_u64().unwrap();
        let all = std::fs::read_dir(deployment.standardised()).unwrap().flatten();
        let all = all.filter(|entry| entry.path().extension().is_some_and(|end| end == "json")).count();
        (done, read, all)
    }

    async fn links(&self, people: &[PersonId]) -> Links {
        let deployment = self.open().await;
        let pipeline = deployment.store.pipeline();
        let mut identities = Vec::new();
        identities::each(pipeline, |part| identities.extend(part)).await.unwrap();
        let mut moved = Vec::new();
        for person in people {
            let permit = lead(&deployment, Action::ViewLinkage, *person).await;
            moved.extend(history::of_person(&deployment.store, &permit).await.unwrap());
        }
        moved.iter_mut().for_each(|moved| moved.at = chrono::DateTime::UNIX_EPOCH);
        let files = std::fs::read_dir(deployment.links()).unwrap().flatten().map(|entry| entry.path());
        let files = files.filter(|path| path.extension().is_some_and(|end| end == "persons"));
        let bytes = |path: PathBuf| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap())
        };
        Links {
            identities,
            reviews: identities::reviews(pipeline).await.unwrap(),
            open: cases::open(pipeline).await.unwrap(),
            moved,
            files: files.map(bytes).collect(),
        }
    }

    /// The files that linking keeps for the next night.
    async fn kept(&self) -> Vec<PathBuf> {
        let deployment = self.open().await;
        vec![deployment.last_night(), deployment.person_index()]
    }
}

async fn lead(deployment: &Deployment, action: Action, person: PersonId) -> policy::Permit {
    let lead = Access {
        user: UserId("lead".into()),
        display_name: "Governance lead".into(),
        role: Role::GovernanceLead,
        organisation: "QRV".into(),
        purpose: Purpose::Governance,
        reason: None,
        correlation: "test".into(),
        at: Utc::now(),
        person: None,
        session: String::new(),
    };
    deployment.store.request(&lead, action, Resource::Person(person)).await.unwrap()
}

/// The months of all feeds, in order.
fn months(feeds: &Path) -> Vec<String> {
    let gp = std::fs::read_dir(feeds.join("gp")).unwrap().flatten();
    let mut months: Vec<String> = gp.map(|entry| entry.file_name().into_string().unwrap()).collect();
    months.sort();
    months
}

/// The practices' lists of patients of a month.
fn lists(feeds: &Path, month: &str) -> Vec<PathBuf> {
    let files = std::fs::read_dir(feeds.join("gp").join(month)).unwrap().flatten();
    let mut lists: Vec<PathBuf> = files.map(|entry| entry.path()).collect();
    lists.retain(|path| path.to_str().unwrap().ends_with("_patients.csv"));
    lists.sort();
    lists
}

/// Rows of a practice's first list of patients, written as a later file: `change` is told the row's place and gives what
/// stands in its place.
fn corrected(
    feeds: &Path,
    to: &Path,
    month: &str,
    change: impl Fn(usize, Vec<String>) -> Vec<Vec<String>>,
) -> PathBuf {
    let lists = lists(feeds, &months(feeds)[0]);
    let out = to.join(format!("corrected-{month}"));
    std::fs::create_dir_all(&out).unwrap();
    for (n, list) in lists.iter().enumerate() {
        let text = std::fs::read_to_string(list).unwrap();
        let mut lines = text.lines().filter(|line| !line.contains('"'));
        // One supplier writes every cell in quotes: that list stays as it is.
        let Some(head) = lines.next() else { continue };
        let mut rows = vec![head.to_owned()];
        for (at, line) in lines.take(9).enumerate() {
            let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
            cells[14] = format!("{month}-28");
            rows.extend(change(n * 9 + at, cells).into_iter().map(|cells| cells.join(",")));
        }
        let name = list.file_name().unwrap().to_str().unwrap().replace(&months(feeds)[0], month);
        std::fs::write(out.join(name), rows.join("\n") + "\n").unwrap();
    }
    out
}

/// Every kind of row that a night may bring.
fn changes(at: usize, cells: Vec<String>) -> Vec<Vec<String>> {
    let with = |change: &dyn Fn(&mut Vec<String>)| {
        let mut cells = cells.clone();
        change(&mut cells);
        cells
    };
    let new = |cells: &mut Vec<String>| cells[1] = format!("9{at:07}");
    match at % 9 {
        // What the source says has changed: name, address, date of birth, number gone, registration ends one day.
        0 => vec![with(&|cells| cells[3] = "Smith-Jones".to_owned())],
        1 => vec![with(&|cells| cells[8] = "HA1 1AA".to_owned())],
        2 => vec![with(&|cells| cells[5] = "1961-02-03".to_owned())],
        3 => vec![with(&|cells| cells[2] = String::new())],
        4 => vec![with(&|cells| cells[12] = "2026-09-15".to_owned())],
        // The same said again, and something older than what is known.
        5 => vec![cells],
        6 => vec![with(&|cells| {
            cells[4] = "Olden".to_owned();
            cells[14] = "2025-01-31".to_owned();
        })],
        // New records of people who are known: by number, by name, with slips; and the same new person twice.
        7 => vec![
            with(&new),
            with(&|cells| {
                new(cells);
                cells[1].push('1');
                cells[2] = String::new();
                cells[3].push('e');
            }),
        ],
        _ => {
            let stranger = |cells: &mut Vec<String>| {
                new(cells);
                cells[2] = String::new();
                cells[3] = format!("Newcomer{at}");
                cells[5] = "1999-09-09".to_owned();
            };
            vec![
                with(&stranger),
                with(&|cells| {
                    stranger(cells);
                    cells[1].push('2');
                    cells[4] = format!("{}a", cells[4]);
                }),
            ]
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_night_of_new_batches_comes_to_what_a_whole_run_comes_to() {
    let folder = tempfile::tempdir().unwrap();
    let feeds = synth(folder.path(), 500, 1);
    let mut areas = [Area::new(folder.path(), "nights", false), Area::new(folder.path(), "whole", true)];
    let months = months(&feeds);
    let (before, nights) = months.split_at(months.len() - 6);
    for area in &areas {
        for feed in model::Feed::ALL {
            for month in before {
                let files = feeds.join(feed.name()).join(month);
                if files.exists() {
                    area.take_in(feed.name(), &files);
                }
            }
        }
        area.refresh().await;
    }
    let mut short = Vec::new();
    let mut parted = Vec::new();
    for (night, month) in nights.iter().enumerate() {
        let corrected = corrected(&feeds, folder.path(), month, |at, cells| {
            // Not the same rows every night.
            if at % 5 == night % 5 { changes(at / 5 + night, cells) } else { Vec::new() }
        });
        // One night brings nothing, one is killed before what it keeps is written, one before a part of it is, one before the
        // store is.
        let mut outcomes = Vec::new();
        for area in &mut areas {
            if night != 2 {
                // Of the practices only what is corrected: their lists and what they did in a month name nearly everybody.
                // A council that sends for the first time is a change of agreements, and such a night is a whole run.
                let whole = [model::Feed::Gp, model::Feed::Cld];
                for feed in model::Feed::ALL.into_iter().filter(|feed| !whole.contains(feed)) {
                    let files = feeds.join(feed.name()).join(month);
                    if files.exists() {
                        area.take_in(feed.name(), &files);
                    }
                }
                area.take_in("gp", &corrected);
            }
            if night == 5 && !area.whole {
                let behind = folder.path().join("behind");
                copy(&area.dir, &behind);
                area.refresh().await;
                copy(&area.dir.join("data/links"), &behind.join("data/links"));
                area.dir = behind;
            }
            let kept = area.kept().await;
            for path in &kept {
                let _ = std::fs::copy(path, path.with_extension("before"));
            }
            let (done, read, all) = area.refresh().await;
            assert!(!area.whole || read == all as u64, "{read} of {all}");
            short.extend((read < all as u64).then_some(night));
            let lost = match night {
                3 => &kept[..1],
                4 => &kept[..],
                _ => &[],
            };
            for path in lost {
                std::fs::rename(path.with_extension("before"), path).unwrap();
            }
            outcomes.push((done, area.links(&parted).await));
        }
        let [(one, links), (other, whole)] = &outcomes[..] else { panic!("two deployments") };
        assert_eq!(links, whole, "night {night}");
        assert_eq!(one.digest, other.digest, "night {night}");
        assert_eq!(one.new_identities, other.new_identities, "night {night}");
        assert!(night == 2 || one.new_identities > 0, "night {night}");

        // A record is parted from the others of somebody, between two nights.
        if night == 0 {
            let of = |person: PersonId| links.identities.iter().filter(move |i| i.person == person);
            let first = links.identities.iter().find(|i| of(i.person).count() >= 3).unwrap();
            parted.push(first.person);
            for area in &areas {
                let deployment = area.open().await;
                let permit = lead(&deployment, Action::PartPerson, first.person).await;
                let record = (first.source.clone(), first.source_person.clone());
                let part = partings::part(&deployment.store, &permit, &record, "Told by the practice").await;
                assert!(part.unwrap().is_some());
            }
        }
    }
    assert!(short.len() >= 3, "nights that read new batches alone: {short:?} of {}", nights.len());
    assert_eq!(areas[0].links(&parted).await.moved.len(), 1);
}
