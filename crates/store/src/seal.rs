//! Keeping what this program must read again from those who have the database alone: sealed with a key that lies outside it.
//!
//! AES-256 in Galois/Counter Mode (NIST SP 800-38D) with a random nonce of 96 bits, which is safe for far more than the accounts
//! there are. What is sealed says whose it is, so that it is no use in another's place. As text: `1:`, then base64 of the nonce
//! and what was sealed.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::{Store, StoreError};

/// How what is sealed today begins.
const FORM: &str = "1:";

/// The key of a deployment.
pub(crate) struct Key(LessSafeKey);

impl Key {
    pub(crate) fn new(bytes: &[u8; 32]) -> Result<Self, StoreError> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| StoreError::NoKey)?;
        Ok(Self(LessSafeKey::new(key)))
    }
}

/// Seals a secret of this owner.
pub(crate) fn seal(store: &Store, owner: &[u8], secret: &[u8]) -> Result<String, StoreError> {
    let key = store.key.as_ref().ok_or(StoreError::NoKey)?;
    let mut nonce = [0; NONCE_LEN];
    store.entropy.fill(&mut nonce)?;
    let mut sealed = secret.to_vec();
    key.0
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(owner), &mut sealed)
        .map_err(|_| StoreError::Unreadable("secret"))?;
    Ok(format!("{FORM}{}", STANDARD_NO_PAD.encode([&nonce[..], &sealed].concat())))
}

/// Opens what was sealed for this owner. Errors: another key, another owner, or not as it was sealed.
pub(crate) fn open(store: &Store, owner: &[u8], sealed: &str) -> Result<Vec<u8>, StoreError> {
    let key = store.key.as_ref().ok_or(StoreError::NoKey)?;
    let unreadable = || StoreError::Unreadable("secret of a second factor, with this deployment's key,");
    let bytes = sealed.strip_prefix(FORM).and_then(|text| STANDARD_NO_PAD.decode(text).ok());
    let bytes = bytes.ok_or_else(unreadable)?;
    let (nonce, rest) = bytes.split_first_chunk::<NONCE_LEN>().ok_or_else(unreadable)?;
    let mut rest = rest.to_vec();
    let opened = key.0.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(owner), &mut rest);
    Ok(opened.map_err(|_| unreadable())?.to_vec())
}
