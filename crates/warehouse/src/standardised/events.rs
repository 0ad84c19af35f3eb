//! Events of a batch as columns.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, StringDictionaryBuilder, UInt8Builder,
    UInt32Builder, UInt64Builder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, UInt32Type};
use model::Event;
use twox_hash::XxHash3_64;

use crate::columns::{days, text_field};

pub(super) static EVENT_SCHEMA: LazyLock<Arc<Schema>> = LazyLock::new(|| {
    let date = |name: &str| Field::new(name, DataType::Date32, true);
    Arc::new(Schema::new(vec![
        Field::new("who", DataType::UInt32, false),
        Field::new("key", DataType::UInt64, false),
        Field::new("kind", DataType::UInt8, false),
        Field::new("scheme", DataType::UInt8, false),
        Field::new("start", DataType::Date32, false),
        date("end"),
        date("admitted"),
        date("discharged"),
        date("as_at"),
        Field::new("value", DataType::Float64, true),
        Field::new("deleted", DataType::Boolean, false),
        Field::new("file", DataType::UInt32, false),
        Field::new("line", DataType::UInt64, false),
        text_field("codes"),
        text_field("procedures"),
        text_field("term"),
        text_field("unit"),
        text_field("provider"),
        text_field("method"),
        text_field("outcome"),
        text_field("specialty"),
        text_field("subtype"),
    ]))
});

/// Names of the text columns of an event, in their stored order.
pub(crate) const TEXT_COLUMNS: [&str; 9] =
    ["codes", "procedures", "term", "unit", "provider", "method", "outcome", "specialty", "subtype"];

#[derive(Default)]
pub(super) struct EventColumns {
    who: UInt32Builder,
    key: UInt64Builder,
    kind: UInt8Builder,
    scheme: UInt8Builder,
    start: Date32Builder,
    end: Date32Builder,
    admitted: Date32Builder,
    discharged: Date32Builder,
    as_at: Date32Builder,
    value: Float64Builder,
    deleted: BooleanBuilder,
    file: UInt32Builder,
    line: UInt64Builder,
    texts: [StringDictionaryBuilder<UInt32Type>; 9],
    rows: usize,
}

impl EventColumns {
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    pub(super) fn push(&mut self, who: u32, file: u32, line: u64, event: &Event<'_>) {
        self.rows += 1;
        self.who.append_value(who);
        self.key.append_value(event_key(event.source, event.key));
        self.kind.append_value(event.kind.number());
        self.scheme.append_value(event.scheme.number());
        self.start.append_value(days(event.start));
        self.end.append_option(event.end.map(days));
        self.admitted.append_option(event.admitted.map(days));
        self.discharged.append_option(event.discharged.map(days));
        self.as_at.append_option(event.as_at.map(days));
        self.value.append_option(event.value);
        self.deleted.append_value(event.deleted);
        self.file.append_value(file);
        self.line.append_value(line);
        let texts = [
            event.codes,
            event.procedures,
            event.term,
            event.unit,
            event.provider,
            event.method,
            event.outcome,
            event.specialty,
            event.subtype,
        ];
        for (builder, text) in self.texts.iter_mut().zip(texts) {
            if text.is_empty() {
                builder.append_null();
            } else {
                builder.append_value(text);
            }
        }
    }

    pub(super) fn take(&mut self) -> Vec<ArrayRef> {
        self.rows = 0;
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(self.who.finish()),
            Arc::new(self.key.finish()),
            Arc::new(self.kind.finish()),
            Arc::new(self.scheme.finish()),
            Arc::new(self.start.finish()),
            Arc::new(self.end.finish()),
            Arc::new(self.admitted.finish()),
            Arc::new(self.discharged.finish()),
            Arc::new(self.as_at.finish()),
            Arc::new(self.value.finish()),
            Arc::new(self.deleted.finish()),
            Arc::new(self.file.finish()),
            Arc::new(self.line.finish()),
        ];
        columns.extend(self.texts.iter_mut().map(|texts| Arc::new(texts.finish()) as ArrayRef));
        columns
    }
}

/// The number by which an event is known within its source; two of one person never share it by chance that matters
/// (64 bits over the few thousand events of one person).
fn event_key(source: &str, key: &str) -> u64 {
    XxHash3_64::oneshot_with_seed(XxHash3_64::oneshot(source.as_bytes()), key.as_bytes())
}
