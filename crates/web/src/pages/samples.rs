//! Every page with sample data. Nobody in them is real.

use care::own_record::Looked;
use care::record::{SharedRecord, Withheld};
use chrono::{DateTime, Days, NaiveDate, Utc};
use finance::budget::{Budget, BudgetLine};
use insight::groups::{Column, GroupMatrix, GroupRow};
use insight::movement::{FromGroup, GroupMoves, Move, Movement, PracticeMoves};
use insight::packs::{Pack, PackGroup};
use insight::places::{AreaKind, Place};
use methods::{Coverage, Rule};
use model::record::*;
use model::{CodeScheme, EventKind, Feed, NhsNumber, Pence, PersonId, Sex};
use policy::Section;
use store::feeds_ledger::FileState;
use store::people::PersonHit;
use store::worklists::ListedPerson;
use warehouse::reference::Group;

use super::*;
use crate::catalogue::List;
use crate::forms::Errors;
use crate::names::Names;
use crate::page::{Frame, Page, SessionEnds, Viewer};

pub(super) fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

pub(super) fn moment() -> DateTime<Utc> {
    "2026-11-20T08:05:00Z".parse().unwrap()
}

fn nhs_number(n: u64) -> Option<NhsNumber> {
    (999_000_000 + n..).find_map(NhsNumber::from_first_nine)
}

pub(super) fn names() -> Names {
    let pairs = [
        ("E84002", "Willow Tree Family Doctors"),
        ("E84013", "The Lonsdale Medical Centre"),
        ("RYJ", "Imperial College Healthcare NHS Trust"),
        ("R1K", "London North West University Healthcare NHS Trust"),
        ("RYX", "Central London Community Healthcare NHS Trust"),
        ("E09000005", "Brent"),
    ];
    Names::new(pairs.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect())
}

/// A page inside its frame, as a signed-in care coordinator meets it.
pub(super) fn frame() -> Frame {
    let hour = chrono::Duration::hours(1);
    Frame {
        service: "Whole systems integrated care".to_owned(),
        synthetic: true,
        data_as_at: Some(day(2026, 11, 19)),
        coverage: "Made of data of 348 of 351 practices and 16 of 17 other organisations.".to_owned(),
        viewer: Some(Viewer {
            name: "Amina Yusuf".to_owned(),
            role: "Care coordinator",
            organisation: "Harness South Primary Care Network".to_owned(),
            ways: vec![
                ("/", "Home"),
                ("/caseload", "My caseload"),
                ("/worklist", "Worklist"),
                ("/people", "Find a person"),
            ],
        }),
        session: Some(SessionEnds { now: moment(), idle_at: moment() + hour, at: moment() + hour * 12 }),
        csrf: "0123456789abcdef".to_owned(),
        assets_version: "test".to_owned(),
    }
}

