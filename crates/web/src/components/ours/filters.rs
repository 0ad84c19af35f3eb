use maud::{Markup, html};

/// One way of narrowing a list, as links: every view is an address that can be kept or sent.
pub(crate) struct FilterGroup {
    /// What is narrowed by, such as `Setting`.
    pub(crate) name: &'static str,
    pub(crate) links: Vec<FilterLink>,
}

/// One choice.
pub(crate) struct FilterLink {
    pub(crate) words: String,
    pub(crate) href: String,
    pub(crate) chosen: bool,
}

impl FilterLink {
    /// A choice that leads there.
    pub(crate) fn new(words: impl Into<String>, href: impl Into<String>, chosen: bool) -> Self {
        Self { words: words.into(), href: href.into(), chosen }
    }
}

/// The groups, each a heading and its choices; the chosen one is marked by weight and a word, not by colour alone.
pub(crate) fn filters(label: &str, groups: &[FilterGroup]) -> Markup {
    html! {
        nav class="app-filters" aria-label=(label) {
            @for group in groups.iter().filter(|group| group.links.len() > 1) {
                div class="app-filters__group" {
                    h2 class="app-filters__name" { (group.name) }
                    ul class="app-filters__list" {
                        @for link in &group.links {
                            li {
                                a class="nhsuk-link nhsuk-link--no-visited-state" href=(link.href)
                                    aria-current=[link.chosen.then_some("true")] { (link.words) }
                            }
                        }
                    }
                }
            }
        }
    }
}
