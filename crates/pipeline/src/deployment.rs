//! A deployment: a folder with `wsic.toml`, the area's tables, the data zones and, by default, the store.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chrono::Days;
use model::Area;
use serde::{Deserialize, Serialize};
use store::settings::SignInSettings;
use store::{Store, second_factor};
use warehouse::reference::{DefinitionFiles, PILOT_PRACTICES};

use crate::{PipelineError, keys};

const AREA_FILES: [(&str, &str); 4] = [
    ("boroughs.csv", include_str!("../../../area/boroughs.csv")),
    ("organisations.csv", include_str!("../../../area/organisations.csv")),
    ("practices.csv", include_str!("../../../area/practices.csv")),
    ("lsoas.csv", include_str!("../../../area/lsoas.csv")),
];

/// What wsic.toml says.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The area's name, as screens show it.
    pub name: String,
    /// Where people's work is kept: `sqlite://wsic.db` (beside wsic.toml) or `postgres://user@host/database`.
    pub store: String,
    /// Where feeds are kept, beside wsic.toml unless it is an absolute path.
    pub data: PathBuf,
    /// The people are made up: every page says so.
    #[serde(default)]
    pub synthetic: bool,
    /// Send cookies over https only; set it wherever a real person's data are.
    #[serde(default)]
    pub secure_cookies: bool,
    /// Key of the pseudonyms in marts: 64 hexadecimal digits, made by `wsic init`. Whoever has it can undo them.
    pub pseudonym_key: String,
    /// How people sign in, and how long they stay so.
    #[serde(default)]
    pub sign_in: SignInSettings,
}

/// An open deployment.
pub struct Deployment {
    /// Its folder.
    pub root: PathBuf,
    /// wsic.toml.
    pub config: Config,
    /// The area's tables.
    pub area: Area,
    /// Definitions: the program's own, or those in `definitions/` of the folder.
    pub definitions: DefinitionFiles,
    /// What people write.
    pub store: Store,
    /// Threads that a step may use.
    pub threads: usize,
    /// Records from which on a person index is kept. Fewer are linked anew in less time than it takes to keep one.
    pub person_index_from: usize,
    /// Days within which how well records are linked is counted again, by a run that reads everything.
    pub count_every: Days,
}

/// See [`Deployment::person_index_from`].
const PERSON_INDEX_FROM: usize = 100_000;

/// See [`Deployment::count_every`].
const COUNT_EVERY: Days = Days::new(7);

/// Makes a deployment folder: wsic.toml and area/. `key` is the secret for pseudonyms, from the machine's randomness.
pub fn init(root: &Path, store: Option<&str>, synthetic: bool, key: &str) -> Result<(), PipelineError> {
    let path = root.join("wsic.toml");
    if path.exists() {
        return Err(PipelineError::Exists(root.to_owned()));
    }
    let config = Config {
        name: "North West London".to_owned(),
        store: store.unwrap_or("sqlite://wsic.db").to_owned(),
        data: PathBuf::from("data"),
        synthetic,
        secure_cookies: !synthetic,
        pseudonym_key: key.to_owned(),
        sign_in: SignInSettings::default(),
    };
    let area = root.join("area");
    fs::create_dir_all(&area).map_err(PipelineError::file(&area))?;
    for (name, text) in AREA_FILES {
        let file = area.join(name);
        fs::write(&file, text).map_err(PipelineError::file(&file))?;
    }
    let text = toml::to_string_pretty(&config)
        .map_err(|e| PipelineError::Config { path: path.clone(), reason: e.to_string() })?;
    // It holds a key, and may hold a password: for its owner only.
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .map_err(PipelineError::file(&path))?;
    file.write_all(text.as_bytes()).map_err(PipelineError::file(&path))
}

/// The area that the program was built with.
pub fn area() -> Result<Area, PipelineError> {
    let [(_, boroughs), (_, organisations), (_, practices), (_, lsoas)] = AREA_FILES;
    Ok(Area::from_csv(boroughs, organisations, practices, lsoas)?)
}

