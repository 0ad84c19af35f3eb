//! What the three hospital feeds (admitted patient care, A&E, outpatients) have in common: who a row is about.

use crate::specification::Format::{
    Date, Ethnicity, Identifier, Lsoa, Month, NhsNumber, Organisation, Postcode, Sex, Text,
};
use crate::specification::{Column, PersonColumns, optional, required};

pub(crate) const DATA_SET: &str = "the Commissioning Data Sets as Hospital Episode Statistics names their items (HES data \
    dictionary), with the identifying columns of an extract from the Secondary Uses Service. NHS England's artificial HES files \
    load as they are.";

/// The columns that say whose row it is and what the trust believes about the person.
pub(crate) const PEOPLE: &[Column] = &[
    required("PROCODE3", Organisation, "The trust", "ORGANISATION CODE (CODE OF PROVIDER)"),
    optional("LOPATID", Identifier, "The patient's number in the trust", "LOCAL PATIENT IDENTIFIER"),
    optional(
        "PSEUDO_HESID",
        Identifier,
        "The patient's pseudonym, where LOPATID is not given",
        "HES: PSEUDO_HESID",
    ),
    optional("NEWNHSNO", NhsNumber, "NHS number", "NHS NUMBER"),
    optional("FORENAME", Text, "Given name; sent only where the NHS number is absent", "PERSON GIVEN NAME"),
    optional("SURNAME", Text, "Family name; sent only where the NHS number is absent", "PERSON FAMILY NAME"),
    optional("DOB", Date, "Date of birth", "PERSON BIRTH DATE"),
    optional("MYDOB", Month, "Month of birth; too little to be a date of birth, not used", "HES: MYDOB"),
    optional("SEX", Sex, "Sex", "PERSON GENDER CODE CURRENT"),
    optional(
        "ETHNOS",
        Ethnicity,
        "Ethnic category 2001; the older numbers are read as not known",
        "ETHNIC CATEGORY",
    ),
    optional("HOMEADD", Postcode, "Postcode", "POSTCODE OF USUAL ADDRESS"),
    optional("LSOA11", Lsoa, "Small area of residence (2011)", "HES: LSOA11"),
    optional("LSOA01", Lsoa, "Small area of residence (2001), where LSOA11 is not given", "HES: LSOA01"),
    optional(
        "GPPRAC",
        Organisation,
        "Registered practice; V81997 to V81999 and & are none",
        "GENERAL MEDICAL PRACTICE CODE",
    ),
    optional("SUSRECID", Identifier, "Record number in SUS; not used", "HES: SUSRECID"),
    optional(
        "SUSLDDATE",
        Date,
        "The day the row was loaded into SUS: the row is true as at this day",
        "HES: SUSLDDATE",
    ),
];

/// Which of them say what.
pub(crate) const PERSON: PersonColumns = PersonColumns {
    organisation: "PROCODE3",
    source_person: &["LOPATID", "PSEUDO_HESID"],
    nhs_number: "NEWNHSNO",
    family_name: "SURNAME",
    given_name: "FORENAME",
    birth_date: "DOB",
    sex: "SEX",
    postcode: "HOMEADD",
    lsoa: &["LSOA11", "LSOA01"],
    ethnic_category: "ETHNOS",
    practice: "GPPRAC",
    as_at: "SUSLDDATE",
    ..PersonColumns::NONE
};

/// Caveats of every hospital feed.
pub(crate) const NO_FULL_BIRTH_DATE: &str = "Files without DOB (the artificial ones) give no date of birth: people in them can \
    be linked by NHS number only, so they stay people of their trust.";
pub(crate) const PERSON_IS_THE_TRUSTS: &str = "A person is the trust's own: the same LOPATID in two trusts is two people until \
    linkage joins them.";
pub(crate) const TIMES: &str = "Times of day are kept in the landed file only.";
