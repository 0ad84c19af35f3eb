//! Packs of population groups: one text file names the groups, says which decides first, and finds who fits each.
//!
//! The query of a pack gives a row for every group that a person fits and why, as often as it likes; here everybody gets the one
//! group that decides first, its reasons, and which groups stood back.

use serde::Deserialize;

use crate::WarehouseError;
use crate::definitions::{Definition, Kind};

/// A pack, as its head says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Name of its definition.
    pub name: String,
    /// Title.
    pub title: String,
    /// Budgets, worklists and the record's first line go by this pack. One is.
    pub main: bool,
    /// Its groups in the order of the head.
    pub groups: Vec<PackGroup>,
}

/// A group of a pack.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct PackGroup {
    /// Its number in the pack.
    pub number: u8,
    /// Its name.
    pub name: String,
    /// Which decides first: 1 before 2. Without one the group is never assigned.
    pub order: Option<u32>,
    /// What is left when nothing else fits: no news beside another group.
    #[serde(default)]
    pub rest: bool,
    /// Which groups stood back is not said of its people.
    #[serde(default)]
    pub alone: bool,
}

#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    main: bool,
    group: Vec<PackGroup>,
}

impl Pack {
    /// The pack of a definition of kind group.
    pub fn of(definition: &Definition) -> Result<Self, WarehouseError> {
        let bad = |reason: String| WarehouseError::Definition { file: definition.path.clone(), reason };
        let head = toml::Value::Table(definition.more.clone());
        let Head { main, group: groups } = head
            .try_into()
            .map_err(|e| bad(format!("each group wants [[group]] with number, name and order: {e}")))?;
        for (at, group) in groups.iter().enumerate() {
            let same = |other: &&PackGroup| {
                other.number == group.number || (other.order.is_some() && other.order == group.order)
            };
            if let Some(other) = groups.iter().skip(at + 1).find(same) {
                return Err(bad(format!(
                    "groups `{}` and `{}` have the same number or order: give each its own",
                    group.name, other.name
                )));
            }
        }
        Ok(Self { name: definition.name.clone(), title: definition.title.clone(), main, groups })
    }

    /// Every pack among definitions. Errors: none, or more than one, is the main one.
    pub fn all(definitions: &[Definition]) -> Result<Vec<Self>, WarehouseError> {
        let packs: Vec<Self> =
            definitions.iter().filter(|d| d.kind == Kind::Group).map(Self::of).collect::<Result<_, _>>()?;
        if !packs.is_empty() && packs.iter().filter(|pack| pack.main).count() != 1 {
            return Err(WarehouseError::Definition {
                file: "groups/".to_owned(),
                reason: "exactly one pack must say `main = true` in its head".to_owned(),
            });
        }
        Ok(packs)
    }

    /// The name of a group; blank when there is no such number.
    pub fn group_name(&self, number: u8) -> &str {
        self.groups.iter().find(|group| group.number == number).map_or("", |group| group.name.as_str())
    }

    /// The query that puts everybody whom `fits` names into one group.
    pub(crate) fn query(&self, fits: &str) -> String {
        let of = |keep: fn(&PackGroup) -> bool| {
            let numbers: Vec<String> =
                self.groups.iter().filter(|g| keep(g)).map(|g| g.number.to_string()).collect();
            // No group has the number -1: a list must not be empty.
            if numbers.is_empty() { "-1".to_owned() } else { numbers.join(", ") }
        };
        let order: Vec<String> = self
            .groups
            .iter()
            .filter_map(|group| group.order.map(|order| format!("({}, {order})", group.number)))
            .collect();
        let (rest, alone, order) = (of(|g| g.rest), of(|g| g.alone), order.join(", "));
        format!(
            "WITH fits AS ({fits}),
severity AS (SELECT \"group\", place FROM (VALUES {order}) AS v(\"group\", place)),
each_group AS (
  SELECT f.person_id, f.\"group\", s.place, STRING_AGG(DISTINCT f.because, '; ' ORDER BY f.because) AS because
  FROM fits f JOIN severity s ON s.\"group\" = f.\"group\"
  GROUP BY f.person_id, f.\"group\", s.place
),
first_group AS (
  -- The least place and its reason, as one text in their order: cheaper than the first value of an order, person by person.
  SELECT person_id, MIN(place) AS place, MIN(CONCAT(LPAD(CAST(place AS VARCHAR), 10, '0'), because)) AS because,
    STRING_AGG(CAST(\"group\" AS VARCHAR), ' and ' ORDER BY place) FILTER (WHERE \"group\" NOT IN ({rest})) AS news
  FROM each_group GROUP BY person_id
),
told AS (
  -- The person's own group stands first in what is news, if it is any.
  SELECT f.person_id, s.\"group\", SUBSTR(f.because, 11) AS because,
    CASE WHEN s.\"group\" IN ({rest}) THEN COALESCE(news, '')
      ELSE SUBSTR(news, LENGTH(CAST(s.\"group\" AS VARCHAR)) + LENGTH(' and ') + 1) END AS others
  FROM first_group f JOIN severity s ON s.place = f.place
)
SELECT person_id, \"group\",
  CASE WHEN others = '' OR \"group\" IN ({alone}) THEN because ELSE CONCAT(because, '; comes before group ', others) END AS reason
FROM told"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pack(head: &str) -> Result<Pack, WarehouseError> {
        let text = format!(
            "---\nname = \"p\"\ntitle = \"P\"\nkind = \"group\"\nversion = \"1\"\ninputs = []\n{head}\n---\nSELECT 1"
        );
        Pack::of(&Definition::parse("groups/p.sql", &text)?)
    }

    #[test]
    fn a_head_names_the_groups_and_their_order() {
        let two = pack(
            "main = true\n[[group]]\nnumber = 1\nname = \"One\"\norder = 2\n[[group]]\nnumber = 2\nname = \"Two\"",
        )
        .unwrap();
        assert!(two.main);
        assert_eq!(two.groups[0].order, Some(2));
        // A group without an order is in no line of the severity: nobody is put there.
        assert!(two.query("SELECT 1").contains("(VALUES (1, 2))"));
    }

    #[test]
    fn a_pack_that_cannot_decide_is_refused() {
        let head = "[[group]]\nnumber = 1\nname = \"One\"\norder = 1\n[[group]]\nnumber = 2\nname = \"Two\"\norder = 1";
        let said = pack(head).unwrap_err().to_string();
        assert!(said.contains("groups/p.sql") && said.contains("same number or order"), "{said}");
        assert!(pack("").unwrap_err().to_string().contains("[[group]]"));
    }
}
