//! Reading the rules: every one is held against the schema, and a bad one is told with its file, line and reason.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use cedar_policy::ffi::DetailedError;
use cedar_policy::{
    ActionConstraint, EntityUid, Policy, PolicyId, PolicySet, PrincipalConstraint, ResourceConstraint,
    Schema, ValidationMode, Validator,
};
use model::Role;

use crate::rules::Slice;
use crate::{Action, Effect, Rule, RulesError};

pub(crate) const SCHEMA: &str = include_str!("../../../policies/schema.cedarschema");
const SCHEMA_FILE: &str = "schema.cedarschema";

/// The files of rules, in the order in which they are told.
pub(crate) const FILES: [(&str, &str); 7] = [
    ("direct-care.cedar", include_str!("../../../policies/direct-care.cedar")),
    ("teams.cedar", include_str!("../../../policies/teams.cedar")),
    ("break-glass.cedar", include_str!("../../../policies/break-glass.cedar")),
    ("agreements.cedar", include_str!("../../../policies/agreements.cedar")),
    ("person.cedar", include_str!("../../../policies/person.cedar")),
    ("planning.cedar", include_str!("../../../policies/planning.cedar")),
    ("governance.cedar", include_str!("../../../policies/governance.cedar")),
];

pub(crate) struct Loaded {
    pub(crate) version: String,
    pub(crate) schema: Schema,
    pub(crate) rules: Vec<Rule>,
    pub(crate) slices: BTreeMap<(Role, Action), Slice>,
}

