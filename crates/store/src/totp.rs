//! One-time codes by time: RFC 6238 over HMAC-SHA-1 (the kind that every authenticator application knows), six digits, a new
//! one every 30 seconds. Also the text forms of a secret: base 32 (RFC 4648) and the address that a QR code holds.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Seconds that a code is of.
const STEP: i64 = 30;
const DIGITS: u32 = 6;
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The step that a moment is in.
fn step_at(now: DateTime<Utc>) -> i64 {
    now.timestamp().div_euclid(STEP)
}

/// HOTP (RFC 4226) for this counter, cut to so many digits.
fn code(secret: &[u8], step: i64, digits: u32) -> Option<u32> {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).ok()?;
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let offset = usize::from(hash.last()? & 0x0f);
    let part: [u8; 4] = hash.get(offset..offset + 4)?.try_into().ok()?;
    Some((u32::from_be_bytes(part) & 0x7fff_ffff) % 10_u32.checked_pow(digits)?)
}

/// The code of a moment, as one types it.
pub fn code_at(secret: &[u8], now: DateTime<Utc>) -> String {
    let number = code(secret, step_at(now), DIGITS).unwrap_or_default();
    format!("{number:0width$}", width = DIGITS as usize)
}

/// The step whose code this is: the present one, the one before or the one after (clocks differ), but none up to `used`, so that
/// a code is good once.
pub(crate) fn matching(secret: &[u8], typed: &str, now: DateTime<Utc>, used: i64) -> Option<i64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != DIGITS as usize || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let typed: u32 = digits.parse().ok()?;
    let now = step_at(now);
    [now, now - 1, now + 1]
        .into_iter()
        .find(|step| *step > used && code(secret, *step, DIGITS) == Some(typed))
}

/// Base 32 without padding.
pub fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for group in bytes.chunks(5) {
        let number = (0..5).fold(0_u64, |n, i| n << 8 | u64::from(group.get(i).copied().unwrap_or(0)));
        for i in 0..(group.len() * 8).div_ceil(5) {
            let letter = (number >> (35 - 5 * i)) & 31;
            text.extend(usize::try_from(letter).ok().and_then(|i| LETTERS.get(i)).map(|b| char::from(*b)));
        }
    }
    text
}

/// The bytes of a base-32 text; `None` when it is not one.
pub fn from_base32(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0_u32);
    for letter in text.bytes() {
        let value = LETTERS.iter().position(|known| *known == letter)?;
        held = (held << 5 | u32::try_from(value).ok()?) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// What a QR code tells an authenticator application: `otpauth://totp/ISSUER:USER?secret=...&issuer=...`.
pub fn address(issuer: &str, user: &str, secret: &[u8]) -> String {
    let (issuer, user) = (escaped(issuer), escaped(user));
    format!("otpauth://totp/{issuer}:{user}?secret={}&issuer={issuer}", base32(secret))
}

fn escaped(text: &str) -> String {
    let letter = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
        _ => format!("%{b:02X}"),
    };
    text.bytes().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// RFC 6238, appendix B, the SHA-1 column.
    #[test]
    fn codes_are_those_of_rfc_6238() {
        for (seconds, expected) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(code(SECRET, step_at(at(seconds)), 8), Some(expected), "{seconds}");
        }
        assert_eq!(code_at(SECRET, at(1_111_111_109)), "081804");
    }

    /// RFC 4226, appendix D.
    #[test]
    fn counters_are_those_of_rfc_4226() {
        let expected =
            [755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871, 520_489];
        for (step, code_of_step) in (0..).zip(expected) {
            assert_eq!(code(SECRET, step, 6), Some(code_of_step), "{step}");
        }
    }

    /// RFC 4648, section 10, without padding.
    #[test]
    fn base_32_is_that_of_rfc_4648() {
        for (plain, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()), text);
            assert_eq!(from_base32(text), Some(plain.as_bytes().to_vec()));
        }
        assert_eq!(from_base32("m1"), None);
    }

    #[test]
    fn a_code_is_good_once_and_a_step_early_or_late() {
        let now = at(1_111_111_111);
        let step = step_at(now);
        assert_eq!(matching(SECRET, "050 471", now, 0), Some(step));
        assert_eq!(matching(SECRET, "050471", now, step), None, "used");
        assert_eq!(matching(SECRET, "081804", now, 0), Some(step - 1));
        assert_eq!(matching(SECRET, &code_at(SECRET, at(1_111_111_141)), now, 0), Some(step + 1));
        assert_eq!(matching(SECRET, &code_at(SECRET, at(1_111_111_171)), now, 0), None, "too early");
        for odd in ["", "5", "０５０４７１", "-50471", "1050471"] {
            assert_eq!(matching(SECRET, odd, now, 0), None, "{odd}");
        }
    }

    #[test]
    fn the_address_holds_nothing_unescaped() {
        let address = address("North West London", "o'neil@x", b"foobar");
        assert_eq!(
            address,
            "otpauth://totp/North%20West%20London:o%27neil%40x?secret=MZXW6YTBOI&issuer=North%20West%20London"
        );
    }
}
