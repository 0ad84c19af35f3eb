//! Which practices the marts count.

use methods::Coverage;
use policy::Permit;
use serde::Deserialize;
use warehouse::marts::Marts;

use crate::InsightError;

#[derive(Deserialize)]
struct Row {
    practice: String,
    covered: bool,
}

/// How many of the practices that send data are counted.
pub async fn coverage(marts: &Marts, permit: &Permit) -> Result<Coverage, InsightError> {
    let rows: Vec<Row> =
        marts.rows(permit, "SELECT practice, covered FROM coverage ORDER BY practice").await?;
    Ok(Coverage::of(rows.into_iter().map(|row| (row.practice, row.covered))))
}
