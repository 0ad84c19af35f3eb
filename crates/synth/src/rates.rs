//! Every rate of an error in who somebody is, with where it comes from. A rate marked "our choice" is ours: of a size that people who
//! link such records would know, not measured.
//!
//! Rates are for somebody of a white group in a place of middling deprivation; [`crate::errors::proneness_to_error`] multiplies those of
//! typing and of missing numbers for others. What depends on where names come from stands in [`Habits`].

/// NHS number missing on an A&E row. Our choice, in the order of NHS England's data quality reports: most often missing in A&E.
pub const NO_NUMBER_AE: f64 = 0.045;
/// NHS number missing in a hospital's patient index. The same: some 99 in 100 of admitted care have one.
pub const NO_NUMBER_HOSPITAL: f64 = 0.008;
/// Missing in community systems, in mental health, with councils, in general practice. Our choice.
pub const NO_NUMBER_COMMUNITY: f64 = 0.012;
/// See [`NO_NUMBER_COMMUNITY`].
pub const NO_NUMBER_MENTAL_HEALTH: f64 = 0.022;
/// See [`NO_NUMBER_COMMUNITY`].
pub const NO_NUMBER_COUNCIL: f64 = 0.028;
/// See [`NO_NUMBER_COMMUNITY`].
pub const NO_NUMBER_GP: f64 = 0.002;
/// How much more often for people who came to the country in the period (they are entered before they are traced). Our choice.
pub const NO_NUMBER_RECENT: f64 = 3.0;
/// How much more often in everything for homeless people and asylum seekers. Our choice.
pub const UNSETTLED: f64 = 3.0;
/// NHS number with a wrong digit, so that its check digit fails. Our choice.
pub const NUMBER_MISTYPED: f64 = 0.003;
/// Somebody else's NHS number. Our choice.
pub const NUMBER_OF_ANOTHER: f64 = 0.000_2;
/// Two people entered one after the other have each other's number in an organisation. Our choice.
pub const NUMBERS_EXCHANGED: f64 = 0.000_1;
/// How much more often records of each broad group (white, mixed, asian, black, other) are wrong. The order after
/// Hagger-Johnson et al. 2017 and Grath-Lone et al. 2021 on missed links in HES; the size our choice.
pub const BY_GROUP: [f64; 5] = [1.0, 1.15, 1.4, 1.55, 1.7];
/// The same by fifth of deprivation, the most deprived first. The same.
pub const BY_FIFTH: [f64; 5] = [1.2, 1.1, 1.0, 0.9, 0.8];
/// Name with a typing error, outside general practice. Our choice.
pub const NAME_TYPO: f64 = 0.018;
/// One half of a double family name left out, or its hyphen. Our choice.
pub const DOUBLE_CUT: f64 = 0.1;
/// See [`DOUBLE_CUT`].
pub const HYPHEN_LOST: f64 = 0.15;
/// Apostrophe left out or written as a blank (OBrien, O Brien). Our choice: many older systems refuse it.
pub const APOSTROPHE_LOST: f64 = 0.3;
/// Letters without their marks (Wojcik, Goncalves): most systems in England hold plain letters. Our choice.
pub const MARKS_LOST: f64 = 0.6;
/// Initial for a given name. Our choice.
pub const INITIAL_ONLY: f64 = 0.003;
/// Day and month of birth in each other's place (when both can be a month). Our choice.
pub const BIRTH_SWAPPED: f64 = 0.005;
/// Year of birth wrong by one or ten. Our choice.
pub const BIRTH_YEAR: f64 = 0.002;
/// Birth unknown and written as 1 January 1900. Our choice.
pub const BIRTH_UNKNOWN: f64 = 0.000_8;
/// Where the registered birth is 1 January because nobody knew the day: another day of that year in an organisation that asked
/// again; and 1 January in an organisation for people of the same customs whose day is known. Our choice.
pub const JANUARY_ASKED_AGAIN: f64 = 0.05;
/// See [`JANUARY_ASKED_AGAIN`].
pub const JANUARY_FILLED_IN: f64 = 0.02;
/// Postcode missing, or mistyped. Our choice.
pub const NO_POSTCODE: f64 = 0.012;
/// See [`NO_POSTCODE`].
pub const POSTCODE_TYPO: f64 = 0.008;
/// A homeless person has the postcode for no fixed abode in an organisation. Our choice.
pub const NO_FIXED_ABODE: f64 = 0.25;
/// Ethnic category missing or not stated. Our choice, near HES admitted care.
pub const NO_ETHNICITY: f64 = 0.08;
/// A second registration of the same person in one organisation. Our choice.
pub const REGISTERED_TWICE: f64 = 0.004;
/// Newborn without a given name (Baby, Baby of Amina, Twin One) in general practice and elsewhere, until named. Our choice; births in
/// hospital have none more often still.
pub const BABY_GP: f64 = 0.12;
/// See [`BABY_GP`].
pub const BABY_ELSEWHERE: f64 = 0.3;
/// Hospital episode of a birth without the name and the number of the child. Our choice.
pub const BABY_AT_BIRTH: f64 = 0.3;
/// Share of organisations that learn of a move or a marriage late (a month to two years), before deprivation and age. Our choice.
pub const TOLD_LATE: f64 = 0.4;
/// Still the address of years before the period, outside general practice: before deprivation and age. Our choice.
pub const ADDRESS_OF_BEFORE: f64 = 0.03;
/// Still the name of before a marriage years ago: outside general practice. Our choice.
pub const NAME_OF_BEFORE: f64 = 0.03;
/// Share of people a year who move within the area, before deprivation and age; half of them to another practice.
/// Our choice: about a tenth of English households move in a year (English Housing Survey); here are those that stay in the area.
pub const MOVES_A_YEAR: f64 = 0.045;
/// How much more often people of each fifth of deprivation move and tell late. Our choice, after tenures in London by deprivation.
pub const MOVES_BY_FIFTH: [f64; 5] = [1.4, 1.2, 1.0, 0.8, 0.65];
/// Share of moved households with an address of before that organisations may still hold. Our choice.
pub const HAS_ADDRESS_OF_BEFORE: f64 = 0.4;
/// Share of people a year who come from elsewhere, and who leave for elsewhere. Near ONS internal and international migration for
/// London boroughs, lowered so that practice lists stay of a size.
pub const ARRIVALS_A_YEAR: f64 = 0.03;
/// See [`ARRIVALS_A_YEAR`].
pub const DEPARTURES_A_YEAR: f64 = 0.022;
/// Share of single people of working age who live in the borough's hostel. Our choice, raised to be seen.
pub const HOSTEL: f64 = 0.036;

