//! Which of each source's people are the same person, and why.
//!
//! Imports `model` only. Pure: no input or output, no clock, no random number, and it sees no clinical content. The same
//! people in the same order always give the same links.
//!
//! The rules (`rule.rs`), in order:
//! 1. A source's person seen before stays who they are.
//! 2. An NHS number whose check digit is right, confirmed by the date of birth or the name.
//! 3. Three of four of given name, family name, date of birth and postcode, with one candidate only.
//! 4. Otherwise a new person.
//!
//! Two people with different valid NHS numbers are never joined. Rule 3 as written would join twins (family name, date of
//! birth and postcode agree) and a father and son of one name (both names and the postcode agree), so that two
//! people whose given names, dates of birth or sexes plainly differ are not joined by it.
//!
//! Memory: about 72 bytes for each distinct set of demographics of a person, 18 to 37 for each source's person, and the
//! distinct names and postcodes once. Measured (`tests/it/bench.rs`, 200,000 people in six sources): 62 bytes for each
//! source's person, so that 2.2 million people in six sources take about 0.8 GiB.

mod agree;
mod index;
mod intern;
mod linker;
mod nicknames;
mod normalise;
mod rule;

pub use linker::{Link, Linker};
pub use normalise::{name_key, normalise_name};
pub use rule::Rule;
