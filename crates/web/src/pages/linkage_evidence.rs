//! What speaks for and against two records being one person's: in a picture, in a table and in plain words.

use maud::{Markup, html};
use store::cases::Case;

use crate::charts::{Waterfall, signed};
use crate::components::nhs::{Cell, Head, Table};

/// A probability as people say it, never as certain.
pub(super) fn chance(probability: f64) -> String {
    let percent = (probability * 100.0).round().clamp(1.0, 99.0);
    format!("{percent:.0} in 100")
}

pub(super) fn evidence(case: &Case) -> Markup {
    let mut steps = vec![("Before comparing".to_owned(), case.prior)];
    steps.extend(case.parts.iter().map(|part| (field(&part.field), part.bits)));
    if case.taken_off.abs() >= 0.05 {
        steps.push(("Taken off".to_owned(), case.taken_off));
    }
    let total: f64 = steps.iter().map(|(_, bits)| bits).sum();
    let sentence = format!(
        "All together {} bits: of 100 such pairs about {} are the same person.",
        signed(total),
        chance(case.probability).trim_end_matches(" in 100")
    );
    html! {
        h2 class="nhsuk-heading-m" { "What speaks for and against" }
        p { (sentence) " One bit more makes the same person twice as likely against different people, one bit less half as likely." }
        (Waterfall { steps: &steps, sentence: &sentence })
        (table(case, &steps))
    }
}

fn table(case: &Case, steps: &[(String, f64)]) -> Table {
    let parts = &case.parts;
    let levels = steps
        .iter()
        .enumerate()
        .map(|(i, _)| i.checked_sub(1).and_then(|at| parts.get(at)).map_or("", |part| part.level.as_str()));
    let rows = steps.iter().zip(levels).enumerate().map(|(i, ((name, bits), level))| {
        let how = match (i, level) {
            (0, _) => "Two records picked by chance are rarely of the same person".to_owned(),
            (_, "") => "So that fields which say the same thing are not counted twice".to_owned(),
            (_, level) => sentence_case(level),
        };
        let weight = match (i, level) {
            (0, _) => "Where one starts",
            (_, "") => "A correction",
            _ => strength(*bits),
        };
        vec![Cell::from(name.as_str()), how.into(), signed(*bits).into(), weight.into()]
    });
    Table {
        caption: "The evidence, field by field".into(),
        head: vec!["Field".into(), "How it compares".into(), Head::numeric("Bits"), "In words".into()],
        rows: rows.collect(),
        first_cell_is_header: true,
        responsive: true,
        ..Table::default()
    }
}

/// A field's name as people say it.
fn field(name: &str) -> String {
    sentence_case(&name.replace('_', " ").replace("nhs", "NHS"))
}

fn sentence_case(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Bits in plain words. Seven bits are odds of more than a hundred to one, three of eight to one.
fn strength(bits: f64) -> &'static str {
    match bits {
        b if b >= 7.0 => "Strongly for the same person",
        b if b >= 3.0 => "For the same person",
        b if b >= 0.5 => "A little for the same person",
        b if b > -0.5 => "Says nothing either way",
        b if b > -3.0 => "A little for different people",
        b if b > -7.0 => "For different people",
        _ => "Strongly for different people",
    }
}
