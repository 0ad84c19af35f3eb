//! Scores of lists of diagnoses: one row a diagnosis, one bit of a person a condition.

use methods::diagnosis_score::{Definition, Scorer};
use methods::icd10::Code;
use methods::{cambridge, charlson, elixhauser, hfrs, imperial_frailty};
use pipeline::Progress;

use super::codes::Lists;
use super::repeats::Repeats;
use super::roll::{self, Roll};
use super::window::{COLUMNS, Window};
use super::{BadCodes, Bands, Name, Options, Summary, YesNo, cells, codes};
use crate::failure::Failure;
use crate::progress::Shown;
use crate::tables::{Cell, Kind, Output, Row, Table};

/// Days of the window of the Hospital Frailty Risk Score: two years.
const HFRS_DAYS: u32 = 730;

/// Where the columns of the cells of a row stand.
const ID: usize = 0;
const ICD10: usize = 1;
const SNOMED: usize = 2;
const CONDITION: usize = 3;
const DATE: usize = 4;

/// The first of the columns that are conditions.
const FLAGS: usize = 6;

/// How a file is read.
struct Reader<'a> {
    options: &'a Options,
    scorer: &'a Scorer,
    window: Window,
    /// Code lists of the conditions, where SNOMED CT codes are read.
    lists: Lists,
    /// How many columns are conditions.
    flags: usize,
}

/// Scores a file of diagnoses.
pub fn run(options: &Options, summary: &mut Summary, progress: &Shown) -> Result<(), Failure> {
    let scorer = scorer(options)?;
    let mut people = match &options.people {
        Some(path) => Roll::listed(path, progress)?,
        None => Roll::default(),
    };
    let listed = people.len();
    let table = Table::open(&options.input)?;
    let places = places(options, &scorer, &table)?;
    let lists = if options.name == Name::Cms {
        Lists::of(&cambridge::LISTS, scorer.names())?
    } else {
        Lists::default()
    };
    cautions(options, &places, summary);
    let own_days = (options.name == Name::Hfrs).then_some(HFRS_DAYS);
    let window = Window::of(options, &table, DATE, own_days)?;
    let flags = places.len() - FLAGS;
    let reader = Reader { options, scorer: &scorer, window, lists, flags };
    let step = format!("reading {}", table.name);
    let mut found: Vec<u128> = Vec::new();
    let mut repeats = (options.repeats == super::Repeats::EachCode).then(Repeats::default);
    summary.rows = table.visit_whole(&places, &|done, all| progress.at(&step, done, all), |row| {
        let number = people.number(cells::id(row, ID)?);
        let bits = reader.conditions(row, summary)?;
        if let (Some(repeats), Some(code)) = (&mut repeats, Code::read(row.get(ICD10))) {
            repeats.add(number, code, scorer.score(bits));
        }
        if let Some(kept) = roll::at(&mut found, number) {
            *kept |= bits;
        }
        Ok(())
    })?;
    if summary.rows == 0 && listed == 0 {
        return Err(Failure::data(format!(
            "{} has a header and no row: give rows, or list the people with --people",
            options.input.display()
        )));
    }
    found.resize(people.len(), 0);
    summary.scored = found.len() as u64;
    progress.at("writing", 0, 1);
    write(options, &scorer, &people, &found, repeats.as_ref())
}

/// The score that the options name.
fn scorer(options: &Options) -> Result<Scorer, Failure> {
    let (definition, weights): (&Definition, Option<&str>) = match options.name {
        Name::CharlsonShmi if options.shmi_version == "1.60" => (&charlson::SHMI_1_60, None),
        Name::CharlsonShmi => (&charlson::SHMI_1_35, None),
        Name::CharlsonRcs => (&charlson::RCS, None),
        Name::ElixhauserQuan => (&elixhauser::QUAN, None),
        Name::ElixhauserVw => (&elixhauser::QUAN, Some("van-walraven")),
        Name::ImperialFrailty => (&imperial_frailty::SOONG, None),
        Name::Cms => (&cambridge::PAYNE, None),
        Name::Hfrs => {
            let boundary = match options.bands {
                Bands::NhsEngland => hfrs::Boundary::NhsEngland,
                Bands::UpperClosed => hfrs::Boundary::UpperClosed,
            };
            if options.weights.is_some() {
                return Err(Failure::usage("--weights is not for hfrs: leave it out"));
            }
            return Ok(hfrs::scorer(boundary));
        }
        Name::CharlsonQuan | Name::Efi | Name::Lace | Name::Parr30 => (&charlson::QUAN, None),
    };
    let asked = options.weights.as_deref().or(weights);
    let mut scorer = Scorer::new(definition, asked, options.hierarchy == YesNo::Yes).ok_or_else(|| {
        Failure::usage(format!(
            "--weights of {} are {}: name one of them",
            options.name.text(),
            definition.weightings.join(" or ")
        ))
    })?;
    if options.floor == YesNo::No {
        scorer.keep_low_sums();
    }
    Ok(scorer)
}

