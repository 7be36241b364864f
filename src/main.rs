//! The program `tamis`: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    tamis::cli::main()
}
