//! The run: practice by practice, household by household, one life at a time; memory holds files, not people.

use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use model::Area;
use serde_json::json;

use crate::dice::{Dice, Stream};
use crate::errors::{self, Account, Planted};
use crate::folder::{Folder, MADE_BY};
use crate::household::household;
use crate::identity::{Identity, SystemKind};
use crate::life::Life;
use crate::numbers::Numbers;
use crate::rates;
use crate::supplier::council::{CouncilFiles, CouncilPen};
use crate::supplier::fhir::{FhirFiles, FhirPen};
use crate::supplier::practice::PracticeFiles;
use crate::supplier::shelf::{Counts, Shelf};
use crate::supplier::teams::{TeamFiles, TeamPen};
use crate::supplier::trust::{TrustFiles, TrustPen};
use crate::truth::Truth;
use crate::world::World;
use crate::{Options, Summary, SynthError};

/// Makes the synthetic area of these options and writes its suppliers' files to the folder `out`, with `truth.csv` and
/// `manifest.json`. Tells `progress` the step, how much of it is done, and how much there is. An interrupted run leaves
/// `out` as it was and can be run again.
pub fn generate(
    area: &Area,
    options: Options,
    out: &Path,
    progress: &mut dyn FnMut(&str, u64, u64),
) -> Result<Summary, SynthError> {
    check(options)?;
    let world = World::new(area, options, Numbers::for_tests(options.people)?)?;
    let folder = Folder::begin(out)?;
    let mut run = Run::begin(&world, &folder.partial)?;
    run.practices(options.people, progress)?;
    let summary = run.finish(options.people, progress)?;
    folder.finish(&manifest(options, &summary)?)?;
    Ok(summary)
}

/// Refuses options that make no sense.
pub fn check(options: Options) -> Result<(), SynthError> {
    match options.people {
        0 => Err(SynthError::Options("there must be at least one person".into())),
        _ => Ok(()),
    }
}

/// What was asked for and what was made.
pub fn manifest(options: Options, summary: &Summary) -> Result<String, SynthError> {
    let manifest = json!({
        "made_by": MADE_BY,
        "synthetic": true,
        "note": "Every person in these files is made up. No NHS number in them has been issued to anybody.",
        "options": options,
        "summary": summary,
    });
    serde_json::to_string_pretty(&manifest)
        .map_err(|error| SynthError::Options(format!("the manifest cannot be written: {error}")))
}

struct Run<'w> {
    world: &'w World,
    root: &'w Path,
    shelf: Shelf,
    trusts: TrustFiles,
    teams: TeamFiles,
    councils: CouncilFiles,
    fhir: Option<FhirFiles>,
    truth: Truth,
    account: Account,
    counts: BTreeMap<&'static str, Counts>,
    deaths: u32,
}

impl<'w> Run<'w> {
    fn begin(world: &'w World, root: &'w Path) -> Result<Self, SynthError> {
        let mut shelf = Shelf::new(root, world.seed, 0);
        Ok(Self {
            world,
            root,
            trusts: TrustFiles::new(world, &mut shelf),
            teams: TeamFiles::new(world, &mut shelf),
            councils: CouncilFiles::new(world, &mut shelf),
            fhir: FhirFiles::new(world, &mut shelf),
            truth: Truth::new(root)?,
            shelf,
            account: Account::default(),
            counts: BTreeMap::new(),
            deaths: 0,
        })
    }

    /// Practice by practice. People who move go to the next practice, so two practices' files are open at a time.
    fn practices(&mut self, people: u32, progress: &mut dyn FnMut(&str, u64, u64)) -> Result<(), SynthError> {
        let mut index = 0;
        let mut here = PracticeFiles::new(self.world, self.root, 0);
        for (at, place) in self.world.places.practices.iter().enumerate() {
            let mut next = PracticeFiles::new(self.world, self.root, at + 1);
            let last = index + place.people;
            while index < last {
                let members = household(self.world, at, index, last - index);
                index += members.len().max(1) as u32;
                for person in members {
                    let life = Life::live(self.world, person);
                    self.truth.person(&life.person)?;
                    self.deaths += u32::from(life.person.death.is_some());
                    self.write(&life, at, &mut here, &mut next)?;
                }
            }
            if let Some(files) = here {
                let counts = files.shelf.finish(&self.world.calendar)?;
                self.count(counts);
            }
            here = next;
            progress("people", u64::from(index), u64::from(people));
        }
        Ok(())
    }

