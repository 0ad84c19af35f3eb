//! Which column of each file is what.

use linkage::{Layout, MOST_EXTRAS, Role};

use super::spec::Spec;
use crate::failure::Failure;
use crate::tables::Table;

/// The columns of one file that are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Column of the id.
    pub id: usize,
    /// Roles as linkage is told them. Identifier and other columns stand in one order in all files.
    pub layout: Layout,
    /// Column of the file for each role of the layout; `None` where this file has none.
    pub places: Vec<Option<usize>>,
}

/// The columns of all files.
pub struct Resolved {
    /// Of each file.
    pub readings: Vec<Reading>,
    /// Name of each identifier and other field, and its column in the files.
    pub extras: Vec<(String, String)>,
}

/// A column of a file: its name, its role, its place.
type Found<'a> = (&'a str, Role, Option<usize>);

/// Finds the columns of every file.
pub fn resolve(spec: &Spec, sources: &[Table]) -> Result<Resolved, Failure> {
    let mut names = sources.iter().map(|source| source.name.as_str());
    if let Some(file) = spec.files.keys().find(|file| !sources.iter().any(|source| source.name == **file)) {
        let given: Vec<&str> = names.collect();
        return Err(Failure::usage(format!(
            "the specification has [files.\"{file}\".columns], and no such file is given (given: {}): give it, or take the table out",
            given.join(", ")
        )));
    }
    if let Some((column, _)) =
        spec.columns.0.iter().find(|(column, _)| sources.iter().all(|source| source.place(column).is_none()))
    {
        let near = sources.iter().find_map(|source| source.nearly(column));
        return Err(Failure::usage(format!(
            "no file has the column `{column}` of [columns]: {}",
            hint(near, names.next().unwrap_or_default())
        )));
    }
    let found = sources.iter().map(|source| found(spec, source)).collect::<Result<Vec<_>, _>>()?;
    let kinds = extras(&found)?;
    let readings: Vec<Reading> = found.iter().map(|found| reading(found, &kinds)).collect();
    let named = kinds.iter().enumerate().map(|(n, kind)| {
        let mut columns: Vec<&str> =
            found.iter().filter_map(|file| nth(file, &kinds, n)).map(|f| f.0).collect();
        columns.dedup();
        (format!("{kind}_{}", n + 1), columns.join(", "))
    });
    Ok(Resolved { readings, extras: named.collect() })
}

fn hint(near: Option<&str>, file: &str) -> String {
    match near {
        Some(near) => format!("is `{near}` meant?"),
        None => format!("compare it with the first line of {file}, or take it out"),
    }
}

/// The columns of a file: those of its own table, and those of [columns] whose role its own table does not have.
fn found<'a>(spec: &'a Spec, source: &Table) -> Result<Vec<Found<'a>>, Failure> {
    let own: &[(String, Role)] = spec.files.get(&source.name).map_or(&[], |file| &file.columns.0);
    if let Some((column, _)) = own.iter().find(|(column, _)| source.place(column).is_none()) {
        return Err(Failure::usage(format!(
            "{} has no column `{column}`, which [files.\"{}\".columns] names: {}",
            source.name,
            source.name,
            hint(source.nearly(column), &source.name)
        )));
    }
    let of_all = spec.columns.0.iter().filter(|(column, role)| {
        !own.iter().any(|(own_column, own_role)| own_role == role || own_column == column)
    });
    let found: Vec<Found<'a>> = own
        .iter()
        .chain(of_all)
        .map(|(column, role)| (column.as_str(), *role, source.place(column)))
        .collect();
    if let Some((column, ..)) = found.iter().find(|(column, ..)| source.times(column) > 1) {
        return Err(Failure::usage(format!(
            "{} has the column `{column}` twice: give each column of the file its own name",
            source.name
        )));
    }
    let ids: Vec<&str> =
        found.iter().filter(|(_, role, place)| *role == Role::Id && place.is_some()).map(|f| f.0).collect();
    match ids.as_slice() {
        [_] => {}
        [] => {
            return Err(Failure::usage(format!(
                "{} has no column with the role id: name the column that tells its records apart, such as record_id = \"id\", in [columns] or in [files.\"{}\".columns]",
                source.name, source.name
            )));
        }
        several => {
            return Err(Failure::usage(format!(
                "{} has several columns with the role id ({}): keep one; give another that names the person the role identifier",
                source.name,
                several.join(", ")
            )));
        }
    }
    if !found.iter().any(|(_, role, place)| *role != Role::Id && place.is_some()) {
        return Err(Failure::usage(format!(
            "{} has no column to compare: give a role to at least one more, such as surname = \"family_name\"",
            source.name
        )));
    }
    Ok(found)
}

fn is_extra(role: Role) -> bool {
    matches!(role, Role::Identifier | Role::Other)
}

/// The identifier and other columns that are compared: those of the first file in its order, then further ones.
fn extras(found: &[Vec<Found<'_>>]) -> Result<Vec<Role>, Failure> {
    let mut kinds: Vec<Role> = Vec::new();
    for file in found {
        for kind in [Role::Identifier, Role::Other] {
            let has = file.iter().filter(|(_, role, _)| *role == kind).count();
            let known = kinds.iter().filter(|role| **role == kind).count();
            if kinds.is_empty() {
                kinds.extend(file.iter().map(|(_, role, _)| *role).filter(|role| is_extra(*role)));
            } else {
                kinds.extend(std::iter::repeat_n(kind, has.saturating_sub(known)));
            }
        }
    }
    if kinds.len() > MOST_EXTRAS {
        return Err(Failure::usage(format!(
            "{} columns have the role identifier or other, and {MOST_EXTRAS} are the most: keep those that say most of the person",
            kinds.len()
        )));
    }
    Ok(kinds)
}

fn reading(found: &[Found<'_>], kinds: &[Role]) -> Reading {
    let mut reading = Reading::default();
    for (_, role, place) in found.iter().filter(|(_, role, _)| !is_extra(*role)) {
        match (role, place) {
            (Role::Id, Some(place)) => reading.id = *place,
            (Role::Id, None) | (_, None) => {}
            (role, place) => {
                reading.layout.columns.push(Some(*role));
                reading.places.push(*place);
            }
        }
    }
    for (n, kind) in kinds.iter().enumerate() {
        reading.layout.columns.push(Some(*kind));
        reading.places.push(nth(found, kinds, n).and_then(|(_, _, place)| *place));
    }
    reading
}

/// The column of a file that is its n-th identifier or other field: the second identifier of one file is compared with the
/// second of another.
fn nth<'f, 'a>(found: &'f [Found<'a>], kinds: &[Role], n: usize) -> Option<&'f Found<'a>> {
    let kind = kinds.get(n)?;
    let before = kinds.iter().take(n).filter(|role| *role == kind).count();
    found.iter().filter(|(_, role, _)| role == kind).nth(before)
}
