//! Holds every component against the examples that nhsuk-frontend ships: the same options must give the same HTML,
//! blanks and the order of attributes aside.
//!
//! An example that uses an option we do not have is left out, and that option must stand in `LEFT_OUT` with the reason.

use std::collections::BTreeMap;
use std::path::PathBuf;

use maud::Render;
use scraper::{ElementRef, Html, Node};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::*;

/// Component, what marks the example (in its options, or in what is said of them), and why we leave it out.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("breadcrumb", "`classes`", "the design system itself does nothing with it"),
    ("card", "`image`", "our cards carry no pictures"),
    ("card", "\"variant\":\"emergency\"", CARE_CARD),
    ("card", "\"variant\":\"non-urgent\"", CARE_CARD),
    ("card", "\"variant\":\"urgent\"", CARE_CARD),
    ("checkboxes", "`exclusive`", DEPRECATED),
    ("checkboxes", "`exclusiveGroup`", DEPRECATED),
    ("checkboxes", "boolean `true`, expected struct ErrorMessage", ERROR_WITHOUT_WORDS),
    ("date-input", "`items`", "a date here is always day, month and year"),
    ("date-input", "boolean `false`, expected struct DatePart", "a date here is always day, month and year"),
    ("date-input", "boolean `true`, expected struct ErrorMessage", ERROR_WITHOUT_WORDS),
    ("fieldset", "`caption`", CAPTION),
    ("header", "`organisation`", "an organisation's own head comes with its own logo, by configuration"),
    (
        "header",
        "`search`",
        "what identifies a person is searched for by a form that is posted, on its own page",
    ),
    ("header", "`src`", "an organisation's own head comes with its own logo, by configuration"),
    ("input", "boolean `true`, expected struct ErrorMessage", ERROR_WITHOUT_WORDS),
    ("label", "`caption`", CAPTION),
    ("label", "\"isPageHeading\":false", DEPRECATED),
    ("legend", "`caption`", CAPTION),
    ("legend", "\"isPageHeading\":false", DEPRECATED),
    ("notification-banner", "`element`", "a heading is a heading"),
    ("pagination", "`nextPage`", DEPRECATED),
    ("password-input", "`hidePasswordAriaLabel`", "the pages are in English"),
    ("password-input", "\"button\":{\"disabled\":false}", "a button that works in a field that does not"),
    ("password-input", "boolean `true`, expected struct ErrorMessage", ERROR_WITHOUT_WORDS),
    ("radios", "boolean `true`, expected struct ErrorMessage", ERROR_WITHOUT_WORDS),
    ("search-input", "\"button\":{\"disabled\":false}", "a button that works in a field that does not"),
    (
        "search-input",
        "boolean `false`, expected struct Button",
        "a search has its button, and the button its icon",
    ),
    ("search-input", "boolean `true`, expected struct ErrorMessage", ERROR_WITHOUT_WORDS),
    ("select", "`divider`", "no list here is long enough to be divided"),
    ("select", "boolean `true`, expected struct ErrorMessage", ERROR_WITHOUT_WORDS),
    ("summary-list", "\"variant\":\"emergency\"", CARE_CARD),
    ("summary-list", "\"variant\":\"non-urgent\"", CARE_CARD),
    ("summary-list", "\"variant\":\"urgent\"", CARE_CARD),
    ("tables", "`sortNext`", "lists are put in order on the server"),
    ("tables", "`heading`", DEPRECATED),
    ("tables", "boolean `true`, expected struct Card", "a card here has a heading"),
    ("tag", "boolean `false`", "a tag here always has a colour or the usual one"),
];
const CARE_CARD: &str = "care cards give the public advice; these pages give none";
const CAPTION: &str = "a heading here has no second heading within";
const DEPRECATED: &str = "the design system is about to drop it";
const ERROR_WITHOUT_WORDS: &str = "an error here always says what to do";

