//! The person index: the least that tells people apart, searched by number or by name and date of birth.

use chrono::NaiveDate;
use model::{NhsNumber, PersonId, Sex};
use policy::{Action, Permit};
use sea_orm::{QueryResult, Value};
use sha2::{Digest, Sha256};

use crate::bulk::Bulk;
use crate::generations::add_text;
use crate::reach::{self, Columns};
use crate::sql::{self, Sql};
use crate::{Store, StoreError, audit};

/// A person as the index holds them, chosen from what every source says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedPerson {
    /// Their number.
    pub person: PersonId,
    /// NHS number, when one is known and verified.
    pub nhs_number: Option<NhsNumber>,
    /// Family name.
    pub family_name: String,
    /// Given name.
    pub given_name: String,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
    /// Date of death.
    pub death_date: Option<NaiveDate>,
    /// Sex.
    pub sex: Sex,
    /// First address line.
    pub address: String,
    /// Postcode.
    pub postcode: String,
    /// LSOA of residence.
    pub lsoa: String,
    /// ODS code of the practice where they are registered now; blank when nowhere here. Access is decided by it.
    pub practice: String,
    /// ONS code of the borough they live in; blank when not known.
    pub borough: String,
    /// Ethnic category; blank when not known.
    pub ethnic_category: String,
}

/// What somebody types to find a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// NHS number, blanks and hyphens allowed. When given, nothing else is looked at.
    pub nhs_number: String,
    /// Family name.
    pub family_name: String,
    /// Given name, or how it begins.
    pub given_name: String,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
    /// Postcode, to narrow a search by name.
    pub postcode: String,
}

