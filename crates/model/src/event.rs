use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::CodeScheme;

/// Where care was given, as the timeline groups it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Setting {
    /// General practice.
    Gp,
    /// Accident and emergency.
    Emergency,
    /// Admitted to hospital.
    Inpatient,
    /// Hospital outpatients.
    Outpatient,
    /// Community health services.
    Community,
    /// Mental health services.
    MentalHealth,
    /// Adult social care.
    SocialCare,
}

impl Setting {
    /// Every setting in the order of its stored number.
    pub const ALL: [Self; 7] = [
        Self::Gp,
        Self::Emergency,
        Self::Inpatient,
        Self::Outpatient,
        Self::Community,
        Self::MentalHealth,
        Self::SocialCare,
    ];

    /// As a screen says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Gp => "GP",
            Self::Emergency => "A&E",
            Self::Inpatient => "Hospital admission",
            Self::Outpatient => "Outpatient",
            Self::Community => "Community",
            Self::MentalHealth => "Mental health",
            Self::SocialCare => "Social care",
        }
    }

    /// Lower-case name in URLs, files and definitions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gp => "gp",
            Self::Emergency => "emergency",
            Self::Inpatient => "inpatient",
            Self::Outpatient => "outpatient",
            Self::Community => "community",
            Self::MentalHealth => "mental_health",
            Self::SocialCare => "social_care",
        }
    }
}

/// What happened. The fields of [`Event`] that each kind fills are said here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// A coded entry in a GP or FHIR record (diagnosis, finding, procedure, result). `value` and `unit` for results.
    Observation,
    /// A medicine issued. `value` is the quantity, `specialty` the BNF code.
    MedicineIssue,
    /// A vaccine given.
    Immunisation,
    /// An appointment at a practice. `outcome`: attended, dna, cancelled, booked. `specialty`: gp or other_staff. `method`:
    /// face_to_face, telephone, home_visit, online.
    GpAppointment,
    /// An A&E attendance. `specialty` is the department type (01 is a major A&E), `method` the arrival mode, `outcome`
    /// the disposal, `value` the category of acuity, 1 immediate to 5 low.
    AeAttendance,
    /// A finished or open consultant episode. `start` and `end` are the episode's, `admitted` and `discharged` the spell's;
    /// `method` ADMIMETH, `outcome` DISDEST, `specialty` TRETSPEF or MAINSPEF, `subtype` CLASSPAT, `value` EPIORDER.
    Episode,
    /// An outpatient appointment. `outcome` is ATTENDED, `specialty` TRETSPEF, `subtype` FIRSTATT.
    OutpatientAppointment,
    /// A community services contact. `outcome` attendance, `specialty` team type, `method` consultation medium.
    CommunityContact,
    /// A stay in a community hospital bed: `start` to `end`.
    CommunitySpell,
    /// A mental health contact, as a community contact.
    MentalHealthContact,
    /// A mental health inpatient stay: `start` to `end`.
    MentalHealthSpell,
    /// Social care: request for support. `outcome` is the Event_Outcome, `method` the route of access.
    CareRequest,
    /// Social care: assessment.
    CareAssessment,
    /// Social care: service, from `start` to `end` or still running. `subtype` Service_Type, `specialty` Service_Component,
    /// `method` Delivery_Mechanism.
    CareService,
    /// Social care: review.
    CareReview,
}

impl EventKind {
    /// Every kind in the order of its stored number.
    pub const ALL: [Self; 15] = [
        Self::Observation,
        Self::MedicineIssue,
        Self::Immunisation,
        Self::GpAppointment,
        Self::AeAttendance,
        Self::Episode,
        Self::OutpatientAppointment,
        Self::CommunityContact,
        Self::CommunitySpell,
        Self::MentalHealthContact,
        Self::MentalHealthSpell,
        Self::CareRequest,
        Self::CareAssessment,
        Self::CareService,
        Self::CareReview,
    ];

