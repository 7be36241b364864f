//! `tamis explain`: one document with everything that was done to it.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::cli::{Outcome, from, print};
use crate::error::Error;
use crate::explain::{Explanation, html, terminal};
use crate::pipeline::{Options, Pipeline};
use crate::read::dump::{Dump, Item};

/// Show one document with what was removed, changed and found in it, and by which rule
///
/// Removed text is struck through or stands behind a dash, changed words stand before and after, dates are followed by
/// their value and names by their id. NO_COLOR and output that is no terminal get brackets instead of colours.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// The file; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Which record of the file, from 0
    #[arg(long, default_value_t = 0, value_name = "N")]
    record: usize,
    /// What the file is (see `tamis formats`); auto tells it from its first bytes and name
    #[arg(long, value_parser = from::parser(), default_value = "auto", value_name = "FORMAT", hide_possible_values = true)]
    from: String,
    /// Print JSON: the record, and the document in parts with their reasons
    #[arg(long, conflicts_with = "html")]
    json: bool,
    /// Print a page that can be opened in a browser
    #[arg(long)]
    html: bool,
    /// Show the source on the left and what became of it on the right
    #[arg(long, conflicts_with_all = ["json", "html"])]
    side_by_side: bool,
    /// Columns [default: those of the terminal, or 100]
    #[arg(long, value_name = "COLUMNS")]
    width: Option<usize>,
    /// A folder of rule files laid over the built-in ones
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:
  tamis explain raw/article.txt | less -R
  tamis explain raw/article.txt --side-by-side --width 160
  tamis explain crawl.jsonl.gz --record 17
  tamis explain page.html --html > page.explained.html";

pub fn run(arguments: &Arguments) -> Result<Outcome, Error> {
    let pipeline = Pipeline::new(&Options { rules: arguments.rules.clone(), ..Options::default() })?;
    let mut dump = Dump::find(std::slice::from_ref(&arguments.file))?;
    dump.layout = from::layout(&arguments.from)?;
    let (mut seen, mut wanted) = (0, None);
    dump.read(pipeline.limits(), &Arc::new(AtomicU64::new(0)), &mut |item| {
        if seen == arguments.record {
            wanted = Some(item);
        }
        seen += 1;
        // One more, to know whether there is one.
        seen <= arguments.record + 1
    });
    let explained = match wanted {
        Some(Item::Record(raw)) => Explanation::of(&pipeline, &raw),
        Some(Item::Reject(_, reject)) => Err(reject),
        None => {
            let file = arguments.file.display();
            return Err(Error::Usage(format!(
                "{file} has {seen} records, numbered from 0; there is no {}",
                arguments.record
            )));
        }
    };
    let explanation = match explained {
        Ok(explanation) => explanation,
        Err(reject) => {
            print(&format!("rejected, {reject}\n"))?;
            return Ok(Outcome::Rejected);
        }
    };
    if arguments.json {
        let json = serde_json::to_string_pretty(&explanation).map_err(|e| Error::Usage(e.to_string()))?;
        return print(&format!("{json}\n"));
    }
    if arguments.html {
        return print(&html::page(&explanation));
    }
    let stdout = console::Term::stdout();
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let stated = || std::env::var("COLUMNS").ok()?.parse().ok();
    let columns = || stdout.size_checked().map(|(_, columns)| usize::from(columns)).or_else(stated).unwrap_or(100);
    let layout = if arguments.side_by_side { terminal::Layout::SideBySide } else { terminal::Layout::Inline };
    let mut shown = terminal::show(&explanation, arguments.width.unwrap_or_else(columns), colour, layout);
    if seen > arguments.record + 1 {
        let next = arguments.record + 1;
        shown.push_str(&format!(
            "\nThis is record {}, counted from 0; --record {next} shows the next.\n",
            arguments.record
        ));
    }
    print(&shown)
}
