//! The marts of the current publication, opened once for each class of readers.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use policy::{Cover, Permit};
use serde::Deserialize;
use store::Store;
use store::generations;
use warehouse::marts::Marts;

use crate::errors::Fault;

/// Opens the marts that a permit may read, of what is published now.
#[derive(Default)]
pub(crate) struct MartsDoor {
    folder: PathBuf,
    open: Mutex<Opened>,
}

/// What is open, all of one publication.
#[derive(Default)]
struct Opened {
    publication: String,
    figures: HashMap<String, Arc<Marts>>,
}

/// The part of a publication's manifest that names its marts.
#[derive(Deserialize)]
struct Manifest {
    key: String,
}

impl MartsDoor {
    /// `folder` holds one folder a publication, and in it one a class of readers.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), open: Mutex::default() }
    }

    /// The marts that a permit may read. Errors: nothing is published; nothing of it may be counted; it is being counted anew.
    pub(crate) async fn of(&self, store: &Store, permit: &Permit) -> Result<Arc<Marts>, Fault> {
        let published = generations::current(store).await?.ok_or(Fault::NothingPublished)?;
        let Ok(Manifest { key }) = serde_json::from_str(&published.manifest) else {
            return Err(Fault::NothingPublished);
        };
        let cover = permit.cover();
        if cover.is_nothing() {
            return Err(Fault::LeftOut(hidden(cover)));
        }
        let publication = self.folder.join(&key);
        let folder = publication.join(cover.figures());
        if cover.figures().is_empty() || !publication.is_dir() {
            return Err(Fault::NothingPublished);
        }
        if !folder.is_dir() {
            self.let_go(cover.figures());
            return Err(Fault::BeingCounted { without: hidden(cover), since: since(&folder) });
        }
        if let Some(open) = self.opened(&key, cover.figures()) {
            return Ok(open);
        }
        let marts = Arc::new(Marts::open(&folder).await?);
        self.keep(key, cover.figures(), &marts);
        Ok(marts)
    }

    fn opened(&self, publication: &str, figures: &str) -> Option<Arc<Marts>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.figures.get(figures).filter(|_| open.publication == publication).map(Arc::clone)
    }

    /// Forgets figures that are not there any more: when they come back they are opened anew.
    fn let_go(&self, figures: &str) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).figures.remove(figures);
    }

    /// Keeps it open with others of its publication; what is left of another is let go.
    fn keep(&self, publication: String, figures: &str, marts: &Arc<Marts>) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.publication != publication {
            *open = Opened { publication, figures: HashMap::new() };
        }
        open.figures.insert(figures.to_owned(), Arc::clone(marts));
    }
}

fn hidden(cover: &Cover) -> Vec<String> {
    cover.hidden().map(str::to_owned).collect()
}

/// Since when a folder of marts is being filled, once it is.
fn since(folder: &Path) -> Option<DateTime<Utc>> {
    let text = fs::read_to_string(folder.with_extension("partial").join("begun")).ok()?;
    DateTime::parse_from_rfc3339(text.trim()).ok().map(|at| at.to_utc())
}
