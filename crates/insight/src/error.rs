/// What can go wrong in a planning view.
#[derive(Debug, thiserror::Error)]
pub enum InsightError {
    /// The marts could not be read.
    #[error(transparent)]
    Warehouse(#[from] warehouse::WarehouseError),
    /// The request names a borough, a practice or an indicator that is not there.
    #[error("there is no such {0}")]
    NotFound(&'static str),
}
