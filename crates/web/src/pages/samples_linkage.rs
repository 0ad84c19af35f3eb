//! The pages about linkage with sample data. Nobody in them is real.

use care::linkage::{Joined, Linkage};
use governance::linkage_quality::{EVERYBODY, Found, LinkageQuality, MissedMost, Shown};
use methods::Rule;
use model::{Demographics, PersonId, Sex};
use store::cases::{Case, Part, Side};
use store::history::{Moved, Why};
use store::identities::Identity;
use store::partings::{Parting, WhoSaw};
use store::reviews::{Event, Line, Opened, Queue, Said, Standing, Verdict};

use super::samples::{day, moment, names};
use super::samples_audit::row;
use super::{linkage_person, linkage_quality, linkage_review};
use crate::forms::Errors;
use crate::page::Page;

const PAIR: &str = "9f2c41d07be855a3c1d2e3f4";

fn side(source: &str, source_person: &str, family: &str, given: &str) -> Side {
    Side {
        source: source.into(),
        source_person: source_person.into(),
        person: PersonId(4711),
        demographics: Demographics {
            source: source.into(),
            source_person: source_person.into(),
            family_name: family.into(),
            given_name: given.into(),
            birth_date: Some(day(1941, 3, 9)),
            sex: Sex::Female,
            postcode: "HA9 9ZZ".into(),
            ..Demographics::default()
        },
    }
}

fn case() -> Case {
    let mut one = side("gp:E84002", "4471102", "Okonkwo-Fitzgerald", "Margaret");
    one.demographics.nhs_number = "9991234561".into();
    one.demographics.address = "12 Llanfairpwllgwyngyll Court, Long Street".into();
    one.demographics.practice = "E84002".into();
    let mut other = side("sus_ae:R1K", "A-99120", "Fitzgerald", "Maggie");
    other.demographics.birth_date = Some(day(1941, 9, 3));
    other.demographics.practice = "E84013".into();
    let part = |field: &str, level: &str, bits| Part { field: field.into(), level: level.into(), bits };
    Case {
        one,
        other,
        probability: 0.62,
        parts: vec![
            part("given_name", "a nickname of the other", 6.1),
            part("family_name", "one is part of the other", 7.4),
            part("date_of_birth", "day and month the other way round", 8.3),
            part("sex", "the same", 0.9),
            part("postcode", "the same", 9.4),
            part("nhs_number", "one record gives none", 0.0),
            part("address", "no word in common", -5.2),
        ],
        prior: -22.5,
        taken_off: -3.7,
        opened_on: day(2026, 11, 19),
    }
}

fn opened(standing: Standing, judged: bool, events: &[Event]) -> Opened {
    let said = |event: &Event| Said {
        event: *event,
        at: moment(),
        user: "iga".into(),
        user_name: "Ines Garcia".into(),
        note: "The practice says she gave a nickname.".into(),
    };
    Opened { case: case(), standing, gone_on: None, judged, said: events.iter().map(said).collect() }
}

fn case_page(opened: Opened) -> linkage_review::CasePage {
    linkage_review::CasePage {
        pair: PAIR.into(),
        opened,
        after: None,
        note: String::new(),
        errors: Errors::default(),
        names: names(),
        csrf: "0123456789abcdef".into(),
    }
}

fn after(outcome: linkage_review::Outcome) -> Option<linkage_review::After> {
    Some(linkage_review::After { pair: PAIR.into(), outcome })
}

fn queue(mine: u64) -> linkage_review::QueuePage {
    let line = |i: u64| Line {
        pair: format!("{i:06}{}", &PAIR[6..]),
        one_source: "gp:E84002".into(),
        other_source: "sus_ae:R1K".into(),
        probability: 0.5 + i as f64 / 100.0,
        opened_on: day(2026, 11, 19),
        verdicts: i % 3,
    };
    let lines = (0..mine.min(25)).map(line).collect();
    let queue = Queue { open: mine + 2, mine, second: mine / 3, lines };
    linkage_review::QueuePage { queue, page: 1, after: None, names: names() }
}

fn joined(source: &str, source_person: &str, reason: &str) -> Joined {
    let identity = Identity {
        source: source.into(),
        source_person: source_person.into(),
        person: PersonId(4711),
        rule: "nhs_number".into(),
        reason: reason.into(),
        as_at: Some(day(2026, 11, 1)),
        demographics_digest: 0,
    };
    Joined { identity, since: None, parting: false }
}

fn parting(holds: bool) -> Parting {
    Parting {
        id: 118,
        source: "sus_ae:R1K".into(),
        source_person: "A-99120".into(),
        at: moment(),
        user_name: "Ines Garcia".into(),
        reason: "The hospital says this is another woman".into(),
        linked_at: Some(moment()),
        holds,
    }
}

