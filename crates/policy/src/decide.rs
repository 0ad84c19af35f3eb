use std::collections::BTreeSet;

use model::PersonId;

use crate::class::{About, Class};
use crate::conditions::Conditions;
use crate::lists::Listing;
use crate::rules::{Known, Ruling, Unanswered};
use crate::{Access, Action, Cover, Facts, Glass, Reach, Resource, Rules, Section};

/// What was decided and why. It can only be made by [`decide`], and is no use until it has been written to the audit.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    action: Action,
    resource: Resource,
    permitted: bool,
    known: bool,
    rules: Vec<String>,
    sentence: String,
    masks: BTreeSet<Section>,
    mask_reasons: Vec<(Section, String)>,
    reach: Reach,
    cover: Cover,
    glass: Option<Glass>,
    policy_version: String,
}

impl Decision {
    /// What was asked.
    pub fn action(&self) -> Action {
        self.action
    }
    /// What it was asked of.
    pub fn resource(&self) -> Resource {
        self.resource
    }
    /// Whether it is permitted.
    pub fn permitted(&self) -> bool {
        self.permitted
    }
    /// Whether a refusal may be told as one. When not, it must read as if the thing asked for did not exist.
    pub fn known(&self) -> bool {
        self.known
    }
    /// Ids of the rules that made the decision, in their order.
    pub fn rules(&self) -> &[String] {
        &self.rules
    }
    /// The decision in plain English.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }
    /// Sections that must not be shown.
    pub fn masks(&self) -> &BTreeSet<Section> {
        &self.masks
    }
    /// Why each is masked.
    pub fn mask_reasons(&self) -> &[(Section, String)] {
        &self.mask_reasons
    }
    /// Which people a list may show.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }
    /// What agreements leave out.
    pub fn cover(&self) -> &Cover {
        &self.cover
    }
    /// The glass that was broken to the person's record, when it was.
    pub fn glass(&self) -> Option<Glass> {
        self.glass
    }
    /// Version of the rules.
    pub fn policy_version(&self) -> &str {
        &self.policy_version
    }
}

/// Decides: default refuse, forbid wins, any error refuses. Pure; `facts` are about the person in `resource` and
/// are not looked at, but for what agreements leave out, when it is not one person.
pub fn decide(rules: &Rules, access: &Access, action: Action, resource: Resource, facts: &Facts) -> Decision {
    let asked = Asked { rules, access, action, resource, facts };
    if !resource.takes(action) {
        return asked.refuse(Vec::new(), NO_RULE.into(), false);
    }
    match resource {
        Resource::Person(person) => asked.person(person),
        list if Listing::is_of(list) => asked.list(),
        _ => asked.thing(),
    }
}

const NO_RULE: &str = "No rule permits this for your role and purpose.";

struct Asked<'a> {
    rules: &'a Rules,
    access: &'a Access,
    action: Action,
    resource: Resource,
    facts: &'a Facts,
}

/// What Cedar said of one class.
type Answer<'a> = Result<&'a Ruling, &'a Unanswered>;

