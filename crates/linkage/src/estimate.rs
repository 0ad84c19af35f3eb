//! m, u and lambda from the data, without labels.

use crate::compare::Comparer;
use crate::fields::{Field, Pattern, fields_of};
use crate::intern::mix;
use crate::model::{Model, twins};
use crate::records::Records;
use crate::weights::TWO_NUMBERS;

/// Share of true pairs whose dates of birth are years apart without a slip that explains it, at most, where there are
/// many relatives, as in households, and where there are some.
const MOST_FAR: (f64, f64) = (0.002, 0.01);

/// Pairs drawn at random to see how often two people agree by chance, of a small set and of a large one.
const DRAWS: [u64; 2] = [400_000, 100_000];

/// Records up to which pairs are drawn from all.
const ALL_DRAWN: u64 = 150_000;
/// Records that the pairs of a large set are drawn from: few enough to stay in a processor's fast memory.
const DRAWN_FROM: u64 = 1 << 15;

/// How many pairs of records there are to tell apart.
pub(crate) fn all_pairs(records: &Records, across_files: bool) -> f64 {
    let n = records.len() as f64;
    let all = n * (n - 1.0) / 2.0;
    if !across_files {
        return all;
    }
    let mut of_file = vec![0.0_f64; usize::from(records.files())];
    for row in &records.rows {
        if let Some(count) = of_file.get_mut(usize::from(row.file)) {
            *count += 1.0;
        }
    }
    all - of_file.iter().map(|n| n * (n - 1.0) / 2.0).sum::<f64>()
}

/// How many of the pairs drawn at random are at each level of each field.
pub(crate) struct Drawn {
    levels: Vec<Vec<f64>>,
}

impl Drawn {
    /// Draws pairs from a fixed sequence.
    pub fn new(records: &Records, comparer: &mut Comparer<'_>, model: &Model) -> Self {
        let mut levels: Vec<Vec<f64>> = model.fields.iter().map(|field| vec![0.0; field.u.len()]).collect();
        let fields = fields_of(records);
        let n = records.len() as u64;
        let all = n * n.saturating_sub(1) / 2;
        let [few, draws] = DRAWS;
        let draws = if n > ALL_DRAWN { draws } else { few };
        for draw in 0..all.min(draws) {
            // Every pair of a small set once; of a large one pairs drawn.
            let (one, other) = if all <= draws {
                let other = ((1.0 + (1.0 + 8.0 * draw as f64).sqrt()) / 2.0) as u64;
                (draw - other * (other - 1) / 2, other)
            } else {
                // Of a large set first some records, then pairs of those.
                let record = |drawn: u64| {
                    if n > ALL_DRAWN { mix(!(mix(drawn) % DRAWN_FROM)) % n } else { mix(drawn) % n }
                };
                (record(draw * 2 + 1), record(draw * 2 + 2))
            };
            if one == other {
                continue;
            }
            let pattern = comparer.pattern(one as u32, other as u32);
            for (field, counts) in fields.iter().zip(&mut levels) {
                if let Some(count) =
                    usize::from(pattern.level(*field)).checked_sub(1).and_then(|l| counts.get_mut(l))
                {
                    *count += 1.0;
                }
            }
        }
        Self { levels }
    }

    /// u of each level: what the draws show, without the part that true pairs have in them.
    pub fn set_u(&self, model: &mut Model) {
        let lambda = model.lambda;
        for (field, counts) in model.fields.iter_mut().zip(&self.levels) {
            let all: f64 = counts.iter().sum();
            let before: Vec<f64> = field.u.clone();
            let weight = 20.0;
            for (level, count) in counts.iter().enumerate() {
                let (Some(u), Some(m), Some(expected)) =
                    (field.u.get_mut(level), field.m.get(level), before.get(level))
                else {
                    continue;
                };
                let seen = ((count - all * lambda * m).max(0.0) + weight * expected) / (all + weight);
                *u = seen.max(1e-7);
            }
        }
    }
}

/// A pair of the sample that m is learnt from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sampled {
    pub pattern: Pattern,
    /// Product of u.
    pub u: f64,
    /// The same without postcode and address.
    pub elsewhere_u: f64,
}

/// Expectation maximisation over candidate pairs with u held: m, r, n, and the chances of the classes. `each` says for how
/// many candidate pairs one of the sample stands, `all` how many pairs there are.
pub(crate) fn learn(fields: &[Field], model: &mut Model, sample: &[Sampled], each: f64, all: f64) {
    const ROUNDS: usize = 60;
    const SETTLED: f64 = 1e-4;
    // As found by the time before: nobody has relatives for want of looking.
    let most_far = if model.relatives > 0.5 * model.lambda { MOST_FAR.0 } else { MOST_FAR.1 };
    for _ in 0..ROUNDS {
        let (counts, classes) = expect(fields, model, sample);
        let mut change = maximise(fields, model, &counts, most_far);
        let [lambda, relatives, twins, neighbours] =
            classes.map(|pairs| (pairs * each / all.max(1.0)).clamp(1e-12, 0.2));
        change = change.max(((lambda - model.lambda) / model.lambda).abs() * 0.01);
        (model.lambda, model.relatives, model.twins, model.neighbours) =
            (lambda, relatives, twins, neighbours);
        if change < SETTLED {
            break;
        }
    }
}

/// How many classes are learnt: one person, relatives, twins, neighbours.
const CLASSES: usize = 4;

