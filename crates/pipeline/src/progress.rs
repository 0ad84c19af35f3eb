/// Is told how far a long command has come.
pub trait Progress: Sync {
    /// `step` has done `done` of `total` units.
    fn at(&self, step: &str, done: usize, total: usize);

    /// The run stands just before or just after what a step commits. Nobody need listen; tests kill the program here.
    fn reached(&self, _point: &str) {}
}

/// Says nothing.
pub struct Quiet;

impl Progress for Quiet {
    fn at(&self, _step: &str, _done: usize, _total: usize) {}
}
