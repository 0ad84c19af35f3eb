//! That one life hangs together over all its files.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::made::{MADE, Made, Row, Table};

fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(text, "%d/%m/%Y")).ok()
}

/// The date of each happening in a table.
const HAPPENED: [(&str, &str, &str); 10] = [
    ("gp.observations", "patient_id", "effective_date"),
    ("gp.medications", "patient_id", "issue_date"),
    ("gp.appointments", "patient_id", "start_date"),
    ("sus_apc", "LOPATID", "ADMIDATE"),
    ("sus_ae", "LOPATID", "ARRIVALDATE"),
    ("sus_op", "LOPATID", "APPTDATE"),
    ("csds.contacts", "LocalPatientId", "CareContDate"),
    ("mhsds.contacts", "LocalPatientId", "CareContDate"),
    ("mhsds.spells", "LocalPatientId", "StartDateHospProvSpell"),
    ("cld", "LA_Person_Unique_Identifier", "Event_Start_Date"),
];

fn who<'a>(made: &'a Made, name: &str, row: &Row, local: usize) -> &'a str {
    let source = format!("{}:{}", name.split('.').next().unwrap(), row.organisation);
    &made.truth[&(source, row.cells[local].clone())]
}

/// A fact of the GP's patient rows by true person.
fn from_gp<'a>(made: &'a Made, column: &str) -> BTreeMap<&'a str, NaiveDate> {
    let table = made.table("gp.patients");
    let (local, at) = (table.column("patient_id"), table.column(column));
    let rows = table.rows.iter().filter_map(|row| Some((who(made, "gp", row, local), date(&row.cells[at])?)));
    rows.collect()
}

#[test]
fn nothing_happens_after_death_or_before_birth() {
    let made = &*MADE;
    let deaths = from_gp(made, "date_of_death");
    let births = from_gp(made, "date_of_birth");
    assert!(deaths.len() > 20);
    let (mut all, mut early) = (0, 0);
    for (name, local, day) in HAPPENED {
        let table = made.table(name);
        let (local, at) = (table.column(local), table.column(day));
        for row in &table.rows {
            let Some(day) = date(&row.cells[at]) else { continue };
            assert!(day <= made.options.end, "{name}: after the end");
            let person = who(made, name, row, local);
            assert!(deaths.get(person).is_none_or(|death| day <= *death), "{name}: {day} after death");
            all += 1;
            early += u32::from(births.get(person).is_some_and(|birth| day < *birth));
        }
    }
    // Written births may be wrong; happenings may not.
    assert!(f64::from(early) < f64::from(all) * 0.004, "{early} of {all}");
}

struct Stay {
    trust: String,
    method: String,
    destination: String,
    diagnoses: String,
    from: NaiveDate,
    to: Option<NaiveDate>,
}

/// Spells by true person in order of admission, from the last word on each episode.
fn stays(made: &Made) -> BTreeMap<&str, Vec<Stay>> {
    let table = made.table("sus_apc");
    let at = |name| table.column(name);
    let (local, first) = (at("LOPATID"), at("DIAG_4_01"));
    let mut found: BTreeMap<&str, BTreeMap<NaiveDate, Stay>> = BTreeMap::new();
    for row in table.latest("EPIKEY").values() {
        let cell = |name| row.cells[at(name)].as_str();
        let from = date(cell("ADMIDATE")).unwrap();
        let to = date(cell("DISDATE"));
        let (start, end) = (date(cell("EPISTART")).unwrap(), date(cell("EPIEND")));
        assert!(from <= start && end.is_none_or(|end| start <= end && to.is_none_or(|to| end <= to)));
        assert!(to.is_none_or(|to| from <= to));
        let stay =
            found.entry(who(made, "sus_apc", row, local)).or_default().entry(from).or_insert_with(|| Stay {
                trust: row.organisation.clone(),
                method: cell("ADMIMETH").to_string(),
                destination: String::new(),
                diagnoses: row.cells[first..first + 20].join(" "),
                from,
                to: None,
            });
        assert_eq!(stay.trust, row.organisation);
        if to.is_some() {
            stay.to = to;
            stay.destination = cell("DISDEST").to_string();
        }
    }
    found.into_iter().map(|(person, stays)| (person, stays.into_values().collect())).collect()
}

#[test]
fn spells_follow_one_another_and_begin_in_ae() {
    let made = &*MADE;
    let stays = stays(made);
    let ae = made.table("sus_ae");
    let (local, day, disposal) = (ae.column("LOPATID"), ae.column("ARRIVALDATE"), ae.column("AEATTENDDISP"));
    let admitted: BTreeSet<(&str, String, &str)> = ae
        .rows
        .iter()
        .filter(|row| row.cells[disposal] == "01")
        .map(|row| (who(made, "sus_ae", row, local), row.cells[day].clone(), row.organisation.as_str()))
        .collect();
    let (mut through, mut found) = (0, 0);
    for (person, stays) in &stays {
        for pair in stays.windows(2) {
            assert!(pair[0].to.is_some_and(|to| to <= pair[1].from), "spells overlap");
        }
        for stay in stays.iter().filter(|stay| stay.method == "21") {
            through += 1;
            found += u32::from(admitted.contains(&(*person, stay.from.to_string(), stay.trust.as_str())));
        }
    }
    // An impossible date is planted now and then.
    assert!(through > 300 && found + 2 >= through, "{found} of {through}");
}

