//! Definitions: registers, groups, scores, indicators, worklists, prices, budgets and marts as text files.
//!
//! A definition is a TOML head between lines of `---`, then one SQL query over facts. Which runs first follows from the
//! inputs that each names, never from file names.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::WarehouseError;
use crate::facts::DATA;
use crate::packs::Pack;
use crate::reference::DefinitionFiles;

/// What a definition gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// People with a long-term condition.
    Register,
    /// A number a person.
    Score,
    /// One population group a person.
    Group,
    /// People to look at, with reasons.
    Worklist,
    /// A rate by month and area.
    Indicator,
    /// The price of a head in a group.
    Price,
    /// Budget against actual cost.
    Budget,
    /// A table for dashboards.
    Mart,
    /// What a model of a person's risk is made from: one row a person, or a discharge, with its day.
    Risk,
    /// What such a model predicts: who, and when.
    RiskOutcome,
}

impl Kind {
    /// Lower-case name in heads.
    pub fn name(self) -> &'static str {
        match self {
            Self::Group => "group",
            other => other.table(),
        }
    }

    /// Name of the table that definitions of this kind fill; marts and models of risk have one each.
    pub fn table(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Score => "score",
            Self::Group => "population_group",
            Self::Worklist => "worklist",
            Self::Indicator => "indicator",
            Self::Price => "price",
            Self::Budget => "budget",
            Self::Mart => "mart",
            Self::Risk => "risk",
            Self::RiskOutcome => "risk_outcome",
        }
    }

    /// True when each definition of the kind fills a table of its own, with columns of its own.
    pub(crate) fn own_table(self) -> bool {
        matches!(self, Self::Mart | Self::Risk | Self::RiskOutcome)
    }

    /// The column that names the definition in that table, if it is shared by several.
    pub(crate) fn name_column(self) -> Option<&'static str> {
        match self {
            Self::Register | Self::Score | Self::Worklist | Self::Indicator | Self::Price => {
                Some(self.table())
            }
            Self::Group => Some("pack"),
            Self::Budget | Self::Mart | Self::Risk | Self::RiskOutcome => None,
        }
    }

    /// Columns that the query must return with their SQL types; a mart's are its own.
    pub(crate) fn columns(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Register => &[("person_id", "BIGINT"), ("since", "DATE")],
            Self::Score => {
                &[("person_id", "BIGINT"), ("value", "DOUBLE"), ("band", "VARCHAR"), ("reason", "VARCHAR")]
            }
            Self::Group => &[("person_id", "BIGINT"), ("group", "BIGINT"), ("reason", "VARCHAR")],
            Self::Worklist => &[("person_id", "BIGINT"), ("weight", "BIGINT"), ("reason", "VARCHAR")],
            Self::Indicator => &[
                ("area_kind", "VARCHAR"),
                ("area", "VARCHAR"),
                ("month", "DATE"),
                ("numerator", "BIGINT"),
                ("denominator", "BIGINT"),
            ],
            Self::Price => &[("group", "BIGINT"), ("pence", "BIGINT")],
            Self::Budget => &[
                ("borough", "VARCHAR"),
                ("group", "BIGINT"),
                ("people", "BIGINT"),
                ("price_pence", "BIGINT"),
                ("budget_pence", "BIGINT"),
                ("actual_pence", "BIGINT"),
            ],
            Self::Mart | Self::Risk | Self::RiskOutcome => &[],
        }
    }

    /// How many of those columns order the rows. A person has one score and one group.
    fn ordered_by(self) -> usize {
        match self {
            Self::Score | Self::Group => 1,
            _ => self.columns().len(),
        }
    }

    /// True when only rows that an agreement covers for planning may be seen.
    pub fn is_planning(self) -> bool {
        matches!(self, Self::Indicator | Self::Price | Self::Budget | Self::Mart)
    }

    /// True when it is of a model of risk: it sees what may be counted too, and is no figure.
    pub fn is_risk(self) -> bool {
        matches!(self, Self::Risk | Self::RiskOutcome)
    }
}