pub(crate) fn load(schema_text: &str, files: &[(&'static str, &str)]) -> Result<Loaded, RulesError> {
    let version = version(schema_text, files)?;
    let schema = read_schema(schema_text)?;
    let mut loaded = Loaded { version, schema, rules: Vec::new(), slices: BTreeMap::new() };
    let validator = Validator::new(loaded.schema.clone());
    for (file, text) in files {
        let set = PolicySet::from_str(text).map_err(|error| located(file, text, &(&error).into()))?;
        if let Some(template) = set.templates().next() {
            let at = text.find(&template.to_cedar()).unwrap_or(0);
            return Err(at_offset(file, text, at, "a rule names what it is about; it has no slots".into()));
        }
        hold_against(&validator, &set, file, text)?;
        for policy in in_order(&set) {
            loaded.add(&policy, file, text)?;
        }
    }
    Ok(loaded)
}

/// The version in the first line of the schema, and the first eight digits of the SHA-256 of all texts.
fn version(schema: &str, files: &[(&'static str, &str)]) -> Result<String, RulesError> {
    let written =
        schema.strip_prefix("// Version ").and_then(|rest| rest.split_whitespace().next()).ok_or_else(
            || at_offset(SCHEMA_FILE, schema, 0, "the first line says `// Version` and which".into()),
        )?;
    let mut all = schema.to_owned();
    for (file, text) in files {
        all.push_str(file);
        all.push_str(text);
    }
    let digest: String = model::sha256_hex(all.as_bytes()).chars().take(8).collect();
    Ok(format!("{written}+{digest}"))
}

/// The schema, whose actions are those of the code, no more and no fewer.
fn read_schema(text: &str) -> Result<Schema, RulesError> {
    let (schema, _) =
        Schema::from_cedarschema_str(text).map_err(|error| located(SCHEMA_FILE, text, &(&error).into()))?;
    let declared: BTreeSet<String> =
        schema.actions().map(|action| action.id().unescaped().to_owned()).collect();
    let asked: BTreeSet<String> = Action::ALL.iter().map(|action| action.name().to_owned()).collect();
    match declared.symmetric_difference(&asked).next() {
        Some(name) => {
            let at = text.find(name.as_str()).unwrap_or(0);
            Err(at_offset(
                SCHEMA_FILE,
                text,
                at,
                format!("the action `{name}` is not both here and in the code"),
            ))
        }
        None => Ok(schema),
    }
}

/// Strict validation; what Cedar would only warn of is an error too, such as a rule that can never apply.
fn hold_against(validator: &Validator, set: &PolicySet, file: &str, text: &str) -> Result<(), RulesError> {
    let result = validator.validate(set, ValidationMode::Strict);
    let first = result
        .validation_errors()
        .map(|error| (error.policy_id(), DetailedError::from(error)))
        .chain(
            result.validation_warnings().map(|warning| (warning.policy_id(), DetailedError::from(warning))),
        )
        .next();
    let Some((id, error)) = first else { return Ok(()) };
    if !error.source_locations.is_empty() {
        return Err(located(file, text, &error));
    }
    let at = set.policy(id).map_or(0, |policy| offset(policy, text));
    Err(at_offset(file, text, at, error.message))
}

impl Loaded {
    /// Takes a rule up under its place among all, in the slice of each role and action it speaks of.
    fn add(&mut self, policy: &Policy, file: &'static str, text: &str) -> Result<(), RulesError> {
        let wrong = |problem: String| at_offset(file, text, offset(policy, text), problem);
        let rule = rule(policy, file).map_err(wrong)?;
        if self.rules.iter().any(|other| other.id == rule.id) {
            return Err(wrong(format!("two rules have the id `{}`", rule.id)));
        }
        let placed = policy.new_id(PolicyId::new(self.rules.len().to_string()));
        let roles = Role::ALL.into_iter().filter(|role| is_for(policy, *role));
        let spoken_of = roles.flat_map(|role| Action::ALL.map(|action| (role, action)));
        for (role, action) in spoken_of.filter(|(_, action)| speaks_of(policy, *action)) {
            let slice = self.slices.entry((role, action)).or_default();
            let set = match rule.effect {
                Effect::Permit => &mut slice.permits,
                Effect::Forbid => &mut slice.forbids,
                Effect::Mask => &mut slice.masks,
            };
            set.add(placed.clone()).map_err(|error| wrong(error.to_string()))?;
        }
        self.rules.push(rule);
        Ok(())
    }
}

fn rule(policy: &Policy, file: &'static str) -> Result<Rule, String> {
    let known = ["id", "owner", "legal_basis", "sentence"];
    if let Some((other, _)) = policy.annotations().find(|(name, _)| !known.contains(name)) {
        return Err(format!("there is no `@{other}`; a rule says @{}", known.join(", @")));
    }
    let said = |name: &str| match policy.annotation(name).map(str::trim) {
        Some(text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(format!("the rule does not say its @{name}")),
    };
    let about_sections =
        matches!(policy.resource_constraint(), ResourceConstraint::Is(kind) if kind.to_string() == "Section");
    let effect = match (policy.effect(), about_sections) {
        (cedar_policy::Effect::Permit, true) => {
            return Err("sections are shown unless a rule forbids them: nothing permits one".into());
        }
        (cedar_policy::Effect::Permit, false) => Effect::Permit,
        (cedar_policy::Effect::Forbid, false) => Effect::Forbid,
        (cedar_policy::Effect::Forbid, true) => Effect::Mask,
    };
    let written = policy.to_cedar().unwrap_or_default();
    let body = written.find("\npermit").or_else(|| written.find("\nforbid")).unwrap_or(0);
    Ok(Rule {
        id: said("id")?,
        owner: said("owner")?,
        legal_basis: said("legal_basis")?,
        sentence: said("sentence")?,
        effect,
        file,
        text: written.get(body..).unwrap_or_default().trim().to_owned(),
    })
}

/// Whether the rule's head leaves this role in: it names it, or no role.
fn is_for(policy: &Policy, role: Role) -> bool {
    match policy.principal_constraint() {
        PrincipalConstraint::In(uid) if uid.type_name().to_string() == "Role" => {
            uid.id().unescaped() == role.name()
        }
        _ => true,
    }
}

fn speaks_of(policy: &Policy, action: Action) -> bool {
    let is = |uid: &EntityUid| uid.id().unescaped() == action.name();
    match policy.action_constraint() {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(one) => is(&one),
        ActionConstraint::In(some) => some.iter().any(is),
    }
}

/// As they stand in the file: Cedar numbers them.
fn in_order(set: &PolicySet) -> Vec<Policy> {
    let mut all: Vec<Policy> = set.policies().cloned().collect();
    all.sort_by_key(|policy| {
        policy.id().to_string().trim_start_matches("policy").parse::<usize>().unwrap_or(usize::MAX)
    });
    all
}

fn offset(policy: &Policy, text: &str) -> usize {
    policy.to_cedar().and_then(|written| text.find(&written)).unwrap_or(0)
}

/// What Cedar found, with its help, at the line of its first label.
fn located(file: &str, text: &str, error: &DetailedError) -> RulesError {
    let label = error
        .source_locations
        .first()
        .or_else(|| error.related.iter().find_map(|related| related.source_locations.first()));
    let problem = match &error.help {
        Some(help) => format!("{}; {help}", error.message),
        None => error.message.clone(),
    };
    at_offset(file, text, label.map_or(0, |label| label.loc.start), problem)
}

fn at_offset(file: &str, text: &str, at: usize, problem: String) -> RulesError {
    let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
    RulesError { file: file.to_owned(), line, problem }
}
