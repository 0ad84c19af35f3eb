//! A data-sharing agreement: its terms, what happened to it, and what it covers on a day.
//!
//! An agreement is the sum of its changes, each a version of its own. Nothing here reads a clock.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{Feed, Purpose, activities};

/// A party: one organisation, or a group of them named as one. Who is in a group is fixed with the terms.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Party {
    /// As the agreement names it: `All practices of Brent`.
    pub name: String,
    /// ODS codes of its members, in order; one for a single organisation.
    pub members: BTreeSet<String>,
}

/// What the parties put their names to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// What it is called.
    pub title: String,
    /// Direct care, or planning (secondary use).
    pub purpose: Purpose,
    /// Whose data.
    pub suppliers: Vec<Party>,
    /// Who receives them.
    pub recipients: Vec<Party>,
    /// Which data.
    pub feeds: BTreeSet<Feed>,
    /// What for: activities by id.
    pub activities: BTreeSet<String>,
    /// First day.
    pub starts: NaiveDate,
    /// Last day, if it has one.
    pub ends: Option<NaiveDate>,
    /// When the parties look at it again.
    pub review: Option<NaiveDate>,
    /// Where its data protection impact assessment is: a reference or an address.
    pub dpia: String,
}

/// Terms that cannot be agreed to. The messages are for the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    /// No title.
    #[error("Enter what the agreement is called")]
    Title,
    /// Nobody on one side.
    #[error("Choose whose data the agreement is about")]
    Suppliers,
    /// Nobody on the other.
    #[error("Choose who receives the data")]
    Recipients,
    /// No data.
    #[error("Choose at least one kind of data")]
    Feeds,
    /// No purpose.
    #[error("Choose at least one activity")]
    NoActivity,
    /// An activity of the other use.
    #[error("Choose activities of one use only: direct care (A to C) or planning (D to G)")]
    Activity,
    /// Ends before it starts.
    #[error("Enter an end that is on or after the start")]
    Ends,
    /// No assessment.
    #[error("Enter the reference of the data protection impact assessment")]
    Dpia,
    /// Neither direct care nor planning.
    #[error("Choose direct care or planning")]
    Purpose,
}

impl Terms {
    /// Everything that is wrong with them, in the order of the form.
    pub fn faults(&self) -> Vec<TermsError> {
        let of_use = |id: &String| {
            activities().iter().any(|activity| activity.id == *id && activity.purpose() == self.purpose)
        };
        let nobody = |parties: &[Party]| parties.iter().all(|party| party.members.is_empty());
        [
            (self.title.trim().is_empty(), TermsError::Title),
            (!matches!(self.purpose, Purpose::DirectCare | Purpose::Planning), TermsError::Purpose),
            (nobody(&self.suppliers), TermsError::Suppliers),
            (nobody(&self.recipients), TermsError::Recipients),
            (self.feeds.is_empty(), TermsError::Feeds),
            (self.activities.is_empty(), TermsError::NoActivity),
            (!self.activities.iter().all(of_use), TermsError::Activity),
            (self.ends.is_some_and(|ends| ends < self.starts), TermsError::Ends),
            (self.dpia.trim().is_empty(), TermsError::Dpia),
        ]
        .into_iter()
        .filter_map(|(wrong, fault)| wrong.then_some(fault))
        .collect()
    }

    /// Codes of everyone who supplies.
    pub fn supplier_codes(&self) -> BTreeSet<&str> {
        codes(&self.suppliers)
    }

    /// Codes of everyone who receives.
    pub fn recipient_codes(&self) -> BTreeSet<&str> {
        codes(&self.recipients)
    }

    /// Whether an organisation is a party, on either side.
    pub fn names(&self, organisation: &str) -> bool {
        self.suppliers.iter().chain(&self.recipients).any(|party| party.members.contains(organisation))
    }

    /// Whether these are the other terms with parties added and nothing else changed: then who signed has signed these.
    fn adds_to(&self, other: &Self) -> bool {
        let same =
            Self { suppliers: other.suppliers.clone(), recipients: other.recipients.clone(), ..self.clone() };
        same == *other
            && other.supplier_codes().is_subset(&self.supplier_codes())
            && other.recipient_codes().is_subset(&self.recipient_codes())
    }
}

