//! Progress of long commands: a bar on a terminal, a line a step elsewhere.

use std::io::IsTerminal;
use std::sync::Mutex;

use indicatif::{ProgressBar, ProgressStyle};
use pipeline::Progress;

/// Shows progress on standard error.
pub struct Shown {
    quiet: bool,
    state: Mutex<(String, Option<ProgressBar>)>,
}

impl Shown {
    /// Shows nothing when `quiet`.
    pub fn new(quiet: bool) -> Self {
        Self { quiet, state: Mutex::new((String::new(), None)) }
    }

    /// Ends what is being shown.
    pub fn finish(&self) {
        if let Ok(mut state) = self.state.lock()
            && let Some(bar) = state.1.take()
        {
            bar.finish();
        }
    }
}

impl Progress for Shown {
    fn reached(&self, point: &str) {
        halt(point);
    }

    fn at(&self, step: &str, done: usize, total: usize) {
        halt(step);
        if self.quiet {
            return;
        }
        let Ok(mut state) = self.state.lock() else { return };
        let terminal = std::io::stderr().is_terminal();
        if state.0 != step {
            if let Some(bar) = state.1.take() {
                bar.finish();
            }
            step.clone_into(&mut state.0);
            if terminal {
                let bar = ProgressBar::new(total as u64);
                if let Ok(style) = ProgressStyle::with_template("{msg:14} {wide_bar} {pos}/{len} {elapsed}") {
                    bar.set_style(style);
                }
                bar.set_message(step.to_owned());
                state.1 = Some(bar);
            } else {
                eprintln!("{step} ...");
            }
        }
        if let Some(bar) = &state.1 {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        }
    }
}

/// In a debug build, stops at the point that a test names, says so, and waits to be killed. A release has no such thing.
fn halt(point: &str) {
    if cfg!(debug_assertions) && std::env::var_os("WSIC_HALT_AT").is_some_and(|at| at == point) {
        eprintln!("halted at {point}");
        loop {
            std::thread::park();
        }
    }
}
