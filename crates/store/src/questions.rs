//! What people ask about accesses to their record, and what they are answered.

use chrono::{DateTime, SubsecRound, Utc};
use model::PersonId;
use policy::{Access, Action, Permit, Resource};
use sea_orm::{QueryResult, Value};

use crate::sql::{self, Sql};
use crate::{Page, RequestError, Store, StoreError, audit};

/// A question about one row of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Its number: that of the audit row of the asking.
    pub id: i64,
    /// The audit row that is asked about.
    pub about: i64,
    /// Who asks.
    pub person: PersonId,
    /// In their words.
    pub question: String,
    /// When.
    pub asked_at: DateTime<Utc>,
    /// The governance lead's answer, and when, once there is one.
    pub answer: Option<(String, DateTime<Utc>)>,
}

/// Asks about an access to the person's own record. The question stands together with its audit row. Gives its number; `None`
/// when that row is not about this person.
pub async fn ask(
    store: &Store,
    access: &Access,
    person: PersonId,
    about: i64,
    question: &str,
) -> Result<Option<i64>, RequestError> {
    let resource = Resource::Person(person);
    let (permit, tx) =
        store.request_to_change(access, Action::AskAboutAccess, resource, &about.to_string()).await?;
    let text = "INSERT INTO access_question (audit_id, about_id, person_id, question, asked_at) \
        SELECT $1, a.id, $5, $3, $4 FROM audit a WHERE a.id = $2 AND a.id < $1 AND (a.person_id = $5 \
        OR EXISTS (SELECT 1 FROM audit_shown s WHERE s.person_id = $5 AND s.row_id = a.id))";
    let values: Vec<Value> = vec![
        permit.audit_id().into(),
        about.into(),
        question.into(),
        access.at.trunc_subsecs(6).into(),
        sql::stored(person).into(),
    ];
    let written = sql::execute(&tx, text, values).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok((written > 0).then(|| permit.audit_id()))
}

/// Answers a question, once; `false` when there is none of that number that waits.
pub async fn answer(
    store: &Store,
    access: &Access,
    question: i64,
    answer: &str,
) -> Result<bool, RequestError> {
    let subject = question.to_string();
    let (permit, tx) =
        store.request_to_change(access, Action::AnswerQuestion, Resource::Audit, &subject).await?;
    let text = "UPDATE access_question SET answer = $2, answered_at = $3, answer_audit_id = $4 \
        WHERE audit_id = $1 AND answer IS NULL";
    let at = access.at.trunc_subsecs(6);
    let values = vec![question.into(), answer.into(), at.into(), permit.audit_id().into()];
    let written = sql::execute(&tx, text, values).await?;
    tx.commit().await.map_err(StoreError::from)?;
    Ok(written > 0)
}

/// How many questions wait for an answer.
/// Errors: a permit for anything but searching the audit.
pub async fn waiting(store: &Store, permit: &Permit) -> Result<u64, StoreError> {
    if permit.action() != Action::SearchAudit {
        return Err(StoreError::WrongPermit);
    }
    let waiting = "SELECT COUNT(*) AS n FROM access_question WHERE answer IS NULL";
    Ok(match sql::one(store.reader(), waiting, vec![]).await? {
        Some(row) => sql::count(&row, "n")?,
        None => 0,
    })
}

/// Questions for the governance lead, those that wait first, longest first; and how many wait.
/// Errors: a permit for anything but searching the audit.
pub async fn queue(store: &Store, permit: &Permit, page: Page) -> Result<(u64, Vec<Question>), StoreError> {
    if permit.action() != Action::SearchAudit {
        return Err(StoreError::WrongPermit);
    }
    let waiting = waiting(store, permit).await?;
    let mut query = Sql::new(SELECT);
    query.push(" ORDER BY CASE WHEN answer IS NULL THEN 0 ELSE 1 END, ");
    query.push("CASE WHEN answer IS NULL THEN audit_id ELSE -audit_id END").push(&page.sql());
    let questions = many(store, query).await?;
    audit::shown(store, permit, questions.iter().map(|question| question.person)).await?;
    Ok((waiting, questions))
}

/// One question, for the governance lead.
/// Errors: a permit for anything but searching the audit.
pub async fn one(store: &Store, permit: &Permit, question: i64) -> Result<Option<Question>, StoreError> {
    if permit.action() != Action::SearchAudit {
        return Err(StoreError::WrongPermit);
    }
    let mut query = Sql::new(SELECT);
    query.push(" WHERE audit_id = ").bind(question);
    let question = many(store, query).await?.pop();
    audit::shown(store, permit, question.iter().map(|question| question.person)).await?;
    Ok(question)
}

/// What the permit's person has asked, latest first.
/// Errors: a permit for anything but seeing who looked at their record.
pub async fn of_person(store: &Store, permit: &Permit) -> Result<Vec<Question>, StoreError> {
    let (Action::ViewOwnAccesses, Some(person)) = (permit.action(), permit.person()) else {
        return Err(StoreError::WrongPermit);
    };
    let mut query = Sql::new(SELECT);
    query.push(" WHERE person_id = ").bind(sql::stored(person)).push(" ORDER BY audit_id DESC LIMIT 500");
    many(store, query).await
}

const SELECT: &str =
    "SELECT audit_id, about_id, person_id, question, asked_at, answer, answered_at FROM access_question";

async fn many(store: &Store, query: Sql) -> Result<Vec<Question>, StoreError> {
    query.rows(store.reader()).await?.iter().map(read).collect()
}

fn read(row: &QueryResult) -> Result<Question, StoreError> {
    let answer: Option<String> = row.try_get("", "answer")?;
    let answered_at: Option<DateTime<Utc>> = row.try_get("", "answered_at")?;
    Ok(Question {
        id: row.try_get("", "audit_id")?,
        about: row.try_get("", "about_id")?,
        person: sql::person(row, "person_id")?,
        question: row.try_get("", "question")?,
        asked_at: row.try_get("", "asked_at")?,
        answer: answer.zip(answered_at),
    })
}