/// What the head of an indicator says beside name, title and source, and which words may stand there if not any: the domain is one
/// of the five of the outcomes framework of Whole Systems Integrated Care.
pub const INDICATOR_HEAD: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "quality of life",
            "quality of care",
            "financial sustainability",
            "professional experience",
            "operational performance",
        ],
    ),
    ("direction", &["increase", "decrease", "neutral"]),
    ("form", &["rate", "proportion", "mean"]),
    ("unit", &[]),
    ("numerator", &[]),
    ("denominator", &[]),
];

/// What the head of a register says beside name, title and source; `min_age` and `max_age` where its rule has an age.
pub const REGISTER_HEAD: &[(&str, &[&str])] = &[("numerator", &[]), ("denominator", &[])];

/// One definition.
#[derive(Clone, Debug, Deserialize)]
pub struct Definition {
    /// Name: lower-case words joined by underscores.
    pub name: String,
    /// As a screen says it.
    pub title: String,
    /// What it gives.
    pub kind: Kind,
    /// Version of the definition.
    pub version: String,
    /// Who answers for it.
    #[serde(default)]
    pub owner: String,
    /// Where the method is published.
    #[serde(default)]
    pub source: String,
    /// Fact tables it reads.
    pub inputs: Vec<String>,
    /// Code lists it reads.
    #[serde(default)]
    pub codelists: Vec<String>,
    /// Anything else the head says, by kind: domain, direction, unit, numerator, denominator, purpose.
    #[serde(flatten)]
    pub more: toml::Table,
    /// The query, with `{as_at}` for the day of the data.
    #[serde(skip)]
    pub sql: String,
    /// Path under definitions/.
    #[serde(skip)]
    pub path: String,
}

impl Definition {
    /// Reads one file.
    pub fn parse(path: &str, text: &str) -> Result<Self, WarehouseError> {
        let bad = |reason: String| WarehouseError::Definition { file: path.to_owned(), reason };
        let rest = text
            .strip_prefix("---\n")
            .ok_or_else(|| bad("the first line must be `---`, before the head".to_owned()))?;
        let (head, sql) = rest
            .split_once("\n---\n")
            .ok_or_else(|| bad("the head must end with a line `---`, before the query".to_owned()))?;
        let mut definition: Self = toml::from_str(head).map_err(|e| bad(e.to_string()))?;
        definition.sql = sql.trim().trim_end_matches(';').to_owned();
        definition.path = path.to_owned();
        definition.check_head()?;
        Ok(definition)
    }

    /// Kinds of data without which an indicator says nothing of a month.
    fn data(&self) -> Vec<&str> {
        let said = self.more.get("data").and_then(|value| value.as_array());
        said.into_iter().flatten().filter_map(|value| value.as_str()).collect()
    }

    /// Decimal places that a score is shown with.
    pub fn decimals(&self) -> usize {
        let said = self.more.get("decimals").and_then(|value| value.as_integer());
        said.and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
    }

