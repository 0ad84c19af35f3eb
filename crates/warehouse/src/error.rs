use std::path::{Path, PathBuf};

/// What can go wrong in the warehouse. Messages name files and definitions, never a person's value.
#[derive(Debug, thiserror::Error)]
pub enum WarehouseError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A Parquet file is damaged or has another layout.
    #[error("{path}: {source}")]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What the reader said.
        source: parquet::errors::ParquetError,
    },
    /// A Parquet file lacks a column or has it in another type.
    #[error("{path}: column `{column}` is missing or has another type")]
    Column {
        /// The file.
        path: PathBuf,
        /// The column.
        column: &'static str,
    },
    /// Columns could not be put together.
    #[error("columns do not fit together: {0}")]
    Arrow(#[from] datafusion::arrow::error::ArrowError),
    /// A query failed.
    #[error("query failed: {0}")]
    Query(#[from] datafusion::error::DataFusionError),
    /// A definition file cannot be used.
    #[error("{file}: {reason}")]
    Definition {
        /// File name under definitions/.
        file: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A table of codes, costs or reference values cannot be used.
    #[error("{file}: {reason}")]
    Table {
        /// File name under definitions/.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// The figures are not those that their reader may read.
    #[error("these figures were counted with other data than may be counted now")]
    LeftOut(Vec<String>),
    /// More people or files than a 32-bit number can name.
    #[error("too many {0} for this deployment")]
    TooMany(&'static str),
}

impl WarehouseError {
    /// For `map_err` on file operations.
    pub fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    /// For `map_err` on Parquet operations.
    pub fn parquet(path: &Path) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        let path = path.to_owned();
        move |source| Self::Parquet { path, source }
    }
}
