//! What the data teach: m, u, r, t and n of every level, and how many pairs are of one person.

use serde::{Deserialize, Serialize};

use crate::fields::{Field, fields_of};
use crate::records::Records;
use crate::role::Role;

/// m, r and u of the levels of a field, best level first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldModel {
    /// As `model.json` and reports call it.
    pub name: String,
    /// What each level is, in plain words.
    pub levels: Vec<String>,
    /// Share of pairs of one person at each level, of those with a value on both sides.
    pub m: Vec<f64>,
    /// The same of pairs of two strangers. Full agreement on a name, postcode, address, telephone number, email, date of
    /// birth or other column uses the frequency of the value instead.
    pub u: Vec<f64>,
    /// The same of pairs of two relatives or people of one household.
    pub r: Vec<f64>,
    /// The same of pairs of twins: as relatives but for date of birth, given name and sex.
    pub t: Vec<f64>,
    /// The same of pairs of two neighbours: as strangers but for postcode and address.
    pub n: Vec<f64>,
    #[serde(skip)]
    pub(crate) expected_m: Vec<f64>,
    #[serde(skip)]
    pub(crate) expected_r: Vec<f64>,
    #[serde(skip)]
    pub(crate) expected_n: Vec<f64>,
    #[serde(skip)]
    pub(crate) most_r: Vec<f64>,
}

/// All that scoring needs beside the records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// Version of this layout.
    pub version: u32,
    /// Records the model was learnt from.
    pub records: usize,
    /// Chance that two records drawn at random are of one person.
    pub lambda: f64,
    /// Chance that two records drawn at random are of two relatives or people of one household.
    pub relatives: f64,
    /// Chance that they are of twins.
    pub twins: f64,
    /// Chance that they are of two neighbours.
    pub neighbours: f64,
    /// One for each field that is compared, in the order of comparison.
    pub fields: Vec<FieldModel>,
}

/// Version of the layout of [`Model`].
pub const MODEL_VERSION: u32 = 2;

impl Model {
    /// As expected before looking at any data.
    pub(crate) fn expected(records: &Records) -> Self {
        let fields = fields_of(records)
            .into_iter()
            .map(|field| {
                let role = field.role(records);
                let levels = field.levels(role);
                let m: Vec<f64> = levels.iter().map(|level| level.1).collect();
                let u: Vec<f64> = levels.iter().map(|level| level.2).collect();
                let r = relatives(field, role, &m, &u);
                let n = neighbours(field, &u);
                FieldModel {
                    name: field.name(role),
                    levels: levels.iter().map(|level| level.0.to_owned()).collect(),
                    most_r: (0..levels.len()).map(|level| most_alike(field, role, level)).collect(),
                    expected_m: m.clone(),
                    expected_r: r.clone(),
                    expected_n: n.clone(),
                    t: twins(field, &r, &u),
                    n,
                    m,
                    u,
                    r,
                }
            })
            .collect();
        let lambda = 0.5 / records.len().max(1) as f64;
        Self {
            version: MODEL_VERSION,
            records: records.len(),
            lambda,
            relatives: 0.5 * lambda,
            twins: 0.05 * lambda,
            neighbours: lambda,
            fields,
        }
    }

    /// Whether this model is one of records with these fields.
    pub fn fits(&self, records: &Records) -> bool {
        let expected = Self::expected(records);
        let shape = |model: &Self| -> Vec<(String, [usize; 5])> {
            let of = |f: &FieldModel| (f.name.clone(), f.tables().map(|table| table.len()));
            model.fields.iter().map(of).collect()
        };
        let chance = |p: &f64| (1e-15..1.0).contains(p);
        self.version == MODEL_VERSION
            && shape(self) == shape(&expected)
            && self.classes().iter().all(chance)
            && self
                .fields
                .iter()
                .all(|f| f.tables().iter().all(|t| t.iter().all(|p| (0.0..=1.0).contains(p))))
    }

    /// Chances of one person, relatives, twins, neighbours, strangers.
    pub(crate) fn classes(&self) -> [f64; 5] {
        let strangers = 1.0 - self.lambda - self.relatives - self.twins - self.neighbours;
        [self.lambda, self.relatives, self.twins, self.neighbours, strangers]
    }
}

impl FieldModel {
    fn tables(&self) -> [&Vec<f64>; 5] {
        [&self.m, &self.u, &self.r, &self.t, &self.n]
    }
}

/// What two relatives agree in: where they live and what the family is called as one person does, all else as strangers do
/// but for namesakes.
fn relatives(field: Field, role: Option<Role>, m: &[f64], u: &[f64]) -> Vec<f64> {
    let more = match field {
        Field::Family | Field::Postcode | Field::Address | Field::Phone => return m.to_vec(),
        Field::Extra(_) if role == Some(Role::Other) => return m.to_vec(),
        Field::Given => 0.05,
        _ => 0.0,
    };
    u.iter().enumerate().map(|(level, u)| u * (1.0 - more) + if level == 0 { more } else { 0.0 }).collect()
}

/// What twins agree in: the date of birth and, more often than not, the sex, but not the given name; all else as relatives.
pub(crate) fn twins(field: Field, r: &[f64], u: &[f64]) -> Vec<f64> {
    match field {
        Field::Birth => vec![0.96, 0.005, 0.01, 0.01, 0.001, 0.003, 0.003, 0.003, 0.003, 0.002],
        Field::Sex => vec![0.67, 0.33],
        Field::Given => {
            // Names that begin alike or sound alike are given to twins.
            let least = [0.002, 0.002, 0.01, 0.05, 0.0, 0.01, 0.0, 0.0];
            let other = u.iter().zip(least).take(u.len() - 1).map(|(u, least)| u.min(0.02).max(least));
            let mut t: Vec<f64> = other.collect();
            if let Some(same) = t.first_mut() {
                *same = 0.002;
            }
            t.push(1.0 - t.iter().sum::<f64>());
            t
        }
        _ => r.to_vec(),
    }
}

/// What two neighbours agree in: a postcode and a part of the address.
fn neighbours(field: Field, u: &[f64]) -> Vec<f64> {
    match field {
        Field::Postcode => vec![0.9, 0.05, 0.03, 0.01, 0.005, 0.005],
        Field::Address => vec![0.05, 0.02, 0.03, 0.4, 0.3, 0.15, 0.05],
        _ => u.to_vec(),
    }
}

/// The most that relatives can be alike in what is a person's own, beyond what strangers are: this keeps the class of
/// relatives from taking true pairs in. `level` counts from 0.
fn most_alike(field: Field, role: Option<Role>, level: usize) -> f64 {
    match (field, level) {
        (Field::Family | Field::Postcode | Field::Address | Field::Phone | Field::Sex, _) => 1.0,
        (Field::Extra(_), _) if role == Some(Role::Other) => 1.0,
        (Field::Given, 0) => 0.1,
        (Field::Middle | Field::Email, _) => 0.3,
        (Field::Birth, 0) => 0.000_5,
        (Field::Birth, 6..) => 1.0,
        (Field::Given | Field::Birth, _) => 0.01,
        (Field::Nhs, 4) | (Field::Extra(_), 2) => 1.0,
        _ => 0.000_1,
    }
}
