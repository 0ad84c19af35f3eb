//! Moves between groups of every place at once, so that what is hidden in one view is hidden in every view and follows from none.

use std::collections::{BTreeMap, BTreeSet};

use methods::disclosure::Line;
use methods::{Published, Rule};
use serde::Deserialize;

/// Nobody's group: not yet born at the beginning, died at the end.
pub(crate) const NONE: i64 = -1;

/// People of a practice and a borough who went from one group to another, or stayed.
#[derive(Clone, Deserialize)]
pub(crate) struct Row {
    pub(crate) borough: String,
    pub(crate) practice: String,
    pub(crate) from_group: i64,
    pub(crate) to_group: i64,
    pub(crate) people: i64,
}

/// Whose moves. Practices lie across boroughs: people live in one and are registered in another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Whose {
    Area,
    Borough(String),
    Practice(String),
}

/// What is counted of a place's people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Counted {
    /// In the one group at the beginning and in the other at the end; of a practice only who stayed, was born or died.
    Pair(i64, i64),
    /// In the group at the beginning.
    Began(i64),
    /// In the group at the end.
    Ended(i64),
    /// In the group at the beginning, in another at the end.
    Left(i64),
    /// In the group at the end, in another at the beginning.
    Came(i64),
    /// In some group on both days.
    Both,
    /// Of those, not in the same one.
    Moved,
}

use Counted::{Began, Both, Came, Ended, Left, Moved, Pair};

/// Counts of every place, as far as they may be shown.
pub(crate) struct Moves {
    shown: BTreeMap<(Whose, Counted), Published<u64>>,
    rule: Rule,
}

impl Moves {
    pub(crate) fn of(rows: &[Row], rule: Rule) -> Self {
        let mut sums = Sums::default();
        for row in rows {
            let places =
                [Whose::Area, Whose::Borough(row.borough.clone()), Whose::Practice(row.practice.clone())];
            for whose in places {
                sums.add(&whose, row);
            }
        }
        sums.publish(rule)
    }

    /// Whether anybody of a place was in a group on one of the days. Of others nothing is known, which is not nought.
    pub(crate) fn knows(&self, whose: &Whose) -> bool {
        let from = (whose.clone(), Pair(i64::MIN, i64::MIN));
        self.shown.range(from..).next().is_some_and(|((first, _), _)| first == whose)
    }

    pub(crate) fn get(&self, whose: &Whose, counted: Counted) -> Published<u64> {
        let found = self.shown.get(&(whose.clone(), counted)).copied();
        found.unwrap_or_else(|| self.rule.count(0))
    }
}

#[derive(Default)]
struct Sums {
    at: BTreeMap<(Whose, Counted), usize>,
    counts: Vec<u64>,
}

impl Sums {
    fn add(&mut self, whose: &Whose, row: &Row) {
        let (from, to) = (row.from_group, row.to_group);
        let whole = !matches!(whose, Whose::Practice(_));
        let counted: &[Counted] = match (from, to) {
            (NONE, _) => &[Pair(NONE, to), Ended(to)],
            (_, NONE) => &[Pair(from, NONE), Began(from)],
            _ if from == to => &[Pair(from, to), Began(from), Ended(to), Both],
            _ if whole => &[Left(from), Came(to), Began(from), Ended(to), Both, Moved, Pair(from, to)],
            _ => &[Left(from), Came(to), Began(from), Ended(to), Both, Moved],
        };
        for counted in counted {
            let next = self.counts.len();
            let at = *self.at.entry((whose.clone(), *counted)).or_insert(next);
            if at == next {
                self.counts.push(0);
            }
            if let Some(count) = self.counts.get_mut(at) {
                *count += u64::try_from(row.people).unwrap_or(0);
            }
        }
    }

    fn publish(self, rule: Rule) -> Moves {
        let shown = rule.related(&self.counts, &self.lines());
        let shown = self.at.into_iter().filter_map(|(key, at)| Some((key, *shown.get(at)?)));
        Moves { shown: shown.collect(), rule }
    }

    /// What adds up to what: within each place, and boroughs and practices to the area.
    fn lines(&self) -> Vec<Line> {
        let places: BTreeSet<&Whose> = self.at.keys().map(|(whose, _)| whose).collect();
        let mut lines: Vec<Line> = places.iter().flat_map(|whose| self.within(whose)).collect();
        for (whole, at) in self.at.iter().filter(|((whose, _), _)| *whose == Whose::Area) {
            let parts = |wanted: fn(&Whose) -> bool| {
                let of = places.iter().filter(move |whose| wanted(whose));
                let parts = of.filter_map(|whose| self.at.get(&((*whose).clone(), whole.1)));
                parts.copied().chain([*at]).collect::<Line>()
            };
            lines.push(parts(|whose| matches!(whose, Whose::Borough(_))));
            lines.push(parts(|whose| matches!(whose, Whose::Practice(_))));
        }
        // A whole without parts is no sum: moves from one group to another are not counted of practices.
        lines.retain(|line| line.len() > 1);
        lines
    }

