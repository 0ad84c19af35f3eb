//! The token that proves a form came from a page of ours: a hash of a secret that only this browser's cookie holds.

use sha2::{Digest, Sha256};

/// The token for this secret. The secret cannot be had back from it.
pub(crate) fn token(secret: &str) -> String {
    model::sha256_hex(format!("form:{secret}").as_bytes())
}

/// Whether a sent token is the one for this secret. Hashes are compared, so that time tells nothing about either.
pub(crate) fn holds(secret: &str, sent: &str) -> bool {
    !secret.is_empty() && Sha256::digest(token(secret)) == Sha256::digest(sent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_secrets_own_token_holds() {
        assert!(holds("a", &token("a")));
        for sent in ["", "a", &token("b"), &token("")] {
            assert!(!holds("a", sent), "{sent}");
        }
        assert!(!holds("", &token("")));
    }
}
