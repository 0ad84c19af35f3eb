//! The command line. Names and exit codes are stable: 0 done, 1 a problem with data, 2 a wrong use.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use model::Feed;

use crate::audit::AuditCommand;
use crate::definitions::DefinitionsCommand;
use crate::evaluate::EvaluateArguments;
use crate::rate::RateArguments;
use crate::score;
use crate::spc::SpcArguments;

/// Whole-systems integrated care: from feeds to one record a person, lists to act on and budgets, in one binary.
#[derive(Debug, Parser)]
#[command(name = "wsic", version, propagate_version = true)]
pub struct Arguments {
    /// The deployment's folder
    #[arg(long, short = 'C', global = true, default_value = ".", value_name = "DIR")]
    pub dir: PathBuf,
    /// Print results as JSON, for machines
    #[arg(long, global = true)]
    pub json: bool,
    /// Say nothing of progress
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a deployment folder: wsic.toml and area/
    #[command(
        after_help = "Examples:\n  wsic init nwl\n  wsic init nwl --store postgres://wsic@localhost/wsic"
    )]
    Init {
        /// The folder to make
        folder: PathBuf,
        /// Where people's work is kept: sqlite://FILE or postgres://USER@HOST/DATABASE
        #[arg(long)]
        store: Option<String>,
        /// The people in it are made up: every page says so
        #[arg(long)]
        synthetic: bool,
    },
    /// Write a synthetic area as supplier files
    #[command(
        after_help = "Examples:\n  wsic synth --people 20000 --years 3 --seed 1 --out feeds\n  wsic synth --people 400000 --identities-only --out identities\n\nNobody in these files exists; no NHS number in them has been issued to anybody."
    )]
    Synth {
        /// How many people
        #[arg(long, default_value_t = 20_000)]
        people: u32,
        /// How many years of care
        #[arg(long, default_value_t = 3)]
        years: u32,
        /// The same seed gives the same files
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Only who people are: one file of identities for each of five feeds, and the truth, without care
        #[arg(long)]
        identities_only: bool,
        /// The folder to write to
        #[arg(long)]
        out: PathBuf,
    },
    /// Say that an agreement for a feed has been signed by both sides
    #[command(
        after_help = "Examples:\n  wsic agree gp E84002 E84003\n  wsic agree sus_apc --waiting\n\nWithout a signed agreement a source's rows are kept aside: neither linked, nor shown, nor counted."
    )]
    Agree {
        /// The feed
        feed: Feed,
        /// Codes of the organisations that signed
        organisations: Vec<String>,
        /// Every organisation that has sent this feed and waits for an agreement
        #[arg(long)]
        waiting: bool,
        /// Only for direct care, not for planning
        #[arg(long)]
        direct_care_only: bool,
    },
    /// Take in a feed's files: keep the bytes, standardise the rows, account for each
    #[command(
        after_help = "Examples:\n  wsic ingest gp feeds/gp/2026-10/*.csv\n  wsic ingest sus_apc feeds/sus_apc\n\nThe feeds: gp, sus_apc, sus_ae, sus_op, csds, mhsds, cld, fhir. A folder means every file in it.\nExit code 1 when a file could not be read as this feed."
    )]
    Ingest {
        /// The feed
        feed: Feed,
        /// Files or folders
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Show each refused row: file, line, field, class of value, reason
    #[command(after_help = "Examples:\n  wsic quarantine\n  wsic quarantine sus_apc --limit 1000")]
    Quarantine {
        /// Of this feed only
        feed: Option<Feed>,
        /// How many rows to show
        #[arg(long, default_value_t = 100)]
        limit: u64,
        /// How many rows to pass over first
        #[arg(long, default_value_t = 0)]
        offset: u64,
    },
    /// Run the day: link, index, derive, publish, check
    #[command(
        after_help = "Example:\n  wsic refresh -C nwl\n\nInterrupted, it is finished by running it again; readers see yesterday's data until it is done."
    )]
    Refresh,
    /// Show feeds, runs, coverage and the day of the data
    Status,
    /// Sign, verify and prove who looked at whom
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Link records of the same people: files against each other, or within one file
    #[command(
        after_help = "Examples:\n  wsic link --spec spec.toml --out linked register.csv referrals.parquet\n  wsic link --spec spec.toml --out deduped people.csv\n  wsic link --spec spec.toml --out tonight --model linked/model.json tonight.csv register.csv\n  wsic link --spec spec.toml --out linked --keep people.index register.csv referrals.parquet\n  wsic link --spec spec.toml --out tonight --against people.index --add tonight.csv\n\nspec.toml says what each column is:\n  mode = \"link_only\"   # or \"dedupe\", \"link_and_dedupe\"\n  [columns]\n  record = \"id\"\n  forename = \"given_name\"\n  surname = \"family_name\"\n  dob = \"date_of_birth\"\n  postcode = \"postcode\"\n\nWrites links.csv, clusters.csv, clerical.csv, model.json and report.html. Needs no deployment folder.\nExit code 2 for a specification that cannot be followed, 1 for files that cannot be read."
    )]
    Link {
        /// The specification (TOML): what each column is, and how to link
        #[arg(long)]
        spec: PathBuf,
        /// The folder to write to
        #[arg(long)]
        out: PathBuf,
        /// Score with the model of an earlier run instead of learning one
        #[arg(long, value_name = "MODEL.JSON")]
        model: Option<PathBuf>,
        /// Keep an index of everybody linked, to link later records with at a cost that grows with those alone
        #[arg(long, value_name = "INDEX", conflicts_with = "against")]
        keep: Option<PathBuf>,
        /// Link the records with those of an index that --keep made, and with each other
        #[arg(long, value_name = "INDEX", conflicts_with = "model")]
        against: Option<PathBuf>,
        /// Add the records to the index
        #[arg(long, requires = "against", conflicts_with = "each")]
        add: bool,
        /// Look every record up by itself, as a desk does, and say how long that took
        #[arg(long, requires = "against")]
        each: bool,
        /// CSV or Parquet files: one to find doubles in, several to link
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Compute a clinical score for each person of a file
    #[command(
        after_help = "Examples:\n  wsic score hfrs --in diagnoses.csv --out hfrs.csv --as-at 2026-03-31\n  wsic score charlson-quan --in diagnoses.csv --out charlson.parquet --people people.csv\n\ndiagnoses.csv: person_id,icd10 and, where there are such, date,admission_method; other scores have other columns (docs/score.md).\nWrites person_id, score, band and a 0/1 column for each condition. Needs no deployment folder.\nExit code 2 for a wrong use, 1 for a file that cannot be read."
    )]
    Score(score::Options),
    /// Control charts by the Making Data Count rules, point by point
    #[command(
        after_help = "Example:\n  wsic spc --in series.csv --out points.csv --direction decrease --rebase 2025-04-01\n\nColumns: series (may be missing), date, value, target (may be missing). Writes CSV or, by the name, Parquet: docs/spc.md."
    )]
    Spc(SpcArguments),
    /// Proportions, rates, means, standardised rates, inequality, funnels, life expectancy
    #[command(
        after_help = "Examples:\n  wsic rate proportion --in counts.csv --out rates.csv --confidence 95,99.8\n  wsic rate dsr --in counts.csv --out rates.csv --by area,sex\n\nColumns of each method: docs/rate.md."
    )]
    Rate(RateArguments),
    /// Interrupted time series, difference in differences
    #[command(
        after_help = "Example:\n  wsic evaluate its --in series.csv --spec spec.toml --out result.json\n\nspec.toml:\n  [columns]\n  date = \"month\"\n  value = \"admissions\"\n  [its]\n  intervention = \"2015-07-01\"\n\nAll of it: docs/evaluate.md."
    )]
    Evaluate(EvaluateArguments),
    /// Run the worked examples of every definition; take in a code list; try definitions on a deployment's data
    #[command(
        args_conflicts_with_subcommands = true,
        after_help = "Examples:\n  wsic definitions --folder definitions\n  wsic definitions import-codelist dm-cod.csv --name diabetes --folder definitions --list-version 20210127\n  wsic -C nwl definitions try --out tried --only score --only indicator"
    )]
    Definitions {
        /// Definitions to check; the program's own if not given
        #[arg(long)]
        folder: Option<PathBuf>,
        /// What else to do with definitions
        #[command(subcommand)]
        what: Option<DefinitionsCommand>,
    },
    /// Accounts with a password: add, list, disable, enable, give a new password, take away a second factor
    #[command(
        after_help = "Examples:\n  wsic account add gina --name \"Gina Okafor\" --role gp --organisation E84002\n  wsic account list\n  wsic account password gina\n  wsic account disable gina\n\nA password that is given is printed once. It is good for 7 days, for choosing another."
    )]
    Account {
        /// What to do with accounts
        #[command(subcommand)]
        what: AccountCommand,
    },
    /// Serve the pages
    #[command(after_help = "Example:\n  wsic serve -C nwl --listen 127.0.0.1:8080")]
    Serve {
        /// Address to listen on
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
    },
    /// Make a synthetic area, run its day and serve it
    #[command(after_help = "Example:\n  wsic demo demo --people 20000\n\nRun again, it uses what is there.")]
    Demo {
        /// The folder to make
        #[arg(default_value = "demo")]
        folder: PathBuf,
        /// How many people
        #[arg(long, default_value_t = 20_000)]
        people: u32,
        /// How many years of care
        #[arg(long, default_value_t = 3)]
        years: u32,
        /// The same seed gives the same people
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Address to listen on
        #[arg(long, default_value = "127.0.0.1:8080")]
        listen: SocketAddr,
        /// Stop when the day has run; do not serve
        #[arg(long)]
        no_serve: bool,
    },
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Make an account and print its first password
    Add {
        /// Sign-in name: letters, digits, `.`, `-`, `_`, `@`
        user: String,
        /// Name, as people read it in "who looked at my record"
        #[arg(long)]
        name: String,
        /// gp, care_coordinator, team_member, commissioner, governance_lead, signatory or person
        #[arg(long)]
        role: String,
        /// Code of the organisation; none for a person
        #[arg(long, default_value = "")]
        organisation: String,
        /// For the role person: their number here
        #[arg(long)]
        person: Option<u32>,
    },
    /// Show every account
    List,
    /// Keep an account from signing in, from this moment
    Disable {
        /// Sign-in name
        user: String,
    },
    /// Let a disabled account in again
    Enable {
        /// Sign-in name
        user: String,
    },
    /// Give an account a new password and print it
    Password {
        /// Sign-in name
        user: String,
    },
    /// Take the second factor from an account whose device is lost
    ResetTotp {
        /// Sign-in name
        user: String,
    },
}
