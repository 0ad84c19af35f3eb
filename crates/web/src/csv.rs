//! Tables to take away as files of comma-separated values (RFC 4180), as pages show them.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use methods::{Estimate, Measure, Published};
use model::Pence;

/// A field: words, a day, or a number that has been through disclosure control. There is no way to one from a bare number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field(String);

impl From<&str> for Field {
    fn from(words: &str) -> Self {
        Self(words.to_owned())
    }
}

impl From<NaiveDate> for Field {
    fn from(day: NaiveDate) -> Self {
        Self(day.to_string())
    }
}

impl From<Published<u64>> for Field {
    fn from(count: Published<u64>) -> Self {
        Self(count.value().map_or_else(|| count.words().unwrap_or_default(), |n| n.to_string()))
    }
}

impl From<Published<f64>> for Field {
    fn from(number: Published<f64>) -> Self {
        Self(number.value().map_or_else(|| number.words().unwrap_or_default(), |n| format!("{n:.2}")))
    }
}

impl From<Published<Pence>> for Field {
    fn from(sum: Published<Pence>) -> Self {
        let pounds = |Pence(p): Pence| format!("{}.{:02}", p / 100, p.unsigned_abs() % 100);
        Self(sum.value().map_or_else(|| sum.words().unwrap_or_default(), pounds))
    }
}

/// A value and its limits, each a field; of one that is not shown, the words in its place.
pub(crate) fn estimate(value: Published<Estimate>) -> [Field; 3] {
    let of = |part: fn(Estimate) -> f64| Field::from(value.map(part));
    match value.value() {
        Some(_) => [of(|e| e.value), of(|e| e.lower), of(|e| e.upper)],
        None => [of(|e| e.value), Field::from(""), Field::from("")],
    }
}

/// Numerator, denominator, value and limits.
pub(crate) fn measure(measure: &Measure) -> [Field; 5] {
    let [value, lower, upper] = estimate(measure.value);
    [measure.numerator.into(), measure.denominator.into(), value, lower, upper]
}

/// Names of the fields of [`measure`].
pub(crate) const MEASURE: [&str; 5] = ["numerator", "denominator", "value", "lower_95", "upper_95"];

/// A table with its name and whom it covers.
pub(crate) struct Csv {
    /// Name of the file, without its ending.
    pub(crate) name: String,
    pub(crate) head: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<Field>>,
    /// Whose data were counted; it stands in the last column, so that it goes where the file goes.
    pub(crate) coverage: String,
}

impl Csv {
    /// The whole file.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{},coverage\r\n", self.head.join(","));
        for row in &self.rows {
            let fields = row.iter().map(|field| field.0.as_str()).chain([self.coverage.as_str()]);
            let quoted: Vec<String> =
                fields.map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
            text.push_str(&quoted.join(","));
            text.push_str("\r\n");
        }
        text
    }
}

impl IntoResponse for Csv {
    fn into_response(self) -> Response {
        let head = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.csv\"", self.name)),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ];
        (head, self.text()).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use methods::{Counts, Form, Rule};

    #[test]
    fn fields_hold_what_pages_show() {
        let rule = Rule::default();
        let shown = rule.measure(Form::Proportion, 100.0, Counts { numerator: 1_200, denominator: 4_802 });
        let hidden = rule.measure(Form::Proportion, 100.0, Counts { numerator: 3, denominator: 4_802 });
        let row = |name: &str, of| [vec![name.into()], measure(of).to_vec()].concat();
        let csv = Csv {
            name: "test".to_owned(),
            head: [vec!["place"], MEASURE.to_vec()].concat(),
            rows: vec![row("A \"B\"", &shown), row("C", &hidden)],
            coverage: "All".to_owned(),
        };
        assert_eq!(
            csv.text(),
            "place,numerator,denominator,value,lower_95,upper_95,coverage\r\n\
             \"A \"\"B\"\"\",\"1200\",\"4800\",\"24.99\",\"23.79\",\"26.23\",\"All\"\r\n\
             \"C\",\"7 or fewer\",\"4800\",\"not shown\",\"\",\"\",\"All\"\r\n"
        );
        assert_eq!(Field::from(rule.money(Pence(-123_450), 10)).0, "-1234.00");
    }

    /// Compiles only while a bare number is no field: were there a way, the call would be ambiguous.
    #[test]
    fn a_bare_number_is_no_field() {
        trait Ambiguous<A> {
            fn only_one() {}
        }
        struct IsField;
        impl<T> Ambiguous<()> for T {}
        impl<T: Into<Field>> Ambiguous<IsField> for T {}
        <u64 as Ambiguous<_>>::only_one();
        <i64 as Ambiguous<_>>::only_one();
        <f64 as Ambiguous<_>>::only_one();
        <String as Ambiguous<_>>::only_one();
        <Pence as Ambiguous<_>>::only_one();
        <Estimate as Ambiguous<_>>::only_one();
    }
}
