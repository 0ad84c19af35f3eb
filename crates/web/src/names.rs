//! What organisations, practices and boroughs are called, by their codes.

use std::collections::BTreeMap;

use model::Feed;

/// Names by code. A code that has no name is shown as it is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    pub(crate) fn new(names: BTreeMap<String, String>) -> Self {
        Self(names)
    }

    /// The name of this organisation, practice or borough.
    pub(crate) fn of<'a>(&'a self, code: &'a str) -> &'a str {
        self.0.get(code).map_or(code, String::as_str)
    }

    /// The code of what is typed as a code or as a name; capitals do not matter.
    pub(crate) fn code_of(&self, typed: &str) -> Option<&str> {
        let typed = typed.trim();
        if typed.is_empty() {
            return None;
        }
        let by_code = self.0.get_key_value(typed.to_ascii_uppercase().as_str());
        let by_name = || self.0.iter().find(|(_, name)| name.eq_ignore_ascii_case(typed));
        by_code.or_else(by_name).map(|(code, _)| code.as_str())
    }

    /// A source such as `gp:E84002` in words: `GP practice, Example Surgery`.
    pub(crate) fn source(&self, source: &str) -> String {
        match source.split_once(':') {
            Some((feed, organisation)) => self.feed_source(feed, organisation),
            None => source.to_owned(),
        }
    }

    fn feed_source(&self, feed: &str, organisation: &str) -> String {
        let feed = feed.parse::<Feed>().map_or_else(|_| feed.to_owned(), |feed| feed.label().to_owned());
        format!("{feed}, {}", self.of(organisation))
    }
}
