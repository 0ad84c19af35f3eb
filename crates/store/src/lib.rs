//! What people write, who they are, and what is published about each person, in one database: SQLite in a small place,
//! PostgreSQL in a large one, one code path for both.
//!
//! May import `model`, `policy` and `linkage` (to normalise names for the index). It computes nothing about care, reads no
//! clock (times come with the call) and draws randomness only through [`Entropy`].
//!
//! Two ways in, and no third:
//! - A page holds a [`policy::Permit`], which only [`Store::request`] gives, after the audit row is written. Every function
//!   that gives data about people takes `&Permit`.
//! - The nightly run holds a [`Pipeline`], from [`Store::pipeline`]; only the pipeline room may ask for one (a test in
//!   `crates/wsic/tests/it/house.rs` reads the source of every room for that).
//!
//! What readers see is one *generation*: people, records and worklists written together and made current by moving one
//! pointer. A run killed while writing leaves the pointer where it was; the next run clears its leftovers.
//!
//! Tables are in `migrations/`, numbered, forward only. SQL is a small subset that both databases take (`$1`, `ON CONFLICT`,
//! `RETURNING`, `COLLATE "C"` on PostgreSQL where the order of text matters).

mod attempts;
mod bulk;
mod carried;
mod codec;
mod entropy;
mod error;
mod migrations;
mod open;
mod reach;
mod request;
mod seal;
mod sql;

pub mod agreements;
pub mod audit;
pub mod broken_glass;
pub mod caseloads;
pub mod cases;
pub mod countable;
pub mod cover;
pub mod facts;
pub mod feeds_ledger;
pub mod generations;
pub mod history;
pub mod identities;
pub mod objections;
pub mod organisations;
pub mod outcomes;
pub mod partings;
pub mod passwords;
pub mod people;
pub mod provider_sign_ins;
pub mod proxies;
pub mod quality;
pub mod questions;
pub mod records;
pub mod reviews;
pub mod runs;
pub mod second_factor;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod sources;
pub mod team_care;
pub mod teams;
pub mod totp;
pub mod unusual;
pub mod users;
pub mod worklists;

pub use codec::{RecordEncoder, decode_record};
pub use entropy::{Entropy, SeededEntropy, SystemEntropy};
pub use error::{RequestError, StoreError};
pub use generations::Publication;
pub use open::{Page, Pipeline, Store};
