//! Community, mental health and social care files.

use model::{EventKind, Feed};

use crate::kept::{account, day, read};

const CLD: &str = "LA_Code,LA_Person_Unique_Identifier,NHS_Number,Event_Type,Event_Start_Date,Event_End_Date,Client_Type,Service_Type,\
    Service_Component,Delivery_Mechanism,Event_Outcome,Reporting_Period_End,Date_of_Birth\n";

#[test]
fn a_quarter_that_closes_an_event_has_the_key_of_the_open_copy() {
    let service = "Service User,Long Term Support: Community,Home Support,CASSR Managed Personal Budget,";
    let (outcome, kept) = read(
        Feed::Cld,
        format!(
            "{CLD}E09000005,A1,,Service,2026-01-05,,{service},2026-03-31,1940-01-01\n\
             E09000005,A1,,service,2026-01-05,2026-05-01,{service}Service ended as planned,2026-06-30,1940-01-01\n\
             E09000005,A1,,Service,2026-01-06,,{service},2026-06-30,1940-01-01\n\
             E09000005,,9434765919,Review,2026-01-06,,Carer,,,,No change in package,2026-06-30,\n\
             E09000005,,,Review,2026-01-06,,Carer,,,,No change in package,2026-06-30,\n\
             E09000005,A1,,Visit,2026-01-06,,Carer,,,,,2026-06-30,\n\
             E09000005,A1,,Request,2026-07-06,,Service User,,,,,2026-06-30,\n"
        ),
    );
    assert_eq!(outcome.account, account(7, 4, 0, 3, 0));
    let [open, closed, other, review] = &kept.events[..] else { panic!("four events") };
    assert_eq!(open.key, closed.key);
    assert_ne!(open.key, other.key);
    assert_eq!((open.end, closed.end), (None, Some(day(2026, 5, 1))));
    assert!(open.as_at < closed.as_at);
    assert_eq!((open.kind, open.subtype.as_str()), (EventKind::CareService, "Long Term Support: Community"));
    assert_eq!(
        (open.specialty.as_str(), open.method.as_str()),
        ("Home Support", "CASSR Managed Personal Budget")
    );
    assert_eq!((review.person.as_str(), review.subtype.as_str()), ("9434765919", "Carer"));
    assert_eq!(
        kept.issues(),
        [
            "6 quarantined LA_Person_Unique_Identifier (blank): does not say whose row it is",
            "7 quarantined Event_Type (letters, 5 characters): is not a known event type",
            "8 quarantined Event_Start_Date (date-like, 10 characters): is after the extract",
        ]
    );
    // The person in three rows with two reporting periods is told once a period.
    assert_eq!(kept.people.iter().filter(|who| who.source_person == "A1").count(), 2);
}

#[test]
fn contacts_and_stays_of_community_and_mental_health_services() {
    let community = "OrgIDProv,LocalPatientId,CareContactId,CareContDate,TeamType,ConsMechanism,AttendStatus\nRYX,7,c1,2026-01-05,12,01,5\n";
    let (_, kept) = read(Feed::Csds, community);
    let contact = &kept.events[0];
    assert_eq!(
        (contact.kind, contact.key.as_str(), contact.source.as_str()),
        (EventKind::CommunityContact, "con:c1", "csds:RYX")
    );
    assert_eq!(
        (contact.specialty.as_str(), contact.method.as_str(), contact.outcome.as_str()),
        ("12", "01", "5")
    );
    let mental_health = "UniqServReqId,OrgIDProv,LocalPatientId,HospProvSpellId,StartDateHospProvSpell,DischDateHospProvSpell,PrimDiagICD10\n\
        r,RV3,7,s1,2026-01-05,2026-01-01,F20.0\nr,RV3,7,s2,2026-01-05,2026-02-01,F200\n";
    let (outcome, kept) = read(Feed::Mhsds, mental_health);
    assert_eq!(outcome.account, account(2, 1, 1, 0, 0));
    assert_eq!((kept.events[0].end, kept.events[1].end), (None, Some(day(2026, 2, 1))));
    assert_eq!((kept.events[1].kind, kept.events[1].codes.as_str()), (EventKind::MentalHealthSpell, "F200"));
}
