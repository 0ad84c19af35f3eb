//! What an indicator is: the head and the query of its definition.

use methods::Form;
use methods::spc::Direction;
use serde::Serialize;
use warehouse::definitions::{Definition, Kind};

/// An indicator as its definition says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Indicator {
    /// Definition name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Domain of the outcomes framework.
    pub domain: String,
    /// Part of the domain, such as `effectiveness`; blank when it is of the whole.
    pub aspect: String,
    /// Which way is better.
    pub direction: Direction,
    /// How it is computed.
    pub form: Form,
    /// Unit in words, such as `per 1,000 people a month`.
    pub unit: String,
    /// The value is numerator over denominator times this.
    pub per: f64,
    /// What is to be reached, in the unit of the value.
    pub target: Option<f64>,
    /// Numerator in words.
    pub numerator: String,
    /// Denominator in words.
    pub denominator: String,
    /// Where the method is published.
    pub source: String,
    /// Who answers for it.
    pub owner: String,
    /// Version of the definition.
    pub version: String,
    /// What to keep in mind; blank when there is nothing.
    pub note: String,
    /// Path under definitions/.
    pub path: String,
    /// The query.
    pub sql: String,
}

impl Indicator {
    /// The indicators among the definitions in force, by domain and title.
    pub fn all(definitions: &[Definition]) -> Vec<Self> {
        let mut all: Vec<Self> =
            definitions.iter().filter(|d| d.kind == Kind::Indicator).map(Self::of).collect();
        all.sort_by(|a, b| (&a.domain, &a.title).cmp(&(&b.domain, &b.title)));
        all
    }

    /// The indicator of this name.
    pub fn named(definitions: &[Definition], name: &str) -> Option<Self> {
        definitions.iter().find(|d| d.kind == Kind::Indicator && d.name == name).map(Self::of)
    }

    fn of(definition: &Definition) -> Self {
        let text =
            |key: &str| definition.more.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let number = |key: &str| {
            let value = definition.more.get(key);
            value.and_then(|v| v.as_float().or_else(|| v.as_integer().map(|n| n as f64)))
        };
        Self {
            name: definition.name.clone(),
            title: definition.title.clone(),
            domain: text("domain"),
            aspect: text("aspect"),
            direction: match text("direction").as_str() {
                "increase" => Direction::Increase,
                "decrease" => Direction::Decrease,
                _ => Direction::Neutral,
            },
            form: match text("form").as_str() {
                "proportion" => Form::Proportion,
                "mean" => Form::Mean,
                _ => Form::Rate,
            },
            unit: text("unit"),
            per: number("per").unwrap_or(1.0),
            target: number("target"),
            numerator: text("numerator"),
            denominator: text("denominator"),
            source: definition.source.clone(),
            owner: definition.owner.clone(),
            version: definition.version.clone(),
            note: text("note"),
            path: definition.path.clone(),
            sql: definition.sql.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use warehouse::reference::DefinitionFiles;

    #[test]
    fn every_indicator_says_what_it_is() {
        let definitions = warehouse::definitions::load(&DefinitionFiles::embedded()).unwrap();
        let all = Indicator::all(&definitions);
        assert!(all.len() >= 10);
        for indicator in all {
            let name = &indicator.name;
            assert!(!indicator.domain.is_empty() && !indicator.unit.is_empty(), "{name}");
            assert!(!indicator.numerator.is_empty() && !indicator.denominator.is_empty(), "{name}");
            assert!(indicator.per >= 1.0 && !indicator.source.is_empty(), "{name}");
            assert!(indicator.sql.contains("SELECT") && indicator.path.ends_with(".sql"), "{name}");
        }
        assert!(Indicator::named(&definitions, "falls").is_none(), "that is a worklist");
    }
}
