//! What the rules come to: cases in words, and the whole matrix as a file that a reader can follow.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod cases;
mod cost;
mod files;
mod matrix;
