//! Capitation: need indices and shares of a total by weighted population.

use model::Pence;

/// The need index of a place: its weighted over its registered population, over the same of the reference area;
/// rounded half up to three decimals. `None` when a population is not above zero.
///
/// Source: NHS England, ICB allocation tool 2025/26, place-level tool. With England as reference the second ratio is 1.
pub fn need_index(
    weighted: f64,
    registered: f64,
    reference_weighted: f64,
    reference_registered: f64,
) -> Option<f64> {
    let usable = [weighted, registered, reference_weighted, reference_registered].iter().all(|v| *v > 0.0);
    usable.then(|| {
        let index = (weighted / registered) / (reference_weighted / reference_registered);
        (index * 1_000.0 + 0.5).floor() / 1_000.0
    })
}

/// Shares a total by weighted populations so that the parts add up to the penny. Weights are taken to the thousandth of a
/// person; those below zero or not finite count as none.
pub fn shares(total: Pence, weighted: &[f64]) -> Vec<Pence> {
    let weights: Vec<u64> = weighted
        .iter()
        .map(|w| if w.is_finite() && *w > 0.0 { (w * 1_000.0).round() as u64 } else { 0 })
        .collect();
    total.share(&weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn need_indices_are_those_of_north_west_london() {
        // NHS England 2025/26: England sums to the same number in every column, so that its ratio is one.
        let england = 63_849_324.0;
        for (weighted, registered, index) in [
            (2_641_396.0, 2_911_920.0, 0.907),
            (474_968.0, 527_405.0, 0.901),
            (445_345.0, 478_374.0, 0.931),
            (313_492.0, 349_614.0, 0.897),
            (302_887.0, 344_155.0, 0.880),
            (301_718.0, 343_946.0, 0.877),
            (286_724.0, 319_611.0, 0.897),
            (256_852.0, 280_126.0, 0.917),
            (227_092.0, 235_146.0, 0.966),
        ] {
            assert_eq!(need_index(weighted, registered, england, england), Some(index));
        }
        assert_eq!(need_index(1.0, 0.0, 1.0, 1.0), None);
    }

    #[test]
    fn shares_follow_weighted_population_to_the_penny() {
        let parts = shares(Pence(1_000_001), &[474_967.5, 445_345.1, -1.0, f64::NAN]);
        assert_eq!(parts.iter().copied().sum::<Pence>(), Pence(1_000_001));
        assert_eq!(parts[2..], [Pence(0), Pence(0)]);
        assert_eq!(parts[0], Pence(516_094));
    }
}
