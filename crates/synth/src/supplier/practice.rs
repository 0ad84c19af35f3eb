//! The four files a month of a GP practice: patients, observations, medications, appointments.

use std::collections::BTreeSet;
use std::path::Path;

use crate::SynthError;
use crate::calendar::Day;
use crate::dice::{Dice, Stream};
use crate::errors::{self, Account, Planted};
use crate::gp::{Decimal, Entry};
use crate::identity::{Identity, SystemKind};
use crate::life::Life;
use crate::person::Registration;
use crate::supplier::sheet::{Row, Style};
use crate::supplier::shelf::{Series, SeriesId, Shelf};
use crate::truth::Truth;
use crate::world::World;

const PATIENTS: &str = "practice_code,patient_id,nhs_number,family_name,given_name,date_of_birth,sex,address_1,postcode,\
lsoa,ethnic_category,registration_date,deregistration_date,date_of_death,extract_date";
const OBSERVATIONS: &str =
    "practice_code,patient_id,observation_id,effective_date,snomed_code,term,value,unit,extract_date,deleted";
const MEDICATIONS: &str = "practice_code,patient_id,issue_id,issue_date,dmd_code,term,quantity,quantity_unit,bnf_code,\
extract_date,deleted";
const APPOINTMENTS: &str = "practice_code,patient_id,appointment_id,start_date,start_time,status,role_group,mode,extract_date,deleted";

/// The files of one practice being filled.
pub struct PracticeFiles {
    pub shelf: Shelf,
    code: String,
    patients: SeriesId,
    observations: SeriesId,
    medications: SeriesId,
    appointments: SeriesId,
}

impl PracticeFiles {
    /// Empty files of the practice at this position; `None` past the last practice.
    pub fn new(world: &World, root: &Path, practice: usize) -> Option<Self> {
        let code = world.places.practices.get(practice)?.code.clone();
        let mut shelf = Shelf::new(root, world.seed, 1 << 48 | practice as u64);
        // One practice system in eleven quotes every field.
        let style = Style { quote_all: practice % 11 == 7, ..Style::default() };
        let mut add = |after: &'static str, header: &str| {
            let before = format!("gp_{code}_");
            shelf.add(Series { feed: "gp", before, after, header: header.to_string(), style })
        };
        let patients = add("_patients.csv", PATIENTS);
        let observations = add("_observations.csv", OBSERVATIONS);
        let medications = add("_medications.csv", MEDICATIONS);
        let appointments = add("_appointments.csv", APPOINTMENTS);
        Some(Self { shelf, code, patients, observations, medications, appointments })
    }

    /// Writes what the practice holds of a life under one of its registrations.
    pub fn write(
        &mut self,
        world: &World,
        life: &Life,
        registration: &Registration,
        truth: &mut Truth,
        account: &mut Account,
    ) -> Result<(), SynthError> {
        let person = &life.person;
        let (_, last) = person.active();
        if registration.from > last {
            return Ok(());
        }
        let organisation = 1_000 + registration.practice as u64;
        let (kind, fresh) = (SystemKind::Practice, registration.from);
        let identity = Identity::register(world, person, kind, organisation, false, fresh, account);
        truth.say("gp", &self.code, &identity.local, person.index)?;
        let dice = Dice::new(
            world.seed,
            Stream::Rows,
            u64::from(person.index) | (registration.practice as u64) << 33,
        );
        let mut pen = Pen { files: self, world, life, registration, identity: &identity, dice, account };
        pen.patients()?;
        pen.entries()?;
        pen.issues()?;
        pen.appointments()
    }
}

struct Pen<'a, 'w> {
    files: &'a mut PracticeFiles,
    world: &'a World,
    life: &'a Life<'w>,
    registration: &'a Registration,
    identity: &'a Identity,
    dice: Dice,
    account: &'a mut Account,
}

impl Pen<'_, '_> {
    /// The month in whose file something of this day stands: never before the registration's.
    fn month(&self, day: Day) -> usize {
        self.world.calendar.month_of(day.max(self.registration.from))
    }

