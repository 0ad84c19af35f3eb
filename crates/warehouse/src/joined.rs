//! STRING_AGG with ORDER BY, for the reasons of scores and groups: DataFusion's own keeps an accumulator a person, which costs more than
//! all the rest of a definition. This one keeps the rows and puts each person's in order at the end.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayData, ArrayRef, AsArray, BooleanArray, LargeStringArray, LargeStringBuilder, ListArray,
    UInt64Array, new_empty_array,
};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::compute::{LexicographicalComparator, SortColumn, SortOptions, cast, concat, take};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::string_agg::string_agg_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature,
};
use datafusion::physical_expr::expressions::Literal;
use datafusion::scalar::ScalarValue;

/// The function of a session.
pub(crate) fn string_agg() -> AggregateUDF {
    AggregateUDF::from(StringAgg { own: string_agg_udaf() })
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct StringAgg {
    /// DataFusion's, for everything but the adding up by group.
    own: Arc<AggregateUDF>,
}

impl AggregateUDFImpl for StringAgg {
    fn name(&self) -> &str {
        self.own.name()
    }

    fn signature(&self) -> &Signature {
        self.own.signature()
    }

    fn return_type(&self, types: &[DataType]) -> Result<DataType, DataFusionError> {
        self.own.return_type(types)
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> Result<Vec<FieldRef>, DataFusionError> {
        // A list of the rows' texts, then one of each thing that orders them.
        let types = args.ordering_fields.iter().map(|field| field.data_type().clone());
        let field = |(at, of): (usize, DataType)| {
            let item = Arc::new(Field::new_list_field(of, true));
            Arc::new(Field::new_list(format!("{} {at}", args.name), item, true))
        };
        Ok(std::iter::once(DataType::Utf8View).chain(types).enumerate().map(field).collect())
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>, DataFusionError> {
        Ok(Box::new(Whole(Groups::of(&args)?)))
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>, DataFusionError> {
        Ok(Box::new(Groups::of(&args)?))
    }

    // What is in order comes ordered out of it too, whatever order the rows come in.
    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Beneficial
    }

    fn with_beneficial_ordering(
        self: Arc<Self>,
        _: bool,
    ) -> Result<Option<Arc<dyn AggregateUDFImpl>>, DataFusionError> {
        Ok(Some(self))
    }
}

fn wrong(what: &str) -> DataFusionError {
    DataFusionError::Execution(what.to_owned())
}

/// Rows with the number of their group.
struct Groups {
    between: String,
    distinct: bool,
    order: Vec<SortOptions>,
    /// How many groups there are, those without a row among them.
    total: usize,
    groups: Vec<usize>,
    /// The rows' texts and what orders them, in parts.
    parts: Vec<Vec<ArrayRef>>,
    held: Held,
}

/// The memory of the parts. Slices of one array share it, so that each piece counts once, by where it lies.
#[derive(Default)]
struct Held {
    seen: HashSet<usize>,
    bytes: usize,
}

impl Held {
    fn add(&mut self, data: &ArrayData) {
        for buffer in data.buffers() {
            if self.seen.insert(buffer.data_ptr().as_ptr() as usize) {
                self.bytes += buffer.capacity();
            }
        }
        data.child_data().iter().for_each(|child| self.add(child));
    }
}

impl fmt::Debug for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows of {} groups", self.groups.len(), self.total)
    }
}

impl Groups {
    fn of(args: &AccumulatorArgs<'_>) -> Result<Self, DataFusionError> {
        let between = args.exprs.get(1).and_then(|expr| expr.downcast_ref::<Literal>());
        let between = between.and_then(|literal| literal.value().try_as_str().flatten());
        let between = between.ok_or_else(|| wrong("STRING_AGG wants a text to put between"))?;
        let mut nothing = vec![new_empty_array(&DataType::Utf8View)];
        for by in args.order_bys {
            nothing.push(new_empty_array(&by.expr.data_type(args.schema)?));
        }
        Ok(Self {
            between: between.to_owned(),
            distinct: args.is_distinct,
            order: args.order_bys.iter().map(|by| by.options).collect(),
            total: 0,
            groups: Vec::new(),
            parts: vec![nothing],
            held: Held::default(),
        })
    }

    /// The same without rows and groups.
    fn without_rows(&self) -> Self {
        let nothing = self.parts.first().map(|part| part.iter().map(|column| column.slice(0, 0)).collect());
        Self {
            between: self.between.clone(),
            distinct: self.distinct,
            order: self.order.clone(),
            total: 0,
            groups: Vec::new(),
            parts: nothing.into_iter().collect(),
            held: Held::default(),
        }
    }

    /// Takes further rows.
    fn push(&mut self, part: Vec<ArrayRef>) {
        part.iter().for_each(|column| self.held.add(&column.to_data()));
        self.parts.push(part);
    }

    fn group(&self, row: usize) -> usize {
        self.groups.get(row).copied().unwrap_or(usize::MAX)
    }

    /// Every row's text, and what orders it.
    fn whole(&self) -> Result<Vec<ArrayRef>, DataFusionError> {
        let columns = self.parts.first().map_or(0, Vec::len);
        let column = |at: usize| {
            let parts: Vec<&dyn Array> =
                self.parts.iter().filter_map(|part| Some(part.get(at)?.as_ref())).collect();
            Ok(concat(&parts)?)
        };
        (0..columns).map(column).collect()
    }

    /// The rows of the first groups, group by group.
    fn rows(&self, first: usize) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..self.groups.len()).filter(|row| self.group(*row) < first).collect();
        rows.sort_by_key(|row| self.group(*row));
        rows
    }

    /// How many groups are asked for.
    fn first(&self, emit: EmitTo) -> usize {
        match emit {
            EmitTo::All => self.total,
            EmitTo::First(first) => first,
        }
    }

    /// The text of each of the first groups.
    fn join(&self, first: usize, whole: &[ArrayRef]) -> Result<LargeStringArray, DataFusionError> {
        let Some((texts, order)) = whole.split_first() else { return Err(wrong("STRING_AGG of nothing")) };
        let texts = texts.as_string_view();
        let by = order.iter().zip(&self.order);
        let by =
            by.map(|(values, options)| SortColumn { values: Arc::clone(values), options: Some(*options) });
        let by: Vec<SortColumn> = by.collect();
        let compared = if by.is_empty() { None } else { Some(LexicographicalComparator::try_new(&by)?) };
        let mut out = LargeStringBuilder::with_capacity(first, first * 32);
        let (mut rows, mut next, mut joined) = (self.rows(first), 0, String::new());
        for same in rows.chunk_by_mut(|one, other| self.group(*one) == self.group(*other)) {
            let group = same.first().map_or(next, |row| self.group(*row));
            out.append_nulls(group - next);
            next = group + 1;
            if let Some(compared) = &compared {
                same.sort_by(|one, other| compared.compare(*one, *other));
            }
            joined.clear();
            let mut last = None;
            for text in same.iter().map(|row| texts.value(*row)) {
                if !(self.distinct && last == Some(text)) {
                    joined.push_str(if last.is_some() { &self.between } else { "" });
                    joined.push_str(text);
                }
                last = Some(text);
            }
            out.append_value(&joined);
        }
        out.append_nulls(first.saturating_sub(next));
        Ok(out.finish())
    }

    /// Forgets the first groups; the others have lower numbers from now on.
    fn forget(&mut self, first: usize, whole: &[ArrayRef]) -> Result<(), DataFusionError> {
        let kept = (0_u64..).zip(&self.groups).filter(|(_, group)| **group >= first);
        let rows: UInt64Array = kept.map(|(row, _)| Some(row)).collect();
        let part = whole.iter().map(|column| Ok(take(column, &rows, None)?));
        let part = part.collect::<Result<_, DataFusionError>>()?;
        (self.parts, self.held) = (Vec::new(), Held::default());
        self.push(part);
        self.groups.retain(|group| *group >= first);
        self.groups.iter_mut().for_each(|group| *group -= first);
        self.total = self.total.saturating_sub(first);
        Ok(())
    }
}

