//! A council's client-level data, one file a month: what began or ended in it, and in the first month all that runs.

use std::collections::BTreeMap;

use model::{OrganisationKind, Sex};

use crate::SynthError;
use crate::dice::Dice;
use crate::errors::{self, Account, Planted};
use crate::identity::Identity;
use crate::life::Life;
use crate::social_care::{CareEvent, CareKind};
use crate::supplier::sheet::Style;
use crate::supplier::shelf::{Series, SeriesId, Shelf};
use crate::world::World;

const HEADER: &str = "LA_Code,LA_Person_Unique_Identifier,NHS_Number,Given_Name,Family_Name,Date_of_Birth,Gender,\
Ethnicity,Postcode,Client_Type,Event_Type,Event_Reference,Event_Start_Date,Event_End_Date,Event_Outcome,Service_Type,\
Service_Component,Delivery_Mechanism,Primary_Support_Reason,Request_Route_of_Access,Accommodation_Status,\
Employment_Status,Has_Unpaid_Carer,Date_of_Death,Reporting_Period_Start,Reporting_Period_End";

/// Series of the councils, by position among suppliers.
pub struct CouncilFiles(BTreeMap<usize, SeriesId>);

impl CouncilFiles {
    /// Adds the councils' series to the shelf. The third council writes dates as DD/MM/YYYY.
    pub fn new(world: &World, shelf: &mut Shelf) -> Self {
        let mut files = BTreeMap::new();
        for (at, supplier) in world.places.suppliers.iter().enumerate() {
            if supplier.kind == OrganisationKind::Council {
                let style = Style { english_dates: supplier.order == 2, ..Style::default() };
                let before = format!("cld_{}_", supplier.code);
                let header = HEADER.to_string();
                files.insert(at, shelf.add(Series { feed: "cld", before, after: ".csv", header, style }));
            }
        }
        Self(files)
    }
}

/// What one person's rows are written with.
pub struct CouncilPen<'a, 'w> {
    pub world: &'a World,
    pub life: &'a Life<'w>,
    pub files: &'a CouncilFiles,
    pub shelf: &'a mut Shelf,
    pub account: &'a mut Account,
    pub dice: &'a mut Dice,
    /// The council, as a position among suppliers.
    pub council: usize,
    pub identity: &'a Identity,
}

impl CouncilPen<'_, '_> {
    /// Writes an event; a service that ends in a later month is written again, closed.
    pub fn event(&mut self, event: &CareEvent, number: usize) -> Result<(), SynthError> {
        let calendar = &self.world.calendar;
        let begins = calendar.month_of(event.start);
        let ends = event.end.map(|end| calendar.month_of(end));
        let late = begins + 1 < calendar.months.len() && self.dice.chance(errors::LATE_ROW);
        let begins = begins + usize::from(late);
        if late {
            self.account.add(Planted::LateRow);
        }
        self.row(event, number, begins)?;
        match ends {
            Some(ends) if ends > begins => self.row(event, number, ends),
            _ => Ok(()),
        }
    }

    fn row(&mut self, event: &CareEvent, number: usize, month: usize) -> Result<(), SynthError> {
        let Some(series) = self.files.0.get(&self.council).copied() else { return Ok(()) };
        let Some(period) = self.world.calendar.months.get(month) else { return Ok(()) };
        let Some(code) = self.world.places.suppliers.get(self.council).map(|s| s.code.as_str()) else {
            return Ok(());
        };
        let (identity, person) = (self.identity, &self.life.person);
        let (first, last) = (period.first, period.last);
        let end = event.end.filter(|end| *end <= last);
        let reference = u64::from(person.index) * 128 + number as u64;
        let home = person.home_on(event.start).map_or("", |home| home.address.as_str());
        let accommodation = match () {
            () if home.contains("Care Home") && event.component.contains("Nursing") => {
                "Registered nursing home"
            }
            () if home.contains("Care Home") => "Registered care home",
            () if home.contains("Hostel") => "Night shelter / emergency hostel / direct access hostel",
            () if person.index % 5 < 2 => "Owner occupier or shared ownership scheme",
            () if person.index % 5 < 4 => "Tenant",
            () => "Unknown",
        };
        let employment = match person.age_on(last) {
            age if age >= 66.0 => "Retired",
            _ if person.index % 6 == 0 => "Paid: 16 or more hours a week",
            _ => "Not in paid employment: not actively seeking work",
        };
        let carer = match person.index % 3 {
            _ if person.lives_alone => "No",
            0 => "Yes",
            1 => "No",
            _ => "Unknown",
        };
        self.shelf.row(series, month, &self.world.calendar, self.account, |row| {
            row.code(code).code(&identity.local).code(&identity.nhs_number);
            row.name(identity.given(last)).name(identity.family(last)).day(identity.birth);
            row.code(if identity.sex == Sex::Female { "Female" } else { "Male" });
            row.code(&identity.ethnic.map(String::from).unwrap_or_default()).code(&identity.postcode(last));
            row.code(if event.carer { "Carer" } else { "Service User" })
                .code(kind(event.kind))
                .number(reference);
            row.day(event.start).day_or_blank(end).text(if end.is_some() { event.outcome } else { "" });
            row.text(event.service).text(event.component).text(event.delivery).text(event.support_reason);
            row.text(event.route).text(accommodation).text(employment).code(carer);
            row.day_or_blank(person.death.filter(|death| *death <= last)).day(first).day(last);
        })
    }
}

fn kind(kind: CareKind) -> &'static str {
    match kind {
        CareKind::Request => "Request",
        CareKind::Assessment => "Assessment",
        CareKind::Service => "Service",
        CareKind::Review => "Review",
    }
}
