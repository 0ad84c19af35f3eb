use maud::{Markup, Render, html};
use methods::disclosure::{PublishedFunnel, Standing};
use methods::{Estimate, Published};

use super::control_chart::words;
use crate::components::nhs::Scroll;

/// A funnel plot: each place by its size, with the limits within which places of that size lie by chance. Places within the 95 % limits are
/// circles, beyond them triangles, beyond the 99.8 % limits squares.
pub(crate) struct FunnelPlot<'a> {
    pub(crate) funnel: &'a PublishedFunnel,
    /// Size, value and standing of each place.
    pub(crate) places: Vec<(Published<u64>, Published<Estimate>, Option<Standing>)>,
    /// What it shows, in one sentence.
    pub(crate) sentence: String,
    /// What the size is, in words.
    pub(crate) size: &'a str,
}

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 400.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 110.0;
const TOP: f64 = 20.0;
const BOTTOM: f64 = 60.0;

struct Scale {
    size: (f64, f64),
    value: (f64, f64),
}

impl Scale {
    fn x(&self, size: f64) -> f64 {
        LEFT + part(size, self.size) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - part(value, self.value) * (HEIGHT - TOP - BOTTOM)
    }
}

fn part(value: f64, (low, high): (f64, f64)) -> f64 {
    if high > low { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.5 }
}

impl Render for FunnelPlot<'_> {
    fn render(&self) -> Markup {
        let scale = self.scale();
        let baseline = self.funnel.baseline.value().unwrap_or_default();
        let picture = html! {
            svg class="app-chart" role="img" aria-labelledby="funnel-title" viewBox=(format!("0 0 {WIDTH} {HEIGHT}"))
                width=(WIDTH) height=(HEIGHT) {
                title id="funnel-title" { "Funnel plot. " (self.sentence) }
                (self.axes(&scale))
                (self.limits(&scale))
                line class="app-chart__mean" x1=(LEFT) y1=(at(scale.y(baseline))) x2=(WIDTH - RIGHT) y2=(at(scale.y(baseline))) {}
                (words(WIDTH - RIGHT + 6.0, scale.y(baseline) + 5.0, "start", "All places"))
                @for (size, value, standing) in &self.places {
                    @if let (Some(size), Some(value), Some(standing)) = (size.value(), value.value(), standing) {
                        (mark(*standing, scale.x(size as f64), scale.y(value.value)))
                    }
                }
            }
        };
        html! {
            (Scroll { content: picture.into(), labelled_by: "funnel-title".to_owned(), ..Scroll::default() })
            p class="app-quiet" {
                "Circle: as chance would have it for a place of its size. Triangle: beyond the 95% limit (dashed). Square: beyond the 99.8% limit (dotted)."
            }
        }
    }
}

impl FunnelPlot<'_> {
    fn scale(&self) -> Scale {
        let bands = || self.funnel.bands.iter();
        let size = |n: &Published<u64>| n.value().map(|n| n as f64);
        let values = self.places.iter().filter_map(|(_, value, _)| value.value()).map(|e| e.value);
        let limits = bands().filter_map(|band| band.near.value()).flat_map(|e| [e.lower, e.upper]);
        let all: Vec<f64> = values.chain(limits).collect();
        let top = all.iter().copied().fold(0.0, f64::max);
        Scale {
            size: (
                bands().next().and_then(|band| size(&band.denominator)).unwrap_or(0.0),
                bands().last().and_then(|band| size(&band.denominator)).unwrap_or(1.0),
            ),
            value: (0.0, if top > 0.0 { top * 1.05 } else { 1.0 }),
        }
    }

    fn axes(&self, scale: &Scale) -> Markup {
        let (low, high) = scale.size;
        let ticks = [low, (low + high) / 2.0, high];
        let values = [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| share * scale.value.1);
        html! {
            @for value in values {
                line class="app-stream__month" x1=(LEFT) y1=(at(scale.y(value))) x2=(WIDTH - RIGHT) y2=(at(scale.y(value))) {}
                (words(LEFT - 8.0, scale.y(value) + 5.0, "end", &format!("{value:.1}")))
            }
            @for (tick, anchor) in ticks.into_iter().zip(["start", "middle", "end"]) {
                (words(scale.x(tick), HEIGHT - BOTTOM + 22.0, anchor, &crate::words::count(tick.round() as i64)))
            }
            (words((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10.0, "middle", self.size))
        }
    }

    fn limits(&self, scale: &Scale) -> Markup {
        let line = |of: &dyn Fn(&methods::disclosure::Band) -> Option<f64>| {
            let points: Vec<String> = self
                .funnel
                .bands
                .iter()
                .filter_map(|band| {
                    let size = band.denominator.value()?;
                    Some(format!("{:.1},{:.1}", scale.x(size as f64), scale.y(of(band)?)))
                })
                .collect();
            points.join(" ")
        };
        html! {
            polyline class="app-chart__limit" fill="none" points=(line(&|b| b.near.value().map(|e| e.lower))) {}
            polyline class="app-chart__limit" fill="none" points=(line(&|b| b.near.value().map(|e| e.upper))) {}
            polyline class="app-chart__far" fill="none" points=(line(&|b| b.far.value().map(|e| e.lower))) {}
            polyline class="app-chart__far" fill="none" points=(line(&|b| b.far.value().map(|e| e.upper))) {}
        }
    }
}

fn at(y: f64) -> String {
    format!("{y:.1}")
}

fn mark(standing: Standing, x: f64, y: f64) -> Markup {
    match standing {
        Standing::Within => html! { circle class="app-chart__common" cx=(at(x)) cy=(at(y)) r="5" {} },
        Standing::High | Standing::Low => {
            html! { path class="app-chart__near" d=(format!("M{x:.1} {:.1}l8 14h-16z", y - 9.0)) {} }
        }
        Standing::VeryHigh | Standing::VeryLow => {
            html! { rect class="app-chart__beyond" x=(at(x - 6.0)) y=(at(y - 6.0)) width="12" height="12" {} }
        }
    }
}
