use maud::{Markup, html};

const WIDTH: i64 = 120;

/// A bar in a table's cell: how large this number is beside the largest of its column. The number stands beside it,
/// so screen readers need not hear of it.
pub(crate) fn bar(value: i64, largest: i64) -> Markup {
    let width = scaled(value.max(0), largest, WIDTH);
    html! {
        svg class="app-bar" viewBox="0 0 120 10" width="120" height="10" aria-hidden="true" focusable="false" {
            rect class="app-bar__rest" x="0" y="0" width="120" height="10" {}
            rect class="app-bar__value" x="0" y="0" width=(width) height="10" {}
        }
    }
}

/// A bar from a middle line: to the right when more was spent than planned, to the left when less.
pub(crate) fn variance_bar(value: i64, largest: i64) -> Markup {
    let half = WIDTH / 2;
    let width = scaled(value.abs(), largest, half);
    let (class, x) = if value >= 0 { ("app-bar__over", half) } else { ("app-bar__under", half - width) };
    html! {
        svg class="app-bar" viewBox="0 0 120 10" width="120" height="10" aria-hidden="true" focusable="false" {
            rect class="app-bar__rest" x="0" y="0" width="120" height="10" {}
            rect class=(class) x=(x) y="0" width=(width) height="10" {}
            line class="app-bar__middle" x1=(half) y1="0" x2=(half) y2="10" {}
        }
    }
}

fn scaled(value: i64, largest: i64, width: i64) -> i64 {
    if largest <= 0 {
        return 0;
    }
    let exact = i128::from(value) * i128::from(width) / i128::from(largest);
    i64::try_from(exact).unwrap_or(width).clamp(0, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_keep_within_their_cell() {
        assert_eq!(scaled(50, 100, 120), 60);
        assert_eq!(scaled(i64::MAX, 1, 120), 120);
        assert_eq!(scaled(5, 0, 120), 0);
        assert!(variance_bar(-5, 10).0.contains(r#"x="30""#));
    }
}
