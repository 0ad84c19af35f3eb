//! Which files a command means.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The files named, and every file in the folders named, in order of path. Hidden files are passed over.
pub fn named(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = files.len();
            in_folder(path, &mut files)?;
            if files.len() == before {
                return Err(Failure::usage(format!("{} holds no file", path.display())));
            }
        } else if path.is_file() {
            files.push(path.clone());
        } else {
            return Err(Failure::usage(format!("there is no file {}", path.display())));
        }
    }
    Ok(files)
}

fn in_folder(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let problem = |e: std::io::Error| Failure::data(format!("{}: {e}", folder.display()));
    let mut entries: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(problem)? {
        entries.push(entry.map_err(problem)?.path());
    }
    entries.sort();
    for path in entries {
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if path.is_dir() {
            in_folder(&path, files)?;
        } else if !hidden {
            files.push(path);
        }
    }
    Ok(())
}
