//! What a demonstration needs beside data: signed agreements, people who can sign in, a caseload.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use model::{Feed, OrganisationKind, PersonId, Purpose, Role};
use policy::UserId;
use store::agreements::{self, Agreement};
use store::users::{self, User};
use store::{StoreError, caseloads, generations, organisations};
use warehouse::derived;

use crate::{Deployment, PipelineError};

/// Practices of the demonstration that have signed for direct care but not yet for planning, so that screens show what a
/// missing signature does.
const UNSIGNED_FOR_PLANNING: usize = 3;

/// People on the demonstration's caseload.
const CASELOAD: usize = 25;

/// Somebody who can sign in to the demonstration.
#[derive(Clone, Debug)]
pub struct DemoUser {
    /// Sign-in name.
    pub id: String,
    /// What they do.
    pub role: Role,
    /// Who they are and what they can try.
    pub about: String,
}

/// Signs agreements for these feeds and organisations, from a day on, by both sides.
pub async fn sign(
    deployment: &Deployment,
    sources: &[(Feed, String)],
    purposes: &[Purpose],
    day: NaiveDate,
) -> Result<usize, PipelineError> {
    let mut all = Vec::new();
    for (feed, organisation) in sources {
        for purpose in purposes {
            all.push(Agreement {
                id: format!("{feed}-{organisation}-{}", purpose.name()),
                feed: *feed,
                organisation: organisation.clone(),
                purpose: *purpose,
                data_category: feed.label().to_owned(),
                starts: day,
                ends: None,
                signed_by_supplier_on: Some(day),
                signed_by_recipient_on: Some(day),
            });
        }
    }
    agreements::sign(&deployment.store, &all).await?;
    Ok(all.len())
}

/// Signs what the demonstration's organisations have signed. `sending` are the practices that send data.
pub async fn sign_area(
    deployment: &Deployment,
    sending: &[String],
    day: NaiveDate,
) -> Result<(), PipelineError> {
    let mut both = Vec::new();
    let mut care_only = Vec::new();
    for practice in &deployment.area.practices {
        let late = sending.iter().rev().take(UNSIGNED_FOR_PLANNING).any(|code| *code == practice.code);
        let list = if late { &mut care_only } else { &mut both };
        list.push((Feed::Gp, practice.code.clone()));
    }
    for organisation in &deployment.area.organisations {
        let feeds: &[Feed] = match organisation.kind {
            OrganisationKind::Practice | OrganisationKind::Icb => &[],
            OrganisationKind::Council => &[Feed::Cld],
            _ => &[Feed::SusApc, Feed::SusAe, Feed::SusOp, Feed::Csds, Feed::Mhsds, Feed::Fhir],
        };
        both.extend(feeds.iter().map(|feed| (*feed, organisation.code.clone())));
    }
    sign(deployment, &both, &[Purpose::DirectCare, Purpose::Planning], day).await?;
    sign(deployment, &care_only, &[Purpose::DirectCare], day).await?;
    Ok(())
}

/// Makes the five accounts of the demonstration over what has been published, all with this password.
pub async fn seed(
    deployment: &Deployment,
    password: &str,
    now: DateTime<Utc>,
) -> Result<Vec<DemoUser>, PipelineError> {
    let (practice, people) = busiest_practice(deployment).await?;
    let pcn = deployment.area.practices.iter().find(|p| p.code == practice);
    let name = pcn.map_or(practice.as_str(), |p| p.name.as_str());
    let network = pcn.map_or("", |p| p.pcn_code.as_str()).to_owned();
    let network = if network.is_empty() { practice.clone() } else { network };
    organisations::set_practices(&deployment.store, &network, std::slice::from_ref(&practice)).await?;
    let icb = deployment.area.organisations.iter().find(|o| o.kind == OrganisationKind::Icb);
    let icb = icb.map_or("QRV", |o| o.code.as_str());
    let own = people.first().copied();
    let accounts = [
        (
            "gp",
            "Dr Demo",
            Role::Gp,
            practice.as_str(),
            None,
            format!("GP at {name}: worklists, records, timelines"),
        ),
        (
            "coordinator",
            "Demo Coordinator",
            Role::CareCoordinator,
            network.as_str(),
            None,
            format!("care coordinator for {name}: a caseload of {}", people.len().min(CASELOAD)),
        ),
        (
            "commissioner",
            "Demo Commissioner",
            Role::Commissioner,
            icb,
            None,
            "groups, budget, indicators; never a person".to_owned(),
        ),
        (
            "governance",
            "Demo Governance Lead",
            Role::GovernanceLead,
            icb,
            None,
            "who looked at whom, agreements, feeds and quality".to_owned(),
        ),
        ("person", "Demo Person", Role::Person, "", own, "own record, and who looked at it".to_owned()),
    ];
    let mut made = Vec::new();
    for (id, name, role, organisation, person, about) in accounts {
        let user = User {
            id: UserId(id.to_owned()),
            name: name.to_owned(),
            role,
            organisation: organisation.to_owned(),
            person,
        };
        match users::create(&deployment.store, &user, password).await {
            Ok(()) | Err(StoreError::Exists(_)) => {}
            Err(e) => return Err(e.into()),
        }
        made.push(DemoUser { id: id.to_owned(), role, about });
    }
    let caseload: Vec<PersonId> = people.into_iter().take(CASELOAD).collect();
    caseloads::assign(&deployment.store, &UserId("coordinator".to_owned()), &caseload, now.date_naive())
        .await?;
    Ok(made)
}

/// The practice with most people on worklists, and those people, the ones with most reasons first.
async fn busiest_practice(deployment: &Deployment) -> Result<(String, Vec<PersonId>), PipelineError> {
    let current = generations::current(&deployment.store).await?.ok_or(PipelineError::NothingLanded)?;
    let manifest: serde_json::Value = serde_json::from_str(&current.manifest)?;
    let facts = manifest.get("facts").and_then(|key| key.as_str()).unwrap_or_default();
    let folder = deployment.facts(facts);
    let results = derived::by_person(&folder.join("derived"))?;
    let mut practices: BTreeMap<String, Vec<(i64, PersonId)>> = BTreeMap::new();
    for (person, practice) in derived::practices(&folder.join("facts"))? {
        let Some(results) = results.get(&person).filter(|results| !results.worklists.is_empty()) else {
            continue;
        };
        let reasons = i64::try_from(results.worklists.len()).unwrap_or(0) * 1_000
            + i64::try_from(results.registers.len()).unwrap_or(0);
        practices.entry(practice).or_default().push((reasons, person));
    }
    let busiest = practices.into_iter().max_by_key(|(practice, people)| (people.len(), practice.clone()));
    let (practice, mut people) = busiest.ok_or(PipelineError::NothingLanded)?;
    people.sort_by_key(|(reasons, person)| (std::cmp::Reverse(*reasons), *person));
    Ok((practice, people.into_iter().map(|(_, person)| person).collect()))
}
