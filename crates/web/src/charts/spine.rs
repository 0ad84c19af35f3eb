use insight::comparison::Against;
use insight::practice::Spread;
use maud::{Markup, html};
use methods::spc::Direction;
use methods::{Estimate, Published};

const MIDDLE: f64 = 120.0;

/// One line of a spine chart: how practices lie (light), the middle half of them (dark), the area as the middle line and this practice as a
/// mark. To the right is better, or higher where neither way is better. Words and numbers stand beside it.
pub(crate) struct Spine {
    pub(crate) spread: Spread,
    pub(crate) own: Published<Estimate>,
    pub(crate) area: Published<Estimate>,
    pub(crate) against: Against,
    pub(crate) direction: Direction,
}

impl Spine {
    pub(crate) fn draw(&self) -> Markup {
        let ends = (self.spread.lowest.value(), self.spread.highest.value());
        let (Some(area), (Some(lowest), Some(highest))) = (self.area.value(), ends) else { return html! {} };
        let reach = (highest - area.value).abs().max((area.value - lowest).abs());
        let way = if self.direction == Direction::Decrease { -1.0 } else { 1.0 };
        let x = |value: f64| {
            let along = if reach > 0.0 { way * (value - area.value) / reach } else { 0.0 };
            MIDDLE + along.clamp(-1.0, 1.0) * (MIDDLE - 8.0)
        };
        let band = |a: f64, b: f64| (x(a).min(x(b)), (x(a) - x(b)).abs());
        let (start, width) = band(lowest, highest);
        let quarters = self.spread.lower_quarter.with(self.spread.upper_quarter, |a, b| (a, b)).value();
        html! {
            svg class="app-spine" viewBox="0 0 240 20" width="240" height="20" aria-hidden="true" focusable="false" {
                rect class="app-spine__range" x=(place(start)) y="4" width=(place(width)) height="12" {}
                @if let Some((lower, upper)) = quarters {
                    @let (start, width) = band(lower, upper);
                    rect class="app-spine__half" x=(place(start)) y="4" width=(place(width)) height="12" {}
                }
                line class="app-spine__area" x1="120" y1="0" x2="120" y2="20" {}
                @if let Some(own) = self.own.value() { (self.mark(x(own.value))) }
            }
        }
    }

    fn mark(&self, x: f64) -> Markup {
        match self.against.words(self.direction) {
            "Better" => {
                html! { path class="app-chart__better app-spine__mark" d=(format!("M{x:.1} 2l9 16h-18z")) {} }
            }
            "Worse" => {
                html! { rect class="app-chart__worse app-spine__mark" x=(place(x - 7.0)) y="3" width="14" height="14" {} }
            }
            "Higher" | "Lower" => {
                html! { path class="app-chart__neutral app-spine__mark" d=(format!("M{x:.1} 1l9 9-9 9-9-9z")) {} }
            }
            _ => html! { circle class="app-chart__common app-spine__mark" cx=(place(x)) cy="10" r="7" {} },
        }
    }
}

fn place(x: f64) -> String {
    format!("{x:.1}")
}
