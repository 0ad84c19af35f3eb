//! The sections of the report.

use linkage::{Example, FieldModel};
use maud::{Markup, html};

use super::pictures::{Bar, Row, bars, columns, count as size};
use super::{pair, table};
use crate::link::Done;
use crate::link::summary::{count, percent, sizes};

/// Columns of the histogram, at most.
const COLUMNS: f64 = 32.0;

/// How tall a number stands beside the largest, when they are of very different sizes.
fn tall(n: usize, largest: usize) -> f64 {
    (1.0 + size(n)).log2() / (1.0 + size(largest.max(1))).log2()
}

/// Weight histogram.
pub fn weights(done: &Done) -> Markup {
    let (links, others) = (&done.outcome.links, &done.outcome.others);
    let all = || links.iter().chain(others).map(|edge| f64::from(edge.bits)).filter(|bits| bits.is_finite());
    let (low, high) = all().fold((0.0_f64, 2.0_f64), |(low, high), bits| (low.min(bits), high.max(bits)));
    let step = (((high - low) / COLUMNS / 2.0).ceil() * 2.0).max(2.0);
    let first = (low / step).floor() * step;
    let n = ((high - first) / step).floor() as usize + 1;
    let mut counts = vec![(0_usize, 0_usize); n];
    for (edge, linked) in links.iter().map(|edge| (edge, true)).chain(others.iter().map(|edge| (edge, false)))
    {
        let at = ((f64::from(edge.bits) - first) / step).floor();
        if let Some((yes, no)) = counts.get_mut(at.max(0.0) as usize) {
            *(if linked { yes } else { no }) += 1;
        }
    }
    let largest = counts.iter().map(|(yes, no)| yes + no).max().unwrap_or(0);
    let parts: Vec<(f64, f64)> = counts
        .iter()
        .map(|(yes, no)| {
            let whole = if yes + no == 0 { 0.0 } else { tall(yes + no, largest) };
            let share = size(*yes) / size(yes + no).max(1.0);
            (whole * share, whole * (1.0 - share))
        })
        .collect();
    let bits_of = |at: usize| first + step * size(at);
    let zero = (-first / step).round() as usize;
    let words = [(0, format!("{first:.0}")), (zero, "0".to_owned()), (n, format!("{:.0}", bits_of(n)))];
    let rows = counts.iter().enumerate().filter(|(_, (yes, no))| yes + no > 0).map(|(at, (yes, no))| {
        let (from, to) = (bits_of(at), bits_of(at + 1));
        let chance = |bits: f64| format!("{:.4}", 1.0 / (1.0 + (-bits).exp2()));
        vec![
            format!("{from:.0} to {to:.0}"),
            format!("{} to {}", chance(from), chance(to)),
            count(*yes),
            count(*no),
        ]
    });
    html! {
        p {
            "A pair's weight is log2 of the odds that it is one person: 0 is even chance, 10 a thousand to one. "
            "A good linkage has two hills and little between them. Links are blue, other pairs grey; heights grow with the logarithm of the number. "
            "A link of low weight was brought in by the rest of its cluster; a pair of high weight that is not linked was kept apart by the rest of its. Pairs below -10 that no cluster brings together are not kept."
        }
        (pair(
            columns("Pairs by weight; the table has the numbers", &parts, &words),
            table("Pairs by weight", &["Weight", "Probability", "Links", "Not linked"], 2, rows),
        ))
    }
}

/// Waterfalls.
pub fn examples(done: &Done) -> Markup {
    html! {
        p {
            "How pairs from all over the scale came to their weight. Each field that both records have adds or takes away bits; "
            "the start is the chance of two records drawn at random. What two relatives would agree in as well is taken off."
        }
        @if done.outcome.examples.is_empty() { p { "No pair was alike enough to show." } }
        @for example in &done.outcome.examples { (waterfall(example)) }
    }
}