#[test]
fn components_give_the_design_systems_html() {
    let Some(folder) = folder() else {
        println!("skipped: web-assets/node_modules is missing; run `make assets`");
        return;
    };
    let mut tally = Tally::default();
    tally.hold::<BackLink>(&folder, "back-link");
    tally.hold::<Breadcrumb>(&folder, "breadcrumb");
    tally.hold::<Button>(&folder, "button");
    tally.hold::<Card>(&folder, "card");
    tally.hold::<Checkboxes>(&folder, "checkboxes");
    tally.hold::<DateInput>(&folder, "date-input");
    tally.hold::<Details>(&folder, "details");
    tally.hold::<ErrorMessage>(&folder, "error-message");
    tally.hold::<ErrorSummary>(&folder, "error-summary");
    tally.hold::<Fieldset>(&folder, "fieldset");
    tally.hold::<Footer>(&folder, "footer");
    tally.hold::<Header>(&folder, "header");
    tally.hold::<Hint>(&folder, "hint");
    tally.hold::<Input>(&folder, "input");
    tally.hold::<InsetText>(&folder, "inset-text");
    tally.hold::<Label>(&folder, "label");
    tally.hold::<Legend>(&folder, "legend");
    tally.hold::<NotificationBanner>(&folder, "notification-banner");
    tally.hold::<Pagination>(&folder, "pagination");
    tally.hold::<Panel>(&folder, "panel");
    tally.hold::<PasswordInput>(&folder, "password-input");
    tally.hold::<Radios>(&folder, "radios");
    tally.hold::<Scroll>(&folder, "scroll");
    tally.hold::<SearchInput>(&folder, "search-input");
    tally.hold::<Select>(&folder, "select");
    tally.hold::<SkipLink>(&folder, "skip-link");
    tally.hold::<SummaryList>(&folder, "summary-list");
    tally.hold::<Table>(&folder, "tables");
    tally.hold::<Tag>(&folder, "tag");
    tally.hold::<WarningCallout>(&folder, "warning-callout");
    tally.finish();
}

fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../web-assets/node_modules/nhsuk-frontend/dist/nhsuk/components");
    folder.is_dir().then_some(folder)
}

#[derive(Default)]
struct Tally {
    passed: usize,
    left_out: BTreeMap<(String, String), usize>,
    faults: Vec<String>,
}

impl Tally {
    fn hold<C: DeserializeOwned + Render>(&mut self, folder: &std::path::Path, component: &str) {
        let text = std::fs::read_to_string(folder.join(component).join("fixtures.json")).unwrap();
        let file: Value = serde_json::from_str(&text).unwrap();
        for fixture in file["fixtures"].as_array().unwrap() {
            let name = fixture["name"].as_str().unwrap();
            let options = prepare(component, fixture);
            match serde_json::from_value::<C>(options.clone()) {
                Ok(drawn) => {
                    let got = canonical(&drawn.render().0);
                    let want = canonical(fixture["html"].as_str().unwrap());
                    if got == want {
                        self.passed += 1;
                    } else if !self.leave_out(component, &options.to_string()) {
                        self.faults.push(format!(
                            "{component}, {name}\n  options {options}\n  want {want}\n  got  {got}"
                        ));
                    }
                }
                Err(error) => {
                    if !self.leave_out(component, &error.to_string()) {
                        self.faults.push(format!("{component}, {name}: {error}"));
                    }
                }
            }
        }
    }

    /// Whether what is said of an example marks it as one to leave out.
    fn leave_out(&mut self, component: &str, said: &str) -> bool {
        // What is said of an unknown option goes on to list the known ones.
        let said = said.split(", expected one of").next().unwrap_or(said);
        let Some((_, mark, _)) = LEFT_OUT.iter().find(|(c, mark, _)| *c == component && said.contains(mark))
        else {
            return false;
        };
        *self.left_out.entry((component.to_owned(), (*mark).to_owned())).or_default() += 1;
        true
    }

    fn finish(self) {
        let left_out: usize = self.left_out.values().sum();
        println!("{} of nhsuk-frontend's examples give the same HTML; {left_out} left out:", self.passed);
        for (component, option, why) in LEFT_OUT {
            let key = ((*component).to_owned(), (*option).to_owned());
            let count = self.left_out.get(&key).copied().unwrap_or(0);
            assert!(count > 0, "LEFT_OUT names {component} {option}, which marks no example");
            println!("  {component}: {option} ({count}): {why}");
        }
        assert!(self.faults.is_empty(), "{} differ:\n{}", self.faults.len(), self.faults.join("\n"));
    }
}

/// Options that may be given as plain words.
const WORDS: &[&str] = &[
    "legend",
    "label",
    "hint",
    "errorMessage",
    "heading",
    "summary",
    "caption",
    "title",
    "description",
    "meta",
    "copyright",
    "prefix",
    "suffix",
    "key",
    "afterInput",
];

