//! What is said of a pair and of the values, beside what linking found.

use crate::compare::Comparer;
use crate::engine::Outcome;
use crate::fields::{Field, fields_of};
use crate::records::Records;

/// Says at which level each field of a pair agrees.
pub struct Agreements<'a> {
    records: &'a Records,
    comparer: Comparer<'a>,
    fields: Vec<(Field, String)>,
}

/// How often the values of a field occur, where agreement is weighed by the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueCounts {
    /// As the model names it.
    pub field: String,
    /// Distinct values.
    pub values: usize,
    /// Records with a value.
    pub records: u64,
    /// Records with the commonest value.
    pub commonest: u32,
}

impl Outcome {
    /// Says at which level each field of a pair agrees. `records` are those that were linked.
    pub fn agreements<'a>(&'a self, records: &'a Records) -> Agreements<'a> {
        let fields = fields_of(records).into_iter();
        Agreements {
            records,
            comparer: Comparer::new(records, &self.frequencies),
            fields: fields.map(|field| (field, field.name(field.role(records)))).collect(),
        }
    }

    /// How often the values of each field occur that is weighed by its value. `records` are those that were linked.
    pub fn value_counts(&self, records: &Records) -> Vec<ValueCounts> {
        let fields = fields_of(records).into_iter();
        let counted = fields.filter_map(|field| Some((field, self.frequencies.counts(field, records)?)));
        counted
            .map(|(field, counts)| ValueCounts {
                field: field.name(field.role(records)),
                values: counts.len(),
                records: counts.iter().map(|times| u64::from(*times)).sum(),
                commonest: counts.iter().copied().max().unwrap_or(0),
            })
            .filter(|counts| counts.values > 0)
            .collect()
    }
}

impl Agreements<'_> {
    /// Name and level of each field that both records have.
    pub fn of(&mut self, one: u32, other: u32) -> impl Iterator<Item = (&str, &'static str)> {
        let pattern = self.comparer.pattern(one, other);
        let records = self.records;
        self.fields.iter().filter_map(move |(field, name)| {
            let level = usize::from(pattern.level(*field)).checked_sub(1)?;
            Some((name.as_str(), field.levels(field.role(records)).get(level)?.0))
        })
    }
}
