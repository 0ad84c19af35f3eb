//! The monthly return of the National Neighbourhood Health Implementation Programme: O1 to O6 and P1 for one month.
//!
//! Source: NHS England, NNHIP measurement guide 1.2 (December 2025): every metric is counted among the people of the locally defined cohort and
//! shown per 1,000 of them, counts below 6 are not shown, by age in tens of years, ethnic group in five and not known, and deprivation
//! fifth. Numbers are not rounded: [`methods::Rule::NNHIP`].

use std::collections::BTreeSet;

use chrono::NaiveDate;
use methods::{Coverage, Measure, Rule};
use policy::Permit;
use serde::Serialize;
use warehouse::definitions::Definition;
use warehouse::marts::Marts;

use crate::indicator::Indicator;
use crate::indicators::find;
use crate::kinds::{Kinds, Row};
use crate::places::{AreaKind, Place, places};
use crate::{InsightError, coverage};

/// A metric of the return as the guide lists it.
struct Metric {
    id: &'static str,
    name: &'static str,
    title: &'static str,
    dataset: &'static str,
    /// The definition that counts it; blank where none can.
    definition: &'static str,
    /// What is missing where no definition counts it.
    needs: &'static str,
}

const fn metric(
    id: &'static str,
    name: &'static str,
    title: &'static str,
    dataset: &'static str,
    definition: &'static str,
    needs: &'static str,
) -> Metric {
    Metric { id, name, title, dataset, definition, needs }
}

const OUTPATIENT: &str =
    "It needs the main specialty, the kind of attendance and the procedure of each outpatient appointment.";
const STAYS: &str = "It needs completed hospital spells with their method of admission and the treatment function of the last episode.";
const AMBULANCE: &str = "It needs how each person came to A&E.";
const ACUITY: &str = "It needs the acuity of A&E attendances, which the Emergency Care Data Set gives as a SNOMED CT code (column ACUITYSNOMED of the A&E feed).";
const EMERGENCY: &str = "It needs the type of department of each A&E attendance.";

/// The guide's metrics in its order, with the definition that counts each; ambulance conveyances also all together, and how
/// many came without a category.
const METRICS: [Metric; 17] = [
    metric(
        "O1",
        "outpatient_new",
        "Outpatient attendances, new",
        "SUS OP",
        "nnhip_o1_outpatient_new",
        OUTPATIENT,
    ),
    metric(
        "O1",
        "outpatient_follow_up",
        "Outpatient attendances, follow-up",
        "SUS OP",
        "nnhip_o1_outpatient_follow_up",
        OUTPATIENT,
    ),
    metric(
        "O1",
        "outpatient_procedure",
        "Outpatient procedures",
        "SUS OP",
        "nnhip_o1_outpatient_procedure",
        OUTPATIENT,
    ),
    metric(
        "O2",
        "non_elective_spells_los_0",
        "Non-elective spells of no night",
        "SUS APC",
        "nnhip_o2_non_elective_same_day",
        STAYS,
    ),
    metric(
        "O2",
        "non_elective_spells_los_1plus",
        "Non-elective spells of one night or more",
        "SUS APC",
        "nnhip_o2_non_elective_overnight",
        STAYS,
    ),
    metric(
        "O3",
        "inpatient_bed_days",
        "Bed days of non-elective spells",
        "SUS APC",
        "nnhip_o3_bed_days",
        STAYS,
    ),
    metric(
        "O4",
        "ambulance_conveyances",
        "Ambulance conveyances, all categories",
        "ECDS",
        "nnhip_o4_ambulance",
        AMBULANCE,
    ),
    metric(
        "O4",
        "ambulance_conveyances_cat1",
        "Ambulance conveyances, category 1",
        "ECDS",
        "nnhip_o4_ambulance_cat1",
        ACUITY,
    ),
    metric(
        "O4",
        "ambulance_conveyances_cat2",
        "Ambulance conveyances, category 2",
        "ECDS",
        "nnhip_o4_ambulance_cat2",
        ACUITY,
    ),
    metric(
        "O4",
        "ambulance_conveyances_cat3",
        "Ambulance conveyances, category 3",
        "ECDS",
        "nnhip_o4_ambulance_cat3",
        ACUITY,
    ),
    metric(
        "O4",
        "ambulance_conveyances_cat4",
        "Ambulance conveyances, category 4",
        "ECDS",
        "nnhip_o4_ambulance_cat4",
        ACUITY,
    ),
    metric(
        "O4",
        "ambulance_conveyances_no_category",
        "Ambulance conveyances that came without a category",
        "ECDS",
        "nnhip_o4_ambulance_no_acuity",
        ACUITY,
    ),
    metric("O5", "ae_type1", "A&E attendances, major departments", "ECDS", "nnhip_o5_ae_type1", EMERGENCY),
    metric("O5", "ae_other", "A&E attendances, other departments", "ECDS", "nnhip_o5_ae_other", EMERGENCY),
    metric(
        "O6",
        "general_practice_appointments",
        "General practice appointments with a GP",
        "GP system",
        "nnhip_o6_gp_appointments",
        "It needs the status, the staff group and the setting of each appointment.",
    ),
    metric(
        "O6",
        "community_care_contacts",
        "Community care contacts attended",
        "CSDS",
        "nnhip_o6_community_contacts",
        "It needs the day and the attendance of each community contact.",
    ),
    metric(
        "P1",
        "caseload",
        "People actively worked with",
        "Local",
        "nnhip_p1_caseload",
        "It needs the neighbourhood team's own list of active cases by month.",
    ),
];

