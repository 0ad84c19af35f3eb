//! The first page after signing in: what waits, as numbers that are links.

use maud::{Markup, html};

use crate::components::nhs::{Card, Heading};
use crate::page::Page;
use crate::words;

/// The home page of one role.
pub(crate) struct HomePage {
    /// The signed-in user's own name.
    pub(crate) greeting: String,
    /// What to do first, in one sentence.
    pub(crate) lead: String,
    pub(crate) ways: Vec<Way>,
}

/// One thing to do, with how much of it waits.
pub(crate) struct Way {
    pub(crate) title: String,
    pub(crate) href: String,
    /// How many wait, with their word: `12 people`.
    pub(crate) count: Option<(i64, &'static str, &'static str)>,
    pub(crate) words: String,
}

impl Page for HomePage {
    fn title(&self) -> String {
        "Home".to_owned()
    }

    fn place(&self) -> &'static str {
        "/"
    }

    fn draws_own_heading(&self) -> bool {
        true
    }

    fn body(&self) -> Markup {
        html! {
            h1 class="nhsuk-heading-l" { "Home" span class="nhsuk-caption-m nhsuk-caption--bottom" { (self.greeting) } }
            p class="nhsuk-lede-text" { (self.lead) }
            ul class="nhsuk-grid-row nhsuk-card-group app-ways" {
                @for way in &self.ways {
                    li class="nhsuk-grid-column-one-half nhsuk-card-group__item" { (way.card()) }
                }
            }
        }
    }
}

impl Way {
    fn card(&self) -> Card {
        let inside = html! {
            @if let Some((n, one, several)) = self.count {
                p class="app-ways__count" { (words::counted(n, one, several)) }
            }
            p class="nhsuk-card__description" { (self.words) }
        };
        Card {
            heading: Heading { size: "m".to_owned(), ..self.title.as_str().into() },
            href: self.href.clone(),
            clickable: true,
            description: inside.into(),
            ..Card::default()
        }
    }
}
