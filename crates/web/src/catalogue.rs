//! What lists, groups and indicators are called and how they are made: the heads of the definitions in force.

use warehouse::WarehouseError;
use warehouse::definitions::{self, Definition, Kind};
use warehouse::reference::{DefinitionFiles, Group};

/// The definitions as pages need them.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    definitions: Vec<Definition>,
    groups: Vec<Group>,
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
}

impl Catalogue {
    /// From the files under definitions/. Errors: one of them cannot be read.
    pub fn from_files(files: &DefinitionFiles) -> Result<Self, WarehouseError> {
        Ok(Self { definitions: definitions::load(files)?, groups: files.groups() })
    }

    pub(crate) fn definitions(&self) -> &[Definition] {
        &self.definitions
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
        let text = |key: &str| definition.more.get(key).and_then(|value| value.as_str());
        let purpose = text("purpose");
        List {
            name: name.to_owned(),
            title: text("list_title").unwrap_or(&definition.title).to_owned(),
            purpose: purpose.unwrap_or_default().to_owned(),
            source: definition.source.clone(),
            predicted: definition.kind == Kind::Risk,
        }
    }
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
        assert_eq!(catalogue.groups().len(), 11);
        assert_eq!(catalogue.groups()[0].name, "Children");
    }
}