pub(super) fn record() -> PersonRecord {
    let gp = "gp:E84002".to_owned();
    PersonRecord {
        banner: Banner {
            person: PersonId(4711),
            family_name: "Okonkwo-Fitzgerald".to_owned(),
            given_name: "Margaret".to_owned(),
            nhs_number: nhs_number(123_456),
            birth_date: Some(day(1941, 3, 9)),
            death_date: None,
            sex: Sex::Female,
            address: "14 Acacia Avenue, Wembley".to_owned(),
            postcode: "HA9 9ZZ".to_owned(),
            practice: "E84002".to_owned(),
        },
        data_as_at: day(2026, 11, 19),
        registers: vec![
            RegisterEntry { register: "heart_failure".to_owned(), title: "Heart failure".to_owned(), since: Some(day(2021, 6, 2)) },
            RegisterEntry { register: "diabetes".to_owned(), title: "Diabetes".to_owned(), since: Some(day(2009, 1, 20)) },
            RegisterEntry { register: "dementia".to_owned(), title: "Dementia".to_owned(), since: None },
        ],
        group: Some(GroupEntry {
            number: 4,
            name: "Elderly people with one or more long-term conditions".to_owned(),
            reason: "Aged 85; on the registers for heart failure, diabetes and dementia (since 2021); dementia is not yet at an advanced stage.".to_owned(),
            ..GroupEntry::default()
        }),
        scores: vec![ScoreEntry { score: "hfrs".to_owned(), title: "Hospital Frailty Risk Score".to_owned(), value: "17.4".to_owned(), band: "high".to_owned(), reason: String::new() },
            ScoreEntry { score: "emergency_admission_12m".to_owned(), title: "Predicted risk of an emergency admission in the next 12 months".to_owned(), value: "41%".to_owned(), band: "very high, top 0.5%".to_owned(), reason: "Above the average mainly for: 2 emergency admissions in the last 12 months, the latest on 2 October 2026; aged 85; heart failure".to_owned() }],
        flags: vec![
            Flag { worklist: "frail_admitted".to_owned(), reason: "High frailty score (17.4) and 2 emergency admissions in 12 months, the last on 2 October 2026".to_owned() },
            Flag { worklist: "discharged".to_owned(), reason: "Discharged on 12 October 2026 with no GP contact since".to_owned() },
        ],
        problems: (0..15)
            .map(|i| Problem {
                scheme: CodeScheme::Snomed,
                code: format!("8411400{i}"),
                term: ["Heart failure", "Fall", "Type 2 diabetes mellitus", "Urinary tract infection", "Osteoarthritis of knee"][i % 5].to_owned(),
                first: day(2010 + i as i32, 2, 3),
                last: day(2026, 10, 2),
                source: if i % 3 == 0 { "sus_apc:R1K".to_owned() } else { gp.clone() },
            })
            .collect(),
        medicines: vec![
            Medicine { code: "319775004".to_owned(), term: "Furosemide 40mg tablets".to_owned(), last_issued: day(2026, 11, 3), issues_12m: 12, source: gp.clone() },
            Medicine { code: "109081006".to_owned(), term: "Metformin 500mg modified-release tablets".to_owned(), last_issued: day(2026, 10, 28), issues_12m: 9, source: gp.clone() },
        ],
        allergies: None,
        results: vec![
            ResultSeries {
                code: "999791000000106".to_owned(),
                term: "Haemoglobin A1c".to_owned(),
                unit: "mmol/mol".to_owned(),
                values: (0..6).map(|i| (day(2025, 1, 10) + Days::new(i * 110), 52.0 + (i as f64) * 1.5)).collect(),
                source: gp.clone(),
            },
            ResultSeries { code: "27113001".to_owned(), term: "Body weight".to_owned(), unit: "kg".to_owned(), values: vec![(day(2026, 9, 1), 61.5)], source: gp.clone() },
        ],
        care_package: vec![CarePackageLine {
            service: "Long Term Support: Community".to_owned(),
            component: "Home Support".to_owned(),
            since: day(2026, 10, 14),
            provider: "E09000005".to_owned(),
        }],
        timeline: timeline(),
        sources: vec![
            SourceLine { feed: Feed::Gp, organisation: "E84002".to_owned(), linked_because: "First source of this person".to_owned(), events: 214, latest: Some(day(2026, 11, 3)) },
            SourceLine { feed: Feed::SusApc, organisation: "R1K".to_owned(), linked_because: "Same NHS number, date of birth agrees".to_owned(), events: 5, latest: Some(day(2026, 10, 12)) },
            SourceLine { feed: Feed::Cld, organisation: "E09000005".to_owned(), linked_because: "No NHS number: family name, date of birth and postcode agree".to_owned(), events: 4, latest: Some(day(2026, 10, 14)) },
        ],
    }
}

