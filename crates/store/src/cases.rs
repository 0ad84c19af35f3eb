//! Doubtful links: two sources' records that may be of one person, put by the nightly run and judged by people
//! ([`crate::reviews`]). What people have settled the next run obeys.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use model::{Demographics, PersonId};
use sea_orm::{QueryResult, Value};
use serde::{Deserialize, Serialize};

use crate::bulk::Bulk;
use crate::identities::IdentityWriter;
use crate::{Pipeline, StoreError, sql};

/// A source's person: the source and their identifier in it.
pub type SourcePerson = (String, String);

/// One of the two records of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Side {
    /// The source, such as `gp:E84002`.
    pub source: String,
    /// The person's identifier in that source.
    pub source_person: String,
    /// Who that is taken to be today.
    pub person: PersonId,
    /// What the source says of them.
    pub demographics: Demographics,
}

impl Side {
    /// The source's person.
    pub fn key(&self) -> SourcePerson {
        (self.source.clone(), self.source_person.clone())
    }
}

/// What one field adds to the evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The field, such as `family_name`.
    pub field: String,
    /// How far it agrees, in plain English.
    pub level: String,
    /// Bits for one person; against when below nought.
    pub bits: f64,
}

/// Two records of which the run could not say whether they are one person's.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The record that comes first by source and identifier.
    pub one: Side,
    /// The other.
    pub other: Side,
    /// The probability that they are one person's.
    pub probability: f64,
    /// What speaks for and against, field by field.
    pub parts: Vec<Part>,
    /// Bits before anything was compared.
    pub prior: f64,
    /// Bits, nought or below, because fields say the same thing twice or other people are likely too: they are added like the rest.
    pub taken_off: f64,
    /// The day of the run that raised it first.
    pub opened_on: NaiveDate,
}

/// What people have settled about two records, or what follows from a parting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The record that comes first by source and identifier.
    pub one: SourcePerson,
    /// The other.
    pub other: SourcePerson,
    /// One person's, or two people's.
    pub same: bool,
}

/// Adds cases, or gives open ones their new evidence, in the transaction of the run. Which side is `one` is put right here.
/// A settled pair stays settled, with the evidence on which it was.
pub async fn put(writer: &mut IdentityWriter, cases: Vec<Case>) -> Result<(), StoreError> {
    let mut values: Vec<Value> = Vec::with_capacity(cases.len() * CASE.columns.len());
    for case in cases {
        let (one, other) = in_order(case.one, case.other, Side::key);
        values.push(pair(&one.key(), &other.key()).into());
        for side in [one, other] {
            let demographics =
                serde_json::to_string(&side.demographics).map_err(|_| StoreError::Unreadable("case"))?;
            values.extend::<[Value; 4]>([
                side.source.into(),
                side.source_person.into(),
                sql::stored(side.person).into(),
                demographics.into(),
            ]);
        }
        let parts = serde_json::to_string(&case.parts).map_err(|_| StoreError::Unreadable("case"))?;
        values.extend::<[Value; 6]>([
            case.probability.into(),
            case.prior.into(),
            case.taken_off.into(),
            parts.into(),
            case.opened_on.into(),
            None::<NaiveDate>.into(),
        ]);
    }
    CASE.insert(&writer.tx, values).await.map(|_| ())
}

/// Closes the open cases that the run no longer raises: its evidence has changed, or a record has gone. `raised` are the
/// pairs that still are doubtful, in either order. Gives how many were closed.
pub async fn close_gone(
    writer: &mut IdentityWriter,
    raised: &[(SourcePerson, SourcePerson)],
    on: NaiveDate,
) -> Result<u64, StoreError> {
    let raised: BTreeSet<String> = raised
        .iter()
        .map(|(one, other)| {
            let (one, other) = in_order(one.clone(), other.clone(), Clone::clone);
            pair(&one, &other)
        })
        .collect();
    let open = "SELECT c.pair FROM linkage_case c WHERE c.gone_on IS NULL \
        AND NOT EXISTS (SELECT 1 FROM linkage_decision d WHERE d.pair = c.pair)";
    let mut closed = 0;
    for row in sql::rows(&writer.tx, open, vec![]).await? {
        let pair: String = row.try_get("", "pair")?;
        if !raised.contains(&pair) {
            let gone = "UPDATE linkage_case SET gone_on = $2 WHERE pair = $1";
            closed += sql::execute(&writer.tx, gone, vec![pair.into(), on.into()]).await?;
        }
    }
    Ok(closed)
}

