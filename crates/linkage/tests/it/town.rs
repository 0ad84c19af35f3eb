//! A made-up town to link: people in households, with records as clerks write them. Nobody in it lives.

use linkage::{Layout, Mode, Outcome, Records, Role, Settings, link};
use model::NhsNumber;

/// Numbers from a fixed sequence.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn chance(&mut self, share: f64) -> bool {
        ((self.next() >> 11) as f64) < share * (1_u64 << 53) as f64
    }

    /// One of these; the first ones far more often than the last.
    fn ranked(&mut self, n: usize) -> usize {
        let share = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        ((n as f64).powf(share) - 1.0) as usize
    }

    pub fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }
}

const FAMILIES: &str = "Smith Jones Patel Khan Williams Taylor Brown Singh Davies Begum Ahmed Evans Wilson Thomas Ali Roberts Johnson \
    Shah Walker Wright Robinson Thompson White Hughes Edwards Green Hall Lewis Harris Clarke Jackson Wood Turner Martin Cooper Hill \
    Ward Morris Moore Clark Lee King Baker Harrison Morgan Allen James Scott Phillips Watson Davis Parker Price Bennett Young \
    Griffiths Mitchell Kelly Cook Carter Richardson Bailey Collins Bell Shaw Murphy Miller Cox Richards Marshall Anderson Simpson \
    Ellis Adams Chaudhry Hussain Wilkinson Foster Chapman Mason Webb Rogers Gray Hunt Mills Palmer Holmes Okafor Adeyemi Mensah \
    Kowalski Nowak Silva Santos Sharma Desai Mehta Chowdhury Rahman Uddin Noor Abdi Osman Yusuf Petrov Ivanova Georgiou Demetriou \
    O'Brien O'Connor Byrne Doyle Gallagher MacDonald Campbell Stewart Fraser Llewellyn Pritchard";
const HEADS: &str = "Ash Black Brad Broad Burn Clif Crom Dun Eld Fair Farn Gran Had Hart Hay Hol Kil Lang Lin Long Mar Mil Nor Oak Pen \
    Pres Rad Red Rush Sal Shel Stan Sut Thorn Wal War Wel Whit Win Wood";
const TAILS: &str = "ton ley ford worth field bury ham land burn shaw more bridge thorpe wick well combe hurst den dale man son gate";
const MEN: &str = "David John Michael Mohammed James Paul Andrew Peter Mark Robert Stephen Thomas Daniel Christopher Richard William \
    Matthew Anthony Kevin Gary Jack Joshua Samuel Joseph Ahmed Ali Raj Amit Harpreet Imran Yusuf George Alfred Ronald Oliver Harry \
    Noah Leo Muhammad Adam Ryan Liam Piotr Tomasz Ivan Luis Kwame Chidi Emeka Omar Hassan Ibrahim Alan Brian Derek Keith Graham Nigel \
    Stuart Trevor Vikram Sanjay Deepak Rakesh Owen Rhys Callum Ewan Sean Patrick Declan Marcus Victor Edmund Rupert";
const WOMEN: &str = "Susan Margaret Sarah Karen Emma Fatima Elizabeth Jane Mary Jennifer Helen Laura Claire Rebecca Julie Patricia Linda \
    Rachel Nicola Amanda Sophie Olivia Amelia Isla Ava Emily Chloe Jessica Aisha Maryam Zainab Priya Anjali Harjit Joan Doris Jean \
    Dorothy Kathleen Eileen Sheila Barbara Christine Deborah Tracey Lisa Katarzyna Agnieszka Olga Maria Ana Grace Blessing Ngozi Ama \
    Sunita Meena Rekha Kavita Gwen Carys Morag Fiona Siobhan Niamh Ruth Naomi Alice Florence Ivy Poppy Harriet Beatrice Imogen";
const KINDS: [&str; 6] = ["Road", "Street", "Avenue", "Close", "Lane", "Gardens"];

/// What is true of somebody, and as a record says it.
#[derive(Clone, Debug, Default)]
pub struct Who {
    pub nhs: String,
    pub given: String,
    pub middle: String,
    pub family: String,
    pub birth: String,
    pub sex: &'static str,
    pub address: String,
    pub postcode: String,
    pub phone: String,
}

/// The columns of a record, in the order of [`Who::columns`].
pub const ROLES: [Role; 9] = [
    Role::NhsNumber,
    Role::GivenName,
    Role::MiddleName,
    Role::FamilyName,
    Role::DateOfBirth,
    Role::Sex,
    Role::Address,
    Role::Postcode,
    Role::Phone,
];

impl Who {
    pub fn columns(&self) -> [&str; 9] {
        [
            &self.nhs,
            &self.given,
            &self.middle,
            &self.family,
            &self.birth,
            self.sex,
            &self.address,
            &self.postcode,
            &self.phone,
        ]
    }