fn timeline() -> Vec<TimelineEntry> {
    let entry = |kind, start, end, summary: &str, provider: &str, source: &str, cost| TimelineEntry {
        kind,
        start,
        end,
        summary: summary.to_owned(),
        provider: provider.to_owned(),
        source: source.to_owned(),
        cost: Pence(cost),
    };
    let mut entries = vec![
        entry(
            EventKind::OutpatientAppointment,
            day(2026, 12, 3),
            None,
            "Cardiology, booked",
            "RYJ",
            "sus_op:RYJ",
            0,
        ),
        entry(
            EventKind::CareService,
            day(2026, 10, 14),
            None,
            "Home Support",
            "E09000005",
            "cld:E09000005",
            41_200,
        ),
        entry(
            EventKind::Episode,
            day(2026, 10, 2),
            Some(day(2026, 10, 12)),
            "Emergency admission: heart failure",
            "R1K",
            "sus_apc:R1K",
            412_300,
        ),
        entry(
            EventKind::AeAttendance,
            day(2026, 10, 2),
            None,
            "By ambulance; admitted",
            "R1K",
            "sus_ae:R1K",
            26_700,
        ),
        entry(
            EventKind::GpAppointment,
            day(2026, 9, 1),
            None,
            "Attended, home visit",
            "E84002",
            "gp:E84002",
            5_100,
        ),
        entry(
            EventKind::MentalHealthContact,
            day(2026, 5, 11),
            None,
            "Attended, memory service",
            "RYX",
            "mhsds:RYX",
            18_000,
        ),
    ];
    for i in 0..70 {
        entries.push(entry(
            EventKind::CommunityContact,
            day(2026, 4, 1) - Days::new(i * 9),
            None,
            "District nursing, attended",
            "RYX",
            "csds:RYX",
            6_400,
        ));
    }
    entries
}

fn withheld() -> Vec<Withheld> {
    vec![
        Withheld {
            section: Section::Costs,
            reason: "Costs are not needed to coordinate a person's care.".to_owned(),
        },
        Withheld {
            section: Section::MentalHealth,
            reason: "The person has asked that these are not shared.".to_owned(),
        },
    ]
}

fn entry(permitted: bool) -> audit::Entry {
    audit::Entry {
        row: 1_204,
        at: moment(),
        user: "amina".to_owned(),
        user_name: "Amina Yusuf".to_owned(),
        role: "Care coordinator".to_owned(),
        organisation: "E84013".to_owned(),
        purpose: "direct care".to_owned(),
        action: "Opened the record".to_owned(),
        person: Some(PersonId(4711)),
        permitted,
        sentence: "A care coordinator may open the records of people on their own caseload.".to_owned(),
        rules: "coordinator-caseload".to_owned(),
        reason: None,
    }
}

pub(super) fn looked(permitted: bool) -> Looked {
    Looked {
        row: if permitted { 1_204 } else { 1_205 },
        at: moment(),
        who: "Amina Yusuf".to_owned(),
        role: "care_coordinator".to_owned(),
        organisation: "E84013".to_owned(),
        what: "Opened the record".to_owned(),
        purpose: "direct_care".to_owned(),
        why: "A care coordinator may open the records of people on their own caseload.".to_owned(),
        reason: None,
        permitted,
    }
}

fn lists() -> Vec<(List, u64)> {
    let list = |name: &str, title: &str, purpose: &str| List {
        name: name.to_owned(),
        title: title.to_owned(),
        purpose: purpose.to_owned(),
        source: "Overnight stays only".to_owned(),
        ..List::default()
    };
    vec![
        (
            list(
                "recent_discharge",
                "Discharged in the last 14 days",
                "Follow up after discharge: medicines, support at home, risk of coming back",
            ),
            17,
        ),
        (list("frailty", "Frailty", "Proactive care: assess, plan, name a coordinator"), 41),
    ]
}

fn someone(i: u32) -> PersonHit {
    PersonHit {
        person: PersonId(100 + i),
        family_name: ["Okonkwo", "Patel", "Novak", "Ó Briain"][(i % 4) as usize].to_owned(),
        given_name: ["Ada", "Hemant", "Jiří", "Siobhán"][(i % 4) as usize].to_owned(),
        nhs_number: if i.is_multiple_of(3) { None } else { nhs_number(u64::from(i) * 100) },
        birth_date: Some(day(1930 + i as i32, 5, 17)),
        death_date: (i == 7).then(|| day(2026, 11, 2)),
        practice: if i.is_multiple_of(2) { "E84002" } else { "E84013" }.to_owned(),
        ..found()
    }
}

