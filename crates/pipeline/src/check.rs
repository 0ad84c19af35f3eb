//! Control totals, carried from file to dashboard. A mismatch stops publication and says where.

use warehouse::facts::PersonFact;
use warehouse::index::IndexManifest;
use warehouse::standardised::BatchFiles;

use crate::derive::DerivedManifest;
use crate::{Deployment, PipelineError};

/// Every event that was standardised is in the index, or was replaced or taken back by its source.
pub(crate) fn index(
    deployment: &Deployment,
    batches: &[String],
    manifest: &IndexManifest,
) -> Result<(), PipelineError> {
    let zone = deployment.standardised();
    let mut standardised = 0;
    for batch in batches {
        standardised += BatchFiles::of(&zone, batch).manifest()?.unwrap_or_default().events;
    }
    equal("events", "standardised batches hold", standardised, "the index read", manifest.events_in)?;
    let after = manifest.events_out + manifest.replaced + manifest.deleted + manifest.not_covered;
    equal(
        "events",
        "the index read",
        manifest.events_in,
        "kept, replaced, deleted and not covered come to",
        after,
    )
}

/// Every event of the index and every person went through the facts.
pub(crate) fn derived(
    index: &IndexManifest,
    people: &[PersonFact],
    manifest: &DerivedManifest,
) -> Result<(), PipelineError> {
    equal("events", "the index holds", index.events_out, "the facts read", manifest.facts.events)?;
    equal("people", "linkage knows", people.len() as u64, "the facts hold", manifest.facts.people)
}

/// What a dashboard shows, against the same counted from the index without the query engine.
pub(crate) fn equal(
    what: &'static str,
    left_name: &'static str,
    left: impl TryInto<i128>,
    right_name: &'static str,
    right: impl TryInto<i128>,
) -> Result<(), PipelineError> {
    let (left, right) = (left.try_into().unwrap_or(i128::MIN), right.try_into().unwrap_or(i128::MAX));
    if left == right {
        Ok(())
    } else {
        Err(PipelineError::Check { what, left_name, left, right_name, right })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_that_differs_stops_and_says_where() {
        assert!(equal("people", "one place", 3_u64, "another", 3_i64).is_ok());
        let stopped =
            equal("people", "files hold", 3_u64, "the dashboard shows", 2_i64).unwrap_err().to_string();
        assert!(stopped.contains("people: files hold 3 but the dashboard shows 2"), "{stopped}");
    }

    #[test]
    fn people_and_events_must_all_go_through_the_facts() {
        let index = IndexManifest { events_in: 5, events_out: 4, replaced: 1, ..IndexManifest::default() };
        let mut derived = DerivedManifest::default();
        derived.facts.events = 3;
        assert!(super::derived(&index, &[], &derived).is_err());
        derived.facts.events = 4;
        assert!(super::derived(&index, &[], &derived).is_ok());
    }
}
