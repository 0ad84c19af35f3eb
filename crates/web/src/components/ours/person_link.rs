use chrono::NaiveDate;
use maud::{Markup, html};
use model::age_on;
use store::people::PersonHit;

use crate::words;

/// A person in a list: the name leads to the record, the NHS number stands under it.
pub(crate) fn person_link(who: &PersonHit) -> Markup {
    html! {
        a class="nhsuk-link nhsuk-link--no-visited-state" href={ "/people/" (who.person) } {
            (words::person_name(&who.family_name, &who.given_name))
        }
        br;
        span class="app-quiet" {
            @match who.nhs_number { Some(number) => { (number.to_string()) } None => { "NHS number not known" } }
        }
        @if let Some(day) = who.death_date { br; span class="app-quiet" { "Died " (words::short_date(day)) } }
    }
}

/// Date of birth with the age on this day.
pub(crate) fn born(who: &PersonHit, on: NaiveDate) -> String {
    let Some(birth) = who.birth_date else { return "Not known".to_owned() };
    match age_on(birth, who.death_date.unwrap_or(on)) {
        Some(age) => format!("{} (aged {age})", words::short_date(birth)),
        None => words::short_date(birth),
    }
}
