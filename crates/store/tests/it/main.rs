//! The store, the same tests on SQLite and on PostgreSQL.
//!
//! `on_both!` makes two tests of one function: one on a file in a temporary folder, one on a database of its own in a
//! throwaway PostgreSQL cluster that the first such test starts and that stops when the tests end. Without PostgreSQL's server
//! programs on the machine those tests say so and pass.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops where it fails"
)]

mod accounts;
mod agreements;
mod at_scale;
mod audit;
mod audit_bench;
mod audit_tree;
mod bench;
mod broken_glass;
mod carried;
mod cases;
mod ledger;
mod model;
mod people;
mod postgres;
mod publish;
mod sign_in;
mod support;
mod teams;
mod unusual;
