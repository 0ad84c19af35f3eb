//! The pages, one file a family. A page is a struct that holds what it shows; its mark-up is a function of it.

pub(crate) mod accesses;
pub(crate) mod account;
pub(crate) mod agreement;
pub(crate) mod agreement_form;
pub(crate) mod agreements;
pub(crate) mod ask;
pub(crate) mod audit;
pub(crate) mod audit_row;
pub(crate) mod broken_glass;
pub(crate) mod budget;
pub(crate) mod choices;
pub(crate) mod coverage;
pub(crate) mod emergency;
pub(crate) mod feeds;
pub(crate) mod find;
pub(crate) mod groups;
mod groups_movement;
pub(crate) mod home;
pub(crate) mod indicator;
mod indicator_people;
pub(crate) mod indicator_places;
mod linkage_evidence;
pub(crate) mod linkage_person;
pub(crate) mod linkage_quality;
pub(crate) mod linkage_review;
pub(crate) mod monthly_return;
pub(crate) mod objections;
pub(crate) mod outcomes;
pub(crate) mod own_record;
pub(crate) mod practice;
pub(crate) mod provider;
pub(crate) mod quarantine;
pub(crate) mod questions;
pub(crate) mod reasons;
pub(crate) mod record;
pub(crate) mod record_sections;
pub(crate) mod refusal;
pub(crate) mod risk_csv;
pub(crate) mod risk_model;
mod risk_tables;
pub(crate) mod rules;
pub(crate) mod sign_in;
pub(crate) mod statements;
pub(crate) mod team_care;
pub(crate) mod teams;
pub(crate) mod timeline;
pub(crate) mod try_case;
pub(crate) mod unusual;
pub(crate) mod worklist;

#[cfg(test)]
mod samples;
#[cfg(test)]
mod samples_account;
#[cfg(test)]
mod samples_agreements;
#[cfg(test)]
mod samples_audit;
#[cfg(test)]
mod samples_insight;
#[cfg(test)]
mod samples_linkage;
#[cfg(test)]
mod samples_risk;
#[cfg(test)]
mod samples_rules;
#[cfg(test)]
mod samples_teams;
#[cfg(test)]
mod tests;
