//! Components of our own, named by what the user sees.

mod filters;
mod left_out;
mod patient_banner;
mod person_link;
mod qr_code;
mod setting_tag;
mod withheld;

pub(crate) use filters::{FilterGroup, FilterLink, filters};
pub(crate) use left_out::left_out;
pub(crate) use patient_banner::PatientBanner;
pub(crate) use person_link::{born, person_link};
pub(crate) use qr_code::QrCode;
pub(crate) use setting_tag::setting_tag;
pub(crate) use withheld::withheld;
