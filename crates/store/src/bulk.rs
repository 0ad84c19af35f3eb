//! Many rows at once: multi-row INSERTs of a few fixed sizes, so that the database prepares each statement once.

use sea_orm::{ConnectionTrait, DbBackend, Value};

use crate::{StoreError, sql};

/// A table to fill: its columns in the order in which values are given, and what happens to a row already there.
pub(crate) struct Bulk {
    pub table: &'static str,
    pub columns: &'static [&'static str],
    /// Blank, or an `ON CONFLICT ...` clause.
    pub conflict: &'static str,
}

/// Values in one statement. SQLite takes 32,766 and PostgreSQL 65,535; beyond a few thousand nothing is gained.
const VALUES: usize = 6_000;

impl Bulk {
    /// Inserts rows given one after another, all their values flat. A remainder goes in halves, so that there are at
    /// most about ten statement texts a table.
    pub async fn insert(&self, db: &impl ConnectionTrait, values: Vec<Value>) -> Result<u64, StoreError> {
        let width = self.columns.len().max(1);
        let mut size = (VALUES / width).max(1).next_power_of_two();
        let mut left = values.len() / width;
        let mut values = values.into_iter();
        let mut touched = 0;
        while left > 0 {
            while size > left {
                size /= 2;
            }
            let text = self.statement(size, db.get_database_backend());
            while left >= size {
                let part: Vec<Value> = values.by_ref().take(size * width).collect();
                touched += sql::execute(db, &text, part).await?;
                left -= size;
            }
        }
        Ok(touched)
    }

    /// SQLite looks up a numbered parameter by walking all of them, for each value bound: a thousand rows at once took
    /// ten times as long with `$1` as with `?`.
    fn statement(&self, rows: usize, backend: DbBackend) -> String {
        let width = self.columns.len();
        let mut text = format!("INSERT INTO {} ({}) VALUES ", self.table, self.columns.join(", "));
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..width {
                text.push_str(if column == 0 { "" } else { ", " });
                match backend {
                    DbBackend::Postgres => text.push_str(&format!("${}", row * width + column + 1)),
                    _ => text.push('?'),
                }
            }
            text.push(')');
        }
        text.push(' ');
        text.push_str(self.conflict);
        text
    }
}
