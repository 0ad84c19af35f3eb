//! What may be counted: sources as a set, people as a bitmap, compiled once a change and applied where tables are read.
//!
//! A table of a [`session`](crate::engine) is registered as far as it may be counted: with a view over it that asks the set
//! and the bitmap, or as it is where nothing is excluded, so that then nothing is asked at all.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, BooleanBufferBuilder, PrimitiveArray, StringArray,
};
use datafusion::arrow::datatypes::{ArrowPrimitiveType, DataType, Int64Type, UInt32Type};
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use model::PersonId;

use crate::WarehouseError;

/// People by number, a bit each.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct PersonSet {
    bits: Vec<u64>,
}

impl PersonSet {
    /// Puts a person in.
    pub fn insert(&mut self, person: PersonId) {
        let word = person.0 as usize / 64;
        if self.bits.len() <= word {
            self.bits.resize(word + 1, 0);
        }
        if let Some(bits) = self.bits.get_mut(word) {
            *bits |= 1 << (person.0 % 64);
        }
    }

    /// Whether a person is in it.
    pub fn contains(&self, person: PersonId) -> bool {
        self.holds(u64::from(person.0))
    }

    fn holds(&self, number: u64) -> bool {
        let bits = usize::try_from(number / 64).ok().and_then(|word| self.bits.get(word));
        bits.is_some_and(|bits| bits >> (number % 64) & 1 == 1)
    }

    /// How many people are in it.
    pub fn len(&self) -> u64 {
        self.bits.iter().map(|bits| u64::from(bits.count_ones())).sum()
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.bits.iter().all(|bits| *bits == 0)
    }
}

impl FromIterator<PersonId> for PersonSet {
    fn from_iter<T: IntoIterator<Item = PersonId>>(people: T) -> Self {
        let mut set = Self::default();
        people.into_iter().for_each(|person| set.insert(person));
        set
    }
}

impl fmt::Debug for PersonSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} people", self.len())
    }
}

/// What may be counted.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// Data of these sources alone; `None`: of every source.
    pub sources: Option<Arc<BTreeSet<String>>>,
    /// Data about these people alone; `None`: about everybody.
    pub people: Option<Arc<PersonSet>>,
}

impl Counted {
    /// Nothing is excluded.
    pub fn everything() -> Self {
        Self::default()
    }

    /// Makes a folder of Parquet files the table `name` of a session, as far as it may be counted. The files are asked for
    /// people where they have a column `person_id`, for sources where they have a column `source`.
    pub(crate) async fn register(
        &self,
        session: &SessionContext,
        name: &str,
        folder: &Path,
    ) -> Result<(), WarehouseError> {
        let place = folder.to_string_lossy();
        let all = session.read_parquet(place.as_ref(), ParquetReadOptions::default()).await?;
        let has = |column: &str| all.schema().has_column_with_unqualified_name(column);
        let (has_person, has_source) = (has("person_id"), has("source"));
        let mut asked = Vec::new();
        if let (Some(sources), true) = (&self.sources, has_source) {
            session.register_udf(ScalarUDF::from(OfSource::new(Arc::clone(sources))));
            asked.push("of_counted_source(source)");
        }
        if let (Some(people), true) = (&self.people, has_person) {
            session.register_udf(ScalarUDF::from(OfPerson::new(Arc::clone(people))));
            asked.push("of_counted_person(person_id)");
        }
        if asked.is_empty() {
            session.register_parquet(name, place, ParquetReadOptions::default()).await?;
            return Ok(());
        }
        let whole = format!("all_{name}");
        session.register_parquet(&whole, place, ParquetReadOptions::default()).await?;
        let view = format!("CREATE VIEW {name} AS SELECT * FROM {whole} WHERE {}", asked.join(" AND "));
        session.sql(&view).await?;
        Ok(())
    }
}

/// Whether a row is of a source that may be counted: asked once a value of the column's dictionary, not once a row.
#[derive(Debug, PartialEq, Eq, Hash)]
struct OfSource {
    sources: Arc<BTreeSet<String>>,
    signature: Signature,
}

impl OfSource {
    fn new(sources: Arc<BTreeSet<String>>) -> Self {
        Self { sources, signature: Signature::new(TypeSignature::Any(1), Volatility::Immutable) }
    }

