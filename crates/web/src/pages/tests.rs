//! Rules that every page keeps, checked over all of them with sample data.
//!
//! `WSIC_PAGES_DIR=folder cargo test -p web` also writes them there as files, to be looked at.

use std::collections::BTreeSet;

use scraper::{ElementRef, Html, Selector};

use super::samples;

fn each(check: impl Fn(&str, &Html, &str)) {
    let frame = samples::frame();
    for (name, page) in samples::all() {
        let html = frame.document(page.as_ref()).into_string();
        if let Ok(folder) = std::env::var("WSIC_PAGES_DIR") {
            let local = html.replace("\"/assets/", "\"assets/");
            std::fs::write(format!("{folder}/{name}.html"), local).unwrap();
        }
        check(name, &Html::parse_document(&html), &html);
    }
}

fn all<'a>(html: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn one_heading_of_the_first_level_and_levels_do_not_jump() {
    each(|name, html, _| {
        let headings = all(html, "h1, h2, h3, h4, h5, h6");
        let levels: Vec<u8> = headings.iter().map(|h| h.value().name().as_bytes()[1] - b'0').collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{name}");
        let after_first = &levels[levels.iter().position(|level| *level == 1).unwrap()..];
        for pair in after_first.windows(2) {
            assert!(pair[1] <= pair[0] + 1, "{name}: a heading of level {} after {}", pair[1], pair[0]);
        }
    });
}

#[test]
fn titles_say_page_and_service_and_are_unique_but_for_states_of_one_page() {
    each(|name, html, _| {
        let title = words(all(html, "title")[0]);
        let h1 = words(all(html, "h1")[0]);
        assert!(title.ends_with(" - Whole systems integrated care"), "{name}: {title}");
        let page = title.trim_start_matches("Error: ").split(" - ").next().unwrap();
        assert!(h1.starts_with(page), "{name}: title `{page}`, heading `{h1}`");
        let wrong = name.contains("wrong");
        assert_eq!(title.starts_with("Error: "), wrong, "{name}");
    });
}

#[test]
fn no_name_of_a_person_in_titles_or_addresses() {
    each(|name, html, _| {
        let title = words(all(html, "title")[0]);
        for part in ["Okonkwo", "Margaret", "Fitzgerald", "Patel"] {
            assert!(!title.contains(part), "{name}");
            for link in all(html, "a[href]") {
                assert!(!link.attr("href").unwrap().contains(part), "{name}");
            }
        }
    });
}

#[test]
fn ids_are_unique_and_references_lead_somewhere() {
    each(|name, html, _| {
        let ids: Vec<&str> = all(html, "[id]").iter().filter_map(|e| e.attr("id")).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), unique.len(), "{name}: an id stands twice among {ids:?}");
        for attribute in ["aria-labelledby", "aria-describedby", "aria-controls", "for"] {
            for element in all(html, &format!("[{attribute}]")) {
                for id in element.attr(attribute).unwrap().split_whitespace() {
                    assert!(unique.contains(id), "{name}: {attribute} names `{id}`");
                }
            }
        }
        for link in all(html, "a[href^='#']") {
            let id = link.attr("href").unwrap().trim_start_matches('#');
            assert!(unique.contains(id), "{name}: a link leads to `#{id}`");
        }
    });
}

#[test]
fn every_field_has_a_label_and_every_control_a_name() {
    each(|name, html, _| {
        let targets: BTreeSet<&str> = all(html, "label[for]").iter().filter_map(|l| l.attr("for")).collect();
        for field in all(html, "input:not([type=hidden]), select, textarea") {
            assert!(targets.contains(field.attr("id").unwrap_or("")), "{name}: {}", field.html());
        }
        for control in all(html, "a[href], button") {
            let named = !words(control).is_empty() || control.attr("aria-label").is_some();
            assert!(named, "{name}: {}", control.html());
        }
        for group in all(html, "fieldset") {
            assert!(group.select(&Selector::parse("legend").unwrap()).next().is_some(), "{name}");
        }
    });
}

#[test]
fn every_table_has_a_caption_and_heads_with_a_scope() {
    each(|name, html, _| {
        for table in all(html, "table") {
            let caption = table.select(&Selector::parse("caption").unwrap()).next();
            assert!(caption.is_some_and(|caption| !words(caption).is_empty()), "{name}");
            for head in table.select(&Selector::parse("th").unwrap()) {
                assert!(head.attr("scope").is_some(), "{name}: {}", head.html());
            }
            let columns = table.select(&Selector::parse("thead th").unwrap()).count();
            for row in table.select(&Selector::parse("tbody tr").unwrap()) {
                let cells = row.select(&Selector::parse("td, th").unwrap()).count();
                assert_eq!(cells, columns, "{name}: a row is longer or shorter than its heads");
            }
        }
    });
}

#[test]
fn language_and_landmarks_are_there_once() {
    each(|name, html, source| {
        assert!(source.starts_with("<!DOCTYPE html><html lang=\"en\""), "{name}");
        for landmark in ["main#maincontent", "header[role=banner]", "footer[role=contentinfo]"] {
            assert_eq!(all(html, landmark).len(), 1, "{name}: {landmark}");
        }
        let mut labels = BTreeSet::new();
        for nav in all(html, "nav, section[aria-label]") {
            let label = nav.attr("aria-label").unwrap_or("");
            assert!(labels.insert(label.to_owned()), "{name}: two landmarks called `{label}`");
        }
        assert!(source.contains("Synthetic data"), "{name}");
        assert!(source.contains("Data as at 19 November 2026"), "{name}");
    });
}

#[test]
fn nothing_is_inline_and_nothing_is_asked_for_from_outside() {
    each(|name, html, source| {
        for element in all(html, "*") {
            for (attribute, value) in element.value().attrs() {
                assert!(attribute != "style" && !attribute.starts_with("on"), "{name}: {attribute}");
                if ["href", "src", "action"].contains(&attribute) {
                    assert!(value.starts_with('/') || value.starts_with('#'), "{name}: {value}");
                }
            }
        }
        for script in all(html, "script") {
            assert!(script.attr("src").is_some() && words(script).is_empty(), "{name}");
        }
        assert!(all(html, "style").is_empty(), "{name}");
        assert!(!source.contains("undefined") && !source.contains("&amp;amp;"), "{name}");
    });
}

#[test]
fn forms_that_post_carry_a_token_and_forms_that_get_do_not() {
    each(|name, html, _| {
        for form in all(html, "form") {
            let tokens = form.select(&Selector::parse("input[name=csrf]").unwrap()).count();
            let posts = form.attr("method") == Some("post");
            assert_eq!(tokens, usize::from(posts), "{name}: {}", form.attr("action").unwrap_or(""));
        }
    });
}

#[test]
fn pictures_have_words_or_are_hidden() {
    each(|name, html, _| {
        for picture in all(html, "svg") {
            let hidden = picture.attr("aria-hidden") == Some("true");
            let titled = picture.select(&Selector::parse("title").unwrap()).next().is_some();
            assert!(hidden || titled, "{name}");
        }
        assert!(all(html, "img:not([alt])").is_empty(), "{name}");
    });
}
