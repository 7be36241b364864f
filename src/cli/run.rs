//! `tamis run`: a dump in, clean records out.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::ValueEnum;

use crate::cli::Outcome;
use crate::cli::config::Config;
use crate::error::Error;
use crate::limits::Limits;
use crate::pipeline::{self, Pipeline};
use crate::read::dump::Dump;
use crate::read::{Fields, Format};
use crate::run::{self, Target, progress};
use crate::survey::{Survey, walk};
use crate::write::record::Audit;

/// Read a dump and write one clean JSON record per article
///
/// Folders are read with all that is below them, in order of name; .gz and .zst are unpacked on the way. The output
/// folder gets articles/00000.jsonl, rejects/00000.jsonl and manifest.jsonl.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Arguments {
    /// Files and folders to read; - is standard input [default: raw]
    #[arg(value_name = "PATHS")]
    paths: Vec<PathBuf>,
    /// Folder to write to, or - for standard output [default: processed]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// What the input is; auto tells it from each file's name and first bytes
    #[arg(long, value_enum, value_name = "FORMAT")]
    from: Option<From>,
    /// Run just these stages (encoding, language, boilerplate, typos, dates, entities), or none
    #[arg(long, value_delimiter = ',', value_name = "STAGES")]
    only: Option<Vec<String>>,
    /// Leave these stages out
    #[arg(long, value_delimiter = ',', value_name = "STAGES")]
    skip: Option<Vec<String>>,
    /// Do not apply these rules; a name may end in *, and `tamis rules` lists them all
    #[arg(long, value_delimiter = ',', value_name = "RULES")]
    disable: Option<Vec<String>>,
    /// Worker threads [default: one per core]
    #[arg(short, long, value_name = "N")]
    jobs: Option<usize>,
    /// Name of a field of the JSONL input, as in text=body; may be repeated
    #[arg(long, value_name = "OURS=THEIRS")]
    field: Vec<String>,
    /// A folder of rule files laid over the built-in ones
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// How much of what was changed is written: brief leaves typography to counts, full adds the offset track
    #[arg(long, value_enum)]
    audit: Option<AuditLevel>,
    /// Use this survey of the dump, made by `tamis survey`, instead of making one
    #[arg(long, value_name = "FILE")]
    survey: Option<PathBuf>,
    /// Make no survey: lines that repeat on a site and articles that are nearly alike are not found
    #[arg(long, conflicts_with = "survey")]
    no_survey: bool,
    /// No progress and no summary
    #[arg(short, long)]
    quiet: bool,
    /// Do all the work and write nothing, to see the summary
    #[arg(long)]
    dry_run: bool,
    /// Read settings from this file [default: tamis.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:
  tamis run                                   raw/ into processed/
  tamis run dump.jsonl.gz --field text=body -o clean
  tamis run page.html -o - | jq .title
  curl -s … | tamis run - --from html -o -
  tamis run --only encoding,boilerplate raw -o -";

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum From {
    Auto,
    Text,
    Html,
    Jsonl,
}

