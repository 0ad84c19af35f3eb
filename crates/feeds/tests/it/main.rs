//! Feeds, whole files at a time: accounts row by row, encodings, the public sample files, and properties that hold for any
//! bytes at all.

mod encodings;
mod faults;
mod fhir;
mod hospital;
mod kept;
mod pages;
mod properties;
mod sample;
mod social_care;
