use std::fmt;

use chrono::{DateTime, Utc};
use model::{PersonId, Purpose, Role};
use serde::{Deserialize, Serialize};

/// A user's sign-in name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct UserId(pub String);

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who asks, from where, what for and when: it goes through every call that touches people. Background work has one too.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    /// The user's sign-in name.
    pub user: UserId,
    /// The user's name as a person reads it in "who looked at my record".
    pub display_name: String,
    /// What the user does here.
    pub role: Role,
    /// ODS code of the organisation the user acts for; blank for a person looking at their own record.
    pub organisation: String,
    /// What the data are wanted for.
    pub purpose: Purpose,
    /// The user's own words for why, where a page asks for them.
    pub reason: Option<String>,
    /// Ties together everything one request did.
    pub correlation: String,
    /// In which of the user's sessions: the hash of its token; blank for what is asked in none. What is open for one session only, such
    /// as a broken glass, is not there in another.
    pub session: String,
    /// When, from the caller's clock.
    pub at: DateTime<Utc>,
    /// For the role Person: who they are.
    pub person: Option<PersonId>,
}
