//! What the rules come to: cases in words, and the whole matrix as a file that a reader can follow.

mod cases;
mod matrix;
