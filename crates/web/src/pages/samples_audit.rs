//! The pages about the audit with sample data. Nobody in them is real.

use chrono::Days;
use model::PersonId;
use store::audit::Entry;
use store::outcomes::{Outcome, Verdict};
use store::questions::Question;
use store::unusual::{Found, Line, Sign};

use super::samples::{day, looked, moment, names};
use super::{ask, audit_row, questions as asked, unusual};
use crate::forms::Errors;
use crate::page::Page;

/// A row of the audit.
pub(super) fn row(id: i64) -> Entry {
    Entry {
        id,
        form: 2,
        at: moment(),
        user: "amina".into(),
        user_name: "Amina Yusuf".into(),
        role: "care_coordinator".into(),
        organisation: "E84013".into(),
        purpose: "direct_care".into(),
        reason: None,
        action: "open_record".into(),
        resource: "person".into(),
        subject: String::new(),
        person: Some(PersonId(4711)),
        permitted: true,
        rules: "coordinator-caseload coordinator-no-costs".into(),
        sentence: "A care coordinator may open the records of people on their own caseload.".into(),
        sections: "registers group scores problems medicines allergies care_package mental_health".into(),
        masks: "costs".into(),
        policy_version: "1.2+0123456789ab".into(),
        agreement_version: String::new(),
        correlation: "a1b2c3".into(),
        prev_hash: "9f2c41d07be855a3".repeat(4),
        hash: "41d07be855a39f2c".repeat(4),
    }
}

fn outcome(verdict: Verdict) -> Outcome {
    Outcome {
        verdict,
        note: "Asked her manager: she covers this caseload".into(),
        at: moment(),
        user_name: "Demo Governance Lead".into(),
    }
}

fn line(sign: Sign, i: u32) -> Line {
    Line {
        user: "amina".into(),
        user_name: "Amina Yusuf".into(),
        role: "care_coordinator".into(),
        organisation: "E84013".into(),
        person: (sign != Sign::Volume).then_some(PersonId(4711 + i)),
        first: moment() - Days::new(1),
        last: moment(),
        times: u64::from(i) + 1,
        usual: (sign == Sign::Volume).then_some(11),
        row: 1_204,
        outcome: (i == 1).then(|| outcome(Verdict::Explained)),
    }
}

pub(super) fn questions() -> Vec<Question> {
    let question = |about, answer: Option<&str>| Question {
        id: about + 10,
        about,
        person: PersonId(4711),
        question: "I have never heard of this person. Why did they look?".into(),
        asked_at: moment(),
        answer: answer.map(|answer| (answer.to_owned(), moment())),
    };
    vec![
        question(1_204, Some("She coordinates your care while Ben Cole is away, and rang you on that day.")),
        question(1_205, None),
    ]
}

fn list(sign: Sign) -> unusual::UnusualPage {
    let lines = (0..3).map(|i| line(sign, i)).collect();
    let found = Found { lines, cut_short: sign == Sign::OutOfHours };
    let (from, to) = (day(2026, 10, 25), day(2026, 11, 21));
    unusual::UnusualPage { sign, from, to, found, errors: Errors::default(), names: names() }
}

fn one(answered: bool) -> asked::QuestionPage {
    let question = questions().remove(usize::from(!answered));
    let (answer, csrf, errors) = (String::new(), "token".to_owned(), Errors::default());
    asked::QuestionPage { question, about: row(1_204), answer, errors, names: names(), csrf }
}

fn judged(errors: Errors, outcomes: Vec<Outcome>) -> audit_row::AuditRowPage {
    let (verdict, note, csrf) = (String::new(), String::new(), "token".to_owned());
    audit_row::AuditRowPage { entry: row(1_204), outcomes, verdict, note, errors, names: names(), csrf }
}

pub(super) fn all() -> Vec<(&'static str, Box<dyn Page>)> {
    let mut errors = Errors::default();
    errors.add("verdict", "Choose what you found out");
    errors.add("note", "Enter how you know");
    let none = Found::default();
    let ask = |looked| ask::AskPage {
        looked,
        question: String::new(),
        errors: Errors::default(),
        names: names(),
        csrf: "token".to_owned(),
    };
    vec![
        ("unusual-own", Box::new(list(Sign::OwnRecord))),
        ("unusual-volume", Box::new(list(Sign::Volume))),
        ("unusual-hours", Box::new(list(Sign::OutOfHours))),
        ("unusual-none", Box::new(unusual::UnusualPage { found: none, ..list(Sign::Colleague) })),
        ("audit-row", Box::new(judged(Errors::default(), vec![outcome(Verdict::ToInvestigate)]))),
        ("audit-row-wrong", Box::new(judged(errors, Vec::new()))),
        ("questions", Box::new(asked::QuestionsPage { waiting: 1, questions: questions() })),
        ("question", Box::new(one(false))),
        ("question-answered", Box::new(one(true))),
        ("ask", Box::new(ask(looked(true)))),
    ]
}
