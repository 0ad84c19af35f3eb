use sha2::{Digest, Sha256};

/// SHA-256 of these bytes as 64 lower-case hexadecimal digits: how landed files and runs are named.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
