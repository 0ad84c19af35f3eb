//! Pages of indicators and practices with sample data.

use care::reasons::Fact;
use care::record::Withheld;
use insight::comparison::{Against, Compared, Comparison, Pilot};
use insight::framework::{DomainView, Framework, PartView};
use insight::indicator::Indicator;
use insight::indicators::{IndicatorSummary, IndicatorView};
use insight::inequality::{Breakdown, Category};
use insight::nnhip::{Return, ReturnLine, ReturnSplit};
use insight::places::{AreaKind, Place};
use insight::practice::{PracticeIndicator, PracticeProfile, Split, SplitRow, Spread};
use insight::series::MonthPoint;
use methods::disclosure::{PublishedChart, PublishedFunnel, PublishedGap};
use methods::spc::{Direction, Options};
use methods::{Counts, Form, Measure, Rule};
use model::PersonId;
use policy::Section;
use warehouse::reference::DefinitionFiles;

use super::samples::{area, boroughs, coverage, day, names};
use super::*;
use crate::catalogue::Catalogue;
use crate::page::Page;

fn indicator() -> Indicator {
    let catalogue = Catalogue::from_files(&DefinitionFiles::embedded()).unwrap();
    Indicator::named(catalogue.definitions(), "emergency_admissions").unwrap()
}

fn measure(numerator: u64, denominator: u64) -> Measure {
    let indicator = indicator();
    Rule::default().measure(indicator.form, indicator.per, Counts { numerator, denominator })
}

fn series(months: u32) -> (Vec<MonthPoint>, PublishedChart) {
    let numbers = (0..months).map(|i| if i > 21 { 300 } else { 100 + u64::from(i * 7) % 20 });
    let mut series: Vec<MonthPoint> = numbers
        .zip(0..)
        .map(|(n, month)| MonthPoint {
            month: day(2024, 11, 1) + chrono::Months::new(month),
            measure: measure(n, 10_000),
            judged: None,
        })
        .collect();
    let values: Vec<_> = series.iter().map(|point| point.measure.value).collect();
    let options = Options { direction: Direction::Decrease, screen: true, target: Some(12.0) };
    let chart = PublishedChart::of(&values, options);
    for (point, judged) in series.iter_mut().zip(&chart.points) {
        point.judged = *judged;
    }
    (series, chart)
}

fn outcomes() -> outcomes::OutcomesPage {
    let summary = |months| {
        let (series, chart) = series(months);
        let sentence =
            "Emergency admissions, Brent: 30.0 per 1,000 people a month in October 2026.".to_owned();
        IndicatorSummary { indicator: indicator(), series, chart, sentence }
    };
    let part =
        |name, indicators| PartView { name, indicators, needs: "A survey of people, with response rates." };
    outcomes::OutcomesPage {
        boroughs: boroughs(),
        framework: Framework {
            place: Place::borough("E09000005", "Brent"),
            domains: vec![
                DomainView {
                    title: "Quality of care",
                    parts: vec![part("safety", vec![summary(24), summary(0)]), part("experience", vec![])],
                },
                DomainView { title: "Operational performance", parts: vec![part("", vec![summary(22)])] },
            ],
            coverage: coverage(),
        },
    }
}

fn practice(code: &str, name: &str) -> Place {
    Place {
        area_kind: AreaKind::Practice,
        area: code.to_owned(),
        name: name.to_owned(),
        neighbourhood: "Harness South PCN".to_owned(),
        list_size: 7_620,
        ..Place::borough("E09000005", "")
    }
}

fn comparison(level: AreaKind, places: Vec<Place>) -> Comparison {
    let counts: Vec<Counts> = [(1_200, 120_000), (800, 60_000), (300, 41_000), (3, 2_000)]
        .map(|(n, d)| Counts { numerator: n, denominator: d })
        .into();
    let indicator = indicator();
    let measures = Rule::default().measures(indicator.form, indicator.per, &counts, &[]);
    let funnel = PublishedFunnel::of(indicator.form, indicator.per, &counts, &measures);
    let rows = places.into_iter().zip(measures).enumerate().map(|(at, (place, measure))| Compared {
        place,
        measure,
        against: [Against::Similar, Against::Higher, Against::Lower, Against::Unknown][at],
        standing: funnel.as_ref().and_then(|f| f.standings[at]),
    });
    Comparison { level, rows: rows.collect(), whole: measure(2_303, 223_000), funnel }
}

