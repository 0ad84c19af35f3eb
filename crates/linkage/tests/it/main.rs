//! Linkage on small drawn families, and on many made-up ones.

mod families;
mod properties;
