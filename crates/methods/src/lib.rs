//! Statistical methods: rates and their intervals, disclosure control, bands of scores, control charts, capitation.
//!
//! May import `model` only. Pure: no input or output, no clock, no engine; it never knows where a number is from.
//! Each method names its publication, and docs/methods says the rest.

pub mod capitation;
pub mod coverage;
pub mod disclosure;
pub mod hfrs;
pub mod rates;
pub mod spc;

pub use coverage::Coverage;
pub use disclosure::{Published, PublishedTable, Rule};
pub use rates::Estimate;
