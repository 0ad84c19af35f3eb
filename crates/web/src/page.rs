//! What every page has in common, decided here and nowhere else: status, title, headers, head, breadcrumb, notices,
//! foot. A page says what it is; it cannot forget any of these.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use maud::{DOCTYPE, Markup, html};
use store::sessions::Session;

use crate::components::nhs::{
    Account, AccountItem, Attributes, Breadcrumb, Button, Content, Crumb, Footer, FooterLink, FooterMeta,
    Header, Navigation, NavigationItem, Service, SkipLink, Tag, TagColour, element,
};
use crate::forms::{Errors, error_summary};
use crate::words;

/// A page: what it shows, and what the frame must know to show it.
pub(crate) trait Page: Send + Sync {
    /// The page's name: its `h1` and the first part of its title. Never a person's name.
    fn title(&self) -> String;

    /// The part of the house it belongs to: the address of a navigation item, or blank.
    fn place(&self) -> &'static str {
        ""
    }

    /// The pages above it, from the top, home page left out.
    fn trail(&self) -> Vec<Crumb> {
        Vec::new()
    }

    /// 200 unless the page says that something is not so.
    fn status(&self) -> StatusCode {
        StatusCode::OK
    }

    /// What was filled in wrongly on its form, where it has one.
    fn errors(&self) -> Option<&Errors> {
        None
    }

    /// A form on it was filled in wrongly: the title begins with "Error".
    fn in_error(&self) -> bool {
        self.errors().is_some_and(|errors| !errors.is_empty())
    }

    /// Whether the `h1` is part of the body (a legend, a panel) and not to be drawn by the frame.
    fn draws_own_heading(&self) -> bool {
        false
    }

    /// What stands above the `h1`, such as the banner of the person or an error summary.
    fn before_heading(&self) -> Markup {
        html! { @if let Some(errors) = self.errors() { (error_summary(errors)) } }
    }

    /// What the page shows.
    fn body(&self) -> Markup;
}

/// Who is signed in, as the head of a page shows it.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    pub(crate) name: String,
    /// The role in words, such as `Care coordinator`.
    pub(crate) role: &'static str,
    /// The organisation's name; blank for a person.
    pub(crate) organisation: String,
    /// Where this viewer may go: address and words.
    pub(crate) ways: Vec<(&'static str, &'static str)>,
}

/// When the session ends, as the foot of a page tells it and the script counts it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SessionEnds {
    /// If nothing else is opened.
    pub(crate) idle_at: DateTime<Utc>,
    /// In any case.
    pub(crate) at: DateTime<Utc>,
    /// When the page was drawn.
    pub(crate) now: DateTime<Utc>,
}

impl SessionEnds {
    /// Longest warning before the end. WCAG 2.2 asks for 20 seconds at least (2.2.1).
    const WARNING: i64 = 300;

    pub(crate) fn of(session: &Session, now: DateTime<Utc>) -> Self {
        Self { idle_at: session.idle_ends_at, at: session.ends_at, now }
    }

    /// Seconds until it ends.
    pub(crate) fn seconds(self) -> i64 {
        (self.idle_at.min(self.at) - self.now).num_seconds()
    }

    /// Seconds before the end at which the script warns.
    fn warning(self) -> i64 {
        Self::WARNING.min((self.idle_at - self.now).num_seconds() / 2)
    }

    /// Nothing that one does puts the end off.
    pub(crate) fn is_last(self) -> bool {
        self.at <= self.idle_at
    }

    pub(crate) fn words(self) -> String {
        if self.is_last() {
            return format!(
                "You will be signed out at {}. Save what you are doing before then.",
                words::clock(self.at)
            );
        }
        let (idle, last) = (words::clock(self.idle_at), words::clock(self.at));
        format!(
            "You will be signed out at {idle} unless you open another page before then, and at {last} in any case."
        )
    }
}

/// What surrounds a page.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    /// The service's name.
    pub(crate) service: String,
    /// Set when nobody in this deployment is real.
    pub(crate) synthetic: bool,
    /// The latest day that any feed told of, once something has been published.
    pub(crate) data_as_at: Option<NaiveDate>,
    /// Whose data the viewer's pages are made of, in a sentence; blank when that is not known.
    pub(crate) coverage: String,
    pub(crate) viewer: Option<Viewer>,
    /// Set when somebody is signed in.
    pub(crate) session: Option<SessionEnds>,
    /// Proves that a form came from a page of ours.
    pub(crate) csrf: String,
    /// Changes when style sheet or script do.
    pub(crate) assets_version: String,
}

const WIDE: &str = "app-width";

