//! Pairs into people.
//!
//! Two clusters become one where the mean weight of all pairs between them says so, not where one pair does: a chain of near
//! matches does not grow through a weak bridge. The pair of clusters with the highest mean comes first. Two clusters that
//! hold two different verified NHS numbers, or one to one two records of one file, never become one.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use hashbrown::HashMap;

use crate::components;
use crate::engine::Edge;
use crate::weights::probability;

/// Weights beyond this count as this: one pair that agrees in everything does not outvote many that disagree.
const MOST: f32 = 20.0;
/// Pairs between two clusters that are looked at, at most.
const LOOKED_AT: usize = 400;

/// Clusters as rings of records.
pub(crate) struct Clusters {
    /// Cluster of each record: the number of one of its records.
    of: Vec<u32>,
    /// The next record of the same cluster.
    next: Vec<u32>,
    size: Vec<u32>,
}

impl Clusters {
    /// Every record by itself.
    pub fn new(records: usize) -> Self {
        let each: Vec<u32> = (0..u32::try_from(records).unwrap_or(u32::MAX)).collect();
        Self { next: each.clone(), size: vec![1; each.len()], of: each }
    }

    /// Records of the same person together.
    pub fn of_people(people: &[u32]) -> Self {
        let mut clusters = Self::new(people.len());
        let mut first: HashMap<u32, u32> = HashMap::new();
        for (record, person) in (0_u32..).zip(people) {
            let first = *first.entry(*person).or_insert(record);
            if first != record {
                clusters.join(first, record);
            }
        }
        clusters
    }

    /// The cluster of a record.
    pub fn of(&self, record: u32) -> u32 {
        self.of.get(record as usize).copied().unwrap_or(record)
    }

    fn size(&self, cluster: u32) -> usize {
        self.size.get(cluster as usize).map_or(1, |size| *size as usize)
    }

    fn members(&self, cluster: u32) -> impl Iterator<Item = u32> {
        let mut at = Some(cluster);
        std::iter::from_fn(move || {
            let now = at?;
            let next = self.next.get(now as usize).copied().unwrap_or(cluster);
            at = (next != cluster).then_some(next);
            Some(now)
        })
    }

    /// Cluster of each record by the number of its first record.
    pub fn firsts(&self) -> Vec<u32> {
        let mut first: Vec<u32> = (0..u32::try_from(self.of.len()).unwrap_or(u32::MAX)).collect();
        // Records are in order, so that the first seen of a cluster is its lowest.
        let mut lowest: HashMap<u32, u32> = HashMap::new();
        for (first, cluster) in first.iter_mut().zip(&self.of) {
            if self.size(*cluster) > 1 {
                *first = *lowest.entry(*cluster).or_insert(*first);
            }
        }
        first
    }

    fn join(&mut self, one: u32, other: u32) {
        let joined: Vec<u32> = self.members(other).collect();
        for record in &joined {
            if let Some(of) = self.of.get_mut(*record as usize) {
                *of = one;
            }
        }
        let next = |next: &[u32], record: u32| next.get(record as usize).copied().unwrap_or(record);
        let (after_one, after_other) = (next(&self.next, one), next(&self.next, other));
        if let Some(place) = self.next.get_mut(one as usize) {
            *place = after_other;
        }
        if let Some(place) = self.next.get_mut(other as usize) {
            *place = after_one;
        }
        if let Some(size) = self.size.get_mut(one as usize) {
            *size += u32::try_from(joined.len()).unwrap_or(0);
        }
    }
}

/// What clustering holds to.
pub(crate) struct Rules<'a, S> {
    /// The weight from which a pair is a link.
    pub least: f32,
    /// Instead: the share of the links that must be expected to be right.
    pub precision: Option<f64>,
    /// File of a record, and its verified NHS number or 0.
    pub record: &'a dyn Fn(u32) -> (u16, u64),
    /// Whether two records are never in one cluster, beside two verified numbers.
    pub never: Option<&'a dyn Fn(u32, u32) -> bool>,
    /// Whether only pairs of different files count as links.
    pub across_files: bool,
    /// Weighs any pair.
    pub score: S,
}

/// Weight from which pairs are looked at where a precision is to be reached.
const LOWEST: f32 = -2.0;

/// What a pair of clusters would be as one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Join {
    one: u32,
    other: u32,
    sizes: (usize, usize),
    /// Mean weight of the pairs between them.
    height: f32,
    /// Pairs between them that count as links, and how many of those are expected to be right.
    pairs: f64,
    right: f64,
}

