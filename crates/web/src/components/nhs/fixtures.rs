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

/// Component, option, and why we do not have it.
const LEFT_OUT: &[(&str, &str, &str)] = &[];

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
                    } else {
                        self.faults.push(format!(
                            "{component}, {name}\n  options {options}\n  want {want}\n  got  {got}"
                        ));
                    }
                }
                Err(error) => self.leave_out(component, name, &error.to_string()),
            }
        }
    }

    fn leave_out(&mut self, component: &str, name: &str, error: &str) {
        let option = error.split('`').nth(1).unwrap_or(error).to_owned();
        if LEFT_OUT.iter().any(|(c, o, _)| *c == component && *o == option) {
            *self.left_out.entry((component.to_owned(), option)).or_default() += 1;
        } else {
            self.faults.push(format!("{component}, {name}: {error}"));
        }
    }

    fn finish(self) {
        let left_out: usize = self.left_out.values().sum();
        println!("{} of nhsuk-frontend's examples give the same HTML; {left_out} left out:", self.passed);
        for (component, option, why) in LEFT_OUT {
            let key = ((*component).to_owned(), (*option).to_owned());
            let count = self.left_out.get(&key).copied().unwrap_or(0);
            assert!(count > 0, "LEFT_OUT names {component} {option}, which no example uses");
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
    reshape(Value::Object(options))
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
            ("actions", Value::Array(items)) => serde_json::json!({ "items": items }),
            (name, Value::String(words)) if WORDS.contains(&name) => serde_json::json!({ "text": words }),
            (_, value) => value,
        };
        out.insert(name, reshape(value));
    }
    out
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
