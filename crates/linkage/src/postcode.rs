//! The parts of a postcode without blanks: `HA99HA`.

/// `HA9 9HA` without its last two letters: a UK postcode's sector; of others the first three.
pub(crate) fn sector(postcode: &str) -> &str {
    if is_uk(postcode) { postcode.get(..postcode.len() - 2) } else { postcode.get(..3) }.unwrap_or_default()
}

/// The outward half of a UK postcode; of others the first two.
pub(crate) fn district(postcode: &str) -> &str {
    if is_uk(postcode) { postcode.get(..postcode.len() - 3) } else { postcode.get(..2) }.unwrap_or_default()
}

/// The letters a UK postcode begins with; of others the first one.
pub(crate) fn area(postcode: &str) -> &str {
    let letters = postcode.bytes().take_while(u8::is_ascii_alphabetic).count();
    postcode.get(..letters.max(1)).unwrap_or_default()
}

fn is_uk(postcode: &str) -> bool {
    (5..=7).contains(&postcode.len())
        && postcode.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && postcode.as_bytes().last().is_some_and(u8::is_ascii_alphabetic)
}
