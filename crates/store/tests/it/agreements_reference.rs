//! What agreements cover, against a small decider of its own over plain sets: random changes, asked after each.

use std::collections::BTreeSet;

use chrono::{Duration, NaiveDate};
use model::agreement::{Change, Party, Terms};
use model::{Feed, Purpose, Role};
use policy::{Access, Action, Resource};
use store::sources::PublishedSource;
use store::{RequestError, Store, agreements, generations};

use crate::support::*;

on_both!(random_changes_are_covered_as_the_reference_says);

const ORGANISATIONS: [&str; 3] = ["E84001", "E84002", "RYJ"];
const FEEDS: [Feed; 2] = [Feed::Gp, Feed::SusApc];
const STEPS: u32 = 120;

/// Numbers that look random and are the same each time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % n) as usize
    }

    fn some<T: Copy>(&mut self, of: &[T]) -> Vec<T> {
        let chosen: Vec<T> = of.iter().copied().filter(|_| self.below(3) > 0).collect();
        if chosen.is_empty() { vec![of[self.below(of.len() as u64)]] } else { chosen }
    }
}

/// An agreement as the reference keeps it.
#[derive(Clone)]
struct Plain {
    purpose: Purpose,
    suppliers: Vec<&'static str>,
    recipients: Vec<&'static str>,
    feeds: Vec<Feed>,
    days: (NaiveDate, Option<NaiveDate>),
    signed: BTreeSet<&'static str>,
    suspended: bool,
    ended: bool,
}

impl Plain {
    fn new(dice: &mut Dice) -> Self {
        let today = now().date_naive();
        let starts = today + Duration::days(dice.below(3) as i64 - 1);
        let ends = (dice.below(2) == 0).then(|| starts + Duration::days(dice.below(3) as i64));
        Self {
            purpose: [Purpose::DirectCare, Purpose::Planning][dice.below(2)],
            suppliers: dice.some(&ORGANISATIONS),
            recipients: dice.some(&ORGANISATIONS),
            feeds: dice.some(&FEEDS),
            days: (starts, ends),
            signed: BTreeSet::new(),
            suspended: false,
            ended: false,
        }
    }

    fn terms(&self) -> Terms {
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
            starts: self.days.0,
            ends: self.days.1,
            review: None,
            dpia: "d".into(),
        }
    }

    fn covers(&self, feed: Feed, supplier: &str, recipient: &str, purpose: Purpose, day: NaiveDate) -> bool {
        let party = |side: &[&str], code: &str| side.contains(&code) && self.signed.contains(code);
        self.purpose == purpose
            && !self.suspended
            && !self.ended
            && self.feeds.contains(&feed)
            && party(&self.suppliers, supplier)
            && party(&self.recipients, recipient)
            && self.days.0 <= day
            && self.days.1.is_none_or(|ends| day <= ends)
    }
}

fn who(role: Role, organisation: &str, days: i64) -> Access {
    let at = now() + Duration::days(days);
    Access { organisation: organisation.into(), at, ..access(role.name(), role) }
}

/// Every source, recipient, purpose and day: what the store hides is what the reference does not cover. Gives how many were asked.
async fn compare(store: &Store, all: &[(String, Plain)]) -> u32 {
    let mut asked = 0;
    for recipient in ORGANISATIONS {
        for (role, action, resource, purpose) in [
            (Role::Gp, Action::FindPerson, Resource::People, Purpose::DirectCare),
            (Role::Commissioner, Action::ViewIndicators, Resource::Marts, Purpose::Planning),
        ] {
            for days in [-1, 0, 2] {
                let access = who(role, recipient, days);
                // Where nothing is covered the answer is a refusal that says so.
                let permit = match store.request(&access, action, resource).await {
                    Err(RequestError::Refused { sentence, .. }) if sentence.starts_with("No agreement") => {
                        None
                    }
                    other => Some(other.unwrap()),
                };
                for feed in FEEDS {
                    for supplier in ORGANISATIONS {
                        let day = access.at.date_naive();
                        let covers = |(_, plain): &(String, Plain)| {
                            plain.covers(feed, supplier, recipient, purpose, day)
                        };
                        let source = format!("{feed}:{supplier}");
                        let hidden = permit.as_ref().is_none_or(|permit| permit.cover().hides(&source));
                        assert_eq!(
                            hidden,
                            !all.iter().any(covers),
                            "{feed}:{supplier} for {recipient} on {day}"
                        );
                        asked += 1;
                    }
                }
            }
        }
    }
    asked
}