impl GroupsAccumulator for Groups {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> Result<(), DataFusionError> {
        self.total = total;
        let Some((text, rest)) = values.split_first() else { return Err(wrong("STRING_AGG of nothing")) };
        let asked = |row: usize| filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
        let kept: BooleanArray = (0..text.len()).map(|row| Some(text.is_valid(row) && asked(row))).collect();
        self.groups
            .extend(groups.iter().zip(kept.values()).filter(|(_, kept)| *kept).map(|(group, _)| *group));
        // The text to put between stands second and is the same in every row.
        let columns = std::iter::once(cast(text, &DataType::Utf8View)?).chain(rest.iter().skip(1).cloned());
        let part = columns.map(|column| Ok(datafusion::arrow::compute::filter(&column, &kept)?));
        let part = part.collect::<Result<_, DataFusionError>>()?;
        self.push(part);
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef, DataFusionError> {
        let (first, whole) = (self.first(emit), self.whole()?);
        let joined = self.join(first, &whole)?;
        self.forget(first, &whole)?;
        Ok(Arc::new(joined))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>, DataFusionError> {
        let (first, whole) = (self.first(emit), self.whole()?);
        let rows = self.rows(first);
        let mut lengths = vec![0; first];
        for row in &rows {
            if let Some(length) = lengths.get_mut(self.group(*row)) {
                *length += 1;
            }
        }
        let offsets = OffsetBuffer::<i32>::from_lengths(lengths);
        let rows: UInt64Array = rows.into_iter().map(|row| Some(row as u64)).collect();
        let list = |column: &ArrayRef| -> Result<ArrayRef, DataFusionError> {
            let values = take(column, &rows, None)?;
            let item = Arc::new(Field::new_list_field(values.data_type().clone(), true));
            Ok(Arc::new(ListArray::try_new(item, offsets.clone(), values, None)?))
        };
        let lists = whole.iter().map(list).collect::<Result<Vec<_>, _>>()?;
        self.forget(first, &whole)?;
        Ok(lists)
    }

    fn merge_batch(
        &mut self,
        states: &[ArrayRef],
        groups: &[usize],
        total: usize,
    ) -> Result<(), DataFusionError> {
        self.total = total;
        let mut part = Vec::with_capacity(states.len());
        for (at, state) in states.iter().enumerate() {
            let lists: &ListArray =
                state.as_list_opt().ok_or_else(|| wrong("STRING_AGG of something else"))?;
            let (from, rows) = (lists.value_offsets().first().copied().unwrap_or(0), 0..lists.len());
            if at == 0 {
                for (row, group) in rows.clone().zip(groups) {
                    let length = usize::try_from(lists.value_length(row)).unwrap_or(0);
                    self.groups.extend(std::iter::repeat_n(*group, length));
                }
            }
            let length: i32 = rows.map(|row| lists.value_length(row)).sum();
            let (from, length) = (usize::try_from(from).unwrap_or(0), usize::try_from(length).unwrap_or(0));
            part.push(lists.values().slice(from, length));
        }
        self.push(part);
        Ok(())
    }

    /// Each row as a group of its own: asked where nearly every row is, as it is not worth while to add up twice.
    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>, DataFusionError> {
        let total = values.first().map_or(0, |text| text.len());
        let mut alone = self.without_rows();
        alone.update_batch(values, &(0..total).collect::<Vec<_>>(), filter, total)?;
        alone.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.held.bytes + self.groups.capacity() * size_of::<usize>()
    }
}

/// All rows as one group.
#[derive(Debug)]
struct Whole(Groups);

impl Accumulator for Whole {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<(), DataFusionError> {
        let rows = values.first().map_or(0, |column| column.len());
        self.0.update_batch(values, &vec![0; rows], None, 1)
    }

