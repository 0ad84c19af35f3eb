//! Methods against other implementations on test data that we made; `scripts/expected` makes the files.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod risk;
mod risk_model;
