//! A permit's reach as a filter: decided once for the class of people, never asked per row.

use policy::{Access, Action, Condition, Cover, Permit, Reach};

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
    cover(query, permit, columns);
    query.push(" AND (");
    alternatives(query, permit, reach.any_of(), columns);
    query.push(")");
    if !reach.none_of().is_empty() {
        query.push(" AND NOT (");
        alternatives(query, permit, reach.none_of(), columns);
        query.push(")");
    }
}

/// What agreements leave out: people whom no other source knows, and from lists that are made of several sources' data everybody
/// whom a source that is left out knows, because the reason may be of that source.
fn cover(query: &mut Sql, permit: &Permit, columns: &Columns) {
    let cover = permit.cover();
    if cover.is_whole() {
        return;
    }
    if cover.is_nothing() {
        query.push(" AND 1 = 0");
        return;
    }
    let derived = permit.action() == Action::ListWorklist;
    query.push(if derived { " AND NOT" } else { " AND" });
    query.push(" EXISTS (SELECT 1 FROM identity i JOIN published_source b ON b.source = i.source");
    query.push(" WHERE i.person_id = ").push(columns.person);
    query.push(if derived { " AND i.source IN (" } else { " AND i.source NOT IN (" });
    hidden(query, cover);
    query.push("))");
}

/// The sources that are left out, between commas.
pub(crate) fn hidden(query: &mut Sql, cover: &Cover) {
    for (i, source) in cover.hidden().enumerate() {
        query.push(if i == 0 { "" } else { ", " }).bind(source);
    }
}

/// Adds ` AND source NOT IN (...)`, so that rows of sources that are left out are not there.
pub(crate) fn source_shown(query: &mut Sql, cover: &Cover, source: &str) {
    if !cover.is_whole() {
        query.push(" AND ").push(source).push(" NOT IN (");
        hidden(query, cover);
        query.push(")");
    }
}

/// Adds ` AND practice NOT IN (...)`: where somebody is registered is known from that practice's data.
fn practice_known(query: &mut Sql, cover: &Cover, practice: &str) {
    let practices: Vec<&str> = cover.hidden().filter_map(|source| source.strip_prefix("gp:")).collect();
    if practices.is_empty() {
        return;
    }
    query.push(" AND ").push(practice).push(" NOT IN (");
    for (i, code) in practices.into_iter().enumerate() {
        query.push(if i == 0 { "" } else { ", " }).bind(code);
    }
    query.push(")");
}

fn alternatives(query: &mut Sql, permit: &Permit, any_of: &[Vec<Condition>], columns: &Columns) {
    if any_of.is_empty() {
        query.push("1 = 0");
    }
    for (i, all) in any_of.iter().enumerate() {
        query.push(if i == 0 { "(1 = 1" } else { " OR (1 = 1" });
        for condition in all {
            query.push(" AND ");
            one(query, permit, *condition, columns);
        }
        query.push(")");
    }
}

fn one(query: &mut Sql, permit: &Permit, condition: Condition, columns: &Columns) {
    let access: &Access = permit.access();
    let Columns { person, practice, death_date } = columns;
    match condition {
        Condition::SamePractice => {
            query.push(practice).push(" = ").bind(access.organisation.as_str());
            practice_known(query, permit.cover(), practice);
        }
        Condition::OwnOrganisationPractice => {
            query.push("(").push(practice).push(" = ").bind(access.organisation.as_str());
            query.push(" OR ").push(practice);
            query.push(" IN (SELECT practice FROM organisation_practice WHERE organisation = ");
            query.bind(access.organisation.as_str()).push("))");
            practice_known(query, permit.cover(), practice);
        }
        Condition::OnCaseload => {
            query.push(person).push(" IN (SELECT person_id FROM caseload WHERE user_id = ");
            query.bind(access.user.0.as_str()).push(")");
        }
        Condition::UnderTeam => {
            let today = access.at.date_naive();
            query.push(person);
            query.push(" IN (SELECT t.person_id FROM team_person t JOIN team_member m ON m.team = t.team");
            query.push(" WHERE m.user_id = ").bind(access.user.0.as_str());
            query.push(" AND m.organisation = ").bind(access.organisation.as_str());
            for row in ["m", "t"] {
                query.push(" AND ").push(row).push(".since <= ").bind(today);
                query.push(" AND ").push(row).push(".until >= ").bind(today);
            }
            query.push(")");
        }
        Condition::OwnRecord => {
            // INVARIANT: policy refuses before this when the user is tied to no person; -1 is nobody.
            query.push(person).push(" = ").bind(access.person.map_or(-1, sql::stored));
        }
        Condition::ObjectsToSharing => {
            query.push(person).push(" IN (SELECT person_id FROM person_choice WHERE kind = 'sharing')");
        }
        Condition::ObjectsToOrganisation => {
            query.push(person);
            query.push(
                " IN (SELECT person_id FROM person_choice WHERE kind = 'organisation' AND organisation = ",
            );
            query.bind(access.organisation.as_str()).push(")");
        }
        Condition::Proxy => {
            query.push(person).push(" IN (SELECT person_id FROM proxy WHERE user_id = ");
            query.bind(access.user.0.as_str()).push(" AND since <= ").bind(access.at.date_naive());
            query.push(" AND until >= ").bind(access.at.date_naive()).push(")");
        }
        Condition::Deceased => {
            query.push(death_date).push(" IS NOT NULL");
        }
    }
}
