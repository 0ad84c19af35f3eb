use std::collections::BTreeSet;
use std::sync::Arc;

/// What agreements leave out of what is published, for one recipient and one purpose today: compiled once a change of
/// agreements or publication, then carried by every permit to every exit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cover {
    hidden: Arc<BTreeSet<String>>,
    nothing: bool,
    version: i64,
    figures: Arc<str>,
}

impl Cover {
    /// `hidden` are the sources that readers' data were made with and that may not be used now; `nothing` says that no other
    /// source is left; `version` numbers the change of agreements, or of who may
    /// be counted, that this was compiled after.
    pub fn new(hidden: BTreeSet<String>, nothing: bool, version: i64) -> Self {
        Self { hidden: Arc::new(hidden), nothing, version, figures: Arc::default() }
    }

    /// The same with the name of the figures that may be read under it: those counted without the hidden sources, and without
    /// whoever has asked not to be counted.
    pub fn with_figures(self, name: &str) -> Self {
        Self { figures: name.into(), ..self }
    }

    /// The name of the figures that may be read under it; blank when none may, as for any purpose but planning.
    pub fn figures(&self) -> &str {
        &self.figures
    }

    /// Nothing is left out.
    pub fn is_whole(&self) -> bool {
        self.hidden.is_empty()
    }

    /// Nothing is left.
    pub fn is_nothing(&self) -> bool {
        self.nothing
    }

    /// Whether this source's data may neither be shown nor counted.
    pub fn hides(&self, source: &str) -> bool {
        self.hidden.contains(source)
    }

    /// Whether a practice's own data may neither be shown nor counted; then who is registered there is not known either.
    pub fn hides_practice(&self, practice: &str) -> bool {
        self.hides(&format!("gp:{practice}"))
    }

    /// The sources that are left out, in order.
    pub fn hidden(&self) -> impl Iterator<Item = &str> {
        self.hidden.iter().map(String::as_str)
    }

    /// Number of the change of agreements, or of who may be counted, that it was compiled after.
    pub fn version(&self) -> i64 {
        self.version
    }
}
