//! Each command: open the deployment, call one use-case, say what came of it.

use chrono::Utc;
use model::{Feed, Purpose};
use pipeline::{Deployment, Progress};
use store::{Entropy, Page, SystemEntropy};

use crate::arguments::{Arguments, Command};
use crate::definitions::{self, DefinitionsCommand};
use crate::demo;
use crate::failure::Failure;
use crate::progress::Shown;
use crate::{account, audit, codelist, evaluate, ingest, link, rate, score, serve, show, spc};

/// Runs a command.
pub async fn run(arguments: Arguments) -> Result<(), Failure> {
    let progress = Shown::new(arguments.quiet || arguments.json);
    let json = arguments.json;
    let dir = &arguments.dir;
    match arguments.command {
        Command::Init { folder, store, synthetic } => {
            pipeline::init(&folder, store.as_deref(), synthetic, &random_key()?)?;
            say(json, &serde_json::json!({ "folder": folder }), || {
                format!("made {}; take files in with `wsic -C {0} ingest FEED FILE...`", folder.display())
            })
        }
        Command::Synth { people, years, seed, identities_only, out } => {
            let options = synth::Options::new(people, years, seed);
            let generate = if identities_only { synth::generate_identities } else { synth::generate };
            let summary = generate(&pipeline::area()?, options, &out, &mut |step, done, total| {
                progress.at(step, usize::try_from(done).unwrap_or(0), usize::try_from(total).unwrap_or(0));
            })?;
            progress.finish();
            let value = serde_json::to_value(&summary)?;
            say(json, &value, || format!("{}\n{value:#}", out.display()))
        }
        Command::Agree { feed, organisations, waiting, direct_care_only } => {
            let deployment = Deployment::open(dir).await?;
            agree(&deployment, feed, organisations, waiting, direct_care_only, json).await
        }
        Command::Ingest { feed, files } => {
            let deployment = Deployment::open(dir).await?;
            ingest::run(&deployment, feed, &files, json, &progress).await
        }
        Command::Quarantine { feed, limit, offset } => {
            let deployment = Deployment::open(dir).await?;
            quarantine(&deployment, feed, Page { offset, limit }, json).await
        }
        Command::Refresh => {
            let deployment = Deployment::open(dir).await?;
            let done = pipeline::refresh(&deployment, Utc::now(), &progress).await?;
            progress.finish();
            audit::sign_quietly(&deployment).await;
            say(json, &serde_json::to_value(&done)?, || {
                let verb = if done.unchanged { "nothing has changed" } else { "published" };
                format!(
                    "{verb}: {} people, {} events ({} replaced, {} deleted, {} without an agreement), data as at {}, digest {}",
                    done.people,
                    done.events,
                    done.replaced,
                    done.deleted,
                    done.not_covered,
                    done.data_as_at,
                    done.digest
                )
            })
        }
        Command::Audit(command) => audit::run(dir, command, json).await,
        Command::Status => status(&Deployment::open(dir).await?, json).await,
        Command::Link { spec, out, against: Some(index), add, each, files, .. } => {
            let paths = link::IndexPaths { spec, out, index, add, each, files };
            let summary = link::against(&paths, &progress)?;
            say(json, &serde_json::to_value(&summary)?, || summary.to_string())
        }
        Command::Link { spec, out, model, keep, files, .. } => {
            let summary = link::run(&link::Paths { spec, out, model, keep, files }, &progress)?;
            say(json, &serde_json::to_value(&summary)?, || summary.to_string())
        }
        Command::Spc(arguments) => {
            let points = spc::run(&arguments)?;
            say(json, &serde_json::json!({ "points": points }), || format!("{points} points judged"))
        }
        Command::Rate(arguments) => {
            let rows = rate::run(&arguments)?;
            say(json, &serde_json::json!({ "rows": rows }), || format!("{rows} rows written"))
        }
        Command::Evaluate(arguments) => {
            let sentence = evaluate::run(&arguments)?;
            say(json, &serde_json::json!({ "result": sentence }), || sentence.clone())
        }
        Command::Score(options) => {
            let summary = score::run(&options, &progress)?;
            say(json, &serde_json::to_value(&summary)?, || summary.to_string())
        }
        Command::Definitions { folder, what: None } => definitions::check(folder.as_deref(), json).await,
        Command::Definitions { what: Some(DefinitionsCommand::ImportCodelist(options)), .. } => {
            let taken = codelist::import(&options)?;
            say(json, &serde_json::to_value(&taken)?, || taken.to_string())
        }
        Command::Definitions { what: Some(DefinitionsCommand::Try { out, only }), .. } => {
            definitions::rehearse(&Deployment::open(dir).await?, &out, &only, json, &progress).await
        }
        Command::Account { what } => account::run(&Deployment::open(dir).await?, what, json).await,
        Command::Serve { listen } => serve::run(&Deployment::open(dir).await?, listen).await,
        Command::Demo { folder, people, years, seed, listen, no_serve } => {
            let options = demo::Options { people, years, seed, listen, serve: !no_serve };
            demo::run(&folder, &options, &progress).await
        }
    }
}

