//! The published record: one compact row a person, made by `pipeline`, opened by `care`, shown by `web`.
//!
//! It holds no access rules: which sections a viewer sees is decided when it is opened.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{CodeScheme, EventKind, Feed, NhsNumber, Pence, PersonId, Sex};

/// Everything the system knows about one person that a care team may need, as at one day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonRecord {
    /// Who this is.
    pub banner: Banner,
    /// The latest day any feed told of.
    pub data_as_at: NaiveDate,
    /// Long-term-condition registers the person is on, by name.
    pub registers: Vec<RegisterEntry>,
    /// The person's population group, exactly one.
    pub group: Option<GroupEntry>,
    /// Scores, such as the Hospital Frailty Risk Score.
    pub scores: Vec<ScoreEntry>,
    /// Why case finding put the person on a list.
    pub flags: Vec<Flag>,
    /// Problems recorded, newest first, one line a code.
    pub problems: Vec<Problem>,
    /// Medicines issued in the last six months, newest first, one line a medicine.
    pub medicines: Vec<Medicine>,
    /// Allergies and adverse reactions recorded; `None` means that no source says anything, not that there are none.
    pub allergies: Option<Vec<Problem>>,
    /// Latest results with their history, one line a code.
    pub results: Vec<ResultSeries>,
    /// Social care services now running.
    pub care_package: Vec<CarePackageLine>,
    /// Everything that happened in the last 36 months, newest first.
    pub timeline: Vec<TimelineEntry>,
    /// Which sources speak of this person, and since and until when.
    pub sources: Vec<SourceLine>,
}

/// The patient banner: who this is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Banner {
    /// Our number for the person.
    pub person: PersonId,
    /// Family name.
    pub family_name: String,
    /// Given name.
    pub given_name: String,
    /// NHS number, when one is known and verified.
    pub nhs_number: Option<NhsNumber>,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
    /// Date of death.
    pub death_date: Option<NaiveDate>,
    /// Sex.
    pub sex: Sex,
    /// First address line.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// ODS code of the registered practice; blank when not registered here.
    pub practice: String,
}

/// A person's place on a long-term-condition register.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RegisterEntry {
    /// Definition name, such as `diabetes`.
    pub register: String,
    /// Title on screen, such as `Diabetes`.
    pub title: String,
    /// First recorded on.
    pub since: Option<NaiveDate>,
}

/// A person's population group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GroupEntry {
    /// Number in the pack.
    pub number: u8,
    /// Name in the pack.
    pub name: String,
    /// Why, in words: what put the person here and not in the next group.
    pub reason: String,
    /// The person's group on earlier days, by what had been recorded then: the earliest day first.
    pub earlier: Vec<EarlierGroup>,
    /// The person's group in each other pack.
    pub others: Vec<PackEntry>,
}

/// A person's population group on an earlier day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EarlierGroup {
    /// The day.
    pub as_at: NaiveDate,
    /// Number in the pack.
    pub number: u8,
    /// Name in the pack.
    pub name: String,
}

/// A person's group in another pack of population groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PackEntry {
    /// Title of the pack.
    pub pack: String,
    /// Number in the pack.
    pub number: u8,
    /// Name in the pack.
    pub name: String,
    /// Why, in words.
    pub reason: String,
}

/// One score of a person.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ScoreEntry {
    /// Definition name, such as `hfrs`.
    pub score: String,
    /// Title on screen.
    pub title: String,
    /// The value as it is written, such as `7.4`.
    pub value: String,
    /// The band, such as `intermediate`; blank when the score has none.
    pub band: String,
    /// What it is made of, and what was not known; may be blank.
    pub reason: String,
}

/// A reason to look at this person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Flag {
    /// Definition name of the worklist.
    pub worklist: String,
    /// The reason in words, with its numbers and dates.
    pub reason: String,
}

/// A coded problem, diagnosis or allergy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// Terminology.
    pub scheme: CodeScheme,
    /// Code.
    pub code: String,
    /// In words.
    pub term: String,
    /// First recorded.
    pub first: NaiveDate,
    /// Last recorded.
    pub last: NaiveDate,
    /// The source that recorded it last.
    pub source: String,
}

/// A medicine that is being issued.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Medicine {
    /// dm+d or other code.
    pub code: String,
    /// In words.
    pub term: String,
    /// Last issued.
    pub last_issued: NaiveDate,
    /// Issues in the last twelve months.
    pub issues_12m: u32,
    /// The source.
    pub source: String,
}

/// A result over time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResultSeries {
    /// Code.
    pub code: String,
    /// In words.
    pub term: String,
    /// Unit.
    pub unit: String,
    /// Values by date, oldest first, at most the latest eight.
    pub values: Vec<(NaiveDate, f64)>,
    /// The source of the latest.
    pub source: String,
}

/// A social care service that is running.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CarePackageLine {
    /// Service type, in the words of client-level data.
    pub service: String,
    /// Component, such as `Home Support`.
    pub component: String,
    /// Since.
    pub since: NaiveDate,
    /// The council.
    pub provider: String,
}

/// One line of the timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineEntry {
    /// What happened.
    pub kind: EventKind,
    /// When it began.
    pub start: NaiveDate,
    /// When it ended, when it has.
    pub end: Option<NaiveDate>,
    /// In words: what for, or what came of it.
    pub summary: String,
    /// ODS code of who gave it.
    pub provider: String,
    /// The source.
    pub source: String,
    /// What it cost, by the unit costs in force.
    pub cost: Pence,
}

/// One source that speaks of the person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceLine {
    /// The feed.
    pub feed: Feed,
    /// The organisation's code.
    pub organisation: String,
    /// Why this source's person is this person: the linkage rule in words.
    pub linked_because: String,
    /// Events from this source.
    pub events: u32,
    /// Latest event from this source.
    pub latest: Option<NaiveDate>,
}
