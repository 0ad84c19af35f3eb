//! The service as a browser meets it: real store, real rules, no network.

mod care;
mod routes;
mod sign_in;
mod system;
