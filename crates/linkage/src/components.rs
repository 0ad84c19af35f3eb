//! Clustering part by part: records that no chain of pairs brings together have nothing to do with each other.

use crate::cluster::{Clusters, Rules, grow};
use crate::engine::Edge;

/// Cluster of each record, by the number of its first record. The same as growing clusters of all records at once. Fastest
/// where the pairs come by record.
pub(crate) fn clusters<S: FnMut(u32, u32) -> f32>(
    records: usize,
    edges: &[Edge],
    rules: &mut Rules<'_, S>,
) -> Vec<u32> {
    let mut of: Vec<u32> = (0..u32::try_from(records).unwrap_or(u32::MAX)).collect();
    let wanted = |edge: &&Edge| edge.bits >= rules.least;
    for edge in edges.iter().filter(wanted) {
        let (a, b) = (root(&mut of, edge.one), root(&mut of, edge.other));
        // The first record of a part is its root.
        set(&mut of, a.max(b), a.min(b));
    }
    // A root comes before all else of its part, so that what stands above a record is a root by then.
    for record in 0..u32::try_from(records).unwrap_or(u32::MAX) {
        let root = above(&of, above(&of, record));
        set(&mut of, record, root);
    }
    let mut ends = vec![0_u32; records];
    for edge in edges.iter().filter(wanted) {
        if let Some(end) = ends.get_mut(above(&of, edge.one) as usize) {
            *end += 1;
        }
    }
    let mut total = 0;
    for end in &mut ends {
        (*end, total) = (total, total + *end);
    }
    let mut parted = vec![0_u32; total as usize];
    for (number, edge) in (0_u32..).zip(edges).filter(|(_, edge)| wanted(edge)) {
        if let Some(end) = ends.get_mut(above(&of, edge.one) as usize) {
            set(&mut parted, *end, number);
            *end += 1;
        }
    }
    let (mut start, mut part) = (0, Part::default());
    for end in ends.into_iter().map(|end| end as usize) {
        if start < end {
            part.edges.clear();
            let numbers = parted.get(start..end).unwrap_or_default();
            part.edges.extend(numbers.iter().filter_map(|number| edges.get(*number as usize)));
            part.cluster(&mut of, rules);
        }
        start = end;
    }
    of
}

/// The root of a record's part; what is passed on the way comes nearer to it.
fn root(of: &mut [u32], mut record: u32) -> u32 {
    loop {
        let parent = above(of, record);
        if parent == record {
            return record;
        }
        let next = above(of, parent);
        set(of, record, next);
        record = next;
    }
}

fn above(of: &[u32], record: u32) -> u32 {
    of.get(record as usize).copied().unwrap_or(record)
}

fn set(to: &mut [u32], at: u32, value: u32) {
    if let Some(place) = to.get_mut(at as usize) {
        *place = value;
    }
}

/// The pairs of one part and its records, lowest first.
#[derive(Default)]
struct Part {
    edges: Vec<Edge>,
    members: Vec<u32>,
}

impl Part {
    fn cluster<S: FnMut(u32, u32) -> f32>(&mut self, of: &mut [u32], rules: &mut Rules<'_, S>) {
        self.members.clear();
        self.members.extend(self.edges.iter().flat_map(|edge| [edge.one, edge.other]));
        self.members.sort_unstable();
        self.members.dedup();
        let Some(first) = self.members.first().copied() else { return };
        if self.is_one(rules) {
            self.members.iter().for_each(|member| set(of, *member, first));
            return;
        }
        let members = &self.members;
        let place = |record: u32| members.binary_search(&record).map_or(0, |at| at as u32);
        for edge in &mut self.edges {
            (edge.one, edge.other) = (place(edge.one), place(edge.other));
        }
        self.edges.sort_unstable_by(Edge::best_first);
        let record = |at: u32| members.get(at as usize).copied().unwrap_or(first);
        let (never, number) = (rules.never, rules.record);
        let never = never.map(|never| move |a: u32, b: u32| never(record(a), record(b)));
        let local = Rules {
            least: rules.least,
            precision: None,
            record: &|at| number(record(at)),
            never: never.as_ref().map(|never| never as &dyn Fn(u32, u32) -> bool),
            across_files: rules.across_files,
            score: |a: u32, b: u32| (rules.score)(record(a), record(b)),
        };
        let mut clusters = Clusters::new(members.len());
        grow(&mut clusters, &mut [], &self.edges, local);
        for (member, first) in members.iter().zip(clusters.firsts()) {
            set(of, *member, record(first));
        }
    }

    /// Whether it is plain that all are one person: every pair reaches what a link must, so that every mean does, and
    /// nothing forbids it. A pair of two verified NHS numbers reaches nothing.
    fn is_one<S>(&self, rules: &Rules<'_, S>) -> bool {
        let n = self.members.len();
        self.edges.len() == n * (n - 1) / 2 && rules.never.is_none()
    }
}
