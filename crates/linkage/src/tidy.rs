//! One form for each kind of text: what is compared is never what a clerk's habits or a system's padding made of it.
//! Each function adds to a text that may already hold words.

use crate::normalise::fold_letter;

/// Whether a word is written for a name when there is none.
fn is_no_name(word: &str) -> bool {
    matches!(
        word,
        "BABY"
            | "INFANT"
            | "TWIN"
            | "UNKNOWN"
            | "NOT"
            | "MALE"
            | "FEMALE"
            | "UNNAMED"
            | "BOY"
            | "GIRL"
            | "NK"
            | "TEST"
    )
}

/// Whether a given name, tidied, stands for none yet: `BABY OF ANN`, `B O ANN` (written B/O), `INFANT`.
pub(crate) fn is_unnamed(name: &str) -> bool {
    words(name).next().is_some_and(is_no_name) || name == "B O" || name.starts_with("B O ")
}

/// Whether a family name, tidied, is none: one word that says so, or what stands for a given name put in its place.
pub(crate) fn is_no_family(name: &str) -> bool {
    is_no_name(name) || name.starts_with("BABY OF ") || name.starts_with("B O ")
}

/// The words of a text, blanks between them.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut left = text;
    std::iter::from_fn(move || {
        left = left.get(left.bytes().position(|byte| byte != b' ')?..)?;
        let (word, behind) =
            left.split_at_checked(left.bytes().position(|byte| byte == b' ').unwrap_or(left.len()))?;
        left = behind;
        Some(word)
    })
}

const TITLES: [&str; 16] = [
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
    "REVEREND",
    "SIR",
    "DAME",
    "LADY",
    "MASTER",
    "LORD",
];

/// Sex as it is compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sex {
    #[default]
    Missing,
    Male,
    Female,
}

impl Sex {
    /// By word, letter or NHS code; anything else is missing.
    pub fn parse(text: &str) -> Self {
        match text.trim().as_bytes() {
            [b'M' | b'm' | b'1', ..] => Self::Male,
            [b'F' | b'f' | b'W' | b'w' | b'2', ..] => Self::Female,
            _ => Self::Missing,
        }
    }
}

/// Names: upper case, no accents, one blank between words; apostrophes stand inside a word. Titles before a name go.
pub(crate) fn name(text: &str, to: &mut String) {
    if text.bytes().all(|b| b.is_ascii_alphabetic()) {
        return push_word(text, to);
    }
    let before = to.len();
    let mut inside = false;
    for c in text.chars() {
        match c {
            '\'' | '\u{2019}' | '`' | '\u{2BC}' | '\u{300}'..='\u{36F}' => continue,
            c if c.is_alphabetic() => {
                if !inside && !to.is_empty() {
                    to.push(' ');
                }
                if c.is_ascii() {
                    to.push(c.to_ascii_uppercase())
                } else {
                    fold_letter(to, c)
                }
                inside = true;
            }
            _ => inside = false,
        }
    }
    let start = before + usize::from(before > 0);
    while let Some((first, _)) = to.get(start..).and_then(|added| added.split_once(' '))
        && TITLES.contains(&first)
    {
        to.replace_range(start..=start + first.len(), "");
    }
}

/// Address: words of letters and digits in upper case, the usual words for kinds of street in their short form.
pub(crate) fn address(text: &str, to: &mut String) {
    if plain_address(text, to) {
        return;
    }
    let mut word = None;
    for c in text.chars().chain(std::iter::once(' ')) {
        if c.is_alphanumeric() {
            if word.is_none() {
                if !to.is_empty() {
                    to.push(' ');
                }
                word = Some(to.len());
            }
            if c.is_ascii() { to.push(c.to_ascii_uppercase()) } else { fold_letter(to, c) }
        } else if matches!(c, '\'' | '\u{2019}' | '\u{300}'..='\u{36F}') {
        } else if let Some(start) = word.take()
            && let Some(short) = to.get(start..).and_then(short_street)
        {
            to.truncate(start);
            to.push_str(short);
        }
    }
}

/// The same for nothing but ASCII, without an apostrophe and not very long, as nearly all addresses are; else nothing is done.
fn plain_address(text: &str, to: &mut String) -> bool {
    let mut room = [0_u8; 64];
    let Some(room) = room.get_mut(..text.len()) else { return false };
    let mut other = false;
    for (place, byte) in room.iter_mut().zip(text.bytes()) {
        other |= !byte.is_ascii() | (byte == b'\'');
        *place = if byte.is_ascii_alphanumeric() { byte.to_ascii_uppercase() } else { b' ' };
    }
    let Some(plain) = std::str::from_utf8(room).ok().filter(|_| !other) else { return false };
    // A bit for each letter: where words begin and end is seen without a guess at how long they are.
    let mut left = plain.bytes().rev().fold(0_u64, |bits, byte| bits << 1 | u64::from(byte != b' '));
    while left != 0 {
        let start = left.trailing_zeros();
        let length = (left >> start).trailing_ones();
        left &= left.wrapping_add(1 << start);
        let word = plain.get(start as usize..(start + length) as usize).unwrap_or_default();
        if !to.is_empty() {
            to.push(' ');
        }
        to.push_str(short_street(word).unwrap_or(word));
    }
    true
}

