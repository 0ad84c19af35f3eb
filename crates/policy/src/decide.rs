use std::collections::BTreeSet;

use model::PersonId;

use crate::{
    Access, Action, Condition, ConditionError, Cover, Effect, Facts, Reach, Resource, Rule, Rules, Section,
};

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
    /// Whether the user may know that the thing asked for exists. When not, a refusal must read as if it did not.
    pub fn known(&self) -> bool {
        self.known
    }
    /// Ids of the rules that made the decision, in the order of the file.
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
    /// Version of the rules.
    pub fn policy_version(&self) -> &str {
        &self.policy_version
    }
}

/// Decides: default refuse, forbid wins, any error refuses. Pure; `facts` are about the person in `resource` and
/// are not looked at when it is not one person.
pub fn decide(rules: &Rules, access: &Access, action: Action, resource: Resource, facts: &Facts) -> Decision {
    let refused = |rules_used: Vec<String>, sentence: String, known: bool| Decision {
        action,
        resource,
        permitted: false,
        known,
        rules: rules_used,
        sentence,
        masks: BTreeSet::new(),
        mask_reasons: Vec::new(),
        reach: Reach::default(),
        cover: facts.cover.clone(),
        policy_version: rules.version().to_owned(),
    };
    if !resource.takes(action) {
        return refused(Vec::new(), NO_RULE.into(), false);
    }
    let known = may_know(rules, access, resource, facts);
    let applied = match apply(rules, access, action, resource, facts) {
        Ok(applied) => applied,
        Err(error) => return refused(Vec::new(), format!("Refused because {error}."), known),
    };
    if !applied.forbids.is_empty() {
        // What a stranger has asked for is not for the user to know either.
        let sentence =
            if known { sentences(&applied.forbids) } else { what_is_permitted(rules, access, action) };
        return refused(ids(&applied.forbids), sentence, known);
    }
    if applied.permits.is_empty() {
        return refused(Vec::new(), what_is_permitted(rules, access, action), known);
    }
    let mask_reasons: Vec<(Section, String)> = applied
        .masks
        .iter()
        .flat_map(|rule| rule.sections.iter().map(|section| (*section, rule.sentence.clone())))
        .collect();
    let used: Vec<&Rule> = applied.permits.iter().chain(&applied.masks).copied().collect();
    Decision {
        action,
        resource,
        permitted: true,
        known: true,
        rules: ids(&used),
        sentence: sentences(&applied.permits),
        masks: mask_reasons.iter().map(|(section, _)| *section).collect(),
        mask_reasons,
        reach: applied.reach,
        cover: facts.cover.clone(),
        policy_version: rules.version().to_owned(),
    }
}

const NO_RULE: &str = "No rule permits this for your role and purpose.";

#[derive(Default)]
struct Applied<'a> {
    permits: Vec<&'a Rule>,
    forbids: Vec<&'a Rule>,
    masks: Vec<&'a Rule>,
    reach: Reach,
}

/// The rules that apply. For one person the conditions are answered; for a class they become its reach.
fn apply<'a>(
    rules: &'a Rules,
    access: &Access,
    action: Action,
    resource: Resource,
    facts: &Facts,
) -> Result<Applied<'a>, ConditionError> {
    let mut applied = Applied::default();
    let (mut any_of, mut none_of) = (Vec::new(), Vec::new());
    for rule in matching(rules, access, action) {
        let holds = match resource.person() {
            // Somebody who is not there satisfies nothing, so that the answer is a stranger's, errors included.
            Some(person) => all_hold(&rule.conditions, access, person, facts)? && facts.known,
            None => {
                rule.conditions.iter().try_for_each(|condition| condition.can_be_asked(access))?;
                // A class is never forbidden outright because of what some of its people might have said.
                rule.effect != Effect::Forbid || rule.conditions.is_empty()
            }
        };
        match rule.effect {
            Effect::Permit => any_of.push(rule.conditions.clone()),
            Effect::Forbid => none_of.push(rule.conditions.clone()),
            Effect::Mask => {}
        }
        if holds {
            match rule.effect {
                Effect::Permit => applied.permits.push(rule),
                Effect::Forbid => applied.forbids.push(rule),
                Effect::Mask => applied.masks.push(rule),
            }
        }
    }
    if resource.person().is_none() {
        applied.reach = Reach::new(any_of, none_of);
    }
    Ok(applied)
}

/// Whether the user could find this person by searching; everything that is not a person may be known of.
fn may_know(rules: &Rules, access: &Access, resource: Resource, facts: &Facts) -> bool {
    let Some(person) = resource.person() else { return true };
    let finds = |rule: &Rule| {
        rule.effect == Effect::Permit && all_hold(&rule.conditions, access, person, facts).unwrap_or(false)
    };
    facts.known && (access.person == Some(person) || matching(rules, access, Action::FindPerson).any(finds))
}

fn matching<'a>(
    rules: &'a Rules,
    access: &Access,
    action: Action,
) -> impl Iterator<Item = &'a Rule> + use<'a> {
    let (role, purpose) = (access.role, access.purpose);
    rules.all().iter().filter(move |rule| {
        rule.roles.contains(&role) && rule.purposes.contains(&purpose) && rule.actions.contains(&action)
    })
}

fn all_hold(
    conditions: &[Condition],
    access: &Access,
    person: PersonId,
    facts: &Facts,
) -> Result<bool, ConditionError> {
    // Every condition is asked, so that an error is never hidden by an earlier "no".
    conditions.iter().try_fold(true, |all, condition| Ok(condition.holds(access, person, facts)? && all))
}

/// The refusal of somebody whom a rule would permit if its conditions held: the rule itself, so that they know.
fn what_is_permitted(rules: &Rules, access: &Access, action: Action) -> String {
    let permits: Vec<&Rule> =
        matching(rules, access, action).filter(|rule| rule.effect == Effect::Permit).collect();
    if permits.is_empty() { NO_RULE.into() } else { format!("The rule is: {}", sentences(&permits)) }
}

fn ids(rules: &[&Rule]) -> Vec<String> {
    rules.iter().map(|rule| rule.id.clone()).collect()
}

fn sentences(rules: &[&Rule]) -> String {
    rules.iter().map(|rule| rule.sentence.as_str()).collect::<Vec<_>>().join(" ")
}
