//! The front room: sessions, routes, forms, pages, components and pictures, drawn on the server.
//!
//! May import the work rooms (`care`, `insight`, `finance`, `governance`), `store` for sessions and what is published,
//! `warehouse` to open marts for `insight` and `finance`, and `policy`, `methods` and `model` for their words. It writes no SQL, decides no access and computes no statistic: a handler
//! takes typed input, calls one use-case, builds the page and returns it. Nothing works only with a script.
//!
//! [`router`] is the whole service; `routes.rs` is the map of its addresses.

mod app;
mod assets;
mod catalogue;
mod charts;
mod components;
mod cookies;
mod csrf;
mod csv;
mod errors;
mod forms;
mod handlers;
mod limits;
mod marts;
mod names;
mod page;
mod pages;
mod paging;
mod provider;
mod routes;
mod security_headers;
mod session;
mod ways;
mod words;

#[cfg(test)]
mod palette;

pub use app::{App, Clock, Config};
pub use catalogue::Catalogue;
pub use routes::router;
