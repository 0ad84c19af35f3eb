//! Integration tests of the warehouse: one binary, because each one links the query engine.

#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that is wrong")]

mod activity;
mod as_it_stood;
mod examples;
mod index;
