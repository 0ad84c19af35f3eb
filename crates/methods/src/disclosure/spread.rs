//! Funnel plots over places that may be shown.

use serde::Serialize;

use super::{Counts, Form, Measure, Published};
use crate::Confidence;
use crate::funnel::{Funnel, Kind, Overdispersion};
use crate::rates::Estimate;

/// Sizes at which the limits of a funnel are drawn.
const SIZES: u64 = 40;

/// Where a place lies in its funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Within the 95 % limits.
    Within,
    /// Above the 95 % limit.
    High,
    /// Above the 99.8 % limit.
    VeryHigh,
    /// Below the 95 % limit.
    Low,
    /// Below the 99.8 % limit.
    VeryLow,
}

/// The limits for places of one size, in the unit of the value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Band {
    /// Denominator of a place of this size.
    pub denominator: Published<u64>,
    /// The whole with its 95 % limits.
    pub near: Published<Estimate>,
    /// The whole with its 99.8 % limits.
    pub far: Published<Estimate>,
}

/// A funnel: limits by size, and where each place lies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublishedFunnel {
    /// The value of the places together.
    pub baseline: Published<f64>,
    /// Limits from the smallest to the largest size.
    pub bands: Vec<Band>,
    /// One for each place given; none where the place is not shown.
    pub standings: Vec<Option<Standing>>,
}

impl PublishedFunnel {
    /// The funnel of places, of which only those that `measures` shows count. Limits are those of chance alone. `None` for means, which
    /// have no funnel, and for fewer than three places.
    pub fn of(form: Form, per: f64, counts: &[Counts], measures: &[Measure]) -> Option<Self> {
        let kind = match form {
            Form::Rate => Kind::Rate,
            Form::Proportion => Kind::Proportion,
            Form::Mean => return None,
        };
        let exact = |c: &Counts| (c.numerator as f64, c.denominator as f64);
        let each = || counts.iter().zip(measures);
        let places: Vec<(f64, f64)> =
            each().filter(|(_, m)| m.value.value().is_some()).map(|(c, _)| exact(c)).collect();
        if places.len() < 3 {
            return None;
        }
        let funnel = Funnel::of(&places, kind, Overdispersion::None)?;
        let shown = || measures.iter().filter(|m| m.value.value().is_some());
        let sizes = || shown().filter_map(|m| m.denominator.value());
        let (low, high) = (sizes().min()?.max(1), sizes().max()?);
        let bands = (0..=SIZES).map(|step| band(&funnel, per, low + (high - low) * step / SIZES));
        let standing = |(c, m): (&Counts, &Measure)| {
            m.value.value().map(|_| {
                let (above, below) = exact(c);
                standing(&funnel, above / below, below)
            })
        };
        Some(Self {
            baseline: Published::shown(funnel.baseline * per),
            bands: bands.collect(),
            standings: each().map(standing).collect(),
        })
    }
}

fn band(funnel: &Funnel, per: f64, denominator: u64) -> Band {
    let limits = |confidence| {
        let (lower, upper) = funnel.limits(denominator as f64, confidence);
        Published::shown(Estimate { value: funnel.baseline, lower, upper }.scaled(per))
    };
    Band {
        denominator: Published::shown(denominator),
        near: limits(Confidence::P95),
        far: limits(Confidence::P99_8),
    }
}

fn standing(funnel: &Funnel, value: f64, denominator: f64) -> Standing {
    let (low, high) = funnel.limits(denominator, Confidence::P95);
    let (very_low, very_high) = funnel.limits(denominator, Confidence::P99_8);
    match value {
        v if v > very_high => Standing::VeryHigh,
        v if v > high => Standing::High,
        v if v < very_low => Standing::VeryLow,
        v if v < low => Standing::Low,
        _ => Standing::Within,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rule;

    #[test]
    fn places_lie_where_their_size_says() {
        let counts = [(100, 1_000), (220, 2_000), (200, 1_000), (120, 1_000), (3, 1_000)]
            .map(|(numerator, denominator)| Counts { numerator, denominator });
        let measures = Rule::default().measures(Form::Proportion, 100.0, &counts, &[]);
        let funnel = PublishedFunnel::of(Form::Proportion, 100.0, &counts, &measures).unwrap();
        let whole = (100.0 + 220.0 + 200.0 + 120.0) / 5_000.0 * 100.0;
        assert!((funnel.baseline.value().unwrap() - whole).abs() < 1e-12, "the hidden place is not in it");
        assert_eq!(
            funnel.standings,
            [
                Some(Standing::Low),
                Some(Standing::Low),
                Some(Standing::VeryHigh),
                Some(Standing::Within),
                None
            ]
        );
        let (first, last) = (funnel.bands[0], funnel.bands[funnel.bands.len() - 1]);
        let reach = |band: Band| band.near.value().map(|e| e.upper - e.lower).unwrap();
        assert!(reach(first) > reach(last), "limits narrow as places grow");
        assert!(PublishedFunnel::of(Form::Mean, 1.0, &counts, &measures).is_none());
        assert!(PublishedFunnel::of(Form::Rate, 1.0, &counts[..2], &measures[..2]).is_none());
    }
}
