//! From a request to a page. A handler is four beats: typed input, one use-case, the page, its response.

pub(crate) mod account;
pub(crate) mod agreements;
pub(crate) mod audit;
pub(crate) mod care;
pub(crate) mod emergency;
pub(crate) mod governance;
pub(crate) mod home;
pub(crate) mod insight;
pub(crate) mod linkage;
pub(crate) mod objections;
pub(crate) mod own;
pub(crate) mod provider;
pub(crate) mod risk;
pub(crate) mod rules;
pub(crate) mod sign_in;
pub(crate) mod statements;
pub(crate) mod teams;

use std::str::FromStr;

use axum::response::Response;

use crate::App;
use crate::errors::Fault;
use crate::page::Page;
use crate::session::Visit;

/// The page in its frame.
async fn show(app: &App, visit: &Visit, page: &dyn Page) -> Result<Response, Fault> {
    Ok(app.frame(visit).await?.show(page))
}

/// A value of an address, when it is one: what cannot be read narrows nothing.
fn read<T: FromStr>(text: Option<&String>) -> Option<T> {
    text.and_then(|text| text.trim().parse().ok())
}

/// The page number of an address, counted from 1.
fn page_number(text: Option<&String>) -> u64 {
    read(text).filter(|page| (1..=1_000_000).contains(page)).unwrap_or(1)
}