/// The return of one month for the whole area or a borough.
#[derive(Clone, Debug, Serialize)]
pub struct Return {
    /// Where.
    pub place: Place,
    /// First of the month; none before the first complete one.
    pub month: Option<NaiveDate>,
    /// Months that can be chosen, latest first.
    pub months: Vec<NaiveDate>,
    /// One line a metric, in the guide's order.
    pub lines: Vec<ReturnLine>,
    /// What the figures cover.
    pub coverage: Coverage,
}

/// One metric of the return.
#[derive(Clone, Debug, Serialize)]
pub struct ReturnLine {
    /// O1 to O6, P1.
    pub id: &'static str,
    /// The guide's name of the metric.
    pub metric: &'static str,
    /// In words.
    pub title: &'static str,
    /// The data set that the guide names.
    pub dataset: &'static str,
    /// The definition that counts it; none where nothing does.
    pub indicator: Option<Indicator>,
    /// Of everybody in the cohort.
    pub measure: Measure,
    /// By age, ethnic group and deprivation.
    pub splits: Vec<ReturnSplit>,
    /// Some number of the block is not shown, which the guide asks to be flagged.
    pub flagged: bool,
    /// Why there is no number; blank where there is one.
    pub why_not: String,
}

/// One kind of person.
#[derive(Clone, Debug, Serialize)]
pub struct ReturnSplit {
    /// By what.
    pub by: &'static str,
    /// Which.
    pub category: String,
    /// Of these people.
    pub measure: Measure,
}

/// The splits of the guide, as marts and as the return name them.
const SPLITS: [(&str, &str); 3] =
    [("age", "age"), ("ethnicity", "ethnic group"), ("deprivation", "deprivation fifth")];

/// The return for a month; the latest that every metric has when none is asked for.
pub async fn monthly(
    marts: &Marts,
    permit: &Permit,
    definitions: &[Definition],
    (kind, area): (AreaKind, &str),
    month: Option<NaiveDate>,
) -> Result<Return, InsightError> {
    let place = find(&places(marts, permit).await?, kind, area)?;
    let count = |metric: Metric| {
        let indicator = Indicator::named(definitions, metric.definition);
        (metric, indicator)
    };
    let counted: Vec<(Metric, Option<Indicator>)> = METRICS.into_iter().map(count).collect();
    let names: Vec<String> =
        counted.iter().filter_map(|(_, found)| found.as_ref()).map(|i| format!("'{}'", i.name)).collect();
    let rows: Vec<Row> = if names.is_empty() {
        Vec::new()
    } else {
        // Names are those of definitions: nothing a user wrote reaches the query.
        let sql = format!("SELECT * FROM indicator_by WHERE indicator IN ({})", names.join(", "));
        marts.rows(permit, &sql).await?
    };
    let coverage = coverage(marts, permit).await?;
    Ok(assemble(place, counted, &rows, month, coverage))
}

fn assemble(
    place: Place,
    counted: Vec<(Metric, Option<Indicator>)>,
    rows: &[Row],
    month: Option<NaiveDate>,
    coverage: Coverage,
) -> Return {
    let months: BTreeSet<NaiveDate> = rows.iter().map(|row| row.month).collect();
    let latest = months.iter().next_back().copied();
    let month = month.filter(|month| months.contains(month)).or(latest);
    let lines = counted.into_iter().map(|(metric, indicator)| {
        let named = |row: &&Row| indicator.as_ref().is_some_and(|i| i.name == row.indicator);
        let held: Vec<&Row> = rows.iter().filter(named).collect();
        line(metric, indicator, &held, month, &place)
    });
    Return { lines: lines.collect(), months: months.into_iter().rev().collect(), month, place, coverage }
}

