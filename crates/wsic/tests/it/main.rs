//! The program as its users run it: commands in a folder, killed and run again, and the rules of the house.

mod command;
mod day;
mod faults;
mod house;
mod killed;