    fn count(&mut self, counts: BTreeMap<&'static str, Counts>) {
        for (feed, more) in counts {
            let all = self.counts.entry(feed).or_default();
            all.files += more.files;
            all.rows += more.rows;
            all.bytes += more.bytes;
        }
    }

    fn write(
        &mut self,
        life: &Life,
        practice: usize,
        here: &mut Option<PracticeFiles>,
        next: &mut Option<PracticeFiles>,
    ) -> Result<(), SynthError> {
        for registration in &life.person.registrations {
            let files = if registration.practice == practice { &mut *here } else { &mut *next };
            if let Some(files) = files {
                files.write(self.world, life, registration, &mut self.truth, &mut self.account)?;
            }
        }
        let mut dice = Dice::new(self.world.seed, Stream::Rows, u64::from(life.person.index) | 1 << 63);
        let mut book = Book::default();
        self.hospital(life, &mut book, &mut dice)?;
        self.community(life, &mut book, &mut dice)?;
        self.councils(life, &mut book, &mut dice)
    }

    fn hospital(&mut self, life: &Life, book: &mut Book, dice: &mut Dice) -> Result<(), SynthError> {
        let kind = SystemKind::Hospital;
        for (n, spell) in life.spells.iter().enumerate() {
            let identity = self.identity(life, book, kind, spell.trust, n, "sus_apc")?;
            self.trust_pen(life, dice).spell(&identity, spell, n)?;
        }
        for (n, attendance) in life.attendances.iter().enumerate() {
            if self.fhir.as_ref().is_some_and(|fhir| fhir.takes(life, attendance)) {
                let identity =
                    self.identity(life, book, SystemKind::Community, attendance.trust, 0, "fhir")?;
                if let Some(files) = &self.fhir {
                    let (world, shelf, account) = (self.world, &mut self.shelf, &mut self.account);
                    let identity = &identity;
                    FhirPen { world, life, files, shelf, account, dice, identity }
                        .attendance(attendance, n)?;
                }
                continue;
            }
            let identity = self.identity(life, book, kind, attendance.trust, n, "sus_ae")?;
            self.trust_pen(life, dice).attendance(&identity, attendance, n)?;
        }
        for (n, appointment) in life.outpatients.iter().enumerate() {
            let identity = self.identity(life, book, kind, appointment.trust, n, "sus_op")?;
            self.trust_pen(life, dice).outpatient(&identity, appointment, n)?;
        }
        Ok(())
    }

    fn trust_pen<'a, 'l>(&'a mut self, life: &'a Life<'l>, dice: &'a mut Dice) -> TrustPen<'a, 'l> {
        TrustPen {
            world: self.world,
            life,
            files: &self.trusts,
            shelf: &mut self.shelf,
            account: &mut self.account,
            dice,
        }
    }

    fn community(&mut self, life: &Life, book: &mut Book, dice: &mut Dice) -> Result<(), SynthError> {
        let borough = |day| {
            let home = life.person.home_on(day)?;
            self.world.places.borough(home.borough)
        };
        let provider = |day, mental: bool| {
            borough(day).and_then(|place| if mental { place.mental_health } else { place.community })
        };
        let sides = [
            (false, &life.community, &life.community_stays, SystemKind::Community, "csds"),
            (true, &life.mental, &life.mental_stays, SystemKind::MentalHealth, "mhsds"),
        ];
        let diagnosis = self.illness(life);
        for (mental, contacts, stays, kind, feed) in sides {
            for (n, contact) in contacts.iter().enumerate() {
                let Some(provider) = provider(contact.day, mental) else { continue };
                let identity = self.identity(life, book, kind, provider, n, feed)?;
                self.team_pen(life, dice, provider, &identity, mental, diagnosis).contact(contact, n)?;
            }
            for (n, stay) in stays.iter().enumerate() {
                let Some(provider) = provider(stay.start, mental) else { continue };
                let identity = self.identity(life, book, kind, provider, n, feed)?;
                self.team_pen(life, dice, provider, &identity, mental, diagnosis).stay(stay, n)?;
            }
        }
        Ok(())
    }