/// The fixture's options in the shape of our structs: `text` and `html` become one `content`.
fn prepare(component: &str, fixture: &Value) -> Value {
    let mut options = fixture["context"].as_object().unwrap().clone();
    if let Some(inside) = fixture.get("callBlock") {
        let html = inside.clone();
        match component {
            "card" => {
                options.insert("description".to_owned(), serde_json::json!({ "html": html }));
            }
            "footer" => {
                options.insert("meta".to_owned(), serde_json::json!({ "html": html }));
            }
            "error-summary" => {
                options.insert("description".to_owned(), serde_json::json!({ "html": html }));
            }
            _ => {
                options.insert("html".to_owned(), html);
            }
        }
    }
    match component {
        "footer" => {
            // Ours has no owner of its own to name when none is given.
            options.entry("copyright").or_insert_with(|| "© NHS England".into());
            if let Some(one) = options.get("navigation").filter(|navigation| navigation.is_object()).cloned()
            {
                options.insert("navigation".to_owned(), Value::Array(vec![one]));
            }
        }
        "header" => {
            let logo = options.entry("logo").or_insert_with(|| serde_json::json!({}));
            logo.as_object_mut().unwrap().entry("alt").or_insert_with(|| "NHS".into());
        }
        _ => {}
    }
    // An example is judged by its first fault: in one order, whatever order a map keeps.
    let mut options = Value::Object(options);
    options.sort_all_objects();
    let mut options = reshape(options);
    options.sort_all_objects();
    options
}

fn reshape(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(reshape_object(map)),
        Value::Array(items) => {
            items.into_iter().filter(|item| *item != Value::Bool(false)).map(reshape).collect()
        }
        other => other,
    }
}

fn reshape_object(map: Map<String, Value>) -> Map<String, Value> {
    let mut out = Map::new();
    let summary_row = map.contains_key("key");
    for (name, value) in map {
        let value = match (name.as_str(), value) {
            (_, Value::Null) => continue,
            ("text" | "html", Value::String(words)) => {
                let kind = name.clone();
                if name == "html" || !out.contains_key("content") {
                    out.insert("content".to_owned(), serde_json::json!({ kind: words }));
                }
                continue;
            }
            ("value", Value::String(words)) if summary_row => serde_json::json!({ "text": words }),
            ("icon", Value::String(words)) => serde_json::json!({ "name": words, "placement": "start" }),
            ("sort", Value::Bool(true)) => "none".into(),
            ("heading", Value::Bool(true)) => serde_json::json!({}),
            ("head", Value::Array(cells)) => cells.into_iter().map(as_cell).collect(),
            ("rows", Value::Array(rows)) => rows.into_iter().map(as_row).collect(),
            ("actions", Value::Array(items)) => serde_json::json!({ "items": items }),
            (name, Value::String(words)) if WORDS.contains(&name) => serde_json::json!({ "text": words }),
            (_, value) => value,
        };
        out.insert(name, reshape(value));
    }
    out
}

fn as_row(row: Value) -> Value {
    match row {
        Value::Array(cells) => cells.into_iter().map(as_cell).collect(),
        other => other,
    }
}

fn as_cell(cell: Value) -> Value {
    match cell {
        Value::String(words) => serde_json::json!({ "text": words }),
        other => other,
    }
}

/// The HTML as a browser understands it, written one way.
fn canonical(html: &str) -> String {
    let parsed = Html::parse_fragment(html);
    let mut out = String::new();
    write_inside(parsed.root_element(), &mut out);
    out
}

fn write_inside(parent: ElementRef<'_>, out: &mut String) {
    for child in parent.children() {
        if let Node::Text(text) = child.value() {
            out.push_str(&one_blank(text));
        } else if let Some(element) = ElementRef::wrap(child) {
            write_element(element, out);
        }
    }
}

fn write_element(element: ElementRef<'_>, out: &mut String) {
    let tag = element.value();
    // The logo of the NHS is not ours to ship.
    if tag.classes().any(|class| class == "nhsuk-header__logo") {
        return;
    }
    let attributes: BTreeMap<&str, String> =
        tag.attrs().map(|(name, value)| (name, one_blank(value))).collect();
    out.push_str(&format!("<{}", tag.name()));
    for (name, value) in attributes {
        out.push_str(&format!(" {name}={value:?}"));
    }
    out.push('>');
    write_inside(element, out);
    out.push_str(&format!("</{}>", tag.name()));
}

fn one_blank(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