    fn within(&self, whose: &Whose) -> Vec<Line> {
        let from = (whose.clone(), Pair(i64::MIN, i64::MIN));
        let own = self.at.range(from..).take_while(|((of, _), _)| of == whose);
        let here: Vec<(Counted, usize)> = own.map(|((_, what), at)| (*what, *at)).collect();
        let sum = |whole: Counted, part: &dyn Fn(Counted) -> bool| -> Line {
            let Some(whole) = self.at.get(&(whose.clone(), whole)) else { return Line::new() };
            here.iter().filter(|(what, _)| part(*what)).map(|(_, at)| *at).chain([*whole]).collect()
        };
        let groups: BTreeSet<i64> = here
            .iter()
            .filter_map(|(what, _)| match what {
                Began(group) | Ended(group) => Some(*group),
                _ => None,
            })
            .collect();
        let mut lines = vec![
            sum(Moved, &|what| matches!(what, Left(_))),
            sum(Moved, &|what| matches!(what, Came(_))),
            sum(Both, &|what| what == Moved || matches!(what, Pair(from, to) if from == to)),
        ];
        for g in groups {
            lines.push(sum(Began(g), &|what| [Pair(g, g), Left(g), Pair(g, NONE)].contains(&what)));
            lines.push(sum(Ended(g), &|what| [Pair(g, g), Came(g), Pair(NONE, g)].contains(&what)));
            lines.push(sum(
                Left(g),
                &|what| matches!(what, Pair(from, to) if from == g && to != g && to != NONE),
            ));
            lines.push(sum(
                Came(g),
                &|what| matches!(what, Pair(from, to) if to == g && from != g && from != NONE),
            ));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn row(borough: &str, practice: &str, from_group: i64, to_group: i64, people: i64) -> Row {
        Row { borough: borough.to_owned(), practice: practice.to_owned(), from_group, to_group, people }
    }

    fn rows() -> Vec<Row> {
        let mut rows = Vec::new();
        for (borough, practice, few) in [("A", "P1", 3), ("A", "P2", 20), ("B", "P3", 30), ("B", "P4", 40)] {
            rows.extend([
                row(borough, practice, 1, 1, 900),
                row(borough, practice, 1, 2, few),
                row(borough, practice, 2, 1, 25),
                row(borough, practice, 2, 2, 300),
                row(borough, practice, 2, NONE, 15),
                row(borough, practice, NONE, 1, 35),
            ]);
        }
        rows
    }

    #[test]
    fn every_place_is_counted_as_its_own() {
        let moves = Moves::of(&rows(), Rule { suppress_to: 0, round_to: 1 });
        let get = |whose, counted| moves.get(&whose, counted).value();
        assert_eq!(get(Whose::Area, Pair(1, 2)), Some(93));
        assert_eq!(get(Whose::Borough("A".to_owned()), Pair(1, 2)), Some(23));
        let practice = || Whose::Practice("P4".to_owned());
        assert_eq!(get(practice(), Left(1)), Some(40));
        assert_eq!(get(practice(), Began(2)), Some(340), "stayed, left and died");
        assert_eq!(get(practice(), Ended(1)), Some(960), "stayed, came and born");
        assert_eq!((get(practice(), Both), get(practice(), Moved)), (Some(1_265), Some(65)));
        assert_eq!(get(practice(), Pair(1, 2)), Some(0), "not counted of a practice");
        assert!(moves.knows(&practice()) && !moves.knows(&Whose::Practice("P0".to_owned())));
        assert!(!moves.knows(&Whose::Borough("Z".to_owned())));
    }

    #[test]
    fn nothing_hidden_follows_from_what_is_shown() {
        let rows = rows();
        let mut sums = Sums::default();
        for row in &rows {
            for whose in
                [Whose::Area, Whose::Borough(row.borough.clone()), Whose::Practice(row.practice.clone())]
            {
                sums.add(&whose, row);
            }
        }
        let (lines, counts) = (sums.lines(), sums.counts.clone());
        for line in &lines {
            let (whole, parts) = line.split_last().unwrap();
            assert_eq!(parts.iter().map(|at| counts[*at]).sum::<u64>(), counts[*whole], "a line adds up");
        }
        let rule = Rule::default();
        let shown = rule.related(&counts, &lines);
        for line in &lines {
            assert_ne!(line.iter().filter(|at| shown[**at].is_suppressed()).count(), 1);
        }
        let moves = Moves::of(&rows, rule);
        let practice = |code: &str| Whose::Practice(code.to_owned());
        assert!(moves.get(&practice("P1"), Left(1)).is_suppressed(), "three people");
        assert!(
            moves.get(&practice("P2"), Left(1)).is_suppressed(),
            "or it would be the area less the others"
        );
        assert_eq!(moves.get(&Whose::Borough("A".to_owned()), Left(1)).value(), Some(25));
        assert_eq!(moves.get(&practice("P4"), Left(1)).value(), Some(40));
    }
}