    fn later(&self, month: usize) -> Option<usize> {
        (month + 1 < self.world.calendar.months.len()).then_some(month + 1)
    }

    fn extract_day(&self, month: usize) -> Day {
        self.world.calendar.months.get(month).map_or(self.world.calendar.end, |month| month.last)
    }

    /// True when this registration is the one in force on that day.
    fn holds(&self, day: Day) -> bool {
        let found = self.life.person.registration_on(day);
        found.is_some_and(|found| found.from == self.registration.from)
    }

    fn row(
        &mut self,
        series: SeriesId,
        month: usize,
        write: impl FnOnce(&mut Row),
    ) -> Result<(), SynthError> {
        self.files.shelf.row(series, month, &self.world.calendar, self.account, write)
    }

    /// One row when the person joins, and one each month in which something about them changes.
    fn patients(&mut self) -> Result<(), SynthError> {
        let person = &self.life.person;
        let end = self.world.calendar.end;
        let ends = self.registration.to.or(person.death.map(|death| (death + 6).min(end)));
        let until = ends.unwrap_or(end).min(end);
        let first = self.month(self.registration.from);
        let mut months = BTreeSet::from([first]);
        let changes = self.identity.changes().chain(person.death).chain(ends);
        months.extend(changes.filter(|day| *day <= until).map(|day| self.month(day)));
        for month in months {
            self.patient(month, ends)?;
        }
        Ok(())
    }

    fn patient(&mut self, month: usize, ends: Option<Day>) -> Result<(), SynthError> {
        let at = self.extract_day(month);
        let (identity, registration, person) = (self.identity, self.registration, &self.life.person);
        let code = self.files.code.clone();
        let home = identity.home(at);
        let lsoa = home.and_then(|home| self.world.places.small_area(home)).map_or("", |area| &area.code);
        let address = home.map_or("", |home| home.address.as_str());
        let ended = ends.filter(|day| *day <= at);
        let died = person.death.filter(|day| *day <= at);
        self.row(self.files.patients, month, |row| {
            row.code(&code).code(&identity.local).code(&identity.nhs_number);
            row.name(identity.family(at)).name(identity.given(at)).day(identity.birth);
            row.code(identity.sex.letter()).name(address).code(&identity.postcode(at)).code(lsoa);
            row.code(&identity.ethnic.map(String::from).unwrap_or_default()).day(registration.from);
            row.day_or_blank(ended).day_or_blank(died).day(at);
        })
    }

    fn entries(&mut self) -> Result<(), SynthError> {
        let life = self.life;
        for (n, entry) in life.gp.entries.iter().enumerate() {
            if !self.holds(entry.day) {
                continue;
            }
            let id = u64::from(life.person.index) * 8_192 + n as u64;
            let month = self.month(entry.day);
            let next = self.later(month);
            if entry.value.is_some() && self.dice.chance(errors::CORRECTED_ROW) && next.is_some() {
                self.account.add(Planted::CorrectedRow);
                self.entry(month, id, entry, Written::TenTimes, "")?;
                self.entry(month + 1, id, entry, Written::Right, "")?;
            } else if self.dice.chance(errors::DELETED_ROW) && next.is_some() {
                self.account.add(Planted::DeletedRow);
                self.entry(month, id, entry, Written::Right, "")?;
                self.entry(month + 1, id, entry, Written::Right, "Y")?;
            } else {
                let written = self.fault(entry);
                let month = self.perhaps_late(month);
                self.entry(month, id, entry, written, "")?;
            }
        }
        Ok(())
    }

    fn fault(&mut self, entry: &Entry) -> Written {
        if self.dice.chance(errors::IMPOSSIBLE_DATE) {
            self.account.add(Planted::ImpossibleDate);
            Written::ImpossibleDate
        } else if entry.value.is_some() && self.dice.chance(errors::TEXT_FOR_NUMBER) {
            self.account.add(Planted::TextForNumber);
            Written::Words
        } else {
            Written::Right
        }
    }