fn breakdowns() -> Vec<Breakdown> {
    let counts: Vec<Counts> =
        (0..5).map(|n| Counts { numerator: 500 - n * 60, denominator: 40_000 }).collect();
    let indicator = indicator();
    let measures = Rule::default().measures(indicator.form, indicator.per, &counts, &[]);
    let gap = PublishedGap::of(indicator.form, indicator.per, &counts, &measures);
    let category = |name: &str, measure, against| Category { name: name.to_owned(), measure, against };
    vec![
        Breakdown {
            name: "deprivation",
            title: "Deprivation",
            rows: measures.iter().map(|m| category("A fifth", *m, Against::Similar)).collect(),
            gap: Some(gap),
        },
        Breakdown {
            name: "sex",
            title: "Sex",
            rows: vec![
                category("Female", measure(700, 60_000), Against::Lower),
                category("Not known", measure(3, 60), Against::Unknown),
            ],
            gap: None,
        },
    ]
}

fn one(level: AreaKind, places: Vec<Place>, months: u32) -> indicator::IndicatorPage {
    let (series, chart) = series(months);
    let pilot =
        Pilot { pilot: measure(900, 80_000), others: measure(2_000, 150_000), against: Against::Lower };
    indicator::IndicatorPage {
        pilot_source: "Practices that take part in a pilot".to_owned(),
        boroughs: boroughs(),
        view: IndicatorView {
            indicator: indicator(),
            place: area(),
            series,
            chart,
            sentence: "Emergency admissions, the whole area: 30.0 in October 2026. This is special cause for the worse.".to_owned(),
            comparison: comparison(level, places),
            pilot: Some(pilot),
            breakdowns: if months > 0 { breakdowns() } else { Vec::new() },
            coverage: coverage(),
        },
    }
}

fn profile(covered: bool) -> practice::PracticePage {
    let rule = Rule::default();
    let own = measure(100, 9_000);
    let number = |n: u64| rule.count(n).map(|n| n as f64);
    let line = |own, against| PracticeIndicator {
        indicator: indicator(),
        own,
        against,
        alike: measure(1_000, 95_000),
        neighbourhood: measure(600, 61_000),
        borough: measure(6_000, 600_000),
        area: measure(50_000, 4_800_000),
        spread: Spread {
            lowest: number(0),
            lower_quarter: number(10),
            upper_quarter: number(15),
            highest: number(25),
        },
    };
    let split = |title, few: u64| Split {
        title,
        rows: vec![
            SplitRow {
                name: "One".to_owned(),
                people: rule.count(900),
                share: number(90),
                area_share: number(80),
            },
            SplitRow {
                name: "Two".to_owned(),
                people: rule.count(few),
                share: number(few),
                area_share: number(20),
            },
        ],
    };
    practice::PracticePage {
        profile: PracticeProfile {
            place: practice("E84002", "Forty Willows Surgery"),
            borough: "Brent".to_owned(),
            list_size: rule.count(7_620),
            people: rule.count(1_020),
            covered,
            population: vec![split("Age", 100), split("Deprivation", 4)],
            alike: vec![practice("E84013", "Church End Medical Centre")],
            indicators: vec![
                line(own, Against::Similar),
                line(measure(200, 9_000), Against::Higher),
                line(measure(50, 9_000), Against::Lower),
                line(measure(3, 9_000), Against::Unknown),
            ],
            coverage: coverage(),
        },
    }
}

