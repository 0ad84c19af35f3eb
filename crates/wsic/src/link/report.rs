//! report.html: what was linked and how well, in pictures with tables beside them. One file without a script that asks
//! nothing of anywhere, and without any person's values.

mod pictures;
mod sections;

use std::path::Path;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::summary::{count, percent};
use super::write::whole;
use super::{Done, Summary};
use crate::failure::Failure;

/// Writes report.html.
pub fn write(folder: &Path, done: &Done, summary: &Summary) -> Result<(), Failure> {
    let text = page(done, summary).into_string();
    whole(folder, "report.html", |to| to.write_all(text.as_bytes()))
}

const STYLE: &str = include_str!("report/style.css");

fn page(done: &Done, summary: &Summary) -> Markup {
    let sections = [
        ("summary", "What was linked", what(done, summary)),
        ("weights", "Weights of pairs", sections::weights(done)),
        ("examples", "Examples at each score", sections::examples(done)),
        ("parameters", "What agreement says", sections::parameters(done)),
        ("clusters", "Cluster sizes", sections::clusters(done)),
        ("blocking", "Which records were compared", sections::blocking(done)),
        ("unlinkable", "Records with too little in them", sections::unlinkable(done)),
    ];
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Record linkage report" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { "Record linkage report" }
                    p { "Made by wsic link " (env!("CARGO_PKG_VERSION")) ". No names or other values of anybody are in it." }
                }
                main {
                    nav aria-label="Contents" {
                        ul { @for (id, title, _) in &sections { li { a href=(format!("#{id}")) { (title) } } } }
                    }
                    @for (id, title, content) in &sections {
                        section id=(id) aria-labelledby=(format!("{id}-title")) {
                            h2 id=(format!("{id}-title")) { (title) }
                            (content)
                        }
                    }
                }
            }
        }
    }
}

fn what(done: &Done, summary: &Summary) -> Markup {
    let facts = [
        ("Records", count(summary.records)),
        ("Links", count(summary.links)),
        ("Clusters of two or more", count(summary.clusters)),
        ("Records alone", count(summary.alone)),
        ("Expected precision", percent(summary.expected_precision)),
        ("Expected recall", percent(summary.expected_recall)),
        ("Pairs to look at", count(summary.clerical)),
        ("Link from probability", format!("{:.4}", summary.threshold)),
    ];
    let [from, to] = done.spec.clerical;
    html! {
        dl { @for (name, value) in &facts { div { dt { (name) } dd { (value) } } } }
        p {
            "Expected precision is the mean probability of the links. Expected recall is the sum of those probabilities, out of the true pairs that the model expects among all pairs. "
            "Both are the model's own view: they hold as far as the model does. Look at a sample of the " (count(summary.clerical))
            " pairs in clerical.csv, whose probability is between " (from) " and " (to) "."
        }
        p {
            "Mode: " (summary.mode) @if done.spec.one_to_one { ", each record with one of another file at most" } ". "
            @if done.given { "The model was given; nothing was learnt from these records." }
            @else { "The model was learnt from these records, without labels." }
        }
        (table("Files", &["File", "Records", "Rows with missing or further cells"], 1, summary.files.iter().map(|file| {
            vec![file.file.clone(), count(file.records), count(file.ragged_rows)]
        })))
        @if !done.extras.is_empty() {
            (table("Identifier and other columns, by the name used below", &["Name", "Column"], 2,
                done.extras.iter().map(|(name, column)| vec![name.clone(), column.clone()])))
        }
    }
}

/// A table; columns from `numbers` on stand to the right.
fn table(caption: &str, head: &[&str], numbers: usize, rows: impl Iterator<Item = Vec<String>>) -> Markup {
    let class = |at: usize| (at >= numbers).then_some("n");
    html! {
        div class="scroll" role="region" aria-label=(caption) tabindex="0" {
            table {
                caption { (caption) }
                thead { tr { @for (at, cell) in head.iter().enumerate() { th scope="col" class=[class(at)] { (cell) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (at, cell) in row.iter().enumerate() {
                                @if at == 0 { th scope="row" class=[class(at)] { (cell) } }
                                @else { td class=[class(at)] { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A picture with its table beside it, or below where there is no room.
fn pair(picture: Markup, table: Markup) -> Markup {
    html! { div class="pair" { div { (picture) } (table) } }
}
