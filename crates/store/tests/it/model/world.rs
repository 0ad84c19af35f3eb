//! A small world as plain tables: people, users, agreements, objections, proxies and caseloads, and what may change in it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate};
use model::agreement::{Party, Terms};
use model::{Feed, Purpose, Role};

use super::tables::About;
use crate::support::now;

pub const PRACTICES: [&str; 4] = ["E84001", "E84002", "E84003", "E84004"];
const SUPPLIERS: [&str; 5] = ["E84001", "E84002", "E84003", "E84004", "RYJ"];
const RECIPIENTS: [&str; 7] = ["E84001", "E84002", "E84003", "E84004", "U00001", "U00002", "QRV"];
const FEEDS: [Feed; 2] = [Feed::Gp, Feed::SusApc];
pub const PEOPLE: u32 = 36;
const AGREEMENTS: usize = 5;
pub const TEAMS: usize = 3;
/// Users whose roles work in teams, by their place: three coordinators and two team members.
const IN_TEAMS: [usize; 5] = [4, 5, 6, 17, 18];

/// Numbers that look random and are the same each time: the 64-bit generator of Steele, Lea and Flood (SplitMix, 2014).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn most<T: Copy>(&mut self, of: &[T]) -> Vec<T> {
        let chosen: Vec<T> = of.iter().copied().filter(|_| self.below(8) > 0).collect();
        if chosen.is_empty() { vec![self.one(of)] } else { chosen }
    }
}

/// An agreement.
#[derive(Clone, Debug)]
pub struct Deal {
    pub purpose: Purpose,
    pub suppliers: Vec<&'static str>,
    pub recipients: Vec<&'static str>,
    pub feeds: Vec<Feed>,
    pub starts: NaiveDate,
    pub ends: Option<NaiveDate>,
    pub signed: BTreeSet<&'static str>,
    pub suspended: bool,
    pub ended: bool,
}

impl Deal {
    fn new(dice: &mut Dice, today: NaiveDate) -> Self {
        let starts = today + Duration::days(dice.below(3) as i64 - 1);
        let ends = (dice.below(3) == 0).then(|| starts + Duration::days(dice.below(20) as i64));
        let (suppliers, recipients) = (dice.most(&SUPPLIERS), dice.most(&RECIPIENTS));
        let signed = suppliers.iter().chain(&recipients).copied().filter(|_| dice.below(6) > 0).collect();
        Self {
            purpose: if dice.below(3) == 0 { Purpose::Planning } else { Purpose::DirectCare },
            feeds: dice.most(&FEEDS),
            suppliers,
            recipients,
            starts,
            ends,
            signed,
            suspended: false,
            ended: false,
        }
    }

    pub fn terms(&self) -> Terms {
        let party = |codes: &[&str]| Party {
            name: codes.join(" "),
            members: codes.iter().map(|code| (*code).to_owned()).collect(),
        };
        let activity = if self.purpose == Purpose::Planning { "E5" } else { "B3" };
        Terms {
            title: "t".into(),
            purpose: self.purpose,
            suppliers: vec![party(&self.suppliers)],
            recipients: vec![party(&self.recipients)],
            feeds: self.feeds.iter().copied().collect(),
            activities: [activity.to_owned()].into(),
            starts: self.starts,
            ends: self.ends,
            review: None,
            dpia: "d".into(),
        }
    }

    /// The sources whose data it lets one of these recipients use; `None`: somebody.
    fn covers(
        &self,
        recipients: Option<&BTreeSet<&str>>,
        purpose: Purpose,
        day: NaiveDate,
    ) -> BTreeSet<String> {
        let receives = |code: &&&str| {
            self.signed.contains(**code) && recipients.is_none_or(|wanted| wanted.contains(**code))
        };
        let in_force = self.purpose == purpose
            && !self.suspended
            && !self.ended
            && self.starts <= day
            && self.ends.is_none_or(|ends| day <= ends)
            && self.recipients.iter().find(receives).is_some();
        let suppliers = self.suppliers.iter().filter(|code| in_force && self.signed.contains(**code));
        suppliers.flat_map(|code| self.feeds.iter().map(move |feed| format!("{feed}:{code}"))).collect()
    }
}