    fn team_pen<'a, 'l>(
        &'a mut self,
        life: &'a Life<'l>,
        dice: &'a mut Dice,
        provider: usize,
        identity: &'a Identity,
        mental: bool,
        diagnosis: &'a str,
    ) -> TeamPen<'a, 'l> {
        TeamPen {
            world: self.world,
            life,
            files: &self.teams,
            shelf: &mut self.shelf,
            account: &mut self.account,
            dice,
            provider,
            identity,
            mental,
            diagnosis,
        }
    }

    /// ICD-10 of the illness for which mental health services know the person.
    fn illness(&self, life: &Life) -> &'w str {
        let known = &self.world.known;
        let common = [known.depression, known.anxiety];
        let all = known.psychoses.iter().chain(&known.dementias).chain(&common);
        let found = all.copied().find(|condition| life.health.ever(*condition));
        found.map_or("", |condition| self.world.tables.icd10(condition))
    }

    fn councils(&mut self, life: &Life, book: &mut Book, dice: &mut Dice) -> Result<(), SynthError> {
        for (n, event) in life.care.iter().enumerate() {
            let council = self.world.places.borough(event.borough).and_then(|borough| borough.council);
            let Some(council) = council else { continue };
            let identity = self.identity(life, book, SystemKind::Council, council, 0, "cld")?;
            let (world, files) = (self.world, &self.councils);
            let (shelf, account, identity) = (&mut self.shelf, &mut self.account, &*identity);
            CouncilPen { world, life, files, shelf, account, dice, council, identity }.event(event, n)?;
        }
        Ok(())
    }

    /// The person as an organisation has them, said in the truth once a feed. A few are registered twice, and each second
    /// thing that happens is under the other registration.
    fn identity(
        &mut self,
        life: &Life,
        book: &mut Book,
        kind: SystemKind,
        supplier: usize,
        number: usize,
        feed: &'static str,
    ) -> Result<Rc<Identity>, SynthError> {
        let person = &life.person;
        let chance = rates::REGISTERED_TWICE * errors::proneness_to_error(person);
        let subject = u64::from(person.index) | (supplier as u64) << 33 | 1 << 62;
        let second = number % 2 == 1 && Dice::new(self.world.seed, Stream::Identity, subject).chance(chance);
        let key = (kind as u8, supplier, second);
        let (identity, feeds) = book.0.entry(key).or_insert_with(|| {
            if second {
                self.account.add(Planted::RegisteredTwice);
            }
            let organisation = supplier as u64 + 100 * kind as u64;
            let made = Identity::register(
                self.world,
                person,
                kind,
                organisation,
                second,
                i32::MIN,
                &mut self.account,
            );
            (Rc::new(made), Vec::new())
        });
        if !feeds.contains(&feed) {
            feeds.push(feed);
            let code =
                self.world.places.suppliers.get(supplier).map_or("", |supplier| supplier.code.as_str());
            self.truth.say(feed, code, &identity.local, person.index)?;
        }
        Ok(Rc::clone(identity))
    }

    fn finish(
        mut self,
        people: u32,
        progress: &mut dyn FnMut(&str, u64, u64),
    ) -> Result<Summary, SynthError> {
        progress("files", 0, 1);
        let shelf = std::mem::replace(&mut self.shelf, Shelf::new(self.root, 0, 0));
        let counts = shelf.finish(&self.world.calendar)?;
        self.count(counts);
        let source_people = self.truth.finish()?;
        progress("files", 1, 1);
        Ok(Summary {
            people,
            deaths: self.deaths,
            practices: self.world.places.practices.len() as u32,
            source_people,
            feeds: self.counts.into_iter().map(|(feed, counts)| (feed.to_string(), counts)).collect(),
            errors: self.account.by_name().collect(),
        })
    }
}

/// One person's identities by kind of system, supplier and registration, with the feeds for which the truth is said.
#[derive(Default)]
struct Book(BTreeMap<(u8, usize, bool), Known>);

/// A person as one organisation has them, and the feeds for which the truth has said so.
type Known = (Rc<Identity>, Vec<&'static str>);
