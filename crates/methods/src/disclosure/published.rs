use std::fmt;

use model::Pence;
use serde::Serialize;

use crate::rates::Estimate;

/// A number that may be shown, or the word that stands for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", content = "value", rename_all = "snake_case")]
enum State<T> {
    Shown(T),
    Suppressed(u64),
    NoData,
}

/// A number that has been through disclosure control: shown, suppressed, or not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Published<T>(State<T>);

impl<T> Published<T> {
    /// A number that may be shown. Only disclosure control says so.
    pub(super) fn shown(value: T) -> Self {
        Self(State::Shown(value))
    }

    /// A count of 1 to so many.
    pub(super) fn suppressed(to: u64) -> Self {
        Self(State::Suppressed(to))
    }

    /// The number, where there is one that may be shown.
    pub(super) fn of(value: Option<T>) -> Self {
        Self(value.map_or(State::NoData, State::Shown))
    }
}

impl<T: Copy> Published<T> {
    /// The number, when it may be shown.
    pub fn value(&self) -> Option<T> {
        match self.0 {
            State::Shown(value) => Some(value),
            _ => None,
        }
    }

    /// True when there is a number that may not be shown.
    pub fn is_suppressed(&self) -> bool {
        matches!(self.0, State::Suppressed(_))
    }

    /// The words in its place when the number is not shown: `7 or fewer`, `no data`.
    pub fn words(&self) -> Option<String> {
        match self.0 {
            State::Shown(_) => None,
            State::Suppressed(0) => Some("not shown".to_owned()),
            State::Suppressed(to) => Some(format!("{to} or fewer")),
            State::NoData => Some("no data".to_owned()),
        }
    }

    /// Nothing is known.
    pub fn no_data() -> Self {
        Self(State::NoData)
    }

    /// There is a number, and it is not shown, because one that it belongs with is not.
    pub fn withheld() -> Self {
        Self(State::Suppressed(0))
    }

    /// Carries a shown number through a calculation that needs no other number; the rest stays as it is.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Published<U> {
        Published(match self.0 {
            State::Shown(value) => State::Shown(change(value)),
            State::Suppressed(to) => State::Suppressed(to),
            State::NoData => State::NoData,
        })
    }

    /// Carries two numbers through a calculation; what either hides or lacks, the outcome hides or lacks.
    pub fn with<U: Copy, V>(self, other: Published<U>, change: impl FnOnce(T, U) -> V) -> Published<V> {
        match (self.0, other.0) {
            (State::Shown(a), State::Shown(b)) => Published(State::Shown(change(a, b))),
            (State::Suppressed(_), _) | (_, State::Suppressed(_)) => Published(State::Suppressed(0)),
            _ => Published(State::NoData),
        }
    }
}

/// Counts with separated thousands, money in pounds, or the words in their place.
impl fmt::Display for Published<u64> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Some(n) => f.write_str(&separated(n)),
            None => f.write_str(&self.words().unwrap_or_default()),
        }
    }
}

impl fmt::Display for Published<Pence> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Some(Pence(p)) => {
                let pounds = p.unsigned_abs().saturating_add(50) / 100;
                let sign = if p < 0 && pounds > 0 { "-" } else { "" };
                write!(f, "{sign}£{}", separated(pounds))
            }
            None => f.write_str(&self.words().unwrap_or_default()),
        }
    }
}

impl fmt::Display for Published<Estimate> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            // A mean has no limits.
            Some(e) if e.lower == e.upper => write!(f, "{:.1}", e.value),
            Some(e) => write!(f, "{:.1} ({:.1} to {:.1})", e.value, e.lower, e.upper),
            None => f.write_str(&self.words().unwrap_or_default()),
        }
    }
}

impl fmt::Display for Published<f64> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Some(v) => write!(f, "{v:.1}"),
            None => f.write_str(&self.words().unwrap_or_default()),
        }
    }
}

fn separated(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
