//! One form for names: upper case, no accents, no titles, no punctuation, one blank between parts.

/// A name in one form, parts apart: `Dr. José  O'Brien-Smith` gives `JOSE OBRIEN SMITH`.
pub fn normalise_name(text: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut part = String::new();
    for c in text.chars() {
        match c {
            // Apostrophes stand inside a name; anything else that is not a letter parts it.
            '\'' | '\u{2019}' | '`' | '\u{2BC}' => {}
            c if c.is_alphabetic() => fold_letter(&mut part, c),
            // An accent written as a character of its own.
            '\u{300}'..='\u{36F}' => {}
            _ if part.is_empty() => {}
            _ => parts.push(std::mem::take(&mut part)),
        }
    }
    if !part.is_empty() {
        parts.push(part);
    }
    let titled = parts.len() > 1 && parts.first().is_some_and(|first| TITLES.contains(&first.as_str()));
    parts.split_off(usize::from(titled)).join(" ")
}

/// A name in one form without blanks: what an index of names is keyed by. `O'Brien-Smith` gives `OBRIENSMITH`.
pub fn name_key(text: &str) -> String {
    let mut key = normalise_name(text);
    key.retain(|c| c != ' ');
    key
}

const TITLES: [&str; 14] = [
    "MR",
    "MRS",
    "MISS",
    "MS",
    "MX",
    "DR",
    "PROF",
    "PROFESSOR",
    "REV",
    "REVD",
    "SIR",
    "DAME",
    "LADY",
    "MASTER",
];

/// Adds a letter without its accent. Letters of other scripts go in as they are, in upper case.
pub(crate) fn fold_letter(to: &mut String, c: char) {
    let plain = match c {
        'a'..='z' => return to.push(c.to_ascii_uppercase()),
        'A'..='Z' => return to.push(c),
        'À'..='Å' | 'à'..='å' | 'Ā'..='ą' => "A",
        'Æ' | 'æ' => "AE",
        'Ç' | 'ç' | 'Ć'..='č' => "C",
        'Ď'..='đ' | 'Ð' | 'ð' => "D",
        'È'..='Ë' | 'è'..='ë' | 'Ē'..='ě' => "E",
        'Ĝ'..='ģ' => "G",
        'Ĥ'..='ħ' => "H",
        'Ì'..='Ï' | 'ì'..='ï' | 'Ĩ'..='ı' => "I",
        'Ĵ' | 'ĵ' => "J",
        'Ķ'..='ĸ' => "K",
        'Ĺ'..='ł' => "L",
        'Ñ' | 'ñ' | 'Ń'..='ŋ' => "N",
        'Ò'..='Ö' | 'Ø' | 'ò'..='ö' | 'ø' | 'Ō'..='ő' => "O",
        'Œ' | 'œ' => "OE",
        'Ŕ'..='ř' => "R",
        'Ś'..='š' | 'Ș' | 'ș' => "S",
        'ß' => "SS",
        'Ţ'..='ŧ' | 'Ț' | 'ț' => "T",
        'Þ' | 'þ' => "TH",
        'Ù'..='Ü' | 'ù'..='ü' | 'Ũ'..='ų' => "U",
        'Ŵ' | 'ŵ' => "W",
        'Ý' | 'ý' | 'ÿ' | 'Ŷ'..='Ÿ' => "Y",
        'Ź'..='ž' => "Z",
        other => return to.extend(other.to_uppercase()),
    };
    to.push_str(plain);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_take_one_form() {
        for (written, form) in [
            ("Dr. José  O'Brien-Smith", "JOSE OBRIEN SMITH"),
            ("o’brien", "OBRIEN"),
            ("MRS ANN", "ANN"),
            ("Miss", "MISS"),
            ("Łukasz Żółć", "LUKASZ ZOLC"),
            ("Müller (née Groß)", "MULLER NEE GROSS"),
            ("e\u{301}lodie", "ELODIE"),
            ("  ", ""),
            ("-", ""),
            ("Ольга", "ОЛЬГА"),
        ] {
            assert_eq!(normalise_name(written), form, "{written}");
        }
        assert_eq!(name_key("O'Brien-Smith"), "OBRIENSMITH");
    }
}
