use maud::{Markup, Render, html};

use super::{Attributes, Card, Content, Heading, Scroll, class_names, element};

/// Rows and columns, with a caption that says what they are.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Table {
    pub(crate) caption: Caption,
    pub(crate) head: Vec<Head>,
    pub(crate) rows: Vec<Vec<Cell>>,
    pub(crate) first_cell_is_header: bool,
    pub(crate) compact: bool,
    pub(crate) striped: bool,
    /// On narrow screens each row becomes a list.
    pub(crate) responsive: bool,
    /// On narrow screens the table scrolls by itself.
    pub(crate) scroll: bool,
    pub(crate) border: Option<bool>,
    pub(crate) last_row_border: Option<bool>,
    pub(crate) variant: String,
    pub(crate) card: Option<Card>,
    pub(crate) id: String,
    pub(crate) classes: String,
}

/// What the table shows.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Caption {
    pub(crate) content: Content,
    pub(crate) size: String,
    pub(crate) id: String,
    pub(crate) classes: String,
}

/// A column.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Head {
    pub(crate) content: Content,
    pub(crate) visually_hidden_text: String,
    /// `numeric`: to the right.
    pub(crate) format: String,
    /// Where a press on the head leads: the same list in another order.
    pub(crate) href: String,
    /// `ascending`, `descending` or `none` when the list can be ordered by this column.
    pub(crate) sort: String,
    pub(crate) align: String,
    pub(crate) width: String,
    pub(crate) classes: String,
}

/// One cell.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(serde::Deserialize))]
#[cfg_attr(test, serde(default, deny_unknown_fields, rename_all = "camelCase"))]
pub(crate) struct Cell {
    pub(crate) content: Content,
    pub(crate) visually_hidden_text: String,
    pub(crate) format: String,
    pub(crate) href: String,
    pub(crate) classes: String,
}

impl From<&str> for Caption {
    fn from(text: &str) -> Self {
        Self { content: text.into(), size: "m".to_owned(), ..Self::default() }
    }
}

impl From<String> for Caption {
    fn from(text: String) -> Self {
        Self { content: text.into(), size: "m".to_owned(), ..Self::default() }
    }
}

impl From<&str> for Head {
    fn from(text: &str) -> Self {
        Self { content: text.into(), ..Self::default() }
    }
}

impl Head {
    /// A column of numbers.
    pub(crate) fn numeric(text: &str) -> Self {
        Self { content: text.into(), format: "numeric".to_owned(), ..Self::default() }
    }
}

impl<T: Into<Content>> From<T> for Cell {
    fn from(content: T) -> Self {
        Self { content: content.into(), ..Self::default() }
    }
}

impl Cell {
    /// A cell that leads somewhere.
    pub(crate) fn link(text: impl Into<Content>, href: impl Into<String>) -> Self {
        Self { content: text.into(), href: href.into(), ..Self::default() }
    }
}

impl Render for Table {
    fn render(&self) -> Markup {
        let own = Attributes::class(self.class_names())
            .opt("id", &self.id)
            .opt("data-module", if self.sortable() && !self.sorted_on_server() { "nhsuk-table" } else { "" })
            .opt("role", if self.responsive { "table" } else { "" });
        let group = self.responsive.then_some("rowgroup");
        let line = self.responsive.then_some("row");
        let inside = html! {
            (self.captioned())
            @if !self.head.is_empty() {
                thead class="nhsuk-table__head" role=[group] {
                    tr class="nhsuk-table__row" role=[line] { @for head in &self.head { (self.head(head)) } }
                }
            }
            tbody class="nhsuk-table__body" {
                @for row in &self.rows {
                    tr class="nhsuk-table__row" role=[line] {
                        @for (i, cell) in row.iter().enumerate() { (self.cell(cell, i)) }
                    }
                }
            }
        };
        self.framed(element("table", own, inside))
    }
}

impl Table {
    fn sortable(&self) -> bool {
        self.head.iter().any(|head| !head.sort.is_empty())
    }

    fn sorted_on_server(&self) -> bool {
        self.sortable() && self.head.iter().any(|head| !head.href.is_empty())
    }

    fn class_names(&self) -> String {
        class_names(
            "nhsuk-table",
            &[
                (self.variant == "reverse", "nhsuk-table--reverse"),
                (self.compact, "nhsuk-table--compact"),
                (self.responsive, "nhsuk-table--responsive"),
                (self.border == Some(false), "nhsuk-table--no-border"),
                (
                    self.border != Some(false) && self.last_row_border == Some(false),
                    "nhsuk-table--no-last-row-border",
                ),
                (self.sortable(), "nhsuk-table--sortable"),
                (self.striped, "nhsuk-table--striped"),
            ],
            &self.classes,
        )
    }

