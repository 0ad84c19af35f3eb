//! What the current publication says of itself: the names of lists and groups, so that pages need no definitions.

use chrono::NaiveDate;
use serde::Deserialize;
use store::{Publication, Store, generations};

use crate::errors::Fault;

/// The current publication's day and the names that go with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Published {
    pub(crate) data_as_at: Option<NaiveDate>,
    names: Manifest,
}

/// The part of the pipeline's manifest that pages read. Whatever is missing is done without.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Manifest {
    worklists: Vec<List>,
    groups: Vec<Group>,
}

/// A case-finding list, as its definition names it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct List {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) purpose: String,
    pub(crate) source: String,
}

/// A population group, as the pack names it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Group {
    pub(crate) number: u8,
    pub(crate) name: String,
}

impl Published {
    /// What is current.
    pub(crate) async fn read(store: &Store) -> Result<Self, Fault> {
        Ok(generations::current(store).await?.map_or_else(Self::default, Self::of))
    }

    fn of(publication: Publication) -> Self {
        Self {
            data_as_at: Some(publication.data_as_at),
            names: serde_json::from_str(&publication.manifest).unwrap_or_default(),
        }
    }

    /// The list of this name; when the manifest does not say, its name with blanks.
    pub(crate) fn list(&self, name: &str) -> List {
        self.names.worklists.iter().find(|list| list.name == name).cloned().unwrap_or_else(|| List {
            name: name.to_owned(),
            title: sentence_case(name),
            ..List::default()
        })
    }

    /// Groups by number, as the manifest names them.
    pub(crate) fn groups(&self) -> &[Group] {
        &self.names.groups
    }
}

fn sentence_case(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_manifest_does_not_say_is_done_without() {
        let manifest = r#"{"worklists":[{"name":"falls","title":"Fall in the last year"}],"other":1}"#;
        let names: Manifest = serde_json::from_str(manifest).unwrap();
        let published = Published { data_as_at: None, names };
        assert_eq!(published.list("falls").title, "Fall in the last year");
        assert_eq!(published.list("recent_discharge").title, "Recent discharge");
        assert!(published.groups().is_empty());
    }
}
