//! STRING_AGG with ORDER BY, for the reasons of scores and groups: DataFusion's own keeps an accumulator a person, which costs more than
//! all the rest of a definition. This one keeps the rows and puts each person's in order at the end.
//!
//! It adds up in one step, as definitions do that run on one thread.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, LargeStringArray, LargeStringBuilder, UInt64Array,
};
use datafusion::arrow::compute::{LexicographicalComparator, SortColumn, SortOptions, cast, concat, take};
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::string_agg::string_agg_udaf;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDF, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature,
};
use datafusion::physical_expr::expressions::Literal;

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
        self.own.state_fields(args)
    }

    fn accumulator(&self, args: AccumulatorArgs<'_>) -> Result<Box<dyn Accumulator>, DataFusionError> {
        self.own.accumulator(args)
    }

    fn groups_accumulator_supported(&self, _: AccumulatorArgs<'_>) -> bool {
        true
    }

    fn create_groups_accumulator(
        &self,
        args: AccumulatorArgs<'_>,
    ) -> Result<Box<dyn GroupsAccumulator>, DataFusionError> {
        let between = args.exprs.get(1).and_then(|expr| expr.downcast_ref::<Literal>());
        let between = between.and_then(|literal| literal.value().try_as_str().flatten());
        let between = between.ok_or_else(|| wrong("STRING_AGG wants a text to put between"))?;
        Ok(Box::new(Groups {
            between: between.to_owned(),
            distinct: args.is_distinct,
            order: args.order_bys.iter().map(|by| by.options).collect(),
            total: 0,
            groups: Vec::new(),
            parts: Vec::new(),
        }))
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

/// Why it cannot go on.
const ONE_STEP: &str =
    "STRING_AGG wants all its rows in one step: the session must have one thread, and memory for them";

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
}

impl fmt::Debug for Groups {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows of {} groups", self.groups.len(), self.total)
    }
}

impl Groups {
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

    /// The text of each of the first groups.
    fn join(&self, first: usize, whole: &[ArrayRef]) -> Result<LargeStringArray, DataFusionError> {
        let mut out = LargeStringBuilder::with_capacity(first, first * 32);
        let mut rows: Vec<usize> = (0..self.groups.len()).filter(|row| self.group(*row) < first).collect();
        rows.sort_by_key(|row| self.group(*row));
        let (mut next, mut joined) = (0, String::new());
        if let Some((texts, order)) = whole.split_first() {
            let texts = texts.as_string_view();
            let by = order.iter().zip(&self.order);
            let by = by
                .map(|(values, options)| SortColumn { values: Arc::clone(values), options: Some(*options) });
            let by: Vec<SortColumn> = by.collect();
            let compared = if by.is_empty() { None } else { Some(LexicographicalComparator::try_new(&by)?) };
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
        }
        out.append_nulls(first.saturating_sub(next));
        Ok(out.finish())
    }

    /// Forgets the first groups; the others have lower numbers from now on.
    fn forget(&mut self, first: usize, whole: &[ArrayRef]) -> Result<(), DataFusionError> {
        let kept = (0_u64..).zip(&self.groups).filter(|(_, group)| **group >= first);
        let rows: UInt64Array = kept.map(|(row, _)| Some(row)).collect();
        let part = whole.iter().map(|column| Ok(take(column, &rows, None)?));
        self.parts = vec![part.collect::<Result<_, DataFusionError>>()?];
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
        self.parts.push(part.collect::<Result<_, DataFusionError>>()?);
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef, DataFusionError> {
        let first = match emit {
            EmitTo::All => self.total,
            EmitTo::First(first) => first,
        };
        let whole = self.whole()?;
        let joined = self.join(first, &whole)?;
        self.forget(first, &whole)?;
        Ok(Arc::new(joined))
    }

    fn state(&mut self, _: EmitTo) -> Result<Vec<ArrayRef>, DataFusionError> {
        Err(wrong(ONE_STEP))
    }

    fn merge_batch(&mut self, _: &[ArrayRef], _: &[usize], _: usize) -> Result<(), DataFusionError> {
        Err(wrong(ONE_STEP))
    }

    fn convert_to_state(
        &self,
        _: &[ArrayRef],
        _: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>, DataFusionError> {
        Err(wrong(ONE_STEP))
    }

    fn size(&self) -> usize {
        let parts = self.parts.iter().flatten().map(|column| column.get_array_memory_size());
        parts.sum::<usize>() + self.groups.capacity() * size_of::<usize>()
    }
}