/// Everything that people have settled, by pair: what the run must obey. Partings are among it.
pub async fn settled(pipeline: Pipeline<'_>) -> Result<Vec<Decision>, StoreError> {
    let text = "SELECT one_source, one_source_person, other_source, other_source_person, same \
        FROM linkage_decision ORDER BY pair";
    let rows = sql::rows(pipeline.store.reader(), text, vec![]).await?;
    rows.iter()
        .map(|row| {
            Ok(Decision {
                one: (row.try_get_by_index(0)?, row.try_get_by_index(1)?),
                other: (row.try_get_by_index(2)?, row.try_get_by_index(3)?),
                same: row.try_get_by_index(4)?,
            })
        })
        .collect()
}

/// The records of each open case, by pair.
pub async fn open(pipeline: Pipeline<'_>) -> Result<Vec<(SourcePerson, SourcePerson)>, StoreError> {
    let text = "SELECT c.one_source, c.one_source_person, c.other_source, c.other_source_person FROM linkage_case c \
        WHERE c.gone_on IS NULL AND NOT EXISTS (SELECT 1 FROM linkage_decision d WHERE d.pair = c.pair) ORDER BY c.pair";
    let rows = sql::rows(pipeline.store.reader(), text, vec![]).await?;
    rows.iter()
        .map(|row| {
            let one = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            Ok((one, (row.try_get_by_index(2)?, row.try_get_by_index(3)?)))
        })
        .collect()
}

/// The name of a pair: it follows from the two records, and gives neither away.
pub(crate) fn pair(one: &SourcePerson, other: &SourcePerson) -> String {
    let mut text = String::new();
    for part in [&one.0, &one.1, &other.0, &other.1] {
        text.push_str(&format!("{}:{part}", part.len()));
    }
    model::sha256_hex(text.as_bytes()).chars().take(PAIR_DIGITS).collect()
}

/// Hexadecimal digits of a pair's name: 96 bits, so that no two pairs of any deployment meet.
const PAIR_DIGITS: usize = 24;

/// Two of anything in the order of their keys.
pub(crate) fn in_order<T>(one: T, other: T, key: impl Fn(&T) -> SourcePerson) -> (T, T) {
    if key(&one) <= key(&other) { (one, other) } else { (other, one) }
}

pub(crate) const CASE_COLUMNS: &str = "c.one_source, c.one_source_person, \
    COALESCE((SELECT i.person_id FROM identity i WHERE i.source = c.one_source \
        AND i.source_person = c.one_source_person), c.one_person_id) AS one_person, c.one_demographics, \
    c.other_source, c.other_source_person, \
    COALESCE((SELECT i.person_id FROM identity i WHERE i.source = c.other_source \
        AND i.source_person = c.other_source_person), c.other_person_id) AS other_person, c.other_demographics, \
    c.probability, c.prior, c.taken_off, c.parts, c.opened_on, c.gone_on";

pub(crate) fn read(row: &QueryResult) -> Result<Case, StoreError> {
    let side = |source: &str, source_person: &str, person: &str, demographics: &str| {
        let demographics: String = row.try_get("", demographics)?;
        Ok::<Side, StoreError>(Side {
            source: row.try_get("", source)?,
            source_person: row.try_get("", source_person)?,
            person: sql::person(row, person)?,
            demographics: serde_json::from_str(&demographics).map_err(|_| StoreError::Unreadable("case"))?,
        })
    };
    let parts: String = row.try_get("", "parts")?;
    Ok(Case {
        one: side("one_source", "one_source_person", "one_person", "one_demographics")?,
        other: side("other_source", "other_source_person", "other_person", "other_demographics")?,
        probability: row.try_get("", "probability")?,
        parts: serde_json::from_str(&parts).map_err(|_| StoreError::Unreadable("case"))?,
        prior: row.try_get("", "prior")?,
        taken_off: row.try_get("", "taken_off")?,
        opened_on: row.try_get("", "opened_on")?,
    })
}

const CASE: Bulk = Bulk {
    table: "linkage_case",
    columns: &[
        "pair",
        "one_source",
        "one_source_person",
        "one_person_id",
        "one_demographics",
        "other_source",
        "other_source_person",
        "other_person_id",
        "other_demographics",
        "probability",
        "prior",
        "taken_off",
        "parts",
        "opened_on",
        "gone_on",
    ],
    conflict: "ON CONFLICT (pair) DO UPDATE SET one_person_id = excluded.one_person_id, \
        one_demographics = excluded.one_demographics, other_person_id = excluded.other_person_id, \
        other_demographics = excluded.other_demographics, probability = excluded.probability, prior = excluded.prior, \
        taken_off = excluded.taken_off, parts = excluded.parts, gone_on = NULL \
        WHERE NOT EXISTS (SELECT 1 FROM linkage_decision d WHERE d.pair = linkage_case.pair)",
};
