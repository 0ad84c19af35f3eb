//! The whole of it: block, learn, score, cluster.

use std::cmp::Ordering;

use crate::birth::Birth;
use crate::blocking::Keys;
use crate::candidates::Candidates;
use crate::cluster::Rules;
use crate::compare::Comparer;
use crate::estimate::{self, Drawn, Sampled};
use crate::fields::{Field, Pattern, fields_of};
use crate::frequency::{Frequencies, forget_default_births};
use crate::intern::mix;
use crate::model::Model;
use crate::records::Records;
use crate::weights::{Weights, log_odds, probability};
use crate::{choose, cluster, links, parallel};

/// What is linked with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Records with each other, whatever file they are of.
    Dedupe,
    /// Records of different files only.
    LinkOnly,
}

/// How to link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// What with what.
    pub mode: Mode,
    /// Whether each record has one partner in every other file at most.
    pub one_to_one: bool,
    /// Probability from which a pair is a link.
    pub threshold: f64,
    /// Instead of `threshold`: the lowest threshold at which such a share of the links is expected to be right.
    pub precision: Option<f64>,
}

/// A scored pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// Number of a record.
    pub one: u32,
    /// Number of the other record, always the higher one.
    pub other: u32,
    /// log2 of the odds that the two are one person.
    pub bits: f32,
    /// The blocking pass that brought them together, by its place in [`Outcome::passes`]; `None` for a pair that only its
    /// cluster brings together.
    pub pass: Option<u16>,
}

impl Edge {
    /// The order of the most likely first.
    pub(crate) fn best_first(&self, other: &Self) -> Ordering {
        other.bits.total_cmp(&self.bits).then((self.one, self.other).cmp(&(other.one, other.other)))
    }

    /// The probability that the two are one person.
    pub fn probability(&self) -> f64 {
        probability(self.bits)
    }
}

/// A blocking pass and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct PassCount {
    /// What two records have in common to be compared.
    pub name: String,
    /// Pairs in its blocks.
    pub pairs: u64,
    /// Links that it was the first to bring together.
    pub links: u64,
}

/// A pair and what each field says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// The pair.
    pub edge: Edge,
    /// Name of each field that both have, level of agreement, bits.
    pub parts: Vec<(String, String, f32)>,
    /// Bits of two records drawn at random.
    pub prior: f32,
    /// Bits taken off because two relatives would agree so too; never above 0 by more than rounding.
    pub taken_off: f32,
}

/// What linking found.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Cluster of each record: the number of its first record.
    pub clusters: Vec<u32>,
    /// Every pair of records of one cluster, by record; of clusters of more than [`LARGE`] only the scored ones.
    pub links: Vec<Edge>,
    /// Scored pairs that are not links and whose odds are above 1 to 1,024, by record.
    pub others: Vec<Edge>,
    /// What was learnt or given.
    pub model: Model,
    /// The blocking passes.
    pub passes: Vec<PassCount>,
    /// Probability from which a pair was a link.
    pub threshold: f64,
    /// Pairs in all.
    pub pairs: f64,
    /// Pairs from all over the scale with what each field says, lowest first.
    pub examples: Vec<Example>,
    /// Of a sample of records: how many, and how many have too little in them to be linked even with themselves.
    pub unlinkable: (usize, usize),
    pub(crate) frequencies: Frequencies,
    pub(crate) default_births: Vec<Birth>,
}

/// Size of a cluster beyond which not every pair of it is listed.
pub const LARGE: usize = 100;

/// Pairs the learning sample holds at most, about.
const SAMPLE: u64 = 150_000;
/// log2 of the odds from which a pair is kept.
pub(crate) const KEPT: f32 = -10.0;

