/// What can go wrong in a view of money.
#[derive(Debug, thiserror::Error)]
pub enum FinanceError {
    /// The marts could not be read.
    #[error(transparent)]
    Warehouse(#[from] warehouse::WarehouseError),
    /// The request names a borough that is not there.
    #[error("there is no such borough")]
    NotFound,
}
