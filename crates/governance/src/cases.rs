//! Trying a case: what the rules and today's agreements would say of somebody who does not exist. Nothing of anybody is read.

use std::collections::BTreeSet;

use model::{PersonId, Purpose, Role};
use policy::{Access, Action, Cover, Decision, Facts, Glass, GlassReason, Permit, Resource, UserId, decide};
use store::{Store, cover, organisations};

use crate::GovernanceError;

/// What agreements are taken to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Agreements {
    /// What they say today.
    #[default]
    Today,
    /// That everything is covered.
    Whole,
    /// That the person's practice has withdrawn.
    Withdrawn,
    /// That nothing is covered.
    None,
}

impl Agreements {
    /// Each.
    pub const ALL: [Self; 4] = [Self::Today, Self::Whole, Self::Withdrawn, Self::None];

    /// Its name, as in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Whole => "whole",
            Self::Withdrawn => "withdrawn",
            Self::None => "none",
        }
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Today => "As they are today",
            Self::Whole => "If they covered everything",
            Self::Withdrawn => "If the person's practice had withdrawn",
            Self::None => "If none were in force",
        }
    }
}

/// A case: somebody asks something of somebody, and nobody is real.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What the user does.
    pub role: Role,
    /// ODS code of the organisation they act for; blank for none.
    pub organisation: String,
    /// What for.
    pub purpose: Purpose,
    /// What they ask.
    pub action: Action,
    /// ODS code of the practice where the person is registered; blank for none.
    pub practice: String,
    /// What is so about the person and the user.
    pub so: BTreeSet<So>,
    /// A glass that is broken.
    pub glass: Option<GlassReason>,
    /// What agreements say.
    pub agreements: Agreements,
}

/// What may be so about the person and the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum So {
    /// On the user's caseload.
    Caseload,
    /// Under the care of a team of which the user is a member.
    Team,
    /// Objects to sharing beyond their practice.
    ObjectsToSharing,
    /// Keeps the user's organisation from their record.
    KeepsOrganisationOut,
    /// The user acts for them.
    Proxy,
    /// They are the user.
    Own,
    /// Has died.
    Deceased,
}

impl So {
    /// Each.
    pub const ALL: [Self; 7] = [
        Self::Caseload,
        Self::Team,
        Self::ObjectsToSharing,
        Self::KeepsOrganisationOut,
        Self::Proxy,
        Self::Own,
        Self::Deceased,
    ];

    /// Its name, as in addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Caseload => "caseload",
            Self::Team => "team",
            Self::ObjectsToSharing => "objects",
            Self::KeepsOrganisationOut => "keeps_out",
            Self::Proxy => "proxy",
            Self::Own => "own",
            Self::Deceased => "deceased",
        }
    }

    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Caseload => "On the user's caseload",
            Self::Team => "Under the care of the user's team",
            Self::ObjectsToSharing => "Has asked that their record is not shared beyond their practice",
            Self::KeepsOrganisationOut => "Keeps the user's organisation from their record",
            Self::Proxy => "The user acts for them",
            Self::Own => "The person is the user",
            Self::Deceased => "Has died",
        }
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Tried {
    /// The decision, by the same function that decides for real.
    pub decision: Decision,
    /// Agreements in force for this organisation and purpose, each with whether it covers the practice's own data.
    pub agreements: Vec<(String, bool)>,
}

const PERSON: PersonId = PersonId(0);

/// Tries a case. It is written down as such, with the case, and with no person.
pub async fn try_case(store: &Store, access: &Access, case: &Case) -> Result<Tried, GovernanceError> {
    let subject = case.in_words();
    let permit = store.request_about(access, Action::TryCase, Resource::Rules, &subject).await?;
    let tried = case.user(access);
    let source = format!("gp:{}", case.practice);
    let (today, agreements) = cover::tried(store, &permit, &tried, &source).await?;
    let works_for = organisations::practices(store, &case.organisation).await?;
    let facts = case.facts(today, &works_for);
    let decision = decide(store.rules(), &tried, case.action, case.resource(), &facts);
    Ok(Tried { decision, agreements })
}

/// Leave to read the rules and what they come to.
pub async fn read_rules(store: &Store, access: &Access) -> Result<Permit, GovernanceError> {
    Ok(store.request(access, Action::ViewRules, Resource::Rules).await?)
}

impl Case {
    /// Actions a case may be about: any but trying one.
    pub fn actions() -> impl Iterator<Item = Action> {
        Action::ALL.into_iter().filter(|action| *action != Action::TryCase)
    }

    /// What is asked for: a person where there can be one, else the list or the thing.
    pub fn resource(&self) -> Resource {
        let person = Resource::Person(PERSON);
        let others = [Resource::People, Resource::Worklist].into_iter().chain(Resource::THINGS);
        std::iter::once(person).chain(others).find(|resource| resource.takes(self.action)).unwrap_or(person)
    }

    fn is(&self, so: So) -> bool {
        self.so.contains(&so)
    }

    fn user(&self, access: &Access) -> Access {
        let person = if self.is(So::Own) { PERSON } else { PersonId(PERSON.0 + 1) };
        Access {
            user: UserId(String::new()),
            display_name: String::new(),
            role: self.role,
            organisation: self.organisation.clone(),
            purpose: self.purpose,
            reason: None,
            person: (self.role == Role::Person || self.is(So::Own)).then_some(person),
            ..access.clone()
        }
    }

    fn facts(&self, today: Cover, works_for: &[String]) -> Facts {
        let without =
            |nothing| Cover::new([format!("gp:{}", self.practice)].into(), nothing, today.version());
        let cover = match self.agreements {
            Agreements::Whole => Cover::default(),
            Agreements::Withdrawn => without(false),
            Agreements::None => without(true),
            Agreements::Today => today,
        };
        let registered = !self.practice.is_empty();
        Facts {
            // Whom no source may tell of is not there.
            known: !cover.is_nothing(),
            practice_of_organisation: registered
                && (self.practice == self.organisation || works_for.contains(&self.practice)),
            registered_practice: Some(self.practice.clone()).filter(|_| registered),
            on_caseload: self.is(So::Caseload),
            under_team: self.is(So::Team),
            objects_to_sharing: self.is(So::ObjectsToSharing),
            objects_to_organisation: self.is(So::KeepsOrganisationOut),
            proxy: self.is(So::Proxy),
            deceased: self.is(So::Deceased),
            break_glass: self.glass.map(|reason| Glass { reason, hours: 0 }),
            cover,
        }
    }

    /// For the audit.
    fn in_words(&self) -> String {
        let mut words = vec![self.role.name(), self.action.name(), self.purpose.name(), &self.organisation];
        words.extend([self.practice.as_str(), self.agreements.name()]);
        words.extend(self.so.iter().map(|so| so.name()));
        words.extend(self.glass.map(GlassReason::name));
        words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
    }
}
