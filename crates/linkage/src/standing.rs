//! What of a linkage is kept, so that later records are linked with those before without reading all of them again.
//!
//! Kept are the model, the blocking passes, how often each value occurred and the dates of birth that mean nothing. None of
//! it changes until everybody is linked anew: the same record finds the same people whatever came between. Where records
//! and their keys are kept is not known here; `store::people` keeps them in a file.

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::birth::Birth;
use crate::blocking::{Keys, Part};
use crate::choose;
use crate::compare::Comparer;
use crate::counts::Counts;
use crate::engine::{Edge, KEPT, Outcome};
use crate::fields::{FIXED, Field};
use crate::frequency::{self, Frequencies};
use crate::join::{Joined, Known, Limits, decide};
use crate::model::Model;
use crate::records::{Layout, Records};
use crate::role::Role;
use crate::weights::{Tables, Weights, log_odds};

/// Version of what is kept.
const VERSION: u32 = 1;
/// Parts by which a list of records that is full is split.
const FURTHER: [Part; 2] = [Part::BirthYear, Part::Sector];

/// What of a linkage is kept.
#[derive(Debug, Serialize, Deserialize)]
pub struct Standing {
    version: u32,
    columns: Vec<Role>,
    model: Model,
    passes: Vec<Vec<Part>>,
    default_births: Vec<Birth>,
    counts: Counts,
    #[serde(skip)]
    tables: OnceLock<Arc<Tables>>,
}

/// Keys of some records that hold in every later run.
pub struct LastingKeys<'a> {
    keys: Keys<'a>,
    records: &'a Records,
    passes: &'a [Vec<Part>],
}

impl Standing {
    /// Records that one key leads to, at most. A list that is full is split by further parts of the key; one that is full
    /// still leads nowhere: what so many have says too little.
    pub const LIMIT: usize = 20;
    /// How many finer keys there are of each pass.
    pub const FINER: usize = FURTHER.len();

    /// What is to be kept of a linkage of these records.
    pub fn of(records: &Records, outcome: &Outcome) -> Self {
        Self::made(records, &outcome.model, &outcome.frequencies, &outcome.default_births)
    }

    /// The same of people who were joined; nothing where not everybody was at hand.
    pub fn of_joined(records: &Records, joined: &Joined) -> Option<Self> {
        let counted = joined.counted.as_ref()?;
        Some(Self::made(records, &joined.model, &counted.frequencies, &counted.default_births))
    }

    fn made(records: &Records, model: &Model, frequencies: &Frequencies, default_births: &[Birth]) -> Self {
        let keys = Keys::new(records, frequencies);
        let passes = choose::few(records, &keys, frequencies, model);
        Self {
            version: VERSION,
            columns: records.columns(),
            model: model.clone(),
            passes,
            default_births: default_births.to_vec(),
            counts: Counts::of(records, frequencies),
            tables: OnceLock::new(),
        }
    }

    /// Whether this program can use what another version kept.
    pub fn is_current(&self) -> bool {
        self.version == VERSION
    }

    /// What was learnt.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Roles of the texts of each record, as [`Records::texts`] gives them.
    pub fn columns(&self) -> &[Role] {
        &self.columns
    }

    /// The same as a layout to read records by.
    pub fn layout(&self) -> Layout {
        Layout { columns: self.columns.iter().copied().map(Some).collect() }
    }

    /// Records that were linked when this was made.
    pub fn records(&self) -> u32 {
        self.counts.records
    }

    /// How many passes there are.
    pub fn passes(&self) -> usize {
        self.passes.len()
    }

    /// The passes in plain words.
    pub fn pass_names(&self) -> Vec<String> {
        let name = |parts: &Vec<Part>| parts.iter().map(|part| part.name()).collect::<Vec<_>>().join(" and ");
        self.passes.iter().map(name).collect()
    }

    /// Takes away what means nothing in some records: to be called before they are asked for keys or linked.
    pub fn forget(&self, records: &mut Records) {
        frequency::forget(records, &self.default_births);
    }

