//! What lists, groups and indicators are called and how they are made: the heads of the definitions in force.

use std::sync::Arc;

use care::reasons::{Evidence, Part};
use model::{CodeScheme, EventKind};
use warehouse::WarehouseError;
use warehouse::codelists::{CodeLists, LookupKey};
use warehouse::definitions::{self, Definition, Kind};
use warehouse::reference::{DefinitionFiles, Group, PILOT_PRACTICES};

/// The definitions as pages need them.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    definitions: Vec<Definition>,
    codelists: Arc<CodeLists>,
    groups: Vec<Group>,
    pilot_source: String,
}

/// A case-finding list, as its definition says.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) purpose: String,
    pub(crate) source: String,
    /// Made by a model of risk, and not by a rule.
    pub(crate) predicted: bool,
    /// Who comes on it, in plain English.
    pub(crate) rule: String,
    /// Path of the definition under definitions/, its version and who answers for it.
    pub(crate) path: String,
    pub(crate) version: String,
    pub(crate) owner: String,
    /// What of a record the rule looks at.
    pub(crate) evidence: Vec<Evidence>,
    /// The code lists it reads.
    pub(crate) codelists: Vec<String>,
}

impl Catalogue {
    /// From the files under definitions/. Errors: one of them cannot be read.
    pub fn from_files(files: &DefinitionFiles) -> Result<Self, WarehouseError> {
        Ok(Self {
            definitions: definitions::load(files)?,
            codelists: Arc::new(CodeLists::load(files)?),
            groups: files.groups(),
            pilot_source: files.source(PILOT_PRACTICES).to_owned(),
        })
    }

    pub(crate) fn definitions(&self) -> &[Definition] {
        &self.definitions
    }

    /// Whose list of pilot practices it is, as its first line says.
    pub(crate) fn pilot_source(&self) -> &str {
        &self.pilot_source
    }

    /// Groups by number.
    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The list of this name; a list that has no definition here is called by its name.
    pub(crate) fn list(&self, name: &str) -> List {
        let lists = |d: &&Definition| matches!(d.kind, Kind::Worklist | Kind::Risk) && d.name == name;
        let known = self.definitions.iter().find(lists);
        let Some(definition) = known else {
            return List { name: name.to_owned(), title: name.replace('_', " "), ..List::default() };
        };
        let text =
            |key: &str| definition.more.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let predicted = definition.kind == Kind::Risk;
        List {
            name: name.to_owned(),
            title: if predicted { text("list_title") } else { definition.title.clone() },
            purpose: text("purpose"),
            source: definition.source.clone(),
            predicted,
            rule: text("rule"),
            path: definition.path.clone(),
            version: definition.version.clone(),
            owner: definition.owner.clone(),
            evidence: evidence(definition),
            codelists: definition.codelists.clone(),
        }
    }

    /// Whether a code is in one of these code lists.
    pub(crate) fn listed(&self, lists: &[String], scheme: CodeScheme, code: &str) -> bool {
        let mut found = false;
        self.codelists.each(scheme, code, &mut LookupKey::default(), |list| {
            let name = self.codelists.names().get(usize::from(list));
            found |= name.is_some_and(|name| lists.contains(name));
        });
        found
    }
}

/// The `facts` of a definition's head. What cannot be read is left out; a test reads those that we ship.
fn evidence(definition: &Definition) -> Vec<Evidence> {
    let Some(facts) = definition.more.get("facts").and_then(|facts| facts.as_array()) else {
        return Vec::new();
    };
    let read = facts.iter().filter_map(|fact| {
        let text = |key: &str| fact.get(key).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
        let number = |key: &str| fact.get(key).and_then(|v| v.as_integer()).and_then(|n| n.try_into().ok());
        let all = |key: &str| -> Vec<String> {
            let array = fact.get(key).and_then(|v| v.as_array()).map(Vec::as_slice).unwrap_or_default();
            array.iter().filter_map(|v| v.as_str()).map(str::to_owned).collect()
        };
        let kind = |name: &String| EventKind::ALL.into_iter().find(|kind| kind.name() == name);
        Some(Evidence {
            of: Part::from_name(&text("of"))?,
            kinds: all("kinds").iter().filter_map(kind).collect(),
            words: all("words"),
            months: number("months").unwrap_or(0),
            days: number("days").unwrap_or(0),
            score: text("score"),
            latest: fact.get("latest").and_then(|v| v.as_bool()).unwrap_or(false),
        })
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_groups_have_the_names_of_their_definitions() {
        let catalogue = Catalogue::from_files(&DefinitionFiles::embedded()).unwrap();
        assert_eq!(catalogue.list("recent_discharge").title, "Discharged in the last 14 days");
        assert!(!catalogue.list("recent_discharge").purpose.is_empty());
        assert_eq!(catalogue.list("not_there").title, "not there");
        for definition in catalogue.definitions().iter().filter(|d| d.kind == Kind::Worklist) {
            let list = catalogue.list(&definition.name);
            let written = definition.more.get("facts").and_then(|facts| facts.as_array()).map_or(0, Vec::len);
            assert!(!list.rule.is_empty() && written > 0 && list.evidence.len() == written, "{}", list.name);
            assert!(list.rule.ends_with('.') && list.path.ends_with(".sql"), "{}", list.name);
        }
        let falls = catalogue.list("falls").codelists;
        assert!(catalogue.listed(&falls, CodeScheme::Snomed, "1912002"));
        assert!(!catalogue.listed(&falls, CodeScheme::Snomed, "84114007"));
        assert_eq!(catalogue.groups().len(), 11);
        assert_eq!(catalogue.groups()[0].name, "Children");
    }
}
