//! Pairs into people.
//!
//! Pairs are taken from the best down. Two clusters become one where the mean over all pairs between them says so, not where
//! one pair does: a chain of near matches does not grow through a weak bridge. Two clusters that hold two different
//! verified NHS numbers, or one to one two records of one file, never become one.

use hashbrown::HashMap;

use crate::engine::Edge;

/// Weights beyond this count as this: one pair that agrees in everything does not outvote many that disagree.
const MOST: f32 = 20.0;
/// Pairs between two clusters that are looked at, about.
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

/// Cluster of each record, by the number of its first record. `edges` come best first; `least` is the weight from which a
/// pair is a link; `score` weighs any pair.
pub(crate) fn cluster(
    records: usize,
    least: f32,
    edges: &[Edge],
    score: &mut impl FnMut(u32, u32) -> f32,
) -> Vec<u32> {
    let mut clusters = Clusters::new(records);
    grow(&mut clusters, &mut [], least, edges, score);
    let mut first: Vec<u32> = (0..u32::try_from(records).unwrap_or(u32::MAX)).collect();
    // Records are in order, so that the first seen of a cluster is its lowest.
    let mut lowest: HashMap<u32, u32> = HashMap::new();
    for (record, first) in first.iter_mut().enumerate() {
        let cluster = clusters.of.get(record).copied().unwrap_or(*first);
        if clusters.size(cluster) > 1 {
            *first = *lowest.entry(cluster).or_insert(*first);
        }
    }
    first
}

/// Joins clusters, best pairs first. Of two `pinned` ones neither is joined to the other.
pub(crate) fn grow(
    clusters: &mut Clusters,
    pinned: &mut [bool],
    least: f32,
    edges: &[Edge],
    score: &mut impl FnMut(u32, u32) -> f32,
) {
    let mut refused: HashMap<(u32, u32), (usize, usize)> = HashMap::new();
    for edge in edges.iter().take_while(|edge| edge.bits >= least) {
        let (a, b) = (clusters.of(edge.one), clusters.of(edge.other));
        if a == b {
            continue;
        }
        let (one, other) = (a.min(b), a.max(b));
        let is_pinned = |cluster: u32| pinned.get(cluster as usize).copied().unwrap_or(false);
        if is_pinned(one) && is_pinned(other) {
            continue;
        }
        let sizes = (clusters.size(one), clusters.size(other));
        if sizes != (1, 1) {
            if refused.get(&(one, other)) == Some(&sizes) {
                continue;
            }
            if mean(clusters, one, other, score) < least {
                refused.insert((one, other), sizes);
                continue;
            }
        }
        clusters.join(one, other);
        if is_pinned(other)
            && let Some(pinned) = pinned.get_mut(one as usize)
        {
            *pinned = true;
        }
    }
}

/// The mean weight over all pairs between two clusters.
pub(crate) fn mean(
    clusters: &Clusters,
    one: u32,
    other: u32,
    score: &mut impl FnMut(u32, u32) -> f32,
) -> f32 {
    let others: Vec<u32> = clusters.members(other).collect();
    let all = clusters.size(one) * others.len();
    let step = all.div_ceil(LOOKED_AT);
    let (mut sum, mut count) = (0.0, 0.0);
    let pairs = clusters.members(one).flat_map(|x| others.iter().map(move |y| (x, *y)));
    for (x, y) in pairs.step_by(step) {
        let bits = score(x, y);
        if bits == f32::NEG_INFINITY {
            return bits;
        }
        sum += bits.clamp(-MOST, MOST);
        count += 1.0;
    }
    sum / count
}
