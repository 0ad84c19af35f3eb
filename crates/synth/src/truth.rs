//! Who is who: each source's person against the true one. Nothing in the pipeline reads it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::SynthError;

/// `truth.csv` being written.
pub struct Truth {
    path: PathBuf,
    file: BufWriter<File>,
    /// Rows written.
    pub rows: u64,
}

impl Truth {
    /// Begins the file in this folder.
    pub fn new(root: &Path) -> Result<Self, SynthError> {
        let path = root.join("truth.csv");
        let file = File::create(&path).map_err(|source| SynthError::Io { path: path.clone(), source })?;
        let mut truth = Self { path, file: BufWriter::new(file), rows: 0 };
        truth.line("source,source_person,true_person\n")?;
        Ok(truth)
    }

    /// Says that a source's person is the true person with this index. Each source person is said once.
    pub fn say(
        &mut self,
        feed: &str,
        organisation: &str,
        local: &str,
        person: u32,
    ) -> Result<(), SynthError> {
        self.rows += 1;
        self.line(&format!("{feed}:{organisation},{local},P{person:07}\n"))
    }

    /// Puts everything on disk.
    pub fn finish(mut self) -> Result<u64, SynthError> {
        self.file.flush().map_err(|source| SynthError::Io { path: self.path, source })?;
        Ok(self.rows)
    }

    fn line(&mut self, line: &str) -> Result<(), SynthError> {
        let written = self.file.write_all(line.as_bytes());
        written.map_err(|source| SynthError::Io { path: self.path.clone(), source })
    }
}