/// How people of one group of custom are named and written.
#[derive(Clone, Copy, Default)]
pub struct Habits {
    /// Share of adults born abroad. Near the 2021 census by ethnic group in London, rounded.
    pub abroad: f64,
    /// Of those born abroad, whose registered birth is 1 January. Our choice: where births are not registered it is common.
    pub january: f64,
    /// How many more (or fewer) of them came in the period than of all. Our choice, after census year of arrival.
    pub arrivals: f64,
    /// A name that has several spellings is written otherwise on a record. Our choice.
    pub spelling: f64,
    /// Given and family names in each other's place on a record. Our choice: frequent where the family name is said first or there is none.
    pub swapped: f64,
    /// A given name of several words is cut to one of them, or joined. Our choice.
    pub cut: f64,
    /// Another family name of the person stands on a record: father's for grandfather's, Kaur or Singh for a clan's,
    /// Begum for the family's. Our choice.
    pub other_family: f64,
    /// Share of people with one name only. Our choice.
    pub one_name: f64,
    /// A short form or an English name on a record, when the name has one. Our choice.
    pub short: f64,
    /// Share of wives with a name of before marriage. Our choice, after common custom.
    pub wives_change: f64,
    /// Share of boys named as their father. Our choice.
    pub namesake: f64,
    /// Share of children whose family name is their father's given name. Our choice, after common custom.
    pub patronymic: f64,
    /// Share of grown women with a family name that only women bear (half of that for girls). Our choice, after common custom.
    pub womens: f64,
}

/// The habits of a group of custom; `None` for one that has none stated.
pub fn habits(custom: &str) -> Option<Habits> {
    let found = HABITS.iter().find(|(key, _)| *key == custom)?;
    let [
        abroad,
        january,
        arrivals,
        spelling,
        swapped,
        cut,
        other_family,
        one_name,
        short,
        wives_change,
        namesake,
        patronymic,
        womens,
    ] = found.1;
    Some(Habits {
        abroad,
        january,
        arrivals,
        spelling,
        swapped,
        cut,
        other_family,
        one_name,
        short,
        wives_change,
        namesake,
        patronymic,
        womens,
    })
}

