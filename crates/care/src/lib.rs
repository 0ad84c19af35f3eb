//! Direct care: what a care team and the person themself do with one person's record at a time.
//!
//! May import `model`, `policy` and `store`. Each use-case asks the store for a permit, reads with it and gives a view; there is
//! no HTML here. It never imports `warehouse`: no query over many people can be written in this room.

mod contacts;
mod error;
mod leave_out;
mod mask;

pub mod caseload;
pub mod choices;
pub mod emergency;
pub mod find;
pub mod linkage;
pub mod own_record;
pub mod reasons;
pub mod record;
pub mod teams;
pub mod timeline;
pub mod worklist;

pub use error::CareError;