impl Frame {
    /// The page as a response.
    pub(crate) fn show(&self, page: &dyn Page) -> Response {
        let mut response = (page.status(), self.document(page)).into_response();
        // Nothing a signed-in user sees is left in a shared machine's cache.
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    /// The page as HTML.
    pub(crate) fn document(&self, page: &dyn Page) -> Markup {
        let error = if page.in_error() { "Error: " } else { "" };
        html! {
            (DOCTYPE)
            html lang="en" class="nhsuk-template" {
                head {
                    meta charset="utf-8";
                    title { (error) (page.title()) " - " (self.service) }
                    meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                    meta name="robots" content="noindex";
                    link rel="icon" href={ "/assets/favicon.svg?v=" (self.assets_version) } type="image/svg+xml";
                    link rel="stylesheet" href={ "/assets/app.css?v=" (self.assets_version) };
                    script type="module" src={ "/assets/app.js?v=" (self.assets_version) } {}
                }
                body {
                    script src={ "/assets/supported.js?v=" (self.assets_version) } {}
                    (SkipLink::default())
                    (self.header(page))
                    (self.notice())
                    (self.breadcrumb(page))
                    div class={ "nhsuk-width-container " (WIDE) } {
                        main class="nhsuk-main-wrapper" id="maincontent" {
                            (page.before_heading())
                            @if !page.draws_own_heading() { h1 class="nhsuk-heading-l" { (page.title()) } }
                            (page.body())
                        }
                    }
                    (self.session_ends())
                    (footer())
                }
            }
        }
    }

    fn header(&self, page: &dyn Page) -> Header {
        let account = self.viewer.as_ref().map(|viewer| {
            let who = if viewer.organisation.is_empty() {
                format!("{} ({})", viewer.name, viewer.role)
            } else {
                format!("{} ({}, {})", viewer.name, viewer.role, viewer.organisation)
            };
            Account {
                items: vec![
                    AccountItem {
                        content: who.into(),
                        href: "/account".to_owned(),
                        icon: true,
                        ..AccountItem::default()
                    },
                    AccountItem {
                        content: "Sign out".into(),
                        action: "/sign-out".to_owned(),
                        fields: csrf_field(&self.csrf).into(),
                        ..AccountItem::default()
                    },
                ],
            }
        });
        let navigation = self.viewer.as_ref().map(|viewer| Navigation {
            items: viewer
                .ways
                .iter()
                .map(|(href, words)| NavigationItem {
                    content: (*words).into(),
                    href: (*href).to_owned(),
                    active: page.place() == *href,
                    ..NavigationItem::default()
                })
                .collect(),
            ..Navigation::default()
        });
        Header {
            service: Service { content: self.service.as_str().into(), href: "/".to_owned() },
            account,
            navigation,
            container_classes: WIDE.to_owned(),
            ..Header::default()
        }
    }

    /// What one must know on every page: that nobody is real, and how old the data are.
    fn notice(&self) -> Markup {
        if !self.synthetic && self.data_as_at.is_none() {
            return html! {};
        }
        html! {
            section class="app-notice" aria-label="About these data" {
                div class={ "nhsuk-width-container " (WIDE) } {
                    p class="app-notice__words" {
                        @if self.synthetic {
                            (Tag::of(TagColour::Yellow, "Synthetic data"))
                            " Nobody in these pages is a real person. "
                        }
                        @if let Some(day) = self.data_as_at { "Data as at " (words::date(day)) ". " }
                        (self.coverage)
                        @if !self.coverage.is_empty() && self.may_see_coverage() {
                            " "
                            a class="nhsuk-link nhsuk-link--no-visited-state" href="/agreements/coverage?missing=yes" { "Who is missing" }
                        }
                    }
                }
            }
        }
    }

    fn may_see_coverage(&self) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| viewer.ways.iter().any(|(href, _)| *href == "/agreements"))
    }

    /// When the session ends; with a script, a dialog before it does.
    fn session_ends(&self) -> Markup {
        let Some(session) = self.session else { return html! {} };
        let stay = html! { (csrf_field(&self.csrf)) (Button { content: "Stay signed in".into(), ..Button::default() }) };
        let out = html! {
            (csrf_field(&self.csrf))
            (Button { content: "Sign out".into(), variant: "secondary".to_owned(), ..Button::default() })
        };
        let form = |action: &str, inside: Markup| {
            let own = Attributes::default().set("action", action).set("method", "post");
            element("form", own, inside)
        };
        html! {
            section class="app-session" aria-label="Your session" data-seconds=(session.seconds())
                data-warning=(session.warning()) data-last[session.is_last()] {
                div class={ "nhsuk-width-container " (WIDE) } { p class="app-session__words" { (session.words()) } }
                dialog class="app-session__dialog" aria-labelledby="session-ends" {
                    h2 class="nhsuk-heading-m" id="session-ends" { "You will soon be signed out" }
                    p class="app-session__words" { (session.words()) }
                    div class="app-session__choices" { (form("/account/stay", stay)) (form("/sign-out", out)) }
                }
            }
        }
    }

    fn breadcrumb(&self, page: &dyn Page) -> Markup {
        let trail = page.trail();
        if self.viewer.is_none() || (trail.is_empty() && page.place() == "/") {
            return html! {};
        }
        let mut items = vec![Crumb { content: "Home".into(), href: "/".to_owned(), ..Crumb::default() }];
        items.extend(trail);
        html! {
            div class={ "nhsuk-width-container " (WIDE) } { (Breadcrumb { items, ..Breadcrumb::default() }) }
        }
    }
}

/// A crumb of the trail.
pub(crate) fn crumb(words: impl Into<Content>, href: impl Into<String>) -> Crumb {
    Crumb { content: words.into(), href: href.into(), ..Crumb::default() }
}

/// The hidden field that proves a form came from a page of ours.
pub(crate) fn csrf_field(token: &str) -> Markup {
    html! { input type="hidden" name="csrf" value=(token); }
}

/// A form that changes something or names a person: its content never stands in an address.
pub(crate) fn post_form(action: &str, csrf: &str, inside: &Markup) -> Markup {
    let own = Attributes::default().set("action", action).set("method", "post").flag("novalidate", true);
    element("form", own, html! { (csrf_field(csrf)) (inside) })
}

fn footer() -> Footer {
    let link = |words: &str, href: &str| FooterLink { content: words.into(), href: href.to_owned() };
    Footer {
        meta: FooterMeta {
            items: vec![
                link("Help", "/help"),
                link("Accessibility statement", "/accessibility"),
                link("How data are used", "/privacy"),
            ],
            ..FooterMeta::default()
        },
        container_classes: WIDE.to_owned(),
        ..Footer::default()
    }
}
