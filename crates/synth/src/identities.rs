//! Only who people are: one file of identities a feed and the truth, without lives. For measuring linkage on many people.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

use model::Area;

use crate::calendar::Day;
use crate::dice::{Dice, Stream};
use crate::errors::{self, Account, Planted};
use crate::folder::Folder;
use crate::generate::{check, manifest};
use crate::household::household;
use crate::identity::{Identity, SystemKind};
use crate::numbers::Numbers;
use crate::person::Person;
use crate::rates;
use crate::supplier::sheet::{Row, Style};
use crate::supplier::shelf::Counts;
use crate::truth::{Truth, person_line};
use crate::world::World;
use crate::{Options, Summary, SynthError};

/// Most people: their true identities have seven digits.
const MOST: u32 = 9_000_000;
const HEADER: &str = "source_person,nhs_number,family_name,given_name,date_of_birth,sex,address,postcode\n";
/// Feeds after general practice with the share of people of each age (from 0, 5, 18, 45, 65, 75 and 85 years) whom it tells of
/// in three years: what the whole generator gives.
const FEEDS: [(&str, SystemKind, [f64; 7]); 4] = [
    ("sus_apc", SystemKind::Hospital, [0.66, 0.20, 0.36, 0.50, 0.64, 0.70, 0.75]),
    ("csds", SystemKind::Community, [0.98, 0.27, 0.83, 0.88, 0.92, 0.94, 0.94]),
    ("mhsds", SystemKind::MentalHealth, [0.0, 0.01, 0.06, 0.08, 0.075, 0.06, 0.065]),
    ("cld", SystemKind::Council, [0.0, 0.0, 0.033, 0.035, 0.15, 0.32, 0.55]),
];
const NAMES: [&str; 5] = ["gp", "sus_apc", "csds", "mhsds", "cld"];
/// Of those who were admitted, the share known to a second trust.
const SECOND_TRUST: f64 = 0.04;
/// Share of people of 75 and over who live in a care home.
const CARE_HOME: f64 = 0.06;

