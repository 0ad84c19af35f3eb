use chrono::NaiveDate;
use model::{CodeScheme, Demographics, Event, EventKind, normalise_icd10};
use serde_json::Value;

use crate::dates::{DateCell, read_date};
use crate::row::{Mend, Refusal};
use crate::value_class::value_class;

/// One FHIR resource, read leniently: an element of another type than the standard's is as good as absent.
pub(crate) struct Resource<'v> {
    pub(crate) value: &'v Value,
    /// Its `id`, or else the last part of its Bundle entry's `fullUrl`.
    pub(crate) id: &'v str,
    /// The organisation whose file it is; blank when the file name does not say.
    pub(crate) organisation: &'v str,
    /// What was mended so far.
    pub(crate) mends: Vec<Mend>,
}

/// What a resource is in standard form.
pub(crate) enum Standard<'v> {
    /// What the source says about a person; source and person's identifier are still to be filled in.
    Person(Box<Demographics>),
    /// Events of this person.
    Events(&'v str, Vec<Draft<'v>>),
    /// Nothing that is used yet; counted under this name.
    Aside(String),
}

/// An event whose source, key and codes are still to be put into it.
pub(crate) struct Draft<'v> {
    pub(crate) key: String,
    pub(crate) codes: String,
    pub(crate) event: Event<'v>,
}

/// A concept as a resource codes it.
pub(crate) struct Coded<'v> {
    pub(crate) scheme: CodeScheme,
    pub(crate) code: String,
    pub(crate) term: &'v str,
}

impl<'v> Resource<'v> {
    /// The text at a path; of an array the first element; blank when there is none.
    pub(crate) fn text(&self, path: &[&str]) -> &'v str {
        text(self.value, path)
    }

    /// The first of these elements that has a day, with a mend where it gives only a year or a month.
    pub(crate) fn day(&mut self, elements: &[(&'static str, &[&str])]) -> Result<NaiveDate, Refusal> {
        let mut refusal = None;
        for (field, path) in elements {
            let text = self.text(path);
            match partial_date(text) {
                PartialDate::Day(day) => return Ok(day),
                PartialDate::First(day) => {
                    self.mend(field, text, "gives no day; the first of the month or year was taken");
                    return Ok(day);
                }
                PartialDate::None => {}
                PartialDate::Unreadable => {
                    refusal = refusal.or(Some(Refusal::new(field, text, "is not a date")));
                }
            }
        }
        let field = elements.first().map_or("", |(field, _)| field);
        Err(refusal.unwrap_or_else(|| Refusal::new(field, "", "is missing")))
    }

    /// A whole day that may be absent; one that is not a day is left out.
    pub(crate) fn optional_day(&mut self, field: &'static str, path: &[&str]) -> Option<NaiveDate> {
        let text = self.text(path);
        match partial_date(text) {
            PartialDate::Day(day) => Some(day),
            PartialDate::None => None,
            PartialDate::First(_) | PartialDate::Unreadable => {
                self.mend(field, text, "is not a whole date; it was left out");
                None
            }
        }
    }

    /// An end that may be absent; one before the beginning is left out.
    pub(crate) fn end(&mut self, field: &'static str, path: &[&str], start: NaiveDate) -> Option<NaiveDate> {
        let end = self.optional_day(field, path)?;
        if end < start {
            self.mend(field, self.text(path), "is before the beginning; it was left out");
            return None;
        }
        Some(end)
    }

    /// The patient that an element refers to.
    pub(crate) fn patient(&self, field: &'static str, element: &str) -> Result<&'v str, Refusal> {
        let reference = self.text(&[element, "reference"]);
        let id = reference_id(reference);
        let other = reference.contains('/') && !reference.contains("Patient/");
        if id.is_empty() || other {
            return Err(Refusal::new(field, reference, "does not refer to a patient"));
        }
        Ok(id)
    }

    /// The resource's own identifier, without which its events cannot be told apart.
    pub(crate) fn needed_id(&self) -> Result<&'v str, Refusal> {
        if self.id.is_empty() { Err(Refusal::new("id", "", "is missing")) } else { Ok(self.id) }
    }

    /// An event with what every kind has; its provider is the file's organisation.
    pub(crate) fn draft(
        &self,
        table: &str,
        kind: EventKind,
        start: NaiveDate,
        coded: Coded<'v>,
    ) -> Result<Draft<'v>, Refusal> {
        let mut event = Event::new("", "", "", kind, start);
        event.scheme = coded.scheme;
        event.term = coded.term;
        event.provider = self.organisation;
        event.as_at = match partial_date(self.text(&["meta", "lastUpdated"])) {
            PartialDate::Day(day) => Some(day),
            _ => None,
        };
        Ok(Draft { key: format!("{table}:{}", self.needed_id()?), codes: coded.code, event })
    }

    /// Reports what was done about an element.
    pub(crate) fn mend(&mut self, field: &'static str, value: &str, reason: &'static str) {
        self.mends.push(Mend { field, class: value_class(value), reason });
    }
}