    /// The number stored in Parquet.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// The kind with this stored number.
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// Lower-case name in files and definitions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Observation => "observation",
            Self::MedicineIssue => "medicine_issue",
            Self::Immunisation => "immunisation",
            Self::GpAppointment => "gp_appointment",
            Self::AeAttendance => "ae_attendance",
            Self::Episode => "episode",
            Self::OutpatientAppointment => "outpatient_appointment",
            Self::CommunityContact => "community_contact",
            Self::CommunitySpell => "community_spell",
            Self::MentalHealthContact => "mental_health_contact",
            Self::MentalHealthSpell => "mental_health_spell",
            Self::CareRequest => "care_request",
            Self::CareAssessment => "care_assessment",
            Self::CareService => "care_service",
            Self::CareReview => "care_review",
        }
    }

    /// As a screen says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Observation => "Entry",
            Self::MedicineIssue => "Medicine issued",
            Self::Immunisation => "Vaccination",
            Self::GpAppointment => "GP appointment",
            Self::AeAttendance => "A&E attendance",
            Self::Episode => "Hospital stay",
            Self::OutpatientAppointment => "Outpatient appointment",
            Self::CommunityContact => "Community contact",
            Self::CommunitySpell => "Community hospital stay",
            Self::MentalHealthContact => "Mental health contact",
            Self::MentalHealthSpell => "Mental health stay",
            Self::CareRequest => "Request for care",
            Self::CareAssessment => "Care assessment",
            Self::CareService => "Care service",
            Self::CareReview => "Care review",
        }
    }

    /// The setting a kind belongs to.
    pub fn setting(self) -> Setting {
        match self {
            Self::Observation | Self::MedicineIssue | Self::Immunisation | Self::GpAppointment => Setting::Gp,
            Self::AeAttendance => Setting::Emergency,
            Self::Episode => Setting::Inpatient,
            Self::OutpatientAppointment => Setting::Outpatient,
            Self::CommunityContact | Self::CommunitySpell => Setting::Community,
            Self::MentalHealthContact | Self::MentalHealthSpell => Setting::MentalHealth,
            Self::CareRequest | Self::CareAssessment | Self::CareService | Self::CareReview => {
                Setting::SocialCare
            }
        }
    }
}

/// One thing that happened to one of a source's people, in standard form, borrowed from the row it was read from.
///
/// Two events of one source with the same `key` are the same happening: the one with the later `as_at`, then from the later
/// file, then the later line, replaces the others; one marked `deleted` removes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Event<'a> {
    /// The source: feed and organisation, such as `gp:E84002`.
    pub source: &'a str,
    /// The person's identifier in that source.
    pub source_person: &'a str,
    /// What identifies the happening in that source, table included (`obs:123`).
    pub key: &'a str,
    /// What happened; the setting follows from it.
    pub kind: EventKind,
    /// The day it happened or began.
    pub start: NaiveDate,
    /// The day it ended, when it has ended.
    pub end: Option<NaiveDate>,
    /// Admission of the spell (episodes only).
    pub admitted: Option<NaiveDate>,
    /// Discharge of the spell (episodes only).
    pub discharged: Option<NaiveDate>,
    /// Terminology of `codes`.
    pub scheme: CodeScheme,
    /// Codes separated by one blank, the primary one first; blank when there are none.
    pub codes: &'a str,
    /// OPCS-4 procedures separated by one blank (hospital only).
    pub procedures: &'a str,
    /// The source's own words for the primary code.
    pub term: &'a str,
    /// A number that goes with the event; its meaning is the kind's.
    pub value: Option<f64>,
    /// Unit of `value`.
    pub unit: &'a str,
    /// ODS code of the organisation that gave the care.
    pub provider: &'a str,
    /// How it came about; see [`EventKind`].
    pub method: &'a str,
    /// How it ended; see [`EventKind`].
    pub outcome: &'a str,
    /// Who did it; see [`EventKind`].
    pub specialty: &'a str,
    /// A further division; see [`EventKind`].
    pub subtype: &'a str,
    /// The extract's date, where the layout has one.
    pub as_at: Option<NaiveDate>,
    /// The source says that this happening was recorded in error.
    pub deleted: bool,
}

impl<'a> Event<'a> {
    /// An event with the fields that every kind has; the rest blank.
    pub fn new(
        source: &'a str,
        source_person: &'a str,
        key: &'a str,
        kind: EventKind,
        start: NaiveDate,
    ) -> Self {
        Self {
            source,
            source_person,
            key,
            kind,
            start,
            end: None,
            admitted: None,
            discharged: None,
            scheme: CodeScheme::None,
            codes: "",
            procedures: "",
            term: "",
            value: None,
            unit: "",
            provider: "",
            method: "",
            outcome: "",
            specialty: "",
            subtype: "",
            as_at: None,
            deleted: false,
        }
    }
}
