use maud::{Markup, html};

use super::{Largest, Shown};

const WIDTH: f64 = 120.0;

/// A bar in a table's cell: how large this number is beside the largest of its column. The number stands beside it,
/// so screen readers need not hear of it. A number that is not shown has no bar.
pub(crate) fn bar(value: impl Shown, largest: Largest) -> Markup {
    let Some(size) = value.size() else { return html! {} };
    let width = largest.reach(size.max(0.0), WIDTH);
    html! {
        svg class="app-bar" viewBox="0 0 120 10" width="120" height="10" aria-hidden="true" focusable="false" {
            rect class="app-bar__rest" x="0" y="0" width="120" height="10" {}
            rect class="app-bar__value" x="0" y="0" width=(format!("{width:.0}")) height="10" {}
        }
    }
}

/// A bar from a middle line: to the right when more was spent than planned, to the left when less.
pub(crate) fn variance_bar(value: impl Shown, largest: Largest) -> Markup {
    let Some(size) = value.size() else { return html! {} };
    let half = WIDTH / 2.0;
    let width = largest.reach(size, half);
    let (class, x) = if size >= 0.0 { ("app-bar__over", half) } else { ("app-bar__under", half - width) };
    html! {
        svg class="app-bar" viewBox="0 0 120 10" width="120" height="10" aria-hidden="true" focusable="false" {
            rect class="app-bar__rest" x="0" y="0" width="120" height="10" {}
            rect class=(class) x=(format!("{x:.0}")) y="0" width=(format!("{width:.0}")) height="10" {}
            line class="app-bar__middle" x1="60" y1="0" x2="60" y2="10" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use methods::Rule;

    #[test]
    fn bars_keep_within_their_cell_and_what_is_hidden_has_none() {
        let rule = Rule::default();
        let values = [50, 100, 3].map(|n| rule.count(n));
        let largest = Largest::of(values);
        assert!(bar(values[0], largest).0.contains(r#"class="app-bar__value" x="0" y="0" width="60""#));
        assert!(
            bar(rule.count(500), largest).0.contains(r#"x="0" y="0" width="120" height="10"></rect></svg>"#)
        );
        assert_eq!(bar(values[2], largest).0, "");
        let less = rule.money(model::Pence(-500), 10);
        assert!(
            variance_bar(less, Largest::of([rule.money(model::Pence(1_000), 10)])).0.contains(r#"x="30""#)
        );
    }
}
