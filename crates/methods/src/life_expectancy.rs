//! Life expectancy from an abridged life table.
//!
//! Source: Chiang CL, The life table and its construction, 1968 (Chiang II), with the variance of the last interval by Silcocks PBS and others,
//! J Epidemiol Community Health 2001; 55: 38-43, as the Office for National Statistics and PHEindicatormethods compute it.

use crate::distributions::Confidence;
use crate::rates::Estimate;

/// At so few person-years in all no expectancy is given (Toson B and Baker A, 2003).
pub const LEAST_POPULATION: f64 = 5_000.0;
/// A value whose 95 % limits are further apart, in years, is not given.
pub const WIDEST: f64 = 20.0;

/// An interval of age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// First year of age. The last interval has no end.
    pub start: u32,
    /// Deaths.
    pub deaths: f64,
    /// Person-years.
    pub population: f64,
}

/// Life expectancy at the start of an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expectancy {
    /// Years still to live.
    pub years: f64,
    /// Standard error.
    pub error: f64,
    /// Deaths at this age and above.
    pub deaths: f64,
    /// Person-years at this age and above.
    pub population: f64,
}

impl Expectancy {
    /// With limits. Limits stand even where the value is too uncertain to be given.
    pub fn limits(&self, confidence: Confidence) -> Estimate {
        let reach = confidence.z() * self.error;
        Estimate { value: self.years, lower: self.years - reach, upper: self.years + reach }
    }

    /// False where 95 % limits are more than twenty years apart.
    pub fn is_certain(&self) -> bool {
        2.0 * Confidence::P95.z() * self.error <= WIDEST
    }
}

/// One interval of the table being made.
struct Row {
    width: f64,
    /// Share of the interval that those who die in it live.
    lived: f64,
    rate: f64,
    /// Chance of dying in the interval.
    dying: f64,
    deaths: f64,
    /// Of 100,000 born, how many reach it.
    alive: f64,
}

/// Life expectancy at the start of each interval; intervals go up in age, from nought. `None` when nobody died in the last one, or there are not
/// two.
pub fn life_table(intervals: &[Interval]) -> Option<Vec<Expectancy>> {
    let last = intervals.last()?;
    if intervals.len() < 2 || last.deaths <= 0.0 || intervals.iter().any(|i| i.population <= 0.0) {
        return None;
    }
    let rows = rows(intervals);
    let mut found = Vec::with_capacity(rows.len());
    let (mut years_lived, mut variance, mut next) = (0.0, 0.0, 0.0);
    let (mut deaths, mut population, mut alive_after) = (0.0, 0.0, 0.0);
    for (row, interval) in rows.iter().zip(intervals).rev() {
        let died = row.alive - alive_after;
        let is_last = found.is_empty();
        if is_last {
            years_lived += row.alive / row.rate;
            variance += (row.alive / 2.0).powi(2) * 4.0 / (row.deaths * row.rate.powi(2));
        } else {
            years_lived += row.width * (alive_after + row.lived * died);
            let of_dying = if died == 0.0 { 0.0 } else { row.dying.powi(2) * (1.0 - row.dying) / row.deaths };
            variance += of_dying * (row.alive * ((1.0 - row.lived) * row.width + next)).powi(2);
        }
        next = if row.alive == 0.0 { 0.0 } else { years_lived / row.alive };
        deaths += interval.deaths;
        population += interval.population;
        found.push(Expectancy { years: next, error: variance.sqrt() / row.alive, deaths, population });
        alive_after = row.alive;
    }
    found.reverse();
    Some(found)
}

fn rows(intervals: &[Interval]) -> Vec<Row> {
    let mut alive = 100_000.0;
    let ends = intervals.iter().skip(1).map(|next| Some(next.start)).chain([None]);
    intervals
        .iter()
        .zip(ends)
        .map(|(interval, end)| {
            let rate = interval.deaths / interval.population;
            let width = end.map_or(2.0 / rate, |end| f64::from(end) - f64::from(interval.start));
            // Most infants who die do so early.
            let lived = if interval.start == 0 { 0.1 } else { 0.5 };
            let all_die = end.is_none() || rate * width * lived > 1.0;
            let dying = if all_die { 1.0 } else { rate * width / (1.0 + rate * width * (1.0 - lived)) };
            let row = Row { width, lived, rate, dying, deaths: interval.deaths, alive };
            alive *= 1.0 - dying;
            row
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_rate_leaves_the_same_years_at_every_age() {
        let steady = |start| Interval { start, deaths: 200.0, population: 10_000.0 };
        let table = life_table(&[1, 2, 3, 4, 5].map(|n| steady(n * 5))).unwrap();
        // At 2 % a year somebody has fifty years to live; intervals of five years come close.
        for row in &table {
            assert!((row.years - 50.0).abs() < 0.2 && row.is_certain(), "{row:?}");
        }
        assert_eq!(table[0].deaths, 1_000.0);
    }

    #[test]
    fn no_death_at_the_end_no_expectancy() {
        let none = Interval { start: 90, deaths: 0.0, population: 100.0 };
        let some = Interval { start: 0, deaths: 3.0, population: 100.0 };
        assert!(life_table(&[some, none]).is_none());
        assert!(life_table(&[some]).is_none());
        assert!(life_table(&[]).is_none());
    }
}
