use maud::{Markup, Render, html};
use methods::discrimination::RocPoint;

use super::square::{Square, words};
use crate::components::nhs::Scroll;

/// A receiver operating curve: for each threshold the share of those with the outcome who are found, against the share of the others who
/// are taken for them. The dashed line is what chance finds.
pub(crate) struct Roc<'a> {
    /// Points, from the highest threshold.
    pub(crate) curve: &'a [RocPoint],
    /// What it shows, in words.
    pub(crate) sentence: &'a str,
}

impl Render for Roc<'_> {
    fn render(&self) -> Markup {
        if self.curve.len() < 2 {
            return html! { p { "There are too few outcomes to draw how well risks tell people apart." } };
        }
        let square = Square { most: 100.0, unit: "%" };
        let point = |x: f64, y: f64| format!("{},{}", square.x(x), square.y(y));
        let line: Vec<String> = self
            .curve
            .iter()
            .map(|at| point((1.0 - at.specificity) * 100.0, at.sensitivity * 100.0))
            .collect();
        let picture = html! {
            svg class="app-chart" role="img" aria-labelledby="roc-title" viewBox=(square.view_box()) width=(Square::WIDTH) height=(Square::HEIGHT) {
                title id="roc-title" { "Receiver operating curve. " (self.sentence) }
                (square.frame("Of the others, taken for them", "Of those with the outcome, found"))
                line class="app-chart__limit" x1=(square.x(0.0)) y1=(square.y(0.0)) x2=(square.x(100.0)) y2=(square.y(100.0)) {}
                polyline class="app-chart__line" points=(line.join(" ")) {}
                (words(&square.x(100.0), &square.y(93.0), "end", "chance"))
            }
        };
        html! {
            (Scroll { content: picture.into(), labelled_by: "roc-title".to_owned(), ..Scroll::default() })
            p class="app-quiet" { "The further the line bends away from the dashed one, the better the risks tell who will have the outcome from who will not." }
        }
    }
}
