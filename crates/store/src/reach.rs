//! A permit's reach as a filter: decided once for the class of people, never asked per row.

use policy::{Access, Condition, Permit, Reach};

use crate::sql::{self, Sql};

/// Where in a query the person's number, practice and date of death stand.
pub(crate) struct Columns {
    pub person: &'static str,
    pub practice: &'static str,
    pub death_date: &'static str,
}

/// Adds ` AND (...)`: true only for people within the permit's reach. No alternatives means nobody.
pub(crate) fn restrict(query: &mut Sql, permit: &Permit, columns: &Columns) {
    let reach: &Reach = permit.reach();
    query.push(" AND (");
    alternatives(query, permit.access(), reach.any_of(), columns);
    query.push(")");
    if !reach.none_of().is_empty() {
        query.push(" AND NOT (");
        alternatives(query, permit.access(), reach.none_of(), columns);
        query.push(")");
    }
}

fn alternatives(query: &mut Sql, access: &Access, any_of: &[Vec<Condition>], columns: &Columns) {
    if any_of.is_empty() {
        query.push("1 = 0");
    }
    for (i, all) in any_of.iter().enumerate() {
        query.push(if i == 0 { "(1 = 1" } else { " OR (1 = 1" });
        for condition in all {
            query.push(" AND ");
            one(query, access, *condition, columns);
        }
        query.push(")");
    }
}

fn one(query: &mut Sql, access: &Access, condition: Condition, columns: &Columns) {
    let Columns { person, practice, death_date } = columns;
    match condition {
        Condition::SamePractice => {
            query.push(practice).push(" = ").bind(access.organisation.as_str());
        }
        Condition::OwnOrganisationPractice => {
            query.push("(").push(practice).push(" = ").bind(access.organisation.as_str());
            query.push(" OR ").push(practice);
            query.push(" IN (SELECT practice FROM organisation_practice WHERE organisation = ");
            query.bind(access.organisation.as_str()).push("))");
        }
        Condition::OnCaseload => {
            query.push(person).push(" IN (SELECT person_id FROM caseload WHERE user_id = ");
            query.bind(access.user.0.as_str()).push(")");
        }
        Condition::OwnRecord => {
            // INVARIANT: policy refuses before this when the user is tied to no person; -1 is nobody.
            query.push(person).push(" = ").bind(access.person.map_or(-1, sql::stored));
        }
        Condition::ObjectsToSharing => {
            query.push(person).push(" IN (SELECT person_id FROM objection)");
        }
        Condition::Deceased => {
            query.push(death_date).push(" IS NOT NULL");
        }
    }
}
