//! What the sources of a batch say about their people, as columns. For linkage only.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{
    Array, ArrayRef, Date32Array, Date32Builder, StringArray, StringBuilder, UInt32Array, UInt32Builder,
    UInt64Array, UInt64Builder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use model::{Demographics, Sex};

use super::{BatchFiles, ROWS_A_BATCH, Statement, Who};
use crate::WarehouseError;
use crate::columns::{column, date, days, open};

const PEOPLE_TEXTS: [&str; 8] =
    ["nhs_number", "family_name", "given_name", "address", "postcode", "lsoa", "ethnic_category", "practice"];
const PEOPLE_DATES: [&str; 5] = ["birth_date", "death_date", "registered_from", "registered_to", "as_at"];

pub(super) static PEOPLE_SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let mut fields = vec![
        Field::new("who", DataType::UInt32, false),
        Field::new("file", DataType::UInt32, false),
        Field::new("line", DataType::UInt64, false),
        Field::new("sex", DataType::Utf8, false),
    ];
    fields.extend(PEOPLE_TEXTS.map(|name| Field::new(name, DataType::Utf8, false)));
    fields.extend(PEOPLE_DATES.map(|name| Field::new(name, DataType::Date32, true)));
    Arc::new(Schema::new(fields))
});

#[derive(Default)]
pub(super) struct PeopleColumns {
    who: UInt32Builder,
    file: UInt32Builder,
    line: UInt64Builder,
    sex: StringBuilder,
    texts: [StringBuilder; 8],
    dates: [Date32Builder; 5],
    rows: usize,
}

impl PeopleColumns {
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn push(&mut self, who: u32, file: u32, line: u64, said: &Demographics) {
        self.rows += 1;
        self.who.append_value(who);
        self.file.append_value(file);
        self.line.append_value(line);
        self.sex.append_value(said.sex.letter());
        let texts = [
            &said.nhs_number,
            &said.family_name,
            &said.given_name,
            &said.address,
            &said.postcode,
            &said.lsoa,
            &said.ethnic_category,
            &said.practice,
        ];
        for (builder, text) in self.texts.iter_mut().zip(texts) {
            builder.append_value(text);
        }
        let dates = [said.birth_date, said.death_date, said.registered_from, said.registered_to, said.as_at];
        for (builder, day) in self.dates.iter_mut().zip(dates) {
            builder.append_option(day.map(days));
        }
    }

    pub(super) fn take(&mut self) -> Vec<ArrayRef> {
        self.rows = 0;
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.who.finish()),
            Arc::new(self.file.finish()),
            Arc::new(self.line.finish()),
            Arc::new(self.sex.finish()),
        ];
        columns.extend(self.texts.iter_mut().map(|texts| Arc::new(texts.finish()) as ArrayRef));
        columns.extend(self.dates.iter_mut().map(|dates| Arc::new(dates.finish()) as ArrayRef));
        columns
    }
}

/// What the sources of a batch say about their people. For linkage only.
pub fn read_people(
    files: &BatchFiles,
    who: &[Who],
    mut each: impl FnMut(Statement),
) -> Result<(), WarehouseError> {
    let path = &files.people;
    for batch in open(path, ROWS_A_BATCH)? {
        let batch = batch?;
        let number: &UInt32Array = column(path, &batch, "who")?;
        let file: &UInt32Array = column(path, &batch, "file")?;
        let line: &UInt64Array = column(path, &batch, "line")?;
        let sex: &StringArray = column(path, &batch, "sex")?;
        let mut texts = Vec::new();
        for name in PEOPLE_TEXTS {
            texts.push(column::<StringArray>(path, &batch, name)?);
        }
        let mut dates = Vec::new();
        for name in PEOPLE_DATES {
            dates.push(column::<Date32Array>(path, &batch, name)?);
        }
        for row in 0..batch.num_rows() {
            let text = |i: usize| texts.get(i).map(|t| t.value(row)).unwrap_or("").to_owned();
            let day = |i: usize| dates.get(i).and_then(|d| d.is_valid(row).then(|| date(d.value(row))));
            let number = number.value(row);
            let Some(person) = usize::try_from(number).ok().and_then(|n| who.get(n)) else { continue };
            each(Statement {
                who: number,
                file: file.value(row),
                line: line.value(row),
                demographics: Demographics {
                    source: person.source.clone(),
                    source_person: person.source_person.clone(),
                    nhs_number: text(0),
                    family_name: text(1),
                    given_name: text(2),
                    address: text(3),
                    postcode: text(4),
                    lsoa: text(5),
                    ethnic_category: text(6),
                    practice: text(7),
                    sex: Sex::parse(sex.value(row)).unwrap_or_default(),
                    birth_date: day(0),
                    death_date: day(1),
                    registered_from: day(2),
                    registered_to: day(3),
                    as_at: day(4),
                },
            });
        }
    }
    Ok(())
}