/// In the order of the fields of [`Habits`].
#[rustfmt::skip]
const HABITS: [(&str, [f64; 13]); 27] = [
    //                  abroad january arriv. spell. swapped cut  other  one    short wives  namesake patronymic womens
    ("british",        [0.05, 0.0005, 0.7,   0.04,  0.003, 0.20, 0.0,   0.0,   0.04,  0.80,  0.020,  0.00, 0.00]),
    ("irish",          [0.60, 0.001,  0.8,   0.06,  0.003, 0.20, 0.0,   0.0,   0.05,  0.75,  0.030,  0.00, 0.00]),
    ("gujarati",       [0.65, 0.03,   0.8,   0.06,  0.006, 0.15, 0.0,   0.0,   0.02,  0.80,  0.002,  0.00, 0.00]),
    ("indian",         [0.75, 0.03,   1.6,   0.06,  0.010, 0.15, 0.03,  0.010, 0.02,  0.60,  0.003,  0.08, 0.00]),
    ("goan",           [0.80, 0.005,  1.6,   0.06,  0.006, 0.20, 0.0,   0.0,   0.03,  0.70,  0.010,  0.00, 0.00]),
    ("nepali",         [0.85, 0.08,   1.4,   0.08,  0.010, 0.25, 0.02,  0.0,   0.01,  0.60,  0.002,  0.00, 0.00]),
    ("punjabi",        [0.60, 0.05,   0.9,   0.06,  0.010, 0.25, 0.10,  0.020, 0.02,  0.45,  0.001,  0.00, 0.00]),
    ("pakistani",      [0.60, 0.12,   0.9,   0.12,  0.012, 0.25, 0.06,  0.004, 0.01,  0.35,  0.005,  0.10, 0.22]),
    ("bangladeshi",    [0.60, 0.18,   0.7,   0.14,  0.014, 0.25, 0.10,  0.004, 0.01,  0.20,  0.003,  0.08, 0.50]),
    ("tamil",          [0.75, 0.03,   0.7,   0.10,  0.030, 0.15, 0.05,  0.020, 0.02,  0.40,  0.002,  0.50, 0.00]),
    ("ghanaian",       [0.70, 0.02,   0.9,   0.05,  0.015, 0.25, 0.01,  0.0,   0.03,  0.50,  0.015,  0.00, 0.00]),
    ("nigerian",       [0.65, 0.02,   1.1,   0.06,  0.015, 0.25, 0.01,  0.0,   0.06,  0.60,  0.010,  0.00, 0.00]),
    ("west_african",   [0.75, 0.08,   1.0,   0.08,  0.015, 0.20, 0.02,  0.0,   0.02,  0.40,  0.010,  0.00, 0.00]),
    ("somali",         [0.75, 0.30,   0.8,   0.14,  0.015, 0.25, 0.12,  0.005, 0.01,  0.03,  0.003,  0.60, 0.00]),
    ("eritrean",       [0.80, 0.12,   1.4,   0.10,  0.020, 0.25, 0.12,  0.005, 0.01,  0.03,  0.002,  0.80, 0.00]),
    ("caribbean",      [0.35, 0.002,  0.5,   0.05,  0.004, 0.20, 0.01,  0.0,   0.03,  0.65,  0.030,  0.00, 0.00]),
    ("arab",           [0.75, 0.15,   1.3,   0.14,  0.012, 0.25, 0.08,  0.002, 0.01,  0.05,  0.004,  0.10, 0.00]),
    ("iranian",        [0.75, 0.03,   1.1,   0.10,  0.008, 0.25, 0.03,  0.0,   0.01,  0.15,  0.002,  0.00, 0.00]),
    ("afghan",         [0.80, 0.40,   1.5,   0.14,  0.015, 0.25, 0.08,  0.040, 0.01,  0.15,  0.003,  0.10, 0.00]),
    ("polish",         [0.85, 0.001,  0.9,   0.04,  0.004, 0.20, 0.0,   0.0,   0.04,  0.75,  0.010,  0.00, 0.00]),
    ("romanian",       [0.92, 0.002,  1.8,   0.04,  0.015, 0.20, 0.0,   0.0,   0.02,  0.75,  0.010,  0.00, 0.00]),
    ("east_european",  [0.85, 0.003,  1.2,   0.06,  0.006, 0.20, 0.0,   0.0,   0.02,  0.70,  0.010,  0.00, 0.00]),
    ("portuguese",     [0.80, 0.002,  1.1,   0.05,  0.005, 0.30, 0.05,  0.0,   0.02,  0.40,  0.025,  0.00, 0.00]),
    ("south_european", [0.75, 0.001,  1.3,   0.05,  0.005, 0.20, 0.03,  0.0,   0.03,  0.15,  0.020,  0.00, 0.00]),
    ("chinese",        [0.80, 0.004,  1.8,   0.05,  0.030, 0.25, 0.0,   0.0,   0.02,  0.05,  0.000,  0.00, 0.00]),
    ("cantonese",      [0.75, 0.006,  1.6,   0.05,  0.030, 0.35, 0.01,  0.0,   0.04,  0.25,  0.000,  0.00, 0.00]),
    ("filipino",       [0.85, 0.003,  1.0,   0.05,  0.005, 0.25, 0.03,  0.0,   0.03,  0.75,  0.020,  0.00, 0.00]),
];