    fn evaluate(&mut self) -> Result<ScalarValue, DataFusionError> {
        self.0.total = 1;
        ScalarValue::try_from_array(&self.0.evaluate(EmitTo::All)?, 0)
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>, DataFusionError> {
        self.0.total = 1;
        self.0.state(EmitTo::All)?.iter().map(|list| ScalarValue::try_from_array(list, 0)).collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<(), DataFusionError> {
        let rows = states.first().map_or(0, |column| column.len());
        self.0.merge_batch(states, &vec![0; rows], 1)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.0.size()
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::util::pretty::pretty_format_batches;
    use datafusion::prelude::{SessionConfig, SessionContext};

    use super::*;

    const ROWS: &str = "(1, 'b', 2), (1, 'a', 3), (2, CAST(NULL AS VARCHAR), 1), (1, 'a', 1), (3, 'c', 1), (3, 'a long text, of more than twelve bytes', 1)";

    /// What a query gives with our function, or with DataFusion's.
    async fn asked(query: &str, ours: bool, threads: usize) -> String {
        // After one row it is seen that nearly every row is a group of its own.
        let config = SessionConfig::new()
            .with_target_partitions(threads)
            .with_batch_size(2)
            .set_usize("datafusion.execution.skip_partial_aggregation_probe_rows_threshold", 1)
            .set(
                "datafusion.execution.skip_partial_aggregation_probe_ratio_threshold",
                &ScalarValue::Float64(Some(0.1)),
            );
        let session = SessionContext::new_with_config(config);
        if ours {
            session.register_udaf(string_agg());
        }
        let table = format!("CREATE TABLE rows AS SELECT * FROM (VALUES {ROWS}) AS t(person, word, place)");
        session.sql(&table).await.unwrap().collect().await.unwrap();
        let rows = session.sql(query).await.unwrap().collect().await.unwrap();
        pretty_format_batches(&rows).unwrap().to_string()
    }

    #[tokio::test]
    async fn it_says_what_datafusion_says() {
        let queries = [
            "SELECT person, STRING_AGG(word, ', ' ORDER BY word DESC, place) AS words FROM rows GROUP BY person ORDER BY person",
            "SELECT person, STRING_AGG(word, '; ' ORDER BY place DESC) AS words, COUNT(*) AS n FROM rows GROUP BY person ORDER BY person",
            "SELECT person, STRING_AGG(DISTINCT word, ', ' ORDER BY word) AS words FROM rows GROUP BY person ORDER BY person",
            "SELECT person, STRING_AGG(word, ', ' ORDER BY word) FILTER (WHERE place > 1) AS words FROM rows GROUP BY person ORDER BY person",
            "SELECT person, STRING_AGG(word, ', ' ORDER BY word, place) AS words FROM (SELECT * FROM rows UNION ALL SELECT * FROM rows) GROUP BY person ORDER BY person",
            "SELECT STRING_AGG(word, ', ' ORDER BY word) AS words FROM rows",
            "SELECT STRING_AGG(word, ', ' ORDER BY word) AS words FROM rows WHERE person > 9",
        ];
        for query in queries {
            let expected = asked(query, false, 1).await;
            for threads in [1, 3] {
                assert_eq!(asked(query, true, threads).await, expected, "{query}");
            }
        }
        assert!(asked(queries[0], true, 1).await.contains("| 1      | b, a, a"));
    }

    /// Many batches that are slices of one array, as an aggregate gives them on.
    #[test]
    fn memory_that_slices_share_counts_once() {
        let words: Vec<String> = (0..8192).map(|n| format!("a word of more than twelve bytes {n}")).collect();
        let words: ArrayRef = Arc::new(datafusion::arrow::array::StringViewArray::from_iter_values(&words));
        let offsets = OffsetBuffer::<i32>::from_lengths(vec![1; words.len()]);
        let item = Arc::new(Field::new_list_field(DataType::Utf8View, true));
        let lists: ArrayRef = Arc::new(ListArray::new(item, offsets, Arc::clone(&words), None));
        let nothing = vec![new_empty_array(&DataType::Utf8View)];
        let mut groups = Groups {
            between: ", ".to_owned(),
            distinct: false,
            order: Vec::new(),
            total: 0,
            groups: Vec::new(),
            parts: vec![nothing],
            held: Held::default(),
        };
        let numbers: Vec<usize> = (0..lists.len()).collect();
        for start in (0..lists.len()).step_by(64) {
            groups.merge_batch(&[lists.slice(start, 64)], &numbers[start..start + 64], lists.len()).unwrap();
        }
        let real = words.get_array_memory_size() + 2 * numbers.len() * size_of::<usize>();
        assert!(groups.size() <= real, "{} of {real} bytes", groups.size());
        groups.evaluate(EmitTo::All).unwrap();
        assert!(groups.size() < real / 2, "what was given out is not held");
    }
}