impl PartialEq for Join {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Join {}
impl PartialOrd for Join {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Join {
    fn cmp(&self, other: &Self) -> Ordering {
        self.height.total_cmp(&other.height).then((other.one, other.other).cmp(&(self.one, self.other)))
    }
}

/// Cluster of each record, by the number of its first record, and the weight from which two clusters became one. For a
/// precision joins go by their height, highest first, whatever `least` is, so that a higher `least` only leaves some out.
pub(crate) fn cluster<S: FnMut(u32, u32) -> f32>(
    records: usize,
    edges: &[Edge],
    mut rules: Rules<'_, S>,
) -> (Vec<u32>, f32) {
    let least = rules.least.min(MOST);
    let Some(precision) = rules.precision else {
        rules.least = least;
        return (components::clusters(records, edges, &mut rules), least);
    };
    rules.least = LOWEST;
    let mut best_first: Vec<Edge> = edges.iter().copied().filter(|edge| edge.bits >= LOWEST).collect();
    best_first.sort_unstable_by(Edge::best_first);
    let mut clusters = Clusters::new(records);
    let joins = grow(&mut clusters, &mut [], &best_first, rules);
    let (mut pairs, mut right, mut take) = (0.0, 0.0, 0);
    for (n, join) in joins.iter().enumerate() {
        (pairs, right) = (pairs + join.pairs, right + join.right);
        if right >= precision * pairs {
            take = n + 1;
        }
    }
    if take < joins.len() {
        clusters = Clusters::new(records);
        for join in joins.iter().take(take) {
            clusters.join(clusters.of(join.one), clusters.of(join.other));
        }
    }
    let lowest = take.checked_sub(1).and_then(|last| joins.get(last)).map_or(MOST, |join| join.height);
    (clusters.firsts(), lowest)
}

/// Joins clusters; says which, in order. `edges` come best first. Of two `pinned` ones neither is joined to the other.
pub(crate) fn grow<S: FnMut(u32, u32) -> f32>(
    clusters: &mut Clusters,
    pinned: &mut [bool],
    edges: &[Edge],
    mut rules: Rules<'_, S>,
) -> Vec<Join> {
    rules.least = rules.least.min(MOST);
    let least = rules.least;
    let mut growing = Growing {
        clusters,
        pinned,
        rules,
        waiting: BinaryHeap::new(),
        seen: HashMap::new(),
        joins: Vec::new(),
    };
    for edge in edges.iter().take_while(|edge| edge.bits >= least) {
        growing.join_down_to(edge.bits.min(MOST));
        growing.consider(edge.one, edge.other, Some(edge.bits));
    }
    growing.join_down_to(least);
    growing.joins
}

/// Clusters as they grow.
struct Growing<'a, S> {
    clusters: &'a mut Clusters,
    pinned: &'a mut [bool],
    rules: Rules<'a, S>,
    waiting: BinaryHeap<Join>,
    /// Sizes at which two clusters were last looked at.
    seen: HashMap<(u32, u32), (usize, usize)>,
    joins: Vec<Join>,
}

impl<S: FnMut(u32, u32) -> f32> Growing<'_, S> {
    /// Joins what waits, highest first, down to a height.
    fn join_down_to(&mut self, height: f32) {
        while let Some(join) = self.waiting.peek().copied().filter(|join| join.height >= height) {
            self.waiting.pop();
            let clusters = &*self.clusters;
            let same = clusters.of(join.one) == join.one && clusters.of(join.other) == join.other;
            if same && join.sizes == (clusters.size(join.one), clusters.size(join.other)) {
                self.join(join);
            } else {
                // One of the two has grown since.
                self.consider(join.one, join.other, None);
            }
        }
    }

    fn join(&mut self, join: Join) {
        self.clusters.join(join.one, join.other);
        if self.is_pinned(join.other)
            && let Some(pinned) = self.pinned.get_mut(join.one as usize)
        {
            *pinned = true;
        }
        self.joins.push(join);
    }

    fn is_pinned(&self, cluster: u32) -> bool {
        self.pinned.get(cluster as usize).copied().unwrap_or(false)
    }

    /// Two records single as yet are joined at once; other clusters wait until it is their turn.
    fn consider(&mut self, a: u32, b: u32, bits: Option<f32>) {
        let (a, b) = (self.clusters.of(a), self.clusters.of(b));
        if a == b {
            return;
        }
        let (one, other) = (a.min(b), a.max(b));
        let sizes = (self.clusters.size(one), self.clusters.size(other));
        if sizes != (1, 1) && self.seen.insert((one, other), sizes) == Some(sizes) {
            return;
        }
        if self.forbidden(one, other) {
            return;
        }
        match bits {
            Some(bits) if sizes == (1, 1) => {
                let counts = f64::from(u8::from(self.counts(one, other)));
                let right = counts * probability(bits);
                self.join(Join { one, other, sizes, height: bits.min(MOST), pairs: counts, right });
            }
            _ => {
                let join = self.weigh(one, other, sizes);
                if join.height >= self.rules.least {
                    self.waiting.push(join);
                }
            }
        }
    }

    fn counts(&self, one: u32, other: u32) -> bool {
        !self.rules.across_files || (self.rules.record)(one).0 != (self.rules.record)(other).0
    }

    /// Whether two clusters may not become one: two verified NHS numbers, both pinned, or two records that are never one.
    fn forbidden(&self, one: u32, other: u32) -> bool {
        if self.is_pinned(one) && self.is_pinned(other) {
            return true;
        }
        let record = self.rules.record;
        let number =
            |cluster: u32| self.clusters.members(cluster).map(|member| record(member).1).find(|n| *n != 0);
        if let (Some(number), Some(another)) = (number(one), number(other))
            && number != another
        {
            return true;
        }
        self.rules.never.is_some_and(|never| {
            self.clusters.members(one).any(|x| self.clusters.members(other).any(|y| never(x, y)))
        })
    }

    fn weigh(&mut self, one: u32, other: u32, sizes: (usize, usize)) -> Join {
        // Of large clusters some members from all over stand for all.
        let few = |size: usize, against: usize| size.div_ceil(LOOKED_AT / against.min(20));
        let steps = (few(sizes.0, sizes.1), few(sizes.1, sizes.0));
        let ones: Vec<u32> = self.clusters.members(one).step_by(steps.0).collect();
        let others: Vec<u32> = self.clusters.members(other).step_by(steps.1).collect();
        let (mut sum, mut count, mut pairs, mut right) = (0.0, 0.0, 0.0, 0.0);
        for x in &ones {
            for y in &others {
                let bits = (self.rules.score)(*x, *y);
                sum += bits.clamp(-MOST, MOST);
                count += 1.0;
                if self.counts(*x, *y) {
                    pairs += 1.0;
                    right += probability(bits);
                }
            }
        }
        let scale = (sizes.0 * sizes.1) as f64 / f64::from(count);
        Join { one, other, sizes, height: sum / count, pairs: pairs * scale, right: right * scale }
    }
}
