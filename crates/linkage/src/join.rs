//! What the rules left over: people seen for the first time who, by probability, were known already.

use hashbrown::{HashMap, HashSet};

use crate::birth::Birth;
use crate::blocking::Keys;
use crate::choose;
use crate::cluster::{self, Clusters, Rules};
use crate::compare::Comparer;
use crate::engine::{self, Edge, Example};
use crate::estimate::{self, Drawn};
use crate::frequency::{Frequencies, forget_default_births};
use crate::model::Model;
use crate::records::Records;
use crate::weights::{Weights, log_odds};

/// What is known before probability is asked.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Person of each record.
    pub people: Vec<u32>,
    /// People from this number on were seen for the first time in this run, and may be joined to others.
    pub first_new: u32,
    /// Pairs of records of which somebody has said that they are two people.
    pub apart: Vec<(u32, u32)>,
    /// Whether no file has anybody twice.
    pub one_to_one: bool,
}

impl Known {
    fn person(&self, record: u32) -> u32 {
        self.people.get(record as usize).copied().unwrap_or(0)
    }

    /// Whether two records are of two people of whom one at least is new.
    pub(crate) fn may_join(&self, one: u32, other: u32) -> bool {
        let (one, other) = (self.person(one), self.person(other));
        one != other && (one >= self.first_new || other >= self.first_new)
    }
}

/// From which probability people are joined, and from which somebody is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The mean over all pairs of records of the two people must reach this.
    pub join: f64,
    /// The best pair of records of two people who were not joined must reach this for a case to be opened.
    pub ask: f64,
    /// Cases opened at most: the most likely come first.
    pub cases: usize,
}

/// A new person and who that is.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// The person's number before.
    pub person: u32,
    /// The person it is.
    pub into: u32,
    /// The best pair of records of the two, and what each field says of it.
    pub because: Example,
}

/// What came of it.
#[derive(Clone, Debug, Default)]
pub struct Joined {
    /// People who are others, by number.
    pub joins: Vec<Join>,
    /// The best pair of records of two people who may be one, most likely first.
    pub cases: Vec<Example>,
    /// Person of each record, joined people under the number of the one they are.
    pub people: Vec<u32>,
    /// Pairs of records whose odds are above 1 to 1,024, most likely first.
    pub edges: Vec<Edge>,
    /// What was learnt or given.
    pub model: Model,
    /// What was counted, where everybody was at hand.
    pub(crate) counted: Option<Counted>,
}

/// What was counted among everybody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counted {
    pub frequencies: Frequencies,
    pub default_births: Vec<Birth>,
}

/// Joins new people to those they are by probability. Two people known before are never joined, and none whose records
/// somebody has said to be of two people. With a model nothing is learnt.
pub fn join(records: &mut Records, known: &Known, model: Option<&Model>, limits: Limits) -> Joined {
    let default_births = forget_default_births(records);
    let records = &*records;
    let frequencies = Frequencies::of(records);
    let keys = Keys::new(records, &frequencies);
    let pairs = estimate::all_pairs(records, false);
    let mut expected = Model::expected(records);
    let drawn = Drawn::new(records, &mut Comparer::new(records, &frequencies), &expected);
    drawn.set_u(&mut expected);
    let candidates = choose::candidates(records, &keys, &frequencies, model.unwrap_or(&expected), false);
    let model = match model {
        Some(model) => model.clone(),
        None => engine::learn(records, &frequencies, &candidates, &drawn, expected, pairs),
    };
    let weights = Weights::new(records, &frequencies, &model);
    let edges =
        engine::score(records, &frequencies, &candidates, &weights, |one, other| known.may_join(one, other));
    let mut comparer = Comparer::new(records, &frequencies);
    let joined = decide(records, known, edges, &weights, &mut comparer, &model, limits);
    Joined { counted: Some(Counted { frequencies, default_births }), ..joined }
}

