//! Says what to do when the style sheet and script have not been built.

fn main() {
    println!("cargo::rerun-if-changed=../../web-assets/dist");
    if !std::path::Path::new("../../web-assets/dist/app.css").is_file() {
        println!(
            "cargo::error=web-assets/dist is missing: run `make assets` (it needs Node 20 or later and npm)"
        );
    }
}
