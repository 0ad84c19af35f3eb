//! The tables that are not about people: places, code lists, costs, packs, the points of scores, and every file of
//! definitions/reference.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use methods::efi::{self, Trigger};
use methods::{day, parr30};
use model::Area;

use crate::WarehouseError;
use crate::codelists::CodeLists;
use crate::costs::{CostUnit, UnitCosts};
use crate::definitions::{self, Definition, Kind};
use crate::facts::FactStore;
use crate::facts::table::{Cell, FactTable, batch_of};
use crate::packs::Pack;
use crate::reference::{DefinitionFiles, stem};

/// The rows of a table: a cell a column.
type Rows<'a> = Vec<Vec<Cell<'a>>>;

/// Writes the tables that are not about people: places, code lists, costs, packs, what `methods` knows, and every file of
/// definitions/reference.
pub fn write_reference(
    facts: &FactStore,
    area: &Area,
    codelists: &CodeLists,
    costs: &UnitCosts,
    files: &DefinitionFiles,
) -> Result<(), WarehouseError> {
    let (packs, definitions) = (files.packs()?, definitions::load(files)?);
    let tables = [
        area_tables(area),
        list_tables(codelists, costs),
        pack_tables(&packs),
        register_tables(&definitions),
        method_tables(),
    ];
    for (name, rows) in tables.into_iter().flatten() {
        let mut table = FactTable::create(facts, name, "reference")?;
        for row in rows {
            table.push(&row)?;
        }
        table.finish()?;
    }
    for (path, text) in files.matching("reference/", ".csv") {
        facts.put(&format!("ref_{}", stem(path)), reference_batch(path, text)?)?;
    }
    Ok(())
}

/// The tables of packs and methods, for worked examples.
pub(crate) fn known_batches(packs: &[Pack]) -> Result<Vec<(&'static str, RecordBatch)>, WarehouseError> {
    let tables = pack_tables(packs).into_iter().chain(method_tables());
    tables.map(|(name, rows)| Ok((name, batch_of(name, &rows)?))).collect()
}

fn area_tables(area: &Area) -> Vec<(&'static str, Rows<'_>)> {
    let practices = area.practices.iter().map(|p| {
        vec![
            Cell::Text(&p.code),
            Cell::Text(&p.name),
            Cell::Text(&p.pcn_name),
            Cell::Text(&p.borough),
            Cell::Number(Some(p.registered)),
            Cell::Number(Some(p.weighted)),
        ]
    });
    let organisations = area
        .organisations
        .iter()
        .map(|o| vec![Cell::Text(&o.code), Cell::Text(&o.name), Cell::Text(o.kind.name())]);
    let boroughs = area.boroughs.iter().map(|b| vec![Cell::Text(&b.code), Cell::Text(&b.name)]);
    let lsoas = area.lsoas.iter().map(|l| {
        vec![Cell::Text(&l.code), Cell::Text(&l.borough), Cell::Text(&l.ward), i64::from(l.imd_decile).into()]
    });
    vec![
        ("practice", practices.collect()),
        ("organisation", organisations.collect()),
        ("borough", boroughs.collect()),
        ("lsoa", lsoas.collect()),
    ]
}

fn list_tables<'a>(codelists: &'a CodeLists, costs: &'a UnitCosts) -> Vec<(&'static str, Rows<'a>)> {
    let codes = codelists
        .codes()
        .iter()
        .map(|c| vec![Cell::Text(&c.list), Cell::Text(&c.scheme), Cell::Text(&c.code), Cell::Text(&c.term)]);
    let costs = costs.iter().map(|c| {
        let unit = if c.unit == CostUnit::Day { "day" } else { "event" };
        vec![Cell::Text(&c.kind), Cell::Text(&c.title), Cell::Text(unit), c.pence.into()]
    });
    vec![("codelist", codes.collect()), ("unit_cost", costs.collect())]
}

fn pack_tables(packs: &[Pack]) -> Vec<(&'static str, Rows<'_>)> {
    let groups = packs.iter().flat_map(|pack| {
        pack.groups.iter().map(|group| {
            vec![
                Cell::Text(&pack.name),
                Cell::Text(&pack.title),
                Cell::Boolean(pack.main),
                i64::from(group.number).into(),
                Cell::Text(&group.name),
                i64::from(group.number).into(),
            ]
        })
    });
    vec![("pack_group", groups.collect())]
}

/// Who could be on each register, as its head says.
fn register_tables(definitions: &[Definition]) -> Vec<(&'static str, Rows<'_>)> {
    let rules = definitions.iter().filter(|d| d.kind == Kind::Register).map(|d| {
        let age = |key: &str| Cell::Integer(d.more.get(key).and_then(|age| age.as_integer()));
        vec![Cell::Text(&d.name), Cell::Text(&d.title), age("min_age"), age("max_age")]
    });
    vec![("register_rule", rules.collect())]
}

