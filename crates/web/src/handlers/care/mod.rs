//! A person's care.

pub(crate) mod find;
pub(crate) mod linkage;
pub(crate) mod record;
pub(crate) mod timeline;
pub(crate) mod worklist;
