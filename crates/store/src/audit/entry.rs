//! One row of the audit, and its hashes.

use std::collections::BTreeSet;

use chrono::{DateTime, SubsecRound, Utc};
use model::PersonId;
use policy::{Access, Action, Decision, Permit, Section};
use sea_orm::{QueryResult, Value};
use serde::{Deserialize, Serialize};

use super::merkle::{self, Hash};
use crate::{StoreError, sql};

/// One row of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, from 1 without gaps.
    pub id: i64,
    /// The form in which it is hashed: 2, or 1 for rows from before the tree.
    pub form: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// The user's sign-in name.
    pub user: String,
    /// The user's name.
    pub user_name: String,
    /// The user's role, by name.
    pub role: String,
    /// ODS code of the user's organisation.
    pub organisation: String,
    /// What for, by name.
    pub purpose: String,
    /// Why, in the user's words.
    pub reason: Option<String>,
    /// What was done: the name of an action of policy, or `sign_in`, `sign_in_refused`, `sign_out`, `policy_change`,
    /// `agreement_change`.
    pub action: String,
    /// What it was done to, by name.
    pub resource: String,
    /// Which one, when it is not a person: an agreement's reference, an audit row's number, a version of the rules; or the people
    /// that a list gave, `people 17 203`.
    pub subject: String,
    /// Whom it was about, when one person.
    pub person: Option<PersonId>,
    /// Whether it was permitted.
    pub permitted: bool,
    /// Ids of the rules that decided, separated by blanks.
    pub rules: String,
    /// The decision in plain English.
    pub sentence: String,
    /// Sections of the record that were open to the user, separated by blanks.
    pub sections: String,
    /// Sections withheld, separated by blanks.
    pub masks: String,
    /// Version of the rules.
    pub policy_version: String,
    /// Number of the change of agreements that was in force; blank where none was asked.
    pub agreement_version: String,
    /// Ties together what one request did.
    pub correlation: String,
    /// Hash of the row before; blank for the first.
    pub prev_hash: String,
    /// Hash of this row.
    pub hash: String,
}

/// Something that happened besides what policy decides, such as a sign-in or a change of the rules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deed<'a> {
    /// What, by name.
    pub action: &'a str,
    /// To what, by name.
    pub resource: &'a str,
    /// To which one.
    pub subject: &'a str,
    /// About whom, when one person.
    pub person: Option<PersonId>,
    /// Whether it was permitted.
    pub permitted: bool,
    /// In plain English.
    pub sentence: &'a str,
}

/// How the subject of a row begins that says whom a list gave.
const SHOWN: &str = "people";

/// The form in which rows are hashed now.
const FORM: i32 = 2;

impl Entry {
    /// What was done, in words.
    pub fn action_label(&self) -> &str {
        let action = self.action.as_str();
        match action {
            "policy_change" => "Changed the access rules",
            "agreement_change" => "Changed an agreement",
            _ => crate::sign_in::label(action)
                .unwrap_or_else(|| Action::from_name(action).map_or(action, |action| action.label())),
        }
    }

    /// The row of a decision.
    pub(super) fn of_decision(access: &Access, decision: &Decision) -> Self {
        let masks: Vec<&str> = decision.masks().iter().map(|section| section.name()).collect();
        Self {
            action: decision.action().name().to_owned(),
            resource: decision.resource().name().to_owned(),
            person: decision.resource().person(),
            permitted: decision.permitted(),
            rules: decision.rules().join(" "),
            sentence: decision.sentence().to_owned(),
            sections: opened(decision).join(" "),
            masks: masks.join(" "),
            policy_version: decision.policy_version().to_owned(),
            agreement_version: decision.cover().version().to_string(),
            ..Self::blank(access)
        }
    }

    /// The row of something that happened under these rules.
    pub(super) fn of_deed(access: &Access, deed: &Deed<'_>, policy_version: &str) -> Self {
        Self {
            action: deed.action.to_owned(),
            resource: deed.resource.to_owned(),
            subject: deed.subject.to_owned(),
            person: deed.person,
            permitted: deed.permitted,
            sentence: deed.sentence.to_owned(),
            policy_version: policy_version.to_owned(),
            ..Self::blank(access)
        }
    }

    /// The row of a list that gave these people.
    pub(super) fn of_shown(permit: &Permit, people: &BTreeSet<PersonId>) -> Self {
        let numbers: String = people.iter().map(|person| format!(" {person}")).collect();
        Self {
            resource: "people".to_owned(),
            subject: format!("{SHOWN}{numbers}"),
            person: None,
            sections: String::new(),
            masks: String::new(),
            ..Self::of_decision(permit.access(), permit.decision())
        }
    }

    /// The people that a list gave; nobody for any other row.
    pub fn shown(&self) -> Vec<PersonId> {
        let Some(numbers) = self.subject.strip_prefix(SHOWN) else { return Vec::new() };
        numbers.split_whitespace().filter_map(|number| number.parse().ok().map(PersonId)).collect()
    }

    fn blank(access: &Access) -> Self {
        Self {
            id: 0,
            form: FORM,
            // PostgreSQL keeps microseconds; the hash must be of what is kept.
            at: access.at.trunc_subsecs(6),
            user: access.user.0.clone(),
            user_name: access.display_name.clone(),
            role: access.role.name().to_owned(),
            organisation: access.organisation.clone(),
            purpose: access.purpose.name().to_owned(),
            reason: access.reason.clone(),
            action: String::new(),
            resource: String::new(),
            subject: String::new(),
            person: None,
            permitted: false,
            rules: String::new(),
            sentence: String::new(),
            sections: String::new(),
            masks: String::new(),
            policy_version: String::new(),
            agreement_version: String::new(),
            correlation: access.correlation.clone(),
            prev_hash: String::new(),
            hash: String::new(),
        }
    }

