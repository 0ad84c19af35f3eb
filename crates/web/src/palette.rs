//! Computes the contrast of every pair of colours that `web-assets/src/_palette.scss` says is used.

use std::collections::BTreeMap;

const PALETTE: &str = include_str!("../../../web-assets/src/_palette.scss");

#[test]
fn every_pair_of_colours_has_the_contrast_it_needs() {
    let colours: BTreeMap<&str, [f64; 3]> = PALETTE
        .lines()
        .filter_map(|line| {
            let (name, value) = line.strip_prefix("$app-")?.split_once(": #")?;
            let number = u32::from_str_radix(value.trim_end_matches(';'), 16).unwrap();
            let part = |shift: u32| f64::from((number >> shift) & 255) / 255.0;
            Some((name, [part(16), part(8), part(0)]))
        })
        .collect();
    let mut pairs = 0;
    for line in PALETTE.lines().filter_map(|line| line.strip_prefix("// contrast: ")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [front, "on", back, needed] = words[..] else { panic!("cannot read `{line}`") };
        let needed: f64 = needed.parse().unwrap();
        let found = contrast(colours[front], colours[back]);
        assert!(found >= needed, "{front} on {back} is {found:.2}:1 and needs {needed}:1");
        pairs += 1;
    }
    assert!(pairs >= 20, "the list of pairs was not read");
}

/// WCAG 2.2: (L1 + 0.05) / (L2 + 0.05), the lighter first.
fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(colour: [f64; 3]) -> f64 {
    let [r, g, b] = colour.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}
