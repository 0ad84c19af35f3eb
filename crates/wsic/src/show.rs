//! Plain tables for people.

/// Rows in columns as wide as they need; the first row is the head. Columns of numbers stand to the right.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |c: usize| {
        rows.iter().filter_map(|row| row.get(c)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let numeric = |c: usize| {
        rows.iter()
            .skip(1)
            .filter_map(|row| row.get(c))
            .all(|cell| cell.bytes().all(|b| b.is_ascii_digit() || b == b','))
    };
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for c in 0..columns {
            let cell = row.get(c).map_or("", String::as_str);
            let space = " ".repeat(width(c).saturating_sub(cell.chars().count()));
            if c > 0 {
                line.push_str("  ");
            }
            if numeric(c) {
                line.push_str(&space);
                line.push_str(cell);
            } else {
                line.push_str(cell);
                line.push_str(&space);
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_to_the_right() {
        let rows = [vec!["feed".to_owned(), "read".to_owned()], vec!["gp".to_owned(), "12,345".to_owned()]];
        assert_eq!(table(&rows), "feed    read\ngp    12,345\n");
    }
}