/// One metric of a month; `held` are its rows of every month.
fn line(
    metric: Metric,
    indicator: Option<Indicator>,
    held: &[&Row],
    month: Option<NaiveDate>,
    place: &Place,
) -> ReturnLine {
    let mut line = ReturnLine {
        id: metric.id,
        metric: metric.name,
        title: metric.title,
        dataset: metric.dataset,
        indicator,
        measure: Measure::no_data(),
        splits: Vec::new(),
        flagged: false,
        why_not: String::new(),
    };
    let Some(indicator) = &line.indicator else {
        line.why_not = format!("No definition in force counts it as the guide does. {}", metric.needs);
        return line;
    };
    let rows: Vec<&Row> = held.iter().copied().filter(|row| Some(row.month) == month).collect();
    if rows.is_empty() {
        line.why_not = no_number(metric.needs, held, month);
        return line;
    }
    let kinds = Kinds::of(Rule::NNHIP, indicator, rows);
    line.measure = kinds.everybody(place);
    for (dimension, by) in SPLITS {
        for (category, _, measure) in kinds.by(place, dimension) {
            line.splits.push(ReturnSplit { by, category: category.to_owned(), measure });
        }
    }
    let hidden = |measure: &Measure| measure.value.is_suppressed() || measure.numerator.is_suppressed();
    line.flagged = hidden(&line.measure) || line.splits.iter().any(|split| hidden(&split.measure));
    line
}

/// Why there is nothing of a month where other months may have something.
fn no_number(needs: &str, held: &[&Row], month: Option<NaiveDate>) -> String {
    let first = held.iter().map(|row| row.month).min();
    match (first, month) {
        (None, _) => format!("No data came, or nobody is in the cohort. {needs}"),
        (Some(first), Some(month)) if month < first => {
            format!("No data before {}. {needs}", first.format("%B %Y"))
        }
        _ => "The month is not complete for this metric.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::year::tests::emergency;

    fn row(month: &str, dimension: &str, category: &str, numerator: i64, denominator: i64) -> Row {
        Row {
            indicator: "emergency_admissions".to_owned(),
            borough: "all".to_owned(),
            dimension: dimension.to_owned(),
            category: category.to_owned(),
            month: month.parse().unwrap(),
            numerator,
            denominator,
        }
    }

    fn rows(month: &str) -> Vec<Row> {
        vec![
            row(month, "age", "60 to 69", 5, 900),
            row(month, "age", "70 to 79", 41, 1_000),
            row(month, "age", "80 to 89", 60, 1_100),
            row(month, "sex", "Female", 56, 1_500),
            row(month, "sex", "Male", 50, 1_500),
        ]
    }

    fn view(month: Option<&str>) -> Return {
        let all = [rows("2026-09-01"), rows("2026-10-01")].concat();
        let counted = METRICS.into_iter().map(|m| {
            let own = (m.name == "ae_type1").then(emergency);
            (m, own)
        });
        let month = month.map(|m| m.parse().unwrap());
        assemble(Place::whole(), counted.collect(), &all, month, Coverage::default())
    }

    #[test]
    fn every_metric_of_the_guide_has_a_number_or_a_reason() {
        let found = view(None);
        assert_eq!(found.month, "2026-10-01".parse().ok());
        assert_eq!(found.lines.iter().map(|line| line.id).collect::<BTreeSet<_>>().len(), 7);
        assert_eq!(found.lines.len(), 17);
        for line in &found.lines {
            assert_ne!(line.measure == Measure::no_data(), line.why_not.is_empty(), "{}", line.metric);
        }
        assert_eq!(view(Some("2026-09-01")).month, "2026-09-01".parse().ok());
        assert_eq!(view(Some("1999-09-01")).month, "2026-10-01".parse().ok(), "a month that is not there");
    }

    #[test]
    fn a_month_before_the_data_says_so() {
        let ready = |month: &str| {
            let all = rows("2026-10-01");
            let own: Vec<&Row> = all.iter().collect();
            let metric = METRICS.into_iter().find(|m| m.name == "ambulance_conveyances_cat1").unwrap();
            line(metric, Some(emergency()), &own, month.parse().ok(), &Place::whole())
        };
        let before = ready("2026-09-01");
        assert!(before.why_not.starts_with("No data before October 2026. It needs"), "{}", before.why_not);
        assert_eq!(before.measure, Measure::no_data());
        assert_eq!(ready("2026-10-01").why_not, "");
        assert_eq!(ready("2026-11-01").why_not, "The month is not complete for this metric.");
    }

    #[test]
    fn counts_are_not_rounded_and_fewer_than_six_are_flagged() {
        let found = view(None);
        let line = found.lines.iter().find(|line| line.metric == "ae_type1").unwrap();
        assert_eq!(line.measure.numerator.value(), Some(106));
        let said: Vec<String> = line.splits.iter().map(|s| s.measure.numerator.to_string()).collect();
        assert_eq!(said, ["5 or fewer", "not shown", "60"], "a second goes with it");
        assert!(line.flagged);
    }
}
