use std::fmt;

use serde::{Deserialize, Serialize};

/// A ten-digit NHS number whose check digit is right.
///
/// Modulus 11 over weights 10 to 2; a check digit of 11 is written 0 and a check digit of 10 is never issued.
/// Source: NHS Data Dictionary, attribute NHS NUMBER. Holding one says nothing about whose it is: that is
/// for linkage, which wants a date of birth or a name to agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct NhsNumber(u64);

/// Why a text is not an NHS number. Never carries the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NhsNumberError {
    /// No digits at all.
    #[error("NHS number is missing")]
    Missing,
    /// Not ten digits once blanks and hyphens are taken away.
    #[error("NHS number is not ten digits")]
    NotTenDigits,
    /// Ten digits, but the last one does not follow from the first nine.
    #[error("NHS number fails its check digit")]
    CheckDigit,
}

impl NhsNumber {
    /// Reads an NHS number as people write it: `999 123 4567`, `999-123-4567` or `9991234567`.
    pub fn parse(text: &str) -> Result<Self, NhsNumberError> {
        let mut value: u64 = 0;
        let mut digits = 0;
        for c in text.bytes() {
            match c {
                b'0'..=b'9' => {
                    digits += 1;
                    if digits > 10 {
                        return Err(NhsNumberError::NotTenDigits);
                    }
                    value = value * 10 + u64::from(c - b'0');
                }
                b' ' | b'-' | b'\t' => {}
                _ => return Err(NhsNumberError::NotTenDigits),
            }
        }
        match digits {
            0 => Err(NhsNumberError::Missing),
            10 if Self::check_digit(value / 10) == Some(value % 10) => Ok(Self(value)),
            10 => Err(NhsNumberError::CheckDigit),
            _ => Err(NhsNumberError::NotTenDigits),
        }
    }

    /// The NHS number that starts with these nine digits, if they have a valid check digit.
    pub fn from_first_nine(nine: u64) -> Option<Self> {
        (nine < 1_000_000_000).then_some(())?;
        Self::check_digit(nine).map(|check| Self(nine * 10 + check))
    }

    fn check_digit(mut nine: u64) -> Option<u64> {
        let mut sum = 0;
        for weight in 2..=10 {
            sum += (nine % 10) * weight;
            nine /= 10;
        }
        match 11 - sum % 11 {
            11 => Some(0),
            10 => None,
            check => Some(check),
        }
    }

    /// The number as an integer, for storage.
    pub fn as_u64(self) -> u64 {
        self.0
    }

    /// True in the range 999 000 0000 to 999 999 9999, which is kept for tests and never issued to a person.
    pub fn is_for_tests(self) -> bool {
        self.0 / 10_000_000 == 999
    }

    /// Ten digits without blanks.
    pub fn digits(self) -> String {
        format!("{:010}", self.0)
    }
}

/// As the NHS writes it on screen: `999 123 4567`.
impl fmt::Display for NhsNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:03} {:03} {:04}", self.0 / 10_000_000, self.0 / 10_000 % 1_000, self.0 % 10_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_follow_the_data_dictionary() {
        for good in ["9434765919", "987 654 3210", "4000000004", "943-476-5919"] {
            assert!(NhsNumber::parse(good).is_ok(), "{good}");
        }
        assert_eq!(NhsNumber::parse("9434765918"), Err(NhsNumberError::CheckDigit));
        assert_eq!(NhsNumber::parse("943476591"), Err(NhsNumberError::NotTenDigits));
        assert_eq!(NhsNumber::parse("94347659190"), Err(NhsNumberError::NotTenDigits));
        assert_eq!(NhsNumber::parse("943476591X"), Err(NhsNumberError::NotTenDigits));
        assert_eq!(NhsNumber::parse("  "), Err(NhsNumberError::Missing));
    }

    #[test]
    fn nine_digits_whose_check_digit_would_be_ten_have_no_number() {
        assert_eq!(NhsNumber::from_first_nine(999_000_000), None);
        let made = NhsNumber::from_first_nine(999_123_457).unwrap();
        assert!(made.is_for_tests());
        assert_eq!(NhsNumber::parse(&made.digits()), Ok(made));
        assert_eq!(NhsNumber::parse(&made.to_string()), Ok(made));
    }
}
