//! Adult social care client-level data: requests, assessments, services and reviews, one council and quarter a file.

use std::fmt::Write;

use model::{Event, EventKind, Feed};
use twox_hash::XxHash3_128;

use crate::row::{Refusal, Row, Scratch};
use crate::specification::Format::{
    Date, Ethnicity, Identifier, NationalCode, NhsNumber, OneOf, Organisation, Postcode, Sex, Text,
};
use crate::specification::{
    Column, PersonColumns, Specification, Standardise, Table, at, optional, required,
};

const EVENTS: &[&str] = &["Request", "Assessment", "Service", "Review"];

const COLUMNS: &[Column] = &[
    required("LA_Code", Organisation, "The council, by ONS code", "LA Code"),
    required(
        "LA_Person_Unique_Identifier",
        Identifier,
        "The person's number in the council; may be blank where NHS_Number is not",
        "LA Person Unique Identifier",
    ),
    required("Event_Type", OneOf(EVENTS), "What happened", "Event Type"),
    required("Event_Start_Date", Date, "When it began", "Event Start Date"),
    required("Client_Type", Text, "Service User, Carer or Carer known by association", "Client Type"),
    optional("NHS_Number", NhsNumber, "NHS number", "NHS Number"),
    optional("Given_Name", Text, "Given name; sent only where the NHS number is absent", "none"),
    optional("Family_Name", Text, "Family name; sent only where the NHS number is absent", "none"),
    optional("Date_of_Birth", Date, "Date of birth", "Date of Birth"),
    optional("Date_of_Death", Date, "Date of death", "Date of Death"),
    optional("Gender", Sex, "Gender", "Gender"),
    optional("Ethnicity", Ethnicity, "Ethnic category 2001", "Ethnicity"),
    optional("Postcode", Postcode, "Postcode", "Postcode"),
    optional(
        "Event_Reference",
        Identifier,
        "The council's number of the event; not used, many systems give a new one each quarter",
        "Event Reference",
    ),
    optional("Event_End_Date", Date, "When it ended; blank while running", "Event End Date"),
    optional("Event_Outcome", Text, "What came of it", "Event Outcome"),
    optional("Service_Type", Text, "Kind of support, such as Long Term Support: Community", "Service Type"),
    optional("Service_Component", Text, "Service, such as Home Support", "Service Component"),
    optional(
        "Delivery_Mechanism",
        Text,
        "How it is bought, such as Direct Payment only",
        "Delivery Mechanism",
    ),
    optional("Primary_Support_Reason", Text, "Why", "Primary Support Reason"),
    optional("Request_Route_of_Access", Text, "Where the request came from", "Request: Route of Access"),
    optional("Accommodation_Status", Text, "Where the person lives; not used", "Accommodation Status"),
    optional("Employment_Status", Text, "Work; not used", "Employment Status"),
    optional(
        "Has_Unpaid_Carer",
        NationalCode,
        "Whether a relative or friend cares; not used",
        "Has Unpaid Carer",
    ),
    optional(
        "Reporting_Period_Start",
        Date,
        "First day of the quarter; not used",
        "Reporting Period Start Date",
    ),
    optional(
        "Reporting_Period_End",
        Date,
        "Last day of the quarter: the row is true as at this day",
        "Reporting Period End Date",
    ),
];

