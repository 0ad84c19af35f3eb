use std::collections::BTreeSet;

use model::{Purpose, Role};
use serde::Deserialize;

use crate::{Action, Condition, Section};

/// What a rule does when it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Permits.
    Permit,
    /// Forbids, whatever permits.
    Forbid,
    /// Withholds sections of what is permitted.
    Mask,
}

/// One rule, as its owner wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Stable name, kept in every audit row it decided.
    pub id: String,
    /// Who answers for it.
    pub owner: String,
    /// The law or principle behind it.
    pub legal_basis: String,
    /// In plain English, for the refusal page and the person's access history.
    pub sentence: String,
    /// What it does.
    pub effect: Effect,
    /// For whom.
    pub roles: Vec<Role>,
    /// Doing what.
    pub actions: Vec<Action>,
    /// What for.
    pub purposes: Vec<Purpose>,
    /// When all of these hold.
    pub conditions: Vec<Condition>,
    /// Sections it withholds (masks only).
    pub sections: Vec<Section>,
}

/// The rules in force.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    version: String,
    rules: Vec<Rule>,
}

/// Rules that cannot be used. Nothing is decided with them.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// Not in the form of the file.
    #[error("the rules cannot be read: {0}")]
    Form(#[from] toml::de::Error),
    /// A rule says something that does not exist.
    #[error("rule `{rule}`: {problem}")]
    Rule {
        /// Its id.
        rule: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Two rules with one id.
    #[error("two rules have the id `{0}`")]
    Twice(String),
}

const BUILT_IN: &str = include_str!("../../../policies/rules.toml");

impl Rules {
    /// The rules this program was built with, `policies/rules.toml`.
    pub fn built_in() -> Result<Self, RulesError> {
        Self::parse(BUILT_IN)
    }

    /// Reads rules. Any word that is not known (a role, an action, a condition, a section, a key) is an error.
    pub fn parse(text: &str) -> Result<Self, RulesError> {
        let file: RulesFile = toml::from_str(text)?;
        let mut seen = BTreeSet::new();
        let mut rules = Vec::with_capacity(file.rule.len());
        for written in file.rule {
            if !seen.insert(written.id.clone()) {
                return Err(RulesError::Twice(written.id));
            }
            rules.push(written.check()?);
        }
        let digest: String = model::sha256_hex(text.as_bytes()).chars().take(8).collect();
        Ok(Self { version: format!("{}+{digest}", file.version), rules })
    }

    /// The version written in the file and the first eight digits of its SHA-256, such as `1.0+1f2e3d4c`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The rules in the order of the file.
    pub fn all(&self) -> &[Rule] {
        &self.rules
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulesFile {
    version: String,
    rule: Vec<WrittenRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRule {
    id: String,
    owner: String,
    legal_basis: String,
    sentence: String,
    effect: Effect,
    roles: Vec<Role>,
    actions: Vec<Action>,
    purposes: Vec<Purpose>,
    conditions: Vec<String>,
    #[serde(default)]
    sections: Vec<String>,
}

impl WrittenRule {
    fn check(self) -> Result<Rule, RulesError> {
        let wrong = |problem: String| RulesError::Rule { rule: self.id.clone(), problem };
        for (name, text) in
            [("owner", &self.owner), ("legal basis", &self.legal_basis), ("sentence", &self.sentence)]
        {
            if text.trim().is_empty() {
                return Err(wrong(format!("its {name} is blank")));
            }
        }
        if self.roles.is_empty() || self.actions.is_empty() || self.purposes.is_empty() {
            return Err(wrong("it needs at least one role, one action and one purpose".into()));
        }
        if (self.effect == Effect::Mask) == self.sections.is_empty() {
            return Err(wrong("sections go with the effect mask, and only with it".into()));
        }
        let conditions =
            self.conditions.iter().map(|name| name.parse()).collect::<Result<_, _>>().map_err(wrong)?;
        let sections =
            self.sections.iter().map(|name| name.parse()).collect::<Result<_, _>>().map_err(wrong)?;
        Ok(Rule {
            conditions,
            sections,
            id: self.id,
            owner: self.owner,
            legal_basis: self.legal_basis,
            sentence: self.sentence,
            effect: self.effect,
            roles: self.roles,
            actions: self.actions,
            purposes: self.purposes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(extra: &str) -> String {
        format!(
            "version = \"1\"\n[[rule]]\nid = \"a\"\nowner = \"o\"\nlegal_basis = \"l\"\nsentence = \"s\"\n\
             roles = [\"gp\"]\nactions = [\"open_record\"]\npurposes = [\"direct_care\"]\n{extra}"
        )
    }

    fn error(extra: &str) -> String {
        Rules::parse(&rule(extra)).unwrap_err().to_string()
    }

    #[test]
    fn built_in_rules_can_be_read_and_carry_their_version() {
        let rules = Rules::built_in().unwrap();
        assert!(rules.all().len() >= 10);
        assert!(rules.version().starts_with("1.2+"), "{}", rules.version());
    }

    #[test]
    fn unknown_words_are_named() {
        let said = error("effect = \"permit\"\nconditions = [\"same_practise\"]");
        assert!(
            said.contains("rule `a`: there is no condition `same_practise`; the conditions are"),
            "{said}"
        );
        assert!(error("effect = \"allow\"\nconditions = []").contains("allow"));
        assert!(error("effect = \"permit\"\nconditions = []\ncolour = 1").contains("colour"));
        assert!(error("effect = \"mask\"\nconditions = []\nsections = [\"x\"]").contains("no section `x`"));
        assert!(error("effect = \"mask\"\nconditions = []").contains("sections go with the effect mask"));
        assert!(error("effect = \"permit\"\nconditions = []\nsections = [\"gp\"]").contains("only with it"));
        assert!(
            error("effect = \"permit\"").contains("conditions"),
            "conditions must be said, even when none"
        );
    }

    #[test]
    fn an_id_names_one_rule() {
        let one = rule("effect = \"permit\"\nconditions = []");
        let two = format!("{one}\n{}", one.trim_start_matches("version = \"1\"\n"));
        assert!(Rules::parse(&one).is_ok());
        assert_eq!(Rules::parse(&two).unwrap_err().to_string(), "two rules have the id `a`");
    }
}
