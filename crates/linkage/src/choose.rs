//! Which blocking passes are worth their while.
//!
//! A small set of records is blocked by every pass. In a large one each pass costs a sort of all records and its pairs, so
//! that passes are chosen: likely true pairs are sampled from a few sure passes of different kinds, and passes are
//! taken, cheapest for what they add first, until no other adds enough for what it costs. That a pair is reached twice is
//! what makes it unlikely that one is reached by none; it counts half as much as that it is reached.

use crate::blocking::{Keys, Part, passes};
use crate::blocks::{Blocks, Room};
use crate::candidates::{Candidates, How};
use crate::columns::Columns;
use crate::compare::Comparer;
use crate::frequency::Frequencies;
use crate::model::Model;
use crate::parallel;
use crate::records::{Records, Row};
use crate::role::Role;
use crate::weights::Weights;

/// Records up to which every pass is used.
const ALL_PASSES: usize = 150_000;
/// Records from which on a choice among the passes can be told from chance.
const ENOUGH: usize = 20_000;
/// Records whose blocks are counted to foresee the cost of a pass.
const COUNTED: usize = 1 << 16;
/// Likely true pairs that the choice rests on, at most.
const PAIRS: usize = 20_000;
/// Pairs of one block in which likely true pairs are sought.
const BLOCK: usize = 8;
/// What sorting a record costs, in comparisons of two records.
const SORTING: f64 = 2.0;
/// Share of the sampled pairs that a pass must add.
const WORTH: f64 = 0.000_5;
/// Foreseen comparisons a record, sorting among them, from which on a pass must add more in proportion.
const DEAR: f64 = 5.0;
/// What a pair counts that is reached already, beside one that is not.
const AGAIN: f64 = 0.5;

/// The passes for these records.
pub(crate) fn choose(
    records: &Records,
    keys: &Keys<'_>,
    frequencies: &Frequencies,
    model: &Model,
    across_files: bool,
    columns: &mut Columns,
) -> Vec<Vec<Part>> {
    if is_small(records) {
        return passes(records);
    }
    worthwhile(records, keys, frequencies, model, across_files, columns)
}

/// Passes for records that will be looked up one at a time: as few as reach nearly all pairs, where there are records enough
/// to tell.
pub(crate) fn few(
    records: &Records,
    keys: &Keys<'_>,
    frequencies: &Frequencies,
    model: &Model,
) -> Vec<Vec<Part>> {
    match worthwhile(records, keys, frequencies, model, false, &mut Columns::default()) {
        passes if records.len() > ENOUGH && !passes.is_empty() => passes,
        _ => passes(records),
    }
}

/// Passes that reach pairs which too few others reach.
fn worthwhile(
    records: &Records,
    keys: &Keys<'_>,
    frequencies: &Frequencies,
    model: &Model,
    across_files: bool,
    columns: &mut Columns,
) -> Vec<Vec<Part>> {
    let all = passes(records);
    let pairs = likely_pairs(records, keys, frequencies, model, across_files, columns);
    let row = |record: u32| (record, records.rows.get(record as usize).copied().unwrap_or_default());
    let common = |(one, other): &(u32, u32)| {
        let ((one, a), (other, b)) = (row(*one), row(*other));
        keys.common((one, &a), (other, &b)) | keys.common_looked_up(&a, &b)
    };
    let common: Vec<u32> = pairs.iter().map(common).collect();
    let step = (records.len() / COUNTED).max(1);
    let counted = Counted { rows: (0..).zip(records.rows.iter().copied()).step_by(step).collect(), step };
    let tried = parallel::map_with(&all, Room::default, |room, parts| {
        let bits = Part::bits(parts);
        let reached: Vec<bool> = common.iter().map(|common| common & bits == bits).collect();
        (counted.cost(keys, parts, room), reached)
    });
    let mut wanted = vec![2_u8; pairs.len()];
    let mut chosen: Vec<usize> = Vec::new();
    loop {
        let gain = |reached: &[bool]| {
            let counts = |wanted: &u8| match wanted {
                0 => 0.0,
                1 => AGAIN,
                _ => 1.0,
            };
            reached.iter().zip(&wanted).filter(|(reached, _)| **reached).map(|(_, n)| counts(n)).sum::<f64>()
        };
        let best = tried
            .iter()
            .enumerate()
            .filter(|(at, _)| !chosen.contains(at))
            .map(|(at, (cost, reached))| (at, gain(reached), *cost))
            .filter(|(at, gain, cost)| {
                // A number of noughts that many have makes a block that counts, but is never compared.
                let identifier = all.get(*at).is_some_and(|parts| is_identifier(parts));
                let dear = if identifier { 1.0 } else { cost / (DEAR * records.len() as f64) };
                *gain >= WORTH * dear.max(1.0) * pairs.len() as f64 && *gain > 0.0
            })
            .max_by(|a, b| (a.1 / a.2).total_cmp(&(b.1 / b.2)));
        let Some((at, _, _)) = best else { break };
        if let Some((_, reached)) = tried.get(at) {
            for (wanted, _) in wanted.iter_mut().zip(reached).filter(|(_, reached)| **reached) {
                *wanted = wanted.saturating_sub(1);
            }
        }
        chosen.push(at);
    }
    chosen.sort_unstable();
    chosen.into_iter().filter_map(|at| all.get(at).cloned()).collect()
}

