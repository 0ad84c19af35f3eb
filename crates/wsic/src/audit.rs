//! `wsic audit`: sign, verify, prove, check.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::Utc;
use clap::Subcommand;
use pipeline::{Deployment, audit};
use serde_json::json;
use store::audit::Proof;

use crate::commands::say;
use crate::failure::Failure;

/// What to do with the audit.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Sign the audit as it stands: a checkpoint to keep elsewhere
    #[command(after_help = "Example:\n  wsic audit checkpoint --out /media/safe/2026-11-22.txt")]
    Checkpoint {
        /// Write it to this file too
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Look for rows that were changed, removed, moved, put in or cut off
    #[command(
        after_help = "Examples:\n  wsic audit verify\n  wsic audit verify --checkpoint /media/safe/2026-11-22.txt --key /media/safe/audit.pub\n\nExit code 1 when anything is not as it was written."
    )]
    Verify {
        /// Checkpoints kept elsewhere
        #[arg(long = "checkpoint", value_name = "FILE")]
        checkpoints: Vec<PathBuf>,
        /// The keys that signed, kept elsewhere; the deployment's audit.pub if not given
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
    /// Print a proof (JSON) that a row is under the latest checkpoint, or that it goes on from an older one
    #[command(
        after_help = "Examples:\n  wsic audit prove 4711 > proof.json\n  wsic audit prove --since older.txt > proof.json"
    )]
    Prove {
        /// The row's number
        #[arg(required_unless_present = "since")]
        row: Option<i64>,
        /// An older checkpoint
        #[arg(long, value_name = "FILE", conflicts_with = "row")]
        since: Option<PathBuf>,
    },
    /// Check a proof without the database
    #[command(
        after_help = "Examples:\n  wsic audit check-proof proof.json --checkpoint latest.txt --key audit.pub\n  wsic audit check-proof proof.json --checkpoint latest.txt --older older.txt --key audit.pub"
    )]
    CheckProof {
        /// The proof
        proof: PathBuf,
        /// The checkpoint it is about
        #[arg(long, value_name = "FILE")]
        checkpoint: PathBuf,
        /// The older checkpoint, when the proof is about two
        #[arg(long, value_name = "FILE")]
        older: Option<PathBuf>,
        /// The keys that signed; audit.pub of the deployment's folder if not given
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
    },
}

/// Runs one of them.
pub async fn run(dir: &Path, command: AuditCommand, json: bool) -> Result<(), Failure> {
    match command {
        AuditCommand::Checkpoint { out } => sign(&Deployment::open(dir).await?, out.as_deref(), json).await,
        AuditCommand::Verify { checkpoints, key } => {
            verify(&Deployment::open(dir).await?, &checkpoints, key.as_deref(), json).await
        }
        AuditCommand::Prove { row, since } => {
            let deployment = Deployment::open(dir).await?;
            let proof = match (row, since) {
                (Some(row), _) => audit::prove_row(&deployment, row).await?,
                (None, Some(older)) => audit::prove_since(&deployment, &older).await?,
                (None, None) => {
                    return Err(Failure::usage("name a row, or an older checkpoint with --since"));
                }
            };
            say(true, &serde_json::to_value(&proof)?, String::new)
        }
        AuditCommand::CheckProof { proof, checkpoint, older, key } => {
            let key = key.unwrap_or_else(|| audit::public_key(dir));
            let proof = audit::check_proof(&proof, &checkpoint, older.as_deref(), &key)?;
            say(json, &json!({ "holds": true }), || held(&proof))
        }
    }
}

/// Signs once an hour and when the pages stop being served. What goes wrong is said, and does not stop them.
pub async fn sign_by_the_hour(deployment: &Deployment) {
    loop {
        sign_quietly(deployment).await;
        tokio::time::sleep(Duration::from_secs(3_600)).await;
    }
}

/// Signs; what goes wrong is said and stops nothing.
pub async fn sign_quietly(deployment: &Deployment) {
    if let Err(error) = audit::checkpoint(deployment, Utc::now()).await {
        eprintln!("wsic: no checkpoint of the audit was made: {error}");
    }
}

async fn sign(deployment: &Deployment, out: Option<&Path>, json: bool) -> Result<(), Failure> {
    let Some((made, file)) = audit::checkpoint(deployment, Utc::now()).await? else {
        return Err(Failure::data("nothing has been written to the audit yet: there is nothing to sign"));
    };
    if let Some(out) = out {
        std::fs::write(out, &made.note).map_err(|e| Failure::data(format!("{}: {e}", out.display())))?;
    }
    let file = out.unwrap_or(&file);
    let value = json!({ "rows": made.head.size, "at": made.at, "file": file, "note": made.note });
    say(json, &value, || {
        format!(
            "{} rows signed, in {}; keep it and audit.pub where nobody who can write this database can",
            made.head.size,
            file.display()
        )
    })
}

async fn verify(
    deployment: &Deployment,
    checkpoints: &[PathBuf],
    key: Option<&Path>,
    json: bool,
) -> Result<(), Failure> {
    let report = audit::verify(deployment, checkpoints, key).await?;
    if report.findings.is_empty() {
        return say(json, &serde_json::to_value(&report)?, || {
            format!(
                "{} rows, all as they were written; checkpoints that agree: {}, the latest over {} rows",
                report.rows, report.checkpoints, report.signed_rows
            )
        });
    }
    if json {
        say(true, &serde_json::to_value(&report)?, String::new)?;
    } else {
        report.findings.iter().for_each(|finding| println!("{finding}"));
    }
    let more = if report.more { " and more" } else { "" };
    let found = report.findings.len();
    Err(Failure::data(format!(
        "{found}{more} found in {} rows; keep the database as it is and tell the information-governance lead",
        report.rows
    )))
}

fn held(proof: &Proof) -> String {
    match proof {
        Proof::Inclusion { row, size, .. } => {
            format!(
                "the proof holds: row {} is one of the {size} rows that were signed, as it stands here",
                row.id
            )
        }
        Proof::Consistency { older, size, .. } => {
            format!(
                "the proof holds: the {older} rows signed first are the first of the {size} rows signed later, unchanged"
            )
        }
    }
}