/// Who is who by these pairs, most likely first.
pub(crate) fn decide(
    records: &Records,
    known: &Known,
    edges: Vec<Edge>,
    weights: &Weights<'_>,
    comparer: &mut Comparer<'_>,
    model: &Model,
    limits: Limits,
) -> Joined {
    let apart: HashSet<(u32, u32)> = known.apart.iter().map(|(a, b)| (*a.min(b), *a.max(b))).collect();
    let mut clusters = Clusters::of_people(&known.people);
    // Clusters that hold a person known before.
    let mut pinned = vec![false; records.len()];
    for (record, _) in (0_u32..).zip(&known.people).filter(|(_, person)| **person < known.first_new) {
        if let Some(pinned) = pinned.get_mut(clusters.of(record) as usize) {
            *pinned = true;
        }
    }
    let file = |record: u32| records.file_and_number(record).0;
    let never = |one: u32, other: u32| {
        apart.contains(&(one.min(other), one.max(other))) || (known.one_to_one && file(one) == file(other))
    };
    let rules = Rules {
        least: log_odds(limits.join),
        precision: None,
        record: &|record| records.file_and_number(record),
        never: Some(&never),
        across_files: false,
        score: |a: u32, b: u32| {
            let (one, other) = (a.min(b), a.max(b));
            weights.weigh(one, comparer.pattern(one, other))
        },
    };
    cluster::grow(&mut clusters, &mut pinned, &edges, rules);
    let into = numbers(known, &clusters);
    let joins = joins(records, known, &clusters, &into, &edges, weights, comparer, model);
    let mut cases = Vec::new();
    let mut asked: HashSet<(u32, u32)> = HashSet::new();
    for edge in edges.iter().take_while(|edge| edge.bits >= log_odds(limits.ask)) {
        if cases.len() == limits.cases {
            break;
        }
        let (one, other) = (clusters.of(edge.one), clusters.of(edge.other));
        let decided = apart.contains(&(edge.one, edge.other));
        if one != other && !decided && asked.insert((one.min(other), one.max(other))) {
            cases.push(engine::example(records, *edge, weights, comparer, model));
        }
    }
    let people = (0_u32..).zip(&known.people);
    let people = people.map(|(record, person)| into.get(&clusters.of(record)).copied().unwrap_or(*person));
    Joined { joins, cases, people: people.collect(), edges, model: model.clone(), counted: None }
}

/// Of each cluster, the person known before, else its lowest number.
fn numbers(known: &Known, clusters: &Clusters) -> HashMap<u32, u32> {
    let mut into: HashMap<u32, u32> = HashMap::new();
    for (record, person) in (0_u32..).zip(&known.people) {
        let lowest = into.entry(clusters.of(record)).or_insert(*person);
        *lowest = (*lowest).min(*person);
    }
    into
}

/// Who is another, and why.
#[expect(clippy::too_many_arguments, reason = "what a decision rests on; each is used once")]
fn joins(
    records: &Records,
    known: &Known,
    clusters: &Clusters,
    into: &HashMap<u32, u32>,
    edges: &[Edge],
    weights: &Weights<'_>,
    comparer: &mut Comparer<'_>,
    model: &Model,
) -> Vec<Join> {
    // The best pair of each person with another of its cluster: edges come best first.
    let mut because: HashMap<u32, Edge> = HashMap::new();
    for edge in edges.iter().filter(|edge| clusters.of(edge.one) == clusters.of(edge.other)) {
        for record in [edge.one, edge.other] {
            if let Some(person) = known.people.get(record as usize) {
                because.entry(*person).or_insert(*edge);
            }
        }
    }
    let mut joins: Vec<Join> = Vec::new();
    let mut done: HashSet<u32> = HashSet::new();
    for (record, person) in (0_u32..).zip(&known.people) {
        let Some(into) = into.get(&clusters.of(record)) else { continue };
        if into == person || !done.insert(*person) {
            continue;
        }
        if let Some(edge) = because.get(person) {
            let because = engine::example(records, *edge, weights, comparer, model);
            joins.push(Join { person: *person, into: *into, because });
        }
    }
    joins.sort_by_key(|join| join.person);
    joins
}
