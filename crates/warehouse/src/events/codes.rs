//! The codes of a bucket's events, every distinct text of them once and by number.

use chrono::NaiveDate;
use datafusion::arrow::array::{Array, StringArray};
use hashbrown::HashMap;
use model::{CodeScheme, EventKind};

use super::read::{EventColumns, maybe_date, text_at};
use crate::columns::Texts;

/// The codes of an event: every distinct one of a bucket once.
pub(crate) struct CodeText {
    pub scheme: CodeScheme,
    /// Codes separated by blanks.
    pub codes: Box<str>,
    /// Of a medicine its BNF code.
    pub bnf: Box<str>,
}

impl CodeText {
    /// The codes one by one.
    pub(crate) fn each(&self) -> impl Iterator<Item = &str> {
        self.codes.split(' ').filter(|code| !code.is_empty())
    }
}

/// An event as a use of codes.
#[derive(Clone, Copy)]
pub(crate) struct Coded<'b> {
    pub kind: EventKind,
    pub start: NaiveDate,
    /// The number of its codes in [`Said::codes`](super::Said::codes).
    pub codes: usize,
    pub(super) row: usize,
    pub(super) columns: &'b EventColumns<'b>,
}

impl<'b> Coded<'b> {
    pub(crate) fn value(&self) -> Option<f64> {
        self.columns.value(self.row)
    }

    pub(crate) fn unit(&self) -> &'b str {
        let [_, _, _, unit, ..] = &self.columns.texts;
        text_at(unit, self.row)
    }

    pub(crate) fn source(&self) -> &'b str {
        let [.., source] = &self.columns.texts;
        text_at(source, self.row)
    }

    /// Whether it was over by a day.
    pub(crate) fn over_by(&self, day: NaiveDate) -> bool {
        let [end, _, discharged] = self.columns.dates;
        [end, discharged].into_iter().filter_map(|dates| maybe_date(dates, self.row)).any(|date| date <= day)
    }
}

/// The distinct codes of a bucket.
#[derive(Default)]
pub(super) struct CodeTexts {
    pub(super) all: Vec<CodeText>,
    /// Their numbers: by scheme, codes and BNF code in one text.
    numbers: HashMap<Box<str>, usize>,
    /// Room for such a text.
    key: String,
    /// The dictionaries of codes and BNF codes that the last batch had; those of the whole bucket unless they are very large.
    dictionaries: [Option<StringArray>; 2],
    /// By place in the dictionary of codes, from 1 on: scheme and place of the BNF code that they were last met with, and their number.
    last: Vec<Option<(u8, Option<u32>, usize)>>,
}

impl CodeTexts {
    /// What comes next is of this batch.
    pub(super) fn of_batch(&mut self, columns: &EventColumns<'_>) {
        let [codes, .., specialty, _, _] = &columns.texts;
        let dictionaries = [codes, specialty].map(|texts| texts.as_ref().map(|texts| texts.dictionary()));
        let known = self.dictionaries.iter().zip(dictionaries).all(|(known, new)| match (known, new) {
            // The buffers of the known one are held: none but the same can be where they are.
            (Some(known), Some(new)) => known.offsets().ptr_eq(new.offsets()),
            (known, new) => known.is_none() && new.is_none(),
        });
        if !known || self.last.is_empty() {
            let [codes, _] = dictionaries;
            self.last.clear();
            self.last.resize(codes.map_or(0, Array::len) + 1, None);
            self.dictionaries = dictionaries.map(|dictionary| dictionary.cloned());
        }
    }

    /// The number of an event's codes; `None` when it has none and is no medicine.
    pub(super) fn number(
        &mut self,
        columns: &EventColumns<'_>,
        kind: EventKind,
        row: usize,
    ) -> Option<usize> {
        let [codes, .., specialty, _, _] = &columns.texts;
        let key = |texts: &Option<Texts<'_>>| texts.as_ref().and_then(|texts| texts.key(row));
        let of_codes = key(codes);
        let bnf = if kind == EventKind::MedicineIssue { key(specialty) } else { None };
        let at = match of_codes {
            Some(key) => usize::try_from(key).ok()? + 1,
            // A medicine without a code is one all the same.
            None if kind == EventKind::MedicineIssue => 0,
            None => return None,
        };
        let scheme = columns.scheme.value(row);
        if let Some(Some((known, with, number))) = self.last.get(at)
            && (*known, *with) == (scheme, bnf)
        {
            return Some(*number);
        }
        let codes = text_at(codes, row);
        let of_bnf = if bnf.is_some() { text_at(specialty, row) } else { "" };
        self.key.clear();
        self.key.extend([char::from(scheme), '\n']);
        self.key.extend([codes, "\n", of_bnf]);
        let number = match self.numbers.get(self.key.as_str()) {
            Some(number) => *number,
            None => {
                let scheme = columns.scheme(row);
                self.all.push(CodeText { scheme, codes: codes.into(), bnf: of_bnf.into() });
                self.numbers.insert(self.key.as_str().into(), self.all.len() - 1);
                self.all.len() - 1
            }
        };
        if let Some(last) = self.last.get_mut(at) {
            *last = Some((scheme, bnf, number));
        }
        Some(number)
    }
}
