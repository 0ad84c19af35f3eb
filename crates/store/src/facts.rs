//! The one read that needs no permit: what policy must know about a person, never shown.

use model::PersonId;
use policy::{Access, Cover, Facts, Resource};

use crate::sql::Sql;
use crate::{Store, StoreError, broken_glass, cover, reach, sql};

/// What is so about the person asked for. For anything that is not one person there is nothing to know.
pub(crate) async fn load(store: &Store, access: &Access, resource: Resource) -> Result<Facts, StoreError> {
    let cover = cover::of(store, access).await?;
    let nobody = Facts { cover: cover.clone(), ..Facts::default() };
    let Some(person) = resource.person() else { return Ok(nobody) };
    let values = vec![
        sql::stored(person).into(),
        access.organisation.as_str().into(),
        access.user.0.as_str().into(),
        access.at.date_naive().into(),
    ];
    let Some(row) = sql::one(store.reader(), FACTS, values).await? else { return Ok(nobody) };
    if !is_known(store, &cover, person).await? {
        return Ok(nobody);
    }
    let practice: String = row.try_get("", "practice")?;
    Ok(Facts {
        known: true,
        practice_of_organisation: row.try_get("", "of_organisation")?,
        registered_practice: Some(practice).filter(|practice| !practice.is_empty()),
        on_caseload: row.try_get("", "on_caseload")?,
        under_team: row.try_get("", "under_team")?,
        objects_to_sharing: row.try_get("", "objects")?,
        objects_to_organisation: row.try_get("", "objects_here")?,
        proxy: row.try_get("", "proxy")?,
        deceased: row.try_get("", "deceased")?,
        break_glass: broken_glass::going_on(store, access, person).await?,
        cover,
    })
}

/// Whether a source that may be used knows the person.
async fn is_known(store: &Store, cover: &Cover, person: PersonId) -> Result<bool, StoreError> {
    if cover.is_whole() || cover.is_nothing() {
        return Ok(cover.is_whole());
    }
    let mut query = Sql::new(
        "SELECT 1 AS one FROM identity i JOIN published_source b ON b.source = i.source WHERE i.person_id = ",
    );
    query.bind(sql::stored(person)).push(" AND i.source NOT IN (");
    reach::hidden(&mut query, cover);
    query.push(") LIMIT 1");
    Ok(query.one(store.reader()).await?.is_some())
}

const FACTS: &str = "SELECT p.practice, \
     p.death_date IS NOT NULL AS deceased, \
     p.practice <> '' AND (p.practice = $2 OR EXISTS (SELECT 1 FROM organisation_practice o \
       WHERE o.organisation = $2 AND o.practice = p.practice)) AS of_organisation, \
     EXISTS (SELECT 1 FROM caseload c WHERE c.user_id = $3 AND c.person_id = p.person_id) AS on_caseload, \
     EXISTS (SELECT 1 FROM team_person t JOIN team_member m ON m.team = t.team WHERE t.person_id = p.person_id \
       AND t.since <= $4 AND t.until >= $4 AND m.user_id = $3 AND m.organisation = $2 AND m.since <= $4 \
       AND m.until >= $4) AS under_team, \
     EXISTS (SELECT 1 FROM person_choice j WHERE j.person_id = p.person_id AND j.kind = 'sharing') AS objects, \
     EXISTS (SELECT 1 FROM person_choice j WHERE j.person_id = p.person_id AND j.kind = 'organisation' \
       AND j.organisation = $2) AS objects_here, \
     EXISTS (SELECT 1 FROM proxy x WHERE x.person_id = p.person_id AND x.user_id = $3 AND x.since <= $4 \
       AND x.until >= $4) AS proxy \
     FROM publication u JOIN person p ON p.generation = u.generation AND p.person_id = $1 WHERE u.one = 1";
