//! Zones of Parquet files and the query engine: standardised batches, events by person, facts, definitions, marts.
//!
//! May import `model`, `methods`, `policy`. Only this room names DataFusion, Arrow and Parquet; its face is plain types.
//! Past the standardised zone nothing here holds a name, an address or an NHS number: a person is a dense number.
//! `texts` reads the rows of anybody's Parquet file for the stand-alone tools, `tables` writes one; neither keeps anything.

pub mod breakdown;
pub mod codelists;
mod columns;
pub mod costs;
pub mod counted;
pub mod definitions;
pub mod derived;
pub mod engine;
mod error;
pub mod events;
pub mod examples;
pub mod facts;
pub mod history;
pub mod index;
mod joined;
pub mod marts;
mod packed;
pub mod packs;
pub mod population;
pub mod reference;
pub mod reference_tables;
pub mod risk;
mod rows;
pub mod standardised;
pub mod tables;
pub mod texts;

pub use error::WarehouseError;