pub(crate) const SPECIFICATION: Specification = Specification {
    feed: Feed::Cld,
    data_set: "the Adult Social Care Client Level Data collection (NHS England, quarterly from April 2023), which in 2024/25 took the \
        place of the SALT return.",
    about: "What a council sends about adults (18 and over, carers too) who ask for or receive social care. One submission a council \
        and quarter; each holds what was open in the quarter, so an event comes again until it ends.",
    tables: &[Table {
        name: "events",
        about: "One row an event: a request, an assessment, a service or a review.",
        columns: COLUMNS,
        shared: &[],
        without: &[],
        person: PersonColumns {
            organisation: "LA_Code",
            source_person: &["LA_Person_Unique_Identifier", "NHS_Number"],
            nhs_number: "NHS_Number",
            family_name: "Family_Name",
            given_name: "Given_Name",
            birth_date: "Date_of_Birth",
            death_date: "Date_of_Death",
            sex: "Gender",
            postcode: "Postcode",
            ethnic_category: "Ethnicity",
            as_at: "Reporting_Period_End",
            or_else_as_at: "Event_Start_Date",
            ..PersonColumns::NONE
        },
        events: "A row gives one `care_request`, `care_assessment`, `care_service` or `care_review`, from `Event_Start_Date` to \
            `Event_End_Date` (running when blank). `outcome` is Event_Outcome; `term` the Primary_Support_Reason; of a request, \
            `method` is the Request_Route_of_Access; of a service, `subtype` is the Service_Type, `specialty` the Service_Component and \
            `method` the Delivery_Mechanism; of the others, `subtype` is the Client_Type. A row that gives neither the council's \
            number of the person nor an NHS number is refused.",
        standardise: Standardise::Row(event),
    }],
    duplicates: "Within one council, an event is told by person, event type, start date, client type, service type, component and \
        delivery mechanism together (letter case and blanks around do not matter): that is the national rule, as councils' own \
        references do not last. The key is `care:` and a hash of these. The copy with the later `Reporting_Period_End` stands: a \
        quarter that closes an event replaces the open copy.",
    caveats: &[
        "Two services alike in all that tells them apart and begun on one day are one service here.",
        "An event that is corrected in its start date or component is a second event; the first stays open.",
        "Support that a person buys without the council is not in the collection.",
        "Words of the code lists are kept as the council writes them.",
        "Carers' own events are included and have the Client_Type of carers.",
        "No practice is given: it comes from linkage.",
    ],
};

fn event<'r>(row: &mut Row<'r>, scratch: &'r mut Scratch) -> Result<Event<'r>, Refusal> {
    let kind = kind(row)?;
    let start = row.day(at!("Event_Start_Date"))?;
    care_key(row, start, scratch);
    let service = kind == EventKind::CareService;
    let method = match kind {
        EventKind::CareRequest => row.text(at!("Request_Route_of_Access")),
        EventKind::CareService => row.text(at!("Delivery_Mechanism")),
        _ => "",
    };
    Ok(Event {
        end: row.end(at!("Event_End_Date"), start),
        term: row.text(at!("Primary_Support_Reason")),
        provider: row.organisation,
        method,
        outcome: row.text(at!("Event_Outcome")),
        specialty: if service { row.text(at!("Service_Component")) } else { "" },
        subtype: row.text(if service { at!("Service_Type") } else { at!("Client_Type") }),
        as_at: row.as_at,
        ..Event::new(row.source, row.person, &scratch.key, kind, start)
    })
}

fn kind(row: &Row<'_>) -> Result<EventKind, Refusal> {
    const KINDS: [EventKind; 4] =
        [EventKind::CareRequest, EventKind::CareAssessment, EventKind::CareService, EventKind::CareReview];
    let text = row.filled(at!("Event_Type"))?;
    let kind = EVENTS.iter().zip(KINDS).find(|(word, _)| word.eq_ignore_ascii_case(text));
    kind.map(|(_, kind)| kind).ok_or_else(|| row.refuse(at!("Event_Type"), "is not a known event type"))
}

/// What tells events of a council apart. Source: NHS England, ASC client-level data to SALT and ASCOF transformations.
fn care_key(row: &Row<'_>, start: chrono::NaiveDate, scratch: &mut Scratch) {
    let parts = [
        row.person,
        row.text(at!("Event_Type")),
        row.text(at!("Client_Type")),
        row.text(at!("Service_Type")),
        row.text(at!("Service_Component")),
        row.text(at!("Delivery_Mechanism")),
    ];
    for part in parts {
        scratch.text.extend(part.chars().flat_map(char::to_lowercase));
        scratch.text.push('\u{1f}');
    }
    // Writing to a String cannot fail.
    let _ = write!(scratch.text, "{start}");
    let _ = write!(scratch.key, "care:{:032x}", XxHash3_128::oneshot(scratch.text.as_bytes()));
}
