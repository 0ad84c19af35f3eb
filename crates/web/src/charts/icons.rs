use maud::{Markup, html};
use methods::spc::{Assurance, Direction, Variation};

/// What a chart says of the latest point, as NHS England's Making Data Count has it: an icon with its words beside it.
pub(crate) fn variation_icon(variation: Option<Variation>, direction: Direction) -> Markup {
    let (letter, class, words) = match (variation, direction) {
        (None, _) => return html! { "No chart yet" },
        (Some(Variation::Common), _) => ("\u{223c}", "common", "Common cause: as before"),
        (Some(Variation::Improvement), Direction::Decrease) => {
            ("L", "better", "Special cause: improvement, lower")
        }
        (Some(Variation::Improvement), _) => ("H", "better", "Special cause: improvement, higher"),
        (Some(Variation::Concern), Direction::Increase) => ("L", "worse", "Special cause: concern, lower"),
        (Some(Variation::Concern), _) => ("H", "worse", "Special cause: concern, higher"),
        (Some(Variation::NeutralHigh), _) => {
            ("\u{2191}", "neutral", "Special cause: higher, neither better nor worse")
        }
        (Some(Variation::NeutralLow), _) => {
            ("\u{2193}", "neutral", "Special cause: lower, neither better nor worse")
        }
    };
    icon(letter, class, words)
}

/// Whether a target will be met: an icon with its words beside it; without a target, that there is none.
pub(crate) fn assurance_icon(assurance: Option<Assurance>) -> Markup {
    let (letter, class, words) = match assurance {
        None => return html! { "No target" },
        Some(Assurance::ConsistentlyMeets) => ("P", "better", "Target: consistently met"),
        Some(Assurance::ConsistentlyMisses) => ("F", "worse", "Target: consistently missed"),
        Some(Assurance::Inconsistent) => ("?", "common", "Target: hit and miss"),
    };
    icon(letter, class, words)
}

fn icon(letter: &str, class: &str, words: &str) -> Markup {
    html! {
        span class="app-icon" {
            svg class="app-icon__picture" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false" {
                circle class={ "app-icon__ring app-icon__ring--" (class) } cx="16" cy="16" r="14" {}
                text class="app-icon__letter" x="16" y="22" text-anchor="middle" { (letter) }
            }
            span { (words) }
        }
    }
}
