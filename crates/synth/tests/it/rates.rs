use std::collections::BTreeMap;

use crate::made::MADE;

#[test]
fn print_rates() {
    let made = &*MADE;
    let py = made.person_years();
    println!("{:#?}", made.summary);
    for (name, table) in &made.tables {
        println!("{name}: {} rows, {:.3} a person-year", table.rows.len(), table.rows.len() as f64 / py);
    }
    let apc = made.table("sus_apc");
    let latest = apc.latest("EPIKEY");
    let (m, o, c) = (apc.column("ADMIMETH"), apc.column("EPIORDER"), apc.column("CLASSPAT"));
    let mut methods: BTreeMap<&str, u32> = BTreeMap::new();
    for row in latest.values().filter(|row| row.cells[o] == "1") {
        *methods.entry(&row.cells[m]).or_default() += 1;
    }
    println!("{methods:?}");
    let em: u32 = methods.iter().filter(|(k, _)| k.starts_with('2')).map(|(_, v)| v).sum();
    let el: u32 = methods.iter().filter(|(k, _)| k.starts_with('1')).map(|(_, v)| v).sum();
    println!("emergency {:.3} elective {:.3}", f64::from(em) / py, f64::from(el) / py);
    let day = latest.values().filter(|r| r.cells[o] == "1" && r.cells[c] == "2").count();
    println!("day cases {day}");
    let n = f64::from(made.options.people);
    let obs = made.table("gp.observations");
    let (p, t) = (obs.column("patient_id"), obs.column("term"));
    let mut terms: BTreeMap<&str, std::collections::BTreeSet<&str>> = BTreeMap::new();
    for row in &obs.rows {
        terms.entry(&row.cells[t]).or_default().insert(&row.cells[p]);
    }
    for (term, people) in terms {
        println!("  {term}: {:.2}%", people.len() as f64 / n * 100.0);
    }
    let pat = made.table("gp.patients");
    let mut bands = [0u32; 12];
    for row in pat.latest("patient_id").values() {
        let year: i32 = row.cells[pat.column("date_of_birth")][..4].parse().unwrap();
        bands[((2026 - year) / 10).min(11) as usize] += 1;
    }
    println!("{bands:?}");
    let cld = made.table("cld");
    let (e, s, r) = (cld.column("Event_Type"), cld.column("Service_Type"), cld.column("Event_Reference"));
    let mut kinds: BTreeMap<(&str, &str), std::collections::BTreeSet<&str>> = BTreeMap::new();
    for row in &cld.rows {
        kinds.entry((&row.cells[e], &row.cells[s])).or_default().insert(&row.cells[r]);
    }
    for (k, v) in kinds {
        println!("  {k:?} {}", v.len());
    }
}
