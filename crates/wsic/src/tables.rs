//! Tables of the tools: CSV or Parquet in as rows of text that know their file, line and column; CSV or Parquet out, whole or not at all.

mod read;
mod write;

pub use read::{Row, Table};
pub use warehouse::tables::{Cell, Kind};
pub use write::{Output, Partial, apart, push_cell, push_number, push_whole};
