//! Linkage on small drawn families, and on many made-up ones.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod bench;
mod families;
mod hard;
mod holds;
mod properties;
mod town;
