//! The records to be linked, each field in one form and every distinct text once.

use model::NhsNumber;

use crate::birth::Birth;
use crate::intern::{Numbers, Texts, hash_text};
use crate::role::Role;
use crate::tidy::{self, Sex, words};

/// How many columns may have the role identifier or other, together.
pub const MOST_EXTRAS: usize = 6;

/// What each column of a file is. The n-th identifier or other column of one file is compared with the n-th of another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Role of each column; `None` for a column that is not read.
    pub columns: Vec<Option<Role>>,
}

/// One record as it is compared. Every number of a text is 0 when there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub given: u32,
    pub family: u32,
    /// All further names, as a set.
    pub middle: u32,
    pub birth: Birth,
    pub postcode: u32,
    /// The words of the address, as a set.
    pub address: u32,
    pub phone: u32,
    pub email: u32,
    /// Digits of the NHS number, 0 for none.
    pub nhs: u64,
    /// Whether the check digit of the NHS number is right.
    pub nhs_verified: bool,
    pub sex: Sex,
    pub file: u16,
}

/// Sets of words, every distinct one once, its words in the order written.
#[derive(Default)]
pub(crate) struct WordSets {
    wholes: Numbers,
    ends: Vec<u32>,
    words: Vec<u32>,
}

impl WordSets {
    /// The words of a set.
    pub fn words(&self, set: u32) -> &[u32] {
        let Some(at) = (set as usize).checked_sub(1) else { return &[] };
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        self.words.get(start as usize..end as usize).unwrap_or_default()
    }

    /// Looks at where a set ends, so that the processor has it at hand.
    pub fn fetch(&self, set: u32) -> u32 {
        (set as usize).checked_sub(1).and_then(|at| self.ends.get(at)).copied().unwrap_or(0)
    }

    /// A set as one text, words in the order written.
    pub fn text(&self, set: u32, of_word: &Texts) -> String {
        self.words(set).iter().map(|word| of_word.get(*word)).collect::<Vec<_>>().join(" ")
    }

    /// How many distinct sets there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The number of a set, given with its hash, known before or new.
    fn hashed(&mut self, (text, hash): (&str, u64), of_word: &mut Texts) -> u32 {
        if text.is_empty() {
            return 0;
        }
        let (number, new) = self.wholes.number(hash);
        if new {
            for word in words(text) {
                let word = of_word.number(word);
                self.words.push(word);
            }
            self.ends.push(u32::try_from(self.words.len()).unwrap_or(u32::MAX));
        }
        number
    }
}

/// All records of all files.
#[derive(Default)]
pub struct Records {
    pub(crate) rows: Vec<Row>,
    /// Identifier and other columns, `extras_wide` a record.
    pub(crate) extras: Vec<u32>,
    pub(crate) extra_roles: Vec<Role>,
    pub(crate) names: Texts,
    pub(crate) middles: WordSets,
    pub(crate) postcodes: Texts,
    pub(crate) address_words: Texts,
    pub(crate) addresses: WordSets,
    pub(crate) phones: Texts,
    pub(crate) emails: Texts,
    pub(crate) extra_texts: Texts,
    /// Roles that some column has.
    pub(crate) has: Vec<Role>,
    files: u16,
}

/// Takes the records of one file.
pub struct FileReader<'a> {
    records: &'a mut Records,
    columns: Vec<(usize, Role, usize)>,
    file: u16,
    given: String,
    middle: String,
    family: String,
    whole: String,
    address: String,
    postcode: String,
    text: String,
    waiting: Waiting,
}

/// Names, postcodes and addresses of the last rows, without numbers as yet: there are so many distinct ones that each would
/// be waited for by itself. Looked up together they are waited for once.
#[derive(Default)]
struct Waiting {
    text: String,
    /// Of each row: where its given name, family name, further names, postcode and address end, and their hashes.
    rows: Vec<[(usize, u64); 5]>,
}

/// Rows that are looked up together.
const TOGETHER: usize = 64;

impl Waiting {
    fn push(&mut self, texts: [&str; 5]) {
        self.rows.push(texts.map(|text| {
            self.text.push_str(text);
            (self.text.len(), hash_text(text))
        }));
    }

