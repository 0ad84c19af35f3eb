use chrono::NaiveDate;

use crate::dates::{DateCell, read_date};
use crate::header::Layout;
use crate::rows::Cells;
use crate::value_class::value_class;

/// One row of a table, read by position of its columns, with what had to be mended in it.
pub(crate) struct Row<'r> {
    cells: Cells<'r>,
    layout: &'r Layout,
    /// The source: feed and organisation.
    pub(crate) source: &'r str,
    /// Whose row it is, in that source.
    pub(crate) person: &'r str,
    /// The organisation's code, as in the source.
    pub(crate) organisation: &'r str,
    /// The extract's date, where the row has one.
    pub(crate) as_at: Option<NaiveDate>,
    /// What was mended so far.
    pub(crate) mends: Vec<Mend>,
}

/// A cell that was mended: the row goes in, and this is reported.
pub(crate) struct Mend {
    pub(crate) field: &'static str,
    pub(crate) class: String,
    pub(crate) reason: &'static str,
}

/// Why a row is refused.
pub(crate) struct Refusal {
    pub(crate) field: &'static str,
    pub(crate) class: String,
    pub(crate) reason: &'static str,
}

impl Refusal {
    pub(crate) fn new(field: &'static str, value: &str, reason: &'static str) -> Self {
        Self { field, class: value_class(value), reason }
    }
}

/// Buffers for the texts of an event that are not a cell as it stands; used again for every row.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) key: String,
    pub(crate) codes: String,
    pub(crate) procedures: String,
    pub(crate) text: String,
}

impl Scratch {
    pub(crate) fn clear(&mut self) {
        self.key.clear();
        self.codes.clear();
        self.procedures.clear();
        self.text.clear();
    }
}

impl<'r> Row<'r> {
    pub(crate) fn new(cells: Cells<'r>, layout: &'r Layout) -> Self {
        Self { cells, layout, source: "", person: "", organisation: "", as_at: None, mends: Vec::new() }
    }

