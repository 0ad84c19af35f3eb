//! The service as a browser meets it: real store, real rules, no network.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod agreements;
mod audit;
mod care;
mod district;
mod emergency;
mod linkage;
mod provider;
mod routes;
mod sign_in;
mod system;
mod who_may_not;
mod whose_data;
