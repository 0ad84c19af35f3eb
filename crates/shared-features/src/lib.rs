//! Holds no code: see this crate's Cargo.toml for why it is there.
