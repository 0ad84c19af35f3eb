//! The generator as a whole: what it writes, how often, and that it hangs together.

mod made;

mod errors;
mod files;
mod rates;
mod stories;
