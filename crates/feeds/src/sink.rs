use model::{Demographics, Event};

use crate::Issue;

/// Whatever a sink's own storage says went wrong.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Takes what a file's rows become. An error stops the reading.
pub trait Sink {
    /// An event, from this line of the file.
    fn event(&mut self, line: u64, event: &Event<'_>) -> Result<(), SinkError>;
    /// What the source says about one of its people, from this line of the file. The same words about the same person are
    /// told once a file, as far as a bounded memory of them reaches.
    fn demographics(&mut self, line: u64, who: &Demographics) -> Result<(), SinkError>;
    /// What was mended in, or why this refused, a row. A repaired row may give several issues, a quarantined row gives one.
    fn issue(&mut self, issue: &Issue);
    /// This line is the same as an earlier row of the file, and gave nothing.
    fn duplicate(&mut self, _line: u64) {}
}
