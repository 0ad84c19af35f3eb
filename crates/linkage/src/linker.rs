use std::collections::BTreeMap;

use hashbrown::HashMap;
use model::{Demographics, PersonId, Sex};

use crate::Rule;
use crate::agree::{birth_dates_near, family_agrees, given_can_be_same, names_agree, same_letters};
use crate::index::{Index, Known, Traits};
use crate::intern::{hash_bytes, hash_text};

/// Who a source's person is, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Who.
    pub person: PersonId,
    /// The rule that said so.
    pub rule: Rule,
    /// Why, in plain English and without any value.
    pub reason: String,
    /// Something that somebody should look at, in plain English and without any value.
    pub review: Option<String>,
}

impl Link {
    /// Whether the person was not known before.
    pub fn is_new(&self) -> bool {
        self.rule == Rule::NewPerson
    }
}

/// Links people one at a time, each against everybody before.
///
/// A day starts with [`Linker::load`] for every link already stored, in the order of the store, then calls
/// [`Linker::link`] for what is new or changed, in an order of its own choosing that is always the same.
#[derive(Default)]
pub struct Linker {
    index: Index,
    /// Source and source person by a 64-bit hash. Two of 13 million are taken for one with a chance of 1 in 200,000.
    seen: HashMap<u64, PersonId, Identity>,
    /// Organisation and source person by a 64-bit hash: a hospital knows a person by one number in all that it sends.
    at_organisation: HashMap<u64, PersonId, Identity>,
    next: u32,
}

impl Linker {
    /// Begins with nobody known; the first new person is number 1.
    pub fn new() -> Self {
        Self { next: 1, ..Self::default() }
    }

    /// Makes room for so many source people, so that loading them does not move everything again and again.
    pub fn with_room_for(source_people: usize) -> Self {
        let mut linker = Self::new();
        linker.seen.reserve(source_people);
        linker
    }

    /// Takes a stored link over. New people get numbers above every number loaded.
    pub fn load(&mut self, who: &Demographics, person: PersonId) {
        self.index.add(person, &Traits::of(who));
        self.remember(&who.source, &who.source_person, person);
    }

    /// Takes a stored link over whose demographics are not at hand: the source's person keeps who they are, but helps
    /// nobody else to be found.
    pub fn remember(&mut self, source: &str, source_person: &str, person: PersonId) {
        self.seen.insert(source_key(source, source_person), person);
        if let Some(key) = organisation_key(source, source_person) {
            self.at_organisation.entry(key).or_insert(person);
        }
        self.next = self.next.max(person.0.saturating_add(1));
    }

    /// Who this source's person is, if they were seen before.
    pub fn seen(&self, source: &str, source_person: &str) -> Option<PersonId> {
        self.seen.get(&source_key(source, source_person)).copied()
    }

    /// Says who this is, and learns from it. For a person of a source seen before the link stays as it was (rule
    /// [`Rule::SameSourcePerson`]: keep the stored rule and reason), even when the NHS number now contradicts it; that
    /// gives a review, and nothing is learnt from what came with it.
    pub fn link(&mut self, who: &Demographics) -> Link {
        let traits = Traits::of(who);
        let link = match self.seen(&who.source, &who.source_person) {
            Some(person) => self.same_source_person(person, &traits),
            None => self.judge(who, &traits),
        };
        self.index.add(link.person, &traits);
        self.remember(&who.source, &who.source_person, link.person);
        link
    }

    fn same_source_person(&self, person: PersonId, traits: &Traits) -> Link {
        let held = self.index.number_of(person);
        let contradicts = matches!((held, traits.number), (Some(held), Some(new)) if held != new.as_u64());
        let review =
            contradicts.then(|| "The source now gives another NHS number for this person.".to_owned());
        Link {
            person,
            rule: Rule::SameSourcePerson,
            reason: Rule::SameSourcePerson.sentence().to_owned(),
            review,
        }
    }

    fn judge(&self, who: &Demographics, traits: &Traits) -> Link {
        let number = self.by_number(traits);
        if let ByNumber::Confirmed(person, rule) = number {
            return Link { person, rule, reason: rule.sentence().to_owned(), review: None };
        }
        if let Some(person) = self.by_organisation(who, traits) {
            let rule = Rule::SameOrganisation;
            return Link { person, rule, reason: rule.sentence().to_owned(), review: None };
        }
        let mut review = matches!(number, ByNumber::Unconfirmed).then(|| {
            "The NHS number is known, but neither the date of birth nor the name of its holder confirms it.".to_owned()
        });
        match self.three_of_four(traits) {
            Candidates::One(person, rule) => {
                Link { person, rule, reason: rule.sentence().to_owned(), review }
            }
            Candidates::None { other_number } => {
                if other_number {
                    review = Some("Somebody agrees in three of four, but has another NHS number.".to_owned());
                }
                self.new_person("", review)
            }
            Candidates::Several => {
                let why = " More than one person agrees equally well, so that none was chosen.";
                self.new_person(why, Some("More than one person agrees in three of four.".to_owned()))
            }
        }
    }

    fn new_person(&self, why: &str, review: Option<String>) -> Link {
        let rule = Rule::NewPerson;
        Link { person: PersonId(self.next), rule, reason: format!("{}{why}", rule.sentence()), review }
    }

    /// Whom the same organisation knows by this number in another feed, if the date of birth or the name confirms it.
    fn by_organisation(&self, who: &Demographics, traits: &Traits) -> Option<PersonId> {
        let key = organisation_key(&who.source, &who.source_person)?;
        let person = self.at_organisation.get(&key).copied()?;
        let other = matches!((self.index.number_of(person), traits.number), (Some(held), Some(new)) if held != new.as_u64());
        (!other && self.confirms(person, traits).is_some()).then_some(person)
    }

