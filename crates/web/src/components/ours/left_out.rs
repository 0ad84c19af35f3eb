use maud::{Markup, html};

use crate::components::nhs::InsetText;
use crate::names::Names;

/// Says which sources of a person's record are not shown, because no agreement covers their data any more.
pub(crate) fn left_out(sources: &[String], names: &Names) -> Markup {
    if sources.is_empty() {
        return html! {};
    }
    let content = html! {
        p { strong { "Not everything is shown." } " No agreement covers the data of these sources any more; the next nightly run makes registers, groups and scores anew without them." }
        ul { @for source in sources { li { (names.source(source)) } } }
    };
    html! { (InsetText { content: content.into(), ..InsetText::default() }) }
}
