//! Shell completions and manual pages, made from the command line itself so that they cannot disagree with it.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use clap_complete::{Shell, generate_to};

/// What `cargo xtask manual` is told.
#[derive(clap::Args)]
pub struct Arguments {
    /// Folder to write to
    #[arg(long, default_value = "target/manual")]
    out: PathBuf,
}

/// Writes completions for bash, zsh, fish, elvish and PowerShell, and a page for each command.
///
/// # Errors
/// A folder that cannot be written to.
pub fn write(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(&arguments.out)?;
    let mut command = tamis::cli::command();
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Elvish, Shell::PowerShell] {
        generate_to(shell, &mut command, "tamis", &arguments.out)?;
    }
    clap_mangen::generate_to(command, &arguments.out)?;
    println!("written to {}", arguments.out.display());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page_and_is_completed() {
        let folder = tempfile::tempdir().expect("a folder");
        write(&Arguments { out: folder.path().to_path_buf() }).expect("written");
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect(name);
        for command in ["run", "explain", "eval", "rules", "schema"] {
            assert!(read("tamis.bash").contains(command), "{command}");
            assert!(read(&format!("tamis-{command}.1")).contains("NAME"), "{command}");
        }
    }
}
