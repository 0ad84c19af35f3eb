//! Code lists: which registers, results and reasons a code stands for.

use hashbrown::HashMap;
use model::CodeScheme;

use crate::WarehouseError;
use crate::reference::{DefinitionFiles, stem};

/// A line of a code list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCode {
    /// Name of the list.
    pub list: String,
    /// Scheme as written in the file: one of the schemes, or `bnf` for a prefix of a BNF code.
    pub scheme: String,
    /// Code.
    pub code: String,
    /// In words.
    pub term: String,
}

/// All code lists of a deployment, ready to look codes up.
#[derive(Clone, Debug, Default)]
pub struct CodeLists {
    names: Vec<String>,
    kinds: Vec<String>,
    codes: Vec<ListedCode>,
    exact: HashMap<(CodeScheme, String), Vec<u16>>,
    bnf: Vec<(String, u16)>,
    terms: HashMap<(CodeScheme, String), String>,
}

impl CodeLists {
    /// Reads definitions/codelists/*.csv.
    pub fn load(files: &DefinitionFiles) -> Result<Self, WarehouseError> {
        let mut lists = Self::default();
        for (path, text) in files.matching("codelists/", ".csv") {
            lists.add(path, text)?;
        }
        for numbers in lists.exact.values_mut() {
            numbers.sort_unstable();
            numbers.dedup();
        }
        Ok(lists)
    }

    fn add(&mut self, path: &str, text: &str) -> Result<(), WarehouseError> {
        let bad = |reason: String| WarehouseError::Table { file: path.to_owned(), reason };
        let number = u16::try_from(self.names.len()).map_err(|_| WarehouseError::TooMany("code lists"))?;
        let list = stem(path).to_owned();
        let kind = text.lines().find_map(|line| line.strip_prefix("# kind:")).unwrap_or("condition");
        self.kinds.push(kind.trim().to_owned());
        self.names.push(list.clone());
        let mut reader = csv::ReaderBuilder::new()
            .comment(Some(b'#'))
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(text.as_bytes());
        for (i, row) in reader.deserialize::<(String, String, Option<String>)>().enumerate() {
            let (scheme, code, term) = row.map_err(|e| bad(format!("row {}: {e}", i + 1)))?;
            let term = term.unwrap_or_default();
            if scheme == "bnf" {
                self.bnf.push((code.clone(), number));
            } else {
                let known = CodeScheme::ALL
                    .into_iter()
                    .find(|s| !scheme.is_empty() && s.name() == scheme)
                    .ok_or_else(|| bad(format!("row {}: there is no scheme `{scheme}`", i + 1)))?;
                self.exact.entry((known, code.clone())).or_default().push(number);
                if !term.is_empty() {
                    self.terms.entry((known, code.clone())).or_insert_with(|| term.clone());
                }
            }
            self.codes.push(ListedCode { list: list.clone(), scheme, code, term });
        }
        Ok(())
    }

    /// Names of the lists by number.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Every line of every list.
    pub fn codes(&self) -> &[ListedCode] {
        &self.codes
    }

    /// True when the values of this list's codes are kept as results.
    pub fn is_result(&self, list: u16) -> bool {
        self.kinds.get(usize::from(list)).is_some_and(|kind| kind == "result")
    }

    /// True when each use of this list's codes is kept with its day.
    pub fn is_activity(&self, list: u16) -> bool {
        self.kinds.get(usize::from(list)).is_some_and(|kind| kind == "activity")
    }

    /// True when this list's codes stand for something lasting that belongs on a problem list.
    pub fn is_problem(&self, list: u16) -> bool {
        self.kinds.get(usize::from(list)).is_some_and(|kind| kind == "condition" || kind == "status")
    }

    /// True when any of these codes is of a sensitive category.
    pub fn any_sensitive<'a>(
        &self,
        scheme: CodeScheme,
        codes: impl Iterator<Item = &'a str>,
        key: &mut LookupKey,
    ) -> bool {
        let mut sensitive = false;
        for code in codes {
            self.each(scheme, code, key, |list| {
                sensitive |= self.kinds.get(usize::from(list)).is_some_and(|kind| kind == "sensitive");
            });
        }
        sensitive
    }

    /// The term that some list gives a code.
    pub fn term(&self, scheme: CodeScheme, code: &str) -> Option<&str> {
        let find = |code: &str| self.terms.get(&(scheme, code.to_owned())).map(String::as_str);
        find(code)
            .or_else(|| (scheme == CodeScheme::Icd10).then(|| find(model::icd10_category(code))).flatten())
    }

    /// Calls for every list that holds this code. An ICD-10 code is also in the lists of its three-character category.
    pub fn each(&self, scheme: CodeScheme, code: &str, key: &mut LookupKey, mut found: impl FnMut(u16)) {
        for number in key.find(&self.exact, scheme, code) {
            found(*number);
        }
        if scheme == CodeScheme::Icd10 && code.len() > 3 {
            for number in key.find(&self.exact, scheme, model::icd10_category(code)) {
                found(*number);
            }
        }
    }

    /// Calls for every list that holds a prefix of this BNF code.
    pub fn each_bnf(&self, bnf: &str, mut found: impl FnMut(u16)) {
        if !bnf.is_empty() {
            self.bnf
                .iter()
                .filter(|(prefix, _)| bnf.starts_with(prefix.as_str()))
                .for_each(|(_, n)| found(*n));
        }
    }
}

/// Room for a look-up without a new allocation each time.
#[derive(Debug)]
pub struct LookupKey((CodeScheme, String));

impl Default for LookupKey {
    fn default() -> Self {
        Self((CodeScheme::None, String::new()))
    }
}

impl LookupKey {
    fn find<'m>(
        &mut self,
        map: &'m HashMap<(CodeScheme, String), Vec<u16>>,
        scheme: CodeScheme,
        code: &str,
    ) -> &'m [u16] {
        self.0.0 = scheme;
        self.0.1.clear();
        self.0.1.push_str(code);
        map.get(&self.0).map_or(&[], Vec::as_slice)
    }
}