fn codes(parties: &[Party]) -> BTreeSet<&str> {
    parties.iter().flat_map(|party| &party.members).map(String::as_str).collect()
}

/// One change. Each makes a new version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum Change {
    /// Written down, or its terms changed. Signatures stay only when parties were added and nothing else changed.
    Drafted {
        /// What it says now.
        terms: Terms,
    },
    /// These organisations signed the terms as they stood.
    Signed {
        /// Codes.
        organisations: BTreeSet<String>,
    },
    /// One organisation took its signature back.
    Withdrawn {
        /// Its code.
        organisation: String,
        /// Why.
        reason: String,
    },
    /// Nothing of it holds until it is resumed.
    Suspended {
        /// Why.
        reason: String,
    },
    /// It holds again.
    Resumed,
    /// Ended for good, before its last day.
    Ended {
        /// Why.
        reason: String,
    },
}

impl Change {
    /// What was done, in words.
    pub fn label(&self) -> &'static str {
        match self {
            Self::Drafted { .. } => "Terms written",
            Self::Signed { .. } => "Signed",
            Self::Withdrawn { .. } => "Signature withdrawn",
            Self::Suspended { .. } => "Suspended",
            Self::Resumed => "Resumed",
            Self::Ended { .. } => "Ended",
        }
    }
}

/// How an agreement stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// One side or both have not signed.
    Draft,
    /// Signed by both sides, not begun.
    NotBegun,
    /// In force for those who signed.
    InForce,
    /// Suspended.
    Suspended,
    /// Past its last day, or ended.
    Ended,
}

impl Standing {
    /// As a screen says it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Draft",
            Self::NotBegun => "Signed, not begun",
            Self::InForce => "In force",
            Self::Suspended => "Suspended",
            Self::Ended => "Ended",
        }
    }
}

/// An agreement as it stands after all its changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its reference.
    pub id: String,
    /// Number of its latest change, from 1.
    pub version: u32,
    /// What it says.
    pub terms: Terms,
    /// Who has signed these terms, and when.
    pub signed: BTreeMap<String, DateTime<Utc>>,
    /// Who took their signature back, and when.
    pub withdrawn: BTreeMap<String, DateTime<Utc>>,
    /// Suspended since, and why.
    pub suspended: Option<(DateTime<Utc>, String)>,
    /// Ended, and why.
    pub ended: Option<(DateTime<Utc>, String)>,
}

/// A change that cannot be made to the agreement as it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// Its first change is not a draft.
    #[error("an agreement begins with its terms")]
    NoTerms,
    /// The terms cannot be agreed to.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// Not a party.
    #[error("the organisation is not a party to this agreement")]
    NotAParty,
    /// Took back what was never given, or gave it twice.
    #[error("the organisation's signature stands that way already")]
    NothingChanges,
    /// Suspended when suspended, or resumed when not.
    #[error("the agreement stands that way already")]
    StandsSo,
    /// Ended for good.
    #[error("the agreement has ended; write a new one")]
    Ended,
}

impl Agreement {
    /// An agreement from its first change.
    pub fn begin(id: &str, change: Change) -> Result<Self, ChangeError> {
        let Change::Drafted { terms } = change else { return Err(ChangeError::NoTerms) };
        check(&terms)?;
        Ok(Self {
            id: id.to_owned(),
            version: 1,
            terms,
            signed: BTreeMap::new(),
            withdrawn: BTreeMap::new(),
            suspended: None,
            ended: None,
        })
    }