    pub fn named(&self, given: &str, family: &str) -> Self {
        Self { given: given.into(), family: family.into(), ..self.clone() }
    }

    pub fn born(&self, birth: &str) -> Self {
        Self { birth: birth.into(), ..self.clone() }
    }

    pub fn numbered(&self, nhs: &str) -> Self {
        Self { nhs: nhs.into(), ..self.clone() }
    }

    pub fn moved(&self, to: &(String, String)) -> Self {
        Self { address: to.0.clone(), postcode: to.1.clone(), ..self.clone() }
    }
}

/// Records and whose each is.
pub struct Town {
    pub dice: Dice,
    pub records: Vec<(usize, Who)>,
    people: usize,
    numbers: u64,
    roads: usize,
}

impl Town {
    /// A town of so many households, two records a person in the mean.
    pub fn new(seed: u64, households: usize) -> Self {
        Self::among(seed, households, households)
    }

    /// The same, in a place with room for more.
    pub fn among(seed: u64, households: usize, room: usize) -> Self {
        let roads = (room / 15).clamp(40, 5_000);
        let mut town = Self { dice: Dice::new(seed), records: Vec::new(), people: 0, numbers: 0, roads };
        for _ in 0..households {
            town.household();
        }
        town
    }

    /// A number for somebody not yet in town.
    pub fn person(&mut self) -> usize {
        self.people += 1;
        self.people - 1
    }

    /// Puts in a record of somebody; says its number.
    pub fn record(&mut self, person: usize, who: &Who) -> u32 {
        self.records.push((person, who.clone()));
        (self.records.len() - 1) as u32
    }

    /// Puts in records of a new person; says their numbers.
    pub fn records_of(&mut self, all: &[Who]) -> Vec<u32> {
        let person = self.person();
        all.iter().map(|who| self.record(person, who)).collect()
    }

    /// A valid test number that nobody has yet.
    pub fn nhs(&mut self) -> String {
        loop {
            self.numbers += 1;
            if let Some(number) = NhsNumber::from_first_nine(999_000_000 - self.numbers * 37) {
                return number.digits();
            }
        }
    }

    pub fn family_name(&mut self) -> String {
        if self.dice.chance(0.5) {
            let names: Vec<&str> = FAMILIES.split_whitespace().collect();
            return names[self.dice.ranked(names.len())].to_owned();
        }
        let (heads, tails): (Vec<&str>, Vec<&str>) =
            (HEADS.split_whitespace().collect(), TAILS.split_whitespace().collect());
        format!("{}{}", self.dice.one(&heads), self.dice.one(&tails))
    }

    pub fn given_name(&mut self, sex: &str) -> String {
        let names: Vec<&str> = if sex == "M" { MEN } else { WOMEN }.split_whitespace().collect();
        // Names go by rank, but the most frequent is not one in six.
        let at =
            if self.dice.chance(0.5) { self.dice.ranked(names.len()) } else { self.dice.below(names.len()) };
        names[at].to_owned()
    }

    /// Address and postcode: a road has some fifteen homes and up to three postcodes.
    pub fn home(&mut self) -> (String, String) {
        let (heads, tails): (Vec<&str>, Vec<&str>) =
            (HEADS.split_whitespace().collect(), TAILS.split_whitespace().collect());
        let road = self.dice.below(self.roads);
        let (head, tail) = (heads[road % heads.len()], tails[road / heads.len() % tails.len()]);
        let kind = KINDS[road / (heads.len() * tails.len()) % KINDS.len()];
        let number = 1 + self.dice.below(120);
        let flat = if self.dice.chance(0.25) {
            format!("Flat {}, ", 1 + self.dice.below(20))
        } else {
            String::new()
        };
        let code = road * 3 + number / 41;
        let letters = b"ABDEFGHJLN";
        let end = (letters[code % 10] as char, letters[code / 10 % 10] as char);
        let area = ["HA", "UB", "NW", "TW", "SW"][code / 8_100 % 5];
        let postcode = format!("{area}{} {}{}{}", 1 + code / 900 % 9, 1 + code / 100 % 9, end.0, end.1);
        (format!("{flat}{number} {head}{tail} {kind}"), postcode)
    }

    pub fn birth(&mut self, from: usize, to: usize) -> String {
        let (year, month, day) =
            (from + self.dice.below(to - from), 1 + self.dice.below(12), 1 + self.dice.below(28));
        format!("{year}-{month:02}-{day:02}")
    }

    pub fn phone(&mut self) -> String {
        format!("07{:09}", self.dice.below(1_000_000_000))
    }

    /// Somebody of this sex born in these years, with a home of their own.
    pub fn somebody(&mut self, sex: &'static str, from: usize, to: usize) -> Who {
        let home = self.home();
        Who {
            nhs: self.nhs(),
            given: self.given_name(sex),
            middle: if self.dice.chance(0.5) { self.given_name(sex) } else { String::new() },
            family: self.family_name(),
            birth: self.birth(from, to),
            sex,
            address: home.0,
            postcode: home.1,
            phone: self.phone(),
        }
    }

