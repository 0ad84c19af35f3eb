//! What agreements leave out of what is published, compiled once a change into a set, then asked of memory.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use model::Purpose;
use policy::{Access, Action, Cover, Permit};

use crate::sources::{self, MadeOf};
use crate::sql::{self, Sql};
use crate::{Store, StoreError, countable, objections, organisations};

/// Compiled covers by recipient (none: whoever receives), purpose and day, each with the change and the generation it is of.
#[derive(Default)]
pub(crate) struct Covers(Mutex<HashMap<Class, (Stamp, Compiled)>>);

/// What is left out for one class, and how many organisations what is left is of.
#[derive(Clone)]
pub(crate) struct Compiled {
    pub cover: Cover,
    pub made_of: MadeOf,
}

type Class = (Option<String>, Purpose, NaiveDate);
/// Number of the last change of agreements or of who may be counted, and the generation.
pub(crate) type Stamp = (i64, i64);

/// Classes kept at once; beyond them all are compiled anew.
const MOST: usize = 10_000;

/// What is left out for this access. One small read when nothing has changed since the last.
pub(crate) async fn of(store: &Store, access: &Access) -> Result<Cover, StoreError> {
    Ok(compiled(store, access).await?.cover)
}

pub(crate) async fn compiled(store: &Store, access: &Access) -> Result<Compiled, StoreError> {
    let class = class_of(access);
    let stamp = stamp(store).await?;
    if let Some(known) = store.covers.known(&class, stamp) {
        return Ok(known);
    }
    let compiled = compile(store, &class, stamp).await?;
    store.covers.keep(class, stamp, &compiled);
    Ok(compiled)
}

/// A person sees what anybody receives for their care, and who governs looks at the same.
fn class_of(access: &Access) -> Class {
    let own = || Some(access.organisation.clone());
    let (recipient, purpose) = match access.purpose {
        Purpose::DirectCare => (own(), Purpose::DirectCare),
        Purpose::Planning => (own(), Purpose::Planning),
        Purpose::OwnCare | Purpose::Governance | Purpose::Operations => (None, Purpose::DirectCare),
    };
    (recipient, purpose, access.at.date_naive())
}

pub(crate) async fn stamp(store: &Store) -> Result<Stamp, StoreError> {
    let text = "SELECT c.n, COALESCE(u.generation, 0) AS generation FROM agreement_change c \
        LEFT JOIN publication u ON u.one = 1 WHERE c.one = 1";
    let row = sql::one(store.reader(), text, vec![]).await?;
    let row = row.ok_or(StoreError::Unreadable("count of agreements' changes"))?;
    Ok((row.try_get("", "n")?, row.try_get("", "generation")?))
}

async fn compile(store: &Store, class: &Class, (version, generation): Stamp) -> Result<Compiled, StoreError> {
    let (_, purpose, _) = class;
    let published = published(store, *purpose, generation).await?;
    let usable = usable(store, class, generation).await?;
    let hidden: BTreeSet<String> = published.difference(&usable).cloned().collect();
    let nothing = !published.is_empty() && hidden.len() == published.len();
    let made_of = MadeOf { nothing, ..sources::count(usable.iter().map(String::as_str)) };
    let figures = match purpose {
        Purpose::Planning => countable::name(&hidden, &objections::not_counted(store.reader()).await?),
        _ => String::new(),
    };
    Ok(Compiled { cover: Cover::new(hidden, nothing, version).with_figures(&figures), made_of })
}

/// The sources that a generation was made with, for planning those that it counts.
pub(crate) async fn published(
    store: &Store,
    purpose: Purpose,
    generation: i64,
) -> Result<BTreeSet<String>, StoreError> {
    let text = format!("SELECT source FROM published_source WHERE generation = $1{}", counted(purpose));
    names(sql::rows(store.reader(), &text, vec![generation.into()]).await?)
}

fn counted(purpose: Purpose) -> &'static str {
    if purpose == Purpose::Planning { " AND planning" } else { "" }
}

