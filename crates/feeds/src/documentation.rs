use std::fmt::Write;

use model::Feed;

use crate::specification;
use crate::specification::{Column, Format, Table};

/// The page of a feed in docs/feeds, in Markdown, made from its specification.
pub fn documentation(feed: Feed) -> String {
    let specification = specification(feed);
    let mut page = String::new();
    let tables = specification.tables;
    let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
    let what = if feed == Feed::Fhir { "Resource types" } else { "Tables" };
    let _ = writeln!(
        page,
        "# `{feed}`: {}\n\n<!-- Made from the specification in crates/feeds/src/{feed}.rs; do not edit. -->\n\n{}\n\n\
         **Follows:** {}\n\n**{what}:** {}.\n",
        feed.label(),
        specification.about,
        specification.data_set,
        names.join(", ")
    );
    for table in tables {
        page.push_str(&table_section(feed, table));
    }
    let _ = writeln!(page, "## The same happening twice\n\n{}\n", specification.duplicates);
    if feed != Feed::Fhir {
        page.push_str(DATES);
    }
    page.push_str(ROWS);
    page.push_str("## What to know when using it\n\n");
    for caveat in specification.caveats {
        let _ = writeln!(page, "- {caveat}");
    }
    page
}

const DATES: &str = "## Dates\n\n\
    Written `2026-02-03`. Also read, always day before month: `03/02/2026`, `03-02-2026`, `03.02.2026`, `3 Feb 2026`,\n\
    `03-FEB-2026`, `20260203`, each also with a time behind it. `03/02/26` is read as the latest such day that is not after the\n\
    extract, and the row is reported as repaired. `1800-01-01`, `1801-01-01`, `1802-01-01`, `1582-10-15`, `1900-01-01` and\n\
    `9999-12-31` stand for \"not known\" or \"open\": no date.\n\n";

const ROWS: &str = "## What becomes of a row\n\n\
    Every row is accepted, repaired (it went in after a mend that is reported), quarantined (refused, with line, field, class of\n\
    value and reason) or a duplicate (equal in every byte to one of the last million rows of the file or more). The four add up\n\
    to the rows read.\n\n";

fn table_section(feed: Feed, table: &Table) -> String {
    let mut section = String::new();
    let (column, needed) = match feed {
        Feed::Fhir => ("Element", "Needed"),
        _ => ("Column", "Required"),
    };
    let _ = writeln!(section, "## {}\n\n{}\n", table.name, table.about);
    let _ = writeln!(
        section,
        "| {column} | {needed} | Format | Meaning | National item |\n|---|---|---|---|---|"
    );
    for column in table.all_columns() {
        let _ = writeln!(
            section,
            "| {} | {} | {} | {} | {} |",
            column_names(column),
            if column.required { "yes" } else { "" },
            format_name(column.format),
            column.meaning,
            column.item
        );
    }
    section.push('\n');
    if !table.without.is_empty() {
        let _ =
            writeln!(section, "A file with the column `{}` is not this table.\n", table.without.join("`, `"));
    }
    let _ = writeln!(section, "{}\n", table.events);
    section
}

fn column_names(column: &Column) -> String {
    match column.numbered {
        0 => format!("`{}`", column.name),
        n => format!("`{}01` to `{0}{n:02}`", column.name),
    }
}

fn format_name(format: Format) -> String {
    let name = match format {
        Format::Text => "text",
        Format::Identifier => "identifier",
        Format::Organisation => "organisation code",
        Format::NhsNumber => "NHS number",
        Format::Date => "date",
        Format::Time => "time",
        Format::Month => "MMYYYY",
        Format::Number => "number",
        Format::Postcode => "postcode",
        Format::Sex => "1, 2, 9, 0, X or M, F, I, U",
        Format::Lsoa => "LSOA code",
        Format::Ethnicity => "A to S, Z",
        Format::Flag => "Y or blank",
        Format::NationalCode => "national code",
        Format::Snomed => "SNOMED CT",
        Format::Dmd => "dm+d",
        Format::Bnf => "BNF code",
        Format::Icd10 => "ICD-10",
        Format::Opcs4 => "OPCS-4",
        Format::OneOf(words) => return words.join(", "),
    };
    name.to_owned()
}
