use maud::{Markup, html};

/// The frame of a picture with the same scale across and up, from nought.
pub(super) struct Square {
    /// The largest number on both.
    pub(super) most: f64,
    /// What stands behind a number.
    pub(super) unit: &'static str,
}

const LEFT: f64 = 90.0;
const RIGHT: f64 = 30.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 66.0;
const STEPS: [f64; 6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];

impl Square {
    pub(super) const WIDTH: f64 = 960.0;
    pub(super) const HEIGHT: f64 = 440.0;

    pub(super) fn view_box(&self) -> String {
        format!("0 0 {} {}", Self::WIDTH, Self::HEIGHT)
    }

    pub(super) fn x(&self, value: f64) -> String {
        format!("{:.1}", LEFT + value / self.most * (Self::WIDTH - LEFT - RIGHT))
    }

    pub(super) fn y(&self, value: f64) -> String {
        format!("{:.1}", Self::HEIGHT - BOTTOM - value / self.most * (Self::HEIGHT - TOP - BOTTOM))
    }

    /// Lines at each fifth with their numbers, and what is counted across and up.
    pub(super) fn frame(&self, across: &str, up: &str) -> Markup {
        html! {
            (words("0", "20", "start", up))
            @for step in STEPS {
                @let value = step * self.most;
                @let label = format!("{value:.0}{}", self.unit);
                line class="app-stream__row" x1=(self.x(0.0)) y1=(self.y(value)) x2=(self.x(self.most)) y2=(self.y(value)) {}
                text class="app-stream__words" x=(format!("{:.1}", LEFT - 12.0)) y=(self.y(value)) text-anchor="end" dominant-baseline="middle" { (label) }
                text class="app-stream__words" x=(self.x(value)) y=(format!("{:.1}", Self::HEIGHT - BOTTOM + 26.0)) text-anchor="middle" { (label) }
            }
            (words(&self.x(self.most / 2.0), &format!("{:.1}", Self::HEIGHT - 10.0), "middle", across))
        }
    }
}

pub(super) fn words(x: &str, y: &str, anchor: &str, text: &str) -> Markup {
    html! { text class="app-stream__words" x=(x) y=(y) text-anchor=(anchor) { (text) } }
}
