use std::fmt;

use crate::Condition;

/// Which people a list or a search may show: those for whom every condition of one of `any_of` holds and those of none of
/// `none_of`. Deciding is done once for the class; the store turns this into a filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    any_of: Vec<Vec<Condition>>,
    none_of: Vec<Vec<Condition>>,
}

impl Reach {
    pub(crate) fn new(any_of: Vec<Vec<Condition>>, none_of: Vec<Vec<Condition>>) -> Self {
        Self { any_of, none_of }
    }

    /// Alternatives, each a list of conditions that must all hold. No alternatives: nobody.
    pub fn any_of(&self) -> &[Vec<Condition>] {
        &self.any_of
    }

    /// Exclusions, each a list of conditions that together shut a person out.
    pub fn none_of(&self) -> &[Vec<Condition>] {
        &self.none_of
    }
}

impl fmt::Display for Reach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |alternatives: &[Vec<Condition>]| {
            let texts: Vec<String> = alternatives
                .iter()
                .map(|all| all.iter().map(|c| c.name()).collect::<Vec<_>>().join(" and "))
                .collect();
            texts.join(" or ")
        };
        f.write_str(&side(&self.any_of))?;
        if !self.none_of.is_empty() {
            write!(f, " but not {}", side(&self.none_of))?;
        }
        Ok(())
    }
}
