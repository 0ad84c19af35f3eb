//! Who may do what to which data for what purpose, and why.
//!
//! Imports `model` only. Pure: it fetches no facts, reads no clock and writes no audit row. The rules are text in
//! Cedar (`policies/*.cedar` at the root, built in), each held against a schema when they are read. Nothing is permitted
//! unless a rule permits it; a forbidding rule wins; an error while evaluating refuses. Cedar is asked about a class of
//! requests (`class.rs`), never with a person's number; [`decide`] is the one door to it.
//!
//! ```text
//! Access + Action + Resource + Facts --decide--> Decision --audit row written (store)--> Permit
//! ```
//!
//! Deliberately absent: any way to make a [`Decision`] except [`decide`], and any reason to make a [`Permit`] outside
//! the store's audit file (a test in `store` holds that).

mod access;
mod action;
mod class;
mod conditions;
mod cover;
mod decide;
mod facts;
mod glass;
mod lists;
mod load;
mod matrix;
mod permit;
mod reach;
mod rules;
mod section;

pub use access::{Access, UserId};
pub use action::{Action, Resource};
pub use conditions::Condition;
pub use cover::Cover;
pub use decide::{Decision, decide};
pub use facts::Facts;
pub use glass::{GLASS_HOURS, Glass, GlassReason};
pub use matrix::{Line, Outcome, Situation, lines};
pub use permit::{NotPermitted, Permit};
pub use reach::Reach;
pub use rules::{Effect, Rule, Rules, RulesError};
pub use section::Section;
