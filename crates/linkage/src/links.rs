//! From clusters to the list of links.

use hashbrown::HashMap;

use crate::engine::{Edge, LARGE};

/// Adds the pairs of each cluster that were not scored. `links` are all of them that were, by record, and are so after.
pub(crate) fn complete(
    clusters: &[u32],
    links: &mut Vec<Edge>,
    mut score: impl FnMut(u32, u32) -> Option<f32>,
) {
    let cluster = |record: u32| clusters.get(record as usize).copied().unwrap_or(record);
    // Of each cluster, by its first record: its size and how many of its pairs were scored.
    let mut counts = vec![(0_u32, 0_u32); clusters.len()];
    for cluster in clusters {
        if let Some((size, _)) = counts.get_mut(*cluster as usize) {
            *size += 1;
        }
    }
    for link in links.iter() {
        if let Some((_, scored)) = counts.get_mut(cluster(link.one) as usize) {
            *scored += 1;
        }
    }
    let lacks = |cluster: u32| {
        let (size, scored) = counts.get(cluster as usize).copied().unwrap_or_default();
        let size = size as usize;
        (2..=LARGE).contains(&size) && (scored as usize) < size * (size - 1) / 2
    };
    let mut members: HashMap<u32, Vec<u32>> = HashMap::new();
    for (record, cluster) in (0_u32..).zip(clusters).filter(|(_, cluster)| lacks(**cluster)) {
        members.entry(*cluster).or_default().push(record);
    }
    let known: hashbrown::HashSet<(u32, u32)> =
        links.iter().filter(|link| lacks(cluster(link.one))).map(|link| (link.one, link.other)).collect();
    let before = links.len();
    for members in members.values() {
        for (at, one) in members.iter().enumerate() {
            for other in members.iter().skip(at + 1).filter(|other| !known.contains(&(*one, **other))) {
                if let Some(bits) = score(*one, *other) {
                    links.push(Edge { one: *one, other: *other, bits, pass: None });
                }
            }
        }
    }
    if links.len() > before {
        // Nearly all are in order already.
        links.sort_by_key(|link| (link.one, link.other));
    }
}

/// Pairs by record, the lower number first.
pub(crate) fn by_record(edges: Vec<Edge>, records: usize) -> Vec<Edge> {
    let Some(first) = edges.first() else { return Vec::new() };
    let mut ends = vec![0_u32; records];
    for edge in &edges {
        if let Some(end) = ends.get_mut(edge.one as usize) {
            *end += 1;
        }
    }
    let mut total = 0;
    for end in &mut ends {
        (*end, total) = (total, total + *end);
    }
    let mut sorted = vec![*first; edges.len()];
    for edge in edges {
        if let Some(end) = ends.get_mut(edge.one as usize) {
            if let Some(place) = sorted.get_mut(*end as usize) {
                *place = edge;
            }
            *end += 1;
        }
    }
    for of_one in sorted.chunk_by_mut(|a, b| a.one == b.one) {
        of_one.sort_unstable_by_key(|edge| edge.other);
    }
    sorted
}
