use maud::{Markup, Render, html};

use crate::components::nhs::Scroll;

/// How evidence adds up, step by step: each bar begins where the one before ended. To the right and pointing right is for
/// one person, to the left and pointing left is against. The same numbers stand in the table beside it.
pub(crate) struct Waterfall<'a> {
    /// What each step is called, and its bits.
    pub(crate) steps: &'a [(String, f64)],
    /// What it comes to, in words.
    pub(crate) sentence: &'a str,
}

const WIDTH: f64 = 960.0;
const LEFT: f64 = 250.0;
const RIGHT: f64 = 90.0;
const ROW: f64 = 34.0;
const TOP: f64 = 8.0;
const BOTTOM: f64 = 34.0;

impl Render for Waterfall<'_> {
    fn render(&self) -> Markup {
        let bars = bars(self.steps);
        let height = TOP + ROW * bars.last().map_or(0.0, |bar| bar.row + 1.0) + BOTTOM;
        let ends = || bars.iter().flat_map(|bar| [bar.from, bar.to]).chain([0.0]);
        let low = ends().fold(f64::INFINITY, f64::min);
        let high = ends().fold(f64::NEG_INFINITY, f64::max);
        let span = (high - low).max(1.0);
        let x = |bits: f64| LEFT + (bits - low) / span * (WIDTH - LEFT - RIGHT);
        let nought = x(0.0);
        let picture = html! {
            svg class="app-chart" role="img" aria-labelledby="waterfall-title" viewBox=(format!("0 0 {WIDTH} {height}"))
                width=(WIDTH) height=(height) {
                title id="waterfall-title" { "What speaks for one person and what against. " (self.sentence) }
                line class="app-chart__limit" x1=(at(nought)) y1="0" x2=(at(nought)) y2=(at(height - BOTTOM)) {}
                (words(nought, height - 10.0, "middle", "0: even"))
                @for bar in &bars {
                    @let y = TOP + ROW * bar.row;
                    (words(0.0, y + 19.0, "start", &bar.name))
                    path class=(if bar.to >= bar.from { "app-chart__better" } else { "app-chart__worse" })
                        d=(arrow(x(bar.from), x(bar.to), y + 3.0)) {}
                    (words(x(bar.from).max(x(bar.to)) + 8.0, y + 19.0, "start", &signed(bar.to - bar.from)))
                }
            }
        };
        html! {
            (Scroll { content: picture.into(), labelled_by: "waterfall-title".to_owned(), ..Scroll::default() })
            p class="app-quiet" {
                "A bar that points right speaks for one person, one that points left for two people. Right of the dashed line one person is more likely than two."
            }
        }
    }
}

struct Bar {
    row: f64,
    name: String,
    from: f64,
    to: f64,
}

/// Each step from where the one before ended, and at last all of them from nought.
fn bars(steps: &[(String, f64)]) -> Vec<Bar> {
    let (mut row, mut sum) = (0.0, 0.0);
    let mut bars = Vec::with_capacity(steps.len() + 1);
    for (name, bits) in steps.iter().filter(|(_, bits)| bits.is_finite()) {
        bars.push(Bar { row, name: name.clone(), from: sum, to: sum + bits });
        sum += bits;
        row += 1.0;
    }
    bars.push(Bar { row, name: "All together".to_owned(), from: 0.0, to: sum });
    bars
}

/// A bar that ends in a point on the side to which it goes.
fn arrow(from: f64, to: f64, y: f64) -> String {
    let (height, half) = (24.0, 12.0);
    let point = (to - from).clamp(-8.0, 8.0);
    format!(
        "M{from:.1} {y:.1}H{:.1}L{to:.1} {:.1}L{:.1} {:.1}H{from:.1}z",
        to - point,
        y + half,
        to - point,
        y + height
    )
}

/// `+7.5` or `-3.0`, with a sign in any case.
pub(crate) fn signed(bits: f64) -> String {
    let rounded = format!("{bits:+.1}");
    if rounded == "-0.0" { "+0.0".to_owned() } else { rounded }
}

fn at(place: f64) -> String {
    format!("{place:.1}")
}

fn words(x: f64, y: f64, anchor: &str, text: &str) -> Markup {
    html! { text class="app-stream__words" x=(at(x)) y=(at(y)) text-anchor=(anchor) { (text) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bar_begins_where_the_one_before_ended() {
        let steps = [("a".to_owned(), -10.0), ("b".to_owned(), 12.5), ("c".to_owned(), f64::NAN)];
        let bars: Vec<(f64, f64)> = bars(&steps).iter().map(|bar| (bar.from, bar.to)).collect();
        assert_eq!(bars, [(0.0, -10.0), (-10.0, 2.5), (0.0, 2.5)]);
        assert_eq!(
            (signed(2.5), signed(-10.0), signed(-0.01)),
            ("+2.5".into(), "-10.0".into(), "+0.0".into())
        );
    }
}