fn waterfall(example: &Example) -> Markup {
    let mut steps = vec![("Two records at random".to_owned(), String::new(), f64::from(example.prior))];
    steps.extend(
        example.parts.iter().map(|(field, level, bits)| (field.clone(), level.clone(), f64::from(*bits))),
    );
    if example.taken_off.abs() >= 0.005 {
        steps.push(("As relatives would agree".to_owned(), String::new(), f64::from(example.taken_off)));
    }
    let mut ends = vec![0.0];
    for (_, _, bits) in &steps {
        ends.push(ends.last().copied().unwrap_or(0.0) + bits);
    }
    let low = ends.iter().copied().fold(0.0, f64::min);
    let high = ends.iter().copied().fold(1.0, f64::max);
    let place = |bits: f64| (bits - low) / (high - low);
    let rows: Vec<Row> = steps
        .iter()
        .zip(ends.iter().zip(ends.iter().skip(1)))
        .map(|((name, level, bits), (from, to))| {
            let colon = if level.is_empty() { "" } else { ": " };
            Row {
                label: format!("{name}{colon}{level}"),
                value: format!("{bits:+.1}"),
                bars: vec![Bar {
                    from: place(*from),
                    to: place(*to),
                    class: if *bits < 0.0 { "down" } else { "up" },
                    letter: "",
                }],
            }
        })
        .collect();
    let title =
        format!("A pair of weight {:.1}, probability {:.4}", example.edge.bits, example.edge.probability());
    let lines = steps.iter().zip(ends.iter().skip(1)).map(|((name, level, bits), sum)| {
        vec![name.clone(), level.clone(), format!("{bits:+.2}"), format!("{sum:.2}")]
    });
    html! {
        h3 { (title) }
        (pair(
            bars(&format!("{title}: what each field adds; the table has the numbers"), &rows, Some(place(0.0))),
            table(&title, &["Field", "Agreement", "Bits", "Sum"], 2, lines),
        ))
    }
}

/// Parameter chart.
pub fn parameters(done: &Done) -> Markup {
    html! {
        p {
            "For each level of agreement: how many pairs of one person are at it (m), of two relatives or people of one household (r), of two strangers (u). "
            "Full agreement on a value that differs in frequency uses the frequency of that value instead of u: a rare name says more than a common one. "
            "Bars grow with the logarithm, from one in a million to all."
        }
        @for field in done.outcome.model.fields.iter().filter(|field| done.compares(&field.name)) { (parameter(field)) }
        (table("Fields weighed by the value", &["Field", "Distinct values", "Records with one", "Records with the commonest"], 1,
            done.outcome.value_counts(&done.records).into_iter().map(|counts| vec![
                counts.field, count(counts.values), count(counts.records), count(u64::from(counts.commonest)),
            ])))
    }
}

fn parameter(field: &FieldModel) -> Markup {
    let share = |p: f64| (1.0 + p.max(1e-6).log10() / 6.0).clamp(0.0, 1.0);
    let levels = || field.levels.iter().zip(&field.m).zip(field.r.iter().zip(&field.u));
    let rows: Vec<Row> = levels()
        .map(|((level, m), (r, u))| {
            let bar = |p: f64, class, letter| Bar { from: 0.0, to: share(p), class, letter };
            Row {
                label: level.clone(),
                value: format!("{:+.1}", (m / u).log2()),
                bars: vec![bar(*m, "one", "m"), bar(*r, "two", "r"), bar(*u, "rest", "u")],
            }
        })
        .collect();
    let lines = levels().map(|((level, m), (r, u))| {
        let small = |p: f64| if p >= 0.001 { format!("{p:.4}") } else { format!("{p:.1e}") };
        vec![level.clone(), small(*m), small(*r), small(*u), format!("{:+.1}", (m / u).log2())]
    });
    html! {
        h3 { (field.name) }
        (pair(
            bars(&format!("m, r and u of {}; the table has the numbers", field.name), &rows, None),
            table(&field.name, &["Level", "m", "r", "u", "Bits"], 1, lines),
        ))
    }
}

