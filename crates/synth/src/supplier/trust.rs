//! A hospital trust's three files a month, with the columns of HES: admitted care, A&E, outpatients.

use std::collections::BTreeMap;

use model::{OrganisationKind, Sex};

use crate::SynthError;
use crate::calendar::{Day, age_at};
use crate::dice::Dice;
use crate::emergency::Attendance;
use crate::errors::{self, Account, Planted};
use crate::hospital::{Episode, Spell};
use crate::identity::Identity;
use crate::life::Life;
use crate::outpatient::Outpatient;
use crate::rates;
use crate::supplier::sheet::{Row, Style};
use crate::supplier::shelf::{Series, SeriesId, Shelf};
use crate::world::World;

const IDENTITY: &str = "NEWNHSNO,DOB,HOMEADD,LOPATID,FORENAME,SURNAME,SUSLDDATE";

/// Series of the trusts, by position among suppliers.
pub struct TrustFiles {
    episodes: BTreeMap<usize, SeriesId>,
    attendances: BTreeMap<usize, SeriesId>,
    outpatients: BTreeMap<usize, SeriesId>,
}

impl TrustFiles {
    /// Adds the trusts' series to the shelf.
    pub fn new(world: &World, shelf: &mut Shelf) -> Self {
        let mut files =
            Self { episodes: BTreeMap::new(), attendances: BTreeMap::new(), outpatients: BTreeMap::new() };
        for (at, supplier) in world.places.suppliers.iter().enumerate() {
            let style = style(supplier.order);
            let mut add = |feed: &'static str, header: String| {
                let before = format!("{feed}_{}_", supplier.code);
                shelf.add(Series { feed, before, after: ".csv", header, style })
            };
            match supplier.kind {
                OrganisationKind::AcuteTrust => {
                    files.episodes.insert(at, add("sus_apc", episode_header()));
                    files.attendances.insert(at, add("sus_ae", attendance_header()));
                    files.outpatients.insert(at, add("sus_op", outpatient_header()));
                }
                OrganisationKind::CommunityTrust => {
                    files.attendances.insert(at, add("sus_ae", attendance_header()));
                }
                _ => {}
            }
        }
        files
    }
}

/// Each trust has its habits: the first writes as Windows does, the second quotes all, the third is not in UTF-8.
fn style(order: usize) -> Style {
    let plain = Style { capitals: true, ..Style::default() };
    match order % 4 {
        0 => Style { windows: true, ..plain },
        1 => Style { quote_all: true, ..plain },
        2 => Style { latin: true, capitals: false, ..plain },
        _ => plain,
    }
}

fn numbered(name: &str, count: usize) -> String {
    (1..=count).map(|n| format!("{name}_{n:02}")).collect::<Vec<_>>().join(",")
}

fn episode_header() -> String {
    let (diagnoses, operations) = (numbered("DIAG_4", 20), numbered("OPERTN_4", 24));
    format!(
        "EPIKEY,ADMIDATE,EPISTART,EPIEND,DISDATE,ADMIMETH,ADMISORC,CLASSPAT,DISDEST,DISMETH,EPIORDER,EPISTAT,SPELBGIN,\
{diagnoses},{operations},OPDATE_01,MAINSPEF,TRETSPEF,GPPRAC,PROCODE3,SEX,MYDOB,STARTAGE,ETHNOS,LSOA11,SUSRECID,\
{IDENTITY}"
    )
}

fn attendance_header() -> String {
    let diagnoses = numbered("DIAG2", 12);
    format!(
        "AEKEY,ARRIVALDATE,ARRIVALTIME,AEARRIVALMODE,AEATTENDCAT,AEATTENDDISP,AEDEPTTYPE,DEPTIME,{diagnoses},\
DIAGSNOMED_01,ACUITYSNOMED,GPPRAC,PROCODE3,SEX,ETHNOS,LSOA11,{IDENTITY}"
    )
}

fn outpatient_header() -> String {
    let (diagnoses, operations) = (numbered("DIAG_4", 12), numbered("OPERTN_4", 24));
    format!(
        "ATTENDKEY,APPTDATE,ATTENDED,FIRSTATT,ATENTYPE,MAINSPEF,TRETSPEF,{diagnoses},{operations},GPPRAC,PROCODE3,SEX,\
ETHNOS,LSOA11,{IDENTITY}"
    )
}

/// What one person's hospital rows are written with.
pub struct TrustPen<'a, 'w> {
    pub world: &'a World,
    pub life: &'a Life<'w>,
    pub files: &'a TrustFiles,
    pub shelf: &'a mut Shelf,
    pub account: &'a mut Account,
    pub dice: &'a mut Dice,
}