    fn household(&mut self) {
        let first = if self.dice.chance(0.5) { "M" } else { "F" };
        let head = self.somebody(first, 1935, 2000);
        let mut members = vec![head.clone()];
        if self.dice.chance(0.6) {
            let other = if first == "M" { "F" } else { "M" };
            let partner = self.somebody(other, 1935, 2000);
            let family = if self.dice.chance(0.75) { head.family.clone() } else { partner.family.clone() };
            members.push(Who {
                family,
                address: head.address.clone(),
                postcode: head.postcode.clone(),
                ..partner
            });
        }
        for _ in 0..if self.dice.chance(0.45) { 1 + self.dice.below(3) } else { 0 } {
            let sex = if self.dice.chance(0.5) { "M" } else { "F" };
            let child = self.somebody(sex, 2000, 2024);
            members.push(Who {
                family: head.family.clone(),
                address: head.address.clone(),
                postcode: head.postcode.clone(),
                phone: head.phone.clone(),
                ..child
            });
        }
        for who in members {
            self.written(&who);
        }
    }

    /// Puts in one to four records of a new person, each with what may go wrong.
    pub fn written(&mut self, who: &Who) -> usize {
        let person = self.person();
        let home = self.home();
        let moved = self.dice.chance(0.15);
        for n in 0..1 + self.dice.below(4).min(self.dice.below(4)) {
            let mut record = if moved && n == 0 { who.moved(&home) } else { who.clone() };
            self.slip(&mut record);
            self.record(person, &record);
        }
        person
    }

    /// Leaves out and mistypes here and there.
    fn slip(&mut self, who: &mut Who) {
        if self.dice.chance(0.4) {
            who.nhs.clear();
        }
        if self.dice.chance(0.5) {
            who.phone.clear();
        }
        if self.dice.chance(0.4) {
            who.middle.truncate(usize::from(self.dice.chance(0.5)));
        }
        for name in [&mut who.given, &mut who.family] {
            if self.dice.chance(0.04) {
                typo(name, &mut self.dice);
            }
        }
        if self.dice.chance(0.03) {
            who.postcode.clear();
        }
        let (year, rest) = who.birth.split_at(who.birth.len().min(4));
        if self.dice.chance(0.02) {
            who.birth = format!("{year}-01-01");
        } else if self.dice.chance(0.01) {
            who.birth = format!("{}{rest}", year.parse::<u32>().unwrap_or(1950) + 1);
        } else if self.dice.chance(0.01) {
            who.birth.clear();
        }
    }

    /// The records of some files: `file(n)` is the file of record n. Records of a file come in their order.
    pub fn taken(&self, files: usize, file: impl Fn(usize) -> usize) -> (Records, Vec<u32>) {
        let mut records = Records::new();
        let mut order = Vec::new();
        for wanted in 0..files {
            let mut reader = records.file(&Layout { columns: ROLES.map(Some).to_vec() });
            for (at, (_, who)) in self.records.iter().enumerate().filter(|(at, _)| file(*at) == wanted) {
                let columns = who.columns();
                reader.push(|n| columns[n]);
                order.push(at as u32);
            }
        }
        (records, order)
    }

    /// Links the whole town as one file, at one half.
    pub fn linked(&self) -> Outcome {
        let (mut records, _) = self.taken(1, |_| 0);
        let settings = Settings { mode: Mode::Dedupe, one_to_one: false, threshold: 0.5, precision: None };
        link(&mut records, &settings, None, &mut |_| {})
    }

    /// Precision and recall of the pairs of records that `of` takes.
    pub fn quality(&self, outcome: &Outcome, of: impl Fn(u32) -> bool) -> (f64, f64) {
        let mut count = std::collections::HashMap::new();
        for (at, ((person, _), cluster)) in (0..).zip(self.records.iter().zip(&outcome.clusters)) {
            if of(at) {
                for key in [(Some(*person), None), (None, Some(*cluster)), (Some(*person), Some(*cluster))] {
                    *count.entry(key).or_insert(0_u64) += 1;
                }
            }
        }
        let pairs = |person: bool, cluster: bool| -> f64 {
            let of = count.iter().filter(|((p, c), _)| p.is_some() == person && c.is_some() == cluster);
            of.map(|(_, n)| n * (n - 1) / 2).sum::<u64>() as f64
        };
        let right = pairs(true, true);
        (right / pairs(false, true).max(1.0), right / pairs(true, false).max(1.0))
    }
}

/// Two neighbouring letters change places, or one is left out.
pub fn typo(text: &mut String, dice: &mut Dice) {
    if text.len() < 4 || !text.is_ascii() {
        return;
    }
    let at = 1 + dice.below(text.len() - 2);
    let letter = text.remove(at);
    if dice.chance(0.5) {
        text.insert(at - 1, letter);
    }
}
