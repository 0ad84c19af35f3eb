use maud::{Markup, PreEscaped};

/// A drawing of the design system, hidden from screen readers because words stand beside it.
pub(crate) fn icon(name: &str) -> Markup {
    let Some(path) = path(name) else { return PreEscaped(String::new()) };
    PreEscaped(format!(
        r#"<svg class="nhsuk-icon nhsuk-icon--{name}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="16" height="16" focusable="false" aria-hidden="true">{path}</svg>"#
    ))
}

fn path(name: &str) -> Option<&'static str> {
    Some(match name {
        "arrow-left" => ARROW_LEFT,
        "arrow-right" => ARROW_RIGHT,
        "chevron-right-circle" => CHEVRON_RIGHT_CIRCLE,
        "search" => SEARCH,
        "user" => USER,
        _ => return None,
    })
}

// The outlines are nhsuk-frontend's (MIT): a port that drew its own would not look the same.
const ARROW_LEFT: &str = r#"<path d="M10.7 6.3c.4.4.4 1 0 1.4L7.4 11H19a1 1 0 0 1 0 2H7.4l3.3 3.3c.4.4.4 1 0 1.4a1 1 0 0 1-1.4 0l-5-5A1 1 0 0 1 4 12c0-.3.1-.5.3-.7l5-5a1 1 0 0 1 1.4 0Z"/>"#;
const ARROW_RIGHT: &str = r#"<path d="m14.7 6.3 5 5c.2.2.3.4.3.7 0 .3-.1.5-.3.7l-5 5a1 1 0 0 1-1.4-1.4l3.3-3.3H5a1 1 0 0 1 0-2h11.6l-3.3-3.3a1 1 0 1 1 1.4-1.4Z"/>"#;
const CHEVRON_RIGHT_CIRCLE: &str = r#"<path d="M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20Zm-.3 5.8a1 1 0 1 0-1.5 1.4l2.9 2.8-2.9 2.8a1 1 0 0 0 1.5 1.4l3.5-3.5c.4-.4.4-1 0-1.4Z"/>"#;
const SEARCH: &str = r#"<path d="m20.7 18.9-4.1-4.1a7 7 0 1 0-1.4 1.4l4 4.1a1 1 0 0 0 1.5 0c.4-.4.4-1 0-1.4ZM6 10.6a5 5 0 1 1 10 0 5 5 0 0 1-10 0Z"/>"#;
const USER: &str = r#"<path d="M12 1a11 11 0 1 1 0 22 11 11 0 0 1 0-22Zm0 2a9 9 0 0 0-5 16.5V18a4 4 0 0 1 4-4h2a4 4 0 0 1 4 4v1.5A9 9 0 0 0 12 3Zm0 3a3.5 3.5 0 1 1-3.5 3.5A3.4 3.4 0 0 1 12 6Z"/>"#;
