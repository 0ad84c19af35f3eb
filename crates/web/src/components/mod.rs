//! What pages are made of. `nhs` holds the NHS design system's components under its own names and options;
//! `ours` holds what it does not have, named by what the user sees.

pub(crate) mod nhs;
pub(crate) mod ours;
