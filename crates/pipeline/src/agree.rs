//! What the operator writes down of agreements that were signed on paper, and those of the demonstration.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use model::agreement::{Party, Terms};
use model::{Feed, OrganisationKind, Purpose};
use store::agreements;

use crate::{Deployment, PipelineError};

/// Practices of the demonstration that have signed for direct care but not yet for planning, so that screens show what a
/// missing signature does.
const UNSIGNED_FOR_PLANNING: usize = 3;

/// The reference of the demonstration's agreement for planning.
pub(crate) const DEMO_PLANNING: &str = "DSA-0002";

/// Writes down that these organisations signed for these feeds and purposes, and that everybody of the area receives: one
/// agreement a feed and purpose. Gives the number of agreements.
pub async fn sign(
    deployment: &Deployment,
    sources: &[(Feed, String)],
    purposes: &[Purpose],
    at: DateTime<Utc>,
) -> Result<usize, PipelineError> {
    let mut by_feed: BTreeMap<Feed, BTreeSet<String>> = BTreeMap::new();
    for (feed, organisation) in sources {
        by_feed.entry(*feed).or_default().insert(organisation.clone());
    }
    let mut signed = 0;
    for (feed, suppliers) in by_feed {
        for purpose in purposes {
            on_paper(deployment, feed, &suppliers, *purpose, at).await?;
            signed += 1;
        }
    }
    Ok(signed)
}

/// One agreement for one feed and purpose; who signed it before stays.
async fn on_paper(
    deployment: &Deployment,
    feed: Feed,
    suppliers: &BTreeSet<String>,
    purpose: Purpose,
    at: DateTime<Utc>,
) -> Result<(), PipelineError> {
    let pipeline = deployment.store.pipeline();
    let id = format!("{feed}-{}", purpose.name());
    let before = agreements::for_run(pipeline, &id).await?.map(|agreement| agreement.terms);
    let mut terms = before.unwrap_or_else(|| Terms {
        title: format!("{} for {}, signed on paper", feed.label(), purpose.label()),
        suppliers: vec![Party { name: "Those who signed".to_owned(), members: BTreeSet::new() }],
        feeds: BTreeSet::from([feed]),
        ..area_terms(deployment, purpose, at.date_naive())
    });
    if let Some(party) = terms.suppliers.first_mut() {
        party.members.extend(suppliers.iter().cloned());
    }
    let signed =
        suppliers.iter().map(String::as_str).chain(terms.recipient_codes()).map(str::to_owned).collect();
    agreements::record(pipeline, &id, terms, signed, at).await?;
    Ok(())
}

/// Writes down what the demonstration's organisations have signed. `sending` are the practices that send data.
pub async fn sign_area(
    deployment: &Deployment,
    sending: &[String],
    day: NaiveDate,
    at: DateTime<Utc>,
) -> Result<(), PipelineError> {
    let late: BTreeSet<&String> = sending.iter().rev().take(UNSIGNED_FOR_PLANNING).collect();
    for (id, title, purpose) in [
        ("DSA-0001", "Direct care in North West London", Purpose::DirectCare),
        (DEMO_PLANNING, "Planning in North West London", Purpose::Planning),
    ] {
        let pipeline = deployment.store.pipeline();
        // What was changed on a page since stays as it is.
        if agreements::for_run(pipeline, id).await?.is_some() {
            continue;
        }
        let terms = Terms { title: title.to_owned(), ..area_terms(deployment, purpose, day) };
        let all = terms.supplier_codes().into_iter().chain(terms.recipient_codes());
        // Who has signed as a recipient signs once for both sides, so that the late ones do not.
        let signed = all
            .filter(|code| purpose != Purpose::Planning || !late.iter().any(|late| late == code))
            .map(str::to_owned)
            .collect();
        agreements::record(pipeline, id, terms, signed, at).await?;
    }
    Ok(())
}

/// Terms between everybody of the area, from a day on.
fn area_terms(deployment: &Deployment, purpose: Purpose, starts: NaiveDate) -> Terms {
    let area = &deployment.area;
    let providers = area.organisations.iter().filter(|o| o.kind != OrganisationKind::Icb);
    let single = |code: &str, name: &str| Party { name: name.to_owned(), members: [code.to_owned()].into() };
    let mut suppliers: Vec<Party> = area
        .boroughs
        .iter()
        .map(|borough| Party {
            name: format!("All practices of {}", borough.name),
            members: area
                .practices
                .iter()
                .filter(|p| p.borough == borough.code)
                .map(|p| p.code.clone())
                .collect(),
        })
        .filter(|party| !party.members.is_empty())
        .collect();
    suppliers.extend(providers.map(|o| single(&o.code, &o.name)));
    let networks = area.practices.iter().map(|p| p.pcn_code.clone()).filter(|code| !code.is_empty());
    let mut recipients =
        vec![Party { name: "All primary care networks".to_owned(), members: networks.collect() }];
    recipients.extend(area.organisations.iter().map(|o| single(&o.code, &o.name)));
    // For planning a practice receives counts of its own people beside the area's.
    let practices = area.practices.iter().map(|p| p.code.clone()).collect();
    recipients.push(Party { name: "All practices".to_owned(), members: practices });
    let activities: &[&str] = match purpose {
        Purpose::DirectCare => &["A1", "B3", "C1", "C2", "C3"],
        _ => &["D1", "E1", "E5", "E6", "E10", "F1", "F2", "F4"],
    };
    Terms {
        title: String::new(),
        purpose,
        suppliers,
        recipients,
        feeds: Feed::ALL.into(),
        activities: activities.iter().map(|id| (*id).to_owned()).collect(),
        starts,
        ends: None,
        review: None,
        dpia: "Held on paper".to_owned(),
    }
}
