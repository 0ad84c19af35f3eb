//! What a password must be when somebody chooses one. Length is what counts; nothing is asked about kinds of characters, and
//! nothing expires but what the operator gave.

use crate::users::User;

/// Characters at least: as long as guidance asks of a password that may stand alone (NIST SP 800-63B-4, 3.1.1.2).
pub const SHORTEST: usize = 15;
/// Characters at most, so that hashing one costs no more than another.
pub const LONGEST: usize = 128;
/// Different characters at least: fewer are a key held down.
const DIFFERENT: usize = 6;
/// Characters left at least when words that anybody would try have been taken out.
const OF_ONES_OWN: usize = 8;
/// Words that anybody would try here, and runs on the keyboard.
const TRIED_FIRST: [&str; 12] = [
    "password",
    "passphrase",
    "welcome",
    "letmein",
    "wsic",
    "nhs",
    "joined-up-care",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
];

/// Whether it may be this user's password. The error goes on from "the new password".
pub fn check(user: &User, password: &str) -> Result<(), &'static str> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err("must have at least 15 characters");
    }
    if length > LONGEST {
        return Err("must have at most 128 characters");
    }
    let mut different: Vec<char> = password.chars().collect();
    different.sort_unstable();
    different.dedup();
    if different.len() < DIFFERENT {
        return Err("must have at least 6 different characters");
    }
    let mut left = password.to_lowercase();
    let own = [user.id.0.to_lowercase(), user.name.to_lowercase()];
    let words =
        TRIED_FIRST.iter().copied().chain(own.iter().map(String::as_str)).filter(|word| word.len() > 2);
    for word in words {
        left = left.replace(word, "");
    }
    if left.chars().count() < OF_ONES_OWN {
        return Err("must not be made of your name or of words that others would try first");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use model::Role;
    use policy::UserId;

    use super::*;

    #[test]
    fn length_counts_and_what_anybody_would_try_does_not() {
        let user = User {
            id: UserId("gina.okafor".into()),
            name: "Gina Okafor".into(),
            role: Role::Gp,
            organisation: "E84001".into(),
            person: None,
        };
        for good in
            ["correct horse battery", "ünïcödé is allowed", "all lower case here", &"ab cdefg".repeat(16)]
        {
            assert_eq!(check(&user, good), Ok(()), "{good}");
        }
        for bad in [
            "short",
            "fourteen chars",
            &"long enough ".repeat(11),
            "aaaaaaaaaaaaaaaaaaaa",
            "gina.okaforGINA.OKAFOR!",
            "Password1234567890",
            "qwertyuiopasdfghjkl",
        ] {
            assert!(check(&user, bad).is_err(), "{bad}");
        }
    }
}