fn worklist() -> worklist::WorklistPage {
    let line = |i: u32| {
        ListedPerson {
        who: someone(i),
        weight: i64::from(100 - i),
        reason: "Discharged on 12 November 2026 from Northwick Park after 10 nights, an emergency; frailty score 18.2".to_owned(),
        borough: "E09000005".to_owned(),
        group: Some(4),
        age: Some(84),
    }
    };
    let group = |number, name: &str| Group { number, name: name.to_owned() };
    worklist::WorklistPage {
        list: lists().remove(0).0,
        view: worklist::View {
            list: "recent_discharge".to_owned(),
            page: 2,
            age: Some(worklist::AgeBand::To84),
            ..worklist::View::default()
        },
        lists: lists(),
        groups: vec![
            group(3, "Adults with one or more long-term conditions"),
            group(4, "Elderly people with one or more long-term conditions"),
        ],
        practices: vec!["E84002".to_owned(), "E84013".to_owned()],
        total: 58,
        people: (0..25).map(line).collect(),
        as_at: day(2026, 11, 19),
        names: names(),
    }
}

pub(super) fn shared(record: PersonRecord, withheld: Vec<Withheld>) -> SharedRecord {
    SharedRecord {
        teams: vec![super::samples_teams::care()],
        last_contacts: record.timeline.iter().skip(2).take(4).cloned().collect(),
        next_contacts: record.timeline.iter().take(1).cloned().collect(),
        record,
        withheld,
        left_out: Vec::new(),
        glass: None,
        audit_id: 1,
    }
}

pub(super) fn boroughs() -> Vec<(String, String)> {
    [("E09000005", "Brent"), ("E09000009", "Ealing"), ("E09000015", "Harrow"), ("E09000033", "Westminster")]
        .map(|(code, name)| (code.to_owned(), name.to_owned()))
        .into()
}

pub(super) fn coverage() -> Coverage {
    let practices = (0..351).map(|i| (format!("E{i:05}"), i > 2));
    Coverage::of(practices)
}

pub(super) fn area() -> Place {
    Place { name: "North West London".to_owned(), ..Place::whole() }
}

fn groups() -> groups::GroupsPage {
    let rule = Rule::default();
    let names = [
        "Mostly healthy adults under 75",
        "Mostly healthy elderly",
        "Adults under 75 with one or more long-term conditions",
        "Elderly with one or more long-term conditions",
        "Adults and elderly with cancer",
    ];
    let row = |group: i64, name: &str, people: u64| GroupRow {
        group: Some(group),
        name: name.to_owned(),
        people: rule.count(people),
        cost: rule.money(Pence(12_345_678_900 * group), people),
        cost_per_head: rule.money(Pence(103_000 * group), people),
        activity: (1..=3).map(|i| rule.count(if people < 8 { 3 } else { 400 * i })).collect(),
        per_head: (1..=3).map(|i| rule.mean(400 * i, people)).collect(),
        conditions: vec![("Diabetes".to_owned(), rule.proportion(people / 5, people, 100.0))],
    };
    let pack = |key: &str, title: &str, main| Pack {
        key: key.to_owned(),
        title: title.to_owned(),
        main,
        groups: vec![PackGroup { number: 1, name: names[0].to_owned() }],
    };
    let count = |n| rule.count(n);
    let from_group =
        |name: &str, people: [u64; 3]| FromGroup { name: name.to_owned(), people: people.map(count).into() };
    let became = |name: &str, began: u64| GroupMoves {
        name: name.to_owned(),
        began: count(began),
        stayed: count(began - 403),
        left: count(400),
        died: count(3),
        came: count(90),
        born: count(120),
        ended: count(began - 193),
    };
    let movement = Movement {
        place: area(),
        groups: vec![became("1. Mostly healthy", 11_403)],
        practices: vec![PracticeMoves {
            place: Place {
                area_kind: AreaKind::Practice,
                ..Place::borough("E84002", "Forty Willows Surgery")
            },
            stayed_or_moved: count(5_000),
            moved: count(90),
        }],
        periods: vec![(day(2026, 5, 19), day(2026, 11, 19)), (day(2025, 11, 19), day(2026, 5, 19))],
        period: (day(2026, 5, 19), day(2026, 11, 19)),
        to: ["1. Mostly healthy", "4. Elderly with conditions", "Died"].map(str::to_owned).into(),
        rows: vec![
            from_group("1. Mostly healthy", [11_000, 400, 3]),
            from_group("Not yet born", [120, 0, 0]),
        ],
        largest: vec![Move {
            from: "1. Mostly healthy".to_owned(),
            to: "4. Elderly with conditions".to_owned(),
            people: count(400),
        }],
        moved: count(400),
        stayed_or_moved: count(11_400),
    };
    let rows: Vec<GroupRow> = names
        .iter()
        .zip(1..)
        .map(|(name, group)| row(group, name, if group == 5 { 4 } else { 12_000 / group as u64 }))
        .collect();
    let column = |key, title| Column { key, title };
    groups::GroupsPage {
        boroughs: boroughs(),
        matrix: GroupMatrix {
            place: area(),
            pack: pack("wsic_ten", "Whole Systems Integrated Care, ten groups", true),
            packs: vec![
                pack("wsic_ten", "Whole Systems Integrated Care, ten groups", true),
                pack("snee_six", "Suffolk and North East Essex, six groups", false),
            ],
            movement: Some(movement),
            columns: vec![
                column("gp", "GP practice appointments"),
                column("ae", "A&E attendances"),
                column("emergency", "Emergency admissions"),
            ],
            rows,
            total: GroupRow { group: None, ..row(9, "Everybody", 25_000) },
            coverage: coverage(),
        },
    }
}

