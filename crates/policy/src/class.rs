use std::collections::{HashMap, HashSet};
use std::str::FromStr;

use cedar_policy::{
    Context, Entities, Entity, EntityId, EntityTypeName, EntityUid, Request, RestrictedExpression, Schema,
};
use model::{Purpose, Role};

use crate::conditions::Conditions;
use crate::rules::Unanswered;
use crate::{Access, Action, Condition, Cover, Facts, Glass, Resource, Section};

/// All that a decision depends on. The rules are asked about the class, and no sign-in name, person or organisation is handed
/// to Cedar: whoever is of one class gets one answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Class {
    pub(crate) action: Action,
    pub(crate) about: About,
    role: Role,
    purpose: Purpose,
    /// The user acts for an organisation.
    organisation: bool,
    /// The user is signed in as somebody.
    somebody: bool,
    coverage: Coverage,
    /// The user has broken the glass to the person's record.
    glass: Option<Glass>,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum About {
    /// A person of whom this is so.
    Person(Conditions),
    /// What is not one person.
    Thing(Resource),
}

/// What agreements leave of what is published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Coverage {
    Whole,
    Part,
    None,
}

impl Coverage {
    fn of(cover: &Cover) -> Self {
        match (cover.is_nothing(), cover.is_whole()) {
            (true, _) => Self::None,
            (false, true) => Self::Whole,
            (false, false) => Self::Part,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Part => "part",
            Self::None => "none",
        }
    }
}

impl Class {
    pub(crate) fn new(access: &Access, action: Action, about: About, facts: &Facts) -> Self {
        Self {
            action,
            about,
            role: access.role,
            purpose: access.purpose,
            organisation: !access.organisation.is_empty(),
            somebody: access.person.is_some(),
            coverage: Coverage::of(&facts.cover),
            // Nobody's glass is broken to a list, nor to somebody who is not there.
            glass: facts.break_glass.filter(|_| facts.known && matches!(about, About::Person(_))),
        }
    }

    /// Somebody of this role to whom everything is open that can be: they act for an organisation, agreements cover all.
    pub(crate) fn best(role: Role, purpose: Purpose, action: Action, about: About) -> Self {
        let coverage = Coverage::Whole;
        Self { action, about, role, purpose, organisation: true, somebody: true, coverage, glass: None }
    }

    /// The same asked of another action.
    pub(crate) fn asking(self, action: Action) -> Self {
        Self { action, ..self }
    }

    /// The same about a person of whom this is so.
    pub(crate) fn person(self, conditions: Conditions) -> Self {
        Self { about: About::Person(conditions), ..self }
    }

    pub(crate) fn role(self) -> Role {
        self.role
    }

    /// Of somebody who is not there: nothing is so.
    pub(crate) fn nobody(self) -> Self {
        Self { about: About::Person(Conditions::default()), glass: None, ..self }
    }

    /// Of somebody to whom the user stands in the best way there is, without breaking any glass.
    pub(crate) fn nearest(self) -> Self {
        let about = match self.about {
            About::Person(_) => About::Person(Conditions::ALL),
            thing => thing,
        };
        Self { about, glass: None, ..self }
    }

    /// What Cedar must know of the user, the thing asked for, and a person's sections when they are asked for; nothing else.
    pub(crate) fn entities(self, schema: &Schema, sections: bool) -> Result<Entities, Unanswered> {
        let thing = self.thing()?;
        let mut all = vec![self.user(&thing)?];
        if let About::Person(conditions) = self.about {
            all.push(self.somebody(&thing, conditions)?);
            for section in Section::ALL.into_iter().filter(|_| sections) {
                all.push(section_of(section, &thing)?);
            }
        } else {
            all.push(Entity::with_uid(thing));
        }
        Entities::from_entities(all, Some(schema)).map_err(Unanswered::new)
    }

    /// The question itself; about a section of the person's record, when one is given.
    pub(crate) fn request(self, section: Option<Section>, schema: &Schema) -> Result<Request, Unanswered> {
        let resource = match section {
            Some(section) => uid("Section", section.name())?,
            None => self.thing()?,
        };
        let mut context = named([
            ("purpose", value("Purpose", self.purpose.name())?),
            ("coverage", value("Coverage", self.coverage.name())?),
        ]);
        if let Some(glass) = self.glass {
            let glass = named([
                ("reason", value("GlassReason", glass.reason.name())?),
                ("hours", RestrictedExpression::new_long(glass.hours.into())),
            ]);
            let glass = RestrictedExpression::new_record(glass).map_err(Unanswered::new)?;
            context.insert("break_glass".into(), glass);
        }
        let context = Context::from_pairs(context).map_err(Unanswered::new)?;
        let action = uid("Action", self.action.name())?;
        Request::new(uid("User", "user")?, action, resource, context, Some(schema)).map_err(Unanswered::new)
    }