/// Why nothing was searched. The messages are for the form.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The NHS number cannot be one.
    #[error(transparent)]
    NhsNumber(#[from] model::NhsNumberError),
    /// Neither a number, nor a family name with a date of birth.
    #[error("give an NHS number, or a family name and a date of birth")]
    TooLittle,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Somebody found: the least that tells people apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonHit {
    /// Their number.
    pub person: PersonId,
    /// NHS number.
    pub nhs_number: Option<NhsNumber>,
    /// Family name.
    pub family_name: String,
    /// Given name.
    pub given_name: String,
    /// Date of birth.
    pub birth_date: Option<NaiveDate>,
    /// Date of death.
    pub death_date: Option<NaiveDate>,
    /// Sex.
    pub sex: Sex,
    /// Postcode.
    pub postcode: String,
    /// ODS code of the practice.
    pub practice: String,
    /// They are on the searcher's own caseload.
    pub on_caseload: bool,
}

impl PersonHit {
    /// Without what only the practice said, when its data may not be shown.
    pub(crate) fn leave_out(mut self, permit: &Permit) -> Self {
        if permit.cover().hides_practice(&self.practice) {
            self.practice.clear();
            self.postcode.clear();
        }
        self
    }
}

/// Most people that one search gives.
pub const MOST_HITS: usize = 50;

/// People within the permit's reach who answer the query, by name and date of birth; at most [`MOST_HITS`]. Who they are is
/// written down before they are given.
/// Errors: a permit for anything but searching people; a query that says too little.
pub async fn search(store: &Store, permit: &Permit, query: &Query) -> Result<Vec<PersonHit>, SearchError> {
    if permit.action() != Action::FindPerson || permit.person().is_some() {
        return Err(StoreError::WrongPermit.into());
    }
    let mut sql = Sql::new(HITS);
    sql.push("EXISTS (SELECT 1 FROM caseload c WHERE c.person_id = p.person_id AND c.user_id = ");
    sql.bind(permit.access().user.0.as_str());
    sql.push(
        ") AS on_caseload FROM publication u JOIN person p ON p.generation = u.generation WHERE u.one = 1",
    );
    if query.nhs_number.trim().is_empty() {
        by_name(&mut sql, query)?;
    } else {
        let number = NhsNumber::parse(&query.nhs_number)?;
        sql.push(" AND p.nhs_number = ").bind(number_stored(number));
    }
    let columns = Columns { person: "p.person_id", practice: "p.practice", death_date: "p.death_date" };
    reach::restrict(&mut sql, permit, &columns);
    sql.push(&format!(" ORDER BY p.family_key, p.given_key, p.birth_date, p.person_id LIMIT {MOST_HITS}"));
    let rows = sql.rows(store.reader()).await?;
    let found: Vec<PersonHit> =
        rows.iter().map(|row| Ok(hit(row)?.leave_out(permit))).collect::<Result<_, StoreError>>()?;
    audit::shown(store, permit, found.iter().map(|hit| hit.person)).await?;
    Ok(found)
}

fn by_name(sql: &mut Sql, query: &Query) -> Result<(), SearchError> {
    let family = linkage::name_key(&query.family_name);
    let (false, Some(birth)) = (family.is_empty(), query.birth_date) else {
        return Err(SearchError::TooLittle);
    };
    sql.push(" AND p.birth_date = ").bind(birth);
    sql.push(" AND p.family_key = ").bind(family);
    let given = linkage::name_key(&query.given_name);
    if !given.is_empty() {
        // Keys are upper-case letters, so that nothing in them is special to LIKE.
        sql.push(" AND p.given_key LIKE ").bind(format!("{given}%"));
    }
    if let Some(postcode) = model::normalise_postcode(&query.postcode) {
        sql.push(" AND p.postcode = ").bind(postcode);
    }
    Ok(())
}

const HITS: &str = "SELECT p.person_id, p.nhs_number, p.family_name, p.given_name, p.birth_date, p.death_date, p.sex, \
    p.postcode, p.practice, ";

pub(crate) fn hit(row: &QueryResult) -> Result<PersonHit, StoreError> {
    Ok(PersonHit {
        person: sql::person(row, "person_id")?,
        nhs_number: number_read(row.try_get("", "nhs_number")?)?,
        family_name: row.try_get("", "family_name")?,
        given_name: row.try_get("", "given_name")?,
        birth_date: row.try_get("", "birth_date")?,
        death_date: row.try_get("", "death_date")?,
        sex: sex_read(row)?,
        postcode: row.try_get("", "postcode")?,
        practice: row.try_get("", "practice")?,
        on_caseload: row.try_get("", "on_caseload")?,
    })
}

pub(crate) const TABLE: Bulk = Bulk {
    table: "person",
    columns: &[
        "generation",
        "person_id",
        "nhs_number",
        "family_name",
        "given_name",
        "family_key",
        "given_key",
        "birth_date",
        "death_date",
        "sex",
        "address",
        "postcode",
        "lsoa",
        "practice",
        "borough",
        "ethnic_category",
    ],
    conflict: "",
};

pub(crate) fn values(generation: i64, row: IndexedPerson) -> [Value; 16] {
    let (family_key, given_key) = (linkage::name_key(&row.family_name), linkage::name_key(&row.given_name));
    [
        generation.into(),
        sql::stored(row.person).into(),
        row.nhs_number.map(number_stored).into(),
        row.family_name.into(),
        row.given_name.into(),
        family_key.into(),
        given_key.into(),
        row.birth_date.into(),
        row.death_date.into(),
        row.sex.letter().into(),
        row.address.into(),
        row.postcode.into(),
        row.lsoa.into(),
        row.practice.into(),
        row.borough.into(),
        row.ethnic_category.into(),
    ]
}

pub(crate) const IN_ORDER: &str = "SELECT person_id, nhs_number, family_name, given_name, birth_date, death_date, sex, address, \
    postcode, lsoa, practice, borough, ethnic_category FROM person WHERE generation = $1 AND person_id > $2 \
    ORDER BY person_id LIMIT 5000";

pub(crate) fn read(row: &QueryResult) -> Result<IndexedPerson, StoreError> {
    Ok(IndexedPerson {
        person: sql::person(row, "person_id")?,
        nhs_number: number_read(row.try_get("", "nhs_number")?)?,
        family_name: row.try_get("", "family_name")?,
        given_name: row.try_get("", "given_name")?,
        birth_date: row.try_get("", "birth_date")?,
        death_date: row.try_get("", "death_date")?,
        sex: sex_read(row)?,
        address: row.try_get("", "address")?,
        postcode: row.try_get("", "postcode")?,
        lsoa: row.try_get("", "lsoa")?,
        practice: row.try_get("", "practice")?,
        borough: row.try_get("", "borough")?,
        ethnic_category: row.try_get("", "ethnic_category")?,
    })
}

pub(crate) fn digest(row: &IndexedPerson, hash: &mut Sha256) {
    let day = |date: Option<NaiveDate>| date.map_or_else(String::new, |date| date.to_string());
    hash.update(row.person.0.to_le_bytes());
    hash.update(row.nhs_number.map_or(0, number_stored).to_le_bytes());
    for text in [
        row.family_name.as_str(),
        &row.given_name,
        &day(row.birth_date),
        &day(row.death_date),
        row.sex.letter(),
        &row.address,
        &row.postcode,
        &row.lsoa,
        &row.practice,
        &row.borough,
        &row.ethnic_category,
    ] {
        add_text(hash, text);
    }
}

pub(crate) fn number_stored(number: NhsNumber) -> i64 {
    // Ten digits always fit.
    i64::try_from(number.as_u64()).unwrap_or(0)
}

fn number_read(stored: Option<i64>) -> Result<Option<NhsNumber>, StoreError> {
    let Some(stored) = stored else { return Ok(None) };
    let number =
        NhsNumber::parse(&format!("{stored:010}")).map_err(|_| StoreError::Unreadable("NHS number"))?;
    Ok(Some(number))
}

fn sex_read(row: &QueryResult) -> Result<Sex, StoreError> {
    let letter: String = row.try_get("", "sex")?;
    Sex::parse(&letter).ok_or(StoreError::Unreadable("sex"))
}