fn budget() -> budget::BudgetPage {
    let rule = Rule::default();
    let line = |key: &str, name: &str, people: u64, budget: i64, actual: i64| BudgetLine {
        key: key.to_owned(),
        name: name.to_owned(),
        people: rule.count(people),
        price: rule.money(Pence(182_400), people),
        budget: rule.money(Pence(budget), people),
        actual: rule.money(Pence(actual), people),
        difference: rule.money(Pence(actual - budget), people),
        per_cent: rule.tenths((actual - budget) * 1_000 / budget, people),
    };
    budget::BudgetPage {
        boroughs: boroughs(),
        budget: Budget {
            borough: None,
            place: "North West London".to_owned(),
            groups: vec![
                line("1", "Mostly healthy adults under 75", 12_000, 581_234_500, 500_000_000),
                line("10", "Adults in socially excluded groups", 4, 1_000, 2_000),
            ],
            boroughs: vec![
                line("E09000005", "Brent", 4_300, 981_234_500, 1_021_000_000),
                line("E09000009", "Ealing", 4_300, 1_181_234_500, 1_100_000_000),
            ],
            total: line("all", "North West London", 8_600, 2_162_469_000, 2_121_000_000),
            sentence: "North West London: care cost £21,210,000 over twelve months against a shadow budget of £21,624,690, £414,690 (1.9 per cent) less.".to_owned(),
            coverage: coverage(),
        },
    }
}

fn file() -> feeds::FileLine {
    feeds::FileLine {
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        feed: "gp".to_owned(),
        file_name: "gp_E84002_2026-10_observations.csv".to_owned(),
        table: "observations".to_owned(),
        source: "gp:E84002".to_owned(),
        bytes: 1_234_567,
        read: 10_012,
        accepted: 10_000,
        repaired: 7,
        quarantined: 4,
        duplicate: 1,
        landed_at: moment(),
        state: FileState::Standardised,
        duplicate_lines: vec![17],
        notes: vec!["Read as Windows-1252: the bytes are not UTF-8.".to_owned()],
    }
}

fn feeds() -> feeds::FeedsPage {
    let total = |feed: &str| feeds::FeedTotal {
        feed: feed.to_owned(),
        files: 12,
        read: 120_144,
        accepted: 120_000,
        repaired: 84,
        quarantined: 48,
        duplicate: 12,
        files_refused: 1,
        last_arrival: "20 November 2026 at 8:05am".to_owned(),
    };
    feeds::FeedsPage {
        totals: vec![total("gp"), total("sus_apc"), total("cld")],
        feed: None,
        files: vec![
            file(),
            feeds::FileLine {
                quarantined: 0,
                repaired: 0,
                accepted: 10_011,
                sha256: "aa".to_owned(),
                ..file()
            },
        ],
        total: 120,
        page: 1,
    }
}

fn sign_in(errors: Errors) -> sign_in::SignInPage {
    sign_in::SignInPage {
        csrf: "abc".to_owned(),
        next: "/worklist".to_owned(),
        errors,
        idle_minutes: 60,
        local: true,
        ..sign_in::SignInPage::default()
    }
}

