use chrono::NaiveDate;
use maud::{Markup, Render, html};
use model::age_on;
use model::record::Banner;

use crate::words;

/// Who this is, on every page about one person: name, date of birth, sex, NHS number, address, practice.
///
/// An NHS number alone does not tell who someone is: it always stands beside name and date of birth.
pub(crate) struct PatientBanner<'a> {
    pub(crate) banner: &'a Banner,
    /// The practice's name; blank when not registered here.
    pub(crate) practice: &'a str,
    /// The day by which age is counted.
    pub(crate) on: NaiveDate,
}

impl Render for PatientBanner<'_> {
    fn render(&self) -> Markup {
        let banner = self.banner;
        html! {
            section class="app-patient-banner" aria-label="Who this is" {
                p class="app-patient-banner__name" {
                    (words::person_name(&banner.family_name, &banner.given_name))
                }
                dl class="app-patient-banner__facts" {
                    (fact("Born", &self.born()))
                    @if let Some(day) = banner.death_date { (fact("Died", &words::date(day))) }
                    (fact("Sex", banner.sex.label()))
                    (fact("NHS number", &words::nhs_number(banner.nhs_number)))
                    (fact("Address", &self.address()))
                    (fact("Practice", if self.practice.is_empty() { "Not registered here" } else { self.practice }))
                }
            }
        }
    }
}

impl PatientBanner<'_> {
    fn born(&self) -> String {
        let Some(birth) = self.banner.birth_date else { return "Not known".to_owned() };
        let until = self.banner.death_date.unwrap_or(self.on);
        match age_on(birth, until) {
            Some(years) if self.banner.death_date.is_some() => {
                format!("{} (aged {years} at death)", words::date(birth))
            }
            Some(years) => format!("{} (aged {years})", words::date(birth)),
            None => words::date(birth),
        }
    }

    fn address(&self) -> String {
        let parts = [self.banner.address.trim(), self.banner.postcode.trim()];
        let known: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if known.is_empty() { "Not known".to_owned() } else { known.join(", ") }
    }
}

fn fact(key: &str, value: &str) -> Markup {
    html! { div class="app-patient-banner__fact" { dt { (key) } dd { (value) } } }
}
