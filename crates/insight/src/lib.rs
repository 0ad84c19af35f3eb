//! Population health for planning: groups, registers, indicators, practices, and what they cover. View structs over published marts.
//!
//! May import `model`, `methods`, `policy`, `warehouse` and `store`. Never shows a person, and never gives out a number that has
//! not been through disclosure control: every figure in a view is a `methods::Published`. Every function takes a
//! `&policy::Permit` and passes it to the warehouse.

mod cells;
pub mod comparison;
mod coverage;
mod error;
pub mod framework;
pub mod groups;
pub mod indicator;
pub mod indicators;
pub mod inequality;
mod kinds;
pub mod movement;
mod moves;
pub mod nnhip;
pub mod packs;
pub mod places;
pub mod practice;
pub mod registers;
pub mod risk;
pub mod series;
mod year;

pub use coverage::coverage;
pub use error::InsightError;