fn search() -> find::FindPage {
    find::FindPage { csrf: "abc".to_owned(), names: names(), ..find::FindPage::default() }
}

fn found() -> PersonHit {
    PersonHit {
        person: PersonId(4711),
        family_name: "Okonkwo-Fitzgerald".to_owned(),
        given_name: "Margaret".to_owned(),
        nhs_number: nhs_number(123_456),
        birth_date: Some(day(1941, 3, 9)),
        death_date: None,
        sex: Sex::Female,
        postcode: "HA9 9ZZ".to_owned(),
        practice: "E84002".to_owned(),
        on_caseload: true,
    }
}

/// Every page, by a name for files.
pub(super) fn all() -> Vec<(&'static str, Box<dyn Page>)> {
    let mut wrong = Errors::default();
    wrong.add("user", "Enter a user name and a password that go together");
    let mut bad_number = Errors::default();
    bad_number.add("nhs_number", "Enter the 10 digits of the NHS number: this one has a digit wrong");
    let mut bad_date = Errors::default();
    bad_date.add("birth-day", "Enter a date of birth that is a day of the calendar");
    bad_date.add("family_name", "Enter the family name");
    let timeline_page = |view| timeline::TimelinePage {
        person: PersonId(4711),
        banner: record().banner,
        as_at: day(2026, 11, 19),
        timeline: timeline(),
        withheld: withheld(),
        left_out: Vec::new(),
        view,
        names: names(),
    };
    let mut pages: Vec<(&'static str, Box<dyn Page>)> = vec![
        ("sign-in", Box::new(sign_in(Errors::default()))),
        (
            "sign-in-provider",
            Box::new(sign_in::SignInPage {
                provider: Some("NHS CIS2".to_owned()),
                ..sign_in(Errors::default())
            }),
        ),
        ("sign-in-wrong", Box::new(sign_in(wrong))),
        ("sign-in-ended", Box::new(sign_in::SignInPage { ended: true, ..sign_in(Errors::default()) })),
        ("signed-out", Box::new(sign_in::SignInPage { signed_out: true, ..sign_in(Errors::default()) })),
        (
            "home",
            Box::new(home::HomePage {
                greeting: "Amina Yusuf, care coordinator".to_owned(),
                lead: "17 people came out of hospital and have not been seen since: begin with them."
                    .to_owned(),
                ways: vec![
                    home::Way {
                        title: "My caseload".to_owned(),
                        href: "/caseload".to_owned(),
                        count: Some((52, "person", "people")),
                        words: "People you coordinate care for.".to_owned(),
                    },
                    home::Way {
                        title: "Worklist".to_owned(),
                        href: "/worklist".to_owned(),
                        count: Some((58, "person", "people")),
                        words: "People on your caseload whom case finding says to look at, with the reasons."
                            .to_owned(),
                    },
                    home::Way {
                        title: "Find a person".to_owned(),
                        href: "/people".to_owned(),
                        count: None,
                        words: "By NHS number, or by name and date of birth.".to_owned(),
                    },
                ],
            }),
        ),
        ("find", Box::new(search())),
        ("find-wrong-number", Box::new(find::FindPage { errors: bad_number, ..search() })),
        ("find-wrong-date", Box::new(find::FindPage { errors: bad_date, ..search() })),
        (
            "found",
            Box::new(find::FindPage {
                found: Some(vec![
                    found(),
                    PersonHit {
                        person: PersonId(2),
                        death_date: Some(day(2026, 1, 2)),
                        nhs_number: None,
                        ..found()
                    },
                ]),
                ..search()
            }),
        ),
        ("found-nobody", Box::new(find::FindPage { found: Some(Vec::new()), ..search() })),
        (
            "record",
            Box::new(record::RecordPage {
                person: PersonId(4711),
                refers: true,
                shared: shared(record(), Vec::new()),
                names: names(),
            }),
        ),
        (
            "record-withheld",
            Box::new(record::RecordPage {
                person: PersonId(4711),
                refers: true,
                shared: shared(
                    PersonRecord {
                        allergies: Some(Vec::new()),
                        banner: Banner { death_date: Some(day(2026, 11, 1)), ..record().banner },
                        ..record()
                    },
                    Section::ALL
                        .into_iter()
                        .map(|section| Withheld {
                            section,
                            reason: "The person has asked that this is not shared.".to_owned(),
                        })
                        .collect(),
                ),
                names: names(),
            }),
        ),
        ("timeline", Box::new(timeline_page(timeline::View::default()))),
        (
            "timeline-narrowed",
            Box::new(timeline_page(timeline::View {
                setting: Some(model::Setting::Emergency),
                months: 12,
                page: 1,
            })),
        ),
        ("worklists", Box::new(worklist::WorklistsPage { lists: lists() })),
        ("worklist", Box::new(worklist())),
        ("worklist-nobody", Box::new(worklist::WorklistPage { people: Vec::new(), total: 0, ..worklist() })),
        (
            "caseload",
            Box::new(worklist::CaseloadPage {
                people: (0..25).map(|i| (someone(i), day(2026, 2, 1))).collect(),
                total: 52,
                page: 1,
                as_at: day(2026, 11, 19),
                names: names(),
            }),
        ),
        ("groups", Box::new(groups())),
        ("budget", Box::new(budget())),
        ("feeds", Box::new(feeds())),
        (
            "file",
            Box::new(feeds::FilePage {
                file: file(),
                repairs: vec![("nhs_number".to_owned(), "fails its check digit; left blank".to_owned(), 7)],
            }),
        ),
        (
            "file-refused",
            Box::new(feeds::FilePage {
                file: feeds::FileLine {
                    state: FileState::Refused,
                    notes: vec!["this is not a gp file".to_owned()],
                    ..file()
                },
                repairs: Vec::new(),
            }),
        ),
        (
            "quarantine-mended",
            Box::new(quarantine::QuarantinePage {
                file: file(),
                mended: true,
                total: 0,
                page: 1,
                lines: Vec::new(),
            }),
        ),
        (
            "quarantine",
            Box::new(quarantine::QuarantinePage {
                file: file(),
                mended: false,
                total: 4,
                page: 1,
                lines: vec![quarantine::FaultyRow {
                    line: 1_204,
                    field: "effective_date".to_owned(),
                    class: "text, 7 characters".to_owned(),
                    reason: "not a date".to_owned(),
                }],
            }),
        ),
        (
            "audit",
            Box::new(audit::AuditPage {
                search: audit::Search { user: "amina".to_owned(), ..audit::Search::default() },
                errors: Errors::default(),
                actions: vec![("open_record", "Opened the record")],
                total: 2,
                entries: vec![entry(true), entry(false)],
                waiting: 2,
                names: names(),
            }),
        ),
        (
            "own-record",
            Box::new(own_record::OwnRecordPage {
                shared: shared(record(), Vec::new()),
                acts_for: Vec::new(),
                for_other: false,
                names: names(),
            }),
        ),
        (
            "own-accesses",
            Box::new(accesses::AccessesPage {
                entries: vec![looked(true), looked(false)],
                total: 2,
                page: 1,
                questions: super::samples_audit::questions(),
                names: names(),
            }),
        ),
        (
            "refusal",
            Box::new(refusal::RefusalPage {
                sentence: "A care coordinator may open the records of people on their own caseload."
                    .to_owned(),
                emergency: Some(model::PersonId(7)),
            }),
        ),
        ("not-found", Box::new(refusal::NotFoundPage)),
        ("bad-request", Box::new(refusal::BadRequestPage)),
        ("too-many", Box::new(refusal::TooManyPage { seconds: 12 })),
        ("problem", Box::new(refusal::ProblemPage { correlation: "a1b2c3".to_owned(), unavailable: false })),
        ("help", Box::new(statements::HelpPage)),
        ("accessibility", Box::new(statements::AccessibilityPage)),
        ("privacy", Box::new(statements::PrivacyPage)),
    ];
    pages.extend(super::samples_audit::all());
    pages.extend(super::samples_rules::all());
    pages.extend(super::samples_insight::all());
    pages.extend(super::samples_linkage::all());
    pages.extend(super::samples_agreements::all());
    pages.extend(super::samples_account::all());
    pages.extend(super::samples_risk::all());
    pages.extend(super::samples_teams::all());
    pages
}
