use maud::{Markup, html};

/// Says plainly that a part of the record is not shown, and why.
pub(crate) fn withheld(reason: &str) -> Markup {
    html! { p class="app-withheld" { strong { "Not shown. " } (reason) } }
}
