/// The class of a value, so that an issue can be acted on without showing what may be a person's: `blank`, `number`,
/// `text, 7 characters`.
pub(crate) fn value_class(text: &str) -> String {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 {
        return "blank".to_owned();
    }
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | ':' | ' '));
    let separators = text.chars().filter(|c| matches!(c, '-' | '/')).count();
    let kind = match () {
        () if digits == length => "digits",
        () if plain && (1..=2).contains(&separators) && digits >= 4 => "date-like",
        () if text.parse::<f64>().is_ok() && letters == 0 => "number",
        () if letters == length => "letters",
        () if digits > 0 && letters > 0 => "letters and digits",
        () if digits == 0 && letters == 0 => "signs",
        () => "text",
    };
    let s = if length == 1 { "" } else { "s" };
    format!("{kind}, {length} character{s}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_say_the_kind_and_never_the_value() {
        for (value, class) in [
            ("  ", "blank"),
            ("1234567890", "digits, 10 characters"),
            ("Smith", "letters, 5 characters"),
            ("31/02/2026", "date-like, 10 characters"),
            ("7.5", "number, 3 characters"),
            ("XE2mJ", "letters and digits, 5 characters"),
            ("&", "signs, 1 character"),
        ] {
            assert_eq!(value_class(value), class, "{value}");
        }
    }
}