pub struct Someone {
    pub id: u32,
    /// Blank for nowhere.
    pub practice: &'static str,
    pub sources: BTreeSet<String>,
    pub died: bool,
    pub objects_to_sharing: bool,
    pub objects_to: BTreeSet<&'static str>,
}

pub struct Account {
    pub id: String,
    pub role: Role,
    /// Blank for none.
    pub organisation: &'static str,
    pub person: Option<u32>,
}

/// A change of the world.
#[derive(Clone, Debug)]
pub enum Step {
    /// A new agreement, signed by some.
    Agreed(usize),
    Signed(usize, &'static str),
    Withdrawn(usize, &'static str),
    Suspended(usize),
    Resumed(usize),
    Ended(usize),
    /// Other terms: all sign anew.
    Redrafted(usize),
    Sharing(u32, bool),
    Organisation(u32, &'static str, bool),
    Proxy(usize, u32, NaiveDate, NaiveDate),
    Caseload(usize, u32, bool),
    /// A user is in a team between two days.
    Joined(usize, usize, NaiveDate, NaiveDate),
    Left(usize, usize),
    /// A team looks after a person to a day.
    Referred(usize, u32, NaiveDate),
    CareEnded(usize, u32),
    WorksFor(&'static str, Vec<&'static str>),
    /// A day goes by.
    Day,
}

pub struct World {
    pub today: NaiveDate,
    pub agreements: Vec<(String, Deal)>,
    /// All that were ever written, to name the next.
    pub written: usize,
    pub people: Vec<Someone>,
    pub users: Vec<Account>,
    pub works_for: BTreeMap<&'static str, BTreeSet<&'static str>>,
    pub caseload: BTreeSet<(usize, u32)>,
    /// Who is in which team, and whom it looks after, each between two days.
    pub members: BTreeMap<(usize, usize), Days>,
    pub under_care: BTreeMap<(usize, u32), Days>,
    pub proxies: BTreeMap<(usize, u32), (NaiveDate, NaiveDate)>,
}

/// A first and a last day.
type Days = (NaiveDate, NaiveDate);

/// What a generation is made of here.
pub fn published() -> BTreeSet<String> {
    PRACTICES.iter().map(|code| format!("gp:{code}")).chain(["sus_apc:RYJ".to_owned()]).collect()
}

impl World {
    pub fn new(dice: &mut Dice) -> Self {
        let people = (1..=PEOPLE).map(|id| someone(id, dice)).collect();
        let mut users: Vec<Account> = Vec::new();
        let mut add = |role: Role, organisation, person| {
            let id = format!("{}{}", role.name(), users.len());
            users.push(Account { id, role, organisation, person });
        };
        PRACTICES.iter().for_each(|code| add(Role::Gp, *code, None));
        ["U00001", "U00002", "E84001"].into_iter().for_each(|code| add(Role::CareCoordinator, code, None));
        add(Role::Commissioner, "QRV", None);
        add(Role::GovernanceLead, "QRV", None);
        add(Role::Signatory, "E84001", None);
        [Some(1), Some(2), Some(3), None].into_iter().for_each(|person| add(Role::Person, "", person));
        for role in [Role::Gp, Role::CareCoordinator, Role::Commissioner] {
            add(role, "", None);
        }
        ["U00001", "QRV", ""].into_iter().for_each(|code| add(Role::TeamMember, code, None));
        let works_for = [("U00001", ["E84001", "E84002"].into()), ("U00002", ["E84003"].into())].into();
        let (today, caseload, proxies) = (now().date_naive(), BTreeSet::new(), BTreeMap::new());
        let (members, under_care) = (BTreeMap::new(), BTreeMap::new());
        let (agreements, written) = (Vec::new(), 0);
        Self { today, agreements, written, people, users, works_for, caseload, members, under_care, proxies }
    }

    /// Something that could happen next. It has not happened yet.
    pub fn think(&self, dice: &mut Dice) -> Step {
        let live = self.agreements.len();
        if live < AGREEMENTS {
            return Step::Agreed(live);
        }
        let (at, person) = (dice.below(live), 1 + dice.below(PEOPLE as usize) as u32);
        let (coordinator, relative) = (4 + dice.below(3), 10 + dice.below(4));
        let party = |dice: &mut Dice| dice.one(&[&SUPPLIERS[..], &RECIPIENTS[..]].concat());
        let (team, days) = (dice.below(TEAMS), Duration::days(dice.below(7) as i64));
        match dice.below(31) {
            0..=6 => Step::Signed(at, party(dice)),
            7..=8 => Step::Withdrawn(at, party(dice)),
            9 => Step::Suspended(at),
            10..=11 => Step::Resumed(at),
            12 if dice.below(4) == 0 => Step::Ended(at),
            13 if dice.below(3) == 0 => Step::Redrafted(at),
            12..=15 => Step::Caseload(coordinator, person, dice.below(3) > 0),
            16..=17 => Step::Sharing(person, dice.below(2) == 0),
            18..=19 => {
                let organisation = dice.one(&["E84001", "E84002", "E84003", "E84004", "U00001", "U00002"]);
                Step::Organisation(person, organisation, dice.below(2) == 0)
            }
            20..=21 => {
                let since = self.today - Duration::days(dice.below(3) as i64);
                Step::Proxy(relative, person, since, since + Duration::days(dice.below(6) as i64))
            }
            24..=25 => {
                let since = self.today + Duration::days(dice.below(2) as i64);
                Step::Joined(team, dice.one(&IN_TEAMS), since, since + days)
            }
            26 => Step::Left(team, dice.one(&IN_TEAMS)),
            27..=29 => Step::Referred(team, person, self.today + days),
            30 => Step::CareEnded(team, person),
            22 => Step::WorksFor(dice.one(&["U00001", "U00002"]), dice.most(&PRACTICES)),
            _ => Step::Day,
        }
    }

    /// Lets it happen. `false` when it stood that way already, so that nothing does.
    pub fn happen(&mut self, step: &Step, dice: &mut Dice) -> bool {
        let today = self.today;
        match step {
            Step::Agreed(_) => {
                self.written += 1;
                self.agreements.push((format!("A{}", self.written), Deal::new(dice, today)));
                true
            }
            Step::Signed(at, code) => {
                let deal = &mut self.agreements[*at].1;
                let party = deal.suppliers.contains(code) || deal.recipients.contains(code);
                party && deal.signed.insert(*code)
            }
            Step::Withdrawn(at, code) => self.agreements[*at].1.signed.remove(code),
            Step::Suspended(at) => !std::mem::replace(&mut self.agreements[*at].1.suspended, true),
            Step::Resumed(at) => std::mem::replace(&mut self.agreements[*at].1.suspended, false),
            Step::Ended(at) => !std::mem::replace(&mut self.agreements[*at].1.ended, true),
            Step::Redrafted(at) => {
                let before = self.agreements[*at].1.clone();
                let mut deal =
                    Deal { suspended: before.suspended, signed: BTreeSet::new(), ..Deal::new(dice, today) };
                deal.ends = if before.ends.is_some() { None } else { Some(deal.starts + Duration::days(9)) };
                self.agreements[*at].1 = deal;
                true
            }
            Step::Sharing(person, objects) => {
                std::mem::replace(&mut self.someone_mut(*person).objects_to_sharing, *objects) != *objects
            }
            Step::Organisation(person, code, true) => self.someone_mut(*person).objects_to.insert(*code),
            Step::Organisation(person, code, false) => self.someone_mut(*person).objects_to.remove(code),
            Step::Proxy(user, person, since, until) => {
                self.proxies.insert((*user, *person), (*since, *until));
                true
            }
            Step::Caseload(user, person, true) => self.caseload.insert((*user, *person)),
            Step::Caseload(user, person, false) => self.caseload.remove(&(*user, *person)),
            // One is in a team once at a time, and it looks after somebody once at a time.
            Step::Joined(team, user, since, until) => {
                let key = (*team, *user);
                let free = self.members.get(&key).is_none_or(|(_, to)| *to < today);
                if free {
                    self.members.insert(key, (*since, *until));
                }
                free
            }
            Step::Left(team, user) => {
                self.members.remove(&(*team, *user)).is_some_and(|(_, until)| until >= today)
            }
            Step::Referred(team, person, until) => {
                let key = (*team, *person);
                let free = self.under_care.get(&key).is_none_or(|(_, to)| *to < today);
                if free {
                    self.under_care.insert(key, (today, *until));
                }
                free
            }
            Step::CareEnded(team, person) => {
                self.under_care.remove(&(*team, *person)).is_some_and(|(_, until)| until >= today)
            }
            Step::WorksFor(code, practices) => {
                self.works_for.insert(code, practices.iter().copied().collect());
                true
            }
            Step::Day => {
                self.today += Duration::days(1);
                true
            }
        }
    }

    /// Agreements that have ended make room for new ones.
    pub fn forget_ended(&mut self) {
        self.agreements.retain(|(_, deal)| !deal.ended);
    }

    pub fn someone(&self, id: u32) -> &Someone {
        &self.people[id as usize - 1]
    }

    fn someone_mut(&mut self, id: u32) -> &mut Someone {
        &mut self.people[id as usize - 1]
    }

    /// The published sources whose data one user may not be shown for a purpose today.
    pub fn hidden(&self, user: usize, purpose: Purpose) -> BTreeSet<String> {
        let own = self.users[user].organisation;
        let mut recipients: BTreeSet<&str> = [own].into();
        recipients.extend(self.works_for.get(own).into_iter().flatten());
        let (recipients, purpose) = match purpose {
            Purpose::DirectCare | Purpose::Planning => (Some(&recipients), purpose),
            _ => (None, Purpose::DirectCare),
        };
        let mut hidden = published();
        for (_, deal) in &self.agreements {
            for source in deal.covers(recipients, purpose, self.today) {
                hidden.remove(&source);
            }
        }
        hidden
    }

    /// What is so about a person for a user to whom these sources are hidden.
    pub fn about(&self, user: usize, person: u32, hidden: &BTreeSet<String>) -> About {
        let who = &self.users[user];
        let Some(someone) = self.people.get(person as usize - 1) else { return About::default() };
        if someone.sources.iter().all(|source| hidden.contains(source)) {
            // Nobody whom they may know of; whether it is the user themselves is for them to say.
            return About { is_user: who.person == Some(person), ..About::default() };
        }
        let registered =
            !someone.practice.is_empty() && !hidden.contains(&format!("gp:{}", someone.practice));
        let works_for =
            self.works_for.get(who.organisation).is_some_and(|all| all.contains(someone.practice));
        let acts = |(since, until): &(NaiveDate, NaiveDate)| *since <= self.today && self.today <= *until;
        About {
            known: true,
            own_practice: registered && someone.practice == who.organisation,
            practice_of_organisation: registered && (someone.practice == who.organisation || works_for),
            on_caseload: self.caseload.contains(&(user, person)),
            under_team: (0..TEAMS).any(|team| {
                self.members.get(&(team, user)).is_some_and(acts)
                    && self.under_care.get(&(team, person)).is_some_and(acts)
            }),
            is_user: who.person == Some(person),
            acted_for: self.proxies.get(&(user, person)).is_some_and(acts),
            objects_to_sharing: someone.objects_to_sharing,
            objects_to_organisation: someone.objects_to.contains(who.organisation),
            died: someone.died,
        }
    }
}

/// A quarter each at the four practices, some nowhere; every third known to the hospital.
fn someone(id: u32, dice: &mut Dice) -> Someone {
    let practice = if id.is_multiple_of(9) { "" } else { PRACTICES[id as usize % 4] };
    let mut sources: BTreeSet<String> =
        (!practice.is_empty()).then(|| format!("gp:{practice}")).into_iter().collect();
    if id.is_multiple_of(3) {
        sources.insert("sus_apc:RYJ".into());
    }
    Someone {
        id,
        practice,
        sources,
        died: id != 1 && dice.below(6) == 0,
        objects_to_sharing: false,
        objects_to: BTreeSet::new(),
    }
}
