use chrono::NaiveDate;
use maud::{Markup, html};
use methods::{Estimate, Published};

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 32.0;
const MARGIN: f64 = 4.0;

/// A small line of results over time. The values stand in the table beside it, so it is hidden from screen readers.
/// Nothing is drawn for fewer than two values.
pub(crate) fn sparkline(values: &[(NaiveDate, f64)]) -> Markup {
    let points = places(values);
    let (Some(last), true) = (points.last(), points.len() > 1) else { return html! {} };
    let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    html! {
        svg class="app-sparkline" viewBox="0 0 120 32" width="120" height="32" aria-hidden="true" focusable="false" {
            polyline class="app-sparkline__line" points=(path.join(" ")) {}
            circle class="app-sparkline__last" cx=(format!("{:.1}", last.0)) cy=(format!("{:.1}", last.1)) r="3" {}
        }
    }
}

/// The same of months of a population: those whose value is shown.
pub(crate) fn published_sparkline(values: &[(NaiveDate, Published<Estimate>)]) -> Markup {
    let shown = values.iter().filter_map(|(month, value)| Some((*month, value.value()?.value)));
    sparkline(&shown.collect::<Vec<_>>())
}

/// Where each value stands: days to the right, values upwards.
fn places(values: &[(NaiveDate, f64)]) -> Vec<(f64, f64)> {
    let finite: Vec<(NaiveDate, f64)> = values.iter().filter(|(_, v)| v.is_finite()).copied().collect();
    let (Some(first), Some(last)) = (finite.first(), finite.last()) else { return Vec::new() };
    let low = finite.iter().map(|(_, v)| *v).fold(f64::INFINITY, f64::min);
    let high = finite.iter().map(|(_, v)| *v).fold(f64::NEG_INFINITY, f64::max);
    let days = days_between(first.0, last.0);
    finite
        .iter()
        .map(|(day, value)| {
            let along = if days > 0.0 { days_between(first.0, *day) / days } else { 0.5 };
            let up = if high > low { (value - low) / (high - low) } else { 0.5 };
            (MARGIN + along * (WIDTH - 2.0 * MARGIN), HEIGHT - MARGIN - up * (HEIGHT - 2.0 * MARGIN))
        })
        .collect()
}

fn days_between(from: NaiveDate, to: NaiveDate) -> f64 {
    // A span of days within a lifetime is exact in a float.
    i32::try_from((to - from).num_days()).map_or(0.0, f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn higher_values_stand_higher() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 1, d).unwrap();
        let points = places(&[(day(1), 48.0), (day(11), 58.0), (day(21), f64::NAN)]);
        assert_eq!(points, [(4.0, 28.0), (116.0, 4.0)]);
        assert!(sparkline(&[(day(1), 48.0)]).0.is_empty());
        assert!(sparkline(&[]).0.is_empty());
    }
}