/// Expected pairs of each class at each level, and in all.
fn expect(fields: &[Field], model: &Model, sample: &[Sampled]) -> (Vec<Vec<[f64; CLASSES]>>, [f64; CLASSES]) {
    let [priors @ .., strangers] = model.classes();
    let tables: Vec<Vec<[f64; CLASSES]>> = model
        .fields
        .iter()
        .zip(fields)
        .map(|(of, field)| {
            let place = matches!(field, Field::Postcode | Field::Address);
            let others = of.m.iter().zip(&of.r).zip(of.t.iter().zip(&of.n));
            others.map(|((m, r), (t, n))| [*m, *r, *t, if place { *n } else { 1.0 }]).collect()
        })
        .collect();
    let mut counts: Vec<Vec<[f64; CLASSES]>> =
        tables.iter().map(|levels| vec![[0.0; CLASSES]; levels.len()]).collect();
    let mut all = [0.0; CLASSES];
    for alike in sample.chunk_by(|a, b| a.pattern == b.pattern) {
        let Some(Sampled { pattern, .. }) = alike.first() else { continue };
        let level = |field: &Field| usize::from(pattern.level(*field)).checked_sub(1);
        let mut chances = priors;
        for (field, table) in fields.iter().zip(&tables) {
            if let Some(level) = level(field).and_then(|level| table.get(level)) {
                for (chance, at_level) in chances.iter_mut().zip(level) {
                    *chance *= at_level;
                }
            }
        }
        // Two verified numbers are two people, whatever else: what they teach is what relatives and twins agree in.
        if let ([person, ..], TWO_NUMBERS) = (&mut chances, pattern.level(Field::Nhs)) {
            *person = 0.0;
        }
        let expected = expect_alike(chances, strangers, alike);
        for (all, expected) in all.iter_mut().zip(expected) {
            *all += expected;
        }
        for (field, counts) in fields.iter().zip(&mut counts) {
            if let Some(counts) = level(field).and_then(|level| counts.get_mut(level)) {
                for (count, expected) in counts.iter_mut().zip(expected) {
                    *count += expected;
                }
            }
        }
    }
    (counts, all)
}

/// Expected pairs of each class among pairs of one pattern, which differ only in how frequent their values are.
fn expect_alike(chances: [f64; CLASSES], strangers: f64, alike: &[Sampled]) -> [f64; CLASSES] {
    let [person, relatives, twins, neighbours] = chances;
    let some = person + relatives + twins;
    // Shares of all pairs, and of the neighbours' own.
    let (mut shares, mut of_neighbours) = (0.0, 0.0);
    for pair in alike {
        let neighbours = neighbours * pair.elsewhere_u;
        let share = 1.0 / (some + neighbours + strangers * pair.u);
        shares += share;
        of_neighbours += neighbours * share;
    }
    [person * shares, relatives * shares, twins * shares, of_neighbours]
}

/// Sets m, r and n to what was expected; says by how much the most changed one changed. Every level keeps a few pairs as
/// expected before looking at data, and m a tenth of it at least: a level not seen is not impossible.
fn maximise(fields: &[Field], model: &mut Model, counts: &[Vec<[f64; CLASSES]>], most_far: f64) -> f64 {
    const KEPT: f64 = 10.0;
    const LEAST: f64 = 0.1;
    let before: Vec<[Vec<f64>; 3]> =
        model.fields.iter().map(|field| [&field.m, &field.r, &field.n].map(Vec::clone)).collect();
    for ((field, of), counts) in model.fields.iter_mut().zip(fields).zip(counts) {
        let total = |class: fn(&[f64; CLASSES]) -> f64| counts.iter().map(class).sum::<f64>() + KEPT;
        let all = total(|[person, ..]| *person);
        for ((m, [person, ..]), expected) in field.m.iter_mut().zip(counts).zip(&field.expected_m) {
            *m = ((person + KEPT * expected) / all).max(LEAST * expected);
        }
        let all = total(|[_, relatives, ..]| *relatives);
        for ((r, [_, relatives, ..]), expected) in field.r.iter_mut().zip(counts).zip(&field.expected_r) {
            *r = (relatives + KEPT * expected) / all;
        }
        for ((r, u), most) in field.r.iter_mut().zip(&field.u).zip(&field.most_r) {
            *r = r.min(u + most);
        }
        let sum: f64 = field.r.iter().sum();
        if let (Some(last), true) = (field.r.last_mut(), sum < 1.0) {
            *last += 1.0 - sum;
        }
        field.t = twins(*of, &field.r, &field.u);
        if matches!(of, Field::Postcode | Field::Address) {
            let all = total(|[.., neighbours]| *neighbours);
            for ((n, [.., neighbours]), expected) in field.n.iter_mut().zip(counts).zip(&field.expected_n) {
                *n = (neighbours + KEPT * expected) / all;
            }
        } else {
            field.n.clone_from(&field.u);
        }
    }
    // Where there are relatives, what a father and a son of one name differ in is not to be learnt as an error in one
    // person's date of birth.
    if model.relatives > 0.05 * model.lambda
        && let Some(birth) = model.fields.get_mut(Field::Birth.at())
    {
        for m in birth.m.iter_mut().skip(8) {
            *m = m.min(most_far);
        }
    }
    let now = model.fields.iter().flat_map(|field| field.m.iter().chain(&field.r).chain(&field.n));
    before.iter().flatten().flatten().zip(now).map(|(before, now)| (now - before).abs()).fold(0.0, f64::max)
}
