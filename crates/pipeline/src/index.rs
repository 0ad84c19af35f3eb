//! Indexing: events under their person, in a folder named by its inputs.

use std::path::{Path, PathBuf};

use model::sha256_hex;
use warehouse::WarehouseError;
use warehouse::index::{IndexManifest, build};
use warehouse::standardised::BatchFiles;

use crate::refresh::{done, finish};
use crate::statements::read_links;
use crate::{Deployment, PipelineError, Progress};

/// An index that is whole.
pub(crate) struct Index {
    /// Its key: the same inputs, the same key.
    pub key: String,
    /// Its buckets in order of person.
    pub buckets: Vec<PathBuf>,
    /// Its totals.
    pub manifest: IndexManifest,
}

/// Builds the index of these batches, or finds it built.
pub(crate) fn index(
    deployment: &Deployment,
    batches: &[String],
    progress: &dyn Progress,
) -> Result<Index, PipelineError> {
    let links = deployment.links();
    let mut inputs = format!("index {}\n", env!("CARGO_PKG_VERSION"));
    for batch in batches {
        let path = links.join(format!("{batch}.persons"));
        let persons = std::fs::read(&path).map_err(PipelineError::file(&path))?;
        inputs.push_str(&format!("{batch} {}\n", sha256_hex(&persons)));
    }
    let key: String = sha256_hex(inputs.as_bytes()).chars().take(32).collect();
    let folder = deployment.index(&key);
    let manifest = match done(&folder)? {
        Some(manifest) => manifest,
        None => {
            let zone = deployment.standardised();
            let files: Vec<BatchFiles> = batches.iter().map(|batch| BatchFiles::of(&zone, batch)).collect();
            let persons = |files: &BatchFiles| persons_of(&links, files);
            let manifest =
                build(&files, &persons, &folder, deployment.threads, &|at, of| progress.at("index", at, of))?;
            progress.reached("index: before commit");
            finish(&folder, &manifest)?;
            progress.reached("index: committed");
            manifest
        }
    };
    let buckets = manifest.buckets.keys().map(|b| warehouse::events::bucket_file(&folder, *b)).collect();
    Ok(Index { key, buckets, manifest })
}

fn persons_of(links: &Path, files: &BatchFiles) -> Result<Vec<u32>, WarehouseError> {
    let name = files.manifest.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    read_links(links, &name).map_err(WarehouseError::file(&files.manifest))
}
