//! Bands of risk by rank: the top half of a per cent, the next to 5 %, the next to 20 %, everybody else.
//!
//! Source: bands of the Combined Predictive Model (Wennberg D and others, Combined predictive model: final report, King's Fund, 2006).

/// A band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// Top 0.5 %.
    VeryHigh,
    /// To 5 %.
    High,
    /// To 20 %.
    Moderate,
    /// The others.
    Low,
}

impl Band {
    /// As a record says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::VeryHigh => "very high, top 0.5%",
            Self::High => "high, top 5%",
            Self::Moderate => "moderate, top 20%",
            Self::Low => "low",
        }
    }
}

/// The lowest risks that belong to each band, for one set of people.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bands {
    very_high: f64,
    high: f64,
    moderate: f64,
}

impl Bands {
    /// From the risks of everybody, in any order.
    pub fn of(risks: &[f64]) -> Self {
        Self { very_high: top(risks, 0.5), high: top(risks, 5.0), moderate: top(risks, 20.0) }
    }

    /// The band of a risk.
    pub fn band(self, risk: f64) -> Band {
        if risk >= self.very_high {
            Band::VeryHigh
        } else if risk >= self.high {
            Band::High
        } else if risk >= self.moderate {
            Band::Moderate
        } else {
            Band::Low
        }
    }
}

/// The risk from which on people are the top so many per cent. Whoever has the same risk as the last of them is one of them; above every
/// risk when there is nobody, or not one in so many.
pub fn top(risks: &[f64], percent: f64) -> f64 {
    let mut sorted = risks.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let people = (sorted.len() as f64 * percent / 100.0).floor() as usize;
    people.checked_sub(1).and_then(|last| sorted.get(last)).copied().unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_are_shares_of_people_and_equal_risks_stay_together() {
        let risks: Vec<f64> = (1..=1_000).map(|n| f64::from(n) / 1_001.0).collect();
        let bands = Bands::of(&risks);
        let of = |band: Band| risks.iter().filter(|risk| bands.band(**risk) == band).count();
        assert_eq!([Band::VeryHigh, Band::High, Band::Moderate, Band::Low].map(of), [5, 45, 150, 800]);
        assert_eq!(top(&[0.9, 0.5, 0.5, 0.1], 50.0), 0.5);
        assert_eq!(top(&[], 2.0), f64::INFINITY);
        assert_eq!(top(&[0.5; 10], 2.0), f64::INFINITY);
    }
}
