//! Bands of age of each group: that all groups have the same, each once, without gaps.

use super::Task;
use crate::failure::Failure;
use crate::sheet::{Column, Group};

/// Names under which a band of age may stand.
pub const AGE_BAND: [&str; 6] = ["ageband", "age_band", "startage", "age_group", "agegroup", "age"];

/// A band as it is written, and where it begins and is said to end.
#[derive(Clone, Debug)]
pub struct AgeBand {
    /// First year of age.
    pub start: u32,
    /// The rows of it, in order of the file.
    pub rows: Vec<usize>,
}

/// Reads `0`, `0-4`, `5 - 9`, `85+`, `90 and over`, `Under 1`, `<5`: the first year and the last.
fn years(text: &str) -> (Option<u32>, Option<u32>) {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let mut next = || numbers.next().and_then(|part| part.parse::<u32>().ok());
    let first = next();
    if text.to_lowercase().starts_with("under") || text.starts_with('<') {
        return (first.map(|_| 0), first.and_then(|below| below.checked_sub(1)));
    }
    (first, next())
}

/// The bands of a group in order of age. With `once` a band that is there twice is a mistake.
pub fn of_group(task: &Task<'_>, column: Column, group: &Group, once: bool) -> Result<Vec<AgeBand>, Failure> {
    let sheet = &task.sheet;
    let mut bands: Vec<(AgeBand, Option<u32>)> = Vec::new();
    for row in &group.rows {
        let (Some(start), last) = years(sheet.text(*row, column)) else {
            return Err(sheet.wrong(*row, column, "is no band of age: write 0-4, 90+ or the first year"));
        };
        match bands.iter_mut().find(|(band, _)| band.start == start) {
            Some(_) if once => {
                return Err(sheet.wrong(
                    *row,
                    column,
                    "is in its group a second time: name what parts the rows with --by",
                ));
            }
            Some((band, _)) => band.rows.push(*row),
            None => bands.push((AgeBand { start, rows: vec![*row] }, last)),
        }
    }
    bands.sort_by_key(|(band, _)| band.start);
    for pair in bands.windows(2) {
        if let [(band, Some(last)), (next, _)] = pair
            && last + 1 != next.start
        {
            let row = band.rows.first().copied().unwrap_or_default();
            return Err(sheet.wrong(
                row,
                column,
                &format!("its group has no band after {}-{last} that begins at {}", band.start, last + 1),
            ));
        }
    }
    Ok(bands.into_iter().map(|(band, _)| band).collect())
}

/// That a group has the bands of the first one.
pub fn alike(
    task: &Task<'_>,
    column: Column,
    group: &Group,
    own: &[AgeBand],
    first: &[AgeBand],
) -> Result<(), Failure> {
    let starts = |bands: &[AgeBand]| bands.iter().map(|band| band.start).collect::<Vec<u32>>();
    let (own, first) = (starts(own), starts(first));
    if own == first {
        return Ok(());
    }
    let lacking = first.iter().find(|start| !own.contains(start));
    let what = match lacking {
        Some(start) => format!("its group has no row for the band of age that begins at {start}"),
        None => "its group has bands of age that the first group has not".to_owned(),
    };
    Err(task.sheet.wrong(group.first(), column, &what))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ways_to_write_a_band() {
        for (text, first, last) in [
            ("0", Some(0), None),
            ("5-9", Some(5), Some(9)),
            ("10 \u{2013} 14", Some(10), Some(14)),
            ("85+", Some(85), None),
            ("90 and over", Some(90), None),
            ("Under 1", Some(0), Some(0)),
            ("<5", Some(0), Some(4)),
            ("all", None, None),
        ] {
            assert_eq!(years(text), (first, last), "{text}");
        }
    }
}
