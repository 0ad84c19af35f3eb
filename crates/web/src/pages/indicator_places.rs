//! The part of an indicator's page that sets places beside one another: table, funnel, pilot against the others.

use insight::comparison::{Compared, Pilot, levels};
use insight::indicators::IndicatorView;
use insight::places::{AreaKind, Place};
use maud::{Markup, html};
use methods::disclosure::Standing;

use super::indicator::{address, download, place, query};
use crate::charts::{FunnelPlot, Intervals};
use crate::components::nhs::{Cell, Head, Table, Tag, TagColour};
use crate::components::ours::{FilterGroup, FilterLink, filters};
use crate::csv::{self, Csv, Field};
use crate::words;

pub(crate) fn places(view: &IndicatorView, pilot_source: &str) -> Markup {
    html! {
        h2 class="nhsuk-heading-m" { "Places beside one another" }
        p { "The latest 12 months together, against the whole area. Better or worse is said where the 95% limits do not hold the area's value." }
        (level_filter(view))
        p { (sentence(view)) }
        (funnel(view))
        (comparison(view))
        @if let Some(pilot) = &view.pilot { (pilot_table(view, pilot, pilot_source)) }
        (download(view, "places", "the comparison"))
    }
}

fn level_filter(view: &IndicatorView) -> Markup {
    let links = levels(view.place.area_kind).iter().map(|level| {
        let chosen = *level == view.comparison.level;
        let href = format!("{}{}", address(view, ""), query(view, *level));
        FilterLink::new(words::capital(level.plural()), href, chosen)
    });
    filters("Choose what is compared", &[FilterGroup { name: "Compare", links: links.collect() }])
}

/// How many places are better or worse than the area, and how many lie beyond their funnel.
fn sentence(view: &IndicatorView) -> String {
    let comparison = &view.comparison;
    let direction = view.indicator.direction;
    let said = |word: &str| {
        let is = |row: &&Compared| row.against.words(direction) == word;
        comparison.rows.iter().filter(is).count()
    };
    let plural = comparison.level.plural();
    let counted: Vec<String> = ["Better", "Worse", "Higher", "Lower", "Similar", "Not compared"]
        .into_iter()
        .map(|word| (word.to_lowercase(), said(word)))
        .filter(|(_, n)| *n > 0)
        .map(|(word, n)| format!("{n} {word}"))
        .collect();
    let area = comparison.whole.value;
    format!(
        "{} in the latest 12 months, whole area: {area} {}. Of {} {plural}: {}.",
        view.indicator.title,
        view.indicator.unit,
        comparison.rows.len(),
        if counted.is_empty() { "none".to_owned() } else { counted.join(", ") }
    )
}

fn funnel(view: &IndicatorView) -> Markup {
    let comparison = &view.comparison;
    let Some(funnel) = &comparison.funnel else { return html! {} };
    let count = |standing: &[Standing]| {
        comparison.rows.iter().filter(|row| row.standing.is_some_and(|s| standing.contains(&s))).count()
    };
    let sentence = format!(
        "Of {} {}, {} lie above and {} below the 99.8% limits, {} more between the 95% and the 99.8% limits.",
        comparison.rows.iter().filter(|row| row.standing.is_some()).count(),
        comparison.level.plural(),
        count(&[Standing::VeryHigh]),
        count(&[Standing::VeryLow]),
        count(&[Standing::High, Standing::Low]),
    );
    let size = format!("Size: {}, 12 months together", view.indicator.denominator);
    let places = comparison.rows.iter().map(|row| (row.measure.denominator, row.measure.value, row.standing));
    html! {
        h3 class="nhsuk-heading-s" { "Funnel plot" }
        p { (sentence) " Limits are those of chance alone: places that differ in age and need lie beyond them more often." }
        (FunnelPlot { funnel, places: places.collect(), sentence, size: &size })
    }
}

fn comparison(view: &IndicatorView) -> Table {
    let comparison = &view.comparison;
    let values = comparison.rows.iter().map(|row| row.measure.value);
    let scale = Intervals::of(values, comparison.whole.value);
    let rows = comparison.rows.iter().map(|line| {
        vec![
            place_cell(view, &line.place),
            scale.figure(line.measure.value),
            line.measure.numerator.to_string().into(),
            line.measure.denominator.to_string().into(),
            against_tag(line.against.words(view.indicator.direction)).into(),
            line.standing.map_or("-", standing_words).into(),
        ]
    });
    Table {
        caption: format!("{}, latest 12 months, highest first", words::capital(comparison.level.plural()))
            .into(),
        head: vec![
            "Place".into(),
            Head::numeric("Value (95% limits)"),
            Head::numeric("Numerator"),
            Head::numeric("Denominator"),
            "Against the whole area".into(),
            "In the funnel".into(),
        ],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        compact: true,
        ..Table::default()
    }
}