/// Where the columns stand.
fn places(options: &Options, scorer: &Scorer, table: &Table) -> Result<Vec<Option<usize>>, Failure> {
    let id = Some(table.must("person_id")?);
    let [date, method] = COLUMNS;
    let (date, method) = (table.may(date)?, table.may(method)?);
    if options.name != Name::Cms {
        return Ok(vec![id, Some(table.must("icd10")?), None, None, date, method]);
    }
    let told = [table.may("icd10")?, table.may("snomed")?, table.may("condition")?];
    let flags = codes::columns(table, scorer.names())?;
    if told == [None; 3] && flags.is_empty() {
        return Err(Failure::data(format!(
            "{}, line 1: none of the columns `condition`, `snomed`, `icd10` is there, nor the twenty conditions: name one of them",
            table.path().display()
        )));
    }
    let [icd10, snomed, condition] = told;
    Ok([vec![id, icd10, snomed, condition, date, method], flags].concat())
}

impl Reader<'_> {
    /// The conditions that a row shows.
    fn conditions(&self, row: &Row<'_>, summary: &mut Summary) -> Result<u128, Failure> {
        let counts = self.window.takes(row)?;
        let flags = if self.flags == 0 { None } else { Some(codes::flags(row, FLAGS, self.flags)?) };
        let told = [self.icd10(row, summary)?, self.snomed(row)?, self.condition(row)?, flags];
        if told == [None; 4] {
            summary.blank += 1;
        } else if !counts {
            summary.outside += 1;
            return Ok(0);
        }
        Ok(told.into_iter().flatten().fold(0, |all, bits| all | bits))
    }

    fn icd10(&self, row: &Row<'_>, summary: &mut Summary) -> Result<Option<u128>, Failure> {
        let text = row.get(ICD10);
        if text.is_empty() {
            return Ok(None);
        }
        match Code::read(text) {
            Some(code) => Ok(Some(self.scorer.conditions(code))),
            None if self.options.bad_codes == BadCodes::Skip => {
                summary.bad_codes += 1;
                Ok(Some(0))
            }
            None => Err(row.wrong(
                ICD10,
                "is no ICD-10 code: a letter and two digits, then at most four characters (such codes are passed over with --bad-codes skip)",
            )),
        }
    }

    fn snomed(&self, row: &Row<'_>) -> Result<Option<u128>, Failure> {
        let text = row.get(SNOMED);
        if text.is_empty() {
            return Ok(None);
        }
        let found = self.lists.conditions(text);
        found.map(Some).ok_or_else(|| row.wrong(SNOMED, "is no SNOMED CT code: 6 to 18 digits"))
    }

    fn condition(&self, row: &Row<'_>) -> Result<Option<u128>, Failure> {
        let text = row.get(CONDITION);
        if text.is_empty() {
            return Ok(None);
        }
        let found = codes::named(self.scorer.names(), text);
        found.map(Some).ok_or_else(|| {
            row.wrong(CONDITION, "is none of the score's conditions: docs/score.md lists them")
        })
    }
}

fn write(
    options: &Options,
    scorer: &Scorer,
    people: &Roll,
    found: &[u128],
    repeats: Option<&Repeats>,
) -> Result<(), Failure> {
    let scale = match options.name {
        Name::Hfrs => 10,
        Name::Cms => cambridge::HUNDREDTHS,
        _ => 1,
    };
    let kind = if scale == 1 { Kind::Whole } else { Kind::Number };
    let mut columns = vec![("person_id", Kind::Text), ("score", kind), ("band", Kind::Text)];
    columns.extend(scorer.names().iter().map(|name| (*name, Kind::Whole)));
    let mut output = Output::create(&options.out, &columns)?;
    let mut cells: Vec<Cell<'_>> = Vec::new();
    for (number, conditions) in found.iter().enumerate() {
        let settled = scorer.settle(*conditions);
        let mut score = repeats.map_or_else(|| scorer.score(settled), |repeats| repeats.points(number));
        if options.age_points {
            score += charlson::age_points(age(options, people, number)?);
        }
        cells.clear();
        cells.push(Cell::Text(people.id(number)));
        cells.push(match scale {
            1 => Cell::Whole(i64::from(score)),
            scale => Cell::Number(f64::from(score) / f64::from(scale)),
        });
        cells.push(Cell::Text(scorer.band(score)));
        let mut bits = settled;
        for _ in scorer.names() {
            cells.push(Cell::Whole(i64::from(bits & 1 != 0)));
            bits >>= 1;
        }
        output.row(&cells)?;
    }
    output.finish()
}

fn age(options: &Options, people: &Roll, number: usize) -> Result<u16, Failure> {
    let file = options.people.as_deref().unwrap_or(&options.input);
    people.age(number).ok_or_else(|| {
        Failure::data(format!(
            "{}: the age of somebody in {} is missing: --age-points asks for everybody's",
            file.display(),
            options.input.display()
        ))
    })
}

fn cautions(options: &Options, places: &[Option<usize>], summary: &mut Summary) {
    let [_, icd10, _, condition, _, _, flags @ ..] = places else { return };
    if options.name != Name::Cms || condition.is_some() || !flags.is_empty() {
        return;
    }
    let unseen: &[&str] = if icd10.is_some() {
        &["painful_condition", "constipation"]
    } else {
        &["painful_condition", "constipation", "irritable_bowel_syndrome"]
    };
    summary.cautions.push(format!(
        "no code list held here tells {}: score them in a column `condition`",
        unseen.join(", ")
    ));
}
