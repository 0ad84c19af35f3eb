//! A person's timeline.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use model::record::{Banner, TimelineEntry};
use model::{PersonId, Setting};
use policy::{Access, Action, Resource};
use store::Store;

use crate::record::{self, Withheld};
use crate::{CareError, contacts};

/// Which part of a timeline to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these settings; none means all.
    pub settings: BTreeSet<Setting>,
    /// From this day.
    pub from: Option<NaiveDate>,
    /// To this day.
    pub to: Option<NaiveDate>,
}

/// A person's timeline as this viewer may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// Who this is.
    pub banner: Banner,
    /// The latest day any feed told of.
    pub data_as_at: NaiveDate,
    /// Entries that pass the filter, newest first.
    pub entries: Vec<TimelineEntry>,
    /// How many entries each setting has between the filter's days, chosen or not.
    pub by_setting: BTreeMap<Setting, usize>,
    /// The same by first day of the month, for the picture.
    pub by_month: BTreeMap<(NaiveDate, Setting), usize>,
    /// What is withheld and why.
    pub withheld: Vec<Withheld>,
    /// Sources whose data no agreement lets this viewer see any more.
    pub left_out: Vec<String>,
}

/// Opens a person's timeline.
pub async fn open(
    store: &Store,
    access: &Access,
    person: PersonId,
    filter: &Filter,
) -> Result<Timeline, CareError> {
    let permit = store.request(access, Action::OpenTimeline, Resource::Person(person)).await?;
    let shared = record::read(store, &permit).await?;
    let mut timeline = Timeline {
        banner: shared.record.banner,
        data_as_at: shared.record.data_as_at,
        entries: Vec::new(),
        by_setting: BTreeMap::new(),
        by_month: BTreeMap::new(),
        withheld: shared.withheld,
        left_out: shared.left_out,
    };
    for entry in shared.record.timeline {
        let within = filter.from.is_none_or(|from| entry.start >= from)
            && filter.to.is_none_or(|to| entry.start <= to);
        if !within {
            continue;
        }
        let setting = entry.kind.setting();
        *timeline.by_setting.entry(setting).or_default() += 1;
        *timeline.by_month.entry((contacts::month_of(entry.start), setting)).or_default() += 1;
        if filter.settings.is_empty() || filter.settings.contains(&setting) {
            timeline.entries.push(entry);
        }
    }
    Ok(timeline)
}
