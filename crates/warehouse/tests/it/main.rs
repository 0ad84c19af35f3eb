//! Integration tests of the warehouse: one binary, because each one links the query engine.

mod examples;
