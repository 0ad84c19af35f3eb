//! Community (CSDS) and mental health (MHSDS) providers: contacts and spells, two files a month each.

use std::collections::BTreeMap;

use model::{OrganisationKind, Sex};

use crate::SynthError;
use crate::calendar::Day;
use crate::community::{Contact, Stay};
use crate::dice::Dice;
use crate::errors::{self, Account, Planted};
use crate::identity::Identity;
use crate::life::Life;
use crate::supplier::sheet::{Row, Style};
use crate::supplier::shelf::{Series, SeriesId, Shelf};
use crate::world::World;

const PERSON: &str =
    "NHSNumber,PersonBirthDate,FamilyName,GivenName,Postcode,Gender,EthnicCategory,GMPReg,ReportingPeriodEnd";

/// Series of contacts and spells, by position among suppliers.
pub struct TeamFiles {
    contacts: BTreeMap<usize, SeriesId>,
    stays: BTreeMap<usize, SeriesId>,
}

impl TeamFiles {
    /// Adds the providers' series to the shelf.
    pub fn new(world: &World, shelf: &mut Shelf) -> Self {
        let mut files = Self { contacts: BTreeMap::new(), stays: BTreeMap::new() };
        for (at, supplier) in world.places.suppliers.iter().enumerate() {
            let (feed, extra, diagnosis) = match supplier.kind {
                OrganisationKind::CommunityTrust => ("csds", "", ""),
                OrganisationKind::MentalHealthTrust => ("mhsds", "UniqServReqId,", "PrimDiagICD10,"),
                _ => continue,
            };
            let contact = format!(
                "OrgIDProv,LocalPatientId,CareContactId,{extra}CareContDate,TeamType,ConsMechanism,AttendStatus,\
{diagnosis}{PERSON}"
            );
            let stay = format!(
                "OrgIDProv,LocalPatientId,HospProvSpellId,{extra}StartDateHospProvSpell,DischDateHospProvSpell,\
PrimDiagICD10,{PERSON}"
            );
            let mut add = |after: &'static str, header: String| {
                let before = format!("{feed}_{}_", supplier.code);
                shelf.add(Series { feed, before, after, header, style: Style::default() })
            };
            files.contacts.insert(at, add("_contacts.csv", contact));
            files.stays.insert(at, add("_spells.csv", stay));
        }
        files
    }
}

/// What one person's rows are written with.
pub struct TeamPen<'a, 'w> {
    pub world: &'a World,
    pub life: &'a Life<'w>,
    pub files: &'a TeamFiles,
    pub shelf: &'a mut Shelf,
    pub account: &'a mut Account,
    pub dice: &'a mut Dice,
    /// Provider, as a position among suppliers.
    pub provider: usize,
    pub identity: &'a Identity,
    /// True for MHSDS.
    pub mental: bool,
    /// ICD-10 of the illness that a mental health team looks after.
    pub diagnosis: &'a str,
}

impl TeamPen<'_, '_> {
    fn last_month(&self) -> usize {
        self.world.calendar.months.len() - 1
    }

    fn referral(&self) -> u64 {
        700_000_000 + u64::from(self.life.person.index) * 3 + self.provider as u64
    }

    /// Writes a contact; some come late, some are first sent as attended and corrected a month later.
    pub fn contact(&mut self, contact: &Contact, number: usize) -> Result<(), SynthError> {
        let month = self.world.calendar.month_of(contact.day);
        let later = month < self.last_month();
        if later && contact.status != "5" && self.dice.chance(errors::CORRECTED_ROW * 5.0) {
            self.account.add(Planted::CorrectedRow);
            self.contact_row(&Contact { status: "5", ..*contact }, number, month)?;
            return self.contact_row(contact, number, month + 1);
        }
        let late = later && self.dice.chance(errors::LATE_ROW);
        if late {
            self.account.add(Planted::LateRow);
        }
        self.contact_row(contact, number, month + usize::from(late))
    }

    fn contact_row(&mut self, contact: &Contact, number: usize, month: usize) -> Result<(), SynthError> {
        let Some(series) = self.files.contacts.get(&self.provider).copied() else { return Ok(()) };
        let key = 1_000_000_000 + u64::from(self.life.person.index) * 2_048 + number as u64;
        let (provider, practice, referral) =
            (self.provider_code(), self.practice(contact.day), self.referral());
        let (identity, mental, diagnosis) = (self.identity, self.mental, self.diagnosis);
        let ends = self.month_end(month);
        self.shelf.row(series, month, &self.world.calendar, self.account, |row| {
            row.code(&provider).code(&identity.local).number(key);
            if mental {
                row.number(referral);
            }
            row.day(contact.day).text(contact.team).code(contact.medium).code(contact.status);
            if mental {
                row.code(diagnosis);
            }
            identify(row, identity, contact.day, &practice);
            row.day(ends);
        })
    }

    /// Writes a stay: in the file of the month in which it begins, and again when it ends later.
    pub fn stay(&mut self, stay: &Stay, number: usize) -> Result<(), SynthError> {
        let begins = self.world.calendar.month_of(stay.start);
        let ends = stay.end.map(|end| self.world.calendar.month_of(end));
        self.stay_row(stay, number, begins)?;
        match ends {
            Some(ends) if ends > begins => self.stay_row(stay, number, ends),
            _ => Ok(()),
        }
    }

    fn stay_row(&mut self, stay: &Stay, number: usize, month: usize) -> Result<(), SynthError> {
        let Some(series) = self.files.stays.get(&self.provider).copied() else { return Ok(()) };
        let key = 400_000_000 + u64::from(self.life.person.index) * 64 + number as u64;
        let (provider, practice, referral) =
            (self.provider_code(), self.practice(stay.start), self.referral());
        let (identity, mental) = (self.identity, self.mental);
        let period_ends = self.month_end(month);
        let known_end = stay.end.filter(|end| *end <= period_ends);
        self.shelf.row(series, month, &self.world.calendar, self.account, |row| {
            row.code(&provider).code(&identity.local).number(key);
            if mental {
                row.number(referral);
            }
            row.day(stay.start).day_or_blank(known_end).code(stay.diagnosis);
            identify(row, identity, stay.start, &practice);
            row.day(period_ends);
        })
    }

    fn provider_code(&self) -> String {
        self.world
            .places
            .suppliers
            .get(self.provider)
            .map(|supplier| supplier.code.clone())
            .unwrap_or_default()
    }

    fn practice(&self, day: Day) -> String {
        let registration = self.life.person.registration_on(day);
        let practice = registration.and_then(|r| self.world.places.practices.get(r.practice));
        practice.map(|practice| practice.code.clone()).unwrap_or_default()
    }

    fn month_end(&self, month: usize) -> Day {
        self.world.calendar.months.get(month).map_or(self.world.calendar.end, |month| month.last)
    }
}

fn identify(row: &mut Row, identity: &Identity, day: Day, practice: &str) {
    row.code(&identity.nhs_number).day(identity.birth).name(identity.family(day)).name(identity.given(day));
    row.code(&identity.postcode(day)).code(if identity.sex == Sex::Female { "2" } else { "1" });
    row.code(&identity.ethnic.map(String::from).unwrap_or_default()).code(practice);
}
