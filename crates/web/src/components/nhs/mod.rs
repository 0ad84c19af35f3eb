//! The NHS design system's components as structs that render themselves.
//!
//! A struct has the options of the design system's own macro of that name, in its words; rendering gives the same
//! HTML, which `fixtures.rs` holds against the examples that nhsuk-frontend ships.

mod back_link;
mod breadcrumb;
mod button;
mod card;
mod choices;
mod date_input;
mod details;
mod element;
mod error_summary;
mod fieldset;
mod footer;
mod header;
mod heading;
mod icon;
mod input;
mod label;
mod message;
mod notification_banner;
mod pagination;
mod panel;
mod scroll;
mod select;
mod skip_link;
mod summary_list;
mod table;
mod tag;

#[cfg(test)]
mod fixtures;

pub(crate) use back_link::BackLink;
pub(crate) use breadcrumb::{Breadcrumb, Crumb};
pub(crate) use button::{Button, ButtonIcon};
pub(crate) use card::{Card, CardActions, Description, WarningCallout};
pub(crate) use choices::{Checkboxes, Choice, Radios};
pub(crate) use date_input::{DateInput, DateValues};
pub(crate) use details::Details;
pub(crate) use element::{Attributes, Content, class_names, element, void};
pub(crate) use error_summary::{ErrorItem, ErrorSummary};
pub(crate) use fieldset::{Fieldset, Legend};
pub(crate) use footer::{Footer, FooterLink, FooterMeta};
pub(crate) use header::{Account, AccountItem, Header, Navigation, NavigationItem, Service};
pub(crate) use heading::Heading;
pub(crate) use input::{Affix, FormGroup, Input, PasswordInput};
pub(crate) use label::Label;
pub(crate) use message::{ErrorMessage, Hint, InsetText};
pub(crate) use notification_banner::NotificationBanner;
pub(crate) use pagination::{PageNumber, Pagination, Step};
pub(crate) use scroll::Scroll;
pub(crate) use select::{Select, SelectItem};
pub(crate) use skip_link::SkipLink;
pub(crate) use summary_list::{Row, SummaryList};
pub(crate) use table::{Caption, Cell, Head, Table};
pub(crate) use tag::{Tag, TagColour};

#[cfg(test)]
pub(crate) use {input::SearchInput, panel::Panel};