/// Makes the people of these options and writes to the folder `out` who five feeds think they are: `gp.csv`, `sus_apc.csv`,
/// `csds.csv`, `mhsds.csv` and `cld.csv`, with `truth.csv` (its source is the name of the file), `truth_people.csv` and
/// `manifest.json`. Nothing happens to anybody. Memory holds a few practices, not people; the bytes are the same on any
/// number of threads.
pub fn generate_identities(
    area: &Area,
    options: Options,
    out: &Path,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<Summary, SynthError> {
    check(options)?;
    if options.people > MOST {
        return Err(SynthError::TooManyPeople { asked: options.people, most: MOST as usize });
    }
    let numbers = Numbers::for_tests(options.people).unwrap_or(Numbers::Wide);
    let world = World::new(area, options, numbers)?;
    let folder = Folder::begin(out)?;
    let mut sheets = Sheets::new(&folder.partial)?;
    let firsts: Vec<u32> = world
        .places
        .practices
        .iter()
        .scan(0, |next, place| {
            *next += place.people;
            Some(*next - place.people)
        })
        .collect();
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(threads);
        for _ in 0..threads {
            let (sender, world, firsts, next) = (sender.clone(), &world, &firsts, &next);
            scope.spawn(move || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(first) = firsts.get(at) else { return };
                    // Nobody listens after an error: the rest is not made.
                    if sender.send((at, Part::of_practice(world, at, *first))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        sheets.take(&receiver, u64::from(options.people), progress)
    })?;
    let summary = sheets.finish(&world)?;
    folder.finish(&manifest(options, &summary)?)?;
    Ok(summary)
}

/// What the people of one practice give.
#[derive(Default)]
struct Part {
    feeds: [(Vec<u8>, u64); 5],
    sources: Vec<u8>,
    said: u64,
    truths: Vec<u8>,
    people: u64,
    account: Account,
}

impl Part {
    fn of_practice(world: &World, at: usize, first: u32) -> Self {
        let mut part = Self::default();
        let mut index = first;
        let last = first + world.places.practices.get(at).map_or(0, |place| place.people);
        while index < last {
            let members = household(world, at, index, last - index);
            index += members.len().max(1) as u32;
            for mut person in members {
                part.person(world, &mut person);
            }
        }
        part.people = u64::from(last - first);
        part
    }

    fn person(&mut self, world: &World, person: &mut Person) {
        let mut dice = Dice::new(world.seed, Stream::Rows, u64::from(person.index) | 1 << 62);
        let end = world.calendar.end;
        let age = person.age_on(end);
        let (from, to) = person.active();
        if age >= 75.0 && from < to && dice.chance(CARE_HOME) {
            let day = dice.between(from, to);
            if let Some(borough) = person.home_on(day).map(|home| home.borough) {
                let home = world.places.care_home(borough, dice.below(world.places.care_homes(borough)));
                person.homes.retain(|(since, _)| *since < day);
                person.homes.push((day, Rc::new(home)));
            }
        }
        self.truths.extend_from_slice(person_line(person).as_bytes());
        for registration in person.registrations.iter().filter(|registration| registration.from <= to) {
            let Some(practice) = world.places.practices.get(registration.practice) else { continue };
            let (organisation, kind) = (1_000 + registration.practice as u64, SystemKind::Practice);
            let (fresh, account) = (registration.from, &mut self.account);
            let identity = Identity::register(world, person, kind, organisation, false, fresh, account);
            let written =
                Written { feed: 0, organisation: &practice.code, day: registration.to.unwrap_or(end) };
            self.row(world, person, &identity, &written, None);
        }
        let band = [5.0, 18.0, 45.0, 65.0, 75.0, 85.0].iter().filter(|limit| age >= **limit).count();
        for (n, (_, kind, shares)) in FEEDS.iter().enumerate() {
            if !dice.chance(shares.get(band).copied().unwrap_or(0.0)) || from > to {
                continue;
            }
            let suppliers = suppliers(world, person, *kind, dice.between(from, to), &mut dice);
            for (supplier, day) in suppliers {
                self.known(world, person, n + 1, *kind, supplier, day, &mut dice);
            }
        }
    }

    /// A person whom an organisation knows, some of them twice.
    #[expect(clippy::too_many_arguments, reason = "each is said once, by one caller")]
    fn known(
        &mut self,
        world: &World,
        person: &Person,
        feed: usize,
        kind: SystemKind,
        supplier: usize,
        day: Day,
        dice: &mut Dice,
    ) {
        let Some(code) = world.places.suppliers.get(supplier).map(|supplier| supplier.code.as_str()) else {
            return;
        };
        let again = dice.chance(rates::REGISTERED_TWICE * errors::proneness_to_error(person));
        if again {
            self.account.add(Planted::RegisteredTwice);
        }
        let newborn = kind == SystemKind::Hospital && day < person.birth + 60;
        let mother = person.born_to.as_ref().filter(|_| newborn && dice.chance(rates::BABY_AT_BIRTH));
        for second in [false, true].into_iter().filter(|second| again || !*second) {
            let organisation = supplier as u64 + 100 * kind as u64;
            let account = &mut self.account;
            let identity = Identity::register(world, person, kind, organisation, second, i32::MIN, account);
            let mother = mother.filter(|_| !second).map(|mother| mother.family.as_str());
            self.row(world, person, &identity, &Written { feed, organisation: code, day }, mother);
        }
    }

    /// As the feed's own files have it: hospitals send names only where there is no NHS number, and only practices send addresses.
    fn row(
        &mut self,
        world: &World,
        person: &Person,
        identity: &Identity,
        written: &Written,
        baby_of: Option<&str>,
    ) {
        let Some((out, rows)) = self.feeds.get_mut(written.feed) else { return };
        let (start, day) = (out.len(), written.day);
        let mut row = Row { out, style: Style::default(), calendar: &world.calendar, start };
        let id = format!("{}:{}", written.organisation, identity.local);
        let number = if baby_of.is_some() { "" } else { identity.nhs_number.as_str() };
        row.code(&id).code(number);
        match baby_of {
            Some(mother) => row.name(mother).name("Baby"),
            None if written.feed == 1 && !number.is_empty() => row.blanks(2),
            None => row.name(identity.family(day)).name(identity.given(day)),
        };
        let home = identity.home(day).filter(|_| written.feed == 0);
        row.day(identity.birth).code(identity.sex.letter()).name(home.map_or("", |home| &home.address));
        row.code(&identity.postcode(day)).end();
        *rows += 1;
        self.said += 1;
        let feed = NAMES.get(written.feed).copied().unwrap_or_default();
        self.sources.extend_from_slice(format!("{feed},{id},P{:07}\n", person.index).as_bytes());
    }
}

/// Where a row stands, and when the organisation last saw the person.
struct Written<'a> {
    feed: usize,
    organisation: &'a str,
    day: Day,
}

/// The organisations of a kind that know the person, each with the day on which it last saw them.
fn suppliers(
    world: &World,
    person: &Person,
    kind: SystemKind,
    day: Day,
    dice: &mut Dice,
) -> Vec<(usize, Day)> {
    let borough = person.home_on(day).and_then(|home| world.places.borough(home.borough));
    let Some(borough) = borough else { return Vec::new() };
    let one = |supplier: Option<usize>| supplier.map(|supplier| (supplier, day)).into_iter().collect();
    match kind {
        SystemKind::Community => one(borough.community),
        SystemKind::MentalHealth => one(borough.mental_health),
        SystemKind::Council => one(borough.council),
        SystemKind::Practice | SystemKind::Hospital => {
            let mut draw = || dice.weighted(borough.acute.iter().map(|(_, weight)| *weight));
            let supplier =
                |at: Option<usize>| at.and_then(|at| borough.acute.get(at)).map(|(supplier, _)| *supplier);
            let (first, other) = (supplier(draw()), supplier(draw()));
            let mut found: Vec<(usize, Day)> = one(first);
            if other != first && dice.chance(SECOND_TRUST * 2.0) {
                found.extend(other.map(|other| (other, day)));
            }
            found
        }
    }
}

/// The files being written, practice by practice in order.
struct Sheets {
    root: std::path::PathBuf,
    files: Vec<BufWriter<File>>,
    counts: [Counts; 5],
    truth: Truth,
    account: Account,
    people: u64,
}

impl Sheets {
    fn new(root: &Path) -> Result<Self, SynthError> {
        let mut files = Vec::with_capacity(NAMES.len());
        for name in NAMES {
            let path = root.join(format!("{name}.csv"));
            let file = File::create(&path).map_err(|source| SynthError::Io { path, source })?;
            files.push(BufWriter::new(file));
        }
        let (root, truth) = (root.to_path_buf(), Truth::new(root)?);
        let mut sheets = Self {
            root,
            files,
            counts: [Counts::default(); 5],
            truth,
            account: Account::default(),
            people: 0,
        };
        for at in 0..NAMES.len() {
            sheets.put(at, HEADER.as_bytes(), 0)?;
        }
        Ok(sheets)
    }

    fn take(
        &mut self,
        parts: &Receiver<(usize, Part)>,
        people: u64,
        progress: &mut dyn FnMut(&str, u64, u64),
    ) -> Result<(), SynthError> {
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (at, part) in parts {
            waiting.insert(at, part);
            while let Some(part) = waiting.remove(&next) {
                next += 1;
                for (at, (bytes, rows)) in part.feeds.iter().enumerate() {
                    self.put(at, bytes, *rows)?;
                }
                self.truth.lines(&part.sources, &part.truths, part.said)?;
                self.account.merge(&part.account);
                self.people += part.people;
                progress("people", self.people, people);
            }
        }
        Ok(())
    }

    fn put(&mut self, at: usize, bytes: &[u8], rows: u64) -> Result<(), SynthError> {
        if let (Some(file), Some(counts)) = (self.files.get_mut(at), self.counts.get_mut(at)) {
            file.write_all(bytes).map_err(|source| SynthError::Io { path: self.root.clone(), source })?;
            counts.files = 1;
            counts.rows += rows;
            counts.bytes += bytes.len() as u64;
        }
        Ok(())
    }

    fn finish(mut self, world: &World) -> Result<Summary, SynthError> {
        for file in &mut self.files {
            file.flush().map_err(|source| SynthError::Io { path: self.root.clone(), source })?;
        }
        Ok(Summary {
            people: world.people,
            deaths: 0,
            practices: world.places.practices.len() as u32,
            source_people: self.truth.finish()?,
            feeds: NAMES.iter().map(ToString::to_string).zip(self.counts).collect(),
            errors: self.account.by_name().collect(),
        })
    }
}
