//! `wsic link`: reads the files that a specification describes, links their records, writes what was found.

mod columns;
mod ids;
mod index;
mod read;
mod report;
mod saved;
mod spec;
mod summary;
mod write;

use std::path::PathBuf;
use std::time::Instant;

use linkage::{Mode, Outcome, Records, Role, Settings};
use pipeline::Progress;

use crate::failure::Failure;
use crate::progress::Shown;
use columns::Resolved;
use ids::Ids;
pub use index::{Paths as IndexPaths, run as against};
use spec::{Spec, SpecMode};
pub use summary::Summary;

/// What the command names.
pub struct Paths {
    /// The specification.
    pub spec: PathBuf,
    /// The folder to write to.
    pub out: PathBuf,
    /// The model of an earlier run.
    pub model: Option<PathBuf>,
    /// Where an index of everybody is to be kept.
    pub keep: Option<PathBuf>,
    /// The files to link.
    pub files: Vec<PathBuf>,
}

/// A linkage that has been done.
struct Done {
    spec: Spec,
    /// Ids of each file, in the order of the records.
    files: Vec<Ids>,
    records: Records,
    outcome: Outcome,
    /// Name of each identifier and other field, and its column.
    extras: Vec<(String, String)>,
    /// Roles that some column has.
    roles: Vec<Role>,
    /// Whether the model was given, not learnt.
    given: bool,
}

impl Done {
    /// Whether some column gives this field of the model.
    fn compares(&self, field: &str) -> bool {
        let of: &[Role] = match field {
            "given_name" => &[Role::GivenName, Role::FullName],
            "middle_name" => &[Role::MiddleName, Role::GivenName, Role::FullName],
            "family_name" => &[Role::FamilyName, Role::FullName],
            "date_of_birth" => &[Role::DateOfBirth, Role::BirthYear],
            // An identifier or other column is in the model only where there is one.
            name => return Role::from_name(name).is_none_or(|role| self.roles.contains(&role)),
        };
        of.iter().any(|role| self.roles.contains(role))
    }
}

/// Links and writes; gives what came of it.
pub fn run(paths: &Paths, progress: &Shown) -> Result<Summary, Failure> {
    let begun = Instant::now();
    let spec = Spec::read(&paths.spec)?;
    // One file is enough where others are to come.
    if paths.keep.is_none() || spec.mode != SpecMode::LinkAndDedupe {
        spec.fits(paths.files.len())?;
    }
    if let Some(path) = &paths.keep {
        index::check_new(path)?;
    }
    let model = paths.model.as_deref().map(saved::read).transpose()?;
    let sources = read::open(&paths.files)?;
    let Resolved { readings, extras } = columns::resolve(&spec, &sources)?;
    let roles = readings.iter().flat_map(|reading| &reading.layout.columns).flatten().copied().collect();
    let mut records = Records::new();
    let mut files = Vec::new();
    for (source, reading) in sources.into_iter().zip(&readings) {
        files.push(read::read(source, reading, &mut records, progress)?);
    }
    if let (Some(model), Some(path)) = (&model, &paths.model) {
        saved::check(path, model, &records)?;
    }
    let settings = Settings {
        mode: if spec.mode == SpecMode::LinkOnly { Mode::LinkOnly } else { Mode::Dedupe },
        one_to_one: spec.one_to_one,
        threshold: spec.threshold.unwrap_or(spec::THRESHOLD),
        precision: spec.precision,
    };
    let mut step = 0;
    let outcome = linkage::link(&mut records, &settings, model.as_ref(), &mut |name| {
        progress.at(name, step, 5);
        step += 1;
    });
    let done = Done { spec, files, records, outcome, extras, roles, given: model.is_some() };
    progress.at("writing", 0, 1);
    write::tables(&paths.out, &done)?;
    saved::write(&paths.out, &done)?;
    let summary = Summary::of(&paths.out, &done, begun.elapsed());
    report::write(&paths.out, &done, &summary)?;
    if let Some(path) = &paths.keep {
        index::keep(path, &done, progress)?;
    }
    progress.finish();
    Ok(summary)
}