fn linkage() -> linkage_person::LinkagePage {
    let moved = |person, former, why| Moved {
        source: "sus_ae:R1K".into(),
        source_person: "A-99120".into(),
        at: moment(),
        person: PersonId(person),
        former: PersonId(former),
        why,
        reason: "a reviewer said so".into(),
    };
    linkage_person::LinkagePage {
        person: PersonId(4711),
        linkage: Linkage {
            joined: vec![
                joined("gp:E84002", "4471102", "First source of this person"),
                Joined {
                    since: Some(moment()),
                    parting: true,
                    ..joined("sus_ae:R1K", "A-99120", "The same NHS number and date of birth")
                },
                joined("mhsds:RYX", "77-1", "The same name, date of birth and postcode"),
            ],
            history: vec![moved(4711, 5012, Why::Merged), moved(5013, 4711, Why::Parted)],
            partings: vec![parting(true), Parting { id: 90, ..parting(false) }],
            withheld: true,
        },
        may_part: true,
        may_open: true,
        names: names(),
    }
}

fn part_page(errors: Errors) -> linkage_person::PartPage {
    linkage_person::PartPage {
        person: PersonId(4711),
        joined: joined("sus_ae:R1K", "A-99120", "The same NHS number and date of birth"),
        reason: String::new(),
        errors,
        names: names(),
        csrf: "0123456789abcdef".into(),
    }
}

fn parting_page(seen: u64, linked: bool) -> linkage_person::PartingPage {
    let entry = |i: u64| row(i64::try_from(i).unwrap());
    let parting = Parting { linked_at: linked.then(moment), ..parting(linked) };
    linkage_person::PartingPage {
        person: PersonId(4711),
        saw: WhoSaw { parting, total: seen, entries: (0..seen.min(100)).map(entry).collect() },
        page: 1,
        errors: Errors::default(),
        names: names(),
        csrf: "0123456789abcdef".into(),
    }
}

fn quality() -> LinkageQuality {
    let rule = Rule::default();
    let group = |name: &str, people: u64| Shown {
        group: name.into(),
        people: rule.count(people),
        records: rule.count(people * 3),
        with_number: rule.proportion(people * 3 - people / 9, people * 3, 100.0),
        by_number: rule.proportion(people * 2, people * 3, 100.0),
        alone: rule.proportion(people / 2, people * 3, 100.0),
        recall: rule.of_sample(people / 4 - people / 200, people / 4, 100.0),
        precision: rule.of_sample(people / 4 - people / 5_000, people / 4, 100.0),
        open_cases: rule.count(people / 100),
    };
    let found = |n, same| Found { settled: rule.count(n), same: rule.proportion(same, n, 100.0) };
    LinkageQuality {
        as_at: Some(day(2026, 11, 19)),
        tried_as_at: Some(day(2026, 11, 18)),
        missed_most: Some(MissedMost {
            by: "Ethnic category".into(),
            group: "Black or Black British".into(),
            missed: rule.of_sample(61, 1_000, 100.0),
            everybodys: rule.of_sample(20, 1_000, 100.0),
        }),
        tables: vec![
            (EVERYBODY.into(), vec![group(EVERYBODY, 21_000)]),
            ("Source".into(), vec![group("GP practice", 20_000), group("A&E", 9_000)]),
            ("Sex".into(), vec![group("Female", 10_100), group("Indeterminate", 4), group("Male", 9_800)]),
        ],
        likely: found(120, 96),
        unlikely: found(0, 0),
        open: rule.count(48),
    }
}

/// Every page about linkage, by a name for files.
pub(super) fn all() -> Vec<(&'static str, Box<dyn Page>)> {
    let mut no_reason = Errors::default();
    no_reason.add("reason", "Enter a reason");
    let mut long = Errors::default();
    long.add("note", "Enter 500 characters or fewer");
    let [same, different, unsure] = Verdict::ALL.map(Event::Judged);
    let nothing =
        LinkageQuality { as_at: None, tried_as_at: None, missed_most: None, tables: Vec::new(), ..quality() };
    vec![
        ("linkage-queue", Box::new(queue(31))),
        (
            "linkage-queue-empty",
            Box::new(linkage_review::QueuePage { after: after(linkage_review::Outcome::Same), ..queue(0) }),
        ),
        ("linkage-case", Box::new(case_page(opened(Standing::Open(0), false, &[])))),
        (
            "linkage-case-next",
            Box::new(linkage_review::CasePage {
                after: after(linkage_review::Outcome::Asked),
                ..case_page(opened(Standing::Open(1), false, &[]))
            }),
        ),
        (
            "linkage-case-wrong",
            Box::new(linkage_review::CasePage {
                errors: long,
                ..case_page(opened(Standing::Open(0), false, &[]))
            }),
        ),
        ("linkage-case-answered", Box::new(case_page(opened(Standing::Open(2), true, &[different, unsure])))),
        (
            "linkage-case-settled",
            Box::new(case_page(opened(Standing::Settled(true), true, &[same, Event::Reopened, same]))),
        ),
        ("linkage-person", Box::new(linkage())),
        ("linkage-part", Box::new(part_page(Errors::default()))),
        ("linkage-part-wrong", Box::new(part_page(no_reason))),
        ("linkage-parting", Box::new(parting_page(3, true))),
        ("linkage-parting-nobody", Box::new(parting_page(0, false))),
        ("linkage-quality", Box::new(linkage_quality::LinkageQualityPage { quality: quality() })),
        ("linkage-quality-nothing", Box::new(linkage_quality::LinkageQualityPage { quality: nothing })),
    ]
}
