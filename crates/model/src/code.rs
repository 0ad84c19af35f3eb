use serde::{Deserialize, Serialize};

/// The terminology a code belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CodeScheme {
    /// No code.
    None,
    /// SNOMED CT.
    Snomed,
    /// ICD-10, four characters without the dot (`I500`), or three.
    Icd10,
    /// OPCS-4 procedures.
    Opcs4,
    /// dm+d medicines (SNOMED CT identifiers).
    Dmd,
    /// LOINC, in FHIR exports from other countries.
    Loinc,
    /// RxNorm, in FHIR exports from other countries.
    Rxnorm,
    /// CVX vaccines, in FHIR exports from other countries.
    Cvx,
    /// Emergency care: the two- or three-character HES A&E diagnosis codes.
    AeDiagnosis,
    /// A local or unrecognised code system.
    Local,
}

impl CodeScheme {
    /// Every scheme, in the order of its stored number.
    pub const ALL: [Self; 10] = [
        Self::None,
        Self::Snomed,
        Self::Icd10,
        Self::Opcs4,
        Self::Dmd,
        Self::Loinc,
        Self::Rxnorm,
        Self::Cvx,
        Self::AeDiagnosis,
        Self::Local,
    ];

    /// Short lower-case name, as in code list files.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Snomed => "snomed",
            Self::Icd10 => "icd10",
            Self::Opcs4 => "opcs4",
            Self::Dmd => "dmd",
            Self::Loinc => "loinc",
            Self::Rxnorm => "rxnorm",
            Self::Cvx => "cvx",
            Self::AeDiagnosis => "ae_diagnosis",
            Self::Local => "local",
        }
    }

    /// The number stored in Parquet.
    pub fn number(self) -> u8 {
        self as u8
    }
}

/// An ICD-10 code as hospitals send it, in one form: upper case, no dot, no dagger or asterisk, no `X` or `-` filler in
/// fourth place, at most four characters. `None` when it is not a letter and two digits or more.
pub fn normalise_icd10(text: &str) -> Option<String> {
    let mut code: String = text
        .trim()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric())
        .map(|c| c.to_ascii_uppercase())
        .take(4)
        .collect();
    if code.len() == 4 && code.ends_with(|c: char| c.is_ascii_alphabetic()) {
        code.truncate(3);
    }
    let mut bytes = code.bytes();
    let letter = bytes.next().is_some_and(|b| b.is_ascii_uppercase());
    (letter && code.len() >= 3 && bytes.all(|b| b.is_ascii_digit())).then_some(code)
}

/// The three-character category of an ICD-10 code.
pub fn icd10_category(code: &str) -> &str {
    code.get(..3).unwrap_or(code)
}

/// Whether a text is a SNOMED CT identifier: 6 to 18 digits whose last one is right (Verhoeff's check, SNOMED CT technical
/// implementation guide, 5.4). Spreadsheets round longer numbers off: the last digit then is wrong.
pub fn is_snomed_identifier(code: &str) -> bool {
    const TIMES: [[u8; 10]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];
    const MOVED: [u8; 10] = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
    if !(6..=18).contains(&code.len()) || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let at = |table: &[u8; 10], digit: u8| table.get(usize::from(digit)).copied().unwrap_or(0);
    let mut check = 0;
    for (place, byte) in code.bytes().rev().enumerate() {
        let moved = (0..place % 8).fold(byte - b'0', |digit, _| at(&MOVED, digit));
        check = TIMES.get(usize::from(check)).map_or(0, |row| at(row, moved));
    }
    check == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icd10_takes_one_form() {
        assert_eq!(normalise_icd10("I50.0").as_deref(), Some("I500"));
        assert_eq!(normalise_icd10("R54X").as_deref(), Some("R54"));
        assert_eq!(normalise_icd10("F00.1*").as_deref(), Some("F001"));
        assert_eq!(normalise_icd10("E11").as_deref(), Some("E11"));
        assert_eq!(normalise_icd10("M8448").as_deref(), Some("M844"));
        for bad in ["", "&", "-   ", "123", "E1", "ÉÉÉ"] {
            assert_eq!(normalise_icd10(bad), None, "{bad}");
        }
        assert_eq!(icd10_category("I500"), "I50");
    }

    #[test]
    fn a_wrong_digit_of_an_identifier_is_told() {
        for right in ["22298006", "73211009", "1064811000000103", "999000000"] {
            // The last one is no identifier: it stands for what a spreadsheet leaves of one.
            assert_eq!(is_snomed_identifier(right), right != "999000000", "{right}");
        }
        for wrong in ["22298007", "22298060", "1064811000000100", "12345", "2229800A", ""] {
            assert!(!is_snomed_identifier(wrong), "{wrong}");
        }
    }

    #[test]
    fn scheme_numbers_follow_their_order() {
        for (i, scheme) in CodeScheme::ALL.iter().enumerate() {
            assert_eq!(usize::from(scheme.number()), i);
        }
    }
}
