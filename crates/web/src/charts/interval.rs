use maud::{Markup, html};
use methods::{Estimate, Published};

use crate::components::nhs::Cell;

const WIDTH: f64 = 240.0;

/// The scale of a column of intervals: from nought to the highest upper limit, with the value that all are set beside.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Intervals {
    highest: f64,
    benchmark: Published<Estimate>,
}

impl Intervals {
    /// Of these values, beside this one.
    pub(crate) fn of(
        values: impl IntoIterator<Item = Published<Estimate>>,
        benchmark: Published<Estimate>,
    ) -> Self {
        let upper = |value: Published<Estimate>| value.value().map(|e| e.upper);
        let highest = values.into_iter().chain([benchmark]).filter_map(upper).fold(0.0, f64::max);
        Self { highest, benchmark }
    }

    /// One value in words with its bar, as the cell of a table.
    pub(crate) fn figure(&self, value: Published<Estimate>) -> Cell {
        html! { span class="app-figure" { (value.to_string()) } (self.bar(value)) }.into()
    }

    /// One value as a bar from nought with its 95 % limits, and the benchmark as a line. The numbers stand beside it.
    pub(crate) fn bar(&self, value: Published<Estimate>) -> Markup {
        let Some(e) = value.value().filter(|_| self.highest > 0.0) else { return html! {} };
        let x = |value: f64| format!("{:.1}", (value / self.highest).clamp(0.0, 1.0) * WIDTH);
        html! {
            svg class="app-interval" viewBox="0 0 240 16" width="240" height="16" aria-hidden="true" focusable="false" {
                rect class="app-bar__rest" x="0" y="3" width="240" height="10" {}
                rect class="app-interval__value" x="0" y="3" width=(x(e.value)) height="10" {}
                @if e.lower < e.upper {
                    path class="app-interval__limits" d=(format!("M{0} 8H{1}M{0} 4v8M{1} 4v8", x(e.lower), x(e.upper))) {}
                }
                @if let Some(benchmark) = self.benchmark.value() {
                    line class="app-interval__benchmark" x1=(x(benchmark.value)) y1="0" x2=(x(benchmark.value)) y2="16" {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use methods::Rule;

    #[test]
    fn limits_and_benchmark_stand_on_one_scale() {
        let rule = Rule::default();
        let (one, whole) = (rule.rate(100, 1_000, 1_000.0), rule.rate(100, 2_000, 1_000.0));
        let scale = Intervals::of([one], whole);
        let drawn = scale.bar(one).0;
        let upper = one.value().unwrap().upper;
        assert!(drawn.contains(&format!(r#"width="{:.1}""#, 100.0 / upper * 240.0)), "{drawn}");
        assert!(drawn.contains(&format!(r#"x1="{:.1}""#, 50.0 / upper * 240.0)) && drawn.contains("H240.0"));
        assert_eq!(scale.bar(rule.rate(3, 1_000, 1.0)).0, "");
    }
}