    /// Makes a change. Errors leave it as it was.
    pub fn apply(&mut self, change: Change, at: DateTime<Utc>) -> Result<(), ChangeError> {
        if self.ended.is_some() {
            return Err(ChangeError::Ended);
        }
        match change {
            Change::Drafted { terms } => self.draft(terms)?,
            Change::Signed { organisations } => self.sign(organisations, at)?,
            Change::Withdrawn { organisation, .. } => {
                self.signed.remove(&organisation).ok_or(ChangeError::NothingChanges)?;
                self.withdrawn.insert(organisation, at);
            }
            Change::Suspended { .. } if self.suspended.is_some() => return Err(ChangeError::StandsSo),
            Change::Suspended { reason } => self.suspended = Some((at, reason)),
            Change::Resumed => {
                self.suspended.take().ok_or(ChangeError::StandsSo)?;
            }
            Change::Ended { reason } => self.ended = Some((at, reason)),
        }
        self.version += 1;
        Ok(())
    }

    fn draft(&mut self, terms: Terms) -> Result<(), ChangeError> {
        check(&terms)?;
        if terms == self.terms {
            return Err(ChangeError::StandsSo);
        }
        if !terms.adds_to(&self.terms) {
            self.signed.clear();
        }
        self.terms = terms;
        Ok(())
    }

    fn sign(&mut self, organisations: BTreeSet<String>, at: DateTime<Utc>) -> Result<(), ChangeError> {
        if !organisations.iter().all(|organisation| self.terms.names(organisation)) {
            return Err(ChangeError::NotAParty);
        }
        let new: Vec<String> =
            organisations.into_iter().filter(|code| !self.signed.contains_key(code)).collect();
        if new.is_empty() {
            return Err(ChangeError::NothingChanges);
        }
        for organisation in new {
            self.withdrawn.remove(&organisation);
            self.signed.insert(organisation, at);
        }
        Ok(())
    }

    /// How it stands on a day.
    pub fn standing(&self, day: NaiveDate) -> Standing {
        if self.ended.is_some() || self.terms.ends.is_some_and(|ends| day > ends) {
            Standing::Ended
        } else if self.suspended.is_some() {
            Standing::Suspended
        } else if self.signed_suppliers().next().is_none() || self.signed_recipients().next().is_none() {
            Standing::Draft
        } else if day < self.terms.starts {
            Standing::NotBegun
        } else {
            Standing::InForce
        }
    }

    /// Suppliers who have signed.
    pub fn signed_suppliers(&self) -> impl Iterator<Item = &str> {
        self.terms.supplier_codes().into_iter().filter(|code| self.signed.contains_key(*code))
    }

    /// Recipients who have signed.
    pub fn signed_recipients(&self) -> impl Iterator<Item = &str> {
        self.terms.recipient_codes().into_iter().filter(|code| self.signed.contains_key(*code))
    }

    /// The sources it lets be used between its days, such as `gp:E84002`: of suppliers who signed, once a recipient has,
    /// unless it is suspended or ended.
    pub fn sources(&self) -> BTreeSet<String> {
        let holds =
            self.suspended.is_none() && self.ended.is_none() && self.signed_recipients().next().is_some();
        let suppliers = self.signed_suppliers().filter(|_| holds);
        suppliers.flat_map(|code| self.terms.feeds.iter().map(move |feed| format!("{feed}:{code}"))).collect()
    }
}