async fn random_changes_are_covered_as_the_reference_says(f: Fixture) {
    let mut generation = generations::begin(f.store.pipeline()).await.unwrap();
    let names = FEEDS.iter().flat_map(|feed| ORGANISATIONS.map(|code| format!("{feed}:{code}")));
    let source = |source| PublishedSource { source, planning: true, people: 1, events: 1 };
    generation.sources(names.map(source).collect());
    generation.publish("{}", day(31), now()).await.unwrap();
    let lead = who(Role::GovernanceLead, "QRV", 0);
    let manage = f.store.request(&lead, Action::ManageAgreements, Resource::Agreements).await.unwrap();
    let mut dice = Dice(11);
    let mut all: Vec<(String, Plain)> = Vec::new();
    let mut asked = 0;
    for _ in 0..STEPS {
        if all.len() < 2 || (all.len() < 6 && dice.below(8) == 0) {
            let plain = Plain::new(&mut dice);
            let id = agreements::draft(&f.store, &manage, plain.terms()).await.unwrap().id;
            all.push((id, plain));
        }
        let at = dice.below(all.len() as u64);
        let code = ORGANISATIONS[dice.below(3)];
        let what = dice.below(12);
        let (id, before) = all[at].clone();
        let mut plain = before.clone();
        let party = plain.suppliers.contains(&code) || plain.recipients.contains(&code);
        let reason = || "r".to_owned();
        let (change, may) = match what {
            0..=5 => {
                let new = party && plain.signed.insert(code);
                (Change::Signed { organisations: [code.to_owned()].into() }, new)
            }
            6..=7 => {
                let was = plain.signed.remove(code);
                (Change::Withdrawn { organisation: code.into(), reason: reason() }, was)
            }
            8 => (Change::Suspended { reason: reason() }, !std::mem::replace(&mut plain.suspended, true)),
            9 => (Change::Resumed, std::mem::replace(&mut plain.suspended, false)),
            10 => {
                let others = Plain::new(&mut dice);
                plain = Plain { suspended: plain.suspended, ended: plain.ended, ..others };
                // Other days or another use: all sign anew. (Only added parties would keep what is signed.)
                plain.days.1 = before.days.1.map_or(Some(plain.days.0), |_| None);
                (Change::Drafted { terms: plain.terms() }, true)
            }
            _ if dice.below(4) == 0 => {
                (Change::Ended { reason: reason() }, !std::mem::replace(&mut plain.ended, true))
            }
            _ => continue,
        };
        let signatory = who(Role::Signatory, code, 0);
        let own = f.store.request(&signatory, Action::SignAgreement, Resource::Agreements).await.unwrap();
        let signs = matches!(change, Change::Signed { .. } | Change::Withdrawn { .. });
        let permit = if signs { &own } else { &manage };
        let made = agreements::change(&f.store, permit, &id, change.clone()).await;
        assert_eq!(made.is_ok(), may && !before.ended, "{change:?} of {id}");
        if made.is_ok() {
            all[at].1 = plain;
        }
        asked += compare(&f.store, &all).await;
    }
    assert!(asked > 5_000, "{asked} cases were asked");
    assert!(all.iter().any(|(_, plain)| !plain.signed.is_empty()), "nothing was ever signed");
}
