//! The few ways in which every file here talks to the database.

use model::PersonId;
use sea_orm::{ConnectionTrait, DbErr, ExecResult, QueryResult, Statement, Value};

use crate::StoreError;

/// SQL put together piece by piece with its values, so that a value never becomes text.
#[derive(Default)]
pub(crate) struct Sql {
    pub text: String,
    pub values: Vec<Value>,
}

impl Sql {
    pub fn new(text: &str) -> Self {
        Self { text: text.to_owned(), values: Vec::new() }
    }

    /// Adds text. Only literals of this program go here.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds a value and the `$n` that stands for it.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push_str(&format!("${}", self.values.len()));
        self
    }

    pub async fn rows(self, db: &impl ConnectionTrait) -> Result<Vec<QueryResult>, StoreError> {
        rows(db, &self.text, self.values).await
    }

    pub async fn one(self, db: &impl ConnectionTrait) -> Result<Option<QueryResult>, StoreError> {
        one(db, &self.text, self.values).await
    }
}

fn statement(db: &impl ConnectionTrait, sql: &str, values: Vec<Value>) -> Statement {
    Statement::from_sql_and_values(db.get_database_backend(), sql, values)
}

/// Runs a statement; gives the number of rows it touched.
pub(crate) async fn execute(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<u64, StoreError> {
    let result: ExecResult = db.execute_raw(statement(db, sql, values)).await?;
    Ok(result.rows_affected())
}

/// Every row of a query.
pub(crate) async fn rows(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<QueryResult>, StoreError> {
    Ok(db.query_all_raw(statement(db, sql, values)).await?)
}

/// The first row of a query.
pub(crate) async fn one(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<QueryResult>, StoreError> {
    Ok(db.query_one_raw(statement(db, sql, values)).await?)
}

/// A count that the database gives as a signed number.
pub(crate) fn count(row: &QueryResult, column: &str) -> Result<u64, DbErr> {
    Ok(u64::try_from(row.try_get::<i64>("", column)?).unwrap_or(0))
}

/// A person's number in a column.
pub(crate) fn person(row: &QueryResult, column: &str) -> Result<PersonId, StoreError> {
    number(row.try_get("", column)?)
}

/// A person's number in a column that may be empty.
pub(crate) fn person_or_none(row: &QueryResult, column: &str) -> Result<Option<PersonId>, StoreError> {
    row.try_get::<Option<i64>>("", column)?.map(number).transpose()
}

fn number(stored: i64) -> Result<PersonId, StoreError> {
    u32::try_from(stored).map(PersonId).map_err(|_| StoreError::Unreadable("person number"))
}

/// A person's number as the database takes it.
pub(crate) fn stored(person: PersonId) -> i64 {
    i64::from(person.0)
}

/// A count as the database takes it; counts beyond 2^63 do not occur.
pub(crate) fn big(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
