//! An urgent treatment centre that sends FHIR R4 in newline-delimited JSON: Patient, Encounter, Condition, Observation.

use model::Sex;
use serde_json::{Value, json};

use crate::SynthError;
use crate::calendar::{Calendar, Day};
use crate::dice::Dice;
use crate::emergency::Attendance;
use crate::errors::{Account, Planted};
use crate::identity::Identity;
use crate::life::Life;
use crate::place::Places;
use crate::rates;
use crate::supplier::sheet::Style;
use crate::supplier::shelf::{Series, SeriesId, Shelf};
use crate::world::World;

const SNOMED: &str = "http://snomed.info/sct";
const NHS_NUMBER: &str = "https://fhir.nhs.uk/Id/nhs-number";
const ODS: &str = "https://fhir.nhs.uk/Id/ods-organization-code";

/// Series of the one supplier that sends FHIR.
pub struct FhirFiles {
    /// Position among suppliers.
    pub supplier: usize,
    /// People of this borough are seen at the centre that sends FHIR.
    borough: usize,
    patients: SeriesId,
    encounters: SeriesId,
    conditions: SeriesId,
    observations: SeriesId,
}

impl FhirFiles {
    /// The community provider of the last borough sends FHIR for that borough's centre; `None` where there is none.
    pub fn new(world: &World, shelf: &mut Shelf) -> Option<Self> {
        let places: &Places = &world.places;
        let borough = places.boroughs.len().checked_sub(1)?;
        let supplier = places.borough(borough)?.community?;
        let code = &places.suppliers.get(supplier)?.code;
        let mut add = |after: &'static str| {
            let before = format!("fhir_{code}_");
            shelf.add(Series { feed: "fhir", before, after, header: String::new(), style: Style::default() })
        };
        Some(Self {
            supplier,
            borough,
            patients: add("_Patient.ndjson"),
            encounters: add("_Encounter.ndjson"),
            conditions: add("_Condition.ndjson"),
            observations: add("_Observation.ndjson"),
        })
    }

    /// True when this attendance comes as FHIR and not as an A&E row.
    pub fn takes(&self, life: &Life, attendance: &Attendance) -> bool {
        attendance.trust == self.supplier
            && life.person.home_on(attendance.day).is_some_and(|home| home.borough == self.borough)
    }
}

/// What one person's resources are written with.
pub struct FhirPen<'a, 'w> {
    pub world: &'a World,
    pub life: &'a Life<'w>,
    pub files: &'a FhirFiles,
    pub shelf: &'a mut Shelf,
    pub account: &'a mut Account,
    pub dice: &'a mut Dice,
    pub identity: &'a Identity,
}

impl FhirPen<'_, '_> {
    /// Writes an attendance with the patient as then known.
    pub fn attendance(&mut self, attendance: &Attendance, number: usize) -> Result<(), SynthError> {
        let calendar = &self.world.calendar;
        let month = calendar.month_of(attendance.day);
        let unknown = self.dice.chance(rates::NO_NUMBER_AE);
        if unknown {
            self.account.add(Planted::NumberMissing);
        }
        let code = self.world.places.suppliers.get(self.files.supplier).map_or("", |s| s.code.as_str());
        let id = format!("{}-{number}", self.identity.local.to_lowercase());
        let patient = self.patient(attendance.day, month, unknown);
        self.put(self.files.patients, month, &patient)?;
        let start = instant(calendar, attendance.day, attendance.minute);
        let end = instant(calendar, attendance.day, attendance.leaves);
        let subject = json!({ "reference": format!("Patient/{}", self.identity.local) });
        let condition = self.world.tables.condition(attendance.condition);
        let coding = json!({
            "coding": [{
                "system": SNOMED,
                "code": condition.map_or("", |c| c.snomed.as_str()),
                "display": condition.map_or("", |c| c.term.as_str()),
            }],
        });
        let encounter = json!({
            "resourceType": "Encounter",
            "id": format!("enc-{id}"),
            "status": "finished",
            "class": {
                "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "EMER", "display": "emergency"
            },
            "subject": subject,
            "period": { "start": start, "end": end },
            "reasonCode": [coding],
            "serviceProvider": { "identifier": { "system": ODS, "value": code } },
        });
        self.put(self.files.encounters, month, &encounter)?;
        let about = json!({ "reference": format!("Encounter/enc-{id}") });
        let diagnosis = json!({
            "resourceType": "Condition",
            "id": format!("con-{id}"),
            "clinicalStatus": { "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"
            }] },
            "code": coding,
            "subject": subject,
            "encounter": about,
            "recordedDate": start,
        });
        self.put(self.files.conditions, month, &diagnosis)?;
        let observation = self.pressure(&id, &subject, &about, &start, attendance.day);
        self.put(self.files.observations, month, &observation)
    }

    fn patient(&self, day: Day, month: usize, unknown: bool) -> Value {
        let identity = self.identity;
        let calendar = &self.world.calendar;
        let mut identifiers =
            vec![json!({ "system": "https://example.org/utc/patient", "value": identity.local })];
        if !identity.nhs_number.is_empty() && !unknown {
            identifiers.push(json!({ "system": NHS_NUMBER, "value": identity.nhs_number }));
        }
        let home = identity.home(day).map_or("", |home| home.address.as_str());
        let updated = calendar.months.get(month).map_or(calendar.end, |month| month.last);
        json!({
            "resourceType": "Patient",
            "id": identity.local,
            "meta": { "lastUpdated": format!("{}T06:00:00Z", calendar.iso(updated)) },
            "identifier": identifiers,
            "name": [{ "use": "official", "family": identity.family(day), "given": [identity.given(day)] }],
            "gender": if identity.sex == Sex::Female { "female" } else { "male" },
            "birthDate": calendar.iso(identity.birth),
            "address": [{ "use": "home", "line": [home], "postalCode": identity.postcode(day) }],
        })
    }

    /// Blood pressure at triage, as one observation with two components.
    fn pressure(&mut self, id: &str, subject: &Value, encounter: &Value, at: &str, day: Day) -> Value {
        let age = self.life.person.age_on(day);
        let systolic = (110.0 + 0.3 * age + self.dice.bell() * 14.0) as i32;
        let diastolic = 62 + self.dice.between(0, 24);
        let part = |code: &str, term: &str, value: i32| {
            json!({
                "code": { "coding": [{ "system": SNOMED, "code": code, "display": term }] },
                "valueQuantity": {
                    "value": value, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"
                },
            })
        };
        json!({
            "resourceType": "Observation",
            "id": format!("obs-{id}"),
            "status": "final",
            "code": { "coding": [{ "system": SNOMED, "code": "75367002", "display": "Blood pressure" }] },
            "subject": subject,
            "encounter": encounter,
            "effectiveDateTime": at,
            "component": [
                part("72313002", "Systolic arterial pressure", systolic),
                part("1091811000000102", "Diastolic arterial pressure", diastolic),
            ],
        })
    }

    fn put(&mut self, series: SeriesId, month: usize, resource: &Value) -> Result<(), SynthError> {
        let text = resource.to_string();
        self.shelf.row(series, month, &self.world.calendar, self.account, |row| {
            row.out.extend_from_slice(text.as_bytes());
        })
    }
}

fn instant(calendar: &Calendar, day: Day, minute: i32) -> String {
    let day = day + minute / 1_440;
    format!("{}T{:02}:{:02}:00Z", calendar.iso(day), minute % 1_440 / 60, minute % 60)
}