/// Points, bands and triggers as `methods` has them, so that there is one copy.
fn method_tables() -> Vec<(&'static str, Rows<'static>)> {
    let points = day::points().into_iter().map(|(score, condition, title, points)| {
        vec![Cell::Text(score), Cell::Text(condition), Cell::Text(title), Cell::Number(Some(points))]
    });
    let bands = day::bands().into_iter().map(|(score, least, above, band)| {
        vec![Cell::Text(score), least.into(), above.into(), Cell::Text(band)]
    });
    let three = |(one, two, three)| vec![Cell::Text(one), Cell::Text(two), Cell::Text(three)];
    let terms = parr30::TERMS.map(|(term, n)| vec![Cell::Text(term), Cell::Number(Some(n))]);
    let deprived =
        parr30::DEPRIVATION.map(|(least, n)| vec![Cell::Number(Some(least)), Cell::Number(Some(n))]);
    let lists = efi::LISTS.map(|(list, deficit)| vec![Cell::Text(list), Cell::Text(deficit)]);
    vec![
        ("score_points", points.collect()),
        ("score_band", bands.collect()),
        ("family_code", day::prefixes().into_iter().map(three).collect()),
        ("family_hierarchy", day::hierarchies().into_iter().map(three).collect()),
        ("from_charlson", day::from_charlson().into_iter().map(three).collect()),
        ("parr30_term", terms.into()),
        ("parr30_deprivation", deprived.into()),
        ("efi_list", lists.into()),
        ("efi_measure", efi::MEASURES.iter().flat_map(measure_rows).collect()),
    ]
}

/// A measure's rows: sex, blank for either, then from, above, up to and below, of which one is filled.
fn measure_rows((measure, deficit, trigger): &(&'static str, &'static str, Trigger)) -> Rows<'static> {
    let row = |sex: &'static str, at: usize, value: f64| {
        let limits = (0..4).map(|n| Cell::Number((n == at).then_some(value)));
        [Cell::Text(measure), Cell::Text(deficit), Cell::Text(sex)].into_iter().chain(limits).collect()
    };
    match *trigger {
        Trigger::From(least) => vec![row("", 0, least)],
        Trigger::Above(most) => vec![row("", 1, most)],
        Trigger::UpTo(most) => vec![row("", 2, most)],
        Trigger::Below(least) => vec![row("", 3, least)],
        Trigger::Outside(least, most) => vec![row("", 3, least), row("", 1, most)],
        Trigger::BelowBySex(man, woman) => vec![row("M", 3, man), row("F", 3, woman)],
    }
}

/// The rows of a reference file as columns: whole numbers, numbers or text, whichever holds every value.
pub(crate) fn reference_batch(path: &str, text: &str) -> Result<RecordBatch, WarehouseError> {
    let bad = |reason: String| WarehouseError::Table { file: path.to_owned(), reason };
    let mut reader =
        csv::ReaderBuilder::new().comment(Some(b'#')).trim(csv::Trim::All).from_reader(text.as_bytes());
    let names: Vec<String> =
        reader.headers().map_err(|e| bad(e.to_string()))?.iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> =
        reader.records().collect::<Result<_, _>>().map_err(|e| bad(e.to_string()))?;
    let mut fields = Vec::new();
    let mut columns: Vec<ArrayRef> = Vec::new();
    for (i, name) in names.iter().enumerate() {
        let cells: Vec<Option<&str>> = rows.iter().map(|row| row.get(i).filter(|c| !c.is_empty())).collect();
        let whole: Option<Vec<Option<i64>>> =
            cells.iter().map(|c| c.map(|c| c.parse().ok()).transpose_parse()).collect();
        let number: Option<Vec<Option<f64>>> =
            cells.iter().map(|c| c.map(|c| c.parse().ok()).transpose_parse()).collect();
        let (kind, column): (DataType, ArrayRef) = match (whole, number) {
            (Some(values), _) => (DataType::Int64, Arc::new(Int64Array::from(values))),
            (None, Some(values)) => (DataType::Float64, Arc::new(Float64Array::from(values))),
            (None, None) => (DataType::Utf8, Arc::new(StringArray::from(cells))),
        };
        fields.push(Field::new(name, kind, true));
        columns.push(column);
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

/// `Some(None)` for a blank cell, `Some(Some(v))` for a value, `None` for a cell that is not of the type.
trait TransposeParse<T> {
    fn transpose_parse(self) -> Option<Option<T>>;
}

impl<T> TransposeParse<T> for Option<Option<T>> {
    fn transpose_parse(self) -> Option<Option<T>> {
        match self {
            None => Some(None),
            Some(parsed) => parsed.map(Some),
        }
    }
}