    /// Keys of some records.
    pub fn keys<'a>(&'a self, records: &'a Records) -> LastingKeys<'a> {
        let keys = Keys::lasting(records, &self.counts.frequencies(records));
        LastingKeys { keys, records, passes: &self.passes }
    }

    /// Weighs pairs; gives those at least so likely, most likely first.
    pub fn weigh(
        &self,
        records: &Records,
        pairs: impl IntoIterator<Item = (u32, u32)>,
        least: f64,
    ) -> Vec<Edge> {
        let frequencies = self.counts.frequencies(records);
        let weights = Weights::with(records, &frequencies, self.tables());
        edges(&weights, &mut Comparer::new(records, &frequencies), pairs, log_odds(least))
    }

    /// Weighs pairs and says who is who. Pairs of two people known before count for nothing.
    pub fn find(&self, records: &Records, known: &Known, pairs: &[(u32, u32)], limits: Limits) -> Joined {
        let frequencies = self.counts.frequencies(records);
        let weights = Weights::with(records, &frequencies, self.tables());
        let mut comparer = Comparer::new(records, &frequencies);
        let pairs = pairs.iter().copied().filter(|(one, other)| known.may_join(*one, *other));
        let edges = edges(&weights, &mut comparer, pairs, KEPT);
        decide(records, known, edges, &weights, &mut comparer, &self.model, limits)
    }

    fn tables(&self) -> Arc<Tables> {
        let made = || {
            let extras = self.model.fields.len().saturating_sub(FIXED.len());
            let fields = FIXED.into_iter().chain((0_u8..).take(extras).map(Field::Extra)).collect();
            Arc::new(Tables::new(fields, self.counts.records, &self.model))
        };
        Arc::clone(self.tables.get_or_init(made))
    }
}

/// The pairs that reach `least` bits, each once, most likely first.
fn edges(
    weights: &Weights<'_>,
    comparer: &mut Comparer<'_>,
    pairs: impl IntoIterator<Item = (u32, u32)>,
    least: f32,
) -> Vec<Edge> {
    let mut edges = Vec::new();
    for (a, b) in pairs {
        let (one, other) = (a.min(b), a.max(b));
        if weights.at_most(one, other) < least {
            continue;
        }
        let bits = weights.weigh(one, comparer.pattern(one, other));
        if bits >= least {
            edges.push(Edge { one, other, bits, pass: None });
        }
    }
    edges.sort_unstable_by(Edge::best_first);
    edges.dedup();
    edges
}

impl LastingKeys<'_> {
    /// The key of a record in a pass; 0 for none.
    pub fn coarse(&self, pass: usize, record: u32) -> u64 {
        self.key(pass, 0, None, record)
    }

    /// The n-th finer key of a record in a pass; 0 for none.
    pub fn finer(&self, pass: usize, n: usize, record: u32) -> u64 {
        self.key(pass, n + 1, FURTHER.get(n), record)
    }

    /// The pass and how fine it is stand in the first byte, so that the keys of one pass lie together.
    fn key(&self, pass: usize, fine: usize, further: Option<&Part>, record: u32) -> u64 {
        let (Some(parts), Some(row)) = (self.passes.get(pass), self.records.rows.get(record as usize)) else {
            return 0;
        };
        if further.is_some_and(|further| parts.iter().any(|part| implies(*part, *further))) {
            return 0;
        }
        let key = match further {
            None => self.keys.key(parts, record, row),
            Some(further) => match self.keys.key(&[*further], record, row) {
                0 => 0,
                more => match self.keys.key(parts, record, row) {
                    0 => 0,
                    key => crate::intern::mix(key ^ more.rotate_left(17)),
                },
            },
        };
        let place = (pass * (FURTHER.len() + 1) + fine) as u64;
        if key == 0 { 0 } else { place << 56 | key >> 8 }
    }
}

/// Whether records that agree in one part agree in the other too.
fn implies(part: Part, further: Part) -> bool {
    match further {
        Part::BirthYear => matches!(part, Part::Birth | Part::BirthMonth | Part::BirthYear),
        Part::Sector => matches!(part, Part::Postcode | Part::Sector),
        _ => part == further,
    }
}
