//! What a demonstration needs beside data and agreements: people who can sign in, a caseload. Its teams are [`crate::demo_teams`].

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use model::{OrganisationKind, PersonId, Role};
use policy::UserId;
use store::users::{self, User};
use store::{StoreError, agreements, caseloads, generations, organisations};
use warehouse::derived;

use crate::agree::DEMO_PLANNING;
use crate::{Deployment, PipelineError, demo_teams};

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

/// Makes the accounts of the demonstration over what has been published, all with this password.
pub async fn seed(
    deployment: &Deployment,
    password: &str,
    now: DateTime<Utc>,
) -> Result<Vec<DemoUser>, PipelineError> {
    let unsigned = unsigned(deployment).await?;
    let (practice, people) = busiest_practice(deployment, &unsigned).await?;
    let pcn = deployment.area.practices.iter().find(|p| p.code == practice);
    let name = pcn.map_or(practice.as_str(), |p| p.name.as_str());
    let network = pcn.map_or("", |p| p.pcn_code.as_str()).to_owned();
    let network = if network.is_empty() { practice.clone() } else { network };
    organisations::set_practices(&deployment.store, &network, std::slice::from_ref(&practice)).await?;
    let own = people.first().copied();
    let unsigned = unsigned.first().unwrap_or(&practice);
    let of_kind = |kind: OrganisationKind| {
        let found = deployment.area.organisations.iter().find(|organisation| organisation.kind == kind);
        found.map(|organisation| organisation.code.as_str())
    };
    let icb = of_kind(OrganisationKind::Icb).unwrap_or("QRV");
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
            "social-worker",
            "Demo Social Worker",
            Role::TeamMember,
            of_kind(OrganisationKind::Council).unwrap_or(icb),
            None,
            "social worker of the council in a neighbourhood team: the people under its care".to_owned(),
        ),
        (
            "nurse",
            "Demo Community Nurse",
            Role::TeamMember,
            of_kind(OrganisationKind::CommunityTrust).unwrap_or(icb),
            None,
            "nurse of the community trust in the same team".to_owned(),
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
        (
            "signatory",
            "Demo Signatory",
            Role::Signatory,
            unsigned.as_str(),
            None,
            "signs and withdraws agreements for a practice that has not signed for planning".to_owned(),
        ),
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
    let caseload: Vec<PersonId> = people.iter().copied().take(CASELOAD).collect();
    caseloads::assign(&deployment.store, &UserId("coordinator".to_owned()), &caseload, now.date_naive())
        .await?;
    let place = pcn.map_or(name, |practice| practice.pcn_name.as_str());
    let place = if place.is_empty() { name } else { place };
    demo_teams::seed(deployment, place, (&practice, &network), &people, now).await?;
    Ok(made)
}

/// Practices that have sent data and have not signed for planning.
async fn unsigned(deployment: &Deployment) -> Result<Vec<String>, PipelineError> {
    let agreement = agreements::for_run(deployment.store.pipeline(), DEMO_PLANNING).await?;
    Ok(agreement.map_or_else(Vec::new, |agreement| {
        let codes = agreement.terms.supplier_codes().into_iter();
        codes.filter(|code| !agreement.signed.contains_key(*code)).map(str::to_owned).collect()
    }))
}

/// The practice with most people on worklists, and those people, the ones with most reasons first. One that has signed for
/// planning comes before all that have not: its GP can see its profile.
async fn busiest_practice(
    deployment: &Deployment,
    unsigned: &[String],
) -> Result<(String, Vec<PersonId>), PipelineError> {
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
    let busiest = practices
        .into_iter()
        .max_by_key(|(practice, people)| (!unsigned.contains(practice), people.len(), practice.clone()));
    let (practice, mut people) = busiest.ok_or(PipelineError::NothingLanded)?;
    people.sort_by_key(|(reasons, person)| (std::cmp::Reverse(*reasons), *person));
    Ok((practice, people.into_iter().map(|(_, person)| person).collect()))
}
