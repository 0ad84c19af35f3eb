//! How a command fails: what is said, and the exit code.

use std::fmt;

/// Exit code for a problem with data.
pub const DATA: u8 = 1;
/// Exit code for a wrong use.
pub const USAGE: u8 = 2;

/// A command that failed.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
}

impl Failure {
    /// A problem with data or with the machine.
    pub fn data(message: impl fmt::Display) -> Self {
        Self { code: DATA, message: message.to_string() }
    }

    /// A wrong use: the arguments cannot be followed.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self { code: USAGE, message: message.to_string() }
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        self.code
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<pipeline::PipelineError> for Failure {
    fn from(e: pipeline::PipelineError) -> Self {
        match e {
            pipeline::PipelineError::NoDeployment(_)
            | pipeline::PipelineError::Exists(_)
            | pipeline::PipelineError::Config { .. } => Self::usage(e),
            _ => Self::data(e),
        }
    }
}

macro_rules! data_problem {
    ($($error:ty),* $(,)?) => {
        $(impl From<$error> for Failure {
            fn from(e: $error) -> Self {
                Self::data(e)
            }
        })*
    };
}

data_problem!(
    std::io::Error,
    synth::SynthError,
    warehouse::WarehouseError,
    store::StoreError,
    serde_json::Error,
);
