//! Everything that is the same for every person of a run.

use model::{Area, NhsNumber};

use crate::calendar::Calendar;
use crate::dice::Dice;
use crate::ethnicity::Ethnicities;
use crate::names::Names;
use crate::numbers::Numbers;
use crate::place::Places;
use crate::tables::{ConditionId, Tables};
use crate::{Options, SynthError};

/// Everything that is the same for every person of a run.
pub struct World {
    pub seed: u64,
    pub calendar: Calendar,
    pub tables: Tables,
    pub names: Names,
    pub ethnicities: Ethnicities,
    pub places: Places,
    pub known: KnownConditions,
    /// People of the run.
    pub people: u32,
    numbers: Numbers,
    first_number: NhsNumber,
}

/// Conditions that the rules name.
pub struct KnownConditions {
    pub hypertension: ConditionId,
    pub diabetes_1: ConditionId,
    pub diabetes_2: ConditionId,
    pub prediabetes: ConditionId,
    pub asthma: ConditionId,
    pub copd: ConditionId,
    pub chd: ConditionId,
    pub heart_failure: ConditionId,
    pub atrial_fibrillation: ConditionId,
    pub stroke: ConditionId,
    pub ckd: [ConditionId; 3],
    pub cancers: [ConditionId; 5],
    pub cancer_lung: ConditionId,
    pub dementias: [ConditionId; 3],
    pub depression: ConditionId,
    pub anxiety: ConditionId,
    pub psychoses: [ConditionId; 3],
    pub epilepsy: ConditionId,
    pub learning_disability: ConditionId,
    pub physical: [ConditionId; 5],
    pub parkinsons: ConditionId,
    pub alcohol: ConditionId,
    pub drugs: ConditionId,
    pub obesity: ConditionId,
    pub sickle_cell: ConditionId,
    pub osteoarthritis: ConditionId,
    pub liver: ConditionId,
    pub frailties: [ConditionId; 3],
    pub palliative: ConditionId,
    pub housebound: ConditionId,
    pub nursing_home: ConditionId,
    pub residential_home: ConditionId,
    pub homeless: ConditionId,
    pub asylum_seeker: ConditionId,
    pub carer: ConditionId,
    pub hip_fracture: ConditionId,
    pub falls: [ConditionId; 4],
    pub normal_delivery: ConditionId,
    pub caesarean: ConditionId,
    pub chemotherapy: ConditionId,
}

impl World {
    /// Lays out the world of a run, with these NHS numbers.
    pub fn new(area: &Area, options: Options, numbers: Numbers) -> Result<Self, SynthError> {
        let Options { people, years, seed, end } = options;
        let Some(first_number) = numbers.of(0) else {
            return Err(SynthError::TooManyPeople { asked: people, most: 0 });
        };
        let calendar = Calendar::new(end, years)?;
        let tables = Tables::load()?;
        let names = Names::load()?;
        let ethnicities = Ethnicities::load(&names)?;
        let places = Places::new(area, people)?;
        let known = KnownConditions::of(&tables)?;
        Ok(Self { seed, calendar, tables, names, ethnicities, places, known, people, numbers, first_number })
    }

    /// The NHS number of the person with this index.
    pub fn nhs_number(&self, index: u32) -> NhsNumber {
        self.numbers.of(index).unwrap_or(self.first_number)
    }

    /// Somebody else's NHS number.
    pub fn other_number(&self, dice: &mut Dice, index: u32) -> NhsNumber {
        let step = if dice.chance(0.5) { 1 } else { 1 + dice.below(5_000) };
        self.nhs_number(if index > step { index - step } else { index + step })
    }
}

impl KnownConditions {
    fn of(tables: &Tables) -> Result<Self, SynthError> {
        let id = |key| tables.id(key);
        Ok(Self {
            hypertension: id("hypertension")?,
            diabetes_1: id("diabetes_type_1")?,
            diabetes_2: id("diabetes_type_2")?,
            prediabetes: id("nondiabetic_hyperglycaemia")?,
            asthma: id("asthma")?,
            copd: id("copd")?,
            chd: id("coronary_heart_disease")?,
            heart_failure: id("heart_failure")?,
            atrial_fibrillation: id("atrial_fibrillation")?,
            stroke: id("stroke")?,
            ckd: [id("ckd_stage_3")?, id("ckd_stage_4")?, id("ckd_stage_5")?],
            cancers: [
                id("cancer_breast")?,
                id("cancer_prostate")?,
                id("cancer_colorectal")?,
                id("cancer_lung")?,
                id("lymphoma")?,
            ],
            cancer_lung: id("cancer_lung")?,
            dementias: [id("dementia_alzheimers")?, id("dementia_vascular")?, id("dementia")?],
            depression: id("depression")?,
            anxiety: id("anxiety")?,
            psychoses: [id("schizophrenia")?, id("bipolar")?, id("psychosis")?],
            epilepsy: id("epilepsy")?,
            learning_disability: id("learning_disability")?,
            physical: [
                id("cerebral_palsy")?,
                id("paraplegia")?,
                id("multiple_sclerosis")?,
                id("motor_neurone_disease")?,
                id("hemiplegia")?,
            ],
            parkinsons: id("parkinsons")?,
            alcohol: id("alcohol_dependence")?,
            drugs: id("drug_dependence")?,
            obesity: id("obesity")?,
            sickle_cell: id("sickle_cell")?,
            osteoarthritis: id("osteoarthritis")?,
            liver: id("chronic_liver_disease")?,
            frailties: [id("mild_frailty")?, id("moderate_frailty")?, id("severe_frailty")?],
            palliative: id("palliative_care")?,
            housebound: id("housebound")?,
            nursing_home: id("nursing_home")?,
            residential_home: id("residential_home")?,
            homeless: id("homeless")?,
            asylum_seeker: id("asylum_seeker")?,
            carer: id("carer")?,
            hip_fracture: id("hip_fracture")?,
            falls: [id("fall")?, id("hip_fracture")?, id("wrist_fracture")?, id("head_injury")?],
            normal_delivery: id("normal_delivery")?,
            caesarean: id("caesarean_delivery")?,
            chemotherapy: id("chemotherapy")?,
        })
    }
}
