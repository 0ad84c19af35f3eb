use std::collections::BTreeMap;

use model::Feed;

use crate::specification::{Column, PersonColumns, Specification, Table};
use crate::{FileError, specification};

/// Where the columns of a table stand in one file.
pub(crate) struct Layout {
    pub(crate) table: &'static Table,
    /// Cells in a row.
    pub(crate) width: usize,
    /// By position of the column among the table's own: the cells of a row that hold it (several for numbered columns).
    pub(crate) cells: Vec<Vec<usize>>,
    /// Which cells say who the row is about.
    pub(crate) person: PersonCells,
    /// Columns that the table does not know: cell, name, rows that fill it.
    pub(crate) unknown: Vec<(usize, String, u64)>,
}

/// [`PersonColumns`] as positions of cells in a row of one file.
pub(crate) struct PersonCells {
    pub(crate) organisation: Option<usize>,
    pub(crate) source_person: Vec<usize>,
    pub(crate) nhs_number: Option<usize>,
    pub(crate) family_name: Option<usize>,
    pub(crate) given_name: Option<usize>,
    pub(crate) birth_date: Option<usize>,
    pub(crate) death_date: Option<usize>,
    pub(crate) sex: Option<usize>,
    pub(crate) address: Option<usize>,
    pub(crate) postcode: Option<usize>,
    pub(crate) lsoa: Vec<usize>,
    pub(crate) ethnic_category: Option<usize>,
    pub(crate) practice: Option<usize>,
    pub(crate) registered_from: Option<usize>,
    pub(crate) registered_to: Option<usize>,
    pub(crate) as_at: Option<usize>,
    pub(crate) or_else_as_at: Option<usize>,
}

impl PersonCells {
    /// The cells that say something about the person beyond who it is.
    pub(crate) fn description(&self) -> impl Iterator<Item = usize> {
        let single = [
            self.nhs_number,
            self.family_name,
            self.given_name,
            self.birth_date,
            self.death_date,
            self.sex,
            self.address,
            self.postcode,
            self.ethnic_category,
            self.practice,
            self.registered_from,
            self.registered_to,
        ];
        single.into_iter().flatten().chain(self.lsoa.iter().copied())
    }
}

/// A column name without what does not matter: letter case, blanks, underscores.
pub(crate) fn normal_name(name: &str) -> String {
    name.trim_start_matches('\u{feff}')
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '_')
        .flat_map(char::to_lowercase)
        .collect()
}

/// Finds the table of a feed that a header row is of.
///
/// # Errors
/// When no table of the feed fits: the feed that does, or else what the nearest table lacks.
pub(crate) fn layout(feed: &'static Specification, header: &[&str]) -> Result<Layout, FileError> {
    let names = Names::new(header);
    let fitting = feed.tables.iter().filter(|table| names.fit(table));
    if let Some(table) = fitting.max_by_key(|table| names.known(table)) {
        return Ok(names.layout(table, header));
    }
    if let Some((fits, table)) = fitting_feed(header) {
        return Err(FileError::WrongFeed { named: feed.feed, fits, table });
    }
    let nearest = feed.tables.iter().map(|table| (table, names.missing(table)));
    match nearest.min_by_key(|(_, missing)| missing.len()) {
        Some((table, missing)) => {
            Err(FileError::MissingColumns { named: feed.feed, table: table.name, missing })
        }
        None => Err(FileError::NoHeader),
    }
}

/// The feed, and its table, whose required columns a header row has.
pub(crate) fn fitting_feed(header: &[&str]) -> Option<(Feed, &'static str)> {
    let names = Names::new(header);
    let tables = Feed::ALL
        .into_iter()
        .filter(|feed| *feed != Feed::Fhir)
        .flat_map(|feed| specification(feed).tables.iter().map(move |table| (feed, table)));
    tables
        .filter(|(_, table)| names.fit(table))
        .max_by_key(|(_, table)| names.known(table))
        .map(|(feed, table)| (feed, table.name))
}

/// The names of a header row, normal, with the cell that each stands in; of two equal names the first counts.
struct Names(BTreeMap<String, usize>);

impl Names {
    fn new(header: &[&str]) -> Self {
        let mut names = BTreeMap::new();
        for (cell, name) in header.iter().enumerate() {
            names.entry(normal_name(name)).or_insert(cell);
        }
        Self(names)
    }

    fn cell(&self, name: &str) -> Option<usize> {
        if name.is_empty() { None } else { self.0.get(&normal_name(name)).copied() }
    }

    fn cells(&self, column: &Column) -> Vec<usize> {
        match column.numbered {
            0 => self.cell(column.name).into_iter().collect(),
            n => (1..=n).filter_map(|i| self.cell(&format!("{}{i:02}", column.name))).collect(),
        }
    }

    fn missing(&self, table: &Table) -> Vec<&'static str> {
        let required = table.all_columns().filter(|column| column.required).map(|column| column.name);
        required.filter(|name| self.cell(name).is_none()).collect()
    }

    fn fit(&self, table: &Table) -> bool {
        table.without.iter().all(|name| self.cell(name).is_none()) && self.missing(table).is_empty()
    }

    fn known(&self, table: &Table) -> usize {
        table.all_columns().filter(|column| !self.cells(column).is_empty()).count()
    }

    fn layout(&self, table: &'static Table, header: &[&str]) -> Layout {
        let mut known = vec![false; header.len()];
        for cell in table.all_columns().flat_map(|column| self.cells(column)) {
            if let Some(known) = known.get_mut(cell) {
                *known = true;
            }
        }
        let unknown = header
            .iter()
            .zip(known)
            .enumerate()
            .filter(|(_, (_, known))| !known)
            .map(|(cell, (name, _))| (cell, column_title(name), 0))
            .collect();
        let cells = table.columns.iter().map(|column| self.cells(column)).collect();
        let person = self.person(&table.person);
        Layout { table, width: header.len(), cells, person, unknown }
    }

    fn person(&self, columns: &PersonColumns) -> PersonCells {
        let all = |names: &[&str]| names.iter().filter_map(|name| self.cell(name)).collect();
        PersonCells {
            organisation: self.cell(columns.organisation),
            source_person: all(columns.source_person),
            nhs_number: self.cell(columns.nhs_number),
            family_name: self.cell(columns.family_name),
            given_name: self.cell(columns.given_name),
            birth_date: self.cell(columns.birth_date),
            death_date: self.cell(columns.death_date),
            sex: self.cell(columns.sex),
            address: self.cell(columns.address),
            postcode: self.cell(columns.postcode),
            lsoa: all(columns.lsoa),
            ethnic_category: self.cell(columns.ethnic_category),
            practice: self.cell(columns.practice),
            registered_from: self.cell(columns.registered_from),
            registered_to: self.cell(columns.registered_to),
            as_at: self.cell(columns.as_at),
            or_else_as_at: self.cell(columns.or_else_as_at),
        }
    }
}

/// An unknown column's name as a report shows it: short, and never blank.
fn column_title(name: &str) -> String {
    let name: String = name.trim().chars().filter(|c| !c.is_control()).take(60).collect();
    if name.is_empty() { "(no name)".to_owned() } else { name }
}
