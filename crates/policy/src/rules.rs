use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use cedar_policy::{Authorizer, Entities, PolicySet, Response, Schema};
use model::{Purpose, Role};

use crate::class::{About, Class};
use crate::conditions::Conditions;
use crate::lists::Listing;
use crate::{Action, Resource, Section, load};

/// What a rule does when it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Permits.
    Permit,
    /// Forbids, whatever permits.
    Forbid,
    /// Withholds sections of what is permitted: a rule that forbids a section.
    Mask,
}

/// One rule, as its owner wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Stable name, kept in every audit row it decided.
    pub id: String,
    /// Who answers for it.
    pub owner: String,
    /// The law or principle behind it.
    pub legal_basis: String,
    /// In plain English, for the refusal page and the person's access history.
    pub sentence: String,
    /// What it does.
    pub effect: Effect,
    /// The file it stands in, such as `direct-care.cedar`.
    pub file: &'static str,
    /// Its text in Cedar, without what is said of it above.
    pub text: String,
}

/// Rules that cannot be used: where and why. Nothing is decided with them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("policies/{file}, line {line}: {problem}")]
pub struct RulesError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: String,
}

/// The rules in force, parsed once and cheap to clone. What was answered for a class of requests is remembered.
#[derive(Clone)]
pub struct Rules(Arc<Book>);

struct Book {
    version: String,
    schema: Schema,
    rules: Vec<Rule>,
    slices: BTreeMap<(Role, Action), Slice>,
    rulings: Memory<Class, Ruling>,
    listings: Memory<Class, Listing>,
}

/// The rules that speak of one role and action, apart by what they do: Cedar is handed no others.
#[derive(Default)]
pub(crate) struct Slice {
    pub(crate) permits: PolicySet,
    pub(crate) forbids: PolicySet,
    pub(crate) masks: PolicySet,
}

/// Which rules apply to a class, by their place among all.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Ruling {
    pub(crate) permits: Vec<usize>,
    pub(crate) forbids: Vec<usize>,
    /// Each rule with the sections it withholds.
    pub(crate) masks: Vec<(usize, Vec<Section>)>,
}

/// A rule could not be evaluated, or the question could not be put. The request is refused: Cedar would skip the rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Unanswered(String);

impl Unanswered {
    pub(crate) fn new(error: impl fmt::Display) -> Self {
        Self(error.to_string())
    }
}

impl Rules {
    /// The rules this program was built with, `policies/*.cedar`.
    pub fn built_in() -> Result<Self, RulesError> {
        static BUILT_IN: OnceLock<Result<Rules, RulesError>> = OnceLock::new();
        BUILT_IN.get_or_init(|| Self::parse(load::SCHEMA, &load::FILES)).clone()
    }

