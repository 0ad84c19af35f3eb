//! Statistical methods: rates and their intervals, disclosure control, clinical scores, control charts, capitation.
//!
//! May import `model` only. Pure: no input or output, no clock, no engine; it never knows where a number is from.
//! Each method names its publication, and docs/methods says the rest.

pub mod cambridge;
pub mod capitation;
pub mod charlson;
pub mod coverage;
pub mod diagnosis_score;
pub mod disclosure;
pub mod efi;
pub mod elixhauser;
pub mod hfrs;
pub mod icd10;
pub mod imperial_frailty;
pub mod lace;
pub mod parr30;
pub mod rates;
pub mod spc;

pub use coverage::Coverage;
pub use disclosure::{Published, PublishedTable, Rule};
pub use rates::Estimate;
