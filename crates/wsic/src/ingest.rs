//! `wsic ingest`, and what it says of each file.

use std::path::PathBuf;

use chrono::Utc;
use model::Feed;
use pipeline::{Deployment, Ingested};

use crate::failure::Failure;
use crate::progress::Shown;
use crate::{files, show};

/// Files above this number are summed up, unless something is wrong with them.
const LISTED: usize = 20;

/// Takes files in and says what became of them.
pub async fn run(
    deployment: &Deployment,
    feed: Feed,
    paths: &[PathBuf],
    json: bool,
    progress: &Shown,
) -> Result<(), Failure> {
    let files = files::named(paths)?;
    let done = pipeline::ingest(deployment, feed, &files, Utc::now(), progress).await?;
    progress.finish();
    if json {
        println!("{}", serde_json::to_string_pretty(&done)?);
    } else {
        print(&done);
    }
    let refused = done.files.iter().filter(|file| file.state == "refused").count();
    if refused > 0 {
        return Err(Failure::data(format!(
            "{refused} of {} files could not be read as {feed}",
            done.files.len()
        )));
    }
    Ok(())
}

fn print(done: &Ingested) {
    let list_all = done.files.len() <= LISTED;
    let mut rows = vec![row(["file", "state", "read", "accepted", "repaired", "quarantined", "duplicate"])];
    let mut sums = [0; 5];
    for file in &done.files {
        let counts = [file.read, file.accepted, file.repaired, file.quarantined, file.duplicate];
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
        if list_all || file.state == "refused" {
            let [read, accepted, repaired, quarantined, duplicate] = counts.map(|n| n.to_string());
            rows.push(row([&file.file, file.state, &read, &accepted, &repaired, &quarantined, &duplicate]));
        }
    }
    let [read, accepted, repaired, quarantined, duplicate] = sums.map(|n| n.to_string());
    let all = format!("{} files", done.files.len());
    rows.push(row([&all, "", &read, &accepted, &repaired, &quarantined, &duplicate]));
    print!("{}", show::table(&rows));
    for file in &done.files {
        for note in file.notes.iter().filter(|_| list_all || file.state == "refused") {
            println!("{}: {note}", file.file);
        }
    }
}

fn row(cells: [&str; 7]) -> Vec<String> {
    cells.map(str::to_owned).to_vec()
}
