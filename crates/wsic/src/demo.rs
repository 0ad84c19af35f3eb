//! `wsic demo`: a synthetic area from nothing to a signed-in page.

use std::net::SocketAddr;
use std::path::Path;

use chrono::{NaiveDate, Utc};
use model::Feed;
use pipeline::{Deployment, Progress};
use store::generations;

use crate::commands::random_key;
use crate::failure::Failure;
use crate::progress::Shown;
use crate::{files, serve};

/// The password of every account of the demonstration: nobody in it is real.
const PASSWORD: &str = "joined-up-care";

/// What a demonstration is made of.
pub struct Options {
    pub people: u32,
    pub years: u32,
    pub seed: u64,
    pub listen: SocketAddr,
    pub serve: bool,
}

/// Makes what is not there yet, runs the day and serves it.
pub async fn run(folder: &Path, options: &Options, progress: &Shown) -> Result<(), Failure> {
    if !folder.join("wsic.toml").exists() {
        pipeline::init(folder, None, true, &random_key()?)?;
    }
    let deployment = Deployment::open(folder).await?;
    let feeds = folder.join("feeds");
    if !feeds.join("manifest.json").exists() {
        let synth = synth::Options::new(options.people, options.years, options.seed);
        synth::generate(&deployment.area, synth, &feeds, &mut |step, done, total| {
            progress.at(step, usize::try_from(done).unwrap_or(0), usize::try_from(total).unwrap_or(0));
        })?;
    }
    let practices = sending(&feeds)?;
    let day = NaiveDate::from_ymd_opt(2015, 4, 1).unwrap_or_default();
    pipeline::sign_area(&deployment, &practices, day, Utc::now()).await?;
    for feed in Feed::ALL {
        let of_feed = feeds.join(feed.name());
        if of_feed.exists() {
            let files = files::named(&[of_feed])?;
            let done = pipeline::ingest(&deployment, feed, &files, Utc::now(), progress).await?;
            let rows: u64 = done.files.iter().map(|file| file.read).sum();
            progress.finish();
            eprintln!("{feed}: {} files, {rows} rows", done.files.len());
        }
    }
    let refreshed = pipeline::refresh(&deployment, Utc::now(), progress).await?;
    progress.finish();
    eprintln!(
        "{} people, {} events, data as at {}",
        refreshed.people, refreshed.events, refreshed.data_as_at
    );
    let users = pipeline::seed(&deployment, PASSWORD, Utc::now()).await?;
    if generations::current(&deployment.store).await?.is_none() {
        return Err(Failure::data("nothing was published; run the command again"));
    }
    println!("\nSynthetic North West London: nobody in it exists. Sign in at http://{}", options.listen);
    for user in users {
        println!("  {:14} password {PASSWORD}   {}", user.id, user.about);
    }
    println!();
    if options.serve { serve::run(&deployment, options.listen).await } else { Ok(()) }
}

/// The practices that have sent files: their codes stand in the files' names.
fn sending(feeds: &Path) -> Result<Vec<String>, Failure> {
    let mut practices = std::collections::BTreeSet::new();
    for file in files::named(&[feeds.join(Feed::Gp.name())])? {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        practices.extend(name.split('_').nth(1).map(str::to_owned));
    }
    Ok(practices.into_iter().collect())
}
