use std::collections::BTreeSet;

use model::PersonId;

use crate::{Access, Action, Cover, Decision, Glass, Reach, Resource, Section};

/// Leave to do one thing once, backed by an audit row. Every function that gives data about people takes a `&Permit`.
///
/// INVARIANT: [`Permit::issue`] is called in one place, `crates/store/src/audit.rs`, after the row is written. A test in
/// `store` reads the source of every room for that.
#[derive(Debug)]
pub struct Permit {
    access: Access,
    decision: Decision,
    audit_id: i64,
}

/// A refused decision cannot become a permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a refused decision cannot become a permit")]
pub struct NotPermitted;

impl Permit {
    /// Turns a permitting decision, whose audit row has been written, into a permit.
    pub fn issue(access: Access, decision: Decision, audit_id: i64) -> Result<Self, NotPermitted> {
        if decision.permitted() { Ok(Self { access, decision, audit_id }) } else { Err(NotPermitted) }
    }

    /// Who holds it.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// The decision behind it.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// What it is for.
    pub fn action(&self) -> Action {
        self.decision.action()
    }

    /// What it is for the use of.
    pub fn resource(&self) -> Resource {
        self.decision.resource()
    }

    /// The one person it is about, if it is about one.
    pub fn person(&self) -> Option<PersonId> {
        self.decision.resource().person()
    }

    /// The audit row behind it.
    pub fn audit_id(&self) -> i64 {
        self.audit_id
    }

    /// Sections that must not be shown.
    pub fn masks(&self) -> &BTreeSet<Section> {
        self.decision.masks()
    }

    /// Why sections are masked, in plain English: one sentence a rule.
    pub fn mask_reasons(&self) -> &[(Section, String)] {
        self.decision.mask_reasons()
    }

    /// Which sources may be neither shown nor counted.
    pub fn cover(&self) -> &Cover {
        self.decision.cover()
    }

    /// The glass that was broken to the person's record, when it was.
    pub fn glass(&self) -> Option<Glass> {
        self.decision.glass()
    }

    /// Which people a list may show.
    pub fn reach(&self) -> &Reach {
        self.decision.reach()
    }
}
