//! The day: land, standardise, link, index, derive, publish, check.
//!
//! May import everything of storeys 0 to 2. Runs from the command line, and beside the pages to count anew, never from a page. Each step is a function of named
//! inputs: run again after an interruption it finishes what was begun and changes nothing that was done.
//! `publish` is the one place where results about pseudonyms become rows about people, for their own care team.

mod agree;
pub mod audit;
mod batches;
mod check;
mod decide;
mod demo;
mod demo_teams;
mod deployment;
mod derive;
mod error;
mod figures;
mod golden;
mod groups;
mod index;
mod keys;
mod known_people;
mod land;
mod last_night;
mod layers;
mod link;
mod night;
mod people;
pub mod person_index;
mod probable;
mod progress;
mod publish;
mod quality;
mod record;
mod recount;
mod refresh;
mod rehearse;
mod risk;
mod settled;
mod standardise;
mod statements;
mod status;
mod summary;
mod threads;
mod without_number;

pub use agree::{sign, sign_area};
pub use demo::{DemoUser, seed};
pub use deployment::{Config, Deployment, area, init};
pub use error::PipelineError;
pub use land::{FileReport, Ingested, ingest};
pub use progress::{Progress, Quiet};
pub use recount::{countable_now, recount};
pub use refresh::{Refreshed, refresh};
pub use rehearse::{Rehearsed, rehearse};
pub use status::{Status, quarantine, status};