impl Deployment {
    /// Opens a deployment folder and its store.
    pub async fn open(root: &Path) -> Result<Self, PipelineError> {
        let path = root.join("wsic.toml");
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
                return Err(PipelineError::NoDeployment(root.to_owned()));
            }
            Err(e) => return Err(PipelineError::file(&path)(e)),
        };
        let config: Config = toml::from_str(&text)
            .map_err(|e| PipelineError::Config { path: path.clone(), reason: e.to_string() })?;
        let root = fs::canonicalize(root).map_err(PipelineError::file(root))?;
        let folder = root.join("definitions");
        let mut definitions = if folder.is_dir() {
            DefinitionFiles::from_folder(&folder)?
        } else {
            DefinitionFiles::embedded()
        };
        let store = Store::open(&store_url(&root, &config.store)).await?.with_key(&keys::secrets(&root)?)?;
        second_factor::seal_all(&store).await?;
        let area = read_area(&root.join("area"))?;
        if let Some(own) = own_pilot(&root.join("area/pilot_practices.csv"), &area)? {
            definitions.put(PILOT_PRACTICES, own);
        }
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let person_index_from = PERSON_INDEX_FROM;
        let count_every = COUNT_EVERY;
        Ok(Self { root, config, area, definitions, store, threads, person_index_from, count_every })
    }

    /// Keeps other commands from changing the data until the file is dropped; a killed command holds nothing.
    pub(crate) fn lock(&self) -> Result<fs::File, PipelineError> {
        let path = self.root.join(".lock");
        let file = fs::File::create(&path).map_err(PipelineError::file(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(fs::TryLockError::WouldBlock) => Err(PipelineError::Busy(self.root.clone())),
            Err(fs::TryLockError::Error(e)) => Err(PipelineError::file(&path)(e)),
        }
    }

    /// Waits until nobody else is making figures, and keeps others from it until the file is dropped. The run and the service
    /// both make them; neither waits for the whole of the other.
    pub(crate) fn lock_figures(&self) -> Result<fs::File, PipelineError> {
        let path = self.root.join(".lock-figures");
        let file = fs::File::create(&path).map_err(PipelineError::file(&path))?;
        tokio::task::block_in_place(|| file.lock()).map_err(PipelineError::file(&path))?;
        Ok(file)
    }

    fn zone(&self, name: &str) -> PathBuf {
        self.root.join(&self.config.data).join(name)
    }

    /// Bytes as they came, by hash.
    pub fn landing(&self) -> PathBuf {
        self.zone("landing")
    }

    /// Standardised batches.
    pub fn standardised(&self) -> PathBuf {
        self.zone("standardised")
    }

    /// Which person each batch's people are.
    pub fn links(&self) -> PathBuf {
        self.zone("links")
    }

    /// Everybody linked, to link new records with.
    pub fn person_index(&self) -> PathBuf {
        self.zone("links").join("people.index")
    }

    /// What the last run knew of everybody, for a night of new batches alone.
    pub fn last_night(&self) -> PathBuf {
        self.zone("links").join("last.night")
    }

    /// Events by person; one folder a set of inputs.
    pub fn index(&self, key: &str) -> PathBuf {
        self.zone("index").join(key)
    }

    /// Facts and what definitions give; one folder a set of inputs.
    pub fn facts(&self, key: &str) -> PathBuf {
        self.zone("facts").join(key)
    }

    /// Models of risk, one folder each.
    pub fn risk(&self) -> PathBuf {
        self.zone("risk")
    }

    /// Marts; one folder a published set of inputs, and in it one a class of readers ([`Self::figures`]).
    pub fn marts(&self, key: &str) -> PathBuf {
        self.zone("marts").join(key)
    }

    /// The marts that one class of readers reads.
    pub fn figures(&self, publication: &str, name: &str) -> PathBuf {
        self.marts(publication).join(name)
    }
}

fn store_url(root: &Path, store: &str) -> String {
    match store.strip_prefix("sqlite://") {
        Some(path) if !path.starts_with('/') => format!("sqlite://{}", root.join(path).display()),
        _ => store.to_owned(),
    }
}

/// The deployment's own list of pilot practices, if it has one; each must be a practice of the area.
fn own_pilot(path: &Path, area: &Area) -> Result<Option<String>, PipelineError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text.trim_start_matches('\u{feff}').replace("\r\n", "\n"),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(PipelineError::file(path)(e)),
    };
    let wrong = |line: usize, what: &str| {
        let reason = format!("line {}: {what}", line + 1);
        PipelineError::Config { path: path.to_owned(), reason }
    };
    let mut lines = text.lines().enumerate();
    if !lines.next().is_some_and(|(_, first)| first.len() > 1 && first.starts_with('#')) {
        return Err(wrong(0, "begin with # and say whose list it is"));
    }
    if lines.next().is_none_or(|(_, header)| header != "practice,name") {
        return Err(wrong(1, "the columns are practice,name"));
    }
    for (number, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let code = line.split(',').next().unwrap_or_default().trim();
        if !area.practices.iter().any(|practice| practice.code == code) {
            return Err(wrong(number, "column practice: no practice of area/practices.csv has this code"));
        }
    }
    Ok(Some(text))
}

fn read_area(folder: &Path) -> Result<Area, PipelineError> {
    let mut texts = Vec::new();
    for (name, _) in AREA_FILES {
        let file = folder.join(name);
        texts.push(fs::read_to_string(&file).map_err(PipelineError::file(&file))?);
    }
    let text = |i: usize| texts.get(i).map_or("", String::as_str);
    Ok(Area::from_csv(text(0), text(1), text(2), text(3))?)
}
