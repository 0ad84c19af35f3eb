//! Who is who: each source's person against the true one. Nothing in the pipeline reads it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::SynthError;
use crate::calendar::year_of;
use crate::person::Person;

/// `truth.csv` and `truth_people.csv` being written.
pub struct Truth {
    sources: Sheet,
    people: Sheet,
    /// Source people said.
    rows: u64,
}

struct Sheet {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Sheet {
    fn new(root: &Path, name: &str, header: &[u8]) -> Result<Self, SynthError> {
        let path = root.join(name);
        let file = File::create(&path).map_err(|source| SynthError::Io { path: path.clone(), source })?;
        let mut sheet = Self { path, file: BufWriter::new(file) };
        sheet.put(header)?;
        Ok(sheet)
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), SynthError> {
        let written = self.file.write_all(bytes);
        written.map_err(|source| SynthError::Io { path: self.path.clone(), source })
    }

    fn finish(mut self) -> Result<(), SynthError> {
        self.file.flush().map_err(|source| SynthError::Io { path: self.path, source })
    }
}

impl Truth {
    /// Begins the files in this folder.
    pub fn new(root: &Path) -> Result<Self, SynthError> {
        let sources = Sheet::new(root, "truth.csv", b"source,source_person,true_person\n")?;
        let header = b"true_person,ethnic_category,deprivation_fifth,sex,birth_year\n";
        Ok(Self { sources, people: Sheet::new(root, "truth_people.csv", header)?, rows: 0 })
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
        self.sources.put(format!("{feed}:{organisation},{local},P{person:07}\n").as_bytes())
    }

    /// Says what an evaluation may cut by.
    pub fn person(&mut self, person: &Person) -> Result<(), SynthError> {
        self.people.put(person_line(person).as_bytes())
    }

    /// Says what is already written, with its count of source people.
    pub fn lines(&mut self, sources: &[u8], people: &[u8], rows: u64) -> Result<(), SynthError> {
        self.rows += rows;
        self.sources.put(sources)?;
        self.people.put(people)
    }

    /// Puts everything on disk and says how many source people there are.
    pub fn finish(self) -> Result<u64, SynthError> {
        self.sources.finish()?;
        self.people.finish()?;
        Ok(self.rows)
    }
}

/// The line of a true person.
pub fn person_line(person: &Person) -> String {
    let (sex, born) = (person.sex.letter(), year_of(person.birth));
    format!("P{:07},{},{},{sex},{born}\n", person.index, person.ethnic, person.fifth())
}
