//! Beside the pages: figures are counted anew as soon as an agreement or an objection changes what may be counted.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::Utc;
use pipeline::{Deployment, PipelineError, Quiet, countable_now, recount};

/// How often it is looked whether anything has changed.
const LOOK: Duration = Duration::from_secs(1);
/// How often it is counted what is missing though nothing has changed: a day has begun, an account has moved.
const ANYWAY: Duration = Duration::from_secs(60);
/// How long it is waited after something went wrong.
const PATIENCE: Duration = Duration::from_secs(30);

/// Counts anew on a thread of its own for as long as the program runs, so that no page waits for it.
pub fn keep_counting(root: &Path) {
    let root = root.to_owned();
    std::thread::spawn(move || {
        // Query plans recurse deeply.
        let runtime =
            tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(16 << 20).build();
        match runtime {
            Ok(runtime) => runtime.block_on(for_ever(root)),
            Err(error) => eprintln!("wsic: figures will not be counted anew: {error}"),
        }
    });
}

async fn for_ever(root: PathBuf) {
    loop {
        if let Err(error) = watch(&root).await {
            eprintln!("wsic: figures were not counted anew: {error}");
        }
        tokio::time::sleep(PATIENCE).await;
    }
}

/// Looks every second; ends only when something goes wrong.
async fn watch(root: &Path) -> Result<(), PipelineError> {
    let deployment = Deployment::open(root).await?;
    let mut known = None;
    let mut counted = Instant::now();
    loop {
        let now = (countable_now(&deployment).await?, Utc::now().date_naive());
        if known != Some(now) || counted.elapsed() >= ANYWAY {
            let begun = Instant::now();
            let made = recount(&deployment, Utc::now(), &Quiet).await?;
            if made > 0 {
                eprintln!("figures counted anew in {:.1} seconds", begun.elapsed().as_secs_f64());
            }
            known = Some(now);
            counted = Instant::now();
        }
        tokio::time::sleep(LOOK).await;
    }
}
