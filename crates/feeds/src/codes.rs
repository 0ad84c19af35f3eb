/// Adds an ICD-10 code in the one form of `model::normalise_icd10`, without making a text of its own; `false` when the cell
/// holds something that is no code. Fillers (`-`, `&`) are nothing.
pub(crate) fn push_icd10(codes: &mut String, text: &str) -> bool {
    let mut code = [0_u8; 4];
    let mut length = 0;
    for (place, byte) in code.iter_mut().zip(text.bytes().filter(u8::is_ascii_alphanumeric)) {
        *place = byte.to_ascii_uppercase();
        length += 1;
    }
    if length == 4 && code.last().is_some_and(u8::is_ascii_alphabetic) {
        length = 3;
    }
    let code = code.get(..length).unwrap_or_default();
    match code.split_first() {
        None => true,
        Some((letter, digits)) => {
            let good = letter.is_ascii_uppercase() && length >= 3 && digits.iter().all(u8::is_ascii_digit);
            good && push_code(codes, std::str::from_utf8(code).unwrap_or_default())
        }
    }
}

/// Adds an OPCS-4 code: a letter and two or three digits, without the dot. Source: NHS Classifications, OPCS-4 code structure.
pub(crate) fn push_opcs4(codes: &mut String, text: &str) -> bool {
    let mut code = [0_u8; 4];
    let mut length = 0;
    let mut bytes = text.bytes().filter(u8::is_ascii_alphanumeric);
    for (place, byte) in code.iter_mut().zip(&mut bytes) {
        *place = byte.to_ascii_uppercase();
        length += 1;
    }
    let code = code.get(..length).unwrap_or_default();
    match code.split_first() {
        None => true,
        Some((letter, digits)) => {
            let good = letter.is_ascii_uppercase() && length >= 3 && digits.iter().all(u8::is_ascii_digit);
            good && bytes.next().is_none() && push_code(codes, std::str::from_utf8(code).unwrap_or_default())
        }
    }
}

/// Adds a code of an accident and emergency list: two or three letters or digits. Source: HES A&E, DIAG2 and DIAG3.
pub(crate) fn push_ae_diagnosis(codes: &mut String, text: &str) -> bool {
    let filler = text.bytes().all(|b| !b.is_ascii_alphanumeric());
    let good = (2..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    filler || good && push_code(codes, text)
}

/// Adds a code behind those that are there, with a blank between.
pub(crate) fn push_code(codes: &mut String, code: &str) -> bool {
    if !codes.is_empty() {
        codes.push(' ');
    }
    codes.push_str(code);
    true
}

/// A code of a national list as it is sent; the fillers that stand for "not known" are blank.
pub(crate) fn national_code(text: &str) -> &str {
    if text.bytes().all(|b| !b.is_ascii_alphanumeric()) { "" } else { text }
}

/// A copy of an event's key in scratch: table prefix and identifier.
pub(crate) fn key(into: &mut String, prefix: &str, id: &str) {
    into.push_str(prefix);
    into.push(':');
    into.push_str(id);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn icd10(text: &str) -> (bool, String) {
        let mut codes = String::new();
        (push_icd10(&mut codes, text), codes)
    }

    #[test]
    fn icd10_codes_take_the_form_of_the_model() {
        for text in
            ["I50.0", "R54X", "F00.1*", "E11", "M8448", "i500", "G30.1D", "C509", "A0é", "1234", "E1", "ABCD"]
        {
            let (good, code) = icd10(text);
            assert_eq!(
                good.then_some(code).filter(|c| !c.is_empty()),
                model::normalise_icd10(text),
                "{text}"
            );
        }
    }

    #[test]
    fn fillers_are_nothing_and_nonsense_is_told() {
        assert_eq!(icd10("-   "), (true, String::new()));
        assert_eq!(icd10("&"), (true, String::new()));
        assert_eq!(icd10("1234"), (false, String::new()));
        let mut codes = String::new();
        assert!(
            push_opcs4(&mut codes, "X35.2")
                && push_opcs4(&mut codes, "&\t ")
                && push_opcs4(&mut codes, "k40")
        );
        assert_eq!(codes, "X352 K40");
        assert!(!push_opcs4(&mut codes, "X35.23"));
        assert!(!push_ae_diagnosis(&mut codes, "a sprain"));
        assert_eq!(national_code("&\t "), "");
    }
}
