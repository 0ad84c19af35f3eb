//! SNOMED CT codes, names and columns that stand for the conditions of a score.

use std::collections::HashMap;

use warehouse::codelists::CodeLists;
use warehouse::reference::DefinitionFiles;

use super::cells;
use crate::failure::Failure;
use crate::tables::{Row, Table};

/// The conditions that each code of our lists stands for.
#[derive(Default)]
pub struct Lists(HashMap<String, u128>);

impl Lists {
    /// Reads the lists that the program was built with; each pair is a list and the condition that it tells.
    pub fn of(pairs: &[(&str, &str)], conditions: &[&str]) -> Result<Self, Failure> {
        let mut codes: HashMap<String, u128> = HashMap::new();
        for line in CodeLists::load(&DefinitionFiles::embedded())?.codes() {
            if line.scheme != "snomed" {
                continue;
            }
            for (_, condition) in pairs.iter().filter(|(list, _)| *list == line.list) {
                *codes.entry(line.code.clone()).or_default() |= named(conditions, condition).unwrap_or(0);
            }
        }
        Ok(Self(codes))
    }

    /// The conditions that a code stands for; `None` when it is no SNOMED CT identifier.
    pub fn conditions(&self, code: &str) -> Option<u128> {
        let is_one = (6..=18).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
        is_one.then(|| self.0.get(code).copied().unwrap_or(0))
    }
}

/// The bit of a condition by its name, capitals or not.
pub fn named(conditions: &[&str], name: &str) -> Option<u128> {
    let at = conditions.iter().position(|known| known.eq_ignore_ascii_case(name))?;
    u32::try_from(at).ok().and_then(|at| 1_u128.checked_shl(at))
}

/// Where the columns of conditions stand, each of 0 and 1: none, or all of them.
pub fn columns(table: &Table, conditions: &[&str]) -> Result<Vec<Option<usize>>, Failure> {
    if conditions.iter().all(|condition| table.place(condition).is_none()) {
        return Ok(Vec::new());
    }
    conditions.iter().map(|condition| table.must(condition).map(Some)).collect()
}

/// The conditions of such columns, whose cells stand from `first` on.
pub fn flags(row: &Row<'_>, first: usize, many: usize) -> Result<u128, Failure> {
    let mut bits = 0;
    for n in (0..many).rev() {
        bits = bits << 1 | u128::from(cells::flag(row, first + n)?);
    }
    Ok(bits)
}