/// The text at a path below a value; of an array on the way, its first element; blank when there is none.
pub(crate) fn text<'v>(value: &'v Value, path: &[&str]) -> &'v str {
    at(value, path).and_then(Value::as_str).map_or("", str::trim_ascii)
}

/// The value at a path; of an array on the way, its first element.
pub(crate) fn at<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, name| first(value).get(name)).map(first)
}

/// The elements of an array; a single value is an array of one.
pub(crate) fn elements<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    match value.get(name) {
        Some(Value::Array(items)) => items,
        Some(item) => std::slice::from_ref(item),
        None => &[],
    }
}

fn first(value: &Value) -> &Value {
    match value {
        Value::Array(items) => items.first().unwrap_or(&Value::Null),
        value => value,
    }
}

/// The last part of a reference: `Patient/1`, `https://host/Patient/1/_history/2`, `urn:uuid:1`, `Patient?identifier=system|1`.
pub(crate) fn reference_id(reference: &str) -> &str {
    if let Some((_, query)) = reference.split_once('?') {
        return query.rsplit_once('|').map_or("", |(_, id)| id);
    }
    let reference = reference.split_once("/_history/").map_or(reference, |(reference, _)| reference);
    let tail = reference.rsplit('/').next().unwrap_or_default();
    tail.strip_prefix("urn:uuid:").or_else(|| tail.strip_prefix("urn:oid:")).unwrap_or(tail)
}

/// The best coding of a CodeableConcept: SNOMED CT before ICD-10 before any other, the first of equals. Nothing when it has
/// neither a code nor words.
pub(crate) fn coded<'v>(concept: Option<&'v Value>) -> Option<Coded<'v>> {
    let concept = concept?;
    let codings = elements(concept, "coding").iter().filter_map(coding);
    let rank = |scheme: CodeScheme| match scheme {
        CodeScheme::Snomed | CodeScheme::Dmd => 0,
        CodeScheme::Icd10 => 1,
        CodeScheme::Local | CodeScheme::None => 3,
        _ => 2,
    };
    let words = text(concept, &["text"]);
    let best = codings.min_by_key(|coded| rank(coded.scheme));
    match best {
        Some(best) if best.term.is_empty() => Some(Coded { term: words, ..best }),
        None if !words.is_empty() => {
            Some(Coded { scheme: CodeScheme::None, code: String::new(), term: words })
        }
        best => best,
    }
}

/// As [`coded`], blank when there is nothing.
pub(super) fn coded_or_blank(concept: Option<&Value>) -> Coded<'_> {
    coded(concept).unwrap_or(Coded { scheme: CodeScheme::None, code: String::new(), term: "" })
}

/// The code of a UK Core extension of this name.
pub(super) fn extension<'v>(value: &'v Value, name: &str) -> &'v str {
    let mut extensions = elements(value, "extension").iter();
    let found = extensions.find(|extension| text(extension, &["url"]).ends_with(name));
    found.map_or("", |extension| text(extension, &["valueCodeableConcept", "coding", "code"]))
}