impl From {
    /// The format; `None` to tell it from each file.
    pub(crate) fn format(self) -> Option<Format> {
        match self {
            From::Auto => None,
            From::Text => Some(Format::Text),
            From::Html => Some(Format::Html),
            From::Jsonl => Some(Format::Jsonl),
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
enum AuditLevel {
    Brief,
    Full,
    None,
}

pub fn run(arguments: Arguments) -> Result<Outcome, Error> {
    let started = Instant::now();
    let config = Config::read(arguments.config.as_deref())?;
    let quiet = arguments.quiet;
    let dry_run = arguments.dry_run;
    let survey = match (arguments.survey.as_ref().or(config.survey.as_ref()), arguments.no_survey) {
        (_, true) => Surveyed::Not,
        (Some(path), _) => Surveyed::By(path.clone()),
        (None, _) => Surveyed::Now,
    };
    let (pipeline, dump, target, jobs) = settle(arguments, config)?;
    let mut pipeline = Pipeline::new(&pipeline)?;
    if let Some(survey) = survey.make(&pipeline, &dump, jobs)? {
        pipeline = pipeline.with_survey(Arc::new(survey));
    }
    let target = if dry_run { Target::Nowhere } else { target };
    let progress = match (quiet, std::io::stderr().is_terminal()) {
        (true, _) => progress::Style::Quiet,
        (false, true) => progress::Style::Bar,
        (false, false) => progress::Style::Lines,
    };
    let mut summary = run::run(&pipeline, &dump, &run::Options { target, jobs, progress })?;
    summary.time = started.elapsed();
    if !quiet {
        eprint!("{summary}");
    }
    Ok(if summary.rejected() > 0 && !summary.cut_short { Outcome::Rejected } else { Outcome::Done })
}

/// Where the survey of a run comes from.
enum Surveyed {
    /// There is none.
    Not,
    /// A file.
    By(PathBuf),
    /// A first walk over the dump.
    Now,
}

impl Surveyed {
    fn make(&self, pipeline: &Pipeline, dump: &Dump, jobs: usize) -> Result<Option<Survey>, Error> {
        let asks = |s: &crate::stage::Stage| matches!(s.name, "boilerplate" | "typos");
        match self {
            Surveyed::By(path) => Survey::read(path).map(Some),
            // A stream is read once, and where no stage asks the survey the walk would be for nothing.
            Surveyed::Now if !dump.stdin && pipeline.stages().iter().any(asks) => {
                Ok(Some(walk::survey(dump, pipeline.limits(), jobs)))
            }
            _ => Ok(None),
        }
    }
}

/// What flags and configuration together ask for.
fn settle(arguments: Arguments, config: Config) -> Result<(pipeline::Options, Dump, Target, usize), Error> {
    let or_default = |paths: Option<Vec<PathBuf>>| paths.unwrap_or_else(|| vec![PathBuf::from("raw")]);
    let paths = if arguments.paths.is_empty() { or_default(config.paths) } else { arguments.paths };
    let output = arguments.output.or(config.output).unwrap_or_else(|| PathBuf::from("processed"));
    let target = if output.as_os_str() == "-" { Target::Stdout } else { Target::Folder(output) };

    let mut dump = Dump::find(&paths)?;
    let from = match (arguments.from, config.from) {
        (Some(from), _) => from,
        (None, Some(name)) => member::<From>("from", &name)?,
        (None, None) => From::Auto,
    };
    dump.format = from.format();
    let mut renamed: Vec<(String, String)> = config.field.unwrap_or_default().into_iter().collect();
    for pair in &arguments.field {
        let (ours, theirs) = pair
            .split_once('=')
            .ok_or_else(|| Error::Usage(format!("--field {pair}: expected OURS=THEIRS, as in text=body")))?;
        renamed.retain(|(name, _)| name != ours);
        renamed.push((ours.to_string(), theirs.to_string()));
    }
    dump.fields = Arc::new(Fields::new(renamed)?);

    let audit = match (arguments.audit, config.audit) {
        (Some(audit), _) => audit,
        (None, Some(name)) => member::<AuditLevel>("audit", &name)?,
        (None, None) => AuditLevel::Brief,
    };
    let only = arguments.only.or(config.only);
    let defaults = Limits::default();
    let options = pipeline::Options {
        only: only.map(|only| if only == ["none"] { Vec::new() } else { only }),
        skip: arguments.skip.or(config.skip).unwrap_or_default(),
        disable: arguments.disable.or(config.disable).unwrap_or_default(),
        rules: arguments.rules.or(config.rules),
        audit: match audit {
            AuditLevel::Brief => Audit::Brief,
            AuditLevel::Full => Audit::Full,
            AuditLevel::None => Audit::None,
        },
        limits: Limits {
            document_bytes: config.max_document.unwrap_or(defaults.document_bytes),
            line_bytes: config.max_line.unwrap_or(defaults.line_bytes),
            ..defaults
        },
        survey: None,
    };
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments.jobs.or(config.jobs).unwrap_or_else(cores);
    if jobs == 0 {
        return Err(Error::Usage("--jobs 0: at least one worker is needed".to_string()));
    }
    Ok((options, dump, target, jobs))
}

/// The member of a command-line choice that a configuration file names.
fn member<T: ValueEnum>(setting: &str, name: &str) -> Result<T, Error> {
    T::from_str(name, false).map_err(|_| {
        let all: Vec<_> = T::value_variants()
            .iter()
            .filter_map(|v| v.to_possible_value().map(|p| p.get_name().to_string()))
            .collect();
        Error::Usage(format!("{setting} = {name:?} in the configuration: expected one of {}", all.join(", ")))
    })
}