pub(crate) fn against_tag(words: &'static str) -> Markup {
    let colour = match words {
        "Better" => TagColour::Blue,
        "Worse" => TagColour::Orange,
        "Higher" | "Lower" => TagColour::Purple,
        "Similar" => TagColour::Grey,
        _ => return html! { "-" },
    };
    html! { (Tag::of(colour, words)) }
}

fn standing_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Within => "Within the limits",
        Standing::High => "Above the 95% limit",
        Standing::VeryHigh => "Above the 99.8% limit",
        Standing::Low => "Below the 95% limit",
        Standing::VeryLow => "Below the 99.8% limit",
    }
}

fn place_cell(view: &IndicatorView, place: &Place) -> Cell {
    match place.area_kind {
        AreaKind::Borough => {
            Cell::link(place.name.as_str(), format!("{}?borough={}", address(view, ""), place.area))
        }
        AreaKind::Practice => {
            Cell::link(place.name.as_str(), format!("/population/practices/{}", place.area))
        }
        AreaKind::Neighbourhood | AreaKind::Area => place.name.as_str().into(),
    }
}

fn pilot_table(view: &IndicatorView, pilot: &Pilot, source: &str) -> Markup {
    let scale = Intervals::of([pilot.pilot.value, pilot.others.value], view.comparison.whole.value);
    let rows =
        [("Pilot practices", &pilot.pilot), ("All other practices", &pilot.others)].map(|(name, m)| {
            vec![
                Cell::from(name),
                scale.figure(m.value),
                m.numerator.to_string().into(),
                m.denominator.to_string().into(),
            ]
        });
    let word = pilot.against.words(view.indicator.direction).to_lowercase();
    html! {
        (Table {
            caption: "Pilot practices against all others".into(),
            head: vec![
                "Practices".into(),
                Head::numeric("Value (95% limits)"),
                Head::numeric("Numerator"),
                Head::numeric("Denominator"),
            ],
            rows: rows.into(),
            first_cell_is_header: true,
            responsive: true,
            compact: true,
            ..Table::default()
        })
        p { "Pilot practices against the others: " (word) ". This compares places as they are; it does not say that the pilot made the difference." }
        p {
            "Which practices these are: " (source) ". The list is the deployment's own to set: "
            code { "area/pilot_practices.csv" } " in its folder, a first line that begins with # and says whose list it is, then " code { "practice,name" }
            " and a line a practice. Figures follow it from the next run on."
        }
    }
}

/// The comparison as a file.
pub(crate) fn places_csv(view: &IndicatorView) -> Csv {
    let direction = view.indicator.direction;
    let row = |level: &str, code: &str, name: &str, m, against: &str, standing: &str| {
        let head: Vec<Field> = vec![level.into(), code.into(), name.into()];
        [head, csv::measure(m).to_vec(), vec![against.into(), standing.into()]].concat()
    };
    let comparison = &view.comparison;
    let mut rows: Vec<Vec<Field>> = comparison
        .rows
        .iter()
        .map(|line| {
            row(
                line.place.area_kind.name(),
                &line.place.area,
                &line.place.name,
                &line.measure,
                line.against.words(direction),
                line.standing.map_or("", standing_words),
            )
        })
        .collect();
    rows.push(row("area", "all", "The whole area", &comparison.whole, "", ""));
    if let Some(pilot) = &view.pilot {
        let against = pilot.against.words(direction);
        rows.push(row("pilot", "", "Pilot practices", &pilot.pilot, against, ""));
        rows.push(row("pilot", "", "All other practices", &pilot.others, "", ""));
    }
    Csv {
        name: format!("{}-{}", view.indicator.name, comparison.level.plural()),
        head: [vec!["level", "code", "place"], csv::MEASURE.to_vec(), vec!["against_area", "in_funnel"]]
            .concat(),
        rows,
        coverage: view.coverage.sentence(),
    }
}

/// By kind of person as a file.
pub(crate) fn people_csv(view: &IndicatorView) -> Csv {
    let rows = view.breakdowns.iter().flat_map(|breakdown| {
        breakdown.rows.iter().map(move |line| {
            let head: Vec<Field> = vec![place(view), breakdown.title.into(), line.name.as_str().into()];
            let against = line.against.words(view.indicator.direction);
            [head, csv::measure(&line.measure).to_vec(), vec![against.into()]].concat()
        })
    });
    Csv {
        name: format!("{}-people", view.indicator.name),
        head: [vec!["place", "by", "category"], csv::MEASURE.to_vec(), vec!["against_everybody"]].concat(),
        rows: rows.collect(),
        coverage: view.coverage.sentence(),
    }
}
