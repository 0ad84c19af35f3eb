//! Feeds, whole files at a time: accounts row by row, encodings, the public sample files, and properties that hold for any
//! bytes at all.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod encodings;
mod faults;
mod fhir;
mod hospital;
mod kept;
mod pages;
mod properties;
mod sample;
mod social_care;
mod speed;