impl TrustPen<'_, '_> {
    fn code(&self, trust: usize) -> String {
        self.world.places.suppliers.get(trust).map(|supplier| supplier.code.clone()).unwrap_or_default()
    }

    fn load_day(&self, month: usize) -> Day {
        self.world.calendar.months.get(month).map_or(self.world.calendar.end, |month| month.last)
    }

    fn month(&mut self, day: Day) -> usize {
        let month = self.world.calendar.month_of(day);
        if month + 1 < self.world.calendar.months.len() && self.dice.chance(errors::LATE_ROW) {
            self.account.add(Planted::LateRow);
            return month + 1;
        }
        month
    }

    fn is_last(&self, month: usize) -> bool {
        month + 1 >= self.world.calendar.months.len()
    }

    /// Practice, sex, ethnic category and small area on a day.
    fn place(&self, identity: &Identity, day: Day) -> Place {
        let registration = self.life.person.registration_on(day).filter(|r| r.from <= day);
        let practice = registration.and_then(|r| self.world.places.practices.get(r.practice));
        let area = identity.home(day).and_then(|home| self.world.places.small_area(home));
        Place {
            practice: practice.map_or("V81999", |p| p.code.as_str()).to_string(),
            sex: if identity.sex == Sex::Female { "2" } else { "1" },
            ethnic: identity.ethnic.unwrap_or('Z').to_string(),
            lsoa: area.map(|area| area.code.clone()).unwrap_or_default(),
        }
    }

    /// Writes every episode of a spell; some without diagnosis at first.
    pub fn spell(&mut self, identity: &Identity, spell: &Spell, number: usize) -> Result<(), SynthError> {
        let baby = spell.method == "82" && self.dice.chance(rates::BABY_AT_BIRTH);
        if baby {
            self.account.add(Planted::BabyWithoutName);
        }
        for (order, episode) in spell.episodes.iter().enumerate() {
            let key = 5_000_000_000 + u64::from(self.life.person.index) * 2_048 + (number * 4 + order) as u64;
            let month = self.month(episode.end.unwrap_or(self.world.calendar.end));
            let last = order + 1 == spell.episodes.len();
            let stage = Stage { key, order, last, baby };
            if self.dice.chance(errors::CODED_LATER) && !self.is_last(month) {
                self.account.add(Planted::CorrectedRow);
                self.episode(identity, spell, episode, &stage, month, false)?;
                self.episode(identity, spell, episode, &stage, month + 1, true)?;
            } else {
                self.episode(identity, spell, episode, &stage, month, true)?;
            }
        }
        Ok(())
    }

    fn episode(
        &mut self,
        identity: &Identity,
        spell: &Spell,
        episode: &Episode,
        stage: &Stage,
        month: usize,
        coded: bool,
    ) -> Result<(), SynthError> {
        let Some(series) = self.files.episodes.get(&spell.trust).copied() else { return Ok(()) };
        let (trust, loaded) = (self.code(spell.trust), self.load_day(month));
        let place = self.place(identity, spell.admitted);
        let person = &self.life.person;
        let age = age_at(person.birth, episode.start);
        let diagnoses: Vec<String> = match coded {
            true => episode.diagnoses.iter().map(|code| padded(code)).collect(),
            false => vec!["R69X".into()],
        };
        let discharged = spell.discharged.filter(|_| stage.last);
        let mother = person.born_to.as_ref().map_or("", |mother| mother.family.as_str());
        let mother = Some(mother).filter(|_| stage.baby);
        self.shelf.row(series, month, &self.world.calendar, self.account, |row| {
            row.number(stage.key).day(spell.admitted).day(episode.start).day_or_blank(episode.end);
            row.day_or_blank(discharged).code(spell.method).code(spell.source).code(spell.class);
            row.code(if stage.last { spell.destination } else { "98" });
            row.code(if stage.last { spell.discharge_method } else { "8" });
            row.number(stage.order as u64 + 1).code(if episode.end.is_some() { "3" } else { "1" });
            row.code(if stage.order == 0 { "2" } else { "0" });
            row.codes(diagnoses.iter().map(String::as_str), 20);
            row.codes(episode.procedures.iter().copied().filter(|_| coded), 24);
            row.day_or_blank(Some(episode.start).filter(|_| coded && !episode.procedures.is_empty()));
            row.code(episode.specialty).code(episode.specialty).code(&place.practice).code(&trust);
            let born = row.calendar.iso(identity.birth);
            let month_of_birth = format!("{}{}", born.get(5..7).unwrap_or(""), born.get(..4).unwrap_or(""));
            row.code(place.sex).code(&month_of_birth).number(age.max(0) as u64);
            row.code(&place.ethnic).code(&place.lsoa).number(stage.key * 7 + 13);
            identify(row, identity, spell.admitted, false, mother);
            row.day(loaded);
        })
    }