    fn by_number(&self, traits: &Traits) -> ByNumber {
        let Some(number) = traits.number else { return ByNumber::Unknown };
        let mut people: Vec<PersonId> = self.index.with_number(number).map(|known| known.person).collect();
        people.sort_unstable();
        people.dedup();
        let confirmed = people.iter().find_map(|person| Some((*person, self.confirms(*person, traits)?)));
        match confirmed {
            Some((person, rule)) => ByNumber::Confirmed(person, rule),
            None if people.is_empty() => ByNumber::Unknown,
            None => ByNumber::Unconfirmed,
        }
    }

    /// Whether what is known of the number's holder confirms that this is they. A twin entered under the other's
    /// number has the date of birth but not the given name, and is not confirmed by it.
    fn confirms(&self, person: PersonId, traits: &Traits) -> Option<Rule> {
        let all = || self.index.of_person(person);
        let birth = traits.birth.is_some() && all().any(|known| known.birth == traits.birth);
        let twin = all().any(|known| family_agrees(known.family, &traits.family))
            && self.given_differs(person, traits);
        if birth && !twin {
            return Some(Rule::NhsNumberAndBirthDate);
        }
        let named = all().any(|known| {
            names_agree((known.family, known.given), (traits.family.as_str(), traits.given.as_str()))
        });
        named.then_some(Rule::NhsNumberAndName)
    }

    /// Whether given names are known on both sides and none of the person's can be this one.
    fn given_differs(&self, person: PersonId, traits: &Traits) -> bool {
        let mut given = self
            .index
            .of_person(person)
            .map(|known| known.given)
            .filter(|given| !given.is_empty())
            .peekable();
        !traits.given.is_empty()
            && given.peek().is_some()
            && given.all(|known| !given_can_be_same(known, &traits.given))
    }

    fn three_of_four(&self, traits: &Traits) -> Candidates {
        let (mut candidates, mut other_number) = (BTreeMap::new(), false);
        for known in self.index.near(traits) {
            let Some(rule) = three_agree(&known, traits) else { continue };
            if self.plainly_another(known.person, traits) {
                continue;
            }
            let number = traits.number.map(|number| number.as_u64());
            let held = self.index.number_of(known.person);
            if matches!((held, number), (Some(held), Some(new)) if held != new) {
                other_number = true;
                continue;
            }
            let best = candidates.entry(known.person).or_insert(rule);
            *best = rule.min(*best);
        }
        let whole = |rule: &Rule| *rule == Rule::FourOfFour;
        let mut all = candidates.iter();
        match (all.next(), all.next()) {
            (None, _) => Candidates::None { other_number },
            (Some((person, rule)), None) => Candidates::One(*person, *rule),
            _ => {
                let mut best = candidates.iter().filter(|(_, rule)| whole(rule));
                match (best.next(), best.next()) {
                    (Some((person, rule)), None) => Candidates::One(*person, *rule),
                    _ => Candidates::Several,
                }
            }
        }
    }

    /// Whether anything known of a person shows that this is somebody else of the same family or the same name.
    fn plainly_another(&self, person: PersonId, traits: &Traits) -> bool {
        self.index.of_person(person).any(|known| {
            let given = !given_can_be_same(known.given, &traits.given);
            let birth = matches!((known.birth, traits.birth), (Some(one), Some(other)) if !birth_dates_near(one, other));
            let sex = matches!(
                (known.sex, traits.sex),
                (Sex::Female, Sex::Male) | (Sex::Male, Sex::Female)
            );
            given || birth || sex
        })
    }
}

enum ByNumber {
    /// No number, or nobody has it.
    Unknown,
    Confirmed(PersonId, Rule),
    Unconfirmed,
}

enum Candidates {
    None { other_number: bool },
    One(PersonId, Rule),
    Several,
}

/// Which three of the four agree, if three do.
fn three_agree(known: &Known<'_>, traits: &Traits) -> Option<Rule> {
    let agrees = |one: &str, other: &str| !one.is_empty() && same_letters(one, other);
    let family = agrees(known.family, &traits.family);
    let given = agrees(known.given, &traits.given);
    let birth = known.birth.is_some() && known.birth == traits.birth;
    let postcode = agrees(known.postcode, &traits.postcode);
    Some(match (given, family, birth, postcode) {
        (true, true, true, true) => Rule::FourOfFour,
        (true, true, true, false) => Rule::NamesAndBirthDate,
        (true, true, false, true) => Rule::NamesAndPostcode,
        (false, true, true, true) => Rule::FamilyNameBirthDatePostcode,
        (true, false, true, true) => Rule::GivenNameBirthDatePostcode,
        _ => return None,
    })
}

/// The organisation of a source such as `sus_op:RQM`, and its number for the person.
pub(crate) fn organisation_key(source: &str, source_person: &str) -> Option<u64> {
    let (_, organisation) = source.split_once(':')?;
    Some(source_key(organisation, source_person))
}

fn source_key(source: &str, source_person: &str) -> u64 {
    hash_bytes(hash_text(source), source_person.bytes())
}

/// The keys are hashes already.
#[derive(Clone, Copy, Default)]
struct Identity(u64);

impl std::hash::BuildHasher for Identity {
    type Hasher = Self;
    fn build_hasher(&self) -> Self {
        *self
    }
}

impl std::hash::Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash_bytes(self.0, bytes.iter().copied());
    }
    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}
