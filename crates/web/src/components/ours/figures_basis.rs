use maud::{Markup, Render, html};
use methods::Coverage;
use warehouse::marts::Made;

use crate::components::nhs::InsetText;
use crate::words;

/// How small numbers are dealt with, wherever counts are shown.
pub(crate) const SMALL_NUMBERS: &str =
    "Counts of 1 to 7 are not shown, nor what would give them away; others are rounded to the nearest 5.";

/// What the figures of a page rest on: of how many practices they are, who is not in them, and since when.
pub(crate) struct FiguresBasis {
    pub(crate) coverage: Coverage,
    /// What agreements have left out since the run, by name.
    pub(crate) without: Vec<String>,
    pub(crate) made: Made,
    /// Address of the same figures as a file.
    pub(crate) csv: String,
}

impl FiguresBasis {
    /// In words, for a page and for the last column of a file.
    pub(crate) fn sentence(&self) -> String {
        let mut text = self.coverage.sentence();
        if !self.without.is_empty() {
            let without = self.without.join("; ");
            text.push_str(&format!(" Counted anew on {} without: {without}.", words::moment(self.made.at)));
        }
        text
    }

    /// Who is not counted though their practice is.
    fn who(&self) -> String {
        let asked = "People who have asked not to be counted are in no figure";
        match i64::try_from(self.made.left_out_with_others).unwrap_or(i64::MAX) {
            0 => format!("{asked}."),
            n => format!(
                "{asked}. Until new data come, {} of the same practices {} left out with those who asked since, so that no figure changes by one person alone.",
                words::counted(n, "other person", "other people"),
                if n == 1 { "is" } else { "are" }
            ),
        }
    }
}

impl Render for FiguresBasis {
    fn render(&self) -> Markup {
        let content = html! {
            p {
                (self.sentence()) " "
                a class="nhsuk-link" href="/agreements/coverage?missing=yes" { "See who is missing and what a signature would add" }
            }
            p { (self.who()) }
            p { (SMALL_NUMBERS) }
            p { a class="nhsuk-link" href=(self.csv) { "Download these figures (CSV)" } }
        };
        InsetText { content: content.into(), ..InsetText::default() }.render()
    }
}
