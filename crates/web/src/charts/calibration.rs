use insight::risk::Tenth;
use maud::{Markup, Render, html};

use super::square::{Square, words};
use crate::components::nhs::Scroll;

/// A calibration plot: tenths of people by risk, what was expected of them across and what came up, with 95 % limits. On the dashed
/// line as many came as expected. The same numbers stand in the table below it.
pub(crate) struct Calibration<'a> {
    /// Tenths, from the lowest risk.
    pub(crate) tenths: &'a [Tenth],
    /// What it shows, in words.
    pub(crate) sentence: &'a str,
}

impl Render for Calibration<'_> {
    fn render(&self) -> Markup {
        let points: Vec<(f64, f64, f64, f64)> = self
            .tenths
            .iter()
            .filter_map(|tenth| {
                let (expected, observed) = (tenth.expected.value()?, tenth.observed.value()?);
                Some((expected, observed.value, observed.lower, observed.upper))
            })
            .collect();
        if points.len() < 2 {
            return html! { p { "There are too few outcomes to draw how true the risks were." } };
        }
        let most = points.iter().fold(0.0_f64, |most, (x, _, _, upper)| most.max(*x).max(*upper));
        let square = Square { most: (most / 10.0).ceil().max(1.0) * 10.0, unit: "%" };
        let picture = html! {
            svg class="app-chart" role="img" aria-labelledby="calibration-title" viewBox=(square.view_box()) width=(Square::WIDTH) height=(Square::HEIGHT) {
                title id="calibration-title" { "Calibration plot. " (self.sentence) }
                (square.frame("Predicted, mean of the tenth", "Had the outcome"))
                line class="app-chart__limit" x1=(square.x(0.0)) y1=(square.y(0.0)) x2=(square.x(square.most)) y2=(square.y(square.most)) {}
                @for (x, y, lower, upper) in &points {
                    line class="app-chart__line" x1=(square.x(*x)) y1=(square.y(*lower)) x2=(square.x(*x)) y2=(square.y(*upper)) {}
                    circle class="app-chart__common" cx=(square.x(*x)) cy=(square.y(*y)) r="6" {}
                }
                (words(&square.x(square.most), &square.y(square.most), "end", "as many as predicted"))
            }
        };
        html! {
            (Scroll { content: picture.into(), labelled_by: "calibration-title".to_owned(), ..Scroll::default() })
            p class="app-quiet" { "Each circle is a tenth of the people by predicted risk, its line the 95% limits. On the dashed line as many had the outcome as was predicted; above it more, below it fewer." }
        }
    }
}
