//! The one binary: `wsic init | synth | agree | ingest | quarantine | refresh | status | audit | link | score | rate | spc | evaluate | definitions | account | serve | demo`. Wiring only.

mod account;
mod arguments;
mod audit;
mod codelist;
mod commands;
mod definitions;
mod demo;
mod evaluate;
mod failure;
mod files;
mod ingest;
mod link;
mod period;
mod progress;
mod rate;
mod recount;
mod score;
mod serve;
mod sheet;
mod show;
mod spc;
mod tables;

use std::process::ExitCode;

use clap::Parser;

use arguments::Arguments;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(e) => {
            let _ = e.print();
            // Help and version are what was asked for; everything else is a wrong use.
            return if e.use_stderr() { ExitCode::from(failure::USAGE) } else { ExitCode::SUCCESS };
        }
    };
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    // Query plans recurse deeply.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(16 << 20).build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(e) => {
            eprintln!("wsic: could not start: {e}");
            return ExitCode::from(failure::DATA);
        }
    };
    match runtime.block_on(commands::run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("wsic: {failure}");
            ExitCode::from(failure.code())
        }
    }
}
