//! The folder of a run: filled beside its place, and put there whole.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use crate::SynthError;

/// What a manifest of ours says of itself.
pub const MADE_BY: &str = "wsic synth";
const MANIFEST: &str = "manifest.json";
const MARK: &str = ".wsic-synth";

/// A folder being filled.
pub struct Folder {
    out: PathBuf,
    /// Where the files go until all are there.
    pub partial: PathBuf,
}

impl Folder {
    /// Makes an empty folder beside `out`. What an interrupted run left there is taken away; anything else that stands in the
    /// way is an error.
    pub fn begin(out: &Path) -> Result<Self, SynthError> {
        if holds_anything(out) && !is_ours(out) {
            return Err(SynthError::NotEmpty { path: out.to_path_buf() });
        }
        let folder = Self { out: out.to_path_buf(), partial: beside(out, ".partial") };
        if holds_anything(&folder.partial) && !folder.partial.join(MARK).exists() {
            return Err(SynthError::NotEmpty { path: folder.partial });
        }
        remove(&folder.partial)?;
        fs::create_dir_all(&folder.partial).map_err(|source| io(&folder.partial, source))?;
        let mark = folder.partial.join(MARK);
        fs::write(&mark, MADE_BY).map_err(|source| io(&mark, source))?;
        Ok(folder)
    }

    /// Writes the manifest and puts the folder in its place, instead of an earlier one of ours.
    pub fn finish(self, manifest: &str) -> Result<(), SynthError> {
        let path = self.partial.join(MANIFEST);
        fs::write(&path, manifest).map_err(|source| io(&path, source))?;
        let old = beside(&self.out, ".old");
        remove(&old)?;
        if self.out.exists() {
            fs::rename(&self.out, &old).map_err(|source| io(&self.out, source))?;
        }
        let mark = self.partial.join(MARK);
        fs::remove_file(&mark).map_err(|source| io(&mark, source))?;
        fs::rename(&self.partial, &self.out).map_err(|source| io(&self.out, source))?;
        remove(&old)
    }
}

fn is_ours(folder: &Path) -> bool {
    fs::read_to_string(folder.join(MANIFEST)).is_ok_and(|text| text.contains(MADE_BY))
}

fn holds_anything(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) || folder.is_file()
}

fn remove(folder: &Path) -> Result<(), SynthError> {
    if folder.exists() { fs::remove_dir_all(folder).map_err(|source| io(folder, source)) } else { Ok(()) }
}

fn beside(out: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = out.as_os_str().to_os_string();
    name.push(ending);
    PathBuf::from(name)
}

fn io(path: &Path, source: std::io::Error) -> SynthError {
    SynthError::Io { path: path.to_path_buf(), source }
}