    fn asked(&self, texts: &ArrayRef) -> Result<BooleanArray, DataFusionError> {
        if let Some(column) = texts.as_dictionary_opt::<UInt32Type>() {
            let names: Option<&StringArray> = column.values().as_string_opt();
            let names = names.ok_or_else(|| not_of_type("source"))?;
            let known: Vec<bool> =
                names.iter().map(|name| name.is_some_and(|n| self.sources.contains(n))).collect();
            let of = |key: u32| known.get(key as usize).copied().unwrap_or(false);
            return Ok(each(column.keys(), of));
        }
        let texts = datafusion::arrow::compute::cast(texts, &DataType::Utf8)?;
        let texts: &StringArray = texts.as_string();
        Ok(texts.iter().map(|text| Some(text.is_some_and(|text| self.sources.contains(text)))).collect())
    }
}

impl ScalarUDFImpl for OfSource {
    fn name(&self) -> &'static str {
        "of_counted_source"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue, DataFusionError> {
        let column = only(args)?;
        Ok(ColumnarValue::Array(Arc::new(self.asked(&column)?)))
    }
}

/// Whether a row is about somebody who may be counted: a bit a person.
#[derive(Debug, PartialEq, Eq, Hash)]
struct OfPerson {
    people: Arc<PersonSet>,
    signature: Signature,
}

impl OfPerson {
    fn new(people: Arc<PersonSet>) -> Self {
        Self { people, signature: Signature::new(TypeSignature::Any(1), Volatility::Immutable) }
    }

    fn asked(&self, numbers: &ArrayRef) -> Result<BooleanArray, DataFusionError> {
        if let Some(column) = numbers.as_primitive_opt::<UInt32Type>() {
            return Ok(each(column, |number| self.people.holds(u64::from(number))));
        }
        let column = numbers.as_primitive_opt::<Int64Type>().ok_or_else(|| not_of_type("person_id"))?;
        Ok(each(column, |number| u64::try_from(number).is_ok_and(|number| self.people.holds(number))))
    }
}

impl ScalarUDFImpl for OfPerson {
    fn name(&self) -> &'static str {
        "of_counted_person"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType, DataFusionError> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue, DataFusionError> {
        let column = only(args)?;
        Ok(ColumnarValue::Array(Arc::new(self.asked(&column)?)))
    }
}

/// The answer for each row; rows are sorted by person, so that a value often stands many times in a row.
fn each<T: ArrowPrimitiveType>(
    column: &PrimitiveArray<T>,
    asked: impl Fn(T::Native) -> bool,
) -> BooleanArray {
    let mut answers = BooleanBufferBuilder::new(column.len());
    for run in column.values().chunk_by(|one, other| one == other) {
        answers.append_n(run.len(), run.first().is_some_and(|value| asked(*value)));
    }
    BooleanArray::new(answers.finish(), column.nulls().cloned())
}

fn only(args: ScalarFunctionArgs) -> Result<ArrayRef, DataFusionError> {
    let rows = args.number_rows;
    match args.args.into_iter().next() {
        Some(value) => value.into_array(rows),
        None => Err(not_of_type("argument")),
    }
}

fn not_of_type(column: &str) -> DataFusionError {
    DataFusionError::Execution(format!("column `{column}` has another type than facts and events have"))
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{DictionaryArray, UInt32Array};

    use super::*;

    #[test]
    fn a_person_is_in_the_set_or_not() {
        let set: PersonSet = [0, 63, 64, 8191, 2_200_000].into_iter().map(PersonId).collect();
        assert_eq!(set.len(), 5);
        for person in [0, 63, 64, 8191, 2_200_000] {
            assert!(set.contains(PersonId(person)));
        }
        for person in [1, 62, 65, 8192, u32::MAX] {
            assert!(!set.contains(PersonId(person)));
        }
        assert!(PersonSet::default().is_empty() && !set.is_empty());
    }

    #[test]
    fn rows_are_asked_by_person_and_by_source_and_a_missing_value_is_not_counted() {
        let person = OfPerson::new(Arc::new([PersonId(2)].into_iter().collect()));
        let numbers: ArrayRef = Arc::new(UInt32Array::from(vec![Some(1), Some(2), Some(2), None, Some(3)]));
        let answers: Vec<Option<bool>> = person.asked(&numbers).unwrap().iter().collect();
        assert_eq!(answers, [Some(false), Some(true), Some(true), None, Some(false)]);
        let source = OfSource::new(Arc::new(["gp:A".to_owned()].into()));
        let texts: DictionaryArray<UInt32Type> =
            vec![Some("gp:A"), None, Some("gp:B"), Some("gp:A")].into_iter().collect();
        let answers: Vec<Option<bool>> =
            source.asked(&(Arc::new(texts) as ArrayRef)).unwrap().iter().collect();
        assert_eq!(answers, [Some(true), None, Some(false), Some(true)]);
    }
}
