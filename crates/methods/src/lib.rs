//! Statistical methods: rates and their intervals, disclosure control, clinical scores, control charts, evaluation, capitation.
//!
//! May import `model` only. Pure: no input or output, no clock, no engine; it never knows where a number is from.
//! Each method names its publication, and docs/methods says the rest.

pub mod cambridge;
pub mod capitation;
pub mod charlson;
pub mod coverage;
pub mod day;
pub mod diagnosis_score;
pub mod did;
pub mod disclosure;
pub mod discrimination;
pub mod distributions;
pub mod dsr;
pub mod efi;
pub mod elixhauser;
pub mod funnel;
pub mod hfrs;
pub mod icd10;
pub mod imperial_frailty;
pub mod indirect;
pub mod inequality;
pub mod its;
pub mod lace;
pub mod life_expectancy;
pub mod parr30;
pub mod quantile;
pub mod rates;
pub mod regression;
pub mod risk;
pub mod spc;

pub use coverage::Coverage;
pub use disclosure::{Counts, Form, Measure, Published, PublishedTable, Rule};
pub use distributions::Confidence;
pub use rates::Estimate;
