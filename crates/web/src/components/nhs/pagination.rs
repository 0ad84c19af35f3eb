use maud::{Markup, PreEscaped, Render, html};

use super::icon::icon;
use super::{Attributes, Content, Description, element};

/// Links to the other pages of a long list.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Pagination {
    pub(crate) previous: Option<Step>,
    pub(crate) next: Option<Step>,
    pub(crate) items: Vec<PageNumber>,
    pub(crate) id: String,
}

/// To the page before or after.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Step {
    pub(crate) content: Content,
    pub(crate) href: String,
    pub(crate) label: Description,
}

/// To one page, or the gap between two.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct PageNumber {
    pub(crate) number: u64,
    pub(crate) href: String,
    pub(crate) current: bool,
    pub(crate) ellipsis: bool,
}

impl Render for Pagination {
    fn render(&self) -> Markup {
        let numbered = !self.items.is_empty();
        let class = if numbered { "nhsuk-pagination nhsuk-pagination--numbered" } else { "nhsuk-pagination" };
        let own = Attributes::class(class)
            .opt("id", &self.id)
            .set("role", "navigation")
            .set("aria-label", "Pagination");
        element("nav", own, if numbered { self.numbers() } else { self.steps() })
    }
}

impl Pagination {
    fn numbers(&self) -> Markup {
        html! {
            @if let Some(step) = &self.previous {
                a href=(step.href) class="nhsuk-pagination__previous" rel="prev" {
                    (icon("arrow-left")) (step.title("Previous"))
                }
            }
            ul class="nhsuk-pagination__list" { @for item in &self.items { (item) } }
            @if let Some(step) = &self.next {
                a href=(step.href) class="nhsuk-pagination__next" rel="next" {
                    (step.title("Next")) (icon("arrow-right"))
                }
            }
        }
    }

    fn steps(&self) -> Markup {
        html! {
            ul class="nhsuk-list nhsuk-pagination__list" {
                @if let Some(step) = &self.previous {
                    li class="nhsuk-pagination-item--previous" {
                        a class="nhsuk-pagination__link nhsuk-pagination__link--prev" href=(step.href) rel="prev" {
                            (step.title("Previous")) (step.labelled()) (icon("arrow-left"))
                        }
                    }
                }
                @if let Some(step) = &self.next {
                    li class="nhsuk-pagination-item--next" {
                        a class="nhsuk-pagination__link nhsuk-pagination__link--next" href=(step.href) rel="next" {
                            (step.title("Next")) (step.labelled()) (icon("arrow-right"))
                        }
                    }
                }
            }
        }
    }
}

impl Step {
    fn title(&self, usual: &str) -> Markup {
        html! {
            span class="nhsuk-pagination__title" {
                @if self.content.is_empty() { (usual) span class="nhsuk-u-visually-hidden" { " page" } }
                @else { (self.content) }
            }
        }
    }

    fn labelled(&self) -> Markup {
        if self.label.content.is_empty() {
            return PreEscaped(String::new());
        }
        html! {
            span class="nhsuk-u-visually-hidden" { ":" }
            span class="nhsuk-pagination__page" { (self.label.content) }
        }
    }
}

impl Render for PageNumber {
    fn render(&self) -> Markup {
        let mut class = "nhsuk-pagination__item".to_owned();
        if self.current {
            class.push_str(" nhsuk-pagination__item--current");
        }
        if self.ellipsis {
            class.push_str(" nhsuk-pagination__item--ellipsis");
        }
        html! {
            li class=(class) {
                @if self.ellipsis { "\u{22ef}" } @else {
                    a class="nhsuk-pagination__link" href=(self.href) aria-label={ "Page " (self.number) }
                        aria-current=[self.current.then_some("page")] { (self.number) }
                }
            }
        }
    }
}