/// One coding, unless it has no code that can be kept.
fn coding(value: &Value) -> Option<Coded<'_>> {
    let code = text(value, &["code"]);
    let scheme = scheme(text(value, &["system"]));
    let code = match scheme {
        CodeScheme::Icd10 => normalise_icd10(code)?,
        _ => code.to_owned(),
    };
    let whole = !code.is_empty() && !code.contains(char::is_whitespace);
    whole.then(|| Coded { scheme, code, term: text(value, &["display"]) })
}

/// The terminology of a code system's URI. Source: HL7 Terminology, NHS England UK Core.
fn scheme(system: &str) -> CodeScheme {
    match system {
        "http://snomed.info/sct" => CodeScheme::Snomed,
        "https://dmd.nhs.uk" | "http://dmd.nhs.uk" => CodeScheme::Dmd,
        "http://hl7.org/fhir/sid/icd-10"
        | "http://hl7.org/fhir/sid/icd-10-uk"
        | "http://hl7.org/fhir/sid/icd-10-cm" => CodeScheme::Icd10,
        "https://fhir.hl7.org.uk/Id/opcs-4" | "https://fhir.nhs.uk/Id/opcs-4" => CodeScheme::Opcs4,
        "http://loinc.org" => CodeScheme::Loinc,
        "http://www.nlm.nih.gov/research/umls/rxnorm" => CodeScheme::Rxnorm,
        "http://hl7.org/fhir/sid/cvx" => CodeScheme::Cvx,
        _ => CodeScheme::Local,
    }
}

enum PartialDate {
    None,
    Day(NaiveDate),
    /// The first day of the month or year that is all it gives.
    First(NaiveDate),
    Unreadable,
}

/// A FHIR date, dateTime or instant: the day as written where it was written, whatever the time zone.
fn partial_date(text: &str) -> PartialDate {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let whole = match text.len() {
        4 if digits(text) => format!("{text}-01-01"),
        7 if digits(text) => format!("{text}-01"),
        _ => {
            return match read_date(text, None) {
                DateCell::None => PartialDate::None,
                DateCell::Day(day) => PartialDate::Day(day),
                DateCell::Guessed(_) | DateCell::Unreadable => PartialDate::Unreadable,
            };
        }
    };
    match read_date(&whole, None) {
        DateCell::Day(day) => PartialDate::First(day),
        _ => PartialDate::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_give_the_last_part() {
        for reference in [
            "Patient/1",
            "https://host/fhir/Patient/1",
            "urn:uuid:1",
            "Patient/1/_history/2",
            "Patient?identifier=a|1",
        ] {
            assert_eq!(reference_id(reference), "1", "{reference}");
        }
        assert_eq!(reference_id(""), "");
    }

    #[test]
    fn the_best_coding_is_taken() {
        let concept = json!({"text": "words", "coding": [
            {"system": "http://loinc.org", "code": "1-2"},
            {"system": "http://hl7.org/fhir/sid/icd-10", "code": "I50.0"},
            {"system": "http://snomed.info/sct", "code": "84114007"},
        ]});
        let coded = coded(Some(&concept)).unwrap();
        assert_eq!(
            (coded.scheme, coded.code.as_str(), coded.term),
            (CodeScheme::Snomed, "84114007", "words")
        );
        assert!(super::coded(Some(&json!({"coding": [{"code": "a b"}]}))).is_none());
        assert!(super::coded(Some(&json!(7))).is_none());
    }

    #[test]
    fn elements_of_the_wrong_type_are_absent() {
        let value = json!({"name": [{"given": ["A", 3]}], "code": 5, "list": []});
        assert_eq!(text(&value, &["name", "given"]), "A");
        assert_eq!(text(&value, &["code"]), "");
        assert_eq!(text(&value, &["list", "x"]), "");
        assert_eq!(elements(&value, "list").len(), 0);
    }

    #[test]
    fn partial_dates_are_told_from_whole_ones() {
        assert!(matches!(partial_date("2004"), PartialDate::First(_)));
        assert!(matches!(partial_date("2004-05"), PartialDate::First(_)));
        assert!(matches!(partial_date("2004-05-06T01:02:03Z"), PartialDate::Day(_)));
        assert!(matches!(partial_date("2004-13"), PartialDate::Unreadable));
        assert!(matches!(partial_date(""), PartialDate::None));
    }
}
