use std::fmt::Write;

use chrono::{Days, NaiveDate};
use model::{Demographics, NhsNumber, Sex, normalise_postcode};

use crate::dates::{DateCell, read_date};
use crate::header::{Layout, PersonCells};
use crate::row::{Refusal, Row};
use crate::seen::Seen;

/// The codes that stand for "no practice known" in HES and SUS. Source: NHS Data Dictionary, GENERAL MEDICAL PRACTICE CODE.
const NO_PRACTICE: [&str; 4] = ["V81997", "V81998", "V81999", "X99999"];

/// Which source and whose row it is: fills `source` with `{feed}:{organisation}` and gives the person's identifier there.
pub(crate) fn whose<'r>(
    row: &Row<'r>,
    layout: &Layout,
    feed: &str,
    source: &mut String,
) -> Result<&'r str, Refusal> {
    let columns = &layout.table.person;
    let organisation = row.cell(layout.person.organisation);
    let code =
        (3..=9).contains(&organisation.len()) && organisation.bytes().all(|b| b.is_ascii_alphanumeric());
    if !code {
        return Err(Refusal::new(columns.organisation, organisation, "is not an organisation's code"));
    }
    source.clear();
    source.push_str(feed);
    source.push(':');
    source.extend(organisation.chars().map(|c| c.to_ascii_uppercase()));
    let ids = layout.person.source_person.iter().map(|cell| row.cell(Some(*cell)));
    ids.into_iter().find(|id| !id.is_empty()).ok_or_else(|| {
        let field = columns.source_person.first().copied().unwrap_or_default();
        Refusal::new(field, "", "does not say whose row it is")
    })
}

/// The extract's date of a row.
pub(crate) fn as_at(row: &mut Row<'_>, layout: &Layout) -> Option<NaiveDate> {
    row.optional_day_cell(layout.table.person.as_at, layout.person.as_at)
}

/// What the rows of a file say about their people.
pub(crate) struct People {
    /// Whether the table says anything about its people at all.
    speaks: bool,
    description: Vec<usize>,
    seen: Seen,
    content: String,
}

impl People {
    pub(crate) fn new(layout: &Layout) -> Self {
        let description: Vec<usize> = layout.person.description().collect();
        let columns = &layout.table.person;
        // A practice's own code in its own tables says nothing about the person.
        let own = (columns.organisation == columns.practice).then_some(layout.person.practice).flatten();
        let speaks = description.iter().any(|cell| Some(*cell) != own);
        Self { speaks, description, seen: Seen::new(Seen::PEOPLE), content: String::new() }
    }

    /// What a row says about its person, with mends told to the row; nothing when the file said just that before.
    ///
    /// Mends are looked for in every row, so that each row that carries a fault is reported.
    pub(crate) fn demographics(&mut self, row: &mut Row<'_>, layout: &Layout) -> Option<Demographics> {
        if !self.speaks {
            return None;
        }
        let true_on = row.as_at.or_else(|| or_else_as_at(row, &layout.person));
        let checked = Checked::new(row, layout, true_on);
        if !self.is_new(row, true_on) {
            return None;
        }
        Some(checked.demographics(row, &layout.person, true_on))
    }

    fn is_new(&mut self, row: &Row<'_>, true_on: Option<NaiveDate>) -> bool {
        self.content.clear();
        let cells = self.description.iter().map(|cell| row.cell(Some(*cell)));
        for text in [row.source, row.person].into_iter().chain(cells) {
            self.content.push_str(text);
            self.content.push('\u{1f}');
        }
        if let Some(day) = true_on {
            let _ = write!(self.content, "{day}");
        }
        self.seen.is_new(self.content.as_bytes())
    }
}

fn or_else_as_at(row: &Row<'_>, person: &PersonCells) -> Option<NaiveDate> {
    match read_date(row.cell(person.or_else_as_at), None) {
        DateCell::Day(day) | DateCell::Guessed(day) => Some(day),
        DateCell::None | DateCell::Unreadable => None,
    }
}

/// The cells about a person that can be wrong, once checked.
struct Checked {
    nhs_number: Option<NhsNumber>,
    birth_date: Option<NaiveDate>,
    death_date: Option<NaiveDate>,
    sex: Sex,
    registered_from: Option<NaiveDate>,
    registered_to: Option<NaiveDate>,
}

