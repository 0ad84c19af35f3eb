//! The one read that needs no permit: what policy must know about a person, never shown.

use policy::{Access, Facts, Resource};

use crate::{Store, StoreError, sql};

/// What is so about the person asked for. For anything that is not one person there is nothing to know.
pub(crate) async fn load(store: &Store, access: &Access, resource: Resource) -> Result<Facts, StoreError> {
    let Some(person) = resource.person() else { return Ok(Facts::default()) };
    let values =
        vec![sql::stored(person).into(), access.organisation.as_str().into(), access.user.0.as_str().into()];
    let Some(row) = sql::one(store.reader(), FACTS, values).await? else { return Ok(Facts::default()) };
    let practice: String = row.try_get("", "practice")?;
    Ok(Facts {
        known: true,
        registered_practice: (!practice.is_empty()).then_some(practice),
        practice_of_organisation: row.try_get("", "of_organisation")?,
        on_caseload: row.try_get("", "on_caseload")?,
        objects_to_sharing: row.try_get("", "objects")?,
        deceased: row.try_get("", "deceased")?,
    })
}

const FACTS: &str = "SELECT p.practice, \
     p.death_date IS NOT NULL AS deceased, \
     p.practice <> '' AND (p.practice = $2 OR EXISTS (SELECT 1 FROM organisation_practice o \
       WHERE o.organisation = $2 AND o.practice = p.practice)) AS of_organisation, \
     EXISTS (SELECT 1 FROM caseload c WHERE c.user_id = $3 AND c.person_id = p.person_id) AS on_caseload, \
     EXISTS (SELECT 1 FROM objection j WHERE j.person_id = p.person_id) AS objects \
     FROM publication u JOIN person p ON p.generation = u.generation AND p.person_id = $1 WHERE u.one = 1";
