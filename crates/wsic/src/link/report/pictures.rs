//! Pictures as SVG, 300 units wide so that their words can be read on a narrow screen; the table beside each says the same.

use maud::{Markup, html};

const WIDTH: f64 = 300.0;
/// Height of a line of words.
const WORDS: f64 = 16.0;
/// Height of a bar and the space below it.
const BAR: f64 = 10.0;

/// A bar from one share of the width to another.
pub struct Bar {
    /// Where it begins, 0 to 1.
    pub from: f64,
    /// Where it ends, 0 to 1.
    pub to: f64,
    /// Its class in the style sheet.
    pub class: &'static str,
    /// A letter before it; blank for none.
    pub letter: &'static str,
}

/// Words, what is said at the right of them, and the bars below.
pub struct Row {
    /// What the bars are of.
    pub label: String,
    /// At the right.
    pub value: String,
    /// The bars.
    pub bars: Vec<Bar>,
}

impl Bar {
    /// A bar from the left.
    pub fn to(share: f64, class: &'static str) -> Self {
        Self { from: 0.0, to: share, class, letter: "" }
    }
}

/// Rows of bars, one below the other; `line` is where a line stands, as a share of the width.
pub fn bars(title: &str, rows: &[Row], line: Option<f64>) -> Markup {
    let heights = rows.iter().map(|row| WORDS + BAR * count(row.bars.len()) + 6.0);
    let mut top = 0.0;
    let tops: Vec<f64> = heights
        .map(|height| {
            top += height;
            top - height
        })
        .collect();
    html! {
        svg role="img" aria-label=(title) viewBox=(format!("0 0 {WIDTH} {top}")) {
            @for (row, top) in rows.iter().zip(tops) {
                @if let Some(x) = line {
                    // Beside the bars alone: words are not crossed.
                    line class="axis" x1=(at(x * WIDTH)) x2=(at(x * WIDTH)) y1=(at(top + WORDS - 1.0))
                        y2=(at(top + WORDS + BAR * count(row.bars.len()))) {}
                }
                text x="0" y=(at(top + 12.0)) { (row.label) }
                text x=(WIDTH) y=(at(top + 12.0)) text-anchor="end" { (row.value) }
                @for (n, bar) in row.bars.iter().enumerate() {
                    @let y = top + WORDS + BAR * count(n);
                    @let indent = if bar.letter.is_empty() { 0.0 } else { 14.0 };
                    @let wide = WIDTH - indent;
                    @let (low, high) = (bar.from.min(bar.to).clamp(0.0, 1.0), bar.from.max(bar.to).clamp(0.0, 1.0));
                    @if indent > 0.0 { text x="0" y=(at(y + 9.0)) { (bar.letter) } }
                    rect class=(bar.class) x=(at(indent + low * wide)) y=(at(y))
                        width=(at(((high - low) * wide).max(0.5))) height=(at(BAR - 1.0)) {}
                }
            }
        }
    }
}

/// Columns standing side by side, each of a lower and an upper part (shares of the height), with words below some.
pub fn columns(title: &str, parts: &[(f64, f64)], words: &[(usize, String)]) -> Markup {
    const HEIGHT: f64 = 160.0;
    let wide = WIDTH / count(parts.len()).max(1.0);
    html! {
        svg role="img" aria-label=(title) viewBox=(format!("0 0 {WIDTH} {}", HEIGHT + WORDS + 4.0)) {
            @for (n, (lower, upper)) in parts.iter().enumerate() {
                @let x = at(count(n) * wide);
                @let (low, high) = (lower * HEIGHT, upper * HEIGHT);
                rect class="one" x=(x) y=(at(HEIGHT - low)) width=(at(wide * 0.9)) height=(at(low)) {}
                rect class="rest" x=(x) y=(at(HEIGHT - low - high)) width=(at(wide * 0.9)) height=(at(high)) {}
            }
            line class="axis" x1="0" x2=(WIDTH) y1=(HEIGHT) y2=(HEIGHT) {}
            @for (n, words) in words {
                @let x = count(*n) * wide;
                @let anchor = if x < 20.0 { "start" } else if x > WIDTH - 20.0 { "end" } else { "middle" };
                text x=(at(x)) y=(HEIGHT + WORDS) text-anchor=(anchor) { (words) }
            }
        }
    }
}

fn at(place: f64) -> String {
    format!("{place:.1}")
}

/// A small number as it is drawn with.
pub fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::from(u32::MAX), f64::from)
}