/// Whether a pass brings together what has one number or address of one person alone.
fn is_identifier(parts: &[Part]) -> bool {
    matches!(parts, [Part::Nhs | Part::Email | Part::Phone | Part::Extra(_)])
}

/// Pairs that are one person in all likelihood, from passes that share little.
fn likely_pairs(
    records: &Records,
    keys: &Keys<'_>,
    frequencies: &Frequencies,
    model: &Model,
    across_files: bool,
    columns: &mut Columns,
) -> Vec<(u32, u32)> {
    let mut sure = vec![
        vec![Part::Nhs],
        vec![Part::Names, Part::BirthYear],
        vec![Part::Birth, Part::FamilySound],
        vec![Part::Birth, Part::GivenSound],
        vec![Part::Birth, Part::Postcode],
        vec![Part::Names, Part::Postcode],
    ];
    let identifiers = records.extra_roles.iter().enumerate().filter(|(_, role)| **role == Role::Identifier);
    sure.extend(identifiers.map(|(n, _)| vec![Part::Extra(u8::try_from(n).unwrap_or(0))]));
    let weights = Weights::new(records, frequencies, model);
    // Of the values of the first part of a key some: whole blocks, from all over.
    let parted = u64::try_from(records.len() / 50_000).unwrap_or(1).max(1);
    let taken = |hash: u32| hash != 0 && (u64::from(hash) * parted) >> 32 == 0;
    columns.add(keys, sure.iter().filter_map(|parts| parts.first()).copied());
    let columns = &*columns;
    let found = parallel::map_with(
        &sure,
        || (Room::default(), Comparer::new(records, frequencies)),
        |(room, comparer), parts| {
            let first = parts.first().and_then(|part| columns.of(*part)).unwrap_or_default();
            let keyed = (0..)
                .zip(&records.rows)
                .zip(first)
                .filter(|(_, hash)| taken(**hash))
                .map(|((record, row), _)| (keys.key(parts, record, row), record));
            let blocks = Blocks::group(room, keyed, BLOCK);
            let within = blocks.each().flat_map(|block| {
                let others = move |at: usize| block.iter().skip(at + 1);
                block
                    .iter()
                    .enumerate()
                    .flat_map(move |(at, one)| others(at).map(move |other| (*one, *other)))
            });
            let file = |record: u32| records.rows.get(record as usize).map(|row| row.file);
            let likely = within.filter(|(one, other)| {
                (!across_files || file(*one) != file(*other))
                    && weights.weigh(*one, comparer.pattern(*one, *other)) > 6.0
            });
            likely.take(PAIRS / sure.len()).collect::<Vec<(u32, u32)>>()
        },
    );
    let mut pairs = found.concat();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// A part of the records, side by side: one in so many.
struct Counted {
    rows: Vec<(u32, Row)>,
    step: usize,
}

impl Counted {
    /// What a pass costs, in comparisons: sorting, and the pairs foreseen from a part of the records.
    fn cost(&self, keys: &Keys<'_>, parts: &[Part], room: &mut Room) -> f64 {
        let keyed = self.rows.iter().map(|(record, row)| (keys.key(parts, *record, row), *record));
        let pairs = Blocks::group(room, keyed, usize::MAX).pairs();
        SORTING * (self.rows.len() * self.step) as f64 + pairs as f64 * (self.step * self.step) as f64
    }
}

/// Whether a set is so small that nothing is spared.
pub(crate) fn is_small(records: &Records) -> bool {
    records.len() <= ALL_PASSES
}

/// Parts that split blocks over the limit, as many as the size of the set allows.
pub(crate) fn further(records: &Records) -> &'static [Part] {
    if is_small(records) { &crate::blocking::FURTHER } else { &[Part::BirthYear] }
}

