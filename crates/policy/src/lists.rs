use std::collections::BTreeMap;

use crate::class::{About, Class};
use crate::conditions::Conditions;
use crate::rules::Unanswered;
use crate::{Reach, Resource, Rules};

/// What the rules come to for a list or a search: decided once for the class, from what they say of every kind of person that
/// there can be.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Listing {
    /// Rules that permit somebody to be in it.
    pub(crate) permits: Vec<usize>,
    /// Rules that forbid it whoever is in it.
    pub(crate) forbids: Vec<usize>,
    /// Who may be in it.
    pub(crate) reach: Reach,
}

impl Listing {
    /// Whether people are what this resource lists.
    pub(crate) fn is_of(resource: Resource) -> bool {
        matches!(resource, Resource::People | Resource::Worklist)
    }

    pub(crate) fn of(rules: &Rules, class: Class) -> Result<Self, Unanswered> {
        debug_assert!(matches!(class.about, About::Thing(thing) if Self::is_of(thing)), "a list");
        let (mut permits, mut forbids) = (Applies::new(), Applies::new());
        for conditions in Conditions::every() {
            let ruling = rules.evaluate(class.person(conditions))?;
            ruling.permits.iter().for_each(|rule| permits.entry(*rule).or_default().push(conditions));
            ruling.forbids.iter().for_each(|rule| forbids.entry(*rule).or_default().push(conditions));
        }
        let mut listing = Self { permits: permits.keys().copied().collect(), ..Self::default() };
        let (mut any_of, mut none_of) = (Vec::new(), Vec::new());
        for (rule, sets) in permits {
            any_of.extend(least(&sets).ok_or_else(|| no_filter(rules, rule))?);
        }
        for (rule, sets) in forbids {
            let least = least(&sets).ok_or_else(|| no_filter(rules, rule))?;
            if least.contains(&Conditions::default()) {
                listing.forbids.push(rule);
            } else {
                none_of.extend(least);
            }
        }
        let conditions = |sets: Vec<Conditions>| sets.into_iter().map(Conditions::list).collect();
        listing.reach = Reach::new(conditions(any_of), conditions(none_of));
        Ok(listing)
    }
}

/// By rule, the kinds of people it applies to.
type Applies = BTreeMap<usize, Vec<Conditions>>;

/// The least sets of conditions under which a rule applies. `None` when it can stop applying because more is so: a filter has
/// no "unless".
fn least(sets: &[Conditions]) -> Option<Vec<Conditions>> {
    let is_least = |one: &Conditions| !sets.iter().any(|other| other != one && one.includes(*other));
    let least: Vec<Conditions> = sets.iter().copied().filter(is_least).collect();
    let wider = Conditions::every().filter(|set| least.iter().any(|one| set.includes(*one))).count();
    (wider == sets.len()).then_some(least)
}

fn no_filter(rules: &Rules, rule: usize) -> Unanswered {
    let id = rules.all().get(rule).map_or("?", |rule| rule.id.as_str());
    Unanswered::new(format!(
        "`{id}` cannot be made into the filter of a list: write its \"unless\" as a rule that forbids"
    ))
}
