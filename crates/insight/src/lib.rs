//! Population health for planning: groups, registers, indicators, and what they cover. View structs over published marts.
//!
//! May import `model`, `methods`, `policy`, `warehouse` and `store`. Never shows a person, and never gives out a number that has
//! not been through disclosure control: every figure in a view is a `methods::Published`. Every function takes a
//! `&policy::Permit` and passes it to the warehouse.

mod cells;
mod coverage;
mod error;
pub mod groups;
pub mod indicators;
pub mod places;
pub mod registers;
pub mod risk;
mod series;

pub use coverage::coverage;
pub use error::InsightError;
