//! The marts of the current publication, opened once for each.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use store::Store;
use store::generations;
use warehouse::marts::Marts;

use crate::errors::Fault;

/// Opens the marts that belong to what is published now.
#[derive(Default)]
pub(crate) struct MartsDoor {
    folder: PathBuf,
    open: Mutex<Option<(String, Arc<Marts>)>>,
}

/// The part of a publication's manifest that names its marts.
#[derive(Deserialize)]
struct Manifest {
    key: String,
}

impl MartsDoor {
    /// `folder` holds one folder a publication.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), open: Mutex::default() }
    }

    /// The marts of the current publication. Errors: nothing is published, or its marts are not there.
    pub(crate) async fn current(&self, store: &Store) -> Result<Arc<Marts>, Fault> {
        let published = generations::current(store).await?.ok_or(Fault::NothingPublished)?;
        let Ok(Manifest { key }) = serde_json::from_str(&published.manifest) else {
            return Err(Fault::NothingPublished);
        };
        if let Some(open) = self.opened(&key) {
            return Ok(open);
        }
        let folder = self.folder.join(&key);
        if !folder.is_dir() {
            return Err(Fault::NothingPublished);
        }
        let marts = Arc::new(Marts::open(&folder).await?);
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = Some((key, Arc::clone(&marts)));
        Ok(marts)
    }

    fn opened(&self, key: &str) -> Option<Arc<Marts>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().filter(|(opened, _)| opened == key).map(|(_, marts)| Arc::clone(marts))
    }
}
