//! The files as suppliers send them: one module a family of feeds, and what they share.

pub mod council;
pub mod fhir;
pub mod practice;
pub mod sheet;
pub mod shelf;
pub mod teams;
pub mod trust;
