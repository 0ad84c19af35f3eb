//! Governing the use of data: who looked at whom, what became of every file, which agreements are signed and what they cover,
//! what people have asked for, whose two records are that may be of one person, who is in which team.
//!
//! May import `model`, `policy`, `methods` and `store`. Each use-case asks for a permit, reads with it and gives a view. It
//! never opens a record and never changes clinical content.

mod error;

pub mod agreements;
pub mod broken_glass;
pub mod cases;
pub mod coverage;
pub mod feeds;
pub mod linkage_quality;
pub mod objections;
pub mod questions;
pub mod reviews;
pub mod teams;
pub mod unusual;
pub mod who_looked;

pub use error::GovernanceError;