/// Cluster sizes.
pub fn clusters(done: &Done) -> Markup {
    // Sizes up to twenty each for itself, larger ones together.
    const UP_TO: [(usize, &str); 3] = [(50, "21 to 50"), (100, "51 to 100"), (usize::MAX, "over 100")];
    let mut groups: Vec<(String, usize)> = Vec::new();
    for (of, times) in sizes(&done.outcome.clusters) {
        let group = UP_TO.iter().find(|(most, _)| of <= *most).map_or("", |(_, name)| *name);
        let name = if of <= 20 { of.to_string() } else { group.to_owned() };
        match groups.last_mut() {
            Some((last, n)) if *last == name => *n += times,
            _ => groups.push((name, times)),
        }
    }
    let largest = groups.iter().map(|(_, times)| *times).max().unwrap_or(0);
    let rows: Vec<Row> = groups
        .iter()
        .map(|(name, times)| Row {
            label: format!("{name} records"),
            value: count(*times),
            bars: vec![Bar::to(tall(*times, largest), "one")],
        })
        .collect();
    html! {
        p { "How many records each person has. A cluster that is much larger than the others deserves a look. Bars grow with the logarithm." }
        (pair(
            bars("Clusters by size; the table has the numbers", &rows, None),
            table("Clusters by size", &["Records in the cluster", "Clusters"], 1,
                groups.iter().map(|(name, times)| vec![name.clone(), count(*times)])),
        ))
    }
}

/// Blocking coverage.
pub fn blocking(done: &Done) -> Markup {
    let passes = &done.outcome.passes;
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let largest = passes.iter().map(|pass| number(pass.pairs)).max().unwrap_or(0);
    let compared: u64 = passes.iter().map(|pass| pass.pairs).sum();
    let by_cluster = done.outcome.links.iter().filter(|link| link.pass.is_none()).count();
    let rows: Vec<Row> = passes
        .iter()
        .map(|pass| Row {
            label: pass.name.clone(),
            value: String::new(),
            bars: vec![
                Bar::to(tall(number(pass.pairs), largest), "rest"),
                Bar::to(if pass.links == 0 { 0.0 } else { tall(number(pass.links), largest) }, "one"),
            ],
        })
        .collect();
    html! {
        p {
            "Not every pair of records is compared: a pair is when a pass finds the same in both. The passes hold "
            (count(compared)) " pairs of " (format!("{:.3e}", done.outcome.pairs)) " in all. "
            "Grey: pairs of the pass. Blue: links that it was the first to bring together. " (count(by_cluster))
            " links were brought together by their cluster alone. Bars grow with the logarithm."
        }
        (pair(
            bars("Pairs and links of each pass; the table has the numbers", &rows, None),
            table("Passes", &["In common", "Pairs", "Links"], 1,
                passes.iter().map(|pass| vec![pass.name.clone(), count(pass.pairs), count(pass.links)])),
        ))
    }
}

/// Unlinkables.
pub fn unlinkable(done: &Done) -> Markup {
    let (sample, poor) = done.outcome.unlinkable;
    let share = (sample > 0).then(|| size(poor) / size(sample));
    let row = Row {
        label: "Too little to be linked".to_owned(),
        value: percent(share),
        bars: vec![Bar::to(share.unwrap_or(0.0), "down")],
    };
    html! {
        p { "A record that would not be linked even with itself holds too little, or only what many others hold: no threshold mends that, better data do." }
        (pair(
            bars("Share of records with too little in them", &[row], None),
            table("Of a sample of records", &["Records", "How many"], 1, [
                vec!["In the sample".to_owned(), count(sample)],
                vec!["With too little to be linked".to_owned(), count(poor)],
            ].into_iter()),
        ))
    }
}
