//! The program as its users run it: commands in a folder, killed and run again, and the rules of the house.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at the first thing that is wrong"
)]

mod account;
mod agreements;
mod audit;
mod browser;
mod codelist;
mod command;
mod day;
mod day_scores;
mod documents;
mod evaluate;
mod exits;
mod expected;
mod faults;
mod halted;
mod house;
mod killed;
mod link;
mod link_index;
mod nightly;
mod nights;
mod rate;
mod recount;
mod risk;
mod score;
mod settled;
mod spc;
