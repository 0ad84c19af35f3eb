//! Indexing: events under their person, in a folder named by its inputs. Where little changed since the last index, only the
//! buckets of the people concerned are built anew.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use model::{PersonId, sha256_hex};
use warehouse::WarehouseError;
use warehouse::index::{Earlier, IndexManifest, MADE_BY, NOBODY, bucket_of, build, same_file};
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
            let last = Last::find(deployment)?;
            let earlier = match &last {
                Some(last) => last.earlier(&links, batches)?,
                None => None,
            };
            let say = |at, of| progress.at("index", at, of);
            let manifest = build(&files, &persons, &folder, earlier.as_ref(), deployment.threads, &say)?;
            keep_links(&links, batches, &folder)?;
            progress.reached("index: before commit");
            finish(&folder, &manifest)?;
            progress.reached("index: committed");
            manifest
        }
    };
    Ok(Index::of(&folder, &key, manifest))
}

/// The index of a key as it was built, and the names of its batches; nothing when it is not there any more.
pub(crate) fn built(deployment: &Deployment, key: &str) -> Result<Option<Index>, PipelineError> {
    let folder = deployment.index(key);
    let manifest: Option<IndexManifest> = done(&folder)?;
    Ok(manifest.map(|manifest| Index::of(&folder, key, manifest)))
}

impl Index {
    fn of(folder: &Path, key: &str, manifest: IndexManifest) -> Self {
        let buckets = manifest.buckets.keys().map(|b| warehouse::events::bucket_file(folder, *b)).collect();
        Self { key: key.to_owned(), buckets, manifest }
    }

    /// The names of the batches it was built of, in order.
    pub(crate) fn batches(&self) -> Vec<String> {
        self.manifest.not_covered_of.keys().cloned().collect()
    }

    /// Who had asked not to be counted when its data came: `now` if it is asked for the first time.
    pub(crate) fn objected_when_data_came(
        &self,
        deployment: &Deployment,
        now: &BTreeSet<PersonId>,
    ) -> Result<BTreeSet<PersonId>, PipelineError> {
        let path = deployment.index(&self.key).join("objected.json");
        match std::fs::read(&path) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                std::fs::write(&path, serde_json::to_vec(now)?).map_err(PipelineError::file(&path))?;
                Ok(now.clone())
            }
            Err(e) => Err(PipelineError::file(&path)(e)),
        }
    }

    /// Where it keeps who the people of each batch were when it was built.
    pub(crate) fn links(&self, deployment: &Deployment) -> PathBuf {
        deployment.index(&self.key).join(LINKS)
    }
}

/// Where an index keeps who the people of each batch were when it was built.
const LINKS: &str = "links";

/// The index that was built last.
struct Last {
    folder: PathBuf,
    manifest: IndexManifest,
}

impl Last {
    fn find(deployment: &Deployment) -> Result<Option<Self>, PipelineError> {
        let Ok(folders) = std::fs::read_dir(deployment.index("")) else { return Ok(None) };
        for folder in folders.flatten().map(|entry| entry.path()) {
            let manifest: Option<IndexManifest> = done(&folder)?;
            if let Some(manifest) = manifest.filter(|manifest| manifest.made_by == MADE_BY) {
                return Ok(Some(Self { folder, manifest }));
            }
        }
        Ok(None)
    }

    /// Which of its buckets no longer hold; nothing when those are most.
    fn earlier(&self, links: &Path, batches: &[String]) -> Result<Option<Earlier<'_>>, PipelineError> {
        let before = self.folder.join(LINKS);
        let mut touched = BTreeSet::new();
        let mut changed = BTreeSet::new();
        for batch in batches {
            let now = read_links(links, batch).map_err(PipelineError::file(links))?;
            match read_links(&before, batch) {
                Ok(was) if was == now => {}
                Ok(was) if was.len() == now.len() => {
                    changed.insert(batch.clone());
                    let others = was.iter().zip(&now).filter(|(was, now)| was != now);
                    touched.extend(others.flat_map(|(was, now)| [bucket_of(*was), bucket_of(*now)]));
                }
                _ => {
                    changed.insert(batch.clone());
                    touched.extend(now.iter().map(|person| bucket_of(*person)));
                }
            }
        }
        for batch in self.manifest.not_covered_of.keys().filter(|batch| !batches.contains(batch)) {
            let was = read_links(&before, batch).map_err(PipelineError::file(&before))?;
            touched.extend(was.iter().map(|person| bucket_of(*person)));
        }
        touched.remove(&bucket_of(NOBODY));
        let most = touched.len() * 2 > self.manifest.buckets.len();
        Ok((!most).then_some(Earlier { folder: &self.folder, manifest: &self.manifest, touched, changed }))
    }
}

/// Keeps beside the index who the people of each batch are, for the next one.
fn keep_links(links: &Path, batches: &[String], folder: &Path) -> Result<(), PipelineError> {
    let to = folder.join(LINKS);
    std::fs::create_dir_all(&to).map_err(PipelineError::file(&to))?;
    for batch in batches {
        let name = format!("{batch}.persons");
        same_file(&links.join(&name), &to.join(&name))?;
    }
    Ok(())
}

fn persons_of(links: &Path, files: &BatchFiles) -> Result<Vec<u32>, WarehouseError> {
    read_links(links, &files.name()).map_err(WarehouseError::file(&files.manifest))
}
