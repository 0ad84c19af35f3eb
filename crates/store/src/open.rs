use std::sync::Arc;
use std::time::Duration;

use policy::Rules;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbBackend, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;

use crate::audit::Queue;
use crate::cover::Covers;
use crate::migrations::Migrator;
use crate::{Entropy, StoreError, SystemEntropy, seal};

/// How long a writer waits for another process's transaction on SQLite.
const BUSY: Duration = Duration::from_secs(30);
const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 10;

/// The open store: one writer and several readers on SQLite, one pool on PostgreSQL. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    pub(crate) rules: Arc<Rules>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) covers: Arc<Covers>,
    pub(crate) audit: Arc<Queue>,
    pub(crate) key: Option<Arc<seal::Key>>,
}

/// Leave to read and write in bulk, for the nightly run.
///
/// INVARIANT: only the pipeline room asks for one (`crates/wsic/tests/it/house.rs`). It gives data about people without a permit, because
/// nobody looks at them: what comes out is published behind permits.
#[derive(Clone, Copy)]
pub struct Pipeline<'a> {
    pub(crate) store: &'a Store,
}

/// Which part of a long list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Rows to skip.
    pub offset: u64,
    /// Rows to give, at most 500.
    pub limit: u64,
}

impl Page {
    /// The first page of 50.
    pub const FIRST: Self = Self { offset: 0, limit: 50 };

    /// Page `number`, counted from 1, of `size` rows.
    pub fn number(number: u64, size: u64) -> Self {
        let size = size.clamp(1, 500);
        Self { offset: number.saturating_sub(1).saturating_mul(size), limit: size }
    }

    pub(crate) fn sql(self) -> String {
        format!(" LIMIT {} OFFSET {}", self.limit.min(500), self.offset)
    }
}

impl Store {
    /// Opens `sqlite://PATH` (made when missing) or `postgres://...` and brings its tables up to date.
    ///
    /// Errors: the address, the database, the built-in rules.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::open_with(url, Rules::built_in()?, Arc::new(SystemEntropy)).await
    }

    /// As [`Store::open`], with these rules and this source of random bytes.
    pub async fn open_with(url: &str, rules: Rules, entropy: Arc<dyn Entropy>) -> Result<Self, StoreError> {
        let (writer, reader) = if url.starts_with("sqlite:") {
            let writer = Database::connect(sqlite(url, 1, false)).await?;
            migrate(&writer).await?;
            (writer, Database::connect(sqlite(url, SQLITE_READERS, true)).await?)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let mut options = ConnectOptions::new(url);
            options.max_connections(POSTGRES_CONNECTIONS).sqlx_logging(false);
            let pool = Database::connect(options).await?;
            Migrator::up(&pool, None).await?;
            (pool.clone(), pool)
        } else {
            return Err(StoreError::Address);
        };
        let (covers, audit) = Default::default();
        Ok(Self { writer, reader, rules: Arc::new(rules), entropy, covers, audit, key: None })
    }

    /// The same with the key that secrets are sealed with, which lies outside the database.
    pub fn with_key(self, key: &[u8; 32]) -> Result<Self, StoreError> {
        Ok(Self { key: Some(Arc::new(seal::Key::new(key)?)), ..self })
    }

    /// Leave to read and write in bulk. Only the pipeline room may call this.
    pub fn pipeline(&self) -> Pipeline<'_> {
        Pipeline { store: self }
    }

    /// The access rules in force.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Closes every connection; on SQLite this folds the write-ahead log into the file.
    pub async fn close(self) -> Result<(), StoreError> {
        self.reader.close().await?;
        Ok(self.writer.close().await?)
    }

    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// A transaction that writes. On SQLite it takes the write lock at once, so that it cannot fail half-way for want of it.
    pub(crate) async fn write(&self) -> Result<DatabaseTransaction, StoreError> {
        let sqlite = self.writer.get_database_backend() == DbBackend::Sqlite;
        let options = TransactionOptions {
            sqlite_transaction_mode: sqlite.then_some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }
}

impl<'a> Pipeline<'a> {
    /// The store behind it.
    pub fn store(self) -> &'a Store {
        self.store
    }
}

/// Brings the tables of SQLite up to date, all or none: a program killed on the way leaves them as they were. (On PostgreSQL each
/// migration is a transaction of its own.)
async fn migrate(writer: &DatabaseConnection) -> Result<(), StoreError> {
    if Migrator::get_pending_migrations(writer).await?.is_empty() {
        return Ok(());
    }
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let tx = writer.begin_with_options(options).await?;
    Migrator::up(&tx, None).await?;
    Ok(tx.commit().await?)
}

fn sqlite(url: &str, connections: u32, read_only: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections).sqlx_logging(false).acquire_timeout(BUSY * 4);
    options.idle_timeout(None).max_lifetime(None);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .create_if_missing(true)
            .busy_timeout(BUSY)
            .foreign_keys(true)
            .pragma("journal_mode", "WAL")
            // A record is shown when its audit row is on disk, not before.
            .pragma("synchronous", "FULL")
            .pragma("temp_store", "MEMORY");
        if read_only {
            sqlite.pragma("query_only", "1").pragma("cache_size", "-16384")
        } else {
            sqlite.pragma("cache_size", "-131072").pragma("wal_autocheckpoint", "8000")
        }
    });
    options
}