impl Asked<'_> {
    fn person(&self, person: PersonId) -> Decision {
        let class = self.class(About::Person(Conditions::of(self.access, person, self.facts)));
        let ruling = self.rules.ruling(class);
        // Somebody who is not there is permitted nothing, even where a rule asks nothing of the person.
        if self.facts.known
            && let Ok(ruling) = ruling.as_ref()
            && let Some(permitted) = self.permit(ruling, Reach::default())
        {
            return permitted;
        }
        let nobody = self.rules.ruling(class.nobody());
        // Whoever may break the glass to somebody's record may know that they are there.
        let breaks = self.action == Action::BreakGlass && permits(&ruling);
        let known = self.may_know(person, class) || (breaks && self.facts.known);
        // What a stranger has asked for is not for the user to know: a refusal then reads as that of somebody who is not there.
        let told = if known { &ruling } else { &nobody };
        let sentence = self.sentence(class, told.as_ref().as_ref());
        let because = ruling.as_ref().as_ref().map_or(Vec::new(), |ruling| self.ids(&ruling.forbids));
        let forbidden_to_all = nobody.as_ref().as_ref().is_ok_and(|nobody| !nobody.forbids.is_empty());
        self.refuse(because, sentence, known || forbidden_to_all)
    }

    fn list(&self) -> Decision {
        let class = self.class(About::Thing(self.resource));
        let listing = self.rules.listing(class);
        let (ruling, reach) = match listing.as_ref() {
            Ok(Listing { permits, forbids, reach }) => {
                let ruling = Ruling { permits: permits.clone(), forbids: forbids.clone(), masks: Vec::new() };
                (Ok(ruling), reach.clone())
            }
            Err(error) => (Err(error), Reach::default()),
        };
        self.answer(class.nobody(), ruling.as_ref().map_err(|error| *error), reach)
    }

    fn thing(&self) -> Decision {
        let class = self.class(About::Thing(self.resource));
        self.answer(class, self.rules.ruling(class).as_ref().as_ref(), Reach::default())
    }

    /// For what is not one person, and so may be known of.
    fn answer(&self, class: Class, ruling: Answer<'_>, reach: Reach) -> Decision {
        let permitted = ruling.ok().and_then(|ruling| self.permit(ruling, reach));
        permitted.unwrap_or_else(|| {
            let because = ruling.map_or(Vec::new(), |ruling| self.ids(&ruling.forbids));
            self.refuse(because, self.sentence(class, ruling), true)
        })
    }

    fn class(&self, about: About) -> Class {
        Class::new(self.access, self.action, about, self.facts)
    }

    /// Whether the user could find this person by searching.
    fn may_know(&self, person: PersonId, class: Class) -> bool {
        let find = self.rules.ruling(class.asking(Action::FindPerson));
        self.facts.known && (self.access.person == Some(person) || permits(&find))
    }

    fn permit(&self, ruling: &Ruling, reach: Reach) -> Option<Decision> {
        if ruling.permits.is_empty() || !ruling.forbids.is_empty() {
            return None;
        }
        let mask_reasons: Vec<(Section, String)> = ruling
            .masks
            .iter()
            .flat_map(|(rule, sections)| sections.iter().map(|section| (*section, self.sentences(&[*rule]))))
            .collect();
        let masking = ruling.masks.iter().map(|(rule, _)| *rule);
        let used: Vec<usize> = ruling.permits.iter().copied().chain(masking).collect();
        Some(Decision {
            permitted: true,
            masks: mask_reasons.iter().map(|(section, _)| *section).collect(),
            mask_reasons,
            reach,
            ..self.refuse(self.ids(&used), self.sentences(&ruling.permits), true)
        })
    }

    fn refuse(&self, rules: Vec<String>, sentence: String, known: bool) -> Decision {
        Decision {
            action: self.action,
            resource: self.resource,
            permitted: false,
            known,
            rules,
            sentence,
            masks: BTreeSet::new(),
            mask_reasons: Vec::new(),
            reach: Reach::default(),
            cover: self.facts.cover.clone(),
            glass: self.facts.break_glass,
            policy_version: self.rules.version().to_owned(),
        }
    }

    /// Why it is refused: what forbids it, or what would permit it if the person stood otherwise to the user.
    fn sentence(&self, class: Class, ruling: Answer<'_>) -> String {
        match ruling {
            Err(error) => format!("Refused because a rule could not be evaluated: {error}."),
            Ok(ruling) if !ruling.forbids.is_empty() => self.sentences(&ruling.forbids),
            Ok(_) => self.what_is_permitted(class),
        }
    }

    fn what_is_permitted(&self, class: Class) -> String {
        match self.rules.ruling(class.nearest()).as_ref() {
            Ok(ruling) if !ruling.permits.is_empty() => {
                format!("The rule is: {}", self.sentences(&ruling.permits))
            }
            _ => NO_RULE.into(),
        }
    }

    fn ids(&self, rules: &[usize]) -> Vec<String> {
        rules.iter().filter_map(|rule| self.rules.all().get(*rule)).map(|rule| rule.id.clone()).collect()
    }

    fn sentences(&self, rules: &[usize]) -> String {
        let sentences: Vec<&str> = rules
            .iter()
            .filter_map(|rule| self.rules.all().get(*rule))
            .map(|rule| rule.sentence.as_str())
            .collect();
        sentences.join(" ")
    }
}

fn permits(ruling: &Known<Ruling>) -> bool {
    ruling.as_ref().as_ref().is_ok_and(|ruling| !ruling.permits.is_empty())
}