    /// Reads rules and holds each against the schema, strictly: a word that is not known, a comparison that cannot be, or a rule
    /// that can never apply is an error. `files` are names and texts, in the order in which rules are told.
    pub fn parse(schema: &str, files: &[(&'static str, &str)]) -> Result<Self, RulesError> {
        let loaded = load::load(schema, files)?;
        Ok(Self(Arc::new(Book {
            version: loaded.version,
            schema: loaded.schema,
            rules: loaded.rules,
            slices: loaded.slices,
            rulings: Memory::default(),
            listings: Memory::default(),
        })))
    }

    /// The version at the head of the schema and the first eight digits of the SHA-256 of all texts, such as `2.0+1f2e3d4c`.
    pub fn version(&self) -> &str {
        &self.0.version
    }

    /// The rules, file by file.
    pub fn all(&self) -> &[Rule] {
        &self.0.rules
    }

    /// The rules of these ids, in their order.
    pub fn named(&self, ids: &[String]) -> Vec<Rule> {
        self.all().iter().filter(|rule| ids.contains(&rule.id)).cloned().collect()
    }

    /// Whether some rule permits this role to do this at all; who is asked for and what for decide the rest.
    pub fn may(&self, role: Role, action: Action) -> bool {
        let thing = Resource::THINGS.into_iter().find(|thing| thing.takes(action));
        let about = thing.map_or(About::Person(Conditions::ALL), About::Thing);
        Purpose::ALL.into_iter().any(|purpose| {
            let ruling = self.ruling(Class::best(role, purpose, action, about));
            ruling.as_ref().as_ref().is_ok_and(|ruling| !ruling.permits.is_empty())
        })
    }

    /// Which rules apply to this class.
    pub(crate) fn ruling(&self, class: Class) -> Known<Ruling> {
        self.0.rulings.get(class, || self.evaluate(class))
    }

    /// What a list of people comes to for this class; `class` is about the list.
    pub(crate) fn listing(&self, class: Class) -> Known<Listing> {
        self.0.listings.get(class, || Listing::of(self, class))
    }

    /// Asks Cedar, without remembering.
    pub(crate) fn evaluate(&self, class: Class) -> Result<Ruling, Unanswered> {
        // What nothing permits need not be forbidden.
        let Some(slice) = self.0.slices.get(&(class.role(), class.action)).filter(|s| !s.permits.is_empty())
        else {
            return Ok(Ruling::default());
        };
        let entities = class.entities(&self.0.schema, false)?;
        let permits = self.ask(class, &slice.permits, None, &entities)?;
        let forbids = self.ask(class, &slice.forbids, None, &entities)?;
        let shown = !permits.is_empty() && forbids.is_empty();
        let masks = if shown { self.masks(class, &slice.masks)? } else { Vec::new() };
        Ok(Ruling { permits, forbids, masks })
    }

    /// The rules that withhold sections of a record that is shown, each with those it withholds.
    fn masks(&self, class: Class, rules: &PolicySet) -> Result<Vec<(usize, Vec<Section>)>, Unanswered> {
        let mut masks: BTreeMap<usize, Vec<Section>> = BTreeMap::new();
        if matches!(class.about, About::Person(_)) && !rules.is_empty() {
            let entities = class.entities(&self.0.schema, true)?;
            for section in Section::ALL {
                for rule in self.ask(class, rules, Some(section), &entities)? {
                    masks.entry(rule).or_default().push(section);
                }
            }
        }
        Ok(masks.into_iter().collect())
    }

    /// The rules of a slice that apply, in order.
    fn ask(
        &self,
        class: Class,
        rules: &PolicySet,
        section: Option<Section>,
        entities: &Entities,
    ) -> Result<Vec<usize>, Unanswered> {
        if rules.is_empty() {
            return Ok(Vec::new());
        }
        let request = class.request(section, &self.0.schema)?;
        let response: Response = Authorizer::new().is_authorized(&request, rules, entities);
        // INVARIANT: Cedar skips a rule that errors, which would let a forbid pass; here any error refuses.
        if let Some(error) = response.diagnostics().errors().next() {
            return Err(Unanswered::new(error));
        }
        let mut applied: Vec<usize> = response
            .diagnostics()
            .reason()
            .map(|id| id.to_string().parse().map_err(Unanswered::new))
            .collect::<Result<_, _>>()?;
        applied.sort_unstable();
        Ok(applied)
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rules").field("version", &self.version()).finish_non_exhaustive()
    }
}

/// An answer that is remembered, an unanswered question too.
pub(crate) type Known<T> = Arc<Result<T, Unanswered>>;

struct Memory<K, T>(Mutex<HashMap<K, Known<T>>>);

impl<K, T> Default for Memory<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, T> Memory<K, T> {
    /// Answers kept at once; beyond them all are worked out anew.
    const MOST: usize = 100_000;

    fn get(&self, key: K, answer: impl FnOnce() -> Result<T, Unanswered>) -> Known<T> {
        if let Some(known) = self.lock().get(&key) {
            return known.clone();
        }
        let known = Arc::new(answer());
        let mut all = self.lock();
        if all.len() >= Self::MOST {
            all.clear();
        }
        all.insert(key, known.clone());
        known
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<K, Known<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
