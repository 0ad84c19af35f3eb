//! Groups of equal size by rank: deciles of deprivation and the like.
//!
//! Source: OHID technical guide, Assigning deprivation categories, as PHEindicatormethods applies it: equal values share the best rank, so a
//! group at a boundary holds all of them.

/// The group of each value, from 1 to `groups`; with `invert` the highest values are in group 1. Values that are missing have none, and
/// nobody has one when there are fewer values than groups.
pub fn quantiles(values: &[Option<f64>], groups: u32, invert: bool) -> Vec<Option<u32>> {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    let highest = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let order = |value: f64| if invert { highest - value } else { value };
    let mut sorted: Vec<f64> = known.iter().map(|value| order(*value)).collect();
    sorted.sort_by(f64::total_cmp);
    let (count, groups_f) = (known.len() as f64, f64::from(groups));
    values
        .iter()
        .map(|value| {
            let key = order((*value)?);
            let rank = sorted.partition_point(|other| *other < key) as f64 + 1.0;
            let from_last = (((count + 1.0) - rank) / (count / groups_f)).ceil();
            // In 1 to `groups`: a rank is at least 1 and at most `count`.
            let group = ((groups_f + 1.0) - from_last).floor().max(1.0) as u32;
            (known.len() >= groups as usize).then_some(group)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_are_first_unless_told_otherwise() {
        let values: Vec<Option<f64>> = (1..=10).map(|n| Some(f64::from(n))).collect();
        let of = |invert| quantiles(&values, 5, invert).into_iter().flatten().collect::<Vec<_>>();
        assert_eq!(of(false), [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
        assert_eq!(of(true), [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]);
    }

    #[test]
    fn equal_values_stay_together_and_missing_ones_are_in_no_group() {
        let values = [Some(1.0), Some(1.0), Some(1.0), Some(2.0), None];
        assert_eq!(quantiles(&values, 2, false), [Some(1), Some(1), Some(1), Some(2), None]);
        assert_eq!(quantiles(&values, 5, false), [None; 5]);
        assert!(quantiles(&[], 5, false).is_empty());
    }
}
