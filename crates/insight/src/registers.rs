//! Long-term-condition registers: how many people, and the share of the list.

use std::collections::BTreeMap;

use methods::{Coverage, Estimate, Published, Rule};
use policy::Permit;
use serde::{Deserialize, Serialize};
use warehouse::marts::Marts;

use crate::cells::Counts;
use crate::places::{AreaKind, Place, place};
use crate::{InsightError, coverage};

/// Registers of the whole area or one borough.
#[derive(Clone, Debug, Serialize)]
pub struct Registers {
    /// Whose people these are.
    pub place: Place,
    /// One row a register, by name.
    pub rows: Vec<RegisterRow>,
    /// People registered.
    pub people: Published<u64>,
    /// What the figures cover.
    pub coverage: Coverage,
}

/// One register.
#[derive(Clone, Debug, Serialize)]
pub struct RegisterRow {
    /// Definition name.
    pub register: String,
    /// People on it.
    pub people: Published<u64>,
    /// Per cent of those registered, with Wilson limits.
    pub prevalence: Published<Estimate>,
}

#[derive(Deserialize)]
struct Row {
    register: String,
    borough: String,
    n: i64,
}

#[derive(Deserialize)]
struct ListRow {
    borough: String,
    n: i64,
}

/// Registers of the whole area, or of one borough by its ONS code.
pub async fn registers(
    marts: &Marts,
    permit: &Permit,
    borough: Option<&str>,
) -> Result<Registers, InsightError> {
    let place = match borough {
        None => Place::whole(),
        Some(code) => place(marts, permit, AreaKind::Borough, code).await?,
    };
    let rows: Vec<Row> = marts
        .rows(permit, "SELECT register, borough, SUM(n) AS n FROM register_count GROUP BY register, borough")
        .await?;
    let lists: Vec<ListRow> =
        marts.rows(permit, "SELECT borough, SUM(people) AS n FROM group_people GROUP BY borough").await?;
    Ok(assemble(place, &rows, &lists, coverage(marts, permit).await?, Rule::default()))
}

fn assemble(place: Place, rows: &[Row], lists: &[ListRow], coverage: Coverage, rule: Rule) -> Registers {
    let one = (place.area_kind == AreaKind::Borough).then(|| place.area.clone());
    let here = |borough: &str| one.as_deref().is_none_or(|code| code == borough);
    let list: i64 = lists.iter().filter(|row| here(&row.borough)).map(|row| row.n).sum();
    let list = u64::try_from(list).unwrap_or(0);
    // A register is a table of its own: people are on many, so that registers do not add up to anything.
    let mut by_register: BTreeMap<&str, (Counts<(), String>, u64)> = BTreeMap::new();
    for row in rows {
        let (counts, sum) = by_register.entry(&row.register).or_insert_with(|| (Counts::new(), 0));
        counts.add((), row.borough.clone(), row.n);
        if here(&row.borough) {
            *sum += u64::try_from(row.n).unwrap_or(0);
        }
    }
    let rows = by_register
        .into_iter()
        .map(|(register, (counts, sum))| {
            let people = counts.publish(rule).row(&(), one.as_ref());
            let prevalence = if people.is_suppressed() {
                Published::withheld()
            } else {
                rule.proportion(sum, list, 100.0)
            };
            RegisterRow { register: register.to_owned(), people, prevalence }
        })
        .collect();
    Registers { place, rows, people: rule.count(list), coverage }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prevalence_is_of_the_list_and_small_registers_are_hidden() {
        let row = |register: &str, borough: &str, n| Row {
            register: register.to_owned(),
            borough: borough.to_owned(),
            n,
        };
        let rows =
            [row("diabetes", "A", 100), row("diabetes", "B", 50), row("gout", "A", 3), row("gout", "B", 40)];
        let lists =
            [ListRow { borough: "A".to_owned(), n: 1_000 }, ListRow { borough: "B".to_owned(), n: 500 }];
        let view = assemble(Place::whole(), &rows, &lists, Coverage::default(), Rule::default());
        assert_eq!(view.people.value(), Some(1_500));
        assert_eq!(view.rows[0].prevalence.value().map(|e| e.value), Some(10.0));
        let borough = Place { area_kind: AreaKind::Borough, area: "A".to_owned(), ..Place::whole() };
        let view = assemble(borough, &rows, &lists, Coverage::default(), Rule::default());
        assert_eq!(view.rows[0].people.value(), Some(100));
        assert!(view.rows[1].people.is_suppressed() && view.rows[1].prevalence.is_suppressed());
    }
}