fn monthly(month: bool) -> monthly_return::ReturnPage {
    let rule = Rule::NNHIP;
    let of = |numerator, denominator| rule.measure(Form::Rate, 1_000.0, Counts { numerator, denominator });
    let split = |category: &str, measure| ReturnSplit { by: "age", category: category.to_owned(), measure };
    let line = |id, metric, measure, flagged, why_not: &str| ReturnLine {
        id,
        metric,
        title: "A&E attendances, major departments",
        dataset: "ECDS",
        indicator: why_not.is_empty().then(indicator),
        measure,
        splits: if why_not.is_empty() {
            vec![split("60 to 69", of(3, 400)), split("70 to 79", of(120, 900))]
        } else {
            Vec::new()
        },
        flagged,
        why_not: why_not.to_owned(),
    };
    let first = day(2026, 10, 1);
    monthly_return::ReturnPage {
        boroughs: boroughs(),
        monthly: Return {
            place: area(),
            month: month.then_some(first),
            months: if month { vec![first, day(2026, 9, 1)] } else { Vec::new() },
            lines: vec![
                line("O5", "ae_type1", of(123, 1_300), true, ""),
                line("O5", "ae_other", of(60, 1_300), false, ""),
                line(
                    "P1",
                    "caseload",
                    Measure::no_data(),
                    false,
                    "No definition in force counts it as the guide does.",
                ),
            ],
            coverage: coverage(),
        },
    }
}

fn reasons(withheld: bool) -> reasons::ReasonsPage {
    let catalogue = Catalogue::from_files(&DefinitionFiles::embedded()).unwrap();
    let fact =
        |d, what: &str, source: &str| Fact { day: d, what: what.to_owned(), source: source.to_owned() };
    let facts = vec![
        fact(Some(day(2026, 10, 2)), "Hospital stay: Emergency admission, 3 nights: Fall", "sus_apc:R1K"),
        fact(None, "Hospital Frailty Risk Score 17.4 (high)", ""),
    ];
    let mut shared = super::samples::shared(super::samples::record(), Vec::new());
    if withheld {
        shared.withheld = vec![Withheld {
            section: Section::Flags,
            reason: "The person has asked that lists are not shown.".to_owned(),
        }];
    }
    let lists = vec![
        (catalogue.list("frailty"), "Aged 85; Hospital Frailty Risk Score 17.4 (high)".to_owned(), facts),
        (catalogue.list("discharged"), "Discharged on 12 October 2026".to_owned(), Vec::new()),
    ];
    reasons::ReasonsPage {
        person: PersonId(4711),
        shared,
        lists: if withheld { Vec::new() } else { lists },
        names: names(),
    }
}

/// Every page about indicators and practices, by a name for files.
pub(super) fn all() -> Vec<(&'static str, Box<dyn Page>)> {
    let boroughs_there = vec![
        Place::borough("E09000005", "Brent"),
        Place::borough("E09000009", "Ealing"),
        Place::borough("E09000015", "Harrow"),
    ];
    let practices = vec![
        practice("E84002", "Forty Willows Surgery"),
        practice("E84013", "Church End Medical Centre"),
        practice("E84028", "The Stonebridge Practice"),
        practice("E84031", "Brentfield Medical Centre"),
    ];
    let chooser = practice::PracticesPage {
        boroughs: boroughs(),
        borough: String::new(),
        practices: practices.clone(),
        names: names(),
    };
    vec![
        ("outcomes", Box::new(outcomes())),
        ("indicator", Box::new(one(AreaKind::Borough, boroughs_there, 24))),
        ("indicator-practices", Box::new(one(AreaKind::Practice, practices, 22))),
        ("indicator-empty", Box::new(one(AreaKind::Practice, Vec::new(), 0))),
        ("practices", Box::new(chooser)),
        ("practice", Box::new(profile(true))),
        ("practice-unsigned", Box::new(profile(false))),
        ("return", Box::new(monthly(true))),
        ("return-none", Box::new(monthly(false))),
        ("reasons", Box::new(reasons(false))),
        ("reasons-withheld", Box::new(reasons(true))),
    ]
}
