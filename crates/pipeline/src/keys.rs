//! Keys that lie in the deployment's folder, outside its database, for their owner only.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use store::{Entropy, SystemEntropy};

use crate::PipelineError;

/// What secrets in the store are sealed with: 64 hexadecimal digits.
const SECRETS: &str = "secrets.key";

/// The key that secrets in the store are sealed with, made when there is none.
pub(crate) fn secrets(root: &Path) -> Result<[u8; 32], PipelineError> {
    let hex = |seed: [u8; 32]| seed.iter().map(|byte| format!("{byte:02x}")).collect();
    let text = read_or_make(root, SECRETS, hex)?;
    bytes(text.trim()).ok_or_else(|| PipelineError::Key(root.join(SECRETS)))
}

fn bytes(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    let mut all = [0; 32];
    for (at, byte) in all.iter_mut().enumerate() {
        *byte = u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(all)
}

/// What a key file says; a file that is not there is made of a random seed first.
pub(crate) fn read_or_make(
    root: &Path,
    name: &str,
    text: impl FnOnce([u8; 32]) -> String,
) -> Result<String, PipelineError> {
    let file = root.join(name);
    if !file.exists() {
        let mut seed = [0; 32];
        SystemEntropy.fill(&mut seed)?;
        make(root, name, &text(seed))?;
    }
    fs::read_to_string(&file).map_err(PipelineError::file(&file))
}

fn make(root: &Path, name: &str, text: &str) -> Result<(), PipelineError> {
    let file = root.join(name);
    // Written aside and then given its name, so that of two commands at once one key is made and both use it.
    let aside = root.join(format!("{name}.{}", std::process::id()));
    let mut to = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&aside)
        .map_err(PipelineError::file(&aside))?;
    writeln!(to, "{text}").map_err(PipelineError::file(&aside))?;
    let named = match fs::hard_link(&aside, &file) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(PipelineError::file(&file)(error)),
        _ => Ok(()),
    };
    fs::remove_file(&aside).map_err(PipelineError::file(&aside))?;
    named
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_is_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let key = secrets(folder.path()).unwrap();
        assert_eq!(secrets(folder.path()).unwrap(), key);
        let file = folder.path().join(SECRETS);
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&file, "not a key").unwrap();
        assert!(secrets(folder.path()).is_err());
    }
}