    fn perhaps_late(&mut self, month: usize) -> usize {
        match self.later(month).filter(|_| self.dice.chance(errors::LATE_ROW)) {
            Some(later) => {
                self.account.add(Planted::LateRow);
                later
            }
            None => month,
        }
    }

    fn entry(
        &mut self,
        month: usize,
        id: u64,
        entry: &Entry,
        written: Written,
        deleted: &str,
    ) -> Result<(), SynthError> {
        let (code, local, at) = (self.files.code.clone(), &self.identity.local, self.extract_day(month));
        self.row(self.files.observations, month, |row| {
            row.code(&code).code(local).number(id);
            if written == Written::ImpossibleDate {
                let year = row.calendar.iso(entry.day).get(..4).unwrap_or("2025");
                row.code(&format!("{year}-02-31"));
            } else {
                row.day(entry.day);
            }
            row.code(entry.code).text(entry.term);
            row.code(&value(entry.value, written)).code(entry.unit).day(at).code(deleted);
        })
    }

    fn issues(&mut self) -> Result<(), SynthError> {
        let life = self.life;
        for (n, issue) in life.gp.issues.iter().enumerate() {
            if !self.holds(issue.day) {
                continue;
            }
            let month = self.month(issue.day);
            let month = self.perhaps_late(month);
            let id = u64::from(life.person.index) * 8_192 + n as u64;
            let (code, local, at) = (self.files.code.clone(), &self.identity.local, self.extract_day(month));
            let medicine = issue.medicine;
            self.row(self.files.medications, month, |row| {
                row.code(&code).code(local).number(id).day(issue.day);
                row.code(&medicine.dmd).text(&medicine.term).number(u64::from(issue.quantity));
                row.code(&medicine.unit).code(&medicine.bnf).day(at).code("");
            })?;
        }
        Ok(())
    }

    /// Appointments of a month's last days are still booked in its file; the next file says what came of them.
    fn appointments(&mut self) -> Result<(), SynthError> {
        let life = self.life;
        for (n, appointment) in life.gp.appointments.iter().enumerate() {
            if !self.holds(appointment.day) {
                continue;
            }
            let id = u64::from(life.person.index) * 8_192 + n as u64;
            let month = self.month(appointment.day);
            let booked = appointment.day >= self.extract_day(month) && appointment.status != "Cancelled";
            match self.later(month).filter(|_| booked) {
                Some(later) => {
                    self.appointment(month, id, n, "Booked")?;
                    self.appointment(later, id, n, appointment.status)?;
                }
                None => {
                    let month = self.perhaps_late(month);
                    self.appointment(month, id, n, appointment.status)?;
                }
            }
        }
        Ok(())
    }

    fn appointment(&mut self, month: usize, id: u64, n: usize, status: &str) -> Result<(), SynthError> {
        let life = self.life;
        let Some(appointment) = life.gp.appointments.get(n) else { return Ok(()) };
        let (code, local, at) = (self.files.code.clone(), &self.identity.local, self.extract_day(month));
        let time = format!("{:02}:{:02}", appointment.minute / 60, appointment.minute % 60);
        self.row(self.files.appointments, month, |row| {
            row.code(&code).code(local).number(id).day(appointment.day).code(&time);
            row.code(status).code(appointment.role).code(appointment.mode).day(at).code("");
        })
    }
}

/// How an entry is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Right,
    /// The decimal point one place out, to be corrected.
    TenTimes,
    Words,
    ImpossibleDate,
}

fn value(value: Option<Decimal>, written: Written) -> String {
    let Some(value) = value else { return String::new() };
    let scaled = if written == Written::TenTimes { value.scaled * 10 } else { value.scaled };
    match (written, value.places) {
        (Written::Words, _) => "see letter".into(),
        (_, 0) => scaled.to_string(),
        _ => format!("{}.{}", scaled / 10, scaled % 10),
    }
}
