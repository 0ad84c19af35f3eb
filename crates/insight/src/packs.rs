//! Packs of population groups.

use policy::Permit;
use serde::{Deserialize, Serialize};
use warehouse::marts::Marts;

use crate::InsightError;

/// A pack of population groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pack {
    /// Definition name.
    pub key: String,
    /// Title.
    pub title: String,
    /// The pack that budgets and records use.
    pub main: bool,
    /// Its groups in their order.
    pub groups: Vec<PackGroup>,
}

/// A group of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PackGroup {
    /// Number in the pack.
    pub number: i64,
    /// Name.
    pub name: String,
}

impl Pack {
    /// Number and name of a group, or these words where there is none.
    pub(crate) fn name(&self, number: i64, otherwise: &str) -> String {
        let group = self.groups.iter().find(|group| group.number == number);
        group.map_or_else(|| otherwise.to_owned(), |group| format!("{}. {}", group.number, group.name))
    }
}

#[derive(Deserialize)]
struct Row {
    pack: String,
    title: String,
    main: bool,
    group: i64,
    name: String,
}

/// Every pack, the main one first, then by title.
pub(crate) async fn packs(marts: &Marts, permit: &Permit) -> Result<Vec<Pack>, InsightError> {
    let rows: Vec<Row> =
        marts.rows(permit, "SELECT * FROM pack_name ORDER BY pack, position, \"group\"").await?;
    let mut packs: Vec<Pack> = Vec::new();
    for row in rows {
        if packs.last().is_none_or(|pack| pack.key != row.pack) {
            packs.push(Pack { key: row.pack, title: row.title, main: row.main, groups: Vec::new() });
        }
        if let Some(pack) = packs.last_mut() {
            pack.groups.push(PackGroup { number: row.group, name: row.name });
        }
    }
    packs.sort_by(|a, b| (!a.main, &a.title).cmp(&(!b.main, &b.title)));
    Ok(packs)
}