    fn thing(self) -> Result<EntityUid, Unanswered> {
        match self.about {
            About::Person(_) => uid("Person", "person"),
            About::Thing(Resource::Marts) => uid("Marts", "marts"),
            About::Thing(Resource::Feeds) => uid("Feeds", "feeds"),
            About::Thing(Resource::Audit) => uid("Audit", "audit"),
            About::Thing(Resource::Agreements) => uid("Agreements", "agreements"),
            About::Thing(Resource::Linkage) => uid("Linkage", "linkage"),
            About::Thing(Resource::Rules) => uid("Rules", "rules"),
            About::Thing(Resource::Teams) => uid("Teams", "teams"),
            About::Thing(other) => Err(Unanswered::new(format!("{} is not one thing", other.name()))),
        }
    }

    fn has(self, condition: Condition) -> bool {
        matches!(self.about, About::Person(conditions) if conditions.has(condition))
    }

    fn user(self, thing: &EntityUid) -> Result<Entity, Unanswered> {
        let works_for =
            if self.has(Condition::OwnOrganisationPractice) { vec![self.practice()] } else { vec![] };
        let works_for =
            works_for.into_iter().map(|id| value("Organisation", id)).collect::<Result<Vec<_>, _>>()?;
        let mut known = named([
            ("organisation", value("Organisation", self.own_organisation())?),
            ("practices", RestrictedExpression::new_set(works_for)),
            ("caseload", value("Caseload", "own")?),
            ("teams", RestrictedExpression::new_set([value("Team", "own")?])),
        ]);
        if self.somebody {
            let other = value("Person", "another")?;
            let own = RestrictedExpression::new_entity_uid(thing.clone());
            known.insert("person".into(), if self.has(Condition::OwnRecord) { own } else { other });
        }
        Entity::new(uid("User", "user")?, known, HashSet::from([uid("Role", self.role.name())?]))
            .map_err(Unanswered::new)
    }

    fn somebody(self, person: &EntityUid, conditions: Conditions) -> Result<Entity, Unanswered> {
        let truth = |condition| RestrictedExpression::new_bool(conditions.has(condition));
        let when = |condition, one| RestrictedExpression::new_set(conditions.has(condition).then_some(one));
        let organisation = value("Organisation", self.own_organisation())?;
        let known = named([
            ("objects_to_sharing", truth(Condition::ObjectsToSharing)),
            ("not_shared_with", when(Condition::ObjectsToOrganisation, organisation)),
            ("proxies", when(Condition::Proxy, value("User", "user")?)),
            ("deceased", truth(Condition::Deceased)),
        ]);
        let mut within = HashSet::from([uid("Organisation", self.practice())?]);
        if conditions.has(Condition::OnCaseload) {
            within.insert(uid("Caseload", "own")?);
        }
        if conditions.has(Condition::UnderTeam) {
            within.insert(uid("Team", "own")?);
        }
        Entity::new(person.clone(), known, within).map_err(Unanswered::new)
    }

    fn own_organisation(self) -> &'static str {
        if self.organisation { "own" } else { "none" }
    }

    /// Where the person is registered.
    fn practice(self) -> &'static str {
        if self.has(Condition::SamePractice) { "own" } else { "another" }
    }
}

fn section_of(section: Section, person: &EntityUid) -> Result<Entity, Unanswered> {
    let known = named([
        ("person", RestrictedExpression::new_entity_uid(person.clone())),
        ("source", value("Source", section.source())?),
        ("sensitivity", value("Sensitivity", section.sensitivity())?),
    ]);
    Entity::new(uid("Section", section.name())?, known, HashSet::new()).map_err(Unanswered::new)
}

fn uid(kind: &str, id: &str) -> Result<EntityUid, Unanswered> {
    let kind = EntityTypeName::from_str(kind).map_err(Unanswered::new)?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}

fn value(kind: &str, id: &str) -> Result<RestrictedExpression, Unanswered> {
    uid(kind, id).map(RestrictedExpression::new_entity_uid)
}

fn named<const N: usize>(pairs: [(&str, RestrictedExpression); N]) -> HashMap<String, RestrictedExpression> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