fn check(terms: &Terms) -> Result<(), ChangeError> {
    terms.faults().into_iter().next().map_or(Ok(()), |fault| Err(fault.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, d).unwrap()
    }

    fn at(d: u32) -> DateTime<Utc> {
        day(d).and_hms_opt(9, 0, 0).unwrap().and_utc()
    }

    fn party(codes: &[&str]) -> Party {
        Party { name: "p".into(), members: codes.iter().map(|c| (*c).to_owned()).collect() }
    }

    fn terms() -> Terms {
        Terms {
            title: "Planning in Brent".into(),
            purpose: Purpose::Planning,
            suppliers: vec![party(&["E84001", "E84002"])],
            recipients: vec![party(&["QRV"])],
            feeds: [Feed::Gp].into(),
            activities: ["E5".to_owned()].into(),
            starts: day(5),
            ends: Some(day(20)),
            review: None,
            dpia: "DPIA 12".into(),
        }
    }

    fn drafted() -> Agreement {
        Agreement::begin("A1", Change::Drafted { terms: terms() }).unwrap()
    }

    fn signed(codes: &[&str]) -> Change {
        Change::Signed { organisations: codes.iter().map(|c| (*c).to_owned()).collect() }
    }

    #[test]
    fn nothing_takes_effect_before_both_sides_signed_and_the_start() {
        let mut agreement = drafted();
        agreement.apply(signed(&["E84001"]), at(1)).unwrap();
        assert_eq!(agreement.standing(day(6)), Standing::Draft);
        assert!(agreement.sources().is_empty(), "one side");
        agreement.apply(signed(&["QRV"]), at(2)).unwrap();
        assert_eq!(agreement.sources(), ["gp:E84001".to_owned()].into(), "who has not signed is not covered");
        assert_eq!(agreement.standing(day(4)), Standing::NotBegun);
        assert_eq!(agreement.standing(day(20)), Standing::InForce);
        assert_eq!(agreement.standing(day(21)), Standing::Ended);
        assert_eq!(agreement.version, 3);
    }

    #[test]
    fn withdrawal_suspension_and_end_take_it_back() {
        let mut agreement = drafted();
        agreement.apply(signed(&["E84001", "E84002", "QRV"]), at(1)).unwrap();
        let withdrawn = Change::Withdrawn { organisation: "E84001".into(), reason: "r".into() };
        agreement.apply(withdrawn.clone(), at(6)).unwrap();
        assert_eq!(agreement.sources(), ["gp:E84002".to_owned()].into());
        assert_eq!(agreement.apply(withdrawn, at(6)), Err(ChangeError::NothingChanges));
        agreement.apply(signed(&["E84001"]), at(7)).unwrap();
        assert_eq!((agreement.sources().len(), agreement.withdrawn.len()), (2, 0));
        agreement.apply(Change::Suspended { reason: "r".into() }, at(8)).unwrap();
        assert!(agreement.sources().is_empty());
        assert_eq!(agreement.standing(day(8)), Standing::Suspended);
        agreement.apply(Change::Resumed, at(9)).unwrap();
        assert_eq!(agreement.sources().len(), 2);
        agreement.apply(Change::Ended { reason: "r".into() }, at(9)).unwrap();
        assert!(agreement.sources().is_empty());
        assert_eq!(agreement.apply(Change::Resumed, at(9)), Err(ChangeError::Ended));
    }

    #[test]
    fn new_terms_ask_everybody_again_and_new_parties_only_themselves() {
        let mut agreement = drafted();
        agreement.apply(signed(&["E84001", "QRV"]), at(1)).unwrap();
        let more = Terms { suppliers: vec![party(&["E84001", "E84002", "E84003"])], ..terms() };
        agreement.apply(Change::Drafted { terms: more.clone() }, at(2)).unwrap();
        assert_eq!(agreement.sources().len(), 1);
        let wider = Terms { feeds: [Feed::Gp, Feed::Fhir].into(), ..more };
        agreement.apply(Change::Drafted { terms: wider }, at(3)).unwrap();
        assert!(agreement.sources().is_empty());
        assert_eq!(agreement.apply(signed(&["E84009"]), at(3)), Err(ChangeError::NotAParty));
    }

    #[test]
    fn terms_say_what_is_wrong_with_them() {
        assert!(terms().faults().is_empty());
        let mixed = Terms { activities: ["E5".to_owned(), "B3".to_owned()].into(), ..terms() };
        assert_eq!(mixed.faults(), [TermsError::Activity]);
        let wrong = Terms { ends: Some(day(4)), dpia: " ".into(), feeds: BTreeSet::new(), ..terms() };
        assert_eq!(wrong.faults(), [TermsError::Feeds, TermsError::Ends, TermsError::Dpia]);
        let nobody = Terms { suppliers: vec![party(&[])], recipients: vec![], ..terms() };
        assert_eq!(nobody.faults(), [TermsError::Suppliers, TermsError::Recipients]);
        assert_eq!(Agreement::begin("A", Change::Resumed), Err(ChangeError::NoTerms));
    }
}
