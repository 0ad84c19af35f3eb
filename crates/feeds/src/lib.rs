//! Feeds: what each supplier's file looks like, and how one of its rows becomes an event in standard form.
//!
//! May import `model` and nothing else of ours. Reads from whatever it is handed, one row at a time in bounded memory;
//! opens no file, reads no clock and knows no place where data are kept. It must never fail on a bad row: a row is
//! accepted, repaired, quarantined or a duplicate, each is counted, and `read = accepted + repaired + quarantined +
//! duplicate` for every file. It must never put a cell's value into an issue, an error or a note: only its class.
//!
//! A feed is one file: a [`Specification`] that is data, and a function from a row to an event. To add one, add the file and
//! its line in [`specification`].

mod account;
mod codes;
mod csv_file;
mod dates;
mod documentation;
mod encoding;
mod error;
mod header;
mod hospital;
mod lines;
mod people;
mod row;
mod rows;
mod seen;
mod sink;
mod specification;
mod value_class;

mod cld;
mod csds;
mod fhir;
mod gp;
mod mhsds;
mod sus_ae;
mod sus_apc;
mod sus_op;

use std::io::Read;

use model::Feed;

pub use account::{Account, Issue, Outcome, Severity};
pub use documentation::documentation;
pub use encoding::{Input as TextInput, open as open_text, windows_1252};
pub use error::FileError;
pub use sink::{Sink, SinkError};
pub use specification::{Column, Format, PersonColumns, Specification, Table};

/// Reads one file of a feed, row by row, into a sink, and gives the account of its rows.
///
/// `file_name` is used for what a name says (the organisation of a FHIR export), never opened. Memory does not grow with
/// the file: a window of row hashes (for duplicates), one row, and the sink.
///
/// # Errors
/// When the file as a whole is not one of this feed's tables, cannot be read, or the sink refuses. Rows that are wrong are
/// not errors: they are in the account and were told to [`Sink::issue`].
pub fn read(
    feed: Feed,
    file_name: &str,
    input: impl Read,
    sink: &mut dyn Sink,
) -> Result<Outcome, FileError> {
    let input = encoding::open(input)?;
    match feed {
        Feed::Fhir => fhir::file::read(file_name, input, sink),
        _ => csv_file::read(specification(feed), input, sink),
    }
}

/// The specification of a feed.
pub fn specification(feed: Feed) -> &'static Specification {
    match feed {
        Feed::Gp => &gp::SPECIFICATION,
        Feed::SusApc => &sus_apc::SPECIFICATION,
        Feed::SusAe => &sus_ae::SPECIFICATION,
        Feed::SusOp => &sus_op::SPECIFICATION,
        Feed::Csds => &csds::SPECIFICATION,
        Feed::Mhsds => &mhsds::SPECIFICATION,
        Feed::Cld => &cld::SPECIFICATION,
        Feed::Fhir => &fhir::SPECIFICATION,
    }
}