    /// Gives each its number.
    fn settle(&mut self, records: &mut Records) {
        let fetched = self.rows.iter().fold(0, |all, row| {
            let [given, family, middle, postcode, address] = row.map(|(_, hash)| hash);
            let names = records.names.numbers.fetch(given) ^ records.names.numbers.fetch(family);
            let places = records.postcodes.numbers.fetch(postcode) ^ records.addresses.wholes.fetch(address);
            all ^ names ^ records.middles.wholes.fetch(middle) ^ places
        });
        std::hint::black_box(fetched);
        let first = records.rows.len().saturating_sub(self.rows.len());
        let mut start = 0;
        for (row, ends) in records.rows.iter_mut().skip(first).zip(&self.rows) {
            let [given, family, middle, postcode, address] = ends.map(|(end, hash)| {
                let text = self.text.get(start..end).unwrap_or_default();
                start = end;
                (text, hash)
            });
            row.given = records.names.hashed(given);
            row.family = records.names.hashed(family);
            row.middle = records.middles.hashed(middle, &mut records.names);
            row.postcode = records.postcodes.hashed(postcode);
            row.address = records.addresses.hashed(address, &mut records.address_words);
        }
        self.rows.clear();
        self.text.clear();
    }
}

impl Drop for FileReader<'_> {
    fn drop(&mut self) {
        self.waiting.settle(self.records);
    }
}

impl Records {
    /// No records yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many files have been begun.
    pub fn files(&self) -> u16 {
        self.files
    }

    /// Begins a file. Identifier and other columns beyond [`MOST_EXTRAS`] are left out.
    pub fn file(&mut self, layout: &Layout) -> FileReader<'_> {
        let mut columns = Vec::new();
        let mut extras = 0;
        for (at, role) in layout.columns.iter().enumerate() {
            let Some(role) = *role else { continue };
            if role == Role::Id {
                continue;
            }
            if !self.has.contains(&role) {
                self.has.push(role);
            }
            let slot = if matches!(role, Role::Identifier | Role::Other) {
                extras += 1;
                if extras > MOST_EXTRAS {
                    continue;
                }
                if self.extra_roles.len() < extras && self.rows.is_empty() {
                    self.extra_roles.push(role);
                }
                extras - 1
            } else {
                0
            };
            columns.push((at, role, slot));
        }
        let file = self.files;
        self.files += 1;
        FileReader {
            records: self,
            columns,
            file,
            given: String::new(),
            middle: String::new(),
            family: String::new(),
            whole: String::new(),
            address: String::new(),
            postcode: String::new(),
            text: String::new(),
            waiting: Waiting::default(),
        }
    }

    /// File of a record, and its NHS number if the check digit is right, else 0.
    pub(crate) fn file_and_number(&self, record: u32) -> (u16, u64) {
        let row = self.rows.get(record as usize).copied().unwrap_or_default();
        (row.file, if row.nhs_verified { row.nhs } else { 0 })
    }

    pub(crate) fn extras_of(&self, record: u32) -> &[u32] {
        let wide = self.extra_roles.len();
        let start = record as usize * wide;
        self.extras.get(start..start + wide).unwrap_or_default()
    }
}

