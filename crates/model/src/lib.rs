//! The field's nouns as types: what an NHS number, a person, an event, a purpose or a sum of money is.
//!
//! May import nothing of ours. Does no input or output, reads no clock and draws no random number.
//! Names follow the NHS Data Dictionary, FHIR R4 and the Information Governance vocabulary; GLOSSARY.md
//! says which.

mod access;
pub mod agreement;
mod area;
mod code;
mod demographics;
mod event;
mod feed;
mod hash;
mod nhs_number;
mod objection;
mod organisation;
mod pence;
mod person;
mod purposes;
pub mod record;

pub use access::{Purpose, Role};
pub use area::{Area, AreaError, Borough, Lsoa, Organisation, Practice};
pub use code::{CodeScheme, icd10_category, is_snomed_identifier, normalise_icd10};
pub use demographics::{Demographics, Sex, normalise_postcode};
pub use event::{Event, EventKind, Setting};
pub use feed::Feed;
pub use hash::sha256_hex;
pub use nhs_number::{NhsNumber, NhsNumberError};
pub use objection::Objection;
pub use organisation::{OdsCode, OrganisationKind};
pub use pence::Pence;
pub use person::{PersonId, age_on};
pub use purposes::{Activity, activities};
