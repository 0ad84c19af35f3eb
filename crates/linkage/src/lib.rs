//! Which records are of the same person, and why.
//!
//! Imports `model` only. Pure: no input or output, no clock, no random number, and it sees no clinical content. The same
//! records in the same order always give the same links, whatever the number of processors.
//!
//! Two ways, and the day uses one after the other:
//!
//! - [`Linker`]: by rule (`rule.rs`). An NHS number whose check digit is right, confirmed by the date of birth or the name;
//!   else three of four of given name, family name, date of birth and postcode. One person at a time, each
//!   against everybody before.
//! - [`link`]: by probability, after Fellegi and Sunter. [`Records`] takes the records in; [`link`] blocks, learns, scores
//!   and clusters them. `docs/methods/linkage.md` explains the method.
//!
//! Two people with different verified NHS numbers are never joined by either.
//!
//! Memory of the rules: about 72 bytes for each distinct set of demographics of a person, 18 to 37 for each source's
//! person, and the distinct names and postcodes once. Measured (`tests/it/bench.rs`, 200,000 people in six sources): 62
//! bytes for each source's person, so that 2.2 million people in six sources take about 0.8 GiB.

mod agree;
mod birth;
mod blocking;
mod blocks;
mod candidates;
mod choose;
mod cluster;
mod columns;
mod compare;
mod components;
mod counts;
mod engine;
mod estimate;
mod explain;
mod fields;
mod frequency;
mod index;
mod intern;
mod join;
mod linker;
mod links;
mod model;
mod nicknames;
mod normalise;
mod open;
mod parallel;
mod postcode;
mod records;
mod role;
mod rule;
mod rule_keys;
mod similar;
mod standing;
mod tidied;
mod tidy;
mod weights;

pub use self::model::{FieldModel, MODEL_VERSION, Model};
pub use engine::{Edge, Example, LARGE, Mode, Outcome, PassCount, Settings, link};
pub use explain::{Agreements, ValueCounts};
pub use join::{Join, Joined, Known, Limits, join};
pub use linker::{Link, Linker};
pub use normalise::{name_key, normalise_name};
pub use records::{FileReader, Layout, MOST_EXTRAS, Records};
pub use role::Role;
pub use rule::Rule;
pub use rule_keys::rule_keys;
pub use standing::{LastingKeys, Standing};
