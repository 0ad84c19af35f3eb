//! When two names or dates agree, are near, or plainly differ. Blank agrees and differs with nothing.

use chrono::{Datelike, NaiveDate};

use crate::nicknames;

/// Whether two names in one form have the same letters, blanks aside.
pub(crate) fn same_letters(one: &str, other: &str) -> bool {
    let letters = |name: &'_ str| -> Vec<u8> { name.bytes().filter(|b| *b != b' ').collect() };
    one == other || letters(one) == letters(other)
}

/// Whether two given names can be the same person's: equal, a part in common, an initial, a short form, or a typing error
/// away (one letter among four, two among eight).
pub(crate) fn given_can_be_same(one: &str, other: &str) -> bool {
    if one.is_empty() || other.is_empty() || same_letters(one, other) {
        return true;
    }
    let (first_one, first_other) = (first_part(one), first_part(other));
    parts_in_common(one, other)
        || initial_of(first_one, first_other)
        || initial_of(first_other, first_one)
        || nicknames::related(first_one, first_other)
        || near(first_one, first_other)
}

/// Whether two family names agree: equal, a part in common (double names), or a typing error away.
pub(crate) fn family_agrees(one: &str, other: &str) -> bool {
    !one.is_empty()
        && !other.is_empty()
        && (same_letters(one, other) || parts_in_common(one, other) || near(one, other))
}

/// Whether whole names agree: family names do and given names, both present, can be the same; or the two were swapped.
pub(crate) fn names_agree(one: (&str, &str), other: (&str, &str)) -> bool {
    let ((family, given), (other_family, other_given)) = (one, other);
    if given.is_empty() || other_given.is_empty() {
        return false;
    }
    let straight = family_agrees(family, other_family) && given_can_be_same(given, other_given);
    let swapped =
        !family.is_empty() && same_letters(family, other_given) && same_letters(given, other_family);
    straight || swapped
}

/// Whether two dates of birth differ by no more than a slip: one of day, month and year, or day and month swapped.
pub(crate) fn birth_dates_near(one: NaiveDate, other: NaiveDate) -> bool {
    let differ = [one.day() != other.day(), one.month() != other.month(), one.year() != other.year()];
    let swapped = one.year() == other.year() && one.day() == other.month() && one.month() == other.day();
    differ.iter().filter(|d| **d).count() <= 1 || swapped
}

fn first_part(name: &str) -> &str {
    name.split(' ').next().unwrap_or_default()
}

/// A part of three letters or more in both: `DE` or an initial in common says nothing.
fn parts_in_common(one: &str, other: &str) -> bool {
    one.split(' ').filter(|part| part.len() >= 3).any(|part| other.split(' ').any(|also| also == part))
}

fn initial_of(short: &str, long: &str) -> bool {
    short.chars().count() == 1 && long.starts_with(short)
}

/// One edit among names of at least four letters, two among names of at least eight. An edit is a letter put in, left
/// out, changed, or two neighbours swapped (optimal string alignment). Twins are often named alike (HASSAN and
/// HUSSAIN are two edits apart), so that two edits in a short name are a difference.
fn near(one: &str, other: &str) -> bool {
    let shorter = one.chars().count().min(other.chars().count());
    let allowed = match shorter {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    };
    allowed > 0 && edits(one, other, allowed) <= allowed
}

fn edits(one: &str, other: &str, enough: usize) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().abs_diff(other.len()) > enough {
        return enough + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    let mut last_a = None;
    for (i, a) in one.iter().enumerate() {
        let mut row = Vec::with_capacity(other.len() + 1);
        row.push(i + 1);
        let mut last_b = None;
        for (j, b) in other.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX - 1);
            let mut best =
                (at(&above, j) + usize::from(a != b)).min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            if j > 0 && last_a == Some(b) && last_b == Some(a) {
                best = best.min(at(&before, j - 1).saturating_add(1));
            }
            row.push(best);
            last_b = Some(b);
        }
        last_a = Some(a);
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_names_of_one_person_and_of_two() {
        for (one, other) in [
            ("ROBERT", "BOB"),
            ("ANN MARIE", "MARIE"),
            ("J", "JOHN"),
            ("JONH", "JOHN"),
            ("KATHERINE", "CATHERINE"),
            ("", "ANN"),
            ("CHRISTOPHER", "CRISTOPHAR"),
            ("MARY JANE", "MARYJANE"),
        ] {
            assert!(given_can_be_same(one, other), "{one} {other}");
        }
        for (one, other) in
            [("HASSAN", "HUSSAIN"), ("ANN", "AMY"), ("JAMES", "JOHN"), ("OLIVIA", "OLIVER"), ("J", "ANN")]
        {
            assert!(!given_can_be_same(one, other), "{one} {other}");
        }
    }

    #[test]
    fn edits_count_swaps_once() {
        assert_eq!(edits("SMITH", "SMIHT", 2), 1);
        assert_eq!(edits("SMITH", "SMTH", 2), 1);
        assert_eq!(edits("", "", 2), 0);
        assert_eq!(edits("ABCD", "ABCD", 2), 0);
        assert_eq!(edits("HASSAN", "HUSSAIN", 2), 2);
    }

    #[test]
    fn dates_of_birth_with_a_slip() {
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        assert!(birth_dates_near(day(1950, 3, 4), day(1950, 4, 3)));
        assert!(birth_dates_near(day(1950, 3, 4), day(1951, 3, 4)));
        assert!(!birth_dates_near(day(1950, 3, 4), day(1980, 3, 5)));
    }

    #[test]
    fn whole_names() {
        assert!(names_agree(("SMITH", "ANN"), ("SMITH JONES", "ANN")));
        assert!(names_agree(("ANN", "SMITH"), ("SMITH", "ANN")));
        assert!(!names_agree(("SMITH", ""), ("SMITH", "ANN")));
        assert!(!names_agree(("SMITH", "ANN"), ("SMITH", "JOHN")));
    }
}