    /// Every field, each after its length as eight bytes with the lowest first, so that no two rows read alike. The order is
    /// written down in docs/audit.md, for those who check with other programs.
    fn bytes(&self) -> Vec<u8> {
        let (id, form) = (self.id.to_string(), self.form.to_string());
        let at = self.at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let person = self.person.map_or_else(String::new, |person| person.to_string());
        let reason = self.reason.as_ref().map_or_else(String::new, |reason| format!("+{reason}"));
        let first = [
            self.prev_hash.as_str(),
            &id,
            &at,
            &self.user,
            &self.user_name,
            &self.role,
            &self.organisation,
            &self.purpose,
            &reason,
            &self.action,
            &self.resource,
            &person,
            if self.permitted { "1" } else { "0" },
            &self.rules,
            &self.sentence,
            &self.masks,
            &self.policy_version,
            &self.correlation,
        ];
        let since = [form.as_str(), &self.sections, &self.subject, &self.agreement_version];
        let since = if self.form < FORM { &[][..] } else { &since[..] };
        let mut bytes = Vec::with_capacity(768);
        for field in first.iter().chain(since) {
            bytes.extend_from_slice(&(field.len() as u64).to_le_bytes());
            bytes.extend_from_slice(field.as_bytes());
        }
        bytes
    }

    /// Its hash as a leaf of the tree.
    pub fn leaf(&self) -> Hash {
        merkle::leaf_hash(&self.bytes())
    }

    /// What its hash must be: in the first form the plain SHA-256 of its fields, since then its hash as a leaf.
    pub(super) fn expected_hash(&self) -> String {
        if self.form < FORM { model::sha256_hex(&self.bytes()) } else { hex(&self.leaf()) }
    }

    /// Takes its place at the end of the chain.
    pub(super) fn follow(&mut self, id: i64, prev_hash: String) {
        (self.id, self.prev_hash) = (id, prev_hash);
        self.hash = self.expected_hash();
    }

    pub(super) fn values(self) -> [Value; 23] {
        [
            self.id.into(),
            self.at.into(),
            self.user.into(),
            self.user_name.into(),
            self.role.into(),
            self.organisation.into(),
            self.purpose.into(),
            self.reason.into(),
            self.action.into(),
            self.resource.into(),
            self.person.map(sql::stored).into(),
            self.permitted.into(),
            self.rules.into(),
            self.sentence.into(),
            self.masks.into(),
            self.policy_version.into(),
            self.correlation.into(),
            self.prev_hash.into(),
            self.hash.into(),
            self.form.into(),
            self.sections.into(),
            self.subject.into(),
            self.agreement_version.into(),
        ]
    }

    pub(super) fn read(row: &QueryResult) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.try_get("", "id")?,
            form: row.try_get("", "form")?,
            at: row.try_get("", "at")?,
            user: row.try_get("", "user_id")?,
            user_name: row.try_get("", "user_name")?,
            role: row.try_get("", "role")?,
            organisation: row.try_get("", "organisation")?,
            purpose: row.try_get("", "purpose")?,
            reason: row.try_get("", "reason")?,
            action: row.try_get("", "action")?,
            resource: row.try_get("", "resource")?,
            subject: row.try_get("", "subject")?,
            person: sql::person_or_none(row, "person_id")?,
            permitted: row.try_get("", "permitted")?,
            rules: row.try_get("", "rules")?,
            sentence: row.try_get("", "sentence")?,
            sections: row.try_get("", "sections")?,
            masks: row.try_get("", "masks")?,
            policy_version: row.try_get("", "policy_version")?,
            agreement_version: row.try_get("", "agreement_version")?,
            correlation: row.try_get("", "correlation")?,
            prev_hash: row.try_get("", "prev_hash")?,
            hash: row.try_get("", "hash")?,
        })
    }
}

/// The columns, in the order of [`Entry::values`].
pub(super) const COLUMNS: &[&str] = &[
    "id",
    "at",
    "user_id",
    "user_name",
    "role",
    "organisation",
    "purpose",
    "reason",
    "action",
    "resource",
    "person_id",
    "permitted",
    "rules",
    "sentence",
    "masks",
    "policy_version",
    "correlation",
    "prev_hash",
    "hash",
    "form",
    "sections",
    "subject",
    "agreement_version",
];

/// Sections that the page behind an action shows, less what is withheld.
fn opened(decision: &Decision) -> Vec<&'static str> {
    let shows = |section: &Section| match decision.action() {
        Action::OpenRecord | Action::OpenOwnRecord => true,
        Action::OpenTimeline => matches!(
            section,
            Section::Gp
                | Section::Emergency
                | Section::Inpatient
                | Section::Outpatient
                | Section::Community
                | Section::MentalHealth
                | Section::SocialCare
                | Section::Costs
        ),
        _ => false,
    };
    let open =
        |section: &Section| decision.permitted() && shows(section) && !decision.masks().contains(section);
    Section::ALL.iter().filter(|section| open(section)).map(|section| section.name()).collect()
}

/// As hexadecimal digits.
pub(super) fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