    /// Writes an A&E attendance.
    pub fn attendance(
        &mut self,
        identity: &Identity,
        attendance: &Attendance,
        number: usize,
    ) -> Result<(), SynthError> {
        let Some(series) = self.files.attendances.get(&attendance.trust).copied() else { return Ok(()) };
        let key = 3_000_000_000 + u64::from(self.life.person.index) * 512 + number as u64;
        let month = self.month(attendance.day);
        let factor = errors::proneness_to_no_number(&self.life.person);
        let unknown = self.dice.chance((rates::NO_NUMBER_AE * factor).min(0.6));
        if unknown {
            self.account.add(Planted::NumberMissing);
        }
        let impossible = self.dice.chance(errors::IMPOSSIBLE_DATE);
        if impossible {
            self.account.add(Planted::ImpossibleDate);
        }
        let (trust, loaded) = (self.code(attendance.trust), self.load_day(month));
        let place = self.place(identity, attendance.day);
        let coded = self.world.tables.condition(attendance.condition).map_or("", |c| c.snomed.as_str());
        // Every second trust already sends diagnosis and acuity of the Emergency Care Data Set.
        let ecds = self.world.places.suppliers.get(attendance.trust).is_some_and(|s| s.order % 2 == 1);
        let acuity = attendance.acuity(self.world.seed, key);
        self.shelf.row(series, month, &self.world.calendar, self.account, |row| {
            row.number(key);
            if impossible {
                let year = row.calendar.iso(attendance.day).get(..4).unwrap_or("2025");
                row.code(&format!("{year}-02-30"));
            } else {
                row.day(attendance.day);
            }
            row.code(&clock(attendance.minute)).code(if attendance.ambulance { "1" } else { "2" });
            row.code("1").code(attendance.disposal.code()).code(attendance.department);
            row.code(&clock(attendance.leaves % 1_440)).code(attendance.code).blanks(11);
            row.code(if ecds { coded } else { "" }).code(if ecds { acuity } else { "" });
            row.code(&place.practice).code(&trust);
            row.code(place.sex).code(&place.ethnic).code(&place.lsoa);
            identify(row, identity, attendance.day, unknown, None);
            row.day(loaded);
        })
    }

    /// Writes an outpatient appointment.
    pub fn outpatient(
        &mut self,
        identity: &Identity,
        appointment: &Outpatient,
        number: usize,
    ) -> Result<(), SynthError> {
        let Some(series) = self.files.outpatients.get(&appointment.trust).copied() else { return Ok(()) };
        let key = 8_000_000_000 + u64::from(self.life.person.index) * 1_024 + number as u64;
        let month = self.month(appointment.day);
        let (trust, loaded) = (self.code(appointment.trust), self.load_day(month));
        let place = self.place(identity, appointment.day);
        let diagnosis = appointment.diagnosis.map(padded);
        self.shelf.row(series, month, &self.world.calendar, self.account, |row| {
            row.number(key).day(appointment.day).code(appointment.attended);
            row.code(if appointment.first { "1" } else { "2" }).code(if appointment.first {
                "1"
            } else {
                "2"
            });
            row.code(appointment.specialty).code(appointment.specialty);
            row.codes(diagnosis.as_deref().into_iter(), 12).codes(appointment.procedure.into_iter(), 24);
            row.code(&place.practice).code(&trust).code(place.sex).code(&place.ethnic).code(&place.lsoa);
            identify(row, identity, appointment.day, false, None);
            row.day(loaded);
        })
    }
}

struct Stage {
    key: u64,
    order: usize,
    last: bool,
    baby: bool,
}

struct Place {
    practice: String,
    sex: &'static str,
    ethnic: String,
    lsoa: String,
}

/// The identifiable columns. Names are sent only where there is no NHS number; a newborn's is not known yet.
fn identify(row: &mut Row, identity: &Identity, day: Day, unknown: bool, baby_of: Option<&str>) {
    let number = if unknown || baby_of.is_some() { "" } else { identity.nhs_number.as_str() };
    row.code(number).day(identity.birth).code(&identity.postcode(day)).code(&identity.local);
    match (baby_of, number.is_empty()) {
        (Some(mother), _) => row.name("Baby").name(mother),
        (None, true) => row.name(identity.given(day)).name(identity.family(day)),
        (None, false) => row.blanks(2),
    };
}

/// An ICD-10 code as trusts write it: four characters, X for a fourth that does not exist.
fn padded(code: &str) -> String {
    if code.len() == 3 { format!("{code}X") } else { code.to_string() }
}

fn clock(minute: i32) -> String {
    format!("{:02}{:02}", minute / 60, minute % 60)
}