impl FileReader<'_> {
    /// Takes the next records as those of a file with this number.
    pub fn of(&mut self, file: u16) -> &mut Self {
        self.file = file;
        self
    }

    /// Takes one record; `field(n)` is the text of column n.
    pub fn push<'t>(&mut self, mut field: impl FnMut(usize) -> &'t str) {
        for text in [&mut self.given, &mut self.middle, &mut self.family, &mut self.whole] {
            text.clear();
        }
        self.address.clear();
        self.postcode.clear();
        let mut row = Row { file: self.file, ..Row::default() };
        let (mut year, mut month, mut day) = (0, 0, 0);
        let wide = self.records.extra_roles.len();
        let mut extras = [0_u32; MOST_EXTRAS];
        for (at, role, slot) in &self.columns {
            let text = field(*at);
            if text.is_empty() {
                continue;
            }
            match role {
                Role::Id => {}
                Role::FullName => {
                    if text.contains(',') {
                        let (family, rest) = text.split_once(',').unwrap_or((text, ""));
                        tidy::name(rest, &mut self.whole);
                        tidy::name(family, &mut self.whole);
                    } else {
                        tidy::name(text, &mut self.whole);
                    }
                }
                Role::GivenName => tidy::name(text, &mut self.given),
                Role::MiddleName => tidy::name(text, &mut self.middle),
                Role::FamilyName => tidy::name(text, &mut self.family),
                Role::DateOfBirth => row.birth = Birth::parse(text),
                Role::BirthYear => year = number(text),
                Role::BirthMonth => month = number(text),
                Role::BirthDay => day = number(text),
                Role::Sex => row.sex = Sex::parse(text),
                Role::Address => tidy::address(text, &mut self.address),
                Role::Postcode => {
                    self.postcode.clear();
                    tidy::postcode(text, &mut self.postcode);
                }
                Role::NhsNumber => (row.nhs, row.nhs_verified) = nhs_number(text),
                Role::Phone => {
                    self.text.clear();
                    tidy::phone(text, &mut self.text);
                    row.phone = self.records.phones.number(&self.text);
                }
                Role::Email => {
                    self.text.clear();
                    tidy::email(text, &mut self.text);
                    row.email = self.records.emails.number(&self.text);
                }
                Role::Identifier | Role::Other => {
                    self.text.clear();
                    tidy::other(text, &mut self.text);
                    if let Some(extra) = extras.get_mut(*slot) {
                        *extra = self.records.extra_texts.number(&self.text);
                    }
                }
            }
        }
        if row.birth.is_missing() && year != 0 {
            row.birth = Birth::new(year, month, day);
        }
        self.names();
        let records = &mut *self.records;
        records.rows.push(row);
        records.extras.extend(extras.iter().take(wide));
        let given = words(&self.given).next().unwrap_or_default();
        self.waiting.push([given, &self.family, &self.middle, &self.postcode, &self.address]);
        if self.waiting.rows.len() == TOGETHER {
            self.waiting.settle(records);
        }
    }

    /// Given, family and further names from the columns there are: the first word of the given names, the whole
    /// family name, and everything else as a set. Whole names fill what is missing; what stands for no name goes.
    fn names(&mut self) {
        if !self.whole.is_empty() {
            let whole = std::mem::take(&mut self.whole);
            if self.family.is_empty() && self.given.is_empty() {
                let (rest, last) = whole.rsplit_once(' ').unwrap_or((&whole, ""));
                self.given.push_str(rest);
                self.family.push_str(last);
            } else {
                for word in words(&whole) {
                    let known = [&self.given, &self.family].iter().any(|text| words(text).any(|w| w == word));
                    if !known && word.len() > 1 {
                        push_word(&mut self.middle, word);
                    }
                }
            }
            self.whole = whole;
        }
        if tidy::is_unnamed(&self.given) {
            self.given.clear();
        }
        words(&self.given).skip(1).for_each(|word| push_word(&mut self.middle, word));
        if tidy::is_no_family(&self.family) {
            self.family.clear();
        }
    }
}

fn push_word(to: &mut String, word: &str) {
    if !to.is_empty() {
        to.push(' ');
    }
    to.push_str(word);
}

fn number(text: &str) -> u32 {
    text.trim().parse().unwrap_or(0)
}

/// Digits of an NHS number and whether its check digit is right. Ten equal digits are nobody's number.
fn nhs_number(text: &str) -> (u64, bool) {
    match NhsNumber::parse(text) {
        Ok(number) if number.as_u64() % 1_111_111_111 != 0 => (number.as_u64(), true),
        Ok(_) => (0, false),
        Err(_) => {
            let digits = text.bytes().filter(u8::is_ascii_digit).take(18);
            let value = digits.fold(0_u64, |value, b| value * 10 + u64::from(b - b'0'));
            let letters = text.bytes().any(|b| b.is_ascii_alphabetic());
            (if letters || value < 1_000_000 { 0 } else { value }, false)
        }
    }
}
