//! Population stability index: how far the spread of risks has moved since a model was made.
//!
//! Source: Kullback's symmetric divergence over groups of equal size (Kullback S and Leibler RA, Ann Math Stat 1951; 22: 79-86), as credit
//! scoring uses it (Siddiqi N, Credit risk scorecards, 2006): below 0.1 little has changed, from 0.25 on much.

use serde::{Deserialize, Serialize};

/// From here on something has changed.
pub const SOME: f64 = 0.1;
/// From here on much has changed.
pub const MUCH: f64 = 0.25;

/// Shares of people by risk, in groups whose borders stay where they were.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    /// Highest risk of each group but the last.
    pub borders: Vec<f64>,
    /// People of each group.
    pub people: Vec<u64>,
}

impl Spread {
    /// In so many groups of equal size; fewer when many people have one risk.
    pub fn of(risks: &[f64], groups: usize) -> Self {
        let mut sorted = risks.to_vec();
        sorted.sort_by(f64::total_cmp);
        let border = |group: usize| sorted.get((sorted.len() * group / groups).saturating_sub(1)).copied();
        let mut borders: Vec<f64> = (1..groups).filter_map(border).collect();
        borders.dedup();
        let mut spread = Self { people: vec![0; borders.len() + 1], borders };
        spread.people = spread.count(risks);
        spread
    }

    /// How many of these people are in each group.
    pub fn count(&self, risks: &[f64]) -> Vec<u64> {
        let mut people = vec![0; self.people.len()];
        for risk in risks {
            let group = self.borders.partition_point(|border| border < risk);
            if let Some(n) = people.get_mut(group) {
                *n += 1;
            }
        }
        people
    }

    /// The index of other people's risks against these. Half a person is added to each group, so that an empty one can be told of.
    pub fn index(&self, risks: &[f64]) -> f64 {
        let (then, now) = (shares(&self.people), shares(&self.count(risks)));
        then.iter().zip(&now).map(|(then, now)| (now - then) * (now / then).ln()).sum()
    }
}

fn shares(people: &[u64]) -> Vec<f64> {
    let all = people.iter().sum::<u64>() as f64 + people.len() as f64 / 2.0;
    people.iter().map(|n| (*n as f64 + 0.5) / all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_people_have_not_moved_and_others_have() {
        let risks: Vec<f64> = (0..1_000).map(|n| f64::from(n) / 1_000.0).collect();
        let spread = Spread::of(&risks, 10);
        assert_eq!(spread.people, [100; 10]);
        assert_eq!(spread.index(&risks), 0.0);
        // Everybody in the upper half: five groups of 0 and five of 200, with half a person more in each.
        let upper: Vec<f64> = (0..1_000).map(|n| f64::from(500 + n % 500) / 1_000.0).collect();
        let (few, many, then) = (0.5 / 1_005.0, 200.5 / 1_005.0, 100.5 / 1_005.0_f64);
        let by_hand = 5.0 * (few - then) * (few / then).ln() + 5.0 * (many - then) * (many / then).ln();
        assert!((spread.index(&upper) - by_hand).abs() < 1e-12 && by_hand > MUCH);
        assert_eq!(Spread::of(&[0.1; 50], 10).people, [50, 0]);
    }
}
