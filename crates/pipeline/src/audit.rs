//! The deployment's side of the audit: the key that signs its checkpoints, the files they are kept in, and checking them.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use store::audit::{self, Checkpoint, Proof, Report, Signer, Verifier};

use crate::{Deployment, PipelineError, keys};

/// The key that signs: outside the database, for its owner only.
const SECRET: &str = "audit.key";
/// The keys that signatures are checked with, one a line: for everybody.
const PUBLIC: &str = "audit.pub";
const CHECKPOINTS: &str = "checkpoints";

/// Signs the audit as it stands and keeps the checkpoint as a file too; the latest one when nothing came since, `None` when
/// nothing has been written at all.
pub async fn checkpoint(
    deployment: &Deployment,
    now: DateTime<Utc>,
) -> Result<Option<(Checkpoint, PathBuf)>, PipelineError> {
    let signer = signer(&deployment.root)?;
    let Some(made) = audit::checkpoint(&deployment.store, &signer, now).await? else { return Ok(None) };
    let folder = deployment.root.join(CHECKPOINTS);
    fs::create_dir_all(&folder).map_err(PipelineError::file(&folder))?;
    let file = folder.join(format!("{:012}.txt", made.head.size));
    // What was kept once is not written over: a checkpoint that differs from it must show.
    if !file.exists() {
        fs::write(&file, &made.note).map_err(PipelineError::file(&file))?;
    }
    Ok(Some((made, file)))
}

/// Looks for rows that are not as they were written. The checkpoints in the deployment's folder and these files besides are
/// held against them; `key` is a file of keys in place of the deployment's.
pub async fn verify(
    deployment: &Deployment,
    kept: &[PathBuf],
    key: Option<&Path>,
) -> Result<Report, PipelineError> {
    let keys = match key {
        Some(file) => verifiers(file)?,
        None => own_keys(&deployment.root)?,
    };
    let mut files = in_folder(&deployment.root.join(CHECKPOINTS))?;
    files.extend_from_slice(kept);
    let mut notes = Vec::new();
    for file in files {
        let name = file.strip_prefix(&deployment.root).unwrap_or(&file).display().to_string();
        notes.push((name, fs::read_to_string(&file).map_err(PipelineError::file(&file))?));
    }
    Ok(audit::inspect(&deployment.store, &keys, &notes).await?)
}

/// Proves that a row is under the latest checkpoint.
pub async fn prove_row(deployment: &Deployment, row: i64) -> Result<Proof, PipelineError> {
    Ok(audit::include(&deployment.store, &own_keys(&deployment.root)?, row).await?)
}

/// Proves that the latest checkpoint covers all that an earlier one, kept in a file, did.
pub async fn prove_since(deployment: &Deployment, older: &Path) -> Result<Proof, PipelineError> {
    let keys = own_keys(&deployment.root)?;
    Ok(audit::extend(&deployment.store, &keys, &read(older, &keys)?).await?)
}

/// Checks a proof against a checkpoint, both in files, without a store. `key` is the file of the keys.
pub fn check_proof(
    proof: &Path,
    signed: &Path,
    older: Option<&Path>,
    key: &Path,
) -> Result<Proof, PipelineError> {
    let keys = verifiers(key)?;
    let text = fs::read_to_string(proof).map_err(PipelineError::file(proof))?;
    let proof: Proof = serde_json::from_str(&text)?;
    let older = older.map(|older| read(older, &keys)).transpose()?;
    proof.check(&read(signed, &keys)?, older.as_ref())?;
    Ok(proof)
}

/// Where a deployment keeps the keys that signatures are checked with.
pub fn public_key(root: &Path) -> PathBuf {
    root.join(PUBLIC)
}

fn read(file: &Path, keys: &[Verifier]) -> Result<Checkpoint, PipelineError> {
    let note = fs::read_to_string(file).map_err(PipelineError::file(file))?;
    Checkpoint::open(&note, keys).map_err(PipelineError::note(file))
}

fn verifiers(file: &Path) -> Result<Vec<Verifier>, PipelineError> {
    let text = fs::read_to_string(file).map_err(PipelineError::file(file))?;
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| Verifier::from_text(line).map_err(PipelineError::note(file))).collect()
}

/// The deployment's own keys; none before the first checkpoint.
fn own_keys(root: &Path) -> Result<Vec<Verifier>, PipelineError> {
    let file = public_key(root);
    if file.exists() { verifiers(&file) } else { Ok(Vec::new()) }
}

/// The key that signs, made when there is none.
fn signer(root: &Path) -> Result<Signer, PipelineError> {
    let file = root.join(SECRET);
    let text = keys::read_or_make(root, SECRET, |seed| Signer::from_seed(seed).to_text())?;
    let signer = Signer::from_text(&text).map_err(PipelineError::note(&file))?;
    // A key put in place of another is added, so that what the former signed can still be checked.
    if !own_keys(root)?.contains(&signer.verifier()) {
        let file = public_key(root);
        let mut to =
            OpenOptions::new().create(true).append(true).open(&file).map_err(PipelineError::file(&file))?;
        writeln!(to, "{}", signer.verifier().to_text()).map_err(PipelineError::file(&file))?;
    }
    Ok(signer)
}

fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, PipelineError> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(PipelineError::file(folder))?,
    };
    let mut files = Vec::new();
    for entry in entries {
        files.push(entry.map_err(PipelineError::file(folder))?.path());
    }
    files.sort();
    Ok(files)
}
