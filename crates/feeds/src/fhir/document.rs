use std::cell::Cell;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::file::{NUL, Resources, holds_nul};
use super::resource::text;
use crate::FileError;
use crate::row::Refusal;
use crate::sink::SinkError;

/// A resource longer than this ends the reading.
const RESOURCE_LIMIT: u64 = 64 << 20;

/// Reads a Bundle an entry at a time, an array a resource at a time, or one resource.
pub(super) fn document(reader: impl Read, resources: &mut Resources<'_>) -> Result<(), FileError> {
    "document".clone_into(&mut resources.outcome.table);
    let used = Rc::new(Cell::new(0));
    let metered = Metered { inner: reader, used: Rc::clone(&used) };
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(64 << 10, metered));
    let mut document = Document { resources, used, failed: None };
    // `end` fails while anything but blanks is left.
    while json.end().is_err() {
        let Err(error) = (Top(&mut document)).deserialize(&mut json) else { continue };
        if let Some(failed) = document.failed {
            return Err(FileError::Sink(failed));
        }
        let over = document.used.get() > RESOURCE_LIMIT;
        if error.is_io() && !over {
            return Err(FileError::Io(error.into()));
        }
        resources.line += 1;
        if over {
            let class = "long text".to_owned();
            resources.refuse(Refusal { field: "", class, reason: "a resource is over 64 MiB" });
        } else {
            resources.not_json(&error, true);
        }
        resources.outcome.notes.push("the rest of the document could not be read".to_owned());
        break;
    }
    Ok(())
}

/// Counts the bytes read since the last entry began, and fails when they are too many.
struct Metered<R> {
    inner: R,
    used: Rc<Cell<u64>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.used.get() > RESOURCE_LIMIT {
            return Err(io::Error::other("a resource is over the limit"));
        }
        let read = self.inner.read(into)?;
        self.used.set(self.used.get().saturating_add(u64::try_from(read).unwrap_or(u64::MAX)));
        Ok(read)
    }
}

/// What reading a document needs along the way.
struct Document<'d, 'a> {
    resources: &'d mut Resources<'a>,
    used: Rc<Cell<u64>>,
    failed: Option<SinkError>,
}

impl Document<'_, '_> {
    /// Takes one resource; `Err` only when the sink refuses.
    fn take<E: serde::de::Error>(&mut self, value: &Value, full_url: &str) -> Result<(), E> {
        self.resources.line += 1;
        let bytes = serde_json::to_vec(value).unwrap_or_default();
        if !self.resources.seen.is_new(&bytes) {
            self.resources.duplicate();
            return Ok(());
        }
        if holds_nul(&bytes) {
            self.resources.refuse(Refusal { field: "", class: "text".to_owned(), reason: NUL });
            return Ok(());
        }
        self.resources.take(value, full_url).map_err(|failed| {
            self.failed = Some(failed);
            E::custom("the sink refuses")
        })
    }
}

/// The top of a document: a Bundle, an array of resources, or one resource.
struct Top<'t, 'd, 'a>(&'t mut Document<'d, 'a>);

impl<'de> DeserializeSeed<'de> for Top<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.used.set(0);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Top<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a Bundle, an array of resources or a resource")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(value) = items.next_element::<Value>()? {
            self.0.used.set(0);
            self.0.take(&value, "")?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut rest = Map::new();
        let mut streamed = false;
        while let Some(name) = map.next_key::<String>()? {
            let kind = rest.get("resourceType").and_then(Value::as_str);
            if name == "entry" && kind.is_none_or(|kind| kind == "Bundle") {
                map.next_value_seed(Entries(&mut *self.0))?;
                streamed = true;
            } else {
                rest.insert(name, map.next_value()?);
            }
        }
        let kind = rest.get("resourceType").and_then(Value::as_str);
        if kind == Some("Bundle") || streamed {
            return Ok(());
        }
        self.0.take(&Value::Object(rest), "")
    }
}

/// The entries of a Bundle, one at a time.
struct Entries<'t, 'd, 'a>(&'t mut Document<'d, 'a>);

impl<'de> DeserializeSeed<'de> for Entries<'_, '_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the entries of a Bundle")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Err(A::Error::custom("the entries are not an array"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        self.0.used.set(0);
        while let Some(entry) = entries.next_element::<Value>()? {
            self.0.used.set(0);
            match entry.get("resource") {
                Some(resource) => self.0.take(resource, text(&entry, &["fullUrl"]))?,
                None => self.0.take(&Value::Object(Map::new()), "")?,
            }
        }
        Ok(())
    }
}