#[test]
fn a_fall_leads_through_hospital_to_help_at_home() {
    let made = Made::new(16_000, 3, 4);
    let days = |name: &str, local: &str, day: &str, keep: &dyn Fn(&Table, &Row) -> bool| {
        let table = made.table(name);
        let (local, at) = (table.column(local), table.column(day));
        let mut found: BTreeMap<&str, Vec<NaiveDate>> = BTreeMap::new();
        for row in table.rows.iter().filter(|row| keep(table, row)) {
            found.entry(who(&made, name, row, local)).or_default().extend(date(&row.cells[at]));
        }
        found
    };
    let rehabilitation = days("csds.contacts", "LocalPatientId", "CareContDate", &|table, row| {
        row.cells[table.column("TeamType")] == "Community rehabilitation"
    });
    let reablement = days("cld", "LA_Person_Unique_Identifier", "Event_Start_Date", &|table, row| {
        row.cells[table.column("Service_Type")] == "Short Term Support: ST-Max"
    });
    let soon = |days: &BTreeMap<&str, Vec<NaiveDate>>, person: &str, from: NaiveDate| {
        days.get(person)
            .is_some_and(|days| days.iter().any(|day| (0..75).contains(&(*day - from).num_days())))
    };
    let (mut home, mut fell, mut visited, mut reabled) = (0, 0, 0, 0);
    for (person, stays) in stays(&made) {
        for stay in stays.iter().filter(|stay| stay.diagnoses.starts_with("S720")) {
            fell += u32::from(stay.diagnoses.contains(" W"));
            let Some(to) = stay.to.filter(|_| stay.destination == "19") else { continue };
            home += 1;
            visited += u32::from(soon(&rehabilitation, person, to));
            reabled += u32::from(soon(&reablement, person, to));
        }
    }
    assert!(home >= 10, "{home}");
    assert!(fell >= home, "{fell} fell of {home}");
    assert!(visited * 10 >= home * 7, "{visited} of {home}");
    assert!(reabled * 10 >= home * 3, "{reabled} of {home}");
}

#[test]
fn households_share_names_and_addresses_and_twins_their_birth() {
    let made = &*MADE;
    let table = made.table("gp.patients");
    let at = |name| table.column(name);
    let (family, address, postcode, birth) =
        (at("family_name"), at("address_1"), at("postcode"), at("date_of_birth"));
    let mut homes: BTreeMap<(&str, &str), Vec<&Row>> = BTreeMap::new();
    for row in table.latest("patient_id").values() {
        homes.entry((&row.cells[address], &row.cells[postcode])).or_default().push(row);
    }
    let shared = homes.values().filter(|people| people.len() > 1);
    let together: usize = shared.clone().map(Vec::len).sum();
    assert!((1_500..2_800).contains(&together), "{together}");
    let same_name = shared.clone().filter(|people| {
        let names: BTreeSet<_> = people.iter().map(|row| &row.cells[family]).collect();
        names.len() < people.len()
    });
    assert!(same_name.count() * 2 > shared.clone().count());
    let twins = shared.filter(|people| {
        let births: BTreeSet<_> = people.iter().map(|row| (&row.cells[birth], &row.cells[family])).collect();
        births.len() < people.len()
    });
    assert!(twins.count() >= 4);
}

#[test]
fn services_of_care_close_when_they_end() {
    let made = Made::new(2_000, 2, 8);
    let table = made.table("cld");
    let at = |name| table.column(name);
    let (kind, start, end) = (at("Event_Type"), at("Event_Start_Date"), at("Event_End_Date"));
    let mut open_then_closed = 0;
    let mut by_reference: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in table.rows.iter().filter(|row| row.cells[kind] == "Service") {
        by_reference.entry(&row.cells[at("Event_Reference")]).or_default().push(row);
    }
    for rows in by_reference.values() {
        let starts: BTreeSet<_> = rows.iter().map(|row| &row.cells[start]).collect();
        assert_eq!(starts.len(), 1);
        let closed: Vec<bool> = rows.iter().map(|row| !row.cells[end].is_empty()).collect();
        assert!(closed.is_sorted(), "a service opens again");
        open_then_closed += usize::from(closed.first() == Some(&false) && closed.last() == Some(&true));
        for row in rows {
            let (from, to) = (date(&row.cells[start]).unwrap(), date(&row.cells[end]));
            assert!(to.is_none_or(|to| from <= to));
        }
    }
    assert!(open_then_closed > 3, "{open_then_closed}");
}