    /// An indicator says what pages need of it; a pack can decide.
    fn check_head(&self) -> Result<(), WarehouseError> {
        match self.kind {
            Kind::Group => Pack::of(self).map(|_| ()),
            Kind::Indicator | Kind::Register => {
                let wanted = if self.kind == Kind::Indicator { INDICATOR_HEAD } else { REGISTER_HEAD };
                let bad = |reason: String| WarehouseError::Definition { file: self.path.clone(), reason };
                for (key, known) in wanted {
                    let said = self.more.get(*key).and_then(|value| value.as_str()).unwrap_or_default();
                    if said.is_empty() {
                        return Err(bad(format!("the head of a definition of this kind says `{key}`")));
                    }
                    if !known.is_empty() && !known.contains(&said) {
                        return Err(bad(format!("`{key}` is one of: {}", known.join(", "))));
                    }
                }
                if self.data().iter().any(|data| !DATA.contains(data)) {
                    return Err(bad(format!("`data` is a list of: {}", DATA.join(", "))));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The query for a day, in the columns and the order that its kind asks for; a mart's as it stands.
    pub fn query(&self, as_at: NaiveDate) -> String {
        let mut sql = self.sql.replace("{as_at}", &format!("DATE '{as_at}'"));
        let columns = self.kind.columns();
        match self.kind {
            kind if kind.own_table() => return sql,
            Kind::Indicator => sql = by_area(&sql, &self.data()),
            Kind::Group => {
                if let Ok(pack) = Pack::of(self) {
                    sql = pack.query(&sql);
                }
            }
            _ => {}
        }
        let mut select: Vec<String> = Vec::new();
        if let Some(column) = self.kind.name_column() {
            select.push(format!("'{}' AS \"{column}\"", self.name));
        }
        select.extend(columns.iter().map(|(name, kind)| format!("CAST(\"{name}\" AS {kind}) AS \"{name}\"")));
        let order = columns.iter().take(self.kind.ordered_by()).map(|(name, _)| format!("\"{name}\""));
        let order: Vec<String> = order.collect();
        format!("SELECT {} FROM ({sql}) ORDER BY {}", select.join(", "), order.join(", "))
    }
}

/// Adds up an indicator's rows, by place and month, for practices, for boroughs of residence and for the whole area. A borough that is
/// not known is in the area's sum only. Months before its data begin are left out, all where none came; of a practice
/// that sends its own, before those begin.
fn by_area(sql: &str, data: &[&str]) -> String {
    let begun = if data.is_empty() {
        String::new()
    } else {
        let data = data.join("', '");
        format!(
            "CROSS JOIN (SELECT COALESCE(MAX(COALESCE(month, DATE '9999-01-01')), DATE '1900-01-01') AS begins
  FROM data_begins WHERE data IN ('{data}') AND practice = '') AS held
LEFT JOIN (SELECT practice AS of_practice, MAX(month) AS begins FROM data_begins WHERE data IN ('{data}') AND practice <> '' GROUP BY practice) AS own
  ON own.of_practice = population_place.practice
WHERE base.month >= held.begins AND (own.begins IS NULL OR base.month >= own.begins)"
        )
    };
    format!(
        "SELECT CASE WHEN GROUPING(practice) = 0 THEN 'practice' WHEN GROUPING(borough) = 0 THEN 'borough' ELSE 'area' END AS area_kind,
  CASE WHEN GROUPING(practice) = 0 THEN practice WHEN GROUPING(borough) = 0 THEN borough ELSE 'all' END AS area,
  month, SUM(numerator) AS numerator, SUM(denominator) AS denominator
FROM ({sql}) AS base JOIN population_place ON population_place.place = base.place
{begun}
GROUP BY GROUPING SETS ((practice, month), (borough, month), (month))
HAVING GROUPING(borough) = 1 OR borough <> ''"
    )
}

/// Every definition, in an order in which each comes after those it reads from.
pub fn load(files: &DefinitionFiles) -> Result<Vec<Definition>, WarehouseError> {
    let mut waiting = Vec::new();
    for (path, text) in files.matching("", ".sql") {
        waiting.push(Definition::parse(path, text)?);
    }
    Pack::all(&waiting)?;
    in_order(waiting)
}

fn in_order(mut waiting: Vec<Definition>) -> Result<Vec<Definition>, WarehouseError> {
    let mut ordered = Vec::with_capacity(waiting.len());
    while let Some(first) = waiting.first().cloned() {
        let unfinished: BTreeSet<&str> = waiting.iter().map(|d| d.kind.table()).collect();
        let waits = |d: &Definition| d.inputs.iter().any(|input| unfinished.contains(input.as_str()));
        let (later, ready): (Vec<_>, Vec<_>) = waiting.iter().cloned().partition(waits);
        if ready.is_empty() {
            return Err(circular(&first));
        }
        ordered.extend(ready);
        waiting = later;
    }
    Ok(ordered)
}

fn circular(definition: &Definition) -> WarehouseError {
    WarehouseError::Definition {
        file: definition.path.clone(),
        reason: "its inputs wait for itself; take one of them out".to_owned(),
    }
}
