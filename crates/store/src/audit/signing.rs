//! Signed notes: a text, and under it lines with Ed25519 signatures (the format c2sp.org/signed-note, with keys as texts).
//! Pure.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// The one kind of signature that we make and take: Ed25519.
const ED25519: u8 = 1;

/// A key or a note that cannot be used. No message carries a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// Not a key in the form `NAME+ID+KEY`.
    #[error("this is not a key of the form NAME+ID+KEY for Ed25519")]
    Key,
    /// Not a text with signatures under it.
    #[error("this is not a signed note")]
    Form,
    /// No signature of a key that we know holds.
    #[error("no signature of a known key holds")]
    Unsigned,
}

/// A key that signs.
pub struct Signer {
    name: String,
    key: SigningKey,
}

/// A key that signatures are checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    key: VerifyingKey,
}

const PRIVATE: &str = "PRIVATE+KEY+";

impl Signer {
    /// A new key from 32 random bytes. Its name is `wsic-audit/` and eight bytes of the SHA-256 of its public half.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let key = SigningKey::from_bytes(&seed);
        let digest = model::sha256_hex(key.verifying_key().as_bytes());
        let short: String = digest.chars().take(16).collect();
        Self { name: format!("wsic-audit/{short}"), key }
    }

    /// Reads a key as [`Signer::to_text`] wrote it.
    pub fn from_text(text: &str) -> Result<Self, NoteError> {
        let rest = text.trim().strip_prefix(PRIVATE).ok_or(NoteError::Key)?;
        let (name, id, bytes) = parts(rest)?;
        let signer = Self { name: name.to_owned(), key: SigningKey::from_bytes(&bytes) };
        if signer.verifier().id() == id { Ok(signer) } else { Err(NoteError::Key) }
    }

    /// The key as text: a secret.
    pub fn to_text(&self) -> String {
        format!("{PRIVATE}{}", written(&self.name, self.verifier().id(), &self.key.to_bytes()))
    }

    /// The key's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The half that others check with.
    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), key: self.key.verifying_key() }
    }

    /// The text, which ends with a new line, with a signature under it.
    pub fn sign(&self, text: &str) -> String {
        let mut bytes = self.verifier().id().to_vec();
        bytes.extend(self.key.sign(text.as_bytes()).to_bytes());
        format!("{text}\n\u{2014} {} {}\n", self.name, STANDARD.encode(bytes))
    }
}

impl Verifier {
    /// Reads a key such as `wsic-audit/0123456789abcdef+89abcdef+BASE64`.
    pub fn from_text(text: &str) -> Result<Self, NoteError> {
        let (name, id, bytes) = parts(text.trim())?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| NoteError::Key)?;
        let verifier = Self { name: name.to_owned(), key };
        if verifier.id() == id { Ok(verifier) } else { Err(NoteError::Key) }
    }

    /// The key as text.
    pub fn to_text(&self) -> String {
        written(&self.name, self.id(), self.key.as_bytes())
    }

    /// First four bytes of the SHA-256 of name and key.
    fn id(&self) -> [u8; 4] {
        let digest = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes());
        let [a, b, c, d, ..]: [u8; 32] = digest.finalize().into();
        [a, b, c, d]
    }

    fn holds(&self, text: &str, line: &str) -> bool {
        let signed = || {
            let (name, bytes) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
            let bytes = STANDARD.decode(bytes).ok()?;
            let (id, signature) = bytes.split_first_chunk::<4>()?;
            let ours = name == self.name && *id == self.id();
            ours.then(|| Signature::from_slice(signature).ok())?
        };
        signed().is_some_and(|signature| self.key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

/// The text of a note that one of these keys signed.
pub fn open<'a>(note: &'a str, keys: &[Verifier]) -> Result<&'a str, NoteError> {
    let at = note.rfind("\n\n").ok_or(NoteError::Form)?;
    let (text, below) = note.split_at_checked(at + 1).ok_or(NoteError::Form)?;
    let signed = below.lines().skip(1).any(|line| keys.iter().any(|key| key.holds(text, line)));
    if signed { Ok(text) } else { Err(NoteError::Unsigned) }
}

/// Name, id and the 32 bytes of a key as text; the base64 may hold a plus itself.
fn parts(text: &str) -> Result<(&str, [u8; 4], [u8; 32]), NoteError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NoteError::Key);
    };
    let id = u32::from_str_radix(id, 16).ok().filter(|_| id.len() == 8).ok_or(NoteError::Key)?;
    let bytes = STANDARD.decode(key).map_err(|_| NoteError::Key)?;
    let (kind, bytes) = bytes.split_first().ok_or(NoteError::Key)?;
    let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| NoteError::Key)?;
    let named = !name.is_empty() && !name.contains(char::is_whitespace);
    if named && *kind == ED25519 { Ok((name, id.to_be_bytes(), bytes)) } else { Err(NoteError::Key) }
}

fn written(name: &str, id: [u8; 4], key: &[u8; 32]) -> String {
    let mut bytes = vec![ED25519];
    bytes.extend(key);
    format!("{name}+{:08x}+{}", u32::from_be_bytes(id), STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    // Published with the Go implementation of the format (golang.org/x/mod/sumdb/note).
    const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
        then you don't know what your problem is.\n";
    const LINE: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_known_note_is_signed_and_opened() {
        let signer = Signer::from_text(SECRET).unwrap();
        let note = format!("{TEXT}\n{LINE}");
        assert_eq!(signer.sign(TEXT), note);
        assert_eq!((signer.to_text().as_str(), signer.verifier().to_text().as_str()), (SECRET, PUBLIC));
        let verifier = Verifier::from_text(PUBLIC).unwrap();
        assert_eq!(open(&note, &[verifier]), Ok(TEXT));
    }

    #[test]
    fn an_altered_note_another_key_and_a_bent_key_are_refused() {
        let ours = Signer::from_seed([7; 32]);
        let note = ours.sign(TEXT);
        let keys = [ours.verifier()];
        assert_eq!(open(&note, &keys), Ok(TEXT));
        assert_eq!(open(&note.replace("answer", "Answer"), &keys), Err(NoteError::Unsigned));
        assert_eq!(open(&note, &[Signer::from_seed([8; 32]).verifier()]), Err(NoteError::Unsigned));
        assert_eq!(open(&note, &[]), Err(NoteError::Unsigned));
        assert_eq!(open(TEXT, &keys), Err(NoteError::Form));
        assert_eq!(open(&format!("{note}\nmore\n"), &keys), Err(NoteError::Unsigned));
        let public = keys[0].to_text();
        for at in 0..public.len() {
            let mut bent = public.clone().into_bytes();
            bent[at] ^= 1;
            let bent = String::from_utf8(bent).unwrap();
            assert!(Verifier::from_text(&bent).is_err(), "{bent}");
        }
    }
}
