//! The generator as a whole: what it writes, how often, and that it hangs together.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot read what was made has failed"
)]

mod made;

mod errors;
mod files;
mod identities;
mod rates;
mod stories;
