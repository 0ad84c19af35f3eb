//! Data-sharing agreements and how far they cover the organisations that there are.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use model::{Feed, Purpose};
use policy::{Access, Action, Resource};
use store::Store;
use store::agreements::{self, Agreement};

use crate::GovernanceError;

/// Every agreement by reference.
pub async fn all(store: &Store, access: &Access) -> Result<Vec<Agreement>, GovernanceError> {
    let permit = store.request(access, Action::ViewAgreements, Resource::Agreements).await?;
    Ok(agreements::all(store, &permit).await?)
}

/// How far the agreements of one feed cover the organisations that there are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The feed.
    pub feed: Feed,
    /// The purpose.
    pub purpose: Purpose,
    /// Organisations whose agreement holds on the day.
    pub signed: usize,
    /// Organisations that have any agreement for this feed, signed or not.
    pub of: usize,
    /// Codes of those whose agreement does not hold.
    pub missing: Vec<String>,
}

impl Coverage {
    /// In words: `37 of 40 practices have signed for planning services`.
    pub fn sentence(&self) -> String {
        let who = match (self.feed, self.of) {
            (Feed::Gp, 1) => "practice",
            (Feed::Gp, _) => "practices",
            (Feed::Cld, 1) => "council",
            (Feed::Cld, _) => "councils",
            (_, 1) => "organisation",
            (_, _) => "organisations",
        };
        let have = if self.signed == 1 { "has" } else { "have" };
        format!("{} of {} {who} {have} signed for {}", self.signed, self.of, self.purpose.label())
    }
}

/// Coverage of every feed for one purpose on one day, in the order of the feeds.
pub async fn coverage(
    store: &Store,
    access: &Access,
    purpose: Purpose,
    day: NaiveDate,
) -> Result<Vec<Coverage>, GovernanceError> {
    let permit = store.request(access, Action::ViewCoverage, Resource::Agreements).await?;
    Ok(covered(&agreements::all(store, &permit).await?, purpose, day))
}

fn covered(all: &[Agreement], purpose: Purpose, day: NaiveDate) -> Vec<Coverage> {
    let mut organisations: BTreeMap<Feed, BTreeSet<&str>> = BTreeMap::new();
    let mut signed: BTreeMap<Feed, BTreeSet<&str>> = BTreeMap::new();
    for agreement in all {
        organisations.entry(agreement.feed).or_default().insert(&agreement.organisation);
        if agreement.purpose == purpose && agreement.holds_on(day) {
            signed.entry(agreement.feed).or_default().insert(&agreement.organisation);
        }
    }
    organisations
        .into_iter()
        .map(|(feed, all)| {
            let signed = signed.remove(&feed).unwrap_or_default();
            Coverage {
                feed,
                purpose,
                signed: signed.len(),
                of: all.len(),
                missing: all.difference(&signed).map(|code| (*code).to_owned()).collect(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coverage_counts_what_holds_on_the_day() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d).unwrap();
        let agreement = |organisation: &str, purpose, signed: Option<NaiveDate>| Agreement {
            id: format!("{organisation}-{}", Purpose::name(purpose)),
            feed: Feed::Gp,
            organisation: organisation.into(),
            purpose,
            data_category: "coded record".into(),
            starts: day(1),
            ends: None,
            signed_by_supplier_on: signed,
            signed_by_recipient_on: Some(day(1)),
        };
        let all = [
            agreement("E84001", Purpose::DirectCare, Some(day(1))),
            agreement("E84001", Purpose::Planning, None),
            agreement("E84002", Purpose::DirectCare, Some(day(1))),
            agreement("E84002", Purpose::Planning, Some(day(9))),
        ];
        let planning = covered(&all, Purpose::Planning, day(10));
        assert_eq!(planning[0].missing, ["E84001"]);
        assert_eq!(planning[0].sentence(), "1 of 2 practices has signed for planning services");
        assert_eq!(covered(&all, Purpose::Planning, day(8))[0].signed, 0);
        let care = covered(&all, Purpose::DirectCare, day(8));
        assert_eq!(care[0].sentence(), "2 of 2 practices have signed for direct care");
    }
}
