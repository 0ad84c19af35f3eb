use chrono::NaiveDate;
use insight::indicators::IndicatorView;
use maud::{Markup, Render, html};
use methods::spc::Variation;

use crate::components::nhs::Scroll;

/// A control chart: values by month with their mean and limits, the points marked by shape: a circle for common cause,
/// a triangle for a change for the better, a square for one for the worse, a diamond where neither way is better.
pub(crate) struct ControlChart<'a> {
    pub(crate) view: &'a IndicatorView,
}

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 320.0;
const LEFT: f64 = 130.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 40.0;
/// Least distance between two lines of words.
const GAP: f64 = 20.0;

/// Where values stand: from the lowest to the highest of values and limits.
struct Scale {
    low: f64,
    high: f64,
    months: usize,
}

impl Scale {
    fn x(&self, at: usize) -> f64 {
        let last = count(self.months.saturating_sub(1)).max(1.0);
        LEFT + count(at) / last * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        let up = if self.high > self.low { (value - self.low) / (self.high - self.low) } else { 0.5 };
        HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM)
    }
}

impl Render for ControlChart<'_> {
    fn render(&self) -> Markup {
        let points = self.points();
        if points.len() < 2 {
            return html! { p { "There are too few months to draw." } };
        }
        let scale = self.scale(&points);
        let line: Vec<String> = points
            .iter()
            .map(|(at, _, value, _)| format!("{:.1},{:.1}", scale.x(*at), scale.y(*value)))
            .collect();
        let picture = html! {
            svg class="app-chart" role="img" aria-labelledby="chart-title" viewBox=(format!("0 0 {WIDTH} {HEIGHT}"))
                width=(WIDTH) height=(HEIGHT) {
                title id="chart-title" { "Control chart. " (self.view.sentence) }
                (self.lines(&scale))
                polyline class="app-chart__line" points=(line.join(" ")) {}
                @for (at, month, value, variation) in &points {
                    (mark(*variation, scale.x(*at), scale.y(*value)))
                    @if at % 6 == 0 { (words(scale.x(*at), HEIGHT - 12.0, "middle", &month.format("%b %Y").to_string())) }
                }
            }
        };
        html! {
            (Scroll { content: picture.into(), labelled_by: "chart-title".to_owned(), ..Scroll::default() })
            p class="app-quiet" {
                "Circle: as before. Triangle: a change for the better. Square: a change for the worse. Diamond: a change, neither better nor worse. "
                @if self.view.chart.trial { "The limits are on trial: there are fewer than 13 months." }
            }
        }
    }
}

impl ControlChart<'_> {
    /// Months whose value is shown, with their place among all months.
    fn points(&self) -> Vec<(usize, NaiveDate, f64, Variation)> {
        let shown = self.view.series.iter().enumerate();
        shown
            .filter_map(|(at, point)| {
                let value = point.measure.value.value()?.value;
                value.is_finite().then_some((at, point.month, value, point.variation()))
            })
            .collect()
    }

    fn scale(&self, points: &[(usize, NaiveDate, f64, Variation)]) -> Scale {
        let mut all: Vec<f64> = points.iter().map(|(_, _, value, _)| *value).collect();
        if let Some(limits) = self.view.chart.limits.value() {
            all.extend([limits.lower.max(0.0), limits.upper]);
        }
        let low = all.iter().copied().fold(f64::INFINITY, f64::min);
        let high = all.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let margin = ((high - low) * 0.08).max(0.05);
        Scale { low: (low - margin).max(0.0), high: high + margin, months: self.view.series.len() }
    }

    fn lines(&self, scale: &Scale) -> Markup {
        let Some(limits) = self.view.chart.limits.value() else { return html! {} };
        let three = [
            ("Upper", limits.upper, "app-chart__limit"),
            ("Mean", limits.mean, "app-chart__mean"),
            ("Lower", limits.lower.max(0.0), "app-chart__limit"),
        ];
        // Lines may be close to one another; their words may not.
        let middle = scale.y(limits.mean);
        let places = [
            scale.y(limits.upper).min(middle - GAP),
            middle,
            scale.y(limits.lower.max(0.0)).max(middle + GAP),
        ];
        html! {
            @for ((name, value, class), place) in three.into_iter().zip(places) {
                @let y = format!("{:.1}", scale.y(value));
                line class=(class) x1=(LEFT) y1=(y) x2=(WIDTH - RIGHT) y2=(y) {}
                (words(0.0, place + 5.0, "start", &format!("{name} {value:.1}")))
            }
        }
    }
}

fn mark(variation: Variation, x: f64, y: f64) -> Markup {
    match variation {
        Variation::Common => {
            html! { circle class="app-chart__common" cx=(format!("{x:.1}")) cy=(format!("{y:.1}")) r="5" {} }
        }
        Variation::Improvement => {
            html! { path class="app-chart__better" d=(format!("M{x:.1} {:.1}l8 14h-16z", y - 9.0)) {} }
        }
        Variation::Concern => {
            html! { rect class="app-chart__worse" x=(format!("{:.1}", x - 6.0)) y=(format!("{:.1}", y - 6.0)) width="12" height="12" {} }
        }
        Variation::NeutralHigh | Variation::NeutralLow => {
            html! { path class="app-chart__neutral" d=(format!("M{x:.1} {:.1}l8 8-8 8-8-8z", y - 8.0)) {} }
        }
    }
}

pub(super) fn words(x: f64, y: f64, anchor: &str, text: &str) -> Markup {
    html! { text class="app-stream__words" x=(format!("{x:.1}")) y=(format!("{y:.1}")) text-anchor=(anchor) { (text) } }
}

fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(0.0, f64::from)
}