    /// A cell of the row, as `PersonCells` gives it.
    pub(crate) fn cell(&self, cell: Option<usize>) -> &'r str {
        cell.map_or("", |cell| self.cells.get(cell))
    }

    /// The text of a column; blank when the file lacks it.
    pub(crate) fn text(&self, column: usize) -> &'r str {
        let cell = self.layout.cells.get(column).and_then(|cells| cells.first());
        self.cell(cell.copied())
    }

    /// The texts of numbered columns that are filled, in their order.
    pub(crate) fn texts(&self, column: usize) -> impl Iterator<Item = &'r str> + use<'r> {
        let cells = self.layout.cells.get(column).map_or(&[][..], Vec::as_slice);
        let row = self.cells;
        cells.iter().map(move |cell| row.get(*cell)).filter(|text| !text.is_empty())
    }

    /// The name of a column, for issues.
    pub(crate) fn name(&self, column: usize) -> &'static str {
        self.layout.table.columns.get(column).map_or("", |column| column.name)
    }

    /// The text of a column that must be filled.
    pub(crate) fn filled(&self, column: usize) -> Result<&'r str, Refusal> {
        let text = self.text(column);
        if text.is_empty() { Err(self.refuse(column, "is missing")) } else { Ok(text) }
    }

    /// A day that must be there and, when the row says as at when it is true, not after it.
    pub(crate) fn day(&mut self, column: usize) -> Result<NaiveDate, Refusal> {
        let day = self.day_to_come(column)?;
        if self.as_at.is_some_and(|as_at| day > as_at) {
            return Err(self.refuse(column, "is after the extract"));
        }
        Ok(day)
    }

    /// A day that must be there and may lie ahead.
    pub(crate) fn day_to_come(&mut self, column: usize) -> Result<NaiveDate, Refusal> {
        match read_date(self.text(column), self.as_at) {
            DateCell::Day(day) => Ok(day),
            DateCell::Guessed(day) => {
                self.mend(column, "has a year of two digits; the century was guessed");
                Ok(day)
            }
            DateCell::None => Err(self.refuse(column, "is missing")),
            DateCell::Unreadable => Err(self.refuse(column, "is not a date")),
        }
    }

    /// Whether a column says that no day is known.
    pub(crate) fn has_no_day(&self, column: usize) -> bool {
        read_date(self.text(column), None) == DateCell::None
    }

    /// A day that may be absent; one that cannot be read is left out.
    pub(crate) fn optional_day(&mut self, column: usize) -> Option<NaiveDate> {
        let cell = self.layout.cells.get(column).and_then(|cells| cells.first()).copied();
        self.optional_day_cell(self.name(column), cell)
    }

    /// As [`Row::optional_day`], by cell.
    pub(crate) fn optional_day_cell(
        &mut self,
        field: &'static str,
        cell: Option<usize>,
    ) -> Option<NaiveDate> {
        let text = self.cell(cell);
        match read_date(text, self.as_at) {
            DateCell::None => None,
            DateCell::Day(day) => Some(day),
            DateCell::Guessed(day) => {
                self.mend_value(field, text, "has a year of two digits; the century was guessed");
                Some(day)
            }
            DateCell::Unreadable => {
                self.mend_value(field, text, "is not a date; it was left out");
                None
            }
        }
    }

    /// An end that may be absent; one before the beginning is left out.
    pub(crate) fn end(&mut self, column: usize, start: NaiveDate) -> Option<NaiveDate> {
        let end = self.optional_day(column)?;
        if end < start {
            self.mend(column, "is before the beginning; it was left out");
            return None;
        }
        Some(end)
    }

    /// A number that may be absent; one that cannot be read is left out.
    pub(crate) fn number(&mut self, column: usize) -> Option<f64> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        if let Some(number) = plain_number(text) {
            return Some(number);
        }
        let bare = text.trim_start_matches(['<', '>', '=', '~', ' ']).replace(',', "");
        match plain_number(&bare) {
            Some(number) => {
                self.mend(column, "is a number with other signs; only the number was kept");
                Some(number)
            }
            None => {
                self.mend(column, "is not a number; it was left out");
                None
            }
        }
    }

    /// Adds the codes of numbered columns to `into`; those that are none are left out.
    pub(crate) fn codes(
        &mut self,
        column: usize,
        into: &mut String,
        push: fn(&mut String, &str) -> bool,
        reason: &'static str,
    ) {
        let mut wrong = None;
        for text in self.texts(column) {
            if !push(into, text) {
                wrong = wrong.or(Some(text));
            }
        }
        if let Some(text) = wrong {
            self.mend_value(self.name(column), text, reason);
        }
    }

    /// Whether a `Y` or blank column says yes.
    pub(crate) fn flag(&mut self, column: usize) -> bool {
        match self.text(column) {
            "" | "N" | "n" | "0" | "false" | "No" => false,
            "Y" | "y" | "1" | "true" | "Yes" => true,
            _ => {
                self.mend(column, "is neither Y nor blank; it was read as blank");
                false
            }
        }
    }

    /// A SNOMED CT or dm+d identifier that must be there. Source: SNOMED CT release file specification, 6 to 18 digits.
    pub(crate) fn concept(&self, column: usize, reason: &'static str) -> Result<&'r str, Refusal> {
        let code = self.filled(column)?;
        if is_concept(code) { Ok(code) } else { Err(self.refuse(column, reason)) }
    }

    /// Refuses the row for what stands in this column.
    pub(crate) fn refuse(&self, column: usize, reason: &'static str) -> Refusal {
        Refusal::new(self.name(column), self.text(column), reason)
    }

    /// Reports what was done about what stands in this column.
    pub(crate) fn mend(&mut self, column: usize, reason: &'static str) {
        self.mend_value(self.name(column), self.text(column), reason);
    }

    /// As [`Row::mend`], by name and value.
    pub(crate) fn mend_value(&mut self, field: &'static str, value: &str, reason: &'static str) {
        self.mends.push(Mend { field, class: value_class(value), reason });
    }
}

/// Whether a text has the shape of a SNOMED CT identifier.
pub(crate) fn is_concept(code: &str) -> bool {
    (6..=18).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit())
}

/// Digits with at most one point and a sign; not `nan`, not `1e5`, not `inf`.
fn plain_number(text: &str) -> Option<f64> {
    let plain =
        text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+'));
    plain.then(|| text.parse().ok()).flatten().filter(|number: &f64| number.is_finite())
}