/// Those of them that agreements in force let this class use. An organisation that works for practices receives what they receive.
async fn usable(store: &Store, class: &Class, generation: i64) -> Result<BTreeSet<String>, StoreError> {
    let (recipient, purpose, day) = class;
    // Asked source by source: of many agreements that cover a source the first is enough.
    let mut query = Sql::new("SELECT p.source FROM published_source p WHERE p.generation = ");
    query.bind(generation).push(counted(*purpose));
    query.push(" AND EXISTS (SELECT 1 FROM agreement_source s WHERE s.source = p.source AND ");
    in_force(&mut query, *purpose, *day);
    if let Some(recipient) = recipient {
        received(&mut query, store, recipient).await?;
    }
    query.push(")");
    names(query.rows(store.reader()).await?)
}

/// Adds that the agreement in `s` names this recipient, or a practice it works for.
async fn received(query: &mut Sql, store: &Store, recipient: &str) -> Result<(), StoreError> {
    query.push(" AND EXISTS (SELECT 1 FROM agreement_recipient r WHERE r.agreement = s.agreement AND r.organisation IN (");
    query.bind(recipient);
    for practice in organisations::practices(store, recipient).await? {
        query.push(", ").bind(practice);
    }
    query.push("))");
    Ok(())
}

/// Adds that an agreement in `s` holds for this purpose on this day.
fn in_force(query: &mut Sql, purpose: Purpose, day: NaiveDate) {
    query.push("s.purpose = ").bind(purpose.name()).push(" AND s.starts <= ").bind(day);
    query.push(" AND (s.ends IS NULL OR s.ends >= ").bind(day).push(")");
}

/// The sources that agreements in force let this recipient use for this purpose on this day; `None`: anybody.
pub(crate) async fn covered(
    store: &Store,
    recipient: Option<&str>,
    purpose: Purpose,
    day: NaiveDate,
) -> Result<BTreeSet<String>, StoreError> {
    let mut query = Sql::new("SELECT DISTINCT s.source FROM agreement_source s WHERE ");
    in_force(&mut query, purpose, day);
    if let Some(recipient) = recipient {
        received(&mut query, store, recipient).await?;
    }
    names(query.rows(store.reader()).await?)
}

/// The agreements in force that let this access use anything, each with whether it covers this source; for trying a case.
/// Errors: a permit for anything but that.
pub async fn tried(
    store: &Store,
    permit: &Permit,
    tried: &Access,
    source: &str,
) -> Result<(Cover, Vec<(String, bool)>), StoreError> {
    if permit.action() != Action::TryCase {
        return Err(StoreError::WrongPermit);
    }
    let (recipient, purpose, day) = class_of(tried);
    let mut query = Sql::new("SELECT s.agreement, COUNT(CASE WHEN s.source = ");
    query.bind(source).push(" THEN 1 END) AS of_source FROM agreement_source s WHERE ");
    in_force(&mut query, purpose, day);
    if let Some(recipient) = &recipient {
        received(&mut query, store, recipient).await?;
    }
    query.push(" GROUP BY s.agreement ORDER BY s.agreement");
    let rows = query.rows(store.reader()).await?;
    let agreements = rows
        .iter()
        .map(|row| Ok((row.try_get("", "agreement")?, sql::count(row, "of_source")? > 0)))
        .collect::<Result<_, StoreError>>()?;
    Ok((of(store, tried).await?, agreements))
}

fn names(rows: Vec<sea_orm::QueryResult>) -> Result<BTreeSet<String>, StoreError> {
    rows.iter().map(|row| Ok(row.try_get("", "source")?)).collect()
}

impl Covers {
    fn known(&self, class: &Class, stamp: Stamp) -> Option<Compiled> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(class).filter(|(of, _)| *of == stamp).map(|(_, compiled)| compiled.clone())
    }

    fn keep(&self, class: Class, stamp: Stamp, compiled: &Compiled) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(class, (stamp, compiled.clone()));
    }
}