/// Adds a word of ASCII in upper case.
fn push_word(word: &str, to: &mut String) {
    if !to.is_empty() && !word.is_empty() {
        to.push(' ');
    }
    let start = to.len();
    to.push_str(word);
    if let Some(added) = to.get_mut(start..) {
        added.make_ascii_uppercase();
    }
}

fn short_street(word: &str) -> Option<&'static str> {
    Some(match word {
        "ROAD" => "RD",
        "STREET" => "ST",
        "AVENUE" | "AVE" => "AV",
        "CLOSE" => "CL",
        "COURT" => "CT",
        "CRESCENT" | "CRES" => "CR",
        "DRIVE" => "DR",
        "GARDENS" | "GARDEN" => "GDNS",
        "GROVE" => "GR",
        "LANE" => "LN",
        "PLACE" => "PL",
        "SQUARE" => "SQ",
        "TERRACE" | "TERR" => "TER",
        "APARTMENT" | "APT" => "FLAT",
        "SAINT" => "ST",
        _ => return None,
    })
}

/// Postcode: letters and digits only. `ZZ99` stands for no fixed abode and the like (ONS pseudo postcodes) and says
/// nothing.
pub(crate) fn postcode(text: &str, to: &mut String) {
    to.extend(
        text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| char::from(byte.to_ascii_uppercase())),
    );
    if to.starts_with("ZZ99") {
        to.clear();
    }
}

/// Telephone: the last ten digits; fewer than six are no number.
pub(crate) fn phone(text: &str, to: &mut String) {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits >= 6 {
        to.extend(text.chars().filter(char::is_ascii_digit).skip(digits.saturating_sub(10)));
    }
}

/// Email: lower case, no blanks; without an at sign it is none.
pub(crate) fn email(text: &str, to: &mut String) {
    if text.contains('@') {
        to.extend(text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()));
    }
}

/// Any other text: upper case letters and digits, one blank between words.
pub(crate) fn other(text: &str, to: &mut String) {
    let mut blank = false;
    for c in text.chars() {
        if c.is_alphanumeric() {
            if blank && !to.is_empty() {
                to.push(' ');
            }
            blank = false;
            if c.is_ascii() { to.push(c.to_ascii_uppercase()) } else { fold_letter(to, c) }
        } else if !matches!(c, '\u{300}'..='\u{36F}') {
            blank = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(tidy: fn(&str, &mut String), text: &str) -> String {
        let mut to = String::new();
        tidy(text, &mut to);
        to
    }

    #[test]
    fn names() {
        for (written, form) in [
            ("Dr. José  O'Brien-Smith", "JOSE OBRIEN SMITH"),
            ("MRS ANN", "ANN"),
            ("Müller (née Groß)", "MULLER NEE GROSS"),
            ("Sir Thomas Chudleigh", "THOMAS CHUDLEIGH"),
            ("Ólafur", "OLAFUR"),
            ("Miss", "MISS"),
            ("  ", ""),
        ] {
            assert_eq!(of(name, written), form, "{written}");
        }
    }

    #[test]
    fn what_is_no_name() {
        for name in ["BABY", "BABY OF ANN", "B O ANN", "B O", "FEMALE INFANT", "TWIN ONE"] {
            assert!(is_unnamed(name), "{name}");
        }
        for name in ["BO", "B OLIVIA", "ANN"] {
            assert!(!is_unnamed(name), "{name}");
        }
        assert!(is_no_family("BABY OF ANN") && is_no_family("UNKNOWN") && !is_no_family("BABY KHAN"));
    }

    #[test]
    fn addresses_postcodes_and_the_rest() {
        assert_eq!(of(address, "Flat 2, 14 St. John's Road"), "FLAT 2 14 ST JOHNS RD");
        let (whole, two) =
            ("x".repeat(64), "Flat 12, The Old Mill House, 14 Saint Katherines Wharf Road Lane");
        for plain in ["Flat 2, 14 High Street ", " apt 3/1 mill close", "-", "", &whole, two] {
            assert!(plain_address(plain, &mut String::new()));
            // A mark that says nothing brings the way of all letters.
            assert_eq!(of(address, plain), of(address, &format!("{plain}\u{301}")), "{plain}");
        }
        let long = format!("1 {whole} Road");
        assert!(!plain_address(&long, &mut String::new()));
        assert_eq!(of(address, &long), long.to_uppercase().replace("ROAD", "RD"));
        assert_eq!(of(postcode, "ha9 9ha"), "HA99HA");
        assert_eq!(of(postcode, "ZZ99 3VZ"), "");
        assert_eq!(of(phone, "+44 (0)7700 900123"), "7700900123");
        assert_eq!(of(phone, "n/a"), "");
        assert_eq!(of(email, " A.B@Example.org "), "a.b@example.org");
        assert_eq!(of(other, " clerk, (law)"), "CLERK LAW");
    }
}