/// A secret key from the machine's randomness, as 64 hexadecimal digits.
pub fn random_key() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    SystemEntropy.fill(&mut bytes).map_err(Failure::data)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Says what came of a command: as JSON, or in words.
pub fn say(json: bool, value: &serde_json::Value, text: impl FnOnce() -> String) -> Result<(), Failure> {
    if json {
        println!("{}", serde_json::to_string_pretty(value)?);
    } else {
        println!("{}", text());
    }
    Ok(())
}

async fn agree(
    deployment: &Deployment,
    feed: Feed,
    mut organisations: Vec<String>,
    waiting: bool,
    direct_care_only: bool,
    json: bool,
) -> Result<(), Failure> {
    let now = Utc::now();
    if waiting {
        let prefix = format!("{feed}:");
        let status = pipeline::status(deployment, now).await?;
        let sources = status.waiting_for_agreement.iter();
        organisations.extend(sources.filter_map(|source| source.strip_prefix(&prefix)).map(str::to_owned));
    }
    if organisations.is_empty() && !waiting {
        return Err(Failure::usage("name the organisations that signed, or give --waiting"));
    }
    let both = [Purpose::DirectCare, Purpose::Planning];
    let purposes = if direct_care_only { &both[..1] } else { &both[..] };
    let sources: Vec<(Feed, String)> =
        organisations.iter().map(|organisation| (feed, organisation.to_ascii_uppercase())).collect();
    let signed = pipeline::sign(deployment, &sources, purposes, now).await?;
    let value =
        serde_json::json!({ "feed": feed, "organisations": organisations.len(), "agreements": signed });
    say(json, &value, || {
        format!(
            "{signed} agreements signed by {} organisations; they count from the next `wsic refresh`",
            organisations.len()
        )
    })
}

async fn quarantine(
    deployment: &Deployment,
    feed: Option<Feed>,
    page: Page,
    json: bool,
) -> Result<(), Failure> {
    let (total, issues) = pipeline::quarantine(deployment, feed, page).await?;
    if json {
        let rows: Vec<serde_json::Value> = issues
            .iter()
            .map(|found| {
                serde_json::json!({
                    "feed": found.feed, "file": found.file_name, "line": found.issue.line,
                    "field": found.issue.field, "class": found.issue.class, "reason": found.issue.reason,
                })
            })
            .collect();
        return say(true, &serde_json::json!({ "total": total, "rows": rows }), String::new);
    }
    let head = ["feed", "file", "line", "field", "value", "reason"].map(str::to_owned).to_vec();
    let mut rows = vec![head];
    rows.extend(issues.iter().map(|found| {
        vec![
            found.feed.to_string(),
            found.file_name.clone(),
            found.issue.line.to_string(),
            found.issue.field.clone(),
            found.issue.class.clone(),
            found.issue.reason.clone(),
        ]
    }));
    print!("{}", show::table(&rows));
    println!("{} of {total} refused rows", issues.len());
    Ok(())
}

async fn status(deployment: &Deployment, json: bool) -> Result<(), Failure> {
    let status = pipeline::status(deployment, Utc::now()).await?;
    if json {
        return say(true, &serde_json::to_value(&status)?, String::new);
    }
    let made_up = if status.synthetic { " (synthetic)" } else { "" };
    println!("{}{made_up}", status.name);
    match (status.data_as_at, status.published_at) {
        (Some(day), Some(at)) => println!("data as at {day}, published {}", at.format("%Y-%m-%d %H:%M UTC")),
        _ => println!("nothing published yet: run `wsic refresh`"),
    }
    let head = ["feed", "files", "refused", "read", "accepted", "repaired", "quarantined", "duplicate"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(status.feeds.iter().map(|f| {
        let counts = [f.files, f.refused, f.read, f.accepted, f.repaired, f.quarantined, f.duplicate];
        std::iter::once(f.feed.to_string()).chain(counts.map(|n| n.to_string())).collect()
    }));
    print!("\n{}", show::table(&rows));
    println!();
    for line in &status.coverage {
        println!("{} of {} practices have signed for {}", line.covered, line.practices, line.purpose.label());
    }
    if !status.waiting_for_agreement.is_empty() {
        println!(
            "{} sources wait for an agreement (`wsic agree FEED --waiting`)",
            status.waiting_for_agreement.len()
        );
    }
    for run in &status.runs {
        println!("run {} {} {} {}", run.run, run.started_at.format("%Y-%m-%d %H:%M"), run.state, run.message);
    }
    Ok(())
}