/// Links records. With a model nothing is learnt. `progress` is told the step and how much of it is done.
pub fn link(
    records: &mut Records,
    settings: &Settings,
    model: Option<&Model>,
    progress: &mut dyn FnMut(&'static str),
) -> Outcome {
    progress("counting values");
    let default_births = forget_default_births(records);
    let records = &*records;
    let frequencies = Frequencies::of(records);
    let keys = Keys::new(records, &frequencies);
    let across = settings.mode == Mode::LinkOnly || settings.one_to_one;
    let pairs = estimate::all_pairs(records, across);
    let mut expected = Model::expected(records);
    let drawn = Drawn::new(records, &mut Comparer::new(records, &frequencies), &expected);
    drawn.set_u(&mut expected);
    progress("blocking");
    let candidates = choose::candidates(records, &keys, &frequencies, model.unwrap_or(&expected), across);
    let model = match model {
        Some(model) => model.clone(),
        None => {
            progress("learning");
            learn(records, &frequencies, &candidates, &drawn, expected, pairs)
        }
    };
    progress("scoring");
    let weights = Weights::new(records, &frequencies, &model);
    let edges = weighed(records, &frequencies, &candidates, &weights, |_, _| true);
    progress("clustering");
    // In order of record most of what is looked up stands side by side.
    let edges = links::by_record(edges, records.len());
    let mut comparer = Comparer::new(records, &frequencies);
    let file = |record: u32| records.file_and_number(record).0;
    let mut weigh = |a: u32, b: u32| {
        let (one, other) = (a.min(b), a.max(b));
        weights.weigh(one, comparer.pattern(one, other))
    };
    let same_file = |one: u32, other: u32| file(one) == file(other);
    let rules = Rules {
        least: log_odds(settings.threshold),
        precision: settings.precision,
        record: &|record| records.file_and_number(record),
        never: settings.one_to_one.then_some(&same_file),
        across_files: across,
        score: &mut weigh,
    };
    let (clusters, least) = cluster::cluster(records.len(), &edges, rules);
    let threshold = match settings.precision {
        None => settings.threshold,
        Some(_) => probability(least),
    };
    let examples = examples(records, &edges, &weights, &mut Comparer::new(records, &frequencies), &model);
    let (mut links, others): (Vec<Edge>, Vec<Edge>) = edges
        .into_iter()
        .partition(|edge| clusters.get(edge.one as usize) == clusters.get(edge.other as usize));
    links::complete(&clusters, &mut links, |one, other| {
        (!across || file(one) != file(other)).then(|| weigh(one, other))
    });
    let mut first = vec![0; candidates.passes.len()];
    for pass in links.iter().filter_map(|link| link.pass) {
        if let Some(links) = first.get_mut(usize::from(pass)) {
            *links += 1;
        }
    }
    let passes = candidates.passes.iter().zip(first).map(|(pass, links)| PassCount {
        name: pass.parts.iter().map(|part| part.name()).collect::<Vec<_>>().join(" and "),
        pairs: candidates.count(pass),
        links,
    });
    Outcome {
        passes: passes.collect(),
        unlinkable: unlinkable(records, &weights, &mut comparer, least),
        clusters,
        links,
        others,
        model,
        threshold,
        pairs,
        examples,
        frequencies,
        default_births,
    }
}

pub(crate) fn learn(
    records: &Records,
    frequencies: &Frequencies,
    candidates: &Candidates<'_>,
    drawn: &Drawn,
    mut model: Model,
    all: f64,
) -> Model {
    // Of a large set whole blocks are drawn, of a small one pairs.
    let small = candidates.drawn_of == 0;
    let total: u64 = candidates.passes.iter().map(|pass| candidates.to_learn(pass).pairs()).sum();
    let each = (total / SAMPLE).max(1);
    let drawn_by = |number: u64| each == 1 || mix(number).is_multiple_of(each);
    let fields = fields_of(records);
    let found = parallel::map_with(
        &candidates.work_to_learn(),
        || Comparer::new(records, frequencies),
        |comparer, work| {
            let mut found = Vec::new();
            let Some(pass) = candidates.passes.get(work.pass) else { return found };
            for block in work.blocks.clone() {
                if !small && !drawn_by((work.pass as u64) << 32 | block as u64) {
                    continue;
                }
                candidates.pairs_of(candidates.to_learn(pass).block(block), &mut |one, other| {
                    let drawn = !small || drawn_by(u64::from(one) << 32 | u64::from(other));
                    if drawn && candidates.is_first(work.pass, one, other) {
                        found.push((one, comparer.pattern(one, other)));
                    }
                });
            }
            found
        },
    );
    let each = each * candidates.drawn_of.max(1);
    let mut found: Vec<(u32, Pattern)> = found.concat();
    found.sort_unstable_by_key(|(one, pattern)| (*pattern, *one));
    // u depends a little on lambda and the frequencies on m: three rounds settle both.
    for _ in 0..3 {
        drawn.set_u(&mut model);
        let weights = Weights::new(records, frequencies, &model);
        let sample: Vec<Sampled> = found
            .iter()
            .map(|(one, pattern)| {
                let (sum_u, place_u) = weights.sums_u(*one, *pattern);
                let [u, elsewhere_u] = [sum_u, sum_u - place_u].map(|log| f64::from(log).exp2());
                Sampled { pattern: *pattern, u, elsewhere_u }
            })
            .collect();
        estimate::learn(&fields, &mut model, &sample, each as f64, all);
    }
    model
}

/// Weighs every candidate pair that `wanted` lets through; the most likely first.
pub(crate) fn score(
    records: &Records,
    frequencies: &Frequencies,
    candidates: &Candidates<'_>,
    weights: &Weights<'_>,
    wanted: impl Fn(u32, u32) -> bool + Sync,
) -> Vec<Edge> {
    let mut edges = weighed(records, frequencies, candidates, weights, wanted);
    edges.sort_unstable_by(Edge::best_first);
    edges
}

/// The same in no order of likelihood.
fn weighed(
    records: &Records,
    frequencies: &Frequencies,
    candidates: &Candidates<'_>,
    weights: &Weights<'_>,
    wanted: impl Fn(u32, u32) -> bool + Sync,
) -> Vec<Edge> {
    let found = parallel::map_with(
        &candidates.work(),
        || Comparer::new(records, frequencies),
        |comparer, work| {
            const TOGETHER: usize = 64;
            let (mut edges, mut waiting) = (Vec::new(), Vec::with_capacity(TOGETHER));
            let mut settle = |waiting: &mut Vec<(u32, u32)>| {
                weights.fetch(waiting);
                for (one, other) in waiting.drain(..) {
                    let bits = weights.weigh(one, comparer.pattern(one, other));
                    if bits >= KEPT {
                        edges.push(Edge { one, other, bits, pass: u16::try_from(work.pass).ok() });
                    }
                }
            };
            candidates.pairs(work, &mut |one, other| {
                if wanted(one, other)
                    && !weights.are_two(one, other)
                    && candidates.is_first(work.pass, one, other)
                {
                    waiting.push((one, other));
                    if waiting.len() == TOGETHER {
                        settle(&mut waiting);
                    }
                }
            });
            settle(&mut waiting);
            edges
        },
    );
    let mut edges = Vec::with_capacity(found.iter().map(Vec::len).sum());
    found.into_iter().for_each(|some| edges.extend(some));
    edges
}

/// Pairs nearest to each of some weights.
fn examples(
    records: &Records,
    edges: &[Edge],
    weights: &Weights<'_>,
    comparer: &mut Comparer<'_>,
    model: &Model,
) -> Vec<Example> {
    let mut nearest = [-8.0, -4.0, -2.0, 0.0, 2.0, 4.0, 8.0, 16.0, 32.0].map(|bits| (bits, None));
    for edge in edges {
        for (bits, nearest) in &mut nearest {
            let nearer = |than: &Edge| than.best_first(edge).is_lt();
            if edge.bits >= *bits && nearest.as_ref().is_none_or(nearer) {
                *nearest = Some(*edge);
            }
        }
    }
    let mut edges: Vec<Edge> = nearest.into_iter().filter_map(|(_, nearest)| nearest).collect();
    edges.dedup();
    edges.into_iter().map(|edge| example(records, edge, weights, comparer, model)).collect()
}

/// What each field says of a pair.
pub(crate) fn example(
    records: &Records,
    edge: Edge,
    weights: &Weights<'_>,
    comparer: &mut Comparer<'_>,
    model: &Model,
) -> Example {
    let (parts, taken_off) = weights.parts(edge.one, comparer.pattern(edge.one, edge.other));
    let named = |(field, level, bits): (Field, u8, f32)| {
        let role = field.role(records);
        let level = usize::from(level).checked_sub(1).and_then(|level| field.levels(role).get(level));
        (field.name(role), level.map_or("", |level| level.0).to_owned(), bits)
    };
    let [person, .., strangers] = model.classes();
    Example {
        edge,
        parts: parts.into_iter().map(named).collect(),
        prior: (person / strangers).log2() as f32,
        taken_off,
    }
}

/// Of a sample of records, how many would not be linked with themselves.
fn unlinkable(
    records: &Records,
    weights: &Weights<'_>,
    comparer: &mut Comparer<'_>,
    least: f32,
) -> (usize, usize) {
    let step = (records.len() / 20_000).max(1);
    let sample = (0_u32..).zip(&records.rows).step_by(step).map(|(record, _)| record);
    sample.fold((0, 0), |(all, poor), record| {
        let bits = weights.weigh(record, comparer.pattern(record, record));
        (all + 1, poor + usize::from(bits < least))
    })
}