impl Checked {
    fn new(row: &mut Row<'_>, layout: &Layout, true_on: Option<NaiveDate>) -> Self {
        let (columns, cells) = (&layout.table.person, &layout.person);
        let birth_date = row.optional_day_cell(columns.birth_date, cells.birth_date);
        // A day's grace: extracts are dated before or after midnight.
        let latest = true_on.and_then(|day| day.checked_add_days(Days::new(1)));
        let birth_date = match (birth_date, latest) {
            (Some(birth), Some(latest)) if birth > latest => {
                row.mend_value(
                    columns.birth_date,
                    row.cell(cells.birth_date),
                    "is after the extract; it was left out",
                );
                None
            }
            _ => birth_date,
        };
        let death_date = row.optional_day_cell(columns.death_date, cells.death_date);
        let death_date = ordered(row, columns.death_date, cells.death_date, birth_date, death_date);
        let registered_from = row.optional_day_cell(columns.registered_from, cells.registered_from);
        let registered_to = row.optional_day_cell(columns.registered_to, cells.registered_to);
        Self {
            nhs_number: nhs_number(row, columns.nhs_number, cells.nhs_number),
            birth_date,
            death_date,
            sex: sex(row, columns.sex, cells.sex),
            registered_to: ordered(
                row,
                columns.registered_to,
                cells.registered_to,
                registered_from,
                registered_to,
            ),
            registered_from,
        }
    }

    fn demographics(self, row: &Row<'_>, cells: &PersonCells, true_on: Option<NaiveDate>) -> Demographics {
        let postcode = row.cell(cells.postcode);
        let lsoa = cells.lsoa.iter().map(|cell| row.cell(Some(*cell))).find(|text| is_lsoa(text));
        Demographics {
            source: row.source.to_owned(),
            source_person: row.person.to_owned(),
            nhs_number: self.nhs_number.map(NhsNumber::digits).unwrap_or_default(),
            family_name: row.cell(cells.family_name).to_owned(),
            given_name: row.cell(cells.given_name).to_owned(),
            birth_date: self.birth_date,
            death_date: self.death_date,
            sex: self.sex,
            address: row.cell(cells.address).to_owned(),
            postcode: normalise_postcode(postcode).unwrap_or_else(|| postcode.to_owned()),
            lsoa: lsoa.unwrap_or_default().to_ascii_uppercase(),
            ethnic_category: ethnic_category(row.cell(cells.ethnic_category)),
            practice: practice(row.cell(cells.practice)),
            registered_from: self.registered_from,
            registered_to: self.registered_to,
            as_at: true_on,
        }
    }
}

/// The later of two days, left out when it is before the earlier.
fn ordered(
    row: &mut Row<'_>,
    field: &'static str,
    cell: Option<usize>,
    earlier: Option<NaiveDate>,
    later: Option<NaiveDate>,
) -> Option<NaiveDate> {
    match (earlier, later) {
        (Some(from), Some(to)) if to < from => {
            row.mend_value(field, row.cell(cell), "is before the beginning; it was left out");
            None
        }
        _ => later,
    }
}

fn nhs_number(row: &mut Row<'_>, field: &'static str, cell: Option<usize>) -> Option<NhsNumber> {
    use model::NhsNumberError::{CheckDigit, Missing, NotTenDigits};
    let text = row.cell(cell);
    let reason = match NhsNumber::parse(text) {
        Ok(number) => return Some(number),
        Err(Missing) => return None,
        Err(NotTenDigits) => "is not ten digits; it was left out",
        Err(CheckDigit) => "fails its check digit; it was left out",
    };
    row.mend_value(field, text, reason);
    None
}

fn sex(row: &mut Row<'_>, field: &'static str, cell: Option<usize>) -> Sex {
    let text = row.cell(cell);
    Sex::parse(text).unwrap_or_else(|| {
        row.mend_value(field, text, "is not a sex or gender code; it was read as not known");
        Sex::Unknown
    })
}

/// An LSOA (England) or its Welsh like: a letter and eight digits.
fn is_lsoa(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() == 9
        && bytes.next().is_some_and(|b| matches!(b, b'E' | b'W' | b'e' | b'w'))
        && bytes.all(|b| b.is_ascii_digit())
}

/// One letter of the ethnic categories 2001; blank for "not known" (X, 99) and for the older numbers, which say less.
pub(crate) fn ethnic_category(text: &str) -> String {
    match text.as_bytes() {
        // Some systems send the letter and a local digit behind it: A1.
        [letter, rest @ ..] if rest.len() <= 1 && rest.iter().all(u8::is_ascii_digit) => {
            let letter = letter.to_ascii_uppercase();
            let known = matches!(letter, b'A'..=b'H' | b'J'..=b'N' | b'P' | b'R' | b'S' | b'Z');
            if known { char::from(letter).to_string() } else { String::new() }
        }
        _ => String::new(),
    }
}

/// A practice's code; blank for the codes that mean none and for what has not the shape of one.
pub(crate) fn practice(text: &str) -> String {
    let code = text.to_ascii_uppercase();
    let shape = code.len() == 6 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    if shape && !NO_PRACTICE.contains(&code.as_str()) { code } else { String::new() }
}