    /// The id by which a scrolling region is named; blank when none is needed.
    fn caption_id(&self) -> String {
        if !self.caption.id.is_empty() || !self.scroll {
            return self.caption.id.clone();
        }
        if !self.id.is_empty() {
            return format!("{}-caption", self.id);
        }
        let words: String = self.caption.content.words().replace(' ', "-").to_lowercase();
        format!("table-{}-caption", words.chars().take(40).collect::<String>())
    }

    fn captioned(&self) -> Markup {
        Heading {
            content: self.caption.content.clone(),
            id: self.caption_id(),
            size: self.caption.size.clone(),
            classes: self.caption.classes.clone(),
            visually_hidden_text: if self.sortable() {
                "(Column headers are sortable)".to_owned()
            } else {
                String::new()
            },
            ..Heading::default()
        }
        .as_element("caption", "nhsuk-table__caption", "nhsuk-table__caption--")
    }

    fn head(&self, head: &Head) -> Markup {
        let width = format!("nhsuk-u-width-{}", head.width);
        let align = format!("nhsuk-u-text-align-{}", head.align);
        let classes = class_names(
            "nhsuk-table__header",
            &[
                (head.format == "numeric", "nhsuk-table__header--numeric"),
                (!head.align.is_empty(), &align),
                (!head.width.is_empty(), &width),
            ],
            &head.classes,
        );
        let own = Attributes::class(classes)
            .set("scope", "col")
            .opt("role", if self.responsive { "columnheader" } else { "" })
            .flag("data-sort", !head.sort.is_empty())
            .opt("aria-sort", if head.sort == "none" { "" } else { &head.sort });
        element("th", own, linked(&value(&head.content, &head.visually_hidden_text), &head.href))
    }

    fn cell(&self, cell: &Cell, column: usize) -> Markup {
        let usual = Head::default();
        let head = self.head.get(column).unwrap_or(&usual);
        let header = column == 0 && self.first_cell_is_header;
        let format = if cell.format.is_empty() { &head.format } else { &cell.format };
        let class = if header { "nhsuk-table__header" } else { "nhsuk-table__cell" };
        let numeric = format!("{class}--numeric");
        let words_among_numbers = cell.format == "string" && head.format == "numeric";
        let align = match (head.align.as_str(), words_among_numbers) {
            (_, true) => "nhsuk-u-text-align-right".to_owned(),
            ("", false) => String::new(),
            (side, false) => format!("nhsuk-u-text-align-{side}"),
        };
        let classes = class_names(
            class,
            &[(format == "numeric", &numeric), (!align.is_empty(), &align)],
            &cell.classes,
        );
        let role = if header { "rowheader" } else { "cell" };
        let own = Attributes::class(classes)
            .opt("scope", if header { "row" } else { "" })
            .opt("role", if self.responsive { role } else { "" });
        let name = if header { "th" } else { "td" };
        element(name, own, self.cell_inside(cell, head))
    }

    fn cell_inside(&self, cell: &Cell, head: &Head) -> Markup {
        let inside = linked(&value(&cell.content, &cell.visually_hidden_text), &cell.href);
        if !self.responsive {
            return inside;
        }
        html! {
            span class="nhsuk-table__heading" aria-hidden="true" {
                (value(&head.content, &head.visually_hidden_text)) " "
            }
            @if cell.content.is_html() { span { (inside) } } @else { (inside) }
        }
    }

    fn framed(&self, table: Markup) -> Markup {
        let table = if self.scroll {
            Scroll {
                content: table.into(),
                labelled_by: self.caption_id(),
                variant: self.variant.clone(),
                ..Scroll::default()
            }
            .render()
        } else {
            table
        };
        match &self.card {
            Some(card) => Card { description: table.into(), ..card.clone() }.render(),
            None => table,
        }
    }
}

fn value(content: &Content, hidden: &str) -> Markup {
    let before = if content.is_empty() { "" } else { " " };
    html! {
        (content)
        @if !hidden.is_empty() { span class="nhsuk-u-visually-hidden" { (before) (hidden) } }
    }
}

fn linked(inside: &Markup, href: &str) -> Markup {
    html! { @if href.is_empty() { (inside) } @else { a class="nhsuk-link" href=(href) { (inside) } } }
}
