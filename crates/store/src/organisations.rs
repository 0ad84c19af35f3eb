//! Which practices an organisation works for. An organisation that is a practice works for itself without being told.

use crate::{Store, StoreError, agreements, sql};

/// Replaces the list of practices of an organisation (a primary care network, a community trust's team).
pub async fn set_practices(
    store: &Store,
    organisation: &str,
    practices: &[String],
) -> Result<(), StoreError> {
    let tx = store.write().await?;
    let all = "DELETE FROM organisation_practice WHERE organisation = $1";
    sql::execute(&tx, all, vec![organisation.into()]).await?;
    for practice in practices {
        let one = "INSERT INTO organisation_practice (organisation, practice) VALUES ($1, $2) ON CONFLICT DO NOTHING";
        sql::execute(&tx, one, vec![organisation.into(), practice.as_str().into()]).await?;
    }
    agreements::count_change(&tx).await?;
    Ok(tx.commit().await?)
}

/// The practices an organisation works for, by code.
pub async fn practices(store: &Store, organisation: &str) -> Result<Vec<String>, StoreError> {
    let text = "SELECT practice FROM organisation_practice WHERE organisation = $1 ORDER BY practice";
    let rows = sql::rows(store.reader(), text, vec![organisation.into()]).await?;
    rows.iter().map(|row| Ok(row.try_get("", "practice")?)).collect()
}
