//! The outcomes framework: five domains and their parts, and what would be needed where nothing measures one.
//!
//! Source: evaluation of the North West London whole systems integrated care programme (2015): quality of life and quality of care weigh
//! most.

use policy::Permit;
use serde::Serialize;
use warehouse::definitions::Definition;
use warehouse::marts::Marts;

use crate::indicators::{IndicatorSummary, list};
use crate::places::{AreaKind, Place};
use crate::{InsightError, coverage};
use methods::Coverage;

/// A domain as it is written down.
struct Domain(&'static str, &'static str, &'static [Part]);

/// A part of a domain: its name, blank where the domain is one, and what data would measure it.
struct Part(&'static str, &'static str);

const FRAMEWORK: [Domain; 5] = [
    Domain(
        "quality of life",
        "Quality of life",
        &[
            Part(
                "personal and social goals",
                "Goals that people set in their care plans and whether they reached them, and people's own answers to statements such as \"I can achieve my personal goals\", with response rates.",
            ),
            Part(
                "prevention",
                "Care home admissions and days at home from client-level social care data, and checks and vaccinations from GP data.",
            ),
        ],
    ),
    Domain(
        "quality of care",
        "Quality of care",
        &[
            Part(
                "safety",
                "Incidents, falls in care, infections and harm from medicines, by place and month.",
            ),
            Part("effectiveness", "Hospital spells with their discharge, and what followed them."),
            Part(
                "experience",
                "Surveys of people and carers with response rates, complaints, and whether people feel their care is joined up.",
            ),
        ],
    ),
    Domain(
        "financial sustainability",
        "Financial sustainability",
        &[Part(
            "",
            "Cost by month against a plan. Cost against the shadow budget over twelve months is on the budget page.",
        )],
    ),
    Domain(
        "professional experience",
        "Professional experience",
        &[Part(
            "",
            "A survey of the staff of all partners with response rates by organisation, vacancies, sickness and turnover.",
        )],
    ),
    Domain(
        "operational performance",
        "Operational performance",
        &[Part("", "Activity of hospitals and practices by month.")],
    ),
];

/// The framework for one place.
#[derive(Clone, Debug, Serialize)]
pub struct Framework {
    /// Where.
    pub place: Place,
    /// The five domains in their order; one more for what belongs to none of them, where there is any.
    pub domains: Vec<DomainView>,
    /// What the figures cover.
    pub coverage: Coverage,
}

/// One domain.
#[derive(Clone, Debug, Serialize)]
pub struct DomainView {
    /// Name.
    pub title: &'static str,
    /// Its parts.
    pub parts: Vec<PartView>,
}

/// One part of a domain.
#[derive(Clone, Debug, Serialize)]
pub struct PartView {
    /// Name, such as `safety`; blank where the domain is one.
    pub name: &'static str,
    /// Its indicators by title.
    pub indicators: Vec<IndicatorSummary>,
    /// What data would measure it; said where there is no indicator.
    pub needs: &'static str,
}

/// The framework for one place with the latest value of each indicator.
pub async fn framework(
    marts: &Marts,
    permit: &Permit,
    definitions: &[Definition],
    kind: AreaKind,
    area: &str,
) -> Result<Framework, InsightError> {
    let (place, lines) = list(marts, permit, definitions, kind, area).await?;
    Ok(Framework { place, domains: arrange(lines), coverage: coverage(marts, permit).await? })
}

fn arrange(mut lines: Vec<IndicatorSummary>) -> Vec<DomainView> {
    let mut domains = Vec::new();
    for Domain(key, title, parts) in FRAMEWORK {
        let mut own = take(&mut lines, |line| line.indicator.domain == key);
        let mut views: Vec<PartView> = Vec::new();
        for Part(name, needs) in parts {
            let of_part = |line: &IndicatorSummary| name.is_empty() || line.indicator.aspect == *name;
            views.push(PartView { name, indicators: take(&mut own, of_part), needs });
        }
        if !own.is_empty() {
            views.push(PartView { name: "other", indicators: own, needs: "" });
        }
        domains.push(DomainView { title, parts: views });
    }
    if !lines.is_empty() {
        let rest = PartView { name: "", indicators: lines, needs: "" };
        domains.push(DomainView { title: "In no domain", parts: vec![rest] });
    }
    domains
}

fn take(
    lines: &mut Vec<IndicatorSummary>,
    fits: impl Fn(&IndicatorSummary) -> bool,
) -> Vec<IndicatorSummary> {
    let (taken, left) = std::mem::take(lines).into_iter().partition(fits);
    *lines = left;
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::Indicator;
    use warehouse::reference::DefinitionFiles;

    #[test]
    fn every_indicator_stands_in_the_framework_once_and_empty_parts_say_what_is_needed() {
        let definitions = warehouse::definitions::load(&DefinitionFiles::embedded()).unwrap();
        let all = Indicator::all(&definitions);
        let count = all.len();
        let domains = arrange(all.into_iter().map(IndicatorSummary::empty).collect());
        assert_eq!(domains.len(), 5, "every definition names one of the five domains");
        let parts = || domains.iter().flat_map(|domain| &domain.parts);
        assert_eq!(parts().map(|part| part.indicators.len()).sum::<usize>(), count);
        assert!(parts().all(|part| part.name != "other"), "every definition names its part");
        assert!(parts().any(|part| part.indicators.is_empty()));
        assert!(parts().all(|part| !part.needs.is_empty()));
    }
}
