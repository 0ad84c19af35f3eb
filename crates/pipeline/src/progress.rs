/// Is told how far a long command has come.
pub trait Progress: Sync {
    /// `step` has done `done` of `total` units.
    fn at(&self, step: &str, done: usize, total: usize);
}

/// Says nothing.
pub struct Quiet;

impl Progress for Quiet {
    fn at(&self, _step: &str, _done: usize, _total: usize) {}
}
