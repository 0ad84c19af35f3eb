//! Secondary suppression: what else must be hidden so that nothing hidden follows from what is shown.

/// Numbers that add up to another one: places of the parts, the whole last.
pub type Line = Vec<usize>;

/// A number on its way through disclosure control.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    pub(super) n: u64,
    pub(super) hidden: bool,
}

/// Hides one more cell in each line that has a single hidden one, until no line has. It takes the smallest that is not nought,
/// the earlier of equals; the whole is larger than any part and so goes last.
pub(super) fn protect(cells: &mut [Cell], lines: &[Line]) {
    let mut changed = true;
    while changed {
        changed = false;
        for line in lines {
            if let Some(cell) = second(cells, line).and_then(|at| cells.get_mut(at)) {
                cell.hidden = true;
                changed = true;
            }
        }
    }
}

/// The place of the cell to hide along with a single hidden one.
fn second(cells: &[Cell], line: &[usize]) -> Option<usize> {
    let members = || line.iter().filter_map(|at| Some((*at, cells.get(*at)?)));
    if members().filter(|(_, cell)| cell.hidden).count() != 1 {
        return None;
    }
    let open = members().enumerate().filter(|(_, (_, cell))| !cell.hidden && cell.n > 0);
    open.min_by_key(|(order, (_, cell))| (cell.n, *order)).map(|(_, (at, _))| at)
}