/// Records of a block that are compared with each other, at most.
pub(crate) fn limit(records: &Records) -> usize {
    match records.len() {
        ..=20_000 => 400,
        20_001..=ALL_PASSES => 100,
        _ => 12,
    }
}

/// What the candidates of these records are.
pub(crate) fn candidates<'a>(
    records: &'a Records,
    keys: &'a Keys<'a>,
    frequencies: &Frequencies,
    model: &Model,
    across_files: bool,
) -> Candidates<'a> {
    let mut columns = Columns::default();
    let passes = choose(records, keys, frequencies, model, across_files, &mut columns);
    let drawn_of = if is_small(records) { 0 } else { (records.len() / ALL_PASSES) as u64 };
    let how = How { passes: &passes, further: further(records), limit: limit(records), drawn_of };
    Candidates::new(records, keys, columns, &how, across_files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intern::mix;
    use crate::records::Layout;

    /// Of 3,000 people two records each, of which one in 200 agree in NHS number and given name alone; and as many strangers as
    /// asked, all with a number of no meaning.
    fn records(strangers: u64) -> Records {
        let numbers = (400_000_000..).filter_map(model::NhsNumber::from_first_nine);
        let roles = [Role::NhsNumber, Role::GivenName, Role::FamilyName, Role::DateOfBirth, Role::Postcode];
        let mut records = Records::new();
        let mut file = records.file(&Layout { columns: roles.map(Some).to_vec() });
        let mut push = |number: &str, given: u64, who: u64| {
            let word = |drawn: u64| -> String {
                let drawn = mix(drawn);
                (0..7).map(|at| char::from(b'A' + (drawn >> (8 * at) & 255) as u8 % 26)).collect()
            };
            let (given, family) = (word(mix(given) % 30), word(1000 + mix(!who) % 150));
            let birth = format!("{}-{:02}-{:02}", 1930 + who % 80, 2 + mix(who) % 11, 2 + mix(!who) % 26);
            let postcode = format!("HA{} {}AB", who / 10 % 90, who % 10);
            let row = [number, &given, &family, &birth, &postcode];
            file.push(|n| row[n]);
        };
        for (who, number) in (1..=3000).zip(numbers) {
            let number = number.as_u64().to_string();
            push(&number, who, who);
            push(&number, who, if who % 200 == 0 { who + 50_000 } else { who });
        }
        (0..strangers).for_each(|who| push("1234567890", 100_000 + who, 100_000 + who));
        drop(file);
        records
    }

    #[test]
    fn a_number_of_no_meaning_does_not_make_the_pass_of_numbers_too_dear() {
        for strangers in [0, 1000] {
            let records = records(strangers);
            let frequencies = Frequencies::of(&records);
            let keys = Keys::new(&records, &frequencies);
            let model = Model::expected(&records);
            let passes = worthwhile(&records, &keys, &frequencies, &model, false, &mut Columns::default());
            assert!(passes.contains(&vec![Part::Nhs]), "{strangers} strangers: {passes:?}");
            assert!(!passes.contains(&vec![Part::Given]), "{passes:?}");
        }
    }
}
